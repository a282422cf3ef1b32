"""Every command in the README and under docs/ does what the pages say it does."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from pictures.midyear import YEAR, prepare
from tests.docs.pages import TOLD, spans, typed_lines
from tests.example import MASTERS, ROOT

NEW_PLAN = "masters/第2次計画"
FROM_A_LIST, LIST = "masters/新しい計画", "一覧.xlsx"  # a plan that begins with a clerk's own list
ANSWERS = (
    *("--title", "第2次計画", "--city", "狛江市", "--office", "福祉政策課", "--levels", "3"),
    *("--from-year", "R9", "--to-year", "R11", "--department", "福祉政策課"),
    *("--council", "推進会議", "--committee", "推進委員会"),
)
PLACEHOLDERS = {"課": "指導室", "コード": "jisseki"}
PLAYED = "kakunin demo"  # the states below come from it


def called(line: str) -> list[str]:
    """The words behind `kakunin`, or none if the line calls something else."""
    words = shlex.split(line) if line.startswith("kakunin") else []
    return words[1:] if words[:1] == ["kakunin"] else []


def names_only(words: list[str]) -> bool:
    """True if the words are commands and nothing else: a page that speaks of a command."""
    command: click.Command | None = app
    for word in words:
        if not isinstance(command, click.Group):
            return False
        command = command.get_command(click.Context(command), word)
    return command is not None


LINES = sorted({line for page in TOLD for line in typed_lines(page)})
SPANS = sorted({span for page in TOLD for span in spans(page)})
TYPED = [line for line in LINES if called(line) and line != PLAYED]
SPOKEN = [span for span in SPANS if called(span) and span != PLAYED]
WHOLE = sorted({*TYPED, *(span for span in SPOKEN if not names_only(called(span)))})
NAMED = [span for span in SPOKEN if names_only(called(span))]


def filled(words: list[str]) -> list[str]:
    """With what a page leaves to the reader."""
    if words[:1] == ["init"] and len(words) == 2:
        return [*words, *ANSWERS]
    return [
        "1" if before == "--no" and word.isdigit() else PLACEHOLDERS.get(word, word)
        for before, word in zip(["", *words], words, strict=False)
    ]


@pytest.fixture(scope="module")
def half_way(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """令和7年度 half-way: one department missing, one cell empty, one answered twice."""
    root = tmp_path_factory.mktemp("途中") / "作業"
    root.mkdir()
    prepare(demo, root)
    return root


@pytest.fixture(scope="module")
def ended(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both years to their end and archived; the masters not yet revised."""
    root = tmp_path_factory.mktemp("年度末") / "作業"
    shutil.copytree(demo / "output", root / "output")
    shutil.rmtree(root / "output" / YEAR.next.name)
    shutil.copytree(MASTERS, root / "masters" / MASTERS.name)
    return root


def is_of_the_end(words: list[str]) -> bool:
    """True if the command belongs to a time when the year's rounds are done."""
    return (
        words[0] in ("archive", "verify")
        or "--round" in words
        or not {"R6", "R8"}.isdisjoint(words)
    )


def ready(words: list[str], root: Path) -> None:
    """What the command needs beside the year's folders."""
    shutil.copytree(MASTERS, root / "前の台帳")
    own_list()
    plan = ["--plan", FROM_A_LIST] if FROM_A_LIST in words and words[0] != "init" else []
    if plan:
        said = ("--title", "新しい計画", "--city", "狛江市", "--office", "福祉政策課")
        invoke(["init", FROM_A_LIST, "--from", LIST, *said])
    if "export" not in words and (words[0] != "init" or "--from" in words):
        invoke(["masters", "export", "台帳.xlsx", *plan])
    if NEW_PLAN in words and words[0] != "init":
        invoke(["init", NEW_PLAN, "新しい台帳.xlsx", *ANSWERS])
        invoke(["init", NEW_PLAN, "--from", "新しい台帳.xlsx"])


def own_list() -> None:
    """A list with headings of its own."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["基本目標", "事業名", "担当課", "R7", "令和8年度"])
    sheet.append(["1 安心して暮らす", "見守りの協定", "指導室", "3件", "4件"])
    book.save(LIST)


def invoke(words: list[str]) -> tuple[int, str]:
    done = CliRunner().invoke(app, words)
    return done.exit_code, done.output


def expected(words: list[str]) -> int:
    """The exit code that the README gives for these words in these states."""
    if "--pdf" in words:
        return 3  # no LibreOffice here
    if words[0] in ("check", "merge") and not is_of_the_end(words):
        return 1
    return 0


@pytest.mark.parametrize("line", WHOLE)
def test_a_command_runs(
    line: str, half_way: Path, ended: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = filled(called(line))
    root = tmp_path / "作業"
    shutil.copytree(ended if is_of_the_end(words) else half_way, root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("KAKUNIN_SOFFICE", "nowhere")
    ready(words, root)
    code, output = invoke(words)
    assert code == expected(words), output


@pytest.mark.parametrize("span", NAMED)
def test_a_command_that_is_spoken_of_is_there(span: str) -> None:
    assert invoke([*called(span), "--help"])[0] == 0


def test_the_commands_of_the_pages_are_found() -> None:
    assert len(WHOLE) > 40
    assert PLAYED in LINES
    assert any("--restore" in line for line in WHOLE)


def targets(line: str) -> Iterator[str]:
    """The targets of a line that calls make."""
    words = shlex.split(line) if line.startswith("make ") else []
    if words[:1] == ["make"]:
        yield from (word for word in words[1:] if "=" not in word)


def test_every_make_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {target for line in (*LINES, *SPANS) for target in targets(line)}
    assert {"demo", "test", "pictures"} <= named
    assert named <= known
