"""Every number of 評価集計 and of page one, counted once more from 回答一覧.csv alone."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest

from kakunin_xlsx.plan import Plan, load_plan
from kakunin_xlsx.record import to_csv
from tests.example import KANKYO, NUMBERS, R7, SECOND, SHOGAI, report_workbook, shipped
from tests.report.years import year_record

PLANS = {"shipped": shipped()} | {
    path.name: load_plan(path) for path in (SECOND, NUMBERS, KANKYO, SHOGAI)
}
Line = dict[str, str]


def lines(plan: Plan) -> list[Line]:
    """A made-up year with answers in every round and some gaps, as the CSV holds it."""
    text = to_csv(year_record(plan, R7).answers).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [row for row in rows if row["状態"] == "反映" and row["行ID"] != "*"]


def sheet(plan: Plan, name: str) -> Any:
    data = report_workbook(plan, R7, year_record(plan, R7))
    return openpyxl.load_workbook(io.BytesIO(data))[name]


def goal(plan: Plan) -> Callable[[Line], str]:
    return lambda line: f"{plan.words.goal}{plan.initiative[line['重点取組No']].goal}"


def asked(plan: Plan) -> list[Line]:
    """The lines that somebody is asked for, from the masters: 再掲 is asked at its origin."""
    own = plan.at(R7)
    return [
        {"重点取組No": each.initiative, "担当課": own.department[each.department].name}
        for each in own.actions
        if not each.repeats
    ]


def tables(made: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Title, row and its numbers by heading, of each table and of tables beside it."""
    titles, heads = dict[int, str](), dict[int, str]()
    for row in made.iter_rows():
        filled = {cell.column: cell.value for cell in row if cell.value is not None}
        words = {at: value for at, value in filled.items() if isinstance(value, str)}
        if len(words) < len(filled):
            for at, value in filled.items():
                if at not in words or value == "－":
                    start = max(each for each in words if each < at and words[each] != "－")
                    title = titles[max(each for each in titles if each <= at)]
                    yield title, words[start], {heads[at].replace("\n", ""): value}
        elif any("件" in value for value in words.values()):
            titles = {at: value.split("　")[0] for at, value in words.items()}
        elif len(words) > 1:
            heads = words
        else:
            titles = words


@pytest.mark.parametrize("name", PLANS)
def test_every_number_of_the_summary(name: str) -> None:
    plan = PLANS[name]
    answers = lines(plan)
    seen = Counter[str]()
    for title, group_name, row in tables(sheet(plan, "評価集計")):
        item, _, group = title.partition("（")
        if "合計です。" in title:
            continue  # money: tests of the plans that count it add it up
        by_department = plan.words.department in group
        whose = "" if by_department else group.removesuffix("）")
        own = Counter[str]()
        for each in answers:
            council = plan.respondent[each["回答元コード"]].short if whose else ""
            if (each["項目"], council) != (item, whose):
                continue
            key = each["担当課"] if by_department else goal(plan)(each)
            if group_name in (key, "合計"):
                own[each["理解した値"]] += 1
        choices = next(plan.scale(f.scale) for f in plan.fields if f.heading == item)
        counted = [c.value for c in choices if c.counted] or [c.value for c in choices]
        base = sum(own[value] for value in counted)
        of = (lambda line: line["担当課"]) if by_department else goal(plan)
        whole = Counter(map(of, asked_by_councils(plan) if whose else asked(plan)))
        whole["合計"] = whole.total()
        for heading, shown in row.items():
            seen[title] += 1
            wanted = expected(heading, own, base, whole[group_name])
            assert shown == wanted, (title, group_name, heading)
    assert sum(seen.values()) > 50


def asked_by_councils(plan: Plan) -> list[Line]:
    """重点取組 that are not 再掲 as a whole."""
    own = plan.at(R7)
    return [
        {"重点取組No": each.no}
        for each in own.initiatives
        if any(not action.repeats for action in own.actions_of(each.no))
    ]


def expected(heading: str, own: Counter[str], base: int, whole: int) -> Any:
    if heading in ("計", "未回答"):
        return whole if heading == "計" else whole - own.total()
    if heading in ("分母", "割合の分母"):
        return base
    if heading.endswith("割合"):
        share = own[heading.removesuffix("割合").removesuffix("の")] / base if base else "－"
        return share if isinstance(share, str) else pytest.approx(share, abs=0.00051)
    return own[heading]


@pytest.mark.parametrize("name", PLANS)
def test_every_number_of_page_one(name: str) -> None:
    plan = PLANS[name]
    answers = lines(plan)
    rows = [[cell.value for cell in row] for row in sheet(plan, "概要").iter_rows()]
    shown = {row[0]: (row[2], row[3]) for row in rows if row[0] and isinstance(row[2], int)}
    rating = next(c for c in plan.choices if c.counted).scale
    key = next(f.key for f in plan.fields if f.scale == rating and f.round == plan.main_round.code)
    own = Counter(
        a["理解した値"]
        for a in answers
        if (a["照会"], a["項目キー"]) == (plan.main_round.code, key)
    )
    base = sum(own[choice.value] for choice in plan.scale(rating) if choice.counted)
    for choice in plan.scale(rating):
        share = pytest.approx(own[choice.value] / base, abs=0.00051) if choice.counted else "－"
        assert shown[choice.value] == (own[choice.value], share)
    whole = len(asked(plan))
    assert (shown["未回答"], shown["計"]) == ((whole - own.total(), "－"), (whole, None))


@pytest.mark.parametrize("name", PLANS)
def test_what_councils_said_is_counted_for_each(name: str) -> None:
    plan = PLANS[name]
    answers = lines(plan)
    said = [str(row[0].value) for row in sheet(plan, "概要").iter_rows()]
    told = [re.fullmatch(r"(.+?)（(.+?)）　(\d+)件.*?：(.+)", text) for text in said]
    found = [match for match in told if match]
    assert found
    for item, who, whole, words in (match.groups() for match in found):
        own = Counter(
            a["理解した値"]
            for a in answers
            if a["項目"] == item and plan.respondent[a["回答元コード"]].short == who
        )
        assert own.total() == int(whole)
        for value, count in own.items():
            assert any(
                part.split("（")[0].strip().startswith(value) and f" {count}" in part
                for part in words.split("、")
            ), (item, who, value, count, words)
