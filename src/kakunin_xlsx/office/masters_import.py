"""台帳.xlsx back into the masters: shown in words, checked, and written all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakunin_xlsx.findings import Finding
from kakunin_xlsx.folders import write_files
from kakunin_xlsx.layout import masters_book as book
from kakunin_xlsx.office.masters_confirm import Confirmations
from kakunin_xlsx.office.masters_diff import Differences, compared
from kakunin_xlsx.office.masters_export import master_files
from kakunin_xlsx.office.masters_places import at_cells, in_sheets
from kakunin_xlsx.plan import (
    Masters,
    MastersBroken,
    Problem,
    load_masters,
    prove_masters,
)
from kakunin_xlsx.plan.edited import EditedRow, EditedTable, edited_files
from kakunin_xlsx.plan.head import FILE as PLAN_FILE
from kakunin_xlsx.plan.load import SOURCE_FILE
from kakunin_xlsx.plan.rows import csv_of, row_digest
from kakunin_xlsx.plan.settings import BLANK, SETTING, SETTINGS, NotSet, settings_of, with_setting
from kakunin_xlsx.plan.tables import TABLE, TABLES
from kakunin_xlsx.returns.masters_book import ReadMasters, SheetRow, read_masters_book
from kakunin_xlsx.stop import Stop, WrongUsage

_BOM = "\ufeff"
_ANEW = "kakunin masters export でもう一度書き出し、変えたところを写してください。"


@dataclass(frozen=True)
class Imported:
    """What the import changes (or would), what is to be known, and the files it wrote."""

    differences: Differences
    notices: Sequence[str]
    files: Sequence[Path]
    written: bool

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        return {
            **self.differences.as_data(),
            "お知らせ": list(self.notices),
            "ファイル": [str(path) for path in self.files],
            "書き込み": self.written,
        }


def import_masters(folder: Path, path: Path, dry_run: bool = False) -> Imported:
    """Take what was changed in 台帳.xlsx into the masters under `folder`.

    Raises Stop with everything that is to be put right, sheet and cell each, and nothing
    written; MastersBroken if the masters do not load as they are.
    """
    read = read_book(path)
    before = load_masters(folder)
    _require_own(read, before, path)
    files = master_files(folder)
    work = _Import(read, before, files, list(read.problems), list(read.notices))
    new = work.files_changed()
    if work.problems:
        raise refusal(path, work.problems)
    after = tried({**_source(folder), **files, **new}, read, path) if new else before
    made = {folder / name: data for name, data in new.items()}
    if not dry_run:
        write_files(made)
    return Imported(compared(before, after), work.notices, list(made), written=not dry_run)


def masters_of_book(path: Path) -> Mapping[str, bytes]:
    """The master files of a new plan (name → bytes) from a filled 台帳.xlsx.

    plan.toml and a CSV for every table, without source.txt. Raises Stop with everything that is
    to be put right, sheet and cell each.
    """
    read = read_book(path)
    problems = list(read.problems)
    text = BLANK
    for row in read.settings:
        text = _set(text, row, problems)
    files = {PLAN_FILE: text.encode()}
    for table in TABLES:
        rows = [row.cells for row in read.tables.get(table.name, ())]
        if rows or not table.optional:
            files[table.file] = csv_of(table, rows)
    if problems:
        raise refusal(path, problems)
    tried(files, read, path)
    return files


def read_book(path: Path) -> ReadMasters:
    """The workbook read back. Raises Stop or WrongUsage where it cannot be."""
    if not path.is_file():
        raise WrongUsage(f"{path} が見つかりません。ファイルの場所を確かめてください。")
    read = read_masters_book(path)
    if isinstance(read, Finding):
        raise Stop(
            f"{path}\n{read.words}kakunin masters export で書き出した台帳を指定してください。"
        )
    if not read.tables and not read.problems:
        raise Stop(
            f"{path}\n台帳の表がありません。kakunin masters export で書き出した台帳を指定してください。"
        )
    return read


def refusal(path: Path, problems: Sequence[Problem]) -> Stop:
    """All problems at once; nothing was written."""
    told = dict.fromkeys(f"・{in_sheets(problem)}" for problem in problems)
    return Stop(
        f"{path}\n直す必要のある箇所が{len(told)}件あります。何も書き込んでいません。\n"
        + "\n".join(told)
    )


def tried(files: Mapping[str, bytes], read: ReadMasters, path: Path) -> Masters:
    """What these files load to. Raises Stop, with the workbook's cells, if they do not check."""
    try:
        return prove_masters(files)
    except MastersBroken as broken:
        raise refusal(path, at_cells(broken.problems, files, read)) from broken


