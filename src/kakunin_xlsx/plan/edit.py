"""Editing the masters: one kind of change, whoever asks for it, and one function that makes it.

Whether what comes out fits together is asked of the loader afterwards (`load.prove`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.people import DEPARTMENTS
from kakunin_xlsx.plan.problems import CellProblem, Problem
from kakunin_xlsx.plan.readings import READINGS, Status, key_since, split_key
from kakunin_xlsx.plan.schema import FIRST, LAST, TABLE, MasterColumn, MasterTable, Span
from kakunin_xlsx.plan.settings import PLAN_FILE, SETTING, with_setting
from kakunin_xlsx.plan.texts import MasterTexts, TextRow, row_key, year_in
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


class _Refused(ValueError):
    """The edit does not fit the masters as they stand; the words say why and what to do."""


def edited(texts: MasterTexts, edits: Iterable[Edit]) -> tuple[MasterTexts, list[Problem]]:
    """The masters with all `edits` made, and what keeps some from being made.

    Cells and rows come first: grounds and years may speak of rows that another edit brings.
    """
    asked, work, problems = list(edits), _Work(texts.copy()), []
    for phase in (_FIRST_OF_ALL, _THEN):
        for edit in asked:
            if how := phase.get(edit.kind):
                try:
                    how(work, edit)
                except _Refused as refused:
                    problems.append(edit.problem(str(refused)))
    return work.texts, problems


@dataclass
class _Work:
    """The rows as they become."""

    texts: MasterTexts
    ids: dict[str, dict[str, TextRow]] = field(default_factory=dict)

    def table(self, edit: Edit) -> MasterTable:
        found = TABLE.get(edit.table)
        if found is None:
            known = "／".join(each.name for each in TABLES)
            raise _Refused(f"「{edit.table}」という表はありません。{known} から選んでください。")
        return found

    def rows(self, table: MasterTable) -> list[TextRow]:
        return self.texts.rows.setdefault(table.name, [])

    def known(self, table: MasterTable) -> dict[str, TextRow]:
        """Rows by the ids they had at first."""
        if table.name not in self.ids:
            self.ids[table.name] = self.texts.by_id(table)
        return self.ids[table.name]

    def own(self, edit: Edit) -> TextRow:
        """The row whose id is asked for."""
        table = self.table(edit)
        if edit.row not in self.known(table):
            raise _Refused(_no_row(table, edit.row))
        return self.known(table)[edit.row]

    def alike(self, edit: Edit) -> list[TextRow]:
        """The rows of the key."""
        table = self.table(edit)
        found = [row for row in self.rows(table) if row_key(table, row.cells) == edit.row]
        if not found:
            raise _Refused(_no_row(table, edit.row))
        return found

    def in_force(self, edit: Edit) -> TextRow:
        """The row of the key that is in force in the year asked for."""
        table = self.table(edit)
        for row in self.alike(edit):
            if not table.dated or edit.since is None or edit.since in span_of(row):
                return row
        assert edit.since
        raise _Refused(
            f"{table.file} の「{edit.row}」には、{edit.since.name}の行がありません。"
            "年度を見直してください。"
        )

    def column(self, edit: Edit) -> MasterColumn:
        """The column of the text that is changed."""
        table = self.table(edit)
        fixed = (*table.keys, FIRST, LAST)
        if edit.column not in table.column or edit.column in fixed:
            able = "／".join(header for header in table.headers if header not in fixed)
            raise _Refused(
                f"{table.file} の「{edit.column}」は改められません。{able} から選んでください。"
            )
        return table.column[edit.column]

    def reading(self, edit: Edit, column: MasterColumn, text: str) -> str:
        """A text as `readings` holds it: a department by name, a number plainly."""
        try:
            value = column.parse(text) if text else text
        except CellProblem as problem:
            raise _Refused(f"「{column.header}」：{problem}") from problem
        if column.words and column.refers == (DEPARTMENTS.name,):
            rows = (
                row
                for row in self.rows(DEPARTMENTS)
                if row_key(DEPARTMENTS, row.cells) == text
                and (edit.since is None or edit.since in span_of(row))
            )
            named = next(rows, None)
            if named is None:
                raise _Refused(f"departments.csv に「{text}」という部署がありません。")
            return named.cells["名称"]
        return f"{value:.15g}" if isinstance(value, float) else text

    # What is said of a cell in readings.csv.

    def said(self, table: MasterTable, key: str, header: str) -> TextRow | None:
        """The reading of a cell."""
        place = (table.name, key, header)
        rows = self.rows(READINGS)
        return next((r for r in rows if tuple(r.cells[h] for h in READINGS.keys) == place), None)

    def said_as(self, edit: Edit, row: TextRow) -> str | None:
        """The key under which the reading of a cell stands; None without one."""
        table = self.table(edit)
        first = span_of(row).first if table.dated else None
        keys = (
            split_key(said.cells["キー"])
            for said in self.rows(READINGS)
            if (said.cells["表"], said.cells["列"]) == (table.name, edit.column)
        )
        since = [year for key, year in keys if key == row_key(table, row.cells)]
        dated = [year for year in since if year and first and year <= first]
        if not dated and None not in since:
            return None
        return key_since(row_key(table, row.cells), max(dated) if dated else None)

    def say(self, edit: Edit, key: str, status: Status, reading: str, source: str = "") -> None:
        """Say of a cell on what ground it reads as it does now."""
        table = self.table(edit)
        row = self.said(table, key, edit.column)
        if row is None:
            row = _new_row(READINGS, edit)
            row.cells.update({"表": table.name, "キー": key, "列": edit.column})
            self.rows(READINGS).append(row)
        if Status(row.cells["状態"] or Status.SOURCE) is Status.SOURCE:
            row.cells["原文の文字"] = source
        row.cells["状態"], row.cells["読み"] = status, reading
        row.cells["根拠"] = "；".join(filter(None, (row.cells["根拠"], edit.why)))
        row.cells["頁"] = edit.page or row.cells["頁"]


def span_of(row: TextRow) -> Span:
    """開始年度 to 終了年度 of a row."""
    return Span(year_in(row.cells.get(FIRST, "")), year_in(row.cells.get(LAST, "")))


def _new_row(table: MasterTable, edit: Edit) -> TextRow:
    """An empty row, told by the place that asks for it."""
    return TextRow(dict.fromkeys(table.headers, ""), places={"": edit.place} if edit.place else {})


def _no_row(table: MasterTable, key: str) -> str:
    return (
        f"{table.file} に「{key}」の行がありません。"
        f"「{'/'.join(table.keys)}」にあるものを書いてください。"
    )


def _set(work: _Work, edit: Edit) -> None:
    if edit.table == PLAN_FILE:
        work.texts.toml = with_setting(work.texts.toml or "", SETTING[edit.column], edit.text)
        return
    work.own(edit).cells[edit.column] = edit.text


def _add(work: _Work, edit: Edit) -> None:
    table, known = work.table(edit), work.known(work.table(edit))
    rows = work.rows(table)
    row = _new_row(table, edit)
    above = known.get(edit.text)
    at = next((at for at, each in enumerate(rows) if each is above), len(rows) - 1)
    rows.insert(0 if edit.text == HEADINGS else at + 1, row)
    known[edit.row] = row


def _remove(work: _Work, edit: Edit) -> None:
    row = work.own(edit)
    rows = work.rows(work.table(edit))
    rows[:] = [each for each in rows if each is not row]


def _explain(work: _Work, edit: Edit) -> None:
    """Why a row begins, ends or reads as it does, where a cell was set with its ground."""
    if not edit.why or edit.table == PLAN_FILE:
        return
    table, row = work.table(edit), work.own(edit)
    column = table.column[edit.column]
    dates = edit.column in (FIRST, LAST)
    if column.words or dates:
        first = span_of(row).first if table.dated else None
        reading = edit.text if dates else work.reading(edit, column, edit.text)
        work.say(edit, key_since(row_key(table, row.cells), first), Status.REVISED, reading)


def _change(work: _Work, edit: Edit) -> None:
    """A new text from a year on: the row is split there, unless it begins there."""
    table, column, year = work.table(edit), work.column(edit), edit.since
    reading = work.reading(edit, column, edit.text)
    if not table.dated or year is None:
        raise _Refused(
            f"{table.file} は年度で分けられない表です。全ての年度の文を直すときは、"
            "「いつから」を空欄か「全ての年度」にしてください。"
        )
    row = work.in_force(edit)
    if row.cells[column.header] == edit.text:
        raise _Refused(f"「{edit.row}」の「{column.header}」は、もうその文です。")
    before = span_of(row)
    if before.first != year:
        ended = work.said(table, key_since(edit.row, before.first), LAST)
        if before.last and ended:  # what was said of its end goes to the part that ends then
            ended.cells["キー"] = key_since(edit.row, year)
        twin = TextRow({**row.cells, FIRST: year.code}, row.line, row.places)
        row.cells[LAST] = year.previous.code
        rows = work.rows(table)
        rows.insert(next(at for at, each in enumerate(rows) if each is row) + 1, twin)
        row = twin
    row.cells[column.header] = edit.text
    if column.words:
        work.say(edit, key_since(edit.row, year), Status.REVISED, reading)


def _correct(work: _Work, edit: Edit) -> None:
    """The wording put right in every row of the key that has it; no row is split."""
    table, column = work.table(edit), work.column(edit)
    reading = work.reading(edit, column, edit.text)
    old = work.in_force(edit).cells[column.header]
    if old == edit.text:
        raise _Refused(f"「{edit.row}」の「{column.header}」は、もうその文です。")
    rows = work.alike(edit)
    alike = [row for row in rows if row.cells[column.header] == old]
    source = work.reading(edit, column, old)
    for row in alike:
        row.cells[column.header] = edit.text
    if not column.words:
        return
    apart = table.dated and len(alike) < len(rows)
    keys = (
        work.said_as(edit, row) or key_since(edit.row, span_of(row).first if apart else None)
        for row in alike
    )
    for key in dict.fromkeys(keys):
        known = work.said(table, key, column.header)
        revised = known is not None and known.cells["状態"] == Status.REVISED
        status = Status.REVISED if revised else Status.CONFIRMED
        work.say(edit, key, status, reading, source)


def _confirm(work: _Work, edit: Edit) -> None:
    """What the booklet says, for all rows of which the reading speaks."""
    column = work.column(edit)
    reading = work.reading(edit, column, edit.text)
    key = work.said_as(edit, work.in_force(edit))
    if key is None:
        raise _Refused(f"「{edit.row}」の「{column.header}」は、原文のままの文です。")
    for row in work.alike(edit):
        if work.said_as(edit, row) == key:
            row.cells[column.header] = edit.text
    work.say(edit, key, Status.CONFIRMED, reading)


_How = Callable[[_Work, Edit], None]
_FIRST_OF_ALL: dict[EditKind, _How] = {
    EditKind.SET: _set,
    EditKind.ADD: _add,
    EditKind.REMOVE: _remove,
}
_THEN: dict[EditKind, _How] = {
    EditKind.SET: _explain,
    EditKind.CHANGE: _change,
    EditKind.CORRECT: _correct,
    EditKind.CONFIRM: _confirm,
}
