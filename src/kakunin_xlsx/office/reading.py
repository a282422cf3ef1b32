"""What was returned and what the office decided, read and merged; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from kakunin_xlsx.findings import Finding, Place, Severity
from kakunin_xlsx.findings.catalogue import (
    BESIDE_DECISIONS,
    FILE_IN_USE,
    NOT_A_WORKBOOK,
    PART_MISSING,
    TABLE_UNREAD,
)
from kakunin_xlsx.folders import OutputFolder, RoundFolder
from kakunin_xlsx.folders.lock import now
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
from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.office.earlier import issued_with
from kakunin_xlsx.office.strayed import Strayed, told_to_office
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import Record
from kakunin_xlsx.returns import Inbox, Limits, Received, Return, Tell, Workers, received
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import bytes_of

_OWN = (CONFLICTS, CORRECTIONS)
OURS = (FILE_IN_USE.code, PART_MISSING.code)  # what keeps us, not the sender, from reading


class Decisions:
    """決定.csv of a round, and rows to be added to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = bytes_of(path) if path.exists() else b""
        self.sha256 = sha256(self.data) if path.exists() else ""  # as it lies there
        self.added: tuple[Decision, ...] = ()

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
            self.added += tuple(more)


@dataclass(frozen=True)
class OwnTable:
    """回答の相違 or 事務局修正 as it was read; `sha256` is '' where there is none.

    `findings` say what of it was not used.
    """

    path: Path
    sha256: str
    findings: tuple[Finding, ...] = ()

    @property
    def unread(self) -> bool:
        """True if decisions may stand in it that nobody read: it is never written over."""
        return any(each.code != BESIDE_DECISIONS.code for each in self.findings)


@dataclass(frozen=True)
class RoundReading:
    """Everything read for one merge.

    `tables` are the office's own; `untaken` are rows of them that are not complete yet.
    """

    plan: Plan
    merge: RoundMerge
    inbox: Inbox
    returns: tuple[Return, ...]
    tables: tuple[OwnTable, ...]
    untaken: tuple[LedgerRow, ...]
    told: tuple[Finding, ...]
    decisions: Decisions
    past: Record

    def merged(self) -> Merged:
        """取りまとめ with the decisions as they stand."""
        return self.merge.of_inbox(self.inbox, self.returns, self.decisions.rows, self.told)

    def require_untouched(self) -> None:
        """Raises Stop if the office saved one of its tables since it was read."""
        read = {each.path: each.sha256 for each in self.tables}
        read[self.decisions.path] = self.decisions.sha256
        for path, sha in read.items():
            if (sha256(path.read_bytes()) if path.is_file() else "") != sha:
                raise Stop(
                    f"{path}\n取りまとめている間に、この表が保存されました。"
                    "記入を使うため、何も書き込まずに終わりました。もう一度実行してください。"
                )


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
    tables = _own_tables(folder)
    strayed = Strayed.beside(folder, {each.sha256 for each in (*entries, *tables)})
    files = (*entries, *tables, *strayed.readable)
    with Workers(
        Limits.from_environment(), [each.path for each in files if not each.finding]
    ) as workers:
        import_module("kakunin_xlsx.feedback.ledgers")  # for what comes after, while workers start
        import_module("kakunin_xlsx.sheets.writer")
        past = issued_with(plan, year, round_, output)
        merge = RoundMerge.of(plan, year, round_.code, past, mending)
        workers.learn(merge.asked, merge.step)
        inbox = Inbox(workers)
        read = inbox.read(files, tell)
        decisions = Decisions(folder.merged / DECISIONS)
        astray = {entry.sha256 for entry in strayed.readable}
        ledger = tuple(row for each in read if each.sha256 not in astray for row in each.ledger)
        taken = take(ledger, merge.asked, decisions.rows, now())
        decisions.add(taken.decisions)
        own = astray.union(entry.sha256 for entry in tables)
        returns = tuple(told_to_office(each) for each in read if each.sha256 not in own)
        found = {each.sha256: each.findings for each in read}
        own_tables = tuple(_table(folder.merged / name, tables, found) for name in _OWN)
        unused = [finding for table in own_tables for finding in table.findings]
        told = (
            *taken.findings,
            *unused,
            *strayed.findings(read, merge.asked, decisions.rows),
        )
        yield RoundReading(
            plan, merge, inbox, returns, own_tables, taken.rest, told, decisions, past
        )


def _own_tables(folder: RoundFolder) -> tuple[Received, ...]:
    """Raises Stop for one that the system does not let us read: nobody knows what it says."""
    tables = received(*(folder.merged / name for name in _OWN))
    for table in tables:
        if table.finding:
            raise Stop(
                f"{table.path}\n{table.finding.words}"
                "この表を開けるようにしてから、もう一度実行してください。"
            )
    return tables


def _table(
    path: Path, tables: Sequence[Received], found: Mapping[str, tuple[Finding, ...]]
) -> OwnTable:
    entry = next((each for each in tables if path.name in each.paths), None)
    if entry is None:
        return OwnTable(path, "")
    no_book = (NOT_A_WORKBOOK.at(Place(), what="圧縮ファイルのようです", how=""),)
    said = found.get(entry.sha256, no_book)
    named = (replace(each, place=replace(each.place, file=path.name)) for each in said)
    return OwnTable(path, entry.sha256, tuple(map(_of_the_office, named)))


def _of_the_office(finding: Finding) -> Finding:
    """The same, said to who has to mend it: the office, and no department."""
    if finding.severity is Severity.UNREADABLE and finding.code not in OURS:
        return TABLE_UNREAD.at(finding.place, what=finding.words.rstrip("。"))
    return finding
