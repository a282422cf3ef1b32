"""出典: for whoever asks where a value came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakunin_xlsx.record import FORM_ROW, Answer
from kakunin_xlsx.report.lines import flowing, heading_row
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import LOCKED
from kakunin_xlsx.sheets.page import A3, Cell, Page

_COLUMNS = {
    "照会": 10.0,
    "行": 9.0,
    "回答元": 18.5,
    "項目": 14.0,
    "値": 66.0,
    "理由": 8.0,
    "ファイル": 30.0,
    "シート": 9.0,
    "セル": 7.0,
    "SHA256（先頭12字）": 15.0,
}
_HASH = 12  # letters of it that tell files apart


def sources_page(view: YearView) -> Page:
    """Where each answer that counts was typed: file, sheet, cell and the file's hash."""
    widths = list(_COLUMNS.values())
    headings = list(_COLUMNS)
    lines = [heading_row(headings, widths)]
    for each in (view, *view.later):
        for answer in _in_order(each):
            cells = {at: Cell(text, LOCKED) for at, text in enumerate(_texts(each, answer))}
            lines += flowing(cells, widths)
    return Page(
        name="出典",
        widths=widths,
        lines=lines,
        paper=A3,
        landscape=True,
        fit=False,
        header=view.header,
        freeze=(1, 0),
        repeat=(0, 0),
        filtered=(0, 0, len(lines) - 1, len(headings) - 1),
    )


def _texts(view: YearView, answer: Answer) -> Sequence[str]:
    row = view.layout.row.get(answer.row)
    opinion = row is not None and view.round.answers_opinions
    label = view.label(row) if row and opinion else answer.row
    who = (view.round.name, label, answer.respondent_name, answer.heading)
    where = (answer.file, answer.sheet, answer.cell, answer.sha256[:_HASH])
    return (*who, answer.value, answer.reason.value, *where)


def _in_order(view: YearView) -> Iterator[Answer]:
    """The table's order first; what stands in no row of it is not lost, but comes last."""
    answers = view.record.of(view.year.code, view.round.code).answers
    rows = {row.id: at for at, row in enumerate(view.layout.rows)}
    hidden = {c.key for c in view.layout.open_columns if c not in view.printed}
    inside = hidden if view.round != view.plan.main_round else ()
    adopted = [a for a in answers if a.adopted and a.row != FORM_ROW and a.key not in inside]
    yield from sorted(adopted, key=lambda each: rows.get(each.row, len(rows)))
