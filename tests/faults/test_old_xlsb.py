"""Binary workbooks: cells of every kind, formats, lines through text, what lies on a sheet."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from kakunin_xlsx.returns import CellKind, Comment, Grid, GridCell, Limits
from kakunin_xlsx.returns.model import FOOTER, HEADER, UNSEEN_FORMULA, Area, Item
from kakunin_xlsx.returns.opening import open_bytes
from tests.faults import old
from tests.faults.old import SHOWN, record, wide, xlsb_links
from tests.faults.test_old import FEW, sheet
from tests.hands import sha

FORMAT = 200
FONTS = record(43, bytes(21)) + record(43, struct.pack("<HHHH13x", 200, 8, 400, 0))
RAISED = record(43, struct.pack("<HHHH13x", 200, 0, 400, 1))


def look(number: int = 0, font: int = 0) -> bytes:
    return record(617) + record(47, struct.pack("<HHH10x", 0, number, font)) + record(618)


def row(at: int = 10, hidden: bool = False) -> bytes:
    return record(0, struct.pack("<IIHBB5x", at - 1, 0, 300, 0, 0x10 * hidden))


def cell(kind: int, content: bytes = b"", col: int = 2) -> bytes:
    return record(kind, struct.pack("<II", col - 1, 0) + content)


def one(inside: bytes, styles: bytes = look(), strings: bytes = b"") -> GridCell:
    """The cell at B10."""
    parts = {"xl/strings.bin": strings} if strings else {}
    data = old.xlsb(FEW, inside=row() + inside, styles=FONTS + RAISED + styles, parts=parts)
    (found,) = [each for each in sheet(data).cells if each.address == "B10"]
    return found


def real(value: float) -> bytes:
    return struct.pack("<d", value)


KINDS = {
    "short": (cell(2, struct.pack("<I", 345 << 2 | 3)), "3.45", CellKind.NUMBER),
    "error": (cell(3, b"\x17"), "#REF!", CellKind.ERROR),
    "yes": (cell(4, b"\1"), "TRUE", CellKind.BOOL),
    "number": (cell(5, real(0.5)), "0.5", CellKind.NUMBER),
    "text": (cell(6, wide("一")), "一", CellKind.TEXT),
    "rich": (cell(62, b"\1" + wide("一二") + struct.pack("<IHH", 1, 1, 0)), "一二", CellKind.TEXT),
    "result in words": (cell(8, wide("一") + bytes(10)), "一", CellKind.TEXT),
    "result": (cell(9, real(17) + bytes(10)), "17", CellKind.NUMBER),
    "resulting yes": (cell(10, b"\1" + bytes(10)), "TRUE", CellKind.BOOL),
    "failed": (cell(11, b"\x07" + bytes(10)), "#DIV/0!", CellKind.ERROR),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_cell_is_read(name: str) -> None:
    records, *wanted = KINDS[name]
    found = one(records)
    assert [found.typed, found.kind] == wanted
    assert (found.formula == UNSEEN_FORMULA) == (name in ("failed",) or "result" in name)


def test_cells_that_stand_beside_the_one_before() -> None:
    short = record(18, struct.pack("<II", 0, 0)) + record(16, bytes(4) + real(3))
    parts = {"xl/strings.bin": record(19, b"\0" + wide("共"))}
    data = old.xlsb(FEW, inside=row() + cell(6, wide("一"), col=5) + short, parts=parts)
    found = [(each.address, each.typed) for each in sheet(data).cells if each.row == 10]
    assert found == [("E10", "一"), ("F10", "共"), ("G10", "3")]


@pytest.mark.parametrize("kind", [20, 63, 200])
def test_a_record_among_the_cells_that_nobody_knows_is_no_blank(kind: int) -> None:
    data = old.xlsb(FEW, inside=row() + cell(kind, wide("一")))
    opened = open_bytes(data, Item("x", sha(data), Path("x")), None, Limits())
    assert [each.code for each in opened.findings] == ["U10"]
    assert f"{kind}番" in opened.findings[0].words


@pytest.mark.parametrize("end", [-1, -3, -20])
def test_a_sheet_that_breaks_off_is_said_to(end: int) -> None:
    whole = old.record(145) + row() + cell(6, wide("一二三四五六七八九"))
    data = old.xlsb(FEW, parts={"xl/worksheets/sheet1.bin": whole[:end]})
    opened = open_bytes(data, Item("x", sha(data), Path("x")), None, Limits())
    assert [each.code for each in opened.findings] == ["U10"]


CODES = {**SHOWN, "[Red]0.0%": (0.5, "50%", CellKind.NUMBER)}


@pytest.mark.parametrize("code", CODES)
def test_numbers_are_read_as_they_are_shown(code: str) -> None:
    value, *wanted = CODES[code]
    styles = record(44, struct.pack("<H", FORMAT) + wide(code)) + look(FORMAT)
    found = one(cell(5, real(value)), styles)
    assert [found.typed, found.kind] == wanted


def test_a_format_that_only_has_a_number() -> None:
    assert one(cell(5, real(0.5)), look(9)).typed == "50%"


def test_lines_through_text_are_seen() -> None:
    part = b"\1" + wide("残消残") + struct.pack("<IHHHH", 2, 1, 1, 2, 0)
    assert one(cell(62, part)).kept == "残残"
    assert one(cell(7, bytes(4)), strings=record(19, part)).kept == "残残"
    assert one(cell(6, wide("消")), look(font=1)).kept == ""
    assert one(cell(5, real(3)), look(font=1)).kept == ""


def test_raised_digits_are_no_others() -> None:
    part = b"\1" + wide("31") + struct.pack("<IHH", 1, 1, 2)
    assert one(cell(62, part)).typed == "3¹"


def test_a_picture_in_a_cell() -> None:
    grid = sheet(old.xlsb(FEW, inside=row() + record(50, bytes(4)) + cell(3, b"\x0f")))
    assert grid.comments == (Comment(10, 2, "", "セルの中の画像"),)


def test_marks_of_a_sheet() -> None:
    nothing = struct.pack("<I", 0xFFFFFFFF)
    printed = bytes(2) + wide("&C要修正") + wide("&P / &N") + nothing * 4
    grid: Grid = sheet(
        old.xlsb(
            FEW,
            inside=row(12, hidden=True) + cell(6, wide("隠")),
            behind=record(60, struct.pack("<IIIIH", 2, 3, 0, 0, 1))
            + record(176, struct.pack("<4I", 4, 6, 1, 2))
            + record(535, struct.pack("<HI60x", 0, 1))
            + record(161, bytes(16))
            + record(479, printed),
        )
    )
    assert (sorted(grid.hidden_rows), sorted(grid.hidden_columns)) == ([12], [3, 4])
    assert grid.merged == (Area(5, 2, 7, 3),)
    assert (grid.filtered, grid.protected) == (True, True)
    assert grid.comments == (Comment(0, 0, "要修正", HEADER),)
    assert FOOTER not in {each.kind for each in grid.comments}


def test_a_comment_of_a_binary_workbook() -> None:
    said = record(635, struct.pack("<I4I16x", 0, 9, 9, 1, 1)) + record(637, b"\0" + wide("要相談"))
    parts = {
        "xl/worksheets/_rels/sheet1.bin.rels": xlsb_links(("comments", "../comments1.bin")),
        "xl/comments1.bin": said,
    }
    assert sheet(old.xlsb(FEW, parts=parts)).comments == (Comment(10, 2, "要相談"),)
