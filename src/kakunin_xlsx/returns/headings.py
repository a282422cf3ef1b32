"""Columns by their headings, where the hidden keys are lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kakunin_xlsx.layout import Column
from kakunin_xlsx.returns.model import GridCell

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
