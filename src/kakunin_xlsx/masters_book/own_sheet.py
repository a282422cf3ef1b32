"""A clerk's own list: one line a 取組, headings of their own, years as columns.

What its headings say is told by their words; nothing else about the sheet matters. A level that
stands once above its lines, or in merged cells, holds on below.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kakunin_xlsx.masters_book.own_headings import Means, OwnHeads, apart
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.returns.model import Grid, GridCell, address

_NUMBERED = re.compile(
    r"(?:No\.?|基本目標|基本方針|基本施策|施策|目標|方針|柱|第)?\s*"
    r"([0-9０-９]+(?:[-－.][0-9０-９]+)*|[Ⅰ-Ⅻ])(?:章|節)?[\s　.．:：]+(.+)",
    re.S,
)
_SEVERAL = re.compile(r"[、，,;；/／\n]+")
_UNITS = ("課", "室", "局", "係", "センター", "館")  # what names on both sides of 「・」 end with
_DITTO = frozenset(("〃", "々", "仝", "同上", "同", "''", '"', "”", "″"))
_LEVELS = (Means.GOAL, Means.DIRECTION, Means.MEASURE, Means.NAME)
_OF_A_LINE = {Means.NO, Means.NAME, Means.DEPARTMENT, Means.OUTLINE, Means.EFFORT}
_NEEDED = {Means.NAME: "事業の名前", Means.DEPARTMENT: "課"}
_BRIEF = 40  # characters of words above the headings
_EXAMPLES = 3  # addresses that are named of a column not taken


@dataclass(frozen=True)
class OwnLine:
    """One line of the list; '' where it says nothing. `targets` go by year."""

    place: str
    said: Mapping[Means, str]
    targets: Mapping[FiscalYear, str]

    @property
    def departments(self) -> tuple[str, ...]:
        """担当課, then whoever works with it."""
        both = (self.said.get(Means.DEPARTMENT, ""), self.said.get(Means.RELATED, ""))
        names = (name.strip() for cell in both for name in _SEVERAL.split(cell))
        return tuple(dict.fromkeys(one for name in names if name for one in _units(name)))


@dataclass(frozen=True)
class OwnSheet:
    """The list: its lines, the years that are columns, and what was not taken."""

    name: str
    lines: Sequence[OwnLine]
    years: Sequence[FiscalYear]
    notices: Sequence[str]
    since: str = ""  # when its 基準値 were
    measures: bool = False  # its lines are 指標: one 取組 may have several

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """What it has lines of, and whose they are."""
        return frozenset((line.said[Means.NAME], line.departments[0]) for line in self.lines)

    def with_lines_of(self, other: OwnSheet) -> OwnSheet:
        """Both as one list."""
        years = sorted({*self.years, *other.years})
        whole = replace(self, name=f"{self.name}」「{other.name}", years=years)
        return replace(whole, lines=[*self.lines, *other.lines], since=self.since or other.since)

    def has(self, means: Means) -> bool:
        """True if any line says it."""
        return any(line.said.get(means) for line in self.lines)

    @property
    def departments(self) -> tuple[str, ...]:
        """Every 課 that a line names, in the order of the list."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.departments))


def _units(name: str) -> list[str]:
    """「環境課・公園課」 are two, 「子ども・若者課」 is one."""
    parts = [part.strip() for part in name.split("・")]
    return parts if all(part.endswith(_UNITS) for part in parts) else [name]


def own_sheet(grid: Grid) -> OwnSheet | None:
    """The list on a sheet; None if no line of it has headings for a 取組 and its 課."""
    rows: dict[int, list[GridCell]] = {}
    for cell in sorted([*grid.cells, *_merged(grid)]):
        rows.setdefault(cell.row, []).append(cell)
    for at in rows:
        heads = OwnHeads.at(rows, at)
        if heads.begins:
            return _OwnReader(grid.name, rows, at, heads).sheet()
    return None


def _is_note(cell: GridCell) -> bool:
    return cell.typed.lstrip("（( 　").startswith(("※", "＊", "*", "注"))


def _passed(sheet: str, cell: GridCell) -> str:
    return f"{sheet}!{cell.address}：「{cell.typed[:_BRIEF]}」は、取り込みません。"


def _merged(grid: Grid) -> Iterator[GridCell]:
    """What a cell merged over several rows says in those below its first."""
    known = {(cell.row, cell.col): cell for cell in grid.cells}
    for area in grid.merged:
        if first := known.get((area.top, area.left)):
            for row in range(area.top + 1, area.bottom + 1):
                yield first._replace(row=row)


