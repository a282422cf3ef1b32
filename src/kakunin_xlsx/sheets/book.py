"""Pages → xlsx bytes. The only module that calls xlsxwriter."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from kakunin_xlsx.layout import FORM_SIZE
from kakunin_xlsx.sheets.entries import CannotWrite, Lists, add_dropdowns, add_entries, must
from kakunin_xlsx.sheets.page import Cell, Chart, Line, Page, Style

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from kakunin_xlsx.sheets.writer import GrowingRows, JapaneseBook

CREATED = datetime(2024, 1, 1)  # fixed, so that the same pages give the same bytes
GREY = "#7F7F7F"
_TEXT_LIMIT = 32_767  # characters in a cell
_ROWS, _COLUMNS, _LINKS = 1_048_576, 16_384, 65_530  # of one worksheet
_IN_MARGIN = 255  # characters of a printed header or footer
_COMMENT = {"author": "事務局", "width": 320, "height": 150, "font_size": 10}
_SYSTEM, _ENTRY = 5, 46  # bytes: in a zip's list of parts, where the system stands; an entry
_MARGINS = {"left": 0.79, "right": 0.4, "top": 0.6, "bottom": 0.6}  # inches; 20 mm to bind


@dataclass(frozen=True, slots=True)
class BookInfo:
    """Document properties; `identity` is an extra witness of what a form is."""

    title: str
    subject: str = ""
    identity: str = ""


def workbook_bytes(
    pages: Iterable[Page], info: BookInfo, font: str, by_rows: bool = False
) -> bytes:
    """The xlsx file of `pages`. Same pages, same bytes. Raises CannotWrite.

    Each page is let go once it is written: a large one that comes from an iterator, and that
    nobody else holds, takes no room beside its worksheet. `by_rows`: each row goes to the disk
    as it comes, and texts stand in their cells; what has ten thousands of rows fits into memory.
    """
    from kakunin_xlsx.sheets.writer import FALLBACK, JapaneseBook, differing

    target = io.BytesIO()
    book = JapaneseBook(target, _options(font, FALLBACK, by_rows))
    _describe(book, info)
    formats, lists = _Formats(book), Lists()
    for page in pages if isinstance(pages, Sequence) else ():
        _must_fit(page)
    for page in pages:
        _Sheet(book, page, formats, font, by_rows).write(lists)
    lists.write(book)
    book.close()
    data, table = _same_everywhere(target), book.str_table.string_array
    if part := differing(data, table):
        raise CannotWrite(
            f"作ったExcelを読み直すと、文が元のとおりに入っていないため、書き込んでいません（{part}）。"
            "もう一度実行してください。"
        )
    return data


def _same_everywhere(saved: io.BytesIO) -> bytes:
    """The file, each part of which says, on Windows too, that it was made on Unix."""
    data = saved.getbuffer()
    with ZipFile(saved) as archive:
        at, parts = archive.start_dir, archive.infolist()
    for part in parts:
        data[at + _SYSTEM] = 3
        at += _ENTRY + len(part.orig_filename.encode()) + len(part.extra) + len(part.comment)
    return bytes(data)


def _options(font: str, fallback: Mapping[str, int], by_rows: bool) -> dict[str, Any]:
    return {
        "in_memory": not by_rows,
        "constant_memory": by_rows,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": font, "font_size": FORM_SIZE, **fallback},
    }


def _describe(book: Workbook, info: BookInfo) -> None:
    book.set_properties({"title": info.title, "subject": info.subject, "created": CREATED})
    if info.identity:
        book.set_custom_property("kakunin", info.identity)


def _must_fit(page: Page) -> None:
    """Raises CannotWrite if a worksheet cannot be as long or as wide as the page."""
    sizes = ((len(page.lines), _ROWS, "行"), (len(page.widths), _COLUMNS, "列"))
    for size, most, what in sizes:
        if size > most:
            raise CannotWrite(
                f"シート「{page.name}」が{size:,}{what}になり、Excelの上限（{most:,}{what}）を超えるため、"
                "何も書き込まずに止めました。台帳を基本目標や地域などで別々の計画に分け、"
                "計画ごとに実行してください。"
            )


class _Formats:
    """One xlsxwriter format per Style."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[Style, bool], Format] = {}
        # The same few objects come for every cell: found by id, which is quicker than by value.
        self._seen: dict[tuple[int, bool], tuple[Style, Format]] = {}

    def __call__(self, style: Style, link: bool = False) -> Format:
        known = self._seen.get((id(style), link))
        if known is None:
            if (style, link) not in self._made:
                self._made[style, link] = self._book.add_format(_properties(style, link))
            known = self._seen[id(style), link] = (style, self._made[style, link])
        return known[1]


