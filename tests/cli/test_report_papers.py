"""`kakunin report`: the papers it makes, for whom, and what it says where one cannot be made."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

from tests.cli.test_commands import kakunin
from tests.cli.test_rounds import collected

PAPERS = "令和7年度/確認表"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("年度")
    collected(output)
    return output


def report(output: Path, *words: str) -> Result:
    return kakunin(output, "report", "--year", "R7", *words)


def test_data_stand_beside_the_workbook(year: Path) -> None:
    done = report(year)
    assert done.exit_code == 0, done.output
    for name in ("取組状況確認表_令和7年度.xlsx", "回答データ_令和7年度.xlsx"):
        assert (year / PAPERS / name).is_file()
        assert name in done.output


def test_papers_for_others_have_their_own_names_and_say_what_is_missing(year: Path) -> None:
    before = {path: path.read_bytes() for path in (year / PAPERS).glob("*令和7年度.*")}
    done = report(year, "--for", "公表", "--text")
    assert done.exit_code == 0, done.output
    assert "次の欄を載せていません：実績照会の目標変更案。" in done.output
    for name in ("取組状況確認表", "回答データ"):
        assert (year / PAPERS / f"{name}_令和7年度_公表.xlsx").is_file()
    text = (year / PAPERS / "取組状況確認表_令和7年度_公表_読み上げ用.txt").read_bytes()
    assert "狛江市第1次再犯防止推進計画　取組状況確認表" in text.decode("utf-8-sig")
    assert {path: path.read_bytes() for path in before} == before


def test_the_councils_paper_is_what_is_made_unless_told_otherwise(year: Path) -> None:
    told = json.loads(report(year, "--json").stdout)
    assert told["audience"] == "会議"
    asked = json.loads(report(year, "--for", "会議", "--json").stdout)
    assert (asked["path"], asked["changed"]) == (told["path"], False)
    inside = json.loads(report(year, "--for", "庁内", "--json").stdout)
    assert inside["path"].endswith("取組状況確認表_令和7年度_庁内.xlsx")
    assert inside["data"] == told["data"]  # the office's, whoever the paper is for


def test_an_unknown_circle_is_answered_with_the_known_ones(year: Path) -> None:
    done = report(year, "--for", "市民")
    assert (done.exit_code, "公表" in done.output) == (2, True)


def test_without_libreoffice_the_rest_is_made_and_the_exit_code_says_so(
    year: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KAKUNIN_SOFFICE", str(tmp_path / "nowhere"))
    workbook = year / PAPERS / "取組状況確認表_令和7年度_庁内.xlsx"
    done = report(year, "--for", "庁内", "--pdf")
    assert (done.exit_code, workbook.is_file()) == (3, True)
    assert "LibreOfficeが見つからない" in done.stderr
    assert not workbook.with_suffix(".pdf").exists()
    told = report(year, "--for", "庁内", "--pdf", "--json")
    assert (told.exit_code, json.loads(told.stdout)["pdf"]) == (3, None)
    assert "見つからない" in json.loads(told.stdout)["without_pdf"]


def test_papers_of_an_earlier_run_are_named(year: Path) -> None:
    assert report(year, "--text").exit_code == 0
    again = report(year)
    line = next(line for line in again.output.splitlines() if "前に作ったまま" in line)
    assert line.endswith("取組状況確認表_令和7年度_読み上げ用.txt")


@pytest.mark.usefixtures("libreoffice")
def test_what_was_handed_out_is_kept_with_its_number_day_and_pdf(year: Path) -> None:
    given = ("--for", "公表", "--no", "資料9", "--date", "令和8年9月9日")
    assert report(year, *given).exit_code == 0
    done = report(year, "--for", "公表", "--issue", "--pdf", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["edition"] == 1
    kept = year / PAPERS / "第1版_公表"
    name = "取組状況確認表_令和7年度_公表"
    names = {f"{name}.xlsx", f"{name}.pdf", "回答一覧.csv", "掲載内容.csv"}
    assert {path.name for path in kept.iterdir()} == names
    book = openpyxl.load_workbook(kept / f"{name}.xlsx", read_only=True)
    words = [cell for row in book["概要"].iter_rows(values_only=True) for cell in row]
    assert {"資料9", "令和8年9月9日"} <= set(words)
    assert not (year / PAPERS / "第1版").exists()  # the councils' editions are their own


@pytest.mark.usefixtures("libreoffice")
def test_the_pdf_stands_beside_the_workbook(year: Path) -> None:
    done = report(year, "--for", "公表", "--pdf", "--json")
    assert done.exit_code == 0, done.output
    made = Path(json.loads(done.stdout)["pdf"])
    assert made == year / PAPERS / "取組状況確認表_令和7年度_公表.pdf"
    assert made.read_bytes().startswith(b"%PDF-")
    assert not [path for path in made.parent.iterdir() if path.name.startswith(".")]
