"""What a typed answer means, and what is said about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kakunin_xlsx.checks.cells import check_cell, unclear
from kakunin_xlsx.checks.model import Form, Given
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns import CellKind, FormSheet, GridCell
from tests.example import layouts

LAYOUT: Layout = layouts()[0]
FORM = Form(LAYOUT, FormSheet("確認表", LAYOUT.identity), "a.xlsx", "0")
ROW = next(row for row in LAYOUT.rows if row.open)


def given(key: str, typed: str, kind: CellKind = CellKind.TEXT, formula: str = "") -> Given:
    cell = GridCell(20, 10, typed, kind, formula)
    if key in LAYOUT.form_column:
        return Given(FORM, "*", LAYOUT.form_column[key], cell)
    return Given(FORM, ROW.id, LAYOUT.column[key], cell)


def codes(one: Given, unit: str = "") -> list[str]:
    return [finding.code for finding in check_cell(one, unit)]


@pytest.mark.parametrize(
    ("key", "typed", "meant", "said"),
    [
        ("rating", "A", "A", []),
        ("rating", "Ａ", "A", []),
        ("rating", "a", "A", []),
        ("rating", "Ａ　目標どおり", "A", []),
        ("rating", "目標どおり実施", "A", []),
        ("rating", "該当なし", "該当なし", []),
        ("rating", "まあまあ", "", ["F02"]),
        ("direction", "継続", "継続", []),
        ("figure", "3", "3", []),
        ("figure", "３件", "3", []),
        ("figure", "約1,200", "1200", ["I09"]),
        ("figure", "およそ三十人", "30", ["I09"]),
        ("figure", "３０人程度", "30", ["I09"]),
        ("figure", "合計30人", "30", []),
        ("figure", "延べ30人", "30", []),
        ("figure", "△5", "-5", []),
        ("figure", "数回", "", ["C01"]),
        ("result", "=1+1", "=1+1", []),
        ("result", "NA", "NA", []),
        ("result", "http://example.jp/", "http://example.jp/", []),
        ("result", "あ" * 1000, "あ" * 1000, []),
        ("result", "あ" * 1001, "あ" * 1001, ["C04"]),
        ("submitted_on", "2026-05-20", "2026-05-20", []),
        ("submitted_on", "令和8年5月20日", "2026-05-20", []),
        ("submitted_on", "5月中", "", ["C03"]),
        ("approved", "確認済", "確認済", []),
        ("approved", "はい", "", ["F02"]),
        ("turn", "最新", "", []),  # TURN_UNCLEAR says it
    ],
)
def test_what_was_meant(key: str, typed: str, meant: str, said: list[str]) -> None:
    one = given(key, typed)
    assert (one.understood, codes(one)) == (meant, said)


@pytest.mark.parametrize(
    ("typed", "unit", "said"),
    [
        ("3", "件", []),
        ("３件", "件", []),
        ("３人", "件", ["C02"]),
        ("50%", "％", []),
        ("３人", "", []),
        ("数件", "件", ["C01"]),
    ],
)
def test_units(typed: str, unit: str, said: list[str]) -> None:
    assert codes(given("figure", typed), unit) == said


@pytest.mark.parametrize(
    ("kind", "typed", "meant", "said"),
    [
        (CellKind.NUMBER, "17", "17", ["C07"]),
        (CellKind.NO_VALUE, "=12+5", "", ["F07"]),
        (CellKind.ERROR, "#REF!", "", ["F08"]),
    ],
)
def test_formulas(kind: CellKind, typed: str, meant: str, said: list[str]) -> None:
    one = given("figure", typed, kind, "=12+5")
    assert (one.understood, codes(one)) == (meant, said)
    assert (given("result", typed, kind, "=12+5").understood or "") == meant


def test_words_name_the_row_and_the_choices() -> None:
    (finding,) = unclear(given("direction", "さあ"), "")
    assert ROW.initiative in finding.words
    assert "拡充、継続、改善、縮小、終了" in finding.remedy
    assert finding.place.cell == "J20"


def test_an_office_value_stands_in_no_sheet() -> None:
    office = replace(
        given("figure", "数件"), form=replace(FORM, file="決定.csv"), cell=GridCell(0, 0, "数件")
    )
    (finding,) = check_cell(office, "")
    assert finding.place.cell == ""
