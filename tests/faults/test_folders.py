"""What lies in a folder and is no file to be read, or changes while it is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kakunin_xlsx.returns import Limits, collect, received
from tests.faults.good import ASKED, BESIDE, adopted, answers, codes, filled, merged
from tests.faults.plain import whole
from tests.faults.test_files import read


def test_what_is_passed_over(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "外.xlsx"
    outside.write_bytes(whole())
    folder = tmp_path / "回収"
    (folder / "名前は.xlsx").mkdir(parents=True)
    (folder / ".隠し").mkdir()
    (folder / ".隠し" / "回答.xlsx").write_bytes(whole())
    for name in ("link.xlsx", "loop", "nowhere.xlsx"):
        target = {"link.xlsx": outside, "loop": folder}.get(name, tmp_path / "ない")
        (folder / name).symlink_to(target)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "管.xlsx")
    names = ("~$回答.xlsx", ".~lock.回答.xlsx#", ".DS_Store", "Thumbs.db", "desktop.ini")
    assert read(folder, dict.fromkeys(names, b"owner")) == []
    assert capfd.readouterr() == ("", "")


def test_a_folder_named_like_a_workbook_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "名前は.xlsx").mkdir()
    (found,) = read(tmp_path, {"名前は.xlsx/回答.xlsx": whole()})
    assert (found.file, merged(found).findings) == ("名前は.xlsx/回答.xlsx", ())


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Any = Path.open

    def refused(path: Path, *how: str, **more: str) -> object:
        if path.name == "鍵.xlsx":
            raise PermissionError
        return opened(path, *how, **more)

    for name, data in {"鍵.xlsx": whole(), "全部.xlsx": filled(BESIDE)}.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(Path, "open", refused)
    entries = received(tmp_path)
    monkeypatch.undo()
    good, locked = sorted(collect(entries, ASKED), key=lambda each: bool(each.findings))
    assert adopted(merged(good)) == answers(BESIDE)
    assert (locked.file, codes(locked.findings)) == ("鍵.xlsx", ("U09",))
    assert "権限" in locked.findings[0].words


@pytest.mark.parametrize("change", ["rewritten", "gone"])
def test_a_file_that_changes_meanwhile(change: str, tmp_path: Path) -> None:
    path = tmp_path / "回答.xlsx"
    path.write_bytes(whole())
    (tmp_path / "全部.xlsx").write_bytes(filled(BESIDE))
    entries = received(tmp_path)
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(whole() + b"\0")
    good, lost = sorted(collect(entries, ASKED), key=lambda each: bool(each.findings))
    assert adopted(merged(good)) == answers(BESIDE)
    assert codes(lost.findings) == ("U09",)


def test_a_file_over_the_budget(tmp_path: Path) -> None:
    with (tmp_path / "大.xlsx").open("wb") as file:
        file.truncate(51_000_000)
    (found,) = read(tmp_path, {})
    assert codes(found.findings) == ("U08",)
    assert "51MB" in found.findings[0].words


def test_equal_files_are_one_return(tmp_path: Path) -> None:
    (found,) = read(tmp_path, {"a.xlsx": whole(), "b.xlsx": whole()}, Limits())
    assert (found.paths, codes(found.findings)) == (("a.xlsx", "b.xlsx"), ("I02",))
