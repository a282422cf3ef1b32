"""出典: for whoever asks where a value came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakunin_xlsx.record import FORM_ROW, Answer
from kakunin_xlsx.report.lines import flowing, heading_row
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import LOCKED
from kakunin_xlsx.sheets.page import A3, Cell, Page

_COLUMNS = {
    "行ID": 9.0,
    "担当課": 18.5,
    "項目": 14.0,
    "値": 76.0,
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
    headings = [view.plan.words.department if name == "担当課" else name for name in _COLUMNS]
    lines = [heading_row(headings, widths)]
    for answer in _in_order(view):
        cells = {at: Cell(text, LOCKED) for at, text in enumerate(_texts(answer))}
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


def _texts(answer: Answer) -> Sequence[str]:
    who = (answer.row, answer.department, answer.heading)
    where = (answer.file, answer.sheet, answer.cell, answer.sha256[:_HASH])
    return (*who, answer.value, answer.reason.value, *where)


def _in_order(view: YearView) -> Iterator[Answer]:
    """The table's order first; what stands in no row of it is not lost, but comes last."""
    answers = view.record.of(view.year.code, view.round.code).answers
    rows = {row.id: at for at, row in enumerate(view.layout.rows)}
    adopted = [each for each in answers if each.adopted and each.row != FORM_ROW]
    yield from sorted(adopted, key=lambda each: rows.get(each.row, len(rows)))
