"""A sheet before any Excel library: lines of cells, widths, print set-up. Pure data.

Rows and columns count from 0. Widths are half-width characters of the base font, heights
and font sizes points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from kakunin_xlsx.layout import FORM_SIZE, Column, measure

Value = str | int | float | date | None

Valign = Literal["top", "vcenter"]
Upright = Literal["", "stacked", "turned"]  # letters one below the other, or read from the right
A3, A4 = 8, 9  # Excel's paper codes
_EDGE = 5 / 7  # 5 pixels of padding that Excel adds to a column of 7-pixel characters


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks. `number` is Excel's number format; `@` keeps text as typed."""

    size: float = FORM_SIZE
    bold: bool = False
    color: str = ""
    fill: str = ""
    align: Literal["left", "center", "right"] = "left"
    valign: Valign = "top"
    border: bool = False
    wrap: bool = True
    locked: bool = True
    number: str = "@"
    upright: Upright = ""
    small_tail: bool = True  # the grey mark in smaller print


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, or a block `across` × `down`. `tail` is a grey mark behind the text.

    `link` is a place in the same workbook (`'概要'!A1`). `formula` is ours, never typed;
    `value` is then its result.
    """

    value: Value
    style: Style
    tail: str = ""
    across: int = 1
    down: int = 1
    link: str = ""
    formula: str = ""

    @property
    def text(self) -> str:
        """What has to find room in the cell; numbers and dates take one line."""
        return (self.value if isinstance(self.value, str) else "") + self.tail


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `fixed`: its height never adapts (merged cells); `new_page`: break above.

    `heads`: it holds headings of the columns below; `leads`: it is a band over what follows, so
    that no sheet of paper ends with it.
    """

    cells: Mapping[int, Cell]
    height: float | None = None
    hidden: bool = False
    fixed: bool = False
    new_page: bool = False
    heads: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Open cells of one answer column: dropdown or range check and input message.

    `deciding` is the sheet column of the choice on which 必須 depends, if it does.
    """

    column: Column
    col: int
    runs: tuple[tuple[int, int], ...]  # first and last row, both included
    deciding: int | None = None


@dataclass(frozen=True, slots=True)
class Dropdown:
    """A list to choose from in one column: its words, or the formula of the cells that hold them.

    Where it is not `strict` other words are let stand.
    """

    first: int
    last: int
    col: int
    source: Sequence[str] | str
    title: str
    message: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: name and values are cells of the page, first and last row.

    `labels` are written on its bars, '' for none; without any the bars stay bare.
    """

    name: tuple[int, int]
    values: tuple[int, int, int, int]
    fill: str
    pattern: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A native stacked bar chart of cells on the same page."""

    title: str
    labels: tuple[int, int, int, int]
    series: tuple[Series, ...]
    at: tuple[int, int]
    size: tuple[int, int]  # pixels
    description: str


@dataclass(frozen=True)
class Page:
    """One worksheet. `places`: where each cell of a form stands, by row id and column key."""

    name: str
    widths: Sequence[float]
    lines: Sequence[Line]
    paper: int = A4
    landscape: bool = False
    header: str = ""
    footer: str = "&C&P / &N"
    first_page: int = 0  # the number printed on its first sheet of paper; 0 counts on
    freeze: tuple[int, int] | None = None
    opens_at: int | None = None  # first column in view beside the frozen ones
    cursor: tuple[int, int] | None = None  # the cell that is chosen when it opens
    scale: int | None = None  # per cent as printed; None lets the paper's width decide
    column_breaks: Sequence[int] = ()
    repeat: tuple[int, int] | None = None
    first_printed_column: int = 0
    small_columns: frozenset[int] = frozenset()  # outside the print area, grey
    protected: bool = False
    hidden: bool = False
    one_page: bool = False  # shrink to a single sheet of paper
    fit: bool = True  # shrink to the paper's width; False prints at full size
    repeat_columns: tuple[int, int] | None = None
    entries: Sequence[Entry] = ()
    names: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    places: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    charts: Sequence[Chart] = ()
    filtered: tuple[int, int, int, int] | None = None
    dropdowns: Sequence[Dropdown] = ()
    column_styles: Mapping[int, Style] = field(default_factory=dict)  # of cells not written
    anchors: Mapping[str, int] = field(default_factory=dict)  # in which line what stands
    outline: Sequence[tuple[int, int, str]] = ()  # line, level and title for the contents


def grouped(
    headings: Sequence[tuple[str, str]],
    styles: Sequence[Style],
    group: Style,
    first: int = 0,
    two: bool = False,
) -> list[dict[int, Cell]]:
    """The one or two rows of headings (group or '', heading) from column `first` on.

    A group's name stands over its neighbours; a heading without a group fills both rows. `two`:
    there are two rows whether or not anything is grouped.
    """
    upper, lower = dict[int, Cell](), dict[int, Cell]()
    two = two or any(name for name, _ in headings)
    for at, (name, heading) in enumerate(headings):
        if not name:
            upper[first + at] = Cell(heading, styles[at], down=2 if two else 1)
            continue
        lower[first + at] = Cell(heading, styles[at])
        if not at or headings[at - 1][0] != name:
            members = next(
                (n for n, each in enumerate(headings[at:]) if each[0] != name), len(headings) - at
            )
            upper[first + at] = Cell(name, group, across=members)
    return [upper, lower] if two else [upper]


def height_of(cells: Mapping[int, Cell], widths: Sequence[float], least: float = 0) -> float:
    """The height in points at which no cell of a row is clipped; `down` blocks not counted."""
    needs = [
        need(col, cell, widths)
        for col, cell in cells.items()
        if cell.down == 1 and cell.style.wrap and cell.text
    ]
    return min(measure.TALLEST, max(least, *needs) if needs else least)


def need(col: int, cell: Cell, widths: Sequence[float]) -> float:
    """The height in points at which this cell is not clipped."""
    if cell.style.upright == "stacked":
        return len(cell.text) * cell.style.size * measure.LINE_FACTOR + measure.PADDING
    if cell.style.upright == "turned":
        return measure.width(cell.text) * cell.style.size / 2 + 2 * measure.PADDING
    return measure.height(cell.text, room(col, cell, widths), cell.style.size)


def room(col: int, cell: Cell, widths: Sequence[float]) -> float:
    """Width of a cell in half-width characters of its own font size.

    Columns are drawn a little wider than named; merged ones gain that at every inner edge.
    """
    gained = (cell.across - 1) * _EDGE
    return (sum(widths[col : col + cell.across]) + gained) * FORM_SIZE / cell.style.size


_IN_VIEW = 1_316  # pixels of a row of cells at 1366×768


def view_from(widths: Sequence[float], held: int, wanted: Sequence[int]) -> int:
    """The first column in view beside `held` frozen ones, so that all of `wanted` are in view.

    None is scrolled away for nothing; where they are too wide, it is the first of them.
    """
    if not wanted:
        return held
    pixels = [int(width * 7 + 5) for width in widths]
    room, end = _IN_VIEW - sum(pixels[:held]), max(wanted) + 1
    fitting = (at for at in range(held, min(wanted)) if sum(pixels[at:end]) <= room)
    return next(fitting, min(wanted))


def runs(rows: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Ascending row numbers as runs of neighbours: 3, 4, 7 → (3, 4), (7, 7)."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return tuple(found)


# How a table that is wider than paper is printed: scale, further sheets, where sheets end.

_LEAST_PRINTED = 8.1  # points of a letter on paper
_LEAST_IN_MARGIN = 6.0
MARGIN_SIZE = 11.0  # points of a letter in headers and footers
FOOT_ROOM = {"A3": 530.0, "A4": 350.0}  # points left of the page's number, on landscape sheets
HEAD_ROOM = 500.0  # points across an upright A4 sheet
# Of a landscape sheet between its margins: Excel's code, pixels across, points down.
_PAPERS = {"A3": (A3, 1460, 745.0), "A4": (A4, 996, 500.0)}


def fitting(text: str, points: float, size: float = MARGIN_SIZE) -> float:
    """The size, `size` or smaller, at which a line of text takes no more than `points`."""
    most = 2 * points / max(1, measure.width(text))
    return max(_LEAST_IN_MARGIN, min(size, math.floor(most)))


@dataclass(frozen=True)
class Printing:
    """How a table fits paper: the first column that is printed, and where further sheets begin.

    The first column of words is printed again on every sheet.
    """

    paper: int
    first: int
    breaks: tuple[int, ...]
    scale: int
    down: float  # points that a sheet holds at full size

    @classmethod
    def of(cls, widths: Sequence[float], opens: int, paper: str) -> Printing:
        """Everything if it can be read on one sheet's width, else from column `opens` on."""
        code, across, down = _PAPERS[paper]
        most = across * FORM_SIZE / _LEAST_PRINTED
        pixels = [int(width * 7 + 5) for width in widths]
        first, breaks, wide = 1, list[int](), sum(pixels[1:])
        if wide > most:
            first, wide, used = opens, 0, pixels[1]
            for col in range(opens, len(widths)):
                if used + pixels[col] > most and used > pixels[1]:
                    breaks.append(col)
                    used = pixels[1]
                used += pixels[col]
                wide = max(wide, used)
        scale = max(10, min(100, int(100 * across / wide)))
        return cls(code, first, tuple(breaks), scale, down)

    def _fitted(self, lines: Sequence[Line], first: int) -> Printing:
        """A little smaller, if that takes fewer sheets: none is left with a line or two on it."""
        least = math.ceil(max(0.9 * self.scale, 100 * _LEAST_PRINTED / FORM_SIZE))
        tried = [replace(self, scale=scale) for scale in range(self.scale, least - 1, -1)]
        return min(tried or [self], key=lambda one: len(one._begins(lines, first)))

    def page(self, name: str, widths: Sequence[float], lines: Sequence[Line], first: int) -> Page:
        """The sheet of a table whose rows begin with line `first`."""
        fitted, broken = self._fitted(lines, first), list(lines)
        for at in fitted._begins(lines, first):
            broken[at] = replace(broken[at], new_page=True)
        return Page(
            name=name,
            widths=widths,
            lines=broken,
            paper=self.paper,
            landscape=True,
            freeze=(first, 2),
            scale=fitted.scale,
            column_breaks=self.breaks,
            repeat=(first - 1, first - 1),
            repeat_columns=(1, 1) if self.breaks else None,
            first_printed_column=1,
            small_columns=frozenset({0}),
            protected=True,
        )

    def _begins(self, lines: Sequence[Line], first: int) -> list[int]:
        """The lines with which new sheets begin: no band stands alone at the foot of one."""
        tall = self.down * 100 / self.scale - sum(line.height or 0 for line in lines[:first])
        found, used, start = list[int](), 0.0, first
        for at in range(first, len(lines)):
            used += lines[at].height or 0
            if used > tall and at > start:
                start = at
                while start - 1 > (found[-1] if found else first) and lines[start - 1].leads:
                    start -= 1
                found.append(start)
                used = sum(line.height or 0 for line in lines[start : at + 1])
        return found
