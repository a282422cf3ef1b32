"""Values pasted into a new book, and the day on which a form was handed in."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge.join import layouts as forms
from kakunin_xlsx.merge.join import merge
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.sheets.workbooks import form_workbook
from tests.example import R7, SECOND, layouts, shipped
from tests.hands import Book, read
from tests.people.base import ASKED, adopted, book, codes, filled, merged, table

PLAN = load_plan(SECOND)
DAY_ZERO = date(1899, 12, 30)


def pasted(data: bytes, only: str = "") -> bytes:
    """What Excel makes of 値の貼り付け: no formats, no formulas, no protection, no names."""
    made, empty = Workbook(), 5
    made.remove(made.worksheets[0])
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        if sheet.sheet_state != "visible" or only not in ("", sheet.title):
            continue
        target = made.create_sheet(sheet.title)
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            value = cell.value
            if isinstance(value, datetime | date):
                day = value.date() if isinstance(value, datetime) else value
                value = (day - DAY_ZERO).days
            elif isinstance(value, str) and value.startswith("="):
                value = empty
            if value is not None:
                target[cell.coordinate] = value
                if isinstance(value, str):
                    target[cell.coordinate].data_type = "s"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", [one.respondent for one in ASKED])
def test_values_in_a_new_book_are_read_without_a_finding(name: str) -> None:
    result = merged(pasted(filled(name)))
    assert codes(result) == codes(merged(filled(name)))
    assert {"C03", "C08", "C14", "I05"}.isdisjoint(codes(result))
    assert adopted(result) == table(name)
    (day,) = [each for each in result.answers if each.key == "submitted_on"]
    assert day.understood.startswith("2026-05-")


def _second() -> list[Layout]:
    return [one for one in layouts(PLAN) if one.rows][:2]


@pytest.mark.parametrize("at", [0, 1])
def test_values_of_another_plan_in_a_new_book(at: int) -> None:
    """What is said of an empty form is said of its values too, and nothing more."""
    one = _second()[at]
    data = form_workbook([one], PLAN.style.font)
    found = [
        merge(PLAN, R7, one.identity.round, [read(each, (one,))]) for each in (data, pasted(data))
    ]
    whole, values = ([(f.code, f.place.row, f.place.item) for f in each.findings] for each in found)
    assert sorted(values) == sorted(whole)


def test_the_table_alone_in_a_new_book() -> None:
    result = merged(pasted(filled(), only="確認表"))
    assert adopted(result) == table()
    assert {"C08", "C14", "C03", "I05"}.isdisjoint(codes(result))


def test_a_number_beside_the_count_is_still_named() -> None:
    made = book()
    made.put("F3", 7)
    result = merged(made)
    assert [f.place.cell for f in result.findings if f.code == "C14"] == ["F3"]


def test_a_deadline_that_somebody_moved_is_still_named() -> None:
    for moved in (46_180, "2026-06-07", "令和8年6月7日"):
        made = Book(pasted(filled()))
        made.cover.put("C5", moved)
        assert codes(merged(made)) == ["C08"]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 5, 29), []),
        (date(2026, 3, 31), []),
        (date(2027, 3, 31), []),
        (date(2026, 3, 30), ["C51"]),
        (date(2025, 5, 29), ["C51"]),
        (date(1930, 5, 29), ["C51"]),
        (date(2027, 5, 29), ["C51"]),
        (date(2062, 5, 29), ["C51"]),
        ("令和7年5月29日", ["C51"]),
        ("Ｒ８．５．２９", []),
        ("平成8年5月29日", ["C51"]),
        (46_171, []),
        (45_806, ["C51"]),
        (46, ["C03"]),
        (20260529, []),
        ("5月29日", ["C03"]),
    ],
)
def test_the_day_of_handing_in(day: object, said: list[str]) -> None:
    made = book()
    made.fill(FORM_ROW, "submitted_on", day)
    made.cell(FORM_ROW, "submitted_on").number_format = (
        "yyyy/m/d" if isinstance(day, date) else "General"
    )
    assert codes(merged(made)) == said


def test_the_day_is_asked_of_the_office_too() -> None:
    """A council's form has its day from the minutes."""
    one = forms(shipped(), R7, "naibu")[0]
    made = Book(form_workbook([one], shipped().style.font))
    made.fill(FORM_ROW, "submitted_on", "令和6年7月1日")
    result = merge(shipped(), R7, "naibu", [read(made.data(), (one,))])
    assert "C51" in codes(result)


def test_a_protection_that_was_taken_off_is_said() -> None:
    made = book()
    made.sheet.protection.sheet = False
    assert codes(merged(made)) == ["I05"]
