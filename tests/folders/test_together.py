"""Several files change together or not at all; what a killed run began is ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from kakunin_xlsx.folders.files import JOURNAL, finish, together, write_files
from kakunin_xlsx.folders.lock import LOCK
from kakunin_xlsx.stop import Stop
from tests.folders import writer
from tests.folders.writer import DIED, FILES, NEW, OLD


def lay(folder: Path) -> list[Path]:
    """Two of the three are there."""
    for name in FILES[:2]:
        (folder / name).write_bytes(OLD)
    return [folder / name for name in FILES]


def killed(folder: Path, call: int, when: str = "before") -> None:
    command = [sys.executable, writer.__file__, str(folder), "replace", when, str(call)]
    assert subprocess.run(command, check=False).returncode == DIED


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_what_a_killed_run_began_is_ended(tmp_path: Path, when: str, call: int) -> None:
    paths = lay(tmp_path)
    killed(tmp_path, call, when)
    rest = paths[call - (when == "before") :]
    assert finish(tmp_path) == dict.fromkeys(rest)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(paths, NEW)
    assert finish(tmp_path) == {}


def test_what_somebody_saved_meanwhile_is_kept(tmp_path: Path) -> None:
    paths = lay(tmp_path)
    killed(tmp_path, 2)
    paths[0].write_bytes(b"on top of the new one")
    paths[1].write_bytes(b"typed into the old one")
    paths[2].write_bytes(b"laid where none was")
    kept = {path: path.with_name(f"{path.name}.別に保存されたもの") for path in paths[1:]}
    assert finish(tmp_path) == kept
    assert [path.read_bytes() for path in paths] == [b"on top of the new one", NEW, NEW]
    assert [path.read_bytes() for path in kept.values()] == [
        b"typed into the old one",
        b"laid where none was",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'[{"x',
        b"[1]",
        b"[" * 100_000,
        b'{"a": 1}',
        json.dumps([{"場所": "a", "新": "../b", "旧": "", "印": ""}]).encode(),
        json.dumps([{"場所": "a", "新": "b.txt", "旧": "", "印": ""}]).encode(),
    ],
)
def test_a_journal_that_is_not_whole_moves_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "b.txt").write_bytes(b"b")
    (tmp_path / JOURNAL).write_bytes(data)
    assert finish(tmp_path) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["b.txt"]


def test_files_of_two_folders_are_ended_from_either(tmp_path: Path) -> None:
    def begin(root: Path) -> dict[Path, bytes]:
        for home, name in (("masters/p", "plan.toml"), ("output", "計画.json")):
            (root / home / "深い").mkdir(parents=True)
            (root / home / name).write_bytes(b"")
        files = [root / "masters/p/actions.csv", root / "output/深い/採否.csv"]
        for path in files:
            path.write_bytes(b"old")
        return dict.fromkeys(files, b"new")

    code = (
        "import os, sys; from pathlib import Path; from kakunin_xlsx.folders.files import write_files\n"
        "Path.replace = lambda *_: os._exit(9)\n"
        "write_files({Path(name): b'new' for name in sys.argv[1:]})"
    )
    for number, home in enumerate(("masters/p", "output")):
        root = tmp_path / str(number)
        files = begin(root)
        died = subprocess.run([sys.executable, "-c", code, *map(str, files)], check=False)
        assert died.returncode == DIED
        moved = shutil.move(root, tmp_path / "別の所" / str(number))  # a drive under another name
        assert len(finish(Path(moved) / home)) == 2
        assert {path.name: path.read_bytes() for path in Path(moved).rglob("*.csv")} == {
            path.name: b"new" for path in files
        }
        for other in ("masters/p", "output"):
            assert finish(Path(moved) / other) == {}
        assert list(Path(moved).rglob("*書込中*")) == []


def test_an_exception_in_the_block_leaves_all_old(tmp_path: Path) -> None:
    paths = lay(tmp_path)

    def stopping() -> None:
        with together() as put:
            for path in paths:
                assert put(path, NEW)
            raise KeyError

    with pytest.raises(KeyError):
        stopping()
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(paths[:2], OLD)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("linked", [True, False], ids=["links", "no links"])
def test_an_interruption_during_the_moves_leaves_all_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, linked: bool
) -> None:
    paths = lay(tmp_path)
    calls, real = count(1), Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        moved = real(self, target)
        if next(calls) == number:
            raise KeyboardInterrupt
        return moved

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "replace", interrupted)
    if not linked:
        monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(KeyboardInterrupt):
        write_files(dict.fromkeys(paths, NEW))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(paths[:2], OLD)


def test_what_can_be_moved_neither_on_nor_back_is_ended_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = lay(tmp_path)
    calls, real = count(1), Path.replace

    def held(self: Path, target: Path) -> Path:
        if next(calls) > 1:
            raise PermissionError(13, "held")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", held)
        with pytest.raises(Stop, match="確認事項一覧"):
            write_files(dict.fromkeys(paths, NEW))
    assert write_files(dict.fromkeys(paths, NEW)) == set(paths[1:])
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(paths, NEW)
    assert not (tmp_path / LOCK).exists()
