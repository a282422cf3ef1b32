"""Provenance, proven in both directions.

`unproven`: the source's words of every master cell stand in source.txt, in the cell's own place.
`unused`: every character of the chapter of tables belongs to one master cell, or is listed as 残り.
Whether a place is right, and not only there, no program can tell; that it is there, this one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from kakunin_xlsx.plan.cells import Problem
from kakunin_xlsx.plan.model import TABLES, Plan, shown_words
from kakunin_xlsx.plan.readings import EVERY_BLOCK, Reading, Status
from kakunin_xlsx.plan.schema import MasterRow
from kakunin_xlsx.plan.source import (
    PREAMBLE,
    Booklet,
    SourceLine,
    first_block,
    fragments,
    plain,
    segments,
)
from kakunin_xlsx.plan.texts import MasterTexts, Said
from kakunin_xlsx.plan.tree import Action, Indicator, Initiative, Target

REPEAT_MARKS = ("(再掲)", "（再掲）")
_NOWHERE = MasterTexts(None, {})
_SHOWN = 40  # characters of a text that a message quotes


@dataclass(frozen=True)
class WordCell:
    """One master cell that carries words of the source: `shown`, in `pieces` where torn apart."""

    row: MasterRow
    header: str
    shown: str
    pieces: tuple[str, ...]

    @property
    def table(self) -> str:
        """The name of its table."""
        return self.row.schema.name

    @property
    def key(self) -> str:
        """As `readings` names the row."""
        return self.row.schema.key(self.row)


@dataclass(frozen=True)
class _Proof:
    """What both directions ask of a plan and its source."""

    plan: Plan
    source: Booklet

    @cached_property
    def blocks(self) -> Mapping[str, tuple[SourceLine, ...]]:
        return self.source.blocks(self.plan)

    @cached_property
    def cells(self) -> tuple[WordCell, ...]:
        return tuple(
            self._cell(row, column.header)
            for table in TABLES
            for row in getattr(self.plan, table.plan)
            for column in table.words
        )

    def _cell(self, row: MasterRow, header: str) -> WordCell:
        table, shown = row.schema, shown_words(self.plan, row, header)
        place = (table.name, table.key(row), header)
        return WordCell(row, header, shown, fragments(self.plan, *place, shown, table.first(row)))

    def line(self, row: object) -> Action | None:
        """The line whose target or indicator a row is, or itself is; None of any other."""
        if isinstance(row, Target) and row.action in self.plan.indicator:
            row = self.plan.indicator[row.action]
        if isinstance(row, Target | Indicator):
            return self.plan.action[row.action]
        return row if isinstance(row, Action) else None

    def block(self, row: MasterRow) -> str:
        """The block of the chapter of tables that a row belongs to."""
        match row.schema.name:
            case "texts":
                return PREAMBLE
            case "goals":  # 基本目標 and 施策 stand in the block they begin
                return first_block(self.plan, row.schema.key(row))
            case "measures":
                return row.schema.key(row)
        row = self.line(row) or row
        if isinstance(row, Action):
            row = self.plan.initiative[row.initiative]
        under = getattr(row, "measure", "") or getattr(row, "under", "")
        return under or getattr(row, "goal", "")

    def region(self, cell: WordCell) -> tuple[str, tuple[str, ...]]:
        """Where a cell's words must stand: what people call it, and its stretches of text."""
        chapters = _CHAPTER_OF.get((cell.table, cell.header))
        if chapters is None:
            block = self.block(cell.row)
            return block, self._block_stretches.get(block, ())
        names = chapters(self.source, cell.row)
        stretches = (self._chapter_stretches.get(name, ()) for name in names)
        return "・".join(names), tuple(chain.from_iterable(stretches))

    @cached_property
    def _block_stretches(self) -> Mapping[str, tuple[str, ...]]:
        return {name: _stretches(lines, True) for name, lines in self.blocks.items()}

    @cached_property
    def _chapter_stretches(self) -> Mapping[str, tuple[str, ...]]:
        tables = self.source.map.tables
        chapters = self.source.chapters.items()
        return {name: _stretches(lines, name == tables) for name, lines in chapters}


def _stretches(lines: Iterable[SourceLine], newline_is_wall: bool) -> tuple[str, ...]:
    return tuple(plain(one.text) for one in segments(lines, newline_is_wall=newline_is_wall))


def _everywhere(source: Booklet, _: MasterRow) -> tuple[str, ...]:
    return tuple(source.chapters)


