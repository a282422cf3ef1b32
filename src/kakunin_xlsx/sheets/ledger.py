"""回答の相違 and 事務局修正 as pages: one row per cell, open columns for the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kakunin_xlsx.layout import Column, LedgerMark
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.form import LOCKED, MARK, TITLE, answer_style, headings
from kakunin_xlsx.sheets.page import A3, Cell, Entry, Line, Page, Style, Value, height_of, view_from

_MARK_WIDTH = 2.5
_LAST_PLACE = "item"  # the columns up to it say which cell a row decides, and stay in view
_NOTE = Style(size=10.5)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One row: what it decides, and what stands in its columns."""

    mark: LedgerMark
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Ledger:
    """One table of the office; `notes` say how to fill it, `mark` tells the round."""

    name: str
    title: str
    notes: Sequence[str]
    mark: LedgerMark
    columns: Sequence[Column]
    lines: Sequence[LedgerLine]


def ledger_workbook(ledger: Ledger, font: str) -> bytes:
    """The xlsx file of one table."""
    return workbook_bytes([_page(ledger)], BookInfo(title=ledger.title), font)


def _page(ledger: Ledger) -> Page:
    widths = [_MARK_WIDTH, *(column.width for column in ledger.columns)]
    span = len(ledger.columns)
    lines = [_line({1: Cell(ledger.title, TITLE, across=span)}, widths, 26)]
    lines += [_line({1: Cell(note, _NOTE, across=span)}, widths) for note in ledger.notes]
    keys = {col: Cell(column.key, MARK) for col, column in enumerate(ledger.columns, start=1)}
    lines.append(Line({0: Cell(str(ledger.mark), MARK), **keys}, hidden=True))
    head = len(lines)
    lines += [_line(cells, widths) for cells in headings(ledger.columns)]
    first = len(lines)
    lines += [_row(ledger.columns, line, widths) for line in ledger.lines]
    inputs = [col for col, column in enumerate(ledger.columns, start=1) if column.open]
    held = next((c for c, each in enumerate(ledger.columns) if each.key == _LAST_PLACE), 0) + 2
    return Page(
        name=ledger.name,
        widths=widths,
        lines=lines,
        paper=A3,
        landscape=True,
        freeze=(first, held),
        opens_at=view_from(widths, held, inputs),
        cursor=(first, inputs[0]) if inputs and ledger.lines else None,
        filtered=(first - 1, 1, len(lines) - 1, span) if ledger.lines else None,
        repeat=(head, first - 1),
        first_printed_column=1,
        small_columns=frozenset({0}),
        protected=True,
        entries=_entries(ledger.columns, first, len(lines) - 1),
    )


def _row(columns: Sequence[Column], line: LedgerLine, widths: Sequence[float]) -> Line:
    cells = {
        col: Cell(line.values.get(column.key), answer_style(column) if column.open else LOCKED)
        for col, column in enumerate(columns, start=1)
    }
    return Line({0: Cell(str(line.mark), MARK), **cells}, height_of(cells, widths, 18))


def _line(cells: dict[int, Cell], widths: Sequence[float], least: float = 18) -> Line:
    return Line(cells, height_of(cells, widths, least))


def _entries(columns: Sequence[Column], first: int, last: int) -> list[Entry]:
    if last < first:
        return []
    return [
        Entry(column, col, ((first, last),))
        for col, column in enumerate(columns, start=1)
        if column.open
    ]
