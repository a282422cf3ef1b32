"""One file → what it holds: table sheets, decisions of the office, or, a zip, more files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from kakunin_xlsx.findings import Finding, Kind, Place
from kakunin_xlsx.findings.catalogue import (
    CANNOT_OPEN,
    EMPTY_ZIP,
    EXTRA_SHEET,
    LOCKED_FILE,
    MARKS_UNSEEN,
    NOT_A_FORM,
    TOO_BIG,
    UNREADABLE,
    UNSAFE_FILE,
    ZIP_TOO_DEEP,
)
from kakunin_xlsx.layout import Identity, Layout, LedgerRow, read_mark
from kakunin_xlsx.layout.sheet_names import OWN_SHEETS, TABLE_SHEET
from kakunin_xlsx.returns import gate, zips
from kakunin_xlsx.returns.folder import passed_over, unopened
from kakunin_xlsx.returns.form import read_form
from kakunin_xlsx.returns.forms import Forms
from kakunin_xlsx.returns.gate import Content
from kakunin_xlsx.returns.ledger import read_ledger
from kakunin_xlsx.returns.legacy import read_legacy
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Book, FormSheet, Grid
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.slim import slim
from kakunin_xlsx.returns.unreadable import Locked, Unreadable, Unsafe
from kakunin_xlsx.returns.zips import Refused

_BRIEF = 40  # characters of a text that only shows where to look
_NESTED = 2  # a zip, and a zip in it


@dataclass(frozen=True, slots=True)
class Item:
    """A file to be read: on disk, or inside zips on disk (`members` are places in them).

    `name` is the path people know it by; `sha256` of its own bytes.
    """

    name: str
    sha256: str
    path: Path
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What one file held. `inside` are the files of a zip; `book` comes if no form was asked."""

    sheets: Sequence[FormSheet] = ()
    findings: tuple[Finding, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    inside: tuple[Item, ...] = ()
    book: Book | None = None


def open_item(item: Item, layouts: Collection[Layout] | Forms | None, limits: Limits) -> Opened:
    """Read the file; what keeps it from being read is a finding.

    Without `layouts` it is no form that is looked for: the workbook comes as it is.
    """
    try:
        data = _bytes(item, limits)
    except OSError as refused:
        return Opened(findings=(unopened(item.name, refused),))
    except Refused as refused:
        return _refused(item, refused.kind, refused.what)
    if hashlib.sha256(data).hexdigest() != item.sha256:
        return _refused(item, CANNOT_OPEN, "読み取っている間に書き換えられました")
    return open_bytes(data, item, layouts, limits)


def open_bytes(
    data: bytes, item: Item, layouts: Collection[Layout] | Forms | None, limits: Limits
) -> Opened:
    """As `open_item`, for bytes at hand."""
    unpacked: dict[str, bytes] = {}
    content = gate.recognise(data, item.name, limits, unpacked)
    if isinstance(content, Finding):
        return Opened(findings=(content,))
    try:
        if content is Content.ARCHIVE:
            return _archive(data, item, limits)
        book = _book(data, content, limits, unpacked)
        return Opened(book=book) if layouts is None else _forms(book, item.name, layouts)
    except Locked:
        return _refused(item, LOCKED_FILE)
    except Unsafe as trick:
        return _refused(item, UNSAFE_FILE, str(trick))
    except Unreadable as problem:
        return _refused(item, UNREADABLE, str(problem))
    except Refused as refused:
        return _refused(item, refused.kind, refused.what)


def _refused(item: Item, kind: Kind, what: str = "") -> Opened:
    return Opened(findings=(kind.at(Place(file=item.name), what=what),))


def _bytes(item: Item, limits: Limits) -> bytes:
    size = item.path.stat().st_size
    if size > limits.file_mb * 1e6:
        raise gate.too_big(size, limits)
    data = item.path.read_bytes()
    for member in item.members:
        with zips.opened(data, limits) as archive:
            data = archive.read(archive.infolist()[member])
    return data


def _book(data: bytes, content: Content, limits: Limits, unpacked: Mapping[str, bytes]) -> Book:
    if content is Content.CALAMINE:
        return read_legacy(data, limits.cells)
    with ZipFile(io.BytesIO(data)) as archive:
        return read_book(archive, limits.cells, unpacked)


# Zips.


def _archive(data: bytes, item: Item, limits: Limits) -> Opened:
    if len(item.members) >= _NESTED:
        return _refused(item, ZIP_TOO_DEEP)
    with zips.opened(data, limits) as archive:
        inside = tuple(_inside(archive, item))
    if len(inside) > limits.files:
        return too_many(item.name, limits)
    return Opened(inside=inside) if inside else _refused(item, EMPTY_ZIP)


def too_many(name: str, limits: Limits) -> Opened:
    """For a zip of more files than anybody sends."""
    what = f"中のファイルが{limits.files:,}個を超えています"
    return Opened(findings=(TOO_BIG.at(Place(file=name), what=what),))


def _inside(archive: ZipFile, item: Item) -> Iterator[Item]:
    for at, member in enumerate(archive.infolist()):
        name = zips.member_name(member)
        if not member.is_dir() and not passed_over(name):
            sha256 = _digest(archive, member)
            yield Item(f"{item.name}/{name}", sha256, item.path, (*item.members, at))


def _digest(archive: ZipFile, member: ZipInfo) -> str:
    with archive.open(member) as part:
        return hashlib.file_digest(part, "sha256").hexdigest()  # type: ignore[arg-type]


# Workbooks.


def _forms(book: Book, file: str, layouts: Collection[Layout] | Forms) -> Opened:
    witnesses = book.witnesses | frozenset(_hidden_witnesses(book.grids))
    forms = Forms.of(layouts)
    read = (read_form(grid, forms, witnesses) for grid in book.grids)
    sheets = _together(
        [slim(sheet, forms.by_identity.get(sheet.identity)) for sheet in read if sheet]
    )
    ledger = tuple(row for grid in book.grids for row in read_ledger(grid, file))
    if not sheets and not ledger:
        names = "、".join(grid.name for grid in book.grids)
        return Opened(findings=(NOT_A_FORM.at(Place(file=file), what=names),))
    place = Place(_respondent(sheets, forms), file)
    return Opened(sheets, tuple(_around(book, sheets, place)), ledger)


def _together(sheets: Sequence[FormSheet]) -> tuple[FormSheet, ...]:
    """Each with the form's own fields, where the first sheet of its form holds them.

    A sheet that only shows something stays where somebody wrote on it.
    """
    covers = {each.identity: each.fields for each in reversed(sheets) if each.places}
    return tuple(
        each if each.places else replace(each, cover=covers.get(each.identity, {}))
        for each in sheets
        if each.rows or each.places or each.leftovers or each.grid.comments
    )


def _respondent(sheets: Sequence[FormSheet], forms: Forms) -> str:
    """The one whose form the file holds; '' for several."""
    whose = (forms.by_identity.get(sheet.identity) for sheet in sheets)
    found = {layout.respondent if layout else "" for layout in whose}
    return found.pop() if len(found) == 1 else ""


def _around(book: Book, sheets: Sequence[FormSheet], place: Place) -> Iterator[Finding]:
    """What is to be said of the workbook around its forms."""
    if not sheets:
        return
    if book.unseen:
        yield MARKS_UNSEEN.at(place, format=book.unseen)
    known = {sheet.name for sheet in sheets} | OWN_SHEETS - {TABLE_SHEET}
    for grid in book.grids:
        if grid.cells and grid.name not in known:
            first = grid.cells[0]
            at = replace(place, sheet=grid.name, cell=first.address, value=first.typed[:_BRIEF])
            yield EXTRA_SHEET.at(at)


def _hidden_witnesses(grids: Sequence[Grid]) -> Iterator[Identity]:
    """Identities on a sheet that holds marks and nothing else."""
    for grid in grids:
        marks = list(takewhile(bool, (read_mark(cell.typed) for cell in grid.cells)))
        if len(marks) == len(grid.cells):
            yield from {mark.identity for mark in marks if mark}
