"""Nothing under 2_回収 is ever changed, and the same files say the same under other names."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.cli.test_commands import JISSEKI, kakunin, returned
from tests.people.base import NEXT, ROW, book, filled
from tests.people.test_people_edit import comment_only

Snapshot = dict[str, tuple[bytes, int]]
RETURNED = Path(JISSEKI) / "2_回収"


def snapshot(folder: Path) -> Snapshot:
    """Every file with its bytes and time stamp."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@cache
def files() -> dict[str, bytes]:
    """A faulty return, its replacement, two that disagree, and what is no form."""
    faulty = book()
    comment_only(faulty)
    again = book().fill("*", "submission", "差替え").fill("*", "turn", 2)
    other = book("学校教育課").fill("3-3-1b", "rating", "C 一部実施")
    added = book("福祉相談課").fill("*", "submission", "追加").fill("*", "turn", 2)
    return {
        "指導室.xlsx": faulty.data(),
        "指導室_差替え.xlsx": again.fill(NEXT, "next", "続ける。").data(),
        "学校教育課.xlsx": filled("学校教育課"),
        "学校教育課2.xlsx": other.data(),
        "福祉相談課.xlsx": filled("福祉相談課"),
        "福祉相談課_追加.xlsx": added.data(),
        "メモ.txt": "メモ".encode(),
        "壊.xlsx": filled()[:5000],
    }


@pytest.fixture
def year(tmp_path: Path) -> Path:
    for name, data in files().items():
        returned(tmp_path, name, data)
    for path in (tmp_path / RETURNED).iterdir():
        os.utime(path, ns=(1, 1_700_000_000_000_000_000))
    return tmp_path


def test_returned_files_keep_their_bytes_and_times(year: Path) -> None:
    before = snapshot(year / RETURNED)
    for words in (
        ["check", "--annotate"],
        ["merge"],
        ["merge"],
        ["merge", "--dry-run"],
        ["report"],
    ):
        kakunin(year, *words, "--year", "R7")
    assert snapshot(year / RETURNED) == before


@pytest.mark.parametrize("merged_before", [False, True])
def test_a_trial_run_writes_nothing_at_all(year: Path, merged_before: bool) -> None:
    if merged_before:
        kakunin(year, "merge", "--year", "R7")
    elsewhere = year.parent / "机の上.xlsx"
    elsewhere.write_bytes(filled("まちづくり推進課"))
    before = snapshot(year)
    assert kakunin(year, "merge", "--year", "R7", "--dry-run", str(elsewhere)).exit_code == 1
    assert snapshot(year) == before


def answers(output: Path) -> list[list[str]]:
    """回答一覧.csv without the names of files."""
    text = (output / JISSEKI / "4_取りまとめ" / "回答一覧.csv").read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    at = head.index("ファイル")
    return [row[:at] + row[at + 1 :] for row in rows]


def merged(output: Path, lay: Callable[[Path, dict[str, bytes]], None]) -> list[list[str]]:
    folder = output / RETURNED
    folder.mkdir(parents=True)
    lay(folder, files())
    kakunin(output, "merge", "--year", "R7")
    return answers(output)


def plainly(folder: Path, these: dict[str, bytes]) -> None:
    for name, data in these.items():
        (folder / name).write_bytes(data)


def renamed(folder: Path, these: dict[str, bytes]) -> None:
    plainly(folder, {f"{99 - at}.bin": data for at, data in enumerate(these.values())})


def in_folders(folder: Path, these: dict[str, bytes]) -> None:
    for at, (name, data) in enumerate(these.items()):
        inner = folder / f"{9 - at}" / "受信"
        inner.mkdir(parents=True)
        (inner / name).write_bytes(data)


def zipped(folder: Path, these: dict[str, bytes]) -> None:
    with zipfile.ZipFile(folder / "まとめ.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in reversed(list(these.items())):
            archive.writestr(name, data)


def copied(folder: Path, these: dict[str, bytes]) -> None:
    plainly(folder, these)
    plainly(folder, {f"{Path(name).stem} (1){Path(name).suffix}": d for name, d in these.items()})


@pytest.mark.parametrize("lay", [renamed, in_folders, zipped, copied])
def test_names_and_places_of_files_change_no_answer(
    lay: Callable[[Path, dict[str, bytes]], None], tmp_path: Path
) -> None:
    assert merged(tmp_path / "別", lay) == merged(tmp_path / "元", plainly)


def test_merging_again_writes_the_same_bytes(year: Path) -> None:
    kakunin(year, "merge", "--year", "R7")
    before = snapshot(year)
    kakunin(year, "merge", "--year", "R7")
    assert snapshot(year) == before
    assert any("rating" in row and "相違" in row for row in answers(year))


def test_the_replaced_return_stays_on_record(year: Path) -> None:
    kakunin(year, "merge", "--year", "R7")
    kept = [row for row in answers(year) if row[4] == ROW and "差替え" in row]
    assert kept
