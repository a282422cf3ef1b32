"""What several evaluators gave: averages of marks, counts of choices, and who is still silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import FieldType, Respondent
from kakunin_xlsx.plan.attainment import half_up
from kakunin_xlsx.report.counting import WHOLE, tally
from kakunin_xlsx.report.paging import (
    NAME,
    NUMBER,
    SUBHEADING,
    Stack,
    across,
    gap,
    head_lines,
    paragraphs,
    table_row,
)
from kakunin_xlsx.report.view import NO_ANSWER, YearView
from kakunin_xlsx.sheets.page import Cell

_EACH = 3  # evaluators: what more of them chose is counted, not listed one by one
_AVERAGED = (
    "・平均は、回答のあった評価の平均です。小数第2位を四捨五入しています。"
    "「回答」は、平均した数／尋ねた数です。"
)
_AVERAGE = replace(NUMBER, number="0.0")
_SHARE = replace(NUMBER, number="@", wrap=False)


@dataclass(frozen=True)
class Marks:
    """The marks in one column of some rows: those given, how many were asked for, who gave none."""

    given: Sequence[Decimal]
    asked: int
    silent: Sequence[str]

    @property
    def average(self) -> str:
        """`4.1`, rounded half up; 「－」 without any mark."""
        if not self.given:
            return "－"
        return f"{half_up(Fraction(sum(self.given)) / len(self.given), 1):.1f}"

    @property
    def share(self) -> str:
        """`7／8`: how many of those asked for."""
        return f"{len(self.given)}／{self.asked}"


def many(asked: Sequence[Respondent]) -> bool:
    """True if so many answer that each of them has no room."""
    return len(asked) > _EACH


def evaluators(view: YearView) -> list[tuple[str, str | None]]:
    """Short name and code of each council of a round whose choices are counted.

    They are counted as one, under no code, where they are many or each has rows of its own.
    """
    if not many(view.respondents) and not any(who.judges for who in view.respondents):
        return [(who.short or who.name, who.code) for who in view.respondents]
    return [(f"{view.round.name}・{len(view.respondents)}者", None)]


def is_mark(column: Column) -> bool:
    """True if what is given can be averaged: a number, or a scale whose values are numbers."""
    if column.type is FieldType.NUMBER:
        return True
    own = [choice.value for choice in column.choices if choice.counted]
    return bool(own) and all(_decimal(value) is not None for value in own)


def averaged(view: YearView) -> list[Column]:
    """The columns of a council's round in which several evaluators give marks to one row."""
    several = any(len(view.answering(row)) > 1 for row in view.layout.rows)
    return [c for c in view.layout.open_columns if is_mark(c)] if several else []


def marks(view: YearView, column: Column, rows: Iterable[Row]) -> Marks:
    """The marks of every evaluator asked in `rows`, without choices that stand apart (該当なし)."""
    own = {choice.value for choice in column.choices if choice.counted}
    given: list[Decimal] = []
    silent: dict[str, None] = {}
    asked = 0
    for row in rows:
        for who in view.answering(row) if view.layout.asks(row, column) else ():
            asked += 1
            answer = view.answer(row.id, column, who.code)
            if answer is None:
                open_ = "（確認中）" if view.conflicting(row.id, column, who.code) else ""
                silent[f"{who.short or who.name}{open_}"] = None
            elif not column.choices or answer.understood in own:
                mark = _decimal(answer.understood)
                given += [mark] if mark is not None else []
    return Marks(given, asked, tuple(silent))


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def told_together(view: YearView, column: Column, row: Row) -> list[str]:
    """Average, counts and silent evaluators of one row, each on a line."""
    found = marks(view, column, [row])
    lines = [f"平均 {found.average}", f"回答 {found.share}"] if is_mark(column) else []
    if column.choices:
        one = tally(view, column, "", [row], whose=None)
        given = [(c.value, one.counts[c.value]) for c in column.choices if one.counts[c.value]]
        lines += [f"{value}：{number}" for value, number in given]
    if found.silent:
        lines.append(f"{NO_ANSWER}：{'、'.join(found.silent)}")
    return lines


def add_marks(stack: Stack, view: YearView) -> None:
    """Add to 評価集計 the averages of each council's marks by 基本目標, and who is silent."""
    for each in view.councils:
        if columns := averaged(each):
            _table(stack, each, columns)


def _table(stack: Stack, view: YearView, columns: Sequence[Column]) -> None:
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
            table_row([Cell(name, NAME), *_cells(view, own, rows)], widths, [NUMBER])
            for name, rows in groups
        ]
        stack.table(head_lines([("", word), *heads], widths), lines, above)
        above = [gap(6)]


def _cells(view: YearView, columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[Cell]:
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
