"""推移（取組ごと） and 計画期間の総括: each line over the years, rated and, at the end, told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from kakunin_xlsx.layout import Column, measure
from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.plan import Plan, RowKind
from kakunin_xlsx.plan.attainment import attainment, in_percent, turns
from kakunin_xlsx.report.counting import ROUNDED
from kakunin_xlsx.report.figures import amount
from kakunin_xlsx.report.paging import (
    CELL,
    CENTERED,
    NO_ANSWER,
    PARAGRAPH,
    SUB_BAND,
    ListColumn,
    Stack,
    across,
    head_lines,
    height,
    line,
    list_page,
    spread,
    under_bands,
)
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.trend import NOTHING, Course, Trend
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

CLOSING_SHEET = "計画期間の総括"
# Half-width characters: of a paper from margin to margin, of a column's edge, beside a text.
_WIDE, _EDGE, _AIR = {True: 210, False: 96.5}, 0.72, 2.3
_NUMBER, _NAME, _DEPARTMENT, _NOTED, _RATING = 12.0, 54.0, 16.5, 42.0, 8.5  # at most
# With names, with bands of 基本目標, with who had it before, in how many blocks.
_VARIANTS = (
    (True, True, True, 1),
    (True, True, True, 2),
    (True, False, True, 2),
    (False, False, True, 2),
    (False, False, False, 2),
    (False, False, False, 3),
    (False, False, False, 4),
)
_NAMED_MARKS = (
    "↗＝前の年度より上の評価、↘＝下の評価、→＝同じ評価。［ ］＝再掲（元の行の評価）。"
    "評価はその年度の目標に対するものです。"
)
_MARKS = "未＝未回答。評価はその年度の目標に対するものです。再掲は元の行にあります。"


def courses_page(paper: CouncilPaper) -> Page | None:
    """Each line's ratings over the years, laid out so that all stand on one sheet of paper."""
    trend = Trend(paper.view)
    if not paper.view.earlier or not trend.ratings:
        return None
    lies, name = paper.size == A3, courses_sheet(paper.view.plan)
    for named, banded, noted, blocks in _VARIANTS:
        heads = _course_heads(trend, named)
        entries = [*_entries(paper, trend, (named, banded, noted))]
        leads = [_NUMBER, _NAME, _DEPARTMENT] if named else [_NUMBER, _NOTED]
        most = [*leads, *[_RATING] * (len(heads) - len(leads))]
        weights = _natural(heads, entries, most)
        if named or blocks * (sum(weights) + _EDGE * len(weights)) <= _WIDE[lies]:
            stack = Stack(spread([*weights] * blocks, paper.size, lies), paper.size, lies)
            stack.title(f"{name}　{trend.span}", name)
            marks = _NAMED_MARKS if named else _MARKS
            stack.add([across(marks, PARAGRAPH, stack.widths)])
            stack.heads(head_lines(heads * blocks, stack.widths))
            lines = _in_blocks(entries, stack.widths, blocks)
            if height(lines) <= stack.left:
                break
    for each in lines:
        stack.add([each])
    return stack.page(name, paper.view.header)


def courses_sheet(plan: Plan) -> str:
    """「推移（取組ごと）」, in the plan's word for a line; 「指標」 is what the page of figures is of."""
    words = plan.words
    return f"推移（{words.initiative if words.effort == '指標' else words.effort}ごと）"


def _course_heads(trend: Trend, named: bool) -> list[str]:
    words, alone = trend.view.plan.words, len(trend.ratings) == 1
    ratings = [
        view.year.code if alone else f"{column.heading}\n{view.year.code}"
        for column in trend.ratings
        for view in trend.views
    ]
    return ["No", *([words.initiative] if named else []), words.department, *ratings]


def _natural(
    heads: Sequence[str], entries: Sequence[list[Cell]], most: Sequence[float]
) -> list[float]:
    """For each column the width at which nothing wraps, but no more than `most`."""
    rows = [entry for entry in entries if len(entry) > 1]
    texts = zip(heads, *([cell.text for cell in row] for row in rows), strict=True)
    longest = (max(measure.width(part) for t in own for part in t.split("\n")) for own in texts)
    return [min(limit, wide + _AIR) for limit, wide in zip(most, longest, strict=True)]


