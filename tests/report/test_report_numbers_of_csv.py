"""Every number of 評価集計 and of page one, counted once more from 回答一覧.csv alone."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest

from kakunin_xlsx.layout import CONTINUED
from kakunin_xlsx.plan import Plan, load_plan
from kakunin_xlsx.record.table import to_csv
from kakunin_xlsx.report.book import report_workbook
from tests.example import R7, SECOND, shipped
from tests.report.years import year_record

PLANS = {"shipped": shipped(), "second": load_plan(SECOND)}
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


def tables(made: Any) -> Iterator[tuple[str, dict[str, dict[str, Any]]]]:
    """Title and rows of each table: name of the row → heading → value."""
    rows = [[cell.value for cell in row] for row in made.iter_rows()]
    for at, row in enumerate(rows):
        if row[0] is None and row[1] is not None and at:
            heads = [head for head in row[1:] if head]
            body: dict[str, dict[str, Any]] = {}
            for line in rows[at + 1 :]:
                if not line[0] or line[1] is None:
                    break
                body[str(line[0])] = dict(zip(heads, line[1:], strict=False))
            yield str(rows[at - 1][0]), body


@pytest.mark.parametrize("name", PLANS)
def test_every_number_of_the_summary(name: str) -> None:
    plan = PLANS[name]
    answers = [line for line in lines(plan) if line["照会"] == plan.main_round.code]
    seen = 0
    for title, body in tables(sheet(plan, "評価集計")):
        item, _, group = title.removeprefix(CONTINUED).partition("（")
        of = goal(plan) if plan.words.goal in group else lambda line: line["担当課"]
        chosen = Counter((of(line), line["理解した値"]) for line in answers if line["項目"] == item)
        choices = next(plan.scale(f.scale) for f in plan.fields if f.heading == item)
        counted = [c.value for c in choices if c.counted] or [c.value for c in choices]
        whole = Counter(map(of, asked(plan)))
        whole["合計"] = whole.total()
        for group_name, row in body.items():
            own = Counter[str]()
            for (key, value), count in chosen.items():
                if group_name in (key, "合計"):
                    own[value] += count
            base = sum(own[value] for value in counted)
            for heading, shown in row.items():
                seen += 1
                wanted = expected(heading, own, base, whole[group_name])
                assert shown == wanted, (title, group_name, heading)
    assert seen > 50


def expected(heading: str, own: Counter[str], base: int, whole: int) -> Any:
    if heading in ("計", "未回答"):
        return whole if heading == "計" else whole - own.total()
    if heading == "割合の分母":
        return base
    if heading.endswith("の割合"):
        share = own[heading.removesuffix("の割合")] / base if base else "－"
        return share if isinstance(share, str) else pytest.approx(share)
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
        share = pytest.approx(own[choice.value] / base) if choice.counted else "－"
        assert shown[choice.value] == (own[choice.value], share)
    whole = len(asked(plan))
    assert (shown["未回答"], shown["計"]) == ((whole - own.total(), "－"), (whole, None))


@pytest.mark.parametrize("name", PLANS)
def test_what_councils_said_is_counted_for_each(name: str) -> None:
    plan = PLANS[name]
    answers = lines(plan)
    rows = [[cell.value for cell in row] for row in sheet(plan, "概要").iter_rows()]
    told = {
        str(row[0]): (str(row[1]), str(row[3])) for row in rows if row[0] and "\n（" in str(row[0])
    }
    assert told
    for head, (words, whole) in told.items():
        item, who = head.removesuffix("）").split("\n（")
        own = Counter(
            a["理解した値"]
            for a in answers
            if a["項目"] == item and plan.respondent[a["回答元コード"]].short == who
        )
        assert f"{own.total()}件" in whole
        for value, count in own.items():
            assert any(
                part.split("（")[0].strip().startswith(value) and f" {count}" in part
                for part in words.replace("\n", "").split("、")
            ), (head, value, count, words)
