"""Below the scales of 評価集計: averages of councils' marks, and what was spent, added up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from math import ceil

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import Role
from kakunin_xlsx.report.counting import WHOLE, averaged, marks
from kakunin_xlsx.report.paging import (
    HEADER,
    NAME,
    NUMBER,
    SUBHEADING,
    Stack,
    across,
    gap,
    head_lines,
    line,
    paragraphs,
    placed,
    table_row,
)
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Line, Style

_NAME, _AMOUNT = 4, 2  # narrow columns of a name, and at least of a sum; one more for its lines
_AIR = 1.5  # half-width characters beside a sum
_LEVEL = replace(NAME, bold=True)
_Group = tuple[str, Style, Sequence[Row]]
_AVERAGED = (
    "・平均は、回答のあった評価の平均です。小数第2位を四捨五入しています。"
    "「回答」は、平均した数／尋ねた数です。"
)
_AVERAGE = replace(NUMBER, number="0.0")
_SHARE = replace(NUMBER, number="@", wrap=False)


# Averages.


def add_marks(stack: Stack, view: YearView) -> None:
    """Add to 評価集計 the averages of each council's marks by 基本目標, and who is silent."""
    for each in view.councils:
        if columns := averaged(each):
            _averages(stack, each, columns)


def _averages(stack: Stack, view: YearView, columns: Sequence[Column]) -> None:
    widths, word = stack.widths, view.plan.words.goal
    most = max(1, (len(widths) - 1) // 2)
    title = across(f"{view.round.name}の平均", SUBHEADING, widths, 24)
    told = [_AVERAGED, *_silent(view, columns)]
    above = [gap(6), title, *paragraphs(told, widths)]
    groups = [
        (f"{word}{goal.no}", [row for row in view.layout.rows if view.goal_of(row) == goal.no])
        for goal in view.plan.goals
    ]
    groups.append((WHOLE, list(view.layout.rows)))
    for at in range(0, len(columns), most):
        own = columns[at : at + most]
        heads = [(column.heading, head) for column in own for head in ("平均", "回答")]
        lines = [
            table_row([Cell(name, NAME), *_average_cells(view, own, rows)], widths, [NUMBER])
            for name, rows in groups
        ]
        stack.table(head_lines([("", word), *heads], widths), lines, above)
        above = [gap(6)]


def _average_cells(
    view: YearView, columns: Sequence[Column], rows: Sequence[Row]
) -> Iterator[Cell]:
    for column in columns:
        found = marks(view, column, rows)
        average = float(found.average) if found.given else "－"
        yield Cell(average, _AVERAGE)
        yield Cell(found.share, _SHARE)


def _silent(view: YearView, columns: Sequence[Column]) -> Iterator[str]:
    """Who has not given all marks, with the number of rows that wait."""
    waiting: dict[str, set[str]] = {}
    for row in view.layout.rows:
        for who in view.answering(row):
            own = [c for c in columns if view.layout.asks(row, c)]
            if any(view.answer(row.id, column, who.code) is None for column in own):
                waiting.setdefault(who.name, set()).add(row.id)
    if waiting:
        named = "、".join(f"{name}（{len(rows)}行）" for name, rows in waiting.items())
        yield f"・まだ評価のない回答元：{named}。"


# Sums.


@dataclass(frozen=True)
class Cost:
    """One column of 費用, and the round that asks for it; its sums take `span` narrow columns."""

    view: YearView
    column: Column
    span: int = _AMOUNT

    @property
    def heading(self) -> str:
        """`決算額（千円）`: with its unit, unless it says it itself."""
        field = self.column.field
        unit = field.measured("", field.unit) if field else ""
        return self.column.heading + (f"（{unit}）" if unit else "")

    @cached_property
    def spent(self) -> dict[str, Decimal]:
        """What was answered, by row; 再掲 counts at its origin."""
        asked = (row for row in self.view.asked if self.view.layout.asks(row, self.column))
        found = ((row.id, self.view.number(row.id, self.column)) for row in asked)
        return {row: number for row, number in found if number is not None}

    @cached_property
    def decimals(self) -> int:
        """As many as anybody gave."""
        exponents = (number.normalize().as_tuple().exponent for number in self.spent.values())
        return max((-e for e in exponents if isinstance(e, int) and e < 0), default=0)

    def needs(self, groups: Iterable[_Group], narrow: float) -> int:
        """How many narrow columns its longest sum takes."""
        sums = (sum(self._given(rows), Decimal(0)) for _, _, rows in groups)
        longest = max(len(f"{each:,.{self.decimals}f}") for each in sums)
        return max(_AMOUNT, ceil((longest + _AIR) / narrow))

    def cells(self, rows: Sequence[Row]) -> list[Cell]:
        """The sum over some rows, and in how many of them something was answered."""
        asked = [row for row in rows if self.view.layout.asks(row, self.column)]
        given = self._given(rows)
        total = sum(given, Decimal(0))
        whole = int(total) if total == int(total) else float(total)
        style = replace(NUMBER, number="#,##0" + ("." + "0" * self.decimals).rstrip("."))
        shown = Cell(whole if given else "－", style, across=self.span)
        return [shown, Cell(f"{len(given)}/{len(asked)}", replace(NUMBER, number="@", wrap=False))]

    def _given(self, rows: Sequence[Row]) -> list[Decimal]:
        return [self.spent[row.id] for row in rows if row.id in self.spent]


def add_costs(stack: Stack, view: YearView) -> None:
    """Add the tables of 費用, as many sums beside each other as the paper takes."""
    every = [
        Cost(each, column)
        for each in (view, *view.later)
        for column in each.layout.open_columns
        if column.role is Role.COST
    ]
    if not every:
        return
    words, whole = view.plan.words, (WHOLE, _LEVEL, view.asked)
    levels = (words.goal, [*_levels(view), whole])
    departments = (words.department, [*_departments(view), whole])
    groups = [*levels[1], *departments[1]]
    spans = [cost.needs(groups, min(stack.widths)) for cost in every]
    every = [replace(cost, span=max(spans)) for cost in every]
    most = (len(stack.widths) - _NAME) // (every[0].span + 1)
    for at in range(0, len(every), most):
        own = every[at : at + most]
        headings = "・".join(cost.heading for cost in own)
        told = "・数値の記入のあった行の合計です。「行」は、数値の記入のあった行／尋ねた行です。"
        above = [gap(6), across(f"{headings}の合計", SUBHEADING, stack.widths, 24)]
        above += [*paragraphs([told], stack.widths)]
        for columns in _beside(levels, departments, len(stack.widths) // _wide(own)):
            _table(stack, own, columns, above)
            above = [gap(6)]


def _levels(view: YearView) -> Iterator[_Group]:
    """Each 基本目標 and its 施策."""
    plan = view.plan
    for goal in plan.goals:
        own = [row for row in view.asked if view.goal_of(row) == goal.no]
        yield f"{plan.words.goal}{goal.no}", _LEVEL, own
        for measure in plan.measures_of(goal.no):
            inside = [r for r in own if measure in plan.path(plan.initiative[r.initiative].measure)]
            yield f"{'　' * len(plan.path(measure.no))}{measure.no}　{measure.name}", NAME, inside


def _departments(view: YearView) -> Iterator[_Group]:
    """Each department that answers, in the plan's order."""
    lines: dict[str, list[Row]] = {}
    for row in view.asked:
        lines.setdefault(row.department, []).append(row)
    for each in view.plan.departments:
        if own := lines.get(each.name):
            yield each.name, NAME, own


_Column = tuple[str, Sequence[_Group]]  # heading of the names, and what stands below


def _beside(levels: _Column, departments: _Column, blocks: int) -> list[list[_Column]]:
    """Tables, each of columns beside each other: the levels of the plan, then departments."""
    if blocks < 2:
        return [[levels], [departments]]
    word, groups = departments
    deep = -(-len(groups) // (blocks - 1))
    parts = (groups[at : at + deep] for at in range(0, len(groups), deep))
    return [[levels, *((word, part) for part in parts)]]


def _wide(own: Sequence[Cost]) -> int:
    """Narrow columns that a name and its sums take."""
    return _NAME + sum(cost.span + 1 for cost in own)


def _table(
    stack: Stack, own: Sequence[Cost], columns: Sequence[_Column], above: Sequence[Line]
) -> None:
    titles = [(cost.heading.replace("（", "\n（"), "行") for cost in own]
    over = [
        Cell(text, HEADER, across=wide)
        for cost, pair in zip(own, titles, strict=True)
        for text, wide in zip(pair, (cost.span, 1), strict=True)
    ]
    head: dict[int, Cell] = {}
    rows: list[dict[int, Cell]] = [{} for _ in range(max(len(each) for _, each in columns))]
    for n, (word, groups) in enumerate(columns):
        start = n * _wide(own)
        head |= placed(start, [Cell(word, HEADER, across=_NAME), *over])
        for row, (name, style, lines) in zip(rows, groups, strict=False):
            sums = (cell for cost in own for cell in cost.cells(lines))
            row |= placed(start, [Cell(name, style, across=_NAME), *sums])
    heads = [replace(line(head, stack.widths, 20), heads=True)]
    stack.table(heads, ([line(row, stack.widths)] for row in rows), above)
