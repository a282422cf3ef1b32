"""Any text a master cell can hold comes back from the workbook as it was."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as some

from kakunin_xlsx.office.masters_export import master_files, masters_book, rows_in
from kakunin_xlsx.plan import load_masters
from kakunin_xlsx.plan.csvtext import CsvText
from kakunin_xlsx.plan.edited import EditedRow, EditedTable, edited_files
from kakunin_xlsx.plan.tables import TABLE, TABLES
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.masters_book import ReadMasters, understood
from kakunin_xlsx.returns.opening import Item, open_bytes
from kakunin_xlsx.sheets.masters_book import masters_workbook
from tests.example import SECOND

# What spreadsheets like to make something else of.
ODD = ["=", "=1+1", "+81", "-", "@", "'", "007", "1-2", "1e5", '"', ",", "\n", "\t", "　", " "]
ODD += ["_x000D_", "_x005F_x000D_", "&amp;", "<b>", "あ", "𠮷", "①", "TRUE", "#N/A", "が"]
LETTERS = some.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\r\0")
TEXTS = some.lists(some.sampled_from(ODD) | LETTERS)


@cache
def files() -> dict[str, bytes]:
    return master_files(SECOND)


def with_texts(texts: list[str]) -> dict[str, bytes]:
    """The second plan's files with these texts in cells that may hold anything."""
    places = [("departments", "略称"), ("texts", "本文"), ("targets", "単位"), ("fields", "説明")]
    made = dict(files())
    for (table, heading), text in zip(places, texts, strict=True):
        sheet = CsvText.read(made[f"{table}.csv"])
        sheet.put(1, heading, text.strip())
        made[f"{table}.csv"] = sheet.to_bytes()
    return made


def read(data: bytes) -> ReadMasters:
    opened = open_bytes(data, Item("台帳", "", Path()), None, Limits())
    assert opened.book
    return understood(opened.book)


@settings(max_examples=25)
@given(some.lists(TEXTS.map("".join), min_size=4, max_size=4))
@example(["_x005F_x000D_", "甲\x0b乙", "_x0041__x0042_", "\ufeff乙\uffff"])
@example(["=SUM(A1)", "007", "_x000D_\n_x000D_", "　前後の空き　を\n　含む文"])
def test_what_is_exported_is_what_is_read(texts: list[str]) -> None:
    made = with_texts(texts)
    book = read(masters_workbook(masters_book(made, None)))
    assert book.problems == []
    assert book.notices == []
    for table in TABLES:
        rows = [dict(row.cells) for row in book.tables.get(table.name, ())]
        known = [{h: text for h, text in cells.items() if text} for cells in rows_in(made, table)]
        assert [{h: text for h, text in row.items() if text} for row in rows] == known


@settings(max_examples=25)
@given(some.lists(TEXTS.map("".join), min_size=4, max_size=4))
def test_what_is_typed_stands_in_the_csv_and_nothing_else_moves(texts: list[str]) -> None:
    """A book whose cells were changed to these texts gives the files that have them."""
    wanted = with_texts(texts)
    handed_out = read(masters_workbook(masters_book(files(), None)))
    typed = read(masters_workbook(masters_book(wanted, None)))
    tables = [
        EditedTable(
            TABLE[name],
            [EditedRow(row.cells, row.places.__getitem__) for row in rows],
            handed_out.base[name],
        )
        for name, rows in typed.tables.items()
        if name in handed_out.base
    ]
    edits = edited_files(files(), tables, load_masters(SECOND))
    assert edits.problems == []
    assert edits.files == {name: data for name, data in wanted.items() if data != files()[name]}


def test_the_blank_book_has_every_sheet_and_no_row() -> None:
    book = read(masters_workbook(masters_book({}, None)))
    assert set(book.tables) == {table.name for table in TABLES}
    assert not any(book.tables.values())
