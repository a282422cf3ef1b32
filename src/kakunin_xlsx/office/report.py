"""確認表: the papers of a year, from what 取りまとめ wrote, and their 版."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.codec import to_json
from kakunin_xlsx.folders.files import write_files
from kakunin_xlsx.folders.refusals import LONGEST_PATH
from kakunin_xlsx.folders.tree import PaperFolder
from kakunin_xlsx.merge.tables import ANSWERS, FINDINGS, Stale, sha256, sha256_of
from kakunin_xlsx.office.compose import (
    SHAPE,
    SHOWN,
    Conditions,
    Draft,
    MergeDigests,
    compose,
    keeping,
    known_conditions,
    older_papers,
)
from kakunin_xlsx.office.pdf import NoPdf, pdf_of
from kakunin_xlsx.office.years import YearAt, history, masters_hash
from kakunin_xlsx.plan import Audience
from kakunin_xlsx.record import FORM_ROW, Answer, Record
from kakunin_xlsx.record import to_csv as record_csv
from kakunin_xlsx.report.paper import FrontMatter
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import FileBroken, bytes_of, typed_text

if TYPE_CHECKING:
    from kakunin_xlsx.report.view import YearView

_INSIDE = Audience.OFFICE
RECORD = "回答一覧.csv"  # beside the workbook of a 版


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers, and for whom; the workbook and the office's data are always made."""

    audience: Audience = Audience.COUNCIL
    pdf: bool = False
    text: bool = False


@dataclass(frozen=True)
class Year:
    """Answers of every merged round of a year and, in `past`, of the years before.

    `findings` are those to tell and `merges` digests, by round; `left_out` says, in sentences,
    which later rounds the record does not hold and why.
    """

    record: Record
    past: Record
    merges: Mapping[str, MergeDigests]
    findings: Mapping[str, Sequence[Mapping[str, str]]]
    left_out: tuple[str, ...]

    @property
    def whole(self) -> Record:
        """This year's answers and those of the years before."""
        return Record((*self.record.answers, *self.past.answers))


def load_year(at: YearAt, masters: Collection[str]) -> Year:
    """Read the merges. Raises Stop unless the first round's is fresh."""
    answers: list[Answer] = []
    findings: dict[str, Sequence[Mapping[str, str]]] = {}
    merges: dict[str, MergeDigests] = {}
    left_out: list[str] = []
    for each in at.rounds:
        first, name = each.round == at.plan.main_round, each.round.name
        command = f"\n　kakunin merge {each.options}"
        if not (first or each.is_merged):
            if each.folder.issued.is_dir():
                left_out.append(
                    f"「{name}」は、まだ取りまとめていないため載せていません。{command}"
                )
            continue
        try:
            answers += each.answers(masters)
        except Stale as stale:
            if first:
                raise Stop(f"{stale}{command}") from stale
            left_out.append(f"「{name}」は載せていません。{stale}{command}")
            continue
        findings[each.round.code] = each.notable_findings
        tables = (each.folder.merged / table for table in (ANSWERS, FINDINGS))
        merges[each.round.code] = MergeDigests(*map(sha256_of, tables))
    past = tuple(answer for found, _ in history(at).values() for answer in found)
    return Year(Record(tuple(answers)), Record(past), merges, findings, tuple(left_out))


def agenda_of(words: Sequence[str]) -> tuple[str, ...]:
    """Each text as it is, or the lines of the file that it names. Raises Stop."""
    return tuple(text for word in words for text in _lines_of(word))


def _lines_of(word: str) -> Sequence[str]:
    path = Path(word)
    if len(word) > LONGEST_PATH or not path.is_file():
        return (word,)
    try:
        lines = typed_text(bytes_of(path), office=True).splitlines()
    except FileBroken as broken:
        todo = "メモ帳で開き、文字コードに UTF-8 を選んで保存し直してください。"
        raise broken.at(path, todo) from broken
    return [line.strip() for line in lines if line.strip()]


@dataclass(frozen=True, slots=True)
class ErrataLine:
    """One line of 正誤表."""

    row: str
    item: str
    before: str
    after: str
    ground: str


@dataclass(frozen=True, slots=True)
class Published:
    """The report's files, and how many answers it shows of how many lines.

    `low` lines were rated low or are to be changed by their departments, `wanted` are the rows
    that councils want reviewed. `to_correct` are lines that a department wants corrected: said
    to the office only. `edition` is the 版 issued now, or None; `changes` are those since
    第`since`版 in what that held, `added` names what it did not hold.
    `without_pdf` says why a PDF that was asked for is not there. `older` are papers of an
    earlier run that were not made anew.
    """

    path: Path
    changed: bool
    data: Path
    asked: int
    complete: int
    low: int
    wanted: int
    office_only: bool
    rounds: tuple[str, ...]
    left_out: tuple[str, ...]
    unanswered: tuple[str, ...]
    to_correct: tuple[str, ...]
    edition: int | None
    since: int | None
    changes: tuple[ErrataLine, ...]
    added: tuple[str, ...]
    audience: Audience
    hidden: str
    text: Path | None = None
    pdf: Path | None = None
    without_pdf: str = ""
    older: tuple[Path, ...] = ()


