"""Cells as data: what was typed, in one form only."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import xlsxwriter

from kakunin_xlsx.returns.model import CellKind, Grid, Unreadable, address
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.ooxml.values import date_text, number_text, shown
from kakunin_xlsx.returns.zips import Zip
from tests.hands import read


def read_grids(data: bytes, most_cells: int = 1000) -> tuple[Grid, ...]:
    return read_book(Zip(data), most_cells).grids


def book(*cells: tuple[str, object, str]) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as made:
        sheet = made.add_worksheet("表")
        for where, value, number_format in cells:
            style = made.add_format({"num_format": number_format})
            if isinstance(value, date | datetime):
                sheet.write_datetime(where, value, style)
            else:
                sheet.write(where, value, style)
    return target.getvalue()


@pytest.mark.parametrize(
    ("value", "number_format", "typed", "kind"),
    [
        ("=1+1", "@", "=1+1", CellKind.TEXT),
        ("葛󠄀飾", "@", "葛󠄀飾", CellKind.TEXT),
        (" 一行目\n二行目 ", "@", " 一行目\n二行目 ", CellKind.TEXT),
        ("#REF!", "@", "#REF!", CellKind.TEXT),
        (3, "General", "3", CellKind.NUMBER),
        (3.0, "0.00", "3", CellKind.NUMBER),
        (1.1, "General", "1.1", CellKind.NUMBER),
        (1e15, "General", "1000000000000000", CellKind.NUMBER),
        (0.00001, "General", "0.00001", CellKind.NUMBER),
        (-5, "0", "-5", CellKind.NUMBER),
        (0.5, "0%", "50%", CellKind.NUMBER),
        (0.07, "0.0%", "7%", CellKind.NUMBER),
        (True, "General", "TRUE", CellKind.BOOL),
        (date(2026, 5, 20), "yyyy/m/d", "2026-05-20", CellKind.DATE),
        (datetime(2026, 5, 20, 9, 30), "yyyy/m/d h:mm", "2026-05-20T09:30:00", CellKind.DATE),
    ],
)
def test_what_was_typed(value: object, number_format: str, typed: str, kind: CellKind) -> None:
    ((cell,),) = [grid.cells for grid in read_grids(book(("B2", value, number_format)))]
    assert (cell.address, cell.typed, cell.kind, cell.formula) == ("B2", typed, kind, "")


def test_blank_cells_are_left_out() -> None:
    (grid,) = read_grids(book(("A1", "", "@"), ("A2", "　 ", "@"), ("A3", "x", "@")))
    assert [cell.address for cell in grid.cells] == ["A3"]


@pytest.mark.parametrize(
    ("stored", "typed", "kind"),
    [
        (17, "17", CellKind.NUMBER),
        ("十七", "十七", CellKind.TEXT),
        ("#REF!", "#REF!", CellKind.ERROR),
        ("", "=12+5", CellKind.NO_VALUE),
    ],
)
def test_formulas_keep_their_last_value(stored: object, typed: str, kind: CellKind) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        made.add_worksheet().write_formula("A1", "=12+5", None, stored)
    (grid,) = read_grids(target.getvalue())
    (cell,) = grid.cells
    assert (cell.typed, cell.kind, cell.formula) == (typed, kind, "=12+5")


def test_a_far_corner_costs_nothing() -> None:
    (grid,) = read_grids(book(("A1", "x", "@"), ("XFD1048576", "遠く", "@")))
    assert [cell.address for cell in grid.cells] == ["A1", "XFD1048576"]


def test_too_many_cells() -> None:
    with pytest.raises(Unreadable, match="1個を超える記入"):
        read_grids(book(("A1", "x", "@"), ("A2", "x", "@")), 1)


def damaged(part: str, old: bytes, new: bytes) -> bytes:
    target = io.BytesIO()
    source = io.BytesIO(book(("A1", "x", "@")))
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            after.writestr(name, text.replace(old, new) if name == part else text)
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        damaged("xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v>99</v>"),
        damaged("xl/worksheets/sheet1.xml", b"</row>", b"</rom>"),
        damaged("xl/workbook.xml", b"<sheet ", b"<shoot "),
        damaged("xl/styles.xml", b"<fonts", b"<fonts bold='maybe' "),
        b"PK\x03\x04",
    ],
)
def test_whatever_breaks_is_one_finding(data: bytes) -> None:
    returned = read(data, ())
    assert len(returned.findings) == 1
    assert returned.findings[0].code[0] == "U"
    assert returned.sheets == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [(10**20, "1" + "0" * 20), (-0.0, "0"), (100.0, "100"), (1e-7, "0.0000001")],
)
def test_numbers_in_shortest_form(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 5, 1), "2026-05-01"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_dates_are_iso(value: date | time | timedelta, text: str) -> None:
    assert date_text(value) == text


@pytest.mark.parametrize(("at", "name"), [((1, 1), "A1"), ((12, 27), "AA12"), ((0, 0), "")])
def test_addresses(at: tuple[int, int], name: str) -> None:
    assert address(*at) == name


# Number format, stored value, what is read. Percent as it is seen; words are read with it.
FORMATS = (
    ("0%", "0.5", "50%"),
    ("0.0%_ ", "0.5", "50%"),
    ('0%"達成"', "0.5", "50%達成"),
    ("[Red]0%", "0.5", "50%"),
    ("0.00%;[赤]-0.00%", "-0.125", "-12.5%"),
    ("0%;-0", "-5", "-5"),
    (r"0\%", "50", "50%"),
    ('0"%"', "50", "50%"),
    ("0 %", "0.05", "5%"),
    ("[>=1]0%;0.0", "0.5", "0.5"),
    ('0"人"', "30", "30人"),
    ('#,##0"件以上"', "1200", "1200件以上"),
    ('"約"0"回"', "3", "約3回"),
    (r"0\か\所", "3", "3か所"),
    ('General"回"', "2.5", "2.5回"),
    ('0"人";;', "3", "3人"),
    ('[>=100]0"件以上";0"件"', "150", "150件以上"),
    ('[>=100]0"件以上";0"件"', "50", "50件"),
    ('#,##0,"千円"', "12000", "12千円"),
    ("#,##0,", "12000", "12（1,000分の1で表示）"),
    ("0.0,", "-12500", "-12.5（1,000分の1で表示）"),
    ("0,,;0", "3000000", "3（1,000,000分の1で表示）"),
    ('0!.0,"万"', "12000", "1.2万"),
    (r'0\.00,"万円"', "1234500", "12.345万円"),
    ('0"."0,"万人"', "35000", "3.5万人"),
    ('0"時間"00"分"', "305", "3時間05分"),
    ('0"時間"00"分"', "5", "0時間05分"),
    ('0"回（延べ"0"人）"', "-23", "-2回（延べ3人）"),
    ('0"-"000', "1234", "1234"),
    ('"△"0', "5", "△5"),
    ('0;"△"0', "-5", "-5"),
    ('#,##0;"▲ "#,##0;"なし"', "0", "0"),
    ('_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* "-"_ ;_ @_ ', "1200", "1200"),
    ("#,##0_);(#,##0)", "-1200", "-1200"),
    ("[$¥-411]#,##0", "1200", "1200"),
    ("0.00E+00", "1500", "1500"),
    ("# ?/?", "0.5", "0.5"),
    ("@", "3", "3"),
    (";;;", "3", "3"),
    ('"', "3", "3"),
    ("[" * 300, "3", "3"),
)


@pytest.mark.parametrize(("code", "value", "read"), FORMATS)
def test_a_number_is_read_as_its_format_shows_it(code: str, value: str, read: str) -> None:
    assert shown(Decimal(value), code)[0] == read
