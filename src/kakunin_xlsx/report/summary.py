"""評価集計: ratings by 基本目標 and by department, as tables with native stacked bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kakunin_xlsx.layout import Column, Row
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
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Chart, Line, Page, Series

SHEET_NAME = "評価集計"
NO_ANSWER = "未回答"
# Okabe-Ito: told apart by colour-blind eyes; patterns tell them apart in black and white.
_PAINTS = (
    ("#0072B2", ""),
    ("#56B4E9", "wide_upward_diagonal"),
    ("#E69F00", "large_grid"),
    ("#D55E00", "dark_vertical"),
    ("#999999", "percent_20"),
    ("#CCCCCC", "light_horizontal"),
    ("#000000", "percent_5"),
)
_CHART_LINES = 22


@dataclass(frozen=True)
class Tally:
    """Counts of one group of lines: value of the scale (or 未回答) → lines."""

    name: str
    counts: Counter[str]

    @property
    def total(self) -> int:
        """All asked lines of the group."""
        return self.counts.total()

    def of(self, values: Sequence[str]) -> int:
        """Lines with one of `values`."""
        return sum(self.counts[value] for value in values)


def tally(view: YearView, column: Column, name: str, rows: Sequence[Row]) -> Tally:
    """Count what was chosen in `column`; a 再掲 is no asked line, so it counts once."""
    chosen = (view.choice(row.id, column) for row in rows)
    return Tally(name, Counter(choice.value if choice else NO_ANSWER for choice in chosen))


def by_goal(view: YearView, column: Column) -> list[Tally]:
    """One tally for each 基本目標."""
    return [
        tally(
            view,
            column,
            f"{view.plan.words.goal}{goal.no}",
            [row for row in view.asked if view.goal_of(row) == goal.no],
        )
        for goal in view.plan.goals
    ]


def by_department(view: YearView, column: Column) -> list[Tally]:
    """One tally for each department that answers."""
    names = dict.fromkeys(row.department for row in view.asked)
    return [
        tally(view, column, name, [row for row in view.asked if row.department == name])
        for name in names
    ]


def summary_page(view: YearView) -> Page:
    """The sheet with every scale of the table, by 基本目標 and by department."""
    return _Sheet(view).page()


@dataclass
class _Sheet:
    view: YearView
    lines: list[Line] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)

    @property
    def _widths(self) -> tuple[float, ...]:
        most = max(len(column.choices) for column in self.view.choice_columns)
        return (22.0, *(13.0 for _ in range(2 * most + 3)))

    def page(self) -> Page:
        self.lines.append(across(f"評価集計　{self.view.year.caption}", HEADING, self._widths, 30))
        for text in self._notes():
            self.lines.append(across(text, PARAGRAPH, self._widths))
        for column in self.view.rating_columns:
            self._yardsticks(column)
        for column in self.view.choice_columns:
            self._scale(column)
        return Page(
            name=SHEET_NAME,
            widths=self._widths,
            lines=self.lines,
            paper=A3,
            landscape=True,
            charts=self.charts,
            header=f"&L{self.view.layout.title}&R{self.view.year.name}",
        )

    def _notes(self) -> Iterator[str]:
        view = self.view
        repeats = len(view.layout.rows) - len(view.asked)
        yield (
            f"・{view.plan.words.effort}{len(view.layout.rows)}行のうち、再掲{repeats}行を除く"
            f"{len(view.asked)}行を数えています（再掲は元の行で1回だけ数えます）。"
        )
        for column in view.rating_columns:
            counted = "・".join(choice.value for choice in column.choices if choice.counted)
            yield f"・「{column.heading}」の割合の分母は、{counted}の合計です。"

    def _yardsticks(self, column: Column) -> None:
        self.lines.append(across(f"{column.heading}の目安", SUBHEADING, self._widths, 26))
        for choice in column.choices:
            rest = len(self._widths) - 1
            cells = {
                0: Cell(choice.label, replace(CELL, bold=True)),
                1: Cell(choice.yardstick, CELL, across=rest),
            }
            self.lines.append(line(cells, self._widths))

    def _scale(self, column: Column) -> None:
        words = self.view.plan.words
        for title, tallies in (
            (f"{column.heading}（{words.goal}別）", by_goal(self.view, column)),
            (f"{column.heading}（{words.department}別）", by_department(self.view, column)),
        ):
            self._table(title, column, tallies)

    def _table(self, title: str, column: Column, tallies: list[Tally]) -> None:
        starts_page = bool(self.charts)
        head = across(title, SUBHEADING, self._widths, 26)
        self.lines.append(Line(head.cells, head.height, fixed=True, new_page=starts_page))
        values = [choice.value for choice in column.choices]
        counted = [choice.value for choice in column.choices if choice.counted] or values
        shares = [f"{value}の割合" for value in counted]
        self.lines.append(
            heading_row(("", *values, NO_ANSWER, "計", "割合の分母", *shares), self._widths)
        )
        first = len(self.lines)
        total = Tally("合計", sum((each.counts for each in tallies), Counter()))
        for each in [*tallies, total]:
            base = each.of(counted)
            row = (
                each.name,
                *(each.counts[value] for value in values),
                each.counts[NO_ANSWER],
                each.total,
                base,
                *(each.counts[value] / base if base else None for value in counted),
            )
            styles = (CELL, *(NUMBER for _ in range(len(values) + 3)), SHARE)
            self.lines.append(table_row(row, self._widths, styles))
        self._chart(title, column, first, len(tallies))

    def _chart(self, title: str, column: Column, first: int, groups: int) -> None:
        last = first + groups - 1
        names = [*(choice.label for choice in column.choices), NO_ANSWER]
        series = tuple(
            Series((first - 1, at), (first, at, last, at), *_PAINTS[(at - 1) % len(_PAINTS)])
            for at in range(1, len(names) + 1)
        )
        self.lines.append(gap())
        self.charts.append(
            Chart(
                title=title,
                labels=(first, 0, last, 0),
                series=series,
                at=(len(self.lines), 0),
                size=(1150, _CHART_LINES * 20),
                description=f"{title}の積上げ横棒グラフ。数は上の表にあります。"
                f"凡例は{'、'.join(names)}の順です。",
            )
        )
        self.lines.extend(gap(15) for _ in range(_CHART_LINES + 1))
