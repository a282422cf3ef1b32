"""One file → what it holds: table sheets, decisions of the office, or, a zip, more files."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, takewhile

from kakunin_xlsx.findings import Finding, Kind, Place
from kakunin_xlsx.findings.catalogue import (
    CANNOT_OPEN,
    EMPTY_ZIP,
    EXTRA_SHEET,
    HIDDEN_FILE,
    LEDGER_LOST,
    LOCKED_FILE,
    MARKS_UNSEEN,
    NOT_A_FORM,
    TOO_BIG,
    UNREADABLE,
    UNSAFE_FILE,
    ZIP_TOO_DEEP,
)
from kakunin_xlsx.layout import Identity, Layout, read_mark, spaceless
from kakunin_xlsx.layout.measure import in_margin
from kakunin_xlsx.layout.sheet_names import (
    CHOICE_SHEET,
    GUIDE_SHEET,
    OWN_SHEETS,
    REQUEST_SHEET,
    REST_SHEET,
    WITNESS_SHEET,
)
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.returns import gate
from kakunin_xlsx.returns.folder import BOOKS, may_be_real, passed_over, unopened
from kakunin_xlsx.returns.form import read_form
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.gate import Content
from kakunin_xlsx.returns.ledger import LedgerSheet, beside_ledger, read_ledger
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Book, FormSheet, Grid, GridCell, Item, Opened
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.printed import added_to_choices, added_to_guide
from kakunin_xlsx.returns.unreadable import Locked, Unreadable, Unsafe
from kakunin_xlsx.returns.zips import Refused, Zip, member_name

_BRIEF = 40  # characters of a text that only shows where to look
_OLD = "計算できなかった印（#REF! など。空欄に見えます）、取り消し線、コメント、図形、計算式、50％か0.5か"
_UNSEEN = {".xls": "色、計算式の中身", ".xlsb": "色、計算式の中身", ".ods": "色"}
_LONGEST = 30_000  # characters of one entry
# Sheets of ours as they were issued before each of their lines had a mark: the columns we filled.
_OURS = {REQUEST_SHEET: 7, REST_SHEET: 6}
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
        return _refused(item, CANNOT_OPEN, "読み取っている間に書き換えられました")
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
    except Locked:
        return Opened(findings=(Refused(LOCKED_FILE).at(item.name),))
    except Unsafe as trick:
        return _refused(item, UNSAFE_FILE, str(trick))
    except Unreadable as problem:
        return _refused(item, UNREADABLE, str(problem))
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
        return _refused(item, ZIP_TOO_DEEP)
    archive.check_budget(member for member in archive.members if not archive.refusal(member))
    found = list(_inside(archive, item))
    if len(found) > limits.files:
        return too_many(item.name, limits)
    inside = tuple(each for each in found if isinstance(each, Item))
    findings = tuple(each for each in found if isinstance(each, Finding))
    return Opened(findings=findings, inside=inside) if found else _refused(item, EMPTY_ZIP)


def too_many(name: str, limits: Limits) -> Opened:
    """For a zip of more files than anybody sends."""
    what = f"中のファイルが{limits.files:,}個を超えています"
    return Opened(findings=(TOO_BIG.at(Place(file=name), what=what),))


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
            yield HIDDEN_FILE.at(Place(file=name))


# Workbooks.


def _forms(book: Book, file: str, layouts: Collection[Layout] | Asked) -> Opened:
    witnesses = book.witnesses | frozenset(_hidden_witnesses(book.grids))
    forms = Asked.of(layouts)
    grids = (grid for grid in book.grids if grid.name != WITNESS_SHEET)
    read = filter(None, (read_form(grid, forms, witnesses) for grid in grids))
    told = [_without_our_foot(sheet, forms) for sheet in read]
    sheets = _together([replace(each, leftovers=()) if _is_bare(each) else each for each in told])
    ledgers = [found for grid in book.grids if (found := read_ledger(grid, file))]
    if not sheets and not ledgers:
        names = "、".join(grid.name for grid in book.grids)
        return Opened(findings=(NOT_A_FORM.at(Place(file=file), what=names),))
    place = Place(_respondent(sheets, forms), file)
    ledger = tuple(row for each in ledgers for row in each.rows)
    return Opened(sheets, tuple(_around(book, told, ledgers, place, forms)), ledger)


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


def _is_bare(sheet: FormSheet) -> bool:
    """True for a first sheet without any mark: what we printed there is not told from the rest."""
    if sheet.rows or not sheet.places:
        return False
    return not any(read_mark(cell.typed) for cell in sheet.grid.cells)


def _together(sheets: Sequence[FormSheet]) -> tuple[FormSheet, ...]:
    """Each with the form's own fields, where the first sheet of its form holds them.

    A sheet that only shows something stays where somebody wrote on it.
    """
    covers = {each.identity: each.fields for each in reversed(sheets) if each.places}
    answering = sorted((each for each in sheets if each.rows), key=lambda each: each.grid.hidden)
    first = {each.identity: each.name for each in reversed(answering)}
    return tuple(
        replace(
            each,
            cover=each.cover if each.places else covers.get(each.identity, {}),
            twin=first[each.identity] if each.rows and first[each.identity] != each.name else "",
        )
        for each in sheets
        if each.rows or each.places or each.leftovers or each.grid.comments
    )


def _respondent(sheets: Sequence[FormSheet], forms: Asked) -> str:
    """The one whose form the file holds; '' for several."""
    whose = (forms.issued_as(sheet.identity) for sheet in sheets)
    found = {layout.respondent if layout else "" for layout in whose}
    return found.pop() if len(found) == 1 else ""


def _around(
    book: Book,
    sheets: Sequence[FormSheet],
    ledgers: Sequence[LedgerSheet],
    place: Place,
    forms: Asked,
) -> Iterator[Finding]:
    """What is to be said of the workbook around its forms and the office's tables."""
    if book.unseen and sheets:
        yield MARKS_UNSEEN.at(place, format=book.unseen, what=_unseen(book))
    known = {sheet.name for sheet in sheets}
    tables = {each.name: each for each in ledgers}
    for sheet in filter(_is_bare, sheets):
        yield from _written(sheet.leftovers, replace(place, sheet=sheet.name))
    for grid in book.grids:
        if grid.name in known:
            continue
        at, table = replace(place, sheet=grid.name), tables.get(grid.name)
        if table and table.lost:
            yield from _written(table.unread, at, LEDGER_LOST)
            continue
        if table or (tables and not sheets):  # a workbook of the office's own
            yield from beside_ledger(grid, table, place.file)
            continue
        yield from (each.finding(at) for each in grid.comments)
        yield from _written(_added(grid, forms), at)


