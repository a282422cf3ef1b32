"""Problems of the masters' files, told at the cells of 台帳.xlsx that they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kakunin_xlsx.layout import masters_book as book
from kakunin_xlsx.plan import Problem
from kakunin_xlsx.plan.csvtext import CsvText
from kakunin_xlsx.plan.head import FILE as PLAN_FILE
from kakunin_xlsx.plan.readings import split_key
from kakunin_xlsx.plan.rows import row_ids, row_key, rows_of
from kakunin_xlsx.plan.settings import SETTINGS
from kakunin_xlsx.plan.tables import READINGS, TABLE, TABLES, Table
from kakunin_xlsx.returns.masters_book import ReadMasters, SheetRow

_BY_FILE = {table.file: table for table in TABLES}


def at_cells(
    problems: Sequence[Problem], files: Mapping[str, bytes], read: ReadMasters
) -> list[Problem]:
    """Each problem with `部署（departments）!B7` for its place, where a cell can be named.

    `files` are the masters (name → bytes) in which the problems were found.
    """
    return [_at_cell(problem, files, read) for problem in problems]


def _at_cell(problem: Problem, files: Mapping[str, bytes], read: ReadMasters) -> Problem:
    table = _BY_FILE.get(problem.file)
    if problem.file == PLAN_FILE:
        return _setting(problem, read)
    if table and problem.line:
        cells = dict(_lines(table, files[table.file])).get(problem.line, ("", {}))
        place = _place(table, *cells, problem.column, read)
    else:
        place = book.sheet_name(table) if table else ""
    return Problem(place, 0, "", problem.wrong, problem.todo) if place else problem


def in_sheets(problem: Problem) -> str:
    """A problem in words, the files called by the sheets that hold them."""
    words = str(problem)
    for table in TABLES:
        words = words.replace(f"{table.file} ", table.file)
        words = words.replace(table.file, f"シート「{book.sheet_name(table)}」")
    return words


def _setting(problem: Problem, read: ReadMasters) -> Problem:
    """People see no keys and no TOML, so the example of the sheet takes its place."""
    for setting in SETTINGS:
        for row in read.settings:
            if setting.key == problem.column and row.said(book.ITEM) == setting.label:
                wrong = problem.wrong if row.said(book.VALUE) else "空欄です。"
                todo = f"「{setting.label}」を書いてください。{setting.about}"
                return Problem(row.places[book.VALUE], 0, "", wrong, todo)
    return problem


def _lines(table: Table, data: bytes) -> Iterator[tuple[int, tuple[str, Mapping[str, str]]]]:
    """Line of the file → id and cells of the row that begins there."""
    sheet = CsvText.read(data)
    begins, line = {}, 1
    for record in sheet.records:
        begins[id(record)] = line
        plain = str(record).replace("\r\n", "\n").replace("\r", "\n")
        line += plain.count("\n")
    rows = rows_of(table, sheet)
    ids = row_ids(table, (cells for _, cells in rows))
    for own, (record, cells) in zip(ids, rows, strict=True):
        yield begins[id(record)], (own, cells)


def _place(table: Table, own: str, cells: Mapping[str, str], header: str, read: ReadMasters) -> str:
    if row := _row(table, own, row_key(table, cells), read):
        return row.places.get(header) or next(iter(row.places.values()))
    if table is READINGS and (spoken := TABLE.get(cells.get("表", ""))):
        key = cells.get("キー", "")
        row = _row(spoken, key, split_key(key)[0], read)
        return row.places.get(cells.get("列", ""), "") if row else ""
    return ""


def _row(table: Table, own: str, key: str, read: ReadMasters) -> SheetRow | None:
    """The row of the workbook that became this one: the same, or the one it was split from."""
    rows = read.tables.get(table.name, ())
    by_id = dict(zip(row_ids(table, (row.cells for row in rows)), rows, strict=True))
    found = [by_id[own]] if own in by_id else []
    found += [row for row in rows if key and row_key(table, row.cells) == key]
    return next(iter(found), None)
