"""Taking one proposal into the masters, or declining it: who, when and why is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder, write_files
from kakunin_xlsx.office.masters_diff import Differences, compared
from kakunin_xlsx.office.proposals import (
    DECIDED,
    DECLINED,
    OPEN,
    TAKEN,
    Proposal,
    key_in,
    proposals,
    with_decision,
)
from kakunin_xlsx.office.revisions import revised_files, revised_masters
from kakunin_xlsx.plan import FiscalYear, Plan, Revision, RevisionKind
from kakunin_xlsx.stop import Stop, WrongUsage


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided on proposal `number`, by whom, why and on which day (ISO).

    `text` takes the place of the proposal's own; `first_year` that of the year it names.
    `correct` puts the wording right for all years instead of changing it from a year on.
    """

    number: int
    who: str
    why: str
    on: str
    text: str = ""
    first_year: FiscalYear | None = None
    correct: bool = False


@dataclass(frozen=True)
class Outcome:
    """The proposal, what changes in the masters, and the files that were (or would be) written."""

    proposal: Proposal
    differences: Differences
    files: Sequence[Path]
    written: bool


def take(
    plan: Plan,
    masters: Path,
    year: FiscalYear,
    output: OutputFolder,
    verdict: Verdict,
    dry_run: bool = False,
) -> Outcome:
    """Write a proposal into the masters, and that it was taken. Raises Stop or WrongUsage."""
    proposal = _open(plan, year, output, verdict.number)
    revision = _revision(plan, proposal, verdict)
    files = revised_files(masters, [revision])
    changed = compared(*revised_masters(masters, [revision]))
    record, data = _record(plan, year, output, proposal, verdict, revision)
    if not dry_run:
        write_files({**files, record: data})
    return Outcome(proposal, changed, [*files, record], written=not dry_run)


def decline(
    plan: Plan,
    year: FiscalYear,
    output: OutputFolder,
    verdict: Verdict,
    dry_run: bool = False,
) -> Outcome:
    """Record that a proposal was not taken. Raises Stop or WrongUsage."""
    proposal = _open(plan, year, output, verdict.number)
    record, data = _record(plan, year, output, proposal, verdict, None)
    if not dry_run:
        write_files({record: data})
    return Outcome(proposal, Differences(()), [record], written=not dry_run)


def _open(plan: Plan, year: FiscalYear, output: OutputFolder, number: int) -> Proposal:
    found = {each.number: each for each in proposals(plan, year, output)}
    if number not in found:
        raise WrongUsage(
            f"番号{number}の提案はありません。kakunin masters proposals --year {year} で"
            "番号を確かめてください。"
        )
    if found[number].state != OPEN:
        raise Stop(
            f"番号{number}の提案は、もう「{found[number].state}」と決まっています"
            f"（{found[number].decided}）。決め直すときは、{DECIDED} の行を除いてください。"
        )
    return found[number]


def _revision(plan: Plan, proposal: Proposal, verdict: Verdict) -> Revision:
    if not proposal.table:
        raise Stop(
            f"番号{proposal.number}の提案は、台帳のどのセルを改めるものか決められません。"
            "台帳のCSVを直すか、改訂の表を作って kakunin masters apply としてください。"
        )
    text = verdict.text or proposal.text
    if not text:
        raise WrongUsage("新しい文を --text で指定してください（部署は、コードで書きます）。")
    first = verdict.first_year or proposal.first_year
    if first not in plan.years:
        raise WrongUsage(
            f"{first.name}は「{plan.title}」の年度ではありません。"
            "--from で、いつからの改訂かを指定してください。"
        )
    return Revision(
        table=proposal.table,
        key=key_in(proposal.table, proposal.key, first),
        column=proposal.column,
        text=text,
        first_year=first,
        ground=_ground(plan, proposal, verdict),
        kind=RevisionKind.CORRECT if verdict.correct else RevisionKind.CHANGE,
    )


def _ground(plan: Plan, proposal: Proposal, verdict: Verdict) -> str:
    """`令和8年10月1日…`: who, when, why, and the proposal it goes back to."""
    asked = plan.round[proposal.round].name
    origin = f"{asked}での{proposal.respondent}の提案（{proposal.item}、{proposal.places[-1]}）"
    return f"{verdict.why}（{verdict.who}、{verdict.on}。{origin}）"


def _record(
    plan: Plan,
    year: FiscalYear,
    output: OutputFolder,
    proposal: Proposal,
    verdict: Verdict,
    revision: Revision | None,
) -> tuple[Path, bytes]:
    """提案の採否.csv of the round with this decision."""
    path = output.round(year, plan.round[proposal.round]).merged / DECIDED
    row = {
        "回答元": proposal.respondent,
        "行ID": proposal.row,
        "項目": proposal.item,
        "記入": proposal.typed,
        "採否": TAKEN if revision else DECLINED,
        "表": revision.table if revision else "",
        "キー": revision.key if revision else "",
        "列": revision.column if revision else "",
        "年度から": revision.first_year.code if revision else "",
        "文": revision.text if revision else "",
        "誰": verdict.who,
        "理由": verdict.why,
        "日": verdict.on,
    }
    return path, with_decision(path, row)
