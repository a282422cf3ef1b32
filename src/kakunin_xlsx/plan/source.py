"""The booklet's text (source.txt): its chapters, and the blocks of the chapter of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.readings import Status
from kakunin_xlsx.plan.settings import SourceMap
from kakunin_xlsx.plan.tree import Goal, Measure
from kakunin_xlsx.plan.years import FiscalYear

PREAMBLE = ""  # the block before the first 基本目標
_HYPHENS = str.maketrans(dict.fromkeys("－‐−‑", "-"))
_WALL = "\t"


def plain(words: str) -> str:
    """The words as they are compared: without white space, with one kind of hyphen."""
    return re.sub(r"\s", "", words).translate(_HYPHENS)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of source.txt."""

    number: int
    text: str


@dataclass(frozen=True)
class Booklet:
    """source.txt, cut into chapters; one whose first line was not found is not among them."""

    map: SourceMap
    chapters: Mapping[str, tuple[SourceLine, ...]]

    @classmethod
    def cut(cls, words: str, plan_of: SourceMap) -> Booklet:
        """Each chapter begins at the first line that is its beginning, after the one before."""
        lines = [SourceLine(number, text) for number, text in enumerate(words.split("\n"), 1)]
        starts: dict[str, int] = {}
        at = 0
        for chapter, first in plan_of.chapters.items():
            same = (i for i in range(at, len(lines)) if plain(lines[i].text) == plain(first))
            found = next(same, None)
            if found is not None:
                starts[chapter] = found
                at = found + 1
        ends = [*starts.values(), len(lines)][1:]
        spans = zip(starts.items(), ends, strict=True)
        return cls(plan_of, {name: tuple(lines[start:end]) for (name, start), end in spans})

    def blocks(self, plan: Plan) -> Mapping[str, tuple[SourceLine, ...]]:
        """The chapter of tables by 施策 (by 基本目標 where it has none).

        What stands between the heading of a 基本目標 and its first 施策 belongs to that 施策.
        """
        goals = {
            row.no: plain(f"{plan.words.goal}{row.no}：{_printed(plan, row)}") for row in plan.goals
        }
        measures = {row.no: plain(_printed(plan, row)) for row in plan.measures}
        blocks: dict[str, list[SourceLine]] = {PREAMBLE: []}
        goal, block = "", PREAMBLE
        for line in self.chapters.get(self.map.tables, ()):
            cells = [plain(cell) for cell in line.text.split(_WALL)]
            seen = _begun(goals, cells)
            if seen and seen != goal:
                goal, block = seen, first_block(plan, seen)
            block = _begun(measures, cells) or block
            blocks.setdefault(block, []).append(line)
        return {name: tuple(lines) for name, lines in blocks.items()}


def _printed(plan: Plan, row: Goal | Measure) -> str:
    """A name as the source has it."""
    return "".join(fragments(plan, row.schema.name, row.no, "名称", row.name))


def _begun(heads: Mapping[str, str], cells: Sequence[str]) -> str:
    """The number whose heading stands in one of the cells of a line; '' if none does."""
    found = (no for no, head in heads.items() if head and any(head in cell for cell in cells))
    return next(found, "")


def first_block(plan: Plan, goal: str) -> str:
    """The block in which a 基本目標 begins."""
    measures = plan.measures_of(goal)
    return measures[0].no if measures else goal


def fragments(
    plan: Plan, table: str, key: str, column: str, shown: str, first: FiscalYear | None = None
) -> tuple[str, ...]:
    """The source's words for one master cell: each piece must stand in the source.

    `first` is the 開始年度 of the cell's row.

    A cell without a reading stands there as it is. A cell with one is what 原文の文字 says;
    where the booklet's words were torn apart, its lines are the pieces.
    """
    reading = plan.reading(table, key, column, first)
    if reading is None or reading.status is Status.SOURCE:
        return (shown,) if shown else ()
    return tuple(piece for piece in reading.source.split("\n") if piece)


def segments(lines: Iterable[SourceLine], *, newline_is_wall: bool) -> Iterator[SourceLine]:
    """The stretches between walls, each with the number of the line it begins in."""
    if newline_is_wall:
        for line in lines:
            yield from (SourceLine(line.number, cell) for cell in line.text.split(_WALL))
        return
    open_segment = SourceLine(0, "")
    for line in lines:
        first, *others = line.text.split(_WALL)
        joined = f"{open_segment.text}\n{first}"
        open_segment = SourceLine(open_segment.number or line.number, joined)
        for cell in others:
            yield open_segment
            open_segment = SourceLine(line.number, cell)
    yield open_segment
