"""読み上げ用テキスト: the paper's pages in sentences, every answer in it, no table art."""

from __future__ import annotations

import re

import pytest

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import FieldType, FiscalYear, Plan, Round, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.speech import sentence, speech_bytes
from kakunin_xlsx.report.view import YearView
from tests.example import R7, SECOND, sample_record, shipped
from tests.report.records import pages_of, record, varied
from tests.report.secret_year import whole_year
from tests.report.years import spoken as spoken_then
from tests.report.years import year_record


def spoken(answers: Record) -> str:
    data = speech_bytes(pages_of(YearView.of(shipped(), R7, answers)))
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n", "\n")


def block(text: str, *beginnings: str) -> str:
    """The block between two empty lines in which a line begins like each of these."""
    found = [
        each
        for each in text.split("\n\n")
        if all(any(line.startswith(b) for line in each.splitlines()) for b in beginnings)
    ]
    assert len(found) == 1, (beginnings, found)
    return found[0]


def test_the_first_page_is_told_in_sentences() -> None:
    text = spoken(sample_record())
    assert "\n狛江市第1次再犯防止推進計画　取組状況確認表\n対象年度：令和7年度" in text
    assert "重点取組33、取組38行のうち、再掲4行を除く34行について" in text
    assert "行数。21。\n割合（分母30）。70.0パーセント。" in block(text, "担当課評価。A。")
    assert "行数。1。" in block(text, "担当課評価。該当なし。", "対象事案なし。")
    assert "行数。0。" in block(text, "担当課評価。未回答。")
    assert "行数。34。" in block(text, "担当課評価。計。")


def test_headings_follow_the_booklet() -> None:
    text = spoken(sample_record())
    order = [f"\n重点取組。{each.no}\n{each.name}" for each in shipped().initiatives]
    places = [text.index(heading) for heading in order]
    assert places == sorted(places)


def test_each_answer_says_its_column_first_and_letters_have_names() -> None:
    lines = block(spoken(sample_record()), "重点取組。1-1-1", "事業概要。").splitlines()
    assert any(line.startswith("取組実績。【見本】7月に相談窓口を載せた") for line in lines)
    assert "評価。A 目標どおり実施。" in lines
    assert any(line.startswith("取組目標の令和7年度、対象年度。") for line in lines)


def test_a_repeated_line_says_where_to_look() -> None:
    told = block(spoken(sample_record()), "重点取組。3-3-2", "担当課。福祉政策課", "取組実績。")
    assert re.search(r"取組実績。再掲：3-3-1（\d+頁）を参照　［B おおむね実施］", told)


def test_every_answer_is_read_whatever_was_typed() -> None:
    answers = record(shipped(), R7, varied)
    text = re.sub(r"\s", "", spoken(answers))
    missing = [a.value for a in answers.answers if re.sub(r"\s", "", a.value) not in text]
    assert missing == []


def test_what_is_missing_is_said() -> None:
    told = block(spoken(sample_record([("4-2-1", "rating", "")])), "重点取組。4-2-1", "事業概要。")
    assert "評価。（未回答）。" in told


def test_later_rounds_are_told_where_they_belong() -> None:
    text = spoken(whole_year())
    assert "計画全体の評価：推進委員会" not in text  # a council is called as the plan calls it
    assert "計画全体の評価：社明委員会 おおむね妥当、福祉委員会 妥当。" in text
    own = block(text, "重点取組。3-4-1", "事業概要。")
    assert "内部評価・見直し。B おおむね計画どおり\n要 見直しが必要。" in own
    reply = block(text, "意見。警察との連携を具体的に。")
    assert "会議。推進会議。" in reply
    assert "担当課。指導室。\n対応区分。対応する。\n市の考え方・対応。秋に行います。" in reply
    assert "会議。福祉委員会。" in block(text, "意見。広報の回数を増やして。")


def of_year(plan: Plan, year: FiscalYear) -> Record:
    """A whole year in which every opinion and every reply names its year and its row."""

    def said(round_: Round, who: str, row: Row, column: Column) -> str:
        value = spoken_then(round_, who, row, column)
        if column.type is not FieldType.TEXT or not value or column.key == "about":
            return value
        what = "返答" if round_.answers_opinions else "意見"
        return f"{year.code}の{what}＜{row.id.rpartition('~')[0] or f'{round_.code}~{who}~{row.id}'}＞。"

    return year_record(plan, year, said, first=record(plan, year, varied))


@pytest.mark.parametrize("plan", [shipped(), load_plan(SECOND)], ids=["shipped", "second"])
def test_each_reply_is_read_with_the_opinion_of_its_own_year(plan: Plan) -> None:
    """The same rows are spoken of in both years; only the words tell these apart."""
    last, year = plan.years[:2]
    answers = (*of_year(plan, last).answers, *of_year(plan, year).answers)
    data = speech_bytes(pages_of(YearView.of(plan, year, Record(answers))))
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    found = dict.fromkeys((last.code, year.code), 0)
    for each in text.split("\n\n"):
        replies = re.findall(r"(R\d+)の返答＜(.+?)＞", each)
        opinion = re.search(r"^意見。(?:.*\n)?.*?(R\d+)の意見＜(.+?)＞", each, re.MULTILINE)
        if replies and opinion:
            assert set(replies) == {opinion.groups()}
            found[opinion[1]] += len(replies)
    assert all(found.values())
    told = text.index(f"前年度（{last.name}）の意見と対応")
    assert text.index(f"{year.code}の返答") < told < text.index(f"{last.code}の返答", told)


def test_no_table_art() -> None:
    text = spoken(whole_year())
    assert not re.search(r"[│┃─━┌┐└┘├┤|\t●○※]{2,}|\||●", text)
    assert "\n\n\n" not in text


def test_a_plan_of_two_levels_is_read_too() -> None:
    view = YearView.of(load_plan(SECOND), R7, Record())
    text = speech_bytes(pages_of(view)).decode("utf-8-sig")
    assert "基本方針A" in text
    assert "基本目標" not in text


@pytest.mark.parametrize(
    ("text", "said"),
    [("済み", "済み。"), ("済み。", "済み。"), ("", ""), ("です。（推定）", "です。（推定）")],
)
def test_sentences_end(text: str, said: str) -> None:
    assert sentence(text) == said
