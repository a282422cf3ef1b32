"""確認表: the consolidated workbook of a year, from what 取りまとめ wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder, write_file
from kakunin_xlsx.merge import Stale, load_merged_record
from kakunin_xlsx.office.collect import masters_hash
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.stop import Stop


@dataclass(frozen=True, slots=True)
class Published:
    """The report's file, and how many answers it shows of how many lines."""

    path: Path
    changed: bool
    asked: int
    complete: int
    to_review: int
    office_only: bool


def publish(
    plan: Plan, masters: Path, year: FiscalYear, round_: Round, output: OutputFolder
) -> Published:
    """Write the report. Raises Stop if nothing is merged, or the merge is edited or stale."""
    from kakunin_xlsx.report.book import view_workbook
    from kakunin_xlsx.report.review import reviewed
    from kakunin_xlsx.report.view import YearView

    folder = output.round(year, round_)
    try:
        record = load_merged_record(folder.merged, folder.returned, masters_hash(masters))
    except Stale as stale:
        raise Stop(f"{stale}\n　kakunin merge --year {year}") from stale
    view = YearView.of(plan, year, record)
    path = output.report(year)
    changed = write_file(path, view_workbook(view, plan))
    return Published(
        path=path,
        changed=changed,
        asked=len(view.asked),
        complete=sum(not view.missing(row) for row in view.asked),
        to_review=len(reviewed(view)),
        office_only=view.office_only,
    )
