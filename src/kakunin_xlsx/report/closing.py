"""計画期間の総括: what departments say of all years, beside their ratings and the final aim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import RowKind
from kakunin_xlsx.report.lines import (
    CELL,
    HEADING,
    PARAGRAPH,
    across,
    flowing,
    heading_row,
)
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Paper, height
from kakunin_xlsx.report.trend import Course, Trend
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import SUB_BAND
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SHEET_NAME = "計画期間の総括"
_PIXELS = 1466  # of the 1473 that A3 leaves
_NO, _NAME, _DEPARTMENT, _RATINGS, _ATTAINED = 9.0, 30.0, 14.0, 23.0, 19.0
_TEXT = replace(CELL, size=10.5, valign="top")
_NUMBER = replace(_TEXT, align="center")


def closing_columns(view: YearView) -> list[tuple[YearView, Column]]:
    """What is asked of each line in the final year only, each with the view of its round."""
    return [
        (each, column)
        for each in (view, *view.later)
        for column in each.layout.open_columns
        if column.field and column.field.final_year_only and column.asked_in(RowKind.ACTION)
    ]


def closing_page(trend: Trend, places: Mapping[str, str]) -> Page:
    """The sheet of the final year. `places`: where each line stands in the tables."""
    return _Sheet(trend, places).page()


@dataclass(frozen=True)
class _Sheet:
    trend: Trend
    places: Mapping[str, str]

    def page(self) -> Page:
        title = across(f"{SHEET_NAME}　{self.trend.span}", HEADING, self._widths, 30)
        above = [title, across(self._told, PARAGRAPH, self._widths)]
        header = [heading_row(self._headings, self._widths)]
        paper = Paper(A3_LANDSCAPE, repeated=height(header))
        paper.begin([*above, *header])
        for goal in self.trend.view.plan.goals:
            lines = [self._line(course) for course in self._courses if course.goal == goal.no]
            if lines:
                name = f"{self.trend.view.plan.words.goal}{goal.no}：{goal.name}"
                paper.band([across(name, SUB_BAND, self._widths, 22)], [lines[0][:1]])
            for parts in lines:
                paper.add([[part] for part in parts])
        return Page(
            name=SHEET_NAME,
            widths=self._widths,
            lines=paper.lines,
            paper=A3,
            landscape=True,
            header=self.trend.view.header,
            freeze=(len(above) + 1, 3),
            repeat=(len(above), len(above)),
        )

    @property
    def _told(self) -> str:
        words = self.trend.view.plan.words
        return (
            f"・{words.effort}ごとの総括です。評価はその年度の{words.target}に対するもの、"
            "到達は最終年度の数値÷目標値です。再掲は元の行にあります。"
        )

    @cached_property
    def _courses(self) -> list[Course]:
        """Lines that are asked in the final year."""
        asked = {row.id for row in self.trend.view.asked}
        return [course for course in self.trend.courses if course.id in asked]

    @cached_property
    def _asked(self) -> list[tuple[YearView, Column]]:
        return closing_columns(self.trend.view)

    @property
    def _headings(self) -> Iterator[str]:
        words = self.trend.view.plan.words
        yield from ("No", words.initiative, words.department)
        yield from (column.heading for column in self.trend.ratings)
        yield from (f"{column.heading}（目標に対する到達）" for column in self.trend.figures)
        yield from (column.heading for _, column in self._asked)

    @cached_property
    def _widths(self) -> tuple[float, ...]:
        """Short columns get what they need, texts share the rest by their widths."""
        short = [_NO, _NAME, _DEPARTMENT, *(_RATINGS for _ in self.trend.ratings)]
        short += [_ATTAINED for _ in self.trend.figures]
        wanted = [column.width for _, column in self._asked]
        free = (_PIXELS - 5 * (len(short) + len(wanted))) / 7 - sum(short)
        return (*short, *(free * width / sum(wanted) for width in wanted))

    def _line(self, course: Course) -> list[Line]:
        no = Cell(course.initiative, _NUMBER, link=self.places.get(course.id, ""))
        cells = [no, Cell(course.name, _TEXT), Cell(course.row.department, _TEXT)]
        cells += [Cell(self._ratings(course, each), _TEXT) for each in self.trend.ratings]
        cells += [Cell(_attained(course, each), _TEXT) for each in self.trend.figures]
        cells += [Cell(_said(view, course.row, column), _TEXT) for view, column in self._asked]
        return flowing(dict(enumerate(cells)), self._widths, 34)

    def _ratings(self, course: Course, column: Column) -> str:
        """「令和6年度　A」, one year below the other."""
        rated = ((view.year.name, course.rating(view, column)) for view in self.trend.views)
        return "\n".join(f"{name}　{value}" for name, value in rated)


def _attained(course: Course, column: Column) -> str:
    """「96.2%」 above both numbers; without a share the numbers alone, or 「文章の目標」."""
    if course.aimed is None:
        return course.final_target
    share = course.attained(column)
    numbers = f"{course.figure(course.trend.view, column)}\n（目標{course.final_target}）"
    return numbers if isinstance(share, str) else f"{share:.1%}\n{numbers}"


def _said(view: YearView, row: Row, column: Column) -> str:
    asked = view.layout.row.get(row.id)
    return view.shown(row.id, column) if asked and asked.open else ""
