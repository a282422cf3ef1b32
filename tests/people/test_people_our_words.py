"""Our own words, typed by somebody where the form at hand does not print them, are named."""

from __future__ import annotations

import io
from functools import cache

import pytest
from openpyxl import load_workbook

from kakunin_xlsx.layout import spaceless
from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET
from kakunin_xlsx.sheets.workbooks import form_workbook
from tests.hands import Book, read
from tests.merge.pages import CASES, LATER, Case
from tests.people.base import filled

FORMS = [*CASES, LATER]
NAMES = [f"{case.plan.id}-{case.round}-{case.year.code}" for case in FORMS]


@cache
def made(at: int) -> bytes:
    case = FORMS[at]
    return form_workbook([case.small[0]], case.plan.style.font)


def stray(case: Case, data: bytes) -> list[str]:
    result = case.merged(read(data, case.asked))
    return [f.place.value for f in result.findings if f.code in ("C14", "I08")]


@pytest.mark.parametrize(
    "at",
    [0, *(pytest.param(at, marks=pytest.mark.slow) for at in range(1, len(FORMS)))],
    ids=NAMES,
)
def test_words_that_only_other_shapes_print_are_named(at: int) -> None:
    case = FORMS[at]
    assert stray(case, made(at)) == []
    sheets = {each.title: each for each in load_workbook(io.BytesIO(made(at))).worksheets}
    layout = case.small[0]
    printed = {
        spaceless(str(cell.value))
        for row in sheets[layout.sheet].iter_rows()
        for cell in row
        if cell.value is not None
    }
    others = [word for word in dict.fromkeys(layout.words()) if word]
    others = [word for word in others if spaceless(word) not in printed]
    assert others
    for word in others:
        book = Book(made(at))
        book.put(f"AZ{book.row_number(layout.rows[0].id)}", word)
        assert stray(case, book.data()) == [word]


@pytest.mark.parametrize("at", range(len(FORMS)), ids=NAMES)
def test_each_word_of_the_table_counts_as_often_as_it_stands_there(at: int) -> None:
    """A copy of a word beside the table is the one that is named."""
    case, layout = FORMS[at], FORMS[at].small[0]
    book = Book(made(at))
    texts = [str(c.value) for row in book.sheet["B1:Z4"] for c in row if c.value]
    words = [word for word in dict.fromkeys(texts) if word in {*layout.words()}]
    number = book.row_number(layout.rows[0].id)
    for add, word in enumerate(words):
        book.put(f"AZ{number + add}", word)
    assert sorted(stray(case, book.data())) == sorted(words)


def one_book() -> Book:
    case = CASES[0]
    return Book(form_workbook(case.small[:2], case.plan.style.font), GUIDE_SHEET)


@pytest.mark.parametrize("cell", ["B3", "C60", "E12", "J3"])
def test_words_on_the_guide_of_one_book_for_all_are_named(cell: str) -> None:
    assert stray(CASES[0], one_book().data()) == []
    book = one_book()
    for area in [area for area in book.sheet.merged_cells.ranges if cell in area]:
        book.sheet.unmerge_cells(str(area))
    book.put(cell, "担当が替わりました")
    (told,) = stray(CASES[0], book.data())
    assert "担当が替わりました" in told


@pytest.mark.parametrize("sheet", ["選択肢", "_kakunin"])
@pytest.mark.parametrize("cell", ["A90", "H9"])
def test_words_on_our_hidden_sheets_are_named(sheet: str, cell: str) -> None:
    at = next(at for at, case in enumerate(FORMS) if case.round == "iinkai")
    book = Book(made(at), sheet)
    book.put(cell, "その他の選択")
    case = FORMS[at]
    result = case.merged(read(book.data(), case.asked))
    told = [
        (f.code, f.place.cell, f.place.value) for f in result.findings if f.place.sheet == sheet
    ]
    assert told == [("I08", cell, "その他の選択")]


def test_a_first_sheet_without_marks_says_nothing_of_our_own_words() -> None:
    for data in (made(0), filled()):
        marked = Book(data)
        marked.cover.sheet.delete_cols(1)
        result = CASES[0].merged(read(marked.data(), CASES[0].asked))
        assert {f.code for f in result.findings} & {"I08", "C14", "C08"} == set()
        marked.cover.put("H40", "担当が替わりました").put("A70", "・うちの課の補足")
        result = CASES[0].merged(read(marked.data(), CASES[0].asked))
        (told,) = [f.place.value for f in result.findings if f.code == "I08"]
        assert sorted(told.split("\n")) == sorted(["担当が替わりました", "・うちの課の補足"])


def test_a_table_without_marks_and_texts_is_named_by_what_people_wrote() -> None:
    bare = Book(filled())
    for (cell,) in bare.sheet["A1:A60"]:
        cell.value = None
    bare.sheet.delete_cols(2, 8)
    result = CASES[0].merged(read(bare.data(), CASES[0].asked))
    (told,) = [f.place.value.split("\n") for f in result.findings if f.code == "I08"]
    assert "A 目標どおり実施" in told
    assert {"必須", "任意", "担当課評価", "rating"}.isdisjoint(told)
    assert not [f for f in result.findings if f.code == "C21"]
