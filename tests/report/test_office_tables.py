"""What only the office needs, in 回答データ: counted a second time, from the answers alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from kakunin_xlsx.plan import Plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.flat import office_tables
from kakunin_xlsx.report.tidy import Datum
from kakunin_xlsx.report.view import YearView
from tests.example import R7, sample_record, shipped
from tests.report.years import judged, without, year_record

FINDING = {
    "回答元": "指導室",
    "項目": "評価の理由",
    "内容": "同じ文章が3行あります。",
    "対応": "確かめてください。",
    "行ID": "3-4-1",
    "重点取組No": "3-4-1",
}
Rows = list[dict[str, Datum]]


@cache
def year() -> Record:
    return judged(shipped())


def rows(
    name: str, record: Record, plan: Plan | None = None, **findings: list[dict[str, str]]
) -> Rows:
    view = YearView.of(plan or shipped(), R7, record)
    (table,) = (each for each in office_tables(view, findings) if each.name == name)
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def test_steps_between_departments_and_councils() -> None:
    plan, ranks = shipped(), "ABCD"
    own = {a.row: a.understood for a in year().answers if (a.year, a.key) == ("R7", "rating")}
    council = {a.row: a.understood for a in year().answers if a.key == "internal"}
    told = {str(row["行ID"]): row["段階の差"] for row in rows("評価の比較", year())}
    assert len(told) > 30
    for id_, steps in told.items():
        action = plan.action[id_]
        pair = own.get(action.repeats or id_, ""), council.get(action.initiative, "")
        known = all(value and value in ranks for value in pair)
        assert steps == (ranks.index(pair[0]) - ranks.index(pair[1]) if known else None)
    assert any(told.values())


def test_scales_of_other_values_are_not_compared() -> None:
    plan = shipped()
    others = [
        replace(c, value=f"{c.value}級") if c.scale == "internal" else c for c in plan.choices
    ]
    told = rows("評価の比較", year(), replace(plan, choices=tuple(others)))
    assert told
    assert {row["段階の差"] for row in told} == {None}


def test_before_a_council_has_answered_nothing_is_compared() -> None:
    assert rows("評価の比較", sample_record()) == []


def test_gaps_of_all_rounds_are_listed() -> None:
    record = year_record(shipped(), R7, first=sample_record())
    record = without(record, {"round": "naibu", "row": "3-4-1", "key": "review"})
    record = without(record, {"round": "taio", "respondent": "shido"})
    record = without(record, {"round": "jisseki", "row": "4-2-1", "key": "rating"})
    council = "狛江市地域共生社会推進会議"
    asked = YearView.of(shipped(), R7, record).later[2].gaps()
    lines = len({row.id for _, row, _ in asked})
    assert [list(row.values()) for row in rows("未回収", record)] == [
        ["実績照会", "福祉相談課", "4-2-1", "担当課評価"],
        ["内部評価", council, "3-4-1", "見直しの要否"],
        ["市の考え方・対応", "指導室", "すべて", f"必須の欄のすべて（{lines}行）"],
    ]


def test_findings_of_merges_are_told() -> None:
    told = rows("要確認", sample_record(), jisseki=[FINDING])
    assert told == [
        {
            "照会": "実績照会",
            "重点取組No": "3-4-1",
            "回答元": "指導室",
            "項目": "評価の理由",
            "内容": FINDING["内容"],
            "対応": FINDING["対応"],
        }
    ]


def test_texts_that_stand_as_last_year_are_told() -> None:
    before = [replace(a, year=R7.previous.code) for a in sample_record().answers]
    told = rows("要確認", Record((*sample_record().answers, *before)))
    assert any(
        (row["重点取組No"], row["内容"]) == ("3-4-1", "前年度と同じ文章です。") for row in told
    )


def test_a_text_is_that_of_last_year_in_any_width_as_for_the_departments() -> None:
    """The list and the check of a return (I07) agree on what is the same."""
    answers = sample_record([("3-4-1", "result", "研修を2回、合わせて30人に行いました。")]).answers
    wide = "研修を２回、\n合わせて３０人に行いました"
    last = (replace(a, year=R7.previous.code) for a in answers)
    before = [
        replace(a, value=wide, understood=wide) if (a.row, a.key) == ("3-4-1", "result") else a
        for a in last
    ]
    told = rows("要確認", Record((*answers, *before)))
    assert ("3-4-1", "取組実績") in [(row["重点取組No"], row["項目"]) for row in told]


@pytest.mark.parametrize("record", [sample_record(), judged(shipped())])
def test_every_answer_of_the_year_has_its_source(record: Record) -> None:
    told = rows("出典", record)
    own = [a for a in record.answers if a.year == "R7"]
    assert sorted((str(r["行ID"]), str(r["値"]), str(r["セル"])) for r in told) == sorted(
        (a.row, a.value, a.cell) for a in own
    )
