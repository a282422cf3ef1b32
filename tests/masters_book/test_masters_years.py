"""What changes from a year on, done in the workbook: renamed, merged and split departments."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan import Plan, Status, check_masters, load_masters
from tests.masters_book.desk import Desk
from tests.revised import R7, R8

WHY = "組織改正（架空 花子、2026/4/1）"
FROM_R8 = {book.SINCE: "R8", book.WHY: WHY}
ENDS = {"終了年度": "R7", book.WHY: WHY}
BEGINS = {"開始年度": "R8", book.WHY: WHY}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.set_up(tmp_path)


def imported(desk: Desk) -> tuple[Plan, str]:
    done = desk.load()
    assert done.exit_code == 0, done.output
    masters = load_masters(desk.folder)
    assert check_masters(masters) == ()
    return masters.plan, done.output


def test_a_target_from_a_year_on(desk: Desk) -> None:
    with desk.edit() as hands:
        target = {"行ID": "1-1-1", "年度": "R8"}
        hands.type("targets", target, {"目標文": "周知先を5か所増やす", **FROM_R8})
    plan, told = imported(desk)
    assert plan.at(R8).target["1-1-1", R8].text == "周知先を5か所増やす"
    assert plan.at(R7).target["1-1-1", R8].text == "周知先の開拓及び配架"
    assert plan.status("targets", "1-1-1/R8", "目標文", R8) is Status.REVISED
    assert f"根拠：{WHY}" in told
    assert desk.load().output == "変更なし（台帳はそのままです）。\n"


def test_two_departments_become_one(desk: Desk) -> None:
    shido = {"コード": "shido"}
    with desk.edit() as hands:
        hands.type("departments", shido, {"後継": "gakko-kyoiku", **ENDS})
        hands.type("respondents", shido, ENDS)
    plan, told = imported(desk)
    assert "指導室を学校教育課に統合（令和8年度から）。" in told
    lines = [row.department for row in plan.at(R8).actions]
    assert "shido" not in lines
    assert len(lines) == len(plan.at(R7).actions)
    assert set(desk.changed()) == {"departments.csv", "respondents.csv", "readings.csv"}


def test_a_department_is_split(desk: Desk) -> None:
    new = {"コード": "kyoiku-soudan", "名称": "教育相談課", "略称": "教相"}
    with desk.edit() as hands:
        hands.add("departments", {**new, **BEGINS})
        hands.add("respondents", {**new, "部署": "kyoiku-soudan", **BEGINS})
        hands.type("actions", {"ID": "3-4-1"}, {"部署": "kyoiku-soudan", **FROM_R8})
    plan, told = imported(desk)
    assert [plan.at(y).action["3-4-1"].department for y in (R7, R8)] == ["shido", "kyoiku-soudan"]
    assert "教育相談課" in told


def test_a_row_split_by_hand_needs_no_year_in_its_column(desk: Desk) -> None:
    with desk.edit() as hands:
        old = {"コード": "shido"}
        row = int(hands.at("departments", old, "コード")[1:])
        hands.type("departments", old, {"終了年度": "R7"})
        hands.add("departments", {**old, "名称": "教育指導課", "略称": "指導室", **BEGINS}, row + 1)
    plan, told = imported(desk)
    assert "指導室を教育指導課に改称（令和8年度から）。" in told
    assert plan.status("departments", "shido", "名称", R8) is Status.REVISED


def test_a_line_that_begins_with_its_initiative_and_target(desk: Desk) -> None:
    with desk.edit() as hands:
        tree = {"基本目標": "1", "施策": "1-1", "名称": "新しい取組", "一覧の名称": "新しい取組"}
        row = int(hands.at("initiatives", {"No": "1-1-2"}, "No")[1:])
        hands.add("initiatives", {"No": "1-1-3", **tree, **BEGINS}, row + 1)
        line = {"重点取組": "1-1-3", "部署": "shido", "事業概要": "概要", "取組": "行うこと"}
        hands.add("actions", {"ID": "1-1-3", **line, **BEGINS})
        hands.add("targets", {"行ID": "1-1-3", "年度": "R8", "目標文": "始める", **BEGINS})
    plan, _ = imported(desk)
    now = plan.at(R8)
    assert [row.no for row in now.initiatives_of("1", "1-1")] == ["1-1-1", "1-1-2", "1-1-3"]
    assert now.target["1-1-3", R8].text == "始める"
    assert "1-1-3" not in plan.at(R7).action
