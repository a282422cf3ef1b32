"""Tables that people carry from one workbook to another: by sheet, by copy and paste."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from kakunin_xlsx.layout import KEY_ROW
from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET
from tests.example import form, layouts
from tests.hands import Book
from tests.returns.test_libreoffice_hands import (
    HANDED_IN,
    Came,
    Fate,
    came,
    filled,
    gone,
    merged,
    moved,
    said,
    typed,
    whole,
)
from tests.tools.libreoffice import Instructions, LibreOffice

T = "確認表"
NEW = "Sheet1"  # the sheet of a new workbook

# Departments by their place among the layouts.
OFFICE, ADVICE, SCHOOLS = 0, 1, 4

# 提出票 stands on the first sheet: a table that is carried alone has neither of the two.
NO_FORM = "C05:*:approved C06:*:filler"


# Places of the form.


@cache
def book(whose: int) -> Book:
    return Book(form(layouts()[whose]))


def keys() -> int:
    """The row of the keys; the titles stand above it, the headings begin two rows below."""
    return book(OFFICE).row_number(KEY_ROW)


def table(left: str, first: int) -> str:
    """A1:O55, from some cell to the last."""
    one = layouts()[OFFICE]
    return f"{left}{first}:{book(OFFICE).at(one.rows[-1].id, one.columns[-1].key)}"


def span(whose: int, left: str, first: str, last: str) -> str:
    """B8:O9, the rows of two ids and all between, from a column to the last."""
    to = book(whose).at(last, layouts()[whose].columns[-1].key)
    return f"{left}{book(whose).row_number(first)}:{to}"


def answers(whose: int, first: str, last: str) -> tuple[str, str, str]:
    """I8:O9, and sheet and cell of its first answer."""
    at = book(whose).at(first, layouts()[whose].open_columns[0].key)
    return span(whose, at.rstrip("0123456789"), first, last), T, at


def below(whose: int, row: str) -> int:
    """10, the line below a row of the table."""
    return book(whose).row_number(row) + 1


class Files:
    """The workbooks on somebody's desk: filled forms and empty ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def filled(self, whose: int) -> Path:
        return self._put(f"記入済{whose}.xlsx", filled(whose))

    def empty(self, whose: int) -> Path:
        return self._put(f"配布{whose}.xlsx", form(layouts()[whose]))

    def _put(self, name: str, data: bytes) -> Path:
        path = self._folder / name
        path.write_bytes(data)
        return path


def twice(answers: Came) -> Came:
    """Every answer of the table a second time; the form stands in the book once."""
    return {
        (row, key): text if row == "*" else f"{text} （重複）{text}"
        for (row, key), text in answers.items()
    }


def with_form(do: Instructions, book: Path) -> Instructions:
    """Both sheets of a form copied, 提出票 and table."""
    return do.take_sheet(book, GUIDE_SHEET).take_sheet(book, T)


@dataclass(frozen=True)
class Told:
    """Every finding about a department, and what came of the answers in its filled form."""

    said: str = ""
    fate: Fate = whole


@dataclass(frozen=True)
class Case:
    hands: Callable[[Files], Instructions]
    told: Mapping[int, Told] = field(default_factory=dict)


