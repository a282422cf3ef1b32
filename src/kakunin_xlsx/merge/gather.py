"""What a merge keeps of each reply, so that the reply itself can go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kakunin_xlsx.checks import Reply, check_form, check_replaced, check_reply
from kakunin_xlsx.findings import Finding, brief
from kakunin_xlsx.findings.catalogue import CONFLICT
from kakunin_xlsx.merge.answers import answer_of, answers_of
from kakunin_xlsx.merge.model import Conflict, Progress, Proposal
from kakunin_xlsx.merge.progress import progress_of
from kakunin_xlsx.merge.resolve import Resolved
from kakunin_xlsx.plan.model import Target
from kakunin_xlsx.record import Pages, Reason, State

_MOST = 100  # characters of each answer in a sentence about several


@dataclass
class Gathered:
    """Takes replies one by one. `around` are findings about nobody's sheets in particular."""

    answers: Pages
    around: list[Finding]
    targets: Mapping[str, Target]
    due: date | None
    own: list[Finding] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def take(self, reply: Resolved) -> None:
        """Check it, and keep what the tables of a merge hold."""
        found = list(_findings(reply, self.targets))
        around = self._around.get(reply.layout.respondent, [])
        self.own += found
        self.answers.add(answers_of(reply.settled))
        self.progress.append(progress_of(reply, [*around, *found], self.due))
        self.proposals += _proposals(reply)
        self.conflicts += _conflicts(reply)

    @property
    def findings(self) -> list[Finding]:
        """All of them."""
        return [*self.around, *self.own]

    @cached_property
    def _around(self) -> Mapping[str, list[Finding]]:
        """By the name of the respondent they tell of."""
        found: dict[str, list[Finding]] = {}
        for finding in self.around:
            found.setdefault(finding.place.respondent, []).append(finding)
        return found


def _findings(each: Resolved, targets: Mapping[str, Target]) -> Iterator[Finding]:
    yield from each.findings
    for sheet in each.in_force:
        yield from check_form(sheet)
    for sheet in each.replaced:
        yield from check_replaced(sheet)
    for givens in each.disputed.values():
        values = "、".join(
            f"「{brief(given.cell.typed, _MOST)}」（{given.file} {given.cell.address}）"
            for given in givens
        )
        yield CONFLICT.at(givens[0].place, no=givens[0].no, values=values)
    if each.in_force:
        disputed = frozenset(each.disputed)
        yield from check_reply(
            Reply(
                each.layout,
                each.in_force,
                each.latest,
                each.held,
                disputed,
                targets,
                each.undecided,
                each.decided_fields,
            )
        )


def _proposals(each: Resolved) -> Iterator[Proposal]:
    for sheet in (*each.replaced, *each.in_force):
        for change in sheet.changed:
            yield Proposal(
                respondent=each.layout.respondent,
                row=change.row,
                item=change.column.heading,
                issued=change.issued,
                typed=change.typed,
                file=sheet.form.file,
                sheet=sheet.form.sheet.name,
                cell=change.cell,
            )


def _conflicts(each: Resolved) -> Iterator[Conflict]:
    for (row, key), givens in each.disputed.items():
        answers = (answer_of(given, State.NOT_ADOPTED, Reason.CONFLICT) for given in givens)
        yield Conflict(each.layout.identity.respondent, row, key, tuple(answers))
