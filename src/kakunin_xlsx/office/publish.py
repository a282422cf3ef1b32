"""確認表: the consolidated workbook of a year, from what 取りまとめ wrote, and its 版."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.folders import OutputFolder, write_files
from kakunin_xlsx.folders.files import LONGEST_PATH
from kakunin_xlsx.office.collect import masters_hash
from kakunin_xlsx.office.year import load_year
from kakunin_xlsx.plan import FiscalYear, Plan
from kakunin_xlsx.record.table import to_csv as record_csv
from kakunin_xlsx.stop import Stop

if TYPE_CHECKING:
    from kakunin_xlsx.report.errata import Errata
    from kakunin_xlsx.report.gaps import Findings
    from kakunin_xlsx.report.paper import CouncilPaper
    from kakunin_xlsx.report.shown import Shown
    from kakunin_xlsx.report.view import YearView

SHOWN, RECORD = "掲載内容.csv", "回答一覧.csv"  # beside the workbook of a 版


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
    """The report's file, and how many answers it shows of how many lines.

    `to_correct` are lines that a department wants corrected: said to the office only.
    `edition` is the 版 issued now, or None; `changes` are those since 第`since`版.
    """

    path: Path
    changed: bool
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


def publish(
    plan: Plan,
    masters: Path,
    year: FiscalYear,
    output: OutputFolder,
    front: Front | None = None,
    issue: bool = False,
) -> Published:
    """Write the report; with `issue` keep it as 第n版, unless nothing changed since the last.

    Raises Stop if the first round is not merged, or its merge is edited or stale.
    """
    from kakunin_xlsx.report.book import view_workbook
    from kakunin_xlsx.report.shown import shown_cells
    from kakunin_xlsx.report.view import YearView

    read = load_year(plan, year, output, masters_hash(masters))
    view = YearView.of(plan, year, read.record)
    cells = shown_cells(view)
    errata = _errata(output, view, cells)
    edition = _edition(errata) if issue else None
    book = view_workbook(view, _paper(front or Front(), read.findings, errata, edition), plan)
    path = output.report(year)
    files = {path: book}
    if edition:
        files |= _kept(output, view, edition, book, cells)
    changed = path in write_files(files)
    return _published(view, path, changed, read.left_out, errata, edition)


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
    path: Path,
    changed: bool,
    left_out: tuple[str, ...],
    errata: Errata | None,
    edition: int | None,
) -> Published:
    from kakunin_xlsx.report.errata import place
    from kakunin_xlsx.report.opinions import Opinions
    from kakunin_xlsx.report.review import reviewed, reviewed_by_councils

    opinions = Opinions(view)
    return Published(
        path=path,
        changed=changed,
        asked=len(view.asked),
        complete=sum(not view.missing(row) for row in view.asked),
        to_review=len(reviewed(view)) + len(reviewed_by_councils(view)),
        office_only=view.office_only,
        rounds=tuple(each.round.name for each in (view, *view.later)),
        left_out=left_out,
        unanswered=tuple(
            f"意見{said.no}（{said.short}、{said.about}）　{'、'.join(said.open)}"
            for said in opinions.unanswered
        ),
        to_correct=_to_correct(view),
        edition=edition,
        since=errata.since if errata else None,
        changes=tuple(
            Changed(place(view, c.row), c.item, c.before, c.after, c.ground)
            for c in (errata.changes if errata else ())
        ),
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
