"""What Excel's format cannot hold is said, never dropped."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from kakunin_xlsx.layout import Column
from kakunin_xlsx.plan import Choice
from kakunin_xlsx.sheets.book import BookInfo, CannotWrite, workbook_bytes
from kakunin_xlsx.sheets.page import Cell, Entry, Line, Page, Style
from tests.example import shipped

INFO = BookInfo("試し")


def book(*lines: Line, entries: tuple[Entry, ...] = ()) -> bytes:
    return workbook_bytes([Page("表", (20.0,), lines, entries=entries)], INFO, "BIZ UDゴシック")


def test_a_text_over_excels_limit_is_refused() -> None:
    with pytest.raises(CannotWrite, match=r"表!A1 の文字数がExcelの上限（32,767字）"):
        book(Line({0: Cell("長" * 32_768, Style())}))


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
