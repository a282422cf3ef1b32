"""Levels and people of a plan that do not fit together are told where they stand."""

import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.plan import MastersBroken, RowKind, describe, load_plan, plan_changes
from tests.example import JIMU, R7, SHOGAI
from tests.plan.test_plan_broken import write_cell


def said(folder: Path) -> list[str]:
    with pytest.raises(MastersBroken) as broken:
        load_plan(folder)
    assert all(problem.todo.endswith(("。", "1")) for problem in broken.value.problems)
    return [f"{problem.place}：{problem.wrong}" for problem in broken.value.problems]


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "wrong"),
    [
        ("measures.csv", "1-1-1", "上の施策", "2-1", "別の基本目標「2」のものです"),
        ("measures.csv", "1-1", "上の施策", "1-1-1", "上の施策をたどると、「1-1」に戻ります"),
        ("measures.csv", "1-1-1", "上の施策", "9-9", "「9-9」がありません"),
        ("measures.csv", "2-2-2", "No", "2", "「2」は、基本目標の番号でもあります"),
        ("actions.csv", "g1", "関係課", "fukushi、seisaku", "主管課の「seisaku」が、関係課にも"),
        ("actions.csv", "g1", "関係課", "fukushi、nobody", "「nobody」がありません"),
    ],
)
def test_what_does_not_fit(
    tmp_path: Path, file: str, row: str, column: str, value: str, wrong: str
) -> None:
    folder = Path(shutil.copytree(SHOGAI, tmp_path / "plan"))
    write_cell(folder, file, row, column, value)
    assert any(f"「{column}」" in each and wrong in each for each in said(folder))


def test_a_judge_of_no_department_that_there_is(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(JIMU, tmp_path / "plan"))
    write_cell(folder, "respondents.csv", "b-fukushi", "評価する部署", "kosodate、nobody")
    (told,) = said(folder)
    assert "「評価する部署」：「nobody」がありません" in told


def test_who_judges_some_departments_is_asked_where_their_lines_are() -> None:
    plan = load_plan(JIMU).at(R7)
    head = plan.respondent["b-fukushi"]
    lines = {a.id for a in plan.actions if plan.is_asked(head, RowKind.ACTION, a.id)}
    assert lines == {"101", "102", "111", "112"}
    assert [g.no for g in plan.goals if plan.is_asked(head, RowKind.GOAL, g.no)] == ["2"]
    assert not plan.is_asked(head, RowKind.PLAN, "全体")
    assert plan.is_asked(plan.respondent["m1"], RowKind.GOAL, "1")


def test_they_follow_their_departments(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(JIMU, tmp_path / "plan"))
    write_cell(folder, "departments.csv", "korei", "終了年度", "R6")
    write_cell(folder, "departments.csv", "korei", "後継", "kosodate")
    plan = load_plan(folder)
    assert plan.at(R7).respondent["b-fukushi"].judges == ("kosodate",)
    assert plan.respondent["b-fukushi"].judges == ("kosodate", "korei")


def test_what_changed_is_told_with_names(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHOGAI, tmp_path / "plan"))
    write_cell(folder, "actions.csv", "g1", "関係課", "fukushi、gakumu")
    old, new = load_plan(SHOGAI), load_plan(folder)
    (told,) = describe(plan_changes(old, new), old, new)
    assert "「障害者福祉課、保健予防課」から「障害者福祉課、学務課」に改めた" in told.words
