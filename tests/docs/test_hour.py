"""The page for a clerk of another city says how many cells are typed, and what it says is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.masters_book.own_headings import Means
from tests.example import ROOT
from tests.tools.typed_cells import PLANS, typed_cells

GUIDE = (ROOT / "docs" / "台帳の手引き.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", PLANS, ids=[folder.name for folder in PLANS])
def test_the_cells_of_each_plan(folder: Path) -> None:
    counted = typed_cells(folder)
    assert counted.row in GUIDE, "python -m tests.tools.typed_cells"
    assert counted.total > counted.total - counted.of_a_list > 0


def test_the_headings_that_are_told_are_understood() -> None:
    table = GUIDE.partition("| 読み取る欄 |")[2].partition("\n\n")[0]
    told = {word for line in table.splitlines()[2:] for word in line.split("|")[2].split("、")}
    known = {word for means in Means for word in means.value}
    named = {word for word in told if word.strip().casefold() in known}
    assert len(named) > 25
