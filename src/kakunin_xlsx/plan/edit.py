"""Editing the masters: one kind of change, whoever asks for it, and one function that makes it.

Whether what comes out fits together is asked of the loader afterwards (`load.prove`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kakunin_xlsx.plan.cells import CellProblem, Problem
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.people import DEPARTMENTS
from kakunin_xlsx.plan.readings import READINGS, Status, key_since, split_key
from kakunin_xlsx.plan.schema import FIRST, LAST, TABLE, MasterColumn, MasterTable
from kakunin_xlsx.plan.settings import PLAN_FILE, SETTING, with_setting
from kakunin_xlsx.plan.texts import MasterTexts, TextRow, row_key
from kakunin_xlsx.plan.years import FiscalYear

HEADINGS = "見出し"  # the row above a first row


class EditKind(StrEnum):
    """What an edit does."""

    SET = "記入"  # one cell of one row; with a ground it is said in `readings` too
    ADD = "追加"  # a new row below the one whose id is `text`; at the end without
    REMOVE = "削除"
    CHANGE = "改訂"  # a new text from a year on: the row is split there
    CORRECT = "訂正"  # the wording put right in all years that have the same
    CONFIRM = "確認"  # the text of the booklet, for every row of which one reading speaks


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the masters, and on what ground (`why`: who, when, why).

    `row` is the id of a row (`1-1-1/R8@R8`) for SET, ADD and REMOVE, else its key (`1-1-1/R8`),
    of which the row is meant that is in force in `since`. A value of plan.toml is set by its
    label in `column`. `place` is where it was asked for; `page` of the booklet confirms it.
    """

    table: str
    row: str
    column: str = ""
    text: str = ""
    since: FiscalYear | None = None
    why: str = ""
    kind: EditKind = EditKind.CHANGE
    page: str = ""
    place: str = ""

    def problem(self, wrong: str, todo: str = "") -> Problem:
        """What keeps it from being made, at its place."""
        place = self.place or f"{self.table}「{self.row}」の「{self.column}」"
        return Problem(self.table, 0, self.column, wrong, todo, place)


def edited(texts: MasterTexts, edits: Iterable[Edit]) -> tuple[MasterTexts, list[Problem]]:
    """The masters with all `edits` made, and what keeps some from being made.

    Cells and rows come first: grounds and years may speak of rows that another edit brings.
    """
    asked, made, problems = list(edits), texts.copy(), list[Problem]()
    ids: dict[str, dict[str, TextRow]] = {}
    for phase in (_FIRST_OF_ALL, _THEN):
        for edit in asked:
            if how := phase.get(edit.kind):
                try:
                    if edit.table != PLAN_FILE:
                        how(_Making(made, ids, edit, _table(edit.table)))
                    elif phase is _FIRST_OF_ALL:
                        made.toml = with_setting(made.toml or "", SETTING[edit.column], edit.text)
                except CellProblem as refused:
                    problems.append(edit.problem(refused.wrong, refused.todo))
    return made, problems


def _table(name: str) -> MasterTable:
    if name not in TABLE:
        known = "／".join(each.name for each in TABLES)
        raise _refused(f"「{name}」という表はありません。{known} から選んでください。")
    return TABLE[name]


def _refused(words: str) -> CellProblem:
    """The edit does not fit the masters as they stand; the words say why and what to do."""
    return CellProblem(words, "")


