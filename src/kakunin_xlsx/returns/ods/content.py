"""content.xml: the sheets, cell by cell, with what lies on them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from kakunin_xlsx.layout import without_notice
from kakunin_xlsx.returns.model import (
    COMMENTED,
    Area,
    CellKind,
    Comment,
    Grid,
    GridCell,
    Unreadable,
)
from kakunin_xlsx.returns.ods.text import Looks, OdsText, count, plain
from kakunin_xlsx.returns.ods.values import typed
from kakunin_xlsx.returns.ooxml.strings import Pieces, joined
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, parse
from kakunin_xlsx.returns.zips import Zip

CONTENT = "content.xml"
_LENGTH = re.compile(r"([0-9.]+)(cm|mm|in|pt)")
_POINTS = {"cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "pt": 1.0}
_SHEET = re.compile(r"\$?(?:'((?:[^']|'')*)'|([^.']+))\.")
_MOST = 10_000  # things that are no cell
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_WAYS = ("rows", "columns")
_FAILED = "calcext:value-type"  # "error" where a formula has no result
_HIDDEN = ("collapse", "filter")
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


def parse_part(archive: Zip, name: str, handler: Handler) -> None:
    """Feed a part to `handler`. Raises Unreadable if it is not there, or no sound XML."""
    part = archive.by_name.get(name.lower())
    if part is None:
        raise Unreadable(f"部品 {name} がありません")
    parse(archive.chunks(part), handler, name)


@dataclass
class _Table:
    """The sheet that is being read; row and column are those begun last, from 1."""

    name: str
    style: str
    protected: bool
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
    looks: list[tuple[int, str]] = field(default_factory=list)  # of cells up to a column
    row_look: str = ""

    @property
    def look(self) -> str:
        """The style of cells of this column that name none."""
        return next((style for last, style in self.looks if self.col <= last), "")


class OdsContent(OdsText):
    """Reads content.xml."""

    def __init__(
        self, archive: Zip, most_cells: int, pages: Mapping[str, list[Comment]], looks: Looks
    ) -> None:
        super().__init__(looks)
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
        self._listed = ""  # the sheet of the list that is named last
        self.starts = {
            **dict.fromkeys(_CONTROLS, self._label),
            **self.starts,
            "table-column-properties": self._size,
            "table-row-properties": self._size,
            "table-properties": self._display,
            "table": self._begin_table,
            "table-column": self._column,
            "table-row": self._begin_row,
            "table-cell": self._begin_cell,
            "covered-table-cell": self._begin_cell,
            "annotation": self._begin_comment,
            "database-range": self._list,
            **dict.fromkeys(("filter", "sort"), self._filter),
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
        super()._begin_style(attrs)
        said = plain(attrs)
        self._style = said.get("name", "")
        self._page_of[self._style] = said.get("master-page-name", "")

    def _size(self, attrs: Attributes) -> None:
        said = plain(attrs)
        self._size_of[self._style] = _points(said.get("column-width", said.get("row-height")))

    def _display(self, attrs: Attributes) -> None:
        if plain(attrs).get("display") == "false":
            self._hidden.add(self._style)

    def _label(self, attrs: Attributes) -> None:
        said = plain(attrs)
        self._labels[said.get("id", "")] = said.get("label", "")

    # Sheets, rows, cells.

    def _begin_table(self, attrs: Attributes) -> None:
        if self.path[-2:-1] == ["spreadsheet"]:
            said = plain(attrs)
            self._table = _Table(
                said.get("name", ""),
                said.get("style-name", ""),
                said.get("protected", "") == "true",
            )

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
                protected=table.protected,
                hidden=table.style in self._hidden,
            )
        )

    def _column(self, attrs: Attributes) -> None:
        if table := self._table:
            said = plain(attrs)
            times = count(said, "number-columns-repeated", _LAST_COLUMN)
            first, table.columns = table.columns + 1, min(table.columns + times, _LAST_COLUMN)
            table.widths.append((times, self._size_of.get(said.get("style-name", ""), 0)))
            table.looks.append((table.columns, said.get("default-cell-style-name", "")))
            if said.get("visibility") in _HIDDEN:
                table.hidden_columns.update(range(first, table.columns + 1))

    def _begin_row(self, attrs: Attributes) -> None:
        if table := self._table:
            said = plain(attrs)
            table.rows = count(said, "number-rows-repeated", _LAST_ROW)
            table.heights.append((table.rows, self._size_of.get(said.get("style-name", ""), 0)))
            table.row_hidden = said.get("visibility") in _HIDDEN
            table.row_look = said.get("default-cell-style-name", "")
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
        said, pieces = plain(attrs), self._finish()
        times = count(said, "number-columns-repeated", _LAST_COLUMN)
        self._keep(table, said, attrs.get(_FAILED) == "error", pieces, times)
        down, across = (count(said, f"number-{way}-spanned", _LAST_ROW) for way in _WAYS)
        if down > 1 or across > 1:
            right = min(table.col + across - 1, _LAST_COLUMN)
            bottom = min(table.row + down - 1, _LAST_ROW)
            table.merged.append(Area(table.row, table.col, bottom, right))
            self._check_things(len(table.merged))
        table.col += times

    def _keep(
        self, table: _Table, said: Attributes, failed: bool, pieces: Pieces, times: int
    ) -> None:
        """The cell, as often as it stands there."""
        style = said.get("style-name") or table.row_look or table.look
        all_struck = bool(self._looks.of("table-cell", style).struck)
        text, struck = joined(pieces, all_struck)
        shown, kind = (text, CellKind.ERROR) if failed else typed(said, text)
        if not shown.strip():
            return
        if shown != text:
            struck = ((0, len(shown)),) if all_struck else ()
        _, of, formula = said.get("formula", "").partition("=")
        self._check_count(len(table.cells) + times)
        for col in range(table.col, table.col + times):
            self._check_place(table.row, col)
            cell = GridCell(table.row, col, shown, kind, of + formula, struck)
            table.cells.append(cell)

    def _check_count(self, count: int) -> None:
        if count > self._most_cells:
            raise Unreadable(f"一つのシートに{self._most_cells:,}個を超える記入があります")

    def _check_place(self, row: int, col: int) -> None:
        if row > _LAST_ROW or col > _LAST_COLUMN:
            raise Unreadable("Excelの表に収まらない所に記入があります")

    def _check_things(self, count: int) -> None:
        if count > _MOST:
            raise Unreadable(f"一つのシートに{_MOST:,}個を超える図形や結合があります")

    def _list(self, attrs: Attributes) -> None:
        """A list with arrows to choose from; it is named behind all sheets."""
        said = plain(attrs)
        found = _SHEET.match(said.get("target-range-address", ""))
        self._listed = (found[1] or found[2]).replace("''", "'") if found else ""
        if said.get("display-filter-buttons") == "true":
            self._filter(attrs)

    def _filter(self, _: Attributes) -> None:
        if "database-range" in self.path:
            self.grids = [
                replace(each, filtered=each.filtered or each.name == self._listed)
                for each in self.grids
            ]

    # Comments and shapes.

    def _begin_comment(self, _: Attributes) -> None:
        self._begin()

    def _end_comment(self) -> None:
        text = self._words()
        if self._table and (said := without_notice(text)):
            self._put(Comment(self._table.row, self._table.col, said, COMMENTED))

    def _begin_shape(self, kind: str, attrs: Attributes) -> None:
        if self._table is None or "annotation" in self.path:
            return
        self._shapes += 1
        said = plain(attrs)
        if self._shapes == 1:
            self._kind, self._more, self._shape = kind, [], said
            self._begin()
        elif kind != _DRAWN["frame"] and self._kind in (_DRAWN["frame"], _DRAWN["g"]):
            self._kind = kind
        if label := self._labels.get(said.get("control", "")):
            self._more.append(label)
        if "href" in said and self.path[-1] == "object":
            self._more += self._object(posixpath.normpath(said["href"]))

    def _end_shape(self) -> None:
        if not self._shapes or self._table is None or "annotation" in self.path:
            return
        self._shapes -= 1
        if self._shapes:
            return
        text = "\n".join(filter(None, (self._words().strip(), *self._more)))
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
        name, chart = f"{folder}/{CONTENT}", _Chart(self._looks)
        with suppress(Unreadable):
            parse_part(self._archive, name, chart)
        if chart.is_chart:
            self._kind = "グラフ"
            yield from filter(None, chart.words)


class _Chart(OdsText):
    """Titles of a chart."""

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
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
        self.words.append(self._words().strip())


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
