"""確認表の道具を、一つのフォルダーに入れます（インストール.bat と install.sh が呼びます）。

Nothing but Python's own library: this runs before anything is installed. It writes into two
folders only, the one of the tool and the one to work in, and asks no network.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

PYTHONS = ((3, 11), (3, 12), (3, 13))
WINDOWS = sys.platform == "win32"
PARTS = Path(__file__).resolve().parent
WHEELS = PARTS / "wheels"
MARK = "版.txt"
GUIDES = "手引き"
RECORD = "導入の記録.txt"  # tells a folder of ours from anybody else's
_HOME = "KAKUNIN_HOME="  # the line of a launcher that says where the tool is
_DOCUMENTS = 5  # CSIDL_PERSONAL
_OPENS = "import sys, python_calamine as c; [c.CalamineWorkbook.from_path(x) for x in sys.argv[1:]]"
_LAYS = (
    "import sys, pathlib, kakunin_xlsx as tool; from kakunin_xlsx.plan import find_masters; "
    "from kakunin_xlsx.office.init import lay_masters; "
    "shipped = find_masters(None, pathlib.Path(tool.__file__).parent); "
    "lay_masters(shipped, pathlib.Path(sys.argv[1]))"
)


class Stopped(Exception):
    """Cannot go on; the words say what to do."""


def main(arguments: Sequence[str]) -> int:
    """0: installed and checked. 3: not, with the reason on the screen."""
    asked = _parse(arguments)
    if asked.usable:
        return 0 if usable() else 3
    try:
        install(asked.folder or ask_place(), asked.work or documents() / "確認表")
    except (Stopped, OSError) as problem:
        say(f"\n入れられませんでした。\n{_words(problem)}")
        return 3
    except (KeyboardInterrupt, EOFError):
        say("\n中断しました。")
        return 3
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="確認表の道具を入れます。", add_help=False)
    parser.add_argument("folder", nargs="?", type=Path, help="入れるフォルダー")
    parser.add_argument(
        "--work", type=Path, help="作業の場所（省略するとドキュメントの「確認表」）"
    )
    parser.add_argument(
        "--usable", action="store_true", help="この Python が使えるかだけを調べます"
    )
    parser.add_argument("-h", "--help", action="help", help="この説明")
    return parser.parse_args(arguments)


def usable() -> bool:
    """Can this Python make an environment, and are there wheels for it?"""
    wide = sys.maxsize > 2**32 and platform.machine().lower() in ("amd64", "x86_64")
    known = sys.version_info[:2] in PYTHONS and sys.implementation.name == "cpython"
    stored = "WindowsApps" in sys.base_prefix  # what it writes, other programs do not find
    whole = find_spec("ensurepip") is not None  # Debian keeps it apart
    return wide and known and whole and not stored


def say(words: str) -> None:
    """To the screen, at once."""
    print(words, flush=True)  # noqa: T201


def _words(problem: BaseException) -> str:
    if isinstance(problem, Stopped):
        return str(problem)
    where = getattr(problem, "filename", None) or ""
    return (
        f"{where}\n空きの容量、書き込みの権限、この道具の画面が開いたままでないかを確かめ、"
        "もう一度実行してください。"
    )


# Places.


def ask_place() -> Path:
    """Where to install: as proposed, or what is typed."""
    proposed = default_place()
    if not sys.stdin.isatty():
        return proposed
    say(f"入れる場所：{proposed}")
    typed = input("このままでよければ Enter、変えるときは場所を入力してください：").strip(' "')
    return Path(typed) if typed else proposed


def default_place() -> Path:
    """Below the user's own folders: no rights are needed there."""
    if WINDOWS:
        local = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(local) / "kakunin"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "kakunin"


def documents() -> Path:
    """The user's documents, wherever the office has put them."""
    if sys.platform == "win32":
        import ctypes

        found = ctypes.create_unicode_buffer(260)
        if ctypes.windll.shell32.SHGetFolderPathW(None, _DOCUMENTS, None, 0, found) == 0:
            return Path(found.value)
    folder = Path.home() / "Documents"
    return folder if folder.is_dir() else Path.home()


# Installing.


def install(place: Path, work: Path) -> None:
    """Put the tool into `place` and its launchers into `work`; try it. Raises Stopped, OSError."""
    place, work = place.expanduser().absolute(), work.expanduser().absolute()
    _check(place)
    place.mkdir(parents=True, exist_ok=True)
    record = place / RECORD
    record.write_text(f"{_version()}　Python {sys.version}\n", encoding="utf-8-sig")
    with _old_one_kept(place / "env"):
        _fill(place, record)
        _try(place, record)
    (place / MARK).write_text(f"{_version()}\n", encoding="utf-8-sig")
    _put_launchers(place, work)
    shutil.copytree(PARTS.parent / GUIDES, work / GUIDES, dirs_exist_ok=True)
    if not (work / "masters").exists():
        _run([_python(place), "-c", _LAYS, str(work)], record, "付属の台帳を写せませんでした。")
    say(f"\n入りました。\n道具の場所：{place}\n作業の場所：{work}")
    say(f"「作業の場所」の「はじめる{'.bat' if WINDOWS else '.sh'}」を開いてください。")


