"""A layout as a page: 照会 forms, locked but for the answer cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.layout import KEY_ROW, MARKED, CellText, Column, Layout, Row, Section
from kakunin_xlsx.layout.palette import OPEN_FILL
from kakunin_xlsx.plan.model import FieldType
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.sheets.page import (
    A3,
    Cell,
    Entry,
    Line,
    Page,
    Style,
    Valign,
    Value,
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
_MARK_WIDTH = 2.5
_LABEL_WIDTH = 12.0
_LEAST_ROW = 60.0  # points: room for three written lines

TITLE = Style(size=16, bold=True, wrap=False, valign="vcenter")
CAPTION = Style(size=11, wrap=False, valign="vcenter")
MARK = Style(size=6, color="#A6A6A6", wrap=False)
LOCKED = Style(border=True)
LABEL = Style(bold=True, fill=HEAD_FILL, border=True, valign="vcenter")
HEAD = Style(bold=True, fill=HEAD_FILL, border=True, align="center", valign="vcenter")
HEAD_ASKED = replace(HEAD, fill=ASKED_FILL)
ASKED = replace(LOCKED, fill="#FFF6DC")
NOTE_ABOVE = Style(size=9, color="#9C3A00", align="center", valign="vcenter")
BAND = Style(size=12, bold=True, color="#FFFFFF", fill=BAND_FILL, border=True, valign="vcenter")
SUB_BAND = Style(size=11, bold=True, fill=SUB_BAND_FILL, border=True, valign="vcenter")
NOTE = Style(size=9)
REPEATED = replace(LOCKED, fill=REPEAT_FILL, color="#595959")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said at a cell: the comment on it, and its background."""

    text: str
    fill: str = ""


