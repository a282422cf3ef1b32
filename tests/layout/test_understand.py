"""What people really type, and what it means: numbers, dates and choices."""

from __future__ import annotations

import re
import time
import unicodedata
from datetime import date
from decimal import Decimal
from itertools import groupby

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kakunin_xlsx.layout import understand
from kakunin_xlsx.plan import Choice, load_plan
from tests.example import MASTERS, SECOND, shipped

Scale = tuple[Choice, ...]

# A blank that nobody sees: zero width, byte order mark, word joiner, soft hyphen, IVS.
UNSEEN = ("\u200b", "\ufeff", "\u2060", "\xad", "\U000e0100", "\ufe0f")


# ---------------------------------------------------------------- numbers

NUMBERS: dict[str, list[tuple[str, str | None]]] = {
    "widths and blanks": [
        ("3", "3"),
        ("３", "3"),
        ("５0 %", "50"),
        ("　３　", "3"),
        ("３ 件", "3"),
        ("3\n件", "3"),
        ("\r\n3\r\n", "3"),
        ("3\xa0", "3"),
        ("𝟑", "3"),
        ("'3", "3"),
        ("’3", "3"),
        ("「3」", "3"),
        ("3。", "3"),
        ("３．", "3"),
    ],
    "shortest form": [
        ("3.50", "3.5"),
        ("3.00", "3"),
        ("007", "7"),
        ("0.05", "0.05"),
        ("0", "0"),
        ("-0.0", "0"),
        ("100", "100"),
        ("-" + "1" * 30, "-" + "1" * 30),
        ("1" * 31, None),  # nothing that was counted
        ("0.30000000000000004", "0.30000000000000004"),  # as a number cell may hold it
    ],
    "thousands": [
        ("1,200人", "1200"),
        ("１，２００", "1200"),
        ("1,234,567.80", "1234567.8"),
        ("1,2", None),  # two numbers
        ("12,34", None),
        ("1, 200", None),
        ("1、200", None),
        ("1 200", None),
    ],
    "minus": [
        ("△5", "-5"),
        ("▲５", "-5"),
        ("▲ 5", "-5"),
        ("−5", "-5"),
        ("‐5", "-5"),
        ("－５", "-5"),
        ("–5", "-5"),
        ("ー5", "-5"),  # what the minus key gives in kana mode
        ("ｰ5", "-5"),
        ("マイナス5", "-5"),
        ("+3", "3"),
        ("＋３", "3"),
        ("—5", None),  # dashes
        ("―5", None),
        ("- 5件", None),  # perhaps an item of a list
        ("・5件", None),
        ("±3", None),
        ("(3)", None),  # minus 3 in accounts
    ],
    "words around it": [
        ("３件", "3"),
        ("約50％", "50"),
        ("およそ3", "3"),
        ("概ね３０人", "30"),
        ("30人程度", "30"),
        ("延べ約30人", "30"),
        ("計3回", "3"),
        ("全3回", "3"),
        ("年３回", "3"),
        ("3か所", "3"),
        ("3ヶ月", "3"),
        ("3つ", "3"),
        ("50パーセント", "50"),
        ("3回実施", "3"),
        ("30㎡", "30"),
        ("3件（延べ）", "3"),
        ("2回目", "2"),
        ("第2回", "2"),
        ("第2回目", "2"),
        ("第2", "2"),
        ("第3条", None),  # no count
        ("3か所の小学校と中学校", None),  # a sentence
        ("No.3", None),
        ("R7", None),
        ("3A", None),
        ("10K", None),
    ],
    "漢数字": [
        ("三件", "3"),
        ("約三件", "3"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("三十五人", "35"),
        ("百", "100"),
        ("百五人", "105"),
        ("二百五十人", "250"),
        ("二千五百部", "2500"),
        ("一万二千三百四十五", "12345"),
        ("3百", "300"),
        ("3千人", "3000"),
        ("1万2千", "12000"),
        ("1万2千円", "12000"),
        ("1万500人", "10500"),
        ("1万2,000人", "12000"),
        ("２０００万", "20000000"),
        ("１億２０００万人", "120000000"),
        ("1.5万", "15000"),
        ("1.5億円", None),  # 億円 is a unit itself, as the next three
        ("1,200千円", None),
        ("5千円", None),
        ("三百万円", None),
        ("1万2", None),  # 12000 as spoken, 10002 as written
        ("二千五", None),
        ("二三件", None),  # two or three
        ("二、三件", None),
        ("2二", None),
        ("十数人", None),
        ("数十人", None),
        ("千百十一千", None),
        ("万", None),
        ("二〇", None),
        ("〇", None),  # typed for ○
        ("一部", None),  # words that only begin like a number
        ("十分", None),
        ("一切なし", None),
        ("万一", None),
        ("千代田区", None),
    ],
    "note numbers": [
        ("①", "1"),
        ("⑩件", "10"),
        ("㊂", "3"),
        ("①②", None),
        ("3②", None),
        ("5²", None),
        ("½", None),
        ("2½", None),
        ("Ⅲ", None),
    ],
    "zero": [
        ("0件", "0"),
        ("ゼロ", "0"),
        ("ゼロ件", "0"),
        ("零", "0"),
        ("△0", "0"),
        ("なし", None),  # perhaps no case, perhaps nothing to tell
        ("-", None),
        ("ー", None),
        ("○", None),
        ("Ｏ", None),
    ],
    "more numbers than one": [
        ("3件（うち新規1件）", None),
        ("3件（うち新規一件）", None),
        ("3～5件", None),
        ("3〜5件", None),
        ("3ー5件", None),
        ("3-5", None),
        ("1/2", None),
        ("1-2", None),
        ("3件\n5件", None),
        ("3:00", None),
        ("50%→60%", None),
        ("3四半期", None),
        ("三分の一", None),
        ("2026-05-01", None),
        ("03-3430-1111", None),
    ],
    "another number than the amount": [
        ("3件以上", None),
        ("50％未満", None),
        ("100人超", None),
        ("100人余り", None),
        ("50％台", None),
        ("50台", "50"),
        ("3件増", None),
        ("5％減", None),
        ("3％アップ", None),
        ("3件予定", None),
        ("3件（見込み）", None),
        ("3件未実施", None),
        ("3校など", None),
        ("3校ほか", None),
        ("各3回", None),
        ("月3回", None),
        ("最大3", None),
        ("3時間半", None),
        ("30数人", None),
        ("20代", None),
        ("3月", None),
        ("7年度", None),
        ("3件？", None),
    ],
    "an amount in its plainest form": [
        ("約1,200人", "1200"),
        ("-5 %", "-5"),
        ("0.50", "0.5"),
        ("1.0", "1"),
    ],
    "no number": [
        ("", None),
        ("　\n", None),
        ("数回", None),
        ("件", None),
        ("1e3", None),
        ("1.2.3", None),
        ("3.", "3"),
        (".5", None),  # perhaps a slip for 5
        ("0x1F", None),
        ("NaN", None),
        ("∞", None),
        ("٣", None),
        ("=1+1", None),
        ("3\u0336", None),  # struck out
    ],
}


@pytest.mark.parametrize(("typed", "meant"), [case for cases in NUMBERS.values() for case in cases])
def test_numbers(typed: str, meant: str | None) -> None:
    assert understand.number(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3", ""),
        ("３件", "件"),
        ("約３人程度", "人"),
        ("三件", "件"),
        ("1万2千人", "人"),
        ("50 ％", "%"),
        ("3件（延べ）", "件"),
        ("数件", ""),
        ("3件以上", ""),
    ],
)
def test_units(typed: str, meant: str) -> None:
    assert understand.unit(typed) == meant


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_every_plain_number_is_itself(value: Decimal) -> None:
    assert Decimal(understand.number(f"{value:f}") or "none") == value
    assert Decimal(understand.number(f"約{abs(value):,f}％") or "none") == abs(value)


