"""Any text a master cell can hold comes back from the workbook as it was."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from kakunin_xlsx.masters_book.changes import changes
from kakunin_xlsx.masters_book.contents import masters_book
from kakunin_xlsx.masters_book.grids import ReadMasters
from kakunin_xlsx.office.masters_book import workbook_of
from kakunin_xlsx.plan import Masters, MasterTexts, edited, load_masters
from kakunin_xlsx.plan.cells import obeyed
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Item
from kakunin_xlsx.returns.opening import open_bytes
from tests.example import SECOND

# What spreadsheets like to make something else of.
ODD = ["=", "=1+1", "+81", "-", "@", "'", "007", "1-2", "1e5", '"', ",", "\n", "\t", "　", " "]
ODD += ["_x000D_", "_x005F_x000D_", "&amp;", "<b>", "あ", "𠮷", "①", "TRUE", "#N/A", "が"]
LETTERS = some.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\r\0")
TEXTS = some.lists(some.sampled_from(ODD) | LETTERS)


@cache
def masters() -> Masters:
    return load_masters(SECOND)


def with_texts(texts: list[str]) -> MasterTexts:
    """The second plan's masters with these texts in cells that may hold anything."""
    places = [("departments", "略称"), ("texts", "本文"), ("targets", "単位"), ("fields", "説明")]
    made = masters().texts.copy()
    for (table, heading), text in zip(places, texts, strict=True):
        made.rows[table][0].cells[heading] = text.strip()
    return made


def read(texts: MasterTexts) -> ReadMasters:
    data = workbook_of(masters_book(texts, None))
    opened = open_bytes(data, Item("台帳", "", Path()), None, Limits())
    assert opened.book
    return ReadMasters.of(opened.book)


@pytest.mark.slow
@settings(max_examples=25)
@given(some.lists(TEXTS.map("".join), min_size=4, max_size=4))
@example(["_x005F_x000D_", "甲\x0b乙", "_x0041__x0042_", "\ufeff乙\uffff"])
@example(["=SUM(A1)", "007", "_x000D_\n_x000D_", "　前後の空き　を\n　含む文"])
def test_what_is_exported_is_what_is_read(texts: list[str]) -> None:
    made = with_texts(texts)
    book = read(made)
    assert book.problems == []
    assert book.notices == []
    for table in TABLES:
        rows = [row.cells for row in book.tables.get(table.name, ())]
        known = [{h: text for h, text in cells.items() if text} for cells in made.cells(table)]
        assert [{h: text for h, text in row.items() if text} for row in rows] == known


@pytest.mark.slow
@settings(max_examples=25)
@given(some.lists(TEXTS.map("".join).filter(lambda text: not obeyed(text)), min_size=4, max_size=4))
def test_what_is_typed_stands_in_the_csv_and_nothing_else_moves(texts: list[str]) -> None:
    """A book whose cells were changed to these texts gives the files that have them."""
    wanted, now = with_texts(texts), masters()
    typed = read(wanted)
    typed.base = read(now.texts).base
    after, problems = edited(now.texts, changes(typed, now.texts, now))
    assert [*typed.problems, *problems] == []
    assert after.files() == wanted.files()


def test_the_blank_book_has_every_sheet_and_no_row() -> None:
    book = read(MasterTexts("", {}))
    assert set(book.tables) == {table.name for table in TABLES}
    assert not any(book.tables.values())