@dataclass
class _OwnReader:
    name: str
    rows: Mapping[int, Sequence[GridCell]]
    head: int
    heads: OwnHeads
    lost: dict[int, list[GridCell]] = field(default_factory=dict)
    last: dict[int, str] = field(default_factory=dict)  # what a column said before, for 「〃」

    def sheet(self) -> OwnSheet:
        notices: list[str] = []
        lines = [*self._lines(notices)]
        means = self.heads.columns.values()
        years = sorted({each for each in means if isinstance(each, FiscalYear)})
        since = self.heads.baseline_year
        told, measures = [*self._not_taken(), *notices], self.heads.measures
        return OwnSheet(self.name, lines, years, told, since, measures)

    def _lines(self, notices: list[str]) -> Iterator[OwnLine]:
        """The lines with what holds on from above; what is no line is told."""
        held: dict[Means, str] = {}
        levels: list[GridCell] = []
        for line, cells in self._below():
            if all(map(_is_note, cells)) or not (line.said or line.targets):
                notices += (_passed(self.name, cell) for cell in cells)
                continue
            self._hold(held, line.said)
            if not line.said.keys() & _OF_A_LINE and not line.targets:
                levels += cells  # alone, on a row of their own
                continue
            whole = {**held, **line.said}
            lacking = [word for means, word in _NEEDED.items() if not whole.get(means)]
            if lacking:
                why = f"{'と'.join(lacking)}がない行なので、取り込みません。"
                notices.append(f"{line.place}：{why}")
            else:
                levels.clear()
                yield replace(line, said=whole)
            for cell in cells:
                if cell.col not in self.heads.columns:
                    self.lost.setdefault(cell.col, []).append(cell)
        notices += (_passed(self.name, cell) for cell in levels)  # nothing stands below them

    def _below(self) -> Iterator[tuple[OwnLine, Sequence[GridCell]]]:
        """The rows below the headings, and what they say; headings that are repeated aside."""
        for at, cells in self.rows.items():
            heads = all(cell.typed.strip() == self.heads.own.get(cell.col) for cell in cells)
            if at > self.head + self.heads.two_lines and not heads:
                yield self._line(at, cells), cells

    def _hold(self, held: dict[Means, str], said: Mapping[Means, str]) -> None:
        """Keep the levels that a row says; what stood below one ends with it."""
        for at, level in enumerate(_LEVELS):
            if level in said and said[level] != held.get(level):
                for below in _LEVELS[at:]:
                    held.pop(below, None)
            held |= {level: said[level]} if level in said else {}

    def _line(self, at: int, cells: Sequence[GridCell]) -> OwnLine:
        said: dict[Means, str] = {}
        targets: dict[FiscalYear, str] = {}
        for cell in cells:
            meaning, text = self.heads.columns.get(cell.col), cell.kept.strip()
            text = self.last.get(cell.col, text) if text in _DITTO else text
            self.last[cell.col] = text
            if meaning is None:
                continue
            if meaning is Means.DEPARTMENT and self.heads.related_in_brackets:
                said[meaning] = apart(text)
            elif isinstance(meaning, FiscalYear):
                targets |= {meaning: text} if text else {}
            elif text:
                said[meaning] = text
        return OwnLine(f"{self.name}!{address(at, cells[0].col)}", said, targets)

    def _not_taken(self) -> Iterator[str]:
        """Each column without a meaning, and words above the headings."""
        for at, cells in self.rows.items():
            for cell in cells if at < self.head else ():
                yield _passed(self.name, cell)
        for col, cells in self.lost.items():
            head = self.heads.whole.get(col, "").replace("\n", "")
            named = f"列「{head}」" if head else f"{cells[0].address} から下"
            where = "、".join(cell.address for cell in cells[:_EXAMPLES])
            more = "など" if len(cells) > _EXAMPLES else ""
            yield (
                f"シート「{self.name}」の{named}（{where}{more}、{len(cells)}か所）は、"
                "当てはまる欄が分からないので、取り込みません。"
            )


def numbered(text: str) -> tuple[str, str]:
    """The number that leads a heading, and the heading without it: 「1-1　木を守る」."""
    found = _NUMBERED.fullmatch(text)
    if not found:
        return "", text
    number = unicodedata.normalize("NFKC", found[1]).replace(" ", "")
    return number, found[2].strip()
