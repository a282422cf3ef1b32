"""A layout as a page: 照会 forms, locked but for the answer cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from kakunin_xlsx.layout import (
    FORM_SIZE,
    KEY_ROW,
    MARKED,
    CellText,
    Column,
    Layout,
    Row,
    Section,
    is_suggestion,
    measure,
    opens_at,
)
from kakunin_xlsx.layout.identity import OPEN_FILL
from kakunin_xlsx.plan.attainment import Rung, literal, suggested
from kakunin_xlsx.plan.rounds import FieldType
from kakunin_xlsx.sheets.page import (
    FOOT_ROOM,
    MARGIN_SIZE,
    Cell,
    Entry,
    Line,
    Page,
    Printing,
    Style,
    Value,
    fitting,
    grouped,
    height_of,
    runs,
)

Values = Mapping[tuple[str, str], Value]  # (row id, column key) → what the cell holds

HEAD_FILL, REPEAT_FILL = "#EDEDED", "#F2F2F2"
DATE = '[$-411]ggge"年"m"月"d"日"'
MARK_WIDTH = 2.5
_HEAD_LINE = 16.5  # points; five of them are 110 pixels
_LABEL_LIMIT = 127  # letters: Excel takes 255 UTF-16 units of text in a formula
_LEAST_ROW = 33.0  # points: room for two written lines

TOP = Style(wrap=False, valign="vcenter")
COUNT = Style(bold=True, border=True, number='0"か所"', align="center", valign="vcenter")
TITLE = Style(size=16, bold=True, wrap=False, valign="vcenter")
CAPTION = Style(size=11, wrap=False, valign="vcenter")
MARK = Style(size=6, color="#A6A6A6", wrap=False)
LOCKED = Style(border=True)
LABEL = Style(bold=True, fill=HEAD_FILL, border=True, valign="vcenter")
HEAD = Style(bold=True, fill=HEAD_FILL, border=True, align="center", valign="vcenter")
HEAD_ASKED = replace(HEAD, fill="#FFE9A8")
ASKED = replace(LOCKED, fill="#FFF6DC")
_ASKED_CELL = replace(ASKED, small_tail=False)
_LOCKED_CELL = replace(LOCKED, small_tail=False)  # to be read on paper, where all is smaller
NOTE_ABOVE = Style(size=10.5, color="#9C3A00", align="center", valign="vcenter")
BAND = Style(size=12, bold=True, color="#FFFFFF", fill="#1F4E79", border=True, valign="vcenter")
UPPER_BAND = Style(size=11, bold=True, fill="#B9D3EA", border=True, valign="vcenter")
SUB_BAND = Style(size=11, bold=True, fill="#DCE9F5", border=True, valign="vcenter")
NOTE = Style(size=10.5)
SUGGESTED = replace(LOCKED, fill=REPEAT_FILL, align="center")
REPEATED = replace(LOCKED, fill=REPEAT_FILL, color="#595959")
_NOT_OF_EACH = replace(REPEATED, color="#BFBFBF")  # there are many, and nobody looks for them


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said at a cell: the comment on it, and its background."""

    text: str
    fill: str = ""


Remarks = Mapping[tuple[str, str], Remark]  # by row id and column key, as Values
Comments = Mapping[tuple[int, int], str]  # by line and column of a page


def form_page(
    layout: Layout, name: str, values: Values | None = None, remarks: Remarks | None = None
) -> Page:
    """The table sheet of one respondent; `values` stand in its cells, `remarks` on them.

    `name` is the worksheet's name. Row marks are in column A, outside the print area.
    """
    return _Form(layout, values or {}, remarks or {}).page(name)


def answer_style(column: Column) -> Style:
    """How an open cell of `column` looks; text and choices keep what is typed as text."""
    base = Style(fill=OPEN_FILL, border=True, locked=False)
    match column.type:
        case FieldType.NUMBER:
            return replace(base, number="General", align="right")
        case FieldType.DATE:
            return replace(base, number=DATE, align="left")
        case FieldType.CHOICE:
            return replace(base, align="center")
    return base


