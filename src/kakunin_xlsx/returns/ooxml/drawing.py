"""What lies on a sheet and in none of its cells: shapes, pictures, charts, objects, controls.

Drawings (ECMA-376 part 1, 20.5) and the older VML beside them. The parts are opened only where
a sheet points to them; ours point to comments at most.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import TypeVar
from xml.etree.ElementTree import Element

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
    sizes = cache(lambda: _read(package, sheet, _Sizes()) or _Sizes())
    for link in package.links(sheet).values():
        if link.kind == "drawing":
            anchored = partial(_anchored, package, package.links(link.target), sizes)
            yield from _lying(package, link.target, _ANCHORS, anchored)
        elif link.kind == "vmlDrawing":
            yield from _lying(package, link.target, _VML, _old_shape)
        elif link.kind == "image":
            yield Comment(0, 0, "", "シートの背景の画像")


def _lying(
    package: Package, part: str, names: Sequence[str], read: Callable[[Element], Comment | None]
) -> Iterator[Comment]:
    """What the elements of these names in a drawing are."""
    found: list[Comment | None] = []
    handler = Handler()
    handler.wholes = dict.fromkeys(names, lambda each: found.append(read(each)))
    whole = _read(package, part, handler)
    things = [each for each in found if each]
    yield from things
    if things and not whole:  # one of which nothing can be read is no drawing of Excel's
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


def _anchored(
    package: Package, links: Mapping[str, Link], sizes: Callable[[], _Sizes], anchor: Element
) -> Comment:
    """One anchor of a drawing, whatever is grouped in it."""
    kind, elsewhere = "", dict[str, None]()  # parts that hold words of it
    for each in anchor.iter():
        if each.tag in _THINGS:
            kind = kind or _THINGS[each.tag]
        elif each.tag in ("chart", "relIds"):
            for link in _frames(each, links):
                kind = kind or _FRAMES[link.kind]
                elsewhere[link.target] = None
        elif each.tag == "cNvSpPr" and kind == _SHAPE and is_on(each.get("txBox")):
            kind = _BOX
        elif each.tag == "prstGeom" and kind == _SHAPE:
            form = each.get("prst", "")
            kind = _CALLOUT if "Callout" in form else _FORMS.get(form, _SHAPE)
    position = anchor.find("pos")
    if position is None:
        row, col = (_number(anchor.findtext(f"from/{name}", "")) for name in ("row", "col"))
    else:
        row, col = sizes().cell_at(position.attrib)
    texts = [_words(anchor), *(_words_of(package, part) for part in elsewhere)]
    return Comment(row, col, "\n".join(filter(None, texts)), kind or _SHAPE)


def _frames(element: Element, links: Mapping[str, Link]) -> Iterator[Link]:
    """The charts and diagrams that an element points to."""
    found = (links.get(id_) for name, id_ in element.items() if ":" in name)
    return (link for link in found if link and link.kind in _FRAMES)


def _number(word: str) -> int:
    """A row or column, counted from 0 in the file; 0 for none."""
    word = word.strip()
    return int(word) + 1 if word.isdecimal() and len(word) < 8 else 0


def _words(element: Element, letters: str = "t") -> str:
    """What stands in the elements `letters`; paragraphs and breaks begin new lines."""
    return "".join(_said(element, letters, inside=False)).strip()


def _said(element: Element, letters: str, inside: bool) -> Iterator[str]:
    inside = inside or element.tag == letters
    yield "\n" if element.tag == "br" else ""
    yield element.text or "" if inside else ""
    for each in element:
        if each.tag != "Fallback":  # the same once more, for older programs
            yield from _said(each, letters, inside)
        yield each.tail or "" if inside else ""
    yield "\n" if element.tag in ("p", "div") else ""


def _words_of(package: Package, part: str) -> str:
    """What somebody wrote into a chart or diagram, and into shapes on a chart."""
    parts = [part, *(link.target for link in package.links(part).values() if "Shapes" in link.kind)]
    found: list[Element] = []
    for each in parts:
        handler = Handler()
        handler.wholes = {"": found.append}
        _read(package, each, handler)
    return "\n".join(filter(None, map(_words, found)))


def _old_shape(shape: Element) -> Comment | None:
    """A shape of a VML part; None for the frame of a comment, and for what shows nothing."""
    kind = "".join([each.get("ObjectType", "") for each in shape.iter("ClientData")][-1:])
    if kind == "Note" or not (kind or shape.find(".//imagedata") is not None):
        return None
    for each in shape.iter():  # the lines of the file are not those that people see
        each.text, each.tail = _in_line(each.text), _in_line(each.tail)
    place = "".join(each.text or "" for each in shape.iter("Anchor")).split(",")
    col, row = (_number(word) for word in (*place, "", "", "")[:3:2])
    kind = _CONTROLS.get(kind, _CONTROL) if kind else _PRINTED
    at = (row, col) if row and col else (0, 0)
    return Comment(*at, _words(shape, "textbox"), kind)


def _in_line(text: str | None) -> str:
    return "".join(line for line in (text or "").split("\n") if line.strip())


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