@dataclass(frozen=True)
class _Making:
    """One edit beside the rows as they become. `ids` are the rows by the ids they had at first."""

    texts: MasterTexts
    ids: dict[str, dict[str, TextRow]]
    edit: Edit
    table: MasterTable

    @property
    def rows(self) -> list[TextRow]:
        return self.texts.rows.setdefault(self.table.name, [])

    @property
    def known(self) -> dict[str, TextRow]:
        if self.table.name not in self.ids:
            self.ids[self.table.name] = self.texts.by_id(self.table)
        return self.ids[self.table.name]

    @property
    def own(self) -> TextRow:
        """The row whose id is asked for."""
        if self.edit.row not in self.known:
            raise self._no_row()
        return self.known[self.edit.row]

    @property
    def alike(self) -> list[TextRow]:
        """The rows of the key."""
        found = [row for row in self.rows if row_key(self.table, row.cells) == self.edit.row]
        if not found:
            raise self._no_row()
        return found

    def _no_row(self) -> CellProblem:
        return _refused(
            f"{self.table.file} に「{self.edit.row}」の行がありません。"
            f"「{'/'.join(self.table.keys)}」にあるものを書いてください。"
        )

    @property
    def in_force(self) -> TextRow:
        """The row of the key that is in force in the year asked for."""
        since = self.edit.since
        for row in self.alike:
            if since is None or since in row.span:
                return row
        assert since
        raise _refused(
            f"{self.table.file} の「{self.edit.row}」には、{since.name}の行がありません。"
            "年度を見直してください。"
        )

    @property
    def column(self) -> MasterColumn:
        """The column of the text that is changed."""
        fixed = (*self.table.keys, FIRST, LAST)
        if self.edit.column not in self.table.column or self.edit.column in fixed:
            able = "／".join(header for header in self.table.headers if header not in fixed)
            raise _refused(
                f"{self.table.file} の「{self.edit.column}」は改められません。"
                f"{able} から選んでください。"
            )
        return self.table.column[self.edit.column]

    def key(self, row: TextRow) -> str:
        """By which readings mean this row alone."""
        return key_since(row_key(self.table, row.cells), row.span.first)

    def reading(self, column: MasterColumn, text: str) -> str:
        """A text as `readings` holds it: a department by name, a number plainly."""
        try:
            value = column.parse(text) if text else text
        except CellProblem as problem:
            raise _refused(f"「{column.header}」：{problem}") from problem
        if column.words and column.refers == (DEPARTMENTS.name,):
            since = self.edit.since
            for row in self.texts.rows.setdefault(DEPARTMENTS.name, []):
                then = since is None or since in row.span
                if then and row_key(DEPARTMENTS, row.cells) == text:
                    return row.cells["名称"]
            raise _refused(f"departments.csv に「{text}」という部署がありません。")
        return f"{value:.15g}" if isinstance(value, float) else text

    # What is said of a cell in readings.csv.

    @property
    def readings(self) -> list[TextRow]:
        return self.texts.rows.setdefault(READINGS.name, [])

    def said(self, key: str, header: str) -> TextRow | None:
        """The reading of a cell."""
        place = [self.table.name, key, header]
        same = (row for row in self.readings if [row.cells[h] for h in READINGS.keys] == place)
        return next(same, None)

    def said_as(self, row: TextRow) -> str | None:
        """The key under which the reading of a cell stands; None without one."""
        own, first = row_key(self.table, row.cells), row.span.first
        keys = (
            split_key(said.cells["キー"])
            for said in self.readings
            if (said.cells["表"], said.cells["列"]) == (self.table.name, self.edit.column)
        )
        since = [year for key, year in keys if key == own]
        dated = [year for year in since if year and first and year <= first]
        if not dated and None not in since:
            return None
        return key_since(own, max(dated) if dated else None)

    def say(self, key: str, status: Status, reading: str, source: str = "") -> None:
        """Say of a cell on what ground it reads as it does now."""
        edit = self.edit
        row = self.said(key, edit.column)
        if row is None:
            row = _new_row(READINGS, edit)
            row.cells.update({"表": self.table.name, "キー": key, "列": edit.column})
            self.readings.append(row)
        if Status(row.cells["状態"] or Status.SOURCE) is Status.SOURCE:
            row.cells["原文の文字"] = source
        row.cells["状態"], row.cells["読み"] = status, reading
        row.cells["根拠"] = "；".join(filter(None, (row.cells["根拠"], edit.why)))
        row.cells["頁"] = edit.page or row.cells["頁"]


def _new_row(table: MasterTable, edit: Edit) -> TextRow:
    """An empty row, told by the place that asks for it."""
    return TextRow(dict.fromkeys(table.headers, ""), places={"": edit.place} if edit.place else {})


