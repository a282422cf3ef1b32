"""What the years before answered, for this year's forms and report."""

from __future__ import annotations

from dataclasses import dataclass

from kakunin_xlsx.archive.kept import newest
from kakunin_xlsx.folders import OutputFolder, PaperFolder
from kakunin_xlsx.merge import Stale, load_merged_record
from kakunin_xlsx.plan import FiscalYear, Plan
from kakunin_xlsx.record import Answer, Record
from kakunin_xlsx.record.table import RecordBroken, from_csv


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

    A year that was archived is read from its last archive, else where it was merged, else from
    what this year's report kept of it: that is all a restored year has. Raises Stop if an archive
    is not as it was.
    """
    answers: list[Answer] = []
    sources: list[tuple[FiscalYear, str]] = []
    for each in plan.years:
        if each < year:
            found, source = _year(plan, each, output) or _kept(output.papers(plan, year), each)
            answers += found
            sources += [(each, source)] if found else []
    return History(Record(tuple(answers)), tuple(sources))


_Found = tuple[list[Answer], str]  # and where it lay


def _year(plan: Plan, year: FiscalYear, output: OutputFolder) -> _Found | None:
    if archive := newest(output, year):
        return list(archive.record(year).answers), str(archive.path)
    merged = _merged(plan, year, output)
    return (merged, str(output.root / year.name)) if merged else None


def _kept(papers: PaperFolder, year: FiscalYear) -> _Found:
    """What the report of a later year was made with."""
    path = papers.past_answers(papers.report().stem)
    try:
        kept = from_csv(path.read_bytes()).answers
    except (FileNotFoundError, RecordBroken):
        return [], ""
    return [answer for answer in kept if answer.year == year.code], str(path)


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
