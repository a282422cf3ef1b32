"""Filling a built form as a department's Excel would leave it.

The file is opened, typed into and saved by another program's hands (openpyxl), so that what
comes back is not what this tool wrote.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kakunin_xlsx.demo.sample import Typed
from kakunin_xlsx.layout import KEY_ROW, Column, Layout, read_mark
from kakunin_xlsx.masters_book import headings
from kakunin_xlsx.masters_book.targets import of_year
from kakunin_xlsx.plan import FieldType, FiscalYear
from kakunin_xlsx.plan.schema import LAST, TABLE
from kakunin_xlsx.plan.tree import TARGETS

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def fill_form(form: bytes, layout: Layout, typed: Typed) -> bytes:
    """The form with `typed` in its cells, saved anew."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(form))
    for sheet in book.worksheets:
        for row, key, at in _cells(sheet, layout):
            if (row, key) in typed:
                column = layout.column.get(key) or layout.form_column[key]
                _type(sheet, at, column, typed[row, key])
    saved = io.BytesIO()
    book.save(saved)
    return _undated(saved.getvalue())


def fill_masters(workbook: bytes, changes: Sequence[Mapping[str, str]]) -> bytes:
    """台帳.xlsx with what the office changes typed into its tables (`sample.revisions`)."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook))
    for change in changes:
        table = TABLE[change["表"]]
        year = FiscalYear.parse(change["年度"])
        sheet = next(s for s in book.worksheets if headings.table_in(s.title) == table.name)
        lines = list(sheet.iter_rows())
        key, keys, column = change["キー"].split("/"), table.keys, change["列"]
        if table is TARGETS:  # the targets of a line stand on one row
            (line_id, of), keys = key, table.keys[:1]
            key, column = [line_id], of_year(of, column)
        head = next(line for line in lines if {*keys} <= {cell.value for cell in line})
        at = {str(cell.value): place for place, cell in enumerate(head)}
        line = next(line for line in lines if [line[at[h]].value for h in keys] == key)
        typed = {column: change["内容"], headings.SINCE: year.code}
        if change["列"] == "終了":
            typed = {LAST: year.previous.code, "後継": change["内容"]}
        for heading, text in {**typed, headings.WHY: change["根拠"]}.items():
            if text:
                line[at[heading]].value = text
    saved = io.BytesIO()
    book.save(saved)
    return _undated(saved.getvalue())


def _undated(saved: bytes) -> bytes:
    """Without moment and system of saving: what is typed decides the bytes, and their digest."""
    again = io.BytesIO()
    with ZipFile(io.BytesIO(saved)) as old, ZipFile(again, "w", ZIP_DEFLATED) as new:
        for member in old.infolist():
            part = old.read(member).replace(b"\r\n", b"\n")  # openpyxl on Windows; XML means LF
            if member.filename == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>2026-05-01T00:00:00Z", part)
            entry = ZipInfo(member.filename)
            entry.create_system = 3  # Unix on every system, for the same bytes everywhere
            new.writestr(entry, part, ZIP_DEFLATED)
    return again.getvalue()


def _cells(sheet: Worksheet, layout: Layout) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Row id, column key and place of each cell under a key row of this respondent."""
    keys: dict[int, str] = {}
    for row in range(1, sheet.max_row + 1):
        mark = read_mark(str(sheet.cell(row, 1).value or ""))
        if mark is None or mark.identity != layout.identity:
            continue
        if mark.row == KEY_ROW:
            keys = {
                col: str(value)
                for col in range(2, sheet.max_column + 1)
                if (value := sheet.cell(row, col).value)
            }
            continue
        for col, key in keys.items():
            yield mark.row, key, (row, col)


def _type(sheet: Worksheet, at: tuple[int, int], column: Column, typed: str) -> None:
    """What Excel stores when a person types this into a cell of this column."""
    cell = sheet.cell(*at)
    match column.type:
        case FieldType.NUMBER:
            cell.value = float(typed)
        case FieldType.DATE:
            cell.value = date.fromisoformat(typed)
        case _:
            cell.value = typed
            cell.data_type = "s"  # openpyxl would make a formula of a leading =
