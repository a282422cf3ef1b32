"""What lies on a sheet and in none of its cells: shapes, pictures, charts, objects, controls.

Drawings (ECMA-376 part 1, 20.5) and the older VML beside them. The parts are opened only where
a sheet points to them; ours point to comments at most.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property, partial
from typing import TypeVar

from kakunin_xlsx.returns.model import At, Comment, Unreadable, Unsafe
from kakunin_xlsx.returns.ooxml.package import Link, Package
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, is_on, parse

_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_SHAPE, _BOX, _CALLOUT, _LOST = "図形", "テキストボックス", "吹き出し", "読み取れない図形"
_THINGS = {"sp": _SHAPE, "cxnSp": "線", "pic": "画像", "contentPart": "手書き", "oleObj": "文書"}
_FORMS = {"ellipse": "楕円", "rect": "四角形", "line": "線"}
_FRAMES = {"chart": "グラフ", "chartEx": "グラフ", "diagramData": "図表（SmartArt）"}
_CONTROLS = {"Pict": "埋め込まれた文書や画像", "Shape": _SHAPE, "Rect": "四角形"}
_CONTROL, _PRINTED = "フォームの部品（ボタンなど）", "印刷のヘッダーやフッターの画像"
_VML = ("shape", "rect", "oval", "line", "roundrect", "polyline", "curve", "arc", "group")
_MOST = 10_000  # on one sheet
_PIXEL, _POINT = 9_525, 12_700  # in the units of a drawing, 914,400 to the inch
_OPEN_BREAK = re.compile(rb"<br\s*>", re.IGNORECASE)  # Excel's VML does not close them

_Made = TypeVar("_Made", bound=Handler)


def drawn(package: Package, sheet: str) -> Iterator[Comment]:
    """What lies on the sheet, each with its words and the cell of its upper left corner.

    A control is told twice in a file and named once. A part that breaks off is said to do so.
    Raises Unreadable if there is no end of it.
    """
    seen: set[tuple[At, str]] = set()
    for each in _drawn(package, sheet):
        at = (each.row, each.col)
        if (at, each.text) not in seen and (each.text or at not in {where for where, _ in seen}):
            yield each
        seen.add((at, each.text))
        if len(seen) > _MOST:
            raise Unreadable(f"一つのシートに{_MOST:,}個を超える図形があります")


def _drawn(package: Package, sheet: str) -> Iterator[Comment]:
    for link in package.links(sheet).values():
        if link.kind == "drawing":
            yield from _read_drawing(package, link.target, _Drawing(package, sheet, link.target))
        elif link.kind == "vmlDrawing":
            yield from _read_drawing(package, link.target, _OldDrawing())
        elif link.kind == "image":
            yield Comment(0, 0, "", "シートの背景の画像")


def _read_drawing(package: Package, part: str, made: _Drawing | _OldDrawing) -> Iterator[Comment]:
    whole = _read(package, part, made)
    yield from made.found
    if made.found and not whole:  # one of which nothing can be read is no drawing of Excel's
        yield Comment(0, 0, "", _LOST)


def _read(package: Package, part: str, made: _Made) -> _Made | None:
    """None for a part that is not there or broken; tricks are still refused."""
    try:
        data = _OPEN_BREAK.sub(b"<br/>", b"".join(package.open(part)))
        parse((data,), made, posixpath.basename(part))
    except Unsafe:
        raise
    except Unreadable:
        return None
    return made


class _Words(Handler):
    """The text of every `letters` element; paragraphs and breaks begin new lines."""

    def __init__(self, letters: str = "t") -> None:
        super().__init__()
        self._words: list[str] = []
        self._spoken = 0
        self.starts = {letters: self._begin, "br": self._line}
        self.ends = {letters: self._end, "p": self._line, "div": self._line}

    @property
    def text(self) -> str:
        """What was said, without blank lines around it."""
        return "".join(self._words).strip()

    def characters(self, content: str) -> None:
        """Text between tags."""
        if self._spoken:
            self._words.append(content)

    def _begin(self, _: Attributes) -> None:
        self._spoken += 1

    def _end(self) -> None:
        self._spoken -= 1

    def _line(self, _: Attributes | None = None) -> None:
        self._words.append("\n")


class _Drawing(_Words):
    """Reads a drawing part: one comment for each anchor, whatever is grouped in it."""

    def __init__(self, package: Package, sheet: str, part: str) -> None:
        super().__init__()
        self.found: list[Comment] = []
        self._package, self._sheet, self._part = package, sheet, part
        self._links = package.links(part)
        self._kind = ""
        self._at: dict[str, int] = {}
        self._number: list[str] | None = None
        self._elsewhere: dict[str, Link] = {}  # parts that hold words of this anchor
        self._kept: list[str] | None = None  # while the same is told again for older programs
        self.starts = {
            **self.starts,
            **dict.fromkeys(_ANCHORS, self._anchor),
            **{name: partial(self._thing, kind) for name, kind in _THINGS.items()},
            **dict.fromkeys(("chart", "relIds"), self._frame),
            **dict.fromkeys(("col", "row"), self._begin_number),
            "Fallback": self._begin_fallback,
            "cNvSpPr": self._box,
            "prstGeom": self._form,
            "pos": self._position,
        }
        self.ends = {
            **self.ends,
            **dict.fromkeys(_ANCHORS, self._end_anchor),
            **{name: partial(self._end_number, name) for name in ("col", "row")},
            "Fallback": self._end_fallback,
        }

    def characters(self, content: str) -> None:
        """Text between tags."""
        if self._number is not None:
            self._number.append(content)
        else:
            super().characters(content)

    def _anchor(self, _: Attributes) -> None:
        self._words, self._elsewhere, self._at, self._kind = [], {}, {}, ""

    def _thing(self, kind: str, _: Attributes) -> None:
        self._kind = self._kind or kind

    def _begin_fallback(self, _: Attributes) -> None:
        if self._kept is None:
            self._kept = self._words.copy()

    def _end_fallback(self) -> None:
        if self._kept is not None and "Fallback" not in self.path:
            self._words, self._kept = self._kept, None

    def _box(self, attrs: Attributes) -> None:
        if is_on(attrs.get("txBox")) and self._kind == _SHAPE:
            self._kind = _BOX

    def _form(self, attrs: Attributes) -> None:
        if self._kind == _SHAPE:
            form = attrs.get("prst", "")
            self._kind = _CALLOUT if "Callout" in form else _FORMS.get(form, _SHAPE)

    def _position(self, attrs: Attributes) -> None:
        self._at = dict(zip(("row", "col"), self._sizes.cell_at(attrs), strict=True))

    @cached_property
    def _sizes(self) -> _Sizes:
        return _read(self._package, self._sheet, _Sizes()) or _Sizes()

    def _begin_number(self, _: Attributes) -> None:
        if self.path[-2:-1] == ["from"]:
            self._number = []

    def _end_number(self, name: str) -> None:
        if self._number is not None:
            word = "".join(self._number).strip()
            self._at[name] = int(word) + 1 if word.isdecimal() and len(word) < 8 else 0
            self._number = None

    def _frame(self, attrs: Attributes) -> None:
        for name, id_ in attrs.items():
            link = self._links.get(id_) if ":" in name else None
            if link and link.kind in _FRAMES:
                self._kind = self._kind or _FRAMES[link.kind]
                self._elsewhere[link.target] = link

    def _end_anchor(self) -> None:
        texts = [self.text, *(_words_of(self._package, part) for part in self._elsewhere)]
        at = (self._at.get("row", 0), self._at.get("col", 0))
        self.found.append(Comment(*at, "\n".join(filter(None, texts)), self._kind or _SHAPE))


def _words_of(package: Package, part: str) -> str:
    """What somebody wrote into a chart or diagram, and into shapes on a chart."""
    parts = [part, *(link.target for link in package.links(part).values() if "Shapes" in link.kind)]
    read = (_read(package, each, _Words()) for each in parts)
    return "\n".join(each.text for each in read if each and each.text)


class _OldDrawing(_Words):
    """Reads a VML part: everything but the frames of comments."""

    def __init__(self) -> None:
        super().__init__("textbox")
        self.found: list[Comment] = []
        self._kind = ""
        self._anchor: list[str] | None = None
        self._pictured = self._anchoring = False
        self.starts = {
            **self.starts,
            **dict.fromkeys(_VML, self._begin_shape),
            "ClientData": self._data,
            "Anchor": partial(self._anchors, True),
            "imagedata": self._picture,
        }
        self.ends = {
            **self.ends,
            **dict.fromkeys(_VML, self._end_shape),
            "Anchor": partial(self._anchors, False),
        }

    def characters(self, content: str) -> None:
        """Text between tags."""
        if self._anchoring:
            self._anchor = [*(self._anchor or ()), content]
        elif self._spoken:
            self._words.append(" ".join(content.split()) if content.isspace() else content)

    def _begin_shape(self, _: Attributes) -> None:
        if len(self.path) == 2:
            self._words, self._kind, self._anchor, self._pictured = [], "", None, False

    def _data(self, attrs: Attributes) -> None:
        self._kind = attrs.get("ObjectType", "")

    def _anchors(self, begins: bool, _: Attributes | None = None) -> None:
        self._anchoring = begins

    def _picture(self, _: Attributes) -> None:
        self._pictured = True

    def _end_shape(self) -> None:
        if len(self.path) != 1 or self._kind == "Note" or not (self._kind or self._pictured):
            return
        kind = _CONTROLS.get(self._kind, _CONTROL) if self._kind else _PRINTED
        words = "".join(self._anchor or ()).split(",")
        row, col = (words[at].strip() if len(words) > at else "" for at in (2, 0))
        at = (int(row) + 1, int(col) + 1) if row.isdecimal() and col.isdecimal() else (0, 0)
        self.found.append(Comment(*at, self.text, kind))


class _Sizes(Handler):
    """Widths and heights of a sheet, for what is anchored to no cell."""

    def __init__(self) -> None:
        super().__init__()
        self._height, self._width = 18.75, 8.38  # points, characters: where a sheet does not say
        self._rows: dict[int, float] = {}
        self._columns: list[tuple[int, int, float]] = []
        self.starts = {"sheetFormatPr": self._usual, "col": self._column, "row": self._row}

    def _usual(self, attrs: Attributes) -> None:
        self._height = float(attrs.get("defaultRowHeight", self._height))
        self._width = float(attrs.get("defaultColWidth", self._width))

    def _column(self, attrs: Attributes) -> None:
        width = 0 if is_on(attrs.get("hidden")) else float(attrs.get("width", self._width))
        self._columns.append((int(attrs.get("min", "1")), int(attrs.get("max", "1")), width))

    def _row(self, attrs: Attributes) -> None:
        if "ht" in attrs or "hidden" in attrs:
            height = 0 if is_on(attrs.get("hidden")) else float(attrs.get("ht", self._height))
            self._rows[int(attrs.get("r", "0"))] = height

    def cell_at(self, position: Attributes) -> At:
        """Row and column of a point that is given from the sheet's upper left corner."""
        x, y = (float(position.get(name, "0")) for name in ("x", "y"))
        return self._row_at(y / _POINT), self._column_at(x / _PIXEL)

    def _row_at(self, points: float) -> int:
        row = 1
        while row < 1_048_576 and (points := points - self._rows.get(row, self._height)) >= 0:
            row += 1
        return row

    def _column_at(self, pixels: float) -> int:
        col = 1
        while col < 16_384 and (pixels := pixels - self._pixels(col)) >= 0:
            col += 1
        return col

    def _pixels(self, col: int) -> float:
        own = (width for first, last, width in self._columns if first <= col <= last)
        width = next(own, self._width)
        return width * 7 + 5 if width else 0


_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3}|[A-Za-z&])')
_INSTEAD = {"&&": "&", "&L": "\n", "&C": "\n", "&R": "\n"}  # the rest says nothing
_PAGES = re.compile(r"(?:ページ|頁|枚|第|中|page|of|[\s\d/／()-])*", re.IGNORECASE)


def words_in_print(code: str) -> str:
    """The lines of a header or footer without its codes (&P, &12), and without counts of pages."""
    plain = _CODES.sub(lambda found: _INSTEAD.get(found[0], ""), code)
    lines = (line.strip() for line in plain.splitlines())
    return "\n".join(line for line in lines if not _PAGES.fullmatch(line))
