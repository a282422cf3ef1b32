"""Writing where nothing goes wrong, and the names of what is written."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kakunin_xlsx.folders.files import put_file, write_file, write_files
from kakunin_xlsx.folders.tree import OutputFolder, form_name
from kakunin_xlsx.stop import Stop
from tests.example import R7, SECOND, shipped


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_a_file_is_written_and_says_if_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "深い" / "場所" / "回答一覧.csv"
    assert write_file(path, b"one")
    assert not write_file(path, b"one")
    assert write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(path.parent) == {path.name}


def test_files_are_written_in_order_and_the_changed_ones_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = (tmp_path / folder / "a.csv" for folder in ("三", "二", "一"))
    write_file(two, b"2")
    moved = []
    real = Path.replace

    def watched(self: Path, target: Path) -> Path:
        moved.append(target)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    files = {one: b"1", two: b"2", three: b"3"}
    assert write_files(files) == {one, three}
    assert moved == [one, three]
    assert {path: path.read_bytes() for path in files} == files
    assert write_files(files) == write_files({}) == frozenset()


def test_a_new_file_is_as_open_to_others_as_any(tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    write_file(tmp_path / "確認表.xlsx", b"new")
    assert (tmp_path / "確認表.xlsx").stat().st_mode == ordinary.stat().st_mode


@pytest.mark.parametrize("data", [b"old", b"new"])
def test_what_a_killed_run_left_is_swept_but_not_another_run_s(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "確認表.xlsx"
    write_file(path, b"old")
    hours = {".0123abcd.書込中": 2, ".4567cdef.書込中": 0.5, "下書き.書込中": 2, ".メモ": 2}
    for name, age in hours.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, times=(time.time() - age * 3600,) * 2)
    write_file(path, data)
    assert names(tmp_path) == {path.name, *hours} - {".0123abcd.書込中"}


def test_leftovers_that_cannot_be_swept_do_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / ".0123abcd.書込中"
    left.touch()
    os.utime(left, times=(0, 0))

    def held(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "held", str(self), missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    assert write_file(tmp_path / "確認表.xlsx", b"new")


def test_the_move_itself_is_flushed_where_folders_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    real = os.fsync

    def watched(handle: int) -> None:
        flushed.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    write_file(tmp_path / "確認表.xlsx", b"new")
    assert flushed == ([False, True] if os.name == "posix" else [False])


def test_folders_that_do_not_open_are_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def as_on_windows(path: Path, flags: int, mode: int = 0o777) -> int:
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", as_on_windows)
    assert write_file(tmp_path / "確認表.xlsx", b"new")


def test_a_folder_belongs_to_one_plan(tmp_path: Path) -> None:
    from kakunin_xlsx.plan import load_plan

    output = OutputFolder(tmp_path)
    output.claim(shipped())
    output.claim(shipped())
    with pytest.raises(Stop, match="狛江市第1次再犯防止推進計画"):
        output.require(load_plan(SECOND))


def test_names_that_no_file_system_takes_are_mended() -> None:
    first = form_name(shipped(), "子ども/家庭:課", R7, shipped().main_round)
    assert first == "【子ども・家庭・課】取組状況確認表_令和7年度実績.xlsx"
    later = form_name(shipped(), "推進会議", R7, shipped().round["naibu"])
    assert later == "【推進会議】内部評価_令和7年度実績.xlsx"


@pytest.mark.parametrize(
    ("title", "folder"),
    [
        ("CON", "CON・"),
        ("nul.計画", "nul・.計画"),
        ("conの計画", "conの計画"),
        ("終わり. ", "終わり"),
    ],
)
def test_no_folder_is_called_like_a_device_of_windows(
    tmp_path: Path, title: str, folder: str
) -> None:
    plan = replace(shipped(), booklet=title)
    assert OutputFolder(tmp_path).papers(plan, R7).path.name == folder


def test_a_new_file_is_put_once_it_was_checked(tmp_path: Path) -> None:
    path = tmp_path / "保存" / "年度.zip"
    seen: list[bytes] = []
    put_file(path, lambda file: file.write(b"new"), lambda at: seen.append(at.read_bytes()))
    assert (seen, path.read_bytes()) == ([b"new"], b"new")
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_there_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "年度.zip"
    path.write_bytes(b"old")
    with pytest.raises(Stop, match="同じ名前のファイル"):
        put_file(path, lambda file: file.write(b"new"), lambda _: None)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_that_does_not_pass_leaves_nothing(tmp_path: Path) -> None:
    def refuse(_: Path) -> None:
        raise Stop("中身が違います。")

    with pytest.raises(Stop, match="中身が違います"):
        put_file(tmp_path / "年度.zip", lambda file: file.write(b"new"), refuse)
    assert list(tmp_path.iterdir()) == []
