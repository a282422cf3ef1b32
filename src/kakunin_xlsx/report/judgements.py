"""委員会評価: what councils judged of each 基本目標 and of the whole, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import FieldType, Respondent, RowKind
from kakunin_xlsx.report.band import shares
from kakunin_xlsx.report.council import said_cell
from kakunin_xlsx.report.lines import SUBHEADING, across, flowing, gap, line
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Group, Paper, height
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import HEAD, LOCKED, TITLE
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SPAN = 36  # grid columns
_WIDTHS = (4.9,) * SPAN  # the same paper as the tables'
_WHOLE = (RowKind.PLAN, RowKind.GOAL)
_LEAD, _SHORT = 30.0, 16.0
_NAME = replace(LOCKED, bold=True)

Asked = tuple[Respondent, Column]


def judgement_pages(view: YearView) -> list[Page]:
    """One sheet for each round in which councils judge goals or say numbered opinions."""
    rounds = (each for each in view.later if not each.round.of_departments)
    kinds = {*_WHOLE, RowKind.OPINION}
    return [_Sheet(each).page() for each in rounds if kinds & {*each.round.row_kinds}]


def sheet_name(name: str) -> str:
    """A round's name as Excel takes it for a sheet."""
    return "".join("・" if char in "[]:*?/\\'" else char for char in name)[:31]


@dataclass(frozen=True)
class _Sheet:
    view: YearView

    def page(self) -> Page:
        paper = Paper(A3_LANDSCAPE)
        title = f"{self.view.round.name}　{self.view.year.caption}"
        paper.add([[across(title, TITLE, _WIDTHS, 30)]])
        judged = [row for row in self.view.layout.rows if row.kind in _WHOLE]
        self._table(paper, "", judged, _WHOLE)
        said = [row for row in self.view.layout.rows if self._numbered(row)]
        if said:
            self._table(paper, "番号付きの意見", said, (RowKind.OPINION,))
        name = sheet_name(self.view.round.name)
        header = self.view.header
        return Page(name, _WIDTHS, paper.lines, A3, landscape=True, fit=False, header=header)

    def _numbered(self, row: Row) -> bool:
        """Numbered rows in which somebody said something."""
        columns = self.view.columns(RowKind.OPINION)
        said = any(self.view.answer(row.id, column) for column in columns)
        return row.kind is RowKind.OPINION and said

    def _table(
        self, paper: Paper, title: str, rows: Sequence[Row], kinds: Sequence[RowKind]
    ) -> None:
        if not rows:
            return
        asked = list(self._asked(kinds))
        head: Group = [
            *([gap(), across(title, SUBHEADING, _WIDTHS, 26)] if title else []),
            *self._head("番号" if title else "対象", asked),
        ]
        paper.keep(height(head) + 60)
        paper.add([head])
        for row in rows:
            paper.add([list(self._row(row, asked))])

    def _asked(self, kinds: Sequence[RowKind]) -> Iterator[Asked]:
        columns = dict.fromkeys(c for kind in kinds for c in self.view.columns(kind))
        for who in self.view.respondents:
            yield from ((who, column) for column in columns)

    def _places(self, asked: Sequence[Asked]) -> list[tuple[int, int]]:
        """First grid column and span: the lead, then each council's columns."""
        widths = [_LEAD, *(_width(column) for _, column in asked)]
        spans = shares(widths, SPAN)
        return list(zip(accumulate(spans[:-1], initial=0), spans, strict=True))

    def _head(self, name: str, asked: Sequence[Asked]) -> list[Line]:
        lead, *places = self._places(asked)
        upper = {0: Cell(name, HEAD, across=lead[1], down=2)}
        lower = {}
        for who in self.view.respondents:
            own = [
                (place, column)
                for place, (each, column) in zip(places, asked, strict=True)
                if each == who
            ]
            wide = sum(span for (_, span), _ in own)
            upper[own[0][0][0]] = Cell(who.name, HEAD, across=wide)
            for (start, span), column in own:
                lower[start] = Cell(column.heading, HEAD, across=span)
        return [line(upper, _WIDTHS, 22), line(lower, _WIDTHS, 20)]

    def _row(self, row: Row, asked: Sequence[Asked]) -> Iterator[Line]:
        lead, *places = self._places(asked)
        name = row.texts["initiative"].body
        cells = {0: Cell(name, _NAME, across=lead[1])}
        for (start, span), (who, column) in zip(places, asked, strict=True):
            silent = row.kind is RowKind.OPINION and not self._said(row, who)
            cell = Cell("", LOCKED) if silent else said_cell(self.view, row, column, who)
            cells[start] = replace(cell, across=span)
        yield from flowing(cells, _WIDTHS, 24)

    def _said(self, row: Row, who: Respondent) -> bool:
        columns = self.view.columns(row.kind)
        return any(self.view.answer(row.id, column, who.code) for column in columns)


def _width(column: Column) -> float:
    wide = column.type is FieldType.TEXT and column.width > _SHORT
    return 60.0 if wide else _SHORT