def _properties(style: Style, link: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "font_size": style.size,
        "bold": style.bold,
        "align": style.align,
        "valign": style.valign,
        "text_wrap": style.wrap,
        "locked": style.locked,
        "num_format": style.number,
    }
    if style.upright:  # 270 is xlsxwriter's word for letters stacked
        properties["rotation"] = 270 if style.upright == "stacked" else 90
    if style.border:
        properties |= {"border": 1, "border_color": "#808080"}
    if style.fill:
        properties |= {"bg_color": style.fill, "pattern": 1}
    if style.color or link:
        properties["font_color"] = style.color or "#0563C1"
    if link:
        properties["underline"] = 1
    return properties


class _Sheet:
    """Writes one page into one worksheet."""

    def __init__(
        self, book: JapaneseBook, page: Page, formats: _Formats, font: str, by_rows: bool
    ) -> None:
        _must_fit(page)
        self._links = 0
        self._by_rows = by_rows
        self._below: dict[int, list[tuple[int, Style]]] = {}  # cells of a block that began above
        self._book, self._page, self._formats, self._font = book, page, formats, font
        sheet: Any = book.add_worksheet(page.name)
        self._sheet: GrowingRows = sheet

    def write(self, lists: Lists) -> None:
        self._columns()
        breaks = []
        for row, line in enumerate(self._page.lines):
            self._row(row, line)
            if line.new_page:
                breaks.append(row)
        self._sheet.set_h_pagebreaks(breaks)
        self._print()
        self._view()
        add_entries(self._book, self._sheet, self._page.entries, lists)
        add_dropdowns(self._sheet, self._page.dropdowns, lists)
        for name, (row, col) in self._page.names.items():
            place = f"='{self._page.name}'!${_letters(col)}${row + 1}"
            must(self._book.define_name(f"'{self._page.name}'!{name}", place), "名前")
        for at, text in self._page.comments.items():
            must(self._sheet.write_comment(*at, text, dict(_COMMENT)), "コメント")
        for chart in self._page.charts:
            self._chart(chart)

    def _columns(self) -> None:
        for col, width in enumerate(self._page.widths):
            style = self._page.column_styles.get(col)
            if col in self._page.small_columns:
                style = Style(size=6, color="#A6A6A6", wrap=False)
            format_ = self._formats(style) if style else None
            must(self._sheet.set_column(col, col, width, format_), "列幅")

    def _row(self, row: int, line: Line) -> None:
        if line.height is not None or line.hidden:
            options = {"hidden": line.hidden}
            must(self._sheet.set_row(row, line.height, None, options), "行")
        if line.fixed:
            self._sheet.fixed_rows.add(row)
        for col, style in self._below.pop(row, ()):
            must(self._sheet.write_blank(row, col, None, self._formats(style)), "結合セル")
        for col, cell in line.cells.items():
            self._cell(row, col, cell)

    def _cell(self, row: int, col: int, cell: Cell) -> None:
        linked = bool(cell.link) and self._links < _LINKS  # further ones stand there unlinked
        style = self._formats(cell.style, linked)
        if cell.across > 1 or cell.down > 1:
            self._merge(row, col, cell, style)
        if isinstance(cell.value, str) and len(cell.value) + len(cell.tail) > _TEXT_LIMIT:
            where = self._place(row, col)
            raise CannotWrite(f"{where} の文字数がExcelの上限（{_TEXT_LIMIT:,}字）を超えています。")
        if code := self._put(row, col, cell, style, linked):
            must(code, self._place(row, col))

    def _merge(self, row: int, col: int, cell: Cell, style: Format) -> None:
        down, last = cell.down - 1, col + cell.across - 1
        if not (self._by_rows and down):
            must(self._sheet.merge_range(row, col, row + down, last, "", style), "結合セル")
            return
        for under in range(1, down + 1):  # a row that is done with takes nothing more
            self._below.setdefault(row + under, []).extend(
                (at, cell.style) for at in range(col, last + 1)
            )
        for at in range(col + 1, last + 1):
            must(self._sheet.write_blank(row, at, None, style), "結合セル")
        self._sheet.merge.append([row, col, row + down, last])

    def _place(self, row: int, col: int) -> str:
        return f"{self._page.name}!{_letters(col)}{row + 1}"

    def _put(self, row: int, col: int, cell: Cell, style: Format, linked: bool) -> Any:
        sheet, value = self._sheet, cell.value
        if linked:
            self._links += 1
            return sheet.write_url(row, col, f"internal:{cell.link}", style, str(value))
        if cell.formula:
            return sheet.write_formula(row, col, cell.formula, style, value)
        if cell.tail and value:
            smaller = 1.5 if cell.style.small_tail else 0
            grey = self._formats(Style(size=cell.style.size - smaller, color=GREY))
            return sheet.write_rich_string(row, col, str(value), grey, cell.tail, style)
        if cell.tail:
            own = self._formats(replace(cell.style, color=GREY))
            return sheet.write_string(row, col, cell.tail, own)
        if isinstance(value, str) and value:
            return sheet.put_text(row, col, value, style)
        if value is None or isinstance(value, str):
            return sheet.put_blank(row, col, style)
        if isinstance(value, date):
            midnight = datetime(value.year, value.month, value.day)
            return sheet.write_datetime(row, col, midnight, style)
        return sheet.put_number(row, col, value, style)

    def _print(self) -> None:
        sheet, page = self._sheet, self._page
        sheet.set_paper(page.paper)
        if page.landscape:
            sheet.set_landscape()
        sheet.set_margins(**_MARGINS)
        self._scale()
        too_long = max(len(page.header), len(page.footer)) > _IN_MARGIN
        must(1 if too_long else 0, "印刷のヘッダーかフッター")
        sheet.put_margins(page.header, page.footer)
        if page.first_page:
            sheet.set_start_page(page.first_page)
        if page.repeat:
            sheet.repeat_rows(*page.repeat)
        if page.repeat_columns:
            sheet.repeat_columns(*page.repeat_columns)
        if page.lines and not page.hidden:  # LibreOffice prints a hidden sheet that has an area
            last = (len(page.lines) - 1, len(page.widths) - 1)
            sheet.print_area(0, page.first_printed_column, *last)

    def _scale(self) -> None:
        sheet, page = self._sheet, self._page
        if page.scale:
            sheet.set_print_scale(page.scale)
            sheet.set_v_pagebreaks(list(page.column_breaks))
            if page.column_breaks:
                sheet.print_across()
        elif page.fit:
            sheet.fit_to_pages(1, 1 if page.one_page else 0)

    def _view(self) -> None:
        sheet, page = self._sheet, self._page
        sheet.hide_gridlines(2)
        if page.freeze:
            top, left = page.freeze
            sheet.freeze_panes(top, left, top, page.opens_at or left)
        if page.cursor:
            sheet.set_selection(*page.cursor, *page.cursor)
        if page.filtered:
            sheet.autofilter(*page.filtered)
        if page.protected:
            # A guard-rail, not security: people may still fit rows and columns to their text.
            may = {"format_rows": True, "format_columns": True}
            sheet.protect("", {**may, "autofilter": True} if page.filtered else may)
        if page.hidden:
            sheet.very_hidden()

    def _chart(self, chart: Chart) -> None:
        drawn: Any = self._book.add_bars()
        name, font = self._page.name, {"name": self._font, "size": 10.5}
        for series in chart.series:
            drawn.add_series(
                {
                    "name": [name, *series.name],
                    "categories": [name, *chart.labels],
                    "values": [name, *series.values],
                    "name_data": self._stored((*series.name, *series.name)),
                    "categories_data": self._stored(chart.labels),
                    "values_data": self._stored(series.values),
                    "gap": 40,
                    **_paint(series.fill, series.pattern),
                    **_bar_labels(series.labels, {**font, "bold": True}),
                }
            )
        drawn.set_title({"name": chart.title, "name_font": {**font, "size": 12, "bold": True}})
        drawn.set_legend({"position": "bottom", "font": font})
        drawn.set_y_axis({"reverse": True, "num_font": font, "interval_unit": 1})
        drawn.set_x_axis({"num_format": "0%", "num_font": font, "major_unit": 0.2})
        drawn.set_size({"width": chart.size[0], "height": chart.size[1]})
        place = {"description": chart.description, "x_offset": 6, "y_offset": 4}
        self._sheet.insert_chart(*chart.at, drawn, place)

    def _stored(self, area: tuple[int, int, int, int]) -> list[str | None]:
        """What a chart shows before anything is computed: rows that are written are forgotten."""
        top, left, bottom, right = area
        lines = self._page.lines[top : bottom + 1]
        cells = (line.cells.get(col) for line in lines for col in range(left, right + 1))
        values = (cell.value if cell else None for cell in cells)
        return [
            f"{value:.16g}"
            if isinstance(value, int | float)
            else None
            if value is None
            else str(value)
            for value in values
        ]


def _paint(fill: str, pattern: str) -> Mapping[str, Any]:
    border = {"border": {"color": "#404040", "width": 0.75}}
    if pattern:
        return {**border, "pattern": {"pattern": pattern, "fg_color": fill, "bg_color": "white"}}
    return {**border, "fill": {"color": fill}}


def _bar_labels(labels: Sequence[str], font: Mapping[str, Any]) -> Mapping[str, Any]:
    if not labels:
        return {}
    return {
        "data_labels": {
            "value": True,
            "position": "center",
            "font": dict(font),
            "fill": {"color": "white"},
            "custom": [{"value": text} if text else {"delete": True} for text in labels],
        }
    }


def _letters(col: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(col))
