"""How often each value was chosen, in whatever group of rows; bars of it, told apart in grey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import Choice
from kakunin_xlsx.report.rounding import percent
from kakunin_xlsx.report.view import NO_ANSWER, UNREAD, YearView
from kakunin_xlsx.sheets.page import Chart, Series

WHOLE = "合計"
# Okabe-Ito: told apart by colour-blind eyes; patterns tell them apart in black and white.
_PAINTS = (
    ("#0072B2", ""),
    ("#56B4E9", "dark_upward_diagonal"),
    ("#E69F00", "dark_downward_diagonal"),
    ("#D55E00", "dark_vertical"),
    ("#CC79A7", "small_grid"),
    ("#009E73", "dark_horizontal"),
    ("#000000", "large_grid"),
    ("#F0E442", "zigzag"),
    ("#595959", "wide_upward_diagonal"),
    ("#B8860B", "large_check"),
)
_APART = (("#808080", "light_upward_diagonal"), ("#808080", "light_vertical"))
_MISSING = (("#808080", "percent_10"), ("#404040", "percent_30"))
_NARROWEST = 0.055  # share of a bar that has room for a letter and a number


@dataclass(frozen=True)
class Tally:
    """Counts of one group of lines: value of the scale (or 未回答, 読取不可) → lines."""

    name: str
    counts: Counter[str]

    @property
    def total(self) -> int:
        """All asked lines of the group."""
        return self.counts.total()

    def of(self, values: Sequence[str]) -> int:
        """Lines with one of `values`."""
        return sum(self.counts[value] for value in values)


def tally(
    view: YearView, column: Column, name: str, rows: Sequence[Row], whose: str | None = ""
) -> Tally:
    """Count what was chosen in `column` where it is asked; a 再掲 counts at its origin only.

    It counts what anybody chose, or `whose` choices; those of each who is asked if that is None.
    """
    asked = (row for row in rows if view.layout.asks(row, column))
    if whose is None:
        chosen = (view.chosen(r.id, column, who.code) for r in asked for who in view.answering(r))
    else:
        chosen = (view.chosen(row.id, column, whose) for row in asked)
    return Tally(name, Counter(chosen))


def by_goal(view: YearView, column: Column, whose: str | None = "") -> list[Tally]:
    """One tally for each 基本目標."""
    rows: dict[str, list[Row]] = {goal.no: [] for goal in view.plan.goals}
    for row in view.asked:
        rows.get(view.goal_of(row), []).append(row)
    word = view.plan.words.goal
    return [tally(view, column, f"{word}{no}", own, whose) for no, own in rows.items()]


def by_department(view: YearView, column: Column) -> list[Tally]:
    """One tally for each department that answers, in the plan's order."""
    rows: dict[str, list[Row]] = {each.name: [] for each in view.plan.departments}
    for row in view.asked:
        rows.setdefault(row.department, []).append(row)
    return [tally(view, column, name, own) for name, own in rows.items() if own]


def total(tallies: Sequence[Tally]) -> Tally:
    """All groups together."""
    return Tally(WHOLE, sum((each.counts for each in tallies), Counter()))


def counted(choices: Sequence[Choice]) -> list[str]:
    """The values in a ratio's denominator; of a scale without any, all."""
    return [each.value for each in choices if each.counted] or [each.value for each in choices]


def values(choices: Sequence[Choice], seen: Tally) -> list[str]:
    """What is counted: the scale's values, 未回答, and 読取不可 if there is any."""
    unread = [UNREAD] if seen.counts[UNREAD] else []
    return [*(choice.value for choice in choices), NO_ANSWER, *unread]


def in_words(choices: Sequence[Choice], one: Tally) -> str:
    """「A 目標どおり実施 12（40.0％）、…、未回答 1」"""
    base = one.of(counted(choices))
    parts = []
    for choice in choices:
        number = one.counts[choice.value]
        share = f"（{percent(number, base)}％）" if choice.counted and base else ""
        parts.append(f"{choice.label} {number}{share}")
    parts += [f"{name} {one.counts[name]}" for name in (NO_ANSWER, UNREAD) if one.counts[name]]
    return "、".join(parts)


def in_brief(choices: Sequence[Choice], one: Tally) -> str:
    """「A12、B3、未回答1」: what there is none of is not said."""
    own = [value for value in values(choices, one) if one.counts[value]]
    return "、".join(_with(value, one.counts[value]) for value in own)


def _with(value: str, number: int) -> str:
    """「A12」; 「5：12」, which would be 512."""
    return f"{value}：{number}" if value[-1:].isdecimal() else f"{value}{number}"


@dataclass(frozen=True)
class Bars:
    """A stacked bar for each tally, a colour for each value of the scale `choices`.

    The numbers stand below row `head`, names in column `label`, values from column `first` on.
    """

    title: str
    choices: Sequence[Choice]
    tallies: Sequence[Tally]
    seen: Tally  # all together: which values there are at all
    head: int
    first: int
    label: int = 0

    def chart(self, at: tuple[int, int], size: tuple[int, int]) -> Chart:
        """The chart at a cell; `size` in pixels."""
        start, last = self.head + 1, self.head + len(self.tallies)
        whole = "、".join(f"{v} {self.seen.counts[v]}" for v in values(self.choices, self.seen))
        return Chart(
            title=self.title,
            labels=(start, self.label, last, self.label),
            series=tuple(self._series(start, last)),
            at=at,
            size=size,
            description=f"{self.title}の積上げ横棒グラフ。全体では、{whole}。数は表にあります。",
        )

    def _series(self, start: int, last: int) -> Iterator[Series]:
        names = values(self.choices, self.seen)
        initials = [value[:1] for value in names]
        paints = zip(names, initials, self._paints(), strict=False)
        for col, (value, initial, (fill, pattern)) in enumerate(paints, start=self.first):
            letter = initial if initials.count(initial) == 1 else ""
            yield Series(
                name=(self.head, col),
                values=(start, col, last, col),
                fill=fill,
                pattern=pattern,
                labels=tuple(_label(letter, each, value) for each in self.tallies),
            )

    def _paints(self) -> Iterator[tuple[str, str]]:
        """Strong colours for what is counted, grey for what stands apart."""
        own = counted(self.choices)
        for at, choice in enumerate(self.choices):
            paints = _PAINTS if choice.value in own else _APART
            yield paints[(at if choice.value in own else at - len(own)) % len(paints)]
        yield from _MISSING


def _label(initial: str, one: Tally, value: str) -> str:
    """What stands on a bar; a narrow one has no room, its number is in the table."""
    number = one.counts[value]
    return _with(initial, number) if number > _NARROWEST * one.total else ""
