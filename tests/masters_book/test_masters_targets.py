"""目標 on one row a line, and 課 by name: what stands in the CSV comes back, what is typed fits."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import pytest

from kakunin_xlsx.masters_book.contents import BookRow
from kakunin_xlsx.masters_book.headings import codes, names
from kakunin_xlsx.masters_book.targets import long, wide
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.plan.texts import TextRow, row_digest, row_id
from kakunin_xlsx.plan.tree import TARGETS
from tests.example import MASTERS, NUMBERS, SECOND
from tests.masters_book.desk import Desk

Target = tuple[str, ...]  # as in targets.csv; what is left out is empty


def cells(target: Target) -> dict[str, str]:
    return dict(zip_longest(TARGETS.headers, target, fillvalue=""))


CASES: dict[str, list[Target]] = {
    "words": [("1", "R7", "実施", "", "", "", ""), ("1", "R8", "実施", "", "", "", "")],
    "numbers": [("1", "R7", "", "48", "回", "", ""), ("1", "R8", "", "52", "回", "", "")],
    "both": [("1", "R7", "全て", "100", "％", "", ""), ("1", "R8", "全て", "", "", "", "")],
    "two units": [("1", "R7", "", "4", "回", "", ""), ("1", "R8", "", "9", "人", "", "")],
    "a unit lacks": [("1", "R7", "", "4", "回", "", ""), ("1", "R8", "", "9", "", "", "")],
    "a unit of words": [("1", "R7", "実施", "", "回", "", ""), ("1", "R8", "", "4", "回", "", "")],
    "less is better": [
        ("1", "R7", "", "900", "g", "", "", "少ないほどよい", "", "940", "H30"),
        ("1", "R8", "", "880", "g", "", "", "少ないほどよい", "", "940", "H30"),
        ("2", "R7", "実施", "", "", "", ""),
        ("2", "R8", "", "", "", "", ""),
    ],
    "a range by year": [
        ("1", "R7", "", "5", "回", "", "", "範囲", "8", "", ""),
        ("1", "R8", "", "5", "回", "", "", "範囲", "9", "", ""),
    ],
    "a direction of nothing": [
        ("1", "R7", "", "", "", "", "", "少ないほどよい", "", "", ""),
        ("1", "R8", "", "5", "回", "", "", "少ないほどよい", "", "", ""),
    ],
    "blank": [("1", "R7", "", "", "", "", ""), ("1", "R8", "実施", "", "", "", "")],
    "all blank": [("1", "R7", "", "", "", "", ""), ("1", "R8", "", "", "", "", "")],
    "one year": [("1", "R8", "実施", "", "", "", ""), ("2", "R7", "準備", "", "", "", "")],
    "revised": [
        ("1", "R7", "甲", "", "", "", ""),
        ("1", "R8", "甲", "", "", "", "R7"),
        ("1", "R8", "乙", "", "", "R8", ""),
    ],
    "revised from blank": [
        ("1", "R7", "", "", "", "", "R7"),
        ("1", "R7", "乙", "", "", "R8", ""),
        ("1", "R8", "丙", "", "", "", ""),
    ],
}


@pytest.mark.parametrize("case", CASES)
def test_every_table_comes_back(case: str) -> None:
    rows = [cells(each) for each in CASES[case]]
    shown = wide([BookRow(each) for each in rows], ["R7", "R8"])
    assert shown
    assert len(shown.rows) == len({(row["行ID"], row["開始年度"], row["終了年度"]) for row in rows})
    at = {heading: f"目標!{number}" for number, heading in enumerate(shown.headings)}
    typed = [
        TextRow({h: row.cells.get(h, "") for h in shown.headings}, 4, at) for row in shown.rows
    ]
    base = {row_id(TARGETS, row): row_digest(row) for row in rows}
    found = [{h: one.said(h) for h in TARGETS.headers} for one in long(typed, base, ())]
    assert sorted(found, key=str) == sorted(rows, key=str)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("1", "", "実施", "", "", "", "")],
        [("1", "R7", "実施", "", "", "", ""), ("1", "R7", "実施", "", "", "", "")],
    ],
)
def test_what_has_no_year_of_its_own_stays_a_row_a_year(rows: list[Target]) -> None:
    assert wide([BookRow(cells(each)) for each in rows], []) is None


NEW = {
    "重点取組": "1-1-1",
    "部署": "指導室",
    "事業概要": "学校で話します。",
    "取組": "出前授業",
    "直した理由": "計画の変更（鈴木、2026/4/1）",
}
ROW = {"行ID": "1-1-1z", "R6 目標文": "準備", "R7 目標値": "3", "R8 目標値": "5", "単位": "回"}


@pytest.mark.parametrize(
    ("who", "code"), [("指導室", "shido"), ("shido", "shido"), ("福祉相談課", "fukushi-sodan")]
)
def test_a_line_is_added_by_name_with_its_targets_on_one_row(
    tmp_path: Path, who: str, code: str
) -> None:
    desk = Desk.set_up(tmp_path)
    with desk.edit() as hands:
        hands.add("actions", {"ID": "1-1-1z", **NEW, "部署": who})
        hands.add("targets", {**ROW, "直した理由": NEW["直した理由"]})
    done = desk.load()
    assert done.exit_code == 0, done.output
    plan = load_plan(desk.folder)
    (line,) = (each for each in plan.actions if each.id == "1-1-1z")
    assert line.department == code
    found = [(t.year.code, t.text, t.figure, t.unit) for t in plan.targets if t.action == line.id]
    assert found == [("R6", "準備", None, ""), ("R7", "", 3, "回"), ("R8", "", 5, "回")]
    assert desk.load().output.startswith("変更なし")


def test_a_year_that_is_forgotten_is_told_at_its_cell(tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path)
    with desk.edit() as hands:
        hands.add("actions", {"ID": "1-1-1z", **NEW})
        hands.add("targets", {**ROW, "R6 目標文": "", "直した理由": NEW["直した理由"]})
        place = hands.at("targets", {"行ID": "1-1-1z"}, "R6 目標文")
    done = desk.load()
    assert done.exit_code == 3
    assert f"取組目標（targets）!{place}：空欄です。文を書いてください。" in done.output
    assert (
        "空欄のままにし、シート「読み（readings）」に「原本未照合」と根拠を書いてください。"
        in done.output
    )


@pytest.mark.parametrize("masters", [MASTERS, SECOND, NUMBERS])
def test_a_line_without_targets_hears_the_same_sentence(masters: Path, tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path, masters)
    plan = load_plan(masters)
    first = plan.actions[0]
    new = {"ID": "new", "重点取組": first.initiative, "部署": first.department}
    with desk.edit() as hands:
        hands.add("actions", {**new, "事業概要": "概要", "取組": "取組", "直した理由": "鈴木"})
    done = desk.load()
    assert done.exit_code == 3
    assert "（targets）」にありません。" in done.output
    assert (
        "空欄のままにし、シート「読み（readings）」に「原本未照合」と根拠を書いてください。"
        in done.output
    )


def test_a_renamed_department_keeps_its_lines(tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path, SECOND)
    plan = load_plan(SECOND)
    one = next(each for each in plan.departments if each.name)
    with desk.edit() as hands:
        hands.type("departments", {"コード": one.code}, {"名称": "名を改めた課"})
    done = desk.load()
    assert done.exit_code == 0, done.output
    assert {row.department for row in load_plan(desk.folder).actions} == {
        row.department for row in plan.actions
    }


def test_names_that_say_no_code_are_not_shown() -> None:
    rows = [
        {"コード": "a", "名称": "旧課", "終了年度": "R7"},
        {"コード": "a", "名称": "新課", "開始年度": "R8"},
        {"コード": "b", "名称": "同名"},
        {"コード": "c", "名称": "同名"},
        {"コード": "d", "名称": "a"},
    ]
    assert names(rows) == {"a": "新課"}
    assert codes(rows) == {"旧課": "a", "新課": "a"}
