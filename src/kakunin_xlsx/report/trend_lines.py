"""推移（取組ごと）: each line's ratings and figures year by year, and how near the final aim is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kakunin_xlsx.plan import RowKind
from kakunin_xlsx.report.lines import (
    CELL,
    CENTERED,
    HEADER,
    HEADING,
    PARAGRAPH,
    SHARE,
    across,
    flowing,
    line,
)
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Paper, height
from kakunin_xlsx.report.trend import NOTHING, Course, Trend
from kakunin_xlsx.report.trend_judges import JudgeYears, judged_years
from kakunin_xlsx.sheets.form import SUB_BAND
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SHEET_NAME = "推移（取組ごと）"
_PIXELS = 1466  # of the 1473 that A3 leaves
_NO, _DEPARTMENT, _RATING, _CHANGE, _FIGURE, _AIM, _SHARE = 8.0, 14.0, 8.5, 10.5, 12.0, 14.5, 9.5
_NAME, _REMARK = 20.0, 18.0  # at least
_TEXT, _SHORT, _PART = (replace(style, size=10.5) for style in (CELL, CENTERED, SHARE))
_REPEATED = replace(_TEXT, color="#6B6B6B")
_HEAD = replace(HEADER, size=10.5)
_SAME = "〃"  # a council rates the 重点取組: its first line shows it


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of the table; `group` stands above neighbours that share it."""

    heading: str
    width: float
    group: str = ""


def trend_lines_page(trend: Trend, places: Mapping[str, str]) -> Page:
    """The sheet. `places`: where each line stands in the tables."""
    return _Sheet(trend, places).page()


