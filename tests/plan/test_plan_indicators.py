"""indicators.csv: what masters may say of several figures of one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.plan import (
    Direction,
    FiscalYear,
    check_masters,
    describe_briefly,
    load_masters,
    load_plan,
    plan_changes,
)
from tests.example import KANKYO, MASTERS, R7
from tests.plan.damaged import Changes, damages, edited, problems


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
    plan = load_plan(edited(KANKYO, tmp_path, "targets.csv", [(old, new)]))
    assert plan.at(R7).target["2-1-1ア", R7.next].terms == (
        "少ないほどよい",
        "基準値1.1kg、令和4年度",
    )
    assert plan.at(R7).target["2-1-1ア", R7].beginning == "1,012ｇ、平成25年度"


def test_a_beginning_in_another_unit_is_not_that_of_a_target(tmp_path: Path) -> None:
    change = ("2-1-1ア,R8,,896,,,,,,,", "2-1-1ア,R8,,0.896,kg,,,,,,")
    plan = load_plan(edited(KANKYO, tmp_path, "targets.csv", [change])).at(R7)
    assert plan.target["2-1-1ア", R7.next].terms == ("少ないほどよい",)
    assert plan.target["2-1-1ア", R7.next].aim == "0.896kg"


def test_a_plan_without_the_table_has_none() -> None:
    plan = load_plan(MASTERS)
    assert plan.indicators == ()
    assert plan.at(R7).target == {(t.action, t.year): t for t in plan.at(R7).targets}


@pytest.mark.parametrize(("file", "changes", "said"), damages(KANKYO))
def test_what_does_not_fit_is_told(
    tmp_path: Path, file: str, changes: Changes, said: list[str]
) -> None:
    told = problems(edited(KANKYO, tmp_path, file, changes))
    assert [*dict.fromkeys(f"{p.file} {p.column} {p.wrong}" for p in told)] == said


def test_words_alone_may_stand_as_the_target_of_a_line_with_indicators(tmp_path: Path) -> None:
    line = ("2-1-2ア,R6,,118,", "2-1-2,R6,減らし続ける,,")
    plan = load_plan(edited(KANKYO, tmp_path, "targets.csv", [line]))
    assert plan.at(R7).target["2-1-2", FiscalYear.parse("R6")].text == "減らし続ける"


def test_what_changed_of_an_indicator_is_said_by_its_name(tmp_path: Path) -> None:
    changes = [
        ("2-1-1イ,2-1-1,家庭の食品ロスの量", "2-1-1イ,2-1-1,食品ロス（家庭）"),
        (
            "2-1-2ア,2-1-2,産業廃棄物の最終処分量,千t,,",
            "2-1-2ア,2-1-2,産業廃棄物の最終処分量,千t,,R8",
        ),
    ]
    old, new = load_plan(KANKYO), load_plan(edited(KANKYO, tmp_path, "indicators.csv", changes))
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
