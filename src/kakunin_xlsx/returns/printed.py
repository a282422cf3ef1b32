"""What was issued, told by what is printed: lines nobody answers, rows and columns without a mark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from kakunin_xlsx.layout import (
    MARKED,
    Column,
    Identity,
    Layout,
    Row,
    RowMark,
    printed_mark,
    seal,
    spaceless,
)
from kakunin_xlsx.layout.guide import guide_words, tells_of_print
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.model import Grid, GridCell

_DIGEST = re.compile("#[0-9a-f]{8}")  # beside such a line
# 記入要領 as it was issued before its lines had a mark: title and headings, what they say, scales.
_OLDER = {
    1: re.compile(r".+　記入要領|.+　回答元：.+|[1-9]　.+|「.+」の選択肢と目安"),
    2: re.compile(r"・.+|提出期限：.+", re.DOTALL),
}
_OLDER_TITLE = "　記入要領"
_Rows = Mapping[int, Sequence[GridCell]]
_LABEL, _YARDSTICK = 2, 3  # columns of its scales


# Lines that nobody answers, and what people added to them.


def digest_in(line: Sequence[GridCell], home: int) -> GridCell | None:
    """The mark of such a line, in the column of marks."""
    return next((c for c in line if c.col == home and _DIGEST.fullmatch(c.typed)), None)


def issued_beside(mark: GridCell, line: Sequence[GridCell]) -> Sequence[GridCell]:
    """The cells of the line that the mark was made of; none if our text was changed."""
    beside = [cell for cell in line if cell is not mark]
    # All of it, but for one cell that somebody added, or for several behind ours.
    few = (beside[:count] for count in range(len(beside) - 1, 0, -1))
    but_one = ([cell for cell in beside if cell is not more] for more in beside)
    for ours in (beside, *but_one, *few):
        if printed_mark(cell.typed for cell in ours) == mark.typed.strip():
            return ours
    return ()


def added_to_guide(grid: Grid) -> Iterator[GridCell]:
    """What stands on a 記入要領 without any field of a form, and is not ours."""
    lines = [list(line) for _, line in groupby(grid.cells, key=lambda cell: cell.row)]
    marks = [digest_in(line, 1) for line in lines]
    if not any(marks):
        older = any(c.col == 1 and c.typed.strip().endswith(_OLDER_TITLE) for c in grid.cells)
        yield from (
            _added_to_older(lines) if older else (c for c in grid.cells if c.col > _YARDSTICK)
        )
        return
    for line, mark in zip(lines, marks, strict=True):
        ours = (mark, *issued_beside(mark, line)) if mark else ()
        yield from (cell for cell in line if cell not in ours or cell.struck)


def _added_to_older(lines: Sequence[Sequence[GridCell]]) -> Iterator[GridCell]:
    scale = False
    for line in lines:
        texts = {cell.col: cell.typed for cell in line}
        scale |= texts.get(1, "").strip().startswith("「")
        for cell in line:
            if scale and cell.col in (_LABEL, _YARDSTICK):
                ours = texts.keys() >= {_LABEL, _YARDSTICK}
            else:
                ours = cell.col in _OLDER and bool(_OLDER[cell.col].fullmatch(cell.typed.strip()))
            if not ours or cell.struck:
                yield cell


def added_to_choices(grid: Grid, labels: Collection[str]) -> Iterator[GridCell]:
    """What stands behind the lists of choices that we issued; nothing where none is known."""
    last: dict[int, int] = {}  # row of the last known label, by column
    for cell in grid.cells:
        if cell.typed in labels:
            last[cell.col] = cell.row
    return (cell for cell in grid.cells if last and cell.row > last.get(cell.col, 0))


def added_without_marks(
    cells: Sequence[GridCell], layout: Layout, *, first: bool
) -> Iterator[GridCell]:
    """What stands on a sheet of a form that lost its marks, without our own words and keys.

    `first`: it is the first sheet, where the choices are explained; elsewhere they are answers.
    """
    ours = set(map(spaceless, (*(guide_words(layout) if first else ()), *layout.words())))
    ours |= {*layout.column, *layout.form_column}
    label = spaceless(layout.count_label)
    counted = {cell.row for cell in cells if spaceless(cell.typed) == label}
    for cell in cells:
        count = MARKED in cell.formula or (cell.row in counted and cell.typed.isdecimal())
        if not (count or spaceless(cell.typed) in ours or tells_of_print(cell.typed)):
            yield cell


# Columns by their headings, where the hidden keys are lost.


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


# Rows by their texts, where the mark in column A is lost.


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
