"""回答データ: what the government's rules for machine-readable tables ask, cell by cell."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd

from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.report.flat import (
    COMPARED_COLUMNS,
    CONFIRM_COLUMNS,
    MISSING_COLUMNS,
    SOURCE_COLUMNS,
    flat_workbook,
)
from kakunin_xlsx.report.tidy import (
    ACTION_COLUMNS,
    ANSWER_COLUMNS,
)
from kakunin_xlsx.report.view import YearView
from tests.example import R7, SECOND, shipped
from tests.report.records import record, varied
from tests.report.secret_year import whole_year
from tests.tools.ooxml import OoxmlValidator

ANSWERS = record(shipped(), R7, varied)


def flat() -> bytes:
    return flat_workbook(YearView.of(shipped(), R7, ANSWERS))


def test_one_heading_row_no_merged_cell_no_decoration() -> None:
    book = openpyxl.load_workbook(io.BytesIO(flat()))
    assert book.sheetnames == ["回答", "取組", "要確認", "未回収", "評価の比較", "出典", "列の説明"]
    for sheet in book:
        assert not sheet.merged_cells.ranges
        headings = [cell.value for cell in sheet[1]]
        assert len(set(headings)) == len(headings)
        assert None not in headings
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.fill.fill_type is None
                assert cell.border.left.style is None
                assert not cell.hyperlink
                assert isinstance(cell.value, str | int | float | datetime | None)
    with zipfile.ZipFile(io.BytesIO(flat())) as archive:
        assert not [name for name in archive.namelist() if "drawing" in name or "chart" in name]


def test_every_column_is_described() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(flat()))["列の説明"]
    told = [row[:2] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert told == [
        *(("回答", each.name) for each in ANSWER_COLUMNS),
        *(("取組", each.name) for each in ACTION_COLUMNS),
        *(("要確認", each.name) for each in CONFIRM_COLUMNS),
        *(("未回収", each.name) for each in MISSING_COLUMNS),
        *(("評価の比較", each.name) for each in COMPARED_COLUMNS),
        *(("出典", each.name) for each in SOURCE_COLUMNS),
    ]


def test_rows_are_the_answers_and_numbers_are_numbers() -> None:
    table = pd.read_excel(
        io.BytesIO(flat()), engine="openpyxl", sheet_name="回答", keep_default_na=False
    )
    assert list(table["値"]) == [answer.value for answer in ANSWERS.answers]
    numbers = table[table["型"] == "数値"]
    assert {type(value) for value in numbers["数値"]} <= {int, float}
    assert [float(a.understood) for a in ANSWERS.answers if a.key == "figure"] == list(
        map(float, numbers["数値"])
    )
    assert set(table["西暦年度"]) == {2025}


def test_later_rounds_stand_in_the_same_table() -> None:
    data = flat_workbook(YearView.of(shipped(), R7, whole_year()))
    table = pd.read_excel(
        io.BytesIO(data), engine="openpyxl", sheet_name="回答", keep_default_na=False, dtype=str
    )
    # 最終確認 asks of rows only what is to be corrected.
    assert list(dict.fromkeys(table["照会コード"])) == ["jisseki", "naibu", "iinkai", "taio"]
    kinds = dict(
        zip(zip(table["照会コード"], table["行ID"], strict=True), table["行の種類"], strict=True)
    )
    assert kinds["iinkai", "全体"] == "計画"
    assert kinds["iinkai", "2"] == "基本目標"
    assert kinds["iinkai", "意見1"] == "意見"
    assert kinds["naibu", "3-4-1"] == "重点取組"
    replies = table[table["照会コード"] == "taio"]
    assert set(replies["もとの意見"]) == {"警察との連携を具体的に。"}
    assert set(replies["重点取組No"]) == {"3-4-1"}
    goal = table[(table["照会コード"] == "iinkai") & (table["行ID"] == "2")]
    assert list(goal["基本目標No"]) == ["2"]
    numbered = table[table["行ID"] == "意見1"]
    assert set(numbered["重点取組No"]) == {"5-3-1"}
    whole = table[table["行ID"] == "全体"]
    assert set(whole["基本目標No"]) == {""}


def test_dates_are_dates() -> None:
    plan = load_plan(SECOND)
    data = flat_workbook(YearView.of(plan, R7, record(plan, R7, varied)))
    table = pd.read_excel(io.BytesIO(data), engine="openpyxl", sheet_name="回答")
    days = table.loc[table["型"] == "日付", "日付"]
    assert len(days)
    assert {str(day.date()) for day in days} == {"2026-04-10"}


def test_the_validator_has_no_error(tmp_path: Path, ooxml_validator: OoxmlValidator) -> None:
    path = tmp_path / "flat.xlsx"
    path.write_bytes(flat())
    assert ooxml_validator.errors(path) == []