def _set(work: _Making) -> None:
    work.own.cells[work.edit.column] = work.edit.text


def _add(work: _Making) -> None:
    edit, rows, row = work.edit, work.rows, _new_row(work.table, work.edit)
    above = work.known.get(edit.text)
    at = next((at for at, each in enumerate(rows) if each is above), len(rows) - 1)
    rows.insert(0 if edit.text == HEADINGS else at + 1, row)
    work.known[edit.row] = row


def _remove(work: _Making) -> None:
    gone = work.own
    work.rows[:] = [row for row in work.rows if row is not gone]


def _explain(work: _Making) -> None:
    """Why a row begins, ends or reads as it does, where a cell was set with its ground."""
    edit, dates = work.edit, work.edit.column in (FIRST, LAST)
    if edit.why and (dates or work.table.column[edit.column].words):
        column = work.table.column[edit.column]
        reading = edit.text if dates else work.reading(column, edit.text)
        work.say(work.key(work.own), Status.REVISED, reading)


def _change(work: _Making) -> None:
    """A new text from a year on: the row is split there, unless it begins there."""
    edit, table, column, year = work.edit, work.table, work.column, work.edit.since
    reading = work.reading(column, edit.text)
    if not table.dated or year is None:
        raise _refused(
            f"{table.file} は年度で分けられない表です。全ての年度の文を直すときは、"
            "「いつから」を空欄か「全ての年度」にしてください。"
        )
    row = work.in_force
    if row.cells[column.header] == edit.text:
        raise _refused(f"「{edit.row}」の「{column.header}」は、もうその文です。")
    before = row.span
    if before.first != year:
        ended = work.said(key_since(edit.row, before.first), LAST)
        if before.last and ended:  # what was said of its end goes to the part that ends then
            ended.cells["キー"] = key_since(edit.row, year)
        twin = TextRow({**row.cells, FIRST: year.code}, row.line, row.places)
        row.cells[LAST] = year.previous.code
        work.rows.insert(work.rows.index(row) + 1, twin)
        row = twin
    row.cells[column.header] = edit.text
    if column.words:
        work.say(key_since(edit.row, year), Status.REVISED, reading)


def _correct(work: _Making) -> None:
    """The wording put right in every row of the key that has it; no row is split."""
    edit, column = work.edit, work.column
    reading = work.reading(column, edit.text)
    old = work.in_force.cells[column.header]
    if old == edit.text:
        raise _refused(f"「{edit.row}」の「{column.header}」は、もうその文です。")
    rows = work.alike
    alike = [row for row in rows if row.cells[column.header] == old]
    source = work.reading(column, old)
    for row in alike:
        row.cells[column.header] = edit.text
    if not column.words:
        return
    apart = len(alike) < len(rows)
    own = (work.key(row) if apart else edit.row for row in alike)
    keys = (work.said_as(row) or key for row, key in zip(alike, own, strict=True))
    for key in dict.fromkeys(keys):
        known = work.said(key, column.header)
        revised = known is not None and known.cells["状態"] == Status.REVISED
        work.say(key, Status.REVISED if revised else Status.CONFIRMED, reading, source)


def _confirm(work: _Making) -> None:
    """What the booklet says, for all rows of which the reading speaks."""
    edit, column = work.edit, work.column
    reading = work.reading(column, edit.text)
    key = work.said_as(work.in_force)
    if key is None:
        raise _refused(f"「{edit.row}」の「{column.header}」は、原文のままの文です。")
    for row in work.alike:
        if work.said_as(row) == key:
            row.cells[column.header] = edit.text
    work.say(key, Status.CONFIRMED, reading)


_How = Mapping[EditKind, Callable[[_Making], None]]
_FIRST_OF_ALL: _How = {EditKind.SET: _set, EditKind.ADD: _add, EditKind.REMOVE: _remove}
_THEN: _How = {
    EditKind.SET: _explain,
    EditKind.CHANGE: _change,
    EditKind.CORRECT: _correct,
    EditKind.CONFIRM: _confirm,
}
