"""One workbook saved in three formats says the same: numbers as shown, lines, digits, shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import CellKind, Grid, Item
from kakunin_xlsx.returns.opening import open_bytes
from tests.hands import sha
from tests.merge.pages import NUMBERS
from tests.tools.libreoffice import Kind, LibreOffice

SHOWN = {
    **NUMBERS,
    '"△"0': (3, "△3"),
    '0;"△"0': (-3, "-3"),
    '0,"千円"': (3000, "3千円"),
    "#,##0,": (3000, "3（1,000分の1で表示）"),
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "書式.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet, hidden = made.add_worksheet("表"), made.add_worksheet("下書き")
        struck, raised = (
            made.add_format({"font_strikeout": True}),
            made.add_format({"font_script": 1}),
        )
        for row, (code, (value, _)) in enumerate(SHOWN.items(), start=9):  # the first are empty
            sheet.write_number(row, 1, value, made.add_format({"num_format": code}))
        sheet.write_rich_string("D10", "残", struck, "消", "残")
        sheet.write_rich_string("D11", struck, "消", "残る")
        sheet.write_string("D12", "消", struck)
        sheet.write_rich_string("D13", "3", raised, "1")
        sheet.write_formula("D14", "=1/0", None, "#DIV/0!")
        sheet.write_comment("E10", "要相談")
        sheet.insert_textbox("G10", "一\n二")
        sheet.set_header("&C差替版")
        sheet.merge_range("I12:J13", "結合")
        sheet.autofilter("A9:B12")
        sheet.protect()
        hidden.write_string("B2", "隠")
        hidden.hide()
    return path


Said = tuple[list[tuple[str, str, CellKind, str]], list[tuple[str, str]], object]


def said(grid: Grid) -> Said:
    """Kinds of shapes differ by format; words and places do not."""
    return (
        [(cell.address, cell.typed, cell.kind, cell.kept) for cell in grid.cells],
        sorted((each.address, each.text) for each in grid.comments),
        (grid.merged, grid.filtered, grid.protected, grid.hidden),
    )


def read(path: Path) -> list[Said]:
    data = path.read_bytes()
    opened = open_bytes(data, Item("x", sha(data), path), None, Limits())
    assert opened.book, opened.findings
    return [said(grid) for grid in opened.book.grids]


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_another_format_says_the_same(
    kind: Kind, book: Path, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    wanted = read(book)
    assert [typed for at, typed, *_ in wanted[0][0] if at.startswith("B")] == [
        shown for _, shown in SHOWN.values()
    ]
    assert read(libreoffice.convert(book, kind, tmp_path / kind)) == wanted
