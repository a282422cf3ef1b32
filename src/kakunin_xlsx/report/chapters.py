"""The booklet's chapters before the tables: 計画の推進, 基本目標, 施策の体系, 関連事業と担当課."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kakunin_xlsx.layout import measure
from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.plan import Goal, Plan, Text
from kakunin_xlsx.report.paging import (
    CELL,
    CENTERED,
    HEADER,
    HEADING,
    PARAGRAPH,
    SUBHEADING,
    Stack,
    across,
    flowing,
    gap,
    head_lines,
    height,
    line,
    paragraphs,
    spread,
    table_row,
)
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Line, Page, need

_PROSE = spread((96.0,))
_STYLES = {"見出し": HEADING, "小見出し": SUBHEADING}
_TREE = spread((26, 9, 49, 10))
_NAMED = (9.0, 42.0, 36.0, 9.0)
_LIST = 96.0  # half-width characters over all columns of A4
_NARROWEST_NAME = 30.0  # beside the columns of departments
_GOAL = replace(CELL, bold=True, fill="#DCE9F5")
_STACKED, _TURNED = replace(HEADER, upright="stacked"), replace(HEADER, upright="turned")


def chapter_pages(paper: CouncilPaper) -> Iterator[Page]:
    """One sheet for each chapter of the plan's texts; the colophon comes after them."""
    view, plan = paper.view, paper.view.plan
    chapters = dict.fromkeys(text.chapter for text in plan.texts)
    prose = {name: [text for text in plan.texts if text.chapter == name] for name in chapters}
    for name, texts in prose.items():
        if any(text.kind == "本文" for text in texts) and name != _tree_name(plan):
            yield _chapter(name, [*_prose(plan, texts)], _PROSE).page(name, view.header)
    goals = Stack(_PROSE)
    goals.title(plan.words.goal)
    for goal in plan.goals:
        head = across(f"{plan.words.goal}{goal.no}　{goal.name}", SUBHEADING, _PROSE, 28)
        explained = paragraphs(filter(None, goal.explanation.split("\n")), _PROSE)
        goals.add([head, *explained, gap()])
    yield goals.page(plan.words.goal, view.header)
    name = _tree_name(plan)
    yield _tree(plan, prose.get(name, [])).page(name, view.header)
    yield _matrix_page(view)


def _tree_name(plan: Plan) -> str:
    return f"{plan.words.measure or plan.words.initiative}の体系"


def _chapter(name: str, lines: Sequence[Line], widths: Sequence[float]) -> Stack:
    """Running text; a heading stays with what follows it."""
    stack = Stack(widths)
    stack.outline.append((0, 0, name))
    for at, each in enumerate(lines):
        heading = any(cell.style.bold for cell in each.cells.values())
        stack.add([each], follows=height(lines[at + 1 : at + 2]) if heading else 0)
    return stack


def _prose(plan: Plan, texts: Sequence[Text], widths: Sequence[float] = _PROSE) -> Iterator[Line]:
    for text in texts:
        mark = MARKS.get(plan.status("texts", text.key, "本文"), "")
        style = _STYLES.get(text.kind, PARAGRAPH)
        cell = Cell(text.body, style, tail=mark, across=len(widths))
        yield from flowing({0: cell}, widths, 26 if text.kind in _STYLES else 18)


def _tree(plan: Plan, texts: Sequence[Text]) -> Stack:
    stack = _chapter(_tree_name(plan), [*_prose(plan, texts, _TREE)], _TREE)
    if not any(text.kind == "見出し" for text in texts):
        stack.outline.clear()
        stack.title(_tree_name(plan))
    level = plan.words.measure or plan.words.initiative
    heads = head_lines((plan.words.goal, f"{level}No", level, "冊子の頁"), _TREE)
    branches = (_branch(plan, goal) for goal in plan.goals)
    stack.table(heads, [lines for lines in branches if lines], [gap()])
    return stack


def _branch(plan: Plan, goal: Goal) -> list[Line]:
    """The 施策 of one 基本目標; its own name needs room beside them, too."""
    rows = _under(plan, goal.no)
    lines = [
        line({1: Cell(no, CENTERED), 2: Cell(name, CELL), 3: Cell(page, CENTERED)}, _TREE, 20)
        for no, name, page in rows
    ]
    if not lines:
        return []
    cell = Cell(goal.tree_name or goal.name, CELL, down=len(lines))
    more = max(0.0, need(0, cell, _TREE) - height(lines)) / len(lines)
    lines = [replace(each, height=(each.height or 0) + more) for each in lines]
    return [replace(lines[0], cells={0: cell, **lines[0].cells}), *lines[1:]]


def _under(plan: Plan, goal: str) -> list[tuple[str, str, str]]:
    """施策 of a goal, or its 重点取組 where the plan has two levels."""
    if measures := plan.measures_of(goal):
        deep = {each.no: "　" * (len(plan.path(each.no)) - 1) for each in measures}
        return [(m.no, deep[m.no] + (m.tree_name or m.name), m.page) for m in measures]
    return [(each.no, each.list_name or each.name, each.page) for each in plan.initiatives_of(goal)]


def _matrix_page(view: YearView) -> Page:
    """Which department takes part in which 重点取組: ● as the tables' chapter decides.

    More departments than a sheet of paper can show as columns are named instead.
    """
    plan, name = view.plan, f"関連事業と{view.plan.words.department}"
    asked = {action.department for action in plan.actions}
    departments = [each for each in plan.departments if each.code in asked]
    narrow = [4.5] * len(departments)  # a column each; together they are as wide as the paper
    name_width = _LIST - 9.0 - 9.0 - sum(narrow) - (len(departments) + 2) * 5 / 7
    if name_width > 0:
        widths = spread((9.0, name_width, *narrow, 9.0))
    if name_width <= 0 or widths[1] < _NARROWEST_NAME:
        departments, widths = [], spread(_NAMED)
    title = next((text.body for text in plan.texts if text.chapter == name), name)
    marked = [department.name for department in departments] or [plan.words.department]
    heads = ["No", plan.words.initiative, *marked, "冊子の頁"]
    cells = {at: Cell(name, HEADER) for at, name in enumerate(heads)}
    for at, department in enumerate(departments, start=2):
        # Letters one below the other, but words of Latin letters turned, as people read them.
        stacked = 2 * measure.width(department.name) > 3 * len(department.name)
        cells[at] = Cell(department.name, _STACKED if stacked else _TURNED)
    stack = Stack(widths)
    stack.title(title, name)
    stack.heads([replace(line(cells, widths, 22), heads=True)])
    styles = (CENTERED, CELL, CENTERED if departments else CELL, CENTERED)
    for goal in plan.goals:
        band = [across(view.goal_band(goal.no), _GOAL, stack.widths, 20)]
        for initiative in plan.initiatives_under(goal.no):
            asks = dict.fromkeys(action.department for action in plan.actions_of(initiative.no))
            marks = ["●" if each.code in asks else "" for each in departments]
            marks = marks or ["、".join(plan.department[code].name for code in asks)]
            shown = initiative.list_name or initiative.name
            values = (initiative.no, shown, *marks, initiative.page)
            stack.add([*band, *table_row(values, stack.widths, styles)])
            band = []
    return stack.page(name, view.header)
