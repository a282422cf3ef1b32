"""What `make windows` does where Wine cannot be had, and that it goes on after what failed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from windows import __main__ as harness
from windows.library import forwarding
from windows.wine import NoWine, Windows


@pytest.mark.parametrize(("promised", "code"), [("", 0), ("1", 1)])
def test_without_wine_it_says_so_and_only_ci_fails(
    promised: str,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def absent() -> str:
        raise NoWine("Wine がありません。")

    monkeypatch.setattr(harness, "install_wine", absent)
    monkeypatch.setattr("sys.argv", ["windows", str(tmp_path)])
    monkeypatch.setenv("KAKUNIN_REQUIRE_ALL", promised)
    assert harness.main() == code
    assert capsys.readouterr().out == "Wine がありません。\nWindows の試験を飛ばしました。\n"


def test_what_fails_is_shown_and_the_rest_is_still_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> str:
        raise harness.Failed("画面の終わり")

    monkeypatch.setattr(harness, "install_wine", lambda: "wine-8.0")
    monkeypatch.setattr(Windows, "make", lambda _: "Python")
    for name in ("_speaks", "_demo", "_install", "_tests"):
        monkeypatch.setattr(harness, name, fails if name == "_demo" else lambda *_: "よし")
    monkeypatch.setattr("sys.argv", ["windows", str(tmp_path)])
    assert harness.main() == 1
    said = capsys.readouterr().out
    assert [line[0] for line in said.splitlines()] == [*"✓✓✓✗画✓✓"]


def test_a_library_that_leads_on_names_one_function() -> None:
    data = forwarding("from.dll", "Name", "to.Other")
    (header,) = struct.unpack_from("<I", data, 60)
    assert data[:2] == b"MZ"
    assert data[header : header + 4] == b"PE\0\0"
    at, size = struct.unpack_from("<II", data, header + 24 + 112)
    table = data[0x200 : 0x200 + size]
    functions, names = struct.unpack_from("<II", table, 28)
    (place,) = struct.unpack_from("<I", table, functions - at)
    assert table[place - at :] == b"to.Other\0"
    (place,) = struct.unpack_from("<I", table, names - at)
    assert table[place - at :].startswith(b"Name\0")
