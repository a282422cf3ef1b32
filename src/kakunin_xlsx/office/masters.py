"""台帳: inspecting the masters, what differs between two, and 台帳.xlsx out and in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kakunin_xlsx.archive.kept import masters_of
from kakunin_xlsx.folders import OutputFolder, write_file, write_files
from kakunin_xlsx.letters import template_problems
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.changes import changes
from kakunin_xlsx.masters_book.contents import MastersBook, masters_book
from kakunin_xlsx.masters_book.grids import ReadMasters, with_places
from kakunin_xlsx.masters_book.own_targets import OwnTargets
from kakunin_xlsx.masters_book.pages import masters_pages
from kakunin_xlsx.office.masters_read import EXPORTED, read_book
from kakunin_xlsx.office.verdicts import Verdicts, decisions, proposal_lines
from kakunin_xlsx.plan import (
    Edit,
    Masters,
    MastersBroken,
    MasterTexts,
    Plan,
    Problem,
    Reading,
    Sentence,
    Status,
    check_masters,
    count,
    describe,
    edited,
    find_masters,
    load_masters,
    plan_changes,
    prove,
    source_changes,
)
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.new_plan import blank_texts
from kakunin_xlsx.plan.readings import WAITING
from kakunin_xlsx.plan.settings import PLAN_FILE, SETTINGS, settings_of
from kakunin_xlsx.plan.texts import year_in
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.stop import Stop, WrongUsage
from kakunin_xlsx.textfiles import csv_bytes

_COPY = "kakunin masters export でもう一度書き出し、変えたところを写してください。"


# kakunin masters check


@dataclass(frozen=True)
class Inspection:
    """What `masters check` tells. `proof` is a sentence; problems have been raised before."""

    folder: Path
    plan: Plan
    proof: str

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows of each level, by what the plan calls it."""
        words, counts = self.plan.words, count(self.plan)
        named = {
            words.goal: counts.goals,
            words.measure: counts.measures,
            words.initiative: counts.initiatives,
            f"{words.effort}（{words.department}ごとの行）": counts.actions,
            "　うち再掲": counts.repeats,
            "指標" if counts.indicators else "": counts.indicators,
            "課": counts.departments,
        }
        return {name: number for name, number in named.items() if name}

    @property
    def unrated(self) -> str:
        """That a 達成率 suggests nothing for lines of several figures; '' where none is meant to."""
        lines = {row.action for row in self.plan.indicators}
        if not lines or not any(choice.reached for choice in self.plan.choices):
            return ""
        return (
            f"指標のある{self.plan.words.effort}{len(lines)}件には、評価の目安を出しません"
            "（指標ごとの達成率から一つの評価は決まらないためです）。"
        )

    @property
    def open_readings(self) -> tuple[Reading, ...]:
        """補正, 推定 and 原本未照合, in that order."""
        found = (reading for reading in self.plan.readings if reading.status in WAITING)
        return tuple(sorted(found, key=lambda reading: WAITING.index(reading.status)))

    @property
    def by_status(self) -> Mapping[Status, int]:
        """How many of each."""
        return Counter(reading.status for reading in self.open_readings)

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        return {
            "計画": self.plan.title,
            "フォルダー": str(self.folder),
            "件数": dict(self.counts),
            "照合": self.proof,
            "状態": dict(self.by_status),
            "箇所": [asdict(reading) for reading in self.open_readings],
            **({"お知らせ": self.unrated} if self.unrated else {}),
        }


def inspect_masters(folder: Path) -> Inspection:
    """Raises MastersBroken with every problem of structure, provenance and letters."""
    masters = load_masters(folder)
    names = (each.name for each in masters.plan.rounds)
    if problems := (*check_masters(masters), *template_problems(folder, names)):
        raise MastersBroken(problems)
    proof = "両方向とも一致しています（台帳→原本、原本→台帳）。"
    if masters.source is None:
        proof = "原本の文字（source.txt）がないため、行っていません。"
    return Inspection(folder, masters.plan, proof)


def problems_csv(problems: Sequence[Problem]) -> bytes:
    """Every problem on a line: file, line, column, what is wrong, what to do."""
    rows = ((p.file, p.line or "", p.column, p.wrong, p.todo) for p in problems)
    return csv_bytes(["ファイル", "行", "列", "具合", "すること"], rows)


