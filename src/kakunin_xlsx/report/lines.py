"""Lines that several sheets are made of: titles, paragraphs, headed tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kakunin_xlsx.sheets.form import HEAD, LOCKED
from kakunin_xlsx.sheets.page import Cell, Line, Style, Value, height_of

BODY = 12.0  # points of running text on A4
HEADING = Style(size=16, bold=True, valign="vcenter")
SUBHEADING = Style(size=13, bold=True, valign="vcenter")
PARAGRAPH = Style(size=BODY)
CELL = replace(LOCKED, size=11, valign="vcenter")
CENTERED = replace(CELL, align="center")
NUMBER = replace(CELL, number="0", align="right")
SHARE = replace(CELL, number="0.0%", align="right")
HEADER = replace(HEAD, size=11)


def line(cells: Mapping[int, Cell], widths: Sequence[float], least: float = 18) -> Line:
    """A row high enough for its texts; it never changes by itself."""
    return Line(cells, height_of(cells, widths, least), fixed=True)


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
        yield across(text, PARAGRAPH, widths)
