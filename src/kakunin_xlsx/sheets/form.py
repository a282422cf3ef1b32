"""A layout as a page: 照会 forms, locked but for the answer cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.layout import (
    FORM_SIZE,
    KEY_ROW,
    MARKED,
    CellText,
    Column,
    Layout,
    Row,
    Section,
    measure,
    opens_at,
)
from kakunin_xlsx.layout.palette import OPEN_FILL
from kakunin_xlsx.plan.model import FieldType
from kakunin_xlsx.sheets.page import (
    A3,
    A4,
    Cell,
    Entry,
    Line,
    Page,
    Style,
    Valign,
    Value,
    grouped,
    height_of,
    runs,
)

Values = Mapping[tuple[str, str], Value]  # (row id, column key) → what the cell holds

BAND_FILL, SUB_BAND_FILL, HEAD_FILL, ASKED_FILL = (
    "#1F4E79",
    "#DCE9F5",
    "#EDEDED",
    "#FFE9A8",
)
REPEAT_FILL = "#F2F2F2"
DATE = '[$-411]ggge"年"m"月"d"日"'
MARK_WIDTH = 2.5
_HEAD_LINE = 16.5  # points; five of them are 110 pixels
_LEAST_ROW = 33.0  # points: room for two written lines
_LEAST_PRINTED = 8.1  # points of a letter on paper
# Of a landscape sheet between its margins: Excel's code, pixels across, points down.
_PAPERS = {"A3": (A3, 1460, 745.0), "A4": (A4, 996, 500.0)}

TOP = Style(wrap=False, valign="vcenter")
COUNT = Style(bold=True, border=True, number='0"か所"', align="center", valign="vcenter")
TITLE = Style(size=16, bold=True, wrap=False, valign="vcenter")
CAPTION = Style(size=11, wrap=False, valign="vcenter")
MARK = Style(size=6, color="#A6A6A6", wrap=False)
LOCKED = Style(border=True)
LABEL = Style(bold=True, fill=HEAD_FILL, border=True, valign="vcenter")
HEAD = Style(bold=True, fill=HEAD_FILL, border=True, align="center", valign="vcenter")
HEAD_ASKED = replace(HEAD, fill=ASKED_FILL)
ASKED = replace(LOCKED, fill="#FFF6DC")
_ASKED_CELL = replace(ASKED, small_tail=False)
_LOCKED_CELL = replace(LOCKED, small_tail=False)  # to be read on paper, where all is smaller
NOTE_ABOVE = Style(size=10.5, color="#9C3A00", align="center", valign="vcenter")
BAND = Style(size=12, bold=True, color="#FFFFFF", fill=BAND_FILL, border=True, valign="vcenter")
SUB_BAND = Style(size=11, bold=True, fill=SUB_BAND_FILL, border=True, valign="vcenter")
NOTE = Style(size=10.5)
REPEATED = replace(LOCKED, fill=REPEAT_FILL, color="#595959")


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
    entries: list[Entry] = field(default_factory=list)
    open_rows: dict[str, list[int]] = field(default_factory=dict)  # by column key
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    styles: dict[tuple[str, Valign], Style] = field(default_factory=dict)  # by column key

    def page(self, name: str) -> Page:
        self._top()
        count_at = self._head()
        first = len(self.lines)
        for section in self.layout.sections:
            self._section(section)
        counted = self._count(first, len(self.lines) - 1)
        line = self.lines[count_at]
        self.lines[count_at] = replace(line, cells={**line.cells, 1: counted})
        self._table_entries()
        printed = printing(self._widths, opens_at(self.layout.columns) + 1, self.layout.paper)
        return replace(
            printed.page(name, self._widths, self.lines, first),
            footer=_footer(self.layout),
            opens_at=opens_at(self.layout.columns) + 1,
            repeat=(0, first - 1),
            repeat_columns=(1, 1) if printed.first > 1 or printed.breaks else None,
            first_printed_column=printed.first,
            entries=self.entries,
            names=self.names,
            places=self.places,
            comments=comments(self.remarks, self.places),
        )

    @cached_property
    def _widths(self) -> list[float]:
        return [MARK_WIDTH, *(column.width for column in self.layout.columns)]

    def _add(
        self, cells: dict[int, Cell], least: float, mark: str = "", hidden: bool = False
    ) -> None:
        height = None if hidden else height_of(cells, self._widths, least)
        if mark:
            cells[0] = Cell(mark, MARK)
        self.lines.append(Line(cells, height, hidden=hidden))

    def _across(self, text: str, style: Style, least: float, short: str = "") -> None:
        opens, last = opens_at(self.layout.columns) + 1, len(self.layout.columns)
        cells = {1: Cell(text, style, across=last)}
        if self.layout.scrolled:  # a merged cell would be cut where the frozen column ends
            plan = Cell(None, style, across=opens - 2)
            here = Cell(text, style, across=last + 1 - opens)
            cells = {1: Cell(short, style), 2: plan, opens: here}
        self._add(cells, least)

    def _top(self) -> None:
        """Title, whose form it is, and how to fill it in, in one line above the table."""
        cells = {1: Cell(self.layout.count_label, LABEL)}
        opens, behind = opens_at(self.layout.columns) + 1, len(self._widths)
        at = 2
        texts = [self.layout.title, self.layout.caption, "　".join(self.layout.remarks)]
        if not self.layout.scrolled:
            texts[:2] = reversed(texts[:2])
        while texts and at < behind:
            text = texts.pop(0)
            end, room = at + 1, self._widths[at]
            while end < behind - len(texts) and (not texts or room < measure.width(text)):
                end, room = end + 1, room + self._widths[end]
            if at < opens:  # what is out of view as the form opens is the plan's
                end = min(max(end, opens), behind - len(texts))
            cells[at] = Cell(text, TOP, across=end - at)
            at = end
        self.lines.append(Line(cells, _HEAD_LINE))

    # The table.

    def _count(self, first: int, last: int) -> Cell:
        """The live count of empty required cells."""
        empty = sum(
            not self.values.get((row.id, column.key))
            for row, column in self.layout.required_where(self._said)
        )
        return Cell(empty, COUNT, formula=f"={counting(self.layout.columns, first, last)}")

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
            self._across(section.goal_band, BAND, 22, section.short[0])
        if section.measure_band:
            self._across(section.measure_band, SUB_BAND, 20, section.short[-1])
        for row in section.rows:
            self._row(row)
        for note in section.notes:
            self._across(note, NOTE, 14)

    def _row(self, row: Row) -> None:
        at = len(self.lines)
        cells = {
            col: self._row_cell(row, column)
            for col, column in enumerate(self.layout.columns, start=1)
        }
        for column in self.layout.questions(row):
            self.open_rows.setdefault(column.key, []).append(at)
        for col, column in enumerate(self.layout.columns, start=1):
            self.places[row.id, column.key] = (at, col)
        self.names[f"kakunin_{row.id.encode().hex()}"] = (at, 0)
        self._add(cells, _LEAST_ROW, self.layout.identity.mark(row.id, row.digest))
        for texts in row.continued:
            rest = {
                col: Cell(texts.get(column.key), LOCKED)
                for col, column in enumerate(self.layout.columns, start=1)
            }
            self._add(rest, 0)

    def _row_cell(self, row: Row, column: Column) -> Cell:
        if not column.open:
            text = row.texts.get(column.key, CellText())
            style = self._remarked(row.id, column, _ASKED_CELL if column.asked else _LOCKED_CELL)
            return Cell(text.body, style, tail=text.mark)
        if not self.layout.asks(row, column):
            return Cell(self.layout.instead(row, column), REPEATED)
        style = self._answer_style(row.id, column)
        return Cell(self.values.get((row.id, column.key)), style)

    def _answer_style(self, row: str, column: Column, valign: Valign = "top") -> Style:
        at = (column.key, valign)
        if at not in self.styles:
            self.styles[at] = replace(answer_style(column), valign=valign)
        return self._remarked(row, column, self.styles[at])

    def _remarked(self, row: str, column: Column, style: Style) -> Style:
        remark = self.remarks.get((row, column.key))
        return replace(style, fill=remark.fill) if remark and remark.fill else style

    def _said(self, row: str, key: str) -> str:
        """What stands in an answer cell already, as it is understood."""
        value = self.values.get((row, key))
        return (self.layout.column[key].understand(str(value)) or "") if value else ""

    def _table_entries(self) -> None:
        at = {column.key: col for col, column in enumerate(self.layout.columns, start=1)}
        for column in self.layout.columns:
            if rows := self.open_rows.get(column.key):
                deciding = at.get(column.required.key) if column.required else None
                self.entries.append(Entry(column, at[column.key], runs(rows), deciding))


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


def headings(columns: Sequence[Column]) -> tuple[dict[int, Cell], dict[int, Cell]]:
    """The two lines of headings from sheet column 1 on; a group's heading spans its members."""
    styles = [HEAD_ASKED if column.asked else HEAD for column in columns]
    upper, *lower = grouped([(c.group, c.heading) for c in columns], styles, HEAD, 1, two=True)
    return upper, lower[0]


