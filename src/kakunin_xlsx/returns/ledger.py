"""The office's own tables read back: what it decided in 回答の相違.xlsx and 事務局修正.xlsx."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby

from kakunin_xlsx.findings import Finding, Place, brief
from kakunin_xlsx.findings.catalogue import BESIDE_DECISIONS
from kakunin_xlsx.layout import LedgerMark, LedgerRow, read_ledger_mark
from kakunin_xlsx.returns.model import Comment, Grid, GridCell, address


def read_ledger(grid: Grid, file: str) -> Iterator[LedgerRow]:
    """The rows in which anything was written; none if the sheet is no such table."""
    columns: dict[str, int] = {}
    for at, cells, mark in _lines(grid):
        if mark is None:
            continue
        if mark.is_key_row:
            columns = {cell.typed.strip(): cell.col for cell in cells}
        else:
            yield _row(mark, at, columns, {cell.col: cell for cell in cells}, grid.name, file)


def beside_ledger(grid: Grid, file: str) -> Iterator[Finding]:
    """What somebody put on a sheet of the office's workbook, but not into its table."""
    at = Place(file=file, sheet=grid.name)
    yield from map(partial(word_of_office, at), _stray(grid))
    yield from map(partial(sign_of_office, at), grid.comments)


def _stray(grid: Grid) -> Iterator[GridCell]:
    """Cells that are no table's. Above its rows our words begin beside the marks, or are headings."""
    marks = [cell.col for cell in grid.cells if read_ledger_mark(cell.typed)]
    first = {marks[0], marks[0] + 1} if marks else set[int]()
    columns, begun = first, False
    for _, cells, mark in _lines(grid):
        if mark and mark.is_key_row:
            columns = {cell.col for cell in cells}
            continue
        begun = begun or mark is not None
        yield from cells if begun and not mark else (c for c in cells if c.col not in columns)


def word_of_office(place: Place, cell: GridCell) -> Finding:
    """For a cell that decides nothing."""
    at = replace(place, cell=cell.address, value=cell.typed)
    what = f"{cell.address} に「{brief(cell.typed)}」と書かれています"
    return BESIDE_DECISIONS.at(at, what=what)


def sign_of_office(place: Place, comment: Comment) -> Finding:
    """For a comment or a shape."""
    at = replace(place, cell=comment.address, value=comment.text)
    said = f"に「{brief(comment.text)}」と書かれています" if comment.text else "があります"
    return BESIDE_DECISIONS.at(at, what=f"{comment.where}{said}")


def _lines(grid: Grid) -> Iterator[tuple[int, list[GridCell], LedgerMark | None]]:
    """Row, filled cells and mark of each line."""
    for at, line in groupby(grid.cells, key=lambda cell: cell.row):
        cells = list(line)
        yield at, cells, next(filter(None, (read_ledger_mark(cell.typed) for cell in cells)), None)


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
