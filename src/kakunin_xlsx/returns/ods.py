"""OpenDocument spreadsheets (.ods): values, merged cells, comments, drawings and print headers.

Marks that only styles hold (lines through text, colours, protection) are not looked at; the
book says so. Names are those of OpenDocument 1.3 part 3, without their namespaces.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from kakunin_xlsx.layout import without_notice
from kakunin_xlsx.returns.model import (
    COMMENTED,
    FOOTER,
    HEADER,
    Area,
    Book,
    CellKind,
    Comment,
    Grid,
    GridCell,
)
from kakunin_xlsx.returns.ooxml.values import Typed, date_text, number_text
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, local, parse
from kakunin_xlsx.returns.unreadable import Unreadable
from kakunin_xlsx.returns.zips import Zip

UNSEEN = ".ods"
_CONTENT, _STYLES = "content.xml", "styles.xml"
_TIME = re.compile(r"P(?:(\d+)D)?T(\d+)H(\d+)M(\d+)(?:\.\d+)?S")
_LENGTH = re.compile(r"([0-9.]+)(cm|mm|in|pt)")
_POINTS = {"cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "pt": 1.0}
_SPACES = re.compile(r"[ \t\r\n]+")
_MOST, _LONGEST = 10_000, 1_000_000  # things that are no cell; letters of a text
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_WAYS = ("rows", "columns")
_FAILED = "calcext:value-type"  # "error" where a formula has no result
_HIDDEN = ("collapse", "filter")
# Elements whose letters nobody typed there: readings, authors, fields of a printed page.
_SILENT = (
    *("ruby-text", "creator", "creator-initials", "date", "time", "desc", "title"),
    *("page-number", "page-count", "sheet-name", "file-name", "tracked-changes"),
)
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
_CONTROLS = ("button", "checkbox", "radio", "fixed-text", "frame", "text", "textarea")
_PAGES = {
    f"{name}{pages}": kind
    for name, kind in (("header", HEADER), ("footer", FOOTER))
    for pages in ("", "-left", "-first")
}
_NO_PAGES = re.compile(r"(?:ページ|頁|page|of|[\s\d/／?()-])*", re.IGNORECASE)


def read_ods(archive: Zip, most_cells: int) -> Book:
    """Every sheet that holds a table. Raises Unreadable."""
    pages = _Pages()
    with suppress(Unreadable):  # what is printed at the edge is not worth the file
        _parse(archive, _STYLES, pages)
    content = _Content(archive, most_cells, pages.texts)
    _parse(archive, _CONTENT, content)
    if not content.grids:
        raise Unreadable("シートが一つもありません")
    return Book(tuple(content.grids), unseen=UNSEEN)


def _parse(archive: Zip, name: str, handler: Handler) -> None:
    part = archive.by_name.get(name.lower())
    if part is None:
        raise Unreadable(f"部品 {name} がありません")
    parse(archive.chunks(part), handler, name)


class _Text(Handler):
    """Collects one text at a time: paragraphs are lines, runs of white space one space."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: list[list[str]] = []  # the innermost last
        self._silent = self._in_line = 0
        self._blank = True  # behind a space, or at the begin of a line
        self.starts = {
            "p": self._paragraph,
            "h": self._paragraph,
            "s": self._spaces,
            "tab": partial(self._add, "\t"),
            "line-break": partial(self._add, "\n"),
            **dict.fromkeys(_SILENT, self._hush),
        }
        self.ends = {
            "p": self._end_paragraph,
            "h": self._end_paragraph,
            **dict.fromkeys(_SILENT, self._speak),
        }

    def characters(self, content: str) -> None:
        """Text between tags."""
        if not self._in_line or self._silent or not self._texts:
            return
        plain = _SPACES.sub(" ", content)
        if self._blank:
            plain = plain.removeprefix(" ")
        if plain:
            self._texts[-1].append(plain)
            self._blank = plain.endswith(" ")

    def _begin(self) -> None:
        self._texts.append([])

    def _finish(self) -> str:
        """The text, without the break that every line begins with."""
        text = "".join(self._texts.pop()).removeprefix("\n")
        if len(text) > _LONGEST:
            raise Unreadable(f"一つのセルに{_LONGEST:,}字を超える記入があります")
        return text

    def _paragraph(self, _: Attributes) -> None:
        self._in_line += 1
        if self._texts and not self._silent:
            self._texts[-1].append("\n")
        self._blank = True

    def _end_paragraph(self) -> None:
        self._in_line -= 1

    def _add(self, letters: str, _: Attributes) -> None:
        if self._in_line and self._texts and not self._silent:
            self._texts[-1].append(letters)
            self._blank = False

    def _spaces(self, attrs: Attributes) -> None:
        self._add(" " * _count(_plain(attrs), "c", _LONGEST), attrs)

    def _hush(self, _: Attributes) -> None:
        self._silent += 1

    def _speak(self) -> None:
        self._silent -= 1


