"""A year's rounds in the output folder, and the answers that count: of this year and of those before.

They are fresh as long as neither the returns nor the masters, as far as the year goes, change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kakunin_xlsx.findings import catalogue
from kakunin_xlsx.folders.tree import OutputFolder, PaperFolder, RoundFolder
from kakunin_xlsx.merge import (
    FINDINGS,
    MANIFEST,
    OPEN_STAGES,
    PROGRESS,
    Stale,
    load_merged_record,
    read_table,
)
from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.plan.years import YEAR_CODE
from kakunin_xlsx.record import Answer, Record, RecordBroken, from_csv
from kakunin_xlsx.returns.folder import owner_or_hidden
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import FileBroken, bytes_of, csv_lines, text_of

FROZEN = "前の回答.csv"  # beside the forms that show it
_LAST = "終了年度"
_SINCE = re.compile(rf"@({YEAR_CODE})$")  # a reading of the row that begins in that year
# What a chair should know of the merges' findings.
_TOLD = frozenset(
    kind.code
    for kind in (
        catalogue.SAME_TEXT,
        catalogue.RATING_AND_FIGURE,
        catalogue.NOTHING_YET_DONE,
        catalogue.PERSONAL,
    )
)


@dataclass(frozen=True)
class YearAt:
    """One year of a plan, and the output folder in which it is worked on."""

    plan: Plan
    year: FiscalYear
    output: OutputFolder

    def of(self, round_: Round) -> RoundAt:
        """One of its rounds."""
        return RoundAt(self.plan, self.year, self.output, round_)

    @property
    def rounds(self) -> tuple[RoundAt, ...]:
        """All, in the year's order."""
        return tuple(map(self.of, self.plan.rounds_in_order))

    @property
    def merged_rounds(self) -> tuple[RoundAt, ...]:
        """Those that were merged at least once."""
        return tuple(each for each in self.rounds if each.is_merged)

    @property
    def papers(self) -> PaperFolder:
        """Where its papers lie."""
        return self.output.papers(self.plan, self.year)