@given(st.integers(min_value=0, max_value=10**8 - 1))
def test_every_number_in_kanji_is_itself(value: int) -> None:
    may_be_shortened = value > 1000 and 0 < value % 1000 < 10  # 「二千五」
    assert understand.number(in_kanji(value)) == (None if may_be_shortened else str(value))


def in_kanji(value: int) -> str:
    """12340 → 一万二千三百四十."""
    myriads, rest = divmod(value, 10_000)
    if myriads:
        return f"{in_kanji(myriads)}万{in_kanji(rest) if rest else ''}"
    digits = [" 一二三四五六七八九"[int(digit)].strip() for digit in f"{value:04}"]
    steps = zip(digits, ("千", "百", "十", ""), strict=True)
    spelt = "".join(digit + step for digit, step in steps if digit)
    return re.sub("一(?=[千百十])", "", spelt) or "零"


@given(st.text())
@example("9" * 200)
def test_any_text_is_no_number_or_one_that_decimal_can_read(typed: str) -> None:
    meant = understand.number(typed)
    assert meant is None or re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", meant)


# ---------------------------------------------------------------- dates

DATES = {
    "2026-05-01": [
        "2026-05-01",
        "2026/5/1",
        "2026/05/01",
        "2026.5.1",
        "2026．5．1",
        "2026・5・1",
        "2026年5月1日",
        "２０２６年５月１日",
        "２０２６／５／１",
        "2026ー5ー1",
        "2026‐5‐1",
        "20260501",
        "'2026/5/1",
        "令和8年5月1日",
        "令和８年５月１日",
        "令和 8 年 5 月 1 日",
        "令和08年05月01日",
        "令和八年五月一日",
        "令和8.5.1",
        "㋿8年5月1日",
        "R8.5.1",
        "Ｒ８．５．１",
        "r8/5/1",
        "R8-5-1",
        "R.8.5.1",
        "R8年5月1日",
        "平成38年5月1日",
        "H38.5.1",
        "　2026/5/1\n",
        "2026 / 5 / 1",
        "令和8年5月1日（金）",
        "令和8年5月1日（水）",  # the weekday is wrong, the date is written out
        "令和8年5月1日(金・祝)",
        "令和8年5月1日金曜日",
        "2026/5/1 (金)",
        "2026-05-01T09:30:00",
        "2026-05-01 09:30:00.000",
        "2026/5/1 9:30",
        "2026/5/1  9:30",
        "2026/5/1 9:30 AM",
        "令和8年5月1日 午前10時",
        "令和8年5月1日（金）午後3時30分",
        "令和8年5月1日午後",
        "令和8年5月1日付け",
        "令和8年5月1日現在",
        "令和8年5月1日。",
    ],
    "2026-05-20": ["2026-05-20"],
    "2019-05-01": [
        "令和元年５月１日",
        "R元.5.1",
        "令和元年五月一日",
        "令和1年5月1日",
        "平成31年5月1日",
    ],
    "1989-01-08": ["平成元年1月8日", "㍻元年1月8日", "H1.1.8"],
    "1988-12-31": ["昭和63年12月31日", "S63.12.31", "昭和六十三年十二月三十一日"],
    "2028-02-29": ["2028/2/29", "R10.2.29"],
}

