"""Every table and column has its help, and the page in docs is made from it."""

from __future__ import annotations

import pytest

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.schema import TABLE, MasterTable
from pictures.pages import columns_page
from tests.example import ROOT

pytestmark = pytest.mark.source

_LONGEST_MESSAGE = 255  # characters of an input message


def test_every_table_has_its_help_and_no_other() -> None:
    assert {table.name for table in TABLES} == TABLE.keys()
    titles = [table.title for table in TABLES]
    assert len(set(titles)) == len(titles)
    assert all(len(book.sheet_name(table)) <= 31 for table in TABLES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_its_sentence(table: MasterTable) -> None:
    helps = [column.help for column in table.columns]
    for text in (table.about, *helps, *book.EXTRA_HELP.values()):
        assert 0 < len(text) <= _LONGEST_MESSAGE
        assert "。" in text
    assert set(book.headings(table)) <= {*table.headers, *book.EXTRA_HELP}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_column_names_words_that_can_be_read_and_tables_that_are_there(
    table: MasterTable,
) -> None:
    for column in table.columns:
        assert len({repr(column.parse(word)) for word in column.choices}) == len(column.choices)
        assert all(name in TABLE for name in column.refers)


def test_the_page_in_docs_is_made_from_them() -> None:
    text = (ROOT / "docs" / "台帳の列.md").read_text(encoding="utf-8")
    assert text == columns_page(), "run make docs"
