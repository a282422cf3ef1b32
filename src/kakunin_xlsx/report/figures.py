"""目標と実績: every figure that is compared with its target, and how the 達成率 is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.plan import Direction, Role, Target
from kakunin_xlsx.plan.attainment import Formula, attainment, formula, in_percent, met, turns
from kakunin_xlsx.report.lines import CELL, CENTERED
from kakunin_xlsx.report.paging import list_page
from kakunin_xlsx.report.paper import CouncilPaper, PaperPart
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Page

SHEET_NAME = "目標と実績"
_NONE = "－"
_NO_SENSE = (
    "目標値が0以下のもの、基準値がすでに目標値に達しているもの、範囲の外のものなど、"
    "計算しても意味のないものは「－」です。"
)


def amount(view: YearView, row: str, column: Column) -> str:
    """`1,200冊`; what was typed where no number is understood; '' where nothing was."""
    number = view.number(row, column)
    if number is None:
        return view.text(row, column)
    shown = f"{number:,f}"
    return column.field.measured(shown, view.unit(row, column)) if column.field else shown


def share(view: YearView, row: str, column: Column) -> str:
    """達成率 of a 成果 against the target of its year: `105.3%`; '' where there is none."""
    number, target = view.number(row, column), view.plan.target.get((row, view.year))
    if column.role is not Role.OUTCOME or number is None or target is None:
        return ""
    found = attainment(target, number)
    return "" if found is None else in_percent(found, turns(view.plan.choices))


def aimed(target: Target) -> str:
    """`893ｇ`, and below it that less is better, where it is."""
    less = f"\n（{target.direction}）" if target.direction is Direction.LESS else ""
    return target.aim + less if target.aim else _NONE


def measured_name(view: YearView, row: Row) -> str:
    """What a figure counts: an indicator by its name, else the line."""
    if row.under:
        return view.plan.indicator[row.id].name
    return view.plan.action[row.id].effort or view.plan.initiative[row.initiative].name


def figures_page(paper: CouncilPaper) -> Page | None:
    """The sheet of a year in which some target is a figure."""
    outcome = paper.view.layout.outcome
    made = _Figures(paper, outcome) if outcome else None
    return made.page() if made and made.rows else None


@dataclass(frozen=True)
class _Figures(PaperPart):
    column: Column

    @cached_property
    def rows(self) -> list[tuple[Row, Target]]:
        """The lines whose target of the year is a figure, and all indicators, in their order."""
        targets, year = self._view.plan.target, self._view.year
        rows = (each for row in self._view.asked for each in self._view.whole(row))
        found = ((row, targets.get((row.id, year))) for row in rows)
        return [
            (row, target)
            for row, target in found
            if target and (row.under or target.figure is not None)
        ]

    @property
    def _each_year(self) -> bool:
        """True if what was reached before stands here, and not on a page of its own."""
        return bool(self._view.earlier) and not any(row.under for row, _ in self.rows)

    def page(self) -> Page:
        words, year = self._view.plan.words, self._view.year.code
        measured = any(row.under for row, _ in self.rows)
        name = f"{words.effort}・指標" if measured else words.effort
        columns = [("No", 8.0), (name, 30.0), (words.department, 14.0)]
        if any(target.baseline is not None for _, target in self.rows):
            columns.append(("基準値", 13.0))
        if self._each_year:
            columns.append(("これまでの実績\n（達成率）", 20.0))
        columns += [(f"{year}の{words.target}", 15.0), (f"{year}の実績", 13.0), ("達成率", 10.0)]
        notes = [*self._notes()]
        return list_page(self._view, SHEET_NAME, columns, self._lines(), notes, self.paper.size)

    def _notes(self) -> Iterator[str]:
        """How many reached their target, and how the shares are computed."""
        aimed = [(row, target) for row, target in self.rows if target.figure is not None]
        counts = Counter(self._reached(row, target) for row, target in aimed)
        unknown = f"、実績の数値がないもの{counts[None]}件" if counts[None] else ""
        yield (
            f"・数値の{self._view.plan.words.target}{len(aimed)}件のうち、"
            f"目標に達したもの{counts[True]}件、達していないもの{counts[False]}件{unknown}です"
            "（再掲は元の行で1回だけ数えます）。"
        )
        if others := len(self.rows) - len(aimed):
            yield f"・ほかに、{self._view.year.name}の目標がない指標が{others}件あります。"
        used = {formula(target) for _, target in aimed}
        said = "、".join(each for each in Formula if each in used)
        if said:
            yield f"・達成率は、{said}で計算し、小数第2位を四捨五入しています。{_NO_SENSE}"

    def _reached(self, row: Row, target: Target) -> bool | None:
        number = self._view.number(row.id, self.column)
        return None if number is None else met(target, number)

    def _lines(self) -> Iterator[str | list[str | Cell]]:
        view, goal = self._view, ""
        for row, target in self.rows:
            if view.goal_of(row) != goal:
                goal = view.goal_of(row)
                yield f"{view.plan.words.goal}{goal}：{view.plan.goal[goal].name}"
            yield [*self._line(row, target)]

    def _line(self, row: Row, target: Target) -> Iterator[str | Cell]:
        view, column = self._view, self.column
        yield Cell(row.initiative, CENTERED, link=self.paper.refs.link(row.under or row.id))
        yield measured_name(view, row)
        yield row.department
        if any(other.baseline is not None for _, other in self.rows):
            yield target.beginning.replace("、", "\n") or _NONE
        if self._each_year:
            yield "\n".join(self._before(row)) or _NONE
        status = view.plan.status("targets", f"{row.id}/{view.year.code}", "目標値")
        yield Cell(aimed(target), CELL, tail=MARKS.get(status, ""))
        yield amount(view, row.id, column) or view.instead(row.id, column)
        yield Cell(share(view, row.id, column) or _NONE, CENTERED)

    def _before(self, row: Row) -> Iterator[str]:
        """`R6　1,020ｇ（92.2%）` for each year before."""
        for each in self._view.earlier:
            own = each.layout.column.get(self.column.key)
            if own and (shown := amount(each, row.id, own)):
                of = share(each, row.id, own)
                yield f"{each.year.code}　{shown}" + (f"（{of}）" if of else "")
