"""Revising the masters: from one change to the new bytes of the CSVs it touches.

Every line that is not concerned stays byte for byte as it was. Whether what comes out fits
together is asked of the loader afterwards (`office.revisions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kakunin_xlsx.plan.csvtext import CsvText
from kakunin_xlsx.plan.model import Span, Status
from kakunin_xlsx.plan.problems import CellProblem
from kakunin_xlsx.plan.readings import key_since, split_key
from kakunin_xlsx.plan.tables import (
    DEPARTMENTS,
    FIRST,
    LAST,
    READINGS,
    TABLE,
    TABLES,
    Column,
    Table,
)
from kakunin_xlsx.plan.years import FiscalYear

SUCCESSOR = "後継"
_PARTS = "；"


class RevisionKind(StrEnum):
    """What a revision does to its row."""

    CHANGE = "改訂"  # a new text from a year on
    CORRECT = "訂正"  # the wording put right for all years
    END = "終了"  # the row ends with the year before
    ADD = "追加"  # a new row from a year on
    CONFIRM = "確認"  # the cell compared with the printed booklet
    EXPLAIN = "根拠"  # the cell reads so already; only why is told


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of the masters, from `first_year` on, and on what ground (who, when, why).

    `text` is the new text; of END the code of the 後継, if any; of ADD the cells, as
    `見出し=値；見出し=値` (those of the key may be left out). CORRECT looks for the row that
    is in force in `first_year` and puts its wording right wherever the key has the same.
    CONFIRM gives every row of which one reading speaks the text of the booklet; `page` is its.
    """

    table: str
    key: str
    column: str
    text: str
    first_year: FiscalYear
    ground: str
    kind: RevisionKind = RevisionKind.CHANGE
    page: str = ""


class CannotRevise(ValueError):
    """The change does not fit the masters as they stand; the words say why and what to do."""


def revise(files: Mapping[str, bytes], revision: Revision) -> dict[str, bytes]:
    """Name → new bytes of each CSV that `revision` changes. Raises CannotRevise.

    `files` holds the CSVs of a masters folder by name.
    """
    table = TABLE.get(revision.table)
    if table is None or table is READINGS:
        known = "／".join(each.name for each in TABLES if each is not READINGS)
        raise CannotRevise(
            f"「{revision.table}」という表はありません。{known} から選んでください。"
        )
    work = _Work(files, table, revision)
    _HOW[revision.kind](work)
    return work.changed()


