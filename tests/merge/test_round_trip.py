"""Any answers → form → returned → merged: what was typed comes back, and nothing is lost."""

from __future__ import annotations

import io
from collections import Counter

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge.join import merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.returns.model import Return
from kakunin_xlsx.sheets.form import Values
from tests.example import R7, form, layouts, shipped
from tests.hands import read
from tests.sheets.test_form import open_cells, table

ONE: Layout = layouts()[4]
CELLS = [(row.id, column.key) for row in ONE.rows for column in ONE.open_columns if row.open]
TEXTS = [(row, key) for row, key in CELLS if ONE.column[key].type is not FieldType.NUMBER]
# Excel itself cannot hold control characters, and calls an empty text an empty cell.
TYPED = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
    min_size=1,
    max_size=60,
).filter(str.strip)  # blanks alone are no answer
ODD = st.sampled_from(["=1+1", "@SUM(A1)", "+81", "1-2", "NA", "null", "葛󠄀飾", "a\nb", " x "])


def returned(data: bytes, name: str = "戻り.xlsx") -> Return:
    return read(data, layouts(), name)


def merged(*files: bytes) -> Merged:
    returns = [returned(data, f"{number}.xlsx") for number, data in enumerate(files)]
    return merge(shipped(), R7, "jisseki", returns)


def adopted(result: Merged) -> dict[tuple[str, str], str]:
    return {(a.row, a.key): a.value for a in result.answers if a.adopted and a.row != "*"}


@given(st.dictionaries(st.sampled_from(TEXTS), TYPED | ODD, max_size=8))
@settings(max_examples=40)
def test_what_was_typed_comes_back(values: Values) -> None:
    assert adopted(merged(form(ONE, values))) == values


@given(st.dictionaries(st.sampled_from(CELLS), st.integers(-(10**6), 10**6) | st.just(0.5)))
@settings(max_examples=25)
def test_numbers_come_back_in_shortest_form(values: Values) -> None:
    assert adopted(merged(form(ONE, values))) == {
        at: f"{v:g}" if v == 0.5 else str(v) for at, v in values.items()
    }


EDITS = st.dictionaries(
    st.tuples(st.integers(1, 40), st.integers(2, 24)),
    st.text("かきくABC123 ", min_size=1, max_size=8).filter(str.strip),
    max_size=10,
)


@pytest.mark.slow
@given(EDITS)
@settings(max_examples=60)
def test_every_cell_that_differs_is_held_once(edits: dict[tuple[int, int], str]) -> None:
    """The conservation law for sound forms, edited text and text beside the table."""
    blank = form(ONE)
    issued = table(blank)
    book = openpyxl.load_workbook(io.BytesIO(blank))
    sheet = book["確認表"]
    keys = {row for row in range(1, 40) if str(issued.cell(row, 1).value).endswith("/@")}
    inside = {c for area in sheet.merged_cells.ranges for c in area.cells}
    heads = {(area.min_row, area.min_col) for area in sheet.merged_cells.ranges}
    expected: Counter[tuple[str, str]] = Counter()
    for (row, col), text in edits.items():
        covered = (row, col) in inside and (row, col) not in heads
        if row in keys or covered or issued.cell(row, col).value == text:
            continue
        if issued.cell(row, col).data_type == "f":
            continue  # our own count
        sheet.cell(row, col).value = text
        expected[sheet.cell(row, col).coordinate, text] += 1
    saved = io.BytesIO()
    book.save(saved)
    result = merged(saved.getvalue())
    held = Counter((a.cell, a.value) for a in result.answers)
    held += Counter((p.cell, p.typed) for p in result.proposals)
    already = set(held)
    held += Counter(
        (f.place.cell, f.place.value)
        for f in set(result.findings)
        if f.place.value and (f.place.cell, f.place.value) not in already
    )
    assert {at: count for at, count in held.items() if at in expected} == dict(expected)


def test_the_order_and_names_of_files_do_not_matter() -> None:
    files = [form(one, {(one.rows[0].id, "result"): one.respondent}) for one in layouts()]
    one_way, other_way = merged(*files), merged(*reversed(files))
    assert [(a.row, a.key, a.value, a.state, a.reason) for a in one_way.answers] == [
        (a.row, a.key, a.value, a.state, a.reason) for a in other_way.answers
    ]


def test_one_book_comes_back_from_all_its_sheets() -> None:
    from kakunin_xlsx.sheets.workbooks import form_workbook

    values = {
        one.identity.respondent: {(row.id, "result"): f"{row.id}の実績"}
        for one in layouts()
        for row in one.rows
        if row.open
    }
    data = form_workbook(layouts(), shipped().style.font, values)
    expected = {at: text for typed in values.values() for at, text in typed.items()}
    assert adopted(merged(data)) == expected


def test_our_own_forms_hold_nothing_that_reads_as_an_answer() -> None:
    result = merged(*(form(one) for one in layouts()))
    assert result.record.answers == ()
    assert result.proposals == ()
    assert {finding.code for finding in result.findings} <= {"F01", "C05", "C06"}


def test_open_cells_are_what_the_reader_finds() -> None:
    (sheet,) = [each for each in returned(form(ONE)).sheets if each.rows]
    found = {(row.id, key): row.address(key) for row in sheet.rows for key in row.columns}
    expected = open_cells(table(form(ONE)), ONE)
    assert {at: cell for at, cell in expected.items() if at[0] != "*"}.items() <= found.items()
