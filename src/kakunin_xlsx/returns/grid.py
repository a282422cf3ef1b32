"""Workbook bytes → neutral grids. The only module that calls openpyxl.

`read_grids` takes bytes and gives plain data or one sentence, so that it can run in a
process of its own.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kakunin_xlsx.returns.model import Cell, CellKind, Grid

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_CELLS = 200_000  # filled cells of one sheet; a form has a few hundred


class Unreadable(Exception):
    """The workbook cannot be read; the text says why, in words for people."""


def read_grids(data: bytes) -> tuple[Grid, ...]:
    """The worksheets of an xlsx file, hidden ones included. Raises Unreadable, nothing else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of parts it does not keep
            return tuple(_grids(data))
    except Unreadable:
        raise
    except MemoryError as problem:
        raise Unreadable("大きすぎて、記憶域が足りません") from problem
    except Exception as problem:
        raise Unreadable(f"部品の書き方がExcelのものと異なります：{_brief(problem)}") from problem


def _brief(problem: Exception) -> str:
    words = " ".join(str(problem).split())
    return f"{type(problem).__name__} {words}"[:120].strip()


def _grids(data: bytes) -> Iterator[Grid]:
    from openpyxl import load_workbook
    from openpyxl.worksheet.worksheet import Worksheet

    typed = load_workbook(io.BytesIO(data), keep_links=False)
    stored = load_workbook(io.BytesIO(data), keep_links=False, data_only=True)
    for sheet in typed.worksheets:
        values = stored[sheet.title]
        if isinstance(sheet, Worksheet) and isinstance(values, Worksheet):
            yield Grid(sheet.title, tuple(_cells(sheet, values)))


def _cells(sheet: Worksheet, values: Worksheet) -> Iterator[Cell]:
    """Filled cells by row and column.

    The dictionary of stored cells is openpyxl's own; every public way to iterate fills up
    the rectangle to the farthest cell, and one stray XFD1048576 makes that endless.
    """
    filled = [at for at, cell in sheet._cells.items() if cell.value is not None]
    if len(filled) > MAX_CELLS:
        raise Unreadable(f"シート「{sheet.title}」に{len(filled):,}個の記入があります")
    for row, col in sorted(filled):
        found = sheet._cells[row, col]
        stored = values._cells.get((row, col)) if found.data_type == "f" else found
        formula = _formula(found.value) if found.data_type == "f" else ""
        typed, kind = _typed(stored)
        if formula and not typed:
            typed, kind = formula, CellKind.NO_VALUE
        if typed.strip():
            yield Cell(row, col, typed, kind, formula)


def _formula(value: Any) -> str:
    """The text of a formula; array formulas keep theirs in an object."""
    text = str(getattr(value, "text", None) or value)
    return text if text.startswith("=") else f"={text}"


def _typed(cell: Any) -> tuple[str, CellKind]:
    """What a cell's stored value looks like typed, and what it is."""
    value = cell.value if cell is not None else None
    match value:
        case None:
            return "", CellKind.TEXT
        case bool():
            return str(value).upper(), CellKind.BOOL
        case int() | float():
            return number_text(value, str(cell.number_format)), CellKind.NUMBER
        case datetime() | date() | time() | timedelta():
            return date_text(value), CellKind.DATE
    return str(value), CellKind.ERROR if cell.data_type == "e" else CellKind.TEXT


def number_text(value: float, number_format: str = "General") -> str:
    """A number in shortest form; a percentage as it is seen, or 50% would become 0.5."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return str(value)
    percent = number_format.split(";")[0].rstrip().endswith("%")
    plain = format(exact * 100 if percent else exact, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"{'0' if plain == '-0' else plain}{'%' if percent else ''}"


def date_text(value: date | time | timedelta) -> str:
    """ISO; a date's time only if it is not midnight."""
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()
