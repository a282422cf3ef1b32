"""Checks of all that one respondent has answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings import catalogue as say
from kakunin_xlsx.layout import Column, Layout
from kakunin_xlsx.plan.model import FieldType
from kakunin_xlsx.returns.model import FormSheet

_HOW = {
    FieldType.CHOICE: "セルの右の▼を押し、一覧から一つ選んでください。",
    FieldType.NUMBER: "数字だけを記入してください。",
    FieldType.DATE: "日付を 2026/5/20 のように記入してください。",
    FieldType.TEXT: "1～2行で記入してください。",
}


def required_empty(
    layout: Layout,
    answered: Collection[tuple[str, str]],
    sheet: FormSheet,
    file: str,
) -> Iterator[Finding]:
    """Required cells without an answer, at their place in the newest return."""
    rows = {row.id: row for row in reversed(sheet.rows)}
    for row in layout.rows:
        found = rows.get(row.id)
        if not row.open or found is None:
            continue
        for column in layout.required_columns:
            if (row.id, column.key) not in answered:
                place = Place(
                    respondent=layout.respondent,
                    file=file,
                    sheet=sheet.name,
                    cell=found.address(column.key),
                    row=row.id,
                    initiative=row.initiative,
                    item=column.heading,
                )
                yield say.REQUIRED_EMPTY.at(place, no=row.initiative, how=_HOW[column.type])


def rows_lost(
    layout: Layout, seen: Collection[str], answered: Collection[str], place: Place
) -> Iterator[Finding]:
    """Rows of the form that no return in force holds, and that have no answer."""
    for row in layout.rows:
        if row.open and row.id not in seen and row.id not in answered:
            at = Place(place.respondent, place.file, place.sheet, "", row.id, row.initiative)
            yield say.ROW_LOST.at(at, no=row.initiative)


def columns_lost(layout: Layout, sheet: FormSheet, place: Place) -> Iterator[Finding]:
    """Columns that stand nowhere in a sheet, each said once."""
    for column in layout.columns:
        if sheet.rows and column.key not in sheet.keys:
            at = Place(place.respondent, place.file, place.sheet, item=column.heading)
            yield say.COLUMN_LOST.at(at)


def signatures(
    layout: Layout, filled: Mapping[str, str], sheet: FormSheet, place: Place
) -> Iterator[Finding]:
    """所属長確認 and 記入者 left empty."""
    for key, kind in (("approved", say.NOT_APPROVED), ("filler", say.NO_FILLER)):
        column = layout.form_column.get(key)
        if column is not None and key not in filled:
            at = Place(
                place.respondent,
                place.file,
                place.sheet,
                sheet.places.get(key, ""),
                item=column.heading,
            )
            yield kind.at(at, choices=_choices(column))


def _choices(column: Column) -> str:
    return "、".join(choice.label for choice in column.choices)
