"""Workbook → PDF by LibreOffice, where a computer has it: found, run unseen, ended in time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from kakunin_xlsx.returns.limits import number

PROGRAM, SECONDS = "KAKUNIN_SOFFICE", "KAKUNIN_PDF_SECONDS"
_SECONDS = 180.0
_NAMES = ("soffice", "libreoffice", "localc")
_LINUX = (
    "/usr/bin",
    "/usr/local/bin",
    "/opt/libreoffice*/program",
    "/usr/lib*/libreoffice/program",
)
_MAC = "Applications/LibreOffice*.app/Contents/MacOS"
_WINDOWS = ("ProgramW6432", "ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA")
_REGISTRY = r"SOFTWARE\LibreOffice\UNO\InstallPath"
_QUIET = ("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
# Tags and an outline, so that screen readers can follow; the title stands in the window's bar.
_EXPORT = {
    name: {"type": "boolean", "value": "true"}
    for name in ("UseTaggedPDF", "ExportBookmarks", "DisplayPDFDocumentTitle")
}
_BY_HAND = "できた資料をExcelで開き、「ファイル」→「エクスポート」でPDFを作れます。"


class NoPdf(Exception):
    """The PDF was not made; the text says why and what to do."""


def find_office(usual: Sequence[str] = _LINUX) -> Path | None:
    """LibreOffice's program: as told, on PATH, or where it is usually installed.

    `usual` are those folders on Linux.
    """
    if told := os.environ.get(PROGRAM):
        return Path(told) if Path(told).is_file() else None
    on_path = filter(None, map(shutil.which, _NAMES))
    return next((Path(found) for found in on_path), None) or next(_installed(usual), None)


def _installed(usual: Sequence[str]) -> Iterator[Path]:
    """Where installers put it."""
    if sys.platform == "win32":
        yield from _programs(_windows_folders(), ("soffice.com", "soffice.exe"))
    elif sys.platform == "darwin":
        roots = (Path("/"), Path.home())
        yield from _programs((found for root in roots for found in root.glob(_MAC)), ("soffice",))
    else:
        folders = (found for at in usual for found in sorted(Path("/").glob(at[1:]), reverse=True))
        yield from _programs(folders, _NAMES)


def _programs(folders: Iterator[Path], names: tuple[str, ...]) -> Iterator[Path]:
    return (path for folder in folders for name in names if (path := folder / name).is_file())


def _windows_folders() -> Iterator[Path]:
    yield from _registered()
    for variable in _WINDOWS:
        if root := os.environ.get(variable):
            yield from Path(root).glob("LibreOffice*/program")
            yield from Path(root).glob("Programs/LibreOffice*/program")


def _registered() -> Iterator[Path]:
    """The folders that Windows' registry names."""
    yield from ()
    if sys.platform == "win32":
        import winreg

        for root in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
            for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
                with (
                    suppress(OSError),
                    winreg.OpenKey(root, _REGISTRY, 0, winreg.KEY_READ | view) as key,
                ):
                    yield Path(str(winreg.QueryValue(key, None)))


def pdf_of(workbook: bytes) -> bytes:
    """The printed workbook as PDF. Raises NoPdf in words for people, WrongUsage for a time limit."""
    program = find_office()
    time_limit()  # what is wrong with it is said before anything is begun
    if program is None:
        told = os.environ.get(PROGRAM)
        where = f"環境変数 {PROGRAM} に書かれた場所（{told}）に" if told else ""
        raise NoPdf(
            f"{where}LibreOfficeが見つからないため、PDFを作りませんでした。LibreOfficeを入れるか、"
            f"その場所を環境変数 {PROGRAM} に書いてください。{_BY_HAND}"
        )
    with tempfile.TemporaryDirectory(prefix="kakunin-", ignore_cleanup_errors=True) as folder:
        return _converted(program, workbook, Path(folder).resolve())


def _converted(program: Path, workbook: bytes, folder: Path) -> bytes:
    """All in a folder of its own: neither profile nor files of whoever is working."""
    source, made = folder / "report.xlsx", folder / "report.pdf"
    source.write_bytes(workbook)
    tagged = f"pdf:calc_pdf_Export:{json.dumps(_EXPORT, separators=(',', ':'))}"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for kind in (tagged, "pdf"):  # releases before 7.4 do not know such options
        options = ("--convert-to", kind, "--outdir", str(folder))
        _run([str(program), profile, *_QUIET, *options, str(source)])
        data = made.read_bytes() if made.is_file() else b""
        if data.startswith(b"%PDF-"):
            return data
    raise NoPdf(f"LibreOffice（{program}）でPDFを作れませんでした。{_BY_HAND}")


def _run(command: list[str]) -> None:
    """Run to the end or to the limit; then nothing that it started is left."""
    try:
        process = _started(command)
    except OSError as refused:
        raise NoPdf(f"LibreOffice（{command[0]}）を動かせませんでした。{_BY_HAND}") from refused
    limit = time_limit()
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired as late:
        raise NoPdf(
            f"LibreOfficeが{limit:g}秒で終わらなかったため、PDFを作りませんでした。"
            f"もう一度試すか、環境変数 {SECONDS} で長くしてください。{_BY_HAND}"
        ) from late
    finally:
        _end(process)


def time_limit() -> float:
    """Seconds that LibreOffice may take. Raises WrongUsage."""
    return number(SECONDS, _SECONDS)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    nothing = subprocess.DEVNULL
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW
        return subprocess.Popen(
            command, stdin=nothing, stdout=nothing, stderr=nothing, creationflags=flags
        )
    return subprocess.Popen(
        command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with its children; the starter alone would leave soffice.bin running."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", str(process.pid)],
                capture_output=True,
                check=False,
                creationflags=subprocess.CREATE_NO_WINDOW,
            )
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError):
        process.kill()
    process.wait()
