"""Old workbooks (.xls): texts by python-calamine; numbers, lines, comments, shapes by the records.

The former shows no marks and no formats of numbers. It can end the whole process on hostile files,
so it runs in a worker only.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from kakunin_xlsx.returns.biff import SheetMarks, sheet_marks
from kakunin_xlsx.returns.compound import stream
from kakunin_xlsx.returns.model import UNSEEN_FORMULA, Area, Book, CellKind, Grid, GridCell
from kakunin_xlsx.returns.ooxml.values import date_text, number_text
from kakunin_xlsx.returns.unreadable import Locked, Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

UNSEEN = ".xls"
_Value = float | str | bool | time | date | datetime | timedelta


def read_xls(data: bytes, most_cells: int) -> Book:
    """Every sheet that holds a table. Raises Unreadable."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    marks = _marks(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            grids = tuple(
                replace(
                    _marked(
                        _grid(book.get_sheet_by_name(sheet.name), sheet.name, most_cells),
                        marks.get(sheet.name),
                    ),
                    hidden=sheet.visible is not SheetVisibleEnum.Visible,
                )
                for sheet in book.sheets_metadata
            )
    except PasswordError as locked:
        raise Locked from locked
    except (CalamineError, ValueError, OSError) as broken:
        raise Unreadable("古い形式のブックとして読み取れません") from broken
    return Book(grids, unseen=UNSEEN)


def _marks(data: bytes) -> Mapping[str, SheetMarks]:
    """By sheet; nothing for a workbook of an older kind, or one whose records are none."""
    with suppress(ValueError, IndexError, struct.error):
        return sheet_marks(stream(data, "Workbook", "Book"))
    return {}


def _marked(grid: Grid, marks: SheetMarks | None) -> Grid:
    """With what the records say; numbers are theirs."""
    if marks is None:
        return grid
    told = [_told(cell, marks) for cell in grid.cells if (cell.row, cell.col) not in marks.cells]
    cells = (*told, *(cell for cell in marks.cells.values() if cell.typed.strip()))
    return replace(
        grid,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))),
        comments=tuple(marks.comments),
        hidden_rows=frozenset(marks.hidden_rows),
        hidden_columns=frozenset(marks.hidden_columns),
        filtered=marks.filtered,
        protected=marks.protected,
    )


def _told(cell: GridCell, marks: SheetMarks) -> GridCell:
    at = (cell.row, cell.col)
    return cell._replace(
        formula=UNSEEN_FORMULA if at in marks.formulas else "",
        struck=((0, len(cell.typed)),) if at in marks.struck else (),
    )


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
