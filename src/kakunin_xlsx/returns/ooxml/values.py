"""A stored value → what it looks like typed, and what it is."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from functools import lru_cache, partial
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

from kakunin_xlsx.returns.model import CellKind
from kakunin_xlsx.returns.ooxml.strings import unescaped
from kakunin_xlsx.returns.ooxml.styles import CellFormat

_LONGEST_FORMAT = 255  # characters, as in Excel
_TOKENS = re.compile(r'"[^"]*"?|[\\!_*].|\[[^\]]*\]|General|G/標準|E[+-]|.', re.DOTALL)
_PLACES = (*"0#?", "General", "G/標準")
_POINTS = ("!.", "\\.", '"."')  # letters that look like one
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
_Test = Callable[[Decimal], bool]
_COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {  # the bound, then the value
    "<": gt,
    ">": lt,
    "<=": ge,
    ">=": le,
    "=": eq,
    "<>": ne,
}
_POSITIVE, _NEGATIVE, _NOT_NEGATIVE = (partial(test, Decimal(0)) for test in (lt, gt, le))
SIGNS = ("", "-", "−", "△", "▲")
# White space, money, brackets and signs between digits say nothing that the number does not.
NOTHING = re.compile(r"[\s\u3000¥￥$€£().,:/+-]")
_BOOLEANS = {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}
_DAY_ZERO = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_SEEN = Context(prec=15)  # digits that Excel keeps and shows; 0.1 + 0.2 has more in a file
_LEAP_BUG = 60  # Excel counts a 29 February 1900 that never was
_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*")
_LONGEST = 1_000  # characters of a number; Excel writes some twenty
_LARGEST = 309  # digits before or behind the point that a number of Excel's can have

ERRORS = {  # as binary workbooks number them
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}

Typed = tuple[str, CellKind]


def stored(
    raw: str, type_: str, style: CellFormat, since_1904: bool, computed: bool = False
) -> Typed:
    """The text of `<v>` by the cell's type and style. Whatever does not fit stays as it is."""
    if not raw:
        return "", CellKind.TEXT
    match type_:
        case "b" if raw.lower() in _BOOLEANS:
            return _BOOLEANS[raw.lower()], CellKind.BOOL
        case "e":
            return raw, CellKind.ERROR
        case "d":
            return _iso(raw)
        case "n":
            return _number(raw, style, since_1904, computed)
    return unescaped(raw), CellKind.TEXT


def _iso(raw: str) -> Typed:
    try:
        return date_text(datetime.fromisoformat(raw)), CellKind.DATE
    except ValueError:
        return raw, CellKind.TEXT


def _number(raw: str, style: CellFormat, since_1904: bool, computed: bool) -> Typed:
    if len(raw) > _LONGEST or not _NUMBER.fullmatch(raw):
        return raw, CellKind.TEXT
    exact = Decimal(raw)
    if exact and abs(exact.adjusted()) > _LARGEST:
        return raw, CellKind.TEXT
    if style.date or style.duration:
        moment = _moment(float(exact), style, since_1904)
        if moment is not None:
            return date_text(moment), CellKind.DATE
    # A formula is named anyway; what its format adds to the result nobody typed.
    return shown(exact, style.format, words=not computed)


def _moment(serial: float, style: CellFormat, since_1904: bool) -> date | time | timedelta | None:
    """The date, time of day or duration of a serial number; None if there is none such."""
    try:
        if style.duration:
            return timedelta(seconds=round(serial * 86_400))
        if serial < 0:
            return None
        if 0 <= serial < 1:
            return (datetime.min + timedelta(seconds=round(serial * 86_400))).time()
        if not since_1904 and serial < _LEAP_BUG:
            serial += 1
        days, part = divmod(serial, 1)
        return _DAY_ZERO[since_1904] + timedelta(days=days, seconds=round(part * 86_400))
    except (OverflowError, ValueError):
        return None


