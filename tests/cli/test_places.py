"""Commands that a command proposes can be copied as they are: with the places it was told."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from tests.cli.test_commands import Desk
from tests.example import MASTERS, SECOND

_FIRST = "--year"
_COMMAND = re.compile(r"kakunin (?:masters )?[a-z]+\b(?!\.)[^（）。「」、：\n]*")


@pytest.fixture(params=[MASTERS, SECOND], ids=["shipped", "second"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    masters = shutil.copytree(request.param, tmp_path / "計画 の台帳")
    return Desk(masters, tmp_path / "出力 先")


def proposed(text: str) -> Iterator[list[str]]:
    for found in _COMMAND.findall(text):
        yield shlex.split(found)


def test_every_proposed_command_keeps_plan_and_output(place: Desk) -> None:
    said = [place.run("status"), place.run("build"), place.run("merge")]
    place.returned("回答.xlsx", place.filled())
    said += [place.run("report"), place.run("status"), place.run("check"), place.run("merge")]
    place.returned("空.xlsx", b"")
    said += [place.run("report"), place.run("letters"), place.run("merge"), place.run("archive")]
    (place.round / "4_取りまとめ" / "回答一覧.csv").write_text("x", encoding="utf-8")
    said += [place.run("report"), place.run("archive"), place.run("status")]
    commands = [words for each in said for words in proposed(each.output)]
    assert len(commands) > 8
    for words in commands:
        assert words[words.index("--output") + 1] == str(place.output), words
        assert words[words.index("--plan") + 1] == str(place.masters), words


def test_a_proposed_command_works(place: Desk) -> None:
    told = place.run("build").output
    (words,) = [each for each in proposed(told) if each[1] == "merge"]
    assert CliRunner().invoke(app, words[1:]).exit_code == 1  # nothing returned yet


def test_nothing_is_added_where_nothing_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["build", "--year", "R7"]).output
    assert "kakunin merge --year R7\n" in told


def test_only_what_was_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["build", "--year", "R7", "--output", "出力"]).output
    assert "kakunin merge --year R7 --output 出力\n" in told


def test_masters_commands_keep_the_plan(place: Desk) -> None:
    words = ["masters", "export", str(place.output / "台帳.xlsx"), "--plan", str(place.masters)]
    place.output.mkdir()
    told = CliRunner().invoke(app, words).output
    assert f'"{place.output / "台帳.xlsx"}"\n' in told
    for each in proposed(told):
        assert each[each.index("--plan") + 1] == str(place.masters)
        assert _FIRST not in each


def test_the_departments_that_were_named_stay(place: Desk) -> None:
    who = place.asked[0].respondent
    for words in proposed(place.run("letters", "--only", who).output):
        assert words[words.index("--only") + 1] == who
    told = place.run("build", "--only", who).output
    assert [words for words in proposed(told) if words[1] == "merge" and "--only" not in words]
