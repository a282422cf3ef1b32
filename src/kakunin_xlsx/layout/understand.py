"""What a typed answer means: full-width forms, 「３件」, 「Ａ 目標どおり」, 令和の日付.

Nothing here changes what was typed; a meaning stands beside it. `None` means that the
answer cannot be understood as its type. Nothing is guessed: where two readings are
possible the answer is `None`, and a finding asks the person who knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from kakunin_xlsx.layout.identity import spaceless
from kakunin_xlsx.plan.rounds import Choice

# ---------------------------------------------------------------- what every type has in common

# No number, date or choice is longer. NFKC takes quadratic time on stacked accents, so that
# a longer text has to be put aside before it.
_LONGEST = 1000

# Zero-width characters, BOM, marks of direction, soft hyphen, variation selectors (IVS too):
# they come with text from web pages and mails, and nobody sees them.
_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)

_QUOTES = ("「」", "『』", '""', "“”", "''", "‘’")

# What the minus key gives, by font and input mode. In kana mode it is the long vowel mark
# 「ー」, which can be no vowel before a digit. Dashes (—, ―) come from elsewhere: not these.
_HYPHENS = r"\-‐−–ー"  # as part of a character class


def _plain(typed: str) -> str:
    """One width, single blanks, nothing invisible, no quotation marks or apostrophe around."""
    visible = typed.translate(_INVISIBLE).strip()
    if len(visible) > _LONGEST:
        return ""
    # A note number must not grow on to what it follows: 「5²」 is not 52, 「①②」 not 12.
    apart = "".join(f" {c} " if unicodedata.category(c) == "No" else c for c in visible)
    plain = " ".join(unicodedata.normalize("NFKC", apart).split())
    if len(plain) > 1 and plain[0] + plain[-1] in _QUOTES:
        return plain[1:-1].strip()
    return plain[1:].strip() if plain[:1] in ("'", "‘", "’") else plain


def one_width(text: str) -> str:
    """NFKC for comparing, piece by piece so that it takes linear time whatever was typed."""
    if len(text) <= _LONGEST:
        return unicodedata.normalize("NFKC", text)
    pieces = (text[at : at + _LONGEST] for at in range(0, len(text), _LONGEST))
    return "".join(unicodedata.normalize("NFKC", piece) for piece in pieces)


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """For comparing: one width, no white space, no full stop at the end."""
    return spaceless(one_width(text)).rstrip("。.").casefold()


TELLING = 8  # characters: shorter texts are often alike with good reason


def same_words(text: str, last: str) -> bool:
    """True if a text says no more than what stood there last year, whatever the widths."""
    meant = plain(text)
    return len(meant) >= TELLING and meant == plain(last)


_NOTHING = {
    *("なし", "無し", "無", "ない", "特になし", "特に無し", "特にありません", "ありません"),
    *("na", "n/a", "none", "null", "-", "ー", "―", "−", "–", "—", "...", "・", "未定", "不明"),
}


def nothing_of_its_own(text: str) -> bool:
    """「なし」, 「NA」 and the like."""
    seen = plain(text)
    if not seen.isprintable():
        seen = "".join(char for char in seen if char.isprintable())
    return not seen or seen in _NOTHING


_DASHES = str.maketrans(dict.fromkeys("ー―–−‐‑‒—─ｰ", "-"))
_SUBJECT = re.compile(r"(?:No\.?)?\s*(\d+(?:-\d+)*)(?=$|[\s(:、。にはの])", re.IGNORECASE)


def subject(typed: str, choices: Iterable[Choice], levels: Iterable[str] = ()) -> str | None:
    """The number of the plan that is meant, in any width and with any dash.

    `levels` are what the plan calls its levels: people write these before a number.
    """
    known = tuple(choices)
    plain_ = one_width(typed).translate(_DASHES).strip()
    if meant := choice(plain_, known):
        return meant
    named = next((word for each in levels if plain_.startswith(word := one_width(each))), "")
    found = _SUBJECT.match(plain_.removeprefix(named))
    return found[1] if found and any(each.value == found[1] for each in known) else None


# ---------------------------------------------------------------- numbers

_ONES = "一二三四五六七八九"
_NUMERALS = f"{_ONES}十百千万億"
_ARABIC = str.maketrans(_ONES, "123456789")
_WORTH = {"": 1, "十": 10, "百": 100, "千": 1000}
_MYRIADS = {"": 1, "万": 10**4, "億": 10**8}

# Up to 9999: 「2000」「2千5百」「二千五百」. A digit in 漢数字 stands alone: 「二三件」 is 2 or 3.
_SMALL = (
    rf"(?:[0-9]{{1,4}}|[0-9],[0-9]{{3}}|(?=[1-9{_ONES}十百千])"
    rf"(?:[1-9{_ONES}]?千)?(?:[1-9{_ONES}]?百)?(?:[1-9{_ONES}]?十)?[1-9{_ONES}]?)"
)
_DIGITS = re.compile(r"(?:[0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})(?:\.[0-9]{1,30})?")
_DECIMAL = re.compile(r"([0-9]{1,4}\.[0-9]{1,8})([万億])")  # 1.5万
_SPELT = re.compile(rf"(?:({_SMALL})億)?(?:({_SMALL})万)?({_SMALL})?")
_STEP = re.compile(rf"([0-9]+|[{_ONES}]?)([千百十]?)")
_SHORTENED = re.compile(rf".*[千万億][0-9{_ONES}]")  # 「1万2」: 12000 as spoken, 10002 as written

_COUNT = re.compile(
    rf"""
    (?P<lead>第|(?:約|およそ|おおよそ|凡そ|ほぼ|概ね|おおむね|大体|だいたい|ざっと|概算で?|推計で?|≒|計|合計|延べ?|のべ|全|年間?){{0,2}})
    (?P<sign>\+|[△▲{_HYPHENS}]|マイナス)?
    (?P<amount>[0-9,.{_NUMERALS}]*[0-9{_NUMERALS}]|ゼロ|零)
    (?P<unit>k?m[23]|[^0-9().。]*)
    (?:\((?P<remark>[^0-9()]*)\))?
    [.。]?
    """,
    re.VERBOSE,
)
# Blanks go, but not where they keep two numbers apart (「3 5」, 「1, 200」).
_GAP = re.compile(r"(?<![0-9,.]) | (?![0-9,.])")
_BULLET = re.compile(rf"[{_HYPHENS}] ")  # 「- 5件」 may be an item of a list
_ROUGHLY = re.compile(
    "約|およそ|おおよそ|凡そ|ほぼ|概ね|おおむね|大体|だいたい|ざっと|概算|概数|推計|≒"
)
_ABOUT = re.compile(r"(?:程度|ほど|くらい|ぐらい|(?<=.)位|前後)(?:です)?$")  # 「30位」 is a rank

# Words behind a number that make it another one than the amount asked for.
_OTHER_THAN_ASKED = re.compile(
    rf"[{_NUMERALS}兆]|^数|半"  # a second number, or a piece more: 「30数人」, 「3時間半」
    r"|以|未|余|より|から|まで|[超弱強]$|^代|.台$"  # a bound or a range
    r"|増|減|アップ|ダウン|オーバー"  # a change
    r"|不|無|ない|なし|中止|予定|見込|目標"  # not done, or not yet
    r"|ずつ|づつ|ごと|毎|あたり|当たり|うち|中$|他|ほか|など|等$"  # a part, or not all
    r"|^月|^年度|^時(?!間)"  # a point in time
)
# 「10K」, 「3M」 are no units.
_LATIN_UNITS = re.compile(r"k?m[23]?|[km]?g|ha|t|k?l|[kmg]wh?|ppm|db", re.IGNORECASE)

# 千円, 百万円 and their like are units themselves: 「5千円」 is 5 or 5000.
_MONEY = re.compile(rf"[0-9,.{_ONES}]*(?:[千万億]|百万)")

# 漢数字 begin many words (十分, 一切, 万一): only these counters may follow them.
_COUNTERS = re.compile(
    r"[件人名回個本枚冊部点台組社校園店区課円年日%]|種類|団体|世帯|施設|機関|事業|講座"
    r"|つ|回目|[か箇カヵヶケ][所月]|年間|日間|時間|パーセント"
)


def number(typed: str, counted: str = "") -> str | None:
    """The number in shortest form: 「３件」 → 3, 「約1,200人」 → 1200, 「△5」 → -5.

    漢数字 count too: 「三件」 → 3, 「1万2千」 → 12000. Two numbers, a bound or a change are
    none: 「3～5件」, 「3件以上」, 「3件増」. The unit that is `counted` says nothing more behind it:
    of 千円 「1,200千円」 is 1200.
    """
    bare = _without(typed, counted) if counted else typed
    if (found := _counted(bare)) is None:
        return None
    text = f"{found[0]:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _without(typed: str, unit: str) -> str:
    """A number without the unit behind it; as it stands if that is all there is."""
    plain, counted = _plain(typed), _plain(unit)
    return plain.removesuffix(counted).rstrip() or typed


def unit(typed: str) -> str:
    """What an understood number counts: 「約３件」, 「三件程度」 → 件; '' if it does not say."""
    found = _counted(typed)
    return found[1] if found else ""


def approximate(typed: str) -> bool:
    """True for an understood number that is not meant exactly: 「約30人」, 「30人程度」."""
    found = _COUNT.fullmatch(_GAP.sub("", _plain(typed))) if _counted(typed) else None
    said = (found["lead"], found["remark"] or "") if found else ()
    return bool(found and (any(map(_ROUGHLY.search, said)) or _ABOUT.search(found["unit"])))


def says_unit(typed: str, counted: str) -> bool:
    """True if what was typed names a unit itself, `counted` or another."""
    return bool(unit(typed)) or _without(typed, counted) != _plain(typed)


def _counted(typed: str) -> tuple[Decimal, str] | None:
    """The amount and its unit."""
    plain = _plain(typed)
    found = None if _BULLET.match(plain) else _COUNT.fullmatch(_GAP.sub("", plain))
    amount = _amount(found["amount"]) if found else None
    if found is None or amount is None:
        return None
    counter, remark = _ABOUT.sub("", found["unit"]), found["remark"] or ""
    understood = _is_unit(counter) and _is_unit(remark) and _fits(found, counter)
    negative = found["sign"] not in (None, "+")
    signed = amount.copy_negate() if negative else amount  # exact; `-` rounds to 28 digits
    return (signed, counter) if understood else None


def _amount(text: str) -> Decimal | None:
    """Without sign and unit: 「1,200」, 「1.5万」, 「1万2千」, 「二十」, 「ゼロ」."""
    if text in ("ゼロ", "零"):
        return Decimal(0)
    if _DIGITS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if found := _DECIMAL.fullmatch(text):
        return Decimal(found[1]) * _MYRIADS[found[2]]
    found = None if _SHORTENED.fullmatch(text) else _SPELT.fullmatch(text)
    if not found:
        return None
    parts = zip(found.groups(""), ("億", "万", ""), strict=True)
    return Decimal(sum(_small(part) * _MYRIADS[myriad] for part, myriad in parts))


def _small(text: str) -> int:
    """「二千五百」 → 2500. The pattern has seen to the order of the steps."""
    steps = _STEP.findall(text.replace(",", "").translate(_ARABIC))
    return sum(int(digits or 1) * _WORTH[step] for digits, step in steps if digits or step)


def _is_unit(text: str) -> bool:
    """A short word that leaves the amount as it is; also a remark such as 「(延べ)」."""
    if text.isascii():
        return text in ("", "%") or _LATIN_UNITS.fullmatch(text) is not None
    letters = text.replace("%", "").isalpha() and len(text) <= 6
    return letters and not _OTHER_THAN_ASKED.search(text)


def _fits(found: re.Match[str], counter: str) -> bool:
    """True if lead, amount and unit together can be read in one way."""
    amount = found["amount"]
    if found["lead"] == "第":
        return not found["sign"] and counter in ("", "回", "回目")
    if counter.startswith("円") and _MONEY.fullmatch(amount):
        return False
    if amount[0] in "0123456789":
        return True
    counted = not counter or _COUNTERS.fullmatch(counter) is not None
    return counted and amount + counter != "一部"  # nearly always 「in part」


# ---------------------------------------------------------------- dates

# Eras are not policed: 「平成38年」 from an old template is 2026 all the same.
_YEAR_ZERO = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_BETWEEN = rf"{_HYPHENS}/.・"
_YEAR = (
    r"(?:(?P<western>(?:19|20)[0-9]{2})"
    r"|(?P<era>令和|平成|昭和|[RHS])\.?(?P<of_era>元|0?[1-9]|[1-9][0-9]))"
)
_HOUR = r"(?<![0-9])(?:[01]?[0-9]|2[0-3])"  # 「2026/5/19:30」 has no hour
_TIME = (
    rf"[T ]?(?:午前|午後|AM|PM)?(?:{_HOUR}(?::[0-5][0-9]){{1,2}}(?:\.[0-9]{{1,9}})?(?:AM|PM)?"
    rf"|{_HOUR}時(?:[0-5]?[0-9]分|半)?)?"
)
# A weekday is an aside, right or wrong: the date is written out.
_ASIDE = (
    rf"(?:\([月火水木金土日](?:曜日?)?(?:・?祝)?\)|[月火水木金土日]曜日?)?(?:{_TIME})"
    r"(?:付け?|現在|時点|提出|記入)?[.。]?"
)
_DAYS = (
    re.compile(
        rf"{_YEAR}[年{_BETWEEN}](?P<month>[0-9]{{1,2}})[月{_BETWEEN}](?P<day>[0-9]{{1,2}})日?{_ASIDE}"
    ),
    re.compile(  # 20260501
        r"(?P<western>(?:19|20)[0-9]{2})(?P<era>)(?P<of_era>)(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    ),
)
_SPELT_DAY = re.compile(  # 「二十」 in 「五月二十日」, but neither 「二三」 nor 「1二」
    rf"(?<![0-9{_ONES}十])(?:[{_ONES}]?十[{_ONES}]?|[{_ONES}])(?![0-9{_ONES}十])"
)


def day(typed: str) -> str | None:
    """The date as ISO text: 「令和8年5月1日」, 「R8.5.1」, 「2026/5/1」 → 2026-05-01.

    A weekday or a time behind it is fine. Without a year it is no date: 「5/20」, 「8.5.1」.
    """
    # Blanks between two digits stay, or 「5/1 9:30」 would become the 19th.
    closed = re.sub(r"(?<![0-9]) | (?![0-9])", "", _plain(typed).upper())
    plain = _SPELT_DAY.sub(lambda spelt: str(_small(spelt[0])), closed)
    found = next(filter(None, (pattern.fullmatch(plain) for pattern in _DAYS)), None)
    if found is None:
        return None
    try:
        in_era = 1 if found["of_era"] == "元" else int(found["of_era"] or 0)
        year = int(found["western"] or _YEAR_ZERO[found["era"]] + in_era)
        return date(year, int(found["month"]), int(found["day"])).isoformat()
    except ValueError:
        return None


_SERIALS = (36_526, 73_415)  # 2000 to 2100


def serial_day(typed: str) -> str | None:
    """The date that a spreadsheet means by a bare number such as 46171; None for any other."""
    number_ = int(typed) if re.fullmatch("[0-9]{5}", typed) else 0
    known = _SERIALS[0] <= number_ <= _SERIALS[1]
    return (date(1899, 12, 30) + timedelta(days=number_)).isoformat() if known else None


# ---------------------------------------------------------------- choices

# What people type for the marks of a scale, by keyboard and telephone. ▲ is another mark
# than △, ● another than ○; the digit 0 may be a score.
_SHAPES = {"○": "〇◯⭕⚪Oo", "×": "✕✖✗✘╳❌⨯☓Xx", "△": "▵∆Δ"}
_MARKS = {ord(variant): mark for mark, variants in _SHAPES.items() for variant in variants}

# The spelling of official texts beside that of every day.
_SAME_WORDS = (
    ("なし", "無し"),
    ("差替え", "差し?(?:替え?|かえ)"),
    ("済", "済み|ずみ"),
    ("どおり", "通り|とおり"),
    ("おおむね", "概ね|大むね"),
)
_SEPARATORS = re.compile(r'[:.,、。・()\[\]【】〔〕「」『』<>〈〉《》"“”]')


@lru_cache(maxsize=1024)
def choice(typed: str, choices: tuple[Choice, ...]) -> str | None:
    """The value meant: 「Ａ」, 「a」, 「A 目標どおり」 and the full label are all A.

    So are 「(A)」, 「A：目標どおり実施」 and the name alone. The letter as it stands goes before
    its variants, so that a scale may hold both A and a, or ○ and 〇. Two values are none.
    """
    exact = _exact(typed)
    meant = {one.value for one in choices if exact in _ways(one, _exact)}
    if not meant:
        free = _free(typed)
        meant = {one.value for one in choices if free in _ways(one, _free)}
        meant = meant or {one.value for one in choices if _begins(free, one)}
    return meant.pop() if len(meant) == 1 else None


@lru_cache(maxsize=1024)  # the same few options are compared with every answer
def _ways(option: Choice, fold: Callable[[str], str]) -> frozenset[str]:
    """Every way to write an option out, folded."""
    value, name = option.value, option.name
    ways = {value, name, f"{value} {name}", f"{name} {value}"}
    if len(value) == 1:  # 「Ａ評価」; 「継続評価」 would be something else
        ways |= {f"{value}評価", f"評価 {value}"}
    return frozenset(fold(way) for way in ways) - {""}


def _begins(free: str, option: Choice) -> bool:
    """The value and the first words of its name: 「A 目標どおり」."""
    value, name = _free(option.value), _free(option.name)
    begun = free.removeprefix(value).lstrip()
    return bool(value) and free.startswith(value) and len(begun) >= 2 and name.startswith(begun)


def _exact(text: str) -> str:
    """Without blanks, except where they keep letters apart: 「A B」 is not AB."""
    return re.sub(r"(?<![0-9A-Za-z]) | (?![0-9A-Za-z])", "", _plain(text))


@lru_cache(maxsize=1024)
def _free(text: str) -> str:
    """The same for every case, shape of mark, spelling of a word, bracket and full stop."""
    plain = _plain(text)
    for word, variants in _SAME_WORDS:
        plain = re.sub(variants, word, plain)
    plain = _SEPARATORS.sub(" ", plain.translate(_MARKS)).casefold()
    return _exact(plain)