def _entries(
    paper: CouncilPaper, trend: Trend, said: tuple[bool, bool, bool]
) -> Iterator[list[Cell]]:
    """One row of cells for each line; a single cell is the band of a 基本目標.

    `said`: names, bands, and who had a line before.
    """
    named, banded, noted = said
    for course in under_bands(trend.courses, lambda each: each.goal, lambda each: each.goal_band):
        if isinstance(course, str):
            if banded:
                yield [Cell(course, SUB_BAND)]
            continue
        if not named and not any(row.open for row in course.rows.values()):
            continue
        row = [Cell(course.row.label, CENTERED, link=paper.refs.link(course.id))]
        row += [Cell(course.name, CELL)] if named else []
        row.append(Cell(course.department if noted else course.row.department, CELL))
        for column in trend.ratings:
            texts = [course.rating(view, column) for view in trend.views]
            if not named:
                texts = [text.replace(NO_ANSWER, "未") for text in texts]
            else:
                texts[-1] = f"{texts[-1]} {course.change(column)}".strip()
            row += [Cell(text, CENTERED) for text in texts]
        yield row


def _in_blocks(entries: Sequence[list[Cell]], widths: Sequence[float], blocks: int) -> list[Line]:
    """The entries in `blocks` columns, first down, then on to the right."""
    deep, wide = -(-len(entries) // blocks), len(widths) // blocks
    lines = []
    for at in range(deep):
        cells: dict[int, Cell] = {}
        for block in range(blocks):
            own = entries[at + block * deep] if at + block * deep < len(entries) else []
            if len(own) == 1:
                own = [replace(own[0], across=wide)]
            cells |= {block * wide + n: cell for n, cell in enumerate(own)}
        lines.append(line(cells, widths))
    return lines


# 計画期間の総括.


def closing_page(paper: CouncilPaper) -> Page | None:
    """The sheet of the final year; none before it, or if nothing of the kind is asked."""
    view, trend, asked = paper.view, Trend(paper.view), [*_asked_at_last(paper.view)]
    if not asked:
        return None
    words = view.plan.words

    def ratings(column: Column, course: Course) -> str:
        own = (f"{each.year.name}　{course.rating(each, column)}" for each in trend.views)
        return "\n".join(own)

    def number(course: Course) -> Cell:
        return Cell(course.row.label, CENTERED, link=paper.refs.link(course.id))

    columns: list[ListColumn[Course]] = [
        ("No", 9.0, number),
        (words.initiative, 30.0, lambda course: course.name),
        (words.department, 14.0, lambda course: course.row.department),
        *((column.heading, 20.0, partial(ratings, column)) for column in trend.ratings),
    ]
    if outcome := view.layout.outcome:
        heading = f"{outcome.heading}（目標に対する到達）"
        columns.append((heading, 20.0, partial(_attained, view, outcome)))
    columns += [
        (column.heading, 2 * column.width, partial(_answered, each, column))
        for each, column in asked
    ]
    told = (
        f"{words.effort}ごとの総括です。評価はその年度の{words.target}に対するもの、"
        f"到達は最終年度の目標に対する達成率です。再掲は元の行にあります。{ROUNDED}"
    )
    own = {row.id for row in view.asked}
    courses = [course for course in trend.courses if course.id in own]
    rows = under_bands(courses, lambda each: each.goal, lambda each: each.goal_band)
    return list_page(view, CLOSING_SHEET, columns, rows, [told], paper.size)


def _asked_at_last(view: YearView) -> Iterator[tuple[YearView, Column]]:
    """What is asked of each line in the final year only, each with the view of its round."""
    for each in (view, *view.later):
        for column in each.layout.open_columns:
            final = column.field and column.field.final_year_only
            if final and column.asked_in(RowKind.ACTION):
                yield each, column


def _answered(view: YearView, column: Column, course: Course) -> str:
    asked = view.layout.row.get(course.id)
    return view.shown(course.id, column) if asked and asked.open else ""


def _attained(view: YearView, column: Column, course: Course) -> str:
    """How far the line came, or each of its indicators."""
    each = view.layout.indicators(course.id)
    parts = (
        f"{view.plan.indicator[one.id].name}：\n{_attained_by(view, one.id, column)}"
        for one in each
    )
    return "\n".join(parts) if each else _attained_by(view, course.id, column)


def _attained_by(view: YearView, row: str, column: Column) -> str:
    """「96.2%」 above both numbers; without a share the numbers alone, or 「文章の目標」."""
    plan, last = view.plan, view.plan.last_year
    aim = plan.target.get((row, last))
    if aim is None:
        return amount(view, row, column) or NOTHING
    if aim.figure is None:
        status = plan.status("targets", f"{row}/{last.code}", "目標文")
        return "文章の目標" if aim.text else MARKS.get(status, NOTHING)
    mark = MARKS.get(plan.status("targets", f"{row}/{last.code}", "目標値"), "")
    aimed = f"（目標{aim.aim}{mark}）"
    shown = amount(view, row, column) or view.instead(row, column)
    number = view.number(row, column)
    same = aim.unit == view.unit(row, column)
    reached = attainment(aim, number) if same and number is not None else None
    return "\n".join(
        (*([] if reached is None else [in_percent(reached, turns(plan.choices))]), shown, aimed)
    )
