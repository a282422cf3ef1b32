"""Workbooks that are no .xlsx: .ods by a reader of our own, .xls and .xlsb by python-calamine.

The latter shows no marks (formulas, error cells, comments, struck text) and can end the whole process
on hostile files, so it runs in a worker only.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from kakunin_xlsx.returns.model import Area, Book, CellKind, Grid, GridCell
from kakunin_xlsx.returns.ods import UNSEEN, read_ods
from kakunin_xlsx.returns.ooxml.values import date_text, number_text
from kakunin_xlsx.returns.unreadable import Locked, Unreadable
from kakunin_xlsx.returns.zips import Zip

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_Value = float | str | bool | time | date | datetime | timedelta


def read_legacy(data: bytes, most_cells: int) -> Book:
    """Every sheet that holds a table. Raises Unreadable."""
    format_ = _format(data)
    if format_ == UNSEEN:
        return read_ods(Zip(data), most_cells)
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            grids = tuple(
                replace(
                    _grid(book.get_sheet_by_name(sheet.name), sheet.name, most_cells),
                    hidden=sheet.visible is not SheetVisibleEnum.Visible,
                )
                for sheet in book.sheets_metadata
            )
    except PasswordError as locked:
        raise Locked from locked
    except (CalamineError, ValueError, OSError) as broken:
        raise Unreadable("古い形式のブックとして読み取れません") from broken
    return Book(grids, unseen=format_)


def _format(data: bytes) -> str:
    if data.startswith(b"PK"):
        return ".xlsb" if b"xl/workbook.bin" in data.lower() else UNSEEN
    return ".xls"


def _grid(sheet: CalamineSheet, name: str, most_cells: int) -> Grid:
    cells: list[GridCell] = []
    if sheet.start:
        # Empty rows above come too, empty columns on the left do not.
        for row, values in enumerate(sheet.iter_rows(), start=1):
            cells += _cells(row, sheet.start[1] + 1, values)
            if len(cells) > most_cells:
                raise Unreadable(f"一つのシートに{most_cells:,}個を超える記入があります")
    merged = sheet.merged_cell_ranges or ()
    areas = tuple(
        Area(top + 1, left + 1, low + 1, right + 1) for (top, left), (low, right) in merged
    )
    return Grid(name, tuple(cells), merged=areas)


def _cells(row: int, first: int, values: Sequence[_Value]) -> Iterator[GridCell]:
    for col, value in enumerate(values, start=first):
        typed, kind = _typed(value)
        if typed.strip():
            yield GridCell(row, col, typed, kind)


def _typed(value: _Value) -> tuple[str, CellKind]:
    match value:
        case bool():
            return str(value).upper(), CellKind.BOOL
        case int() | float():
            return number_text(value), CellKind.NUMBER
        case datetime() | date() | time() | timedelta():
            return date_text(value), CellKind.DATE
    return value, CellKind.TEXT
