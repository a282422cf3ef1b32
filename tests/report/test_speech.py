"""読み上げ用テキスト: sentences in the booklet's order, every answer in it, no table art."""

from __future__ import annotations

import re

import pytest

from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.speech import speech_bytes
from kakunin_xlsx.report.speech_front import sentence
from kakunin_xlsx.report.view import YearView
from tests.example import R7, SECOND, sample_record, shipped
from tests.report.records import record, varied
from tests.report.secret_year import whole_year


def spoken(answers: Record) -> str:
    data = speech_bytes(YearView.of(shipped(), R7, answers))
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n", "\n")


def under(text: str, heading: str) -> str:
    """What stands between the last such heading and the next empty line."""
    return text.rpartition(f"\n{heading}\n")[2].partition("\n\n")[0]


def test_the_first_page_is_told_in_sentences() -> None:
    text = spoken(sample_record())
    assert text.startswith("狛江市第1次再犯防止推進計画　取組状況確認表\n対象年度：令和7年度")
    assert "重点取組33、取組38行のうち、再掲4行を除く34行について" in text
    assert "担当課評価。割合の分母は30行です。\nA 目標どおり実施、21行、70.0パーセント。" in text
    assert "該当なし 対象事案なし、1行。\n" in text
    assert "未回答、0行。\n計、34行。" in text


def test_headings_follow_the_booklet() -> None:
    text = spoken(sample_record())
    order = [f"\n重点取組{each.no}　{each.name}" for each in shipped().initiatives]
    places = [text.rindex(heading) for heading in order]
    assert places == sorted(places)


def test_each_answer_says_its_column_first_and_letters_have_names() -> None:
    block = under(spoken(sample_record()), "重点取組1-1-1の担当課、福祉政策課")
    lines = block.splitlines()
    assert "取組実績。【見本】7月に相談窓口を載せたチラシを300部作成し、" in block
    assert "担当課評価。A 目標どおり実施。" in lines
    assert "取組目標の令和7年度（対象年度）。" in block


def test_a_repeated_line_says_where_to_look() -> None:
    block = under(spoken(sample_record()), "重点取組3-3-2の担当課、福祉政策課")
    assert "再掲です。回答は、3-3-1の福祉政策課のところをご覧ください。" in block
    assert "担当課評価。B おおむね実施。" in block
    assert "取組実績" not in block


def test_every_answer_is_read_whatever_was_typed() -> None:
    answers = record(shipped(), R7, varied)
    text = re.sub(r"\s", "", spoken(answers))
    missing = [a.value for a in answers.answers if re.sub(r"\s", "", a.value) not in text]
    assert missing == []


def test_what_is_missing_is_said() -> None:
    text = spoken(sample_record([("4-2-1", "rating", "")]))
    assert "4-2-1。福祉相談課。担当課評価。" in text
    assert "担当課評価。（未回答）。" in under(text, "重点取組4-2-1の担当課、福祉相談課")


def test_later_rounds_are_told_where_they_belong() -> None:
    text = spoken(whole_year())
    whole = text.partition("\n取組状況　")[2].partition("\n基本目標1　")[0]
    assert "委員会評価。推進委員会\n評価。おおむね妥当" in whole
    assert "委員会評価。福祉委員会\n評価。妥当" in whole
    own = text.rpartition("\n重点取組3-4-1　")[2].partition("\n重点取組")[2]
    assert "内部評価。狛江市地域共生社会推進会議\n内部評価。B おおむね計画どおり。" in own
    assert "見直しの要否。要 見直しが必要。" in own
    reply = "指導室。狛江市地域共生社会推進会議の意見「警察との連携を具体的に。」へ"
    assert f"市の考え方・対応。{reply}\n対応区分。対応する" in own
    assert "広報の回数を増やして。" in text.rpartition("\n基本目標2　")[2].partition("\n施策")[0]
    housing = text.rpartition("\n重点取組5-3-1　")[2].partition("\n重点取組5-3-2")[0]
    assert "委員会評価。福祉委員会。意見1\n意見。相談先を分かりやすく。" in housing


def test_no_table_art() -> None:
    text = spoken(whole_year())
    assert not re.search(r"[│┃─━┌┐└┘├┤|\t●○※]{2,}|\|", text)
    assert "\n\n\n" not in text


def test_a_plan_of_two_levels_is_read_too() -> None:
    text = speech_bytes(YearView.of(load_plan(SECOND), R7, Record())).decode("utf-8-sig")
    assert "基本方針A" in text
    assert "基本目標" not in text


@pytest.mark.parametrize(
    ("text", "said"),
    [("済み", "済み。"), ("済み。", "済み。"), ("", ""), ("です。（推定）", "です。（推定）")],
)
def test_sentences_end(text: str, said: str) -> None:
    assert sentence(text) == said
