"""A return that a higher 提出回 replaced, though its day says that it may be the newer one."""

from __future__ import annotations

from datetime import date

import pytest

from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.join import layouts, merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.record import FORM_ROW, Reason
from tests.example import R7, SECOND, shipped
from tests.hands import made, read, sha
from tests.people.base import ASKED, ROW, book, codes, merged

LATER, EARLIER, SAMPLE = date(2026, 6, 10), date(2026, 5, 20), "2026-05-29"


def replacing(turn: object = 2) -> bytes:
    """The sample's answers, handed in on its day as 差替え."""
    return book().fill(FORM_ROW, "submission", "差替え").fill(FORM_ROW, "turn", turn).data()


def losing(day: object, rating: str = "C 一部実施", submission: object = None) -> bytes:
    """The first 提出回, with another rating."""
    form = book().fill(FORM_ROW, "submitted_on", day).fill(ROW, "rating", rating)
    return form.fill(FORM_ROW, "submission", submission).data()


@pytest.mark.parametrize("turn", [2, "2", "２", "第2", "第２回", "2回目", 9])
def test_a_later_file_that_loses_is_named(turn: object) -> None:
    (found,) = [f for f in merged(losing(LATER), replacing(turn)).findings if f.code == "C52"]
    assert found.place.file == "1.xlsx"
    assert "2026-06-10" in found.words
    assert SAMPLE in found.words
    assert "後です" in found.words


@pytest.mark.parametrize("day", [None, "6月ごろ"])
def test_one_without_a_day_is_named(day: object) -> None:
    (found,) = [f for f in merged(losing(day), replacing()).findings if f.code == "C52"]
    assert "記入なし" in found.words
    assert "どちらが後か分かりません" in found.words


@pytest.mark.parametrize("submission", ["追加", "差替え", "新規"])
def test_whatever_it_calls_itself(submission: str) -> None:
    assert "C52" in codes(merged(losing(LATER, submission=submission), replacing()))


def test_an_answer_that_was_cleared_is_lost_too() -> None:
    winner = book().fill(FORM_ROW, "submission", "差替え").fill(FORM_ROW, "turn", 2)
    result = merged(losing(LATER, "A 目標どおり実施"), winner.fill(ROW, "next", None).data())
    assert "C52" in codes(result)


@pytest.mark.parametrize("day", [EARLIER, date(2026, 5, 29), "令和8年5月20日"])
def test_an_older_file_is_replaced_without_a_word(day: object) -> None:
    assert codes(merged(losing(day), replacing())) == []


def test_nor_is_one_that_says_the_same() -> None:
    assert codes(merged(losing(LATER, "Ａ　目標どおり実施"), replacing())) == []


def test_another_plan() -> None:
    plan = load_plan(SECOND)
    one = layouts(plan, R7, plan.main_round.code)[0]
    row = next(row for row in one.rows if row.open)
    key = one.questions(row)[0].key
    first = made(one, "a.xlsx", {(row.id, key): "書いた", (FORM_ROW, "submitted_on"): "2026-06-10"})
    second = made(
        one,
        "b.xlsx",
        {
            (row.id, key): "別に書いた",
            (FORM_ROW, "submitted_on"): "2026-06-01",
            (FORM_ROW, "submission"): "差替え",
            (FORM_ROW, "turn"): "2",
        },
    )
    result = merge(plan, R7, plan.main_round.code, [first, second])
    assert "C52" in codes(result)


# 追加 fills blanks only.


def adding(turn: object, rating: str | None, next_: str | None = None) -> bytes:
    form = book().fill(FORM_ROW, "submission", "追加").fill(FORM_ROW, "turn", turn)
    return form.fill(ROW, "rating", rating).fill(ROW, "next", next_).data()


def without(key: str) -> bytes:
    return book().fill(ROW, key, None).data()


def rating(result: Merged) -> list[str]:
    found = [a for a in result.answers if (a.row, a.key) == (ROW, "rating") and a.adopted]
    return [each.value for each in found]


@pytest.mark.parametrize("turn", [1, 2, "２"])
def test_an_addition_that_differs_changes_nothing_and_says_so(turn: object) -> None:
    result = merged(book().data(), adding(turn, "C 一部実施"))
    assert rating(result) == ["A 目標どおり実施"]
    (found,) = [f for f in result.findings if f.code == "C56"]
    assert found.place.file == "2.xlsx"
    assert "「C 一部実施」" in found.words
    assert "「A 目標どおり実施」" in found.words
    assert result.conflicts == ()
    lost = [a.reason for a in result.answers if a.value == "C 一部実施"]
    assert lost == [Reason.ANSWERED]


def test_an_addition_fills_a_blank_without_a_word() -> None:
    result = merged(without("rating"), adding(2, "C 一部実施"))
    assert rating(result) == ["C 一部実施"]
    assert "C56" not in codes(result)


def test_of_two_additions_the_earlier_fills_the_blank() -> None:
    result = merged(without("rating"), adding(3, "D 未実施"), adding(2, "C 一部実施"))
    assert rating(result) == ["C 一部実施"]
    assert [f.place.file for f in result.findings if f.code == "C56"] == ["2.xlsx"]


def test_two_additions_of_one_turn_are_a_conflict() -> None:
    result = merged(without("rating"), adding(2, "D 未実施"), adding(2, "C 一部実施"))
    assert rating(result) == []
    assert len(result.conflicts) == 1


def test_the_office_may_take_an_addition_all_the_same() -> None:
    added = adding(2, "C 一部実施")
    returns = [read(data, ASKED, f"{at}.xlsx") for at, data in enumerate((book().data(), added))]
    own = Decision("", ROW, "rating", sha(added), "", "電話で確かめた", "事務", "2026-06-01")
    result = merge(shipped(), R7, "jisseki", returns, [own])
    assert rating(result) == ["C 一部実施"]
    assert "C56" not in codes(result)
