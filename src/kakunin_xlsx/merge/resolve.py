"""Several returns of one respondent: which are in force, and what of them counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from kakunin_xlsx.checks.model import Compared, Form, Given, Submission
from kakunin_xlsx.findings import Finding, Place, brief, catalogue
from kakunin_xlsx.layout import Column, Layout
from kakunin_xlsx.layout.ledger import BLANK
from kakunin_xlsx.layout.understand import one_width
from kakunin_xlsx.merge.decisions import DECISIONS, Decision
from kakunin_xlsx.record import FORM_ROW, Reason, State
from kakunin_xlsx.returns.model import FormSheet, GridCell

At = tuple[str, str]  # row id and column key
_MOST = 40  # characters of a value in a sentence about several decisions


@dataclass
class Resolved:
    """What came of one respondent's sheets. `in_force` and `replaced` go by 提出回."""

    layout: Layout
    in_force: tuple[Compared, ...] = ()
    replaced: tuple[Compared, ...] = ()
    settled: list[Settled] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def latest(self) -> tuple[Compared, ...]:
        """The sheets in force of the last 提出回."""
        last = max((sheet.turn.number for sheet in self.in_force), default=0)
        return tuple(sheet for sheet in self.in_force if sheet.turn.number == last)

    @cached_property
    def additions(self) -> Mapping[tuple[str, str], int]:
        """提出回 of the sheets handed in as 追加, by file and sheet."""
        return {
            sheet.form.key: sheet.turn.number
            for sheet in self.in_force
            if sheet.turn.submission is Submission.ADDING
        }

    @cached_property
    def held(self) -> Mapping[At, Given]:
        """The table answers that count."""
        counting = (each for each in self.settled if each.state is State.ADOPTED)
        return {each.given.at: each.given for each in counting if each.given.row != FORM_ROW}

    @cached_property
    def undecided(self) -> Mapping[str, Given]:
        """The form's own fields that count, but for those on which the office decided."""
        return {
            each.given.column.key: each.given
            for each in self.settled
            if each.given.row == FORM_ROW and each.state is State.ADOPTED and not each.decision
        }

    @property
    def decided_fields(self) -> frozenset[str]:
        """Keys of the form's own fields on which the office decided."""
        decided = (each.given for each in self.settled if each.decision)
        return frozenset(given.column.key for given in decided if given.row == FORM_ROW)

    @cached_property
    def disputed(self) -> Mapping[At, list[Given]]:
        """Answers that wait for a decision."""
        found: dict[At, list[Given]] = {}
        decided = {each.given.at for each in self.settled if each.state is State.ADOPTED}
        for each in self.settled:
            if each.reason is Reason.CONFLICT and each.given.at not in decided:
                found.setdefault(each.given.at, []).append(each.given)
        return found

    @cached_property
    def drafts(self) -> Mapping[At, list[Given]]:
        """What hidden sheets say otherwise than what counts, in cells not decided on."""
        found: dict[At, list[Given]] = {}
        decided = {each.given.at for each in self.settled if each.decision}
        for given in (given for sheet in self.in_force for given in sheet.given):
            known = given.at not in decided and self.layout.decided(*given.at)
            if given.reason is Reason.HIDDEN and known:
                counts = self.held.get(given.at)
                if counts is None or meaning(counts) != meaning(given):
                    found.setdefault(given.at, []).append(given)
        return found


def resolve(
    layout: Layout, sheets: Iterable[Compared], decisions: Mapping[At, Decision]
) -> Resolved:
    """Settle every filled cell of a respondent's sheets, in whatever order they come."""
    in_force, replaced = _by_force(sorted(sheets, key=_order))
    resolved = Resolved(layout, in_force, replaced)
    resolved.settled += [_replaced(given) for sheet in replaced for given in sheet.given]
    pools: dict[At, list[Given]] = {}
    misplaced: dict[At, list[Given]] = {}
    for given in (given for sheet in in_force for given in sheet.given):
        if given.row == FORM_ROW and given.at not in decisions and not given.reason:
            # Describes its own return.
            resolved.settled.append(Settled(given, State.ADOPTED, Reason.NONE))
        elif given.reason in (Reason.MISPLACED, Reason.HIDDEN):
            misplaced.setdefault(given.at, []).append(given)
        elif given.reason is not Reason.NONE:
            resolved.settled.append(aside(given))
        else:
            pools.setdefault(given.at, []).append(given)
    for at in dict.fromkeys([*pools, *misplaced, *decisions]):
        decision = decisions.get(at)
        _settle_cell(resolved, at, pools.get(at, []), misplaced.get(at, []), decision)
    return resolved


