"""点検: what is wrong in returned files, and the 修正依頼 that ask for it. Merges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.findings import Finding, Severity
from kakunin_xlsx.folders.files import write_files
from kakunin_xlsx.folders.tree import correction_name
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.merge.tables import findings_csv
from kakunin_xlsx.office.merge import require_paths
from kakunin_xlsx.office.reading import read_round
from kakunin_xlsx.office.years import RoundAt
from kakunin_xlsx.returns.collect import Tell
from kakunin_xlsx.returns.folder import received
from kakunin_xlsx.returns.model import Return
from kakunin_xlsx.returns.processes import Pool


@dataclass(frozen=True, slots=True)
class Request:
    """One 修正依頼: whom it asks, for how much, and its file (None if it was not written)."""

    respondent: str
    fix: int
    confirm: int
    path: Path | None


@dataclass(frozen=True)
class Checked:
    """Findings about files that were read as one set."""

    merged: Merged
    returns: tuple[Return, ...]
    requests: tuple[Request, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, gravest first."""
        return self.merged.findings

    @property
    def needs_work(self) -> bool:
        """True if something is to be mended or decided, or no file holds a form."""
        grave = (Severity.UNREADABLE, Severity.FIX)
        to_mend = any(finding.severity in grave for finding in self.findings)
        return to_mend or not any(each.sheets for each in self.returns)

    def csv(self) -> bytes:
        """確認事項一覧.csv."""
        return findings_csv(self.findings)


def check_returns(
    at: RoundAt,
    paths: Sequence[Path] = (),
    annotate: bool = False,
    tell: Tell | None = None,
    pool: Pool | None = None,
) -> Checked:
    """Read `paths` (2_回収 if empty) as one set; `annotate` writes the 修正依頼.

    `pool` reads them, if it was started before. Raises Stop or WrongUsage.
    """
    from kakunin_xlsx.feedback import Correction, correction_request, corrections

    require_paths(paths)
    entries = received(*(paths or (at.folder.returned,)))
    with read_round(at, entries, tell, True, pool) as reading:
        merged = reading.merged()
    found = corrections(merged)

    def path_of(each: Correction) -> Path:
        name = correction_name(at.plan, each.layout.respondent, at.year, at.round, each.turn)
        return at.folder.corrections / name

    if annotate and found:
        at.output.claim(at.plan)
        font = at.plan.style.font
        write_files({path_of(each): correction_request(each, font) for each in found})
    requests = tuple(
        Request(
            respondent=each.layout.respondent,
            fix=sum(finding.severity is Severity.FIX for finding in each.findings),
            confirm=sum(finding.severity is Severity.CONFIRM for finding in each.findings),
            path=path_of(each) if annotate else None,
        )
        for each in found
    )
    return Checked(merged, reading.returns, requests)