@dataclass(frozen=True)
class RoundAt(YearAt):
    """One round on that year."""

    round: Round

    @property
    def folder(self) -> RoundFolder:
        """Where its files lie."""
        return self.output.round(self.year, self.round)

    @property
    def options(self) -> str:
        """`--year R7 --round naibu`, as commands are told of it."""
        return self.plan.words_for(self.year, self.round)

    @property
    def is_merged(self) -> bool:
        """True if it was merged at least once."""
        return (self.folder.merged / MANIFEST).exists()

    def answers(self, masters: Collection[str] | None = None) -> tuple[Answer, ...]:
        """What was merged; `masters` as in `load_merged_record`. Raises Stale."""
        return load_merged_record(self.folder.merged, self.folder.returned, masters).answers

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Raises Stop, with the command to run, where something in the context is Stale."""
        try:
            yield
        except Stale as stale:
            words = f"{self.round.name}：{stale}\n　kakunin merge {self.options}"
            raise Stop(words) from stale

    @property
    def notable_findings(self) -> Sequence[Mapping[str, str]]:
        """What a chair should know of 確認事項一覧.csv: its rows, by heading. Raises FileBroken."""
        rows = read_table(self.folder.merged, FINDINGS)
        return tuple(row for row in rows if row["コード"] in _TOLD)


def merged_record(at: YearAt) -> Record:
    """Every answer of the rounds that were merged.

    Raises Stop if the first round is not merged, or a merge was edited or is older than what
    lies in its folder.
    """
    answers: list[Answer] = []
    for each in at.merged_rounds or (at.of(at.plan.main_round),):
        with each.fresh():
            answers += each.answers()
    return Record(tuple(answers))


# Of the years before.

_Found = tuple[tuple[Answer, ...], str]  # and where it lay


def history(at: YearAt) -> Mapping[FiscalYear, _Found]:
    """Every year before that left answers, first to last: those that count, and where they lay.

    A year that was archived is read from its last archive, else where it was merged, else from
    what this year's report kept of it: that is all a restored year has. Raises Stop if an archive
    is not as it was.
    """
    years = (year for year in at.plan.years if year < at.year)
    found = {year: _counting(replace(at, year=year)) or _kept(at.papers, year) for year in years}
    return {year: (answers, where) for year, (answers, where) in found.items() if answers}


def _counting(at: YearAt) -> _Found | None:
    if at.output.archive.is_dir():
        from kakunin_xlsx.archive.kept import newest  # where nothing is archived, none is loaded

        if archive := newest(at.output, at.year):
            return archive.record(at.year).answers, str(archive.path)
    answers: list[Answer] = []
    for round_ in at.plan.rounds:
        try:
            answers += _adopted(at.of(round_).answers())
        except Stale:
            continue  # an older year is only told of; it is not today's to mend
    return (tuple(answers), str(at.output.root / at.year.name)) if answers else None


def _adopted(answers: Sequence[Answer]) -> Iterator[Answer]:
    return (answer for answer in answers if answer.adopted)


def _kept(papers: PaperFolder, year: FiscalYear) -> _Found:
    """What the report of a later year was made with."""
    path = papers.past_answers(papers.report().stem)
    try:
        kept = from_csv(path.read_bytes()).answers
    except (FileNotFoundError, RecordBroken):
        return (), ""
    return tuple(answer for answer in kept if answer.year == year.code), str(path)


# Of both, for the forms of a round: frozen when they are issued.


def earlier_answers(at: RoundAt) -> tuple[Record, Sequence[str], Sequence[str]]:
    """What the earlier rounds' merges hold today, and of last year what the round shows.

    The answers that count, where earlier rounds have gaps, and what the office should know.
    """
    answers: list[Answer] = []
    gaps: list[str] = []
    for each in at.rounds:
        if each.round.order >= at.round.order:
            continue
        try:
            answers += _adopted(each.answers())
        except Stale as stale:
            gaps.append(f"{each.round.name}：{stale}")
            continue
        for line in read_table(each.folder.merged, PROGRESS):
            if line["状態"] in OPEN_STAGES:
                gaps.append(f"{each.round.name}：{line['回答元']}（{line['状態']}）")
    last, told = _last_year(at)
    return Record((*answers, *last)), gaps, told


def _last_year(at: RoundAt) -> tuple[Sequence[Answer], tuple[str, ...]]:
    """What the round shows of last year, with a sentence on where it is from."""
    last = at.year.previous
    if not at.round.shown_last or last not in at.plan.years:
        return [], ()
    found, source = history(at).get(last, ((), ""))
    rounds = {code for code, _ in at.round.shown_last}
    answers = [each for each in found if each.round in rounds]
    if not answers:
        return [], (f"{last.name}の回答が見つからないため、前年度の欄はありません。",)
    return answers, (f"前年度の欄：{last.name}の回答（{source}）",)


def issued_with(at: RoundAt) -> Record:
    """What the forms of a round show of earlier answers; nothing if they show nothing.

    Where nothing was issued here, it is what they would show today; a merge then freezes it.
    Raises Stop.
    """
    if not at.folder.issued.is_dir():
        return earlier_answers(at)[0]
    path: Path = at.folder.issued / FROZEN
    if not path.exists():
        return Record()
    try:
        return from_csv(bytes_of(path))
    except RecordBroken as broken:
        raise Stop(
            f"{path}\n配布したときの回答の控えを読めません。配布し直してください（kakunin build）。"
        ) from broken


# Digests: what was merged or printed with the masters is stale once they change.


def masters_hash(masters: Path, year: FiscalYear) -> tuple[str, ...]:
    """Digests of the master tables as far as they concern a year: `hash_of_files` of a folder."""
    paths = (*masters.glob("*.csv"), *masters.glob("*.toml"))
    return hash_of_files({path.name: path.read_bytes() for path in paths}, year)


def hash_of_files(files: Mapping[str, bytes], year: FiscalYear) -> tuple[str, ...]:
    """The digest to be recorded, and behind it that by which older versions recorded the same.

    The first does not change with what begins after `year`, nor with quotes, line ends and empty
    columns; theirs changes with every byte of a table.
    """
    now, before = hashlib.sha256(), hashlib.sha256()
    for ending in (".csv", ".toml"):
        for name in sorted(files):
            if not name.endswith(ending) or owner_or_hidden(name):  # hidden only elsewhere
                continue
            before.update(f"{name}\n{sha256(files[name])}\n".encode())
            now.update(f"{name}\n".encode())
            for line in _lines(files[name], year) if ending == ".csv" else [files[name]]:
                now.update(line + b"\n")
    return now.hexdigest(), before.hexdigest()


def _lines(table: bytes, year: FiscalYear) -> Iterator[bytes]:
    """The rows that concern a year, each as its filled cells under their headings."""
    try:
        lines = [cells for _, cells in csv_lines(text_of(table))]
    except FileBroken:
        yield table
        return
    header = lines[0] if lines else []
    for cells in lines[1:]:
        row = dict(zip(header, cells, strict=False))
        if beyond := cells[len(header) :]:
            row["None"] = str(beyond)  # as it has been digested since the first version
        begins = row.get("開始年度") or "".join(_SINCE.findall(row.get("キー") or ""))
        if _is_from(begins, year.next) or (
            row.get("列") == _LAST and _is_from(row.get("読み"), year)
        ):
            continue
        if _is_from(row.get(_LAST), year):  # when it ends then is nothing to the year
            row |= {_LAST: "", "後継": ""}
        filled = sorted((str(name), str(cell)) for name, cell in row.items() if cell)
        yield repr(filled).encode()


def _is_from(word: str | None, year: FiscalYear) -> bool:
    """True for a year that is `year` or later."""
    try:
        return FiscalYear.parse(word or "") >= year
    except ValueError:
        return False
