"""評価集計: every scale by 基本目標 and by department on one page, with one chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kakunin_xlsx.layout import Column
from kakunin_xlsx.plan import Choice, FieldType, RowKind
from kakunin_xlsx.report import counting
from kakunin_xlsx.report.costs import add_costs, add_marks
from kakunin_xlsx.report.paging import (
    CELL,
    HEADER,
    NAME,
    NUMBER,
    POINTS,
    SUBHEADING,
    Stack,
    across,
    gap,
    head_lines,
    height,
    line,
    narrow_columns,
    paragraphs,
    pixels,
    placed,
    table_row,
)
from kakunin_xlsx.report.paper import CouncilPaper, PaperPart
from kakunin_xlsx.sheets.page import A3, A4, Cell, Chart, Line, Page

SHEET_NAME = "評価集計"
_NAME, _COUNT = 12.0, {A3: 6.2, A4: 6.5}
_NAMES = 2  # columns of a name further right
_CHART, _BAR = {A3: 180, A4: 100}, 16  # pixels, and for each bar
_BRIEF = 3  # departments in a row, where they are many


@dataclass(frozen=True)
class Group:
    """One scale: what it is called, its column, and what was chosen under each 基本目標."""

    title: str
    column: Column
    tallies: Sequence[counting.Tally]
    shares: bool

    @property
    def seen(self) -> counting.Tally:
        """All together."""
        return counting.total(self.tallies)

    @property
    def heads(self) -> list[str]:
        """What is counted, then shares of it."""
        choices = self.column.choices
        if self.shares:
            return counting.scale_heads(choices, self.seen, counting.counted(choices))
        return counting.values(choices, self.seen)

    def row(self, tally: counting.Tally) -> list[Cell]:
        """The numbers of a group under these headings."""
        choices = self.column.choices
        return counting.scale_row(tally, choices, self.seen, counting.counted(choices))[
            : len(self.heads)
        ]


def summary_page(paper: CouncilPaper) -> Page:
    """The sheet with every scale."""
    return _Summary(paper).page()


@dataclass(frozen=True)
class _Summary(PaperPart):
    @cached_property
    def _groups(self) -> list[Group]:
        """The departments' scales, ratings first, then those of councils on each 重点取組."""
        view = self._view.rated
        own = sorted(view.choice_columns, key=lambda c: c not in view.rating_columns)
        found = [
            Group(c.heading, c, counting.by_goal(view, c), c in view.rating_columns)
            for c in own
            if c.asked_in(RowKind.ACTION)
        ]
        for each in self._view.councils:
            columns = (*each.columns(RowKind.ACTION), *each.columns(RowKind.INITIATIVE))
            for column in dict.fromkeys(c for c in columns if c.type is FieldType.CHOICE):
                for name, whose in counting.evaluators(each):
                    tallies = counting.by_goal(each, column, whose)
                    found.append(Group(f"{column.heading}（{name}）", column, tallies, False))
        return found

    @cached_property
    def _stack(self) -> Stack:
        """A column of names, and as many narrow ones for numbers as the paper takes."""
        most = max((len(group.heads) for group in self._groups), default=1)
        return narrow_columns((_NAME,), _COUNT[self.paper.size], self.paper.size, most)

    def page(self) -> Page:
        self._stack.title(f"{SHEET_NAME}　{self._view.year.caption}", SHEET_NAME)
        self._stack.add([*paragraphs(self._notes(), self._stack.widths)])
        tables = _side_by_side(self._groups, len(self._stack.widths) - 1)
        head = self._table(tables[0]) if tables else 0
        charts = [*self._chart(head)]
        for table in tables[1:]:
            self._table(table)
        for group in self._groups[:1]:
            self._departments(group)
        add_marks(self._stack, self._view)
        add_costs(self._stack, self._view)
        return self._stack.page(SHEET_NAME, self._view.header, charts)

    def _notes(self) -> Iterator[str]:
        view = self._view.rated
        if view is not self._view:
            yield f"・{view.round.name}の回答です。前の照会の評価は、{view.plan.words.goal}ごとの表にあります。"
        repeats = len(view.lines) - len(view.asked)
        yield (
            f"・{view.plan.words.effort}{len(view.lines)}行のうち、再掲{repeats}行を除く"
            f"{len(view.asked)}行を数えています（再掲は元の行で1回だけ数えます）。"
        )
        for column in view.rating_columns:
            own = "・".join(counting.counted(column.choices))
            yield f"・「{column.heading}」の割合の分母は、{own}の合計です（ほかは件数だけ）。{counting.ROUNDED}"

    def _table(self, groups: Sequence[Group]) -> int:
        """A table by 基本目標 of groups beside each other; returns the row of its headings."""
        widths = self._stack.widths
        heads = [
            (f"{group.title}　{group.seen.total}件", head)
            for group in groups
            for head in group.heads
        ]
        lines = head_lines([("", self._view.plan.words.goal), *heads], widths)
        names = [*groups[0].tallies, groups[0].seen]
        for at, named in enumerate(names):
            numbers = [each.row([*each.tallies, each.seen][at]) for each in groups]
            row = [Cell(named.name, NAME), *(cell for own in numbers for cell in own)]
            lines += table_row(row, widths, [NUMBER])
        first = self._stack.add([gap(6), *lines])
        return first + len(lines) - len(names)

    def _chart(self, head: int) -> Iterator[Chart]:
        """The chart of the first group, and beside it what its letters stand for."""
        if not self._groups:
            return
        group, widths = self._groups[0], self._stack.widths
        bars = [*group.tallies, group.seen]
        tall = _CHART[self.paper.size] + _BAR * len(bars)
        half = len(widths) * 3 // 5
        marks = [*self._yardsticks(group, half)]
        lines = [*marks, gap(max(0.0, tall * POINTS + 8 - height(marks)))]
        at = self._stack.add([gap(6), *lines]) + 1
        wide = pixels(widths[: half if marks else None])
        title = f"{group.title}（{self._view.plan.words.goal}別）"
        places = ((head, 0, 1), (at, 0), (wide - 16, tall))
        yield counting.stacked_bars(title, group.column.choices, bars, group.seen, *places)

    def _yardsticks(self, group: Group, first: int) -> Iterator[Line]:
        widths = self._stack.widths
        if not any(choice.yardstick for choice in group.column.choices):
            return
        title, span = f"{group.title}の目安", len(widths) - first
        yield line({first: Cell(title, SUBHEADING, across=span)}, widths, 22)
        names = max(2, span // 4)
        for choice in group.column.choices:
            label = Cell(choice.label, replace(CELL, bold=True), across=names)
            told = Cell(choice.yardstick, CELL, across=span - names)
            yield line(placed(first, (label, told)), widths)

    def _departments(self, group: Group) -> None:
        """Counts; as many departments beside each other as the paper is wide.

        Where that would be longer than the sheet of paper, each takes one cell.
        """
        widths, word = self._stack.widths, self._view.plan.words.department
        tallies = counting.by_department(self._view.rated, group.column)
        counts = [*counting.values(group.column.choices, group.seen), "計"]
        wide = len(counts) + _NAMES
        blocks = max(1, (len(widths) - 1 - len(counts)) // wide + 1)
        starts = [0, *(1 + len(counts) + n * wide for n in range(blocks - 1))]
        deep = -(-len(tallies) // blocks)
        rows: list[dict[int, Cell]] = [{} for _ in range(deep + 1)]
        for at, tally in enumerate(tallies):
            start, names = starts[at // deep], _NAMES if at // deep else 1
            numbers = [*(tally.counts[value] for value in counts[:-1]), tally.total]
            heads = (Cell(word, HEADER, across=names), *(Cell(each, HEADER) for each in counts))
            own = (Cell(tally.name, NAME, across=names), *(Cell(n, NUMBER) for n in numbers))
            rows[0] |= placed(start, heads)
            rows[at % deep + 1] |= placed(start, own)
        lines = [line(cells, widths) for cells in rows]
        lines[0] = replace(lines[0], heads=True)
        title = [gap(6), across(f"{group.title}（{word}別）", SUBHEADING, widths, 24)]
        if height([*title, *lines]) > self._stack.left:
            lines = [*_brief(tallies, group.column.choices, widths)]
        self._stack.add([*title, *lines])


def _brief(
    tallies: Sequence[counting.Tally], choices: Sequence[Choice], widths: Sequence[float]
) -> Iterator[Line]:
    """「中央図書館　◎3、○2」, some to a row."""
    each = len(widths) // _BRIEF
    wide = (*[each] * (_BRIEF - 1), len(widths) - each * (_BRIEF - 1))
    texts = [f"{tally.name}　{counting.in_brief(choices, tally)}" for tally in tallies]
    for at in range(0, len(texts), _BRIEF):
        own = zip(texts[at : at + _BRIEF], wide, strict=False)
        yield line(placed(0, (Cell(text, NAME, across=width) for text, width in own)), widths)


def _side_by_side(groups: Sequence[Group], most: int) -> list[list[Group]]:
    """Groups in order, each table of them no wider than `most` columns."""
    tables: list[list[Group]] = []
    used = most
    for group in groups:
        if used + len(group.heads) > most:
            tables.append([])
            used = 0
        tables[-1].append(group)
        used += len(group.heads)
    return tables
