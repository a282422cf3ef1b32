"""Every command that writes, killed before each of its file moves; and two of them at once."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.cli import options
from kakunin_xlsx.cli.app import app
from kakunin_xlsx.folders.lock import LOCK, locked
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.stop import Stop
from tests.cli import killed
from tests.cli.test_commands import JISSEKI
from tests.example import MASTERS, ROOT
from tests.folders.test_lock import hold
from tests.folders.writer import DIED
from tests.masters_book.desk import CONFIRMED, Desk
from tests.people.base import NEXT, ROW, filled, of
from tests.people.base import book as form

R7 = ("--year", "R7")
DECISIONS = f"output/{JISSEKI}/4_取りまとめ/決定.csv"


@dataclass(frozen=True)
class Place:
    """A folder with masters and output, as one works in it."""

    root: Path

    def words(self, *words: str) -> list[str]:
        """With the masters and the output of this place, as far as the command has these."""
        plan = ["--plan", str(self.root / MASTERS.name)]
        output = ["--output", str(self.root / "output")]
        return [*words, *({"masters": plan, "init": []}.get(words[0], [*plan, *output]))]

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, self.words(*words))

    def begin(self, call: int, *words: str) -> subprocess.Popen[str]:
        """The command in a process of its own, killed before that move (never before the 0th)."""
        return subprocess.Popen(
            [sys.executable, killed.__file__, str(call), *self.words(*words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def dies(self, call: int, *words: str) -> bool:
        """False if the command was done before it came to that move."""
        with self.begin(call, *words) as process:
            told = process.communicate()
        assert process.returncode in (0, 1, DIED), told
        return process.returncode == DIED

    def files(self) -> dict[str, bytes]:
        found = (path for path in self.root.rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in found}

    def copy(self, to: Path) -> Place:
        return Place(Path(shutil.copytree(self.root, to)))


NEW_BOOK = "新しい台帳.xlsx"


@pytest.fixture(scope="module")
def began(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Forms are out; one is to be replaced; two returns of one 課 differ in two cells."""
    place = Place(tmp_path_factory.mktemp("途中"))
    shutil.copytree(MASTERS, place.root / MASTERS.name)
    desk = Desk(place.root / MASTERS.name, place.root / "台帳.xlsx", {})
    assert place.run("build", *R7).exit_code == 0
    first = next((place.root / "output" / JISSEKI / "1_配布").glob("*.xlsx"))
    first.write_bytes(b"older")
    returned = place.root / "output" / JISSEKI / "2_回収"
    (returned / "一人目.xlsx").write_bytes(filled())
    other = form().fill(ROW, "rating", "C 一部実施").fill(NEXT, "rating", "C 一部実施")
    (returned / "二人目.xlsx").write_bytes(other.data())
    assert place.run("merge", *R7).exit_code == 1
    assert place.run("report", *R7).exit_code == 0
    assert place.run("masters", "export", str(desk.path)).exit_code == 0
    with desk.edit() as hands:
        told = {**CONFIRMED, book.PRINTED: "窓口の見直し", book.PAGE: "24"}
        hands.type(book.OPEN_SHEET, {book.KEY: "1-1-2/R8", book.COLUMN: "目標文"}, told)
    plan = ("--title", "架空市第1次緑の計画", "--city", "架空市", "--office", "環境課")
    years = ("--from-year", "R7", "--to-year", "R9", "--department", "環境課")
    made = place.run("init", "新しい計画", str(place.root / NEW_BOOK), *plan, *years)
    assert made.exit_code == 0, made.output
    return place


