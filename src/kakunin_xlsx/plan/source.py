"""The booklet's text (source.txt): its chapters, and the blocks of the chapter of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
    """source.txt, cut into chapters; `missing` names those whose first line was not found."""

    map: SourceMap
    chapters: Mapping[str, tuple[SourceLine, ...]]
    missing: tuple[str, ...]

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
        chapters = {
            chapter: tuple(lines[start:end])
            for (chapter, start), end in zip(starts.items(), ends, strict=True)
        }
        return cls(
            plan_of, chapters, tuple(name for name in plan_of.chapters if name not in starts)
        )

    def chapter(self, name: str) -> tuple[SourceLine, ...]:
        """The lines of one chapter."""
        return self.chapters.get(name, ())

    def blocks(self, plan: Plan) -> Mapping[str, tuple[SourceLine, ...]]:
        """The chapter of tables by 施策 (by 基本目標 where it has none).

        What stands between the heading of a 基本目標 and its first 施策 belongs to that 施策.
        """
        heads = _Heads(plan)
        blocks: dict[str, list[SourceLine]] = {PREAMBLE: []}
        goal, block = "", PREAMBLE
        for line in self.chapter(self.map.tables):
            seen = heads.goal(line)
            if seen and seen != goal:
                goal, block = seen, first_block(plan, seen)
            block = heads.measure(line, block)
            blocks.setdefault(block, []).append(line)
        return {name: tuple(lines) for name, lines in blocks.items()}


class _Heads:
    """Recognises the lines that begin a 基本目標 or a 施策."""

    def __init__(self, plan: Plan) -> None:
        self._goals = {
            row.no: plain(f"{plan.words.goal}{row.no}：{_printed(plan, 'goals', row)}")
            for row in plan.goals
        }
        self._measures = {row.no: plain(_printed(plan, "measures", row)) for row in plan.measures}

    def goal(self, line: SourceLine) -> str:
        return _found(self._goals, line) or ""

    def measure(self, line: SourceLine, otherwise: str) -> str:
        return _found(self._measures, line) or otherwise


def _printed(plan: Plan, table: str, row: Goal | Measure) -> str:
    """A name as the source has it."""
    return "".join(fragments(plan, table, row.no, "名称", row.name))


def _found(heads: Mapping[str, str], line: SourceLine) -> str | None:
    words = [plain(cell) for cell in line.text.split(_WALL)]
    return next((no for no, head in heads.items() if head and any(head in w for w in words)), None)


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
