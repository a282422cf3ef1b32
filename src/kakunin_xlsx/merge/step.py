"""The step that 取りまとめ is made of: one respondent's sheets, compared, settled and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kakunin_xlsx.checks.compare import compare
from kakunin_xlsx.checks.model import SUBMITTED_ON, TURN, Compared, Form, Given, Reply
from kakunin_xlsx.checks.replies import check_reply
from kakunin_xlsx.checks.sheets import check_form, check_replaced, foreign_form, foreign_words
from kakunin_xlsx.findings import Finding, brief
from kakunin_xlsx.findings.catalogue import ADDED_TO_ANSWER, CONFLICT, REPLACED_THOUGH_NEWER
from kakunin_xlsx.layout import Identity
from kakunin_xlsx.merge.anew import Anew, anew, from_other_forms
from kakunin_xlsx.merge.answers import PackedAnswers, foreign_values, settled_values, values_of
from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.model import Conflict, Proposal, Share
from kakunin_xlsx.merge.progress import progress_of
from kakunin_xlsx.merge.resolve import At, Resolved, meaning, resolve
from kakunin_xlsx.record import FORM_ROW, Answer, Reason, State, answer_from
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.model import FormSheet, Return

_NO_DAY = "記入なし"
_MOST = 100  # characters of each answer in a sentence about several
Decided = Mapping[At, Decision]  # by row and column key
Wanted = Mapping[str, Decided]  # the respondents whose parts are wanted, with what was decided
SheetOf = tuple[Return, FormSheet]


@dataclass(frozen=True)
class Settling:
    """What it needs beside the sheets; workers get it once.

    `ours` is the round, with `*` for the respondent. `columns` says which key comes first.
    `mending`: the answers are wanted at their places in the form anew.
    """

    asked: Asked
    ours: Identity
    due: date | None
    columns: Mapping[str, int]
    mending: bool = True

    def alone(self, returned: Return) -> tuple[dict[str, Share], list[Share]]:
        """The parts of one file as if there were no other; then its forms of anything else."""
        found: dict[str, None] = {}
        others: dict[Identity, list[FormSheet]] = {}
        for sheet in returned.sheets:
            if self.asked.issued_as(sheet.identity):
                found[sheet.identity.respondent] = None
            else:
                others.setdefault(sheet.identity, []).append(sheet)
        foreign = [share for own in others.values() for share in self._foreign(returned, own)]
        return {code: self.part(code, [returned], {}) for code in found}, foreign

    def together(self, returns: Sequence[Return], about: Wanted) -> dict[str, Share]:
        """The parts that are wanted, of all the files that belong to them."""
        return {code: self.part(code, returns, decided) for code, decided in about.items()}

    def part(self, code: str, returns: Sequence[Return], decided: Decided) -> Share:
        """What one respondent's sheets in these files come to."""
        layout, targets = self.asked[code], self.asked.targets(code)
        own = [
            compare(Form(layout, sheet, returned.file, returned.sha256), self.asked)
            for returned, sheet in _sheets(returns)
            if sheet.identity == layout.identity
        ]
        reply = resolve(layout, own, decided)
        found = list(reply.findings)
        for sheet in reply.in_force:
            found += check_form(sheet)
        for sheet in reply.replaced:
            found += check_replaced(sheet)
        found += replaced_though_newer(reply)
        found += additions_lost(reply)
        found += _conflicting(reply)
        if reply.in_force:
            disputed = frozenset(reply.disputed)
            found += check_reply(
                Reply(
                    layout,
                    reply.in_force,
                    reply.latest,
                    reply.held,
                    disputed,
                    targets,
                    reply.undecided,
                    reply.decided_fields,
                )
            )
        return Share(
            PackedAnswers.of(settled_values(reply.settled), self.columns),
            tuple(found),
            progress_of(reply, found, self.due),
            tuple(_proposals(reply)),
            tuple(_conflicts(reply)),
            tuple(_hidden(reply)),
            self._anew(reply, returns) if self.mending else None,
        )

    def _anew(self, reply: Resolved, returns: Sequence[Return]) -> Anew | None:
        if reply.in_force:
            return anew(reply)
        ours = reply.layout.identity
        strays = [
            (returned.file, sheet)
            for returned, sheet in _sheets(returns)
            if is_stray(sheet.identity, ours)
        ]
        return from_other_forms(reply.layout, strays) if strays else None

    def _foreign(self, returned: Return, sheets: Sequence[FormSheet]) -> Iterator[Share]:
        """The sheets of one form of anything else; that it is one is said once."""
        told = foreign_form(min(sheets, key=lambda each: not each.rows), returned.file, self.ours)
        for at, sheet in enumerate(sheets):
            answers = PackedAnswers.of(foreign_values(returned, sheet, self.asked), self.columns)
            words = foreign_words(sheet, returned.file, self.asked)
            yield Share(answers, (*words, *(() if at else (told,))))


