"""Columns by their headings where the hidden keys are lost, rows by their texts without a mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kakunin_xlsx.layout import Column, Identity, Layout, Row, RowMark, seal, spaceless
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.model import Grid, GridCell

_Rows = Mapping[int, Sequence[GridCell]]


def table_headings(rows: _Rows, columns: Sequence[Column]) -> Mapping[str, int]:
    """Sheet columns by key, from the two rows that hold most of the headings."""
    keys = {(column.group, column.heading): column.key for column in columns}
    words = {column.heading for column in columns}
    telling = {at for at, cells in rows.items() if any(c.typed.strip() in words for c in cells)}
    best: dict[str, int] = {}
    for upper in rows:
        if upper not in telling and upper + 1 not in telling:
            continue
        found = _two_rows(rows[upper], rows.get(upper + 1, ()), keys)
        if len(found) > len(best):
            best = found
    return best if len(best) * 2 > len(columns) else {}


def _two_rows(
    upper: Sequence[GridCell], lower: Sequence[GridCell], keys: Mapping[tuple[str, str], str]
) -> dict[str, int]:
    """A heading over others stands in the first cell of its group, theirs one row below."""
    above = {cell.col: cell.typed.strip() for cell in upper}
    below = {cell.col: cell.typed.strip() for cell in lower}
    found: dict[str, int] = {}
    group = ""
    for col in sorted(above.keys() | below.keys()):
        group = above.get(col, group)
        key = keys.get((group, below[col])) if col in below else keys.get(("", above[col]))
        if key:
            found.setdefault(key, col)
    return found


def form_headings(
    rows: _Rows, form: Iterable[Column], known: Collection[str]
) -> Mapping[str, tuple[int, int]]:
    """Row and column of the value beside each label; an empty one stands right of it.

    `form` are all fields of the form, `known` the keys that need no heading.
    """
    labels = {column.heading: column.key for column in form}
    wanted = {heading: key for heading, key in labels.items() if key not in known}
    found: dict[str, tuple[int, int]] = {}
    if not wanted:
        return found
    for at, cells in rows.items():
        for label, behind in zip(cells, [*cells[1:], None], strict=True):
            key = wanted.get(label.typed.strip())
            if key is None or key in found:
                continue
            is_label = behind is not None and behind.typed.strip() in labels
            if behind and is_label and behind.col == label.col + 1:
                continue  # the column of its value was deleted
            found[key] = (at, label.col + 1 if is_label or behind is None else behind.col)
    return found


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
