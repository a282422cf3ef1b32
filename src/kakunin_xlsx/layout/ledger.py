"""The office's own tables (回答の相違.xlsx, 事務局修正.xlsx): columns and marks.

Writer and reader take both from here. As in forms, a row is told by its mark in column A and
a column by the key in the hidden row above the headings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, unquote

from kakunin_xlsx.layout.columns import Column, label_choice
from kakunin_xlsx.layout.identity import KEY_ROW
from kakunin_xlsx.plan.rounds import Audience, Choice, Field, FieldType, RowKind
from kakunin_xlsx.plan.years import YEAR_CODE

_MARK = re.compile(
    rf"決定:([^/\s]+)/({YEAR_CODE})/([^/\s]+)/([^/\s]+)/([^/\s]+)/([^/#\s]+)(?:#([^\s#]*))?"
)
CHOSEN, NEW_VALUE, REASON, WHO, AGREED_ON = "chosen", "new_value", "reason", "who", "agreed_on"
BLANK = "（空欄）"  # the office's way to say: no value
_ANSWER = "回答"
PLAN_WORDED = ("initiative", "department")  # columns whose headings are the plan's words
_MOST_HEADINGS = 100  # answers to one cell


class AnswerAt(NamedTuple):
    """One answer: the file that holds it, and where in it (`確認表!J12`).

    Tables of older versions name the file only.
    """

    sha256: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.sha256}:{quote(self.place, safe='')}" if self.place else self.sha256


@dataclass(frozen=True, slots=True)
class LedgerMark:
    """Which cell of whose form a row of the table decides, between which files' answers.

    Row and key are `@` in the row of column keys.
    """

    plan: str
    year: str
    round: str
    respondent: str
    row: str
    key: str
    answers: tuple[AnswerAt, ...] = ()  # 回答1, 回答2, …

    def __str__(self) -> str:
        parts = (self.plan, self.year, self.round, self.respondent, self.row, self.key)
        return f"決定:{'/'.join(parts)}#{','.join(map(str, self.answers))}"

    @property
    def is_key_row(self) -> bool:
        """True for the hidden row of column keys."""
        return self.row == KEY_ROW

    def chosen(self, word: str) -> AnswerAt | None:
        """The answer that `回答2` stands for; None for any other word."""
        number = word.removeprefix(_ANSWER)
        at = int(number) - 1 if word != number and number.isdecimal() else -1
        return self.answers[at] if 0 <= at < len(self.answers) else None


def read_ledger_mark(text: str) -> LedgerMark | None:
    """The mark that a cell holds, or None if it holds none."""
    found = _MARK.fullmatch(text.strip()) if "決定:" in text else None
    if not found:
        return None
    plan, year, round_code, respondent, row, key, answers = found.groups(default="")
    named = (each.partition(":") for each in answers.split(",") if each)
    found_at = tuple(AnswerAt(sha256, unquote(place)) for sha256, _, place in named)
    return LedgerMark(plan, year, round_code, respondent, row, key, found_at)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What stands in one row as read back: texts and addresses by column key."""

    mark: LedgerMark
    typed: Mapping[str, str]
    cells: Mapping[str, str]
    file: str
    sheet: str

    def said(self, key: str) -> str:
        """What stands in a column, without blanks around it."""
        return self.typed.get(key, "").strip()


def answer_key(number: int, what: str) -> str:
    """Key of a column that shows answer `number` (from 1): its value, filler or file."""
    return f"answer:{number}:{what}"


def conflict_columns(most: int, row_word: str, whose_word: str) -> tuple[Column, ...]:
    """回答の相違.xlsx, for cells with up to `most` answers."""
    answers = {number: f"{_ANSWER}{number}" for number in range(1, most + 1)}
    origins = (
        Column(answer_key(number, what), heading, width, group)
        for number, group in answers.items()
        for what, heading, width in (("filler", "記入者・提出日", 15), ("file", "ファイル", 20))
    )
    return (
        *_place(row_word),
        *(Column(answer_key(n, "value"), "値", 28, group) for n, group in answers.items()),
        _open(
            CHOSEN,
            "採用",
            9,
            "採る回答を選んでください。",
            tuple(map(label_choice, answers.values())),
        ),
        _open(NEW_VALUE, "どれも採らないときの値", 24, f"空欄にするときは「{BLANK}」と書きます。"),
        *_WHY,
        *origins,  # behind what the office writes, so that this is in view
        *_line(whose_word),
    )


def correction_columns(row_word: str, whose_word: str) -> tuple[Column, ...]:
    """事務局修正.xlsx."""
    agreed = "課の了解を得た日を書きます。例：2026/6/3"
    return (
        *_place(row_word),
        Column("old_value", "修正前", 42),
        _open(NEW_VALUE, "修正後", 42, f"空欄にするときは「{BLANK}」と書きます。"),
        *_WHY,
        _open(AGREED_ON, "課の了解日", 14, agreed, type_=FieldType.DATE),
        *_line(whose_word),
    )


def _open(
    key: str,
    heading: str,
    width: float,
    help_: str,
    choices: tuple[Choice, ...] = (),
    type_: FieldType = FieldType.TEXT,
) -> Column:
    field = Field(
        round="*",
        key=key,
        heading=heading,
        kinds=(RowKind.FORM,),
        type=FieldType.CHOICE if choices else type_,
        open=True,
        required=None,
        scale="",
        limit=None,
        width=width,
        help=help_,
        audience=Audience.OFFICE,
    )
    return Column(key, heading, width, field=field, choices=choices)


def heading_words() -> frozenset[str]:
    """What stands in the headings of both tables, whatever the plan calls `PLAN_WORDED`."""
    columns = (*conflict_columns(_MOST_HEADINGS, "", ""), *correction_columns("", ""))
    return frozenset(word for column in columns for word in (column.heading, column.group) if word)


def _place(row_word: str) -> tuple[Column, ...]:
    """Which cell it is about, in the plan's own words."""
    return (
        Column("respondent", "回答元", 14),
        Column("initiative", f"{row_word}No", 11),
        Column("item", "項目", 15),
    )


def _line(whose_word: str) -> tuple[Column, ...]:
    return (Column("row", "行ID", 8), Column("department", whose_word, 14))


_WHY = (
    _open(REASON, "理由", 26, "なぜそう決めたかを書きます。"),
    _open(WHO, "決定者", 12, "決めた人の氏名を書きます。"),
)
