"""評価集計: ratings by 基本目標 and by department, as tables with native stacked bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.layout import CONTINUED, Column
from kakunin_xlsx.report.charts import Bars, Numbers, parted
from kakunin_xlsx.report.counting import NO_ANSWER, Tally, by_department, by_goal, total
from kakunin_xlsx.report.lines import (
    CELL,
    HEADING,
    NUMBER,
    PARAGRAPH,
    SHARE,
    SUBHEADING,
    across,
    gap,
    heading_row,
    line,
    table_row,
)
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Paper, height
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Chart, Line, Page

SHEET_NAME = "評価集計"
_NAME, _COUNT = 19.0, 6.8
_PIXELS = 1450  # of the 1473 that A3 leaves
_CHART = (340, 10.0)  # height in pixels; points of air below
_POINTS = 0.75  # of a pixel
_BARS_ON_A_SHEET = 24
_MOST_BARS = 100  # more charts than these nobody reads: the numbers stand in the table


def summary_page(view: YearView) -> Page:
    """The sheet with every scale of the table, by 基本目標 and by department."""
    return _Sheet(view).page()


@dataclass
class _Sheet:
    view: YearView
    paper: Paper = field(default_factory=lambda: Paper(A3_LANDSCAPE))
    charts: list[Chart] = field(default_factory=list)

    @cached_property
    def _widths(self) -> tuple[float, ...]:
        """The tables' columns; one more, for the charts, takes the rest of the paper."""
        most = max(
            (len(_heads(column, self._seen(column))) for column in self.view.choice_columns),
            default=8,
        )
        used = 7 * (_NAME + most * _COUNT) + 5 * (most + 2)
        return (_NAME, *(_COUNT for _ in range(most)), max(20.0, (_PIXELS - used) // 7))

    def _seen(self, column: Column) -> Tally:
        return total(by_goal(self.view, column))

    def page(self) -> Page:
        title = f"評価集計　{self.view.year.caption}"
        self.paper.add([[across(title, HEADING, self._widths, 30), *self._notes()]])
        for column in self.view.rating_columns:
            self.paper.add([list(self._yardsticks(column))])
        for column in self.view.choice_columns:
            self._scale(column)
        return Page(
            name=SHEET_NAME,
            widths=self._widths,
            lines=self.paper.lines,
            paper=A3,
            landscape=True,
            charts=self.charts,
            header=self.view.header,
        )

    def _notes(self) -> Iterator[Line]:
        view = self.view
        repeats = len(view.layout.rows) - len(view.asked)
        texts = [
            f"・{view.plan.words.effort}{len(view.layout.rows)}行のうち、再掲{repeats}行を除く"
            f"{len(view.asked)}行を数えています（再掲は元の行で1回だけ数えます）。"
        ]
        for column in view.rating_columns:
            counted, apart = ("・".join(c.value for c in some) for some in parted(column.choices))
            rest = f"{apart}・{NO_ANSWER}" if apart else NO_ANSWER
            texts.append(
                f"・「{column.heading}」の割合の分母は、{counted}の合計です。"
                f"{rest}は件数だけを示し、分母に入れません。"
            )
        for text in texts:
            yield across(text, PARAGRAPH, self._widths)

    def _yardsticks(self, column: Column) -> Iterator[Line]:
        yield across(f"{column.heading}の目安", SUBHEADING, self._widths, 26)
        for choice in column.choices:
            cells = {
                0: Cell(choice.label, replace(CELL, bold=True), across=3),
                3: Cell(choice.yardstick, CELL, across=len(self._widths) - 3),
            }
            yield line(cells, self._widths)

    def _scale(self, column: Column) -> None:
        words = self.view.plan.words
        for title, tallies in (
            (f"{column.heading}（{words.goal}別）", by_goal(self.view, column)),
            (f"{column.heading}（{words.department}別）", by_department(self.view, column)),
        ):
            self._tables(title, column, [*tallies, total(tallies)])

    def _tables(self, title: str, column: Column, tallies: Sequence[Tally]) -> None:
        """Tables with charts that a sheet of paper has room for; the last tally is the total."""
        seen = tallies[-1]
        if len(tallies) > _MOST_BARS:
            self.paper.add([[*self._lines(title, column, tallies, seen), gap(12)]])
            return
        for at in range(0, len(tallies), _BARS_ON_A_SHEET):
            words = CONTINUED + title if at else title
            self._table(words, column, tallies[at : at + _BARS_ON_A_SHEET], seen)

    def _lines(
        self, title: str, column: Column, tallies: Sequence[Tally], seen: Tally
    ) -> list[Line]:
        counts = Bars(title, column.choices, tallies, seen).counts
        counted = [choice.value for choice in parted(column.choices)[0]]
        return [
            across(title, SUBHEADING, self._widths, 26),
            heading_row(("", *_heads(column, seen)), self._widths),
            *(self._row(tally, counts, counted) for tally in tallies),
        ]

    def _table(self, title: str, column: Column, tallies: Sequence[Tally], seen: Tally) -> None:
        """A table, with its chart beside it in the last column."""
        lines = self._lines(title, column, tallies, seen)
        tall = max(_CHART[0], 150 + 28 * len(tallies))
        lines.append(gap(max(12.0, tall * _POINTS - height(lines) + _CHART[1])))
        at = self.paper.add([lines])
        bars = Bars(title, column.choices, tallies, seen)
        where = Numbers(at + 1, at + 2, range(1, len(bars.counts) + 1))
        size = (int(self._widths[-1] * 7) - 15, tall)
        self.charts.append(bars.chart(where, (at, len(self._widths) - 1), size))

    def _row(self, tally: Tally, counts: Sequence[str], counted: Sequence[str]) -> Line:
        base = tally.of(counted)
        numbers = [tally.counts[value] for value in counts]
        shares = [tally.counts[value] / base if base else "－" for value in counted]
        styles = (CELL, *(NUMBER for _ in range(len(numbers) + 2)), SHARE)
        return table_row((tally.name, *numbers, tally.total, base, *shares), self._widths, styles)


def _heads(column: Column, seen: Tally) -> list[str]:
    shares = [f"{choice.value}の割合" for choice in parted(column.choices)[0]]
    return [*Bars("", column.choices, (), seen).counts, "計", "割合の分母", *shares]
