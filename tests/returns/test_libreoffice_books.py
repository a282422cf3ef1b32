"""Tables that people carry from one workbook to another: by sheet, by copy and paste."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kakunin_xlsx.layout.sheet_names import TABLE_SHEET
from tests.example import form, layouts
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

T = TABLE_SHEET
NEW = "Sheet1"  # the sheet of a new workbook
WHOLE_TABLE = "A1:P61"

# Departments by their place among the layouts.
OFFICE, ADVICE, SCHOOLS = 0, 1, 4


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
    """Every answer a second time; fields of the form describe their own sheet."""
    return {
        (row, key): f"{text} {text}" if row == "*" else f"{text} （重複）{text}"
        for (row, key), text in answers.items()
    }


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
        lambda files: Instructions(None).take_sheet(files.filled(OFFICE), T), {OFFICE: Told()}
    ),
    "two departments' sheets in a new workbook": Case(
        lambda files: (
            Instructions(None)
            .take_sheet(files.filled(ADVICE), T)
            .rename(T, "福祉相談課")
            .take_sheet(files.filled(SCHOOLS), T)
        ),
        {ADVICE: Told(), SCHOOLS: Told()},
    ),
    "the sheet copied into another department's workbook": Case(
        lambda files: Instructions(files.filled(SCHOOLS)).take_sheet(files.filled(OFFICE), T),
        {OFFICE: Told("C34"), SCHOOLS: Told()},
    ),
    "the sheet twice in one workbook": Case(
        lambda files: Instructions(files.filled(ADVICE)).take_sheet(files.filled(ADVICE), T),
        {ADVICE: Told("", twice)},
    ),
    "a sheet with notes of their own": Case(
        lambda files: (
            Instructions(None).take_sheet(files.filled(ADVICE), T).text(NEW, "C3", "補足です。")
        ),
        {ADVICE: Told("I08")},
    ),
    "the whole table pasted into a new workbook": Case(
        lambda files: Instructions(None).paste(files.filled(OFFICE), T, WHOLE_TABLE, NEW, "A1"),
        {OFFICE: Told("I05")},
    ),
    "the table pasted somewhere else on the sheet": Case(
        lambda files: Instructions(None).paste(files.filled(OFFICE), T, WHOLE_TABLE, NEW, "D9"),
        {OFFICE: Told("I05")},
    ),
    "the table pasted without column A": Case(
        lambda files: Instructions(None).paste(files.filled(OFFICE), T, "B1:P61", NEW, "B1"),
        {OFFICE: Told("C33:1-1-1 I05")},
    ),
    "the table pasted without its head": Case(
        lambda files: Instructions(None).paste(files.filled(OFFICE), T, "A8:P61", NEW, "A1"),
        {OFFICE: Told("C05:*:approved C06:*:filler I05", gone("*"))},
    ),
    "nothing pasted that says whose table it is": Case(
        lambda files: Instructions(None).paste(files.filled(OFFICE), T, "B10:P61", NEW, "B1"),
        {OFFICE: Told("U11", lambda _: {})},
    ),
    "the table pasted over another department's": Case(
        lambda files: (
            Instructions(files.empty(SCHOOLS))
            .unprotect(T)
            .paste(files.filled(OFFICE), T, WHOLE_TABLE, T, "A1")
        ),
        {OFFICE: Told("C34 I05"), SCHOOLS: Told("", lambda _: {})},
    ),
    "answers pasted into an empty form": Case(
        lambda files: (
            Instructions(files.empty(SCHOOLS))
            .paste(files.filled(SCHOOLS), T, "I14:P15", T, "I14")
            .paste(files.filled(SCHOOLS), T, "I18:P18", T, "I18")
        ),
        {SCHOOLS: Told("C05:*:approved C06:*:filler", gone("*"))},
    ),
    "rows of another department inserted": Case(
        lambda files: (
            Instructions(files.filled(SCHOOLS))
            .unprotect(T)
            .insert(T, "16:17")
            .paste(files.filled(ADVICE), T, "A14:P15", T, "A16")
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
            .paste(files.filled(ADVICE), T, "B14:P15", T, "B14")
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
