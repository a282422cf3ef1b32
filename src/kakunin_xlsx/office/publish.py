"""確認表: the papers of a year, from what 取りまとめ wrote, and their 版."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.folders import OutputFolder, write_file, write_files
from kakunin_xlsx.folders.files import LONGEST_PATH
from kakunin_xlsx.office.collect import masters_hash
from kakunin_xlsx.office.pdf import NoPdf, pdf_of
from kakunin_xlsx.office.year import load_year
from kakunin_xlsx.plan import Audience, FiscalYear, Plan
from kakunin_xlsx.record.table import to_csv as record_csv
from kakunin_xlsx.stop import Stop, WrongUsage

if TYPE_CHECKING:
    from kakunin_xlsx.report.errata import Errata
    from kakunin_xlsx.report.gaps import Findings
    from kakunin_xlsx.report.paper import CouncilPaper
    from kakunin_xlsx.report.shown import Shown
    from kakunin_xlsx.report.view import YearView

SHOWN, RECORD = "掲載内容.csv", "回答一覧.csv"  # beside the workbook of a 版


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers, and for whom; the workbook and its data are always made."""

    audience: Audience = Audience.OFFICE
    pdf: bool = False
    text: bool = False


@dataclass(frozen=True, slots=True)
class Front:
    """What the office says on page one of a paper."""

    no: str = ""
    date: str = ""
    agenda: tuple[str, ...] = ()


def agenda_of(words: Sequence[str]) -> tuple[str, ...]:
    """Each text as it is, or the lines of the file that it names. Raises Stop."""
    return tuple(text for word in words for text in _lines_of(word))


def _lines_of(word: str) -> Sequence[str]:
    path = Path(word)
    if len(word) > LONGEST_PATH or not path.is_file():
        return (word,)
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "cp932"):
        try:
            lines = data.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
        return [line.strip() for line in lines if line.strip()]
    raise Stop(f"{path} を読み取れません。テキストファイル（UTF-8）で保存し直してください。")


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of 正誤表."""

    row: str
    item: str
    before: str
    after: str
    ground: str


@dataclass(frozen=True, slots=True)
class Published:
    """The report's files, and how many answers it shows of how many lines.

    `to_correct` are lines that a department wants corrected: said to the office only.
    `edition` is the 版 issued now, or None; `changes` are those since 第`since`版.
    `without_pdf` says why a PDF that was asked for is not there. `older` are papers of an
    earlier run that were not made anew.
    """

    path: Path
    changed: bool
    data: Path
    asked: int
    complete: int
    to_review: int
    office_only: bool
    rounds: tuple[str, ...]
    left_out: tuple[str, ...]
    unanswered: tuple[str, ...]
    to_correct: tuple[str, ...]
    edition: int | None
    since: int | None
    changes: tuple[Changed, ...]
    audience: Audience
    hidden: str
    text: Path | None = None
    pdf: Path | None = None
    without_pdf: str = ""
    older: tuple[Path, ...] = ()


def publish(
    plan: Plan,
    masters: Path,
    year: FiscalYear,
    output: OutputFolder,
    front: Front | None = None,
    issue: bool = False,
    wanted: Wanted | None = None,
) -> Published:
    """Write the papers; with `issue` keep them as 第n版, unless nothing changed since the last.

    The workbook, its data and text are written together; the PDF follows where it can be made.
    Raises Stop if the first round is not merged, or its merge is edited or stale.
    """
    from kakunin_xlsx.report.shown import shown_cells
    from kakunin_xlsx.report.view import YearView

    wanted = wanted or Wanted()
    if issue and wanted.audience is not Audience.OFFICE:
        raise WrongUsage(
            "--issue は、--for を付けずに実行してください（版は庁内用の全部の内容で残します）。"
        )
    read = load_year(plan, year, output, masters_hash(masters))
    view = YearView.of(plan, year, read.record, audience=wanted.audience)
    cells = shown_cells(view)
    errata = _errata(output, view, cells) if view.internal else None
    edition = _edition(errata) if issue else None
    places = _Places.of(view, output)
    paper = _paper(front or Front(), read.findings, errata, edition)
    files = _files(view, plan, paper, wanted, places)
    kept = _kept(output, view, edition, files[places.workbook], cells) if edition else {}
    changed = places.workbook in write_files({**files, **kept})
    without_pdf = _pdf(places.pdf, files[places.workbook]) if wanted.pdf else ""
    told = (read.left_out, errata, edition, without_pdf)
    return _published(view, wanted, places, changed, *told)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the papers of one circle of readers lie."""

    workbook: Path
    data: Path
    text: Path
    pdf: Path

    @classmethod
    def of(cls, view: YearView, output: OutputFolder) -> _Places:
        year, circle = view.year, "" if view.internal else str(view.audience)
        workbook = output.report(year, circle)
        data, text = output.report_data(year, circle), output.report_text(year, circle)
        return cls(workbook, data, text, workbook.with_suffix(".pdf"))


