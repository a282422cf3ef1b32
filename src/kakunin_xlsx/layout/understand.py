"""What a typed answer means: full-width forms, 「３件」, 「Ａ 目標どおり」, 令和の日付.

Nothing here changes what was typed; a meaning stands beside it. `None` means that the
answer cannot be understood as its type.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from kakunin_xlsx.plan.model import Choice

_NUMBER = re.compile(r"約?([+\-△▲−]?)(\d+(?:\.\d+)?)(\D{0,6})")
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
_REIWA = re.compile(r"(?:R|令和)(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()


def number(typed: str) -> str | None:
    """The number in shortest form: 「３件」 → 3, 「約1,200人」 → 1200, 「△5」 → -5."""
    plain = re.sub(r"[,\s]", "", _plain(typed))
    found = _NUMBER.fullmatch(plain)
    if not found:
        return None
    sign = "-" if found[1] and found[1] != "+" else ""
    whole, _, fraction = found[2].partition(".")
    fraction = fraction.rstrip("0")
    digits = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    return digits if digits == "0" else sign + digits


def day(typed: str) -> str | None:
    """The date as ISO text: 「令和8年5月1日」, 「R8.5.1」, 「2026/5/1」 → 2026-05-01."""
    plain = re.sub(r"\s+(?=\D)|(?<=\D)\s+", "", _plain(typed).upper())
    if found := _REIWA.fullmatch(plain):
        year = 2018 + (1 if found[1] == "元" else int(found[1]))
    elif found := _WESTERN.fullmatch(plain):
        year = int(found[1])
    else:
        return None
    try:
        return date(year, int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def choice(typed: str, choices: Iterable[Choice]) -> str | None:
    """The value meant: 「Ａ」, 「a」, 「A 目標どおり」 and the full label are all A."""
    plain = _folded(typed)
    for option in choices:
        value, name = _folded(option.value), _folded(option.name)
        if plain in (value, value + name) or (name and plain == name):
            return option.value
        begun = plain.removeprefix(value)
        if len(begun) >= 2 and begun != plain and name.startswith(begun):
            return option.value
    return None


def _folded(text: str) -> str:
    return re.sub(r"[\s:：.．()（）]", "", _plain(text)).casefold()