# kakunin masters diff


@dataclass(frozen=True)
class Differences:
    """Every change in a sentence, with its grounds."""

    told: tuple[Sentence, ...]

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        return {"件数": len(self.told), "変更": [sentence_as_data(each) for each in self.told]}


def sentence_as_data(told_: Sentence) -> dict[str, Any]:
    """One sentence and the typed changes behind it."""
    return {
        "文": told_.words,
        "根拠": told_.ground,
        "箇所": [
            {
                "表": change.table,
                "キー": change.key,
                "列": change.column,
                "種類": change.kind.value,
                "前": change.before,
                "後": change.after,
                "年度から": change.first.code if change.first else "",
                "年度まで": change.last.code if change.last else "",
            }
            for change in told_.changes
        ],
    }


def differences(old: Path, new: Path) -> Differences:
    """Compare two masters, each a folder or inside the archive of a year.

    Raises Stop, MastersNotFound or MastersBroken.
    """
    with _masters(old) as before, _masters(new) as after:
        return compared(before, after)


def compared(before: Masters, after: Masters) -> Differences:
    """Compare two masters that are at hand."""
    found = (
        *plan_changes(before.plan, after.plan),
        *source_changes(before.source, after.source),
    )
    return Differences(describe(found, before.plan, after.plan))


@contextmanager
def _masters(path: Path) -> Iterator[Masters]:
    if path.is_file():
        with masters_of(path) as folder:
            yield load_masters(folder)
    else:
        yield load_masters(find_masters(path, path))


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

    differences: Differences
    decided: Sequence[str]
    notices: Sequence[str]
    files: Sequence[Path]
    written: bool

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        return {
            **self.differences.as_data(),
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
    for table in TABLES:
        if table.name not in read.tables and (folder / table.file).is_file():
            read.notices.append(
                f"シート「{book.sheet_name(table)}」がないので、{table.file} は変えません。"
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
    own = OwnTargets(before.plan, before.texts)
    edits = [*asked, *(edit for sheet in read.own for edit in own.edits(sheet))]
    after = _made(path, read, before.texts, edits)
    files = written_files(folder, before.texts, after.texts) | (verdicts.files if verdicts else {})
    if not dry_run:
        write_files(files)
    told = verdicts.told if verdicts else ()
    notices = [*read.notices, *own.told]
    return Imported(compared(before, after), told, notices, list(files), written=not dry_run)


def written_files(folder: Path, before: MasterTexts, after: MasterTexts) -> dict[Path, bytes]:
    """The files of which something is new."""
    old = before.files()
    return {folder / name: data for name, data in after.files().items() if data != old[name]}


def masters_of_book(path: Path) -> tuple[Mapping[str, bytes], Sequence[str]]:
    """The master files of a new plan (name → bytes) from a filled 台帳.xlsx, and what to tell.

    plan.toml and a CSV for every table, without source.txt. Raises Stop with everything that is
    to be put right, sheet and cell each.
    """
    read = read_book(path)
    if not read.settings and read.own and not read.tables:
        raise Stop(f"{path}\n台帳の表がありません。{EXPORTED}")
    return new_masters(path, read, blank_texts())


def new_masters(
    path: Path, read: ReadMasters, texts: MasterTexts
) -> tuple[Mapping[str, bytes], Sequence[str]]:
    """The same from a workbook that was read, `texts` being what a plan has before."""
    if read.own:
        said = {row.said(book.ITEM): row.said(book.VALUE) for row in read.settings}
        said = {**settings_of(texts.toml or ""), **said}
        first, last = (year_in(said.get(label, "")) for label in ("計画の初年度", "計画の最終年度"))
        years = range(first.start, last.start + 1) if first and last else ()
        read.begin_from_own([FiscalYear(at) for at in years], said.get("計画の名前", ""))
    return _made(path, read, texts, changes(read, texts, None)).texts.files(), read.notices


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
            problem = replace(problem, cell=book.sheet_name(table))
    words = str(problem)
    for table in TABLES:
        words = words.replace(f"{table.file} ", table.file)
        words = words.replace(table.file, f"シート「{book.sheet_name(table)}」")
    return words
