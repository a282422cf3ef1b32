"""A year played to its end in an output folder, with the odd files that people return."""

from __future__ import annotations

import io
import json
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app
from tests.cli.test_commands import JISSEKI, kakunin
from tests.people.base import filled

ROUNDS = ("naibu", "iinkai", "taio", "saishu")


def odd_names() -> list[str]:
    """Names that a system may give to a file, of which zips hold some only."""
    names = ["100%25達成.txt", unicodedata.normalize("NFD", "がぎぐ.txt"), "がぎぐ.txt"]
    if sys.platform == "linux":
        raw = "写し".encode("cp932").decode("utf-8", "surrogateescape")
        names += ["改\n行.txt", "A\\B.txt", "a.txt", "A.txt", f"{raw}.txt", "\x1b[2J.txt"]
    return names


def odd_files(output: Path) -> None:
    """Put into 2_回収: odd names, a copy in a zip, an empty file, a file of the system."""
    returned = output / JISSEKI / "2_回収"
    for number, name in enumerate(odd_names()):
        (returned / name).write_bytes(f"メモ {number}".encode())
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("写し/指導室.xlsx", filled())
    (returned / "まとめて.zip").write_bytes(zipped.getvalue())
    (returned / "空.xlsx").touch()
    (returned / "~$指導室.xlsx").write_bytes(b"owner")
    (returned / ".DS_Store").write_bytes(b"system")


def run(*words: str) -> Result:
    """A command as it is typed, without a plan."""
    result = CliRunner().invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def archive(output: Path, *more: str) -> dict[str, Any]:
    result = kakunin(output, "archive", "--year", "R7", "--json", *more)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.output)
    return told


def verify(output: Path, *more: str) -> dict[str, Any]:
    result = run("verify", "--output", str(output), "--json", *more)
    told: dict[str, Any] = json.loads(result.output)
    assert result.exit_code == (1 if told["違う所"] or differences(told) else 0)
    return told


def differences(told: dict[str, Any]) -> list[dict[str, str]]:
    return [each for replay in told["作り直し"] for each in replay["differences"]]


def kinds(told: dict[str, Any]) -> list[tuple[str, str]]:
    """What is wrong where: kind and file, or zip."""
    return [(each["kind"], each["member"] or each["archive"]) for each in told["違う所"]]


def finish(output: Path) -> None:
    """The papers of a year that was played."""
    for more in (("--issue",), ("--text",), ("--for", "公表")):
        made = kakunin(output, "report", "--year", "R7", *more)
        assert made.exit_code == 0, made.output


def zip_of(output: Path, name: str = "令和7年度.zip") -> Path:
    return output / "保存" / name
