"""What the years before answered, for this year's forms and report."""

from __future__ import annotations

from dataclasses import dataclass

from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.merge import Stale, load_merged_record
from kakunin_xlsx.office.archived import newest
from kakunin_xlsx.plan import FiscalYear, Plan
from kakunin_xlsx.record import Answer, Record


@dataclass(frozen=True)
class History:
    """The answers that count of earlier years, every round; `sources` says where each lay."""

    record: Record
    sources: tuple[tuple[FiscalYear, str], ...] = ()

    def of(self, year: FiscalYear) -> Record:
        """Only the answers of one year."""
        return Record(tuple(each for each in self.record.answers if each.year == year.code))


def history(plan: Plan, year: FiscalYear, output: OutputFolder) -> History:
    """Every year of the plan before `year` that left answers, first to last.

    A year that was archived is read from its last archive. Raises Stop if that is not as it was.
    """
    answers: list[Answer] = []
    sources: list[tuple[FiscalYear, str]] = []
    for each in plan.years:
        if each >= year:
            break
        found, source = _year(plan, each, output)
        if found:
            answers += found
            sources.append((each, source))
    return History(Record(tuple(answers)), tuple(sources))


def _year(plan: Plan, year: FiscalYear, output: OutputFolder) -> tuple[list[Answer], str]:
    if archive := newest(output, year):
        return list(archive.record(year).answers), str(archive.path)
    return _merged(plan, year, output), str(output.root / year.name)


def _merged(plan: Plan, year: FiscalYear, output: OutputFolder) -> list[Answer]:
    """What the merges of a year that still lie there hold; masters may have changed since."""
    answers: list[Answer] = []
    for round_ in plan.rounds:
        folder = output.round(year, round_)
        try:
            merged = load_merged_record(folder.merged, folder.returned)
        except Stale:
            continue  # an older year is only told of; it is not today's to mend
        answers += [answer for answer in merged.answers if answer.adopted]
    return answers
