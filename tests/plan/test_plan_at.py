"""A plan at a year: departments that come, go, merge and split; what each year then holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from kakunin_xlsx.plan import (
    Action,
    Department,
    FiscalYear,
    Plan,
    Reading,
    Respondent,
    Span,
    Status,
    load_plan,
)
from kakunin_xlsx.plan.check import check_plan
from tests.example import SECOND, shipped
from tests.revised import R6, R7, R8

ALWAYS, UNTIL_R7, FROM_R8 = Span(), Span(None, R7), Span(R8, None)


def department(code: str, name: str, span: Span = ALWAYS, successor: str = "") -> Department:
    return Department(code, name, name, successor, span)


def respondent(code: str, name: str, span: Span = ALWAYS) -> Respondent:
    return Respondent(code, name, name, code, span)


def with_departments(*rows: Department, answering: Iterable[Respondent] = ()) -> Plan:
    """The shipped plan; `rows` take the place of those of their codes."""
    plan, codes, own = shipped(), {row.code for row in rows}, list(answering)
    named = {row.code for row in own}
    return replace(
        plan,
        departments=(*(r for r in plan.departments if r.code not in codes), *rows),
        respondents=(*(r for r in plan.respondents if r.code not in named), *own),
    )


def asked(plan: Plan, year: FiscalYear) -> set[str]:
    now = plan.at(year)
    return {row.name for row in now.respondents_of(now.main_round)}


def lines(plan: Plan, year: FiscalYear, code: str) -> set[str]:
    return {row.id for row in plan.at(year).actions if row.department == code}


def problems(plan: Plan) -> list[str]:
    return [f"{each.file}「{each.column}」{each.wrong}" for each in check_plan(plan)]


def test_renamed_under_its_code() -> None:
    plan = with_departments(
        department("shido", "指導室", UNTIL_R7),
        department("shido", "教育指導課", FROM_R8),
        answering=[
            respondent("shido", "指導室", UNTIL_R7),
            respondent("shido", "教育指導課", FROM_R8),
        ],
    )
    assert problems(plan) == []
    assert "指導室" in asked(plan, R7) - asked(plan, R8)
    assert "教育指導課" in asked(plan, R8) - asked(plan, R7)
    assert lines(plan, R7, "shido") == lines(plan, R8, "shido") != set()


def test_merged_into_one_that_is_new() -> None:
    plan = with_departments(
        department("gakko-kyoiku", "学校教育課", UNTIL_R7, "kyoiku"),
        department("shido", "指導室", UNTIL_R7, "kyoiku"),
        department("kyoiku", "教育支援課", FROM_R8),
        answering=[respondent("kyoiku", "教育支援課", FROM_R8)],
    )
    assert problems(plan) == []
    both = lines(plan, R7, "gakko-kyoiku") | lines(plan, R7, "shido")
    assert lines(plan, R8, "kyoiku") == both
    assert {"学校教育課", "指導室"} <= asked(plan, R7)
    assert asked(plan, R8) == asked(plan, R7) - {"学校教育課", "指導室"} | {"教育支援課"}


def test_over_two_steps_and_back_to_a_plain_plan_of_the_year() -> None:
    plan = with_departments(
        department("shido", "指導室", Span(None, R6), "kyoiku"),
        department("kyoiku", "教育指導課", Span(R7, R7), "manabi"),
        department("manabi", "学び支援課", FROM_R8),
        answering=[
            respondent("kyoiku", "教育指導課", Span(R7, R7)),
            respondent("manabi", "学び支援課", FROM_R8),
        ],
    )
    assert problems(plan) == []
    names = [
        plan.at(year).department[plan.at(year).action["3-4-1"].department].name
        for year in plan.years
    ]
    assert names == ["指導室", "教育指導課", "学び支援課"]
    assert plan.at(R8).at(R8) == plan.at(R8)


def test_split_by_sections_each_with_its_own_respondent() -> None:
    """Lines of one department go to its 係, line by line, and each 係 has its own form."""
    sections = {"sodan-1": "福祉相談課地域福祉係", "sodan-2": "福祉相談課就労支援係"}
    plan = with_departments(
        department("fukushi-sodan", "福祉相談課", UNTIL_R7, "sodan-1"),
        *(department(code, name, FROM_R8) for code, name in sections.items()),
        answering=[respondent(code, name, FROM_R8) for code, name in sections.items()],
    )
    whole = lines(plan, R7, "fukushi-sodan")
    actions: list[Action] = []
    for row in plan.actions:
        if row.id == "3-1-2":
            actions.append(replace(row, span=UNTIL_R7))
            row = replace(row, department="sodan-2", span=FROM_R8)
        actions.append(row)
    plan = replace(plan, actions=tuple(actions))
    assert problems(plan) == []
    assert lines(plan, R8, "sodan-2") == {"3-1-2"}
    assert lines(plan, R8, "sodan-1") == whole - {"3-1-2"}
    assert set(sections.values()) <= asked(plan, R8)
    assert not set(sections.values()) & asked(plan, R7)


def test_a_circle_of_successors_is_told() -> None:
    plan = with_departments(
        department("shido", "指導室", UNTIL_R7, "gakko-kyoiku"),
        department("gakko-kyoiku", "学校教育課", UNTIL_R7, "shido"),
    )
    said = problems(plan)
    assert any("元に戻ります" in each for each in said)
    assert any(each.startswith("actions.csv「部署」R8 では、") for each in said)


def test_a_department_that_ends_without_a_successor_is_told_with_the_year() -> None:
    said = problems(with_departments(department("shido", "指導室", UNTIL_R7)))
    assert said
    assert all(each.startswith("actions.csv「部署」R8 では、部署「shido」がなく") for each in said)


def test_a_successor_nobody_answers_for_is_told_with_the_year() -> None:
    plan = with_departments(
        department("shido", "指導室", UNTIL_R7, "kyoiku"),
        department("kyoiku", "教育指導課", FROM_R8),
    )
    told = "actions.csv「部署」R8 では、「kyoiku」の回答元が respondents.csv にありません。"
    assert set(problems(plan)) == {told}


def ended(plan: Plan, *numbers: str) -> Plan:
    rows = (replace(r, span=UNTIL_R7) if r.no in numbers else r for r in plan.initiatives)
    return replace(plan, initiatives=tuple(rows))


def test_what_belongs_to_an_ended_initiative_is_not_there() -> None:
    plan = ended(shipped(), "5-1-2")
    assert problems(plan) == []
    assert "5-1-2" in plan.at(R7).action
    now = plan.at(R8)
    assert "5-1-2" not in now.initiative
    assert "5-1-2" not in now.action
    assert {row.action for row in plan.at(R7).targets} - {r.action for r in now.targets} == {
        "5-1-2"
    }


def test_a_repeat_whose_origin_ended_is_told_with_what_to_do() -> None:
    plan = ended(shipped(), "4-3-2")
    (problem,) = check_plan(plan)
    assert problem.wrong == "R8 では、再掲元「4-3-2」は、この年度にはない取組です。"
    assert "終了年度" in problem.todo
    assert "再掲元" in problem.todo
    assert check_plan(ended(shipped(), "4-3-2", "5-2-1")) == ()


def test_a_target_missing_from_one_year_on_is_told() -> None:
    plan = shipped()
    rows = tuple(
        replace(r, span=UNTIL_R7) if (r.action, r.year) == ("1-1-1", R8) else r
        for r in plan.targets
    )
    told = "actions.csv「ID」R8 では、「1-1-1」の R8 の目標の行が targets.csv にありません。"
    assert problems(replace(plan, targets=rows)) == [told]


def test_a_council_that_ended_is_no_longer_asked() -> None:
    plan = shipped()
    rows = tuple(
        replace(r, span=UNTIL_R7) if r.code == "shamei-iinkai" else r for r in plan.respondents
    )
    plan = replace(plan, respondents=rows)
    assert problems(plan) == []
    both, one = (plan.at(y).respondents_of(plan.round["iinkai"]) for y in (R7, R8))
    assert len(both) == 2
    assert len(one) == 1
    rows = tuple(
        replace(r, span=UNTIL_R7) if r.code == "suishin-kaigi" else r for r in plan.respondents
    )
    said = problems(replace(plan, respondents=rows))
    assert said == ["rounds.csv「回答元」R8 では、照会「内部評価」の回答元がいません。"]


def test_the_office_goes_by_its_name_of_the_year() -> None:
    plan = with_departments(
        department("fukushi-seisaku", "福祉政策課", UNTIL_R7),
        department("fukushi-seisaku", "地域福祉課", FROM_R8),
    )
    assert [plan.at(year).office for year in plan.years] == [
        "福祉政策課",
        "福祉政策課",
        "地域福祉課",
    ]


def revised_target(*readings: Reading) -> Plan:
    """The R8 target of 1-1-1 reads otherwise from R8 on."""
    plan = shipped()
    rows = []
    for row in plan.targets:
        if (row.action, row.year) == ("1-1-1", R8):
            rows.append(replace(row, span=UNTIL_R7))
            row = replace(row, text="周知先を5か所増やす", span=FROM_R8)
        rows.append(row)
    return replace(plan, targets=tuple(rows), readings=(*plan.readings, *readings))


def test_a_reading_speaks_of_the_row_that_begins_in_its_year() -> None:
    said = Reading(
        "targets", "1-1-1/R8@R8", "目標文", Status.REVISED, "", "周知先を5か所増やす", "決定", ""
    )
    plan = revised_target(said)
    place = ("targets", "1-1-1/R8", "目標文")
    assert problems(plan) == []
    statuses = [plan.at(year).status(*place) for year in plan.years]
    assert statuses == [shipped().status(*place)] * 2 + [Status.REVISED]
    assert all("@" not in row.key for row in plan.at(R8).readings)


def test_a_revised_row_without_its_own_reading_is_told() -> None:
    """What was said of the old wording does not hold of the new one."""
    said = problems(revised_target())
    assert [each for each in said if "読み" in each and "targets.csv のセルと異なります" in each]


def test_a_reading_of_a_row_that_does_not_begin_then_is_told() -> None:
    said = Reading("targets", "1-1-1/R8@R7", "目標文", Status.REVISED, "", "文", "決定", "")
    plan = replace(shipped(), readings=(*shipped().readings, said))
    assert problems(plan) == ["readings.csv「キー」「1-1-1/R8@R7」の行がありません。"]


@pytest.mark.parametrize(("year", "name"), [(R7, "健康づくり課"), (R8, "こども家庭課")])
def test_the_second_plan_asks_who_is_there(year: FiscalYear, name: str) -> None:
    plan = load_plan(SECOND)
    assert name in asked(plan, year)
    assert len(asked(plan, year) & {"健康づくり課", "こども家庭課"}) == 1


def test_the_second_plan_follows_a_successor_without_a_second_row() -> None:
    plan = load_plan(SECOND)
    rows = tuple(
        replace(r, span=ALWAYS)
        for r in plan.actions
        if (r.id, r.department) != ("A1-2", "kodomo-katei")
    )
    undated = replace(plan, actions=rows)
    assert problems(undated) == []
    assert undated.at(R8).action["A1-2"].department == "kodomo-katei"
