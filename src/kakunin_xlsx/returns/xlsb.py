"""Binary workbooks (.xlsb): records in the parts of a package ([MS-XLSB]).

Whatever might be a cell and is not known here is refused: it could be an answer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from kakunin_xlsx.returns.model import (
    FOOTER,
    HEADER,
    UNSEEN_FORMULA,
    Area,
    At,
    Book,
    CellKind,
    Comment,
    Grid,
    GridCell,
    OpenGrid,
    Unreadable,
    check_place,
)
from kakunin_xlsx.returns.ooxml.book import with_parts
from kakunin_xlsx.returns.ooxml.drawing import words_in_print
from kakunin_xlsx.returns.ooxml.package import Package
from kakunin_xlsx.returns.ooxml.strings import Pieces, joined, pieces_of
from kakunin_xlsx.returns.ooxml.styles import PLAIN, CellFormat, styles_of
from kakunin_xlsx.returns.ooxml.values import ERRORS, Typed, number_of, stored
from kakunin_xlsx.returns.zips import Zip

UNSEEN = ".xlsb"
_Records = Iterator[tuple[int, bytes]]
_NOTHING = 0xFFFFFFFF  # the length of a text that is not there
# Records of a workbook, its styles and texts.
_PROPERTIES, _SHEET = 153, 156
_FORMAT, _FONT, _LOOK, _LOOKS, _END_LOOKS = 44, 43, 47, 617, 618
_TEXT = 19
_STRUCK, _RAISED = 0x08, {1: "superscript", 2: "subscript"}
# Records of a sheet.
_ROW, _CELLS, _END_CELLS = 0, 145, 146
_BLANK, _RK, _ERROR, _BOOL, _REAL, _PLAIN_TEXT, _SHARED = range(1, 8)
_TEXT_RESULT, _NUMBER_RESULT, _BOOL_RESULT, _FAILED_RESULT = range(8, 12)
_SHORT = range(12, 19)  # the same as the first seven, beside the cell before
_RICH = 62
_BESIDE_CELLS = (35, 36, 37, 38, 49, 50, 426, 427, 428, 1024)  # what Excel writes between them
_COMMENT, _COMMENT_TEXT = 635, 637
_HIDDEN_ROW = 0x10
_MOST_COLUMNS = 1_000


def read_xlsb(archive: Zip, most_cells: int) -> Book:
    """Every worksheet. Raises Unreadable."""
    package = Package(archive)
    main = package.follow("", "officeDocument") or "xl/workbook.bin"
    try:
        book = _BinaryBook(package, main, most_cells)
        grids = tuple(book.grids())
    except (struct.error, IndexError, UnicodeDecodeError) as broken:
        raise Unreadable("ブックの部品の書き方が壊れています") from broken
    if not grids:
        raise Unreadable("シートが一つもありません")
    return Book(grids, unseen=UNSEEN)


def _records(data: bytes) -> _Records:
    """Numbers and contents: both begin with numbers of 7 bits a byte, the lowest first."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind, at = kind & 0x7F | (data[at] & 0x7F) << 7, at + 1
        size = shift = 0
        while shift < 28:
            byte = data[at]
            size, shift, at = size | (byte & 0x7F) << shift, shift + 7, at + 1
            if not byte & 0x80:
                break
        if at + size > len(data):
            raise IndexError(kind)
        yield kind, data[at : at + size]
        at += size


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A text behind its length, and where it ends."""
    (length,) = struct.unpack_from("<I", data, at)
    if length == _NOTHING:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(data):
        raise IndexError(at)
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def _mark(grid: OpenGrid, kind: int, data: bytes) -> None:
    """A record outside the cells."""
    match kind:
        case 60:  # columns
            first, last, flags = struct.unpack_from("<II8xH", data)
            if flags & 1:
                grid.hidden_columns.update(range(first + 1, min(last + 2, _MOST_COLUMNS)))
        case 176:  # merged cells
            top, bottom, left, right = (each + 1 for each in struct.unpack_from("<4I", data))
            grid.merge(Area(top, left, bottom, right))
        case 535:
            grid.protected = struct.unpack_from("<2xI", data)[0] != 0
        case 161:
            grid.filtered = True
        case 479:
            grid.comments += _printed(data)


class _BinaryBook:
    """One workbook: its sheets, and what they have in common."""

    def __init__(self, package: Package, main: str, most_cells: int) -> None:
        self._package, self._main, self._most_cells = package, main, most_cells
        self._since_1904 = False
        self._sheets: list[tuple[str, str, bool]] = []  # name, link, hidden
        for kind, data in self._part(main):
            if kind == _PROPERTIES:
                self._since_1904 = bool(data[0] & 1)
            elif kind == _SHEET:
                link, at = _text(data, 8)
                self._sheets.append((_text(data, at)[0], link, data[0] != 0))
        self._fonts: list[tuple[bool, str]] = []  # struck, raised
        self._styles = self._read_styles()
        self._strings = [
            self._pieces(data) for kind, data in self._linked("sharedStrings") if kind == _TEXT
        ]

    def grids(self) -> Iterator[Grid]:
        """The worksheets, in their order."""
        links = self._package.links(self._main)
        for name, link, hidden in self._sheets:
            if link not in links:
                raise Unreadable(f"シート「{name}」の部品がありません")
            if links[link].kind == "worksheet":
                yield self._grid(links[link].target, name, hidden)

    def _part(self, name: str) -> _Records:
        return _records(b"".join(self._package.open(name)))

    def _linked(self, kind: str) -> _Records:
        part = self._package.follow(self._main, kind)
        return self._part(part) if part else iter(())

    def _read_styles(self) -> Mapping[str, CellFormat]:
        formats: dict[int, str] = {}
        looks: list[tuple[int, int]] = []
        of_cells = False
        for kind, data in self._linked("styles"):
            if kind == _FORMAT:
                formats[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
            elif kind == _FONT:
                flags, raised = struct.unpack_from("<2xH2xH", data)
                self._fonts.append((bool(flags & _STRUCK), _RAISED.get(raised, "")))
            elif kind in (_LOOKS, _END_LOOKS):
                of_cells = kind == _LOOKS
            elif kind == _LOOK and of_cells:
                number, font = struct.unpack_from("<2xHH", data)
                looks.append((font, number))
        return styles_of(formats, self._fonts, looks).by_index

    def _pieces(self, data: bytes, at: int = 0) -> Pieces:
        """A text with the looks of its parts."""
        text, end = _text(data, at + 1)
        if not data[at] & 1:
            return ((text, None),)
        (count,) = struct.unpack_from("<I", data, end)
        runs = [struct.unpack_from("<HH", data, end + 4 + 4 * each) for each in range(count)]
        return pieces_of(text, runs, self._fonts)

    # Sheets.

    def _grid(self, part: str, name: str, hidden: bool) -> Grid:
        grid = OpenGrid(name, hidden=hidden, most_cells=self._most_cells)
        records = self._part(part)
        for kind, data in records:
            if kind == _CELLS:
                self._read_cells(grid, records)
            else:
                _mark(grid, kind, data)
        return with_parts(grid, self._package, part, self._comments)

    def _read_cells(self, grid: OpenGrid, records: _Records) -> None:
        row = col = 0
        pictured = False
        for kind, data in records:
            if kind == _END_CELLS:
                return
            if kind == _ROW:
                row, col = struct.unpack_from("<I", data)[0] + 1, 0
                if data[11] & _HIDDEN_ROW:
                    grid.hidden_rows.add(row)
            elif kind in _BESIDE_CELLS:
                pictured = pictured or kind == 50
            elif kind in _SHORT:
                col += 1
                self._take(grid, (row, col), kind - _SHORT[0] + 1, data, 4, pictured)
                pictured = False
            elif kind in range(_BLANK, _FAILED_RESULT + 1) or kind == _RICH:
                col = struct.unpack_from("<I", data)[0] + 1
                self._take(grid, (row, col), kind, data, 8, pictured)
                pictured = False
            else:
                raise Unreadable(f"表の中に、読み方の分からない記録（{kind}番）があります")
        raise Unreadable("表が途中で終わっています")

    def _take(
        self, grid: OpenGrid, at: At, kind: int, data: bytes, begin: int, pictured: bool
    ) -> None:
        """A cell; its content begins behind its place and style."""
        row, col = at
        check_place(row, col)
        look = int.from_bytes(data[begin - 4 : begin - 1], "little")
        style = self._styles.get(str(look), PLAIN)
        if pictured and kind == _ERROR:
            grid.comments.append(Comment(*at, "", "セルの中の画像"))
            return
        if kind in (_SHARED, _RICH):
            index = struct.unpack_from("<I", data, begin)[0] if kind == _SHARED else -1
            pieces = self._strings[index] if kind == _SHARED else self._pieces(data, begin)
            text, struck = joined(pieces, style.struck)
            typed, what = text, CellKind.TEXT
        else:
            typed, what = self._content(kind, data, begin, style)
            struck = ((0, len(typed)),) if style.struck else ()
        if typed.strip():
            formula = UNSEEN_FORMULA if _TEXT_RESULT <= kind <= _FAILED_RESULT else ""
            grid.keep(GridCell(row, col, typed, what, formula, struck))

    def _content(self, kind: int, data: bytes, begin: int, style: CellFormat) -> Typed:
        computed = kind >= _TEXT_RESULT
        raw, type_ = "", "n"
        if kind in (_PLAIN_TEXT, _TEXT_RESULT):
            return _text(data, begin)[0], CellKind.TEXT
        if kind in (_ERROR, _FAILED_RESULT):
            raw, type_ = ERRORS.get(data[begin], "#N/A"), "e"
        elif kind in (_BOOL, _BOOL_RESULT):
            raw, type_ = str(data[begin]), "b"
        elif kind == _RK:
            raw = repr(number_of(struct.unpack_from("<I", data, begin)[0]))
        elif kind in (_REAL, _NUMBER_RESULT):
            raw = repr(struct.unpack_from("<d", data, begin)[0])
        return stored(raw, type_, style, self._since_1904, computed)

    def _comments(self, part: str) -> Iterator[tuple[At, str]]:
        at: At = (0, 0)
        for kind, data in self._part(part):
            if kind == _COMMENT:
                row, col = struct.unpack_from("<4xI4xI", data)
                at = (row + 1, col + 1)
            elif kind == _COMMENT_TEXT:
                yield at, joined(self._pieces(data), cell_struck=False)[0]


def _printed(data: bytes) -> Iterator[Comment]:
    """Headers and footers of all, even and first pages; the same is said once."""
    found: dict[Comment, None] = {}
    at = 2
    for kind in (HEADER, FOOTER) * 3:
        code, at = _text(data, at)
        if words := words_in_print(code):
            found[Comment(0, 0, words, kind)] = None
    yield from found
