"""Forms that were sent out in the older shape (until 0.1.0 of November 2026) are still read.

`older.zip` holds them as they came back: fields and table on one sheet, last year's answers
between the plan's text and the answers; with what they were issued with, and the tables
fields.csv and rounds.csv of that time.
"""

from __future__ import annotations

import io
import shutil
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from kakunin_xlsx.layout import Layout, of_last_year, read_mark
from kakunin_xlsx.layout.understand import nothing_of_its_own
from kakunin_xlsx.merge import Merged, layouts, merge
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.record import FORM_ROW, Record, from_csv
from tests.example import MASTERS, SECOND
from tests.hands import Book, read

OLDER = Path(__file__).with_name("older.zip")
TODAY = ("fields.csv", "rounds.csv")
WORDY = ("R6-jisseki", "R7-jisseki", "R7-naibu", "R7-iinkai", "R7-saishu", "second-R8-jisseki")
CASES = ("R6-jisseki", "R7-jisseki", "R7-naibu", "R7-iinkai", "R7-taio", "R7-saishu")
# What the sample itself gives rise to: one sentence for many rows, 該当なし beside a result.
OF_THE_SAMPLE = {"C29", "C31"}


@cache
def held(name: str) -> bytes:
    with ZipFile(OLDER) as archive:
        return archive.read(name) if name in archive.namelist() else b""


