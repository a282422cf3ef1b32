"""The report of a whole year: what councils said, what became of it, and what changed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kakunin_xlsx.plan import Audience, Plan, Text, load_plan
from kakunin_xlsx.record import Record, to_csv
from kakunin_xlsx.report import errata as snapshots
from kakunin_xlsx.report.book import paper_workbook, report_pages
from kakunin_xlsx.report.errata import Errata, place
from kakunin_xlsx.report.opinions import Opinions
from kakunin_xlsx.report.paper import CouncilPaper, FrontMatter
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import R7, SECOND, sample_record, shipped
from tests.report.records import book_of, pages_of
from tests.report.years import changed, without, year_record
from tests.tools.ooxml import OoxmlValidator

REPLIES = "主な意見と市の考え方・対応"


@cache
def whole() -> Record:
    return year_record(shipped(), R7, first=sample_record())


@cache
def second() -> Plan:
    return load_plan(SECOND)


def view_of(record: Record) -> YearView:
    return YearView.of(shipped(), R7, record)


def pages(record: Record, front: FrontMatter | None = None, **given: Any) -> dict[str, Page]:
    paper = CouncilPaper(view_of(record), front or FrontMatter(), **given)
    return {page.name: page for page in report_pages(paper)}


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
    assert naibu - first == {REPLIES}
    assert full == naibu
    assert "載せた照会：実績照会、内部評価" in texts(pages(up_to("naibu"))["概要"])


def headings(record: Record) -> list[str]:
    page = pages(record)["基本目標1"]
    return [c.text for line in page.lines if line.heads for c in line.cells.values()]


def test_columns_come_with_the_rounds() -> None:
    first, naibu, full = (headings(one) for one in (sample_record(), up_to("naibu"), whole()))
    booklet = ["重点取組", "事業概要", "担当課", "取組", "取組目標"]
    answers = ["取組実績", "評価", "評価の理由・課題", "今後の方向性・取組"]
    assert [text for text in first if text[0] != "R"] == [*booklet, *answers]
    assert [text for text in naibu if text not in first] == ["内部評価・見直し", "意見の番号"]
    assert [text for text in full if text not in naibu] == ["修正内容"]  # of the office's own


def test_one_line_for_each_action_and_no_heading_twice() -> None:
    made = pages(whole())
    for goal in shipped().goals:
        page = made[f"基本目標{goal.no}"]
        heads = [line for line in page.lines if line.heads]
        assert len(heads) == 2
        own = {
            a.id for a in shipped().actions if shipped().initiative[a.initiative].goal == goal.no
        }
        starts = [page.anchors[id_] for id_ in own]
        assert len(set(starts)) == len(own)


def test_a_figure_stands_with_its_unit_below_what_was_done() -> None:
    cells = texts(pages(sample_record())["基本目標1"])
    assert any(re.search(r"\n実績の数値：\d+", text) for text in cells)


def test_the_second_plan_lists_what_its_council_said() -> None:
    record = year_record(second(), R7)
    made = {page.name: page for page in pages_of(YearView.of(second(), R7, record))}
    for row in table(record, "kyogi"):
        kept = row["値"] if row["項目キー"] == "opinion" else ""
        assert any(kept in text for text in texts(made["主な意見と意見への回答"]))
    for goal in second().goals:
        judged = next(
            row["値"]
            for row in table(record, "kyogi")
            if (row["項目キー"], row["行ID"]) == ("view", goal.no)
        )
        told = texts(made[f"{second().words.goal}{goal.no}"])
        assert f"協議会評価　協議会：{judged}" in told


def test_every_council_opinion_stands_once_and_is_named_by_number() -> None:
    made = pages(whole())
    said = [row for row in table(whole(), "naibu") if row["項目キー"] == "opinion"]
    assert said
    listed = {row[0]: row for row in rows(made[REPLIES])}
    for row in said:
        every = [text for page in made.values() for text in texts(page)]
        assert every.count(row["値"]) == 1
        (number,) = (no for no, cells in listed.items() if row["値"] in cells)
        page = made[f"基本目標{row['行ID'][0]}"]
        at = page.anchors[row["行ID"]]
        assert number in str(page.lines[at].cells[len(page.widths) - 1].value).split("、")


def test_both_committees_stand_side_by_side() -> None:
    made = pages(whole())
    short = {each.code: each.short for each in shipped().respondents}
    for row in table(whole(), "iinkai"):
        if row["項目キー"] != "judgement":
            continue
        who = short[row["回答元コード"]]
        if row["行ID"] == "全体":
            told = next(t for t in texts(made["概要"]) if t.startswith("計画全体の評価："))
            assert f"{who} {row['値']}" in told
        else:
            line = texts(made[f"基本目標{row['行ID']}"])[1]
            assert f"{who}：{row['値']}" in line


def test_a_departments_later_answers_stand_in_its_line_unless_they_are_for_the_office() -> None:
    said = {row["値"] for row in table(whole(), "saishu") if row["項目キー"] == "correction"}
    assert said
    for audience, shown_ in ((Audience.OFFICE, True), (Audience.COUNCIL, False)):
        view = YearView.of(shipped(), R7, whole(), audience=audience)
        told = {text for page in pages_of(view) for text in texts(page)}
        assert bool(said & told) == shown_


def test_a_repeated_initiative_prints_no_answer_again() -> None:
    view = view_of(whole())
    row = view.later[0].layout.row["5-3-1"]
    assert not row.open
    page = pages(whole())["基本目標5"]
    assert any(re.match(r"再掲：4-2-2（\d+頁）を参照　［", text) for text in texts(page))


# Page one.


def test_page_one_counts_what_councils_judged() -> None:
    told = texts(pages(whole())["概要"])
    naibu = [r["理解した値"] for r in table(whole(), "naibu") if r["項目キー"] == "internal"]
    said = Counter(naibu)
    base = sum(said[value] for value in "ABCD")
    start = f"内部評価（推進会議）　31件、割合の分母{base}："
    (found,) = (text for text in told if text.startswith(start))
    for part in found.removeprefix(start).split("、"):
        value, number = part.split()[0], part.split()[-1].split("（")[0]
        assert said[value] == int(number)
    shamei = Counter(
        r["値"]
        for r in table(whole(), "iinkai")
        if r["項目キー"] == "judgement" and r["回答元コード"] == "shamei-iinkai"
    )
    (other,) = (t for t in told if t.startswith("評価（社明委員会）　6件、割合の分母6："))
    assert f"要再検討 {shamei['要再検討']}（" in other


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
    front = FrontMatter("資料1", "令和8年10月1日", ("一つめ", "二つめ"))
    told = texts(pages(whole(), front, edition=3)["概要"])
    assert {"資料1", "令和8年10月1日", "1　一つめ", "2　二つめ"} <= set(told)
    assert any(text.endswith("　第3版") for text in told)
    assert not any(text.startswith("1　") for text in texts(pages(whole())["概要"]))


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


def _a_year_before(record: Record) -> Record:
    return Record(tuple(replace(a, year=R7.previous.code) for a in record.answers))


# Lists.


def below(page: Page, heading: str) -> list[list[str]]:
    """The rows of the list under a heading."""
    lines = rows(page)
    start = next(at for at, row in enumerate(lines) if row and row[0].startswith(heading))
    found = []
    for row in lines[start + 2 :]:
        if len(row) < 4:
            break
        found.append(row)
    return found


def test_what_a_council_marked_is_listed_and_ratings_stand_apart() -> None:
    page = pages(whole())["概要"]
    wanted = [
        row["行ID"]
        for row in table(whole(), "naibu")
        if row["項目キー"] == "review" and row["理解した値"] == "要"
    ]
    assert wanted
    listed = [row[0].split("（")[0] for row in below(page, "会議が見直しを必要としたもの")]
    assert listed == wanted
    low = [
        row["行ID"]
        for row in table(whole(), "naibu")
        if row["項目キー"] == "internal" and row["理解した値"] in ("C", "D")
    ]
    rated = below(page, "会議の評価が低かったもの")
    assert [row[0].split("（")[0] for row in rated if row[3].startswith("内部評価")] == low


def test_a_low_rating_that_goes_on_is_a_rating_not_a_call_for_review() -> None:
    record = changed(sample_record(), "jisseki", "1-1-1", "rating", "C")
    record = changed(record, "jisseki", "1-1-1", "direction", "継続")
    told = pages(record)["概要"]
    row = next(r for r in below(told, "担当課がC・Dと評価したもの") if r[0].startswith("1-1-1"))
    assert row[3] == "担当課評価 C 一部実施"
    assert not any("見直し" in text for text in texts(told) if text not in _agenda(told))


def _agenda(page: Page) -> list[str]:
    return [text for text in texts(page) if text.startswith("1　")]


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
    assert "これから" not in " ".join(told)
    waiting = texts(pages(up_to("naibu"))[REPLIES])
    assert "未回答" not in waiting
    assert any("これから取りまとめます" in text for text in waiting)


def _opinion(row: dict[str, str]) -> bool:
    return row["項目キー"] == "opinion"


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
    before = snapshots.from_csv(snapshots.to_csv(snapshots.snapshot(view_of(whole()))))
    found = snapshots.changes(before, snapshots.snapshot(view_of(record)))
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
    cells = snapshots.snapshot(view_of(whole()))
    (change,) = snapshots.changes(cells, snapshots.snapshot(view_of(decided)))
    assert change.ground == "事務局 2026-08-01：課の了解を得て直した"


def test_a_changed_text_of_the_plan_is_in_the_errata() -> None:
    plan = shipped()
    first, *rest = plan.actions
    other = replace(plan, actions=(replace(first, effort="改めた取組"), *rest))
    before = snapshots.snapshot(view_of(sample_record()))
    after = snapshots.snapshot(YearView.of(other, R7, sample_record()))
    (change,) = snapshots.changes(before, after)
    assert (change.row, change.after) == (first.id, "改めた取組（推定）"[: len(change.after)])
    assert change.ground == "台帳の文章が変わりました。"


def test_errata_leave_out_what_a_later_round_adds() -> None:
    before = snapshots.snapshot(view_of(up_to("naibu")))
    after = snapshots.snapshot(view_of(whole()))
    assert snapshots.changes(before, after) == ()
    names = {each.code: each.name for each in shipped().rounds}
    added = list(snapshots.added(before, after, names))
    assert added == ["委員会評価", "市の考え方・対応", "最終確認"]
    assert list(snapshots.added(after, after, names)) == []


def test_errata_say_where_in_words() -> None:
    rows_ = {
        "naibu": ("3-4-1", "3-4-1"),
        "iinkai": ("2", "基本目標2"),
        "taio": (view_of(whole()).opinions.all[0].replies[0].row, "意見1（推進会議）への回答"),
        "jisseki": ("3-3-2b", "3-3-2　学校教育課"),
    }
    for code, (row, said) in rows_.items():
        assert place(view_of(whole()), code, row).startswith(said)


def test_every_new_sheet_passes_the_validator(
    tmp_path: Path, ooxml_validator: OoxmlValidator
) -> None:
    after = changed(whole(), "jisseki", "1-1-1", "result", "新しい文章")
    before, now = (snapshots.snapshot(view_of(one)) for one in (whole(), after))
    errata = Errata(1, snapshots.changes(before, now), ["内部評価"])
    paper = CouncilPaper(view_of(after), FrontMatter("資料1"), errata, 2)
    paths = [tmp_path / "year.xlsx", tmp_path / "second.xlsx"]
    paths[0].write_bytes(paper_workbook(paper))
    record = year_record(second(), R7)
    paths[1].write_bytes(book_of(YearView.of(second(), R7, record)))
    assert ooxml_validator.errors(*paths) == []
    told = texts({page.name: page for page in report_pages(paper)}["正誤表"])
    assert {"第1版の後に変わったところ　1か所", "第1版の後に加えたもの：内部評価"} <= set(told)
