"""What Excel's format cannot hold is said, never dropped."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace

import openpyxl
import pytest

from kakunin_xlsx.layout import Column
from kakunin_xlsx.plan import Choice
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.entries import CannotWrite
from kakunin_xlsx.sheets.page import Cell, Entry, Line, Page, Style
from tests.example import shipped

INFO = BookInfo("試し")


def book(*lines: Line, entries: tuple[Entry, ...] = ()) -> bytes:
    return workbook_bytes([Page("表", (20.0,), lines, entries=entries)], INFO, "BIZ UDゴシック")


def test_a_text_over_excels_limit_is_refused() -> None:
    with pytest.raises(CannotWrite, match=r"表!A1 の文字数がExcelの上限（32,767字）"):
        book(Line({0: Cell("長" * 32_768, Style())}))


@dataclass
class Long(Sequence[Line]):
    """As many empty lines as it is said to have; nobody may look at one."""

    lines: int

    def __len__(self) -> int:
        return self.lines

    def __getitem__(self, at: object) -> Line:  # type: ignore[override]
        raise AssertionError(f"line {at} was asked for")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            Page("回答", (20.0,), Long(1_048_577)),
            "シート「回答」が1,048,577行になり、.*1,048,576行",
        ),
        (Page("回答", (3.0,) * 16_385, ()), "シート「回答」が16,385列になり、.*16,384列"),
    ],
)
def test_a_sheet_larger_than_excels_is_refused_before_a_line_is_written(
    page: Page, words: str
) -> None:
    first = Page("表", (20.0,), Long(5))
    with pytest.raises(CannotWrite, match=words) as refused:
        workbook_bytes([first, page], INFO, "BIZ UDゴシック")
    assert "計画に分け" in str(refused.value)


def test_a_sheet_as_wide_as_excels_is_written() -> None:
    data = workbook_bytes([Page("表", (3.0,) * 16_384, ())], INFO, "BIZ UDゴシック")
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["表"]


def test_more_links_than_excel_follows_stand_there_as_text() -> None:
    linked = Line({0: Cell("1-1-1", Style(), link="'表'!A1")})
    data = book(*[linked] * 65_532)
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<hyperlink ") == 65_530
    assert sheet.count("<c ") == 65_532


def test_a_long_list_of_choices_stands_on_a_hidden_sheet() -> None:
    field = next(field for field in shipped().fields if field.key == "rating")
    choices = tuple(
        Choice("x", f"選択肢の{number}番", "", "", False, False) for number in range(60)
    )
    column = replace(Column("rating", "評価", 10, field=field), choices=choices)
    data = book(Line({0: Cell(None, Style())}), entries=(Entry(column, 0, ((0, 0),)),))
    opened = openpyxl.load_workbook(io.BytesIO(data))
    rule = opened["表"].data_validations.dataValidation[0]
    assert rule.formula1 == "選択肢!$A$1:$A$60"
    assert opened["選択肢"].sheet_state == "veryHidden"
    assert [opened["選択肢"].cell(row, 1).value for row in (1, 60)] == [
        "選択肢の0番",
        "選択肢の59番",
    ]
