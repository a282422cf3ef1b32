"""Checks of what one respondent's returns say together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kakunin_xlsx.checks.model import Compared, Reply
from kakunin_xlsx.checks.turns import APPROVED, FILLER
from kakunin_xlsx.findings import Finding, Kind, catalogue
from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan.model import FieldType
from kakunin_xlsx.record import FORM_ROW

_HOW = {
    FieldType.TEXT: "1～2行で記入してください。",
    FieldType.CHOICE: "選択肢から一つ選んでください。",
    FieldType.NUMBER: "数字で記入してください。",
    FieldType.DATE: "日付を記入してください。",
}


def row_lost(reply: Reply) -> Iterator[Finding]:
    """A row that no sheet in force holds."""
    for row in reply.layout.rows:
        if row.open and not _sheets_with(reply, row):
            no = row.initiative or row.id
            yield catalogue.ROW_LOST.at(reply.latest[0].form.place(row.id), no=no)


def column_lost(reply: Reply) -> Iterator[Finding]:
    """An answer column that no sheet in force holds."""
    keys = {key for sheet in reply.forms for key in sheet.form.sheet.keys}
    for column in reply.layout.open_columns:
        if keys and column.key not in keys:
            place = reply.latest[0].form.place(item=column.heading)
            yield catalogue.COLUMN_LOST.at(place)


def required_empty(reply: Reply) -> Iterator[Finding]:
    """A required cell that nobody filled, at its place in the newest sheet that has it."""
    for row in reply.layout.rows:
        for column in reply.layout.required_columns if row.open else ():
            at = (row.id, column.key)
            if at in reply.held or at in reply.disputed:
                continue
            if sheet := _sheet_with(reply, row, column):
                cell = sheet.address(*at)
                place = sheet.form.place(row.id, column.heading, cell)
                no = row.initiative or row.id
                yield catalogue.REQUIRED_EMPTY.at(place, no=no, how=_HOW[column.type])


def not_approved(reply: Reply) -> Iterator[Finding]:
    """所属長確認 empty."""
    column = reply.layout.form_column.get(APPROVED)
    if column and column.open:
        choices = "」「".join(choice.value for choice in column.choices)
        yield from _field_empty(reply, column, catalogue.NOT_APPROVED, choices or "確認済")


def no_filler(reply: Reply) -> Iterator[Finding]:
    """記入者 empty."""
    column = reply.layout.form_column.get(FILLER)
    if column and column.open:
        yield from _field_empty(reply, column, catalogue.NO_FILLER)


def field_required(reply: Reply) -> Iterator[Finding]:
    """Any other form field that the plan makes required."""
    for column in reply.layout.form:
        if column.open and column.required and column.key not in (APPROVED, FILLER):
            yield from _field_empty(reply, column, catalogue.REQUIRED_EMPTY)


def _field_empty(reply: Reply, column: Column, kind: Kind, choices: str = "") -> Iterator[Finding]:
    if any(column.key in sheet.fields for sheet in reply.latest):
        return
    form = reply.latest[-1].form
    place = form.place(FORM_ROW, column.heading, form.sheet.places.get(column.key, ""))
    yield kind.at(place, no="", how=_HOW[column.type], choices=choices)


def _sheets_with(reply: Reply, row: Row) -> list[Compared]:
    return [
        sheet
        for sheet in reversed(reply.forms)
        if any(found.id == row.id for found in sheet.form.sheet.rows)
    ]


def _sheet_with(reply: Reply, row: Row, column: Column) -> Compared | None:
    for sheet in _sheets_with(reply, row):
        if sheet.address(row.id, column.key):
            return sheet
    return None


REPLY_CHECKS: tuple[Callable[[Reply], Iterator[Finding]], ...] = (
    row_lost,
    column_lost,
    required_empty,
    not_approved,
    no_filler,
    field_required,
)
