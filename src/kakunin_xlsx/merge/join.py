"""merge(): masters, returns and decisions → everything that 取りまとめ says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kakunin_xlsx.checks import Asked, foreign_form, foreign_words
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.layout import Identity, Layout, layout
from kakunin_xlsx.merge.answers import foreign_answers, pages
from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.gather import Gathered
from kakunin_xlsx.merge.layouts import layouts
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.merge.replies import Replies, SheetAt
from kakunin_xlsx.merge.resolve import At, stale
from kakunin_xlsx.plan.model import Plan, Target
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import FORM_ROW, Record
from kakunin_xlsx.returns.model import FormSheet, Return

_Foreign = tuple[Return, FormSheet]


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
    asked = Asked(tuple(forms) or layouts(plan, year, round_code, past))
    sheets, foreign = _sorted_out(returns, asked)
    decided, unclear = _by_respondent(decisions, asked)
    ours = Identity(plan.id, year.code, round_code, "*")
    around = [*told, *_around(returns, foreign, ours, asked), *unclear]
    replies = Replies(asked, sheets, decided)
    gathered = Gathered(
        pages(layout(plan, year, round_code, None, past), asked.layouts),
        around,
        _targets(plan, year),
        plan.round[round_code].due_date(year),
    )
    for reply in replies:
        gathered.take(reply)
    for returned, sheet in foreign:
        gathered.answers.add(foreign_answers(returned, sheet, asked))
    return Merged(
        plan=plan.id,
        year=year.code,
        round=round_code,
        answers=gathered.answers,
        findings=tuple(sorted(gathered.findings, key=lambda found: (found.order, found.words))),
        progress=tuple(gathered.progress),
        proposals=tuple(gathered.proposals),
        conflicts=tuple(gathered.conflicts),
        returns=tuple(sorted(returns, key=lambda returned: returned.paths)),
        replies=replies,
    )


def _sorted_out(
    returns: Sequence[Return], asked: Asked
) -> tuple[dict[str, list[SheetAt]], list[_Foreign]]:
    """Where the sheets of each respondent stand, and those that are no form of this round."""
    sheets: dict[str, list[SheetAt]] = {}
    foreign: list[_Foreign] = []
    for returned in returns:
        for at, identity in enumerate(returned.identities):
            own = asked.by_respondent.get(identity.respondent)
            if own is None or own.identity != identity:
                foreign.append((returned, returned.sheets[at]))
            else:
                sheets.setdefault(identity.respondent, []).append((returned, at))
    return sheets, foreign


def _around(
    returns: Sequence[Return], foreign: Sequence[_Foreign], ours: Identity, asked: Asked
) -> Iterator[Finding]:
    """What is to be said of files as such, and of sheets that are no form of this round."""
    for returned in returns:
        yield from returned.findings
    told = set()
    for returned, sheet in sorted(foreign, key=lambda each: not each[1].rows):
        if (returned.file, sheet.identity) not in told:  # once, not for each sheet of a form
            yield foreign_form(sheet, returned.file, ours)
        told.add((returned.file, sheet.identity))
        yield from foreign_words(sheet, returned.file, asked)


def _by_respondent(
    decisions: Sequence[Decision], asked: Asked
) -> tuple[dict[str, dict[At, Decision]], list[Finding]]:
    """Decisions by respondent and cell; of several for one cell the last counts."""
    found: dict[str, dict[At, Decision]] = {}
    unclear: list[Finding] = []
    for decision in decisions:
        whose = asked.layouts if decision.row == FORM_ROW else asked.by_row.get(decision.row, ())
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
