"""What a merge gives: data for the five files, for the screen and for later commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from kakunin_xlsx.codec import key
from kakunin_xlsx.findings import Finding, Severity
from kakunin_xlsx.record import Answer, Record

if TYPE_CHECKING:
    from kakunin_xlsx.merge.anew import Anew
    from kakunin_xlsx.merge.answers import Answers, PackedAnswers
    from kakunin_xlsx.returns.forms import Asked
    from kakunin_xlsx.returns.model import Return


class Stage(StrEnum):
    """Where one respondent stands, worst first."""

    MISSING = "未提出"
    DISPUTED = "回答の相違"
    FIX = "要修正"
    CONFIRM = "要確認"
    DONE = "提出済"


OPEN_STAGES = (Stage.MISSING, Stage.DISPUTED, Stage.FIX)  # somebody still has something to do


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of 回収状況.csv. `code` and `turn` are not shown there as such.

    `required` and `filled` count required cells; `late` is None where no 提出日 is known.
    """

    code: str
    name: str = key("回答元")
    stage: Stage = key("状態")
    submission: str = key("提出区分", "")
    turn: int | None = key("提出回", None)
    filler: str = key("記入者", "")
    submitted_on: str = key("提出日", "")
    file: str = key("ファイル", "")
    required: int = key("必須欄", 0)
    filled: int = key("記入済", 0)
    findings: int = key("確認事項", 0)
    due: str = key("期限", "")
    late: int | None = key("遅れ日数", None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of 修正提案.csv: a locked text that somebody changed."""

    respondent: str = key("回答元")
    row: str = key("行ID")
    item: str = key("項目")
    issued: str = key("配布時")
    typed: str = key("記入")
    file: str = key("ファイル")
    sheet: str = key("シート")
    cell: str = key("セル")


@dataclass(frozen=True, slots=True)
class Conflict:
    """回答の相違: one cell, and the answers of which none counts until decided.

    `drafts` stand on hidden sheets, and count only if the office takes them. Where there is
    nothing else to decide, `answers` holds what counts in the cell, if anything.
    """

    respondent: str  # code
    row: str
    key: str
    answers: tuple[Answer, ...]
    drafts: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What one respondent's returns come to; or, without `progress`, a form of anything else.

    `anew` comes if a 修正依頼 may be wanted.
    """

    answers: PackedAnswers
    findings: tuple[Finding, ...]
    progress: Progress | None = None
    proposals: tuple[Proposal, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    hidden: tuple[Conflict, ...] = ()
    anew: Anew | None = None


@dataclass(frozen=True)
class Merged:
    """取りまとめ of one round on one year; `anew` goes by the respondent's code.

    `hidden` are cells on which the office may decide, as a hidden sheet says something else.
    """

    plan: str
    year: str
    round: str
    asked: Asked
    answers: Answers
    findings: tuple[Finding, ...]
    progress: tuple[Progress, ...]
    proposals: tuple[Proposal, ...]
    conflicts: tuple[Conflict, ...]
    hidden: tuple[Conflict, ...]
    returns: tuple[Return, ...]
    anew: Mapping[str, Anew]

    @cached_property
    def record(self) -> Record:
        """The answers as the record that later commands read."""
        return Record(tuple(self.answers))

    @property
    def missing(self) -> tuple[Progress, ...]:
        """Who has not handed in."""
        return tuple(line for line in self.progress if line.stage is Stage.MISSING)

    @property
    def clean(self) -> bool:
        """True if nobody has to mend, decide or hand in anything more."""
        grave = (Severity.UNREADABLE, Severity.FIX)
        to_mend = any(finding.severity in grave for finding in self.findings)
        return not (to_mend or self.conflicts or self.missing)
