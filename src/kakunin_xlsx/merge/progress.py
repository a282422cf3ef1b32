"""回収状況: where each respondent stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from kakunin_xlsx.checks.model import FILLER, SUBMISSION, SUBMITTED_ON, Compared
from kakunin_xlsx.findings import Finding, Severity
from kakunin_xlsx.merge.model import Progress, Stage
from kakunin_xlsx.merge.resolve import Resolved


def progress_of(resolved: Resolved, findings: Sequence[Finding], due: date | None) -> Progress:
    """`findings` are those of this respondent."""
    layout = resolved.layout
    said = {at: given.understood for at, given in resolved.held.items()}
    required = {
        (row.id, column.key)
        for row, column in layout.required_where(lambda row, key: said.get((row, key), ""))
    }
    empty = Progress(
        code=layout.identity.respondent,
        name=layout.respondent,
        stage=Stage.MISSING,
        required=len(required),
        filled=len(required & resolved.held.keys()),
        findings=_counted(findings),
        due=due.isoformat() if due else "",
    )
    return _handed_in(empty, resolved, findings, due) if resolved.in_force else empty


def _handed_in(
    empty: Progress, resolved: Resolved, findings: Sequence[Finding], due: date | None
) -> Progress:
    latest = resolved.latest
    submitted_on = max((_understood(sheet, SUBMITTED_ON) for sheet in latest), default="")
    fillers = (_typed(sheet, FILLER) for sheet in latest)
    submissions = (_typed(sheet, SUBMISSION) and sheet.turn.submission for sheet in latest)
    return replace(
        empty,
        stage=Stage.DISPUTED if resolved.disputed else _stage(findings),
        submission="、".join(dict.fromkeys(filter(None, submissions))) or "新規",
        turn=latest[0].turn.number,
        filler="、".join(dict.fromkeys(filter(None, fillers))),
        submitted_on=submitted_on,
        file="；".join(dict.fromkeys(sorted(sheet.form.file for sheet in resolved.in_force))),
        late=_late(submitted_on, due),
    )


def with_findings(line: Progress, more: Iterable[Finding]) -> Progress:
    """The line with findings that are told of its respondent elsewhere."""
    found = list(more)
    if not found:
        return line
    stages = list(Stage)
    return replace(
        line,
        stage=min(line.stage, _stage(found), key=stages.index),
        findings=line.findings + _counted(found),
    )


def _counted(findings: Iterable[Finding]) -> int:
    return sum(finding.severity is not Severity.INFO for finding in findings)


def _stage(findings: Iterable[Finding]) -> Stage:
    found = {finding.severity for finding in findings}
    if Severity.FIX in found or Severity.UNREADABLE in found:
        return Stage.FIX
    return Stage.CONFIRM if Severity.CONFIRM in found else Stage.DONE


def _late(submitted_on: str, due: date | None) -> int | None:
    if not submitted_on or due is None:
        return None
    return max(0, (date.fromisoformat(submitted_on) - due).days)


def _typed(sheet: Compared, key: str) -> str:
    return sheet.fields[key].cell.typed.strip() if key in sheet.fields else ""


def _understood(sheet: Compared, key: str) -> str:
    return sheet.fields[key].understood if key in sheet.fields else ""
