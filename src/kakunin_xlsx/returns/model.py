"""What was returned, as data: cells, sheets, rows; or why it cannot be read. No Excel library."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from operator import lt
from pathlib import Path
from typing import Any, NamedTuple

from kakunin_xlsx.findings import Finding, Kind, Place, catalogue
from kakunin_xlsx.layout import Identity, LedgerRow, RowMark, spaceless
from kakunin_xlsx.record import FORM_ROW

At = tuple[int, int]  # row and column, from 1 as on screen
Span = tuple[int, int]  # first character, and the one behind the last
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_MOST_AREAS = 10_000  # merged blocks of one sheet
COMMENTED, HEADER, FOOTER = "コメント", "印刷のヘッダー", "印刷のフッター"
_UNLOCK = "パスワードを外して保存し直したものを提出してください。"
UNSEEN_FORMULA = "=…"  # there is one; its text is not read


class Refused(Exception):
    """A file is not read: the kind of finding, what is said in its brackets, what helps.

    Without `how`, the usual words for that kind are said.
    """

    def __init__(self, kind: Kind, what: str = "", how: str = "") -> None:
        super().__init__(what)
        self.kind = kind
        locked = kind is catalogue.LOCKED_FILE
        self.what = what or ("パスワードで" if locked else "")
        self.how = how or (_UNLOCK if locked else catalogue.RETURN_XLSX)

    def at(self, file: str) -> Finding:
        """The finding for the file."""
        return self.kind.at(Place(file=file), what=self.what, how=self.how)


class Unreadable(Refused):
    """The content of a workbook cannot be read; `what` says why, in words for people."""

    def __init__(self, what: str, kind: Kind = catalogue.UNREADABLE) -> None:
        super().__init__(kind, what)


class Unsafe(Unreadable):
    """It holds what no spreadsheet program writes."""

    def __init__(self, what: str) -> None:
        super().__init__(what, catalogue.UNSAFE_FILE)


class CellKind(StrEnum):
    """What a cell holds; for a formula, what its stored value is."""

    TEXT = "文字"
    NUMBER = "数値"
    DATE = "日付"
    BOOL = "真偽"
    ERROR = "計算不能"
    NO_VALUE = "値なし"  # a formula without a stored value; `typed` is then its text


class GridCell(NamedTuple):
    """One cell that is not empty; rows and columns count from 1 as on screen.

    `struck` are the parts of `typed` with a line through them (見え消し).
    """

    row: int
    col: int
    typed: str
    kind: CellKind = CellKind.TEXT
    formula: str = ""
    struck: tuple[Span, ...] = ()

    @property
    def address(self) -> str:
        """`J12`."""
        return address(self.row, self.col)

    @property
    def kept(self) -> str:
        """What stays where the struck parts are left out."""
        if not self.struck:
            return self.typed
        at, parts = 0, []
        for first, behind in self.struck:
            parts.append(self.typed[at:first])
            at = behind
        return "".join([*parts, self.typed[at:]])


def check_place(row: int, col: int) -> None:
    """Raises Unreadable for a cell that no sheet of Excel's has."""
    if not (1 <= row <= LAST_ROW and 1 <= col <= LAST_COLUMN):
        raise Unreadable("Excelの表に収まらない所に記入があります")


def address(row: int, col: int) -> str:
    """`J12` for row 12 and column 10; nothing for what stands in no sheet (0)."""
    if not (row and col):
        return ""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


@dataclass(frozen=True, slots=True)
class Area:
    """Merged cells, first and last row and column included."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, at: At) -> bool:
        row, col = at
        return self.top <= row <= self.bottom and self.left <= col <= self.right


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody put on a cell, not into it, without what this tool itself wrote there.

    `kind` tells a comment from shapes, pictures, headers in print. `text` is '' where there are
    no words, `row` and `col` are 0 for what lies at no cell.
    """

    row: int
    col: int
    text: str
    kind: str = COMMENTED

    @property
    def address(self) -> str:
        """`J12`; '' at no cell."""
        return address(self.row, self.col)

    @property
    def where(self) -> str:
        """`J12 のコメント` for what has words, `J12 の上に線` for what has none."""
        between = "の" if self.text else "の上に"
        return f"{self.address} {between}{self.kind}" if self.address else self.kind

    @property
    def in_print(self) -> bool:
        """True for headers and footers, which stand on no sheet."""
        return self.kind in (HEADER, FOOTER)

    def without(self, ours: Collection[str]) -> Comment | None:
        """A header or footer without these lines (no white space in them); None if all are."""
        if not self.in_print:
            return self
        lines = (line for line in self.text.split("\n") if spaceless(line) not in ours)
        return replace(self, text=rest) if (rest := "\n".join(lines)) else None

    def finding(self, place: Place) -> Finding:
        """What is to be said of it; of `place` its cell and words are set here."""
        kind = catalogue.COMMENT if self.text else catalogue.LIES_OVER
        return kind.at(replace(place, cell=self.address, value=self.text), where=self.where)


@dataclass(frozen=True, slots=True)
class Grid:
    """One worksheet: its cells that are not empty, by row and column, and its marks.

    `fills` are the background colours of cells in rows that hold anything. `protected` is
    None where the file's format does not tell; then no other mark is known either.
    """

    name: str
    cells: tuple[GridCell, ...]
    fills: Mapping[At, str] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False
    protected: bool | None = None
    hidden: bool = False  # the sheet itself, in whatever way


