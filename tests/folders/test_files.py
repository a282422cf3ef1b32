"""Writing: old or new, never half; a refusal is a sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kakunin_xlsx.folders import OutputFolder, form_name, write_file
from kakunin_xlsx.stop import Stop
from tests.example import R7, SECOND, shipped


def test_a_file_is_written_and_says_if_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "深い" / "場所" / "回答一覧.csv"
    assert write_file(path, b"one")
    assert not write_file(path, b"one")
    assert write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "確認表.xlsx"
    write_file(path, b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, broken, full)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Stop, match="ディスクの空きがありません"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_path_too_long_for_excel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="240文字"):
        write_file(tmp_path / ("長" * 80) / ("名" * 160), b"")


def test_a_folder_belongs_to_one_plan(tmp_path: Path) -> None:
    from kakunin_xlsx.plan import load_plan

    output = OutputFolder(tmp_path)
    output.claim(shipped())
    output.claim(shipped())
    with pytest.raises(Stop, match="狛江市第1次再犯防止推進計画"):
        output.require(load_plan(SECOND))


def test_names_that_no_file_system_takes_are_mended() -> None:
    assert (
        form_name("子ども/家庭:課", R7) == "【子ども・家庭・課】取組状況確認表_令和7年度実績.xlsx"
    )
