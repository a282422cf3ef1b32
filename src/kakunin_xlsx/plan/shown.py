"""What a master cell shows to people."""

from __future__ import annotations

from kakunin_xlsx.plan.at import in_force
from kakunin_xlsx.plan.model import Action, Plan
from kakunin_xlsx.plan.tables import Table


def shown_words(plan: Plan, table: Table, row: object, header: str) -> str:
    """A master cell as the booklet would print it: a department by name, a number plainly."""
    value = table.value(row, header)
    if isinstance(row, Action) and header == "部署":
        return _name_then(plan, row)
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def _name_then(plan: Plan, row: Action) -> str:
    """The department by the name it had when the line began."""
    named = plan.departments_of(row.department)
    then = in_force(named, row.span.first or plan.first_year) or named
    return then[0].name if then else row.department
