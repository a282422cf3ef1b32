"""An .xlsx archive → its workbook: every worksheet, hidden ones included."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise
from operator import lt

from kakunin_xlsx.layout import OWN_PROPERTY, Identity, read_identity, without_notice
from kakunin_xlsx.returns.model import At, Book, Comment, Grid, GridCell, Unreadable
from kakunin_xlsx.returns.ooxml.drawing import drawn
from kakunin_xlsx.returns.ooxml.package import Package
from kakunin_xlsx.returns.ooxml.sheet import Shared, SheetReader, place
from kakunin_xlsx.returns.ooxml.strings import MOST_COMMENTS, Pieces, Texts, joined, plain_strings
from kakunin_xlsx.returns.ooxml.styles import Styles
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, is_on, parse
from kakunin_xlsx.returns.zips import Zip


def read_book(archive: Zip, most_cells: int) -> Book:
    """Everything in the archive that a return can say. Raises Unreadable."""
    package = Package(archive)
    main = package.follow("", "officeDocument") or "xl/workbook.xml"
    head = _Head()
    parse(package.open(main), head, posixpath.basename(main))
    shared = Shared(_strings(package, main), _styles(package, main), head.since_1904, most_cells)
    grids = tuple(_grids(package, main, head, shared))
    if not grids:
        raise Unreadable("シートが一つもありません")
    return Book(grids, frozenset(_witnesses(package)))


class _Head(Handler):
    """workbook.xml: the sheets' names by relationship id, and where days are counted from."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: dict[str, tuple[str, bool]] = {}  # and whether it is hidden
        self.since_1904 = False
        self.starts = {"workbookPr": self._properties, "sheet": self._sheet}

    def _properties(self, attrs: Attributes) -> None:
        self.since_1904 = is_on(attrs.get("date1904"))

    def _sheet(self, attrs: Attributes) -> None:
        id_ = next((v for k, v in attrs.items() if k.endswith(":id")), "")
        self.sheets[id_] = (attrs.get("name", ""), attrs.get("state", "visible") != "visible")


def _strings(package: Package, main: str) -> list[Pieces]:
    found = Texts("si")
    if part := package.follow(main, "sharedStrings"):
        chunks = tuple(package.open(part))
        if len(chunks) == 1 and (plain := plain_strings(chunks[0])) is not None:
            return plain
        parse(chunks, found, part)
    return found.found


def _styles(package: Package, main: str) -> Styles:
    part = package.follow(main, "styles")
    return package.taken_apart(part, Styles) if part else Styles()


def _grids(package: Package, main: str, head: _Head, shared: Shared) -> Iterator[Grid]:
    links = package.links(main)
    for id_, (name, hidden) in head.sheets.items():
        if id_ not in links:
            raise Unreadable(f"シート「{name}」の部品がありません")
        if links[id_].kind == "worksheet":
            yield replace(_grid(package, links[id_].target, name, shared), hidden=hidden)
        elif links[id_].kind in ("chartsheet", "dialogsheet"):  # people write there as well
            with suppress(Unreadable):
                if (grid := _grid(package, links[id_].target, name, shared)).comments:
                    yield grid


def _grid(package: Package, part: str, name: str, shared: Shared) -> Grid:
    read = SheetReader(shared)
    parse(read.take(package.open(part)), read, posixpath.basename(part))
    return Grid(
        name=name,
        cells=_in_order(read.cells),
        fills=read.fills,
        comments=(
            *comments_of(package, part, partial(_said, package, "comment", "t")),
            *drawn(package, part),
            *read.beside,
        ),
        merged=tuple(read.merged),
        hidden_rows=frozenset(read.hidden_rows),
        hidden_columns=frozenset(read.hidden_columns),
        filtered=read.filtered or _has_tables(package, part),
        protected=read.protected,
    )


def _has_tables(package: Package, sheet: str) -> bool:
    """True if a range was formatted as a table: its filter stands in a part of its own."""
    return bool(package.follow(sheet, "table"))


def _in_order(found: list[GridCell]) -> tuple[GridCell, ...]:
    """Cells by row and column. Raises Unreadable if one stands there twice."""
    ats = [(cell.row, cell.col) for cell in found]
    if all(map(lt, ats, ats[1:])):
        return tuple(found)  # as every program writes them
    cells = sorted(found, key=lambda cell: (cell.row, cell.col))
    for first, second in pairwise(cells):
        if (first.row, first.col) == (second.row, second.col):
            raise Unreadable(f"セル{first.address}が2つあり、どちらの記入か分かりません")
    return tuple(cells)


_Said = Iterable[tuple[At, str]]  # comments by cell, in their order


def comments_of(package: Package, sheet: str, plain: Callable[[str], _Said]) -> Iterator[Comment]:
    """People's comments by cell; a threaded one stands in the file twice, its own part counts.

    `plain` reads a part of those that are not threaded.
    """
    texts: dict[At, list[str]] = {}
    for kind, read in (
        ("threadedComment", partial(_said, package, "threadedComment", "text")),
        ("comments", plain),
    ):
        said: dict[At, list[str]] = {}
        if part := package.follow(sheet, kind):
            for at, text in read(part):
                said.setdefault(at, []).append(text)
        texts = {**said, **texts}
    for at, each in texts.items():
        if text := without_notice("\n".join(each)):
            yield Comment(*at, text)


def _said(package: Package, of: str, letters: str, part: str) -> _Said:
    read = Texts(of, letters, MOST_COMMENTS)
    parse(package.open(part), read, posixpath.basename(part))
    for attributes, pieces in zip(read.attributes, read.found, strict=True):
        yield place(attributes.get("ref", "")), joined(pieces, False)[0]


class _Property(Handler):
    """The value of one custom property of the document."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.value = ""
        self._inside = False
        self.starts = {"property": self._start}

    def _start(self, attrs: Attributes) -> None:
        self._inside = attrs.get("name") == self.name

    def characters(self, content: str) -> None:
        """Text between tags."""
        if self._inside:
            self.value += content


def _witnesses(package: Package) -> Iterator[Identity]:
    read = _Property(OWN_PROPERTY)
    with suppress(Unreadable):  # the return can be read without them
        if part := package.follow("", "custom-properties"):
            parse(package.open(part), read, part)
    for text in read.value.split("；"):
        if identity := read_identity(text.strip()):
            yield identity
