"""Names of the worksheets that this tool makes: writer and reader take them from here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

GUIDE_SHEET = "記入要領"
LAST_SHEET = "前年度の回答"
CHOICE_SHEET = "選択肢"
WITNESS_SHEET = "_kakunin"
REQUEST_SHEET = "修正依頼"
REST_SHEET = "記入の控え"
OWN_SHEETS = frozenset(
    (GUIDE_SHEET, LAST_SHEET, CHOICE_SHEET, WITNESS_SHEET, REQUEST_SHEET, REST_SHEET)
)
_LONGEST = 31  # UTF-16 units: Excel counts an emoji as two
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'’\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NAMELESS = "シート"
_EXCELS_OWN = "history"


def safe_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """A name for each worksheet that Excel takes, whatever the text: no two are alike.

    Those that cannot be told apart, from each other or from `taken`, are numbered.
    """
    seen = {_EXCELS_OWN, *map(_alike, taken)}
    names = []
    for text in wanted:
        plain = _FORBIDDEN.sub("・", text).replace("!", "！").strip() or _NAMELESS
        name, number = cut(plain), 1
        while _alike(name) in seen:
            number += 1
            mark = f"（{number}）"
            name = cut(plain, len(mark)) + mark
        seen.add(_alike(name))
        names.append(name)
    return names


def table_sheet(name: str) -> str:
    """The worksheet of a form's table, beside those that every form has."""
    return safe_names([name], OWN_SHEETS)[0]


def _alike(name: str) -> str:
    """Excel takes names that differ in width or case only for the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def cut(text: str, room: int = 0) -> str:
    """As many letters of a sheet's name as fit beside `room` more, none of them halved."""
    return text.encode("utf-16-le")[: 2 * (_LONGEST - room)].decode("utf-16-le", "ignore").strip()