@dataclass
class _Work:
    """The table that is changed, the readings beside it, and what is asked."""

    files: Mapping[str, bytes]
    table: Table
    asked: Revision
    _open: dict[str, CsvText] = field(default_factory=dict)

    def sheet(self, table: Table) -> CsvText:
        if table.file not in self._open:
            data = self.files.get(table.file)
            known = CsvText.empty(table.headers) if data is None else CsvText.read(data)
            self._open[table.file] = known
        return self._open[table.file]

    def changed(self) -> dict[str, bytes]:
        made = {name: sheet.to_bytes() for name, sheet in self._open.items()}
        return {name: data for name, data in made.items() if self.files.get(name, b"") != data}

    @property
    def own(self) -> CsvText:
        return self.sheet(self.table)

    def column(self) -> Column:
        """The column that is changed."""
        found = self.table.column.get(self.asked.column)
        if found is None or found.header in (*self.table.keys, FIRST, LAST):
            able = [h for h in self.table.headers if h not in (*self.table.keys, FIRST, LAST)]
            raise CannotRevise(
                f"{self.table.file} の「{self.asked.column}」は改められません。"
                f"{'／'.join(able)} から選んでください。"
            )
        return found

    def rows(self) -> list[int]:
        """Where the rows of the key stand."""
        records = range(1, len(self.own.records))
        found = [at for at in records if _key(self.table, self.own, at) == self.asked.key]
        if not found:
            raise CannotRevise(
                f"{self.table.file} に「{self.asked.key}」の行がありません。"
                f"「{'/'.join(self.table.keys)}」にあるものを書いてください。"
            )
        return found

    def row(self) -> int:
        """Where the row stands that is in force in the asked year."""
        for at in self.rows():
            if not self.table.dated or self.asked.first_year in self.span(at):
                return at
        raise CannotRevise(
            f"{self.table.file} の「{self.asked.key}」には、{self.asked.first_year.name}の行が"
            "ありません。年度を見直してください。"
        )

    def span(self, at: int) -> Span:
        return Span(*(_year(self.own.get(at, header)) for header in (FIRST, LAST)))

    def shown(self, column: Column, text: str) -> str:
        """A text as `readings` holds it: a department by name, a number plainly."""
        try:
            value = column.parse(text) if text else text
        except CellProblem as problem:
            raise CannotRevise(f"「{column.header}」：{problem}") from problem
        if column.header == "部署" and column.words:
            return self._department(text)
        return f"{value:.15g}" if isinstance(value, float) else text

    def _department(self, code: str) -> str:
        known = self.sheet(DEPARTMENTS)
        named = [
            (Span(*(_year(known.get(at, h)) for h in (FIRST, LAST))), known.get(at, "名称"))
            for at in range(1, len(known.records))
            if _key(DEPARTMENTS, known, at) == code
        ]
        now = [name for span, name in named if self.asked.first_year in span]
        if not now:
            raise CannotRevise(f"departments.csv に「{code}」という部署がありません。")
        return now[0]

    # What is said of a cell in readings.csv.

    def note(self, key: str, header: str, status: Status, reading: str, source: str = "") -> None:
        """Say of a cell on what ground it reads as it does now."""
        sheet = self.sheet(READINGS)
        at = self._noted(key).get(header)
        if at is None:
            at = sheet.append()
            for heading, value in (("表", self.table.name), ("キー", key), ("列", header)):
                sheet.put(at, heading, value)
        if Status(sheet.get(at, "状態") or Status.SOURCE) is Status.SOURCE:
            sheet.put(at, "原文の文字", source)
        before = sheet.get(at, "根拠")
        sheet.put(at, "状態", status)
        sheet.put(at, "読み", reading)
        sheet.put(at, "根拠", _PARTS.join(filter(None, (before, self.asked.ground))))
        if self.asked.page:
            sheet.put(at, "頁", self.asked.page)

    def _noted(self, key: str) -> dict[str, int]:
        """Where readings of one row stand, by column."""
        sheet = self.sheet(READINGS)
        place = (self.table.name, key)
        return {
            sheet.get(at, "列"): at
            for at in range(1, len(sheet.records))
            if (sheet.get(at, "表"), sheet.get(at, "キー")) == place
        }

    def noted_key(self, at: int, header: str) -> str | None:
        """The key under which the reading of a cell stands; None without one."""
        first = self.span(at).first if self.table.dated else None
        sheet = self.sheet(READINGS)
        keys = [
            split_key(sheet.get(each, "キー"))
            for each in range(1, len(sheet.records))
            if (sheet.get(each, "表"), sheet.get(each, "列")) == (self.table.name, header)
        ]
        since = [year for key, year in keys if key == self.asked.key]
        dated = [year for year in since if year and first and year <= first]
        if not dated and None not in since:
            return None
        return key_since(self.asked.key, max(dated) if dated else None)

    def status(self, key: str, header: str) -> Status:
        at = self._noted(key).get(header)
        return Status.SOURCE if at is None else Status(self.sheet(READINGS).get(at, "状態"))

    def keep_end(self, before: FiscalYear | None, after: FiscalYear) -> None:
        """What was said of a row's 終了年度 goes to the part of it that ends then."""
        at = self._noted(key_since(self.asked.key, before)).get(LAST)
        if at is not None:
            self.sheet(READINGS).put(at, "キー", key_since(self.asked.key, after))


def _key(table: Table, sheet: CsvText, at: int) -> str:
    """The key of a row as the loader reads it."""
    parts = []
    for header in table.keys:
        cell = sheet.get(at, header)
        try:
            parts.append(str(table.column[header].parse(cell)))
        except CellProblem:
            parts.append(cell)
    return "/".join(parts)


def _year(cell: str) -> FiscalYear | None:
    return FiscalYear.parse(cell) if cell else None


def _change(work: _Work) -> None:
    """A new text from a year on: the row is split there, unless it begins there."""
    column, asked = work.column(), work.asked
    reading = work.shown(column, asked.text)
    if not work.table.dated:
        raise CannotRevise(
            f"{work.table.file} は年度で分けられない表です。全ての年度の文を直すときは、"
            "訂正（--correct）としてください。"
        )
    at = work.row()
    if work.own.get(at, column.header) == asked.text:
        raise CannotRevise(f"「{asked.key}」の「{column.header}」は、もうその文です。")
    if work.span(at).first != asked.first_year:
        at = _split(work, at)
    work.own.put(at, column.header, asked.text)
    if column.words:
        key = key_since(asked.key, asked.first_year)
        work.note(key, column.header, Status.REVISED, reading)


def _split(work: _Work, at: int) -> int:
    """End the row with the year before; the copy that begins then."""
    before, year = work.span(at), work.asked.first_year
    if before.last:
        work.keep_end(before.first, year)
    twin = work.own.copy(at)
    work.own.put(at, LAST, year.previous.code)
    work.own.put(twin, FIRST, year.code)
    return twin