def number_text(value: float | Decimal, percent: bool = False) -> str:
    """A number in shortest form; a percentage as it is seen, or 50% would become 0.5."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        return str(value)
    if exact != exact.to_integral_value():
        exact = _SEEN.plus(exact)
    plain = format(exact * 100 if percent else exact, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"{'0' if plain in ('-0', '') else plain}{'%' if percent else ''}"


def shown(exact: Decimal, code: str, words: bool = True) -> Typed:
    """A number with what its format adds: 0.5 under 0% is 50%, 3 under 0"件以上" is 3件以上.

    Colours, spaces, digits and signs of money add nothing; a sign in the format for negative
    numbers is the number's own. Without `words` nothing but the % is added.
    """
    section = None
    if code not in ("General", "@"):
        section = _applying(code[:_LONGEST_FORMAT], exact)
    if section is None or not section.digits:
        return number_text(exact), CellKind.NUMBER
    literal = "%" in section.after  # a letter like any other, of a number that is what it is
    sign = "%" * (section.percent or literal)
    own_sign = exact < 0 and (section.for_negative or not section.before)
    before = "" if own_sign and section.before in SIGNS else section.before
    after = section.after.replace("%", "", 1)
    if section.thousands and not (before or after or section.inside):
        after = in_part_of(1_000**section.thousands)
    if section.percent:
        exact *= 100
    if not (words and (before or after or section.inside)):
        return f"{number_text(exact)}{sign}", CellKind.NUMBER
    scaled = exact.scaleb(-3 * section.thousands - section.behind)
    number = number_text(abs(scaled) if before and section.for_negative else scaled)
    if section.inside:
        minus = "-" if number.startswith("-") else ""
        number = minus + _spread(f"{abs(scaled):.0f}", section.inside)
    return f"{before}{number}{sign}{after}", CellKind.TEXT


def in_part_of(times: int) -> str:
    """What a format that only leaves thousands out adds: 12000 under `#,##0,` is seen as 12."""
    return f"（{times:,}分の1で表示）"


class _Section(NamedTuple):
    """What one section of a number format says around the digits."""

    holds: Callable[[Decimal], bool] | None  # None: for what no other section is
    for_negative: bool
    digits: bool
    percent: bool
    thousands: int  # thousands that are left out
    inside: tuple[str, ...]  # words among the digits, '' for each of these: 0"時間"00
    behind: int  # digits behind a point that is a letter: 12000 under 0!.0,"万" is 1.2万
    before: str
    after: str


def _spread(digits: str, inside: Sequence[str]) -> str:
    """Digits in their places, from the right; the first one takes what is left of them."""
    parts: list[str] = []
    for at, word in enumerate(reversed(inside), start=1):
        taken = (digits if at == len(inside) else digits[-1:]) or "0"
        parts.append(word or taken)
        digits = digits if word else digits[:-1]
    return "".join(reversed(parts))


def _applying(code: str, value: Decimal) -> _Section | None:
    sections = _sections(code)
    return next((each for each in sections if each.holds is None or each.holds(value)), None)


@lru_cache(maxsize=1_024)
def _sections(code: str) -> tuple[_Section, ...]:
    """The sections for numbers in the order in which they are tried (ECMA-376 part 1, 18.8.31)."""
    parts: list[list[str]] = [[]]
    for token in _TOKENS.findall(code):
        if token == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    signs = ([None], [_NOT_NEGATIVE, None], [_POSITIVE, _NEGATIVE, None])[min(len(parts), 3) - 1]
    made = [
        _section(part, sign, at == 1)
        for at, (part, sign) in enumerate(zip(parts, signs, strict=False))
    ]
    if len(made) == 1 and made[0].holds:
        return (made[0], made[0]._replace(holds=None))
    return tuple(made)


def _section(tokens: list[str], sign: _Test | None, second: bool) -> _Section:
    words: list[str] = []
    inside: list[str] = []
    first = last = -1
    percent, holds, thousands, behind, point = False, sign, 0, 0, False
    for token in tokens:
        point = point or (first >= 0 and token in _POINTS)
        if found := _CONDITION.fullmatch(token):
            holds = partial(_COMPARED[found[1]], Decimal(found[2]))
        elif token[0] in "[_*" or token in ("E+", "E-"):
            continue
        elif token in _PLACES:
            first = len(words) if first < 0 else first
            inside += [*words[max(last, first) :], ""]
            last, thousands = len(words), 0
            behind += point
        elif token == "," and first >= 0:
            thousands += 1
        elif token == "%":
            percent = True
        elif token[0] == '"':
            words.append(token[1:-1] if token[-1:] == '"' and len(token) > 1 else token[1:])
        else:
            words.append(token[1:] if token[0] in "\\!" else token)
    cut = max(first, 0)
    before, after = (NOTHING.sub("", "".join(part)) for part in (words[:cut], words[last:]))
    among = tuple(inside) if NOTHING.sub("", "".join(inside)) else ()
    return _Section(holds, second, first >= 0, percent, thousands, among, behind, before, after)


def date_text(value: date | time | timedelta) -> str:
    """ISO; a date's time only if it is not midnight."""
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()


def number_of(rk: int) -> float:
    """The number that 4 bytes of a binary workbook hold: a whole one or the begin of any, or a
    hundredth of it.
    """
    if rk & 2:
        value = float(rk >> 2 if rk < 1 << 31 else (rk >> 2) - (1 << 30))
    else:
        (value,) = struct.unpack("<d", struct.pack("<II", 0, rk & 0xFFFFFFFC))
    return value / 100 if rk & 1 else value
