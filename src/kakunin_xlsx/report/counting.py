"""What is counted: how often each value was chosen, averages of marks, shares, and bars of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import Choice, FieldType, Respondent
from kakunin_xlsx.plan.attainment import half_up
from kakunin_xlsx.report.paging import NO_ANSWER, NUMBER, SHARE, UNREAD
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Chart, Series

WHOLE = "合計"
_EACH = 3  # evaluators: what more of them chose is counted, not listed one by one
ROUNDED = "割合は、小数第2位を四捨五入しています。"  # of per cents
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


def scale_heads(choices: Sequence[Choice], seen: Tally, shares: Sequence[str]) -> list[str]:
    """Headings of a scale's counts, their sum, and the shares of the values `shares`."""
    return [*values(choices, seen), "計", "分母", *(f"{value}\n割合" for value in shares)]


def scale_row(
    one: Tally, choices: Sequence[Choice], seen: Tally, shares: Sequence[str]
) -> list[Cell]:
    """The numbers of one group under these headings."""
    base = one.of(counted(choices))
    numbers = (*(one.counts[value] for value in values(choices, seen)), one.total, base)
    parts = (share(one.counts[value], base) if base else "－" for value in shares)
    return [*(Cell(n, NUMBER) for n in numbers), *(Cell(part, SHARE) for part in parts)]


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


# What several evaluators gave: averages of marks, counts of choices, and who is still silent.


@dataclass(frozen=True)
class Marks:
    """The marks in one column of some rows: those given, how many were asked for, who gave none."""

    given: Sequence[Decimal]
    asked: int
    silent: Sequence[str]

    @property
    def average(self) -> str:
        """`4.1`, rounded half up; 「－」 without any mark."""
        if not self.given:
            return "－"
        return f"{half_up(Fraction(sum(self.given)) / len(self.given), 1):.1f}"

    @property
    def share(self) -> str:
        """`7／8`: how many of those asked for."""
        return f"{len(self.given)}／{self.asked}"


def many(asked: Sequence[Respondent]) -> bool:
    """True if so many answer that each of them has no room."""
    return len(asked) > _EACH


def evaluators(view: YearView) -> list[tuple[str, str | None]]:
    """Short name and code of each council of a round whose choices are counted.

    They are counted as one, under no code, where they are many or each has rows of its own.
    """
    if not many(view.respondents) and not any(who.judges for who in view.respondents):
        return [(who.short or who.name, who.code) for who in view.respondents]
    return [(f"{view.round.name}・{len(view.respondents)}者", None)]


def is_mark(column: Column) -> bool:
    """True if what is given can be averaged: a number, or a scale whose values are numbers."""
    if column.type is FieldType.NUMBER:
        return True
    own = [choice.value for choice in column.choices if choice.counted]
    return bool(own) and all(_decimal(value) is not None for value in own)


def averaged(view: YearView) -> list[Column]:
    """The columns of a council's round in which several evaluators give marks to one row."""
    several = any(len(view.answering(row)) > 1 for row in view.layout.rows)
    return [c for c in view.layout.open_columns if is_mark(c)] if several else []


def marks(view: YearView, column: Column, rows: Iterable[Row]) -> Marks:
    """The marks of every evaluator asked in `rows`, without choices that stand apart (該当なし)."""
    own = {choice.value for choice in column.choices if choice.counted}
    given: list[Decimal] = []
    silent: dict[str, None] = {}
    asked = 0
    for row in rows:
        for who in view.answering(row) if view.layout.asks(row, column) else ():
            asked += 1
            answer = view.answer(row.id, column, who.code)
            if answer is None:
                open_ = "（確認中）" if view.conflicting(row.id, column, who.code) else ""
                silent[f"{who.short or who.name}{open_}"] = None
            elif not column.choices or answer.understood in own:
                mark = _decimal(answer.understood)
                given += [mark] if mark is not None else []
    return Marks(given, asked, tuple(silent))


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def told_together(view: YearView, column: Column, row: Row) -> list[str]:
    """Average, counts and silent evaluators of one row, each on a line."""
    found = marks(view, column, [row])
    lines = [f"平均 {found.average}", f"回答 {found.share}"] if is_mark(column) else []
    if column.choices:
        one = tally(view, column, "", [row], whose=None)
        given = [(c.value, one.counts[c.value]) for c in column.choices if one.counts[c.value]]
        lines += [f"{value}：{number}" for value, number in given]
    if found.silent:
        lines.append(f"{NO_ANSWER}：{'、'.join(found.silent)}")
    return lines


# Charts.


def stacked_bars(
    title: str,
    choices: Sequence[Choice],
    tallies: Sequence[Tally],
    seen: Tally,
    numbers: tuple[int, int, int],
    at: tuple[int, int],
    size: tuple[int, int],
) -> Chart:
    """A stacked bar for each tally, a colour for each value of the scale `choices`.

    `seen` tells which values there are at all. `numbers` says where these stand: below which row
    of headings, names in which column, values from which column on. `at` is the chart's cell,
    `size` in pixels.
    """
    head, label, first_col = numbers
    first, last, names = head + 1, head + len(tallies), values(choices, seen)
    initials = [value[:1] for value in names]
    series = []
    for col, (value, initial, (fill, pattern)) in enumerate(
        zip(names, initials, _paints(choices), strict=False), start=first_col
    ):
        letter = initial if initials.count(initial) == 1 else ""
        series.append(
            Series(
                name=(head, col),
                values=(first, col, last, col),
                fill=fill,
                pattern=pattern,
                labels=tuple(_label(letter, each, value) for each in tallies),
            )
        )
    whole = "、".join(f"{value} {seen.counts[value]}" for value in names)
    return Chart(
        title=title,
        labels=(first, label, last, label),
        series=tuple(series),
        at=at,
        size=size,
        description=f"{title}の積上げ横棒グラフ。全体では、{whole}。数は表にあります。",
    )


def _paints(choices: Sequence[Choice]) -> Iterator[tuple[str, str]]:
    """Strong colours for what is counted, grey for what stands apart."""
    own = counted(choices)
    for at, choice in enumerate(choices):
        paints = _PAINTS if choice.value in own else _APART
        yield paints[(at if choice.value in own else at - len(own)) % len(paints)]
    yield from _MISSING


def _label(initial: str, one: Tally, value: str) -> str:
    """What stands on a bar; a narrow one has no room, its number is in the table."""
    number = one.counts[value]
    return _with(initial, number) if number > _NARROWEST * one.total else ""


# Shares are rounded once and in one way, 四捨五入 as people do it, wherever they stand.


def share(part: float | Decimal, whole: float | Decimal) -> float:
    """0.063 for 1 of 16: what a cell holds, so that every program shows the same per cent."""
    return float(_rounded(part, whole) / 100)


def percent(part: float | Decimal, whole: float | Decimal = 1) -> str:
    """`6.3` for 1 of 16."""
    return f"{_rounded(part, whole):.1f}"


def _rounded(part: float | Decimal, whole: float | Decimal) -> Decimal:
    """Per cent with one decimal. Exact: a share of binary fractions may lie on the wrong side."""
    return half_up(_exact(part) / _exact(whole) * 100, 1)


def _exact(number: float | Decimal) -> Fraction:
    return Fraction(number if isinstance(number, Decimal) else Decimal(repr(number)))