Remarks = Mapping[tuple[str, str], Remark]  # by row id and column key, as Values


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
        self._title()
        for packed in self._packed():
            self._form_line(packed)
        count_at = len(self.lines)
        self.lines.append(Line({}))
        head = self._head()
        first = len(self.lines)
        for section in self.layout.sections:
            self._section(section)
        self.lines[count_at] = self._count_line(first, len(self.lines) - 1)
        self._table_entries()
        return Page(
            name=name,
            widths=self._widths,
            lines=self.lines,
            paper=A3,
            landscape=True,
            footer=_footer(self.layout),
            freeze=(first, 2),
            repeat=(head, first - 1),
            first_printed_column=1,
            small_columns=frozenset({0}),
            protected=True,
            entries=self.entries,
            names=self.names,
            places=self.places,
            comments={
                self.places[at]: remark.text
                for at, remark in self.remarks.items()
                if at in self.places
            },
        )

    @cached_property
    def _widths(self) -> list[float]:
        return [_MARK_WIDTH, *(column.width for column in self.layout.columns)]

    def _add(
        self, cells: dict[int, Cell], least: float, mark: str = "", hidden: bool = False
    ) -> None:
        height = None if hidden else height_of(cells, self._widths, least)
        if mark:
            cells[0] = Cell(mark, MARK)
        self.lines.append(Line(cells, height, hidden=hidden))

    def _across(self, text: str, style: Style, least: float) -> None:
        cell = Cell(text, style, across=len(self.layout.columns))
        self._add({1: cell}, least)

    def _title(self) -> None:
        self._across(self.layout.title, TITLE, 26)
        self._across(self.layout.caption, CAPTION, 20)

    # The form's own fields, as many to a line as the table is wide.

    def _packed(self) -> Iterator[list[tuple[Column, int, int, int]]]:
        """Per line: field, column of its label, of its value, and the column behind it."""
        line: list[tuple[Column, int, int, int]] = []
        for column in self.layout.form:
            at = line[-1][3] if line else 1
            value = self._until(at, _LABEL_WIDTH)
            end = self._until(value, column.width)
            if end > len(self.layout.columns) + 1 and line:
                yield line
                value = self._until(1, _LABEL_WIDTH)
                line, at, end = [], 1, self._until(value, column.width)
            line.append((column, at, value, min(end, len(self.layout.columns) + 1)))
        if line:
            yield line

    def _until(self, at: int, wanted: float) -> int:
        """The column behind a block that begins at `at` and is at least `wanted` wide."""
        wide = 0.0
        while wide < wanted:
            wide += self._widths[at] if at < len(self._widths) else wanted
            at += 1
        return at

    def _form_line(self, packed: list[tuple[Column, int, int, int]]) -> None:
        keys = {value: Cell(column.key, MARK) for column, _, value, _ in packed}
        identity = self.layout.identity
        self._add(keys, 0, identity.mark(KEY_ROW), hidden=True)
        cells: dict[int, Cell] = {}
        for column, label, value, end in packed:
            cells[label] = Cell(column.heading, LABEL, across=value - label)
            content: Value = self.layout.form_values.get(column.key)
            if column.open:
                content = self.values.get((FORM_ROW, column.key))
                row = len(self.lines)
                self.entries.append(Entry(column, value, ((row, row),)))
            style = _fixed_style(column, content)
            if column.open:
                style = self._answer_style(FORM_ROW, column, valign="vcenter")
            self.places[FORM_ROW, column.key] = (len(self.lines), value)
            cells[value] = Cell(content, style, across=end - value)
        self._add(cells, 22, identity.mark(FORM_ROW))

    # The table.

    def _count_line(self, first: int, last: int) -> Line:
        columns = list(enumerate(self.layout.columns, start=1))
        terms = "+".join(
            f'COUNTIFS($A${first + 1}:$A${last + 1},{MARKED},{_range(col, first, last)},"")'
            for col, column in columns
            if column.required
        )
        empty = sum(
            not self.values.get((row.id, column.key)) for row, column in self.layout.required_cells
        )
        count = Style(bold=True, size=12, border=True, number='0"か所"', align="center")
        cells = {
            1: Cell(self.layout.count_label, LABEL),
            2: Cell(empty, count, formula=f"={terms or 0}"),
            3: Cell(
                "　".join(self.layout.remarks),
                Style(size=9.5, wrap=False, valign="vcenter"),
                across=len(columns) - 2,
            ),
        }
        return Line(cells, 22)

    def _head(self) -> int:
        """Key row (hidden), marks, and the two lines of headings; returns the first shown row."""
        columns = dict(enumerate(self.layout.columns, start=1))
        keys = {col: Cell(column.key, MARK) for col, column in columns.items()}
        self._add(keys, 0, self.layout.identity.mark(KEY_ROW), hidden=True)
        shown = len(self.lines)
        above = {
            col: Cell("・".join(marks), NOTE_ABOVE)
            for col, column in columns.items()
            if (marks := self.layout.form_marks(column))
        }
        self._add(above, 14)
        upper, lower = headings(self.layout.columns)
        self._add(upper, 18)
        self._add(lower, 18)
        return shown

    def _section(self, section: Section) -> None:
        if section.goal_band:
            self._across(section.goal_band, BAND, 22)
        if section.measure_band:
            self._across(section.measure_band, SUB_BAND, 20)
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
            style = self._remarked(row.id, column, ASKED if column.asked else LOCKED)
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

    def _table_entries(self) -> None:
        for col, column in enumerate(self.layout.columns, start=1):
            if rows := self.open_rows.get(column.key):
                self.entries.append(Entry(column, col, runs(rows)))


def headings(columns: Sequence[Column]) -> tuple[dict[int, Cell], dict[int, Cell]]:
    """The two lines of headings from sheet column 1 on; a group's heading spans its members."""
    upper, lower = dict[int, Cell](), dict[int, Cell]()
    above = ""
    for col, column in enumerate(columns, start=1):
        style = HEAD_ASKED if column.asked else HEAD
        if not column.group:
            upper[col] = Cell(column.heading, style, down=2)
        else:
            lower[col] = Cell(column.heading, style)
            if column.group != above:
                members = sum(each.group == column.group for each in columns)
                upper[col] = Cell(column.group, HEAD, across=members)
        above = column.group
    return upper, lower


def _fixed_style(column: Column, content: Value) -> Style:
    is_date = column.type is FieldType.DATE and not isinstance(content, str)
    return replace(LOCKED, valign="vcenter", number=DATE if is_date else "@")


def _range(col: int, first: int, last: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return xl_range_abs(first, col, last, col)


def _footer(layout: Layout) -> str:
    left, right = (text.replace("&", "&&") for text in layout.in_print)
    return f"&L{left}&C&P / &N&R{right}"
