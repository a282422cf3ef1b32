"""merge(): masters, returns and decisions → everything that 取りまとめ says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from kakunin_xlsx.findings import Finding
from kakunin_xlsx.layout import Forms, Identity, Layout
from kakunin_xlsx.merge.answers import Answers, Sorting
from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.model import Merged, Progress, Share, Stage
from kakunin_xlsx.merge.progress import with_findings
from kakunin_xlsx.merge.resolve import At, said_of, stale
from kakunin_xlsx.merge.step import Decided, Settling, Wanted, is_stray
from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import FORM_ROW, Record
from kakunin_xlsx.returns import Inbox
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.model import Return


def layouts(
    plan: Plan, year: FiscalYear, round_code: str, past: Record | None = None
) -> tuple[Layout, ...]:
    """The forms of a round in the masters' order. `past` is what they were issued with.

    Who has no row, such as a department that no opinion concerns, is not asked.
    """
    return tuple(_layouts(plan, year, round_code, past))


def _layouts(
    plan: Plan, year: FiscalYear, round_code: str, past: Record | None
) -> Iterator[Layout]:
    asked = plan.at(year).respondents_of(plan.round[round_code])
    made = map(Forms(plan, year, round_code, past or Record()).of, asked)
    return (each for each in made if each.rows)


@dataclass(frozen=True)
class RoundMerge:
    """取りまとめ of one round: its step, and how its parts are put together."""

    step: Settling
    places: Sorting

    @classmethod
    def of(
        cls,
        plan: Plan,
        year: FiscalYear,
        round_code: str,
        past: Record | None = None,
        mending: bool = True,
    ) -> RoundMerge:
        """`mending`: 修正依頼 may be wanted."""
        aims = plan.at(year).target.items()
        targets = {row: target for (row, at), target in aims if at == year}
        asked = Asked(_layouts(plan, year, round_code, past), targets)
        whole = Forms(plan, year, round_code, past or Record()).of(None, bare=True)
        places = Sorting(whole, asked)
        ours = Identity(plan.id, year.code, round_code, "*")
        due = plan.round[round_code].due_date(year)
        return cls(Settling(asked, ours, due, places.columns, mending), places)

    @property
    def asked(self) -> Asked:
        """The forms of the round."""
        return self.step.asked

    def of_returns(
        self, returns: Sequence[Return], decisions: Sequence[Decision], told: Sequence[Finding]
    ) -> Merged:
        """From sheets that are at hand. `told` are findings from elsewhere."""
        found = _Found(self, decisions)
        for returned in returns:
            found.take(returned, self.step.alone(returned))
        for own, wanted in found.again():
            found.parts.update(self.step.together(own, wanted))
        return found.merged(returns, told)

    def of_inbox(
        self,
        inbox: Inbox,
        returns: Sequence[Return],
        decisions: Sequence[Decision],
        told: Sequence[Finding],
    ) -> Merged:
        """From what workers made of each file; files that have to do with each other go again."""
        found = _Found(self, decisions)
        for returned in returns:
            found.take(returned, returned.made)
        more = list(told)
        for group in inbox.together(list(found.again())):
            found.parts.update(group.made)
            more += [finding for _, finding in group.lost]
        return found.merged(returns, more)


_Group = tuple[dict[str, Return], dict[str, Decided]]  # files by digest, and who is wanted


@dataclass
class _Found:
    """The parts of a merge, as they come."""

    merge: RoundMerge
    decisions: Sequence[Decision]
    parts: dict[str, Share] = field(default_factory=dict)
    others: list[Share] = field(default_factory=list)
    files: dict[str, dict[str, Return]] = field(default_factory=dict)  # by respondent
    strays: dict[str, dict[str, Return]] = field(default_factory=dict)
    unclear: list[Finding] = field(default_factory=list)

    def take(self, returned: Return, made: tuple[dict[str, Share], list[Share]] | None) -> None:
        """One file's own parts."""
        if made:
            self.parts.update(made[0])
            self.others += made[1]
        for sheet in returned.sheets:
            code = sheet.identity.respondent
            own = self.merge.asked.get(code)
            if own and sheet.identity == own.identity:
                self.files.setdefault(code, {})[returned.sha256] = returned
            elif own and is_stray(sheet.identity, own.identity):
                self.strays.setdefault(code, {})[returned.sha256] = returned

    def again(self) -> Iterator[tuple[list[Return], Wanted]]:
        """Files that go once more, together: of whoever has several, or something decided.

        So do forms of another year of whoever has none of this one, if these may be wanted.
        """
        decided, self.unclear = _by_respondent(self.decisions, self.merge.asked)
        groups: dict[str, _Group] = {}  # by each of its files
        for code in self.merge.asked:
            files = self._several(code, code in decided)
            if files:
                _join(groups, ({**files}, {code: decided.get(code, {})}))
            elif code in decided and code not in self.files:
                self.parts[code] = self.merge.step.part(code, (), decided[code])
        for files, wanted in {id(group): group for group in groups.values()}.values():
            yield sorted(files.values(), key=lambda each: each.paths), wanted

    def _several(self, code: str, is_decided: bool) -> Mapping[str, Return]:
        """The files of a respondent that have to be looked at together."""
        own = self.files.get(code, {})
        if not own:
            return self.strays.get(code, {}) if self.merge.step.mending else {}
        return own if len(own) > 1 or is_decided else {}

    def merged(self, returns: Sequence[Return], told: Iterable[Finding]) -> Merged:
        """Sorted and joined."""
        asked, ours = self.merge.asked, self.merge.step.ours
        around = [
            *told,
            *(finding for returned in returns for finding in returned.findings),
            *(finding for part in self.others for finding in part.findings),
            *self.unclear,
        ]
        about: dict[str, list[Finding]] = {}
        for finding in around:
            about.setdefault(finding.place.respondent, []).append(finding)
        parts = [(code, self.parts[code]) for code in asked if code in self.parts]
        progress = []
        for code, (name, required) in asked.required.items():
            part = self.parts.get(code)
            line = part.progress if part else None
            due = self.merge.step.due
            if line is None:
                shown = due.isoformat() if due else ""
                line = Progress(code, name, Stage.MISSING, required=required, due=shown)
            progress.append(with_findings(line, about.get(name, ())))
        own = [part for _, part in parts]
        findings = chain(around, *(part.findings for part in own))
        return Merged(
            plan=ours.plan,
            year=ours.year,
            round=ours.round,
            asked=asked,
            answers=Answers((part.answers for part in (*own, *self.others)), self.merge.places),
            findings=tuple(sorted(findings, key=lambda each: (each.order, each.words))),
            progress=tuple(progress),
            proposals=tuple(each for part in own for each in part.proposals),
            conflicts=tuple(each for part in own for each in part.conflicts),
            hidden=tuple(each for part in own for each in part.hidden),
            returns=tuple(sorted(returns, key=lambda returned: returned.paths)),
            anew={code: part.anew for code, part in parts if part.anew},
        )


