"""Old workbooks (.xls): texts by python-calamine; numbers, lines, comments, shapes by the records.

The former shows no marks and no formats of numbers. It can end the whole process on hostile files,
so it runs in a worker only.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from kakunin_xlsx.findings.catalogue import LOCKED_FILE
from kakunin_xlsx.returns.biff import OldGrid, old_grids
from kakunin_xlsx.returns.model import (
    UNSEEN_FORMULA,
    Area,
    Book,
    CellKind,
    Grid,
    GridCell,
    Refused,
    Unreadable,
)
from kakunin_xlsx.returns.ooxml.values import date_text, number_text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

UNSEEN = ".xls"
_Value = float | str | bool | time | date | datetime | timedelta
# The container of old documents ([MS-CFB]): its head, the entries of its directory.
_HEAD = struct.Struct("<30xHH6xIIIIIIIII")
_ENTRY = struct.Struct("<64sHBB48xIQ")
_IN_HEAD = 109  # places of tables that the head itself holds
_LAST = 0xFFFFFFFA  # numbers from here on are no sector
_ROOT, _STREAM = 5, 2


def read_xls(data: bytes, most_cells: int) -> Book:
    """Every sheet that holds a table. Raises Unreadable."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    known = _known(data, most_cells)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            grids: list[Grid] = []
            for said in book.sheets_metadata:
                grid = known.get(said.name) or OldGrid(
                    said.name, protected=None, most_cells=most_cells
                )
                grid.hidden = said.visible is not SheetVisibleEnum.Visible
                _fill(grid, book.get_sheet_by_name(said.name))
                grids.append(grid.closed())
    except PasswordError as locked:
        raise Refused(LOCKED_FILE) from locked
    except (CalamineError, ValueError, OSError) as broken:
        raise Unreadable("古い形式のブックとして読み取れません") from broken
    return Book(tuple(grids), unseen=UNSEEN)


def _known(data: bytes, most_cells: int) -> Mapping[str, OldGrid]:
    """By sheet; nothing for a workbook of an older kind, or one whose records are none."""
    with suppress(ValueError, IndexError, struct.error):
        return old_grids(stream(data, "Workbook", "Book"), most_cells)
    return {}


def _fill(grid: OldGrid, sheet: CalamineSheet) -> None:
    """What the records do not tell: texts, and what they are beside; numbers are theirs."""
    # Empty rows above come too, empty columns on the left do not.
    first = sheet.start[1] + 1 if sheet.start else 1
    for row, values in enumerate(sheet.iter_rows() if sheet.start else (), start=1):
        for col, value in enumerate(values, start=first):
            typed, kind = _typed(value)
            at = (row, col)
            if typed.strip() and at not in grid.known:
                formula = UNSEEN_FORMULA if at in grid.formulas else ""
                struck = ((0, len(typed)),) if at in grid.struck else ()
                grid.keep(GridCell(row, col, typed, kind, formula, struck))
    for cell in grid.known.values():
        if cell.typed.strip():
            grid.keep(cell)
    for (top, left), (low, right) in sheet.merged_cell_ranges or ():
        grid.merged.append(Area(top + 1, left + 1, low + 1, right + 1))


def _typed(value: _Value) -> tuple[str, CellKind]:
    match value:
        case bool():
            return str(value).upper(), CellKind.BOOL
        case int() | float():
            return number_text(value), CellKind.NUMBER
        case datetime() | date() | time() | timedelta():
            return date_text(value), CellKind.DATE
    return value, CellKind.TEXT


# The container.


def stream(data: bytes, *names: str) -> bytes:
    """The first of these streams. Raises ValueError, struct.error or IndexError if it cannot be."""
    box = _Box(data)
    for name in names:
        for title, kind, first, size in box.entries():
            if kind == _STREAM and title.lower() == name.lower():
                return box.content(first, size)
    raise ValueError(names)


class _Box:
    """A container, its tables read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, small, _, _, first, _, self._least, mini, _, more, _ = _HEAD.unpack_from(data)
        self._size, self._small = 1 << shift, 1 << small
        if not 7 <= shift <= 16 or not 4 <= small < shift:
            raise ValueError("sizes")
        tables = list(struct.unpack_from(f"<{_IN_HEAD}I", data, 76))
        while more < _LAST and len(tables) * self._size < len(data):
            ids = self._ids(self._sector(more))
            tables, more = [*tables, *ids[:-1]], ids[-1]
        self._next = [id_ for at in tables if at < _LAST for id_ in self._ids(self._sector(at))]
        self._folder = self._chain(first, self._next, self._size)
        self._minis: Sequence[int] = (
            self._ids(self._chain(mini, self._next, self._size)) if mini < _LAST else ()
        )
        self._pool = b""
        for _, kind, begin, size in self.entries():
            if kind == _ROOT and begin < _LAST:
                self._pool = self._chain(begin, self._next, self._size)[:size]

    def entries(self) -> Iterator[tuple[str, int, int, int]]:
        """Name, kind, first sector and size."""
        for at in range(0, len(self._folder) - _ENTRY.size + 1, _ENTRY.size):
            raw, length, kind, _, first, size = _ENTRY.unpack_from(self._folder, at)
            name = raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
            yield name, kind, first, size & 0xFFFFFFFF

    def content(self, first: int, size: int) -> bytes:
        """A stream; short ones lie together in one pool."""
        if size < self._least and self._pool:
            return self._chain(first, self._minis, self._small, self._pool)[:size]
        return self._chain(first, self._next, self._size)[:size]

    def _sector(self, at: int) -> bytes:
        return self._data[(at + 1) * self._size : (at + 2) * self._size]

    def _chain(self, at: int, following: Sequence[int], size: int, pool: bytes = b"") -> bytes:
        parts: list[bytes] = []
        while at < _LAST:
            if len(parts) > len(following):
                raise ValueError("a chain without an end")
            parts.append(pool[at * size : (at + 1) * size] if pool else self._sector(at))
            at = following[at]
        return b"".join(parts)

    @staticmethod
    def _ids(raw: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
