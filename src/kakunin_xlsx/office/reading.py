"""What was returned and what the office decided, read and merged; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kakunin_xlsx.findings import Finding
from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.layout import LedgerRow
from kakunin_xlsx.merge import (
    CONFLICTS,
    CORRECTIONS,
    DECISIONS,
    Decision,
    DecisionsBroken,
    Merged,
    RoundMerge,
    append_decisions,
    read_decisions,
    take,
)
from kakunin_xlsx.office.earlier import issued_with
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import Record
from kakunin_xlsx.returns import Inbox, Limits, Received, Return, Tell, Workers, received
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
class RoundReading:
    """Everything read for one merge.

    `untaken` are rows of the office's own tables that are not complete yet.
    """

    plan: Plan
    merge: RoundMerge
    inbox: Inbox
    returns: tuple[Return, ...]
    untaken: tuple[LedgerRow, ...]
    told: tuple[Finding, ...]
    decisions: Decisions
    past: Record

    def merged(self) -> Merged:
        """取りまとめ with the decisions as they stand."""
        return self.merge.of_inbox(self.inbox, self.returns, self.decisions.rows, self.told)


@contextmanager
def read_round(
    plan: Plan,
    year: FiscalYear,
    round_: Round,
    output: OutputFolder,
    entries: Sequence[Received],
    tell: Tell | None = None,
    mending: bool = False,
) -> Iterator[RoundReading]:
    """Read `entries` and the office's tables; decisions in these are added to 決定.csv's.

    `tell` hears how many files are read, of how many; `mending`: 修正依頼 may be wanted.
    Raises Stop if 決定.csv cannot be understood.
    """
    folder = output.round(year, round_)
    tables = received(*(folder.merged / name for name in (CONFLICTS, CORRECTIONS)))
    with Workers(
        Limits.from_environment(), [each.path for each in (*entries, *tables) if not each.finding]
    ) as workers:
        past = issued_with(plan, year, round_, output)
        merge = RoundMerge.of(plan, year, round_.code, past, mending)
        workers.learn(merge.asked, merge.step)
        inbox = Inbox(workers)
        read = inbox.read([*entries, *tables], tell)
        own = {sha for entry in tables if (sha := entry.sha256)}
        decisions = Decisions(folder.merged / DECISIONS)
        ledger = tuple(row for returned in read for row in returned.ledger)
        taken = take(ledger, merge.asked, decisions.rows, _now())
        decisions.add(taken.decisions)
        returns = tuple(returned for returned in read if returned.sha256 not in own)
        unread = [each for returned in read if returned.sha256 in own for each in returned.findings]
        told = (*taken.findings, *unread)
        yield RoundReading(plan, merge, inbox, returns, taken.rest, told, decisions, past)


def _now() -> str:
    return datetime.now().isoformat(sep=" ", timespec="seconds")
