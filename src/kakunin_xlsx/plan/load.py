"""From a masters folder to a Plan, with all problems told at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kakunin_xlsx.plan.check import check_plan
from kakunin_xlsx.plan.model import TABLES, Plan
from kakunin_xlsx.plan.problems import CellProblem, MastersBroken, Problem
from kakunin_xlsx.plan.provenance import unproven, unused
from kakunin_xlsx.plan.schema import NO_YEAR, MasterTable, Span
from kakunin_xlsx.plan.settings import PLAN_FILE, PlanHead, read_head
from kakunin_xlsx.plan.source import Booklet
from kakunin_xlsx.plan.texts import SOURCE_FILE, MasterTexts, TextRow, read_texts


@dataclass(frozen=True)
class Masters:
    """A plan, the texts it was understood from, and the source where there is one."""

    plan: Plan
    texts: MasterTexts
    source: Booklet | None


def load_masters(folder: Path) -> Masters:
    """Read a masters folder. Raises MastersBroken with all that cannot be read or fitted."""
    return understood(read_texts(folder))


def understood(texts: MasterTexts) -> Masters:
    """What the texts say. Raises MastersBroken."""
    head, problems = read_head(texts.toml)
    found = [*texts.problems.get(PLAN_FILE, ()), *problems]
    rows: dict[str, Any] = {}
    for table in TABLES:
        found.extend(texts.problems.get(table.file, ()))
        known = texts.rows.get(table.name, ())
        rows[table.plan] = tuple(_row(table, at, row, found) for at, row in enumerate(known))
    source = _source(texts, head, found)
    if head is None or texts.unread:
        raise MastersBroken(found)  # to ask for references now would only repeat it
    masters = Masters(Plan(**head.plan, **rows), texts, source)
    if masters.plan.first_year == NO_YEAR or not masters.plan.years:
        raise MastersBroken(found)  # every other year would seem to lie outside the plan
    told = {(problem.file, problem.line, problem.cell) for problem in found}
    found += [
        one
        for one in check_plan(masters.plan, texts)
        if (one.file, one.line, one.cell) not in told  # a row is not complained of twice
    ]
    if found:
        raise MastersBroken(found)
    return masters


def check_masters(masters: Masters) -> tuple[Problem, ...]:
    """What does not agree with the source, in both directions; empty without a source."""
    if masters.source is None:
        return ()
    told = (masters.plan, masters.source, masters.texts)
    return (*unproven(*told), *unused(*told))


def prove(texts: MasterTexts) -> Masters:
    """What texts that are not written yet load to.

    Raises MastersBroken with all that does not load, or does not agree with the source.
    """
    masters = understood(texts)
    if problems := check_masters(masters):
        raise MastersBroken(problems)
    return masters


def load_plan(folder: Path) -> Plan:
    """The plan of a masters folder. Raises MastersBroken with every problem found."""
    return load_masters(folder).plan


def _row(table: MasterTable, index: int, raw: TextRow, problems: list[Problem]) -> object:
    values: dict[str, Any] = {}
    for column in table.columns:
        cell = raw.cells.get(column.header, "")
        values[column.attribute] = column.empty
        try:
            if cell:
                values[column.attribute] = column.parse(cell)
            elif column.required:
                raise CellProblem("空欄です。", f"「{column.header}」を書いてください。")
        except CellProblem as met:
            problems.append(raw.problem(table, column.header, met.wrong, met.todo))
    if table.dated:
        values["span"] = _span(values.pop("first"), values.pop("last"))
    return table.row(**values, index=index)


_span = lru_cache(Span)  # almost all rows have the same


def _source(texts: MasterTexts, head: PlanHead | None, problems: list[Problem]) -> Booklet | None:
    """source.txt cut into its chapters; None where a plan has none or it cannot be used."""
    unread = texts.problems.get(SOURCE_FILE, ())
    if head is None or (texts.source is None and not unread):
        return None
    if head.source is None:
        if not any(problem.column.startswith("source") for problem in problems):
            wrong = "source.txt があるのに、章の始まりが書かれていません。"
            todo = "[source] と [source.chapters] を書くか、source.txt を除いてください。"
            problems.append(Problem(PLAN_FILE, 0, "source", wrong, todo))
        return None
    if texts.source is None:
        problems.extend(unread)
        return None
    source = Booklet.cut(texts.source, head.source)
    for chapter, line in head.source.chapters.items():
        if chapter not in source.chapters:
            wrong = f"章の始まりの行「{line}」が source.txt にありません。"
            todo = "source.txt にある行を、出てくる順に、そのまま書いてください。"
            problems.append(Problem(PLAN_FILE, 0, f"source.chapters.{chapter}", wrong, todo))
    return source


@dataclass(frozen=True, slots=True)
class Counts:
    """What a plan holds. `repeats` are the 再掲 among the actions."""

    goals: int
    measures: int
    initiatives: int
    actions: int
    repeats: int
    departments: int
    indicators: int = 0


def count(plan: Plan) -> Counts:
    """Count a plan's rows; one that changed during the plan counts once."""
    return Counts(
        goals=len(plan.goal),
        measures=len(plan.measure),
        initiatives=len(plan.initiative),
        actions=len(plan.action),
        repeats=sum(bool(row.repeats) for row in plan.action.values()),
        departments=len(plan.department),
        indicators=len(plan.indicator),
    )
