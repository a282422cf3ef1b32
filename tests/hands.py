"""What people do to a form, for tests: by openpyxl in a real one, or as plain data."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kakunin_xlsx.demo.sample import fill_form, sample_answers
from kakunin_xlsx.layout import KEY_ROW, Layout, RowMark
from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET
from kakunin_xlsx.merge import Decision, Merged, RoundMerge
from kakunin_xlsx.merge.step import Settling
from kakunin_xlsx.returns import FormRow, FormSheet, GridCell, Inbox, Return
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Item, address
from kakunin_xlsx.returns.opening import open_bytes
from kakunin_xlsx.returns.workers import Together
from tests.example import form

FORM = "*"


def _is_table(sheet: Any) -> bool:
    marks = (str(cell.value).endswith(f"/{KEY_ROW}") for cell in sheet["A"] if cell.value)
    return sheet.title != GUIDE_SHEET and any(marks)


class Book:
    """A form opened, edited and saved again."""

    def __init__(self, data: bytes, sheet: str = "") -> None:
        """Without `sheet` it is the table, whatever the plan calls it."""
        self.book: Workbook = load_workbook(io.BytesIO(data), rich_text=True)
        found = self.book[sheet] if sheet else next(filter(_is_table, self.book.worksheets))
        assert isinstance(found, Worksheet)
        self.sheet = found

    @cached_property
    def marks(self) -> list[tuple[int, str]]:
        """Sheet row and row id of every mark in column A."""
        cells = ((row, self.sheet.cell(row, 1).value) for row in range(1, self.sheet.max_row + 1))
        return [
            (row, str(text).split("/")[4].split("#")[0])
            for row, text in cells
            if str(text).count("/") > 3
        ]

    @cached_property
    def cover(self) -> Book:
        """The sheet that holds the form's own fields: the first, or the table of an older form."""
        other = copy(self)
        other.__dict__.pop("marks", None)
        other.sheet = self.book["記入要領"]
        other.__dict__["cover"] = other
        return other if any(mark == FORM for _, mark in other.marks) else self

    def at(self, row: str, key: str) -> str:
        """The address of a field, found as a person would: by mark and key."""
        if row == FORM and self.cover is not self:
            return self.cover.at(row, key)
        keys: dict[str, int] = {}
        for number, mark in self.marks:
            if mark == KEY_ROW:
                cells = self.sheet[number]
                keys = {str(cell.value): cell.column for cell in cells if cell.value}
            elif mark == row and key in keys:
                return address(number, keys[key])
        raise KeyError((row, key))

    def row_number(self, row: str) -> int:
        """The sheet row of a table row."""
        return next(number for number, mark in self.marks if mark == row)

    def put(self, where: str, value: object) -> Book:
        """Type into a cell; text stays text, whatever it begins with."""
        cell: Any = self.sheet[where]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
        return self

    def fill(self, row: str, key: str, value: object) -> Book:
        """Type into a field."""
        if row == FORM:
            self.cover.put(self.at(row, key), value)
            return self
        return self.put(self.at(row, key), value)

    def cell(self, row: str, key: str) -> Any:
        """The cell of a field."""
        sheet: Any = self.cover.sheet if row == FORM else self.sheet
        return sheet[self.at(row, key)]

    def formula(self, where: str, text: str) -> Book:
        """Put a formula without a stored value."""
        self.sheet[where] = text
        return self

    def data(self) -> bytes:
        """The saved file."""
        target = io.BytesIO()
        self.book.save(target)
        return target.getvalue()


def sample_book(one: Layout, masters: Path, typed: Mapping[tuple[str, str], object]) -> Book:
    """The form with the sample's answers and what is typed over them."""
    made = Book(fill_form(form(one), one, sample_answers(masters, one)))
    for (row, key), value in typed.items():
        made.fill(row, key, value)
    return made


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(data: bytes, asked: tuple[Layout, ...], name: str = "回答.xlsx") -> Return:
    """The file as a worker of `collect` would read it."""
    opened = open_bytes(data, Item(name, sha(data), Path(name)), asked, Limits())
    return Return((name,), sha(data), opened.sheets, opened.findings, opened.ledger)


class _Inbox(Inbox):
    """As if workers had read: nothing but what they made comes over."""

    def __init__(self, merge: RoundMerge, returns: Sequence[Return]) -> None:
        self.step: Settling = pickle.loads(pickle.dumps(merge.step))
        self.whole = {each.sha256: each for each in returns}

    def bare(self) -> list[Return]:
        return [
            replace(
                each,
                sheets=tuple(FormSheet(sheet.name, sheet.identity) for sheet in each.sheets),
                made=pickle.loads(pickle.dumps(self.step.alone(each))),
            )
            for each in self.whole.values()
        ]

    def together(self, groups: Sequence[tuple[Sequence[Return], Any]]) -> Iterator[Together]:
        for own, about in groups:
            whole = [self.whole[each.sha256] for each in own]
            yield Together(pickle.loads(pickle.dumps(self.step.together(whole, about))))


def handed_over(
    merge: RoundMerge, returns: Sequence[Return], decided: Sequence[Decision] = ()
) -> Merged:
    """The merge as a command makes it: files one by one in workers, some of them once more."""
    inbox = _Inbox(merge, returns)
    return merge.of_inbox(inbox, inbox.bare(), decided, ())


def told(result: Merged) -> tuple[object, ...]:
    """All that a merge says."""
    return (
        tuple(result.answers),
        result.findings,
        result.progress,
        result.proposals,
        result.conflicts,
        result.anew,
    )


Answers = Mapping[tuple[str, str], str]


def made(layout: Layout, name: str, answers: Answers, texts: Answers | None = None) -> Return:
    """A return as data: a whole form with `answers`, and `texts` in place of locked ones."""
    columns = {column.key: at for at, column in enumerate(layout.columns, start=2)}
    rows = []
    for number, row in enumerate(layout.rows, start=20):
        typed = {key: text.shown for key, text in row.texts.items() if text.shown}
        if not row.open:
            typed |= {c.key: layout.instead(row, c) for c in layout.open_columns}
        typed |= {key: text for (id_, key), text in (texts or {}).items() if id_ == row.id}
        typed |= {key: text for (id_, key), text in answers.items() if id_ == row.id}
        cells = {key: GridCell(number, columns[key], text) for key, text in typed.items() if text}
        mark = GridCell(number, 1, layout.identity.mark(row.id, row.digest))
        rows.append(FormRow(RowMark(layout.identity, row.id, row.digest), mark, columns, cells))
    return Return((name,), sha(repr((name, answers)).encode()), (_sheet(layout, rows, answers),))


def _sheet(layout: Layout, rows: list[FormRow], answers: Answers) -> FormSheet:
    places = {column.key: address(at, 3) for at, column in enumerate(layout.form, start=4)}
    fixed = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in layout.form_values.items()
    }
    typed = fixed | {key: text for (row, key), text in answers.items() if row == FORM}
    fields = {
        column.key: GridCell(at, 3, typed[column.key])
        for at, column in enumerate(layout.form, start=4)
        if typed.get(column.key)
    }
    return FormSheet("確認表", layout.identity, fields, places, tuple(rows), ())


def with_rows(returned: Return, *rows: FormRow) -> Return:
    """The same return with other rows."""
    (sheet,) = returned.sheets
    return replace(returned, sheets=(replace(sheet, rows=rows),))
