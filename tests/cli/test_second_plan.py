"""A plan that the code has never seen goes the same way: two levels, other words, figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.demo.sample import fill_form
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.merge import layouts
from kakunin_xlsx.plan import load_plan
from tests.example import R7, SECOND

PLAN = load_plan(SECOND)


def kakunin(output: Path, *words: str) -> tuple[int, str]:
    words = (*words, "--year", "R7", "--plan", str(SECOND), "--output", str(output))
    result = CliRunner().invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def fill(output: Path, round_code: str, typed: dict[str, str]) -> None:
    """Fill every open row of every form of a round with `typed`, and return it."""
    folder = output / "令和7年度" / PLAN.round[round_code].folder
    for one in layouts(PLAN, R7, round_code):
        form = next((folder / "1_配布").glob(f"*{one.respondent}*"))
        answers = {
            (row.id, key): text for row in one.rows if row.open for key, text in typed.items()
        }
        data = fill_form(form.read_bytes(), one, {**answers, ("*", "filler"): "架空 太郎"})
        (folder / "2_回収" / f"{one.identity.respondent}.xlsx").write_bytes(data)


@pytest.mark.slow
def test_a_whole_year(tmp_path: Path) -> None:
    assert kakunin(tmp_path, "build")[0] == 0
    fill(tmp_path, "jisseki", {"grade": "○", "achieved": "48", "story": "=1+1"})
    code, said = kakunin(tmp_path, "merge", "--json")
    assert code == 0, said
    assert {line["stage"] for line in json.loads(said)["回収状況"]} <= {"要確認", "提出済"}
    assert kakunin(tmp_path, "report")[0] == 0
    assert OutputFolder(tmp_path).papers(PLAN, R7).report().is_file()


def test_numeric_targets_are_shown_with_their_unit() -> None:
    shown = {
        row.id: row.texts["target:R7"].shown
        for one in layouts(PLAN, R7, "jisseki")
        for row in one.rows
    }
    assert shown["A1-1"] == "48回"
    assert shown["A1-2"] == "健診に来た家庭の全てに手渡す\n100％"
    assert shown["A1-3"] == "1,200冊"


def test_a_council_answers_per_goal_on_the_same_machine(tmp_path: Path) -> None:
    round_ = PLAN.round["kyogi"]
    code, said = kakunin(tmp_path, "build", "--round", "kyogi", "--allow-missing")
    assert code == 0, said
    one = layouts(PLAN, R7, "kyogi")[0]
    assert [row.id for row in one.rows] == [goal.no for goal in PLAN.goals]
    column = one.open_columns[0]
    text = column.choices[0].label if column.choices else "おおむね妥当"
    fill(tmp_path, "kyogi", {column.key: text})
    code, said = kakunin(tmp_path, "merge", "--round", round_.name, "--json")
    table = tmp_path / "令和7年度" / round_.folder / "4_取りまとめ" / "回答一覧.csv"
    assert table.read_text(encoding="utf-8-sig").count(f",{text},") == len(PLAN.goals)
