"""The days on which a city hall is closed, against what was announced for ten years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kakunin_xlsx.plan.holidays import closed, holidays, open_before

# 内閣府's list, days other than the fixed ones: equinoxes, Mondays, and what follows from them.
ANNOUNCED = {
    2022: "1-10 3-21 7-18 9-19 9-23 10-10",
    2023: "1-2 1-9 3-21 7-17 9-18 9-23 10-9",
    2024: "1-8 2-12 3-20 5-6 7-15 8-12 9-16 9-22 9-23 10-14 11-4",
    2025: "1-13 2-24 3-20 5-6 7-21 9-15 9-23 10-13 11-24",
    2026: "1-12 3-20 5-6 7-20 9-21 9-22 9-23 10-12",
    2027: "1-11 3-21 3-22 7-19 9-20 9-23 10-11",
}
FIXED = "1-1 2-11 2-23 4-29 5-3 5-4 5-5 8-11 11-3 11-23"


@pytest.mark.parametrize("year", ANNOUNCED)
def test_as_announced(year: int) -> None:
    expected = {
        date(year, *map(int, day.split("-"))) for day in f"{FIXED} {ANNOUNCED[year]}".split()
    }
    assert set(holidays(year)) == expected


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-05-31", "日曜日"),
        ("2026-06-06", "土曜日"),
        ("2026-05-05", "こどもの日"),
        ("2026-05-06", "振替休日"),
        ("2026-09-22", "国民の休日"),
        ("2027-03-22", "振替休日"),
        ("2026-12-29", "年末年始の閉庁日"),
        ("2027-01-04", ""),
        ("2026-06-01", ""),
        ("2032-09-21", "国民の休日"),
        ("2044-03-20", "春分の日"),
    ],
)
def test_why_it_is_closed(day: str, why: str) -> None:
    assert closed(date.fromisoformat(day)) == why


def test_the_day_before_is_open() -> None:
    assert open_before(date(2026, 5, 6)) == date(2026, 5, 1)
    assert open_before(date(2027, 1, 1)) == date(2026, 12, 28)
    days = (date(2020, 1, 1) + timedelta(at) for at in range(365 * 40))
    assert all(not closed(open_before(day)) for day in days)