_CHAPTER_OF: Mapping[tuple[str, str], Callable[[Booklet, MasterRow], tuple[str, ...]]] = {
    ("departments", "名称"): _everywhere,
    ("respondents", "名称"): _everywhere,
    ("texts", "本文"): lambda _, row: (getattr(row, "chapter", ""),),
    ("goals", "説明"): lambda source, _: (source.map.goals,),
    ("goals", "体系の名称"): lambda source, _: (source.map.tree,),
    ("measures", "体系の名称"): lambda source, _: (source.map.tree,),
    ("initiatives", "一覧の名称"): lambda source, _: (source.map.listing,),
}


def unproven(plan: Plan, source: Booklet, texts: MasterTexts = _NOWHERE) -> tuple[Problem, ...]:
    """Master cells whose source words do not stand in their own place of source.txt."""
    proof = _Proof(plan, source)
    found = ((cell, _not_there(proof, cell)) for cell in proof.cells)
    return tuple(texts.problem(cell.row, cell.header, *said) for cell, said in found if said)


def _not_there(proof: _Proof, cell: WordCell) -> tuple[str, str] | None:
    """What is wrong with a cell and what to do; None where its words stand in their place."""
    name, stretches = proof.region(cell)
    if cell.header == "再掲元" and cell.shown and _status(proof.plan, cell) is Status.SOURCE:
        if _is_repeat(proof, cell, stretches):
            return None
        wrong = f"再掲元「{cell.shown}」を、source.txt の再掲の印と取組の文で確かめられません。"
        return wrong, "readings.csv に「推定」として根拠を書いてください。"
    for piece in cell.pieces:
        if not any(plain(piece) in stretch for stretch in stretches):
            wrong = f"「{_short(piece)}」が、source.txt の「{name}」の範囲にありません。"
            return wrong, "原本と見比べて直すか、readings.csv に読みの根拠を書いてください。"
    return None


def _status(plan: Plan, cell: WordCell) -> Status:
    return plan.status(cell.table, cell.key, cell.header, cell.row.schema.first(cell.row))


def _is_repeat(proof: _Proof, cell: WordCell, stretches: Iterable[str]) -> bool:
    """The source never names an origin: its mark and the same 取組 must tell."""
    effort = next(each for each in proof.cells if each.row is cell.row and each.header == "取組")
    origins = [plain(row.effort) for row in proof.plan.actions if row.id == cell.shown]
    words = "".join(effort.pieces)
    marked = any(plain(mark + words) in s for s in stretches for mark in REPEAT_MARKS)
    return marked and plain(effort.shown) in origins


