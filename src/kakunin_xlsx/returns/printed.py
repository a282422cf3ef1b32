"""Lines that nobody answers: what was issued there, and what people added."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from kakunin_xlsx.layout import MARKED, Layout, printed_mark, spaceless
from kakunin_xlsx.layout.guide import guide_words, tells_of_print
from kakunin_xlsx.returns.model import Grid, GridCell

_DIGEST = re.compile("#[0-9a-f]{8}")  # beside such a line
# 記入要領 as it was issued before its lines had a mark: title and headings, what they say, scales.
_OLDER = {
    1: re.compile(r".+　記入要領|.+　回答元：.+|[1-9]　.+|「.+」の選択肢と目安"),
    2: re.compile(r"・.+|提出期限：.+", re.DOTALL),
}
_OLDER_TITLE = "　記入要領"
_LABEL, _YARDSTICK = 2, 3  # columns of its scales


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
