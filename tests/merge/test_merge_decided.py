"""What is said of the rows of 決定.csv, and of rows as people call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.join import layouts, merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.plan import load_plan
from tests.example import R7, SECOND, shipped
from tests.hands import Book, read
from tests.merge.pages import ROUNDS
from tests.people.base import ASKED, ONE, ROW, book, filled, merged

MADE = Decision(
    "", ROW, "rating", "", "B おおむね実施", "電話で確かめた", "事務 花子", "2026-06-01"
)
CALLED = f"{ONE.row[ROW].initiative} 指導室"


def decided(*decisions: Decision) -> Merged:
    return merge(shipped(), R7, "jisseki", [read(filled(), ASKED)], decisions)


def codes(result: Merged) -> list[str]:
    return sorted(finding.code for finding in result.findings)


def rating(result: Merged) -> str:
    (value,) = [a.value for a in result.answers if (a.row, a.key) == (ROW, "rating") and a.adopted]
    return value


AGAIN = replace(MADE, office_value="C 一部実施")


@pytest.mark.parametrize(
    ("later", "code"),
    [
        (replace(AGAIN, when="2026-06-02"), "I10"),
        (AGAIN, "C54"),
        (replace(AGAIN, when=""), "C54"),
        (replace(AGAIN, when="2026-05-01"), "C54"),
        (replace(AGAIN, respondent="shido"), "C54"),
    ],
)
def test_two_rows_for_one_cell_are_named_and_the_last_counts(later: Decision, code: str) -> None:
    result = decided(MADE, later)
    assert codes(result) == [code]
    assert rating(result) == "C 一部実施"
    (found,) = result.findings
    assert CALLED in found.words
    assert "「B おおむね実施」" in found.words
    assert "「C 一部実施」" in found.words
    assert [line.stage.value for line in result.progress if line.code == "shido"] == ["提出済"]


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ({"reason": ""}, "『理由』"),
        ({"who": ""}, "『誰』"),
        ({"reason": "", "who": ""}, "『理由』『誰』"),
    ],
)
def test_a_row_without_reason_or_name_is_named_and_used(lacks: dict[str, str], said: str) -> None:
    result = decided(replace(MADE, **lacks))
    (found,) = result.findings
    assert (found.code, said in found.words, CALLED in found.words) == ("C55", True, True)
    assert rating(result) == "B おおむね実施"


def test_a_whole_decision_is_not_named() -> None:
    assert codes(decided(MADE)) == []


def test_the_forms_own_fields_too() -> None:
    own = Decision("shido", "*", "filler", "", "指導 五郎", "", "", "")
    (found,) = [f for f in decided(own).findings if f.code == "C55"]
    assert "指導室『記入者』" in found.words


def test_another_plan() -> None:
    plan = load_plan(SECOND)
    one = layouts(plan, R7, plan.main_round.code)[0]
    row = next(row for row in one.rows if row.open)
    key = one.questions(row)[0].key
    own = Decision("", row.id, key, "", "値", "", "", "")
    result = merge(plan, R7, plan.main_round.code, [], [own])
    (found,) = [f for f in result.findings if f.code == "C55"]
    assert row.called in found.words


# Rows as people call them.

_IDS = [row.id for one in ASKED for row in one.rows if row.id != row.initiative]


def said(result: Merged) -> Sequence[str]:
    return [f"{each.words}\n{each.remedy}\n{each.ask}" for each in result.findings]


def _swapped() -> Book:
    made = book("指導室")
    first, second = (row.id for row in ONE.rows[:2])
    for key in ("initiative", "outline", "department", "effort"):
        one, other = made.cell(first, key), made.cell(second, key)
        one.value, other.value = other.value, one.value
    return made


def _without_marks() -> Book:
    made = book("指導室")
    for number, _ in made.marks:
        made.sheet.cell(number, 1).value = None
    return made


def _doubled() -> Book:
    made = book("指導室")
    last = made.sheet.max_row + 1
    for cell in made.sheet[made.row_number("5-1-1b")]:
        if cell.value is not None:
            made.sheet[cell.coordinate.replace(str(cell.row), str(last))] = cell.value
    return made


def _deleted() -> Book:
    made = book("指導室")
    made.sheet.delete_rows(made.row_number("5-1-1b"))
    return made


def _all_alike() -> Book:
    made = book("指導室")
    for row in ONE.rows:
        if row.open:
            made.fill(row.id, "next", "計画どおり、引き続き取り組む。")
    return made


def _of_others() -> Book:
    made, other = book("指導室"), book("学校教育課")
    last = made.sheet.max_row + 1
    row = other.row_number(next(mark for _, mark in other.marks if mark.endswith("b")))
    for cell in other.sheet[row]:
        if cell.value is not None:
            made.sheet[cell.coordinate.replace(str(cell.row), str(last))] = cell.value
    return made


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_swapped, "F04"),
        (_without_marks, "C33"),
        (_doubled, "C11"),
        (_deleted, "F05"),
        (_all_alike, "C29"),
        (_of_others, "C09"),
    ],
    ids=["swapped", "without marks", "doubled", "deleted", "all alike", "of others"],
)
def test_no_finding_speaks_of_an_id(make: object, code: str) -> None:
    assert callable(make)
    result = merged(make())
    assert code in codes(result)
    words = "\n".join(said(result))
    assert [each for each in _IDS if each in words] == []
    assert "指導室" in next(f.words for f in result.findings if f.code == code) or code == "C09"


def test_rows_are_called_by_number_and_department() -> None:
    called = [row.called for case in ROUNDS for one in case.asked for row in one.rows]
    assert "5-1-1 指導室" in called
    assert "全体" in called
    assert "意見1" in called
