"""Which masters folder is meant, and from it to a Plan, with all problems told at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kakunin_xlsx.plan.cells import CellProblem, MastersBroken, Problem
from kakunin_xlsx.plan.check import check_plan
from kakunin_xlsx.plan.model import TABLES, Plan
from kakunin_xlsx.plan.provenance import unproven, unused
from kakunin_xlsx.plan.schema import NO_YEAR, MasterTable, Span
from kakunin_xlsx.plan.settings import PLAN_FILE, PlanHead, read_head
from kakunin_xlsx.plan.source import Booklet
from kakunin_xlsx.plan.texts import SOURCE_FILE, MasterTexts, TextRow, read_texts

_PACKAGE = Path(__file__).resolve().parents[1]
# A wheel carries masters/ inside the package; a checkout has it at its top.
SHIPPED = (_PACKAGE / "masters", _PACKAGE.parents[1] / "masters")


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


# Which folder.


class MastersNotFound(Exception):
    """No masters folder, or more than one to choose from; the words are for people."""


def find_masters(explicit: Path | None, start: Path) -> Path:
    """The folder that was named, else the only plan under `start`/masters, else the shipped one."""
    if explicit is not None:
        return _named(explicit)
    for folder in (start / "masters", *SHIPPED):
        if plans := plans_in(folder):
            return _only(plans)
    raise MastersNotFound(
        f"計画の台帳が見つかりません。{start / 'masters'} に計画のフォルダーを置くか、"
        "--plan でフォルダーを指定してください。"
    )


def only_shipped(found: Path, named: bool, start: Path) -> bool:
    """True for a plan that came with the tool and does not lie where one works.

    `named`: it was asked for; then only what lies inside the installed program is the tool's.
    """
    above = found.resolve().parent
    if named:
        return above == SHIPPED[0]
    return above in SHIPPED and above != (start / "masters").resolve()


def plans_in(folder: Path) -> tuple[Path, ...]:
    """The masters folders directly under a folder."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(child for child in folder.iterdir() if (child / PLAN_FILE).is_file()))


def _named(folder: Path) -> Path:
    if (folder / PLAN_FILE).is_file():
        return folder
    if plans := plans_in(folder):
        return _only(plans)
    if not folder.is_dir():
        raise MastersNotFound(
            f"フォルダー「{folder}」がありません。フォルダーの名前を確かめてください。"
        )
    raise MastersNotFound(
        f"「{folder}」に {PLAN_FILE} がありません。計画の台帳のフォルダーを指定してください。"
    )


def _only(plans: tuple[Path, ...]) -> Path:
    if len(plans) == 1:
        return plans[0]
    names = "、".join(f"「{plan.name}」" for plan in plans)
    raise MastersNotFound(
        f"計画が{len(plans)}つあります（{names}）。--plan でどれか一つを指定してください。"
    )
