"""台帳.xlsx out and in: `masters export` and `import`, and a new plan's from a filled one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kakunin_xlsx.findings import Place
from kakunin_xlsx.findings.catalogue import NOT_A_WORKBOOK
from kakunin_xlsx.folders.files import write_file, write_files
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.changes import changes
from kakunin_xlsx.masters_book.contents import MastersBook, masters_book
from kakunin_xlsx.masters_book.grids import ReadMasters, with_places
from kakunin_xlsx.masters_book.own_targets import target_edits
from kakunin_xlsx.masters_book.pages import masters_pages
from kakunin_xlsx.office.masters import as_data, compared
from kakunin_xlsx.office.verdicts import Verdicts, decisions, proposal_lines
from kakunin_xlsx.plan import (
    Edit,
    Masters,
    MastersBroken,
    MasterTexts,
    Problem,
    Sentence,
    edited,
    load_masters,
    prove,
)
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.new_plan import blank_texts
from kakunin_xlsx.plan.settings import PLAN_FILE, SETTINGS, settings_of
from kakunin_xlsx.plan.texts import year_in
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Book, Grid, GridCell, Item
from kakunin_xlsx.returns.workers import Workers
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.stop import Stop, WrongUsage
from kakunin_xlsx.textfiles import FileBroken, bytes_of, csv_lines, typed_text

_COPY = "kakunin masters export でもう一度書き出し、変えたところを写してください。"
_EXPORTED = "kakunin masters export で書き出した台帳を指定してください。"


# kakunin masters export


@dataclass(frozen=True)
class Exported:
    """The workbook that was written, what it holds, and what people must know."""

    path: Path
    masters: MastersBook
    notices: Sequence[str] = ()

    @property
    def waiting(self) -> Sequence[str]:
        """How many cells are to be compared with the booklet or decided, and on which sheet."""
        listed = (
            ("冊子と見比べる箇所", len(self.masters.open), book.OPEN_SHEET),
            ("採否を決める提案", len(self.masters.proposals), book.PROPOSALS_SHEET),
        )
        return [f"{what}が{n}あります（シート「{sheet}」）。" for what, n, sheet in listed if n]

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        rows = {name: len(found) for name, found in self.masters.tables.items()}
        return {
            "計画": self.masters.title,
            "ファイル": str(self.path),
            "行数": rows,
            book.OPEN_SHEET: len(self.masters.open),
            book.PROPOSALS_SHEET: len(self.masters.proposals),
            "お知らせ": list(self.notices),
        }


def export_masters(folder: Path, path: Path, output: OutputFolder | None = None) -> Exported:
    """Write the masters under `folder`, and what `output` holds of proposals, as a workbook.

    Raises Stop if something else than a workbook is asked for or cannot be written, and
    MastersBroken if the masters do not load.
    """
    require_new_book(path)
    masters = load_masters(folder)
    lines, notices = proposal_lines(masters.plan, output) if output else ([], [])
    made = masters_book(masters.texts, masters.plan, lines)
    write_file(path, workbook_of(made))
    return Exported(path, made, notices)


def require_new_book(path: Path) -> None:
    """Raises Stop or WrongUsage unless a workbook can be written there anew."""
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(f"{path}\nファイルの名前の終わりを .xlsx としてください。例：台帳.xlsx")
    if path.exists():
        raise Stop(
            f"{path}\n同じ名前のファイルがあります。記入したものを失わないように、上書きしません。"
            "別の名前を指定するか、要らないときは先に消してください。"
        )


def workbook_of(made: MastersBook) -> bytes:
    """The xlsx file. Same masters, same bytes."""
    return workbook_bytes(masters_pages(made), BookInfo(title=f"{made.title}　台帳"), made.font)


# kakunin masters import


@dataclass(frozen=True)
class Imported:
    """What the import changes (or would), what is to be known, and the files it wrote."""

    differences: Sequence[Sentence]
    decided: Sequence[str]
    notices: Sequence[str]
    files: Sequence[Path]
    written: bool

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        return {
            **as_data(self.differences),
            "採否": list(self.decided),
            "お知らせ": list(self.notices),
            "ファイル": [str(path) for path in self.files],
            "書き込み": self.written,
        }


def import_masters(
    folder: Path, path: Path, dry_run: bool = False, output: OutputFolder | None = None
) -> Imported:
    """Take what was changed and decided in 台帳.xlsx into the masters under `folder`.

    Raises Stop with everything that is to be put right, sheet and cell each, and nothing
    written; MastersBroken if the masters do not load as they are.
    """
    read, before = read_book(path), load_masters(folder)
    if read.own and not read.base and not read.tables:
        return _imported(folder, path, read, before, [], dry_run)
    if not read.base:
        raise Stop(
            f"{path}\nいつ書き出した台帳か分かりません（隠れたシート「_kakunin」がありません）。{_COPY}"
        )
    if read.plan != before.plan.id:
        raise Stop(
            f"{path}\n別の計画「{read.plan}」の台帳です。「{before.plan.title}」の台帳を指定するか、"
            "--plan で計画のフォルダーを指定してください。"
        )
    sheets = book.sheet_names(settings_of(before.texts.toml or ""))
    for table in TABLES:
        if table.name not in read.tables and (folder / table.file).is_file():
            read.notices.append(
                f"シート「{sheets[table.name]}」がないので、{table.file} は変えません。"
            )
    asked = changes(read, before.texts, before)
    verdicts = decisions(read.proposals, before.plan, output)
    read.problems += verdicts.problems
    read.notices += verdicts.notices
    return _imported(folder, path, read, before, [*asked, *verdicts.edits], dry_run, verdicts)


def _imported(
    folder: Path,
    path: Path,
    read: ReadMasters,
    before: Masters,
    asked: Sequence[Edit],
    dry_run: bool,
    verdicts: Verdicts | None = None,
) -> Imported:
    """Make the edits, and those of lists of the clerk's own."""
    edits, not_taken = [*asked], list[str]()
    for sheet in read.own:
        own, told_of_it = target_edits(sheet, before.plan, before.texts)
        edits += own
        not_taken += told_of_it
    after = _made(path, read, before.texts, edits)
    old, new = before.texts.files(), after.texts.files()
    files = {folder / name: data for name, data in new.items() if data != old[name]}
    files |= verdicts.files if verdicts else {}
    if not dry_run:
        write_files(files)
    told = verdicts.told if verdicts else ()
    notices = [*read.notices, *not_taken]
    return Imported(compared(before, after), told, notices, list(files), written=not dry_run)


