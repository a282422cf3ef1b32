"""計画: the masters as frozen dataclasses, loaded and checked. No Excel here."""

from kakunin_xlsx.plan.check import check_plan
from kakunin_xlsx.plan.count import Counts, count
from kakunin_xlsx.plan.diff import Change, ChangeKind, plan_changes, source_changes, year_changes
from kakunin_xlsx.plan.diff_words import Told, told, told_briefly
from kakunin_xlsx.plan.find import MastersNotFound, find_masters, plans_in
from kakunin_xlsx.plan.load import Masters, check_masters, load_masters, load_plan, prove_masters
from kakunin_xlsx.plan.model import (
    Action,
    Audience,
    Choice,
    Department,
    Field,
    FieldType,
    Goal,
    Initiative,
    Measure,
    Note,
    Plan,
    Reading,
    Respondent,
    Round,
    RowKind,
    Span,
    Status,
    Style,
    Target,
    Text,
    When,
    Words,
)
from kakunin_xlsx.plan.places import Places
from kakunin_xlsx.plan.problems import MastersBroken, Problem
from kakunin_xlsx.plan.provenance import unproven, unused
from kakunin_xlsx.plan.revise import CannotRevise, Revision, RevisionKind, revise
from kakunin_xlsx.plan.source import Source
from kakunin_xlsx.plan.years import FiscalYear

__all__ = [
    "Action",
    "Audience",
    "CannotRevise",
    "Change",
    "ChangeKind",
    "Choice",
    "Counts",
    "Department",
    "Field",
    "FieldType",
    "FiscalYear",
    "Goal",
    "Initiative",
    "Masters",
    "MastersBroken",
    "MastersNotFound",
    "Measure",
    "Note",
    "Places",
    "Plan",
    "Problem",
    "Reading",
    "Respondent",
    "Revision",
    "RevisionKind",
    "Round",
    "RowKind",
    "Source",
    "Span",
    "Status",
    "Style",
    "Target",
    "Text",
    "Told",
    "When",
    "Words",
    "check_masters",
    "check_plan",
    "count",
    "find_masters",
    "load_masters",
    "load_plan",
    "plan_changes",
    "plans_in",
    "prove_masters",
    "revise",
    "source_changes",
    "told",
    "told_briefly",
    "unproven",
    "unused",
    "year_changes",
]
