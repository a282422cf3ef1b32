"""One A3 sheet per 基本目標: the booklet's table, and under each line a band with its answers.

The sheet is a grid of equal narrow columns; table cells and answers span as many as they need.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kakunin_xlsx.layout import CellText, Column, Row, Section, measure
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import (
    ASKED,
    BAND,
    CAPTION,
    HEAD,
    HEAD_ASKED,
    LOCKED,
    NOTE,
    SUB_BAND,
    TITLE,
)
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page, Style, height_of

SPAN = 48  # grid columns
_WIDTHS = (3.6,) * SPAN  # as Excel counts; it adds a little to every column
_GRID = 4.0  # half-width characters that one surely holds
_GRID_SHOWN = 4.25  # and that it shows
_MEASURED = (_GRID,) * SPAN
_PAPER_HEIGHT = 740.0  # points of rows on one A3 landscape page
_SIZE = 11.0  # keeps 10.5 pt on paper even if the page is fitted a little

_TEXT = replace(LOCKED, size=_SIZE)
_BAND_LABEL = Style(size=10.5, bold=True, fill="#F3F7EC", border=True, valign="vcenter")
_ANSWER = replace(_TEXT, fill="#FCFDF8")
_NOTHING = replace(_ANSWER, color="#7F7F7F")
UNANSWERED = "（未回答）"

Cells = dict[int, Cell]


@dataclass
class GoalSheet:
    """Lays one 基本目標 out; `places` tells links where each row stands."""

    view: YearView
    goal: str
    name: str
    lines: list[Line] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    _filled: float = 0.0
    _head: tuple[int, int] = (0, 0)

    def page(self) -> Page:
        """The finished sheet."""
        sections = [s for s in self.view.layout.sections if s.goal == self.goal]
        goal = self.view.plan.goal[self.goal]
        self._put(
            [
                self._across(self.view.layout.title, TITLE, 26),
                self._across(self.view.year.caption, CAPTION, 20),
            ]
        )
        self._put(self._header())
        self._head = (2, 3)
        self._put([self._across(f"{self.view.plan.words.goal}{goal.no}：{goal.name}", BAND, 24)])
        for section in sections:
            self._section(section)
        return Page(
            name=self.name,
            widths=_WIDTHS,
            lines=self.lines,
            paper=A3,
            landscape=True,
            header=f"&L{self.view.layout.title}&R{self.view.year.name}",
            freeze=(4, 0),
            repeat=self._head,
        )

    # Pages of paper: a group of lines never falls apart.

    def _put(self, group: Sequence[Line]) -> int:
        tall = sum(line.height or 0 for line in group)
        breaks = self._filled + tall > _PAPER_HEIGHT and self._filled > 120
        at = len(self.lines)
        for number, line in enumerate(group):
            self.lines.append(replace(line, fixed=True, new_page=breaks and number == 0))
        repeated = sum(line.height or 0 for line in self.lines[2:4])
        self._filled = repeated + tall if breaks else self._filled + tall
        return at

    def _across(self, text: str, style: Style, least: float) -> Line:
        return _line({0: Cell(text, style, across=SPAN)}, least)

    # The booklet's table.

    @property
    def _columns(self) -> list[tuple[Column, int, int]]:
        """Each master column with its first grid column and its span."""
        columns = self.view.layout.locked_columns
        spans = shares([column.width for column in columns], SPAN)
        starts = [sum(spans[:at]) for at in range(len(spans))]
        return list(zip(columns, starts, spans, strict=True))

    def _header(self) -> list[Line]:
        upper: Cells = {}
        lower: Cells = {}
        for column, start, span in self._columns:
            style = replace(HEAD_ASKED if column.asked else HEAD, size=_SIZE)
            if not column.group:
                upper[start] = Cell(column.heading, style, across=span, down=2)
                continue
            lower[start] = Cell(column.heading, style, across=span)
            members = [(s, w) for c, s, w in self._columns if c.group == column.group]
            wide = sum(width for _, width in members)
            upper[members[0][0]] = Cell(column.group, replace(HEAD, size=_SIZE), across=wide)
        return [_line(upper, 20), _line(lower, 20)]

    def _section(self, section: Section) -> None:
        band = section.measure_band
        groups = list(self._groups(section))
        first = [self._across(band, SUB_BAND, 22)] if band else []
        for number, (rows, lines) in enumerate(groups):
            at = self._put([*first, *lines] if number == 0 else lines)
            at += len(first) if number == 0 else 0
            for row in rows:
                self.places[row.id] = f"'{self.name}'!A{at + 1}"
        for note in section.notes:
            self._put([self._across(note, replace(NOTE, size=10.5), 16)])

    def _groups(self, section: Section) -> Iterator[tuple[list[Row], list[Line]]]:
        """The lines of each 重点取組, with its cell spanning all of them."""
        initiatives = dict.fromkeys(row.initiative for row in section.rows)
        for initiative in initiatives:
            rows = [row for row in section.rows if row.initiative == initiative]
            lines = [line for row in rows for line in self._row(row)]
            yield rows, self._spanned(rows[0], lines)

    def _spanned(self, row: Row, lines: list[Line]) -> list[Line]:
        column, start, span = self._columns[0]
        text = row.texts[column.key]
        cell = Cell(text.body, _TEXT, tail=text.mark, across=span, down=len(lines))
        needed = measure.height(cell.text, span * _GRID * 10.5 / _SIZE, _SIZE)
        short = needed - sum(line.height or 0 for line in lines)
        grown = min(measure.TALLEST, (lines[-1].height or 0) + max(0.0, short))
        lines[-1] = replace(lines[-1], height=grown)
        lines[0] = replace(lines[0], cells={start: cell, **lines[0].cells})
        return lines

    def _row(self, row: Row) -> Iterator[Line]:
        cells: Cells = {}
        for column, start, span in self._columns[1:]:
            text = row.texts.get(column.key, CellText())
            style = replace(ASKED if column.asked else LOCKED, size=_SIZE)
            cells[start] = Cell(text.body, style, tail=text.mark, across=span)
        yield _line(cells, 34)
        for texts in row.continued:
            yield _line(
                {
                    start: Cell(texts.get(column.key), _TEXT, across=span)
                    for column, start, span in self._columns[1:]
                },
                18,
            )
        yield from self._answers(row) if row.open else [self._repeated(row)]

    # The band of answers.

    @property
    def _left(self) -> int:
        """The grid column where answers begin: behind the 重点取組."""
        return self._columns[0][2]

    def _answers(self, row: Row) -> Iterator[Line]:
        for columns in self._packed():
            spans = shares([_wanted(column) for column in columns], SPAN - self._left)
            labels: Cells = {}
            values: list[tuple[int, int, list[str], Style]] = []
            at = self._left
            for column, span in zip(columns, spans, strict=True):
                labels[at] = Cell(column.heading, _BAND_LABEL, across=span)
                text = self.view.text(row.id, column)
                parts = measure.split(text, span * _GRID * 10.5 / _SIZE, _SIZE)
                shown = parts if text else [UNANSWERED if column.required else ""]
                values.append((at, span, shown, _ANSWER if text else _NOTHING))
                at += span
            yield _line(labels, 18)
            yield from _continued(values)

    def _packed(self) -> Iterator[list[Column]]:
        """Answer columns, as many to a line as fit."""
        room = (SPAN - self._left) * _GRID_SHOWN
        line: list[Column] = []
        for column in self.view.layout.open_columns:
            if line and sum(map(_wanted, line)) + _wanted(column) > room:
                yield line
                line = []
            line.append(column)
        if line:
            yield line

    def _repeated(self, row: Row) -> Line:
        action = self.view.plan.action[row.id]
        origin = self.view.plan.action[action.repeats]
        initiative = self.view.plan.initiative[origin.initiative]
        ratings = (self.view.text(origin.id, column) for column in self.view.rating_columns)
        rating = "、".join(filter(None, ratings)) or UNANSWERED
        page = f"（冊子{initiative.page}頁）" if initiative.page else ""
        text = f"再掲：{origin.initiative}{page}を参照　［{rating}］"
        return _line({self._left: Cell(text, _NOTHING, across=SPAN - self._left)}, 20)


def _wanted(column: Column) -> float:
    """Width of an answer column, its heading on one line."""
    return max(column.width, measure.width(column.heading) + 2.0)


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


def _continued(values: list[tuple[int, int, list[str], Style]]) -> Iterator[Line]:
    """Values, and 「（続き）」 lines for those that no single row can hold."""
    for number in range(max(len(parts) for _, _, parts, _ in values)):
        cells: Cells = {}
        for at, span, parts, style in values:
            text = parts[number] if number < len(parts) else ""
            shown = f"（続き）{text}" if number and text else text
            cells[at] = Cell(shown, style, across=span)
        yield _line(cells, 20)


def _line(cells: Cells, least: float) -> Line:
    return Line(cells, height_of(cells, _MEASURED, least), fixed=True)
