"""課 are typed once, by name: codes and 回答元 follow; what is nearly a known name is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.plan import load_plan
from tests.example import MASTERS, SECOND
from tests.masters_book.desk import Desk

LINE = {"ID": "A1-1"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.set_up(tmp_path, SECOND)


def test_a_department_named_in_a_line_gets_a_code_and_is_asked(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type("actions", LINE, {"部署": "環境衛生課"})
        place = hands.at("actions", LINE, "部署")
    done = desk.load()
    assert done.exit_code == 0, done.output
    assert (
        f"主な事業（actions）!{place}：「環境衛生課」を部署に加えました（コード dept-01）。"
        in done.output
    )
    assert "「環境衛生課」を回答元に加えました。" in done.output
    plan = load_plan(desk.folder)
    assert plan.action["A1-1"].department == "dept-01"
    assert plan.department["dept-01"].name == "環境衛生課"
    assert plan.respondent["dept-01"].department == "dept-01"


def test_several_lines_make_one_department(desk: Desk) -> None:
    with desk.edit() as hands:
        for line in ("A1-1", "A1-2"):
            hands.type("actions", {"ID": line}, {"部署": "環境衛生課"})
    assert desk.load().exit_code == 0
    plan = load_plan(desk.folder)
    assert [each.code for each in plan.departments if each.name == "環境衛生課"] == ["dept-01"]


@pytest.mark.parametrize("typed", ["中央図書", "中央図書館 ", "中 央図書館", "中央図書觀"])
def test_what_is_nearly_a_known_name_is_asked(desk: Desk, typed: str) -> None:
    before = load_plan(desk.folder)
    with desk.edit() as hands:
        hands.type("actions", LINE, {"部署": typed})
    done = desk.load()
    if typed.strip() == "中央図書館":  # a blank behind it says nothing
        assert done.exit_code == 0, done.output
    else:
        assert done.exit_code == 3, done.output
        assert f"「{typed}」という課は、部署にありません。もしかして：中央図書館。" in done.output
    assert load_plan(desk.folder) == before


def test_a_code_typed_with_the_name_alone(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.add("departments", {"名称": "第二図書館"})
        hands.type("actions", LINE, {"部署": "第二図書館"})
    done = desk.load()
    assert done.exit_code == 0, done.output
    plan = load_plan(desk.folder)
    assert plan.action["A1-1"].department == "dept-01"
    assert "dept-01" in plan.respondent


def test_related_departments_are_named_as_well(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type("actions", LINE, {"関係課": "子育て応援課、環境衛生課"})
    done = desk.load()
    assert done.exit_code == 0, done.output
    plan = load_plan(desk.folder)
    names = [plan.department[code].name for code in plan.action["A1-1"].related]
    assert names == ["子育て応援課", "環境衛生課"]
    assert "dept-01" not in plan.respondent  # nothing is asked of it
    assert desk.load().exit_code == 0  # once more


def test_a_reason_goes_with_it_where_the_booklet_is_compared(tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path, MASTERS)
    with desk.edit() as hands:
        why = {"直した理由": "組織改正（鈴木、2026/4/1）", "いつから": "R8"}
        hands.type("actions", {"ID": "1-1-1"}, {"部署": "地域安全課", **why})
    done = desk.load()
    assert done.exit_code == 0, done.output
    checked = CliRunner().invoke(app, ["masters", "check", "--plan", str(desk.folder)])
    assert checked.exit_code == 0, checked.output
