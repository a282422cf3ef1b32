"""The booklet's chapters before the tables: 計画の推進, 基本目標, 施策の体系, 関連事業と担当課."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.plan import Plan, Text
from kakunin_xlsx.report.lines import (
    CELL,
    CENTERED,
    HEADING,
    PARAGRAPH,
    SUBHEADING,
    across,
    gap,
    heading_row,
    line,
    paragraphs,
    table_row,
)
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Line, Page

_PROSE = (94.0,)
_STYLES = {"見出し": HEADING, "小見出し": SUBHEADING}
_TREE = (26.0, 8.0, 52.0, 8.0)


def chapter_pages(view: YearView) -> list[Page]:
    """One sheet for each chapter of the plan's texts; the colophon belongs to the overview."""
    plan = view.plan
    chapters = dict.fromkeys(text.chapter for text in plan.texts)
    prose = {name: [text for text in plan.texts if text.chapter == name] for name in chapters}
    pages = [
        _page(plan, name, _PROSE, list(_prose(plan, texts)))
        for name, texts in prose.items()
        if any(text.kind == "本文" for text in texts) and name != _tree_name(plan)
    ]
    pages.append(_page(plan, plan.words.goal, _PROSE, list(_goals(plan))))
    pages.append(_page(plan, _tree_name(plan), _TREE, list(_tree(plan, prose))))
    pages.append(_matrix_page(plan))
    return pages


def _tree_name(plan: Plan) -> str:
    return f"{plan.words.measure or plan.words.initiative}の体系"


def _page(plan: Plan, name: str, widths: Sequence[float], lines: list[Line]) -> Page:
    header = f"&L{plan.title}　取組状況確認表"
    return Page(name=name, widths=widths, lines=lines, header=header)


def _prose(plan: Plan, texts: Sequence[Text]) -> Iterator[Line]:
    for text in texts:
        mark = MARKS.get(plan.status("texts", text.key, "本文"), "")
        style = _STYLES.get(text.kind, PARAGRAPH)
        cell = Cell(text.body, style, tail=mark)
        yield line({0: cell}, _PROSE, 30 if text.kind in _STYLES else 20)


def _goals(plan: Plan) -> Iterator[Line]:
    yield across(plan.words.goal, HEADING, _PROSE, 30)
    for goal in plan.goals:
        yield across(f"{plan.words.goal}{goal.no}　{goal.name}", SUBHEADING, _PROSE, 28)
        yield from paragraphs(filter(None, goal.explanation.split("\n")), _PROSE)
        yield gap()


def _tree(plan: Plan, prose: dict[str, list[Text]]) -> Iterator[Line]:
    texts = prose.get(_tree_name(plan), [])
    if not any(text.kind == "見出し" for text in texts):
        yield across(_tree_name(plan), HEADING, _TREE, 30)
    for text in texts:
        mark = MARKS.get(plan.status("texts", text.key, "本文"), "")
        style = _STYLES.get(text.kind, PARAGRAPH)
        yield line({0: Cell(text.body, style, tail=mark, across=len(_TREE))}, _TREE, 22)
    yield gap()
    level = plan.words.measure or plan.words.initiative
    yield heading_row((plan.words.goal, f"{level}No", level, "冊子の頁"), _TREE)
    for goal in plan.goals:
        rows = _under(plan, goal.no)
        for at, (no, name, page) in enumerate(rows):
            cells = {1: Cell(no, CENTERED), 2: Cell(name, CELL), 3: Cell(page, CENTERED)}
            if at == 0:
                words = goal.tree_name or goal.name
                cells[0] = Cell(words, CELL, down=len(rows))
            # a name of several lines needs at least this much in a short group
            yield line(cells, _TREE, 34 if len(rows) < 3 else 22)


def _under(plan: Plan, goal: str) -> list[tuple[str, str, str]]:
    """施策 of a goal, or its 重点取組 where the plan has two levels."""
    if measures := plan.measures_of(goal):
        return [(each.no, each.tree_name or each.name, each.page) for each in measures]
    return [(each.no, each.list_name or each.name, each.page) for each in plan.initiatives_of(goal)]


def _matrix_page(plan: Plan) -> Page:
    """Which department takes part in which 重点取組: ● as the tables' chapter decides."""
    words = plan.words
    name = f"関連事業と{words.department}"
    departments = [d for d in plan.departments if any(a.department == d.code for a in plan.actions)]
    widths = (9.0, 52.0, *(5.5 for _ in departments), 7.0)
    title = next((t.body for t in plan.texts if t.chapter == name), name)
    lines = [across(title, HEADING, widths, 30)]
    turned = ["\n".join(department.name) for department in departments]
    lines.append(heading_row(("No", words.initiative, *turned, "冊子の頁"), widths))
    for goal in plan.goals:
        band = f"{words.goal}{goal.no}：{goal.name}"
        lines.append(across(band, replace(CELL, bold=True, fill="#DCE9F5"), widths, 20))
        for initiative in (each for each in plan.initiatives if each.goal == goal.no):
            asked = {action.department for action in plan.actions_of(initiative.no)}
            marks = ["●" if each.code in asked else "" for each in departments]
            shown = initiative.list_name or initiative.name
            values = (initiative.no, shown, *marks, initiative.page)
            lines.append(table_row(values, widths, (CENTERED, CELL, CENTERED)))
    header = f"&L{plan.title}　取組状況確認表"
    return Page(name=name, widths=widths, lines=lines, header=header, repeat=(1, 1))
