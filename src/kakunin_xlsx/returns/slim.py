"""What stands in a returned sheet as it was issued says nothing, and need not travel on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kakunin_xlsx.layout import MARKED, seal
from kakunin_xlsx.layout.palette import OWN_FILLS
from kakunin_xlsx.returns.forms import Printed, seal_of_words
from kakunin_xlsx.returns.model import At, Cell, FormRow, FormSheet, Grid


def slim(sheet: FormSheet, form: Printed | None) -> FormSheet:
    """The sheet without what no check asks for; `form` is what it was issued as, if that is known.

    Sound rows lose their locked cells, a sheet on which just our words stand outside rows and
    fields loses these, and of the marks those stay that lie on rows.
    """
    if form is None:
        return replace(sheet, grid=replace(sheet.grid, cells=()))
    return replace(
        sheet,
        rows=tuple(_row(row, form) for row in sheet.rows),
        leftovers=() if _only_ours(sheet, form) else sheet.leftovers,
        grid=_grid(sheet, form),
    )


def _row(row: FormRow, form: Printed) -> FormRow:
    printed = form.rows.get(row.id)
    if printed is None or row.mark.identity != form.identity:
        return row
    if not row.columns.keys() >= set(printed.keys):
        return row
    if any(":" in key for key in row.columns.keys() - set(printed.keys)):
        return row  # of an older shape: what else was printed in it says whether it is whole
    locked = [row.cells.get(key) for key in printed.keys]
    if any(cell and cell.struck for cell in locked):
        return row
    if seal(cell.typed if cell else "" for cell in locked) != printed.seal:
        return row
    others = {key: cell for key, cell in row.cells.items() if key not in printed.keys}
    return replace(row, cells=others, sound=True)


def _only_ours(sheet: FormSheet, form: Printed) -> bool:
    words = [cell for cell in sheet.leftovers if not is_count(cell)]
    if len(sheet.leftovers) - len(words) > 1 or any(cell.formula for cell in words):
        return False
    return seal_of_words(cell.typed for cell in words) in form.words


def is_count(cell: Cell) -> bool:
    """True for the live count of empty required cells, by its formula."""
    return "COUNTIFS(" in cell.formula and MARKED in cell.formula


def _grid(sheet: FormSheet, form: Printed) -> Grid:
    grid, lines = sheet.grid, {row.mark_cell.row for row in sheet.rows}
    fills = {at: grid.fills[at] for at in _answer_places(sheet, form) if at in grid.fills}
    return replace(
        grid,
        cells=(),
        fills=fills if set(fills.values()) - OWN_FILLS else {},
        merged=tuple(
            area for area in grid.merged if any(area.top <= row <= area.bottom for row in lines)
        ),
    )


def _answer_places(sheet: FormSheet, form: Printed) -> Iterator[At]:
    keys = [column.key for column in form.columns if column.open]
    for row in sheet.rows:
        yield from (place for key in keys if (place := row.place(key)))
