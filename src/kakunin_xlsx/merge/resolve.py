"""Several returns of one 回答元: which value counts, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from kakunin_xlsx.merge.model import Decision
from kakunin_xlsx.merge.submission import ADDING, Given, Submission
from kakunin_xlsx.record import FORM_ROW, Reason

Fate = tuple[bool, Reason]  # does it count, and why (not)
Contenders = dict[tuple[str, str], list[Given]]

ADOPTED: Fate = (True, Reason.NONE)


def in_force(submissions: Sequence[Submission]) -> list[Submission]:
    """Submissions that no later 差替え replaced, by 提出回."""
    standing: list[Submission] = []
    for _, group in groupby(sorted(submissions, key=_order), key=lambda each: each.turn):
        same_turn = list(group)
        if any(each.kind != ADDING for each in same_turn):
            standing = []
        standing += same_turn
    return standing


def _order(submission: Submission) -> tuple[int, bool, str, str]:
    # Additions come last within their 提出回: they fill what the others leave blank.
    return (
        submission.turn,
        submission.kind == ADDING,
        submission.source.sha256,
        submission.sheet.name,
    )


def resolve(
    submissions: Sequence[Submission], decisions: Mapping[tuple[str, str], Decision]
) -> Iterator[tuple[Given, Fate]]:
    """Every filled cell of one respondent with its fate."""
    standing = in_force(submissions)
    contenders: Contenders = {}
    for submission in sorted(submissions, key=_order):
        for given in submission.given:
            decision = decisions.get(given.at)
            if given.fate is Reason.MISPLACED and decision and decision.sha256 == given.sha256:
                contenders.setdefault(given.at, []).append(given)
            elif given.fate is not Reason.NONE:
                yield given, (False, given.fate)
            elif submission not in standing:
                yield given, (False, Reason.REPLACED)
            elif given.row == FORM_ROW:
                yield given, ADOPTED  # describes its own return
            else:
                contenders.setdefault(given.at, []).append(given)
    for at, cells in contenders.items():
        yield from _decide(cells, decisions.get(at))


def _decide(cells: list[Given], decision: Decision | None) -> Iterator[tuple[Given, Fate]]:
    disagree = len({given.sense for given in cells}) > 1
    chosen = decision and next((g for g in cells if g.sha256 == decision.sha256), None)
    if decision and decision.office_value:
        for given in cells:
            yield given, (False, Reason.CONFLICT if disagree else Reason.REPLACED)
    elif chosen:
        for given in cells:
            same = given.sense == chosen.sense
            rest = Reason.DUPLICATE if same else Reason.CONFLICT
            yield given, (True, Reason.DECIDED) if given is chosen else (False, rest)
    elif disagree:
        for given in cells:
            yield given, (False, Reason.CONFLICT)
    else:
        yield cells[0], ADOPTED
        for given in cells[1:]:
            yield given, (False, Reason.DUPLICATE)
