"""回答データ: the answers as a flat workbook after the government's rules for machines.

One table on a sheet, one heading row, one datum in a cell, numbers without units, dates as
dates; no merged cell, colour, line, formula or picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import overload

from kakunin_xlsx.report.book import by_rows
from kakunin_xlsx.report.office_rows import Findings, office_tables
from kakunin_xlsx.report.tidy import Datum, DType, TidyColumn, TidyTable
from kakunin_xlsx.report.tidy_rows import (
    actions_table,
    all_years_table,
    answers_table,
    indicators_table,
)
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page, Style

_PLAIN = Style(wrap=False)
_STYLES: Mapping[DType, Style] = {
    DType.TEXT: _PLAIN,
    DType.WHOLE: Style(wrap=False, number="0", align="right"),
    DType.NUMBER: Style(wrap=False, number="General", align="right"),
    DType.DAY: Style(wrap=False, number="yyyy-mm-dd"),
}
_KINDS = {DType.TEXT: "文字列", DType.WHOLE: "整数", DType.NUMBER: "数値", DType.DAY: "日付"}
_WIDTH = 16.0
_DESCRIPTION = (
    TidyColumn("シート", ""),
    TidyColumn("列", ""),
    TidyColumn("型", ""),
    TidyColumn("説明", ""),
)


def flat_workbook(view: YearView, findings: Findings | None = None) -> bytes:
    """The xlsx file: 回答, 取組, 指標 and 全年度の回答 if there are any, and what columns mean.

    The office's own holds besides what only the office needs, `findings` of the merges with it.
    """
    title = f"{view.layout.title}　{view.year.name}　回答データ"
    info = BookInfo(title=title, subject=view.audience_words or view.year.caption)
    pages = _pages(view, findings or {})
    return workbook_bytes(pages, info, view.plan.style.font, by_rows(view))


def _pages(view: YearView, findings: Findings) -> Iterator[Page]:
    """One after the other: the larger ones are never there together."""
    described = []
    for table in _tables(view, findings):
        described.append(replace(table, rows=()))
        yield _page(table)
    yield _page(_described(described))


def _tables(view: YearView, findings: Findings) -> Iterator[TidyTable]:
    yield answers_table(view)
    yield actions_table(view)
    if view.plan.indicators:
        yield indicators_table(view)
    if view.earlier:
        yield all_years_table(view)
    if view.internal:
        yield from office_tables(view, findings)


def _described(tables: Sequence[TidyTable]) -> TidyTable:
    rows = [
        [each.name, column.name, _KINDS[column.kind], column.meaning]
        for each in tables
        for column in each.columns
    ]
    return TidyTable("列の説明", _DESCRIPTION, rows)


def _page(table: TidyTable) -> Page:
    return Page(
        name=table.name,
        widths=[_WIDTH] * len(table.columns),
        lines=_Lines(table),
        paper=A3,
        landscape=True,
        freeze=(1, 0),
        repeat=(0, 0),
    )


@dataclass(frozen=True)
class _Lines(Sequence[Line]):
    """Headings, then the rows, each made when it is asked for: there may be very many."""

    table: TidyTable

    def __len__(self) -> int:
        return 1 + len(self.table.rows)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        columns = self.table.columns
        if at == 0:
            return Line({at: Cell(each.name, _PLAIN) for at, each in enumerate(columns)})
        return Line(_cells(columns, self.table.rows[at - 1]))


def _cells(columns: Sequence[TidyColumn], row: Sequence[Datum]) -> dict[int, Cell]:
    """Cells without a value are not written at all."""
    return {
        at: _cell(value, column.kind)
        for at, (column, value) in enumerate(zip(columns, row, strict=True))
        if value is not None
    }


@lru_cache(maxsize=20_000, typed=True)
def _cell(value: Datum, kind: DType) -> Cell:
    """Most cells of a table say what others say: years, names of departments, choices."""
    return Cell(value, _STYLES[kind])
