"""What Windows' shells leave to the program, on any system as far as that can be."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli import streams
from kakunin_xlsx.cli.app import app
from tests.example import MASTERS, ROOT


def kakunin(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "kakunin_xlsx", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("word", "paths"),
    [
        ("確認表[1].xlsx", ["確認表[1].xlsx"]),
        ("確認表[1-9].xlsx", ["確認表[1-9].xlsx"]),
        ("*.xlsx", ["確認表1.xlsx", "確認表[1].xlsx"]),
        ("確認表?.xlsx", ["確認表1.xlsx"]),
        ("[旧]*.csv", ["[旧]一覧.csv"]),
        ("~/a.xlsx", ["~/a.xlsx"]),
        ("$HOME", ["$HOME"]),
        ("何かありますか?", ["何かありますか?"]),
        ("--year", ["--year"]),
    ],
)
def test_only_stars_and_question_marks_stand_for_paths(
    word: str, paths: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("確認表1.xlsx", "確認表[1].xlsx", "[旧]一覧.csv"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    assert list(streams.expanded([word])) == paths
    whole = list(streams.expanded([str(tmp_path / "*[1].xlsx")]))
    assert whole == [str(tmp_path / "確認表[1].xlsx")]


def test_the_second_download_is_read_and_not_the_first(tmp_path: Path) -> None:
    """As a path on the command line of this system, whichever it is."""
    for name, data in {"確認表1.xlsx": b"%PDF", "確認表[1].xlsx": b""}.items():
        (tmp_path / name).write_bytes(data)
    words = ("check", "確認表[1].xlsx", "--year", "R7", "--plan", str(MASTERS))
    done = kakunin(tmp_path, *words, PYTHONUTF8="1")
    assert "■ 確認表[1].xlsx" in done.stdout.decode(), done.stderr
    assert "U01" not in done.stdout.decode()
    assert "0バイト" in done.stdout.decode()


class Piped(io.StringIO):
    def isatty(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("page", "encoding"),
    [(932, "cp932"), (65001, "utf-8"), (437, "cp437"), (0, "cp932"), (4711, "cp932")],
)
def test_what_is_piped_speaks_the_code_page(
    page: int, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "on_windows", lambda: True)
    monkeypatch.setattr(streams, "code_page", lambda: page)
    monkeypatch.setattr("locale.getencoding", lambda: "cp932")
    if not sys.flags.utf8_mode:
        assert streams.encoding_of(Piped()) == encoding


def test_elsewhere_and_on_a_screen_it_is_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "code_page", lambda: 932)
    monkeypatch.setattr(streams, "on_windows", lambda: False)
    assert streams.encoding_of(Piped()) == "utf-8"
    monkeypatch.setattr(streams, "on_windows", lambda: True)
    monkeypatch.setattr(Piped, "isatty", lambda _: True)
    assert streams.encoding_of(Piped()) == "utf-8"


@pytest.mark.parametrize(
    ("text", "page", "put"),
    [
        ("令和7年4月〜8月−1", "cp932", "令和7年4月～8月－1".encode("cp932")),
        ("𠮷田さんと髙橋さん", "cp932", "〓田さんと髙橋さん".encode("cp932")),
        ("未提出", "cp437", b"???"),
    ],
)
def test_what_a_code_page_lacks_is_to_be_seen(text: str, page: str, put: bytes) -> None:
    import codecs

    codecs.register_error("kakunin", streams.instead)
    assert text.encode(page, "kakunin") == put


def test_what_is_piped_can_be_read_by_the_programs_of_the_system(tmp_path: Path) -> None:
    """As `findstr` and Excel read it on Windows: in the code page, or else in UTF-8."""
    done = kakunin(tmp_path, "masters", "check", "--plan", str(MASTERS))
    page = "utf-8"
    if sys.platform == "win32":
        import locale

        page = f"cp{streams.code_page()}" if streams.code_page() else locale.getencoding()
    assert "狛江市第1次再犯防止推進計画" in done.stdout.decode(page)
    told = kakunin(tmp_path, "status", "--year", "R7", "--json", "--plan", str(MASTERS))
    assert json.loads(told.stdout)
    assert b"Traceback" not in done.stderr + told.stderr


def test_whoever_stops_reading_hears_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kakunin_xlsx", "status", "--year", "R7", "--plan", str(MASTERS)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("typed", "words", "begun"),
    [
        (r"kakunin check C:\回収\ --ye", ["check", "C:\\回収\\"], "--ye"),
        (r"kakunin build --plan 'C:\確認表 R7\masters' --y", ["build", "--plan", "~"], "--y"),
        (r'kakunin build --plan "C:\確認表 R7\masters" --y', ["build", "--plan", "~"], "--y"),
        (r"kakunin build --plan C:\確認表` R7\masters --y", ["build", "--plan", "~"], "--y"),
        (r"kakunin build --plan 'C:\確認", ["build", "--plan"], r"C:\確認"),
    ],
)
def test_a_backslash_is_a_letter_of_powershell(
    typed: str, words: list[str], begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(words) + 1))
    shell = streams.PowerShell(app, {}, "kakunin", "_KAKUNIN_COMPLETE")
    told = [r"C:\確認表 R7\masters" if word == "~" else word for word in words]
    assert shell.get_completion_args() == (told, begun)


def test_years_are_offered_behind_a_path_with_backslashes() -> None:
    done = kakunin(
        ROOT,
        _KAKUNIN_COMPLETE="powershell_complete",
        COMP_WORDS=rf"kakunin build --output C:\確認表\output --plan '{MASTERS}' --year ",
        COMP_CWORD="7",
        PYTHONUTF8="1",
    )
    assert done.stdout.decode().splitlines()[1::3] == ["R6", "R7", "R8"], done.stderr


@contextmanager
def in_the_way(what: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file that is read-only or open, or a folder that a program works in: Windows keeps them."""
    if sys.platform != "win32":
        if what == "read-only":
            allowed = os.access
            monkeypatch.setattr(os, "access", lambda at, mode: at != path and allowed(at, mode))
        else:
            rename = Path.rename
            busy = path.parent if what == "worked in" else path

            def refused(self: Path, target: Path) -> Path:
                if self == busy:
                    raise PermissionError(errno.EACCES, "busy")
                return rename(self, target)

            monkeypatch.setattr(Path, "rename", refused)
        yield
    elif what == "read-only":
        path.chmod(0o400)
        yield
    elif what == "open":
        with path.open("rb"):
            yield
    else:
        waiting = [sys.executable, "-c", "input()"]
        with subprocess.Popen(waiting, cwd=path.parent, stdin=subprocess.PIPE) as process:
            yield
            process.kill()


@pytest.mark.parametrize("what", ["read-only", "open", "worked in"])
def test_a_demo_that_cannot_be_removed_is_left_whole(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / name for name in ("masters/a/b.csv", "output/a.xlsx", "output/R7/b.xlsx")]
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"old")
    (tmp_path / "見本.txt").touch()
    with in_the_way(what, files[-1], monkeypatch):
        done = CliRunner().invoke(app, ["demo", str(tmp_path)])
    assert done.exit_code == 3
    named = files[-1].parent if what == "worked in" else files[-1]
    assert done.output.startswith(f"{named}\n書き込めません。")
    assert [path.read_bytes() for path in files] == [b"old"] * len(files)
