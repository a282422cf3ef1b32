"""Checks of one typed answer against its column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings import catalogue as say
from kakunin_xlsx.layout import Column
from kakunin_xlsx.plan.model import FieldType
from kakunin_xlsx.returns.model import Cell, CellKind


@dataclass(frozen=True, slots=True)
class Typed:
    """A cell that a person filled in an answer column, with its place."""

    column: Column
    cell: Cell
    place: Place
    unit: str = ""  # of the year's target

    @property
    def understood(self) -> str:
        """What it means; '' if that cannot be told."""
        if self.cell.kind in (CellKind.ERROR, CellKind.NO_VALUE):
            return ""
        return self.column.understand(self.cell.typed) or ""


def check_value(typed: Typed) -> Iterator[Finding]:
    """Everything about one answer that a person must know."""
    yield from formula(typed)
    if typed.cell.kind not in (CellKind.ERROR, CellKind.NO_VALUE):
        yield from meaning(typed)
        yield from unit(typed)
        yield from length(typed)


def formula(typed: Typed) -> Iterator[Finding]:
    """A formula keeps its last value; an error value or no value is never a blank."""
    no = typed.place.initiative
    if typed.cell.kind is CellKind.ERROR:
        yield say.ERROR_VALUE.at(typed.place, no=no)
    elif typed.cell.kind is CellKind.NO_VALUE:
        yield say.NO_STORED_VALUE.at(typed.place, no=no)
    elif typed.cell.formula:
        yield say.FORMULA.at(typed.place, no=no)


def meaning(typed: Typed) -> Iterator[Finding]:
    """A choice, number or date that cannot be understood."""
    if typed.understood:
        return
    no = typed.place.initiative
    match typed.column.type:
        case FieldType.CHOICE:
            choices = "、".join(choice.label for choice in typed.column.choices)
            yield say.CHOICE_UNCLEAR.at(typed.place, no=no, choices=choices)
        case FieldType.NUMBER:
            yield say.NUMBER_UNCLEAR.at(typed.place, no=no)
        case FieldType.DATE:
            yield say.DATE_UNCLEAR.at(typed.place)


def unit(typed: Typed) -> Iterator[Finding]:
    """A number typed with another unit than the target's."""
    if typed.column.type is not FieldType.NUMBER or not typed.unit or not typed.understood:
        return
    plain = unicodedata.normalize("NFKC", typed.cell.typed).strip()
    spoken = re.sub(r"^[^\d]*[\d,.\s]+", "", plain).strip()
    if spoken and spoken != unicodedata.normalize("NFKC", typed.unit):
        yield say.UNIT_DIFFERS.at(typed.place, no=typed.place.initiative, unit=typed.unit)


def length(typed: Typed) -> Iterator[Finding]:
    """A text over the field's limit; it is kept whole."""
    limit = typed.column.limit
    if limit and len(typed.cell.typed) > limit:
        yield say.OVER_LIMIT.at(
            typed.place, no=typed.place.initiative, length=len(typed.cell.typed), limit=limit
        )
