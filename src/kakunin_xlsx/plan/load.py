"""From a masters folder to a Plan, with all problems told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kakunin_xlsx.plan.check import check_plan
from kakunin_xlsx.plan.head import FILE as PLAN_FILE
from kakunin_xlsx.plan.head import Head, SourceMap, read_head
from kakunin_xlsx.plan.model import Plan, Span
from kakunin_xlsx.plan.places import Places
from kakunin_xlsx.plan.problems import CellProblem, MastersBroken, Problem
from kakunin_xlsx.plan.provenance import unproven, unused
from kakunin_xlsx.plan.reading import RawRow, read_table, read_text
from kakunin_xlsx.plan.source import Source
from kakunin_xlsx.plan.tables import NO_YEAR, TABLES, Table

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
    complete = head is not None
    for table in TABLES:
        raw = read_table(folder, table)
        complete = complete and raw.sound
        found.extend(raw.problems)
        sound = raw.rows if raw.sound else ()
        rows[table.plan] = tuple(_row(table, row, found) for row in sound)
        lines[table.name] = tuple(row.line for row in raw.rows)
    source = _source(folder, head, found)
    if head is None or not complete:
        raise MastersBroken(found)  # to ask for references now would only repeat it
    masters = Masters(_plan(head, rows), Places(lines), source)
    if head.first_year == NO_YEAR or not masters.plan.years:
        raise MastersBroken(found)  # every other year would seem to lie outside the plan
    if problems := _without_echo(found, check_plan(masters.plan, masters.places)):
        raise MastersBroken(problems)
    return masters


def _without_echo(read: list[Problem], misfits: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """A row with a cell that could not be read is not complained of twice."""
    told = {(problem.file, problem.line) for problem in read}
    return (*read, *(one for one in misfits if (one.file, one.line) not in told))


def check_masters(masters: Masters) -> tuple[Problem, ...]:
    """What does not agree with the source, in both directions; empty without a source."""
    if masters.source is None:
        return ()
    told = (masters.plan, masters.source, masters.places)
    return (*unproven(*told), *unused(*told))


def prove_masters(files: Mapping[str, bytes]) -> Masters:
    """What these files (name → bytes) load to, before they are written where they belong.

    Raises MastersBroken with all that does not load, or does not agree with the source.
    """
    with TemporaryDirectory(prefix="kakunin-") as name:
        place = Path(name)
        for file, data in files.items():
            (place / file).write_bytes(data)
        masters = load_masters(place)
    if problems := check_masters(masters):
        raise MastersBroken(problems)
    return masters


def load_plan(folder: Path) -> Plan:
    """The plan of a masters folder. Raises MastersBroken with every problem found."""
    return load_masters(folder).plan


def _row(table: Table, raw: RawRow, problems: list[Problem]) -> object:
    values: dict[str, Any] = {}
    for column in table.columns:
        cell = raw.cells[column.header]
        values[column.attribute] = column.empty
        try:
            if cell:
                values[column.attribute] = column.parse(cell)
            elif column.required:
                raise CellProblem("空欄です。", f"「{column.header}」を書いてください。")
        except CellProblem as met:
            problem = Problem(table.file, raw.line, column.header, met.wrong, met.todo)
            problems.append(problem)
    if table.dated:
        values["span"] = _span(values.pop("first"), values.pop("last"))
    return table.row(**values)


_span = lru_cache(Span)  # almost all rows have the same


def _plan(head: Head, rows: Mapping[str, Any]) -> Plan:
    said = {name: getattr(head, name) for name in asdict(head) if name != "source"}
    return Plan(**said, **rows)


def _source(folder: Path, head: Head | None, problems: list[Problem]) -> Source | None:
    """source.txt cut into its chapters; None where a plan has none or it cannot be used."""
    path = folder / SOURCE_FILE
    if head is None or not path.exists():
        return None
    if head.source is None:
        if not any(problem.column.startswith("source") for problem in problems):
            problems.append(_no_chapters())
        return None
    words, problem = read_text(path)
    if problem:
        problems.append(problem)
        return None
    source = Source.cut(words, head.source)
    problems.extend(_no_such_line(head.source, chapter) for chapter in source.missing)
    return source


def _no_chapters() -> Problem:
    wrong = "source.txt があるのに、章の始まりが書かれていません。"
    todo = "[source] と [source.chapters] を書くか、source.txt を除いてください。"
    return Problem(PLAN_FILE, 0, "source", wrong, todo)


def _no_such_line(source_map: SourceMap, chapter: str) -> Problem:
    wrong = f"章の始まりの行「{source_map.chapters[chapter]}」が source.txt にありません。"
    todo = "source.txt にある行を、出てくる順に、そのまま書いてください。"
    return Problem(PLAN_FILE, 0, f"source.chapters.{chapter}", wrong, todo)
