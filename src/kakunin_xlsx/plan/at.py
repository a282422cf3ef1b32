"""What of a plan is in force in one year: rows that follow each other in time, 後継, readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from kakunin_xlsx.plan.readings import split_key
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.years import FiscalYear

if TYPE_CHECKING:
    from kakunin_xlsx.plan.model import Plan
    from kakunin_xlsx.plan.people import Department
    from kakunin_xlsx.plan.readings import Reading
    from kakunin_xlsx.plan.schema import Span


class Dated(Protocol):
    """A row that holds for some years only."""

    @property
    def span(self) -> Span:
        """開始年度 to 終了年度."""


_Row = TypeVar("_Row", bound=Dated)


def in_force(rows: Iterable[_Row], year: FiscalYear) -> tuple[_Row, ...]:
    """The rows whose span holds `year`."""
    return tuple(row for row in rows if year in row.span)


def plan_at(plan: Plan, year: FiscalYear) -> Plan:
    """The same plan with only what is in force in `year`.

    What a department no longer in force did, had a part in or was judged for is its 後継's; what
    belongs to a row that is not in force is left out with it; readings stand under plain keys.
    """
    departments = in_force(plan.departments, year)
    codes = {row.code for row in departments}
    initiatives = in_force(plan.initiatives, year)
    numbers = {row.no for row in initiatives}
    lines = [row for row in in_force(plan.actions, year) if row.initiative in numbers]
    gone = {row.department for row in lines} - codes
    heirs = {code: followed(plan.departments, code, year) for code in gone}
    actions = tuple(
        replace(
            row,
            department=heirs.get(row.department, row.department),
            related=_heirs(row.related, plan, year),
        )
        if row.department in heirs or row.related
        else row
        for row in lines
    )
    ids = {row.id for row in actions}
    indicators = tuple(row for row in in_force(plan.indicators, year) if row.action in ids)
    aiming = ids | {row.id for row in indicators}
    now = replace(
        plan,
        office=_office(plan, year),
        departments=departments,
        respondents=tuple(
            replace(row, judges=_heirs(row.judges, plan, year)) if row.judges else row
            for row in in_force(plan.respondents, year)
            if not row.department or row.department in codes
        ),
        initiatives=initiatives,
        actions=actions,
        indicators=indicators,
        targets=tuple(row for row in in_force(plan.targets, year) if row.action in aiming),
    )
    return replace(now, readings=tuple(_readings(plan, now)))


def _heirs(codes: Iterable[str], plan: Plan, year: FiscalYear) -> tuple[str, ...]:
    return tuple(dict.fromkeys(followed(plan.departments, code, year) for code in codes))


def followed(departments: Iterable[Department], code: str, year: FiscalYear) -> str:
    """The code of who does in `year` what `code` did: itself, or the end of its chain of 後継.

    A code whose chain ends nowhere, or runs in a circle, comes back as it is.
    """
    by_code: dict[str, list[Department]] = {}
    for row in departments:
        by_code.setdefault(row.code, []).append(row)
    seen, at = {code}, code
    while not in_force(by_code.get(at, ()), year):
        at = _successor(by_code.get(at, ()), year)
        if not at or at in seen:
            return code
        seen.add(at)
    return at


def _successor(rows: Iterable[Department], year: FiscalYear) -> str:
    """後継 that the last row of a code names, of those that ended before `year`."""
    ended = [row for row in rows if row.span.last and row.span.last < year]
    last = max(ended, key=lambda row: row.span.last or year, default=None)
    return last.successor if last else ""


def _office(plan: Plan, year: FiscalYear) -> str:
    """事務局 by the name it has in `year`, if it is one of the departments."""
    code = next((row.code for row in plan.departments if row.name == plan.office), "")
    now = in_force(plan.departments, year)
    heir = followed(plan.departments, code, year)
    return next((row.name for row in now if row.code == heir), plan.office)


def _readings(plan: Plan, now: Plan) -> Iterator[Reading]:
    """The readings of what is in force, under the plain key of its row."""
    dated = [table for table in TABLE.values() if table.dated]
    starts = {(t.name, t.key(row)): t.first(row) for t in dated for row in getattr(now, t.plan)}
    names = {table.name for table in dated}
    for row in plan.readings:
        if row.table not in names:
            yield row
            continue
        key, since = split_key(row.key)
        place = (row.table, key)
        if place in starts and plan.reading(*place, row.column, starts[place]) is row:
            yield replace(row, key=key) if since else row
