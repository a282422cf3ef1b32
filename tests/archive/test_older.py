"""Archives of the released shape, and papers that do not belong to the merges."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.merge import Decision, append_decisions
from tests.archive.edits import MANIFEST, members
from tests.archive.years import archive, differences, run, verify, zip_of
from tests.cli.test_commands import JISSEKI, kakunin
from tests.cli.test_rounds import folder

pytestmark = pytest.mark.slow

MADE_BEFORE = Path(__file__).with_name("made_by_0.1.0")  # the second plan, one 課, one return
PAPERS = "令和7年度/確認表"
TEXT, PUBLIC = "取組状況確認表_令和7年度_読み上げ用.txt", "取組状況確認表_令和7年度_公表.xlsx"
PDF = "取組状況確認表_令和7年度.pdf"
PUBLIC_DATA = "回答データ_令和7年度_公表.xlsx"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    shutil.copytree(MADE_BEFORE, tmp_path / "output" / "保存")
    return tmp_path / "output"


def test_an_archive_made_before_is_verified_and_restored(before: Path, tmp_path: Path) -> None:
    told = verify(before)
    assert told["違う所"] == []
    (entry,) = json.loads((before / "保存" / "保存台帳.json").read_bytes())
    assert told["連鎖"] == entry["連鎖"]
    result = run("archive", "--restore", "R7", str(tmp_path / "復元"), "--output", str(before))
    assert result.exit_code == 0, result.output
    kept = members(zip_of(before))
    laid = tmp_path / "復元"
    odd = laid / "output" / "令和7年度" / "1_進行状況調べ" / "2_回収" / "改%行.txt"
    assert odd.read_text(encoding="utf-8") == "メモ"
    assert len([path for path in laid.rglob("*") if path.is_file()]) == len(kept) - 1
    plan = next((laid / "masters").iterdir())
    words = ("--year", "R7", "--plan", str(plan), "--output", str(laid / "output"))
    assert run("report", *words).exit_code == 0  # its merge is not stale: the hash is known still


def test_its_merge_comes_out_the_same_again(before: Path) -> None:
    (replay,) = verify(before, "--replay")["作り直し"]
    assert any(name.endswith("回答一覧.csv") for name in replay["compared"])
    assert [each for each in replay["differences"] if each["file"].endswith(".csv")] == []


def test_the_next_archive_is_chained_to_one_made_before(year: Path) -> None:
    shutil.rmtree(year / "保存")
    shutil.copytree(MADE_BEFORE, year / "保存")
    (older,) = json.loads((year / "保存" / "保存台帳.json").read_bytes())
    archive(year)
    entries = json.loads((year / "保存" / "保存台帳.json").read_bytes())
    assert entries[0] == older
    assert entries[1]["前の連鎖"] == older["連鎖"]
    assert verify(year)["違う所"] == []


# Papers.


def merged_anew(output: Path) -> None:
    """Another answer, merged; the papers are those of before."""
    decisions = output / JISSEKI / "4_取りまとめ" / "決定.csv"
    table = folder(output, "jisseki") / "4_取りまとめ" / "回答一覧.csv"
    rows = csv.DictReader(io.StringIO(table.read_text("utf-8-sig"), newline=""))
    row = next(row for row in rows if row["項目キー"] == "result" and row["状態"] == "反映")
    said = ("", "直した文", "電話で確認", "事務 花子", "2026-06-01")
    decided = Decision(row["回答元コード"], row["行ID"], "result", *said)
    data = decisions.read_bytes() if decisions.is_file() else b""
    decisions.write_bytes(append_decisions(data, [decided]))
    assert kakunin(output, "merge", "--year", "R7").exit_code == 0


def refused(output: Path) -> str:
    result = kakunin(output, "archive", "--year", "R7")
    assert result.exit_code == 3
    return result.output


def test_every_paper_of_another_merge_is_open_and_left_out_by_decision(year: Path) -> None:
    merged_anew(year)
    assert kakunin(year, "report", "--year", "R7").exit_code == 0
    words = refused(year)
    assert f"・確認表：{TEXT} は、いまの取りまとめや台帳から作ったものではありません" in words
    assert f"・確認表：{PUBLIC} は、いまの取りまとめや台帳から作ったものではありません" in words
    assert "（kakunin report --year R7 --for 公表 --plan" in words
    made = archive(year, "--allow-open")
    kept = members(Path(made["path"]))
    names = {name.rpartition("/")[2] for name in kept if f"{PAPERS}/" in name}
    assert {Path(path).name for path in made["left_out"]} == {
        TEXT,
        PUBLIC,
        PUBLIC_DATA,
    }
    assert not names & {TEXT, PUBLIC}
    assert "取組状況確認表_令和7年度.xlsx" in names
    assert any(PUBLIC in item for item in json.loads(kept[MANIFEST])["未了の項目"])
    assert (year / PAPERS / PUBLIC).is_file()
    assert differences(verify(year, "--replay", made["path"])) == []


def test_papers_made_anew_are_open_no_longer(year: Path) -> None:
    merged_anew(year)
    for more in ((), ("--text",), ("--for", "公表")):
        assert kakunin(year, "report", "--year", "R7", *more).exit_code == 0
    assert archive(year)["left_out"] == []


def test_the_text_stays_good_while_only_the_workbook_is_made_again(year: Path) -> None:
    assert kakunin(year, "report", "--year", "R7", "--no", "資料1").exit_code == 0
    assert archive(year)["left_out"] == []


def test_a_pdf_of_an_earlier_run_is_open(year: Path) -> None:
    (year / PAPERS / PDF).write_bytes(b"%PDF-1.7")
    assert f"・確認表：{PDF} は、" in refused(year)
    assert "--pdf --plan" in refused(year)


def test_what_somebody_else_laid_there_is_kept(year: Path) -> None:
    name = "取組状況確認表_令和7年度（会議で配ったもの）.xlsx"
    (year / PAPERS / name).write_bytes(b"x")
    made = archive(year)
    assert f"output/{PAPERS}/{name}" in members(Path(made["path"]))


def test_a_paper_that_somebody_wrote_into_is_kept_by_decision(year: Path) -> None:
    path = year / PAPERS / PUBLIC
    path.write_bytes(path.read_bytes() + b"x")
    assert f"・確認表：{PUBLIC} が、作った後に書き換えられています" in refused(year)
    made = archive(year, "--allow-open")
    assert made["left_out"] == []
    assert f"output/{PAPERS}/{PUBLIC}" in members(Path(made["path"]))


def test_an_edition_that_somebody_wrote_into_is_open(year: Path) -> None:
    assert kakunin(year, "report", "--year", "R7", "--issue").exit_code == 0
    edition = next((year / PAPERS).glob("第*版")) / "取組状況確認表_令和7年度.xlsx"
    edition.write_bytes(edition.read_bytes() + b"x")
    words = refused(year)
    assert f"・確認表：{edition.parent.name}/{edition.name} が、作った後に" in words
    assert "配ったときのファイル" in words
    made = archive(year, "--allow-open")
    assert f"output/{PAPERS}/{edition.parent.name}/{edition.name}" in members(Path(made["path"]))
    assert edition.parent.name not in "".join(older(year))


def test_report_names_older_copies_and_not_one_of_today(year: Path) -> None:
    paper, copy = (
        year / PAPERS / "取組状況確認表_令和7年度.xlsx",
        "コピー ～ 取組状況確認表_令和7年度.xlsx",
    )
    for name in (copy, "議事録.txt", "~$取組状況確認表_令和7年度.xlsx"):
        shutil.copy(paper, year / PAPERS / name)
    assert older(year) == []
    merged_anew(year)
    assert [name for name in older(year) if name not in (PUBLIC, PUBLIC_DATA)] == [copy]


def older(output: Path) -> list[str]:
    """The papers that a report names, beside those it makes."""
    told = kakunin(output, "report", "--year", "R7", "--text").output
    lines = [line for line in told.splitlines() if "前に作ったまま" in line]
    return [line.rpartition("/")[2] for line in lines]


def test_report_names_every_older_paper_that_lies_beside(year: Path) -> None:
    merged_anew(year)
    told = kakunin(year, "report", "--year", "R7").output
    lines = [line for line in told.splitlines() if "前に作ったまま" in line]
    assert [name for name in (TEXT, PUBLIC) if not any(name in line for line in lines)] == []
