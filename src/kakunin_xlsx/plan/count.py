"""How many of each there are: the first thing to compare with the booklet."""

from __future__ import annotations

from dataclasses import dataclass

from kakunin_xlsx.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Counts:
    """What a plan holds. `repeats` are the 再掲 among the actions."""

    goals: int
    measures: int
    initiatives: int
    actions: int
    repeats: int
    departments: int


def count(plan: Plan) -> Counts:
    """Count a plan's rows; one that changed during the plan counts once."""
    return Counts(
        goals=len(plan.goal),
        measures=len(plan.measure),
        initiatives=len(plan.initiative),
        actions=len(plan.action),
        repeats=sum(bool(row.repeats) for row in plan.action.values()),
        departments=len(plan.department),
    )
