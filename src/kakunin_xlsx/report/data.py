"""データ: one flat table for machines, one datum in a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kakunin_xlsx.layout import Column, Row, measure
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.report.lines import heading_row, line
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import LOCKED
from kakunin_xlsx.sheets.page import A3, Cell, Page, Value

_FIGURE = replace(LOCKED, number="General", align="right")
_WIDTHS = (8, 11, 15, 20, 30, 45, 60, 80, 120, 250)  # the first in which a text finds room
_LINES = 6  # a text of more lines gets a wider column
_EXACT = 15  # digits that a spreadsheet's number holds


def data_page(view: YearView) -> Page:
    """One line per action, headings in the first line, no merged cells."""
    headings = [*_master_headings(view), *_answer_headings(view)]
    rows = [[*_master(view, row), *_answers(view, row)] for row in view.layout.rows]
    widths = [
        _width([heading, *(str(row[at] or "") for row in rows)])
        for at, heading in enumerate(headings)
    ]
    lines = [heading_row(headings, widths)]
    lines += [line({at: _cell(value) for at, value in enumerate(row)}, widths) for row in rows]
    return Page(
        name="データ",
        widths=widths,
        lines=lines,
        paper=A3,
        landscape=True,
        fit=False,  # shrunk to one sheet's width nobody could read it
        header=view.header,
        freeze=(1, 4),
        repeat=(0, 0),
        repeat_columns=(0, 3),
        filtered=(0, 0, len(rows), len(headings) - 1),
    )


def _width(texts: Sequence[str]) -> float:
    """The narrowest width at which no text is long and thin, or else at least shown whole."""
    heading, *values = texts
    for width in _WIDTHS:
        short = all(measure.count(text, width) <= _LINES for text in values)
        if short and measure.count(heading, width) <= 2:
            return width
        if width >= 60 and not _too_tall(values, width):
            return width
    return _WIDTHS[-1]


def _too_tall(texts: Sequence[str], width: float) -> bool:
    size = LOCKED.size
    return any(measure.height(text, width, size) > measure.TALLEST for text in texts)


def _cell(value: Value) -> Cell:
    return Cell(value, _FIGURE if isinstance(value, int | float) else LOCKED)


def _master_headings(view: YearView) -> Iterator[str]:
    words = view.plan.words
    yield from ("西暦年度", "和暦年度", "照会", "行ID", f"{words.goal}No", words.goal)
    if words.measure:
        yield from (f"{words.measure}No", words.measure)
    yield from (f"{words.initiative}No", words.initiative, words.department, "再掲元")
    yield from (words.outline, words.effort, words.target, "目標の状態", "目標値", "単位")


def _master(view: YearView, row: Row) -> Iterator[Value]:
    plan, action = view.plan, view.plan.action[row.id]
    initiative = plan.initiative[row.initiative]
    goal = plan.goal[initiative.goal]
    yield from (view.year.start, view.year.name, view.round.name, row.id, goal.no, goal.name)
    if plan.words.measure:
        measure_ = plan.measure.get(initiative.measure)
        yield from (measure_.no, measure_.name) if measure_ else ("", "")
    yield from (initiative.no, initiative.name, row.department, action.repeats)
    target = plan.target.get((row.id, view.year))
    status = plan.status("targets", f"{row.id}/{view.year.code}", "目標文")
    yield from (action.outline, action.effort, target.text if target else "", str(status))
    yield from (target.figure, target.unit) if target else (None, "")


def _answer_headings(view: YearView) -> Iterator[str]:
    for column in view.layout.open_columns:
        yield column.heading
        if column.type is not FieldType.TEXT:
            yield f"{column.heading}（理解した値）"


def _answers(view: YearView, row: Row) -> Iterator[Value]:
    for column in view.layout.open_columns:
        answer = view.answer(row.id, column)
        yield answer.value if answer else None
        if column.type is not FieldType.TEXT:
            yield _understood(column, answer.understood) if answer else None


def _understood(column: Column, meant: str) -> Value:
    digits = sum(map(str.isdigit, meant))
    exact = column.type is FieldType.NUMBER and 0 < digits <= _EXACT
    return float(meant) if exact else meant
