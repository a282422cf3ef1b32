"""What an .xls says beside its texts: numbers with their formats, marks, comments ([MS-XLS], BIFF8).

Records are looked at only for what python-calamine does not tell.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.layout import without_notice
from kakunin_xlsx.returns.model import (
    COMMENTED,
    FOOTER,
    HEADER,
    UNSEEN_FORMULA,
    At,
    Comment,
    GridCell,
    OpenGrid,
)
from kakunin_xlsx.returns.ooxml.drawing import words_in_print
from kakunin_xlsx.returns.ooxml.strings import Pieces, joined, pieces_of
from kakunin_xlsx.returns.ooxml.styles import PLAIN, CellFormat, styles_of
from kakunin_xlsx.returns.ooxml.values import ERRORS, number_of, stored

_BIFF8 = 0x0600
_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_STRINGS = 0x00FC
_WORKSHEET = 0
_STRUCK = 0x0008  # of a font
_RAISED = {1: "superscript", 2: "subscript"}
_NO_FONT = 4  # this number is left out, as ever
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_OF_NOTE, _OF_LIST = 0x19, 0x14  # the frame of a comment, the arrow of a list
_DRAWN = {
    0x01: "線",
    0x02: "四角形",
    0x03: "楕円",
    0x05: "グラフ",
    0x06: "テキストボックス",
    0x08: "画像",
}
_CONTROLS = range(0x07, 0x15)
_CONTROL, _SHAPE = "フォームの部品（ボタンなど）", "図形"
_ANCHOR = 0xF010
_MOST = 10_000  # things that lie on one sheet


@dataclass
class OldGrid(OpenGrid):
    """A worksheet of which the records tell what lies beside its texts.

    `known` are the cells whose content they tell too; `formulas` have any result.
    """

    known: dict[At, GridCell] = field(default_factory=dict)
    struck: set[At] = field(default_factory=set)
    formulas: set[At] = field(default_factory=set)


def old_grids(workbook: bytes, most_cells: int) -> Mapping[str, OldGrid]:
    """The worksheets of a Workbook stream by name; none for one of an older kind.

    Raises ValueError, struct.error or IndexError for records that are none.
    """
    (version,) = struct.unpack_from("<H", workbook, 4)
    if version != _BIFF8:
        return {}
    head = _Globals()
    for kind, data in _records(workbook, 0):
        head.take(kind, data)
    found: dict[str, OldGrid] = {}
    for name, at in head.sheets.items():
        sheet = _SheetRecords(OldGrid(name, most_cells=most_cells), head)
        for kind, data in _records(workbook, at):
            sheet.take(kind, data)
        found[name] = sheet.grid
    return found


def _records(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one stream in the stream; what is embedded in it is left out."""
    depth = 0
    while True:
        kind, size = struct.unpack_from("<HH", data, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if not depth:
            return
        if depth == 1:
            yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def _text(data: bytes, at: int, length: int) -> str:
    """Letters behind the byte that says how wide they are."""
    wide = data[at] & 1
    raw = data[at + 1 : at + 1 + (length << wide)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


class _Strings:
    """The table of texts, which goes on in other records, with the looks of their parts."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts, self._part, self._at = parts, 0, 8

    def __iter__(self) -> Iterator[tuple[str, Sequence[tuple[int, int]]]]:
        """Each text, and from which letter on it has which font."""
        while self._is_more:  # what the table says of its length need not be so
            length, flags = struct.unpack("<HB", self._bytes(3))
            runs = struct.unpack("<H", self._bytes(2))[0] if flags & 8 else 0
            more = struct.unpack("<I", self._bytes(4))[0] if flags & 4 else 0
            text = self._letters(length, flags & 1)
            looks = [struct.unpack("<HH", self._bytes(4)) for _ in range(runs)]
            self._bytes(more)
            yield text, looks

    @property
    def _is_more(self) -> bool:
        left = len(self._parts) - self._part
        return left > 1 or (left == 1 and self._at < len(self._parts[self._part]))

    def _bytes(self, count: int) -> bytes:
        found = b""
        while count:
            if self._at >= len(self._parts[self._part]):
                self._part, self._at = self._part + 1, 0
            piece = self._parts[self._part][self._at : self._at + count]
            found += piece
            count, self._at = count - len(piece), self._at + len(piece)
        return found

    def _letters(self, count: int, wide: int) -> str:
        """They may change their width where a new record begins, which says so first."""
        found = ""
        while count:
            if self._at >= len(self._parts[self._part]):
                self._part, self._at = self._part + 1, 1
                wide = self._parts[self._part][0] & 1
            room = (len(self._parts[self._part]) - self._at) >> wide
            taken = min(count, room)
            raw = self._bytes(taken << wide)
            found += raw.decode("utf-16-le" if wide else "latin-1", "replace")
            count -= taken
            if taken == 0:
                self._at = len(self._parts[self._part])
        return found


class _Globals:
    """The begin of the stream: sheets, formats, fonts, where days are counted from."""

    def __init__(self) -> None:
        self.sheets: dict[str, int] = {}  # where each begins
        self.since_1904 = False
        self._formats: dict[int, str] = {}
        self._fonts: list[tuple[bool, str]] = []  # struck, raised
        self._strings: list[bytes] = []
        self._in_strings = False
        self._looks: list[tuple[int, int]] = []  # font and format

    def take(self, kind: int, data: bytes) -> None:
        """One record."""
        self._in_strings = kind == _STRINGS or (kind == _CONTINUE and self._in_strings)
        if self._in_strings:
            self._strings.append(data)
        match kind:
            case 0x0085:
                at, _, what, length = struct.unpack_from("<IBBB", data)
                if what == _WORKSHEET:
                    self.sheets[_text(data, 7, length)] = at
            case 0x0022:
                self.since_1904 = data[:1] == b"\1"
            case 0x041E:
                number, length = struct.unpack_from("<HH", data)
                self._formats[number] = _text(data, 4, length)
            case 0x0031:
                flags, raised = struct.unpack_from("<2xH4xH", data)
                self._fonts.append((bool(flags & _STRUCK), _RAISED.get(raised, "")))
            case 0x00E0:
                self._looks.append(struct.unpack_from("<HH", data))

    def look(self, index: int) -> CellFormat:
        """What a cell's style says."""
        return self._styles[index] if index < len(self._styles) else PLAIN

    @cached_property
    def fonts(self) -> Sequence[tuple[bool, str]]:
        """Struck and raised, by number."""
        return [*self._fonts[:_NO_FONT], (False, ""), *self._fonts[_NO_FONT:]]

    @cached_property
    def strings(self) -> Sequence[Pieces]:
        """Texts in pieces, as cells name them."""
        return [pieces_of(*each, self.fonts) for each in _Strings(self._strings)]

    @cached_property
    def _styles(self) -> list[CellFormat]:
        made = styles_of(self._formats, self.fonts, self._looks)
        return [made.by_index[str(at)] for at in range(len(self._looks))]


class _SheetRecords:
    """Takes the records of one worksheet."""

    def __init__(self, grid: OldGrid, head: _Globals) -> None:
        self.grid = grid
        self._head = head
        self._anchor: At = (0, 0)
        self._object, self._type = 0, 0
        self._letters, self._left = "", 0  # of the text that is being read, and how many more
        self._words: dict[int, str] = {}  # by object
        self._takes: Mapping[int, Callable[[bytes], None]] = {
            0x0203: self._number,
            0x027E: self._short_numbers,
            0x00BD: self._short_numbers,
            0x0205: self._bool_or_error,
            0x0006: self._formula,
            0x00FD: self._shared_string,
            0x0204: self._string,
            0x00D6: self._string,
            0x00EC: self._drawing,
            0x005D: self._begin_object,
            0x01B6: self._begin_text,
            _CONTINUE: self._more_text,
            0x001C: self._note,
        }

    def take(self, kind: int, data: bytes) -> None:
        """One record."""
        if kind != _CONTINUE:
            self._left = 0
        if take := self._takes.get(kind):
            take(data)
        else:
            self._mark(kind, data)
        if len(self.grid.comments) > _MOST:
            raise ValueError("no end of shapes")

    # Cells.

    def _put(self, row: int, col: int, look: int, raw: str, type_: str, computed: bool) -> None:
        style = self._head.look(look)
        typed, kind = stored(raw, type_, style, self._head.since_1904, computed)
        struck = ((0, len(typed)),) if style.struck else ()
        formula = UNSEEN_FORMULA if computed else ""
        at = (row + 1, col + 1)
        self.grid.known[at] = GridCell(*at, typed, kind, formula, struck)

    def _number(self, data: bytes) -> None:
        row, col, look, value = struct.unpack_from("<HHHd", data)
        self._put(row, col, look, repr(value), "n", computed=False)

    def _short_numbers(self, data: bytes) -> None:
        row, col = struct.unpack_from("<HH", data)
        for more, at in enumerate(range(4, len(data) - 2, 6)):
            look, value = struct.unpack_from("<HI", data, at)
            self._put(row, col + more, look, repr(number_of(value)), "n", computed=False)

    def _bool_or_error(self, data: bytes) -> None:
        row, col, look, value, failed = struct.unpack_from("<HHHBB", data)
        self._result(row, col, look, value, bool(failed), computed=False)

    def _result(
        self, row: int, col: int, look: int, value: int, failed: bool, computed: bool
    ) -> None:
        raw = ERRORS.get(value, "#N/A") if failed else str(value)
        self._put(row, col, look, raw, "e" if failed else "b", computed)

    def _formula(self, data: bytes) -> None:
        row, col, look, value = struct.unpack_from("<HHH8s", data)
        self.grid.formulas.add((row + 1, col + 1))
        if value[6:] != b"\xff\xff":
            (number,) = struct.unpack("<d", value)
            self._put(row, col, look, repr(number), "n", computed=True)
        elif value[0] in (1, 2):
            self._result(row, col, look, value[2], value[0] == 2, computed=True)
        else:
            self._string(data)

    def _shared_string(self, data: bytes) -> None:
        row, col, look, index = struct.unpack_from("<HHHI", data)
        text, struck = joined(self._head.strings[index], self._head.look(look).struck)
        at = (row + 1, col + 1)
        self.grid.known[at] = GridCell(*at, text, struck=struck)

    def _string(self, data: bytes) -> None:
        row, col, look = struct.unpack_from("<HHH", data)
        if self._head.look(look).struck:
            self.grid.struck.add((row + 1, col + 1))

    # Marks.

    def _mark(self, kind: int, data: bytes) -> None:
        match kind:
            case 0x0208:  # a row
                row, flags = struct.unpack_from("<H10xH", data)
                self.grid.hidden_rows.update([row + 1] if flags & _HIDDEN_ROW else ())
            case 0x007D:  # columns
                first, last, flags = struct.unpack_from("<HH4xH", data)
                hidden = range(first + 1, min(last, 255) + 2)
                self.grid.hidden_columns.update(hidden if flags & _HIDDEN_COLUMN else ())
            case 0x0012:
                self.grid.protected = data[:1] == b"\1"
            case 0x009D:
                self.grid.filtered = True
            case 0x0014 | 0x0015 if data:
                words = words_in_print(_text(data, 2, struct.unpack_from("<H", data)[0]))
                edge = HEADER if kind == 0x0014 else FOOTER
                self.grid.comments += [Comment(0, 0, words, edge)] if words else []

    # What lies on the sheet: a place, then an object, then its words.

    def _drawing(self, data: bytes) -> None:
        at = 0
        while at + 8 <= len(data):
            version, kind, size = struct.unpack_from("<HHI", data, at)
            if kind == _ANCHOR and size >= 18:
                col, row = struct.unpack_from("<2xH2xH", data, at + 8)
                self._anchor = (row + 1, col + 1)
            at += 8 if version & 0xF == 0xF else 8 + size

    def _begin_object(self, data: bytes) -> None:
        self._type, self._object = struct.unpack_from("<4xHH", data)
        if self._type in (_OF_NOTE, _OF_LIST):
            return
        kind = _DRAWN.get(self._type, _CONTROL if self._type in _CONTROLS else _SHAPE)
        self.grid.comments.append(Comment(*self._anchor, "", kind))

    def _begin_text(self, data: bytes) -> None:
        (self._left,) = struct.unpack_from("<10xH", data)
        self._letters = ""

    def _more_text(self, data: bytes) -> None:
        if not self._left or not data:
            return
        text = _text(data, 0, min(self._left, (len(data) - 1) >> (data[0] & 1)))
        self._left -= len(text)
        self._letters += text
        if self._left > 0:
            return
        words = self._letters.replace("\r\n", "\n").strip()
        if self._type == _OF_NOTE:
            self._words[self._object] = words
        elif self.grid.comments:
            self.grid.comments[-1] = replace(self.grid.comments[-1], text=words)

    def _note(self, data: bytes) -> None:
        row, col, _, object_ = struct.unpack_from("<HHHH", data)
        if said := without_notice(self._words.get(object_, "")):
            self.grid.comments.append(Comment(row + 1, col + 1, said, COMMENTED))
