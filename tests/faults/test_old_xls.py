"""What the records of an .xls say beside its texts: formats, lines, comments, shapes."""

from __future__ import annotations

import struct

import pytest

from kakunin_xlsx.returns import CellKind, Comment, Grid, GridCell
from kakunin_xlsx.returns.model import FOOTER, HEADER, UNSEEN_FORMULA
from tests.faults import old
from tests.faults.old import SHOWN, biff
from tests.faults.test_old import FEW, sheet

FORMAT = 200  # of a number


def words(text: str, size: str = "H") -> bytes:
    """A text behind its length."""
    return struct.pack(f"<{size}B", len(text), 1) + text.encode("utf-16-le")


def letters(struck: bool = False, raised: int = 0) -> bytes:
    return biff(0x0031, struct.pack("<HHHHH", 200, 8 * struck, 0, 400, raised) + bytes(6))


def look(font: int = 0, number: int = 0) -> bytes:
    return biff(0x00E0, struct.pack("<HH16x", font, number))


FONTS = (
    letters() + letters(struck=True) + letters() * 2 + letters(raised=1)
)  # number 4 is left out, as ever: the last is 5


def made(inside: bytes, looks: bytes = b"", before: bytes = b"") -> Grid:
    """A sheet with these records; `looks` are the styles from number 0 on."""
    return sheet(old.xls(FEW, FONTS + before + looks, inside=inside))


def one(inside: bytes, looks: bytes = look(), before: bytes = b"") -> GridCell:
    """The cell at B10."""
    cells = made(inside, looks, before).cells
    (found,) = [cell for cell in cells if cell.address == "B10"]
    return found


def number(value: float) -> bytes:
    return biff(0x0203, struct.pack("<HHHd", 9, 1, 0, value))


CODES = {
    **SHOWN,
    "0.0%_ ": (0.5, "50%", CellKind.NUMBER),
    '0"達成"%': (0.5, "50%達成", CellKind.TEXT),
    "0\\%": (50, "50%", CellKind.NUMBER),
    '"△"0': (3, "△3", CellKind.TEXT),
    '0;"△"0': (-3, "-3", CellKind.NUMBER),
    "#,##0": (1234, "1234", CellKind.NUMBER),
}


@pytest.mark.parametrize("code", CODES)
def test_numbers_are_read_as_they_are_shown(code: str) -> None:
    value, *wanted = CODES[code]
    format_ = biff(0x041E, struct.pack("<H", FORMAT) + words(code))
    found = one(number(value), look(number=FORMAT), format_)
    assert [found.typed, found.kind] == wanted


def test_a_format_that_only_has_a_number() -> None:
    assert one(number(0.5), look(number=9)).typed == "50%"


SHORT = {
    "whole": (3 << 2 | 2, "3"),
    "less than nothing": ((1 << 32) - (3 << 2) | 2, "-3"),
    "hundredths": (345 << 2 | 3, "3.45"),
    "any": (struct.unpack("<II", struct.pack("<d", 0.5))[1], "0.5"),
}


@pytest.mark.parametrize("name", SHORT)
def test_short_numbers(name: str) -> None:
    value, wanted = SHORT[name]
    assert one(biff(0x027E, struct.pack("<HHHI", 9, 1, 0, value))).typed == wanted
    many = struct.pack("<HHHIHIH", 9, 0, 0, 2, 0, value, 1)
    assert one(biff(0x00BD, many)).typed == wanted


def formula(result: bytes, more: bytes = b"") -> bytes:
    return biff(0x0006, struct.pack("<HHH", 9, 1, 0) + result + bytes(8)) + more


