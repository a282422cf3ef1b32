"""Columns: one object says how its cells are written, read, checked and explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kakunin_xlsx.layout import understand
from kakunin_xlsx.plan.model import Choice, Field, FieldType, Plan, Required, Round, RowKind, When
from kakunin_xlsx.plan.years import FiscalYear

_PLAN_WIDTHS = {"initiative": 24, "outline": 28, "department": 12, "effort": 20, "target": 15}
WHOSE, ABOUT, OPINION = "opinion:whose", "opinion:about", "opinion:text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form or paper; also a field of the form itself.

    `width` is in half-width characters. `group` is a heading shared with its neighbours.
    `asked` marks the target of the year that is evaluated. A column without `field` holds
    master texts and is locked.
    """

    key: str
    heading: str
    width: float
    group: str = ""
    asked: bool = False
    field: Field | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def open(self) -> bool:
        """True if people write here."""
        return self.field is not None and self.field.open

    def asked_in(self, kind: RowKind) -> bool:
        """True if people write here in rows of this kind."""
        return self.field is not None and self.field.open and kind in self.field.kinds

    @property
    def after_opinion(self) -> bool:
        """True if it is asked only where a council said something last year."""
        return self.field is not None and self.field.when is When.AFTER_OPINION

    @property
    def required(self) -> Required | None:
        """Where an empty cell is a finding; None where it never is."""
        return self.field.required if self.field else None

    def required_where(self, said: Callable[[str], str]) -> bool:
        """True if an empty cell is a finding in a row that says `said(key)`, as understood."""
        required = self.required
        return required is not None and (not required.key or said(required.key) in required.values)

    @property
    def type(self) -> FieldType:
        """How its cells are understood; master columns are text."""
        return self.field.type if self.field else FieldType.TEXT

    @property
    def limit(self) -> int | None:
        """Most characters an answer should have."""
        return self.field.limit if self.field else None

    @property
    def help(self) -> str:
        """What the input message says."""
        return self.field.help if self.field else ""

    def understand(self, typed: str) -> str | None:
        """What `typed` means here; None if it cannot be understood as this column's type."""
        match self.type:
            case FieldType.CHOICE:
                return understand.choice(typed, self.choices)
            case FieldType.NUMBER:
                return understand.number(typed)
            case FieldType.DATE:
                return understand.day(typed)
            case _:
                return typed


def plan_columns(plan: Plan, asked: FiscalYear, round_: Round) -> tuple[Column, ...]:
    """The booklet's own columns for the rows of a round; those that no row fills are left out."""
    words = plan.words
    initiative = Column("initiative", words.initiative, _PLAN_WIDTHS["initiative"])
    if RowKind.ACTION not in round_.row_kinds:
        return _OPINION if round_.answers_opinions else (_subject(plan, round_),)
    middle = (
        Column("outline", words.outline, _PLAN_WIDTHS["outline"]),
        Column("department", words.department, _PLAN_WIDTHS["department"]),
        Column("effort", words.effort, _PLAN_WIDTHS["effort"]),
    )
    used = tuple(c for c in middle if any(getattr(row, c.key) for row in plan.actions))
    targets = (
        Column(
            target_key(year),
            year.code,
            _PLAN_WIDTHS["target"],
            group=words.target,
            asked=year == asked,
        )
        for year in plan.years
    )
    return (initiative, *used, *targets)


def _subject(plan: Plan, round_: Round) -> Column:
    """What a council's rows are about."""
    named = {RowKind.INITIATIVE: plan.words.initiative, RowKind.GOAL: plan.words.goal}
    headings = [name for kind, name in named.items() if kind in round_.row_kinds]
    return Column("initiative", "・".join(reversed(headings)) or "対象", 44)


def target_key(year: FiscalYear) -> str:
    """Key of the column that shows the target of `year`."""
    return f"target:{year.code}"


# What the departments see of an opinion that they answer.
_OPINION = (
    Column(WHOSE, "意見を述べた会議", 20),
    Column(ABOUT, "対象", 30),
    Column(OPINION, "意見", 60),
)


def answer_columns(plan: Plan, year: FiscalYear, round_code: str) -> tuple[Column, ...]:
    """回答欄 of the table, without the form's own fields."""
    return tuple(c for c in _field_columns(plan, year, round_code) if not _of_form(c))


def form_columns(plan: Plan, year: FiscalYear, round_code: str) -> tuple[Column, ...]:
    """The form's own fields: 提出期限, 記入者, 提出回, …"""
    return tuple(c for c in _field_columns(plan, year, round_code) if _of_form(c))


def _of_form(column: Column) -> bool:
    return column.field is not None and RowKind.FORM in column.field.kinds


def _field_columns(plan: Plan, year: FiscalYear, round_code: str) -> Iterator[Column]:
    for field in plan.fields_of(round_code, year):
        yield Column(
            field.key,
            field.heading,
            field.width,
            field=field,
            choices=plan.scale(field.scale),
        )
