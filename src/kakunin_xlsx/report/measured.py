"""推移（指標ごと）: the figures of each indicator over the years, a column a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kakunin_xlsx.layout import Column
from kakunin_xlsx.report.figures import aimed, amount, measured_name, share
from kakunin_xlsx.report.lines import CENTERED
from kakunin_xlsx.report.paging import list_page
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.trend import NOTHING, Course, Trend
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Page

SHEET_NAME = "推移（指標ごと）"
_MOST = {True: 10, False: 4}  # years that find room, on A3 and on A4
_NUMBER, _NAME, _DEPARTMENT, _AMOUNT = 8.0, 30.0, 13.0, 13.0


def measured_page(paper: CouncilPaper) -> Page | None:
    """The sheet of a plan with indicators, as soon as an earlier year has answers."""
    outcome, trend = paper.view.layout.outcome, Trend(paper.view)
    if outcome is None or not paper.view.earlier:
        return None
    if not any(course.row.under for course in trend.measured):
        return None
    return _Measured(paper, trend, outcome).page()


@dataclass(frozen=True)
class _Measured:
    paper: CouncilPaper
    trend: Trend
    column: Column

    @cached_property
    def _views(self) -> tuple[YearView, ...]:
        """The newest years, as many as the paper is wide for."""
        return self.trend.views[-_MOST[self.paper.size == A3] :]

    def page(self) -> Page:
        view = self.paper.view
        words, last = view.plan.words, view.plan.last_year
        columns = [("No", _NUMBER), ("指標", _NAME), (words.department, _DEPARTMENT)]
        columns += [("基準値", _AMOUNT), *((each.year.code, _AMOUNT) for each in self._views)]
        columns += [(f"{last.code}の{words.target}", _AMOUNT)]
        told = f"・（　）はその年度の{words.target}に対する達成率です。計算のしかたは「目標と実績」にあります。"
        return list_page(view, SHEET_NAME, columns, self._rows(), [told], self.paper.size)

    def _rows(self) -> Iterator[str | list[str | Cell]]:
        goal = ""
        for course in self.trend.measured:
            plan = course.view.plan
            if course.goal != goal:
                goal = course.goal
                yield f"{plan.words.goal}{goal}：{plan.goal[goal].name}"
            line = course.row.under or course.id
            known = plan.target.get((course.id, course.view.year))
            aim = plan.target.get((course.id, plan.last_year))
            yield [
                Cell(course.row.initiative, CENTERED, link=self.paper.refs.link(line)),
                measured_name(course.view, course.row),
                course.department,
                (known.beginning.replace("、", "\n") if known else "") or NOTHING,
                *(self._reached(course, view) for view in self._views),
                aimed(aim) if aim else NOTHING,
            ]

    def _reached(self, course: Course, view: YearView) -> str:
        """`893ｇ`, and below it how far that is; why there is no figure."""
        if why := course.absent(view.year):
            return why
        own = view.layout.column.get(self.column.key)
        if own is None:
            return NOTHING
        shown = amount(view, course.id, own) or view.instead(course.id, own)
        reached = share(view, course.id, own)
        return f"{shown}\n（{reached}）" if reached else shown
