"""Nothing here asks a network: no command opens a socket, nor does a process it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.example import MASTERS

# Python reads it first, in every process that is started: it tells of each socket.
WATCH = """
import os, sys, socket

def _watch(event, details):
    inside = event == "socket.__new__" and details[1] not in (socket.AF_INET, socket.AF_INET6)
    if event.startswith("socket.") and not inside and event != "socket.gethostname":
        with open(os.environ["SOCKETS"], "a", encoding="utf-8") as told:
            told.write(f"{event} {details[1:]}\\n")

sys.addaudithook(_watch)
with open(os.environ["SOCKETS"] + ".watched", "a", encoding="utf-8") as told:
    told.write(f"{os.getpid()}\\n")
"""


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """An environment in which every Python tells of its sockets."""
    folder = tmp_path / "watch"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    paths = [str(folder), *(path for path in sys.path if path)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "SOCKETS": str(tmp_path / "sockets"),
        "KAKUNIN_SOFFICE": "nowhere",
    }


def told(watched: dict[str, str], kind: str = "") -> list[str]:
    path = Path(watched["SOCKETS"] + kind)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_the_watch_sees_a_socket(watched: dict[str, str]) -> None:
    code = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", code], env=watched, check=True)
    assert [line.split()[0] for line in told(watched)] == ["socket.__new__", "socket.connect"]


def test_a_round_opens_no_socket(watched: dict[str, str], tmp_path: Path) -> None:
    """Forms built, a return read by a process of its own and merged, the paper made."""
    masters = ("--plan", str(MASTERS), "--output", str(tmp_path / "output"), "--year", "R7")
    round_ = tmp_path / "output/令和7年度/1_実績照会"
    for word in ("build", "merge", "report"):
        command = [sys.executable, "-m", "kakunin_xlsx", word, *masters]
        done = subprocess.run(command, env=watched, capture_output=True, text=True, check=False)
        assert done.returncode == (1 if word == "merge" else 0), done.stderr
        if word == "build":
            form = next((round_ / "1_配布").glob("*.xlsx"))
            (round_ / "2_回収").mkdir(exist_ok=True)
            (round_ / "2_回収" / form.name).write_bytes(form.read_bytes())
    assert told(watched) == []
    assert len(set(told(watched, ".watched"))) > 3  # the reader's own process, too


@pytest.mark.slow
def test_a_whole_cycle_opens_no_socket(watched: dict[str, str], tmp_path: Path) -> None:
    """`demo` runs every command's work: build, check, merge, report, archive, verify, revise."""
    command = [sys.executable, "-m", "kakunin_xlsx", "demo", str(tmp_path / "demo")]
    done = subprocess.run(command, env=watched, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert told(watched) == []
    assert len(set(told(watched, ".watched"))) > 3  # the readers' own processes, too