def _correct(work: _Work) -> None:
    """The wording put right in every row of the key that has it; no row is split."""
    column, asked = work.column(), work.asked
    reading, old = work.shown(column, asked.text), work.own.get(work.row(), column.header)
    if old == asked.text:
        raise CannotRevise(f"「{asked.key}」の「{column.header}」は、もうその文です。")
    rows = work.rows()
    alike = [at for at in rows if work.own.get(at, column.header) == old]
    source = work.shown(column, old)
    for at in alike:
        work.own.put(at, column.header, asked.text)
    if not column.words:
        return
    apart = work.table.dated and len(alike) < len(rows)
    for key in dict.fromkeys(_noted_as(work, at, apart) for at in alike):
        revised = work.status(key, column.header) is Status.REVISED
        status = Status.REVISED if revised else Status.CONFIRMED
        work.note(key, column.header, status, reading, source)


def _noted_as(work: _Work, at: int, apart: bool) -> str:
    """The key of the reading that speaks of a cell, or of the one to be written."""
    first = work.span(at).first if apart else None
    known = work.noted_key(at, work.asked.column)
    return key_since(work.asked.key, first) if known is None else known


def _end(work: _Work) -> None:
    """The row holds to the year before; a department may name who takes over."""
    work_of, asked = work.own, work.asked
    if not work.table.dated:
        raise CannotRevise(f"{work.table.file} の行には、終わりの年度がありません。")
    at = work.row()
    first, last = work.span(at).first, asked.first_year.previous
    if first == asked.first_year:
        raise CannotRevise(
            f"「{asked.key}」は{first.name}から始まる行なので、その前の年度では終えられません。"
        )
    if asked.text and SUCCESSOR not in work.table.column:
        raise CannotRevise(f"{work.table.file} の行の終了には、内容を書きません。")
    if asked.text:
        work_of.put(at, SUCCESSOR, asked.text)
    work_of.put(at, LAST, last.code)
    work.note(key_since(asked.key, first), LAST, Status.REVISED, last.code)


def _add(work: _Work) -> None:
    """A new row at the end of its table; its words are of the office, not of the booklet."""
    cells = {**_of_key(work), **_cells(work)}
    if work.table.dated:
        cells.setdefault(FIRST, work.asked.first_year.code)
    at = work.own.append()
    for header, text in cells.items():
        work.own.put(at, header, text)
    key = key_since(_key(work.table, work.own, at), _year(cells.get(FIRST, "")))
    for column in work.table.words:
        if text := cells.get(column.header, ""):
            work.note(key, column.header, Status.REVISED, work.shown(column, text))
    if work.table.dated:
        work.note(key, FIRST, Status.REVISED, cells[FIRST])


def _of_key(work: _Work) -> dict[str, str]:
    parts = work.asked.key.split("/")
    fits = len(parts) == len(work.table.keys)
    return dict(zip(work.table.keys, parts, strict=True)) if fits else {}


def _cells(work: _Work) -> dict[str, str]:
    """`見出し=値；見出し=値` as cells by heading."""
    cells: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in work.asked.text.split(_PARTS))):
        header, equals, value = part.partition("=")
        if not equals or header.strip() not in work.table.column:
            raise CannotRevise(
                f"「{part}」を読み取れません。{work.table.file} の見出しを使って"
                "「見出し=値；見出し=値」の形で書いてください。"
            )
        cells[header.strip()] = value.strip()
    return cells


def _confirm(work: _Work) -> None:
    """What the booklet says, for all rows of which the reading speaks."""
    column = work.column()
    reading = work.shown(column, work.asked.text)
    key = work.noted_key(work.row(), column.header)
    if key is None:
        raise CannotRevise(f"「{work.asked.key}」の「{column.header}」は、原文のままの文です。")
    for at in work.rows():
        if work.noted_key(at, column.header) == key:
            work.own.put(at, column.header, work.asked.text)
    work.note(key, column.header, Status.CONFIRMED, reading)


def _explain(work: _Work) -> None:
    """Why a row begins, ends or reads as it does, where it was changed by hand."""
    at, header = work.row(), work.asked.column
    text, column = work.own.get(at, header), work.table.column[header]
    first = work.span(at).first if work.table.dated else None
    reading = text if header in (FIRST, LAST) else work.shown(column, text)
    work.note(key_since(work.asked.key, first), header, Status.REVISED, reading)


_HOW = {
    RevisionKind.CONFIRM: _confirm,
    RevisionKind.EXPLAIN: _explain,
    RevisionKind.CHANGE: _change,
    RevisionKind.CORRECT: _correct,
    RevisionKind.END: _end,
    RevisionKind.ADD: _add,
}
