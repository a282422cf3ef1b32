"""One worksheet part → its grid: filled cells and the marks that people leave on them.

Rows are written alike by every program: as a row of plain tags. Such rows are taken apart by one
pattern, and only what it covers without a gap counts; any other goes through the parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import chain

from kakunin_xlsx.returns.model import (
    FOOTER,
    HEADER,
    LAST_COLUMN,
    LAST_ROW,
    Area,
    At,
    CellKind,
    Comment,
    GridCell,
    OpenGrid,
    Span,
    Unreadable,
    address,
)
from kakunin_xlsx.returns.ooxml.drawing import words_in_print
from kakunin_xlsx.returns.ooxml.strings import Joined, Pieces, RichText, joined, referred, unescaped
from kakunin_xlsx.returns.ooxml.styles import PLAIN, Styles
from kakunin_xlsx.returns.ooxml.values import stored
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, is_on, plain_text

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_MOST_COLUMNS = 1_000  # whose hiding or colour is looked at; a form has some twenty
_MOST_FILLS = 1_000_000
_MOST_PLACES = 1 << 14  # whose addresses are remembered; every form uses much the same
_MOST_LETTERS = 1_000_000  # in one cell; Excel takes 32,767
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_ROW = re.compile(r'<row((?: [A-Za-z0-9:]+="[^"<&]*")*) ?(/?)>')
_EMPTY_ROWS = re.compile(r'<row(?: [A-Za-z0-9:]+="[^"<&]*")* ?/>')
_TEXT = r"[^<&]*(?:&(?:quot|apos|amp|lt|gt|\#10);[^<&]*)*"
_CELL = re.compile(
    rf"""(<c\ r="([A-Z]{{1,2}}|[A-W][A-Z]{{2}}|X[A-E][A-Z]|XF[A-D])([1-9][0-9]{{0,6}})"
    (?:\ s="([0-9]+)")?(?:\ t="([A-Za-z]+)")?\ ?
    (?:/>|>(?:<f(?:\ aca="false")?>({_TEXT})</f>)?(?:<v>([^<&]*)</v>|<v\ ?/>)?</c>
    |>(<is><t(?:\ xml:space="preserve")?>{_TEXT}</t></is>)</c>))""",
    re.VERBOSE,
)
_NUMBER = re.compile(r' r="([0-9]+)"')
_HIDDEN = re.compile(r' hidden="([^"]*)"')


@dataclass(frozen=True)
class Shared:
    """What the sheets of one workbook have in common."""

    strings: Sequence[Pieces]
    styles: Styles
    since_1904: bool
    most_cells: int

    @cached_property
    def plain(self) -> Mapping[str, str]:
        """Texts without formats or lines through them, by their index as cells name it."""
        return {
            str(at): pieces[0][0]
            for at, pieces in enumerate(self.strings)
            if len(pieces) == 1 and not pieces[0][1] and pieces[0][0].strip()
        }


class SheetReader(Handler):
    """Reads a worksheet part. Only rows that hold something leave anything behind."""

    guarded = "sheetData"

    def __init__(self, shared: Shared, grid: OpenGrid) -> None:
        super().__init__()
        self.shared, self.grid, self.cells = shared, grid, grid.cells
        self._row = self._row_begins = 0
        self._row_fills: dict[At, str] = {}
        self._row_hidden = False
        self._formulas: dict[str, str] = {}
        self._joined: dict[tuple[str, bool], Joined] = {}
        self._text: list[str] | None = None  # of the open <v> or <f>
        # The cell that is being read.
        self._open = False
        self._at: At = (0, 0)
        self._type, self._style = "n", PLAIN
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._shared_formula = ""
        self._rich = False
        self._inline = RichText()
        self.starts = {
            **self._inline.starts,
            **{name: partial(self._mark, read) for name, read in _MARKS.items()},
            "row": self._start_row,
            "c": self._start_cell,
            "v": self._start_value,
            "f": self._start_formula,
            "is": self._start_inline,
            "t": self._start_bare_text,
            **dict.fromkeys(_IN_PRINT, self._start_print),
        }
        self.ends = {
            **self._inline.ends,
            "row": self._end_row,
            "c": self._end_cell,
            "v": self._end_text,
            "f": self._end_text,
            **{name: partial(self._end_print, kind) for name, kind in _IN_PRINT.items()},
        }

    def take(self, part: Iterable[bytes]) -> Iterable[bytes]:
        """Reads the rows, if they are written as usual; what is left to be parsed."""
        chunks = iter(part)
        data = next(chunks, b"")
        rest = next(chunks, None)
        if rest is not None:
            return chain((data, rest), chunks)
        begin, end = data.find(_BEGIN) + len(_BEGIN), data.rfind(_END)
        rows = plain_text(data, begin, end) if begin >= len(_BEGIN) else None
        if rows is None or not self._take_rows(rows):
            return (data,)
        return (data[:begin], data[end:])

    def _take_rows(self, rows: str) -> bool:
        """Every row and cell, or none if any is not written as usual."""
        *whole, last = rows.split("</row>")
        taken = all(map(self._take_row, whole)) and not _EMPTY_ROWS.sub("", last)
        self.grid.check_room(0)
        return taken or self._forget()

    def _take_row(self, written: str) -> bool:
        """One row, with empty ones before it."""
        while begun := _ROW.match(written):
            number, hidden = _NUMBER.search(begun[1]), _HIDDEN.search(begun[1])
            self._row = int(number[1]) if number else self._row + 1
            self._row_hidden = is_on(hidden[1]) if hidden else False
            self._row_begins, self._row_fills = len(self.cells), {}
            written = written[begun.end() :]
            if not begun[2]:
                return self._take_cells(written)
        return False

    def _take_cells(self, written: str) -> bool:
        found = _CELL.findall(written)
        if sum(len(cell[0]) for cell in found) != len(written):
            return False
        shared, cells, fills, digits = self.shared, self.cells, self.shared.styles.fills, ""
        plain, struck, row = shared.plain, shared.styles.struck, 0
        for _, letters, number, style, type_, formula, raw, inline in found:
            if number != digits:
                digits, row = number, int(number)
                if row > LAST_ROW:
                    return False
            col = column(letters)
            if style in fills and col <= _MOST_COLUMNS:
                self._row_fills[row, col] = fills[style]
            if type_ == "s" and style not in struck and raw in plain and not formula:
                cells.append(GridCell(row, col, plain[raw]))
            elif raw or formula or inline:
                self._at, self._type = (row, col), type_ or "n"
                self._style = shared.styles.by_index.get(style or "0", PLAIN)
                self._rich = False
                self._value, self._formula = [raw], [referred(formula)] if formula else None
                self._finish(((_inline(inline), None),) if inline else None)
        self._end_row()
        return True

    def _forget(self) -> bool:
        """Nothing of what was taken counts; the parser begins anew."""
        self.cells.clear()
        self.grid.fills.clear()
        self.grid.hidden_rows.clear()
        self._row = self._row_begins = 0
        return False

    def characters(self, content: str) -> None:
        """Text between tags."""
        if self._text is not None:
            self._text.append(content)
        else:
            self._inline.characters(content)

    # Rows and cells. Whatever stands inside an inline text is part of that.

    def _start_row(self, attrs: Attributes) -> None:
        if self._inline.running:
            return
        number = attrs.get("r", "")
        self._row = int(number) if number.isdecimal() else self._row + 1
        self._at = (self._row, 0)
        self._row_begins = len(self.cells)
        self._row_fills = {}
        self._row_hidden = is_on(attrs.get("hidden"))

    def _end_row(self) -> None:
        if len(self.cells) > self._row_begins:
            self.grid.fills.update(self._row_fills)
            if len(self.grid.fills) > _MOST_FILLS:
                raise Unreadable("色の付いたセルが多すぎます")
            if self._row_hidden:
                self.grid.hidden_rows.add(self._row)

    def _start_cell(self, attrs: Attributes) -> None:
        if self._inline.running:
            return
        at = place(attrs["r"]) if "r" in attrs else (self._row, self._at[1] + 1)
        style = self.shared.styles.by_index.get(attrs.get("s", "0"), PLAIN)
        if style.fill and at[1] <= _MOST_COLUMNS:
            self._row_fills[at] = style.fill
        self._open, self._at = True, at
        self._type, self._style = attrs.get("t", "n"), style
        self._value = self._formula = None
        self._rich = "vm" in attrs
        self._shared_formula = ""

    def _start_value(self, _: Attributes) -> None:
        if self._open and not self._inline.running:
            if self._value is not None:
                raise Unreadable(f"セル{address(*self._at)}に値が2つあり、どちらか分かりません")
            self._text = self._value = []

    def _start_formula(self, attrs: Attributes) -> None:
        if self._open and not self._inline.running:
            self._text = self._formula = []
            self._shared_formula = attrs.get("si", "")

    def _start_inline(self, _: Attributes) -> None:
        if self._open and not self._inline.running:
            self._inline.begin()

    def _start_bare_text(self, attrs: Attributes) -> None:
        """Some programs leave <is> out."""
        if self._open and not self._inline.running and self._type == "inlineStr":
            self._inline.begin()
        self._inline.starts["t"](attrs)

    def _end_text(self) -> None:
        self._text = None

    def _end_cell(self) -> None:
        if not self._open:
            return
        self._open = False
        inline = self._inline.finish() if self._inline.running else None
        if self._value is None and self._formula is None and inline is None:
            return
        self._finish(inline)

    def _finish(self, inline: Pieces | None) -> None:
        formula = self._whole_formula()
        typed, kind, struck = self._typed(inline)
        if self._is_picture(kind, formula):
            self.grid.comments.append(Comment(*self._at, "", "セルの中の画像"))
            return
        if formula and not typed and self._type != "str":  # its value is no empty text
            typed, kind = formula, CellKind.NO_VALUE
        if typed.strip():
            self._keep(GridCell(*self._at, typed, kind, formula, struck))

    def _is_picture(self, kind: CellKind, formula: str) -> bool:
        """True for a picture in place of a value; older programs are told #VALUE!."""
        named = formula and any(function in formula for function in _PICTURES)
        return bool(named) or (kind is CellKind.ERROR and self._rich and not formula)

    def _keep(self, cell: GridCell) -> None:
        if len(cell.typed) > _MOST_LETTERS:
            raise Unreadable(f"一つのセルに{_MOST_LETTERS:,}字を超える記入があります")
        self.grid.keep(cell)

    def _typed(self, inline: Pieces | None) -> tuple[str, CellKind, tuple[Span, ...]]:
        raw, is_struck = "".join(self._value or ()), self._style.struck
        if inline is not None:
            text, struck = joined(inline, is_struck)
            return text, CellKind.TEXT, struck
        if self._type == "s" and raw:
            text, struck = self._string(raw, is_struck)
            return text, CellKind.TEXT, struck
        computed = self._formula is not None
        typed, kind = stored(raw, self._type, self._style, self.shared.since_1904, computed)
        return typed, kind, ((0, len(typed)),) if typed and is_struck else ()

    def _string(self, raw: str, struck: bool) -> Joined:
        """A shared text; many cells may have a long one, so that is joined only once."""
        if (raw, struck) not in self._joined:
            index = int(raw) if raw.strip().isdecimal() else -1
            if not 0 <= index < len(self.shared.strings):
                raise Unreadable("セルの指す文字が、ブックの中にありません")
            self._joined[raw, struck] = joined(self.shared.strings[index], struck)
        return self._joined[raw, struck]

    def _whole_formula(self) -> str:
        if self._formula is None:
            return ""
        text = unescaped("".join(self._formula))
        if self._shared_formula:
            text = self._formulas.setdefault(self._shared_formula, text)
        return f"={text}"

    # Marks.

    def _start_print(self, _: Attributes) -> None:
        if not self._inline.running:
            self._text = self._value = []

    def _end_print(self, kind: str) -> None:
        """A header or footer; the same for odd and even pages is said once."""
        words = words_in_print(unescaped("".join(self._text or ())))
        self._text = None
        if words and (found := Comment(0, 0, words, kind)) not in self.grid.comments:
            self.grid.comments.append(found)

    def _mark(self, read: Callable[[SheetReader, Attributes], None], attrs: Attributes) -> None:
        if not self._inline.running:
            read(self, attrs)

    def _merge(self, attrs: Attributes) -> None:
        first, _, last = attrs.get("ref", "").partition(":")
        (top, left), (bottom, right) = place(first), place(last or first)
        self.grid.merge(Area(top, left, bottom, right))

    def _hide_columns(self, attrs: Attributes) -> None:
        if is_on(attrs.get("hidden")):
            first, last = int(attrs.get("min", "1")), int(attrs.get("max", "1"))
            self.grid.hidden_columns.update(range(max(first, 1), min(last, _MOST_COLUMNS) + 1))

    def _filter(self, _: Attributes) -> None:
        self.grid.filtered = True

    def _protect(self, attrs: Attributes) -> None:
        self.grid.protected = is_on(attrs.get("sheet"))


