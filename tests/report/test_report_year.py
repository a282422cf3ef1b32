"""The report of a whole year: what councils said, what became of it, and what changed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kakunin_xlsx.layout.past import opinion_id
from kakunin_xlsx.plan import Audience, Field, Plan, Text, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.record.table import to_csv
from kakunin_xlsx.report import shown
from kakunin_xlsx.report.errata import Errata
from kakunin_xlsx.report.opinions import Opinions
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import R7, SECOND, sample_record, shipped
from tests.report.records import book_of, pages_of
from tests.report.years import changed, without, year_record
from tests.tools.ooxml import OoxmlValidator

REPLIES = "主な意見と市の考え方"
FINDING = {
    "回答元": "指導室",
    "項目": "評価の理由",
    "内容": "同じ文章が3行あります。",
    "対応": "確かめてください。",
    "行ID": "3-4-1",
    "重点取組No": "3-4-1",
}


@cache
def whole() -> Record:
    return year_record(shipped(), R7, first=sample_record())


@cache
def second() -> Plan:
    return load_plan(SECOND)


def view_of(record: Record) -> YearView:
    return YearView.of(shipped(), R7, record)


def pages(record: Record, given: CouncilPaper | None = None) -> dict[str, Page]:
    return {page.name: page for page in pages_of(view_of(record), given)}


def rows(page: Page) -> list[list[str]]:
    return [[str(c.value) for _, c in sorted(line.cells.items())] for line in page.lines]


def texts(page: Page) -> list[str]:
    return [text for row in rows(page) for text in row]


def table(record: Record, round_code: str) -> list[dict[str, str]]:
    """回答一覧.csv read by nothing of ours."""
    text = to_csv(record.answers).decode("utf-8-sig")
    told = csv.DictReader(io.StringIO(text, newline=""))
    return [row for row in told if row["照会"] == round_code]


def up_to(code: str) -> Record:
    return year_record(shipped(), R7, last=code, first=sample_record())


# The paper grows with the year.


def test_sheets_come_with_the_rounds() -> None:
    first, naibu, full = (set(pages(one)) for one in (sample_record(), up_to("naibu"), whole()))
    assert naibu - first == {REPLIES, "会議の要見直し等一覧"}
    assert full - naibu == {"委員会評価"}
    assert "載せた照会：実績照会、内部評価" in texts(pages(up_to("naibu"))["概要"])


def test_the_second_plan_has_its_councils_sheet() -> None:
    record = year_record(second(), R7)
    (page,) = (
        page
        for page in pages_of(YearView.of(second(), R7, record))
        if page.name == second().rounds[1].name
    )
    for row in table(record, "kyogi"):
        assert any(row["値"] in text for text in texts(page))


def test_every_council_cell_stands_once_under_its_initiative() -> None:
    made = pages(whole())
    said = [row for row in table(whole(), "naibu") if row["項目キー"] == "opinion"]
    assert said
    for row in said:
        own = texts(made[f"基本目標{row['行ID'][0]}"])
        assert own.count(row["値"]) == 1


def test_both_committees_stand_side_by_side() -> None:
    page = pages(whole())["委員会評価"]
    by_row = {row[0].split("　")[0]: row[1:] for row in rows(page) if row}
    names = {each.code: at for at, each in enumerate(view_of(whole()).later[1].respondents)}
    for row in table(whole(), "iinkai"):
        if row["行ID"] in {"全体", *"12345"} and row["項目キー"] == "judgement":
            assert by_row[row["行ID"]][2 * names[row["回答元コード"]]] == row["値"]
        if row["行ID"] == opinion_id(1):
            assert row["値"] in by_row[row["行ID"]]


def test_a_departments_later_answers_stand_in_its_line_unless_they_are_for_the_office() -> None:
    fields = (replace(f, audience=Audience.PUBLIC) if f.round == "saishu" else f for f in _fields())
    plan = replace(shipped(), fields=tuple(fields))
    said = {row["値"] for row in table(whole(), "saishu") if row["項目キー"] == "correction"}
    assert said
    public = pages_of(YearView.of(plan, R7, whole()))
    assert said <= {text for page in public for text in texts(page)}
    assert not said & {text for page in pages(whole()).values() for text in texts(page)}


def _fields() -> tuple[Field, ...]:
    return shipped().fields


def test_a_repeated_initiative_prints_no_answer_again() -> None:
    view = view_of(whole())
    row = view.later[0].layout.row["5-3-1"]
    assert not row.open
    page = pages(whole())["基本目標5"]
    assert any(text.startswith("再掲：4-2-2（冊子19頁）を参照　［") for text in texts(page))
    about = [text for text in texts(page) if text.startswith("意見（社明委員会　意見1）")]
    assert about == ["意見（社明委員会　意見1）"]


# Page one.


def test_page_one_counts_what_councils_judged() -> None:
    counted = {
        row[0]: row[1:] for row in rows(pages(whole())["概要"]) if len(row) == 3 and "\n" in row[0]
    }
    naibu = [r["理解した値"] for r in table(whole(), "naibu") if r["項目キー"] == "internal"]
    said = Counter(naibu)
    base = sum(said[value] for value in "ABCD")
    shown_, total = counted["内部評価\n（推進会議）"]
    assert total == f"31件（割合の分母{base}）"
    for part in shown_.split("、"):
        value, number = part.split()[0], part.split()[-1].split("（")[0]
        assert said[value] == int(number)
    shamei = Counter(
        r["値"]
        for r in table(whole(), "iinkai")
        if r["項目キー"] == "judgement" and r["回答元コード"] == "shamei-iinkai"
    )
    assert f"要再検討 {shamei['要再検討']}（" in counted["評価\n（社明委員会）"][0]
    assert counted["評価\n（社明委員会）"][1] == "6件（割合の分母6）"


def test_page_one_counts_what_became_of_opinions() -> None:
    handled = Counter(r["値"] for r in table(whole(), "taio") if r["項目キー"] == "handling")
    words = next(t for t in texts(pages(whole())["概要"]) if t.startswith("令和7年度の意見"))
    assert f"{sum(handled.values())}件" in words
    assert all(f"{value} {number}" in words for value, number in handled.items())


def test_page_one_asks_what_the_next_council_is_asked() -> None:
    first = texts(pages(sample_record())["概要"])
    assert "1　内部評価：重点取組ごとの内部評価、見直しの要否、意見" in first
    then = texts(pages(up_to("naibu"))["概要"])
    assert "1　委員会評価：計画全体と基本目標ごとの評価、意見" in then
    given = CouncilPaper("資料1", "令和8年10月1日", ["一つめ", "二つめ"], edition=3)
    told = texts(pages(whole(), given)["概要"])
    assert {"資料1", "令和8年10月1日", "1　一つめ", "2　二つめ", "第3版"} <= set(told)


def test_page_one_asks_what_the_plan_says() -> None:
    text = Text("agenda-1", "本日御意見をいただきたいこと", "項目", "計画の改定について", "")
    plan = replace(shipped(), texts=(*shipped().texts, text))
    made = {page.name: page for page in pages_of(YearView.of(plan, R7, sample_record()))}
    assert "1　計画の改定について" in texts(made.pop("概要"))
    assert not any(text.body in texts(page) for page in made.values())


def test_page_one_of_an_ordinary_year_is_one_sheet() -> None:
    assert not any(line.new_page for line in pages(sample_record())["概要"].lines)


def test_last_years_opinions_and_what_became_of_them_are_told() -> None:
    last = year_record(shipped(), R7.previous, first=_a_year_before(sample_record()))
    both = Record((*whole().answers, *last.answers))
    made = pages(both)
    assert any(text.startswith("令和6年度の意見") for text in texts(made["概要"]))
    assert "前年度（令和6年度）の意見と対応" in texts(made[REPLIES])
    given = CouncilPaper(findings={})
    same = rows(pages(both, given)["要確認一覧"])
    assert any(row[0] == "3-4-1" and row[3] == "前年度と同じ文章です。" for row in same)


def _a_year_before(record: Record) -> Record:
    return Record(tuple(replace(a, year=R7.previous.code) for a in record.answers))


# Lists.


def test_what_a_council_wants_reviewed_is_listed() -> None:
    page = pages(whole())["会議の要見直し等一覧"]
    listed = {row[0] for row in rows(page)}
    wanted = [
        row["行ID"]
        for row in table(whole(), "naibu")
        if row["項目キー"] == "review" and row["理解した値"] == "要"
    ]
    assert wanted
    assert set(wanted) <= listed


def test_an_opinion_is_named_until_it_has_an_answer() -> None:
    opinions = Opinions(view_of(whole()))
    said = {(r["回答元コード"], r["行ID"]) for r in table(whole(), "naibu") if _opinion(r)}
    said |= {(r["回答元コード"], r["行ID"]) for r in table(whole(), "iinkai") if _opinion(r)}
    assert {each.whose_row for each in opinions.all} == said
    assert opinions.unanswered == ()
    assert "未回答" not in texts(pages(whole())[REPLIES])
    gone = opinions.all[0].replies[0].row
    open_ = without(whole(), {"round": "taio", "row": gone})
    (named,) = Opinions(view_of(open_)).unanswered
    assert named.no == 1
    told = texts(pages(open_)[REPLIES])
    assert told.count("未回答") == 2
    assert any(text.startswith("未回答：意見1（") for text in told)


def _opinion(row: dict[str, str]) -> bool:
    return row["項目キー"] == "opinion"


def test_gaps_of_all_rounds_are_listed() -> None:
    record = without(whole(), {"round": "naibu", "row": "3-4-1", "key": "review"})
    record = without(record, {"round": "taio", "respondent": "shido"})
    record = without(record, {"round": "jisseki", "row": "4-2-1", "key": "rating"})
    listed = rows(pages(record)["未回収一覧"])[2:]
    council = "狛江市地域共生社会推進会議"
    asked = view_of(record).later[2].gaps()
    lines = len({row.id for _, row, _ in asked})
    assert listed == [
        ["実績照会", "福祉相談課", "4-2-1", "担当課評価"],
        ["内部評価", council, "3-4-1", "見直しの要否"],
        ["市の考え方・対応", "指導室", "すべて", f"必須の欄のすべて（{lines}行）"],
    ]


def test_findings_of_merges_are_told() -> None:
    made = pages(whole(), CouncilPaper(findings={"jisseki": [FINDING]}))
    assert ["3-4-1", "指導室", "評価の理由", FINDING["内容"], FINDING["対応"]] in rows(
        made["要確認一覧"]
    )
    assert "要確認一覧" not in pages(whole())


# 正誤表.


def edits() -> Iterator[tuple[Record, set[tuple[str, str, str]]]]:
    """Changed records, each with the cells (row, item, after) that differ."""
    yield whole(), set()
    one = changed(whole(), "jisseki", "1-1-1", "result", "新しい文章")
    yield one, {("1-1-1", "取組実績", "新しい文章")}
    two = changed(one, "naibu", "3-4-1", "opinion", "新しい意見")
    both = {("1-1-1", "取組実績", "新しい文章"), ("3-4-1", "意見", "新しい意見")}
    yield without(two, {"row": "1-1-2", "key": "next"}), {*both, ("1-1-2", "今後の取組", "")}


@pytest.mark.parametrize("case", range(3))
def test_errata_lists_exactly_the_cells_that_changed(case: int) -> None:
    record, expected = list(edits())[case]
    before = shown.from_csv(shown.to_csv(shown.shown_cells(view_of(whole()))))
    found = shown.changes(before, shown.shown_cells(view_of(record)))
    assert {(each.row, each.item.split("（")[0], each.after) for each in found} == expected
    assert len(found) == len(expected)


def test_errata_say_who_decided() -> None:
    after = changed(whole(), "jisseki", "1-1-1", "result", "新しい文章")
    decided = Record(
        tuple(
            replace(a, decided="事務局 2026-08-01：課の了解を得て直した")
            if (a.row, a.key) == ("1-1-1", "result")
            else a
            for a in after.answers
        )
    )
    cells = shown.shown_cells(view_of(whole()))
    (change,) = shown.changes(cells, shown.shown_cells(view_of(decided)))
    assert change.ground == "事務局 2026-08-01：課の了解を得て直した"


def test_a_changed_text_of_the_plan_is_in_the_errata() -> None:
    plan = shipped()
    first, *rest = plan.actions
    other = replace(plan, actions=(replace(first, effort="改めた取組"), *rest))
    before = shown.shown_cells(view_of(sample_record()))
    after = shown.shown_cells(YearView.of(other, R7, sample_record()))
    (change,) = shown.changes(before, after)
    assert (change.row, change.after) == (first.id, "改めた取組（推定）"[: len(change.after)])
    assert change.ground == "台帳の文章が変わりました。"


def test_every_new_sheet_passes_the_validator(
    tmp_path: Path, ooxml_validator: OoxmlValidator
) -> None:
    after = changed(whole(), "jisseki", "1-1-1", "result", "新しい文章")
    before, now = (shown.shown_cells(view_of(one)) for one in (whole(), after))
    errata = Errata(1, shown.changes(before, now))
    given = CouncilPaper("資料1", "", [], {"jisseki": [FINDING]}, errata, 2)
    paths = [tmp_path / "year.xlsx", tmp_path / "second.xlsx"]
    paths[0].write_bytes(book_of(view_of(after), given))
    record = year_record(second(), R7)
    paths[1].write_bytes(book_of(YearView.of(second(), R7, record)))
    assert ooxml_validator.errors(*paths) == []
    assert "正誤表" in pages(after, given)
