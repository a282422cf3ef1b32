"""What differs between two plans, or between two years of one: typed changes, nothing left out.

Rows that can change are compared year by year, so that a row split in two and a row that was
always so read the same; a change that holds in some years only says in which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import groupby

from kakunin_xlsx.plan.at import in_force
from kakunin_xlsx.plan.model import TABLES, Plan
from kakunin_xlsx.plan.readings import READINGS, Reading, Status, split_key
from kakunin_xlsx.plan.schema import FIRST, LAST, MasterTable
from kakunin_xlsx.plan.settings import PLAN_FILE, SOURCE_ROLES
from kakunin_xlsx.plan.source import Booklet
from kakunin_xlsx.plan.texts import SOURCE_FILE
from kakunin_xlsx.plan.years import FiscalYear

ORDER = "並び順"
_SPAN = (FIRST, LAST)
_HEAD = ("id", "title", "booklet", "city", "office", "first_year", "last_year", "retention_years")

_Cells = Mapping[str, str]
_Rows = Mapping[str, _Cells]


class ChangeKind(StrEnum):
    """What became of a row or a cell."""

    ADDED = "追加"
    REMOVED = "削除"
    CHANGED = "変更"


@dataclass(frozen=True, slots=True)
class MasterChange:
    """One cell that reads differently (`column`), or one row that came or went (`column` '').

    `table` is the CSV's name, or plan.toml or source.txt with key or chapter as `column`. `before` and `after` hold
    the cell, or of a row its cells as `見出し：値／…`. `first` and `last` are the years in which
    it is so; None is open. `ground` is what a reading says of it.
    """

    table: str
    key: str
    column: str
    kind: ChangeKind
    before: str
    after: str
    first: FiscalYear | None = None
    last: FiscalYear | None = None
    ground: str = ""


_What = tuple[str, str, ChangeKind, str, str]  # key, column, kind, before, after


def plan_changes(old: Plan, new: Plan) -> tuple[MasterChange, ...]:
    """All that differs between two sets of masters, table by table."""
    before, after = _head(old), _head(new)
    found = [
        MasterChange(PLAN_FILE, "", key, ChangeKind.CHANGED, before[key], after[key])
        for key in before
        if before[key] != after[key]
    ]
    for table in TABLES:
        was, now = (_keyed(table, getattr(plan, table.plan)) for plan in (old, new))
        if table.dated:
            found += _dated_changes(old, new, table)
        else:
            found += [MasterChange(table.name, *what) for what in _compared(was, now)]
        stayed = [key for key in was if key in now], [key for key in now if key in was]
        if stayed[0] != stayed[1]:  # rows print in the order of their table
            before_after = ("、".join(stayed[0]), "、".join(stayed[1]))
            found.append(MasterChange(table.name, "", ORDER, ChangeKind.CHANGED, *before_after))
    return tuple(_grounded(change, new) for change in found)


def year_changes(plan: Plan, year: FiscalYear) -> tuple[MasterChange, ...]:
    """What is different in `year` from the year before."""
    found = []
    for table in (table for table in TABLES if table.dated):
        rows = getattr(plan, table.plan)
        before, after = in_force(rows, year.previous), in_force(rows, year)
        if before != after:
            differing = _compared(_keyed(table, before), _keyed(table, after))
            found += [MasterChange(table.name, *what, first=year) for what in differing]
    return tuple(_grounded(change, plan) for change in found)


def source_changes(old: Booklet | None, new: Booklet | None) -> tuple[MasterChange, ...]:
    """Chapters of the booklet's text that read differently: the lines that only one side has."""
    before, after = _chapters(old), _chapters(new)
    found = []
    for chapter in dict.fromkeys((*before, *after)):
        was, now = before.get(chapter, ()), after.get(chapter, ())
        if was != now:
            gone = [line for line in was if line not in now]
            come = [line for line in now if line not in was]
            if not gone and not come:  # only their order or number differs
                gone, come = list(was), list(now)
            texts = ("\n".join(gone), "\n".join(come))
            found.append(MasterChange(SOURCE_FILE, "", chapter, ChangeKind.CHANGED, *texts))
    return tuple(found)


