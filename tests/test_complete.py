"""Nothing is without its help or its place in the docs: commands, options, codes, columns, fields.

Codes stand in docs/確認事項.md (tests/checks/test_checks_catalogue.py), columns in docs/台帳の列.md
(tests/plan/test_plan_table_help.py); here stands the rest.
"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from kakunin_xlsx.findings.catalogue import ALL
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.rounds import FIELDS
from kakunin_xlsx.textfiles import csv_rows
from pictures.pages import commands, commands_page
from tests.example import MASTERS, ROOT
from tests.test_walls import FILES, strings
from tests.tools.measure import SOURCE

pytestmark = pytest.mark.source

DOCS = ROOT / "docs"
GENERATED = {"コマンド.md", "確認事項.md", "台帳の列.md"}
TOPS = ("src", "tests", "docs", "bench", "masters", "requirements")
COMMANDS = list(commands())


def written_docs() -> str:
    """README and the pages of docs that people wrote."""
    pages = [path for path in DOCS.glob("*.md") if path.name not in GENERATED]
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *pages))


def test_the_page_of_commands_is_made_from_them() -> None:
    assert (DOCS / "コマンド.md").read_text(encoding="utf-8") == commands_page(), "run make docs"


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name or "-" for name, _ in COMMANDS])
def test_a_command_has_its_help_and_its_place(name: str, command: click.Command) -> None:
    assert command.help
    chapter = commands_page().split(f"\n## {f'kakunin {name}'.strip()}\n")[1].split("\n## ")[0]
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.is_flag or option.metavar, option.name
            assert f"`{option.opts[0]}" in chapter
        else:
            assert option.metavar, option.name
    assert not name or isinstance(command, click.Group) or f"kakunin {name}" in written_docs()


def test_every_page_of_docs_can_be_found() -> None:
    words = written_docs()
    assert [path.name for path in DOCS.glob("*.md") if f"{path.name})" not in words] == []


def test_links_between_pages_lead_somewhere() -> None:
    for path in (ROOT / "README.md", *DOCS.glob("*.md")):
        targets = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
        missing = [each for each in targets if not (path.parent / each).exists()]
        assert missing == [], path.name


def test_the_developers_guide_names_what_is_there() -> None:
    words = set(
        re.findall(r"`([^`\n]+)`", (DOCS / "開発者の手引き.md").read_text(encoding="utf-8"))
    )
    places = [path.relative_to(ROOT).as_posix() for top in TOPS for path in (ROOT / top).rglob("*")]
    named = {
        word
        for word in words
        if re.fullmatch(r"[a-z_\-/A-Z0-9]+(?:\.(?:py|md|csv|toml|txt)|/)", word)
    }
    known = "\n".join(["", *places, ""])
    gone = [n for n in named if not re.search(rf"(?:^|/){re.escape(n.rstrip('/'))}$", known, re.M)]
    assert [name for name in gone if not (ROOT / name).exists()] == []
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (*FILES, *ROOT.glob("tests/*.py"))
    )
    constants = {word for word in words if re.fullmatch(r"_?[A-Z][A-Z_]+", word)}
    assert constants
    assert [name for name in constants if not re.search(rf"\b{name}\b", code)] == []


def test_every_code_and_column_stands_in_its_page() -> None:
    codes = (DOCS / "確認事項.md").read_text(encoding="utf-8")
    assert [kind.code for kind in ALL if f"| {kind.code} |" not in codes] == []
    columns = (DOCS / "台帳の列.md").read_text(encoding="utf-8")
    for table in TABLES:
        chapter = columns.split(f"（{table.file}）\n")[1].split("\n## ")[0]
        assert [each for each in table.headers if f"| {each} |" not in chapter] == [], table.file


@pytest.mark.parametrize(
    "masters", [MASTERS, SOURCE / "plan" / "template"], ids=lambda path: path.name
)
def test_every_field_of_a_plan_says_what_to_write(masters: Path) -> None:
    for row in csv_rows((masters / FIELDS.file).read_bytes()):
        assert re.search(r"。(?:例：\S+)?$", row["説明"]), (row["項目"], row["説明"])


def test_every_setting_of_the_environment_stands_in_the_docs() -> None:
    named = {
        word
        for path in FILES
        for text in strings(path)
        for word in re.findall(r"\bKAKUNIN_[A-Z_]*[A-Z]\b", text)
    }
    words = written_docs()
    assert named
    assert [word for word in sorted(named) if word not in words] == []
