"""目標と実績, and 推移（指標ごと）: figures beside their targets, of the year and over the years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.plan import Direction, Role, Target
from kakunin_xlsx.plan.attainment import Formula, attainment, formula, in_percent, met, turns
from kakunin_xlsx.report.paging import CELL, CENTERED, ListColumn, list_page, under_bands
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.trend import NOTHING, Course, Trend
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Page

FIGURES_SHEET, MEASURED_SHEET = "目標と実績", "推移（指標ごと）"
_NO_SENSE = (
    "目標値が0以下のもの、基準値がすでに目標値に達しているもの、範囲の外のものなど、"
    "計算しても意味のないものは「－」です。"
)
_MOST = {True: 10, False: 4}  # years that find room, on A3 and on A4


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
    return target.aim + less if target.aim else NOTHING


def measured_name(view: YearView, row: Row) -> str:
    """What a figure counts: an indicator by its name, else the line."""
    if row.under:
        return view.plan.indicator[row.id].name
    return view.plan.action[row.id].effort or view.plan.initiative[row.initiative].name


# 目標と実績.


class _Aim(NamedTuple):
    row: Row
    target: Target


def figures_page(paper: CouncilPaper) -> Page | None:
    """The sheet of a year in which some target is a figure."""
    view, outcome, aims = paper.view, paper.view.layout.outcome, _aims(paper.view)
    if outcome is None or not aims:
        return None
    words, year = view.plan.words, view.year.code
    measured = any(aim.row.under for aim in aims)

    def number(aim: _Aim) -> Cell:
        link = paper.refs.link(aim.row.under or aim.row.id)
        return Cell(aim.row.initiative, CENTERED, link=link)

    def reached(aim: _Aim) -> str:
        return amount(view, aim.row.id, outcome) or view.instead(aim.row.id, outcome)

    name = f"{words.effort}・指標" if measured else words.effort
    columns: list[ListColumn[_Aim]] = [
        ("No", 8.0, number),
        (name, 30.0, lambda aim: measured_name(view, aim.row)),
        (words.department, 14.0, lambda aim: aim.row.department),
    ]
    if any(aim.target.baseline is not None for aim in aims):
        columns.append(("基準値", 13.0, lambda aim: _beginning(aim.target)))
    if view.earlier and not measured:  # what indicators reached has a page of its own
        before = partial(_before, view, outcome)
        columns.append(("これまでの実績\n（達成率）", 20.0, before))
    columns += [
        (f"{year}の{words.target}", 15.0, partial(_target, view)),
        (f"{year}の実績", 13.0, reached),
        ("達成率", 10.0, lambda aim: Cell(share(view, aim.row.id, outcome) or NOTHING, CENTERED)),
    ]
    rows = under_bands(
        aims, lambda aim: view.goal_of(aim.row), lambda aim: view.goal_band(view.goal_of(aim.row))
    )
    return list_page(view, FIGURES_SHEET, columns, rows, _notes(view, outcome, aims), paper.size)


def _aims(view: YearView) -> list[_Aim]:
    """The lines whose target of the year is a figure, and all indicators, in their order."""
    rows = (each for row in view.asked for each in view.whole(row))
    found = ((row, view.plan.target.get((row.id, view.year))) for row in rows)
    return [
        _Aim(row, target)
        for row, target in found
        if target and (row.under or target.figure is not None)
    ]


def _notes(view: YearView, column: Column, aims: Sequence[_Aim]) -> Iterator[str]:
    """How many reached their target, and how the shares are computed."""
    aimed = [aim for aim in aims if aim.target.figure is not None]
    numbers = ((aim.target, view.number(aim.row.id, column)) for aim in aimed)
    counts = Counter(None if got is None else met(target, got) for target, got in numbers)
    unknown = f"、実績の数値がないもの{counts[None]}件" if counts[None] else ""
    yield (
        f"・数値の{view.plan.words.target}{len(aimed)}件のうち、"
        f"目標に達したもの{counts[True]}件、達していないもの{counts[False]}件{unknown}です"
        "（再掲は元の行で1回だけ数えます）。"
    )
    if others := len(aims) - len(aimed):
        yield f"・ほかに、{view.year.name}の目標がない指標が{others}件あります。"
    used = {formula(aim.target) for aim in aimed}
    if said := "、".join(each for each in Formula if each in used):
        yield f"・達成率は、{said}で計算し、小数第2位を四捨五入しています。{_NO_SENSE}"


def _beginning(target: Target | None) -> str:
    """The number at the beginning of the plan, and when that was."""
    return (target.beginning.replace("、", "\n") if target else "") or NOTHING


def _target(view: YearView, aim: _Aim) -> Cell:
    row, target = aim
    status = view.plan.status("targets", f"{row.id}/{view.year.code}", "目標値")
    return Cell(aimed(target), CELL, tail=MARKS.get(status, ""))


def _before(view: YearView, column: Column, aim: _Aim) -> str:
    """`R6　1,020ｇ（92.2%）` for each year before."""
    found = []
    for each in view.earlier:
        own = each.layout.column.get(column.key)
        if own and (shown := amount(each, aim.row.id, own)):
            of = share(each, aim.row.id, own)
            found.append(f"{each.year.code}　{shown}" + (f"（{of}）" if of else ""))
    return "\n".join(found) or NOTHING


# 推移（指標ごと）.


def measured_page(paper: CouncilPaper) -> Page | None:
    """The figures of each indicator, a column a year, as soon as an earlier year has answers."""
    view, trend = paper.view, Trend(paper.view)
    outcome = view.layout.outcome
    if outcome is None or not view.earlier:
        return None
    if not any(course.row.under for course in trend.measured):
        return None
    words, last, newest = (
        view.plan.words,
        view.plan.last_year,
        trend.views[-_MOST[paper.size == A3] :],
    )

    def number(course: Course) -> Cell:
        link = paper.refs.link(course.row.under or course.id)
        return Cell(course.row.initiative, CENTERED, link=link)

    def beginning(course: Course) -> str:
        return _beginning(course.view.plan.target.get((course.id, course.view.year)))

    def final(course: Course) -> str:
        target = course.view.plan.target.get((course.id, course.view.plan.last_year))
        return aimed(target) if target else NOTHING

    columns: list[ListColumn[Course]] = [
        ("No", 8.0, number),
        ("指標", 30.0, lambda course: measured_name(course.view, course.row)),
        (words.department, 13.0, lambda course: course.department),
        ("基準値", 13.0, beginning),
        *((each.year.code, 13.0, partial(_reached, each, outcome)) for each in newest),
        (f"{last.code}の{words.target}", 13.0, final),
    ]
    told = f"・（　）はその年度の{words.target}に対する達成率です。計算のしかたは「目標と実績」にあります。"
    rows = under_bands(trend.measured, lambda each: each.goal, lambda each: each.goal_band)
    return list_page(view, MEASURED_SHEET, columns, rows, [told], paper.size)


def _reached(view: YearView, column: Column, course: Course) -> str:
    """`893ｇ`, and below it how far that is; why there is no figure."""
    if why := course.absent(view.year):
        return why
    own = view.layout.column.get(column.key)
    if own is None:
        return NOTHING
    shown = amount(view, course.id, own) or view.instead(course.id, own)
    reached = share(view, course.id, own)
    return f"{shown}\n（{reached}）" if reached else shown
