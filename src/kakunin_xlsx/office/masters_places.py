"""Problems of the masters' files, told at the cells of 台帳.xlsx that they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
    places = _Places(files, read)
    return [places.at_cell(problem) for problem in problems]


def in_sheets(problem: Problem) -> str:
    """A problem in words, the files called by the sheets that hold them."""
    words = str(problem)
    for table in TABLES:
        words = words.replace(f"{table.file} ", table.file)
        words = words.replace(table.file, f"シート「{book.sheet_name(table)}」")
    return words


@dataclass
class _Places:
    """Where the rows of the files stand in the workbook."""

    files: Mapping[str, bytes]
    read: ReadMasters
    _lines: dict[str, Mapping[int, tuple[str, Mapping[str, str]]]] = field(default_factory=dict)
    _rows: dict[str, Mapping[str, SheetRow]] = field(default_factory=dict)

    def at_cell(self, problem: Problem) -> Problem:
        """The same problem, told at its cell."""
        table = _BY_FILE.get(problem.file)
        if problem.file == PLAN_FILE:
            return self._setting(problem)
        if table and problem.line:
            place = self._place(table, *self._cells(table, problem.line), problem.column)
        else:
            place = book.sheet_name(table) if table else ""
        return Problem(place, 0, "", problem.wrong, problem.todo) if place else problem

    def _setting(self, problem: Problem) -> Problem:
        """People see no keys and no TOML, so the example of the sheet takes its place."""
        for setting in SETTINGS:
            for row in self.read.settings:
                if setting.key == problem.column and row.said(book.ITEM) == setting.label:
                    wrong = problem.wrong if row.said(book.VALUE) else "空欄です。"
                    todo = f"「{setting.label}」を書いてください。{setting.about}"
                    return Problem(row.places[book.VALUE], 0, "", wrong, todo)
        return problem

    def _cells(self, table: Table, line: int) -> tuple[str, Mapping[str, str]]:
        """Id and cells of the row that begins in a line of the file."""
        if table.name not in self._lines:
            self._lines[table.name] = dict(_lines(table, self.files[table.file]))
        return self._lines[table.name].get(line, ("", {}))

    def _place(self, table: Table, own: str, cells: Mapping[str, str], header: str) -> str:
        if row := self._row(table, own, row_key(table, cells)):
            return row.places.get(header) or next(iter(row.places.values()))
        if table is READINGS and (spoken := TABLE.get(cells.get("表", ""))):
            key = cells.get("キー", "")
            row = self._row(spoken, key, split_key(key)[0])
            return row.places.get(cells.get("列", ""), "") if row else ""
        return ""

    def _row(self, table: Table, own: str, key: str) -> SheetRow | None:
        """The row of the workbook that became this one: the same, or the one it was split from."""
        if table.name not in self._rows:
            by_key = {
                row_key(table, row.cells): row for row in self.read.tables.get(table.name, ())
            }
            self._rows[table.name] = {**by_key, **self.read.by_id(table)}
        return self._rows[table.name].get(own) or self._rows[table.name].get(key)


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
