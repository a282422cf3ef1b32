"""What was returned, as data: cells, sheets, rows. No Excel library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kakunin_xlsx.findings import Finding
from kakunin_xlsx.layout import Identity, RowMark


class CellKind(StrEnum):
    """What a cell holds; for a formula, what its stored value is."""

    TEXT = "文字"
    NUMBER = "数値"
    DATE = "日付"
    BOOL = "真偽"
    ERROR = "計算不能"
    NO_VALUE = "値なし"  # a formula without a stored value; `typed` is then its text


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty; rows and columns count from 1 as on screen."""

    row: int
    col: int
    typed: str
    kind: CellKind = CellKind.TEXT
    formula: str = ""

    @property
    def address(self) -> str:
        """`J12`."""
        return address(self.row, self.col)


def address(row: int, col: int) -> str:
    """`J12` for row 12 and column 10; nothing for what stands in no sheet (row 0)."""
    if not row:
        return ""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


@dataclass(frozen=True, slots=True)
class Grid:
    """One worksheet: its cells that are not empty, by row and column."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class FormRow:
    """One table row: its mark, and its filled cells by column key.

    `columns` says in which sheet column a key stands, filled or not.
    """

    mark: RowMark
    mark_cell: Cell
    columns: Mapping[str, int]
    cells: Mapping[str, Cell]

    @property
    def id(self) -> str:
        """The row id its mark holds."""
        return self.mark.row

    def address(self, key: str) -> str:
        """Where the cell of `key` stands; '' if the column is not there."""
        return address(self.mark_cell.row, self.columns[key]) if key in self.columns else ""


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One table sheet. `leftovers`: filled cells that are no mark, key, field or row cell.

    `places` holds the addresses of the form's own fields, filled or not; `doubled` the
    filled cells of a form field that stood there twice. `by_headings` names the keys that
    only the headings told.
    """

    name: str
    identity: Identity
    fields: Mapping[str, Cell]
    places: Mapping[str, str]
    rows: tuple[FormRow, ...]
    leftovers: tuple[Cell, ...]
    doubled: tuple[tuple[str, Cell], ...] = ()
    by_headings: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Every column key that was found above a table row."""
        return frozenset(key for row in self.rows for key in row.columns)


@dataclass(frozen=True, slots=True)
class Return:
    """One returned file; byte-identical files are one return with all their paths.

    A file that could not be read has no sheets and a finding that says why.
    """

    paths: tuple[str, ...]
    sha256: str
    sheets: tuple[FormSheet, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def file(self) -> str:
        """All paths, as 回答一覧 names them."""
        return "；".join(self.paths)