@dataclass
class _Form:
    """Collects the lines of one form from top to bottom."""

    layout: Layout
    values: Values
    remarks: Remarks
    lines: list[Line] = field(default_factory=list)
    open_rows: dict[str, list[int]] = field(default_factory=dict)  # by column key
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def page(self, name: str) -> Page:
        self._top()
        count_at = self._head()
        first = len(self.lines)
        for section in self.layout.sections:
            self._section(section)
        empty = sum(
            not self.values.get((row.id, column.key))
            for row, column in self.layout.required_where(self._said)
        )
        formula = f"={counting(self.layout.columns, first, len(self.lines) - 1)}"
        line, count = self.lines[count_at], Cell(empty, COUNT, formula=formula)
        self.lines[count_at] = replace(line, cells={**line.cells, 1: count})
        printed = self._printed
        return replace(
            printed.page(name, self._widths, self.lines, first),
            footer=_footer(self.layout),
            opens_at=self._opens,
            repeat=(0, first - 1),
            repeat_columns=(1, 1) if printed.first > 1 or printed.breaks else None,
            first_printed_column=printed.first,
            entries=[*self._entries()],
            names=self.names,
            places=self.places,
            comments=comments(self.remarks, self.places),
        )

    @cached_property
    def _widths(self) -> list[float]:
        return [MARK_WIDTH, *(column.width for column in self.layout.columns)]

    @cached_property
    def _styles(self) -> Mapping[str, Style]:
        return {column.key: answer_style(column) for column in self.layout.open_columns}

    @cached_property
    def _opens(self) -> int:
        """The first sheet column in view beside the frozen one."""
        return opens_at(self.layout.columns) + 1

    @cached_property
    def _printed(self) -> Printing:
        return Printing.of(self._widths, self._opens, self.layout.paper)

    def _add(
        self,
        cells: dict[int, Cell],
        least: float,
        mark: str = "",
        hidden: bool = False,
        leads: bool = False,
    ) -> None:
        height = None if hidden else height_of(cells, self._widths, least)
        if mark:
            cells[0] = Cell(mark, MARK)
        self.lines.append(Line(cells, height, hidden=hidden, leads=leads))

    def _across(self, text: str, parts: tuple[str, str], style: Style, least: float) -> None:
        """A line over all columns; number and name apart where the table opens further on."""
        starts, texts = [1], [text]
        if self.layout.scrolled:  # a merged cell would be cut where the frozen column ends
            starts, texts = [1, 2, self._opens], [parts[0], "", parts[1]]
        breaks = [at for at in self._printed.breaks if at > starts[-1]]
        starts, texts = [*starts, *breaks], [*texts, *("" for _ in breaks)]
        ends = [*starts[1:], len(self._widths)]
        cells = {
            at: Cell(said or None, style, across=end - at)
            for at, end, said in zip(starts, ends, texts, strict=True)
        }
        self._add(cells, least, leads=style != NOTE)

    def _top(self) -> None:
        """Whose form it is and how to fill it in, as far as there is room in one line."""
        cells = {1: Cell(self.layout.count_label, LABEL)}
        at = 2
        if self.layout.scrolled:  # out of view as the form opens
            title = self.layout.title
            size = fitting(title, sum(self._widths[at : self._opens]) * FORM_SIZE / 2, FORM_SIZE)
            cells[at] = Cell(title, replace(TOP, size=size), across=self._opens - at)
            at = self._opens
        room = list(accumulate(self._widths[at:]))
        wide = bisect_left(room, measure.width(self.layout.caption)) + 1
        cells[at] = Cell(self.layout.caption, TOP, across=min(wide, len(room)))
        left = room[-1] - room[wide - 1] if wide < len(room) else 0.0
        hints = [text for text in self.layout.remarks if measure.width(text) <= left]
        if hints:
            cells[at + wide] = Cell(hints[0], TOP, across=len(room) - wide)
        self.lines.append(Line(cells, _HEAD_LINE))

    # The table.

    def _head(self) -> int:
        """Key row (hidden), count and marks, two lines of headings; returns the count's row."""
        columns = dict(enumerate(self.layout.columns, start=1))
        keys = {col: Cell(column.key, MARK) for col, column in columns.items()}
        self._add(keys, 0, self.layout.identity.mark(KEY_ROW), hidden=True)
        above = {
            col: Cell("・".join(marks), NOTE_ABOVE)
            for col, column in columns.items()
            if (marks := self.layout.form_marks(column))
        }
        count_at = len(self.lines)
        self.lines.append(Line(above, _HEAD_LINE))
        upper, lower = headings(self.layout.columns)
        self.lines.append(Line(upper, _HEAD_LINE))
        tall = min(2 * _HEAD_LINE - 2, height_of(lower, self._widths, _HEAD_LINE))
        self.lines.append(Line(lower, tall))
        return count_at

    def _section(self, section: Section) -> None:
        if section.goal_band:
            self._across(section.goal_band, section.bands[0], BAND, 22)
        own = section.bands[1 if section.goal_band else 0 :]
        for band, parts in zip(section.upper_bands, own, strict=False):
            self._across(band, parts, UPPER_BAND, 20)
        if section.measure_band:
            self._across(section.measure_band, own[-1], SUB_BAND, 20)
        for row in section.rows:
            self._row(row)
        for note in section.notes:
            self._across(note, ("", note), NOTE, 14)

    def _row(self, row: Row) -> None:
        at, cells = len(self.lines), dict[int, Cell]()
        for col, column in enumerate(self.layout.columns, start=1):
            cells[col] = self._row_cell(row, column)
            self.places[row.id, column.key] = (at, col)
        for column in self.layout.questions(row):
            self.open_rows.setdefault(column.key, []).append(at)
        self.names[f"kakunin_{row.id.encode().hex()}"] = (at, 0)
        self._add(cells, _LEAST_ROW, self.layout.identity.mark(row.id, row.digest))
        for texts in row.continued:
            rest = {
                col: Cell(texts.get(column.key), LOCKED)
                for col, column in enumerate(self.layout.columns, start=1)
            }
            self._add(rest, 0)

    def _row_cell(self, row: Row, column: Column) -> Cell:
        if is_suggestion(column.key):
            return self._suggestion(row, column)
        if not column.open:
            text = row.texts.get(column.key, CellText())
            style = self._remarked(row.id, column, _ASKED_CELL if column.asked else _LOCKED_CELL)
            return Cell(text.body, style, tail=text.mark)
        if not self.layout.asks(row, column):
            style = _NOT_OF_EACH if row.under else REPEATED
            return Cell(self.layout.instead(row, column), style)
        style = self._remarked(row.id, column, self._styles[column.key])
        return Cell(self.values.get((row.id, column.key)), style)

    def _suggestion(self, row: Row, column: Column) -> Cell:
        """What the 達成率 suggests, as soon as the figure is there."""
        outcome, found = self.layout.outcome, row.rungs.get(column.key, ())
        if outcome is None or not found:
            return Cell("", SUGGESTED)
        said = self._said(row.id, outcome.key)
        rung = suggested(found, Decimal(said)) if said else None
        at = (len(self.lines), 1 + self.layout.columns.index(outcome))
        return Cell(rung.label if rung else "", SUGGESTED, formula=_suggesting(found, at))

    def _remarked(self, row: str, column: Column, style: Style) -> Style:
        remark = self.remarks.get((row, column.key))
        return replace(style, fill=remark.fill) if remark and remark.fill else style

    def _said(self, row: str, key: str) -> str:
        """What stands in an answer cell already, as it is understood."""
        value = self.values.get((row, key))
        return (self.layout.column[key].understand(str(value)) or "") if value else ""

    def _entries(self) -> Iterator[Entry]:
        at = {column.key: col for col, column in enumerate(self.layout.columns, start=1)}
        for column in self.layout.columns:
            if rows := self.open_rows.get(column.key):
                deciding = at.get(column.required.key) if column.required else None
                yield Entry(column, at[column.key], runs(rows), deciding)