def publish(
    at: YearAt,
    masters: Path,
    front: FrontMatter | None = None,
    issue: bool = False,
    wanted: Wanted | None = None,
) -> Published:
    """Write the papers; with `issue` keep them as 第n版, unless nothing changed since the last.

    A 版 for which nothing is said bears the 資料番号 and day of the paper as it was made last.
    All are written together, the PDF too where it can be made.
    Raises Stop if the first round is not merged, or its merge is edited or stale.
    """
    wanted = wanted or Wanted()
    papers = at.papers.of(wanted.audience)
    book = papers.report()
    front = front or FrontMatter()
    if issue and front == FrontMatter():
        last = known_conditions(papers, book.stem)
        front = last.front if last else front
    digests = masters_hash(masters, at.year)
    read = load_year(at, digests)
    editions = papers.editions()
    drafted = Draft(at, read.whole, wanted.audience, editions[-1] if editions else None)
    edition = drafted.next_edition if issue else None
    paper, without_pdf = compose(drafted, front, read.findings, edition, wanted.text), ""
    if wanted.pdf:
        try:
            paper = {**paper, "pdf": pdf_of(paper["workbook"])}
        except NoPdf as reason:
            without_pdf = str(reason)
    files = papers.files(paper)
    how = _conditions(front, drafted, edition, read, digests[0], files)
    how = keeping(how, papers, book.stem)
    kept = papers.edition(edition) if edition else None
    beside = {} if kept is None else _kept(kept, papers, drafted, files)
    for name in (book.stem, *([kept.name] if kept else [])):
        beside[papers.conditions(name)] = to_json(how)
        if read.past.answers:
            beside[papers.past_answers(name)] = record_csv(read.past.answers)
    changed = book in write_files({**files, **beside})
    made = _published(drafted, papers, files, changed, read.left_out, edition, without_pdf)
    merges = {code: each.answers for code, each in read.merges.items()}
    older = (each.path for each in older_papers(at.papers, merges, digests, copies=True))
    others = {path for path in older if path.parent == at.papers.path}  # no 版
    return replace(made, older=tuple(sorted(others.union(made.older))))


def _conditions(
    front: FrontMatter,
    drafted: Draft,
    edition: int | None,
    read: Year,
    masters: str,
    files: Mapping[Path, bytes],
) -> Conditions:
    """作成条件 of the papers that are written now; `masters` is the digest of the masters."""
    return Conditions(
        front=front,
        audience=drafted.audience,
        since=drafted.since,
        edition=edition,
        merges=read.merges,
        masters=masters,
        past=sha256(record_csv(read.past.answers)) if read.past.answers else "",
        files={path.name: sha256(data) for path, data in files.items()},
        shape=SHAPE,
    )


def _kept(
    folder: Path, papers: PaperFolder, drafted: Draft, files: Mapping[Path, bytes]
) -> dict[Path, bytes]:
    """The files of 第n版: workbook and PDF, what it shows, and the answers with their lineage."""
    from kakunin_xlsx.report.errata import to_csv

    view = drafted.view
    own = (a for a in view.record.answers if a.adopted and a.year == view.year.code)
    return {
        **{
            folder / at.name: files[at]
            for at in (papers.report(), papers.report_pdf())
            if at in files
        },
        folder / RECORD: record_csv(own),
        folder / SHOWN: to_csv(drafted.cells),
    }


def _published(
    drafted: Draft,
    papers: PaperFolder,
    files: Mapping[Path, bytes],
    changed: bool,
    left_out: tuple[str, ...],
    edition: int | None,
    without_pdf: str,
) -> Published:
    from kakunin_xlsx.report.errata import place
    from kakunin_xlsx.report.overview import called, rated_low

    view, errata = drafted.view, drafted.errata
    beside = papers.report_text(), papers.report_pdf()
    text, pdf = (path if path in files else None for path in beside)
    return Published(
        path=papers.report(),
        changed=changed,
        data=papers.report_data(),
        asked=len(view.asked),
        complete=sum(not view.missing(row) for row in view.asked),
        low=len(rated_low(view.rated)),
        wanted=sum(not each.rating for each in called(view)),
        office_only=view.office_only,
        rounds=tuple(each.round.name for each in (view, *view.later)),
        left_out=left_out,
        unanswered=tuple(
            f"意見{said.no}（{said.short}、{said.about}）　{'、'.join(said.open)}"
            for said in view.opinions.unanswered
        ),
        to_correct=tuple(_to_correct(drafted.office)),
        edition=edition,
        since=errata.since if errata else None,
        changes=tuple(
            ErrataLine(place(view, c.round, c.row), c.item, c.before, c.after, c.ground)
            for c in (errata.changes if errata else ())
        ),
        added=tuple(errata.added) if errata else (),
        audience=view.audience,
        hidden=view.audience_words,
        text=text,
        pdf=pdf,
        without_pdf=without_pdf,
        older=tuple(sorted(path for path in beside if path not in files and path.is_file())),
    )


def _to_correct(view: YearView) -> Iterator[str]:
    """What departments want corrected before the paper is final: the lines, or that there are."""
    for each in view.later:
        if not each.round.of_departments:
            continue
        asking = set(_asking(each))
        for row in each.asked:
            inside = [
                c for c in each.layout.open_columns if c.field and c.field.audience == _INSIDE
            ]
            texts = [text for c in inside if (text := each.text(row.id, c))]
            wanted = any(column in inside for column, _ in each.reviews(row))
            if wanted or (texts and row.department in asking):
                asking.discard(row.department)
                yield f"{row.label}（{row.department}）　{'、'.join(texts)}"
        yield from sorted(asking)


def _asking(view: YearView) -> Iterator[str]:
    """Departments whose form as a whole says that something is to be corrected."""
    review = {
        (column.key, choice.value)
        for column in view.layout.form
        for choice in column.choices
        if choice.review
    }
    for answer in view.record.of(view.year.code, view.round.code).answers:
        if answer.adopted and (answer.key, answer.understood) in review and answer.row == FORM_ROW:
            yield answer.respondent_name
