"""Commands where no screen, no keyboard, no letters or no room is: words or silence, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.example import MASTERS, ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="closes streams with a shell")
COMMANDS = {
    "--help": 0,
    "": 0,
    "status --year R7": 0,
    "build --year R7": 0,
    "merge --year R7": 1,
    "merge --year R9": 2,
    "nonsense": 2,
}
CLOSED = {
    "stdin": "<&-",
    "stdout": ">&-",
    "stderr": "2>&-",
    "both": ">&- 2>&-",
    "all": "<&- >&- 2>&-",
}


def run(
    folder: Path, words: str, how: str = "", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}
    line = f'"{sys.executable}" -m kakunin_xlsx {words} {how}'
    return subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, env=environment, capture_output=True, check=False
    )


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize(
    "closed",
    ["all", *(pytest.param(each, marks=pytest.mark.slow) for each in CLOSED if each != "all")],
)
def test_a_closed_stream_changes_nothing(tmp_path: Path, words: str, closed: str) -> None:
    done = run(tmp_path, words, CLOSED[closed])
    assert b"Traceback" not in done.stderr + done.stdout
    assert done.returncode == COMMANDS[words]


def test_files_are_whole_where_nobody_listens(tmp_path: Path) -> None:
    """A file that is opened must not take the place of a closed stream."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    run(tmp_path / "a", "build --year R7")
    run(tmp_path / "b", "build --year R7", "<&- >&- 2>&-")
    made = [sorted((tmp_path / each).rglob("*.xlsx")) for each in "ab"]
    first, second = ([path.read_bytes() for path in paths] for paths in made)
    assert len(first) == 5
    assert first == second


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to play with")
@pytest.mark.parametrize("words", ["--help", "", "status --year R7"])
def test_no_room_for_the_words(tmp_path: Path, words: str) -> None:
    done = run(tmp_path, words, "> /dev/full")
    assert done.returncode == 3
    assert "空きがありません" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to play with")
def test_no_room_for_a_complaint(tmp_path: Path) -> None:
    assert run(tmp_path, "merge --year R9", "2> /dev/full").returncode == 2


LOCALES: Mapping[str, Mapping[str, str]] = {
    "C": {"LC_ALL": "C"},
    "C and nothing helps": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "POSIX": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
}


@pytest.mark.parametrize("name", LOCALES)
def test_any_locale_writes_japanese_names(tmp_path: Path, name: str) -> None:
    done = run(tmp_path, "build --year R7 --only 指導室", more=LOCALES[name])
    assert done.returncode == 0
    assert done.stderr.decode().startswith("付属の計画の台帳を masters/")
    assert done.stderr.count(b"\n") == 1
    assert "指導室" in done.stdout.decode()
    assert len(list(tmp_path.rglob("【指導室】*.xlsx"))) == 1
    assert MASTERS.is_dir()


def test_workers_that_cannot_start(tmp_path: Path) -> None:
    """The system has no room for one more process."""
    (tmp_path / "sitecustomize.py").write_text(
        "import multiprocessing.util\n"
        "def refused(*_): raise BlockingIOError(11, 'no more processes')\n"
        "multiprocessing.util.spawnv_passfds = refused\n",
        encoding="utf-8",
    )
    folder = tmp_path / "output/令和7年度/1_実績照会/2_回収"
    folder.mkdir(parents=True)
    (folder / "回答.xlsx").write_bytes(b"PK\x03\x04")
    more = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    for words in ("merge --year R7", "check --year R7"):
        done = run(tmp_path, words, more=more)
        assert done.returncode == 3
        assert "部品を動かせない" in done.stderr.decode()
        assert b"Traceback" not in done.stderr + done.stdout
    assert not (folder.parent / "4_取りまとめ").exists()