@pytest.fixture(scope="module")
def of_then(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan with the questions of that time."""
    folder = tmp_path_factory.mktemp("masters") / "plan"
    shutil.copytree(MASTERS, folder, ignore=shutil.ignore_patterns("sample", "letters"))
    for name in TODAY:
        (folder / name).write_bytes(held(name))
    return load_plan(folder)


def asked(plan: Plan, case: str) -> tuple[tuple[Layout, ...], Record]:
    year, code = case.removeprefix("second-").split("-")
    past = from_csv(held(f"{case}.csv")) if held(f"{case}.csv") else Record()
    return layouts(plan, FiscalYear.parse(year), code, past), past


def merged(plan: Plan, case: str, data: bytes) -> Merged:
    forms, past = asked(plan, case)
    identity = forms[0].identity
    returned = read(data, forms)
    return merge(plan, FiscalYear.parse(identity.year), identity.round, [returned], past=past)


def typed(case: str) -> dict[tuple[str, str], str]:
    """What stands in the open cells of the file, by row and key, found without our reader."""
    sheet: Any = openpyxl.load_workbook(io.BytesIO(held(f"{case}.xlsx")))["確認表"]
    found: dict[tuple[str, str], str] = {}
    keys: dict[int, str] = {}
    for cells in sheet.iter_rows():
        mark = read_mark(str(cells[0].value or ""))
        if mark and mark.row == "@":
            keys = {cell.column: str(cell.value) for cell in cells[1:] if cell.value}
        elif mark:
            for cell in cells[1:]:
                if cell.column in keys and cell.value is not None and not cell.protection.locked:
                    found[mark.row, keys[cell.column]] = str(cell.value)
    return found


def codes(result: Merged) -> set[str]:
    mine = {f.code for f in result.findings}
    return mine - OF_THE_SAMPLE


def rows_with_answers(result: Merged) -> set[tuple[str, str]]:
    return {(a.row, a.key) for a in result.answers}


@pytest.mark.parametrize("case", CASES)
def test_with_the_questions_of_that_time_all_is_merged(case: str, of_then: Plan) -> None:
    result = merged(of_then, case, held(f"{case}.xlsx"))
    assert {(a.row, a.key) for a in result.answers if a.adopted} == typed(case).keys()
    assert result.proposals == ()
    assert codes(result) == set()


@pytest.mark.parametrize("case", CASES)
def test_with_todays_questions_nothing_is_lost(case: str) -> None:
    plan = load_plan(MASTERS)
    result = merged(plan, case, held(f"{case}.xlsx"))
    assert rows_with_answers(result) == typed(case).keys()
    assert result.proposals == ()
    gone = {(a.row, a.key) for a in result.answers if not a.adopted}
    assert {key for _, key in gone} <= {"problem", "confirmed"}
    assert codes(result) <= {"C36"}
    assert (codes(result) == {"C36"}) is any(key == "problem" for _, key in gone)


def test_a_form_of_the_second_plan() -> None:
    result = merged(load_plan(SECOND), "second-R8-jisseki", held("second-R8-jisseki.xlsx"))
    adopted = {(a.row, a.key) for a in result.answers if a.adopted}
    assert adopted == typed("second-R8-jisseki").keys()
    assert result.proposals == ()
    assert codes(result) == set()


def test_who_wanted_a_change_line_by_line_is_not_forgotten() -> None:
    book = Book(held("R7-saishu.xlsx"))
    book.fill("3-4-1", "confirmed", "修正あり").fill("3-4-1", "correction", "12回に直す。")
    result = merged(load_plan(MASTERS), "R7-saishu", book.data())
    (finding,) = [each for each in result.findings if each.code == "F14"]
    assert "3-4-1" in finding.words


def test_what_people_change_in_it_is_held(of_then: Plan) -> None:
    for plan in (of_then, load_plan(MASTERS)):
        book = Book(held("R7-jisseki.xlsx"))
        last = next(c.key for c in asked(plan, "R7-jisseki")[0][-1].last if of_last_year(c.key))
        where = book.at("3-4-1", last)
        book.put(where, "書き換えた").put("AZ99", "余白のメモ")
        result = merged(plan, "R7-jisseki", book.data())
        (proposal,) = result.proposals
        assert (proposal.cell, proposal.typed) == (where, "書き換えた")
        assert [f.place.value for f in result.findings if f.code == "C14"] == ["余白のメモ"]
        fields = {a.key for a in result.answers if a.row == FORM_ROW and a.adopted}
        assert "filler" in fields


def beside(case: str, word: str) -> list[str]:
    """What is named when a word is typed beside the table; a label may be read as a field's."""
    book = Book(held(f"{case}.xlsx"))
    book.put("AZ13", word)
    plan = load_plan(SECOND if case.startswith("second") else MASTERS)
    result = merged(plan, case, book.data())
    told = [f.place.value for f in result.findings if f.code == "C14"]
    return told or [word for f in result.findings if f.code == "C15" and f"（{word}）" in f.words]


@pytest.mark.parametrize(
    "case",
    ["R7-taio", *(pytest.param(e, marks=pytest.mark.slow) for e in WORDY)],
)
def test_our_own_words_typed_beside_it_are_named(case: str) -> None:
    plan = load_plan(SECOND if case.startswith("second") else MASTERS)
    (layout,) = [
        one
        for one in asked(plan, case)[0]
        if one.identity == read(held(f"{case}.xlsx"), asked(plan, case)[0]).sheets[0].identity
    ]
    words = list(dict.fromkeys(filter(None, layout.words())))
    assert len(words) > 10
    for word in words:
        assert beside(case, word) == [word]


@pytest.mark.parametrize("cell", ["A40", "B40", "C40", "A6", "D12", "B12"])
@pytest.mark.parametrize("case", ["R7-jisseki", "second-R8-jisseki"])
def test_words_on_its_first_sheet_are_named(case: str, cell: str) -> None:
    book = Book(held(f"{case}.xlsx"), "記入要領")
    issued = book.sheet[cell].value
    book.put(cell, "担当が替わりました")
    result = merged(load_plan(SECOND if case.startswith("second") else MASTERS), case, book.data())
    told = [f.place for f in result.findings if f.code == "I08"]
    assert ["担当が替わりました" in at.value and at.sheet for at in told] == ["記入要領"]
    if issued is None:
        assert [(at.cell, at.value) for at in told] == [(cell, "担当が替わりました")]


@pytest.mark.parametrize("said", ["なし", "特になし。", "　", "ありません"])
def test_no_opinion(said: str) -> None:
    assert nothing_of_its_own(said)
