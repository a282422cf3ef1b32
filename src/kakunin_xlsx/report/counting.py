"""How often each value was chosen: the numbers of 概要 and 評価集計."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.report.view import YearView

NO_ANSWER, UNREAD = "未回答", "読取不可"
_WHOLE = "合計"


@dataclass(frozen=True)
class Tally:
    """Counts of one group of lines: value of the scale (or 未回答, 読取不可) → lines."""

    name: str
    counts: Counter[str]

    @property
    def total(self) -> int:
        """All asked lines of the group."""
        return self.counts.total()

    def of(self, values: Sequence[str]) -> int:
        """Lines with one of `values`."""
        return sum(self.counts[value] for value in values)


def tally(view: YearView, column: Column, name: str, rows: Sequence[Row]) -> Tally:
    """Count what was chosen in `column`; a 再掲 is no asked line, so it counts once."""
    return Tally(name, Counter(_chosen(view, row.id, column) for row in rows))


def _chosen(view: YearView, row: str, column: Column) -> str:
    if choice := view.choice(row, column):
        return choice.value
    return UNREAD if view.answer(row, column) else NO_ANSWER


def by_goal(view: YearView, column: Column) -> list[Tally]:
    """One tally for each 基本目標."""
    word, rows = view.plan.words.goal, view.asked_by_goal
    return [
        tally(view, column, f"{word}{goal.no}", rows.get(goal.no, ())) for goal in view.plan.goals
    ]


def by_department(view: YearView, column: Column) -> list[Tally]:
    """One tally for each department that answers, in the plan's order."""
    names = dict.fromkeys(department.name for department in view.plan.departments)
    rows = view.asked_by_department
    return [tally(view, column, name, rows[name]) for name in names if name in rows]


def total(tallies: Sequence[Tally]) -> Tally:
    """All groups together."""
    return Tally(_WHOLE, sum((each.counts for each in tallies), Counter()))
