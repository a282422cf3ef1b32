"""What the office writes beside its own tables: named to the office, and kept when they are made anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment

from tests.cli.test_decide import CONFLICTS, CORRECTIONS, Table, folder, merge
from tests.people.base import ROW

WORDS = "課長と協議中"
Told = list[tuple[str, str, str]]


def told(output: Path) -> Told:
    found = merge(output)["確認事項"]
    mine = [each for each in found if each["code"] == "C45"]
    assert all("決定には使っていません" in each["words"] for each in mine)
    assert all("決まった欄に書いてください" in each["remedy"] for each in mine)
    assert not any(each["place"]["respondent"] for each in mine)
    return [(at["sheet"], at["cell"], at["value"]) for at in (each["place"] for each in mine)]


@pytest.mark.parametrize("name", [CONFLICTS, CORRECTIONS])
@pytest.mark.parametrize("where", ["right", "below", "title", "heading", "note"])
def test_words_beside_the_table_are_told(disputed: Path, name: str, where: str) -> None:
    table = Table(folder(disputed) / name)
    last, right = table.sheet.max_row, table.sheet.max_column + 2
    at = {
        "right": (table.rows(ROW, "担当課評価")[0], right),
        "below": (last + 2, 3),
        "title": (1, right),
        "heading": (table.head, right),
        "note": (2, right),
    }[where]
    cell = table.sheet.cell(*at)
    cell.value = WORDS
    table.save()
    assert told(disputed) == [(table.sheet.title, cell.coordinate, WORDS)]


@pytest.mark.parametrize("name", [CONFLICTS, CORRECTIONS])
def test_the_tables_as_they_were_made_say_nothing(disputed: Path, name: str) -> None:
    Table(folder(disputed) / name).save()
    assert told(disputed) == []


def test_comments_charts_print_and_more_sheets_are_told(disputed: Path) -> None:
    table = Table(folder(disputed) / CONFLICTS)
    table.sheet["F12"].comment = Comment(WORDS, "事務")
    table.sheet.oddHeader.center.text = "案"
    table.sheet.add_chart(BarChart(), "H3")
    table.book.create_sheet("覚え書き")["B2"] = WORDS
    table.save()
    sheet = table.sheet.title
    assert sorted(told(disputed)) == sorted(
        [(sheet, "F12", WORDS), (sheet, "", "案"), (sheet, "H3", ""), ("覚え書き", "B2", WORDS)]
    )


def test_the_table_that_held_the_words_is_kept(disputed: Path) -> None:
    path = folder(disputed) / CORRECTIONS
    table: Any = Table(path)
    table.sheet.cell(1, 40).value = WORDS
    table.save()
    written = path.read_bytes()
    merge(disputed)
    (kept,) = (folder(disputed) / "旧版").iterdir()
    assert kept.read_bytes() == written
    assert WORDS not in str(
        [cell.value for row in load_workbook(path).worksheets[0] for cell in row]
    )
    assert told(disputed) == []
    assert len(list((folder(disputed) / "旧版").iterdir())) == 1
