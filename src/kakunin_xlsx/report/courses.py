"""推移（取組ごと）: the ratings of each line over the years, all on one sheet of paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kakunin_xlsx.layout import measure
from kakunin_xlsx.plan import Plan
from kakunin_xlsx.report.lines import CELL, CENTERED, PARAGRAPH, SUB_BAND, across, head_lines, line
from kakunin_xlsx.report.paging import Stack, height, spread
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.trend import Trend
from kakunin_xlsx.report.view import NO_ANSWER
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

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
    lies, name = paper.size == A3, sheet_name(paper.view.plan)
    for named, banded, noted, blocks in _VARIANTS:
        heads, entries = (
            _course_heads(trend, named),
            [*_entries(paper, trend, (named, banded, noted))],
        )
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


def sheet_name(plan: Plan) -> str:
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
    (named, banded, noted), plan, goal = said, trend.view.plan, ""
    for course in trend.courses:
        if course.goal != goal and banded:
            goal = course.goal
            yield [Cell(f"{plan.words.goal}{goal}：{course.view.plan.goal[goal].name}", SUB_BAND)]
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
