"""indicators.csv: what masters may say of several figures of one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.plan import (
    Direction,
    FiscalYear,
    MastersBroken,
    check_masters,
    describe_briefly,
    load_masters,
    load_plan,
    plan_changes,
)
from tests.example import KANKYO, MASTERS, R7

FIRST = '2-1-1ア,2-1-1,一人一日当たりのごみの量,ｇ,,,少ないほどよい,"1,012",平成25年度'


def edited(tmp_path: Path, file: str, *changes: tuple[str, str]) -> Path:
    """The plan of indicators with some texts of one file replaced."""
    folder = Path(shutil.copytree(KANKYO, tmp_path / "kankyo"))
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def broken(folder: Path) -> list[str]:
    with pytest.raises(MastersBroken) as stop:
        load_plan(folder)
    return [*dict.fromkeys(f"{p.file} {p.column} {p.wrong}" for p in stop.value.problems)]


def test_an_indicator_says_once_what_holds_for_all_of_its_targets() -> None:
    plan = load_plan(KANKYO).at(R7)
    target = plan.target["2-1-1ア", R7]
    assert (target.figure, target.unit, target.direction) == (908, "ｇ", Direction.LESS)
    assert target.terms == ("少ないほどよい", "基準値1,012ｇ、平成25年度")
    assert [each.id for each in plan.indicators_of("2-1-1")] == [f"2-1-1{m}" for m in "アイウエ"]
    assert plan.indicators_of("5-2-2") == ()


def test_one_with_a_goal_for_the_last_year_only_has_its_unit_in_every_year() -> None:
    plan = load_plan(KANKYO).at(R7)
    now, last = (plan.target["1-1-3ア", year] for year in (R7, plan.last_year))
    assert (now.figure, now.unit, now.aim) == (None, "％", "")
    assert (last.figure, last.unit) == (78, "％")


def test_a_target_may_say_it_otherwise(tmp_path: Path) -> None:
    old, new = "2-1-1ア,R8,,896,,,,,,,", "2-1-1ア,R8,,0.896,kg,,,少ないほどよい,,1.1,令和4年度"
    plan = load_plan(edited(tmp_path, "targets.csv", (old, new)))
    assert plan.at(R7).target["2-1-1ア", R7.next].terms == (
        "少ないほどよい",
        "基準値1.1kg、令和4年度",
    )
    assert plan.at(R7).target["2-1-1ア", R7].beginning == "1,012ｇ、平成25年度"


def test_a_beginning_in_another_unit_is_not_that_of_a_target(tmp_path: Path) -> None:
    change = ("2-1-1ア,R8,,896,,,,,,,", "2-1-1ア,R8,,0.896,kg,,,,,,")
    plan = load_plan(edited(tmp_path, "targets.csv", change)).at(R7)
    assert plan.target["2-1-1ア", R7.next].terms == ("少ないほどよい",)
    assert plan.target["2-1-1ア", R7.next].aim == "0.896kg"


def test_a_plan_without_the_table_has_none() -> None:
    plan = load_plan(MASTERS)
    assert plan.indicators == ()
    assert plan.at(R7).target == {(t.action, t.year): t for t in plan.at(R7).targets}


@pytest.mark.parametrize(
    ("file", "changes", "said"),
    [
        (
            "indicators.csv",
            [(FIRST, FIRST.replace("2-1-1,", "9-9-9,"))],
            ["indicators.csv 行ID 「9-9-9」がありません。"],
        ),
        (
            "indicators.csv",
            [("2-1-1イ,", "2-1-1ア,")],
            [
                "indicators.csv ID 「2-1-1ア」が二度書かれています。",
                "targets.csv 行ID 「2-1-1イ」がありません。",
            ],
        ),
        (
            "indicators.csv",
            [("4-1-1ウ,4-1-1", "5-2-2,4-1-1")],
            [
                "targets.csv 行ID 「4-1-1ウ」がありません。",
                "indicators.csv ID 「5-2-2」は、取組のIDと同じです。",
            ],
        ),
        (
            "targets.csv",
            [("2-1-1ア,R8,", "2-1-1カ,R8,")],
            ["targets.csv 行ID 「2-1-1カ」がありません。"],
        ),
        (
            "targets.csv",
            [("2-1-2ア,R6,,118,", "2-1-2,R6,,30,")],
            ["targets.csv 目標値 指標（2-1-2ア）のある取組「2-1-2」に、取組の目標値があります。"],
        ),
        (
            "indicators.csv",
            [("5-2-1イ,5-2-1,", "5-2-1イ,5-2-1b,")],
            ["indicators.csv 行ID 「5-2-1b」は再掲の行のため、指標の数値を記入する人がいません。"],
        ),
        (
            "fields.csv",
            [("記入,必須,,,11", "記入,grade=△,,,11")],
            [
                "fields.csv 必須 指標の行には「grade」の欄がないため、この条件では必須かどうか"
                "決まりません。"
            ],
        ),
        (
            "fields.csv",
            [(",実績,成果,", ",実績,参考,")],
            ["fields.csv 役割 指標があるのに、指標の実績を聞く成果の欄がありません。"],
        ),
        (
            "targets.csv",
            [("3-1-2ア,R7,,3,,,,,7", "3-1-2ア,R7,,3,,,,,")],
            [
                "targets.csv 目標の上限 向きが「範囲」の目標は、下の端と上の端の順に、"
                "二つの数が要ります。"
            ],
        ),
    ],
)
def test_what_does_not_fit_is_told(
    tmp_path: Path, file: str, changes: list[tuple[str, str]], said: list[str]
) -> None:
    assert broken(edited(tmp_path, file, *changes)) == said


def test_words_alone_may_stand_as_the_target_of_a_line_with_indicators(tmp_path: Path) -> None:
    line = ("2-1-2ア,R6,,118,", "2-1-2,R6,減らし続ける,,")
    plan = load_plan(edited(tmp_path, "targets.csv", line))
    assert plan.at(R7).target["2-1-2", FiscalYear.parse("R6")].text == "減らし続ける"


def test_what_changed_of_an_indicator_is_said_by_its_name(tmp_path: Path) -> None:
    changes = [
        ("2-1-1イ,2-1-1,家庭の食品ロスの量", "2-1-1イ,2-1-1,食品ロス（家庭）"),
        (
            "2-1-2ア,2-1-2,産業廃棄物の最終処分量,千t,,",
            "2-1-2ア,2-1-2,産業廃棄物の最終処分量,千t,,R8",
        ),
    ]
    old, new = load_plan(KANKYO), load_plan(edited(tmp_path, "indicators.csv", *changes))
    told = [each.words for each in describe_briefly(plan_changes(old, new), old, new)]
    assert told == [
        "施策の方向2-1-1の指標「食品ロス（家庭）」の「指標」を「家庭の食品ロスの量」から"
        "「食品ロス（家庭）」に改めた。",
        "施策の方向2-1-2の指標「産業廃棄物の最終処分量」を令和8年度で終了。",
    ]


def test_the_name_of_an_indicator_must_stand_in_the_source_of_its_measure(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MASTERS, tmp_path / "komae"))
    head = "ID,行ID,指標,単位,開始年度,終了年度\n"
    names = ("冊子にない名前の数", "市民向け")
    body = "".join(
        f"1-1-1{mark},1-1-1,{name},,,\n" for mark, name in zip("アイ", names, strict=True)
    )
    (folder / "indicators.csv").write_text("\ufeff" + head + body, encoding="utf-8")
    targets = (folder / "targets.csv").read_text(encoding="utf-8")
    assert "1-1-1,R6" in targets
    problems = [p for p in check_masters(load_masters(folder)) if p.file == "indicators.csv"]
    assert any("冊子にない名前の数" in p.wrong and "「1-1」の範囲に" in p.wrong for p in problems)
