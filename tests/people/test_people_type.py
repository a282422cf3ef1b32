"""What people type: stored as typed, understood where it can be, a finding where it cannot.

Each line: what is put into which cell of an otherwise complete form, the value that 回答一覧
then holds, what it is understood as, and the codes of the findings.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from kakunin_xlsx.record import FORM_ROW
from tests.people.base import LAST, NEXT, ROW, adopted, book, changed, codes, merged

LINE = InlineFont(strike=True)
SAME = object()  # understood as it is


def struck(*runs: tuple[str, bool]) -> CellRichText:
    return CellRichText(*(TextBlock(LINE, text) if line else text for text, line in runs))


def strike(cell: Any) -> None:
    cell.font = Font(name=cell.font.name, size=cell.font.size, strike=True)


CASES: list[tuple[str, str, Any, Any, Any, list[str]]] = [
    # name, column, typed, stored, understood, findings
    ("full-width digits", "figure", "３", "３", "3", []),
    ("a counter behind", "figure", "３回", "３回", "3", []),
    ("about, and per cent", "figure", "約50％", "約50％", "50", ["I09"]),
    ("thousands", "figure", "1,200", "1,200", "1200", []),
    ("full-width thousands", "figure", "１，２００", "１，２００", "1200", []),
    ("minus as △", "figure", "△5", "△5", "-5", []),
    ("minus as ▲", "figure", "▲5", "▲5", "-5", []),
    ("a number as text", "figure", "12", "12", "12", []),
    ("an apostrophe left over", "figure", "'12", "'12", "12", []),
    ("a percentage", "figure", 0.5, "0.5", "0.5", []),
    ("a long fraction", "figure", 0.1 + 0.2, "0.3", "0.3", []),
    ("words for a number", "figure", "数回", "数回", "", ["C01"]),
    ("two numbers", "figure", "3～5", "3～5", "", ["C01"]),
    ("a date for a number", "figure", date(2026, 1, 2), "2026-01-02", "", ["C26"]),
    ("an error value", "figure", "#REF!", "#REF!", "", ["F08"]),
    ("a formula without value", "figure", "=12+5", "=12+5", "", ["F07"]),
    ("the letter, full width", "rating", "Ａ", "Ａ", "A", []),
    ("the letter, small", "rating", "a", "a", "A", []),
    ("letter and half a name", "rating", "Ａ 目標どおり", "Ａ 目標どおり", "A", []),
    ("blanks around", "rating", " B　", " B　", "B", []),
    ("not among the choices", "rating", "まあまあ", "まあまあ", "", ["F02"]),
    ("two choices", "rating", "A、B", "A、B", "", ["F02"]),
    ("a number for a choice", "rating", 1, "1", "", ["F02"]),
    ("該当なし, and yet a figure", "rating", "該当なし", "該当なし", "該当なし", ["C31"]),
    ("no target, and yet a figure", "rating", "対象外", "対象外", "対象外", []),
    ("a number for text", "result", 3, "3", SAME, []),
    ("a truth value", "result", True, "TRUE", SAME, []),
    ("1-2 as text", "next", "1-2", "1-2", SAME, []),
    ("1-2 become a date", "next", datetime(2026, 1, 2), "2026-01-02", SAME, ["C26"]),
    ("leading =", "result", "=合計は3回", "=合計は3回", SAME, []),
    ("leading +", "result", "+81から3件", "+81から3件", SAME, []),
    ("leading -", "result", "-5 は減", "-5 は減", SAME, []),
    ("leading @", "result", "@SUM(A1)", "@SUM(A1)", SAME, []),
    ("a link", "result", "https://example.jp/a?b=1", "https://example.jp/a?b=1", SAME, []),
    ("line breaks", "result", "1行目\n2行目", "1行目\n2行目", SAME, []),
    ("IVS", "result", "葛󠄀飾で1回", "葛󠄀飾で1回", SAME, []),
    ("combining dakuten", "result", "か\u3099いどを1回", "か\u3099いどを1回", SAME, []),
    ("emoji", "result", "👨‍👩‍👧と1回🎉", "👨‍👩‍👧と1回🎉", SAME, []),
    ("機種依存文字", "result", "①㈱﨑髙〜1回", "①㈱﨑髙〜1回", SAME, []),
    ("half-width kana", "result", "ｾﾝﾀｰで1回", "ｾﾝﾀｰで1回", SAME, []),
    ("blanks around text", "result", "　1回 \n", "　1回 \n", SAME, []),
    ("NA", "result", "NA", "NA", SAME, ["C28"]),
    ("なし", "result", "なし", "なし", SAME, ["C28"]),
    ("特になし。", "result", "特になし。", "特になし。", SAME, ["C28"]),
    ("a zero-width space only", "result", "\u200b", "\u200b", SAME, ["C28"]),
    ("同上", "result", "同上", "同上", SAME, ["C27"]),
    ("〃", "next", "〃", "〃", SAME, ["C27"]),
    ("なし where nothing is asked", "next", "なし", "なし", SAME, []),
    ("over the limit", "result", "あ" * 1200, "あ" * 1200, SAME, ["C04"]),
    ("partly struck", "result", struck(("旧", True), ("新しく1回", False)), "旧新しく1回", "新しく1回", ["C24"]),
    ("struck in the middle", "reason", struck(("今", False), ("昨", True), ("年", False)), "今昨年", "今年", ["C24"]),
    ("one choice struck, one kept", "direction", struck(("継続", True), ("改善", False)), "継続改善", "改善", ["C24"]),
    ("an age", "result", "72歳の方を訪問した。", "72歳の方を訪問した。", SAME, ["I06"]),
    ("an age group", "result", "65歳以上を対象に1回", "65歳以上を対象に1回", SAME, []),
    ("a name", "result", "山田さんを訪問した。", "山田さんを訪問した。", SAME, ["I06"]),
    ("everybody", "result", "市民の皆さんと1回", "市民の皆さんと1回", SAME, []),
    ("one person and an offence", "result", "窃盗で1名を支援した。", "窃盗で1名を支援した。", SAME, ["I06"]),
    ("one person, no offence", "result", "職員1名が参加した。", "職員1名が参加した。", SAME, []),
    ("a telephone", "result", "03-3430-1111で受付", "03-3430-1111で受付", SAME, ["I06"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "typed", "stored", "understood", "found"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_an_answer(key: str, typed: Any, stored: str, understood: Any, found: list[str]) -> None:
    sheet = book()
    where = sheet.at(ROW, key)
    if typed == "=12+5":
        sheet.formula(where, typed)
    else:
        sheet.put(where, typed)
    if typed == "#REF!":
        sheet.sheet[where].data_type = "e"
    result = merged(sheet)
    (answer,) = [each for each in result.answers if (each.row, each.key) == (ROW, key)]
    assert (answer.value, answer.cell) == (stored, where)
    assert answer.understood == (stored if understood is SAME else understood)
    assert answer.adopted
    assert codes(result) == found
    assert all((f.place.cell, f.place.sheet) == (where, "確認表") for f in result.findings[:1])
    assert changed(result).keys() <= {(ROW, key)}


FIELDS: list[tuple[str, str, Any, str, list[str]]] = [
    # name, field, typed, understood, findings
    ("wareki", "submitted_on", "令和8年5月20日", "2026-05-20", []),
    ("wareki, short", "submitted_on", "R8.5.20", "2026-05-20", []),
    ("wareki with a weekday", "submitted_on", "令和８年５月２０日（水）", "2026-05-20", []),
    ("slashes", "submitted_on", "2026/5/20", "2026-05-20", []),
    ("ISO", "submitted_on", "2026-05-20", "2026-05-20", []),
    ("no year", "submitted_on", "5/20", "", ["C03"]),
    ("words", "submitted_on", "5月中", "", ["C03"]),
    ("ordinal", "turn", "第２回", "2", []),
    ("the newest", "turn", "最新", "", ["C17"]),
    ("kana", "submission", "さしかえ", "", ["C17"]),
    ("short", "submission", "差替", "差替え", []),
    ("approved", "approved", "確認済み", "確認済", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "typed", "understood", "found"),
    [case[1:] for case in FIELDS],
    ids=[case[0] for case in FIELDS],
)
def test_a_field_of_the_form(key: str, typed: Any, understood: str, found: list[str]) -> None:
    sheet = book().fill(FORM_ROW, key, typed)
    result = merged(sheet)
    (answer,) = [each for each in result.answers if (each.row, each.key) == (FORM_ROW, key)]
    assert (answer.value, answer.understood) == (typed, understood)
    assert codes(result) == found
    assert changed(result) == {}


def test_one_sentence_for_every_row() -> None:
    sheet = book()
    for row in (ROW, NEXT, LAST):
        sheet.fill(row, "reason", "計画どおり実施したため。")
    assert codes(merged(sheet)) == ["C29"]


def test_a_required_text_wholly_struck_is_empty() -> None:
    sheet = book()
    cell = sheet.sheet[sheet.at(ROW, "result")]
    strike(cell)
    result = merged(sheet)
    (finding,) = result.findings
    assert (finding.code, finding.place.value) == ("F12", cell.value)
    (answer,) = [each for each in result.answers if (each.row, each.key) == (ROW, "result")]
    assert (answer.value, answer.state, answer.reason) == (cell.value, "反映なし", "取消線")


def test_an_optional_text_wholly_struck() -> None:
    sheet = book()
    cell = sheet.sheet[sheet.at(ROW, "next")]
    strike(cell)
    result = merged(sheet)
    assert codes(result) == ["C25"]
    assert (ROW, "next") not in adopted(result)


def test_a_line_through_a_printed_text_is_a_proposal() -> None:
    sheet = book()
    cell = sheet.sheet[sheet.at(ROW, "effort")]
    strike(cell)
    result = merged(sheet)
    assert codes(result) == ["C08"]
    assert [(each.issued, each.typed) for each in result.proposals] == [(cell.value, "")]
