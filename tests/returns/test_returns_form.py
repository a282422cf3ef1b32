"""A real form read back: rows by id, columns by key, whatever stands where."""

from __future__ import annotations

import pytest

from kakunin_xlsx.layout import KEY_ROW, Layout
from kakunin_xlsx.returns.model import FormSheet
from tests.example import form, layouts
from tests.hands import FORM, Book, read

ASKED = layouts()


@pytest.fixture(params=[layout.respondent for layout in ASKED])
def one(request: pytest.FixtureRequest) -> Layout:
    return next(layout for layout in ASKED if layout.respondent == request.param)


@pytest.fixture
def book(one: Layout) -> Book:
    return Book(form(one))


def sheet_of(book: Book) -> FormSheet:
    """The table, with the form's own fields as its first sheet holds them."""
    cover, sheet = read(book.data(), ASKED).sheets
    assert (cover.name, sheet.name) == ("記入要領", "確認表")
    assert sheet.cover == cover.fields
    return sheet


def cover_of(book: Book) -> FormSheet:
    return read(book.data(), ASKED).sheets[0]


def test_every_row_and_column_is_found(one: Layout) -> None:
    cover, sheet = read(form(one), ASKED).sheets
    assert cover.identity == sheet.identity == one.identity
    assert [row.id for row in sheet.rows] == [row.id for row in one.rows]
    assert [row.mark.digest for row in sheet.rows] == [row.digest for row in one.rows]
    assert sheet.keys == set(one.column)
    assert cover.places.keys() == set(one.form_column)
    assert (sheet.places, cover.rows) == ({}, ())
    words = sorted(cell.typed for cell in cover.leftovers if not cell.formula)
    assert words == sorted(one.cover_words(one.form_column))
    assert (sheet.by_headings, sheet.doubled) == ((), ())


def test_answers_and_fields_are_found(one: Layout, book: Book) -> None:
    row = next(row for row in one.rows if row.open)
    for column in one.open_columns:
        book.fill(row.id, column.key, f"答{column.key}")
    for column in one.form:
        if column.open:
            book.fill(FORM, column.key, f"欄{column.key}")
    sheet = sheet_of(book)
    found = next(each for each in sheet.rows if each.id == row.id)
    for column in one.open_columns:
        assert found.cells[column.key].typed == f"答{column.key}"
        assert found.cells[column.key].address == book.at(row.id, column.key)
    cover = cover_of(book)
    typed = {key: cell.typed for key, cell in cover.fields.items() if cell.typed[0] == "欄"}
    assert typed == {c.key: f"欄{c.key}" for c in one.form if c.open}
    assert all(book.at(FORM, key) == place for key, place in cover.places.items())


def test_headings_serve_where_the_keys_are_lost(one: Layout, book: Book) -> None:
    whole, fields = sheet_of(book), cover_of(book).fields
    for each in (book, book.cover):
        for number, mark in each.marks:
            if mark == KEY_ROW:
                for cell in each.sheet[number]:
                    cell.value = None
    sheet, cover = sheet_of(book), cover_of(book)
    assert set(sheet.by_headings) == {*one.column}
    assert set(cover.by_headings) == {*one.form_column}
    assert [row.columns for row in sheet.rows] == [row.columns for row in whole.rows]
    assert cover.fields == fields


def test_one_lost_key(one: Layout, book: Book) -> None:
    whole = sheet_of(book)
    key = one.open_columns[-1].key
    cell = next(cell for row in book.sheet for cell in row if cell.value == key)
    cell.value = "???"
    sheet = sheet_of(book)
    assert sheet.by_headings == (key,)
    assert sheet.rows[0].columns == whole.rows[0].columns
    assert "???" in [left.typed for left in sheet.leftovers]


def test_moved_rows_are_found(one: Layout, book: Book) -> None:
    first = one.rows[0].id
    number = book.row_number(first)
    far = book.sheet.max_row + 30
    for cell in book.sheet[number]:
        if cell.value is not None:
            book.sheet.cell(far, cell.column, cell.value)
            cell.value = None
    moved = next(row for row in sheet_of(book).rows if row.id == first)
    assert moved.mark_cell.row == far
    texts = {key: text.shown for key, text in one.rows[0].texts.items() if text.shown}
    assert {key: moved.cells[key].typed for key in texts} == texts


def test_a_text_beside_is_left_over(book: Book) -> None:
    book.put("AZ99", "余白のメモ")
    left = [cell.address for cell in sheet_of(book).leftovers if cell.typed == "余白のメモ"]
    assert left == ["AZ99"]


def test_a_workbook_without_our_marks_is_no_form() -> None:
    book = Book(form(ASKED[0]))
    book.book.create_sheet("メモ")["A1"] = "表ではありません"
    for name in book.book.sheetnames:
        if name in ("記入要領", "確認表", "_kakunin"):
            del book.book[name]
    returned = read(book.data(), ASKED)
    assert [finding.code for finding in returned.findings] == ["U11"]


def test_a_form_of_an_unknown_round_is_read_by_its_own_keys() -> None:
    cover, sheet = read(form(ASKED[0]), ()).sheets
    assert sheet.keys == set(ASKED[0].column)
    assert cover.places.keys() == set(ASKED[0].form_column)


def test_the_next_label_is_no_value(one: Layout, book: Book) -> None:
    key = next(cell for row in book.cover.sheet for cell in row if cell.value == "turn")
    key.value = None
    sheet = cover_of(book)
    assert sheet.by_headings == ("turn",)
    assert "turn" not in sheet.fields
    words = sorted(cell.typed for cell in sheet.leftovers if not cell.formula)
    assert words == sorted(
        filter(None, one.cover_words(one.form_column))
    )  # its label is one of our words, as ever


def test_a_form_line_never_takes_the_keys_of_another(book: Book) -> None:
    key_rows = [number for number, mark in book.cover.marks if mark == KEY_ROW]
    issued = cover_of(book).fields
    for number in key_rows[:-1]:
        book.cover.sheet.cell(number, 1).value = None
    assert cover_of(book).fields == issued
