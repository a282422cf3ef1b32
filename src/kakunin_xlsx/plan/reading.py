"""Reading the files of a masters folder into rows of text. What does not read is a Problem."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.plan.problems import Problem
from kakunin_xlsx.plan.tables import Table

_SAVE_AS = "表計算ソフトでは「CSV UTF-8（コンマ区切り）」を選んで保存し直してください。"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a CSV as text, by heading; `line` is where it begins in the file."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of one CSV. `sound` is False where the file as a whole could not be read."""

    rows: tuple[RawRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    sound: bool = True


def read_table(folder: Path, table: Table) -> RawTable:
    """The rows of one CSV: UTF-8 with or without BOM, any line ends."""
    path = folder / table.file
    if table.optional and not path.exists():
        return RawTable()
    words, problem = read_text(path)
    if problem:
        return RawTable(problems=(problem,), sound=False)
    try:
        return _rows(table, list(_records(words)))
    except _Unreadable as stop:
        return RawTable(problems=(Problem(table.file, stop.line, "", *stop.args),), sound=False)


def read_text(path: Path) -> tuple[str, Problem | None]:
    """The text of a file with plain line ends, or what is wrong with the file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "", Problem(path.name, 0, "", "ファイルがありません。", f"{path} に置いてください。")
    except OSError as error:
        wrong = f"ファイルを開けません（番号{error.errno}）。"
        return "", Problem(path.name, 0, "", wrong, "ほかで開いていないか確かめてください。")
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", Problem(
            path.name, line, "", "文字を読み取れない形式で保存されています。", _SAVE_AS
        )
    return words.replace("\r\n", "\n").replace("\r", "\n"), None


class _Unreadable(Exception):
    def __init__(self, line: int, wrong: str, todo: str) -> None:
        super().__init__(wrong, todo)
        self.line = line


def _records(words: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(words, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            yield line, [cell.strip() for cell in record]
            line = reader.line_num + 1
    except csv.Error:
        wrong = '引用符「"」の組が合わないため、ここから先を読み取れません。'
        raise _Unreadable(line, wrong, "引用符を見直してください。") from None


def _rows(table: Table, records: list[tuple[int, list[str]]]) -> RawTable:
    if not records:
        raise _Unreadable(
            1, "中身がありません。", f"1行目に {','.join(table.headers)} を書いてください。"
        )
    header = records[0][1]
    missing = [
        column.header
        for column in table.columns
        if column.header not in header and not column.may_be_absent
    ]
    problems = [_missing(table, name) for name in missing] + _strange_headings(table, header)
    rows = []
    for line, record in records[1:]:
        if any(record):
            problems += _beyond(table, line, record[len(header) :])
            cells = dict(zip(header, record, strict=False))
            rows.append(RawRow(line, {name: cells.get(name, "") for name in table.headers}))
    return RawTable(tuple(rows), tuple(problems), sound=not missing)


def _missing(table: Table, name: str) -> Problem:
    return Problem(table.file, 1, name, "列がありません。", f"1行目に「{name}」を加えてください。")


def _strange_headings(table: Table, header: list[str]) -> list[Problem]:
    return [
        Problem(
            table.file,
            1,
            name,
            "列が二つあります。" if name in table.headers else "知らない列です。",
            f"1行目は {','.join(table.headers)} としてください。",
        )
        for place, name in enumerate(header)
        if name and (name not in table.headers or name in header[:place])
    ]


def _beyond(table: Table, line: int, cells: list[str]) -> list[Problem]:
    if not any(cells):
        return []
    wrong = f"見出しのない列に「{next(filter(None, cells))}」があります。"
    return [Problem(table.file, line, "", wrong, 'コンマを含む文は引用符「"」で囲んでください。')]