COMMANDS = {
    "build": ("build", *R7),
    "build the next": ("build", *R7, "--round", "naibu", "--allow-missing"),
    "merge": ("merge", *R7, "--prefer", "一人目.xlsx"),
    "check": ("check", *R7, "--annotate"),
    "letters": ("letters", *R7, "--on", "2026-04-20"),
    "report": ("report", *R7, "--issue", "--text"),
    "import": ("masters", "import", "台帳.xlsx"),
    "init": ("init", "新しい計画", "--from", NEW_BOOK),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_before_any_move_all_is_old_or_the_next_command_ends_it(
    began: Place, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = COMMANDS[name]
    whole = began.copy(tmp_path / "whole")
    monkeypatch.chdir(whole.root)
    with moves_counted(monkeypatch) as moves:
        done = whole.run(*words)
    assert done.exit_code in (0, 1), done.output
    old, new = untimed(began.files()), untimed(whole.files())
    last = len(moves)
    for call in range(1, last + 1):
        place = began.copy(tmp_path / str(call))
        monkeypatch.chdir(place.root)
        assert place.dies(call, *words), call
        told = place.run(*(words if name == "init" else ("status", *R7))).stderr
        now = untimed(visible(place.files()))
        assert now in (old, new), call
        assert ("残りの" in told) == (now == new)
        if now == old:
            again = place.run(*words)
            assert (again.exit_code, untimed(visible(place.files()))) == (done.exit_code, new)
    assert moves


@contextmanager
def moves_counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """The files that are moved meanwhile."""
    moved: list[Path] = []
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        moved.append(self)
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        yield moved


def untimed(files: dict[str, bytes]) -> dict[str, object]:
    """決定.csv without the moment of deciding, and without what holds its digest."""
    if DECISIONS not in files:
        return dict(files)
    rows = list(csv.DictReader(io.StringIO(files[DECISIONS].decode("utf-8-sig"), newline="")))
    mine: dict[str, object] = {DECISIONS: [{**row, "日時": ""} for row in rows]}
    merged = {name for name in files if "/4_取りまとめ/" in name}
    return {**{n: d for n, d in files.items() if n not in merged}, **mine, "merged": len(merged)}


def visible(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without what a killed run left half-written, which is swept later."""
    return {n: d for n, d in files.items() if not n.rpartition("/")[2].startswith(".")}


# Two at once.


def two_at_once(place: Place, one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[str]:
    """What the two said that ended with 3; both begin at the same moment."""
    both = [place.begin(0, *words) for words in (one, other)]
    for process in both:
        with process:
            _, told = process.communicate()
        assert process.returncode in (0, 1, 3), told
        if process.returncode == 3:
            assert "使っている人" in told
            yield told


@pytest.mark.slow
def test_two_clerks_decide_at_once_and_no_decision_is_lost(began: Place, tmp_path: Path) -> None:
    place = began.copy(tmp_path / "二人")
    returned, other = place.root / "output" / JISSEKI / "2_回収", "学校教育課"
    row = next(row.id for row in of(other).rows if row.open)
    (returned / "三人目.xlsx").write_bytes(filled(other))
    (returned / "四人目.xlsx").write_bytes(form(other).fill(row, "rating", "D 未実施").data())
    merges = [("merge", *R7, "--prefer", name) for name in ("二人目.xlsx", "四人目.xlsx")]
    refused = list(two_at_once(place, *merges))
    rows = csv.DictReader(io.StringIO((place.root / DECISIONS).read_text("utf-8-sig")))
    decided = [(row["回答元"] if "回答元" in row else row["行ID"]) for row in rows]
    assert len(set(decided)) == 3 or refused, decided  # two cells of one, one of the other
    assert not (place.root / "output" / LOCK).exists()


@pytest.mark.slow
def test_two_archives_at_once_are_both_in_the_ledger(began: Place, tmp_path: Path) -> None:
    place = began.copy(tmp_path / "二人")
    words = ("archive", *R7, "--allow-open")
    refused = list(two_at_once(place, words, words))
    kept = place.root / "output" / "保存"
    entries = json.loads((kept / "保存台帳.json").read_bytes())
    assert len(entries) == len(list(kept.glob("*.zip"))) == 2 - len(refused)
    assert place.run("verify").exit_code in (0, 2)


@pytest.mark.slow
def test_two_imports_at_once_are_one_after_the_other(
    began: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = began.copy(tmp_path / "二人")
    monkeypatch.chdir(place.root)
    second = Desk(place.root / MASTERS.name, place.root / "もう一つ.xlsx", {})
    assert place.run("masters", "export", str(second.path)).exit_code == 0
    with second.edit() as hands:
        cell = {book.KEY: "1-1-1/R8", book.COLUMN: "目標文"}
        hands.type(book.OPEN_SHEET, cell, CONFIRMED)
    both = (("masters", "import", "台帳.xlsx"), ("masters", "import", "もう一つ.xlsx"))
    refused = list(two_at_once(place, *both))
    readings = (place.root / MASTERS.name / "readings.csv").read_text("utf-8-sig")
    assert readings.count("架空 花子") == 2 - len(refused)


def test_who_may_only_read_looks_at_what_a_killed_run_left(
    began: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> dict[Path, None]:
        if folder.name == "output":
            raise Stop("書き込めない場所です。")
        return {}

    monkeypatch.setattr(options, "finish", refuse)
    for reader in (("status", *R7), ("merge", *R7, "--dry-run"), ("check", *R7)):
        seen = began.run(*reader)
        assert (seen.exit_code in (0, 1), "途中で止まっています" in seen.stderr) == (True, True)
    writer = began.run("merge", *R7)
    assert (writer.exit_code, writer.stderr) == (3, "書き込めない場所です。\n")


@pytest.mark.parametrize("name", ["build", "merge", "check", "letters", "report", "import"])
def test_a_writer_is_refused_in_words_and_changes_nothing(
    began: Place, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = began.copy(tmp_path / "使用中")
    monkeypatch.chdir(place.root)
    monkeypatch.setattr(options, "locked", partial(locked, patience=0.1))
    before = place.files()
    held = place.root / (MASTERS.name if name == "import" else "output")
    with hold(held):
        result = place.run(*COMMANDS[name])
        assert (result.exit_code, "いつから" in result.stderr) == (3, True), result.output
        for reader in (("status", *R7), ("merge", *R7, "--dry-run"), ("check", *R7)):
            assert place.run(*reader).exit_code in (0, 1)
    assert visible(place.files()) == before