def _short(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= _SHOWN else f"{one_line[:_SHOWN]}…"


class _Stretch:
    """The characters between two walls, and which of them a master cell has taken."""

    def __init__(self, line: SourceLine) -> None:
        self.line = line.number
        words = line.text.split()
        self.chars = "".join(plain(word) for word in words)
        self.taken = [False] * len(self.chars)
        self._edges = {0, len(self.chars)}
        at = 0
        for word in words:
            at += len(plain(word))
            self._edges.add(at)

    def free(self, needle: str) -> Iterator[int]:
        """Where the needle stands and no character of it is taken."""
        at = self.chars.find(needle)
        while at >= 0:
            if not any(self.taken[at : at + len(needle)]):
                yield at
            at = self.chars.find(needle, at + 1)

    def is_whole(self, at: int, length: int) -> bool:
        """Whether words end on both sides: by space, wall or what another cell has taken."""
        end = at + length
        before = at in self._edges or self.taken[at - 1]
        return before and (end in self._edges or self.taken[end])

    def take(self, at: int, length: int) -> None:
        self.taken[at : at + length] = [True] * length

    def rest(self) -> Iterator[str]:
        """The runs of characters that nobody took."""
        kept = (" " if taken else char for char, taken in zip(self.chars, self.taken, strict=True))
        yield from "".join(kept).split()


def _take(block: Sequence[_Stretch], needle: str, *, whole_only: bool = False) -> bool:
    """One occurrence: a whole word where there is one, else a part of a longer stretch."""
    spots = [(stretch, at) for stretch in block for at in stretch.free(needle)]
    whole = [spot for spot in spots if spot[0].is_whole(spot[1], len(needle))]
    chosen = whole or ([] if whole_only else spots)
    if not needle or not chosen:
        return False
    stretch, at = chosen[0]
    stretch.take(at, len(needle))
    return True


@dataclass(frozen=True)
class _Wish:
    """The words one cell takes from a block; a 再掲 also takes the mark before them."""

    block: str
    words: str
    marked: bool = False
    cell: WordCell | None = None


_Blocks = Mapping[str, Sequence[_Stretch]]  # of the chapter of tables


def unused(plan: Plan, source: Booklet, texts: MasterTexts = _NOWHERE) -> tuple[Problem, ...]:
    """Characters of the chapter of tables that no cell and no 残り row uses, and the reverse."""
    proof = _Proof(plan, source)
    blocks = {
        name: [_Stretch(one) for one in segments(lines, newline_is_wall=True)]
        for name, lines in proof.blocks.items()
    }
    found = [*_serve(blocks, _wishes(proof))]
    rows = [row for row in plan.readings if row.status is Status.LEFT_OVER]
    for row in sorted(rows, key=lambda row: (row.key == EVERY_BLOCK, -len(plain(row.source)))):
        if not _left_over(blocks, row):
            wrong = f"残りとした「{_short(row.source)}」は、「{row.key}」に残っていません。"
            todo = "使われた行を除くか、キーと原文の文字を見直してください。"
            found.append((row, "原文の文字", wrong, todo))
    return (*(texts.problem(*said) for said in found), *_rest(blocks))


def _serve(blocks: _Blocks, wishes: Iterable[_Wish]) -> Iterator[Said]:
    """Longest words first, so that a short one cannot take a part of a longer one."""
    for wish in sorted(wishes, key=lambda one: -len(one.words)):
        block, cell = blocks.get(wish.block, ()), wish.cell
        marks = (*REPEAT_MARKS, "") if wish.marked else ("",)
        if any(_take(block, plain(mark) + wish.words) for mark in marks):
            continue
        # Words that stand nowhere in the block are told by `unproven`.
        if cell and any(wish.words in stretch.chars for stretch in block):
            words = _short(wish.words)
            wrong = f"「{words}」は、source.txt の「{wish.block}」に使う数だけありません。"
            todo = "推定したものは readings.csv に「推定」と根拠を書いてください。"
            yield cell.row, cell.header, wrong, todo


def _wishes(proof: _Proof) -> Iterator[_Wish]:
    plan = proof.plan
    seen: set[tuple[str, str, str, tuple[str, ...]]] = set()
    for cell in proof.cells:
        identity = (cell.table, cell.key, cell.header, cell.pieces)
        if not _in_tables(proof.source, cell) or identity in seen:
            continue  # a row that changed during the plan was printed once
        seen.add(identity)
        line = proof.line(cell.row)
        # The name of a 基本目標 is printed behind its number.
        number = f"{plan.words.goal}{cell.key}：" if cell.table == "goals" else ""
        for piece in cell.pieces:
            words = plain(number + plain(piece))
            yield _Wish(proof.block(cell.row), words, bool(line and line.repeats), cell)
    for measure in plan.measures:
        yield _Wish(measure.no, plain(measure.no))
    for initiative in plan.initiative.values():
        if _was_printed(plan, initiative):
            yield _Wish(proof.block(initiative), plain(initiative.no))


def _was_printed(plan: Plan, initiative: Initiative) -> bool:
    """Not one that was added after the booklet."""
    first = initiative.span.first
    status = plan.status("initiatives", initiative.no, "名称", first)
    return status is not Status.REVISED or any(
        row.span.first != first for row in plan.initiatives if row.no == initiative.no
    )


def _in_tables(source: Booklet, cell: WordCell) -> bool:
    if cell.table == "texts":
        return getattr(cell.row, "chapter", "") == source.map.tables
    return cell.header != "再掲元" and (cell.table, cell.header) not in _CHAPTER_OF


def _left_over(blocks: _Blocks, row: Reading) -> bool:
    """Take the words of a 残り row; False where some of them are not left."""
    pieces = [plain(piece) for piece in row.source.split("\n")]
    if row.key != EVERY_BLOCK:
        taken = [_take(blocks.get(row.key, ()), piece) for piece in pieces]
        return all(taken)
    found = False
    for block in blocks.values():
        for piece in pieces:
            while _take(block, piece, whole_only=True):
                found = True
    return found


def _rest(blocks: _Blocks) -> Iterator[Problem]:
    for stretch in sorted(chain.from_iterable(blocks.values()), key=lambda one: one.line):
        for words in stretch.rest():
            wrong = f"「{_short(words)}」を使う台帳のセルがありません。"
            todo = "当てはまるセルに入れるか、readings.csv に「残り」と根拠を書いてください。"
            yield Problem("source.txt", stretch.line, "", wrong, todo)
