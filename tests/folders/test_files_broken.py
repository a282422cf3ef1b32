"""Writing where it goes wrong: old or new, never half; a refusal is a sentence with the path.

A full disk and a read-only one are real where this computer lets the tests mount one, and
injected everywhere.
"""

from __future__ import annotations

import errno
import io
import mmap
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from kakunin_xlsx.folders.files import write_file, write_files
from kakunin_xlsx.folders.refusals import windows_takes
from kakunin_xlsx.stop import Stop
from tests.folders import writer
from tests.folders.writer import DIED, FILES, NEW, OLD

pytestmark = pytest.mark.usefixtures("own_workers")  # they sleep, too

PAGE = mmap.PAGESIZE
SPACE = "ディスクの空き"
DELAYS = [number * 0.0013 for number in range(30)]  # over some dozen writes


def mount(folder: Path, *options: str) -> bool:
    """Mount a disk of 16 pages there, mostly 64 KB; False where that is not to be had."""
    wanted = ",".join((f"size={16 * PAGE}", *options))
    command = ["mount", "-t", "tmpfs", "-o", wanted, "small", str(folder)]
    if sys.platform != "linux" or not shutil.which("mount"):
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Whether there is one to be had; taken away again."""
    there = mount(folder)
    try:
        yield there
    finally:
        if there:
            subprocess.run(["umount", str(folder)], check=True)


def mounts_are_possible() -> bool:
    with TemporaryDirectory() as name, small_disk(Path(name)) as there:
        return there


def modes_are_heeded() -> bool:
    """Not by the superuser, and not by Windows for a folder."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o500)
        return not os.access(name, os.W_OK)


MOUNTS = ["tmpfs"] if mounts_are_possible() else []
MODES = ["chmod"] if modes_are_heeded() else []


def laid(folder: Path, data: bytes = OLD) -> dict[Path, bytes]:
    """All files as they stood before; what is to be written in their place."""
    for name in FILES:
        (folder / name).write_bytes(data)
    return {folder / name: NEW for name in FILES}


def beside(folder: Path) -> list[str]:
    """Whatever else than the files lies there."""
    return [path.name for path in folder.iterdir() if path.name not in FILES]


def stopped(files: Mapping[Path, bytes]) -> str:
    with pytest.raises(Stop) as refused:
        write_files(files)
    words = str(refused.value)
    assert not re.search("エラー|不正|違反|Errno|WinError", words)
    return words


def assert_all_old(files: Mapping[Path, bytes], data: bytes = OLD) -> None:
    assert [path.read_bytes() for path in files] == [data] * len(files)
    assert beside(next(iter(files)).parent) == []


# Killed


