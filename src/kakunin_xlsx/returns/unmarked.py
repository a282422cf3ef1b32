"""Rows whose mark in column A is lost, told by what is printed in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from kakunin_xlsx.layout import Identity, RowMark, seal, spaceless
from kakunin_xlsx.returns.forms import Forms, Printed
from kakunin_xlsx.returns.model import Cell, Grid

_Rows = Mapping[int, Sequence[Cell]]


def whose(grid: Grid, forms: Forms, witnesses: Collection[Identity]) -> Identity | None:
    """The form whose title and caption stand on the sheet, else the workbook's only one.

    The caption names round, year and respondent, so last year's form is never taken for this.
    """
    texts = Counter(spaceless(cell.typed) for cell in grid.cells)
    once = (text for text, count in texts.items() if count == 1 and text in forms.by_caption)
    for at in sorted(at for text in once for at in forms.by_caption[text]):
        if texts[spaceless(forms[at].title)]:
            return forms[at].identity
    known = {witness for witness in witnesses if witness in forms.by_identity}
    return known.pop() if len(known) == 1 == len(set(witnesses)) else None


def row_marks(
    rows: _Rows, columns: Mapping[str, int], form: Printed, known: Collection[str]
) -> Iterator[tuple[int, RowMark]]:
    """Sheet row and mark of each row whose texts are those of a row that is not `known` yet.

    All locked texts must stand there as issued; a row that stands twice is told once.
    """
    keys = next(iter(form.rows.values())).keys if form.rows else ()
    if not keys or not set(keys) <= columns.keys():
        return
    wanted = {row.seal: id_ for id_, row in form.rows.items() if id_ not in known}
    if not wanted:
        return
    for at, cells in sorted(rows.items()):
        typed = {cell.col: cell.typed for cell in cells}
        found = seal(typed.get(columns[key], "") for key in keys)
        if id_ := wanted.pop(found, ""):
            yield at, RowMark(form.identity, id_, form.rows[id_].digest)