def _files(
    view: YearView, plan: Plan, paper: CouncilPaper, wanted: Wanted, places: _Places
) -> dict[Path, bytes]:
    from kakunin_xlsx.report.book import view_workbook
    from kakunin_xlsx.report.flat import flat_workbook
    from kakunin_xlsx.report.speech import speech_bytes

    book = view_workbook(view, paper, plan)
    files = {places.workbook: book, places.data: flat_workbook(view)}
    return {**files, places.text: speech_bytes(view)} if wanted.text else files


def _pdf(path: Path, workbook: bytes) -> str:
    """Write the PDF beside the workbook; why not, if it cannot be made."""
    try:
        data = pdf_of(workbook)
    except NoPdf as reason:
        return str(reason)
    write_file(path, data)
    return ""


def _errata(output: OutputFolder, view: YearView, cells: Sequence[Shown]) -> Errata | None:
    """What changed since the last 版; None before the first. Raises Stop if it is unreadable."""
    from kakunin_xlsx.report.errata import Errata
    from kakunin_xlsx.report.shown import ShownBroken, changes, from_csv

    issued = output.editions(view.year)
    if not issued:
        return None
    path = output.edition(view.year, issued[-1]) / SHOWN
    held = {each.round.code for each in (view, *view.later)}
    left_out = {each.code: each.name for each in view.plan.rounds if each.code not in held}
    try:
        return Errata(issued[-1], changes(from_csv(path.read_bytes()), cells, left_out))
    except (ShownBroken, FileNotFoundError) as broken:
        raise Stop(
            f"{path}\n第{issued[-1]}版の控えを読めないため、正誤表を作れません。"
            "控えを元に戻すか、その版のフォルダーの名前を変えて、もう一度実行してください。"
        ) from broken


def _edition(errata: Errata | None) -> int | None:
    """The number of the 版 to issue; None if it would be the last one again."""
    if errata is None:
        return 1
    return errata.since + 1 if errata.changes else None


def _paper(
    front: Front, findings: Findings, errata: Errata | None, edition: int | None
) -> CouncilPaper:
    from kakunin_xlsx.report.paper import CouncilPaper

    return CouncilPaper(front.no, front.date, front.agenda, findings, errata, edition)


def _kept(
    output: OutputFolder, view: YearView, edition: int, book: bytes, cells: Sequence[Shown]
) -> dict[Path, bytes]:
    """The files of 第n版: the workbook, what it shows, and the answers with their lineage."""
    from kakunin_xlsx.report.shown import to_csv

    folder = output.edition(view.year, edition)
    own = (a for a in view.record.answers if a.adopted and a.year == view.year.code)
    return {
        folder / output.report(view.year).name: book,
        folder / RECORD: record_csv(own),
        folder / SHOWN: to_csv(cells),
    }


def _published(
    view: YearView,
    wanted: Wanted,
    places: _Places,
    changed: bool,
    left_out: tuple[str, ...],
    errata: Errata | None,
    edition: int | None,
    without_pdf: str,
) -> Published:
    from kakunin_xlsx.report.errata import place
    from kakunin_xlsx.report.opinions import Opinions
    from kakunin_xlsx.report.review import reviewed, reviewed_by_councils

    text = places.text if wanted.text else None
    pdf = places.pdf if wanted.pdf and not without_pdf else None
    older = {places.text, places.pdf} - {text, pdf}
    return Published(
        path=places.workbook,
        changed=changed,
        data=places.data,
        asked=len(view.asked),
        complete=sum(not view.missing(row) for row in view.asked),
        to_review=len(reviewed(view)) + len(reviewed_by_councils(view)),
        office_only=view.office_only,
        rounds=tuple(each.round.name for each in (view, *view.later)),
        left_out=left_out,
        unanswered=tuple(
            f"意見{said.no}（{said.short}、{said.about}）　{'、'.join(said.open)}"
            for said in Opinions(view).unanswered
        ),
        to_correct=_to_correct(view),
        edition=edition,
        since=errata.since if errata else None,
        changes=tuple(
            Changed(place(view, c.row), c.item, c.before, c.after, c.ground)
            for c in (errata.changes if errata else ())
        ),
        audience=view.audience,
        hidden=view.audience_words,
        text=text,
        pdf=pdf,
        without_pdf=without_pdf,
        older=tuple(sorted(path for path in older if path.is_file())),
    )


def _to_correct(view: YearView) -> tuple[str, ...]:
    """What departments of later rounds chose, inside the city hall, that asks for another look."""
    return tuple(
        f"{row.id}（{row.department}）　{'、'.join(filter(None, texts))}"
        for each in view.later
        if each.round.of_departments
        for row in each.asked
        if any(column not in each.printed for column, _ in each.reviews(row))
        for texts in [[each.text(row.id, column) for column in each.layout.open_columns]]
    )
