"""Sums of money find room whatever they come to, and numbers are printed so that they can be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import Choice, Role
from kakunin_xlsx.report import summary
from kakunin_xlsx.report.counting import Tally, in_brief, stacked_bars
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import R7
from tests.report.records import pages_of, record
from tests.report.test_figures import numbers

NARROW_DIGIT = 1.0  # half-width characters


def spent(amount: str) -> dict[str, Page]:
    def typed(_number: int, _row: Row, column: Column) -> str:
        return amount if column.role is Role.COST else ""

    plan = numbers()
    view = YearView.of(plan, R7, record(plan, R7, typed))
    return {page.name: page for page in pages_of(view)}


@pytest.mark.parametrize("amount", ["5", "123456789012", "-98765432109.25", "0.4"])
def test_every_sum_finds_room_in_its_columns(amount: str) -> None:
    page = spent(amount)[summary.SHEET_NAME]
    sums = []
    for line in page.lines:
        for col, cell in line.cells.items():
            if isinstance(cell.value, int | float) and "0" in cell.style.number:
                decimals = len(cell.style.number.partition(".")[2].rstrip("%"))
                wide = sum(page.widths[col : col + cell.across])
                assert len(f"{cell.value:,.{decimals}f}") * NARROW_DIGIT + 1 <= wide, cell
                sums.append(float(cell.value))
    asked = len([row for row in record_rows() if row.open])
    assert pytest.approx(float(amount) * asked) in sums


def record_rows() -> list[Row]:
    plan = numbers()
    view = YearView.of(plan, R7, record(plan, R7, lambda *_: ""))
    return [row for row in view.asked if row.open]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1234567", "1,234,567"),
        ("-2000000", "-2,000,000"),
        ("9999", "9999"),
        ("約120万", "約120万"),
        ("12.5", "12.5"),
    ],
)
def test_long_numbers_have_commas(typed: str, shown: str) -> None:
    words = [cell.text for line in spent(typed)["基本目標1"].lines for cell in line.cells.values()]
    assert any(f"決算額（千円）：{shown}" in text for text in words)
    assert not any("千円千円" in text for text in words)


def test_values_that_are_digits_are_told_from_how_many_there_are() -> None:
    choices = tuple(Choice("rating", value, "", "", True, False) for value in ("5", "A"))
    one = Tally("全体", Counter({"5": 12, "A": 3}))
    assert in_brief(choices, one) == "5：12、A3"
    bars = stacked_bars("題", choices, [one], one, (0, 0, 1), (3, 0), (300, 200))
    assert [each.labels for each in bars.series[:2]] == [("5：12",), ("A3",)]


def test_a_year_whose_target_is_words_counts_in_the_unit_of_the_others() -> None:
    plan = numbers()
    words = [
        replace(t, text="維持", figure=None, unit="") if (t.action, t.year) == ("2-1-1", R7) else t
        for t in plan.targets
    ]
    changed = replace(plan, targets=tuple(words))
    assert plan.counted("2-1-1", R7) == changed.counted("2-1-1", R7) == "ｇ"
    mixed = [replace(t, unit="kg") if t.year == R7.next else t for t in words]
    assert replace(plan, targets=tuple(mixed)).counted("2-1-1", R7) == ""
