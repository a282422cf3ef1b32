"""Copies of the office's tables under other names or elsewhere: not read, so they are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from kakunin_xlsx.findings import Finding, Place, Severity
from kakunin_xlsx.findings.catalogue import TABLE_ELSEWHERE
from kakunin_xlsx.folders import RoundFolder
from kakunin_xlsx.layout import LedgerRow
from kakunin_xlsx.layout.ledger import CHOSEN
from kakunin_xlsx.merge.decisions import DECISIONS, Decision, DecisionsBroken, read_decisions, take
from kakunin_xlsx.merge.tables import CONFLICTS, CORRECTIONS
from kakunin_xlsx.returns.folder import Received, owner_or_hidden, received
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.model import Return
from kakunin_xlsx.textfiles import bytes_of

_OWN = (CONFLICTS, CORRECTIONS)
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# 「決定 (1)」, 「決定 - コピー」, 「コピー ～ 決定」, but no 「決定通知」.
_DECISIONS = re.compile(r"(?:コピー.*[\s~])?決定(?:[\W_\d].*|のコピー)?")


@dataclass(frozen=True)
class Strayed:
    """Files in which decisions of the office may stand though nobody reads them there."""

    files: tuple[Received, ...]

    @classmethod
    def beside(cls, folder: RoundFolder, read: Collection[str]) -> Strayed:
        """What lies in 4_取りまとめ and just above it, without what is read or ours by its name.

        `read` are the digests of all that is read.
        """
        above = [path for path in _files(folder.path) if resembled(path.name)]
        ours = {*(folder.merged / name for name in (*_OWN, DECISIONS))}
        inside = [
            path
            for path in _files(folder.merged, deep=True)
            if (resembled(path.name) or path.suffix.lower() in _BOOKS)
            and path not in ours
            and folder.superseded_tables not in path.parents
        ]
        found = received(*above, *inside)
        return cls(tuple(each for each in found if each.sha256 not in read))

    @property
    def readable(self) -> tuple[Received, ...]:
        """Those that the system lets us read."""
        return tuple(each for each in self.files if not each.finding)

    def findings(
        self, returns: Iterable[Return], asked: Asked, known: Collection[Decision]
    ) -> Iterator[Finding]:
        """Each file that holds more than the office's decisions so far, or perhaps does."""
        by_digest = {each.sha256: each for each in returns}
        for entry in self.files:
            returned = by_digest.get(entry.sha256)
            ledger = returned.ledger if returned else ()
            if ledger:
                taken = take(ledger, asked, known, "")
                new = bool(taken.decisions or taken.findings)
            else:
                new = bool(resembled(entry.path.name)) and not _is_known(entry, known)
            if new:
                table = resembled(entry.path.name) or _table_of(ledger)
                place = Place(file=f"{entry.path.parent.name}/{entry.path.name}")
                yield TABLE_ELSEWHERE.at(place, table=table, why="この名前と場所では読まないため")


def told_to_office(returned: Return) -> Return:
    """A return as it is; of a copy that cannot be read, no department is asked to send it again."""
    table = resembled(PurePath(returned.paths[0]).name)
    if not table:
        return returned
    return replace(returned, findings=tuple(_unread(each, table) for each in returned.findings))


def _unread(finding: Finding, table: str) -> Finding:
    if finding.severity is not Severity.UNREADABLE:
        return finding
    why = f"読み取れないため（{finding.words.rstrip('。')}）"
    return TABLE_ELSEWHERE.at(finding.place, table=table, why=why)


def resembled(name: str) -> str:
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


def _files(folder: Path, *, deep: bool = False) -> list[Path]:
    """Files and links of a folder that may be absent; those that people made."""
    if not folder.is_dir():
        return []
    found = folder.rglob("*") if deep else folder.iterdir()
    return sorted(path for path in found if not (path.is_dir() or owner_or_hidden(path.name)))
