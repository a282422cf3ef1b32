"""`kakunin report` over a year: rounds left out are named, 第n版 is kept, changes are told."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kakunin_xlsx.demo.sample import fill_form
from tests.cli.test_commands import kakunin, returned
from tests.cli.test_rounds import collected, folder, judged_by_office, merge
from tests.example import R7, form
from tests.people.base import ASKED, sample

pytestmark = pytest.mark.slow

BOOK = "取組状況確認表_令和7年度.xlsx"


def papers(output: Path) -> Path:
    return output / R7.name / "確認表"


def report(output: Path, *more: str) -> dict[str, Any]:
    result = kakunin(output, "report", "--year", "R7", "--json", *more)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.output)
    return told


def texts(path: Path, sheet: str) -> list[str]:
    rows = openpyxl.load_workbook(path, read_only=True)[sheet].iter_rows(values_only=True)
    return [str(text) for row in rows for text in row if text is not None]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year up to the council's judgement, which is returned but not merged."""
    output = tmp_path_factory.mktemp("年度")
    collected(output)
    judged_by_office(output)
    return output


def test_a_year_of_reports(year: Path) -> None:
    """One story, because each step stands on the one before."""
    told = report(year)
    assert told["rounds"] == ["実績照会"]
    (words,) = told["left_out"]
    assert words.startswith("「内部評価」は、まだ取りまとめていないため載せていません。")
    assert "kakunin merge --year R7 --round naibu" in words
    assert (told["edition"], told["since"], told["changes"]) == (None, None, [])

    assert merge(year, "naibu")["終了"] == 0
    agenda = year / "次第.txt"
    agenda.write_text("一つめ\n\n二つめ\n", encoding="utf-8")
    given = (
        "--no",
        "資料1",
        "--date",
        "令和8年8月1日",
        "--agenda",
        str(agenda),
        "--agenda",
        "三つめ",
    )
    told = report(year, "--issue", *given)
    assert told["rounds"] == ["実績照会", "内部評価"]
    assert (told["edition"], told["left_out"]) == (1, [])
    assert len(told["unanswered"]) == 2
    front = texts(papers(year) / BOOK, "概要")
    assert {"資料1", "令和8年8月1日", "1　一つめ", "2　二つめ", "3　三つめ"} <= set(front)
    assert any(text.endswith("　第1版") for text in front)
    kept = papers(year) / "第1版"
    assert {path.name for path in kept.iterdir()} == {BOOK, "回答一覧.csv", "掲載内容.csv"}
    assert (kept / BOOK).read_bytes() == (papers(year) / BOOK).read_bytes()

    told = report(year, "--issue")
    assert (told["edition"], told["since"], told["changes"]) == (None, 1, [])
    assert not (papers(year) / "第2版").exists()

    one = ASKED[4]
    row, no = next((row.id, row.initiative) for row in one.rows if row.open)
    typed = {("*", "submission"): "差替え", ("*", "turn"): "2", (row, "next"): "改めた取組"}
    again = fill_form(form(one), one, {**sample(one.respondent), **typed})
    returned(year, "again.xlsx", again)
    stale = kakunin(year, "report", "--year", "R7")
    assert stale.exit_code == 3
    assert kakunin(year, "merge", "--year", "R7").exit_code == 0
    told = report(year)
    (change,) = told["changes"]
    assert (change["row"], change["after"]) == (no, "改めた取組")
    assert change["item"] == f"今後の取組（{one.respondent}）"
    assert change["ground"] == "提出された回答によります。"
    before = {
        each["行ID"]: each for each in table(kept / "回答一覧.csv") if each["項目キー"] == "next"
    }
    assert change["before"] == before[row]["値"]
    assert "改めた取組" in texts(papers(year) / BOOK, "正誤表")
    shown = kakunin(year, "report", "--year", "R7", "--issue").output
    assert "第1版の後に変わったところ：1か所" in shown
    assert "第2版として残しました。" in shown
    assert report(year)["changes"] == []

    _a_later_round_that_changed_is_left_out_and_named(year)
    _a_version_that_cannot_be_read_is_named(year)


def _a_later_round_that_changed_is_left_out_and_named(year: Path) -> None:
    (folder(year, "naibu") / "2_回収" / "memo.txt").write_text("x", encoding="utf-8")
    told = report(year)
    assert told["rounds"] == ["実績照会"]
    assert told["left_out"][0].startswith("「内部評価」は載せていません。")
    items = {each["item"].split("（")[0] for each in told["changes"]}
    assert items == {"内部評価", "見直しの要否", "意見"}
    assert {each["ground"] for each in told["changes"]} == {"「内部評価」を載せていません。"}


def _a_version_that_cannot_be_read_is_named(year: Path) -> None:
    (papers(year) / "第2版" / "掲載内容.csv").write_bytes(b"x")
    result = kakunin(year, "report", "--year", "R7")
    assert result.exit_code == 3
    assert "第2版の控えを読めない" in result.output