def test_a_run_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / FILES[0]
    path.write_bytes(OLD)
    for delay in DELAYS:
        with subprocess.Popen(
            [sys.executable, writer.__file__, str(tmp_path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout
            assert process.stdout.readline()
            time.sleep(delay)
            process.kill()
        assert path.read_bytes() in (OLD, NEW)
    assert beside(tmp_path), "none was killed while it was writing"
    assert write_file(path, b"next")


STEPS = [
    *[("fsync", when, call, 0) for when in ("before", "after") for call in (1, 2, 3)],
    *[("replace", "before", call, call - 1) for call in (1, 2, 3)],
    *[("replace", "after", call, call) for call in (1, 2, 3)],
]


@pytest.mark.parametrize(("step", "when", "call", "new"), STEPS)
def test_a_run_killed_at_a_step_leaves_whole_files_in_order(
    tmp_path: Path, step: str, when: str, call: int, new: int
) -> None:
    files = laid(tmp_path)
    command = [sys.executable, writer.__file__, str(tmp_path), step, when, str(call)]
    assert subprocess.run(command, check=False).returncode == DIED
    assert [path.read_bytes() for path in files] == [NEW] * new + [OLD] * (len(files) - new)
    assert write_files(files) == set(list(files)[new:])


# A full disk


def on_call(number: int) -> Callable[[], bool]:
    calls = count(1)
    return lambda: next(calls) == number


def refusing(code: int) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


full = refusing(errno.ENOSPC)


class HalfWritten(io.FileIO):
    def write(self, data: Any) -> int:
        super().write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "half of it is there")


def break_opening(
    patch: pytest.MonkeyPatch, now: Callable[[], bool], to: Callable[..., Any]
) -> None:
    real: Callable[..., Any] = Path.open

    def opened(self: Path, mode: str = "r", *args: Any, **named: Any) -> Any:
        return to(self, mode) if "x" in mode and now() else real(self, mode, *args, **named)

    patch.setattr(Path, "open", opened)


def break_create(patch: pytest.MonkeyPatch, now: Callable[[], bool]) -> None:
    break_opening(patch, now, full)


def break_write(patch: pytest.MonkeyPatch, now: Callable[[], bool]) -> None:
    break_opening(patch, now, HalfWritten)


def break_fsync(patch: pytest.MonkeyPatch, now: Callable[[], bool]) -> None:
    real = os.fsync

    def flushed(handle: int) -> None:
        (full if now() else real)(handle)

    patch.setattr(os, "fsync", flushed)


def break_read_back(patch: pytest.MonkeyPatch, now: Callable[[], bool]) -> None:
    real: Callable[..., Any] = Path.open

    def opened(self: Path, mode: str = "r", *args: Any, **named: Any) -> Any:
        if mode == "rb" and self.name.endswith("書込中") and now():
            return io.BytesIO(self.read_bytes()[:-1])
        return real(self, mode, *args, **named)

    patch.setattr(Path, "open", opened)


FAULTS = [break_create, break_write, break_fsync, break_read_back]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_full_disk_leaves_all_files_old(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[pytest.MonkeyPatch, Callable[[], bool]], None],
    number: int,
) -> None:
    files = laid(tmp_path)
    with monkeypatch.context() as patch:
        fault(patch, on_call(number))
        words = stopped(files)
    assert words.startswith(f"{list(files)[number - 1]}\n")
    assert SPACE in words
    assert_all_old(files)


@pytest.fixture(params=["injected", *MOUNTS])
def full_disk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A folder with room for all files as they are and for two of the new ones."""
    if request.param == "injected":
        break_write(monkeypatch, on_call(3))
        yield tmp_path
    else:
        with small_disk(tmp_path):
            yield tmp_path


def test_a_disk_that_fills_up_leaves_all_files_old(full_disk: Path) -> None:
    old = b"o" * (2 * PAGE)
    files = dict.fromkeys(laid(full_disk, old), b"n" * (4 * PAGE))
    words = stopped(files)
    assert words.startswith(f"{full_disk / FILES[2]}\n")
    assert SPACE in words
    assert_all_old(files, old)
    assert write_files(dict.fromkeys(files, b"short")) == set(files)


# Refused


def refuse(patch: pytest.MonkeyPatch, method: str, name: str, code: int = errno.EACCES) -> None:
    """Refuse what `method` does to the file of that name, as Windows does if Excel has it."""
    real: Callable[..., Any] = getattr(Path, method)

    def refused(self: Path, *args: Any, **named: Any) -> Any:
        writes = method != "open" or args[:1] == ("r+b",)
        meant = writes and name in {self.name, *(Path(each).name for each in args)}
        return (refusing(code) if meant else real)(self, *args, **named)

    patch.setattr(Path, method, refused)
    patch.setattr(time, "sleep", lambda _: None)  # nobody lets go meanwhile


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("method", ["open", "replace"], ids=["in Excel", "at the last moment"])
def test_a_file_that_is_held_is_named_and_all_stay_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, number: int
) -> None:
    files = laid(tmp_path)
    refuse(monkeypatch, method, FILES[number])
    words = stopped(files)
    assert words.startswith(f"{tmp_path / FILES[number]}\n")
    assert "Excelなどで開いている場合は閉じて" in words
    monkeypatch.undo()
    assert_all_old(files)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "空きを作って"),
        (errno.EDQUOT, "空きを作って"),
        (errno.EROFS, "出力先は --output で"),
        (errno.ENAMETOOLONG, "名前が長すぎます"),
        (errno.EPERM, "閉じてから、もう一度"),
        (errno.ENOENT, "保存先（ネットワークドライブなど）への接続"),
        (errno.EIO, "保存先（ネットワークドライブなど）への接続"),
    ],
)
def test_every_refusal_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    files = laid(tmp_path)
    refuse(monkeypatch, "replace", FILES[0], code)
    said = stopped(files)
    assert said.startswith(f"{tmp_path / FILES[0]}\n")
    assert words in said
    assert_all_old(files)


def test_an_old_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = laid(tmp_path)
    refuse(monkeypatch, "open", FILES[1])
    assert stopped(files).startswith(f"{tmp_path / FILES[1]}\n")
    monkeypatch.undo()
    assert_all_old(files)


@pytest.mark.parametrize("name", ["フォルダー", "ファイル/確認表.xlsx"])
def test_a_name_taken_by_something_else_is_told(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "出力"
    for each in (folder, tmp_path / "フォルダー"):
        each.mkdir()
    (tmp_path / "ファイル").touch()
    files = laid(folder)
    assert stopped({**files, tmp_path / name: NEW}).startswith(f"{tmp_path / name}\n")
    assert_all_old(files)


@pytest.fixture(params=["injected", *MODES, *MOUNTS])
def read_only(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A folder with all files, where nothing may be written."""
    with ExitStack() as after:
        if request.param == "tmpfs":
            after.enter_context(small_disk(tmp_path))
        laid(tmp_path, b"old")
        if request.param == "injected":
            break_opening(monkeypatch, lambda: True, refusing(errno.EACCES))
        elif request.param == "chmod":
            tmp_path.chmod(0o500)
            after.callback(tmp_path.chmod, 0o700)
        else:
            assert mount(tmp_path, "remount", "ro")
        yield tmp_path


def test_a_folder_that_takes_no_writing_is_told(read_only: Path) -> None:
    files = {read_only / name: NEW for name in FILES}
    words = stopped(files)
    assert words.startswith(f"{read_only / FILES[0]}\n")
    assert re.search("書き込みの権限|書き込めない場所", words)
    assert_all_old(files, b"old")


# Held for a moment


@pytest.mark.parametrize("method", ["open", "replace"])
def test_what_a_virus_scanner_holds_for_a_moment_is_waited_for(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = laid(tmp_path)
    real: Callable[..., Any] = getattr(Path, method)
    waited: list[float] = []

    def held(self: Path, *args: Any, **named: Any) -> Any:
        writes = method != "open" or args[:1] == ("r+b",)
        meant = writes and FILES[1] in {self.name, *(Path(each).name for each in args)}
        return (refusing(errno.EACCES) if meant and len(waited) < 3 else real)(self, *args, **named)

    monkeypatch.setattr(Path, method, held)
    monkeypatch.setattr(time, "sleep", waited.append)
    assert write_files(files) == set(files)
    assert len(waited) == 3
    assert sum(waited) < 1
    assert beside(tmp_path) == []


def test_no_longer_than_some_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, waited = laid(tmp_path), list[float]()
    refuse(monkeypatch, "replace", FILES[0])
    monkeypatch.setattr(time, "sleep", waited.append)
    assert "Excelなどで開いている場合は閉じて" in stopped(files)
    assert 1 < sum(waited) < 3


# Names


@pytest.mark.parametrize(
    "name", ["CON.xlsx", "aux.xlsx", "a?b.xlsx", "com1", "Lpt9.tar.gz", "案:1", "nul .txt", "a|b"]
)
def test_a_name_that_windows_does_not_take_is_told_as_that(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    for path in (tmp_path / name, tmp_path / name / "回答一覧.csv"):
        words = stopped({path: NEW})
        assert words.startswith(f"{path}\nWindowsでは使えない名前です")
    assert beside(tmp_path) == []


@pytest.mark.parametrize("name", ["falcon.xlsx", "contents.csv", "com10", "令和7年度", "aux_1.txt"])
def test_a_name_that_only_looks_like_one_is_taken(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert write_file(tmp_path / ".." / tmp_path.name / name, NEW)
    assert not windows_takes(PureWindowsPath(r"C:\確認表") / f"{name}:1")
    assert windows_takes(PureWindowsPath(r"C:\確認表") / name)
    assert windows_takes(PureWindowsPath(r"\\共有\福祉") / name)


# Long paths


def long_path(folder: Path, length: int) -> Path:
    return folder / ("x" * (length - len(str(folder / "a.csv")) - 1)) / "a.csv"


def test_a_path_as_long_as_excel_takes_is_written(tmp_path: Path) -> None:
    path = long_path(tmp_path, 240)
    assert len(str(path)) == 240
    assert write_file(path, b"new")


def test_a_longer_path_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    files = laid(tmp_path)
    path = long_path(tmp_path, 241)
    words = stopped({**files, path: NEW})
    assert words.startswith(f"{path}\n場所と名前を合わせた長さが240文字を超えます")
    assert_all_old(files)
