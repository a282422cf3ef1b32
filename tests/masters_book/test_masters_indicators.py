"""指標 in 台帳.xlsx: a row an indicator, its targets on one row of 取組目標, changes from a year on."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan import Direction, load_plan
from tests.example import KANKYO, NUMBERS, R7
from tests.masters_book.desk import Desk, Hands

WHY = "令和8年の県民会議"
R6, R8 = R7.previous, R7.next


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.set_up(tmp_path, KANKYO)


def test_the_targets_of_an_indicator_stand_on_one_row(desk: Desk) -> None:
    page = Hands(desk.path).sheet("targets")
    heads = [cell.value for cell in page[3]]
    rows = [dict(zip(heads, line, strict=True)) for line in page.iter_rows(4, values_only=True)]
    (own,) = [row for row in rows if row["行ID"] == "2-1-1ア"]
    assert (own["R6 目標値"], own["R15 目標値"], own["単位"]) == ("920", "812", None)
    (last_only,) = [row for row in rows if row["行ID"] == "1-1-3ア"]
    assert {h for h, v in last_only.items() if v} == {"行ID", "R15 目標値"}
    names = Hands(desk.path).sheet("indicators")["A"]
    assert [cell.value for cell in names][3:5] == ["1-1-1ア", "1-1-1イ"]


def test_without_indicators_the_ids_to_choose_from_are_those_of_lines_as_they_grow(
    tmp_path: Path,
) -> None:
    def listed(masters: Path) -> str:
        path = Desk.set_up(tmp_path / masters.name, masters).path
        page = Hands(path).sheet("targets")
        found = page.data_validations.dataValidation
        return next(str(each.formula1) for each in found if str(each.sqref).startswith("A4:"))

    assert "COUNTA('取組（actions）'!$A$4:$A$5000)" in listed(NUMBERS)
    assert listed(KANKYO).startswith("選択肢!")


def test_an_indicator_may_be_added_from_a_year_on(desk: Desk) -> None:
    with desk.edit() as hands:
        own = {"ID": "2-1-2イ", "行ID": "2-1-2", "指標": "立入助言の件数", "単位": "件"}
        begins = {"開始年度": "R8", book.WHY: WHY}
        hands.add("indicators", {**own, "向き": "多いほどよい", **begins})
        row = hands.sheet("targets").max_row + 1
        for year, aim in (("R8", 12), ("R9", "14")):
            cells = {"行ID": "2-1-2イ", "年度": year, "目標値": aim}
            hands.add("targets", cells, row if year == "R8" else 0)
    done = desk.load()
    assert done.exit_code == 0, done.output
    plan = load_plan(desk.folder)
    assert [each.id for each in plan.at(R7).indicators_of("2-1-2")] == ["2-1-2ア"]
    assert [each.id for each in plan.at(R8).indicators_of("2-1-2")] == ["2-1-2ア", "2-1-2イ"]
    assert plan.at(R8).target["2-1-2イ", R8].aim == "12件"
    assert {"indicators.csv", "targets.csv"} <= desk.changed().keys()


def test_its_direction_is_put_right_and_its_end_is_told(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type("indicators", {"ID": "1-1-2ウ"}, {"向き": "多いほどよい"})
        hands.type("indicators", {"ID": "5-1-2イ"}, {"終了年度": "R7"})
    done = desk.load()
    assert done.exit_code == 0, done.output
    plan = load_plan(desk.folder)
    assert plan.at(R7).target["1-1-2ウ", R7].direction is Direction.MORE
    assert [each.id for each in plan.at(R8).indicators_of("5-1-2")] == ["5-1-2ア"]
    assert "指標「講座に満足した人の割合」" in done.output


def test_a_target_that_is_revised_holds_from_its_year_on(desk: Desk) -> None:
    with desk.edit() as hands:
        key = {"行ID": "2-1-1ア", "年度": "R8"}
        hands.type("targets", key, {"目標値": "880"})
        hands.type("targets", {"行ID": "2-1-1ア"}, {book.SINCE: "R8", book.WHY: WHY})
    done = desk.load()
    assert done.exit_code == 0, done.output
    plan = load_plan(desk.folder)
    seen = [plan.at(year).target["2-1-1ア", R8].figure for year in (R7, R8)]
    assert seen == [896, 880]
    assert plan.at(R8).target["2-1-1ア", R8].terms[0] == "少ないほどよい"


def test_a_row_for_an_unknown_line_is_told_where_it_stands(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.add("indicators", {"ID": "9-9-9ア", "行ID": "9-9-9", "指標": "知らない数"})
    refused = desk.load()
    assert refused.exit_code == 3
    assert "指標（indicators）!B64" in refused.output
    assert "「9-9-9」がありません" in refused.output
