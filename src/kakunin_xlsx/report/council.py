"""What councils said about one 重点取組, and the answers: once under all of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import FieldType, Respondent, RowKind
from kakunin_xlsx.report.band import ANSWER, NOTHING, REVIEW, SHORT, shares
from kakunin_xlsx.report.lines import flowing, line
from kakunin_xlsx.report.opinions import Opinions
from kakunin_xlsx.report.view import UNANSWERED, YearView
from kakunin_xlsx.sheets.page import Cell, Line, Style

_FILL = "#E6E0EC"
ROUND = Style(bold=True, fill=_FILL, border=True, valign="vcenter")
_HEAD = 4  # grid columns of the round's name
_CHOICE, _TEXT, _WHOSE = 18.0, 60.0, 29.0  # half-width characters
_TEXTS = 2  # texts on one line

Placed = tuple[str, Cell, float]  # label, value, width


@dataclass(frozen=True)
class Council:
    """Lays the council's cells on the grid columns from `left` on."""

    view: YearView
    widths: Sequence[float]
    left: int

    @cached_property
    def opinions(self) -> Opinions:
        """Opinions of the year and their answers."""
        return Opinions(self.view)

    def groups(self, initiative: str) -> Iterator[list[Line]]:
        """One group of lines for each round that has something about a 重点取組."""
        for view in self.view.later:
            if not view.round.of_departments:
                said = list(self._said(view, initiative))
                for at, placed in enumerate(_in_lines(said)):
                    yield self._lines("" if at else view.round.name, [placed])
        replying = self.opinions.replying
        if replying and (replies := list(self._replies(initiative))):
            yield self._lines(replying.round.name, replies)

    def _said(self, view: YearView, initiative: str) -> Iterator[Placed]:
        row = view.layout.row.get(initiative)
        if row and row.kind is RowKind.INITIATIVE and row.open:
            for column in view.columns(RowKind.INITIATIVE):
                yield from _by_respondent(view, row, column)
        for each in self.opinions.about(initiative):
            if each.opinion.answer.round == view.round.code and each.numbered:
                label = f"{each.opinion.answer.heading}（{each.short}　{each.numbered}）"
                yield label, Cell(each.text, ANSWER), _TEXT

    def _replies(self, initiative: str) -> Iterator[list[Placed]]:
        """A line for each department's answer; nothing while nobody was asked."""
        if not self.opinions.asked:
            return
        for said in self.opinions.about(initiative):
            for reply in said.replies:
                name = f"意見{said.no}（{said.short}）\n{reply.department}"
                cells = [("意見・回答した課", Cell(name, ANSWER), _WHOSE)]
                pairs = zip(self.opinions.columns, reply.texts, strict=True)
                yield cells + [_reply(column, text) for column, text in pairs]

    def _lines(self, name: str, placed: Iterable[Sequence[Placed]]) -> list[Line]:
        """Labels once, and the values of each line below them."""
        lines: list[Line] = []
        for each in placed:
            at = self._places([width for _, _, width in each])
            if not lines:
                labels = {
                    col: Cell(label, ROUND, across=span)
                    for (label, _, _), (col, span) in zip(each, at, strict=True)
                }
                head = {self.left: Cell(name, ROUND, across=_HEAD)}
                lines.append(line({**head, **labels}, self.widths, 18))
            values = {
                col: replace(cell, across=span)
                for (_, cell, _), (col, span) in zip(each, at, strict=True)
            }
            blank = {self.left: Cell("", ROUND, across=_HEAD)}
            lines += flowing({**blank, **values}, self.widths, 20)
        return lines

    def _places(self, widths: Sequence[float]) -> list[tuple[int, int]]:
        """First grid column and span of each width, filling the line."""
        start = self.left + _HEAD
        spans = shares(widths, len(self.widths) - start)
        return list(zip(accumulate(spans[:-1], initial=start), spans, strict=True))


def _by_respondent(view: YearView, row: Row, column: Column) -> Iterator[Placed]:
    """One cell for each council; where several are asked, silence is not shown."""
    several = len(view.respondents) > 1
    for who in view.respondents:
        if several and not column.required and not view.text(row.id, column, who.code):
            continue
        label = f"{column.heading}（{who.short or who.name}）" if several else column.heading
        width = _TEXT if column.type is FieldType.TEXT else _CHOICE
        yield label, said_cell(view, row, column, who), width


def said_cell(view: YearView, row: Row, column: Column, who: Respondent) -> Cell:
    """What one council answered."""
    text = view.text(row.id, column, who.code)
    if not text:
        return Cell(view.instead(row.id, column, who.code), NOTHING)
    choice = view.choice(row.id, column, who.code)
    if choice and choice.review:
        return Cell(text, REVIEW)
    return Cell(text, ANSWER if column.type is FieldType.TEXT else SHORT)


def _reply(column: Column, text: str) -> Placed:
    short = column.type is not FieldType.TEXT
    style = SHORT if short else ANSWER
    cell = Cell(text, style) if text else Cell(UNANSWERED, NOTHING)
    return column.heading, cell, _CHOICE if short else 2 * _TEXT


def _in_lines(placed: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Cells in order, no more than so many texts on one line."""
    current: list[Placed] = []
    for each in placed:
        texts = sum(width == _TEXT for _, _, width in current)
        if texts == _TEXTS:
            yield current
            current = []
        current.append(each)
    if current:
        yield current
