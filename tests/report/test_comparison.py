"""評価の比較: every number counted a second time, from the answers alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kakunin_xlsx.plan import Plan, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.comparison import SHEET_NAME, comparison_page
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import MASTERS, R7, SECOND, sample_record, shipped
from tests.report.years import judged

R6 = R7.previous


@cache
def year() -> Record:
    return judged(shipped())


def sheet(record: Record, plan: Plan | None = None) -> Page:
    plan = plan or shipped()
    return comparison_page(YearView.of(plan, R7, record), {})


def table(page: Page) -> list[list[object]]:
    return [[cell.value for cell in line.cells.values()] for line in page.lines if line.cells]


def row(page: Page, name: str, at: int = 0) -> list[object]:
    """The `at`-th row that begins with this text."""
    return [cells for cells in table(page) if cells[0] == name][at]


def given(round_code: str, key: str, year_code: str = "R7", who: str = "") -> Counter[str]:
    """Answers that count, by what they mean."""
    return Counter(
        answer.understood
        for answer in year().answers
        if (answer.year, answer.round, answer.key) == (year_code, round_code, key)
        and who in ("", answer.respondent)
    )


@pytest.mark.parametrize(
    ("name", "seen", "asked"),
    [
        ("担当課評価", given("jisseki", "rating"), 34),
        ("推進会議　内部評価", given("naibu", "internal"), 31),
        ("令和6年度", given("jisseki", "rating", "R6"), 34),
        ("令和7年度", given("jisseki", "rating"), 34),
    ],
)
def test_counts_equal_an_independent_count(name: str, seen: Counter[str], asked: int) -> None:
    values = ["A", "B", "C", "D", "該当なし", "対象外"]
    counts = [seen[value] for value in values]
    page = sheet(year())
    assert row(page, name)[1:] == [*counts, asked - sum(counts), asked]
    base = sum(counts[:4])
    assert row(page, name, 1)[1:] == [*(count / base for count in counts[:4]), base]


def test_each_committee_is_counted_by_itself() -> None:
    for code, name in (("shamei-iinkai", "社明委員会"), ("fukushi-iinkai", "福祉委員会")):
        seen = given("iinkai", "judgement", who=code)
        counts = [seen[value] for value in ("妥当", "おおむね妥当", "要再検討")]
        shown = row(sheet(year()), f"{name}　評価")
        assert shown[1:] == [*counts, 6 - sum(counts), 6]


def test_initiatives_where_bodies_differ_are_named() -> None:
    plan, ranks = shipped(), "ABCD"
    own = {a.row: a.understood for a in year().answers if (a.year, a.key) == ("R7", "rating")}
    council = {a.row: a.understood for a in year().answers if a.key == "internal"}
    differing = []
    for initiative in plan.initiatives:
        said = council.get(initiative.no, "")
        ratings = [own.get(a.repeats or a.id, "") for a in plan.actions_of(initiative.no)]
        if any(x in ranks and said in ranks and x != said for x in ratings if x and said):
            differing.append(initiative.no)
    assert differing
    told = " ".join(str(cells[0]) for cells in table(sheet(year())))
    assert f"違う{len(differing)}（{'、'.join(differing)}）" in told


def test_several_departments_of_one_initiative_are_told_apart() -> None:
    (cells,) = [c for c in table(sheet(year())) if str(c[0]).startswith("3-3-2　")]
    assert cells[1] == "福祉政策：［B おおむね実施］再掲（3-3-1）\n学校教育：D 未実施"
    assert cells[3] == "推進会議の評価が福祉政策より1段階低い、学校教育より1段階高い"


def test_what_cannot_be_compared_is_shown_as_such() -> None:
    words = {str(c[0]).split("　")[0]: c for c in table(sheet(year())) if len(c) == 4}
    assert words["5-3-1"][2:] == ["（再掲）", "再掲"]
    assert words["2-1-1"][1:] == ["該当なし 対象事案なし", "C 遅れている", "比べられません"]
    assert words["1-2-2"][2] == "（未回答）"
    assert set(words) >= {initiative.no for initiative in shipped().initiatives}


def test_ratings_that_changed_are_named() -> None:
    told = [str(cells[0]) for cells in table(sheet(year()))]
    assert any(text.startswith("・上がった取組：12（1-1-1、") for text in told)
    assert "・下がった取組：0" in told


def test_before_a_council_has_answered_nothing_is_counted_for_it() -> None:
    told = " ".join(str(cells[0]) for cells in table(sheet(sample_record())))
    assert "まだ回答がないため載せていないもの：推進会議　内部評価、社明委員会　評価" in told
    assert "重点取組ごとの評価の比較" not in told
    assert "令和6年度の回答がないため、比べていません。" in told


def test_scales_of_other_values_are_not_compared() -> None:
    plan = shipped()
    others = [
        replace(c, value=f"{c.value}級") if c.scale == "internal" else c for c in plan.choices
    ]
    told = table(sheet(year(), replace(plan, choices=tuple(others))))
    assert "・担当課評価と推進会議　内部評価は尺度が違うため、並べて示します。" in [
        c[0] for c in told
    ]
    assert not any("段階" in str(cell) for cells in told for cell in cells)


def test_the_first_year_has_no_year_before() -> None:
    plan = load_plan(SECOND)
    told = [str(cells[0]) for cells in table(sheet(judged(plan), plan))]
    assert "令和7年度は計画の初年度のため、前年度との比較はありません。" in told
    assert "所管課　達成状況・協議会　評価" in told


@pytest.mark.parametrize("masters", [MASTERS, SECOND])
def test_charts_stay_on_the_paper_and_say_what_they_show(masters: Path) -> None:
    plan = load_plan(masters)
    page = sheet(judged(plan), plan)
    assert page.name == SHEET_NAME
    pixels = [int(width * 7 + 0.5) + 5 for width in page.widths]
    for chart in page.charts:
        assert sum(pixels[: chart.at[1]]) + 6 + chart.size[0] <= sum(pixels) <= 1473
        assert "全体では" in chart.description
