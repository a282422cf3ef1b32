"""`kakunin archive`: what is kept, what is refused, and what a killed run leaves."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.archive.contents import LEDGER, kept_until
from kakunin_xlsx.archive.zips import is_safe, member_name, original_name
from kakunin_xlsx.cli.app import app
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.office.archive import archive_year, open_items
from kakunin_xlsx.office.years import YearAt
from kakunin_xlsx.plan import FiscalYear, load_plan
from kakunin_xlsx.stop import Stop
from tests.archive import archiver
from tests.archive.edits import MANIFEST, edit_ledger, members, sha256
from tests.archive.years import archive, kinds, odd_names, run, verify, zip_of
from tests.cli.test_commands import JISSEKI, kakunin, returned
from tests.cli.test_rounds import build, folder
from tests.example import MASTERS, R7, ROOT, SECOND
from tests.folders.writer import DIED
from tests.people.base import filled

YEAR = "令和7年度"


def ledger(output: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((output / "保存" / "保存台帳.json").read_bytes())
    return entries


def files_below(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def refused(output: Path, *more: str) -> str:
    result = kakunin(output, "archive", "--year", "R7", *more)
    assert result.exit_code == 3, result.output
    assert "Traceback" not in result.output
    return result.output


def test_everything_of_the_year_is_kept_byte_for_byte(year: Path) -> None:
    kept = members(zip_of(year))
    assert list(kept)[-1] == MANIFEST
    assert list(kept)[:-1] == sorted(kept.keys() - {MANIFEST})
    masters = {f"masters/{MASTERS.name}/{n}": d for n, d in files_below(MASTERS).items()}
    own = {f"output/{YEAR}/{n}": d for n, d in files_below(year / YEAR).items()}
    marker = {"output/計画.json": (year / "計画.json").read_bytes()}
    assert {n: d for n, d in kept.items() if n != MANIFEST} == {**masters, **own, **marker}
    told = json.loads(kept[MANIFEST])
    assert {line["ファイル"]: line["SHA256"] for line in told["ファイル"]} == {
        name: sha256(data) for name, data in kept.items() if name != MANIFEST
    }
    with_parts = {line["ファイル"] for line in told["ファイル"] if "部品のSHA256" in line}
    books = {name for name in own if name.endswith(".xlsx")}
    assert with_parts == {name for name in books if "/2_回収/" not in name}
    assert told["作成した環境"].keys() >= {"Python", "openpyxl", "xlsxwriter", "zlib"}


def test_the_ledger_and_the_screen_tell_the_chain_and_until_when(year: Path) -> None:
    shown = kakunin(year, "archive", "--year", "R7").output
    first, second = ledger(year)
    assert (second["ファイル"], second["前の連鎖"]) == (f"{YEAR}-2.zip", first["連鎖"])
    assert second["連鎖"] in shown
    assert "決裁文書" in shown
    assert "保存年限：5年　保存期間満了日：2032-03-31" in shown
    assert first["zipのSHA256"] == sha256(zip_of(year).read_bytes())


def test_the_same_year_gives_the_same_zip_and_never_replaces(year: Path) -> None:
    before = zip_of(year).read_bytes()
    os.utime(year / JISSEKI / "2_回収" / "shido.xlsx", (0, 0))
    for number in (2, 3):
        made = archive(year)
        assert made["path"].endswith(f"{YEAR}-{number}.zip")
        assert Path(made["path"]).read_bytes() == before
    assert zip_of(year).read_bytes() == before
    assert verify(year)["違う所"] == []
    zip_of(year, f"{YEAR}-3.zip").unlink()
    assert archive(year)["path"].endswith(f"{YEAR}-4.zip")  # a number is given once
    assert kinds(verify(year)) == [("zipの不足", f"{YEAR}-3.zip")]


def test_what_no_person_made_is_passed_over(year: Path) -> None:
    returned_ = year / JISSEKI / "2_回収"
    before = zip_of(year).read_bytes()
    for name in ("~$指導室.xlsx", ".1234abcd.書込中", "Thumbs.db", ".~lock.a#"):
        (returned_ / name).write_bytes(b"x")
    if sys.platform != "win32":
        os.mkfifo(returned_ / "管")
        (returned_ / "近道.xlsx").symlink_to(returned_ / "shido.xlsx")
        (returned_ / "近道").symlink_to(MASTERS)
    assert Path(archive(year)["path"]).read_bytes() == before


@pytest.mark.parametrize("name", [*odd_names(), "ふつう/の　名前.xlsx"])
def test_every_name_comes_back_and_stays_inside(name: str) -> None:
    member = member_name(name)
    assert member.encode().decode() == member
    assert not set(member) & set("\\\n\0\x1b")
    assert original_name(member) == name
    assert is_safe(f"output/{member}")


@pytest.mark.parametrize("name", ["../a", "a/../b", "/a", "a//b", ".", "", "%2E%2E/a", "a%00"])
def test_a_name_that_leads_out_is_known(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert not is_safe(name)


def test_windows_gets_a_name_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert original_name(member_name("A\\B:C?.txt")) == "A%5CB%3AC%3F.txt"
    assert original_name(member_name("フォルダー/100%.txt")) == "フォルダー/100%.txt"


@pytest.mark.parametrize(
    ("year", "years", "until"),
    [
        ("R7", 5, "2032-03-31"),
        ("R7", 1, "2028-03-31"),
        ("R6", 10, "2036-03-31"),
        ("R7", None, "定めなし"),
    ],
)
def test_until_when_a_year_is_kept(year: str, years: int | None, until: str) -> None:
    assert kept_until(FiscalYear.parse(year), years) == until


def test_a_plan_without_a_term_says_so(year: Path, tmp_path: Path) -> None:
    masters = tmp_path / "masters" / MASTERS.name
    shutil.copytree(MASTERS, masters)
    head = (masters / "plan.toml").read_text(encoding="utf-8")
    (masters / "plan.toml").write_text(head.replace("[archive]", "[other]"), encoding="utf-8")
    result = refused_with(year, masters)
    assert "計画の台帳が変わっています" in result
    for code in ("jisseki", "naibu", "iinkai", "taio"):
        words = ("merge", "--year", "R7", "--round", code, "--plan", str(masters))
        assert run(*words, "--output", str(year)).exit_code == 0
    made = archive_year(at(year, masters), masters, allow_open=True)
    assert (made.entry.retention_years, made.entry.until) == (None, "定めなし")


def at(output: Path, masters: Path) -> YearAt:
    return YearAt(load_plan(masters), R7, OutputFolder(output))


def refused_with(output: Path, masters: Path) -> str:
    with pytest.raises(Stop) as stop:
        archive_year(at(output, masters), masters)
    return str(stop.value)


# Refusals.


def test_all_that_is_open_is_listed_and_recorded_if_allowed(tmp_path: Path) -> None:
    returned(tmp_path, "指導室.xlsx", filled())
    returned(tmp_path, "memo.txt", "メモ".encode())
    kakunin(tmp_path, "merge", "--year", "R7")
    assert build(tmp_path, "naibu", "--allow-missing").exit_code == 0
    words = refused(tmp_path)
    for said in (
        "・実績照会：福祉政策課（未提出）",
        "・実績照会：読取不可のファイル（memo.txt）",
        "・内部評価：取りまとめていません（kakunin merge --year R7 --round naibu ",
        "・確認表：作っていないか、作成条件の控えがありません（kakunin report --year R7 ",
    ):
        assert said in words
    assert "--allow-open" in words
    assert not (tmp_path / "保存").exists()
    made = archive(tmp_path, "--allow-open")
    items = json.loads(members(zip_of(tmp_path))[MANIFEST])["未了の項目"]
    assert items == made["open_items"]
    # What is kept names no folder of this computer; what is said does.
    assert all(f"・{item.partition('（kakunin')[0]}" in words for item in items)
    assert not any(str(tmp_path) in item for item in items)
    assert ledger(tmp_path)[0]["未了の項目"] == len(items) > 4


def test_a_report_older_than_a_merge_or_edited_is_open(year: Path) -> None:
    path = next((year / YEAR / "確認表").glob("取組状況確認表_令和7年度.xlsx"))
    path.write_bytes(path.read_bytes() + b"x")
    assert "が、作った後に書き換えられています" in refused(year)
    assert kakunin(year, "report", "--year", "R7").exit_code == 0
    (folder(year, "taio") / "2_回収" / "memo.md").write_text("x", encoding="utf-8")
    stale = refused(year, "--allow-open")
    assert (
        "・市の考え方・対応：取りまとめの後に、ファイルが届いています".replace("後に、", "後に")
        in stale
    )
    assert "kakunin merge --year R7 --round taio" in stale


def test_opinions_without_an_answer_are_open(year: Path) -> None:
    shutil.rmtree(folder(year, "taio"))
    assert kakunin(year, "report", "--year", "R7").exit_code == 0
    words = refused(year)
    assert "・意見1（" in words
    assert "未回答（指導室）" in words


def test_who_is_asked_for_nothing_required_may_stay_silent(tmp_path: Path) -> None:
    masters, output = tmp_path / "masters", tmp_path / "output"
    shutil.copytree(SECOND, masters)
    fields = (masters / "fields.csv").read_text(encoding="utf-8-sig")
    assert "基本目標,選択,記入,必須" in fields
    optional = fields.replace("基本目標,選択,記入,必須", "基本目標,選択,記入,")
    (masters / "fields.csv").write_text(optional, encoding="utf-8-sig")

    def second(*words: str) -> Result:
        options = ("--year", "R7", "--plan", str(masters), "--output", str(output))
        return CliRunner().invoke(app, [*words, *options])

    for round_ in ((), ("--round", "kyogi", "--allow-missing")):
        assert second("build", *round_).exit_code == 0
        assert second("merge", *round_[:2]).exit_code == 1
    assert second("report").exit_code == 0
    words = second("archive").output
    assert words.count("・進行状況調べ：") == words.count("\n・") > 1


def test_an_edited_table_is_refused_whatever_is_allowed(year: Path) -> None:
    merged = folder(year, "jisseki") / "4_取りまとめ"
    for name in ("確認事項一覧.csv", "回収状況.csv"):
        path = merged / name
        path.write_bytes("Excelで保存".encode("cp932"))
        words = refused(year, "--allow-open")
        assert f"・実績照会：{path} が取りまとめの後に書き換えられています。" in words
        assert "\n　kakunin merge --year R7" in words
        assert kakunin(year, "merge", "--year", "R7").exit_code == 0
    assert len(ledger(year)) == 1


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="heeds no modes")
def test_a_file_that_cannot_be_read_is_named(year: Path) -> None:
    path = year / YEAR / "確認表" / "控え" / "読めない.txt"
    path.write_text("x", encoding="utf-8")
    path.chmod(0)
    assert str(path) in refused(year)


def then(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something happens once everything was looked at, before it is packed."""

    def open_items_(*args: Any) -> tuple[str, ...]:
        found = open_items(*args)
        happens()
        return found

    monkeypatch.setattr("kakunin_xlsx.office.archive.open_items", open_items_)


