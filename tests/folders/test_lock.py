"""One writer at a time: who has the lock and since when, and what ends it."""

from __future__ import annotations

import errno
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from kakunin_xlsx.folders.lock import LOCK, InUse, locked, user
from tests.folders import holder


@contextmanager
def hold(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has the lock until it is killed."""
    command = [sys.executable, holder.__file__, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().strip() == b"held"
            yield process
        finally:
            process.kill()


def test_it_says_who_has_it_and_since_when(tmp_path: Path) -> None:
    with hold(tmp_path) as process:
        with pytest.raises(InUse) as refused, locked(tmp_path, patience=0.2):
            pass
        words = str(refused.value)
        said = json.loads((tmp_path / LOCK).read_bytes())
        assert said["番号"] == str(process.pid)
        for part in (str(tmp_path), user(), platform.node(), said["日時"]):
            assert part in words


def test_it_ends_with_its_process_and_leaves_nothing(tmp_path: Path) -> None:
    with hold(tmp_path):
        pass
    assert (tmp_path / LOCK).exists()
    with locked(tmp_path, patience=0):
        assert json.loads((tmp_path / LOCK).read_bytes())["番号"] == str(os.getpid())
    assert list(tmp_path.iterdir()) == []


def test_it_waits_for_one_that_is_soon_done(tmp_path: Path) -> None:
    with hold(tmp_path) as process:
        started = time.monotonic()
        Timer(1, process.kill).start()
        with locked(tmp_path, patience=20):
            assert time.monotonic() - started < 15


def test_the_same_process_has_it_once_more(tmp_path: Path) -> None:
    with locked(tmp_path), locked(tmp_path / "x" / ".."):
        assert (tmp_path / LOCK).exists()
    assert not (tmp_path / LOCK).exists()


def test_a_folder_made_for_it_goes_again_unless_something_was_written(tmp_path: Path) -> None:
    with locked(tmp_path / "一" / "二"):
        pass
    assert list(tmp_path.iterdir()) == []
    with locked(tmp_path / "一" / "二"):
        (tmp_path / "一" / "x").touch()
    assert [path.name for path in (tmp_path / "一").iterdir()] == ["x"]


def test_a_place_that_takes_no_file_is_not_locked(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with locked(tmp_path / "file" / "folder"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drive that knows no locks."""
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


@pytest.mark.usefixtures("no_locks")
@pytest.mark.parametrize(
    ("host", "number", "age", "free"),
    [
        ("別のパソコン", "1", 60, False),
        ("別のパソコン", "1", 7200, True),
        (platform.node(), str(os.getppid()), 60, False),
        (platform.node(), "999999999", 60, True),
        (platform.node(), "x", 60, True),
    ],
)
def test_on_a_drive_without_locks_the_text_counts(
    tmp_path: Path, host: str, number: str, age: int, free: bool
) -> None:
    said = {"誰": "田中", "パソコン": host, "番号": number, "日時": "2026-04-20 10:00:00"}
    path = tmp_path / LOCK
    path.write_text(json.dumps(said), encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)
    if free:
        with locked(tmp_path, patience=0):
            assert json.loads(path.read_bytes())["番号"] == str(os.getpid())
    else:
        with (
            pytest.raises(InUse, match=r"田中.*パソコン.*2026-04-20 10:00:00"),
            locked(tmp_path, patience=0),
        ):
            pass
        assert json.loads(path.read_bytes()) == said