CASES: dict[str, Case] = {
    "the sheet copied to a new workbook": Case(
        lambda files: Instructions(None).take_sheet(files.filled(OFFICE), T),
        {OFFICE: Told(NO_FORM, gone("*"))},
    ),
    "the sheet and its 提出票 copied to a new workbook": Case(
        lambda files: with_form(Instructions(None), files.filled(OFFICE)), {OFFICE: Told()}
    ),
    "two departments' sheets and 提出票 in a new workbook": Case(
        lambda files: with_form(
            with_form(Instructions(None), files.filled(ADVICE))
            .rename(GUIDE_SHEET, "相談課の票")
            .rename(T, "福祉相談課"),
            files.filled(SCHOOLS),
        ),
        {ADVICE: Told(), SCHOOLS: Told()},
    ),
    "two departments' sheets in a new workbook": Case(
        lambda files: (
            Instructions(None)
            .take_sheet(files.filled(ADVICE), T)
            .rename(T, "福祉相談課")
            .take_sheet(files.filled(SCHOOLS), T)
        ),
        {ADVICE: Told(NO_FORM, gone("*")), SCHOOLS: Told(NO_FORM, gone("*"))},
    ),
    "the sheet copied into another department's workbook": Case(
        lambda files: Instructions(files.filled(SCHOOLS)).take_sheet(files.filled(OFFICE), T),
        {OFFICE: Told(f"{NO_FORM} C34", gone("*")), SCHOOLS: Told()},
    ),
    "the sheet twice in one workbook": Case(
        lambda files: Instructions(files.filled(ADVICE)).take_sheet(files.filled(ADVICE), T),
        {ADVICE: Told("C43", twice)},
    ),
    "a sheet with notes of their own": Case(
        lambda files: (
            Instructions(None).take_sheet(files.filled(ADVICE), T).text(NEW, "C3", "補足です。")
        ),
        {ADVICE: Told(f"{NO_FORM} I08", gone("*"))},
    ),
    "the whole table pasted into a new workbook": Case(
        lambda files: Instructions(None).paste(files.filled(OFFICE), T, table("A", 1), NEW, "A1"),
        {OFFICE: Told(NO_FORM, gone("*"))},
    ),
    "the table pasted somewhere else on the sheet": Case(
        lambda files: Instructions(None).paste(files.filled(OFFICE), T, table("A", 1), NEW, "D9"),
        {OFFICE: Told(NO_FORM, gone("*"))},
    ),
    "the table pasted without column A": Case(
        lambda files: Instructions(None).paste(files.filled(OFFICE), T, table("B", 1), NEW, "B1"),
        {OFFICE: Told(f"{NO_FORM} C33:1-1-1", gone("*"))},
    ),
    "the table pasted without its head": Case(
        lambda files: Instructions(None).paste(
            files.filled(OFFICE), T, table("A", keys()), NEW, "A1"
        ),
        {OFFICE: Told(NO_FORM, gone("*"))},
    ),
    "the table pasted without keys and headings": Case(
        lambda files: Instructions(None).paste(
            files.filled(OFFICE), T, table("A", keys() + 4), NEW, "A1"
        ),
        {OFFICE: Told(f"{NO_FORM} C15", gone("*"))},
    ),
    "nothing pasted that says whose table it is": Case(
        lambda files: Instructions(None).paste(
            files.filled(OFFICE), T, table("B", keys() + 3), NEW, "B1"
        ),
        {OFFICE: Told("U11", lambda _: {})},
    ),
    "the table pasted over another department's": Case(
        lambda files: (
            Instructions(files.empty(SCHOOLS))
            .unprotect(T)
            .paste(files.filled(OFFICE), T, table("A", 1), T, "A1")
        ),
        {
            OFFICE: Told(f"{NO_FORM} C34 I05", gone("*")),
            SCHOOLS: Told(f"{NO_FORM} F05:3-4-1 F05:3-4-2 F05:5-1-1b", lambda _: {}),
        },
    ),
    "answers pasted into an empty form": Case(
        lambda files: (
            Instructions(files.empty(SCHOOLS))
            .paste(files.filled(SCHOOLS), T, *answers(SCHOOLS, "3-4-1", "3-4-2"))
            .paste(files.filled(SCHOOLS), T, *answers(SCHOOLS, "5-1-1b", "5-1-1b"))
        ),
        {SCHOOLS: Told(NO_FORM, gone("*"))},
    ),
    "rows of another department inserted": Case(
        lambda files: (
            Instructions(files.filled(SCHOOLS))
            .unprotect(T)
            .insert(T, f"{below(SCHOOLS, '3-4-2')}:{below(SCHOOLS, '3-4-2') + 1}")
            .paste(
                files.filled(ADVICE),
                T,
                span(ADVICE, "A", "3-1-2", "3-1-3"),
                T,
                f"A{below(SCHOOLS, '3-4-2')}",
            )
        ),
        {
            SCHOOLS: Told(
                "C09:3-1-2 C09:3-1-3 I05",
                moved({"3-1-2": "3-1-2", "3-1-3": "3-1-3"}, "（対象外）", ADVICE),
            )
        },
    ),
    "rows of another department pasted over theirs": Case(
        lambda files: (
            Instructions(files.filled(SCHOOLS))
            .unprotect(T)
            .paste(
                files.filled(ADVICE),
                T,
                span(ADVICE, "B", "3-1-2", "3-1-3"),
                T,
                book(SCHOOLS).at("3-4-1", "initiative"),
            )
        ),
        {
            SCHOOLS: Told(
                "F04:3-4-1:initiative F04:3-4-2:initiative I05",
                moved({"3-4-1": "3-1-2", "3-4-2": "3-1-3"}, "（行の取違え）", ADVICE),
            )
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_tables_carried_elsewhere(name: str, tmp_path: Path, libreoffice: LibreOffice) -> None:
    case, back = CASES[name], tmp_path / HANDED_IN
    libreoffice.run(case.hands(Files(tmp_path)).save_as(back))
    result = merged(back)
    for whose, told in case.told.items():
        assert said(result, whose) == sorted(told.said.split())
        assert came(result, whose) == told.fate(typed(whose))
    known = {layouts()[whose].identity.respondent for whose in case.told}
    assert {answer.respondent for answer in result.answers} <= known
    assert result.proposals == ()
