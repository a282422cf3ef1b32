"""An .xlsx archive → its workbook: every worksheet, hidden ones included."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from xml.etree.ElementTree import Element

from kakunin_xlsx.layout import OWN_PROPERTY, Identity, read_identity, without_notice
from kakunin_xlsx.returns.model import (
    At,
    Book,
    Comment,
    Grid,
    OpenGrid,
    Unreadable,
)
from kakunin_xlsx.returns.ooxml.drawing import drawn
from kakunin_xlsx.returns.ooxml.package import Package
from kakunin_xlsx.returns.ooxml.sheet import Shared, SheetReader, place
from kakunin_xlsx.returns.ooxml.strings import MOST_COMMENTS, Pieces, Texts, joined, plain_strings
from kakunin_xlsx.returns.ooxml.styles import Styles, read_styles
from kakunin_xlsx.returns.ooxml.xml import is_on, parse
from kakunin_xlsx.returns.zips import Zip


def read_book(archive: Zip, most_cells: int) -> Book:
    """Everything in the archive that a return can say. Raises Unreadable."""
    package = Package(archive)
    main = package.follow("", "officeDocument") or "xl/workbook.xml"
    head = package.tree(main)
    since_1904 = any([is_on(each.get("date1904")) for each in head.iter("workbookPr")][-1:])
    styles = package.follow(main, "styles")
    shared = Shared(
        _strings(package, main),
        package.taken_apart(styles, read_styles) if styles else Styles(),
        since_1904,
        most_cells,
    )
    grids = tuple(_grids(package, main, head, shared))
    if not grids:
        raise Unreadable("シートが一つもありません")
    return Book(grids, frozenset(_witnesses(package)))


def _strings(package: Package, main: str) -> list[Pieces]:
    found = Texts("si")
    if part := package.follow(main, "sharedStrings"):
        chunks = tuple(package.open(part))
        if len(chunks) == 1 and (plain := plain_strings(chunks[0])) is not None:
            return plain
        parse(chunks, found, part)
    return found.found


def _grids(package: Package, main: str, head: Element, shared: Shared) -> Iterator[Grid]:
    links = package.links(main)
    sheets = {
        next((v for k, v in each.items() if k.endswith(":id")), ""): each
        for each in head.iter("sheet")
    }
    for id_, said in sheets.items():
        name, link = said.get("name", ""), links.get(id_)
        if link is None:
            raise Unreadable(f"シート「{name}」の部品がありません")
        hidden = said.get("state", "visible") != "visible"
        if link.kind == "worksheet":
            yield _grid(package, link.target, name, hidden, shared)
        elif link.kind in ("chartsheet", "dialogsheet"):  # people write there as well
            with suppress(Unreadable):
                if (grid := _grid(package, link.target, name, False, shared)).comments:
                    yield grid


def _grid(package: Package, part: str, name: str, hidden: bool, shared: Shared) -> Grid:
    grid = OpenGrid(name, hidden=hidden, most_cells=shared.most_cells)
    read = SheetReader(shared, grid)
    parse(read.take(package.open(part)), read, posixpath.basename(part))
    return with_parts(grid, package, part, partial(_said, package, "comment", "t"))


_Said = Iterable[tuple[At, str]]  # comments by cell, in their order


def with_parts(grid: OpenGrid, package: Package, part: str, plain: Callable[[str], _Said]) -> Grid:
    """The whole sheet: with comments, drawings, and tables, whose filters are in their own parts.

    `plain` reads a part of comments that are not threaded.
    """
    of_cells = _comments_of(package, part, plain)
    grid.comments = [*of_cells, *drawn(package, part), *grid.comments]
    grid.filtered = grid.filtered or bool(package.follow(part, "table"))
    return grid.closed()


def _comments_of(package: Package, sheet: str, plain: Callable[[str], _Said]) -> Iterator[Comment]:
    """People's comments by cell; a threaded one stands in the file twice, its own part counts."""
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


def _witnesses(package: Package) -> Iterator[Identity]:
    texts: list[str] = []
    with suppress(Unreadable):  # the return can be read without them
        if part := package.follow("", "custom-properties"):
            found = package.tree(part).iter("property")
            texts = ["".join(each.itertext()) for each in found if each.get("name") == OWN_PROPERTY]
    for text in "".join(texts).split("；"):
        if identity := read_identity(text.strip()):
            yield identity