def merge(
    plan: Plan,
    year: FiscalYear,
    round_code: str,
    returns: Sequence[Return],
    decisions: Sequence[Decision] = (),
    past: Record | None = None,
    told: Sequence[Finding] = (),
) -> Merged:
    """取りまとめ of one round. Pure: the same input in any order gives the same result.

    `told` are findings from elsewhere, such as about the office's own tables.
    """
    return RoundMerge.of(plan, year, round_code, past).of_returns(returns, decisions, told)


def _join(groups: dict[str, _Group], group: _Group) -> None:
    """Whoever shares a file is in one group."""
    files, wanted = group
    for sha in list(files):
        if sha in groups:
            files.update(groups[sha][0])
            wanted.update(groups[sha][1])
    groups |= dict.fromkeys(files, group)


def _of_nobody(decision: Decision, asked: Asked, several: bool) -> str:
    """Why nobody's answer is meant."""
    if several:
        return "回答元コードを書いてください"
    if decision.respondent in ("", *asked):
        return "この回答元に、この行はありません"
    by_name = {name: code for code, (name, _) in asked.required.items()}
    if code := by_name.get(decision.respondent):
        return f"「{decision.respondent}」の回答元コードは {code} です"
    return f"「{decision.respondent}」という回答元コードは、この照会にありません"


def _by_respondent(
    decisions: Sequence[Decision], asked: Asked
) -> tuple[Mapping[str, Decided], list[Finding]]:
    """Decisions by respondent and cell; of several for one cell the last counts."""
    found: dict[str, dict[At, list[Decision]]] = {}
    told: list[Finding] = []
    for decision in decisions:
        everyone = decision.row == FORM_ROW
        whose = tuple(asked) if everyone else asked.by_row.get(decision.row, ())
        if decision.respondent:
            whose = tuple(code for code in whose if code == decision.respondent)
        if len(whose) == 1:
            at = (decision.row, decision.key)
            found.setdefault(whose[0], {}).setdefault(at, []).append(decision)
        else:
            told.append(stale(None, decision, _of_nobody(decision, asked, bool(whose))))
    for code, cells in found.items():
        for own in cells.values():
            told += said_of(asked[code], own)
    last = {code: {at: own[-1] for at, own in cells.items()} for code, cells in found.items()}
    return last, told