NO_DATES = [
    "",
    "8.5.1",  # of which era?
    "8年5月1日",
    "5/20",  # of which year?
    "5月20日",
    "26/5/1",
    "5/1/2026",
    "260501",
    "46143",  # Excel's own count of days, or anything else
    "2026-02-30",
    "2026/2/29",
    "2026/13/1",
    "2026/0/1",
    "2026/5/0",
    "20261301",
    "令和0年5月1日",
    "3026/5/1",
    "0026/5/1",
    "令和8年5月",
    "令和8年5月末日",
    "令和8年5月吉日",
    "5月中",
    "令和8年5月1日～3日",
    "2026/5/1・2026/5/2",
    "令和8年5月1日まで",
    "令和8年5月1日頃",
    "2026/5/19:30",  # the first at 9:30, or the 19th
    "2026/5/1 25:00",
    "2026-05-01T20:00:00Z",  # the second in Japan
    "令和八年五月二三日",
    "二〇二六年五月一日",
    "2026/5/①②",
    "未定",
]


@pytest.mark.parametrize(
    ("typed", "meant"), [(typed, meant) for meant, ways in DATES.items() for typed in ways]
)
def test_dates(typed: str, meant: str) -> None:
    assert understand.day(typed) == meant


@pytest.mark.parametrize("typed", NO_DATES)
def test_no_dates(typed: str) -> None:
    assert understand.day(typed) is None


