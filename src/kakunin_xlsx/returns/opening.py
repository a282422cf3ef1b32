"""One file → what it holds: table sheets, decisions of the office, or, a zip, more files."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from kakunin_xlsx.findings import Finding, Kind, Place, catalogue
from kakunin_xlsx.layout import Identity, Layout, read_mark, spaceless
from kakunin_xlsx.layout.measure import in_margin
from kakunin_xlsx.layout.sheet_names import WITNESS_SHEET
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.returns import gate
from kakunin_xlsx.returns.around import around, is_bare
from kakunin_xlsx.returns.folder import BOOKS, may_be_real, passed_over, unopened
from kakunin_xlsx.returns.form import read_form
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.gate import Content
from kakunin_xlsx.returns.ledger import read_ledger
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import (
    Book,
    FormSheet,
    Grid,
    Item,
    Opened,
    Refused,
)
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.zips import Zip, member_name

_NESTED = 2  # a zip, and a zip in it


def open_item(item: Item, layouts: Collection[Layout] | Asked | None, limits: Limits) -> Opened:
    """Read the file; what keeps it from being read is a finding.

    Without `layouts` it is no form that is looked for: the workbook comes as it is.
    """
    try:
        data = _bytes(item, limits)
    except OSError as refused:
        return Opened(findings=(unopened(item.name, item.path, refused),))
    except Refused as refused:
        return Opened(findings=(refused.at(item.name),))
    if hashlib.sha256(data).hexdigest() != item.sha256:
        return _refused(item, catalogue.CANNOT_OPEN, "読み取っている間に書き換えられました")
    return open_bytes(data, item, layouts, limits)


def open_bytes(
    data: bytes, item: Item, layouts: Collection[Layout] | Asked | None, limits: Limits
) -> Opened:
    """As `open_item`, for bytes at hand."""
    archive = Zip(data, limits)
    content = gate.recognise(data, item.name, limits, archive)
    if isinstance(content, Finding):
        return Opened(findings=(content,))
    try:
        if content is Content.ARCHIVE:
            return _archive(archive, item, limits)
        book = _book(content, data, archive, limits.cells)
        return Opened(book=book) if layouts is None else _forms(book, item.name, layouts)
    except Refused as refused:
        return Opened(findings=(refused.at(item.name),))


def _book(content: Content, data: bytes, archive: Zip, most_cells: int) -> Book:
    if content is Content.XLSX:
        return read_book(archive, most_cells)
    if content is Content.ODS:  # these come seldom: what reads them is loaded when one does
        from kakunin_xlsx.returns.ods import read_ods

        return read_ods(archive, most_cells)
    if content is Content.XLSB:
        from kakunin_xlsx.returns.xlsb import read_xlsb

        return read_xlsb(archive, most_cells)
    from kakunin_xlsx.returns.xls import read_xls

    return read_xls(data, most_cells)


def _refused(item: Item, kind: Kind, what: str = "") -> Opened:
    return Opened(findings=(kind.at(Place(file=item.name), what=what),))


def _bytes(item: Item, limits: Limits) -> bytes:
    size = item.path.stat().st_size
    if size > limits.file_mb * 1e6:
        raise gate.too_big(size, limits)
    data = item.path.read_bytes()
    for member in item.members:
        archive = Zip(data, limits)
        data = archive.read(archive.members[member])
    return data


# Zips.


def _archive(archive: Zip, item: Item, limits: Limits) -> Opened:
    if len(item.members) >= _NESTED:
        return _refused(item, catalogue.ZIP_TOO_DEEP)
    archive.check_budget(member for member in archive.members if not archive.refusal(member))
    found = list(_inside(archive, item))
    if len(found) > limits.files:
        return too_many(item.name, limits)
    inside = tuple(each for each in found if isinstance(each, Item))
    findings = tuple(each for each in found if isinstance(each, Finding))
    return (
        Opened(findings=findings, inside=inside) if found else _refused(item, catalogue.EMPTY_ZIP)
    )


def too_many(name: str, limits: Limits) -> Opened:
    """For a zip of more files than anybody sends."""
    what = f"中のファイルが{limits.files:,}個を超えています"
    return Opened(findings=(catalogue.TOO_BIG.at(Place(file=name), what=what),))


def _inside(archive: Zip, item: Item) -> Iterator[Item | Finding]:
    """The files in a zip; one that is broken or locked costs itself alone."""
    for at, member in enumerate(archive.members):
        shown = member_name(member)
        name = f"{item.name}/{shown}"
        if member.is_folder or (passed_over(shown) and not may_be_real(shown)):
            continue
        try:
            if refused := archive.refusal(member):
                raise refused
            data = archive.read(member)
        except Refused as refused:
            yield refused.at(name)
            continue
        if not passed_over(shown):
            sha256 = hashlib.sha256(data).hexdigest()
            yield Item(name, sha256, item.path, (*item.members, at))
        elif data.startswith(BOOKS):
            yield catalogue.HIDDEN_FILE.at(Place(file=name))


# Workbooks.


def _forms(book: Book, file: str, layouts: Collection[Layout] | Asked) -> Opened:
    witnesses = book.witnesses | frozenset(_hidden_witnesses(book.grids))
    forms = Asked.of(layouts)
    grids = (grid for grid in book.grids if grid.name != WITNESS_SHEET)
    read = filter(None, (read_form(grid, forms, witnesses) for grid in grids))
    told = [_without_our_foot(sheet, forms) for sheet in read]
    sheets = _together([replace(each, leftovers=()) if is_bare(each) else each for each in told])
    ledgers = [found for grid in book.grids if (found := read_ledger(grid, file))]
    if not sheets and not ledgers:
        names = "、".join(grid.name for grid in book.grids)
        return Opened(findings=(catalogue.NOT_A_FORM.at(Place(file=file), what=names),))
    place = Place(_respondent(sheets, forms), file)
    ledger = tuple(row for each in ledgers for row in each.rows)
    return Opened(sheets, tuple(around(book, told, ledgers, place, forms)), ledger)


def _without_our_foot(sheet: FormSheet, forms: Asked) -> FormSheet:
    """The sheet without what we print on each page; a foreign form has its title and name there."""
    if not any(comment.in_print for comment in sheet.grid.comments):
        return sheet
    ours = set(forms.in_print)
    if not forms.issued_as(sheet.identity):
        year = FiscalYear.parse(sheet.identity.year).name
        texts = {cell.typed for cell in sheet.grid.cells}
        ours |= {spaceless(end) for text in texts for end in (text, in_margin(text) + year)}
    comments = filter(None, (each.without(ours) for each in sheet.grid.comments))
    return replace(sheet, grid=replace(sheet.grid, comments=tuple(comments)))


def _together(sheets: Sequence[FormSheet]) -> tuple[FormSheet, ...]:
    """Each with the form's own fields, where the first sheet of its form holds them.

    A sheet that only shows something stays where somebody wrote on it.
    """
    shown_first = sorted(sheets, key=lambda each: each.grid.hidden)
    covers = {each.identity: each for each in reversed(shown_first) if each.places}
    answering = {each.identity: each for each in reversed(shown_first) if each.rows}

    def joined(each: FormSheet) -> FormSheet:
        cover = covers.get(each.identity, each)
        first = answering[each.identity] if each.rows else cover
        doubled = (each.rows or each.places) and first.name != each.name
        apart = not each.places or (doubled and not each.rows)
        return replace(
            each, cover=cover.fields if apart else each.cover, twin=first.name if doubled else ""
        )

    return tuple(
        joined(each)
        for each in sheets
        if each.rows or each.places or each.leftovers or each.grid.comments
    )


def _respondent(sheets: Sequence[FormSheet], forms: Asked) -> str:
    """The one whose form the file holds; '' for several."""
    whose = (forms.issued_as(sheet.identity) for sheet in sheets)
    found = {layout.respondent if layout else "" for layout in whose}
    return found.pop() if len(found) == 1 else ""


def _hidden_witnesses(grids: Sequence[Grid]) -> Iterator[Identity]:
    """Identities on a sheet that holds marks and nothing else."""
    for grid in grids:
        marks = list(takewhile(bool, (read_mark(cell.typed) for cell in grid.cells)))
        if len(marks) == len(grid.cells):
            yield from {mark.identity for mark in marks if mark}
