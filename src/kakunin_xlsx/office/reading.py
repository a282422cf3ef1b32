"""What was returned and what the office decided, read and merged; nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kakunin_xlsx.checks import Asked
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.layout import Layout, LedgerRow
from kakunin_xlsx.merge import (
    CONFLICTS,
    CORRECTIONS,
    DECISIONS,
    Decision,
    DecisionsBroken,
    Merged,
    append_decisions,
    layouts,
    merge,
    read_decisions,
    take,
)
from kakunin_xlsx.office.before import issued_with
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import Record
from kakunin_xlsx.returns import Received, Return, Tell, collect, received
from kakunin_xlsx.stop import Stop


class Decisions:
    """決定.csv of a round, and rows to be added to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path.read_bytes() if path.is_file() else b""

    @property
    def rows(self) -> tuple[Decision, ...]:
        """What it holds. Raises Stop if it cannot be understood."""
        try:
            return read_decisions(self.data)
        except DecisionsBroken as broken:
            raise Stop(f"{self.path}\n{broken}") from broken

    def add(self, more: Sequence[Decision]) -> None:
        """Rows behind those that it holds; written only with everything else."""
        if more:
            self.data = append_decisions(self.data, more)


@dataclass(frozen=True)
class Reading:
    """Everything read for one merge.

    `untaken` are rows of the office's own tables that are not complete yet.
    """

    plan: Plan
    year: FiscalYear
    round: Round
    returns: tuple[Return, ...]
    untaken: tuple[LedgerRow, ...]
    told: tuple[Finding, ...]
    decisions: Decisions
    past: Record
    forms: tuple[Layout, ...] = ()

    def merged(self) -> Merged:
        """取りまとめ with the decisions as they stand."""
        what = (self.plan, self.year, self.round.code, self.returns, self.decisions.rows)
        return merge(*what, past=self.past, told=self.told, forms=self.forms)


def read_round(
    plan: Plan,
    year: FiscalYear,
    round_: Round,
    output: OutputFolder,
    entries: Sequence[Received],
    tell: Tell | None = None,
) -> Reading:
    """Read `entries` and the office's tables; decisions in these are added to 決定.csv's.

    `tell` hears how many files are read, of how many. Raises Stop if 決定.csv cannot be understood.
    """
    folder = output.round(year, round_)
    past = issued_with(plan, year, round_, output)
    asked = layouts(plan, year, round_.code, past)
    tables = received(*(folder.merged / name for name in (CONFLICTS, CORRECTIONS)))
    read = collect([*entries, *tables], asked, tell=tell)
    own = {sha for entry in tables if (sha := entry.sha256)}
    decisions = Decisions(folder.merged / DECISIONS)
    ledger = tuple(row for returned in read for row in returned.ledger)
    taken = take(ledger, Asked(asked), decisions.rows, _now())
    decisions.add(taken.decisions)
    returns = tuple(returned for returned in read if returned.sha256 not in own)
    unread = [each for returned in read if returned.sha256 in own for each in returned.findings]
    told = (*taken.findings, *unread)
    return Reading(plan, year, round_, returns, taken.rest, told, decisions, past, asked)


def _now() -> str:
    return datetime.now().isoformat(sep=" ", timespec="seconds")