def masters_of_book(path: Path) -> tuple[Mapping[str, bytes], Sequence[str]]:
    """The master files of a new plan (name → bytes) from a filled 台帳.xlsx, and what to tell.

    plan.toml and a CSV for every table, without source.txt. Raises Stop with everything that is
    to be put right, sheet and cell each.
    """
    read = read_book(path)
    if not read.settings and read.own and not read.tables:
        raise Stop(f"{path}\n台帳の表がありません。{_EXPORTED}")
    return new_masters(path, read, blank_texts())


def new_masters(
    path: Path, read: ReadMasters, texts: MasterTexts
) -> tuple[Mapping[str, bytes], Sequence[str]]:
    """The same from a workbook that was read, `texts` being what a plan has before."""
    read.join_lists()
    if read.own:
        said = {row.said(book.ITEM): row.said(book.VALUE) for row in read.settings}
        said = {**settings_of(texts.toml or ""), **said}
        first, last = (year_in(said.get(label, "")) for label in ("計画の初年度", "計画の最終年度"))
        years = range(first.start, last.start + 1) if first and last else ()
        read.begin_from_own([FiscalYear(at) for at in years], said.get("計画の名前", ""))
    return _made(path, read, texts, changes(read, texts, None)).texts.files(), read.notices


def read_book(path: Path) -> ReadMasters:
    """The workbook read in a process of its own. Raises Stop or WrongUsage where it cannot be."""
    if not path.is_file():
        raise WrongUsage(f"{path} が見つかりません。ファイルの場所を確かめてください。")
    if path.suffix.lower() == ".csv":
        return ReadMasters.of(_csv_book(path))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with Workers(Limits.from_environment(), [path]) as workers:
        workers.learn(None)
        (opened,) = workers.read([Item(str(path), sha256, path)])
    if opened.book is None:
        how = "解凍して、中の台帳のブックを指定してください。"
        zipped = NOT_A_WORKBOOK.at(Place(file=str(path)), what="圧縮ファイル", how=how)
        words = opened.findings[0].words if opened.findings else zipped.words
        raise Stop(f"{path}\n{words}{_EXPORTED}")
    read = ReadMasters.of(opened.book)
    if not (read.tables or read.problems or read.own):
        raise Stop(f"{path}\n台帳の表がありません。{_EXPORTED}")
    return read


def _csv_book(path: Path) -> Book:
    """A CSV as a workbook of one sheet. Raises Stop."""
    try:
        lines = list(csv_lines(typed_text(bytes_of(path), office=True)))
    except FileBroken as broken:
        raise Stop(f"{path}\n{broken.line}行目：{broken.wrong}{broken.todo}") from broken
    cells = (
        GridCell(line, col, text)
        for line, record in lines
        for col, text in enumerate(record, start=1)
        if text.strip()
    )
    return Book((Grid(path.stem, tuple(cells), protected=False),))


def _made(path: Path, read: ReadMasters, texts: MasterTexts, edits: Sequence[Edit]) -> Masters:
    """What the edits make of the texts. Raises Stop with the workbook's cells."""
    made, problems = edited(texts, edits)
    if found := [*read.problems, *problems]:
        raise _refusal(path, found, read)
    try:
        return prove(with_places(made, read))
    except MastersBroken as broken:
        raise _refusal(path, broken.problems, read) from broken


def _refusal(path: Path, problems: Sequence[Problem], read: ReadMasters) -> Stop:
    """All problems at once, in the words of the workbook; nothing was written."""
    found = dict.fromkeys(f"・{_in_sheets(problem, read)}" for problem in problems)
    return Stop(
        f"{path}\n直す必要のある箇所が{len(found)}件あります。何も書き込んでいません。\n"
        + "\n".join(found)
    )


def _in_sheets(problem: Problem, read: ReadMasters) -> str:
    """A problem told at its cell, the files called by the sheets that hold them."""
    if problem.file == PLAN_FILE and not problem.cell:
        for setting in SETTINGS:
            for row in read.settings:
                if setting.key == problem.column and row.said(book.ITEM) == setting.label:
                    # People see no keys and no TOML, so the example of the sheet takes its place.
                    wrong = problem.wrong if row.said(book.VALUE) else "空欄です。"
                    todo = f"「{setting.label}」を書いてください。{setting.about}"
                    cell = row.places[book.VALUE]
                    problem = replace(problem, wrong=wrong, todo=todo, cell=cell)
    for table in TABLES:
        if problem.file == table.file and not problem.line and not problem.cell:
            problem = replace(problem, cell=read.sheet_name(table))
    words = str(problem)
    for table in TABLES:
        words = words.replace(f"{table.file} ", table.file)
        words = words.replace(table.file, f"シート「{read.sheet_name(table)}」")
    return words