def is_stray(found: Identity, own: Identity) -> bool:
    """True for a respondent's form of another year or round of this plan."""
    return found != own and (found.plan, found.respondent) == (own.plan, own.respondent)


def _sheets(returns: Iterable[Return]) -> Iterator[SheetOf]:
    return ((returned, sheet) for returned in returns for sheet in returned.sheets)


def _conflicting(reply: Resolved) -> Iterator[Finding]:
    for givens in reply.disputed.values():
        values = "、".join(
            f"「{brief(given.cell.typed, _MOST)}」（{given.form.file} {given.where}）"
            for given in givens
        )
        yield CONFLICT.at(givens[0].place, no=givens[0].no, values=values)


def _proposals(reply: Resolved) -> Iterator[Proposal]:
    for sheet in (*reply.replaced, *reply.in_force):
        for change in sheet.changed:
            yield Proposal(
                respondent=reply.layout.respondent,
                row=change.row,
                item=change.column.heading,
                issued=change.issued,
                typed=change.typed,
                file=sheet.form.file,
                sheet=sheet.form.sheet.name,
                cell=change.cell,
            )


def _conflicts(reply: Resolved) -> Iterator[Conflict]:
    for at, givens in reply.disputed.items():
        yield _conflict(reply, at, _not_adopted(givens, Reason.CONFLICT))


def _hidden(reply: Resolved) -> Iterator[Conflict]:
    for at in (at for at in reply.drafts if at not in reply.disputed):
        counts = reply.held.get(at)
        held = [values_of(counts, State.ADOPTED, Reason.NONE)] if counts else []
        yield _conflict(reply, at, tuple(map(answer_from, held)))


def _conflict(reply: Resolved, at: At, answers: tuple[Answer, ...]) -> Conflict:
    drafts = _not_adopted(reply.drafts.get(at, ()), Reason.HIDDEN)
    return Conflict(reply.layout.identity.respondent, *at, answers, drafts)


def _not_adopted(givens: Iterable[Given], why: Reason) -> tuple[Answer, ...]:
    return tuple(answer_from(values_of(given, State.NOT_ADOPTED, why)) for given in givens)


def replaced_though_newer(reply: Resolved) -> Iterator[Finding]:
    """Said once for each sheet that differs from what counts, and is not known to be older."""
    last = max(reply.latest, key=_day, default=None)
    if last is None:
        return
    turn, day = last.turn.number, _day(last)
    for sheet in reply.replaced:
        own = _day(sheet)
        if (own and day and own <= day) or not _says_otherwise(reply, sheet):
            continue
        given = next(
            (sheet.fields[key] for key in (SUBMITTED_ON, TURN) if key in sheet.fields), None
        )
        yield REPLACED_THOUGH_NEWER.at(
            given.place if given else sheet.form.place(),
            turn=sheet.turn.number,
            day=own or _NO_DAY,
            last=turn,
            other=last.form.file,
            other_day=day or _NO_DAY,
            why="提出日は、こちらが後です"
            if own and day
            else "提出日からは、どちらが後か分かりません",
            next=turn + 1,
        )


def additions_lost(reply: Resolved) -> Iterator[Finding]:
    """What was handed in as 追加 where an answer stood that says something else."""
    counts = {**reply.held, **{at: givens[0] for at, givens in reply.disputed.items()}}
    for each in reply.settled:
        if each.reason is Reason.ANSWERED:
            kept = counts[each.given.at].cell.typed
            yield ADDED_TO_ANSWER.at(each.given.place, no=each.given.no, kept=kept)


def _day(sheet: Compared) -> str:
    """提出日 as an ISO date; '' where there is none, or none that can be understood."""
    given = (sheet.cover or sheet.fields).get(SUBMITTED_ON)
    return given.understood if given else ""


def _says_otherwise(reply: Resolved, sheet: Compared) -> bool:
    """True if an answer of the sheet is lost: another one counts in its place, or none."""
    answers: Iterable[tuple[object, str]] = (
        (reply.held.get(given.at), meaning(given))
        for given in sheet.given
        if given.row != FORM_ROW and given.reason is Reason.NONE
    )
    held = {id(given): meaning(given) for given in reply.held.values()}
    return any(held.get(id(counts)) != said for counts, said in answers)