def archived_badly(output: Path) -> str:
    with pytest.raises(Stop) as stop:
        archive_year(at(output, MASTERS), MASTERS)
    assert {path.name for path in (output / "保存").iterdir()} == {f"{YEAR}.zip", LEDGER}
    assert len(ledger(output)) == 1
    return str(stop.value)


def test_a_file_that_refuses_is_named(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def refuse(self: Path, *args: Any, **named: Any) -> Any:
        if self.name == "shido.xlsx":
            raise PermissionError(13, "refused", str(self))
        return real(self, *args, **named)

    then(monkeypatch, lambda: monkeypatch.setattr(Path, "open", refuse))
    path = folder(year, "jisseki") / "2_回収" / "shido.xlsx"
    assert archived_badly(year).startswith(f"{path}\n読み取れないため、保存できません。")


LATE = [
    "2_回収/いま届いた.txt",
    "2_回収/shido.xlsx",
    "4_取りまとめ/回答一覧.csv",
    "4_取りまとめ/決定.csv",
]


@pytest.mark.parametrize("name", LATE)
def test_what_changes_while_packing_is_noticed(
    year: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    late = folder(year, "jisseki") / name
    then(monkeypatch, lambda: late.write_bytes(b"late"))
    words = archived_badly(year)
    assert words.startswith("実績照会のファイルか台帳が、取りまとめの後に変わっています。")
    assert "\n　kakunin merge --year R7" in words


def test_a_full_disk_leaves_nothing_behind(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    then(monkeypatch, lambda: monkeypatch.setattr(os, "fsync", full))
    assert "ディスクの空きがありません" in archived_badly(year)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "「--year R7」を指定してください"),
        (["somewhere"], "「somewhere」は、--restore と一緒に"),
        (["--restore", "R7"], "並べるフォルダーの名前を"),
        (["--restore", "R7", "x", "--year", "R7"], "--year と --allow-open を付けない"),
        (["--year", "R12"], "令和6年度から令和8年度まで"),
        (
            ["--restore", "R6", "x"],
            "「R6」は保存台帳にありません。次から選んでください：令和7年度.zip",
        ),
    ],
)
def test_words_that_do_not_fit_are_told(finished: Path, words: list[str], said: str) -> None:
    result = kakunin(finished, "archive", *words)
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_a_year_that_was_not_begun_is_told(tmp_path: Path) -> None:
    assert "令和7年度のフォルダーがありません" in refused(tmp_path)


