"""What somebody put beside the tables of 台帳.xlsx is told: nobody reads it into the masters."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.comments import Comment

from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.grids import ReadMasters
from kakunin_xlsx.office.masters_book import masters_of_book, read_book
from tests.example import MASTERS, SECOND
from tests.masters_book.desk import Desk

WORDS = "課長と協議中です"
TABLE = "部署（departments）"
BESIDE = {
    "below the guide": (GUIDE_SHEET, "B80"),
    "beside the guide": (GUIDE_SHEET, "F4"),
    "over a line of the guide": (GUIDE_SHEET, "B4"),
    "below the help": (book.HELP_SHEET, "A300"),
    "beside the help": (book.HELP_SHEET, "E5"),
    "in the title's line": (TABLE, "E1"),
    "over the sentence": (TABLE, "A2"),
    "a heading more": (TABLE, "Z3"),
    "a column more": (TABLE, "Z5"),
    "beside the settings": (book.SETTINGS_SHEET, "E6"),
    "beside what waits": (book.OPEN_SHEET, "Q5"),
}


def read(desk: Desk) -> ReadMasters:
    return read_book(desk.path)


@pytest.mark.parametrize("masters", [MASTERS, SECOND], ids=["first", "second"])
def test_a_book_as_exported_says_nothing(tmp_path: Path, masters: Path) -> None:
    desk = Desk.set_up(tmp_path, masters)
    assert read(desk).notices == []
    assert masters_of_book(desk.path)[1] == []


@pytest.mark.parametrize("name", BESIDE)
def test_words_beside_a_table_are_told(tmp_path: Path, name: str) -> None:
    sheet, cell = BESIDE[name]
    desk = Desk.set_up(tmp_path, MASTERS)
    with desk.edit() as hands:
        hands.book[sheet][cell] = WORDS
    (told,) = [each for each in read(desk).notices if WORDS in each]
    assert told.startswith(f"{sheet}!{cell}：")
    assert "取り込みません" in told
    assert "当てはまる表の欄に書いてください" in told


@pytest.mark.parametrize("sheet", [book.OPEN_SHEET, book.SETTINGS_SHEET])
def test_a_column_that_somebody_added_is_told(tmp_path: Path, sheet: str) -> None:
    desk = Desk.set_up(tmp_path, MASTERS)
    with desk.edit() as hands:
        hands.book[sheet]["Z3"], hands.book[sheet]["Z4"] = "メモ", WORDS
    notices = read(desk).notices
    assert [each.partition("：")[0] for each in notices] == [f"{sheet}!Z3", f"{sheet}!Z4"]


@pytest.mark.parametrize("sheet", [GUIDE_SHEET, TABLE, book.HELP_SHEET])
def test_a_comment_is_told_with_all_its_words(tmp_path: Path, sheet: str) -> None:
    desk = Desk.set_up(tmp_path, MASTERS)
    with desk.edit() as hands:
        hands.book[sheet]["B5"].comment = Comment(f"{'長い' * 40}{WORDS}", "山口")
    (told,) = read(desk).notices
    assert told.startswith(f"{sheet}!B5：コメントに「長い")
    assert WORDS in told


def test_a_new_plan_tells_them_too(tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path, SECOND)
    with desk.edit() as hands:
        hands.book[GUIDE_SHEET]["F4"] = WORDS
    _, notices = masters_of_book(desk.path)
    assert [WORDS in each for each in notices] == [True]


@pytest.mark.parametrize("where", ["below", "who", "when"])
def test_words_where_nothing_is_confirmed_are_told(tmp_path: Path, where: str) -> None:
    """Below what waits to be compared, or beside 確認 that was left empty."""
    desk = Desk.set_up(tmp_path, MASTERS)
    with desk.edit() as hands:
        page = hands.sheet(book.OPEN_SHEET)
        at = f"B{page.max_row + 3}"
        if where != "below":
            row = next(row for row in range(4, page.max_row) if page[f"A{row}"].value)
            heading = {"who": book.WHO, "when": book.WHEN}[where]
            (at,) = [f"{c.column_letter}{row}" for c in page[3] if c.value == heading]
        page[at] = WORDS
    done = desk.load("--dry-run")
    assert f"{book.OPEN_SHEET}!{at}：「{WORDS}」は「確認」が空欄なので" in done.output
