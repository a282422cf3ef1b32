"""One year's answers with their lineage, whether from 取りまとめ or from an archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

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

    year: str
    round: str
    respondent: str
    respondent_name: str
    row: str
    initiative: str
    department: str
    key: str
    heading: str
    value: str
    understood: str
    state: State
    reason: Reason
    file: str
    sheet: str
    cell: str
    sha256: str
    decided: str = ""

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
        found: dict[tuple[str, str, str], list[Answer]] = {}
        for answer in self.answers:
            if answer.adopted and answer.row != FORM_ROW:
                at = (answer.year, answer.round, answer.key)
                found.setdefault(at, []).append(answer)
        return {at: tuple(answers) for at, answers in found.items()}

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
