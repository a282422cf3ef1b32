"""データ and 出典: flat tables for machines and for whoever asks where a value came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.report.lines import heading_row, line
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import LOCKED
from kakunin_xlsx.sheets.page import A3, Cell, Page, Value

_FLAT = LOCKED
_FIGURE = replace(_FLAT, number="General", align="right")
_WIDTH, _NARROW = 24.0, 11.0


def data_page(view: YearView) -> Page:
    """One line per action, one cell one datum, headings in the first line, no merges."""
    headings = [*_master_headings(view), *_answer_headings(view)]
    rows = [[*_master(view, row), *_answers(view, row)] for row in view.layout.rows]
    return _flat_page("データ", headings, rows)


def sources_page(view: YearView) -> Page:
    """Where each answer that counts was typed: file, sheet, cell and the file's hash."""
    headings = (
        "行ID",
        "担当課",
        "項目",
        "値",
        "理由",
        "ファイル",
        "シート",
        "セル",
        "SHA256（先頭12字）",
    )
    answers = (a for a in view.record.answers if a.adopted and a.row != FORM_ROW)
    rows = [
        [a.row, a.department, a.heading, a.value, a.reason, a.file, a.sheet, a.cell, a.sha256[:12]]
        for a in answers
    ]
    return _flat_page("出典", headings, rows)


def _flat_page(name: str, headings: Sequence[str], rows: Sequence[Sequence[Value]]) -> Page:
    wide = [any(len(str(row[at] or "")) > 12 for row in rows) for at in range(len(headings))]
    widths = [_WIDTH if is_wide else _NARROW for is_wide in wide]
    lines = [heading_row(headings, widths)]
    lines += [line({at: _cell(value) for at, value in enumerate(row)}, widths) for row in rows]
    return Page(
        name=name,
        widths=widths,
        lines=lines,
        paper=A3,
        landscape=True,
        freeze=(1, 0),
        repeat=(0, 0),
        filtered=(0, 0, len(rows), len(headings) - 1),
    )


def _cell(value: Value) -> Cell:
    return Cell(value, _FIGURE if isinstance(value, int | float) else _FLAT)


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
        measure = plan.measure.get(initiative.measure)
        yield from (measure.no, measure.name) if measure else ("", "")
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
    return float(meant) if column.type is FieldType.NUMBER and meant else meant