def comments(remarks: Remarks, places: Mapping[tuple[str, str], tuple[int, int]]) -> Comments:
    """The remarks whose cells are on this sheet, by where those stand."""
    return {places[at]: remark.text for at, remark in remarks.items() if at in places}


def counting(columns: Sequence[Column], first: int, last: int, sheet: str = "") -> str:
    """The formula that counts empty required cells in the rows of a table, from `sheet` or its own."""
    places = {c.key: f"{sheet}{_range(col, first, last)}" for col, c in enumerate(columns, start=1)}
    marks = f"{sheet}{_range(0, first, last)}"
    terms = [
        f'COUNTIFS({marks},{MARKED},{places[column.key]},""{given})'
        for column in columns
        for given in _conditions(column, places)
    ]
    return "+".join(terms) or f'COUNTIFS({marks},{MARKED},{marks},"")'


def _conditions(column: Column, places: Mapping[str, str]) -> Iterator[str]:
    """What else COUNTIFS asks of a row for an empty cell to be counted; one text per value."""
    if column.required is None:
        return
    if not column.required.key:
        yield ""
        return
    for value in column.required.values:
        asked = re.sub(r"([~*?])", r"~\1", value).replace('"', '""')
        for words in (f"={asked}", f"={asked} *"):  # typed short, or chosen with its name
            yield f',{places[column.required.key]},"{words}"'


def _suggesting(found: Sequence[Rung], figure: tuple[int, int]) -> str:
    """The formula that says which rung the number in a cell reaches."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell, formula = xl_rowcol_to_cell(*figure, col_abs=True), '""'
    for rung in reversed(found):
        holds = ",".join(f"{cell}{sign}{literal(bound)}" for sign, bound in rung.bounds)
        label = rung.label[:_LABEL_LIMIT].replace('"', '""')
        formula = f'IF(AND({holds}),"{label}",{formula})'
    return f'=IF(ISNUMBER({cell}),{formula},"")'


def headings(columns: Sequence[Column]) -> tuple[dict[int, Cell], dict[int, Cell]]:
    """The two lines of headings from sheet column 1 on; a group's heading spans its members."""
    styles = [HEAD_ASKED if column.asked else HEAD for column in columns]
    upper, *lower = grouped([(c.group, c.heading) for c in columns], styles, HEAD, 1, two=True)
    return upper, lower[0]


def fixed_style(column: Column, content: Value) -> Style:
    """How a field looks that the office fills in."""
    is_date = column.type is FieldType.DATE and not isinstance(content, str)
    return replace(LOCKED, valign="vcenter", number=DATE if is_date else "@")


def _range(col: int, first: int, last: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return xl_range_abs(first, col, last, col)


def _footer(layout: Layout) -> str:
    title, who = layout.in_print
    size = fitting(title, FOOT_ROOM[layout.paper])
    left, right = (text.replace("&", "&&") for text in (title, who))
    small = f"&{size:.0f} " if size < MARGIN_SIZE else ""
    return f"&L{small}{left}&C&P / &N&R{right}"