def _order(sheet: Compared) -> tuple[int, bool, str, str]:
    # Within one 提出回 an addition comes last: it fills what the others leave blank.
    adding = sheet.turn.submission is Submission.ADDING
    return (sheet.turn.number, adding, *sheet.form.key)


def _by_force(sheets: Sequence[Compared]) -> tuple[tuple[Compared, ...], tuple[Compared, ...]]:
    """Sheets in force and replaced ones: all but an addition replace every earlier 提出回."""
    in_force: list[Compared] = []
    replaced: list[Compared] = []
    for _, group in groupby(sheets, key=lambda sheet: sheet.turn.number):
        same_turn = list(group)
        if any(sheet.turn.submission is not Submission.ADDING for sheet in same_turn):
            replaced += in_force
            in_force = []
        in_force += same_turn
    return tuple(in_force), tuple(replaced)


def _replaced(given: Given) -> Settled:
    why = Reason.REPLACED if given.reason is Reason.NONE else given.reason
    return Settled(given, State.NOT_ADOPTED, why)


def _settle_cell(
    resolved: Resolved,
    at: At,
    pool: Sequence[Given],
    misplaced: Sequence[Given],
    decision: Decision | None,
) -> None:
    if decision is not None:
        decided = _decided(resolved.layout, at, pool, misplaced, decision)
        if not isinstance(decided, str):
            resolved.settled += decided
            return
        resolved.findings.append(stale(resolved.layout, decision, decided))
    resolved.settled += _settled(pool, resolved.additions)
    resolved.settled += [aside(given) for given in misplaced]


def _settled(pool: Sequence[Given], additions: Mapping[tuple[str, str], int]) -> Iterator[Settled]:
    """Without a decision: an addition fills blanks only, the earlier 提出回 first."""
    by_turn: dict[int, list[Given]] = {}
    for given in pool:
        by_turn.setdefault(additions.get(given.form.key, 0), []).append(given)
    counts = ""
    for at, turn in enumerate(sorted(by_turn)):
        for each in settle(by_turn[turn]) if at == 0 else ():
            counts = meaning(each.given) if each.state is State.ADOPTED else counts
            yield each
        for given in by_turn[turn] if at else ():
            same = meaning(given) == counts
            yield Settled(given, State.NOT_ADOPTED, Reason.DUPLICATE if same else Reason.ANSWERED)


def _decided(
    layout: Layout, at: At, pool: Sequence[Given], misplaced: Sequence[Given], decision: Decision
) -> list[Settled] | str:
    column = layout.decided(*at)
    if column is None:
        return "この行に、この回答欄はありません"
    return decide(pool, misplaced, decision, office_answer(layout, at[0], column, decision))


def stale(layout: Layout | None, decision: Decision, what: str) -> Finding:
    """A decision that fits nothing any more, in words."""
    return catalogue.DECISION_STALE.at(
        _place(layout, decision), row=_called(layout, decision), what=what
    )


def said_of(layout: Layout, decisions: Sequence[Decision]) -> Iterator[Finding]:
    """What the office should know of the decisions on one cell, in the order of 決定.csv."""
    last = decisions[-1]
    # The office has to mend it; no department's line shows it.
    place, row = replace(_place(layout, last), respondent=""), _called(layout, last)
    if len(decisions) > 1:
        times = [each.when for each in decisions]
        in_order = all(times) and times == sorted(set(times))
        kind = catalogue.DECIDED_ANEW if in_order else catalogue.DECIDED_TWICE
        values = "、".join(
            f"「{brief(each.office_value or f'ファイル {each.sha256[:8]}… の値', _MOST)}」{each.said}"
            for each in decisions
        )
        yield kind.at(place, row=row, count=len(decisions), values=values)
    lacks = [name for name, text in (("理由", last.reason), ("誰", last.who)) if not text]
    if lacks:
        yield catalogue.DECISION_UNEXPLAINED.at(place, row=row, missing="』『".join(lacks))


