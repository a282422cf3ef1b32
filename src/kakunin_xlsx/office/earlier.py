"""What was answered before, for the forms of a round: frozen when they are issued.

Earlier rounds of the year, and of last year what the round shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder, PaperFolder, RoundFolder
from kakunin_xlsx.merge import OPEN_STAGES, PROGRESS, Stale, load_merged_record, read_table
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import Answer, Record, RecordBroken, from_csv, to_csv
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import bytes_of

FROZEN = "前の回答.csv"  # beside the forms that show it


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
    if output.archive.is_dir():
        from kakunin_xlsx.archive.kept import newest  # where nothing is archived, none is loaded

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


@dataclass(frozen=True)
class EarlierAnswers:
    """The answers that count, where earlier rounds have gaps, and what the office should know."""

    record: Record
    gaps: tuple[str, ...]
    told: tuple[str, ...] = ()


def earlier_rounds(plan: Plan, round_: Round) -> tuple[Round, ...]:
    """The rounds before `round_`, in their order."""
    return tuple(each for each in plan.rounds_in_order if each.order < round_.order)


def earlier_answers(
    plan: Plan, year: FiscalYear, round_: Round, output: OutputFolder
) -> EarlierAnswers:
    """Read what the earlier rounds' merges hold today, and last year's."""
    answers = []
    gaps: list[str] = []
    for each in earlier_rounds(plan, round_):
        folder = output.round(year, each)
        try:
            record = load_merged_record(folder.merged, folder.returned)
        except Stale as stale:
            gaps.append(f"{each.name}：{stale}")
            continue
        answers += [answer for answer in record.answers if answer.adopted]
        gaps += [f"{each.name}：{gap}" for gap in _gaps(folder)]
    last, told = _last_year(plan, year, round_, output)
    return EarlierAnswers(Record((*answers, *last)), tuple(gaps), told)


def _last_year(
    plan: Plan, year: FiscalYear, round_: Round, output: OutputFolder
) -> tuple[list[Answer], tuple[str, ...]]:
    """What the round shows of last year, with a sentence on where it is from."""
    if not round_.shown_last or year.previous not in plan.years:
        return [], ()
    before = history(plan, year, output)
    own = before.of(year.previous).answers
    rounds = {code for code, _ in round_.shown_last}
    answers = [each for each in own if each.round in rounds]
    name = year.previous.name
    if not answers:
        return [], (f"{name}の回答が見つからないため、前年度の欄はありません。",)
    return answers, (f"前年度の欄：{name}の回答（{dict(before.sources)[year.previous]}）",)


def _gaps(folder: RoundFolder) -> Iterator[str]:
    for line in read_table(folder.merged, PROGRESS):
        if line["状態"] in OPEN_STAGES:
            yield f"{line['回答元']}（{line['状態']}）"


def frozen_bytes(record: Record) -> bytes:
    """The table that is laid beside the forms."""
    return to_csv(record.answers)


def issued_with(plan: Plan, year: FiscalYear, round_: Round, output: OutputFolder) -> Record:
    """What the forms of a round show of earlier answers.

    Where nothing was issued here, it is what they would show today; a merge then freezes it.
    Raises Stop.
    """
    folder = output.round(year, round_)
    if folder.issued.is_dir():
        return load_frozen(folder)
    return earlier_answers(plan, year, round_, output).record


def load_frozen(folder: RoundFolder) -> Record:
    """What the forms in a folder were issued with; nothing if they show nothing. Raises Stop."""
    path: Path = folder.issued / FROZEN
    if not path.exists():
        return Record()
    try:
        return from_csv(bytes_of(path))
    except RecordBroken as broken:
        raise Stop(
            f"{path}\n配布したときの回答の控えを読めません。配布し直してください（kakunin build）。"
        ) from broken
