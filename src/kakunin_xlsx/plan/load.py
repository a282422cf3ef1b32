"""load_masters(folder): every table and the source, with all problems told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kakunin_xlsx.plan.check import check_plan
from kakunin_xlsx.plan.head import Head, read_head
from kakunin_xlsx.plan.model import Plan, Span
from kakunin_xlsx.plan.places import Places
from kakunin_xlsx.plan.problems import CellProblem, MastersBroken, Problem
from kakunin_xlsx.plan.provenance import unproven, unused
from kakunin_xlsx.plan.reading import RawRow, read_table, read_text
from kakunin_xlsx.plan.source import Source
from kakunin_xlsx.plan.tables import TABLES, Table

SOURCE_FILE = "source.txt"


@dataclass(frozen=True)
class Masters:
    """A plan as its folder holds it: the rows' lines, and the source where there is one."""

    plan: Plan
    places: Places
    source: Source | None


def load_masters(folder: Path) -> Masters:
    """Read a masters folder. Raises MastersBroken with all that cannot be read or fitted."""
    head, problems = read_head(folder)
    found = list(problems)
    rows: dict[str, tuple[object, ...]] = {}
    lines: dict[str, tuple[int, ...]] = {}
    for table in TABLES:
        rows[table.plan], lines[table.name] = _read(folder, table, found)
    if found or head is None:
        raise MastersBroken(found)
    plan, places = _plan(head, rows), Places(lines)
    if misfits := check_plan(plan, places):
        raise MastersBroken(misfits)
    return Masters(plan, places, _source(folder, head))


def check_masters(masters: Masters) -> tuple[Problem, ...]:
    """What does not agree with the source, in both directions; empty without a source."""
    if masters.source is None:
        return ()
    told = (masters.plan, masters.source, masters.places)
    return (*unproven(*told), *unused(*told))


def load_plan(folder: Path) -> Plan:
    """The plan of a masters folder. Raises MastersBroken with every problem found."""
    return load_masters(folder).plan


def _read(
    folder: Path, table: Table, problems: list[Problem]
) -> tuple[tuple[object, ...], tuple[int, ...]]:
    """Rows and their lines; what cannot be understood is added to `problems`."""
    raw = read_table(folder, table)
    problems.extend(raw.problems)
    rows = [(_row(table, row, problems), row.line) for row in raw.rows] if raw.sound else []
    return tuple(row for row, _ in rows), tuple(line for _, line in rows)


def _row(table: Table, raw: RawRow, problems: list[Problem]) -> object:
    values: dict[str, Any] = {}
    for column in table.columns:
        cell = raw.cells[column.header]
        values[column.attribute] = column.empty
        try:
            if cell:
                values[column.attribute] = column.parse(cell)
            elif column.required:
                raise CellProblem("空欄です。", "記入してください。")
        except CellProblem as met:
            problem = Problem(table.file, raw.line, column.header, met.wrong, met.todo)
            problems.append(problem)
    if table.dated:
        values["span"] = Span(values.pop("first"), values.pop("last"))
    return table.row(**values)


def _plan(head: Head, rows: Mapping[str, Any]) -> Plan:
    said = {name: getattr(head, name) for name in asdict(head) if name != "source"}
    return Plan(**said, **rows)


def _source(folder: Path, head: Head) -> Source | None:
    path = folder / SOURCE_FILE
    if head.source is None or not path.is_file():
        return None
    words, problem = read_text(path)
    if problem:
        raise MastersBroken([problem])
    return Source.cut(words, head.source)