@given(st.dates(min_value=date(1926, 12, 25), max_value=date(2024, 12, 31)))
def test_every_date_is_itself(value: date) -> None:
    ways = (
        f"{value:%Y-%m-%d}",
        f"{value:%Y%m%d}",
        f"{value:%Y/%m/%d %H:%M}",
        f"{value.year}年{value.month}月{value.day}日",
        f"昭和{value.year - 1925}年{value.month}月{value.day}日",
        f"S{value.year - 1925}.{in_kanji(value.month)}.{in_kanji(value.day)}",
    )
    assert {understand.day(way) for way in ways} == {value.isoformat()}


@given(st.text(alphabet="R令和元年月日/-.0123456789 :"))
def test_any_text_is_no_date_or_a_real_one(typed: str) -> None:
    meant = understand.day(typed)
    assert meant is None or date.fromisoformat(meant).isoformat() == meant


# ---------------------------------------------------------------- choices


def scales() -> dict[str, Scale]:
    """Every scale of the plans at hand."""
    plans = [load_plan(folder) for folder in (*sorted(MASTERS.parent.iterdir()), SECOND)]
    return {
        f"{plan.id}:{name}": tuple(choices)
        for plan in plans
        for name, choices in groupby(plan.choices, key=lambda choice: choice.scale)
    }


SCALES = scales()
RATING = shipped().scale("rating")
DIRECTION = shipped().scale("direction")
SUBMISSION = shipped().scale("submission")
APPROVED = shipped().scale("approved")
MARK = load_plan(SECOND).scale("mark")

CHOICES: list[tuple[Scale, str | None, list[str]]] = [
    (RATING, "A", ["A", "Ａ", "a", "ａ", " A ", "　Ａ\n", "'A", "A。", "A.", "Ⓐ"]),
    (RATING, "A", ['"A"', "“A”", "「A」", "(A)", "（Ａ）", "【A】", "・A"]),
    (
        RATING,
        "A",
        ["A 目標どおり実施", "Ａ　目標どおり実施", "A目標どおり実施", "A\n目標どおり\n実施"],
    ),
    (
        RATING,
        "A",
        ["A：目標どおり実施", "A.目標どおり実施", "A、目標どおり実施", "A（目標どおり実施）"],
    ),
    (
        RATING,
        "A",
        [
            "Ａ 目標どおり",
            "Ａ　目標どおり",
            "A（目標どおり）",
            "目標どおり実施",
            "目標どおり実施（A）",
        ],
    ),
    (RATING, "A", ["目標通り実施", "A 目標通り", "A 目標とおり実施"]),
    (RATING, "A", ["Ａ評価", "評価：Ａ", "評価 A"]),
    (RATING, "B", ["B", "おおむね実施", "概ね実施", "Ｂ 概ね"]),
    (RATING, "該当なし", ["該当なし", "該当無し", "該当　なし", "該当なし（対象事案なし）"]),
    (RATING, "該当なし", ["該当なし 対象事案なし", "対象事案なし", "対象事案無し"]),
    (RATING, "対象外", ["対象外", "対象外 当年度の目標なし"]),
    (RATING, None, ["", "　", "。", "「」", "E", "まあまあ", "4", "①", "なし", "該当"]),
    (RATING, None, ["A、B", "A,B", "AorB", "A又はB", "A→B", "A・B", "A/B", "A～B", "A（B）"]),
    (RATING, None, ["AB", "A B", "A.B", "A\nB", "ＡＡ"]),
    (RATING, None, ["A 未実施", "A?", "A？", "A+", "A-", "A'", "Aではない", "→A", "ほぼA"]),
    (RATING, None, ["目標どおり", "目標どおり実施できなかった", "実施", "A 目"]),
    (RATING, None, ["А", "Α", "Å"]),  # Cyrillic, Greek, Ångström
    (RATING, None, ["○", "X", "A²"]),
    (DIRECTION, "継続", ["継続", "「継続」", " 継 続 ", "継続。"]),
    (DIRECTION, None, ["拡充、継続", "継続して改善", "継続評価", "改善継続", "休止"]),
    (SUBMISSION, "差替え", ["差替え", "差し替え", "差替", "差しかえ"]),
    (SUBMISSION, None, ["差", "新規・追加", "再提出"]),
    (APPROVED, "確認済", ["確認済", "確認済み", "確認ずみ"]),
    (APPROVED, None, ["済", "確認", "未確認", "はい", "✓"]),
    (MARK, "◎", ["◎", "◎ 目標を超えた", "◎目標を", "目標を超えた", "◎評価"]),
    (MARK, "○", ["○", "〇", "◯", "⭕\ufe0f", "⚪\ufe0e", "Ｏ", "o", "（〇）", "〇 目標に達した"]),
    (MARK, "×", ["×", "✕", "✖\ufe0f", "✗", "❌", "X", "ｘ", "✕：届かない", "届かない"]),
    (MARK, "△", ["△", "▵", "∆", "Δ", "△ やや届かない", "やや届かない"]),
    (MARK, None, ["▲", "●", "0", "０", "○○", "○×", "○△", "○→△", "○～△", "△（○に近い）"]),
    (MARK, None, ["○ 目標を超えた", "× やや届かない", "目標", "メ", "✓"]),
]


