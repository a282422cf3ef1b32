"""Stacked bars of tallies: colours and patterns, letters on the bars, the chart in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kakunin_xlsx.plan import Choice
from kakunin_xlsx.report.counting import NO_ANSWER, UNREAD, Tally
from kakunin_xlsx.sheets.page import Chart, Series

# Okabe-Ito: told apart by colour-blind eyes; patterns tell them apart in black and white.
_PAINTS = (
    ("#0072B2", ""),
    ("#56B4E9", "dark_upward_diagonal"),
    ("#E69F00", "dark_downward_diagonal"),
    ("#D55E00", "dark_vertical"),
    ("#CC79A7", "small_grid"),
    ("#009E73", "dark_horizontal"),
)
_APART = (("#808080", "light_upward_diagonal"), ("#808080", "light_vertical"))
_MISSING = (("#808080", "percent_10"), ("#404040", "percent_30"))
_NARROWEST = 0.055  # share of a bar that has room for a letter and a number


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where a chart's numbers stand: heading row, first tally's row, columns of names and values."""

    head: int
    first: int
    columns: Sequence[int]
    label: int = 0


@dataclass(frozen=True)
class Bars:
    """One bar per tally, one colour per value of the scale `choices`."""

    title: str
    choices: Sequence[Choice]
    tallies: Sequence[Tally]
    seen: Tally  # all together: which values there are at all

    @property
    def counts(self) -> list[str]:
        """What is counted: values, 未回答, and answers nobody can understand if there are any."""
        unread = [UNREAD] if self.seen.counts[UNREAD] else []
        return [*(choice.value for choice in self.choices), NO_ANSWER, *unread]

    def chart(self, where: Numbers, at: tuple[int, int], size: tuple[int, int]) -> Chart:
        """The chart of the table that holds the tallies' numbers; `size` in pixels."""
        last = where.first + len(self.tallies) - 1
        return Chart(
            title=self.title,
            labels=(where.first, where.label, last, where.label),
            series=tuple(self._series(where, last)),
            at=at,
            size=size,
            description=self._described,
        )

    def _series(self, where: Numbers, last: int) -> Iterator[Series]:
        columns, initials = where.columns, _initials(self.counts)
        parts = zip(columns, self.counts, initials, self._paints(), strict=True)
        for col, value, initial, (fill, pattern) in parts:
            yield Series(
                name=(where.head, col),
                values=(where.first, col, last, col),
                fill=fill,
                pattern=pattern,
                labels=tuple(_label(initial, tally, value) for tally in self.tallies),
            )

    def _paints(self) -> Iterator[tuple[str, str]]:
        """Strong colours for what is counted, grey for what stands apart."""
        counted, apart = parted(self.choices)
        yield from (_PAINTS[at % len(_PAINTS)] for at in range(len(counted)))
        yield from (_APART[at % len(_APART)] for at in range(len(apart)))
        yield from _MISSING[: len(self.counts) - len(self.choices)]

    @property
    def _described(self) -> str:
        """The chart in words, for people who cannot see it."""
        whole = "、".join(f"{value} {self.seen.counts[value]}" for value in self.counts)
        return f"{self.title}の積上げ横棒グラフ。全体では、{whole}。数は左の表にあります。"


def parted(choices: Sequence[Choice]) -> tuple[list[Choice], list[Choice]]:
    """Choices in the ratio's denominator, and those shown apart; a scale without is whole."""
    counted = [choice for choice in choices if choice.counted]
    if not counted:
        return list(choices), []
    return counted, [choice for choice in choices if not choice.counted]


def _initials(counts: Sequence[str]) -> list[str]:
    """A letter for each value, so that bars can be told apart without colour."""
    letters = [value[:1] for value in counts]
    return [letter if letters.count(letter) == 1 else "" for letter in letters]


def _label(initial: str, tally: Tally, value: str) -> str:
    """What stands on a bar; a narrow one has no room, its number is in the table."""
    number = tally.counts[value]
    return f"{initial}{number}" if number > _NARROWEST * tally.total else ""
