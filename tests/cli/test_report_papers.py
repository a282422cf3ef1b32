"""`kakunin report`: the papers it makes, for whom, and what it says where one cannot be made."""

from __future__ import annotations

import json
from pathlib import Path

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
    assert text.decode("utf-8-sig").startswith("狛江市第1次再犯防止推進計画")
    assert {path: path.read_bytes() for path in before} == before


def test_an_unknown_circle_is_answered_with_the_known_ones(year: Path) -> None:
    done = report(year, "--for", "市民")
    assert (done.exit_code, "公表" in done.output) == (2, True)


def test_without_libreoffice_the_rest_is_made_and_the_exit_code_says_so(
    year: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KAKUNIN_SOFFICE", str(tmp_path / "nowhere"))
    workbook = year / PAPERS / "取組状況確認表_令和7年度_会議.xlsx"
    done = report(year, "--for", "会議", "--pdf")
    assert (done.exit_code, workbook.is_file()) == (3, True)
    assert "LibreOfficeが見つからない" in done.stderr
    assert not workbook.with_suffix(".pdf").exists()
    told = report(year, "--for", "会議", "--pdf", "--json")
    assert (told.exit_code, json.loads(told.stdout)["pdf"]) == (3, None)
    assert "見つからない" in json.loads(told.stdout)["without_pdf"]


def test_papers_of_an_earlier_run_are_named(year: Path) -> None:
    assert report(year, "--text").exit_code == 0
    again = report(year)
    line = next(line for line in again.output.splitlines() if "前に作ったまま" in line)
    assert line.endswith("取組状況確認表_令和7年度_読み上げ用.txt")


@pytest.mark.usefixtures("libreoffice")
def test_the_pdf_stands_beside_the_workbook(year: Path) -> None:
    done = report(year, "--for", "公表", "--pdf", "--json")
    assert done.exit_code == 0, done.output
    made = Path(json.loads(done.stdout)["pdf"])
    assert made == year / PAPERS / "取組状況確認表_令和7年度_公表.pdf"
    assert made.read_bytes().startswith(b"%PDF-")
    assert not [path for path in made.parent.iterdir() if path.name.startswith(".")]