def _place(layout: Layout | None, decision: Decision) -> Place:
    known = {**layout.form_column, **layout.column} if layout else {}
    column = known.get(decision.key)
    return Place(
        respondent=layout.respondent if layout else "",
        file=DECISIONS,
        row=decision.row,
        item=column.heading if column else decision.key,
    )


def _called(layout: Layout | None, decision: Decision) -> str:
    """What people call its row."""
    known = layout.row.get(decision.row) if layout else None
    if decision.row == FORM_ROW and layout:
        return layout.respondent
    return known.called if known else decision.row


@dataclass(frozen=True)
class Settled:
    """A filled cell, whether it counts and why, and the decision that made it so."""

    given: Given
    state: State
    reason: Reason
    decision: Decision | None = None


def meaning(given: Given) -> str:
    """What two answers are compared by: 3 and 「３件」 are equal as numbers."""
    typed = given.understood or given.cell.typed
    return "\n".join(one_width(typed).strip().splitlines())


def settle(pool: Sequence[Given]) -> list[Settled]:
    """Without a decision: equal answers count once, different ones not at all."""
    if len(pool) > 1 and len({meaning(given) for given in pool}) > 1:
        return [Settled(given, State.NOT_ADOPTED, Reason.CONFLICT) for given in pool]
    return [
        Settled(given, State.NOT_ADOPTED, Reason.DUPLICATE)
        if at
        else Settled(given, State.ADOPTED, Reason.NONE)
        for at, given in enumerate(pool)
    ]


def decide(
    pool: Sequence[Given], misplaced: Sequence[Given], decision: Decision, office: Given
) -> list[Settled] | str:
    """With a decision; words that say why it fits nothing any more, if so.

    `office` is the office's own value as an answer. Misplaced cells that the decision does
    not adopt are returned as they are.
    """
    if decision.office_value.strip() == BLANK and not decision.sha256:
        settled = [Settled(each, State.NOT_ADOPTED, Reason.DECIDED, decision) for each in pool]
        return settled + [aside(given) for given in misplaced]
    chosen = _chosen(pool, misplaced, decision, office)
    if isinstance(chosen, str):
        return chosen
    settled = [Settled(chosen, State.ADOPTED, Reason.DECIDED, decision)]
    for given in pool:
        if given is not chosen:
            same = meaning(given) == meaning(chosen)
            why = Reason.DUPLICATE if same else Reason.CONFLICT
            settled.append(Settled(given, State.NOT_ADOPTED, why))
    settled += [aside(given) for given in misplaced if given is not chosen]
    return settled


def _chosen(
    pool: Sequence[Given], misplaced: Sequence[Given], decision: Decision, office: Given
) -> Given | str:
    named = [
        given
        for given in (*pool, *misplaced)
        if given.form.sha256 == decision.sha256 and decision.place in ("", given.where)
    ]
    if decision.sha256 and not named:
        return "採用と決めたファイルの回答が、今は有効でありません"
    if decision.office_value.strip():
        return office
    if not named:
        return "採用SHA256も事務局入力値も書かれていません"
    if len({meaning(given) for given in named}) > 1:
        return "採用と決めたファイルの中に異なる回答が2つ以上あり、シートとセルからも分かりません"
    return named[0]


def aside(given: Given) -> Settled:
    """A cell whose own place keeps it from counting."""
    return Settled(given, State.NOT_ADOPTED, given.reason)


def office_answer(layout: Layout, row: str, column: Column, decision: Decision) -> Given:
    """The office's value as an answer; it stands in 決定.csv and in no sheet."""
    cell = GridCell(0, 0, decision.office_value)
    form = Form(layout, FormSheet("", layout.identity), DECISIONS, "")
    return Given(form, row, column, cell)
