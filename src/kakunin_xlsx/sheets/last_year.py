"""前年度の回答: what last year said about the same rows, for reading only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kakunin_xlsx.layout import (
    CONTINUED,
    FORM_SIZE,
    PRINTED,
    CellText,
    Column,
    Layout,
    Row,
    measure,
    printed_mark,
)
from kakunin_xlsx.layout.sheet_names import LAST_SHEET
from kakunin_xlsx.sheets.form import (
    BAND,
    CAPTION,
    HEAD,
    LOCKED,
    MARK,
    MARK_WIDTH,
    SUB_BAND,
    TITLE,
    UPPER_BAND,
)
from kakunin_xlsx.sheets.page import Cell, Line, Page, height_of
from kakunin_xlsx.sheets.printing import Printing

_TALLEST = 224.0  # points, just below 300 pixels
_ACROSS, _WIDER = 178.0, 2.2  # half-width characters that a notebook and A4 at 8 pt show


def last_year_page(layout: Layout, name: str) -> Page | None:
    """The sheet `name`; None where the form shows nothing of last year."""
    return _LastYear(layout).page(name) if layout.last else None


@dataclass
class _LastYear:
    layout: Layout
    lines: list[Line] = field(default_factory=list)

    def page(self, name: str) -> Page:
        group = self.layout.last[0].group
        whose = Cell(self.layout.identity.mark(PRINTED), MARK)
        self.lines.append(Line({0: whose}, hidden=True))
        self._add({1: Cell(f"{LAST_SHEET}　{group}", TITLE)}, 28)
        note = f"{self.layout.respondent}　見るためのシートです。書き換えることはできません。"
        self._add({1: Cell(note, CAPTION)}, 20)
        heads = (self.layout.columns[0], *self.layout.last)
        self._add({at: Cell(c.heading, HEAD) for at, c in enumerate(heads, start=1)}, 20)
        first = len(self.lines)
        for section in self.layout.sections:
            upper = ((band, UPPER_BAND) for band in section.upper_bands)
            bands = ((section.goal_band, BAND), *upper, (section.measure_band, SUB_BAND))
            for text, style in bands:
                if text:
                    self._add({1: Cell(text, style, across=len(heads))}, 20, leads=True)
            for row in section.rows:
                for cells in self._row(row):
                    self._add(cells, 20)
        printed = Printing.of(self._widths, 2, self.layout.paper)
        return printed.page(name, self._widths, self.lines, first)

    @cached_property
    def _widths(self) -> list[float]:
        """Wider than in the table, as far as screen and paper have room."""
        own = [self.layout.columns[0].width, *(c.width for c in self.layout.last)]
        wider = min(_WIDER, max(1.0, _ACROSS / sum(own)))
        return [MARK_WIDTH, *(round(width * wider, 1) for width in own)]

    def _row(self, row: Row) -> Iterator[dict[int, Cell]]:
        """The line, and those in which long texts go on."""
        first = row.texts.get(self.layout.columns[0].key, CellText())
        parts = [measure.split(first.shown, self._widths[1], FORM_SIZE, _TALLEST)]
        parts += [
            self._parts(row.last, column, width)
            for column, width in zip(self.layout.last, self._widths[2:], strict=True)
        ]
        for number in range(max(map(len, parts))):
            rest = CONTINUED if number else ""
            yield {
                at: Cell(part[number] if number < len(part) else rest * (at == 1), LOCKED)
                for at, part in enumerate(parts, start=1)
            }

    def _parts(self, said: Mapping[str, str], column: Column, width: float) -> list[str]:
        return measure.split(said.get(column.key, ""), width, FORM_SIZE, _TALLEST)

    def _add(self, cells: dict[int, Cell], least: float, leads: bool = False) -> None:
        height = height_of(cells, self._widths, least)
        mark = Cell(printed_mark(cell.text for _, cell in sorted(cells.items())), MARK)
        self.lines.append(Line({0: mark, **cells}, height, leads=leads))
