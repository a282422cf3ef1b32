"""The second plan: two levels, other words, scale, columns and years, numbers for targets."""

from pathlib import Path

import pytest

from kakunin_xlsx.plan import (
    FieldType,
    FiscalYear,
    Masters,
    check_masters,
    load_masters,
)

SECOND = Path(__file__).parents[1] / "plans" / "second"
R7, R8 = FiscalYear(2025), FiscalYear(2026)


@pytest.fixture(scope="module")
def masters() -> Masters:
    return load_masters(SECOND)


def test_loads_without_measures_and_source(masters: Masters) -> None:
    assert masters.source is None
    assert check_masters(masters) == ()


def test_initiatives_hang_on_goals(masters: Masters) -> None:
    assert [row.no for row in masters.plan.initiatives_of("A")] == ["A1", "A2", "A3", "A4", "A5"]
    assert masters.plan.words.measure == ""


def test_a_line_passes_to_another_department(masters: Masters) -> None:
    lines = [masters.plan.at(year).action["A1-2"].department for year in (R7, R8)]
    assert lines == ["kenko", "kodomo-katei"]


def test_targets_are_numbers_with_units(masters: Masters) -> None:
    targets = masters.plan.target
    assert (targets["A1-3", R7].figure, targets["A1-3", R7].unit) == (1200.0, "冊")
    assert targets["A2-1", R8].figure == 12.5
    assert (targets["B1-1", R7].text, targets["B1-1", R7].figure) == ("収集の方針を定める", None)


def test_scale_and_columns_are_its_own(masters: Masters) -> None:
    plan = masters.plan
    assert [row.value for row in plan.scale("mark")] == ["◎", "○", "△", "×"]
    columns = [row for row in plan.fields_of("jisseki", R7) if row.round == "jisseki"]
    assert [row.key for row in columns] == ["grade", "achieved", "story", "checked_on"]
    assert [row.type for row in columns] == [
        FieldType.CHOICE,
        FieldType.NUMBER,
        FieldType.TEXT,
        FieldType.DATE,
    ]
    assert [row.key for row in plan.fields_of("jisseki", R8)][-1] == "outlook"


def test_a_council_is_asked_by_its_code(masters: Masters) -> None:
    asked = masters.plan.respondents_of(masters.plan.round["kyogi"])
    assert [row.name for row in asked] == ["架空市図書館協議会"]
