"""One year's answers with their lineage, whether from 取りまとめ or from an archive.

回答一覧.csv is the same as a table that people open in Excel and commands read back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from kakunin_xlsx import codec
from kakunin_xlsx.textfiles import FileBroken, csv_lines, text_of

FORM_ROW = "*"  # row id of the form's own fields
_NOWHERE: Mapping[str, tuple[Answer, ...]] = MappingProxyType({})


class State(StrEnum):
    """Whether an answer counts."""

    ADOPTED = "反映"
    NOT_ADOPTED = "反映なし"


class Reason(StrEnum):
    """Why an answer does not count, or how it came to count."""

    NONE = ""
    REPLACED = "差替え"
    DUPLICATE = "重複"
    CONFLICT = "相違"
    ANSWERED = "記入済み"  # an addition to a cell that had an answer
    DECIDED = "決定"
    REPEATED = "再掲"
    OUT_OF_SCOPE = "対象外"
    MISPLACED = "行の取違え"
    STRUCK = "取消線"
    HIDDEN = "非表示"


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of 回答一覧.csv: a cell that a person filled.

    `value` is what was typed (numbers in shortest form, dates ISO), `understood` what it
    means ('' if it cannot be understood). `file` is relative to the 回収 folder; several
    paths of one byte-identical return are joined by `；`. `decided` says who decided on it,
    when and why, if somebody did.
    """

    year: str = codec.key("年度")
    round: str = codec.key("照会")
    respondent: str = codec.key("回答元コード")
    respondent_name: str = codec.key("回答元")
    row: str = codec.key("行ID")
    initiative: str = codec.key("重点取組No")
    department: str = codec.key("担当課")
    key: str = codec.key("項目キー")
    heading: str = codec.key("項目")
    value: str = codec.key("値")
    understood: str = codec.key("理解した値")
    state: State = codec.key("状態")
    reason: Reason = codec.key("理由")
    file: str = codec.key("ファイル")
    sheet: str = codec.key("シート")
    cell: str = codec.key("セル")
    sha256: str = codec.key("SHA256")
    decided: str = codec.key("決定", "")

    @property
    def place(self) -> str:
        """`確認表!J12`: where in its file it stands; '' for what stands in no sheet."""
        return f"{self.sheet}!{self.cell}" if self.cell else ""

    @property
    def adopted(self) -> bool:
        """True if this is the answer that counts."""
        return self.state is State.ADOPTED


@dataclass(frozen=True)
class Record:
    """All answers of a year, every round; lookups see adopted ones only."""

    answers: tuple[Answer, ...] = ()

    @cached_property
    def _adopted(self) -> Mapping[tuple[str, str, str], Mapping[str, tuple[Answer, ...]]]:
        """By year, round and key, then by row: there are ten thousands of rows."""
        found: dict[tuple[str, str, str], dict[str, tuple[Answer, ...]]] = {}
        for answer in self.answers:
            if answer.adopted and answer.row != FORM_ROW:
                rows = found.setdefault((answer.year, answer.round, answer.key), {})
                rows[answer.row] = (*rows.get(answer.row, ()), answer)
        return found

    def all(self, year: str, round_code: str, row: str, key: str) -> tuple[Answer, ...]:
        """The adopted answers of one cell: two committees may both answer the same row."""
        return self._adopted.get((year, round_code, key), _NOWHERE).get(row, ())

    @cached_property
    def _columns(self) -> Mapping[tuple[str, str, str], tuple[Answer, ...]]:
        """By year, round and key: every form asks for whole columns."""
        return {at: tuple(chain(*rows.values())) for at, rows in self._adopted.items()}

    def column(self, year: str, round_code: str, key: str) -> tuple[Answer, ...]:
        """The adopted answers of one field in every row."""
        return self._columns.get((year, round_code, key), ())

    def find(
        self, year: str, round_code: str, row: str, key: str, respondent: str = ""
    ) -> Answer | None:
        """The adopted answer of one cell, of anybody or of one respondent; None without one."""
        answers = self.all(year, round_code, row, key)
        own = [each for each in answers if respondent in ("", each.respondent)]
        return own[-1] if own else None

    def of(self, year: str, round_code: str) -> Record:
        """Only the answers of one round on one year."""
        return Record(
            tuple(
                answer
                for answer in self.answers
                if (answer.year, answer.round) == (year, round_code)
            )
        )


HEADER = [field.metadata["key"] for field in fields(Answer)]
_KEYS = [field.name for field in fields(Answer)]
_STATE = _KEYS.index("state")  # the reason comes after it
_values_of = attrgetter(*_KEYS)  # astuple would copy every text


class RecordBroken(ValueError):
    """The text is not a 回答一覧.csv that this tool wrote."""


def to_csv(answers: Iterable[Answer]) -> bytes:
    """The table as UTF-8 with BOM and CRLF, one row per answer, in the order given."""
    return csv_bytes(HEADER, map(_values_of, answers))


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Any table as this tool writes it: UTF-8 with BOM and CRLF."""
    return csv_text(chain([header], rows)).encode("utf-8-sig")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The lines of such a table."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def from_csv(data: bytes) -> Record:
    """Read what `to_csv` wrote. Raises RecordBroken in words for people."""
    try:
        lines = csv_lines(text_of(data))
        if next(lines, (1, []))[1] != HEADER:
            raise RecordBroken("回答一覧.csv の1行目（列の見出し）が変わっています。")
        same: dict[str, str] = {}  # names, keys and files stand in very many rows
        return Record(tuple(_answer([same.setdefault(s, s) for s in r], n) for n, r in lines))
    except FileBroken as broken:
        raise RecordBroken(f"回答一覧.csv の{broken}") from broken


def _answer(row: list[str], line: int) -> Answer:
    if len(row) != len(_KEYS):
        raise RecordBroken(f"回答一覧.csv の{line}行目の列の数が違います。")
    try:
        return answer_from(row)
    except ValueError as broken:
        raise RecordBroken(f"回答一覧.csv の{line}行目の状態・理由を読めません。") from broken


def answer_from(values: Sequence[str]) -> Answer:
    """The answer of a row. Raises ValueError for an unknown state or reason."""
    typed: list[Any] = list(values)
    typed[_STATE : _STATE + 2] = State(values[_STATE]), Reason(values[_STATE + 1])
    return Answer(*typed)
