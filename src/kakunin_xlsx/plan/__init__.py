"""計画: the masters as frozen dataclasses, loaded and checked. No Excel here."""

from typing import TYPE_CHECKING

from kakunin_xlsx.later import later

if TYPE_CHECKING:
    from kakunin_xlsx.plan.cells import MastersBroken, Problem
    from kakunin_xlsx.plan.diff import plan_changes, source_changes, year_changes
    from kakunin_xlsx.plan.diff_words import Sentence, describe, describe_briefly
    from kakunin_xlsx.plan.edit import Edit, EditKind, edited
    from kakunin_xlsx.plan.load import (
        Masters,
        MastersNotFound,
        check_masters,
        find_masters,
        load_masters,
        load_plan,
        only_shipped,
        plans_in,
        prove,
    )
    from kakunin_xlsx.plan.model import Plan
    from kakunin_xlsx.plan.people import Department, Respondent
    from kakunin_xlsx.plan.readings import Reading, Status
    from kakunin_xlsx.plan.rounds import (
        Audience,
        Choice,
        Field,
        FieldType,
        Role,
        Round,
        RowKind,
        When,
    )
    from kakunin_xlsx.plan.schema import Span
    from kakunin_xlsx.plan.texts import MasterTexts, read_texts
    from kakunin_xlsx.plan.tree import Action, Direction, Goal, Target, Text
    from kakunin_xlsx.plan.years import FiscalYear

__all__ = [
    "Action",
    "Audience",
    "Choice",
    "Department",
    "Direction",
    "Edit",
    "EditKind",
    "Field",
    "FieldType",
    "FiscalYear",
    "Goal",
    "MasterTexts",
    "Masters",
    "MastersBroken",
    "MastersNotFound",
    "Plan",
    "Problem",
    "Reading",
    "Respondent",
    "Role",
    "Round",
    "RowKind",
    "Sentence",
    "Span",
    "Status",
    "Target",
    "Text",
    "When",
    "check_masters",
    "describe",
    "describe_briefly",
    "edited",
    "find_masters",
    "load_masters",
    "load_plan",
    "only_shipped",
    "plan_changes",
    "plans_in",
    "prove",
    "read_texts",
    "source_changes",
    "year_changes",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        diff="plan_changes source_changes year_changes",
        diff_words="Sentence describe describe_briefly",
        edit="Edit EditKind edited",
        load=(
            "Masters MastersNotFound check_masters find_masters load_masters load_plan "
            "only_shipped plans_in prove"
        ),
        model="Plan",
        people="Department Respondent",
        cells="MastersBroken Problem",
        readings="Reading Status",
        rounds="Audience Choice Field FieldType Role Round RowKind When",
        schema="Span",
        texts="MasterTexts read_texts",
        tree="Action Direction Goal Target Text",
        years="FiscalYear",
    )