@pytest.mark.parametrize(
    ("scale", "typed", "meant"),
    [
        pytest.param(scale, typed, meant, id=f"{typed!r}-{meant}")
        for scale, meant, ways in CHOICES
        for typed in ways
    ],
)
def test_choices(scale: Scale, typed: str, meant: str | None) -> None:
    assert understand.choice(typed, scale) == meant


def scale_of(*values: str) -> Scale:
    return tuple(Choice("x", value, "", "", True, False) for value in values)


@pytest.mark.parametrize(
    ("scale", "typed", "meant"),
    [
        (scale_of("A", "a"), "a", "a"),
        (scale_of("A", "a"), "Ａ", "A"),
        (scale_of("A", "a"), "(A)", None),
        (scale_of("○", "〇", "O", "0"), "〇", "〇"),
        (scale_of("○", "〇", "O", "0"), "Ｏ", "O"),
        (scale_of("○", "〇", "O", "0"), "◯", None),
        (scale_of("×", "X"), "X", "X"),
        (scale_of("A", "AB", "B"), "ＡＢ", "AB"),
        (scale_of("A", "AB", "B"), "A B", None),
        (scale_of("A", "A+", "A-"), "Ａ＋", "A+"),
        (scale_of("1", "2"), "①", "1"),
        (scale_of("1", "2", "12"), "①②", None),
        (scale_of("①", "②"), "②", "②"),
        (scale_of("無し", "なし"), "無し", "無し"),
        (scale_of("無し", "なし"), "(無し)", None),
        (scale_of("該当なし", "該当無し"), "該当なし", "該当なし"),
        (scale_of(), "A", None),
        (scale_of(""), "", None),
    ],
)
def test_a_scale_whose_values_look_alike(scale: Scale, typed: str, meant: str | None) -> None:
    assert understand.choice(typed, scale) == meant