FORMULAS = {
    "a number": (formula(struct.pack("<d", 17)), "17", CellKind.NUMBER),
    "yes": (formula(b"\1\0\1\0\0\0\xff\xff"), "TRUE", CellKind.BOOL),
    "failed": (formula(b"\2\0\x17\0\0\0\xff\xff"), "#REF!", CellKind.ERROR),
    "a text": (
        formula(b"\0" * 6 + b"\xff\xff", biff(0x0207, words("十七"))),
        "十七",
        CellKind.TEXT,
    ),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_one_and_has_its_result(name: str) -> None:
    records, *wanted = FORMULAS[name]
    found = one(records)
    assert [found.typed, found.kind] == wanted
    assert found.formula == UNSEEN_FORMULA


def test_an_error_that_somebody_typed() -> None:
    found = one(biff(0x0205, struct.pack("<HHHBB", 9, 1, 0, 0x2A, 1)))
    assert (found.typed, found.kind) == ("#N/A", CellKind.ERROR)


def rich(text: str, *runs: tuple[int, int]) -> bytes:
    """The table of texts with one in it, parts of which have other fonts."""
    head = struct.pack("<HBH", len(text), 9, len(runs))
    return head + text.encode("utf-16-le") + b"".join(struct.pack("<HH", *run) for run in runs)


def table(*parts: bytes) -> bytes:
    first, *more = parts
    return biff(0x00FC, struct.pack("<II", 1, 1) + first) + b"".join(
        biff(0x003C, each) for each in more
    )


SHARED = biff(0x00FD, struct.pack("<HHHI", 9, 1, 0, 0))


def test_a_part_with_a_line_through_it() -> None:
    assert one(SHARED, look(), table(rich("残消残", (1, 1), (2, 0)))).kept == "残残"


def test_a_cell_with_a_line_through_it_but_for_a_part() -> None:
    assert one(SHARED, look(font=1), table(rich("消残", (1, 0)))).kept == "残"


def test_a_label_and_a_number_with_a_line_through_them() -> None:
    label = biff(0x0204, struct.pack("<HHH", 9, 1, 0) + words("消"))
    assert one(label, look(font=1)).kept == ""
    assert one(number(3), look(font=1)).kept == ""


def test_raised_digits_are_no_others() -> None:
    assert one(SHARED, look(), table(rich("31", (1, 5)))).typed == "3¹"


@pytest.mark.parametrize("at", range(3, 14))
def test_a_text_that_goes_on_in_another_record(at: int) -> None:
    whole = struct.pack("<HB", 6, 1) + "一二三四五六".encode("utf-16-le")
    at -= (at + 1) % 2
    assert one(SHARED, look(), table(whole[:at], b"\1" + whole[at:])).typed == "一二三四五六"


def test_letters_of_one_byte_go_on_in_two() -> None:
    parts = (struct.pack("<HB", 3, 0) + b"a", b"\1" + "二三".encode("utf-16-le"))
    assert one(SHARED, look(), table(*parts)).typed == "a二三"


def object_(kind: int, number: int = 1) -> bytes:
    return biff(0x005D, struct.pack("<HHHH14x", 0x15, 18, kind, number))


def said(text: str) -> bytes:
    head = struct.pack("<HH6xHH4x", 0, 0, len(text), 16)
    return (
        biff(0x01B6, head)
        + biff(0x003C, b"\1" + text.encode("utf-16-le"))
        + biff(0x003C, bytes(16))
    )


def anchor(row: int, col: int) -> bytes:
    inside = struct.pack("<HHI9H", 0, 0xF010, 18, 0, col, 0, row, 0, col, 0, row, 0)
    return biff(0x00EC, struct.pack("<HHI", 0xF, 0xF004, len(inside)) + inside)


LYING = {
    "a comment": (
        anchor(4, 4)
        + object_(0x19)
        + said("去年と\n同じ")
        + biff(0x001C, struct.pack("<4H", 9, 1, 0, 1)),
        Comment(10, 2, "去年と\n同じ"),
    ),
    "a box": (
        anchor(9, 1) + object_(6) + said("要相談"),
        Comment(10, 2, "要相談", "テキストボックス"),
    ),
    "a shape": (anchor(9, 1) + object_(0x1E) + said("図"), Comment(10, 2, "図", "図形")),
    "a line": (anchor(9, 1) + object_(1), Comment(10, 2, "", "線")),
    "a picture": (anchor(9, 1) + object_(8), Comment(10, 2, "", "画像")),
    "a button": (
        anchor(9, 1) + object_(7) + said("押す"),
        Comment(10, 2, "押す", "フォームの部品（ボタンなど）"),
    ),
    "a header": (biff(0x0014, words("&C要修正")), Comment(0, 0, "要修正", HEADER)),
    "a footer": (biff(0x0015, words("&L課長 了&R&P")), Comment(0, 0, "課長 了", FOOTER)),
}


@pytest.mark.parametrize("name", LYING)
def test_what_lies_on_a_sheet_is_told(name: str) -> None:
    records, wanted = LYING[name]
    assert made(records).comments == (wanted,)


@pytest.mark.parametrize(
    "records", [anchor(1, 1) + object_(0x14), biff(0x0014), biff(0x0015, words("&C&P / &N"))]
)
def test_arrows_of_lists_and_numbers_of_pages_are_nothing(records: bytes) -> None:
    assert made(records).comments == ()


def test_rows_columns_filters_and_protection() -> None:
    grid = made(
        biff(0x0208, struct.pack("<H10xHH", 9, 0x20, 0))
        + biff(0x007D, struct.pack("<HHHHHH", 2, 3, 0, 0, 1, 0))
        + biff(0x009D, bytes(2))
        + biff(0x0012, b"\1\0")
    )
    assert (sorted(grid.hidden_rows), sorted(grid.hidden_columns)) == ([10], [3, 4])
    assert (grid.filtered, grid.protected) == (True, True)
    bare = made(b"")
    assert (bare.filtered, bare.protected) == (False, False)
