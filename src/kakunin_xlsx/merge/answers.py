"""Settled cells → rows of 回答一覧, in the masters' order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from kakunin_xlsx.checks import Asked, Given
from kakunin_xlsx.layout import Identity, Layout
from kakunin_xlsx.merge.settle import Settled
from kakunin_xlsx.record import FORM_ROW, Answer, Pages, Reason, State
from kakunin_xlsx.returns.model import Cell, FormSheet, Return

_UNKNOWN = 1_000_000  # sorts behind whatever the masters know


def answer_of(given: Given, state: State, reason: Reason, decided: str = "") -> Answer:
    """One row of 回答一覧."""
    layout = given.layout
    row = layout.row.get(given.row)
    return Answer(
        year=layout.identity.year,
        round=layout.identity.round,
        respondent=layout.identity.respondent,
        respondent_name=layout.respondent,
        row=given.row,
        initiative=row.initiative if row else "",
        department=row.department if row else "",
        key=given.column.key,
        heading=given.column.heading,
        value=given.cell.typed,
        understood=given.understood,
        state=state,
        reason=reason,
        file=given.file,
        sheet=given.sheet,
        cell=given.cell.address,
        sha256=given.sha256,
        decided=decided,
    )


def answers_of(settled: Iterable[Settled]) -> Iterator[Answer]:
    """One row each."""
    for entry in settled:
        decided = entry.decision.said if entry.decision else ""
        yield answer_of(entry.given, entry.state, entry.reason, decided)


def foreign_answers(returned: Return, sheet: FormSheet, asked: Asked) -> Iterator[Answer]:
    """What is filled in on a form that is not asked for: kept, never landed.

    Nothing says what was issued there, so columns that hold masters' texts in our own
    forms are taken to hold them there too.
    """
    headings, locked = _columns(asked)
    mark = sheet.identity
    filled = [(FORM_ROW, key, cell) for key, cell in sheet.fields.items()]
    filled += [(row.id, key, cell) for row in sheet.rows for key, cell in row.cells.items()]
    for row, key, cell in filled:
        if key not in locked and ":" not in key:  # target:R6, last:result
            yield _foreign(returned, sheet, mark, row, headings.get(key, key), key, cell)


def _columns(asked: Asked) -> tuple[Mapping[str, str], frozenset[str]]:
    columns = [c for layout in asked.layouts[:1] for c in (*layout.form, *layout.columns)]
    headings = {column.key: column.heading for column in columns}
    return headings, frozenset(column.key for column in columns if not column.open)


def _foreign(
    returned: Return,
    sheet: FormSheet,
    mark: Identity,
    row: str,
    heading: str,
    key: str,
    cell: Cell,
) -> Answer:
    return Answer(
        year=mark.year,
        round=mark.round,
        respondent=mark.respondent,
        respondent_name="",
        row=row,
        initiative="",
        department="",
        key=key,
        heading=heading,
        value=cell.typed,
        understood="",
        state=State.NOT_ADOPTED,
        reason=Reason.OUT_OF_SCOPE,
        file=returned.file,
        sheet=sheet.name,
        cell=cell.address,
        sha256=returned.sha256,
    )


def pages(whole: Layout, layouts: Iterable[Layout]) -> Pages:
    """The masters' order of rows, then columns, then respondents; names of files come last."""
    rows = {FORM_ROW: -1, **{row.id: at for at, row in enumerate(whole.rows)}}
    columns = {column.key: at for at, column in enumerate((*whole.form, *whole.columns))}
    asked = {layout.identity.respondent: at for at, layout in enumerate(layouts)}

    def order(answer: Answer) -> tuple[object, ...]:
        return (
            columns.get(answer.key, _UNKNOWN),
            answer.key,
            asked.get(answer.respondent, _UNKNOWN),
            answer.respondent,
            answer.sha256,
            answer.sheet,
            _by_number(answer.cell),
        )

    return Pages(lambda row: (rows.get(row, _UNKNOWN), row), order)


@lru_cache(maxsize=1 << 14)
def _by_number(cell: str) -> tuple[int, str]:
    """J9 before J12."""
    return (int(re.sub(r"\D", "", cell) or 0), cell)
