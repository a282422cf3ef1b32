"""What this tool knows its own by: marks in column A, comments and colours that it puts on cells.

A mark says which plan, year, round, respondent and row.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kakunin_xlsx.plan.years import YEAR_CODE

KEY_ROW = "@"  # the row id of a hidden row that holds column keys
PRINTED = "="  # the row id of a sheet that nobody answers
MARKED = '"*#*"'  # the pattern that rows with a mark fit, as our count formula writes it
OWN_PROPERTY = "kakunin"  # the document property that says what a workbook was issued as
_HEAD, _FOOT = "【確認事項】", "――事務局より（ここまで）――"
# Background colours of answer cells. What has another one was coloured by a person.
OPEN_FILL = "#FFFBE0"  # to be filled
FIX_FILL = "#F8CBAD"  # 修正依頼: to be mended
CONFIRM_FILL = "#FFE699"  # 修正依頼: to be looked at
OWN_FILLS = frozenset({OPEN_FILL, FIX_FILL, CONFIRM_FILL})


@dataclass(frozen=True, slots=True)
class Identity:
    """`計画/年度/照会/回答元`: what one table sheet is for."""

    plan: str
    year: str
    round: str
    respondent: str

    def __str__(self) -> str:
        return "/".join((self.plan, self.year, self.round, self.respondent))

    def mark(self, row: str, digest: str = "") -> str:
        """The text of column A for a row: `計画/年度/照会/回答元/行ID#d`."""
        return f"{self}/{row}#{digest}" if digest else f"{self}/{row}"


@dataclass(frozen=True, slots=True)
class RowMark:
    """A column-A text read back; `digest` is '' for key rows and form fields."""

    identity: Identity
    row: str
    digest: str


_MARK = re.compile(rf"([^/\s]+)/({YEAR_CODE})/([^/\s]+)/([^/\s]+)/([^#\s]+)(?:#([0-9a-f]{{8}}))?")


def read_mark(text: str) -> RowMark | None:
    """The mark that a cell holds, or None if it holds none."""
    found = _MARK.fullmatch(text.strip()) if text.count("/") > 3 else None
    if not found:
        return None
    plan, year, round_code, respondent, row, digest = found.groups(default="")
    return RowMark(Identity(plan, year, round_code, respondent), row, digest)


def printed_mark(texts: Iterable[str]) -> str:
    """What column A holds beside a line that nobody answers: `#d`, by which it is known as ours."""
    return f"#{digest(filter(None, texts))}"


def read_identity(text: str) -> Identity | None:
    """The identity that `計画/年度/照会/回答元` says, or None."""
    mark = read_mark(f"{text}/{KEY_ROW}")
    return mark.identity if mark else None


def digest(texts: Iterable[str]) -> str:
    """Eight hex digits over a row's locked texts, in column order: the first of their seal."""
    return digest_of(seal(texts))


def digest_of(sealed: bytes) -> str:
    """The digest that a seal begins with."""
    return sealed.hex()[:8]


def seal(texts: Iterable[str]) -> bytes:
    """SHA-256 over texts in their order.

    White space does not count: spreadsheets rewrite line ends and trailing blanks.
    """
    return hashlib.sha256("\x1f".join(map(spaceless, texts)).encode()).digest()


def spaceless(text: str) -> str:
    """Without any white space: to compare what stands in a file with what was issued."""
    return "".join(text.split())


def notice(words: str) -> str:
    """The text of our comment on a cell."""
    return f"{_HEAD}\n{words}\n{_FOOT}"


def without_notice(text: str) -> str:
    """What people wrote in a comment: before ours, behind it, or all of it."""
    before, begun, rest = text.partition(_HEAD)
    if not begun:
        return text.strip()
    _, ended, behind = rest.partition(_FOOT)
    if not ended:
        return text.strip()  # somebody wrote into ours: rather too much than a word lost
    return "\n".join(filter(None, (before.strip(), behind.strip())))
