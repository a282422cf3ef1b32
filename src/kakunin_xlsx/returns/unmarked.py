"""Rows whose mark in column A is lost, told by what is printed in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from kakunin_xlsx.layout import Identity, Layout, RowMark, digest, spaceless
from kakunin_xlsx.returns.model import Cell, Grid

_Rows = Mapping[int, Sequence[Cell]]


def whose(
    grid: Grid, layouts: Collection[Layout], witnesses: Collection[Identity]
) -> Identity | None:
    """The form whose title and caption stand on the sheet, else the workbook's only one.

    The caption names round, year and respondent, so last year's form is never taken for this.
    """
    texts = Counter(spaceless(cell.typed) for cell in grid.cells)
    for layout in layouts:
        if texts[spaceless(layout.title)] and texts[spaceless(layout.caption)] == 1:
            return layout.identity
    known = {layout.identity for layout in layouts} & set(witnesses)
    return known.pop() if len(known) == 1 == len(set(witnesses)) else None


def row_marks(
    rows: _Rows, columns: Mapping[str, int], layout: Layout, known: Collection[str]
) -> Iterator[tuple[int, RowMark]]:
    """Sheet row and mark of each row whose texts are those of a row that is not `known` yet.

    All locked texts must stand there as issued; a row that stands twice is told once.
    """
    keys = tuple(layout.rows[0].texts) if layout.rows else ()
    if not keys or not set(keys) <= columns.keys():
        return
    wanted = {row.digest: row for row in layout.rows if row.id not in known}
    for at, cells in sorted(rows.items()):
        typed = {cell.col: cell.typed for cell in cells}
        row = wanted.pop(digest(typed.get(columns[key], "") for key in keys), None)
        if row:
            yield at, RowMark(layout.identity, row.id, row.digest)