@dataclass(frozen=True)
class _Sheet:
    trend: Trend
    places: Mapping[str, str]

    def page(self) -> Page:
        title = across(f"{SHEET_NAME}　{self.trend.span}", HEADING, self._widths, 30)
        above, header = [title, *self._notes()], self._header()
        paper = Paper(A3_LANDSCAPE, repeated=height(header))
        paper.begin([*above, *header])
        for goal in self.trend.view.masters.goals:
            blocks = list(self._initiatives(goal.no))
            if blocks:
                name = f"{self.trend.view.plan.words.goal}{goal.no}：{goal.name}"
                paper.band([across(name, SUB_BAND, self._widths, 22)], blocks[:1])
            for block in blocks:
                paper.add([block])
        return Page(
            name=SHEET_NAME,
            widths=self._widths,
            lines=paper.lines,
            paper=A3,
            landscape=True,
            header=self.trend.view.header,
            freeze=(len(above) + len(header), 3),
            repeat=(len(above), len(above) + len(header) - 1),
        )

    def _notes(self) -> Iterator[Line]:
        for text in self._sentences():
            yield from flowing({0: Cell(text, PARAGRAPH, across=len(self._widths))}, self._widths)

    def _sentences(self) -> Iterator[str]:
        words, final = self.trend.view.plan.words, self.trend.view.plan.last_year
        yield (
            f"・評価は、その年度の{words.target}に対するものです。「{NOTHING}」は、その年度にない行、"
            "回答のない任意の欄、比べられないところです。再掲の［　］は、元の行の評価です。"
        )
        if self.trend.figures:
            yield (
                f"・「到達」は、{self.trend.view.year.name}の数値÷最終年度（{final.name}）の目標値です"
                f"（年度ごとの評価とは別のもの）。数を減らすことを目指す{words.target}でも、同じ計算で示します。"
            )
        if self.trend.silent:
            names = "、".join(year.name for year in self.trend.silent)
            yield f"・回答がないため載せていない年度：{names}"

    # Columns.

    @cached_property
    def _councils(self) -> list[JudgeYears]:
        """Who rates whole 重点取組."""
        judged = judged_years(self.trend)
        return [each for each in judged if RowKind.INITIATIVE in each.newest.field.kinds]

    @cached_property
    def _columns(self) -> list[_Column]:
        words = self.trend.view.plan.words
        middle = list(self._middle())
        fixed = _NO + _DEPARTMENT + sum(each.width for each in middle)
        free = (_PIXELS - 5 * (len(middle) + 4)) / 7 - fixed
        name = max(_NAME, free * 0.6)
        return [
            _Column("No", _NO),
            _Column(words.initiative, name),
            _Column(words.department, _DEPARTMENT),
            *middle,
            _Column("備考", max(_REMARK, free - name)),
        ]

    def _middle(self) -> Iterator[_Column]:
        years = self.trend.years
        for column in self.trend.ratings:
            yield from (_Column(str(year), _RATING, column.heading) for year in years)
            if len(years) > 1:
                yield _Column(f"{years[-2]}→{years[-1]}", _CHANGE, column.heading)
        for judged in self._councils:
            yield from (_Column(str(year), _RATING, judged.newest.label) for year in judged.years)
        for column in self.trend.figures:
            yield from (_Column(str(year), _FIGURE, f"{column.heading}（目標）") for year in years)
            final = f"最終年度（{self.trend.view.plan.last_year.name}）の目標に対する到達"
            yield _Column("目標", _AIM, final)
            yield _Column("到達", _SHARE, final)

    @cached_property
    def _widths(self) -> tuple[float, ...]:
        return tuple(column.width for column in self._columns)

    def _header(self) -> list[Line]:
        """Two rows: groups above their years, other headings down both."""
        upper: dict[int, Cell] = {}
        lower: dict[int, Cell] = {}
        for group, start, span in self._groups():
            if not group:
                upper[start] = Cell(self._columns[start].heading, _HEAD, down=2)
                continue
            upper[start] = Cell(group, _HEAD, across=span)
            for at in range(start, start + span):
                lower[at] = Cell(self._columns[at].heading, _HEAD)
        return [line(upper, self._widths, 20), line(lower, self._widths, 20)]

    def _groups(self) -> list[tuple[str, int, int]]:
        """Each group with its first column and its span; headings alone are groups of one."""
        found: list[tuple[str, int, int]] = []
        for at, column in enumerate(self._columns):
            if found and column.group and found[-1][0] == column.group:
                found[-1] = (column.group, found[-1][1], found[-1][2] + 1)
            else:
                found.append((column.group, at, 1))
        return found

    # Lines.

    def _initiatives(self, goal: str) -> Iterator[list[Line]]:
        """The lines of each 重点取組 stay together."""
        courses = [course for course in self.trend.courses if course.goal == goal]
        for no in dict.fromkeys(course.initiative for course in courses):
            own = [course for course in courses if course.initiative == no]
            yield [
                part
                for number, course in enumerate(own)
                for part in self._line(course, first=number == 0)
            ]

    def _line(self, course: Course, first: bool) -> list[Line]:
        department, remark = course.row.department, "\n".join(course.remarks())
        no = Cell(course.initiative, _SHORT, link=self.places.get(course.id, ""))
        cells = [no, Cell(course.name, _TEXT), Cell(department, _TEXT)]
        if course.repeats:
            middle = [self._repeated(course)]
        else:
            middle = [*self._ratings(course), *self._judged(course, first), *self._figures(course)]
        placed = dict(enumerate([*cells, *middle]))
        placed[len(self._columns) - 1] = Cell(remark, _TEXT)
        return flowing(placed, self._widths, 20)

    def _repeated(self, course: Course) -> Cell:
        """As in the tables: where it is answered, and the ratings there."""
        rated = (
            f"{view.year} {course.rating(view, column)}"
            for column in self.trend.ratings
            for view in self.trend.views
            if view.year in course.rows
        )
        text = f"再掲：{course.repeats}を参照　［{'、'.join(rated)}］"
        return Cell(text, _REPEATED, across=len(self._columns) - 4)

    def _ratings(self, course: Course) -> Iterator[Cell]:
        for column in self.trend.ratings:
            for view in self.trend.views:
                value = course.rating(view, column)
                yield Cell(f"［{value}］" if course.repeated(view) else value, _SHORT)
            if len(self.trend.years) > 1:
                yield Cell(course.change(column), _SHORT)

    def _judged(self, course: Course, first: bool) -> Iterator[Cell]:
        for judged in self._councils:
            for judge in judged.years.values():
                asked = course.initiative in judge.plan.initiative
                said = judge.brief(course.initiative) if asked else NOTHING
                yield Cell(said if first else _SAME, _SHORT)

    def _figures(self, course: Course) -> Iterator[Cell]:
        for column in self.trend.figures:
            for view in self.trend.views:
                target = course.target(view)
                aim = f"\n（{target}）" if target else ""
                yield Cell(course.figure(view, column) + aim, _SHORT)
            yield Cell(course.final_target, _SHORT)
            share = course.attained(column)
            yield Cell(share, _SHORT if isinstance(share, str) else _PART)