class _Pages(_Text):
    """Headers and footers by the name of the page style."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, list[Comment]] = {}
        self._page = ""
        self._shown = True
        self.starts = {
            **self.starts,
            "master-page": self._master,
            **dict.fromkeys(_PAGES, self._edge),
        }
        self.ends = {
            **self.ends,
            **{name: partial(self._end_edge, kind) for name, kind in _PAGES.items()},
        }

    def _master(self, attrs: Attributes) -> None:
        self._page = _plain(attrs).get("name", "")

    def _edge(self, attrs: Attributes) -> None:
        self._shown = _plain(attrs).get("display", "true") != "false"
        self._begin()

    def _end_edge(self, kind: str) -> None:
        lines = (line.strip() for line in self._finish().splitlines())
        text = "\n".join(line for line in lines if not _NO_PAGES.fullmatch(line))
        found = Comment(0, 0, text, kind)
        if text and self._shown and found not in self.texts.setdefault(self._page, []):
            self.texts[self._page].append(found)


@dataclass
class _Table:
    """The sheet that is being read; row and column are those begun last, from 1."""

    name: str
    style: str
    cells: list[GridCell] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    afloat: list[tuple[Comment, float, float]] = field(default_factory=list)  # at points x, y
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    row: int = 1
    rows: int = 1  # how many the row stands for
    row_begins: int = 0  # among the cells
    row_hidden: bool = False
    col: int = 1
    columns: int = 0  # known of
    widths: list[tuple[int, float]] = field(default_factory=list)  # of how many, in points
    heights: list[tuple[int, float]] = field(default_factory=list)


class _Content(_Text):
    """Reads content.xml."""

    def __init__(self, archive: Zip, most_cells: int, pages: Mapping[str, list[Comment]]) -> None:
        super().__init__()
        self.grids: list[Grid] = []
        self._archive, self._most_cells, self._pages = archive, most_cells, pages
        self._table: _Table | None = None
        self._cell: Attributes | None = None
        # Of the open shape; what is grouped belongs to the outermost.
        self._shapes = 0
        self._kind, self._more = "", list[str]()
        self._shape: Attributes = {}
        self._labels: dict[str, str] = {}  # of controls
        self._page_of: dict[str, str] = {}  # by the style of a table
        self._hidden: set[str] = set()  # styles of tables
        self._size_of: dict[str, float] = {}  # by the style of a row or column
        self._style = ""
        self.starts = {
            **dict.fromkeys(_CONTROLS, self._label),
            **self.starts,
            "style": self._begin_style,
            "table-column-properties": self._size,
            "table-row-properties": self._size,
            "table-properties": self._display,
            "table": self._begin_table,
            "table-column": self._column,
            "table-row": self._begin_row,
            "table-cell": self._begin_cell,
            "covered-table-cell": self._begin_cell,
            "annotation": self._begin_comment,
            **{name: partial(self._begin_shape, kind) for name, kind in _DRAWN.items()},
        }
        self.ends = {
            **self.ends,
            "table": self._end_table,
            "table-row": self._end_row,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "annotation": self._end_comment,
            **dict.fromkeys(_DRAWN, self._end_shape),
        }

    # Styles and controls; they come before what needs them.

    def _begin_style(self, attrs: Attributes) -> None:
        plain = _plain(attrs)
        self._style = plain.get("name", "")
        self._page_of[self._style] = plain.get("master-page-name", "")

    def _size(self, attrs: Attributes) -> None:
        plain = _plain(attrs)
        self._size_of[self._style] = _points(plain.get("column-width", plain.get("row-height")))

    def _display(self, attrs: Attributes) -> None:
        if _plain(attrs).get("display") == "false":
            self._hidden.add(self._style)

    def _label(self, attrs: Attributes) -> None:
        plain = _plain(attrs)
        self._labels[plain.get("id", "")] = plain.get("label", "")

    # Sheets, rows, cells.

    def _begin_table(self, attrs: Attributes) -> None:
        if self.path[-2:-1] == ["spreadsheet"]:
            plain = _plain(attrs)
            self._table = _Table(plain.get("name", ""), plain.get("style-name", ""))

    def _end_table(self) -> None:
        table = self._table
        if table is None or self.path[-1:] != ["spreadsheet"]:
            return
        self._table = None
        for comment, x, y in table.afloat:
            at = _line_at(table.heights, y, _LAST_ROW), _line_at(table.widths, x, _LAST_COLUMN)
            table.comments.append(replace(comment, row=at[0], col=at[1]))
        table.comments += self._pages.get(self._page_of.get(table.style, ""), ())
        self.grids.append(
            Grid(
                table.name,
                tuple(table.cells),
                comments=tuple(table.comments),
                merged=tuple(table.merged),
                hidden_rows=frozenset(table.hidden_rows),
                hidden_columns=frozenset(table.hidden_columns),
                hidden=table.style in self._hidden,
            )
        )

    def _column(self, attrs: Attributes) -> None:
        if table := self._table:
            plain = _plain(attrs)
            count = _count(plain, "number-columns-repeated", _LAST_COLUMN)
            first, table.columns = table.columns + 1, min(table.columns + count, _LAST_COLUMN)
            table.widths.append((count, self._size_of.get(plain.get("style-name", ""), 0)))
            if plain.get("visibility") in _HIDDEN:
                table.hidden_columns.update(range(first, table.columns + 1))

    def _begin_row(self, attrs: Attributes) -> None:
        if table := self._table:
            plain = _plain(attrs)
            table.rows = _count(plain, "number-rows-repeated", _LAST_ROW)
            table.heights.append((table.rows, self._size_of.get(plain.get("style-name", ""), 0)))
            table.row_hidden = plain.get("visibility") in _HIDDEN
            table.row_begins, table.col = len(table.cells), 1

    def _end_row(self) -> None:
        if table := self._table:
            own = table.cells[table.row_begins :]
            self._check_count(len(table.cells) + len(own) * (table.rows - 1))
            for more in range(1, table.rows if own else 1):
                table.cells += (cell._replace(row=cell.row + more) for cell in own)
            if own and table.row_hidden:
                table.hidden_rows.update(range(table.row, table.row + table.rows))
            table.row += table.rows

    def _begin_cell(self, attrs: Attributes) -> None:
        if self._table and self._cell is None:
            self._cell = attrs
            self._begin()

    def _end_cell(self) -> None:
        table, attrs = self._table, self._cell
        if table is None or attrs is None or self._shapes:
            return
        self._cell = None
        text, plain = self._finish(), _plain(attrs)
        count = _count(plain, "number-columns-repeated", _LAST_COLUMN)
        typed, kind = _typed(plain, text) if attrs.get(_FAILED) != "error" else ("", CellKind.TEXT)
        if typed.strip():
            _, of, formula = plain.get("formula", "").partition("=")
            self._check_count(len(table.cells) + count)
            for col in range(table.col, table.col + count):
                self._check_place(table.row, col)
                table.cells.append(GridCell(table.row, col, typed, kind, of + formula))
        down, across = (_count(plain, f"number-{way}-spanned", _LAST_ROW) for way in _WAYS)
        if down > 1 or across > 1:
            right = min(table.col + across - 1, _LAST_COLUMN)
            bottom = min(table.row + down - 1, _LAST_ROW)
            table.merged.append(Area(table.row, table.col, bottom, right))
            self._check_things(len(table.merged))
        table.col += count

    def _check_count(self, count: int) -> None:
        if count > self._most_cells:
            raise Unreadable(f"一つのシートに{self._most_cells:,}個を超える記入があります")

    def _check_place(self, row: int, col: int) -> None:
        if row > _LAST_ROW or col > _LAST_COLUMN:
            raise Unreadable("Excelの表に収まらない所に記入があります")

    def _check_things(self, count: int) -> None:
        if count > _MOST:
            raise Unreadable(f"一つのシートに{_MOST:,}個を超える図形や結合があります")

    # Comments and shapes.

    def _begin_comment(self, _: Attributes) -> None:
        self._begin()

    def _end_comment(self) -> None:
        text = self._finish()
        if self._table and (said := without_notice(text)):
            self._put(Comment(self._table.row, self._table.col, said, COMMENTED))

    def _begin_shape(self, kind: str, attrs: Attributes) -> None:
        if self._table is None or "annotation" in self.path:
            return
        self._shapes += 1
        plain = _plain(attrs)
        if self._shapes == 1:
            self._kind, self._more, self._shape = kind, [], plain
            self._begin()
        elif kind != _DRAWN["frame"] and self._kind in (_DRAWN["frame"], _DRAWN["g"]):
            self._kind = kind
        if label := self._labels.get(plain.get("control", "")):
            self._more.append(label)
        if "href" in plain and self.path[-1] == "object":
            self._more += self._object(posixpath.normpath(plain["href"]))

    def _end_shape(self) -> None:
        if not self._shapes or self._table is None or "annotation" in self.path:
            return
        self._shapes -= 1
        if self._shapes:
            return
        text = "\n".join(filter(None, (self._finish().strip(), *self._more)))
        comment, shape = Comment(0, 0, text, self._kind), self._shape
        if self._cell is None:
            self._table.afloat.append((comment, _points(shape.get("x")), _points(shape.get("y"))))
            self._check_things(len(self._table.afloat))
        else:
            self._put(replace(comment, row=self._table.row, col=self._table.col))

    def _put(self, comment: Comment) -> None:
        if self._table:
            self._table.comments.append(comment)
            self._check_things(len(self._table.comments))

    def _object(self, folder: str) -> Iterator[str]:
        """The words of a chart; the kind tells it from other documents."""
        name, chart = f"{folder}/{_CONTENT}", _Chart()
        with suppress(Unreadable):
            _parse(self._archive, name, chart)
        if chart.is_chart:
            self._kind = "グラフ"
            yield from filter(None, chart.words)


class _Chart(_Text):
    """Titles of a chart."""

    def __init__(self) -> None:
        super().__init__()
        self.is_chart = False
        self.words: list[str] = []
        titles = ("title", "subtitle", "footer")
        self.starts = {**self.starts, "chart": self._chart, **dict.fromkeys(titles, self._title)}
        self.ends = {**self.ends, **dict.fromkeys(titles, self._end_title)}

    def _chart(self, _: Attributes) -> None:
        self.is_chart = True

    def _title(self, _: Attributes) -> None:
        self._begin()

    def _end_title(self) -> None:
        self.words.append(self._finish().strip())


def _typed(cell: Mapping[str, str], text: str) -> Typed:
    """What a cell looks like typed, and what it is."""
    kind = cell.get("value-type", "string" if text else "")
    value = cell.get("value", "")
    try:
        match kind:
            case "float" | "currency":
                return number_text(Decimal(value)), CellKind.NUMBER
            case "percentage":
                return number_text(Decimal(value), percent=True), CellKind.NUMBER
            case "boolean":
                return cell.get("boolean-value", "").upper(), CellKind.BOOL
            case "date":
                return date_text(datetime.fromisoformat(cell["date-value"])), CellKind.DATE
            case "time" if found := _TIME.fullmatch(cell["time-value"]):
                days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
                span = timedelta(days, seconds, 0, 0, minutes, hours)
                clock = (datetime.min + span).time() if span < timedelta(1) else span
                return date_text(clock), CellKind.DATE
    except (ValueError, KeyError, ArithmeticError):
        pass  # whatever does not fit stays as it is shown
    return text or cell.get("string-value", value), CellKind.TEXT


def _plain(attrs: Attributes) -> Mapping[str, str]:
    """Attributes without their prefixes; an extension's twin of one does not count."""
    return {local(name): text for name, text in attrs.items() if not name.startswith("calcext:")}


def _count(attrs: Mapping[str, str], name: str, most: int) -> int:
    word = attrs.get(name, "1")
    return min(int(word), most) if word.isdecimal() and len(word) < 10 else 1


def _points(length: str | None) -> float:
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _POINTS[found[2]] if found else 0.0


def _line_at(sizes: Sequence[tuple[int, float]], points: float, last: int) -> int:
    """The row or column in which a point lies that is so far from the first one's begin."""
    before = 0
    for count, size in sizes:
        if size and points < count * size:
            return min(before + int(points // size) + 1, last)
        before, points = before + count, points - count * size
    return min(before + 1, last)
