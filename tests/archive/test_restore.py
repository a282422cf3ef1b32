"""A year restored from its archive: every command works on it and gives the same tables."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.archive.kept import masters_of
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.stop import Stop
from tests.archive.edits import flipped, members, rewrite
from tests.archive.years import archive, finish, odd_files, run, verify, zip_of
from tests.cli.test_commands import JISSEKI, kakunin
from tests.example import MASTERS, shipped

pytestmark = pytest.mark.slow

TABLES = ("回答一覧.csv", "確認事項一覧.csv", "回収状況.csv", "修正提案.csv", "取りまとめ.json")


def files_below(root: Path) -> dict[Path, bytes]:
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root): path.read_bytes() for path in found}


def restored(output: Path, folder: Path, word: str = "R7") -> Path:
    result = run("archive", "--restore", word, str(folder), "--output", str(output))
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def odd(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year with odd files among its returns, merged with them and archived again."""
    output = tmp_path_factory.mktemp("変わった名前") / "output"
    shutil.copytree(finished, output)
    odd_files(output)
    assert kakunin(output, "merge", "--year", "R7").exit_code == 1  # 読取不可
    finish(output)
    archive(output, "--allow-open")
    return output


def test_a_year_is_laid_out_as_it_was(odd: Path, tmp_path: Path) -> None:
    laid = restored(odd, tmp_path / "復元")
    assert {path.name for path in laid.iterdir()} == {"masters", "output"}
    assert files_below(laid / "masters" / MASTERS.name) == files_below(MASTERS)
    own = {
        path: data
        for path, data in files_below(odd).items()
        if path.parts[0] != "保存" and not path.name.startswith((".", "~$"))
    }
    assert files_below(laid / "output") == own


def test_every_command_works_there_and_gives_the_same_tables(
    odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(restored(odd, tmp_path / "復元"))
    status = json.loads(run("status", "--year", "R7", "--json").output)
    assert status["段階"] == "取りまとめ済み（未回収・要修正・相違があります）"
    merged = Path("output") / JISSEKI / "4_取りまとめ"
    for name in TABLES:
        (merged / name).unlink()
    assert run("merge", "--year", "R7").exit_code == 1
    for name in TABLES:
        assert (merged / name).read_bytes() == (odd / JISSEKI / "4_取りまとめ" / name).read_bytes()
    papers = Path("output/令和7年度/確認表")
    before = files_below(papers)
    assert run("report", "--year", "R7", "--text").exit_code == 0
    assert run("report", "--year", "R7", "--for", "公表").exit_code == 0
    assert files_below(papers).keys() == before.keys()
    book = Path("取組状況確認表_令和7年度_公表.xlsx")
    assert files_below(papers)[book] == before[book]


def test_a_year_with_odd_files_is_verified_and_replayed(odd: Path) -> None:
    told = verify(odd, "--replay")
    assert told["違う所"] == []
    assert [each["differences"] for each in told["作り直し"]] == [[], []]


def test_an_archive_is_chosen_by_its_name_or_the_year(odd: Path, tmp_path: Path) -> None:
    by_year = json.loads(
        run(
            "archive", "--restore", "2025", str(tmp_path / "a"), "--output", str(odd), "--json"
        ).output
    )
    assert by_year["archive"].endswith("令和7年度-2.zip")
    first = restored(odd, tmp_path / "b", "令和7年度.zip")
    assert not (first / "output" / JISSEKI / "2_回収" / "まとめて.zip").exists()


def test_what_a_killed_run_laid_out_is_removed_by_a_later_one(
    finished: Path, tmp_path: Path
) -> None:
    """It holds answers; nobody would look for them in a hidden folder."""
    old, young, other = (tmp_path / name for name in (".kakunin-old", ".kakunin-new", ".隠し"))
    for path in (old, young, other):
        (path / "年度" / "2_回収").mkdir(parents=True)
    for path in (old, other):
        os.utime(path, (1, 1))
    restored(finished, tmp_path / "復元")
    assert {path.name for path in tmp_path.iterdir()} == {"復元", young.name, other.name}


def test_a_folder_that_holds_something_is_left_alone(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "memo.txt").write_text("x", encoding="utf-8")
    result = run("archive", "--restore", "R7", str(tmp_path), "--output", str(finished))
    assert (result.exit_code, "空ではありません" in result.output) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["memo.txt"]
    (tmp_path / "空").mkdir()
    restored(finished, tmp_path / "空")


def test_a_zip_that_is_not_as_it_was_is_not_laid_out(year: Path, tmp_path: Path) -> None:
    files = members(zip_of(year))
    rewrite(zip_of(year), flipped(files, next(iter(files))))
    result = run("archive", "--restore", "R7", str(tmp_path / "x"), "--output", str(year))
    assert (result.exit_code, "kakunin verify" in result.output) == (3, True)
    assert not (tmp_path / "x").exists()
    zip_of(year).unlink()
    result = run("archive", "--restore", "R7", str(tmp_path / "x"), "--output", str(year))
    assert (result.exit_code, "zipが見つかりません" in result.output) == (3, True)


def test_a_name_that_leads_out_of_the_folder_is_not_laid_out(year: Path, tmp_path: Path) -> None:
    files = members(zip_of(year))
    rewrite(zip_of(year), {**files, "masters/../../外.txt": b"x"})
    with pytest.raises(Stop), masters_of(zip_of(year)):
        pass
    assert not (tmp_path / "外.txt").exists()


def test_an_archive_gives_its_masters_for_a_while(finished: Path) -> None:
    with masters_of(zip_of(finished)) as masters:
        assert load_plan(masters) == shipped()
        assert files_below(masters) == files_below(MASTERS)
    assert not masters.exists()
