"""What people do with the sheets of a form: copies, hidden drafts, words on our own sheets."""

from __future__ import annotations

import io
from typing import Literal

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from kakunin_xlsx.feedback import correction_request, corrections
from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET, REQUEST_SHEET
from kakunin_xlsx.record import Reason
from tests.hands import Book
from tests.people.base import ASKED, ROW, book, changed, codes, filled, merged, table

TEXT = (ROW, "result")
State = Literal["visible", "hidden", "veryHidden"]
HIDDEN: tuple[State, ...] = ("hidden", "veryHidden")


def copied(state: State, clear: bool) -> Book:
    """The table once more; `clear`: an answer stands in the copy only."""
    made = book()
    twin = made.book.copy_worksheet(made.sheet)
    twin.sheet_state = state
    twin.protection.sheet = True
    if clear:
        made.put(made.at(*TEXT), None)
    return made


def test_a_second_sheet_is_named() -> None:
    result = merged(copied("visible", clear=False))
    assert codes(result) == ["C43"]
    assert changed(result) == {}


def test_what_a_second_sheet_fills_is_taken_and_said() -> None:
    result = merged(copied("visible", clear=True))
    assert codes(result) == ["C43"]
    assert changed(result) == {}


@pytest.mark.parametrize("state", HIDDEN)
def test_a_hidden_sheet_is_never_taken(state: State) -> None:
    result = merged(copied(state, clear=True))
    assert codes(result) == ["C44", "F01"]
    assert changed(result) == {TEXT: None}
    waiting = [each for each in result.answers if (each.row, each.key) == TEXT]
    assert [each.value for each in waiting] == [table()[TEXT]]
    assert {each.reason for each in waiting} == {Reason.HIDDEN}


@pytest.mark.parametrize("state", HIDDEN)
def test_a_hidden_sheet_that_differs_is_no_conflict(state: State) -> None:
    made = copied(state, clear=False)
    made.put(made.at(*TEXT), "書き直した実績")
    result = merged(made)
    assert codes(result) == ["C44"]
    assert changed(result) == {TEXT: "書き直した実績"}


def beside(sheet: str, cell: str, text: str) -> Book:
    made = book()
    made.book[sheet][cell] = text
    return made


@pytest.mark.parametrize("at", [0, 3], ids=["before the first", "at the end"])
@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
@pytest.mark.parametrize(
    ("key", "typed"), [("filler", "別の 人"), ("turn", 2), ("submission", "差替え"), ("turn", None)]
)
def test_a_second_first_sheet_is_named_and_decides_nothing(
    at: int, state: Literal["visible", "hidden", "veryHidden"], key: str, typed: object
) -> None:
    """Its 提出回 would have replaced every answer of the table."""
    sheet = book()
    copy = sheet.book.copy_worksheet(sheet.cover.sheet)
    copy.sheet_state = state
    copy[sheet.at("*", key)].value = typed
    sheet.book.move_sheet(copy, at - 3)
    result = merged(sheet)
    assert changed(result) == {}
    assert sorted({*codes(result)} - {"I05"}) == ["C43" if state == "visible" else "C44"]
    (line,) = [each for each in result.progress if each.name == "指導室"]
    first = state == "visible" and at == 0
    assert line.turn == (2 if first and typed == 2 else 1)
    assert ("別の 人" in line.filler) == ((key, state) == ("filler", "visible"))


@pytest.mark.parametrize("cell", ["J3", "B60", "J12"])
def test_words_on_the_first_sheet_are_named(cell: str) -> None:
    result = merged(beside(GUIDE_SHEET, cell, "担当が替わりました"))
    (said,) = [f for f in result.findings if f.place.value == "担当が替わりました"]
    assert (said.code, said.place.sheet, said.place.cell) == ("C14", GUIDE_SHEET, cell)
    assert changed(result) == {}


def test_a_comment_on_the_first_sheet_is_named() -> None:
    made = book()
    made.book[GUIDE_SHEET]["C3"].comment = Comment("山口です", "山口")
    (said,) = merged(made).findings
    assert (said.code, said.place.sheet, said.place.value) == ("C21", GUIDE_SHEET, "山口です")


def request() -> Book:
    """A 修正依頼: an answer was missing."""
    made = book()
    made.put(made.at(*TEXT), None)
    (correction,) = corrections(merged(made))
    return Book(correction_request(correction, "游ゴシック"))


def words(made: Book) -> list[tuple[str, str, str]]:
    found = (finding.place for finding in merged(made).findings)
    return [(at.sheet, at.cell, at.value) for at in found if at.sheet == REQUEST_SHEET]


def test_a_request_that_nobody_wrote_on_says_nothing() -> None:
    assert words(request()) == []


@pytest.mark.parametrize("column", ["I", "K"])
def test_an_answer_beside_the_list_is_named(column: str) -> None:
    made = request()
    sheet = made.book[REQUEST_SHEET]
    rows = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == 1]
    where = f"{column}{rows[0]}"
    sheet[where] = "3回開催しました"
    assert words(made) == [(REQUEST_SHEET, where, "3回開催しました")]


def test_an_answer_below_the_list_is_named() -> None:
    made = request()
    sheet = made.book[REQUEST_SHEET]
    where = f"B{sheet.max_row + 2}"
    sheet[where] = "3回開催しました"
    assert words(made) == [(REQUEST_SHEET, where, "3回開催しました")]


def test_all_that_stands_on_a_sheet_of_their_own_is_kept() -> None:
    made = book()
    more = made.book.create_sheet("補足")
    for row in range(1, 40):
        more.cell(row, 2).value = f"{row}回目は{'長い' * 900}"
    held = "\n".join(f.place.value for f in merged(made).findings if f.code == "I08")
    assert held.split("\n") == [str(more.cell(row, 2).value) for row in range(1, 40)]


def test_sheets_come_back_as_they_were_issued() -> None:
    assert merged(book()).findings == ()
    assert load_workbook(io.BytesIO(book().data())).sheetnames[0] == GUIDE_SHEET


@pytest.mark.parametrize("name", [one.respondent for one in ASKED])
def test_the_sample_returns_say_nothing(name: str) -> None:
    assert merged(filled(name)).findings == ()
