"""One worksheet part → its grid: filled cells and the marks that people leave on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.handler import ContentHandler

from kakunin_xlsx.returns.model import Area, At, Cell, CellKind, Span
from kakunin_xlsx.returns.ooxml.strings import Joined, Pieces, RichText, joined, unescaped
from kakunin_xlsx.returns.ooxml.styles import Style, Styles
from kakunin_xlsx.returns.ooxml.values import stored
from kakunin_xlsx.returns.ooxml.xml import Attributes, is_on, local
from kakunin_xlsx.returns.unreadable import Unreadable

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_MOST_AREAS = 10_000
_MOST_COLUMNS = 1_000  # whose hiding or colour is looked at; a form has some twenty
_MOST_FILLS = 1_000_000
_MOST_LETTERS = 1_000_000  # in one cell; Excel takes 32,767


@dataclass(frozen=True)
class Shared:
    """What the sheets of one workbook have in common."""

    strings: Sequence[Pieces]
    styles: Styles
    since_1904: bool
    most_cells: int


@dataclass(slots=True)
class _Open:
    """The cell that is being read."""

    at: At
    type: str
    style: Style
    value: list[str] | None = None
    formula: list[str] | None = None
    shared_formula: str = ""
    inline: RichText | None = None


@dataclass
class SheetReader(ContentHandler):
    """Reads a worksheet part. Only rows that hold something leave anything behind."""

    shared: Shared
    cells: list[Cell] = field(default_factory=list)
    fills: dict[At, str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    protected: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        self._row = self._col = self._row_begins = 0
        self._row_fills: dict[At, str] = {}
        self._row_hidden = False
        self._cell: _Open | None = None
        self._text: list[str] | None = None
        self._formulas: dict[str, str] = {}
        self._joined: dict[tuple[str, bool], Joined] = {}

    # Events.

    def startElement(self, name: str, attrs: Attributes) -> None:
        """SAX."""
        name = local(name)
        if self._cell and self._cell.inline:
            self._cell.inline.start(name, attrs)
        elif starts := _STARTS.get(name):
            starts(self, attrs)

    def characters(self, content: str) -> None:
        """SAX."""
        if self._text is not None:
            self._text.append(content)
        elif self._cell and self._cell.inline:
            self._cell.inline.characters(content)

    def endElement(self, name: str) -> None:
        """SAX."""
        match local(name):
            case "c" if self._cell:
                self._end_cell(self._cell)
            case "row":
                self._end_row()
            case "v" | "f":
                self._text = None
            case inner if self._cell and self._cell.inline:
                self._cell.inline.end(inner)

    # Rows and cells.

    def _start_row(self, attrs: Attributes) -> None:
        number = attrs.get("r", "")
        self._row = int(number) if number.isdecimal() else self._row + 1
        self._col = 0
        self._row_begins = len(self.cells)
        self._row_fills = {}
        self._row_hidden = is_on(attrs.get("hidden"))

    def _end_row(self) -> None:
        if len(self.cells) > self._row_begins:
            self.fills.update(self._row_fills)
            if len(self.fills) > _MOST_FILLS:
                raise Unreadable("色の付いたセルが多すぎます")
            if self._row_hidden:
                self.hidden_rows.add(self._row)

    def _start_cell(self, attrs: Attributes) -> None:
        at = place(attrs["r"]) if "r" in attrs else (self._row, self._col + 1)
        self._col = at[1]
        style = self.shared.styles.named(attrs.get("s", "0"))
        if style.fill and at[1] <= _MOST_COLUMNS:
            self._row_fills[at] = style.fill
        self._cell = _Open(at, attrs.get("t", "n"), style)

    def _start_value(self, _: Attributes) -> None:
        if self._cell:
            self._text = self._cell.value = []

    def _start_formula(self, attrs: Attributes) -> None:
        if self._cell:
            self._text = self._cell.formula = []
            self._cell.shared_formula = attrs.get("si", "")

    def _start_inline(self, _: Attributes) -> None:
        if self._cell:
            self._cell.inline = RichText()

    def _end_cell(self, cell: _Open) -> None:
        self._cell = None
        if cell.value is None and cell.formula is None and cell.inline is None:
            return
        formula = self._formula(cell)
        typed, kind, struck = self._typed(cell)
        if formula and not typed:
            typed, kind = formula, CellKind.NO_VALUE
        if typed.strip():
            self._keep(Cell(*cell.at, typed, kind, formula, struck))

    def _keep(self, cell: Cell) -> None:
        if len(self.cells) >= self.shared.most_cells:
            raise Unreadable(f"一つのシートに{self.shared.most_cells:,}個を超える記入があります")
        if len(cell.typed) > _MOST_LETTERS:
            raise Unreadable(f"一つのセルに{_MOST_LETTERS:,}字を超える記入があります")
        self.cells.append(cell)

    def _typed(self, cell: _Open) -> tuple[str, CellKind, tuple[Span, ...]]:
        raw = "".join(cell.value or ())
        if cell.inline or (cell.type == "s" and raw):
            text, struck = self._string(raw, cell.style.struck, cell.inline)
            return text, CellKind.TEXT, struck
        typed, kind = stored(raw, cell.type, cell.style, self.shared.since_1904)
        return typed, kind, ((0, len(typed)),) if typed and cell.style.struck else ()

    def _string(self, raw: str, struck: bool, inline: RichText | None) -> Joined:
        """A text; many cells may share a long one, so that is joined only once."""
        if inline:
            return joined(inline.pieces, struck)
        if (raw, struck) not in self._joined:
            index = int(raw) if raw.strip().isdecimal() else -1
            if not 0 <= index < len(self.shared.strings):
                raise Unreadable("セルの指す文字が、ブックの中にありません")
            self._joined[raw, struck] = joined(self.shared.strings[index], struck)
        return self._joined[raw, struck]

    def _formula(self, cell: _Open) -> str:
        if cell.formula is None:
            return ""
        text = unescaped("".join(cell.formula))
        if cell.shared_formula:
            text = self._formulas.setdefault(cell.shared_formula, text)
        return f"={text}"

    # Marks.

    def _merge(self, attrs: Attributes) -> None:
        first, _, last = attrs.get("ref", "").partition(":")
        (top, left), (bottom, right) = place(first), place(last or first)
        if len(self.merged) >= _MOST_AREAS:
            raise Unreadable(f"結合したセルが{_MOST_AREAS:,}か所を超えています")
        self.merged.append(Area(top, left, bottom, right))

    def _hide_columns(self, attrs: Attributes) -> None:
        if is_on(attrs.get("hidden")):
            first, last = int(attrs.get("min", "1")), int(attrs.get("max", "1"))
            self.hidden_columns.update(range(max(first, 1), min(last, _MOST_COLUMNS) + 1))

    def _filter(self, _: Attributes) -> None:
        self.filtered = True

    def _protect(self, attrs: Attributes) -> None:
        self.protected = is_on(attrs.get("sheet"))


_STARTS: Mapping[str, Callable[[SheetReader, Attributes], None]] = {
    "row": SheetReader._start_row,
    "c": SheetReader._start_cell,
    "v": SheetReader._start_value,
    "f": SheetReader._start_formula,
    "is": SheetReader._start_inline,
    "mergeCell": SheetReader._merge,
    "col": SheetReader._hide_columns,
    "autoFilter": SheetReader._filter,
    "sortState": SheetReader._filter,
    "sheetProtection": SheetReader._protect,
}


def place(ref: str) -> At:
    """Row and column of `J12`. Raises Unreadable."""
    if found := _REF.fullmatch(ref):
        row, col = int(found[2]), 0
        for letter in found[1].upper():
            col = col * 26 + ord(letter) - ord("A") + 1
        if 1 <= row <= _LAST_ROW and col <= _LAST_COLUMN:
            return row, col
    raise Unreadable(f"セルの番地「{ref[:20]}」を読み取れません")
