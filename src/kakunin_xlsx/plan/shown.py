"""What a master cell shows to people."""

from __future__ import annotations

from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.tables import ACTIONS, Table


def shown_words(plan: Plan, table: Table, row: object, header: str) -> str:
    """A master cell as the booklet would print it: a department by name, a number plainly."""
    value = table.value(row, header)
    if table is ACTIONS and header == "部署":
        department = plan.department.get(str(value))
        return department.name if department else str(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)
