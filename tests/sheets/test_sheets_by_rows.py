"""Rows written as they come look like all others: the same cells, formats, blocks and heights."""

from __future__ import annotations

import io
import re
import tracemalloc
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook

from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import Cell, Chart, Line, Page, Series, Style

BOX = Style(border=True, fill="#DDEBF7")
LINES = [
    Line({0: Cell("表題", BOX, across=3)}, 30),
    Line({}, 12, fixed=True),
    Line({}, hidden=True),
    Line({0: Cell("施策", BOX, down=3), 1: Cell(1.5, BOX), 2: Cell("=1+1", BOX, tail="（推定）")}),
    Line({1: Cell("二行目", BOX), 2: Cell("節", BOX, down=2)}, 45),
    Line({1: Cell(None, BOX)}, hidden=True),
    Line({0: Cell("区画", BOX, across=2, down=2), 2: Cell("右", BOX)}),
    Line({2: Cell("右下", BOX, link="'表'!A1")}, 20, fixed=True),
    Line({0: Cell("<r><t>x</t></r>", BOX), 1: Cell("<r>a&b</r> ", BOX), 2: Cell("<r>", BOX)}),
    Line({0: Cell(" 前後 \n", BOX), 2: Cell("<r> </r>", BOX)}),
    Line({0: Cell("a<b & c>d", BOX), 1: Cell("二行\nの文", BOX), 2: Cell("\x0b_x000B_", BOX)}),
    Line({}, 6, fixed=True),
    Line({0: Cell("項目_x", BOX), 1: Cell("\t", BOX), 2: Cell("\u3000", BOX)}),
    Line({}, 15, fixed=True),
    Line({}, 9, fixed=True),
]


def written(by_rows: bool) -> Any:
    page = Page("表", (10.0, 12.0, 14.0), LINES, freeze=(1, 0), repeat=(0, 0))
    data = workbook_bytes([page], BookInfo("試験"), "BIZ UDゴシック", by_rows)
    return load_workbook(io.BytesIO(data), rich_text=True)["表"]


def seen(sheet: Any) -> object:
    cells = [
        (cell.coordinate, str(cell.value), cell.fill.fgColor.rgb, cell.border.left.style)
        for row in sheet.iter_rows()
        for cell in row
    ]
    heights = [(at, each.height, each.hidden) for at, each in sorted(sheet.row_dimensions.items())]
    return cells, sorted(map(str, sheet.merged_cells.ranges)), heights, sheet.freeze_panes


def test_nothing_differs() -> None:
    assert seen(written(by_rows=True)) == seen(written(by_rows=False))


def test_charts_hold_the_values_of_their_cells() -> None:
    """Whatever opens the paper draws them at once, without computing."""
    rows: list[tuple[str | float, str | float]] = [("A", "B"), (3, 1.5), (0, 12345678901)]
    lines = [
        Line({0: Cell(name, BOX), **{at: Cell(value, BOX) for at, value in enumerate(own, 1)}})
        for name, own in zip(("", "基本目標1", "全体"), rows, strict=True)
    ]
    series = tuple(Series((0, col), (1, col, 2, col), "#0072B2") for col in (1, 2))
    chart = Chart("題", (1, 0, 2, 0), series, (4, 0), (300, 200), "説明")
    page = Page("表", (10.0, 12.0, 14.0), lines, charts=(chart,))

    def drawn(by_rows: bool) -> str:
        data = workbook_bytes([page], BookInfo("試験"), "BIZ UDゴシック", by_rows)
        with ZipFile(io.BytesIO(data)) as archive:
            return archive.read("xl/charts/chart1.xml").decode()

    assert drawn(by_rows=True) == drawn(by_rows=False)
    stored = re.findall(r"<c:v>([^<]*)</c:v>", drawn(by_rows=True))
    names = ["基本目標1", "全体"]
    assert stored == ["A", *names, "3", "0", "B", *names, "1.5", "12345678901"]


def test_memory_does_not_grow_with_rows() -> None:
    def peak(rows: int) -> int:
        lines = (Line({at: Cell(f"{row}行{at}列", BOX) for at in range(3)}) for row in range(rows))
        page = Page("表", (10.0, 12.0, 14.0), list(lines))
        tracemalloc.start()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        workbook_bytes([page], BookInfo("試験"), "BIZ UDゴシック", by_rows=True)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most - before

    assert peak(4_000) < peak(1_000) + 600_000
