"""What was returned and what the office decided, read and merged; nothing is written here.

Copies of the office's tables under other names or elsewhere are not read, so they are named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path, PurePath

from kakunin_xlsx.findings import Finding, Place, Severity
from kakunin_xlsx.findings.catalogue import (
    BESIDE_DECISIONS,
    FILE_IN_USE,
    NOT_A_WORKBOOK,
    PART_MISSING,
    TABLE_ELSEWHERE,
    TABLE_UNREAD,
)
from kakunin_xlsx.folders.lock import now
from kakunin_xlsx.folders.tree import RoundFolder
from kakunin_xlsx.layout import LedgerRow
from kakunin_xlsx.layout.ledger import CHOSEN
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
from kakunin_xlsx.office.years import RoundAt, issued_with
from kakunin_xlsx.plan import Plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.returns import Inbox, Limits, Pool, Received, Return, Tell, Workers, received
from kakunin_xlsx.returns.folder import owner_or_hidden
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import bytes_of

_OWN = (CONFLICTS, CORRECTIONS)
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# 「決定 (1)」, 「決定 - コピー」, 「コピー ～ 決定」, but no 「決定通知」.
_DECISIONS = re.compile(r"(?:コピー.*[\s~])?決定(?:[\W_\d].*|のコピー)?")
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
    at: RoundAt,
    entries: Sequence[Received],
    tell: Tell | None = None,
    mending: bool = False,
    pool: Pool | None = None,
) -> Iterator[RoundReading]:
    """Read `entries` and the office's tables; decisions in these are added to 決定.csv's.

    `tell` hears how many files are read, of how many; `mending`: 修正依頼 may be wanted.
    `pool` reads them, if it was started before.
    Raises Stop if 決定.csv cannot be understood.
    """
    folder = at.folder
    tables = _own_tables(folder)
    strayed = _strayed(folder, {each.sha256 for each in (*entries, *tables)})
    readable = [each for each in strayed if not each.finding]
    files = (*entries, *tables, *readable)
    with Workers(
        Limits.from_environment(), [each.path for each in files if not each.finding], pool
    ) as workers:
        import_module("kakunin_xlsx.feedback.ledgers")  # for what comes after, while workers start
        import_module("kakunin_xlsx.sheets.writer")
        past = issued_with(at)
        merge = RoundMerge.of(at.plan, at.year, at.round.code, past, mending)
        workers.learn(merge.asked, merge.step)
        inbox = Inbox(workers)
        read = inbox.read(files, tell)
        decisions = Decisions(folder.merged / DECISIONS)
        astray = {entry.sha256 for entry in readable}
        ledger = tuple(row for each in read if each.sha256 not in astray for row in each.ledger)
        taken = take(ledger, merge.asked, decisions.rows, now())
        decisions.add(taken.decisions)
        own = astray.union(entry.sha256 for entry in tables)
        returns = tuple(_told_to_office(each) for each in read if each.sha256 not in own)
        found = {each.sha256: each.findings for each in read}
        own_tables = tuple(_table(folder.merged / name, tables, found) for name in _OWN)
        unused = [finding for table in own_tables for finding in table.findings]
        copies = _of_strayed(strayed, read, merge.asked, decisions.rows)
        told = (*taken.findings, *unused, *copies)
        yield RoundReading(
            at.plan, merge, inbox, returns, own_tables, taken.rest, told, decisions, past
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


# Copies of its tables.


def _strayed(folder: RoundFolder, read: Collection[str]) -> tuple[Received, ...]:
    """Files in which decisions of the office may stand though nobody reads them there.

    They lie in 4_取りまとめ and just above it. `read` are the digests of all that is read.
    """
    above = [path for path in _files(folder.path.glob("*")) if _resembled(path.name)]
    ours = {*(folder.merged / name for name in (*_OWN, DECISIONS))}
    inside = [
        path
        for path in _files(folder.merged.rglob("*"))
        if (_resembled(path.name) or path.suffix.lower() in _BOOKS)
        and path not in ours
        and folder.superseded_tables not in path.parents
    ]
    return tuple(each for each in received(*above, *inside) if each.sha256 not in read)


def _files(paths: Iterable[Path]) -> list[Path]:
    """Files and links that people made."""
    return sorted(path for path in paths if not (path.is_dir() or owner_or_hidden(path.name)))


def _of_strayed(
    strayed: Iterable[Received],
    returns: Iterable[Return],
    asked: Asked,
    known: Collection[Decision],
) -> Iterator[Finding]:
    """Each file that holds more than the office's decisions so far, or perhaps does."""
    by_digest = {each.sha256: each for each in returns}
    for entry in strayed:
        returned, name = by_digest.get(entry.sha256), entry.path.name
        ledger = returned.ledger if returned else ()
        if ledger:
            taken = take(ledger, asked, known, "")
            new = bool(taken.decisions or taken.findings)
        else:
            new = bool(_resembled(name)) and not _is_known(entry, known)
        if new:
            table = _resembled(name) or _table_of(ledger)
            place = Place(file=f"{entry.path.parent.name}/{name}")
            yield TABLE_ELSEWHERE.at(place, table=table, why="この名前と場所では読まないため")


def _told_to_office(returned: Return) -> Return:
    """A return as it is; of a copy that cannot be read, no department is asked to send it again."""
    table = _resembled(PurePath(returned.paths[0]).name)
    if not table:
        return returned
    findings = list(returned.findings)
    for at, finding in enumerate(findings):
        if finding.severity is Severity.UNREADABLE:
            why = f"読み取れないため（{finding.words.rstrip('。')}）"
            findings[at] = TABLE_ELSEWHERE.at(finding.place, table=table, why=why)
    return replace(returned, findings=tuple(findings))


def _resembled(name: str) -> str:
    """The office's own file for whose copy another one's name speaks; '' for none."""
    plain = unicodedata.normalize("NFKC", PurePath(name).stem).replace("～", "~")
    own = (table for table in _OWN if PurePath(table).stem in plain)
    return next(own, DECISIONS if _DECISIONS.fullmatch(plain) else "")


def _table_of(ledger: Iterable[LedgerRow]) -> str:
    return CONFLICTS if any(CHOSEN in row.cells for row in ledger) else CORRECTIONS


def _is_known(entry: Received, known: Collection[Decision]) -> bool:
    """True for a copy of 決定.csv whose rows are all decided already."""
    if entry.finding or entry.path.suffix.lower() != PurePath(DECISIONS).suffix:
        return False
    try:
        return set(read_decisions(bytes_of(entry.path))) <= set(known)
    except DecisionsBroken:
        return False
