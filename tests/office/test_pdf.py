"""PDF through LibreOffice: found, run apart from anybody's own, ended in time with its children."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from kakunin_xlsx.office import pdf
from kakunin_xlsx.office.pdf import NoPdf, find_office, pdf_of, time_limit
from kakunin_xlsx.stop import WrongUsage
from tests.example import R7, report_workbook, sample_record, shipped
from tests.tools.pdf import pdf_fonts, pdf_sizes, pdf_text

posix = pytest.mark.skipif(sys.platform == "win32", reason="plays LibreOffice with a shell script")


def program(folder: Path, script: str) -> Path:
    """A stand-in for soffice."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def use(patch: pytest.MonkeyPatch, path: Path) -> None:
    patch.setenv(pdf.PROGRAM, str(path))


@pytest.mark.usefixtures("libreoffice")
def test_the_paper_becomes_a_tagged_pdf(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_of(report_workbook(shipped(), R7, sample_record())))
    pages, sizes = pdf_text(path), pdf_sizes(path)
    assert "取組状況確認表" in pages[0]
    assert any(f"3 / {len(pages)}" in page for page in pages)  # 表紙 bears no number
    assert {tuple(map(round, size)) for size in sizes} == {(595, 842), (1191, 842)}
    assert "BIZUDGothic-Regular" in pdf_fonts(path)
    assert b"/MarkInfo<</Marked true>>" in path.read_bytes()


def test_a_computer_without_it_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(monkeypatch, tmp_path / "nowhere")
    assert find_office() is None
    with pytest.raises(NoPdf, match="見つからない") as told:
        pdf_of(b"")
    assert "エクスポート" in str(told.value)


@posix
def test_it_is_found_on_path_or_where_it_is_usually_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(pdf.PROGRAM, raising=False)
    found = program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_office() == found
    monkeypatch.setenv("PATH", "")
    installed = tmp_path / "opt/libreoffice25.8/program"
    installed.mkdir(parents=True)
    usual = program(installed, "exit 0")
    monkeypatch.setattr(sys, "platform", "linux")
    assert find_office((f"{tmp_path}/opt/libreoffice*/program",)) == usual
    assert find_office(("/nowhere",)) is None


@posix
def test_it_runs_with_a_profile_of_its_own_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    script = f'echo "$@" > {seen}; for last; do :; done; printf "%%PDF-1.6" > "${{last%xlsx}}pdf"'
    use(monkeypatch, program(tmp_path, script))
    assert pdf_of(b"book") == b"%PDF-1.6"
    words = seen.read_text(encoding="utf-8").split()
    profile = words[0].removeprefix("-env:UserInstallation=file://")
    assert "--headless" in words
    assert not Path(profile).parent.exists()


@posix
@pytest.mark.parametrize("script", ["exit 0", "exit 7", 'echo half > "$(dirname $0)/report.pdf"'])
def test_a_run_that_makes_nothing_is_told(
    script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(monkeypatch, program(tmp_path, script))
    with pytest.raises(NoPdf, match="作れませんでした"):
        pdf_of(b"book")


@posix
def test_a_program_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "soffice"
    broken.write_bytes(b"\x00\x01")
    use(monkeypatch, broken)
    with pytest.raises(NoPdf, match="動かせませんでした"):
        pdf_of(b"book")


@posix
def test_one_that_takes_too_long_is_ended_with_its_children(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child"
    use(monkeypatch, program(tmp_path, f"sleep 600 & echo $! > {child}; wait"))
    monkeypatch.setenv(pdf.SECONDS, "1")
    with pytest.raises(NoPdf, match="1秒で終わらなかった"):
        pdf_of(b"book")
    assert ended(int(child.read_text(encoding="utf-8")))


def ended(process: int, seconds: float = 10) -> bool:
    """True once no such process runs; one that is dead but not yet collected does not run."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{process}/stat")
        if state.is_file() and state.read_text(encoding="utf-8").split()[2] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("told", "seconds"), [("", 180), ("30", 30), ("ながく", None), ("-1", None), ("inf", None)]
)
def test_the_limit_can_be_set(
    told: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(pdf.SECONDS, told)
    if seconds is None:
        with pytest.raises(WrongUsage, match=pdf.SECONDS):
            time_limit()
    else:
        assert time_limit() == seconds
