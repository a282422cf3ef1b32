"""What last year said stands, locked, in this year's forms; opinions ask what became of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kakunin_xlsx.layout import Column, Layout, Row, layout
from kakunin_xlsx.plan import FiscalYear, Plan, Respondent, Round, Span, load_plan
from kakunin_xlsx.record import Record
from tests.example import R7, SECOND, shipped
from tests.report.years import changed, without, year_record

R8 = FiscalYear.parse("R8")
SHIPPED, LIBRARY = shipped(), load_plan(SECOND)


def _who(name: str) -> Respondent:
    return next(who for who in SHIPPED.at(R8).respondents if who.name == name)


def form_of(plan: Plan, name: str, past: Record, round_code: str = "jisseki") -> Layout:
    who = next(
        w for w in plan.at(R8).respondents_of(plan.round[round_code]) if name in (w.name, w.code)
    )
    return layout(plan, R8, round_code, who, past)


def last(plan: Plan = SHIPPED) -> Record:
    return year_record(plan, R7)


def spoken_of_the_first(_: Round, who: str, row: Row, column: Column) -> str:
    return f"もっと知らせてほしい（{who}）。" if (row.id, column.key) == ("A", "opinion") else ""


def answer(record: Record, row: str, key: str, round_code: str = "jisseki") -> str:
    found = record.find(R7.code, round_code, row, key)
    assert found
    return found.value


def test_last_years_answers_stand_beside_the_line_they_were_about() -> None:
    record = last()
    one = form_of(SHIPPED, "指導室", record)
    shown = [c.heading for c in one.last if c.group == "令和7年度の回答"]
    assert shown == [
        "取組実績",
        "担当課評価",
        "評価の理由・課題",
        "今後の方向性",
        "会議の意見と市の考え方・対応",
    ]
    row = one.row["3-4-2"]
    assert row.whole("last:jisseki:result") == answer(record, "3-4-2", "result")
    assert row.last["last:jisseki:rating"] == "対象外 当年度の目標なし"
    before = [one.columns[at - 1].key for at, c in enumerate(one.columns) if c.key == "response"]
    assert before == ["last:heard"]
    assert row.digest == layout(SHIPPED, R8, "jisseki", _who("指導室")).row["3-4-2"].digest
    assert {c.key for c in one.open_columns}.isdisjoint(c.key for c in one.locked_columns)


def test_an_opinion_stands_with_what_the_city_answered() -> None:
    record = last()
    said = form_of(SHIPPED, "指導室", record).row["3-4-1"].whole("last:heard")
    council, reply, *_ = said.splitlines()
    assert council == f"推進会議：{answer(record, '3-4-1', 'opinion', 'naibu')}"
    row = "naibu~suishin-kaigi~3-4-1~shido"
    assert reply == f"　→ 市の考え方・対応：{answer(record, row, 'answer', 'taio')}"


def test_a_numbered_opinion_stands_at_the_line_it_names() -> None:
    """意見1 names 5-3-1, both lines of which repeat 4-2-2: there it is asked about."""
    record = changed(last(), "iinkai", "意見1", "about", "3-4-2")
    heard = form_of(SHIPPED, "指導室", record).row["3-4-2"].whole("last:heard")
    assert heard.count("意見1。") == 2  # of both committees
    assert "意見2" not in heard  # that one was about the whole plan


def test_an_opinion_on_a_repeated_line_stands_at_its_origin_too() -> None:
    """意見1 is about 5-3-1, whose lines repeat those of 4-2-2."""
    one = form_of(SHIPPED, "まちづくり推進課", last())
    for id_ in ("4-2-2b", "5-3-1b"):
        assert one.row[id_].whole("last:heard").count("意見1。") == 2
    assert not one.row["5-3-1b"].open


def test_only_lines_with_an_opinion_are_asked_what_became_of_it() -> None:
    record = without(last(), {"row": "3-4-2", "key": "opinion"})
    one = form_of(SHIPPED, "指導室", record)
    asked = [row.id for row in one.rows if one.column["response"] in one.questions(row)]
    heard = [row.id for row in one.rows if row.whole("last:heard")]
    assert asked == heard == ["3-4-1"]
    assert ("3-4-1", "response") in {(row.id, column.key) for row, column in one.required_cells}
    assert one.instead(one.row["3-4-2"], one.column["response"]) == "－"


def test_without_any_opinion_nobody_is_asked() -> None:
    rounds = ("naibu", "iinkai", "taio")
    quiet = Record(tuple(a for a in last().answers if a.round not in rounds))
    one = form_of(SHIPPED, "指導室", quiet)
    assert "response" not in one.column
    assert "last:heard" not in one.column
    assert "last:jisseki:result" in one.row["3-4-1"].last


@pytest.mark.parametrize("past", [None, Record(), year_record(SHIPPED, R7.previous)])
def test_without_last_year_the_form_is_the_booklets(past: Record | None) -> None:
    one = layout(SHIPPED, R8, "jisseki", SHIPPED.respondents[0], past)
    assert not [column for column in one.columns if column.key.startswith("last:")]
    assert "response" not in one.column


def test_the_council_sees_what_it_said() -> None:
    record = last()
    one = form_of(SHIPPED, "suishin-kaigi", record, "naibu")
    said = one.row["3-4-1"].whole("last:heard").splitlines()
    assert said[0].startswith("推進会議　内部評価：")
    assert said[1] == f"推進会議：{answer(record, '3-4-1', 'opinion', 'naibu')}"


def test_a_council_that_speaks_of_goals_is_heard_in_each_of_their_lines() -> None:
    record = year_record(LIBRARY, R7, spoken_of_the_first)
    goals = {a.row for a in record.answers if (a.round, a.key) == ("kyogi", "opinion")}
    assert goals == {"A"}
    for who in LIBRARY.at(R8).respondents_of(LIBRARY.main_round):
        one = layout(LIBRARY, R8, "jisseki", who, record)
        for row in one.rows:
            action = LIBRARY.action[row.id]
            origin = LIBRARY.action[action.repeats or action.id]
            heard = LIBRARY.initiative[origin.initiative].goal in goals
            assert bool(row.whole("last:heard")) is heard
            assert (one.column.get("heard") in one.questions(row)) is (heard and row.open)


def test_a_line_that_another_department_had_names_it() -> None:
    """From R8 on 指導室's line is 学校教育課's: its answers go along."""
    old = SHIPPED.action["3-4-1"]
    lines = (
        replace(old, span=Span(last=R7)),
        replace(old, department="gakko-kyoiku", span=Span(first=R8)),
    )
    plan = replace(
        SHIPPED,
        actions=tuple(each for a in SHIPPED.actions for each in (lines if a is old else [a])),
    )
    record = last()
    one = form_of(plan, "学校教育課", record)
    assert one.row["3-4-1"].last["last:department"] == "指導室"
    assert one.row["3-4-1"].whole("last:heard").count("→") == 3  # what 指導室 answered then
    others = [row for row in one.rows if row.id != "3-4-1"]
    assert {row.last["last:department"] for row in others} == {""}
    assert "last:department" not in {c.key for c in form_of(SHIPPED, "学校教育課", record).last}


def test_a_new_line_has_no_last_year() -> None:
    old = SHIPPED.action["3-4-1"]
    new = replace(old, span=Span(first=R8))
    plan = replace(SHIPPED, actions=tuple(new if a is old else a for a in SHIPPED.actions))
    row = form_of(plan, "指導室", last()).row["3-4-1"]
    assert set(row.last.values()) == {""}


def test_a_papers_table_shows_no_last_year() -> None:
    whole = layout(SHIPPED, R8, "jisseki", None, last())
    assert not [column for column in whole.columns if column.key.startswith("last:")]
    assert "response" in whole.column
