"""Which of several answers to one cell counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kakunin_xlsx.checks.model import Given
from kakunin_xlsx.layout import Column, Layout
from kakunin_xlsx.layout.ledger import BLANK
from kakunin_xlsx.layout.understand import one_width
from kakunin_xlsx.merge.decisions import DECISIONS, Decision
from kakunin_xlsx.record import Reason, State
from kakunin_xlsx.returns.model import GridCell


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
        if given.sha256 == decision.sha256
        and decision.place in ("", f"{given.sheet}!{given.cell.address}")
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
    return Given(layout, DECISIONS, "", "", row, column, cell)