def _require_own(read: ReadMasters, before: Masters, path: Path) -> None:
    if not read.base:
        raise Stop(
            f"{path}\nいつ書き出した台帳か分かりません（隠れたシート「_kakunin」がありません）。{_ANEW}"
        )
    if read.plan != before.plan.id:
        raise Stop(
            f"{path}\n別の計画「{read.plan}」の台帳です。「{before.plan.title}」の台帳を指定するか、"
            "--plan で計画のフォルダーを指定してください。"
        )


def _source(folder: Path) -> dict[str, bytes]:
    """What the workbook does not hold, but the checks ask for."""
    path = folder / SOURCE_FILE
    return {SOURCE_FILE: path.read_bytes()} if path.is_file() else {}


@dataclass(frozen=True)
class _Import:
    """One import: the workbook, the masters as they are, and what is met on the way."""

    read: ReadMasters
    before: Masters
    files: Mapping[str, bytes]
    problems: list[Problem]
    notices: list[str]

    def files_changed(self) -> Mapping[str, bytes]:
        """Name → new bytes of each file that changes."""
        tables = [
            EditedTable(TABLE[name], list(map(_row, rows)), self.read.base.get(name, {}))
            for name, rows in self.read.tables.items()
        ]
        for table in TABLES:
            if table.name not in self.read.tables and table.file in self.files:
                self.notices.append(
                    f"シート「{book.sheet_name(table)}」がないので、{table.file} は変えません。"
                )
        confirmed = Confirmations(self.read, self.before.plan, self.files)
        edits = edited_files(self.files, tables, self.before, list(confirmed.all()))
        self.problems.extend((*confirmed.problems, *edits.problems))
        self.notices.extend(confirmed.notices)
        return {**self._settings(), **edits.files}

    def _settings(self) -> Mapping[str, bytes]:
        """plan.toml, if a value was changed."""
        data = self.files[PLAN_FILE]
        text = before = data.decode("utf-8")
        now, base = settings_of(text.removeprefix(_BOM)), self.read.base.get(PLAN_FILE, {})
        for row in self.read.settings:
            label, value = row.said(book.ITEM), row.said(book.VALUE)
            known = base.get(label)
            if label in now and (value == now[label] or row_digest({book.VALUE: value}) == known):
                continue
            if label in now and row_digest({book.VALUE: now[label]}) != known:
                self.problems.append(
                    _at(row, f"「{label}」は、書き出した後に台帳でも変わっています。", _ANEW)
                )
            elif label == SETTINGS[0].label:
                todo = f"「{now[label]}」に戻してください。配った様式や保存した年度と結び付いています。"
                self.problems.append(_at(row, f"「{label}」は変えられません。", todo))
            else:
                text = _set(text, row, self.problems)
        return {PLAN_FILE: text.encode()} if text != before else {}


def _row(row: SheetRow) -> EditedRow:
    def place(heading: str) -> str:
        return row.places.get(heading) or next(iter(row.places.values()))

    return EditedRow(row.cells, place, row.said(book.SINCE), row.said(book.WHY))


def _at(row: SheetRow, wrong: str, todo: str) -> Problem:
    known = row.said(book.ITEM) in SETTING
    return Problem(row.places[book.VALUE if known else book.ITEM], 0, "", wrong, todo)


def _set(text: str, row: SheetRow, problems: list[Problem]) -> str:
    """The text of plan.toml with the row's value."""
    label = row.said(book.ITEM)
    if label not in SETTING:
        todo = f"「{book.ITEM}」は、書き出したときのとおりに戻してください。"
        problems.append(_at(row, f"「{label}」という項目はありません。", todo))
        return text
    try:
        return with_setting(text, SETTING[label], row.said(book.VALUE))
    except NotSet:
        todo = f"{PLAN_FILE} を直に直してください。"
        problems.append(_at(row, f"「{label}」を書き換えられません。", todo))
        return text
