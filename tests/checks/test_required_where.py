"""必須 that depends on another choice of the row: count, colour, check, 修正依頼 and 回収状況 agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kakunin_xlsx.feedback import corrections
from kakunin_xlsx.plan.rounds import Required
from tests.people.base import NEXT, ONE, ROW, book, merged

REASON = ONE.column["reason"]


def test_the_masters_say_where() -> None:
    assert REASON.required == Required("rating", ("C", "D", "該当なし", "対象外"))
    assert ONE.form_marks(REASON) == ("C・D・該当なし・対象外は必須",)
    assert REASON not in {column for _, column in ONE.required_cells}


@pytest.mark.parametrize(
    ("width", "above"),
    [
        (30, "C・D・該当なし・対象外は必須"),
        (25, "C・D・該当なしほかは必須"),
        (18, "C・Dほかは必須"),
        (10, "条件により必須"),
    ],
)
def test_of_a_long_condition_no_more_is_said_than_finds_room(width: int, above: str) -> None:
    """All of it stands in the column's help; whichever stood there is no text of the department."""
    assert ONE.form_marks(replace(REASON, width=width)) == (above,)
    assert above in {*ONE.words()}


@pytest.mark.parametrize(
    ("rating", "asked"),
    [
        ("A 目標どおり実施", False),
        ("Ｃ", True),
        ("D 未実施", True),
        ("対象外", True),
        ("？", False),
    ],
)
def test_the_check_follows_the_rating(rating: str, asked: bool) -> None:
    sheet = book().fill(ROW, "rating", rating).fill(ROW, "reason", None)
    result = merged(sheet)
    empty = [(f.place.row, f.place.key) for f in result.findings if f.code == "F01"]
    assert empty == ([(ROW, "reason")] if asked else [])
    (line,) = [each for each in result.progress if each.name == "指導室"]
    assert line.required == 9 + asked
    if asked:
        (request,) = corrections(result)
        assert (ROW, "reason") in {request.cell_of(f) for f in request.findings}


def test_nothing_of_its_own_is_no_reason_for_a_poor_rating() -> None:
    for rating, found in (("B", []), ("C", ["C28"])):
        sheet = book().fill(NEXT, "rating", rating).fill(NEXT, "reason", "特になし")
        assert [f.code for f in merged(sheet).findings if f.code == "C28"] == found


def test_the_live_count_and_the_colour_follow_it() -> None:
    sheet = book()
    table: Any = sheet.sheet
    (count,) = [c.value for row in table.iter_rows() for c in row if c.data_type == "f"]
    col = sheet.at(ROW, "rating").rstrip("0123456789")
    assert count.count('"=') == 2 * 4  # each value, short and with its name
    assert '"=C *"' in count
    rules = [rule for each in table.conditional_formatting for rule in each.rules]
    assert any(f"LEFT(TRIM(${col}" in formula for rule in rules for formula in rule.formula)
    first: Any = sheet.cover.sheet
    (both,) = [c.value for row in first.iter_rows() for c in row if c.data_type == "f"]
    assert "'確認表'!" in both
