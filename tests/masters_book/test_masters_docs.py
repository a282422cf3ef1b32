"""docs/台帳の手引き.md says what is so: its commands run, its words stand in the workbook."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.layout import masters_book as book
from kakunin_xlsx.plan import Status
from kakunin_xlsx.plan.tables import TABLES
from tests.example import MASTERS, ROOT
from tests.masters_book.desk import kakunin
from tests.revised import SAMPLE

TEXT = (ROOT / "docs" / "台帳の手引き.md").read_text(encoding="utf-8")


def test_every_command_of_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(MASTERS, tmp_path / "masters" / MASTERS.name)
    shutil.copytree(MASTERS, tmp_path / "前の台帳")
    shutil.copy(SAMPLE, tmp_path / "改訂.csv")
    blocks = re.findall(r"^```\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) == 7
    for command in commands:
        name, masters, *words = command.split()
        assert (name, masters) == ("kakunin", "masters")
        done = kakunin(*words)
        assert done.exit_code == 0, (command, done.output)


def test_the_guide_names_every_sheet_and_state() -> None:
    for table in TABLES:
        assert book.sheet_name(table) in TEXT
    for status in Status:
        assert f"| {status} |" in TEXT
    words = (book.OPEN_SHEET, book.SETTINGS_SHEET, book.SINCE, book.WHY, book.PRINTED)
    assert all(word in TEXT for word in words)
