"""What is to be said of a workbook around its forms: added sheets, words on our own ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from kakunin_xlsx.findings import Finding, Kind, Place
from kakunin_xlsx.findings.catalogue import EXTRA_SHEET, LEDGER_LOST, MARKS_UNSEEN
from kakunin_xlsx.layout import Layout, read_mark
from kakunin_xlsx.layout.sheet_names import (
    CHOICE_SHEET,
    GUIDE_SHEET,
    OWN_SHEETS,
    REQUEST_SHEET,
    REST_SHEET,
    WITNESS_SHEET,
)
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.ledger import LedgerSheet, beside_ledger
from kakunin_xlsx.returns.model import Book, FormSheet, Grid, GridCell
from kakunin_xlsx.returns.printed import added_to_choices, added_to_guide, added_without_marks

_BRIEF = 40  # characters of a text that only shows where to look
_OLD = "計算できなかった印（#REF! など。空欄に見えます）、取り消し線、コメント、図形、計算式、50％か0.5か"
_UNSEEN = {".xls": "色、計算式の中身", ".xlsb": "色、計算式の中身", ".ods": "色"}
_LONGEST = 30_000  # characters of one entry
# Sheets of ours as they were issued before each of their lines had a mark: the columns we filled.
_OURS = {REQUEST_SHEET: 7, REST_SHEET: 6}


def is_bare(sheet: FormSheet) -> bool:
    """True for a first sheet without any mark: what we printed there is not told from the rest."""
    if sheet.rows or not sheet.places:
        return False
    return not any(read_mark(cell.typed) for cell in sheet.grid.cells)


def around(
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
    tables = {each.grid.name: each for each in ledgers}
    for sheet in filter(is_bare, sheets):
        own = forms.issued_as(sheet.identity)
        added = (
            list(added_without_marks(sheet.leftovers, own, first=True)) if own else sheet.leftovers
        )
        yield from _written(added, replace(place, sheet=sheet.name))
    owns = [own for sheet in sheets if (own := forms.issued_as(sheet.identity))]
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
        ours = (each.without(forms.in_print) for each in grid.comments)
        yield from (each.finding(at) for each in ours if each)
        table_of = next((own for own in owns if own.sheet == grid.name), None)
        yield from _written(_added(grid, forms, table_of), at)


def _added(grid: Grid, forms: Asked, table: Layout | None) -> Sequence[GridCell]:
    """What stands on a sheet of no form, and was not issued there; `table`: whose it seems to be."""
    if table:
        return list(added_without_marks(grid.cells, table, first=False))
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
