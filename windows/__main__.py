"""`python -m windows`: does it run there? One line for each thing that was tried."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from bundle.__main__ import make
from windows.wine import TARGET, NoWine, Windows, install_wine

# The rooms where systems differ, and what users call, as far as eight minutes go.
_TESTS = (
    "tests/folders",
    "tests/faults/test_folders.py",
    "tests/returns/test_returns_folder.py",
    "tests/returns/test_returns_processes.py",
    "tests/bundle/test_bundle_files.py",
    "tests/sheets/test_form.py",
    "tests/cli/test_windows.py",
    "tests/cli/test_completion.py",
    "tests/cli/test_init.py",
    "tests/cli/test_check.py",
)
_OF_PYTHON = ("/保存台帳.json", "：目録.json")
_SHOWN = 60  # lines of what went wrong


class Failed(Exception):
    """What was tried does not run there; the end of what it said."""


def main() -> int:
    """0 if all runs, or if Wine cannot be had and need not; 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m windows", description=__doc__)
    parser.add_argument("home", type=Path, metavar="DIR", help="Windows の置き場所（消してよい）")
    parser.add_argument("--all", action="store_true", help="試験を全部動かす")
    asked = parser.parse_args()
    windows = Windows(asked.home)
    try:
        _step("Wine", install_wine)
        _step("Windows の Python と部品", windows.make)
    except NoWine as problem:
        _say(f"{problem}\nWindows の試験を飛ばしました。")
        return 1 if os.environ.get("KAKUNIN_REQUIRE_ALL") == "1" else 0
    tried = (
        _step("画面の文字", lambda: _speaks(windows)),
        _step("見本の三年（Linux と同じバイトか）", lambda: _demo(windows)),
        _step("zip からの導入", lambda: _install(windows)),
        _step("試験", lambda: _tests(windows, () if asked.all else _TESTS)),
    )
    return 0 if all(tried) else 1


def _step(what: str, step: Callable[[], str]) -> bool:
    """One line of what came of it; the end of what it said if it failed."""
    began = time.monotonic()
    try:
        told, sign = step(), "✓"
    except Failed as problem:
        told, sign = f"\n{problem}", "✗"
    _say(f"{sign} {what}　{time.monotonic() - began:.0f}秒　{told}")
    return sign == "✓"


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _worked(done: subprocess.CompletedProcess[bytes], page: str = "cp932") -> str:
    """What it said. Raises Failed unless it ended well."""
    said = done.stdout.decode(page, errors="replace").replace("\r\n", "\n")
    if done.returncode:
        raise Failed("\n".join([*said.splitlines()[-_SHOWN:], f"終了コード {done.returncode}"]))
    return said


def _speaks(windows: Windows) -> str:
    """Piped as `| findstr` would have it."""
    version = _worked(windows.run("python", "-m", "kakunin_xlsx", "--version")).strip()
    said = _worked(windows.run("python", "-m", "kakunin_xlsx", "masters", "check"))
    if "台帳" not in said:
        raise Failed(f"コードページ932で読めません：{said}")
    return version


def _tests(windows: Windows, tests: tuple[str, ...]) -> str:
    """pytest there; LibreOffice and the validator are tested on their own system."""
    pytest = ("python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider")
    left_out = ("-m", "not libreoffice and not ooxml")
    said = _worked(windows.run(*pytest, *left_out, *tests, KAKUNIN_REQUIRE_ALL=""))
    (counts,) = re.findall(r"^.*\d+ passed.*$", said, re.MULTILINE)[-1:]
    return str(counts).strip("= ")


def _demo(windows: Windows) -> str:
    """Played there and here in folders of the same name: no byte may tell which is which."""
    root = windows.home / "作業"
    shutil.rmtree(root, ignore_errors=True)
    there, here = root / "Windows" / "見本 の年", root / "Linux" / "見本 の年"
    _worked(windows.run("python", "-m", "kakunin_xlsx", "demo", there.name, cwd=_made(there)))
    _play_here(here)
    one, other = _digests(there), _digests(here)
    if differing := sorted(name for name in one | other if one.get(name) != other.get(name)):
        raise Failed("\n".join(("Linux と違うファイル：", *differing[:_SHOWN])))
    return f"{len(one)}ファイル"


def _made(root: Path) -> Path:
    root.parent.mkdir(parents=True)
    return root.parent


def _play_here(root: Path) -> None:
    command = [sys.executable, "-m", "kakunin_xlsx", "demo", root.name]
    environment = {**os.environ, "KAKUNIN_SOFFICE": "nowhere"}
    subprocess.run(command, cwd=_made(root), env=environment, check=True, capture_output=True)


def _digests(root: Path) -> dict[str, str]:
    """By file, and by member of an archive; not where an archive names the Python that made it."""
    found = dict[str, str]()
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".zip":
            with ZipFile(path) as archive:
                found |= {
                    f"{name}：{each}": _digest(archive.read(each)) for each in archive.namelist()
                }
        elif path.is_file():
            found[name] = _digest(path.read_bytes())
    return {name: digest for name, digest in found.items() if not name.endswith(_OF_PYTHON)}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _install(windows: Windows) -> str:
    """The bundle's own installer, and the launcher's command after it.

    Not through インストール.bat: Wine's cmd does not do `&&` behind `if` as Windows does.
    """
    place = windows.home / "展開 した所"
    shutil.rmtree(place, ignore_errors=True)
    with ZipFile(make([TARGET], place)) as archive:
        archive.extractall(place)
    (bundle,) = (path for path in place.iterdir() if path.is_dir())
    for old in ("tool", "確認表"):
        shutil.rmtree(windows.prefix / "drive_c" / old, ignore_errors=True)
    where = (r"C:\tool", "--work", r"C:\確認表")
    _worked(windows.run("python", r"parts\install.py", *where, cwd=bundle))
    kakunin = (r"C:\tool\env\Scripts\python.exe", "-m", "kakunin_xlsx")
    work = windows.prefix / "drive_c" / "確認表"
    return _worked(windows.run(*kakunin, "--version", cwd=work)).strip()


if __name__ == "__main__":
    sys.exit(main())
