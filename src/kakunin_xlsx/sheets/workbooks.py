"""The form workbooks of a round: 提出票 with 記入要領, the table, 前年度の回答.

Several forms have 記入要領 once, first of all, and each its own 提出票 before its table.

記入要領 takes one page of A4; 前年度の回答 says what last year said of the same rows, for reading
only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kakunin_xlsx.layout import (
    CONTINUED,
    FORM_SIZE,
    KEY_ROW,
    PRINTED,
    CellText,
    Column,
    Layout,
    Row,
    guide,
    measure,
    opens_at,
    printed_mark,
)
from kakunin_xlsx.layout.sheet_names import (
    GUIDE_SHEET,
    LAST_SHEET,
    OWN_SHEETS,
    WITNESS_SHEET,
    safe_names,
)
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.sheets import form
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import Cell, Entry, Line, Page, Printing, Style, Value, height_of

_WIDTHS = (form.MARK_WIDTH, 18.0, 50.0, 18.0, 50.0)
_ACROSS = len(_WIDTHS) - 1
_HEADING = Style(size=12.5, bold=True, valign="vcenter")
_BODY = Style(size=12)
_WHAT = replace(form.LOCKED, size=12, valign="vcenter")
_TALLEST = 224.0  # points of a row of last year, just below 300 pixels
_IN_VIEW, _WIDER = 178.0, 2.2  # half-width characters that a notebook and A4 at 8 pt show


# The workbooks.


def form_workbook(
    layouts: Sequence[Layout], font: str, values: Mapping[str, form.Values] | None = None
) -> bytes:
    """The xlsx file of one or several forms; `values` by code of the respondent.

    Several have 記入要領 once, and each its own 提出票 before its table.
    """
    alone = len(layouts) == 1
    pages = [] if alone else [_guide_page(layouts[0], GUIDE_SHEET)]
    for layout, (cover, name, last_name) in zip(layouts, sheet_names(layouts), strict=True):
        typed = (values or {}).get(layout.identity.respondent)
        table = form.form_page(layout, name, typed)
        last = _last_year_page(layout, last_name)
        pages += [_Cover(layout, table, typed or {}, {}).page(cover, guided=alone), table]
        pages += [last] if last else []
    return _workbook(pages, layouts, font)


def correction_pages(
    layout: Layout,
    font: str,
    values: form.Values,
    remarks: form.Remarks,
    around: Callable[[Sequence[Page]], Sequence[Page]],
) -> bytes:
    """The xlsx file of a form that goes back with its answers and `remarks` on them.

    `around` makes the sheet that comes first, and those that come last, from the form's pages.
    """
    table = form.form_page(layout, layout.sheet, values, remarks)
    cover = _Cover(layout, table, values, remarks).page(GUIDE_SHEET, guided=True)
    last_year = _last_year_page(layout, LAST_SHEET)
    first, *rest = around([cover, table])
    pages = [first, cover, table, *([last_year] if last_year else []), *rest]
    return _workbook(pages, [layout], font)


def _workbook(pages: Sequence[Page], layouts: Sequence[Layout], font: str) -> bytes:
    info = BookInfo(
        title=f"{layouts[0].title}　{layouts[0].year.name}",
        subject=layouts[0].caption,
        identity="；".join(str(layout.identity) for layout in layouts)[:255],
    )
    # A hidden sheet says once more what was issued; it is never needed to read a form.
    marks = (each.identity.mark(row.id, row.digest) for each in layouts for row in each.rows)
    lines = [Line({0: Cell(mark, Style(wrap=False))}) for mark in marks]
    witness = Page(WITNESS_SHEET, (60.0,), lines, hidden=True, protected=True)
    return workbook_bytes([*pages, witness], info, font)


def sheet_names(layouts: Sequence[Layout]) -> Iterator[tuple[str, str, str]]:
    """提出票, table and last year of each form; named after whom, where there are several."""
    if len(layouts) == 1:
        yield GUIDE_SHEET, layouts[0].sheet, LAST_SHEET
        return
    who = [layout.respondent for layout in layouts]
    wanted = (each for name in who for each in (f"提出票_{name}", name, f"前年度_{name}"))
    names = safe_names(wanted, OWN_SHEETS)
    yield from zip(names[::3], names[1::3], names[2::3], strict=True)


# 提出票 and 記入要領.


def _guide_page(layout: Layout, name: str) -> Page:
    """記入要領 alone, where several forms are in one workbook."""
    lines = [_line({1: Cell(f"{layout.title}　{name}", form.TITLE, across=_ACROSS)}, 28)]
    lines += [_line({1: Cell(layout.when, _BODY, across=_ACROSS)}, 18), *_guide(layout)]
    return _page(name, [_printed(line) for line in lines])


def _page(name: str, lines: list[Line]) -> Page:
    return Page(
        name,
        _WIDTHS,
        lines,
        protected=True,
        one_page=True,
        first_printed_column=1,
        small_columns=frozenset({0}),
    )


def _printed(line: Line) -> Line:
    """A line that nobody answers, with a mark that says what was issued."""
    mark = Cell(printed_mark(cell.text for _, cell in sorted(line.cells.items())), form.MARK)
    return replace(line, cells={0: mark, **line.cells})


@dataclass
class _Cover:
    """提出票 of one respondent, whose table is on the sheet `table`; `guided`: with 記入要領."""

    layout: Layout
    table: Page
    values: form.Values
    remarks: form.Remarks
    lines: list[Line] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def page(self, name: str, guided: bool) -> Page:
        layout = self.layout
        title = Cell(guide.cover_title(layout), form.TITLE, across=_ACROSS)
        caption = Cell(layout.caption, _BODY, across=_ACROSS)
        self.lines += map(_printed, (_line({1: title}, 28), _line({1: caption}, 18)))
        count_at = len(self.lines)
        self.lines.append(Line({}))
        # What is asked, and what a 修正依頼 says of itself.
        said = (column for column in layout.spare if (FORM_ROW, column.key) in self.values)
        for packed in _packed((*layout.form, *said)):
            self._form_line(packed)
        self.lines[count_at] = self._count_line()
        if guided:
            self.lines += map(_printed, _guide(layout))
        return replace(
            _page(name, self.lines),
            entries=self.entries,
            places=self.places,
            comments=form.comments(self.remarks, self.places),
        )

    def _count_line(self) -> Line:
        rows = [at for at, line in enumerate(self.table.lines) if at >= self._first]
        name = "'" + self.table.name.replace("'", "''") + "'!"
        formula = form.counting(self.layout.columns, rows[0], rows[-1], name) if rows else "0"
        count = self.table.lines[self._first - 3].cells[1].value
        empty = count if isinstance(count, int) else 0
        for column in self.layout.form:
            if column.open and column.required:
                at, col = self.places[FORM_ROW, column.key]
                formula += f'+(${"ABCDE"[col]}${at + 1}="")'
                empty += not self.values.get((FORM_ROW, column.key))
        cells = {
            1: Cell(self.layout.count_label, replace(form.LABEL, size=12)),
            2: Cell(empty, replace(form.COUNT, size=12), formula=f"={formula}"),
        }
        return Line(cells, 22)

    @property
    def _first(self) -> int:
        return self.table.freeze[0] if self.table.freeze else 0

    def _form_line(self, packed: list[tuple[Column, int, int]]) -> None:
        identity = self.layout.identity
        keys = {col: Cell(column.key, form.MARK) for column, col, _ in packed}
        cells: dict[int, Cell] = {}
        for column, col, across in packed:
            cells[col - 1] = Cell(column.heading, replace(form.LABEL, size=12))
            cells[col] = Cell(*self._value(column), across=across)
            self.places[FORM_ROW, column.key] = (len(self.lines) + 1, col)
            if column.open:
                row = len(self.lines) + 1
                self.entries.append(Entry(column, col, ((row, row),)))
        self.lines.append(Line({0: Cell(identity.mark(KEY_ROW), form.MARK), **keys}, hidden=True))
        line = _line(cells, 22)
        mark = Cell(identity.mark(FORM_ROW), form.MARK)
        self.lines.append(replace(line, cells={0: mark, **cells}))

    def _value(self, column: Column) -> tuple[Value, Style]:
        if not column.open:
            content: Value = self.layout.form_values.get(column.key)
            return content, replace(form.fixed_style(column, content), size=12)
        remark = self.remarks.get((FORM_ROW, column.key))
        style = replace(form.answer_style(column), size=12, valign="vcenter")
        if remark and remark.fill:
            style = replace(style, fill=remark.fill)
        return self.values.get((FORM_ROW, column.key)), style


def _packed(columns: Iterable[Column]) -> Iterator[list[tuple[Column, int, int]]]:
    """Per line: field, column of its value, and how many it takes; two short ones to a line."""
    waiting: list[tuple[Column, int, int]] = []
    for column in columns:
        if column.width > _WIDTHS[2] * 0.8:
            if waiting:
                yield waiting
            yield [(column, 2, _ACROSS - 1)]
            waiting = []
        elif waiting:
            yield [*waiting, (column, 4, 1)]
            waiting = []
        else:
            waiting = [(column, 2, 1)]
    if waiting:
        yield waiting


def _guide(layout: Layout) -> Iterator[Line]:
    yield _line({1: Cell(GUIDE_SHEET, replace(form.TITLE, size=14), across=_ACROSS)}, 26)
    widths = [form.MARK_WIDTH, *(column.width for column in layout.columns)]
    printed = Printing.of(widths, opens_at(layout.columns) + 1, layout.paper)
    left_out = [c.group or c.heading for c in layout.columns[1 : printed.first - 1]]
    chapters = guide.guide_chapters(layout, left_out, bool(printed.breaks))
    for number, (heading, texts) in enumerate(chapters, start=1):
        yield _line({1: Cell(guide.numbered(number, heading), _HEADING, across=_ACROSS)}, 22)
        for text in texts:
            yield _line({1: Cell(text, _BODY, across=_ACROSS)}, 17)
    for column in guide.scales(layout):
        yield _line({1: Cell(guide.scale_heading(column), _HEADING, across=_ACROSS)}, 22)
        for choice in column.choices:
            label = Cell(choice.label, replace(form.HEAD, size=12, align="left"))
            what = Cell(choice.yardstick, _WHAT, across=_ACROSS - 1)
            yield _line({1: label, 2: what}, 17)


def _line(cells: Mapping[int, Cell], least: float) -> Line:
    return Line(cells, height_of(cells, _WIDTHS, least), fixed=True)


# 前年度の回答.


def _last_year_page(layout: Layout, name: str) -> Page | None:
    """The sheet `name`; None where the form shows nothing of last year."""
    if not layout.last:
        return None
    heads = (layout.columns[0], *layout.last)
    # Wider than in the table, as far as screen and paper have room.
    wider = min(_WIDER, max(1.0, _IN_VIEW / sum([column.width for column in heads])))
    widths = [form.MARK_WIDTH, *(round(column.width * wider, 1) for column in heads)]

    def line(cells: dict[int, Cell], least: float = 20, leads: bool = False) -> Line:
        return _printed(Line(cells, height_of(cells, widths, least), leads=leads))

    note = f"{layout.respondent}　見るためのシートです。書き換えることはできません。"
    lines = [
        Line({0: Cell(layout.identity.mark(PRINTED), form.MARK)}, hidden=True),
        line({1: Cell(f"{LAST_SHEET}　{layout.last[0].group}", form.TITLE)}, 28),
        line({1: Cell(note, form.CAPTION)}),
        line({at: Cell(c.heading, form.HEAD) for at, c in enumerate(heads, start=1)}),
    ]
    first = len(lines)
    for section in layout.sections:
        upper = ((band, form.UPPER_BAND) for band in section.upper_bands)
        bands = ((section.goal_band, form.BAND), *upper, (section.measure_band, form.SUB_BAND))
        for text, style in bands:
            if text:
                lines.append(line({1: Cell(text, style, across=len(heads))}, leads=True))
        lines += [line(cells) for row in section.rows for cells in _of_last(layout, row, widths)]
    return Printing.of(widths, 2, layout.paper).page(name, widths, lines, first)


def _of_last(layout: Layout, row: Row, widths: Sequence[float]) -> Iterator[dict[int, Cell]]:
    """The line of a row, and those in which long texts go on."""
    name = row.texts.get(layout.columns[0].key, CellText()).shown
    texts = (name, *(row.last.get(column.key, "") for column in layout.last))
    parts = [
        measure.split(text, width, FORM_SIZE, _TALLEST)
        for text, width in zip(texts, widths[1:], strict=True)
    ]
    for number in range(max(map(len, parts))):
        rest = CONTINUED if number else ""
        yield {
            at: Cell(part[number] if number < len(part) else rest * (at == 1), form.LOCKED)
            for at, part in enumerate(parts, start=1)
        }
