"""提出区分 and 提出回: how a return stands to the earlier ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kakunin_xlsx.checks.model import Compared
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.findings.catalogue import TURN_UNCLEAR
from kakunin_xlsx.layout.understand import number

# Keys that every plan's form fields use for these; without the field the default counts.
SUBMISSION, TURN, SUBMITTED_ON = "submission", "turn", "submitted_on"
FILLER, APPROVED = "filler", "approved"


class Submission(StrEnum):
    """提出区分."""

    NEW = "新規"
    REPLACING = "差替え"
    ADDING = "追加"


@dataclass(frozen=True, slots=True)
class Turn:
    """提出区分 and 提出回 as understood; blank means 新規 and 1."""

    submission: Submission = Submission.NEW
    number: int = 1


def read_turn(form: Compared) -> Turn:
    """What the form says; what cannot be understood is taken as blank."""
    return Turn(_submission(form) or Submission.NEW, _number(form) or 1)


def turn_unclear(form: Compared) -> Iterator[Finding]:
    """提出区分 or 提出回 filled in, but not understood."""
    taken = read_turn(form)
    for key, read, spoken in (
        (SUBMISSION, _submission(form), taken.submission.value),
        (TURN, _number(form), str(taken.number)),
    ):
        if key in form.fields and not form.cover and read is None:
            yield TURN_UNCLEAR.at(form.fields[key].place, taken=spoken)


def _submission(form: Compared) -> Submission | None:
    given = (form.cover or form.fields).get(SUBMISSION)
    meant = given.understood if given else ""
    return Submission(meant) if meant in list(Submission) else None


def _number(form: Compared) -> int | None:
    given = (form.cover or form.fields).get(TURN)
    if given is None or not given.sound:
        return None
    read = number(given.cell.typed.strip().removeprefix("第")) or ""
    return int(read) if read.isdecimal() and 0 < int(read) < 1000 else None
