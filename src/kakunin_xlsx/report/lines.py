"""Lines that several sheets are made of: titles, paragraphs, headed tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kakunin_xlsx.layout import CONTINUED, measure
from kakunin_xlsx.sheets.form import HEAD, LOCKED
from kakunin_xlsx.sheets.page import Cell, Line, Style, Value, height_of, room

BODY = 12.0  # points of running text on A4
_ROOMY = measure.TALLEST - 50  # points: a row below it has room for every text as a whole
HEADING = Style(size=16, bold=True, valign="vcenter")
SUBHEADING = Style(size=13, bold=True, valign="vcenter")
PARAGRAPH = Style(size=BODY)
CELL = replace(LOCKED, size=11, valign="vcenter", small_tail=False)
CENTERED = replace(CELL, align="center")
NUMBER = replace(CELL, number="0", align="right")
SHARE = replace(CELL, number="0.0%", align="right")
HEADER = replace(HEAD, size=11)


def line(cells: Mapping[int, Cell], widths: Sequence[float], least: float = 18) -> Line:
    """A row high enough for its texts; it never changes by itself."""
    return Line(cells, height_of(cells, widths, least), fixed=True)


def flowing(cells: Mapping[int, Cell], widths: Sequence[float], least: float = 18) -> list[Line]:
    """The row, and 「（続き）」 rows for texts that no single row can show."""
    whole = line(cells, widths, least)
    if (whole.height or 0) < _ROOMY:
        return [whole]
    parts = {col: _parts(col, cell, widths) for col, cell in cells.items()}
    count = max(map(len, parts.values()), default=1)
    return [
        line({col: found[at] for col, found in parts.items() if at < len(found)}, widths, least)
        if at == 0
        else line(_rest(cells, parts, at), widths)
        for at in range(count)
    ]


def _rest(cells: Mapping[int, Cell], parts: Mapping[int, list[Cell]], at: int) -> dict[int, Cell]:
    """Row `at` of a text that continues; its neighbours stay empty."""
    return {
        col: parts[col][at] if at < len(parts[col]) else _empty(cell) for col, cell in cells.items()
    }


def _empty(cell: Cell) -> Cell:
    return Cell("", replace(cell.style, fill=""), across=cell.across)


def _parts(col: int, cell: Cell, widths: Sequence[float]) -> list[Cell]:
    if not isinstance(cell.value, str) or not cell.style.wrap or cell.down > 1:
        return [cell]
    texts = measure.split(cell.value, room(col, cell, widths), cell.style.size)
    if len(texts) == 1:
        return [cell]
    head = replace(cell, value=texts[0], tail="")
    rest = [Cell(CONTINUED + text, cell.style, across=cell.across) for text in texts[1:]]
    return [head, *rest[:-1], replace(rest[-1], tail=cell.tail)]


def across(text: str, style: Style, widths: Sequence[float], least: float = 18) -> Line:
    """One text over the whole width."""
    return line({0: Cell(text, style, across=len(widths))}, widths, least)


def heading_row(headings: Iterable[str], widths: Sequence[float], first: int = 0) -> Line:
    """Column headings from column `first` on."""
    cells = {at: Cell(text, HEADER) for at, text in enumerate(headings, start=first)}
    return line(cells, widths, 22)


def table_row(
    values: Iterable[Value], widths: Sequence[float], styles: Sequence[Style], first: int = 0
) -> Line:
    """One row of a table; the last style holds for all further cells."""
    cells = {
        first + at: Cell(value, styles[min(at, len(styles) - 1)]) for at, value in enumerate(values)
    }
    return line(cells, widths)


def gap(height: float = 10) -> Line:
    """Air between two parts."""
    return Line({}, height, fixed=True)


def paragraphs(texts: Iterable[str], widths: Sequence[float]) -> Iterator[Line]:
    """Running text."""
    for text in texts:
        yield from flowing({0: Cell(text, PARAGRAPH, across=len(widths))}, widths)