def _added(grid: Grid, forms: Asked) -> Sequence[GridCell]:
    """What stands on a sheet of no form, and was not issued there."""
    if grid.name == GUIDE_SHEET:
        return list(added_to_guide(grid))
    if grid.name == WITNESS_SHEET:
        return [cell for cell in grid.cells if not read_mark(cell.typed)]
    if grid.name == CHOICE_SHEET:
        return list(added_to_choices(grid, forms.choices))
    if grid.name in OWN_SHEETS - _OURS.keys():
        return ()
    return [cell for cell in grid.cells if cell.col > _OURS.get(grid.name, 0)]


def _unseen(book: Book) -> str:
    """What nobody can see in a workbook of its format, or in one of which only values came."""
    blind = any(grid.protected is None for grid in book.grids if grid.cells)
    return _OLD if blind else _UNSEEN[book.unseen]


def _written(
    cells: Sequence[GridCell], place: Place, kind: Kind = EXTRA_SHEET
) -> Iterator[Finding]:
    """What somebody wrote where nothing is read: all of it, in pieces that a table can hold."""
    while cells:
        length = accumulate(len(cell.typed) + 1 for cell in cells)
        count = max(1, sum(each <= _LONGEST for each in length))
        at = replace(
            place, cell=cells[0].address, value="\n".join(cell.typed for cell in cells[:count])
        )
        yield kind.at(at, value=cells[0].typed[:_BRIEF])
        cells = cells[count:]


def _hidden_witnesses(grids: Sequence[Grid]) -> Iterator[Identity]:
    """Identities on a sheet that holds marks and nothing else."""
    for grid in grids:
        marks = list(takewhile(bool, (read_mark(cell.typed) for cell in grid.cells)))
        if len(marks) == len(grid.cells):
            yield from {mark.identity for mark in marks if mark}
