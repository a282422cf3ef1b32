"""The band of answers under a line of the table: labels above values, every line full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from math import ceil

from kakunin_xlsx.layout import Column, Row, measure
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.report.lines import flowing, line
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import LOCKED
from kakunin_xlsx.sheets.page import Cell, Line, Style, room

LABEL = Style(bold=True, fill="#EAF1E4", border=True, valign="vcenter")
ANSWER = LOCKED
SHORT = replace(ANSWER, align="center")
NOTHING = replace(ANSWER, color="#6B6B6B", align="center")
REVIEW = replace(SHORT, bold=True, fill="#FBE2D5")
_AIR = 3.0  # half-width characters beside a short text that should not break
_LONGEST_LABEL = 20.0


@dataclass(frozen=True)
class Band:
    """Places answer columns on the grid columns from `left` on.

    `columns` are those of the view's layout, or fewer.
    """

    view: YearView
    widths: Sequence[float]
    left: int
    columns: Sequence[Column]

    def groups(self, row: Row) -> Iterator[list[Line]]:
        """The lines of one asked row; each group holds labels and the values below them."""
        for placed in self._placed:
            labels = {at: self._label(row, column, span) for column, at, span in placed}
            values = {at: self._value(row, column, span) for column, at, span in placed}
            yield [line(labels, self.widths, 18), *flowing(values, self.widths, 20)]

    def _label(self, row: Row, column: Column, span: int) -> Cell:
        unit = self.view.unit(row.id) if column.type is FieldType.NUMBER else ""
        return Cell(column.heading + (f"（{unit}）" if unit else ""), LABEL, across=span)

    def _value(self, row: Row, column: Column, span: int) -> Cell:
        text, choice = self.view.text(row.id, column), self.view.choice(row.id, column)
        if not text:
            return Cell(self.view.instead(row.id, column), NOTHING, across=span)
        if choice and choice.review:
            return Cell(text, REVIEW, across=span)
        return Cell(text, ANSWER if column.type is FieldType.TEXT else SHORT, across=span)

    @cached_property
    def _placed(self) -> list[list[tuple[Column, int, int]]]:
        """Per line: column, its first grid column and its span."""
        lines: list[list[tuple[Column, int, int]]] = []
        for columns in in_lines(self.columns, self._room):
            spans = self._spans(columns)
            starts = accumulate(spans[:-1], initial=self.left)
            lines.append(list(zip(columns, starts, spans, strict=True)))
        return lines

    @property
    def _room(self) -> float:
        whole = Cell("", ANSWER, across=len(self.widths) - self.left)
        return room(self.left, whole, self.widths)

    def _spans(self, columns: Sequence[Column]) -> list[int]:
        """Short answers get what they need; texts share the rest by their widths."""
        total = len(self.widths) - self.left
        fixed = {
            at: ceil(_short(column) * total / self._room)
            for at, column in enumerate(columns)
            if column.type is not FieldType.TEXT
        }
        texts = [at for at in range(len(columns)) if at not in fixed]
        free = total - sum(fixed.values())
        if not texts or free < 3 * len(texts):
            return shares([column.width for column in columns], total)
        spans = dict(zip(texts, shares([columns[at].width for at in texts], free), strict=True))
        return [fixed.get(at) or spans[at] for at in range(len(columns))]


def in_lines(columns: Sequence[Column], room: float) -> list[list[Column]]:
    """Columns in order, on as few lines as give each twice its form's width, evenly filled."""
    widths = [column.width for column in columns]
    count = max(1, ceil(2 * sum(widths) / room))
    limits = {sum(widths[start:end]) for end in range(len(widths) + 1) for start in range(end)}
    for limit in sorted(limits):
        lines = _filled(columns, limit)
        if len(lines) <= count:
            return lines
    return [list(columns)] if columns else []


def _filled(columns: Sequence[Column], limit: float) -> list[list[Column]]:
    lines: list[list[Column]] = [[]]
    for column in columns:
        if lines[-1] and sum(each.width for each in lines[-1]) + column.width > limit:
            lines.append([])
        lines[-1].append(column)
    return lines


def _short(column: Column) -> float:
    """Width at which heading and, within reason, every choice stay on one line."""
    labels = (measure.width(choice.label) for choice in column.choices)
    longest = min(_LONGEST_LABEL, max(labels, default=0.0))
    return max(column.width, measure.width(column.heading), longest) + _AIR


def shares(widths: Sequence[float], total: int) -> list[int]:
    """Whole grid columns for each width, at least one each, that fill `total` exactly."""
    ideal = [width * total / sum(widths) for width in widths]
    spans = [max(1, int(share)) for share in ideal]
    while sum(spans) < total:
        neediest = max(range(len(spans)), key=lambda at: ideal[at] - spans[at])
        spans[neediest] += 1
    while sum(spans) > total:
        widest = max(range(len(spans)), key=lambda at: spans[at])
        spans[widest] -= 1
    return spans
