"""Rows whose mark in column A is lost, told by what is printed in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from kakunin_xlsx.layout import Identity, Layout, Row, RowMark, seal, spaceless
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.model import Grid, GridCell

_Rows = Mapping[int, Sequence[GridCell]]


def whose(grid: Grid, forms: Asked, witnesses: Collection[Identity]) -> Identity | None:
    """The form whose title and caption stand on the sheet, else the workbook's only one.

    The caption names round, year and respondent, so last year's form is never taken for this;
    more words may follow the title, as on the first sheet.
    """
    texts = Counter(spaceless(cell.typed) for cell in grid.cells)
    for form in forms.captioned([text for text, count in texts.items() if count == 1]):
        if any(text.startswith(spaceless(form.title)) for text in texts):
            return form.identity
    known = {witness for witness in witnesses if forms.issued_as(witness)}
    return known.pop() if len(known) == 1 == len(set(witnesses)) else None


def row_marks(
    rows: _Rows, columns: Mapping[str, int], form: Layout, known: Collection[str]
) -> Iterator[tuple[int, RowMark]]:
    """Sheet row and mark of each row whose texts are those of a row that is not `known` yet.

    All locked texts must stand there as issued; a row that stands twice is told once.
    """
    wanted: dict[tuple[str, ...], dict[bytes, Row]] = {}  # by the columns that hold their texts
    for row in form.rows:
        keys = tuple(row.texts)
        if keys and set(keys) <= columns.keys() and row.id not in known:
            sealed = seal(text.shown for text in row.texts.values())
            wanted.setdefault(keys, {})[sealed] = row
    for at, cells in sorted(rows.items()) if wanted else ():
        typed = {cell.col: cell.typed for cell in cells}
        for keys, own in wanted.items():
            if found := own.pop(seal(typed.get(columns[key], "") for key in keys), None):
                yield at, RowMark(form.identity, found.id, found.digest)
                break
