"""Lines that the sheets are made of: titles, paragraphs, headed tables; their styles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kakunin_xlsx.layout import CONTINUED, measure
from kakunin_xlsx.sheets.page import Cell, Line, Style, Value, grouped, height_of, need, room

BODY, SMALL = 10.5, 9.0  # points: of all text, and inside the large table
LONGEST = 240.0  # points: a higher row goes on in the next, so that no page ends half empty
HEADING = Style(size=15, bold=True, valign="vcenter")
SUBHEADING = Style(size=12, bold=True, valign="vcenter")
PARAGRAPH = Style(size=BODY)
CELL = Style(size=BODY, border=True, small_tail=False)
CENTERED = replace(CELL, align="center")
NAME = replace(CELL, valign="vcenter")
NUMBER = replace(NAME, number="0", align="right")
SHARE = replace(NAME, number="0.0%", align="right")
HEADER = replace(CELL, bold=True, fill="#E4E4E4", align="center", valign="vcenter")
BAND = replace(CELL, size=12, bold=True, color="#FFFFFF", fill="#1F4E79", valign="vcenter")
SUB_BAND = replace(CELL, bold=True, fill="#DCE9F5", valign="vcenter")
UPPER_BAND = replace(SUB_BAND, fill="#B9D3EA")
NOTHING = replace(CELL, color="#595959")
REVIEW = replace(CELL, bold=True, fill="#F4C7AB")


def line(cells: Mapping[int, Cell], widths: Sequence[float], least: float = 18) -> Line:
    """A row high enough for its texts; it never changes by itself."""
    return Line(cells, height_of(cells, widths, least), fixed=True)


def flowing(cells: Mapping[int, Cell], widths: Sequence[float], least: float = 18) -> list[Line]:
    """The row, and 「（続き）」 rows for texts that would make it higher than `LONGEST`."""
    whole = line(cells, widths, least)
    if (whole.height or 0) <= LONGEST:
        return [whole]
    parts = {col: _parts(col, cell, widths) for col, cell in cells.items()}
    count = max(map(len, parts.values()), default=1)
    empty = {col: Cell("", replace(c.style, fill=""), across=c.across) for col, c in cells.items()}
    return [
        line(
            {col: found[at] if at < len(found) else empty[col] for col, found in parts.items()},
            widths,
            least if at == 0 else 18,
        )
        for at in range(count)
    ]


def _parts(col: int, cell: Cell, widths: Sequence[float]) -> list[Cell]:
    if not isinstance(cell.value, str) or not cell.style.wrap or cell.down > 1:
        return [cell]
    texts = measure.split(cell.value, room(col, cell, widths), cell.style.size, LONGEST)
    if len(texts) == 1:
        return [cell]
    rest = [Cell(CONTINUED + text, cell.style, across=cell.across) for text in texts[1:]]
    head = replace(cell, value=texts[0], tail="")
    return [head, *rest[:-1], replace(rest[-1], tail=cell.tail)]


def across(text: str, style: Style, widths: Sequence[float], least: float = 18) -> Line:
    """One text over the whole width."""
    return line({0: Cell(text, style, across=len(widths))}, widths, least)


def head_lines(
    headings: Sequence[str | tuple[str, str]],
    widths: Sequence[float],
    style: Style = HEADER,
    first: int = 0,
) -> list[Line]:
    """Column headings from column `first` on: one row, or two where some share a group."""
    pairs = [(each, "") if isinstance(each, str) else each for each in headings]
    styles = [style] * len(pairs)
    rows = grouped([(g, h) if h else ("", g) for g, h in pairs], styles, style, first)
    lines = [replace(line(cells, widths, 20), heads=True) for cells in rows]
    tall = max(need(col, cell, widths) for col, cell in rows[0].items() if cell.down == len(rows))
    short = tall - sum(each.height or 0 for each in lines)
    lines[-1] = replace(lines[-1], height=(lines[-1].height or 0) + max(0.0, short))
    return lines


def table_row(
    values: Iterable[Value | Cell], widths: Sequence[float], styles: Sequence[Style], first: int = 0
) -> list[Line]:
    """One row of a table; the last style holds for all further cells."""
    cells = {
        at: each if isinstance(each, Cell) else Cell(each, styles[min(at - first, len(styles) - 1)])
        for at, each in enumerate(values, start=first)
    }
    return flowing(cells, widths)


def gap(height: float = 10) -> Line:
    """Air between two parts."""
    return Line({}, height, fixed=True)


def paragraphs(texts: Iterable[str], widths: Sequence[float]) -> Iterator[Line]:
    """Running text."""
    for text in texts:
        yield from flowing({0: Cell(text, PARAGRAPH, across=len(widths))}, widths)
