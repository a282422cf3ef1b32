"""An archive made before papers had today's shape: it is sound, is merged again, is laid out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.archive.years import run

OLD = Path(__file__).with_name("old_shape")  # one department's R6, its paper issued as 第1版


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """An output folder with nothing but the old archive."""
    shutil.copytree(OLD, tmp_path / "output" / "保存")
    return tmp_path / "output"


def test_it_is_as_it_was_archived_and_the_same_is_merged_again(kept: Path) -> None:
    assert run("verify", "--output", str(kept)).exit_code == 0
    again = run("verify", "--replay", "--output", str(kept))
    assert again.exit_code == 0, again.output
    assert "作り直して比べた：令和6年度.zip　ファイル1件" in again.output
    assert "「第1版」は、前の版の道具の形の資料のため、作り直して比べていません" in again.output


def test_its_year_goes_on_where_it_ended(kept: Path, tmp_path: Path) -> None:
    laid = tmp_path / "復元"
    assert run("archive", "--restore", "R6", str(laid), "--output", str(kept)).exit_code == 0
    (masters,) = (laid / "masters").iterdir()
    own = ("--plan", str(masters), "--output", str(laid / "output"))
    told = run("report", "--year", "R6", "--json", *own)
    assert told.exit_code == 0, told.output
    made = json.loads(told.stdout)
    assert (made["since"], made["changes"], made["added"]) == (1, [], [])
    first = laid / "output/令和6年度/確認表/第1版"
    assert {path.name for path in first.iterdir()} == {
        "取組状況確認表_令和6年度.xlsx",
        "回答一覧.csv",
        "掲載内容.csv",
    }