def test_a_broken_chain_takes_no_further_entry(year: Path) -> None:
    edit_ledger(year, lambda entries: entries[0].update({"誰": "別人"}))
    assert "1番目の記録" in refused(year)
    (year / "保存" / "保存台帳.json").write_bytes(b"")
    assert "保存台帳.json を読めません" in refused(year)


# Killed.


def run_archiver(output: Path, *step: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, archiver.__file__, str(MASTERS), str(output), *step]
    paths = os.pathsep.join((str(ROOT), *sys.path))
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
    )


def assert_good(output: Path, first: bytes) -> None:
    """The old archive stands, and archiving once more ends well and takes what was left."""
    assert zip_of(output).read_bytes() == first
    assert set(kinds(verify(output))) <= {("台帳にないzip", f"{YEAR}-2.zip")}
    before = len(ledger(output))
    made = archive(output)
    assert len(ledger(output)) == before + 1
    assert made["path"].endswith(f"{YEAR}-{before + 1}.zip")
    assert verify(output)["違う所"] == []


FLUSHES = 3 if os.name == "posix" else 2  # Windows flushes no folder
STEPS = [
    *[("fsync", when, str(1 + call)) for when in ("before", "after") for call in range(FLUSHES)],
    *[("replace", when, str(call)) for when in ("before", "after") for call in (1, 2)],
]


@pytest.mark.parametrize("step", STEPS, ids="-".join)
def test_killed_at_a_step_old_archive_and_ledger_stay_good(
    year: Path, step: tuple[str, str, str]
) -> None:
    first = zip_of(year).read_bytes()
    with run_archiver(year, *step) as process:
        process.wait()
    assert process.returncode == DIED
    assert_good(year, first)


@pytest.mark.slow
def test_killed_at_any_moment_old_archive_and_ledger_stay_good(year: Path) -> None:
    first = zip_of(year).read_bytes()
    for moment in range(10):
        with run_archiver(year) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(0.12 * moment)
            process.kill()
        assert zip_of(year).read_bytes() == first
        assert {kind for kind, _ in kinds(verify(year))} <= {"台帳にないzip"}
    archive(year)
    assert verify(year)["違う所"] == []
