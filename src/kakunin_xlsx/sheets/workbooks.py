"""The form workbooks of a round: guide first, then one table sheet per respondent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from kakunin_xlsx.layout import Layout
from kakunin_xlsx.layout.sheet_names import (
    GUIDE_SHEET,
    LAST_SHEET,
    OWN_SHEETS,
    WITNESS_SHEET,
    safe_names,
)
from kakunin_xlsx.sheets.beside import cover_page, guide_page, last_year_page
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.form import Remarks, Values, form_page
from kakunin_xlsx.sheets.page import Cell, Line, Page, Style


def form_workbook(
    layouts: Sequence[Layout], font: str, values: Mapping[str, Values] | None = None
) -> bytes:
    """The xlsx file of one or several forms; `values` by code of the respondent.

    Several have 記入要領 once, and each its own 提出票 before its table.
    """
    alone = len(layouts) == 1
    pages = [] if alone else [guide_page(layouts[0], GUIDE_SHEET)]
    for layout, (cover, name, last_name) in zip(layouts, sheet_names(layouts), strict=True):
        typed = (values or {}).get(layout.identity.respondent)
        table = form_page(layout, name, typed)
        last = last_year_page(layout, last_name)
        pages += [cover_page(layout, cover, table, typed, guided=alone), table]
        pages += [last] if last else []
    return _workbook(pages, layouts, font)


def correction_pages(
    layout: Layout,
    font: str,
    values: Values,
    remarks: Remarks,
    around: Callable[[Sequence[Page]], Sequence[Page]],
) -> bytes:
    """The xlsx file of a form that goes back with its answers and `remarks` on them.

    `around` makes the sheet that comes first, and those that come last, from the form's pages.
    """
    table = form_page(layout, layout.sheet, values, remarks)
    cover = cover_page(layout, GUIDE_SHEET, table, values, remarks)
    last_year = last_year_page(layout, LAST_SHEET)
    first, *rest = around([cover, table])
    pages = [first, cover, table, *([last_year] if last_year else []), *rest]
    return _workbook(pages, [layout], font)


def _workbook(pages: Sequence[Page], layouts: Sequence[Layout], font: str) -> bytes:
    info = BookInfo(
        title=f"{layouts[0].title}　{layouts[0].year.name}",
        subject=layouts[0].caption,
        identity="；".join(str(layout.identity) for layout in layouts)[:255],
    )
    # A hidden sheet says once more what was issued; it is never needed to read a form.
    marks = (each.identity.mark(row.id, row.digest) for each in layouts for row in each.rows)
    lines = [Line({0: Cell(mark, Style(wrap=False))}) for mark in marks]
    witness = Page(WITNESS_SHEET, (60.0,), lines, hidden=True, protected=True)
    return workbook_bytes([*pages, witness], info, font)


def sheet_names(layouts: Sequence[Layout]) -> Iterator[tuple[str, str, str]]:
    """提出票, table and last year of each form; named after whom, where there are several."""
    if len(layouts) == 1:
        yield GUIDE_SHEET, layouts[0].sheet, LAST_SHEET
        return
    who = [layout.respondent for layout in layouts]
    wanted = (each for name in who for each in (f"提出票_{name}", name, f"前年度_{name}"))
    names = safe_names(wanted, OWN_SHEETS)
    yield from zip(names[::3], names[1::3], names[2::3], strict=True)
