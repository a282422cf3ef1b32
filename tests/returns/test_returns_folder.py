"""What lies in a 回収 folder, and what is passed over without opening."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kakunin_xlsx.returns import Limits, collect_folder, received
from kakunin_xlsx.returns.collect import collect
from kakunin_xlsx.returns.folder import inputs, shown
from tests.example import form, layouts

OVER = ["~$回答.xlsx", ".~lock.回答.xlsx#", ".DS_Store", "Thumbs.db", "desktop.ini", ".隠し/a.xlsx"]


def put(folder: Path, *names: str, data: bytes = b"") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data or name.encode())


def test_files_and_folders_in_order_of_their_names(tmp_path: Path) -> None:
    put(tmp_path, "b/2.xlsx", "a.xlsx", "b/1.xlsx", "ｱ.xlsx")
    names = [entry.paths for entry in received(tmp_path)]
    assert names == [("a.xlsx",), ("b/1.xlsx",), ("b/2.xlsx",), ("ｱ.xlsx",)]


def test_equal_files_are_one(tmp_path: Path) -> None:
    put(tmp_path, "回答.xlsx", "回答 (1).xlsx", "別/回答.xlsx", data=b"same")
    put(tmp_path, "他.xlsx")
    assert [entry.paths for entry in received(tmp_path)] == [
        ("他.xlsx",),
        ("別/回答.xlsx", "回答 (1).xlsx", "回答.xlsx"),
    ]


def test_what_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, *OVER)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "管.xlsx")  # opening it would wait for ever
    assert received(tmp_path) == ()
    assert received(tmp_path / "ない") == ()


def test_what_a_killed_run_left_half_written_is_nobodys_answer(tmp_path: Path) -> None:
    put(tmp_path, ".0123abcd.書込中", "受信/.4567cdef.書込中", data=form(layouts()[0]))
    assert received(tmp_path) == ()


def test_a_link_is_named_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "回収/回答.xlsx", "外.xlsx")
    folder = tmp_path / "回収"
    targets = {"近道.xlsx": folder / "回答.xlsx", "外への.xlsx": tmp_path / "外.xlsx"}
    for name, target in {**targets, "切れた.xlsx": tmp_path / "ない", "環": folder}.items():
        (folder / name).symlink_to(target)
    if not (folder / "近道.xlsx").is_symlink():
        pytest.skip("Wine makes links, but does not show them as such")
    entries = received(folder)
    named = {entry.paths[0]: entry.finding.code for entry in entries if entry.finding}
    assert named == dict.fromkeys((*targets, "切れた.xlsx", "環"), "C53")
    assert [path for path, _ in inputs(entries)] == ["回答.xlsx"]


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "鍵.xlsx")

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refused)
    (returned,) = collect_folder(tmp_path, ())
    assert [finding.code for finding in returned.findings] == ["U09"]
    assert returned.sha256 == ""


def test_a_file_over_the_budget_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, "大.xlsx")
    (returned,) = collect(received(tmp_path), (), Limits(file_mb=3e-6))
    assert [finding.code for finding in returned.findings] == ["U08"]


def test_names_that_are_no_text() -> None:
    name = shown("a\udcff.xlsx")  # as a system gives a byte, or half a letter, that is no text
    assert re.fullmatch("a�+.xlsx", name)
    assert name.encode()


def test_a_folder_of_everything(tmp_path: Path) -> None:
    one = layouts()[0]
    put(tmp_path, "回答.xlsx", "回答 (1).xlsx", data=form(one))
    put(tmp_path, "メモ.txt", "空.xlsx~")
    found = {
        each.file: [f.code for f in each.findings] for each in collect_folder(tmp_path, layouts())
    }
    assert found == {
        "メモ.txt": ["U02"],
        "回答 (1).xlsx；回答.xlsx": ["I02"],
        "空.xlsx~": ["U02"],
    }
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    collect_folder(tmp_path, layouts())
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
