"""OpenDocument spreadsheets (.ods): values, merged cells, comments, drawings and print headers.

Colours are not looked at; the book says so. Names are those of OpenDocument 1.3
part 3, without their namespaces.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from xml.etree.ElementTree import Element

from kakunin_xlsx.layout import without_notice
from kakunin_xlsx.returns.model import (
    FOOTER,
    HEADER,
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Book,
    CellKind,
    Comment,
    Grid,
    GridCell,
    OpenGrid,
    Unreadable,
    check_place,
)
from kakunin_xlsx.returns.ods_text import Looks, count, plain, typed
from kakunin_xlsx.returns.ooxml.strings import Pieces, joined
from kakunin_xlsx.returns.ooxml.xml import tree
from kakunin_xlsx.returns.zips import Zip

UNSEEN = ".ods"
_CONTENT = "content.xml"
_LENGTH = re.compile(r"([0-9.]+)(cm|mm|in|pt)")
_POINTS = {"cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "pt": 1.0}
_SHEET = re.compile(r"\$?(?:'((?:[^']|'')*)'|([^.']+))\.")
_MOST = 10_000  # things that are no cell
_FAILED = "calcext:value-type"  # "error" where a formula has no result
_HIDDEN = ("collapse", "filter")
_CELLS = ("table-cell", "covered-table-cell")
_TITLES = ("title", "subtitle", "footer")  # of a chart
_COMMENT = "annotation"
_DRAWN = {
    "frame": "画像",
    "text-box": "テキストボックス",
    "object": "埋め込まれた文書",
    "object-ole": "埋め込まれた文書",
    "caption": "吹き出し",
    "control": "フォームの部品（ボタンなど）",
    "ellipse": "楕円",
    "circle": "楕円",
    "line": "線",
    "connector": "線",
    "measure": "線",
    "rect": "四角形",
    **dict.fromkeys(("custom-shape", "g", "path", "polygon", "polyline"), "図形"),
    "regular-polygon": "図形",
}
_APART = (_COMMENT, *_DRAWN)
_EDGES = {
    f"{name}{pages}": kind
    for name, kind in (("header", HEADER), ("footer", FOOTER))
    for pages in ("", "-left", "-first")
}
_NO_PAGES = re.compile(r"(?:ページ|頁|page|of|[\s\d/／?()-])*", re.IGNORECASE)

_Edges = Mapping[str, Sequence[Comment]]  # what is printed around a page, by its style


def read_ods(archive: Zip, most_cells: int) -> Book:
    """Every sheet that holds a table. Raises Unreadable."""
    looks, edges = Looks(), dict[str, list[Comment]]()
    with suppress(Unreadable):  # what is printed at the edge is not worth the file
        styles = _part(archive, "styles.xml")
        looks.learn(styles)
        edges = {
            plain(page).get("name", ""): _edge(page, looks) for page in styles.iter("master-page")
        }
    try:
        grids = tuple(_Content(archive, most_cells, looks, edges).grids())
    except (ValueError, LookupError) as broken:
        raise Unreadable(f"部品 {_CONTENT} の書き方が壊れています") from broken
    if not grids:
        raise Unreadable("シートが一つもありません")
    return Book(grids, unseen=UNSEEN)


def _part(archive: Zip, name: str) -> Element:
    """Raises Unreadable if it is not there, or no sound XML."""
    part = archive.by_name.get(name.lower())
    if part is None:
        raise Unreadable(f"部品 {name} がありません")
    return tree(archive.chunks(part), name)


def _edge(page: Element, looks: Looks) -> list[Comment]:
    """Headers and footers of a page, without counts of pages; the same is said once."""
    found: dict[Comment, None] = {}
    for each in page.iter():
        if each.tag in _EDGES and plain(each).get("display", "true") != "false":
            lines = (line.strip() for line in looks.words(each).splitlines())
            text = "\n".join(line for line in lines if not _NO_PAGES.fullmatch(line))
            found |= {Comment(0, 0, text, _EDGES[each.tag]): None} if text else {}
    return [*found]


class _Content:
    """content.xml: its sheets, and what they have in common."""

    def __init__(self, archive: Zip, most_cells: int, looks: Looks, edges: _Edges) -> None:
        self.archive, self.most_cells, self.looks = archive, most_cells, looks
        self._root = root = _part(archive, _CONTENT)
        looks.learn(root)
        styles = [(plain(style).get("name", ""), style) for style in root.iter("style")]
        self.edges = {
            name: edges.get(plain(style).get("master-page-name", ""), ()) for name, style in styles
        }
        self.sizes = {  # of rows and columns by their style, in points
            name: _points(said.get("column-width", said.get("row-height")))
            for name, style in styles
            for way in ("column", "row")
            for said in map(plain, style.iterfind(f"table-{way}-properties"))
        }
        self.hidden = {
            name
            for name, style in styles
            for each in style.iterfind("table-properties")
            if plain(each).get("display") == "false"
        }
        controls = [plain(each) for form in root.iter("forms") for each in form.iter()]
        self.labels = {said.get("id", ""): said.get("label", "") for said in controls}
        self.filtered = set(filter(None, map(_filtered, root.iter("database-range"))))

    def grids(self) -> Iterator[Grid]:
        """The sheets in their order."""
        for spreadsheet in self._root.iter("spreadsheet"):
            for table in spreadsheet.iterfind("table"):
                yield _OdsSheet(self, table).read()

    def lying(self, shape: Element) -> Comment:
        """A shape that lies on a sheet; what is grouped belongs to the outermost."""
        kind, texts = _DRAWN[shape.tag], [self.looks.words(shape)]
        for each in shape.iter():
            said = plain(each)
            named = _DRAWN.get(each.tag, _DRAWN["frame"])
            if named != _DRAWN["frame"] and kind in (_DRAWN["frame"], _DRAWN["g"]):
                kind = named
            if each.tag in _DRAWN:
                texts.append(self.labels.get(said.get("control", ""), ""))
            if each.tag == "object" and (titles := self._chart(said.get("href", ""))) is not None:
                kind, texts = "グラフ", [*texts, *titles]
        return Comment(0, 0, "\n".join(filter(None, texts)), kind)

    def _chart(self, folder: str) -> list[str] | None:
        """The titles of a chart that lies in a folder; None for any other document."""
        with suppress(Unreadable):
            root = _part(self.archive, f"{posixpath.normpath(folder)}/{_CONTENT}")
            if root.find(".//chart") is not None:
                return [self.looks.words(each) for each in root.iter() if each.tag in _TITLES]
        return None


class _OdsSheet:
    """One sheet while it is read."""

    def __init__(self, content: _Content, table: Element) -> None:
        said = plain(table)
        name, self._style = said.get("name", ""), said.get("style-name", "")
        self._content, self._table = content, table
        self._grid = OpenGrid(
            name,
            filtered=name in content.filtered,
            protected=said.get("protected") == "true",
            hidden=self._style in content.hidden,
            most_cells=content.most_cells,
        )
        self._widths: list[tuple[int, float]] = []  # of how many, in points
        self._heights: list[tuple[int, float]] = []
        self._column_looks: list[tuple[int, str]] = []  # of cells up to a column

    def read(self) -> Grid:
        """The whole sheet."""
        columns = row = 0
        for column in self._table.iter("table-column"):
            columns = self._column(columns, plain(column))
        for each in self._table.iter("table-row"):
            row += self._row(row + 1, each)
        for shapes in self._table.iterfind("shapes"):
            for shape in self._content.looks.pieces(shapes, _APART)[1]:
                x, y = (_points(plain(shape).get(name)) for name in ("x", "y"))
                at = _line_at(self._heights, y, LAST_ROW), _line_at(self._widths, x, LAST_COLUMN)
                self._put(at, self._content.lying(shape))
        self._grid.comments += self._content.edges.get(self._style, ())
        return self._grid.closed()

    def _column(self, before: int, said: Mapping[str, str]) -> int:
        """One column, or several alike; the last one's number."""
        times = count(said, "number-columns-repeated", LAST_COLUMN)
        last = min(before + times, LAST_COLUMN)
        self._widths.append((times, self._content.sizes.get(said.get("style-name", ""), 0)))
        self._column_looks.append((last, said.get("default-cell-style-name", "")))
        if said.get("visibility") in _HIDDEN:
            self._grid.hidden_columns.update(range(before + 1, last + 1))
        return last

    def _row(self, row: int, element: Element) -> int:
        """One row, or several alike; how many."""
        grid, said = self._grid, plain(element)
        times = count(said, "number-rows-repeated", LAST_ROW)
        self._heights.append((times, self._content.sizes.get(said.get("style-name", ""), 0)))
        begin, col = len(grid.cells), 1
        for cell in element:
            if cell.tag in _CELLS:
                col += self._cell((row, col), cell, said.get("default-cell-style-name", ""))
        if own := grid.cells[begin:]:
            grid.check_room(len(own) * (times - 1))
            for more in range(1, times):
                grid.cells += (cell._replace(row=row + more) for cell in own)
            if said.get("visibility") in _HIDDEN:
                grid.hidden_rows.update(range(row, row + times))
        return times

    def _cell(self, at: tuple[int, int], cell: Element, row_look: str) -> int:
        """One cell, or several alike side by side, with what lies on it; how many."""
        said, (row, col) = plain(cell), at
        pieces, apart = self._content.looks.pieces(cell, _APART)
        for each in apart:
            if each.tag != _COMMENT:
                self._put(at, self._content.lying(each))
            elif text := without_notice(self._content.looks.words(each)):
                self._put(at, Comment(0, 0, text))
        times = count(said, "number-columns-repeated", LAST_COLUMN)
        column_look = next((style for last, style in self._column_looks if col <= last), "")
        style = said.get("style-name") or row_look or column_look
        self._keep(at, cell, pieces, style, times)
        down, across = (
            count(said, f"number-{way}-spanned", LAST_ROW) for way in ("rows", "columns")
        )
        if down > 1 or across > 1:
            bottom, right = min(row + down - 1, LAST_ROW), min(col + across - 1, LAST_COLUMN)
            self._grid.merged.append(Area(row, col, bottom, right))
            self._check(self._grid.merged)
        return times

    def _keep(
        self, at: tuple[int, int], cell: Element, pieces: Pieces, style: str, times: int
    ) -> None:
        """The cell, as often as it stands there."""
        said, (row, first) = plain(cell), at
        all_struck = bool(self._content.looks.of("table-cell", style).struck)
        text, struck = joined(pieces, all_struck)
        failed = cell.get(_FAILED) == "error"
        shown, kind = (text, CellKind.ERROR) if failed else typed(said, text)
        if not shown.strip():
            return
        if shown != text:
            struck = ((0, len(shown)),) if all_struck else ()
        _, of, formula = said.get("formula", "").partition("=")
        self._grid.check_room(times)
        for col in range(first, first + times):
            check_place(row, col)
            self._grid.keep(GridCell(row, col, shown, kind, of + formula, struck))

    def _put(self, at: tuple[int, int], comment: Comment) -> None:
        self._grid.comments.append(replace(comment, row=at[0], col=at[1]))
        self._check(self._grid.comments)

    def _check(self, things: Sequence[object]) -> None:
        if len(things) > _MOST:
            raise Unreadable(f"一つのシートに{_MOST:,}個を超える図形や結合があります")


def _filtered(listed: Element) -> str:
    """The sheet of a list whose rows were chosen or sorted; '' for any other list."""
    said = plain(listed)
    within = any(each.tag in ("filter", "sort") for each in listed.iter())
    found = _SHEET.match(said.get("target-range-address", ""))
    if not found or not (within or said.get("display-filter-buttons") == "true"):
        return ""
    return (found[1] or found[2]).replace("''", "'")


def _points(length: str | None) -> float:
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _POINTS[found[2]] if found else 0.0


def _line_at(sizes: Sequence[tuple[int, float]], points: float, last: int) -> int:
    """The row or column in which a point lies that is so far from the first one's begin."""
    before = 0
    for times, size in sizes:
        if size and points < times * size:
            return min(before + int(points // size) + 1, last)
        before, points = before + times, points - times * size
    return min(before + 1, last)
