"""A plan of many departments: nothing on the papers is larger than Excel or paper allows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.national import masters
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import R7, shipped
from tests.report.records import pages_of

_TALLEST = 409.5  # points of a row in Excel


def sheets(tmp_path: Path, departments: int) -> dict[str, Page]:
    plan = load_plan(masters(tmp_path / "masters", departments))
    return {page.name: page for page in pages_of(YearView.of(plan, R7, Record()))}


def test_many_departments_are_named_where_columns_would_not_be_legible(tmp_path: Path) -> None:
    page = sheets(tmp_path, 42)["関連事業と担当課"]
    assert [cell.value for _, cell in sorted(page.lines[1].cells.items())] == [
        "No",
        "重点取組",
        "担当課",
        "冊子の頁",
    ]
    named = {str(line.cells[2].value) for line in page.lines[2:] if 2 in line.cells}
    assert {f"m{town:04}-{at}課" for town in range(1, 8) for at in range(1, 7)} == named


def test_a_few_departments_are_columns_with_marks() -> None:
    page = next(
        page
        for page in pages_of(YearView.of(shipped(), R7, Record()))
        if page.name == "関連事業と担当課"
    )
    heads = [cell.value for cell in page.lines[1].cells.values()]
    assert {each.name for each in shipped().departments} <= set(heads)
    assert any(cell.value == "●" for line in page.lines for cell in line.cells.values())


def test_a_name_in_latin_letters_is_turned_not_stacked() -> None:
    plan = shipped()
    first, *rest = plan.departments
    plan = replace(plan, departments=(replace(first, name="Community Safety"), *rest))
    pages = {page.name: page for page in pages_of(YearView.of(plan, R7, Record()))}
    heads = pages["関連事業と担当課"].lines[1]
    upright = {cell.value: cell.style.upright for cell in heads.cells.values()}
    assert (upright["Community Safety"], upright[rest[0].name]) == ("turned", "stacked")
    assert (heads.height or 0) < 120


@pytest.mark.parametrize("departments", [60, 120])
def test_no_row_is_taller_than_excel_allows(tmp_path: Path, departments: int) -> None:
    pages = sheets(tmp_path, departments)
    heights = [line.height or 0 for page in pages.values() for line in page.lines]
    assert max(heights) <= _TALLEST
    summary = pages["評価集計"]
    assert len(summary.charts) == 1
    told = " ".join(str(c.value) for line in summary.lines for c in line.cells.values())
    assert all(f"m0001-{at}課" in told for at in range(1, 7))
