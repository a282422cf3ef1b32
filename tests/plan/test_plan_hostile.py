"""plan.toml as nobody writes it: too deep, too long, with what a terminal would obey."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from tests.example import MASTERS, SECOND

DEEP = {
    "arrays": "x = " + "[" * 50_000,
    "tables": "x = " + "{y = " * 50_000,
    "a number": "x = " + "9" * 5_000,
    "dots": "[" + ".".join(["a"] * 5_000) + "]",
}
OBEYED = ["\\u001b[31m", "\\u0007", "\\u009b2J", "\\u202e", "\\u0000"]
COMMANDS = [("masters", "check"), ("status", "--year", "R7"), ("build", "--year", "R7"), ()]


@pytest.fixture(params=[MASTERS, SECOND], ids=["shipped", "second"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(request.param, tmp_path / "masters" / "計画"))


@pytest.mark.parametrize("how", DEEP)
def test_too_deep_is_said_in_words(folder: Path, how: str) -> None:
    path = folder / "plan.toml"
    path.write_text(f"{DEEP[how]}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    for words in COMMANDS:
        result = CliRunner().invoke(app, words)
        assert (result.exit_code, "plan.toml" in result.output) == (3, True)
        assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("escape", OBEYED)
def test_what_a_terminal_would_obey_never_reaches_it(folder: Path, escape: str) -> None:
    path = folder / "plan.toml"
    told = path.read_text(encoding="utf-8")
    line = next(line for line in told.splitlines() if line.startswith("title"))
    path.write_text(told.replace(line, line[:-1] + escape + '"'), encoding="utf-8")
    for words in COMMANDS:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 3
        assert "plan.toml「title」：目に見えない制御文字（U+00" in result.output.replace(
            "U+20", "U+00"
        )
        assert all(char == "\n" or char.isprintable() or char == "　" for char in result.output)


def test_nor_from_a_table(folder: Path) -> None:
    path = folder / "departments.csv"
    path.write_text(
        path.read_text(encoding="utf-8-sig").replace("課", "課\x1b[31m", 1), "utf-8-sig"
    )
    result = CliRunner().invoke(app, ["masters", "check"])
    assert (result.exit_code, "departments.csv" in result.output) == (3, True)
    assert "\x1b" not in result.output
