"""計画期間の総括: what departments say of all years, beside their ratings and the final aim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kakunin_xlsx.layout import Column
from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.plan import RowKind
from kakunin_xlsx.plan.attainment import attainment, in_percent, turns
from kakunin_xlsx.report.figures import amount
from kakunin_xlsx.report.lines import CENTERED
from kakunin_xlsx.report.paging import list_page
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.rounding import ROUNDED
from kakunin_xlsx.report.trend import NOTHING, Course, Trend
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Page

SHEET_NAME = "計画期間の総括"
_IN_WORDS = "文章の目標"
_RATINGS, _ATTAINED = 20.0, 20.0


def closing_page(paper: CouncilPaper) -> Page | None:
    """The sheet of the final year; none before it, or if nothing of the kind is asked."""
    asked = list(_asked(paper.view))
    return _Closing(paper, Trend(paper.view), asked).page() if asked else None


def _asked(view: YearView) -> Iterator[tuple[YearView, Column]]:
    """What is asked of each line in the final year only, each with the view of its round."""
    for each in (view, *view.later):
        for column in each.layout.open_columns:
            final = column.field and column.field.final_year_only
            if final and column.asked_in(RowKind.ACTION):
                yield each, column


@dataclass(frozen=True)
class _Closing:
    paper: CouncilPaper
    trend: Trend
    asked: list[tuple[YearView, Column]]

    def page(self) -> Page:
        words = self.paper.view.plan.words
        told = (
            f"{words.effort}ごとの総括です。評価はその年度の{words.target}に対するもの、"
            f"到達は最終年度の目標に対する達成率です。再掲は元の行にあります。{ROUNDED}"
        )
        columns = [("No", 9.0), (words.initiative, 30.0), (words.department, 14.0)]
        columns += [(column.heading, _RATINGS) for column in self.trend.ratings]
        columns += [
            (f"{column.heading}（目標に対する到達）", _ATTAINED) for column in self.trend.figures
        ]
        columns += [(column.heading, 2 * column.width) for _, column in self.asked]
        return list_page(
            self.paper.view, SHEET_NAME, columns, self._rows(), [told], self.paper.size
        )

    def _rows(self) -> Iterator[str | list[str | Cell]]:
        view, goal = self.paper.view, ""
        own = {row.id for row in view.asked}
        for course in self.trend.courses:
            if course.id not in own:
                continue
            if course.goal != goal:
                goal = course.goal
                yield f"{view.plan.words.goal}{goal}：{view.plan.goal[goal].name}"
            row: list[str | Cell] = [
                Cell(course.row.label, CENTERED, link=self.paper.refs.link(course.id)),
                course.name,
                course.row.department,
            ]
            row += [self._ratings(course, column) for column in self.trend.ratings]
            row += [self._attained(course, column) for column in self.trend.figures]
            row += [_said(each, course, column) for each, column in self.asked]
            yield row

    def _ratings(self, course: Course, column: Column) -> str:
        """「令和6年度　A」, one year below the other."""
        return "\n".join(
            f"{view.year.name}　{course.rating(view, column)}" for view in self.trend.views
        )

    def _attained(self, course: Course, column: Column) -> str:
        """How far the line came, or each of its indicators."""
        view = self.paper.view
        each = view.layout.indicators(course.id)
        parts = (
            f"{view.plan.indicator[one.id].name}：\n{_attained(view, one.id, column)}"
            for one in each
        )
        return "\n".join(parts) if each else _attained(view, course.id, column)


def _said(view: YearView, course: Course, column: Column) -> str:
    asked = view.layout.row.get(course.id)
    return view.shown(course.id, column) if asked and asked.open else ""


def _attained(view: YearView, row: str, column: Column) -> str:
    """「96.2%」 above both numbers; without a share the numbers alone, or 「文章の目標」."""
    plan, last = view.plan, view.plan.last_year
    aim = plan.target.get((row, last))
    if aim is None:
        return amount(view, row, column) or NOTHING
    if aim.figure is None:
        status = plan.status("targets", f"{row}/{last.code}", "目標文")
        return _IN_WORDS if aim.text else MARKS.get(status, NOTHING)
    mark = MARKS.get(plan.status("targets", f"{row}/{last.code}", "目標値"), "")
    aimed = f"（目標{aim.aim}{mark}）"
    shown = amount(view, row, column) or view.instead(row, column)
    number = view.number(row, column)
    same = aim.unit == view.unit(row, column)
    reached = attainment(aim, number) if same and number is not None else None
    return "\n".join(
        (*([] if reached is None else [in_percent(reached, turns(plan.choices))]), shown, aimed)
    )
