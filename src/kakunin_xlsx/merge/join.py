"""merge(): masters, returns and decisions → everything that 取りまとめ says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kakunin_xlsx.checks import (
    Asked,
    Compared,
    Form,
    Reply,
    check_form,
    check_replaced,
    check_reply,
    compare,
    foreign_form,
    foreign_words,
)
from kakunin_xlsx.findings import Finding, brief
from kakunin_xlsx.findings.catalogue import CONFLICT
from kakunin_xlsx.layout import Identity, Layout, layout
from kakunin_xlsx.merge.answers import answer_of, answers_of, foreign_answers, in_order
from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.layouts import layouts
from kakunin_xlsx.merge.model import Conflict, Merged, Progress, Proposal
from kakunin_xlsx.merge.progress import progress_of
from kakunin_xlsx.merge.resolve import At, Resolved, resolve, stale
from kakunin_xlsx.plan.model import Plan, Target
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import Answer, Reason, Record, State
from kakunin_xlsx.returns.model import FormSheet, Return

_MOST = 100  # characters of each answer in a sentence about several


def merge(
    plan: Plan,
    year: FiscalYear,
    round_code: str,
    returns: Sequence[Return],
    decisions: Sequence[Decision] = (),
    past: Record | None = None,
    told: Sequence[Finding] = (),
    forms: Sequence[Layout] = (),
) -> Merged:
    """取りまとめ of one round. Pure: the same input in any order gives the same result.

    `told` are findings from elsewhere, such as about the office's own tables; `forms` are the
    round's `layouts`, for who has them at hand.
    """
    targets = _targets(plan, year)
    asked = Asked(tuple(forms) or layouts(plan, year, round_code, past))
    sheets, foreign = _sorted_out(returns, asked)
    decided, unclear = _by_respondent(decisions, asked)
    resolved = [
        resolve(own, sheets.get(code, []), decided.get(code, {}))
        for code, own in asked.by_respondent.items()
    ]
    ours = Identity(plan.id, year.code, round_code, "*")
    findings = [
        *told,
        *(finding for returned in returns for finding in returned.findings),
        *(foreign_form(sheet, returned.file, ours) for returned, sheet in foreign),
        *(f for returned, sheet in foreign for f in foreign_words(sheet, returned.file, asked)),
        *unclear,
        *(finding for each in resolved for finding in _findings(each, targets)),
    ]
    answers = [
        *(answer for each in resolved for answer in answers_of(each.settled)),
        *(row for returned, sheet in foreign for row in foreign_answers(returned, sheet, asked)),
    ]
    return Merged(
        plan=plan.id,
        year=year.code,
        round=round_code,
        answers=in_order(answers, layout(plan, year, round_code, None, past), asked.layouts),
        findings=tuple(sorted(findings, key=lambda finding: (finding.order, finding.words))),
        progress=_progress(resolved, findings, plan.round[round_code].due_date(year)),
        proposals=tuple(row for each in resolved for row in _proposals(each)),
        conflicts=tuple(row for each in resolved for row in _conflicts(each)),
        returns=tuple(sorted(returns, key=lambda returned: returned.paths)),
        replies=tuple(resolved),
    )


def _sorted_out(
    returns: Sequence[Return], asked: Asked
) -> tuple[dict[str, list[Compared]], list[tuple[Return, FormSheet]]]:
    """The sheets of each respondent, and those that are no form of this round."""
    sheets: dict[str, list[Compared]] = {}
    foreign: list[tuple[Return, FormSheet]] = []
    for returned in returns:
        for sheet in returned.sheets:
            code = sheet.identity.respondent
            own = asked.by_respondent.get(code)
            if own is None or own.identity != sheet.identity:
                foreign.append((returned, sheet))
                continue
            form = Form(own, sheet, returned.file, returned.sha256)
            sheets.setdefault(code, []).append(compare(form, asked))
    return sheets, foreign


def _by_respondent(
    decisions: Sequence[Decision], asked: Asked
) -> tuple[dict[str, dict[At, Decision]], list[Finding]]:
    """Decisions by respondent and cell; of several for one cell the last counts."""
    found: dict[str, dict[At, Decision]] = {}
    unclear: list[Finding] = []
    for decision in decisions:
        whose = asked.by_row.get(decision.row, ())
        if decision.respondent:
            whose = tuple(w for w in whose if w.identity.respondent == decision.respondent)
        if len(whose) == 1:
            code = whose[0].identity.respondent
            found.setdefault(code, {})[decision.row, decision.key] = decision
        else:
            what = "回答元コードを書いてください" if whose else "この回答元に、この行はありません"
            unclear.append(stale(None, decision, what))
    return found, unclear


def _targets(plan: Plan, year: FiscalYear) -> Mapping[str, Target]:
    """The asked year's targets, by row."""
    return {target.action: target for target in plan.at(year).targets if target.year == year}


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
            Reply(each.layout, each.in_force, each.latest, each.held, disputed, targets)
        )


def _progress(
    resolved: Sequence[Resolved], findings: Sequence[Finding], due: date | None
) -> tuple[Progress, ...]:
    own: dict[str, list[Finding]] = {}
    for finding in findings:
        own.setdefault(finding.place.respondent, []).append(finding)
    return tuple(progress_of(each, own.get(each.layout.respondent, []), due) for each in resolved)


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
        answers: tuple[Answer, ...] = tuple(
            answer_of(given, State.NOT_ADOPTED, Reason.CONFLICT) for given in givens
        )
        yield Conflict(each.layout.identity.respondent, row, key, answers)