def _check(place: Path) -> None:
    """Raises Stopped where nothing should be put."""
    if not usable():
        raise Stopped(
            f"この Python（{platform.python_version()}、{platform.machine()}）には入れられません。"
            "Python 3.11、3.12、3.13 のどれか（64ビット）で実行してください。"
        )
    if not list(WHEELS.glob("kakunin_xlsx-*.whl")):
        raise Stopped(f"{WHEELS}\n部品がそろっていません。zip をもう一度、すべて展開してください。")
    if place.is_file() or (place.is_dir() and any(place.iterdir()) and not _ours(place)):
        raise Stopped(f"{place}\nほかのものが入っています。新しいフォルダーを指定してください。")
    launcher_to(place, _HOME.encode())


def _ours(place: Path) -> bool:
    return (place / RECORD).is_file()


def _version() -> str:
    (own,) = WHEELS.glob("kakunin_xlsx-*.whl")
    return "-".join(own.name.split("-")[:2])


@contextmanager
def _old_one_kept(env: Path) -> Iterator[None]:
    """The new environment stands where the old one stood, or the old one stands there again."""
    old = env.with_name("env.old")
    if env.exists():
        shutil.rmtree(old, ignore_errors=True)
        env.rename(old)
    try:
        yield
    except BaseException:
        shutil.rmtree(env, ignore_errors=True)
        if old.exists():
            old.rename(env)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _fill(place: Path, record: Path) -> None:
    say("1/3　場所を用意しています。")
    command = [sys.executable, "-m", "venv", str(place / "env")]
    _run(command, record, "Python の環境（venv）を作れませんでした。")
    say("2/3　部品を入れています（1～3分）。")
    pip = ["-m", "pip", "install", "--isolated", "--no-input", "--disable-pip-version-check"]
    wheels = ["--no-index", "--no-cache-dir", "--only-binary=:all:", f"--find-links={WHEELS}"]
    lock = ["--require-hashes", "--requirement", str(PARTS / "requirements.txt")]
    _run([_python(place), *pip, *wheels, *lock], record, "部品を入れられませんでした。")
    shutil.copyfile(PARTS.parent / "ライセンス一覧.txt", place / "ライセンス一覧.txt")
    if WINDOWS:
        shutil.copyfile(PARTS / "windows" / "削除.bat", place / "削除.bat")


def _python(place: Path) -> str:
    return str(place / "env" / ("Scripts/python.exe" if WINDOWS else "bin/python"))


def _run(command: Sequence[str], record: Path, trouble: str) -> None:
    """Run quietly and keep what it said. Raises Stopped, pointing there."""
    try:
        done = subprocess.run(
            command, env=_environment(), capture_output=True, check=False, cwd=record.parent
        )
    except OSError as refused:  # such as an office's rule that no program may run from here
        raise Stopped(
            f"{trouble}\nこの場所のプログラムを動かせません（{refused}）。"
            f"情報担当の課に、次の場所で Python を動かしてよいかを尋ねてください。\n{record.parent}"
        ) from refused
    said = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    with record.open("a", encoding="utf-8") as file:
        file.write(f"\n> {shlex.join(command)}\n{said}\n終了コード {done.returncode}\n")
    if done.returncode:
        raise Stopped(
            f"{trouble}\n次のファイルを添えて、情報担当の課に相談してください。\n{record}"
        )


def _environment() -> dict[str, str]:
    """Without what would lead pip or Python elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("PIP_", "PYTHON"))
    }
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PYTHONUTF8": "1", "KAKUNIN_SOFFICE": "nowhere"}


def _try(place: Path, record: Path) -> None:
    """The first run: does it start, are the masters whole, does a year go round?"""
    say("3/3　動くかを確かめています（見本の回答で一年を動かします。1分ほど）。")
    kakunin = ["-m", "kakunin_xlsx"]
    old = [str(path) for path in sorted((PARTS / "trial").iterdir())]
    with TemporaryDirectory(prefix="kakunin-", ignore_cleanup_errors=True) as name:
        trials = (
            ([*kakunin, "--version"], "道具が動きません。"),
            (["-c", _OPENS, *old], "古い形式のExcelを読む部品が動きません。"),
            ([*kakunin, "masters", "check"], "付属の台帳を読めません。"),
            ([*kakunin, "demo", str(Path(name) / "demo")], "見本の一年を最後まで動かせません。"),
        )
        for arguments, trouble in trials:
            _run([_python(place), *arguments], record, trouble)


# Launchers.


def _put_launchers(place: Path, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    for source in sorted((PARTS / ("windows" if WINDOWS else "linux")).iterdir()):
        if source.name != "削除.bat":
            target = work / source.name
            target.write_bytes(launcher_to(place, source.read_bytes()))
            target.chmod(0o755)


def launcher_to(place: Path, launcher: bytes) -> bytes:
    """The launcher, told where the tool is unless it is where everybody has it."""
    if place == default_place():
        return launcher
    encoding = "cp932" if WINDOWS else "utf-8"
    lines = launcher.decode(encoding).splitlines(keepends=True)
    told = f'set "{_HOME}{str(place).replace("%", "%%")}"\r\n'
    if not WINDOWS:
        told = f"{_HOME}{shlex.quote(str(place))}\n"
    try:
        return "".join(told if _HOME in line else line for line in lines).encode(encoding)
    except UnicodeEncodeError as problem:
        raise Stopped(
            f"{place}\nこの場所の名前には、起動のファイルに書けない文字があります。"
            "ほかの名前のフォルダーを指定してください。"
        ) from problem


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