def fixed_style(column: Column, content: Value) -> Style:
    """How a field looks that the office fills in."""
    is_date = column.type is FieldType.DATE and not isinstance(content, str)
    return replace(LOCKED, valign="vcenter", number=DATE if is_date else "@")


@dataclass(frozen=True)
class Printing:
    """How a table fits paper: the first column that is printed, and where further sheets begin.

    The first column of words is printed again on every sheet.
    """

    paper: int
    first: int
    breaks: tuple[int, ...]
    scale: int
    tall: float  # points that a sheet holds at this scale

    def page(self, name: str, widths: Sequence[float], lines: Sequence[Line], first: int) -> Page:
        """The sheet of a table whose rows begin with line `first`."""
        return Page(
            name=name,
            widths=widths,
            lines=self._broken(lines, first),
            paper=self.paper,
            landscape=True,
            freeze=(first, 2),
            scale=self.scale,
            column_breaks=self.breaks,
            repeat=(first - 1, first - 1),
            repeat_columns=(1, 1) if self.breaks else None,
            first_printed_column=1,
            small_columns=frozenset({0}),
            protected=True,
        )

    def _broken(self, lines: Sequence[Line], first: int) -> list[Line]:
        """With new sheets where one is full, so that no band stands alone at its foot."""
        repeated = sum(line.height or 0 for line in lines[:first])
        made, used, start = list(lines), 0.0, first
        for at in range(first, len(lines)):
            used += lines[at].height or 0
            if used > self.tall - repeated and at > start:
                cut = at
                while cut - 1 > start and _is_band(lines[cut - 1]):
                    cut -= 1
                made[cut] = replace(made[cut], new_page=True)
                start, used = cut, sum(line.height or 0 for line in lines[cut : at + 1])
        return made


def printing(widths: Sequence[float], opens: int, paper: str) -> Printing:
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
    return Printing(code, first, tuple(breaks), scale, down * 100 / scale)


def _is_band(line: Line) -> bool:
    return any(cell.style in (BAND, SUB_BAND) for cell in line.cells.values())


def _range(col: int, first: int, last: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return xl_range_abs(first, col, last, col)


def _footer(layout: Layout) -> str:
    left, right = (text.replace("&", "&&") for text in layout.in_print)
    return f"&L{left}&C&P / &N&R{right}"