_IN_PRINT = {
    f"{pages}{name}": kind
    for name, kind in (("Header", HEADER), ("Footer", FOOTER))
    for pages in ("odd", "even", "first")
}
_PICTURES = ("_xlfn.IMAGE(", "DISPIMG(")
_MARKS: Mapping[str, Callable[[SheetReader, Attributes], None]] = {
    "mergeCell": SheetReader._merge,
    "col": SheetReader._hide_columns,
    "autoFilter": SheetReader._filter,
    "sortState": SheetReader._filter,
    "sheetProtection": SheetReader._protect,
}


@lru_cache(maxsize=_MOST_PLACES)
def place(ref: str) -> At:
    """Row and column of `J12`. Raises Unreadable."""
    if found := _REF.fullmatch(ref):
        row, col = int(found[2]), column(found[1].upper())
        if 1 <= row <= LAST_ROW and col <= LAST_COLUMN:
            return row, col
    raise Unreadable(f"セルの番地「{ref[:20]}」を読み取れません")


@lru_cache(maxsize=LAST_COLUMN)
def column(letters: str) -> int:
    """3 for C."""
    col = 0
    for letter in letters:
        col = col * 26 + ord(letter) - ord("A") + 1
    return col


def _inline(written: str) -> str:
    """The text of a plain `<is>`."""
    return unescaped(referred(written[written.index(">", 4) + 1 : -len("</t></is>")]))
