"""The sheets of 台帳.xlsx are called as the plan calls its levels; any name before the brackets is read."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.settings import PLAN_FILE, SETTING, with_setting
from tests.example import JIMU, KANKYO, NUMBERS
from tests.masters_book.desk import Desk, kakunin

LEVELS = ("goals", "measures", "initiatives", "actions", "targets")


@pytest.mark.parametrize(
    ("masters", "names"),
    [
        (JIMU, ("政策", "施策", "事務事業", "成果指標", "目標")),
        (KANKYO, ("基本目標", "施策", "施策の方向", "主な取組", "目標")),
        (
            NUMBERS,
            ("基本目標", "施策の柱", "取組の方向", "取組", "年度目標"),
        ),  # 「指標」 is another sheet
    ],
)
def test_sheets_bear_the_words_of_the_plan(
    masters: Path, names: tuple[str, ...], tmp_path: Path
) -> None:
    desk = Desk.set_up(tmp_path, masters)
    made = openpyxl.load_workbook(desk.path)
    wanted = [f"{name}（{table}）" for name, table in zip(names, LEVELS, strict=True)]
    assert [each for each in made.sheetnames if book.table_in(each) in LEVELS] == sorted(
        wanted, key=lambda each: made.sheetnames.index(each)
    )
    for each, table in zip(wanted, LEVELS, strict=True):
        assert made[each]["A1"].value == each.replace(table, f"{table}.csv")
    listed = {str(row[1].value) for row in made["記入要領"].iter_rows()}
    assert {*wanted} <= listed
    done = desk.load()
    assert done.output == "変更なし（台帳はそのままです）。\n"


def test_sheets_of_a_book_made_before_are_read(tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path, JIMU)
    made = openpyxl.load_workbook(desk.path)
    old = {table.name: book.sheet_name(table) for table in TABLES}
    for sheet in made.worksheets:
        sheet.title = old.get(book.table_in(sheet.title), sheet.title)
    made.save(desk.path)
    with desk.edit() as hands:
        hands.type("initiatives", {"No": "001"}, {"名称": "別の名前", book.WHY: "訂正"})
    done = desk.load("--dry-run")
    assert done.exit_code == 0, done.output
    assert "別の名前" in done.output
    assert "取り込みません" not in done.output


@pytest.mark.parametrize(
    "word", ["政策/分野[1]", "とても長い" * 8, "'引用'", "目標（その1）", "History"]
)
def test_any_word_makes_a_sheet(word: str, tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path, JIMU)
    path = desk.folder / PLAN_FILE
    text = with_setting(path.read_text(encoding="utf-8"), SETTING["一番上の段の呼び方"], word)
    path.write_text(text, encoding="utf-8")
    again = tmp_path / "もう一度.xlsx"
    done = kakunin("export", again, "--plan", desk.folder)
    assert done.exit_code == 0, done.output
    names = openpyxl.load_workbook(again).sheetnames
    assert [each for each in names if book.table_in(each) == "goals"]
    assert all(len(each) <= 31 for each in names)
    done = kakunin("import", again, "--plan", desk.folder)
    assert done.output == "変更なし（台帳はそのままです）。\n"
