"""What lies in a folder and is no file to be read, or changes while it is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.returns import Limits, received
from kakunin_xlsx.returns.collect import collect
from tests.example import MASTERS, R7, shipped
from tests.faults import old
from tests.faults.good import ASKED, BESIDE, adopted, answers, codes, filled, merged, values
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
    found = read(folder, dict.fromkeys(names, b"owner"))
    # Wine makes links, but does not show them as such.
    links = [name for name in ("link.xlsx", "loop", "nowhere.xlsx") if (folder / name).is_symlink()]
    assert [(each.file, each.findings[0].code) for each in found] == [
        (name, "C53") for name in links
    ]
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


@contextmanager
def held(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Opened by a program that shares it with nobody, as only Windows does; played elsewhere."""
    if sys.platform == "win32":
        import _winapi

        read, there = _winapi.GENERIC_READ, _winapi.OPEN_EXISTING
        handle = _winapi.CreateFile(str(path), read, 0, 0, there, 0, 0)
        yield
        _winapi.CloseHandle(handle)
        return
    opened: Any = Path.open

    def refused(self: Path, *how: str, **more: str) -> object:
        if self.name == path.name:
            raise PermissionError
        return opened(self, *how, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refused)
        patch.setattr("kakunin_xlsx.returns.folder.in_use", lambda at: at.name == path.name)
        yield


def test_a_file_that_somebody_has_open_is_named_and_nobody_is_said_to_be_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = OutputFolder(tmp_path / "output").round(R7, shipped().main_round)
    folder.returned.mkdir(parents=True)
    path = folder.returned / "回答.xlsx"
    path.write_bytes(whole())
    words = ["merge", "--year", "R7", "--plan", str(MASTERS), "--output", str(tmp_path / "output")]
    with held(path, monkeypatch):
        (found,) = received(folder.returned)
        assert found.finding
        assert found.finding.code == "U18"
        done = CliRunner().invoke(app, words)
    assert done.exit_code == 3
    assert "回答.xlsx\n" in done.output
    assert "開いている" in done.output
    assert "権限" not in done.output
    assert not folder.merged.exists()
    assert CliRunner().invoke(app, words).exit_code == 1
    assert (folder.merged / "回収状況.csv").exists()


@pytest.mark.usefixtures("own_workers")
def test_a_part_of_ours_that_is_missing_is_not_the_senders_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "部品" / "python_calamine"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('DLL load failed', name=__name__)")
    monkeypatch.syspath_prepend(broken.parent)
    (tmp_path / "回収").mkdir()
    files = {"古い.xls": old.xls(values()), "新しい.xlsx": whole()}
    by_name = {each.file: each for each in read(tmp_path / "回収", files)}
    assert codes(by_name["古い.xls"].findings) == ("U19",)
    assert "python_calamine" in by_name["古い.xls"].findings[0].words
    assert codes(by_name["新しい.xlsx"].findings) == ()


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