def written(text: str) -> set[str]:
    """One text in every way a computer may hold or a person may type it."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    ways = forms | {wide, wide.replace(" ", "　"), text.replace(" ", ""), text.lower()}
    return ways | {f"　{way}\r\n" for way in ways} | {f"「{way}」" for way in ways}


@pytest.mark.parametrize("name", SCALES)
def test_every_label_value_and_name_means_its_own_value(name: str) -> None:
    for option in SCALES[name]:
        said = {option.value, option.name, option.label} - {""}
        meant = {understand.choice(way, SCALES[name]) for one in said for way in written(one)}
        assert meant == {option.value}


options = st.sampled_from(sorted(SCALES)).flatmap(
    lambda name: st.tuples(st.just(SCALES[name]), st.sampled_from(SCALES[name]))
)


@given(options, st.sampled_from(UNSEEN), st.data())
def test_what_nobody_sees_changes_nothing(
    chosen: tuple[Scale, Choice], unseen: str, data: st.DataObject
) -> None:
    scale, option = chosen
    at = data.draw(st.integers(min_value=0, max_value=len(option.label)))
    typed = option.label[:at] + unseen + option.label[at:]
    assert understand.choice(typed, scale) == option.value


@given(
    options,
    st.sampled_from(["", " ", "\n", "、", "・", "/", "→", "or", "か", "（", ":", "."]),
    st.data(),
)
def test_two_values_are_none(
    chosen: tuple[Scale, Choice], between: str, data: st.DataObject
) -> None:
    scale, option = chosen
    others = [each for each in scale if each is not option]
    if others:
        other = data.draw(st.sampled_from(others))
        for second in {other.value, other.label, other.name or other.value}:
            assert understand.choice(f"{option.value}{between}{second}", scale) is None
            assert understand.choice(f"{option.label}{between}{second}", scale) is None


# Letters that stand for others: other shapes of the marks, other spellings of words.
VARIANTS = {*"〇◯⭕⚪oOｏＯ✕✖✗✘╳❌⨯☓xXｘＸ▵∆Δ", *"無しみ通とり概大む差替かえ"}
pieces = sorted({piece for scale in SCALES.values() for one in scale for piece in one.label})


@given(
    st.sampled_from(sorted(SCALES)),
    st.text() | st.text(alphabet=[*pieces, *"〇◯xo評価無しみ()、。 \n"], max_size=6),
)
def test_any_text_is_none_or_a_value_that_stands_in_it(name: str, typed: str) -> None:
    scale = SCALES[name]
    meant = understand.choice(typed, scale)
    ways = {one.value: (one.value, one.name or one.value) for one in scale}
    assert meant is None or meant in ways
    if meant and not set(typed) & VARIANTS:
        letters = unicodedata.normalize("NFKC", typed).casefold()
        assert any(set(way.casefold()) <= set(letters) for way in ways[meant])


# ---------------------------------------------------------------- all of them


@pytest.mark.parametrize("unseen", UNSEEN)
def test_unseen_characters(unseen: str) -> None:
    assert understand.number(f"{unseen}1{unseen}2件{unseen}") == "12"
    assert understand.day(f"{unseen}令和{unseen}8年5月1日{unseen}") == "2026-05-01"


def test_decomposed_text() -> None:
    assert understand.number(unicodedata.normalize("NFD", "50パーセント")) == "50"
    assert understand.number(unicodedata.normalize("NFD", "3か月ぐらい")) == "3"
    assert understand.choice(unicodedata.normalize("NFD", "目標どおり実施"), RATING) == "A"


def test_marks_that_turn_the_reading_round_are_not_dropped() -> None:
    assert understand.number("\u202e21") is None  # a screen shows 12
    assert understand.choice("\u202eA", RATING) is None


HOSTILE = {
    "digits": "9" * 100_000,
    "commas": "1," * 50_000,
    "blanks between": " 3" * 50_000,
    "blanks before": " " * 100_000 + "x",
    "blanks behind a date": "2026/5/1" + " " * 100_000 + "x",
    "date after date": "2026-5-" * 15_000,
    "brackets": "(" * 100_000,
    "quotes": "'" * 100_000,
    "numerals": "千百十" * 33_000,
    "note numbers": "①" * 100_000,
    "a letter": "A" * 100_000,
    "a label": "A 目標どおり実施" * 10_000,
    "accents in the wrong order": "a" + "\u0301\u0316" * 50_000,  # NFKC is quadratic here
    "letters that grow": "\ufdfa" * 100_000,
    "nothing seen": "\u200b" * 100_000 + "x",
    "digits, just short enough": "9" * 999 + "(",
    "commas, just short enough": "1," * 499 + "(",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_long_text_takes_no_time(name: str) -> None:
    typed, before = HOSTILE[name], time.process_time()
    assert understand.number(typed) is None
    assert understand.day(typed) is None
    assert understand.choice(typed, RATING) is None
    assert understand.unit(typed) == ""
    assert time.process_time() - before < 1


def test_padding_is_no_length() -> None:
    padding = " " * 50_000
    assert understand.number(f"{padding}3件{padding}") == "3"
    assert understand.choice(f"{padding}A{padding}", RATING) == "A"
