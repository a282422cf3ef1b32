"""The office's own tables read back: what it decided in 回答の相違.xlsx and 事務局修正.xlsx."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from kakunin_xlsx.findings import Finding, Place, brief
from kakunin_xlsx.findings.catalogue import BESIDE_DECISIONS
from kakunin_xlsx.layout import LedgerMark, LedgerRow, read_ledger_mark
from kakunin_xlsx.layout.ledger import NEW_VALUE, PLAN_WORDED, REASON, WHO, heading_words
from kakunin_xlsx.returns.model import Comment, Grid, GridCell, address

_KEYS = frozenset({NEW_VALUE, REASON, WHO})  # the row of column keys has all of these
_WORDS_COLUMN = 2  # where title and notes stand


@dataclass
class LedgerSheet:
    """A worksheet as such a table."""

    grid: Grid
    file: str

    @cached_property
    def lines(self) -> Mapping[int, list[GridCell]]:
        """Filled cells by sheet row."""
        found: dict[int, list[GridCell]] = {}
        for cell in self.grid.cells:
            found.setdefault(cell.row, []).append(cell)
        return found

    @cached_property
    def marks(self) -> Mapping[int, tuple[GridCell, LedgerMark]]:
        """Marks of what a row decides, by sheet row."""
        found = ((cell, read_ledger_mark(cell.typed)) for cell in self.grid.cells)
        return {
            cell.row: (cell, mark)
            for cell, mark in found
            if mark is not None and not mark.is_key_row
        }

    @cached_property
    def key_row(self) -> int:
        """Where the column keys stand; 0 if they are gone."""
        texts = ((at, {cell.typed.strip() for cell in cells}) for at, cells in self.lines.items())
        return next((at for at, found in texts if found >= _KEYS), 0)

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Sheet columns by key."""
        return {cell.typed.strip(): cell.col for cell in self.lines.get(self.key_row, ())}

    def rows(self) -> Iterator[LedgerRow]:
        """Every row with a mark, as far as the column keys tell what stands in it."""
        for at, (_, mark) in self.marks.items():
            cells = {cell.col: cell for cell in self.lines[at]}
            typed = {key: cells[col].kept for key, col in self.columns.items() if col in cells}
            places = {key: address(at, col) for key, col in self.columns.items()}
            yield LedgerRow(mark, typed, places, self.file, self.grid.name)

    @property
    def lost(self) -> bool:
        """True if something unread stands in it, as its marks or its keys are gone."""
        return bool(self.unread) and not (self.marks and self.key_row)

    @cached_property
    def unread(self) -> tuple[GridCell, ...]:
        """The cells of which nothing tells what they decide: beside it, or in it where it is lost."""
        return tuple(self._unread())

    def _unread(self) -> Iterator[GridCell]:
        words = heading_words()
        first = min(self.marks, default=0)
        known = set(self.columns.values())
        worded = {self.columns.get(key) for key in PLAN_WORDED}
        for at, cells in self.lines.items():
            if at == self.key_row:
                continue
            for cell in cells:
                if at in self.marks:
                    ours = cell is self.marks[at][0] or cell.col in known
                elif at < (self.key_row or first):
                    ours = cell.col == _WORDS_COLUMN
                else:
                    heading = at == self.key_row + 1 and cell.col in worded
                    ours = heading or cell.typed.strip() in words
                if not ours:
                    yield cell


def read_ledger(grid: Grid, file: str) -> LedgerSheet | None:
    """The table that a worksheet holds; None if it is no such table."""
    table = LedgerSheet(grid, file)
    return table if table.marks or table.key_row else None


def beside_ledger(grid: Grid, table: LedgerSheet | None, file: str) -> Iterator[Finding]:
    """What somebody put on a sheet of the office's workbook, but not into its table."""
    at = Place(file=file, sheet=grid.name)
    yield from map(partial(word_of_office, at), table.unread if table else grid.cells)
    yield from map(partial(sign_of_office, at), grid.comments)


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