def _chapters(source: Booklet | None) -> Mapping[str, tuple[str, ...]]:
    if source is None:
        return {}
    roles = tuple(f"{role}：{getattr(source.map, role)}" for role in SOURCE_ROLES)
    texts = {name: tuple(line.text for line in lines) for name, lines in source.chapters.items()}
    return {**texts, "章の役割": roles}


def _head(plan: Plan) -> _Cells:
    said = {name: str(getattr(plan, name)) for name in _HEAD}
    for part in ("words", "style"):
        inside = asdict(getattr(plan, part))
        said |= {f"{part}.{name}": str(value) for name, value in inside.items()}
    return said


def _dated_changes(old: Plan, new: Plan, table: MasterTable) -> Iterator[MasterChange]:
    """The differences of each year, joined where years that follow each other have the same."""
    years = _years(old, new, table)
    seen: dict[_What, list[int]] = {}
    for at, year in enumerate(years):
        rows = (_keyed(table, in_force(getattr(plan, table.plan), year)) for plan in (old, new))
        for what in _compared(*rows):
            seen.setdefault(what, []).append(at)
    for what, places in seen.items():
        for _, numbered in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
            run = [at for _, at in numbered]
            first = None if run[0] == 0 else years[run[0]]
            last = None if run[-1] == len(years) - 1 else years[run[-1]]
            yield MasterChange(table.name, *what, first=first, last=last)


def _years(old: Plan, new: Plan, table: MasterTable) -> Sequence[FiscalYear]:
    """Every year in which the table may differ: those of the plans, and all that its rows name."""
    named = set[int]()
    for plan in (old, new):
        named |= {plan.first_year.start, plan.last_year.start}
        for row in getattr(plan, table.plan):
            named |= {year.start for year in (row.span.first, row.span.last) if year}
    return tuple(map(FiscalYear, range(min(named) - 1, max(named) + 2)))


def _keyed(table: MasterTable, rows: Iterable[object]) -> _Rows:
    """Cells by key; a key that several rows share is counted on (`残り`)."""
    found: dict[str, _Cells] = {}
    for row in rows:
        cells = {h: _text(table.value(row, h)) for h in table.headers if h not in _SPAN}
        key = table.key(row)
        if isinstance(row, Reading) and row.status is Status.LEFT_OVER:
            key = f"{key}{row.source}"
        number, own = 1, key
        while own in found:
            number += 1
            own = f"{key}（{number}）"
        found[own] = cells
    return found


def _text(value: object) -> str:
    """A cell as people write it."""
    if isinstance(value, tuple):
        return _parts(value)
    if isinstance(value, bool):
        return "○" if value else ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def _parts(value: tuple[object, ...]) -> str:
    """Codes and places of fields side by side; two numbers are month and day."""
    if value and all(isinstance(part, int) for part in value):
        return "-".join(f"{part:02}" for part in value)
    return "、".join(".".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in value)


def _compared(before: _Rows, after: _Rows) -> Iterator[_What]:
    for key, cells in before.items():
        if key not in after:
            yield key, "", ChangeKind.REMOVED, _whole(cells), ""
            continue
        for header, text in cells.items():
            if text != after[key][header]:
                yield key, header, ChangeKind.CHANGED, text, after[key][header]
    for key, cells in after.items():
        if key not in before:
            yield key, "", ChangeKind.ADDED, "", _whole(cells)


def _whole(cells: _Cells) -> str:
    return "／".join(f"{header}：{text}" for header, text in cells.items() if text)


def _grounded(change: MasterChange, plan: Plan) -> MasterChange:
    """With what the readings say of it: of a row, of its end or its beginning."""
    if change.table in (PLAN_FILE, READINGS.name) or change.column == ORDER:
        return change
    ground = ""
    if change.kind is ChangeKind.REMOVED:
        last = change.first.previous if change.first else None
        ends = (
            row.ground
            for row in plan.readings
            if (row.table, row.column) == (change.table, LAST)
            and split_key(row.key)[0] == change.key
            and (last is None or row.reading == last.code)
        )
        ground = next(ends, "")
    else:
        begun = change.kind is ChangeKind.ADDED
        column = FIRST if begun else change.column
        said = plan.reading(change.table, change.key, column, change.first)
        if said and (begun or said.status in (Status.REVISED, Status.CONFIRMED)):
            ground = said.ground
    return replace(change, ground=ground)