@dataclass
class OpenGrid:
    """The same while it is read."""

    name: str
    most_cells: int
    cells: list[GridCell] = field(default_factory=list)
    fills: dict[At, str] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    protected: bool | None = False
    hidden: bool = False

    def check_room(self, more: int) -> None:
        """Raises Unreadable if so many more cells are more than anybody fills."""
        if len(self.cells) + more > self.most_cells:
            raise Unreadable(f"一つのシートに{self.most_cells:,}個を超える記入があります")

    def keep(self, cell: GridCell) -> None:
        """One more cell. Raises Unreadable as `check_room` does."""
        self.check_room(1)
        self.cells.append(cell)

    def merge(self, area: Area) -> None:
        """One more block of merged cells. Raises Unreadable if there is no end of them."""
        if len(self.merged) >= _MOST_AREAS:
            raise Unreadable(f"結合したセルが{_MOST_AREAS:,}か所を超えています")
        self.merged.append(area)

    def closed(self) -> Grid:
        """All that was read, in order. Raises Unreadable if a cell stands there twice."""
        ats = [(cell.row, cell.col) for cell in self.cells]
        if not all(map(lt, ats, ats[1:])):  # every program writes them so
            self.cells.sort(key=lambda cell: (cell.row, cell.col))
            for first, second in pairwise(self.cells):
                if first[:2] == second[:2]:
                    where = first.address
                    raise Unreadable(f"セル{where}が2つあり、どちらの記入か分かりません")
        return Grid(
            self.name,
            tuple(self.cells),
            self.fills,
            tuple(self.comments),
            tuple(self.merged),
            frozenset(self.hidden_rows),
            frozenset(self.hidden_columns),
            self.filtered,
            self.protected,
            self.hidden,
        )


@dataclass(frozen=True, slots=True)
class Book:
    """One workbook. `witnesses` say once more what it was issued as; never needed to read it.

    `unseen` names a format in which not everything can be seen (.xls, .ods); '' otherwise.
    """

    grids: tuple[Grid, ...]
    witnesses: frozenset[Identity] = frozenset()
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One table row: its mark, and its filled cells by column key.

    `columns` says in which sheet column a key stands, filled or not. `by_texts`: the mark was
    lost and the row was told by its printed texts; `mark_cell` is then empty.
    """

    mark: RowMark
    mark_cell: GridCell
    columns: Mapping[str, int]
    cells: Mapping[str, GridCell]
    by_texts: bool = False

    @property
    def id(self) -> str:
        """The row id its mark holds."""
        return self.mark.row

    def place(self, key: str) -> At | None:
        """Row and column of the cell of `key`; None if the column is not there."""
        return (self.mark_cell.row, self.columns[key]) if key in self.columns else None

    def address(self, key: str) -> str:
        """Where the cell of `key` stands; '' if the column is not there."""
        return address(*place) if (place := self.place(key)) else ""


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One table sheet. `leftovers`: filled cells that are no mark, key, field or row cell.

    `places` holds the addresses of the form's own fields, filled or not; `doubled` the
    filled cells of a form field that stood there twice. `by_headings` names the keys that
    only the headings told. `twin` is the sheet of the same workbook that holds the same form and
    comes first; hidden ones come last. `witnesses` are those of the whole workbook. `cover` are
    the form's own fields where another sheet of the workbook holds them. `older` are the headings
    of columns that are not asked any more, by key.
    """

    name: str
    identity: Identity
    fields: Mapping[str, GridCell] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[FormRow, ...] = ()
    leftovers: tuple[GridCell, ...] = ()
    doubled: tuple[tuple[str, GridCell], ...] = ()
    by_headings: tuple[str, ...] = ()
    twin: str = ""
    grid: Grid = Grid("", ())
    witnesses: frozenset[Identity] = frozenset()
    cover: Mapping[str, GridCell] = field(default_factory=dict)
    older: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """Every column key that was found above a table row."""
        return frozenset(key for row in self.rows for key in row.columns)

    def filled(self) -> Iterator[tuple[str, str, GridCell]]:
        """Row id, key and cell of every filled field and row cell."""
        yield from ((FORM_ROW, key, cell) for key, cell in self.fields.items())
        yield from ((row.id, key, cell) for row in self.rows for key, cell in row.cells.items())


@dataclass(frozen=True, slots=True)
class Return:
    """One returned file; byte-identical files are one return with all their paths.

    A file that could not be read has no sheets and a finding that says why. `ledger` are
    decisions of the office that stood in it. `made` is what a worker made of it; of the sheets
    there are then names and identities only.
    """

    paths: tuple[str, ...]
    sha256: str
    sheets: Sequence[FormSheet] = ()
    findings: tuple[Finding, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    made: Any = None

    @property
    def file(self) -> str:
        """All paths, as 回答一覧 names them."""
        return "；".join(self.paths)


@dataclass(frozen=True, slots=True)
class Item:
    """A file to be read: on disk, or inside zips on disk (`members` are places in them).

    `name` is the path people know it by; `sha256` of its own bytes.
    """

    name: str
    sha256: str
    path: Path
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What one file held. `inside` are the files of a zip; `book` comes if no form was asked.

    `made` as in Return.
    """

    sheets: Sequence[FormSheet] = ()
    findings: tuple[Finding, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    inside: tuple[Item, ...] = ()
    book: Book | None = None
    made: Any = None
