"""計画: the masters as frozen dataclasses, loaded and checked. No Excel here."""

from typing import TYPE_CHECKING

from kakunin_xlsx.later import later

if TYPE_CHECKING:
    from kakunin_xlsx.plan.check import check_plan
    from kakunin_xlsx.plan.diff import (
        ChangeKind,
        MasterChange,
        plan_changes,
        source_changes,
        year_changes,
    )
    from kakunin_xlsx.plan.diff_words import Sentence, describe, describe_briefly
    from kakunin_xlsx.plan.edit import Edit, EditKind, edited
    from kakunin_xlsx.plan.find import MastersNotFound, find_masters, only_shipped, plans_in
    from kakunin_xlsx.plan.load import (
        Counts,
        Masters,
        check_masters,
        count,
        load_masters,
        load_plan,
        prove,
        understood,
    )
    from kakunin_xlsx.plan.model import Plan
    from kakunin_xlsx.plan.people import Department, Respondent
    from kakunin_xlsx.plan.problems import MastersBroken, Problem
    from kakunin_xlsx.plan.provenance import unproven, unused
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
    from kakunin_xlsx.plan.settings import PlanStyle, Words
    from kakunin_xlsx.plan.source import Booklet
    from kakunin_xlsx.plan.texts import MasterTexts, RowPlaces, read_texts
    from kakunin_xlsx.plan.tree import (
        Action,
        Direction,
        Goal,
        Indicator,
        Initiative,
        Measure,
        Note,
        Target,
        Text,
    )
    from kakunin_xlsx.plan.years import FiscalYear

__all__ = [
    "Action",
    "Audience",
    "Booklet",
    "ChangeKind",
    "Choice",
    "Counts",
    "Department",
    "Direction",
    "Edit",
    "EditKind",
    "Field",
    "FieldType",
    "FiscalYear",
    "Goal",
    "Indicator",
    "Initiative",
    "MasterChange",
    "MasterTexts",
    "Masters",
    "MastersBroken",
    "MastersNotFound",
    "Measure",
    "Note",
    "Plan",
    "PlanStyle",
    "Problem",
    "Reading",
    "Respondent",
    "Role",
    "Round",
    "RowKind",
    "RowPlaces",
    "Sentence",
    "Span",
    "Status",
    "Target",
    "Text",
    "When",
    "Words",
    "check_masters",
    "check_plan",
    "count",
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
    "understood",
    "unproven",
    "unused",
    "year_changes",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        model="Plan",
        people="Department Respondent",
        problems="MastersBroken Problem",
        readings="Reading Status",
        rounds="Audience Choice Field FieldType Role Round RowKind When",
        schema="Span",
        settings="PlanStyle Words",
        tree="Action Direction Goal Indicator Initiative Measure Note Target Text",
        years="FiscalYear",
        check="check_plan",
        diff="ChangeKind MasterChange plan_changes source_changes year_changes",
        diff_words="Sentence describe describe_briefly",
        edit="Edit EditKind edited",
        find="MastersNotFound find_masters only_shipped plans_in",
        load="Counts Masters check_masters count load_masters load_plan prove understood",
        provenance="unproven unused",
        source="Booklet",
        texts="MasterTexts RowPlaces read_texts",
    )
