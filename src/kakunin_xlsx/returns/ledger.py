"""The office's own tables read back: what it decided in 回答の相違.xlsx and 事務局修正.xlsx."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kakunin_xlsx.layout import LedgerMark, LedgerRow, read_ledger_mark
from kakunin_xlsx.returns.model import Grid, GridCell, address


def read_ledger(grid: Grid, file: str) -> Iterator[LedgerRow]:
    """The rows in which anything was written; none if the sheet is no such table."""
    rows: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        rows.setdefault(cell.row, []).append(cell)
    columns: dict[str, int] = {}
    for at, cells in rows.items():
        mark = next((mark for cell in cells if (mark := read_ledger_mark(cell.typed))), None)
        if mark is None:
            continue
        if mark.is_key_row:
            columns = {cell.typed.strip(): cell.col for cell in cells}
        else:
            yield _row(mark, at, columns, {cell.col: cell for cell in cells}, grid.name, file)


def _row(
    mark: LedgerMark,
    at: int,
    columns: Mapping[str, int],
    cells: Mapping[int, GridCell],
    sheet: str,
    file: str,
) -> LedgerRow:
    typed = {key: cells[col].kept for key, col in columns.items() if col in cells}
    places = {key: address(at, col) for key, col in columns.items()}
    return LedgerRow(mark, typed, places, file, sheet)
