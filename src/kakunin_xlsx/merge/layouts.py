"""The forms of one round: one layout per respondent who is asked."""

from __future__ import annotations

from kakunin_xlsx.layout import Forms, Layout
from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import Record


def layouts(
    plan: Plan, year: FiscalYear, round_code: str, past: Record | None = None
) -> tuple[Layout, ...]:
    """In the masters' order of respondents. `past` is what the forms were issued with.

    Who has no row, such as a department that no opinion concerns, is not asked.
    """
    asked = plan.at(year).respondents_of(plan.round[round_code])
    forms = Forms(plan, year, round_code, past or Record())
    made = map(forms.of, asked)
    return tuple(each for each in made if each.rows)
