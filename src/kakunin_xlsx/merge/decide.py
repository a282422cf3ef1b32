"""What the office wrote into its tables, or a file it preferred → decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings.catalogue import DECISION_INCOMPLETE, LEDGER_STRANGE
from kakunin_xlsx.layout import Column, Layout, LedgerRow
from kakunin_xlsx.layout.ledger import AGREED_ON, CHOSEN, NEW_VALUE, REASON, WHO
from kakunin_xlsx.layout.understand import serial_day
from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.model import Conflict
from kakunin_xlsx.returns.forms import Asked

_NEEDED = {REASON: "理由", WHO: "決定者"}
_NEEDED_TOO = {AGREED_ON: "課の了解日"}  # where a department's answer is changed by the office


@dataclass(frozen=True)
class Taken:
    """New decisions in the order of the rows; findings about rows that give none, and these."""

    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    rest: tuple[LedgerRow, ...]


def take(rows: Iterable[LedgerRow], asked: Asked, known: Collection[Decision], when: str) -> Taken:
    """What the office wrote, without what 決定.csv already holds; `when` is now."""
    old = {replace(decision, when="") for decision in known}
    decisions: dict[Decision, None] = {}
    findings: list[Finding] = []
    rest: list[LedgerRow] = []
    for row in rows:
        if not (row.said(CHOSEN) or row.said(NEW_VALUE)):
            rest.append(row)
            continue
        layout = asked.get(row.mark.respondent)
        if problem := _problem(row, layout):
            findings.append(problem)
            rest.append(row)
        elif (made := _decision(row)) not in old:
            decisions[replace(made, when=when)] = None
    return Taken(tuple(decisions), tuple(findings), tuple(rest))


def prefer(
    conflicts: Iterable[Conflict], sha256: str, reason: str, who: str, when: str
) -> tuple[Decision, ...]:
    """Decide every conflict in which the file takes part for that file, unless it differs in itself."""
    return tuple(
        Decision(conflict.respondent, conflict.row, conflict.key, sha256, "", reason, who, when)
        for conflict in conflicts
        if len(
            {each.understood or each.value for each in conflict.answers if each.sha256 == sha256}
        )
        == 1
    )


def _decision(row: LedgerRow) -> Decision:
    mark = row.mark
    chosen = None if row.said(NEW_VALUE) else mark.chosen(row.said(CHOSEN))
    several = chosen and [each.sha256 for each in mark.answers].count(chosen.sha256) > 1
    return Decision(
        respondent=mark.respondent,
        row=mark.row,
        key=mark.key,
        sha256=chosen.sha256 if chosen else "",
        office_value=row.typed.get(NEW_VALUE, ""),
        reason=row.said(REASON),
        who=row.said(WHO),
        when="",
        agreed_on=serial_day(row.said(AGREED_ON)) or row.said(AGREED_ON),
        place=chosen.place if chosen and several else "",
    )


def _problem(row: LedgerRow, layout: Layout | None) -> Finding | None:
    mark = row.mark
    column = layout.decided(mark.row, mark.key) if layout else None
    ours = layout.identity if layout else None
    if not (layout and column and ours) or (mark.plan, mark.year, mark.round) != (
        *(ours.plan, ours.year, ours.round),
    ):
        return LEDGER_STRANGE.at(_place(row, "", None), what=mark)
    known = layout.row.get(mark.row)
    place = _place(row, known.initiative or known.id if known else "", column)
    if missing := dict(_missing(row)):
        place = replace(
            place, cell=row.cells.get(next(iter(missing)), ""), respondent=layout.respondent
        )
        return DECISION_INCOMPLETE.at(
            place, no=place.initiative, missing="』『".join(missing.values())
        )
    return None


def _missing(row: LedgerRow) -> Iterator[tuple[str, str]]:
    needed = {**_NEEDED, **(_NEEDED_TOO if AGREED_ON in row.cells else {})}
    for key, heading in needed.items():
        if not row.said(key):
            yield key, heading
    if not row.said(NEW_VALUE) and not row.mark.chosen(row.said(CHOSEN)):
        yield CHOSEN, "採用"


def _place(row: LedgerRow, no: str, column: Column | None) -> Place:
    return Place(
        file=row.file,
        sheet=row.sheet,
        cell=row.cells.get(CHOSEN, row.cells.get(NEW_VALUE, "")),
        row=row.mark.row,
        initiative=no,
        item=column.heading if column else row.mark.key,
        value=row.said(NEW_VALUE) or row.said(CHOSEN),
        key=row.mark.key,
    )
