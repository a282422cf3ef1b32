"""A year in which everybody has judged, and the year before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kakunin_xlsx.layout import layout
from kakunin_xlsx.plan import FieldType, FiscalYear, Plan, Respondent, Round
from kakunin_xlsx.record import Answer, Record
from tests.example import R7
from tests.report.records import record, varied
from tests.report.years import said_by


def judged(plan: Plan, last_year: bool = True) -> Record:
    """Departments, every council, and the departments' answers of the year before."""
    own = record(plan, R7, varied).answers
    before = record(plan, R7, lambda number, row, column: varied(number + 1, row, column)).answers
    councils = [
        a for round_ in plan.rounds if not round_.of_departments for a in _round(plan, round_)
    ]
    earlier = [replace(each, year=R7.previous.code) for each in before] if last_year else []
    return Record((*own, *councils, *earlier))


def _round(plan: Plan, round_: Round) -> Iterator[Answer]:
    for who in plan.respondents_of(round_):
        yield from _council(plan, R7, round_, who)


def _council(plan: Plan, year: FiscalYear, round_: Round, who: Respondent) -> Iterator[Answer]:
    """Every fifth row is left open; choices go round."""
    table = layout(plan, year, round_.code, who)
    for number, row in enumerate(row for row in table.rows if row.open):
        for column in table.questions(row):
            if number % 5 == 3 or (column.type is FieldType.TEXT and number % 4):
                continue
            labels = [choice.label for choice in column.choices] or ["周知を広げてください。"]
            value = labels[(number + len(who.code)) % len(labels)]
            yield said_by(year, round_, who, row, column, value)
