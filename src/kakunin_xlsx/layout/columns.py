"""Columns: one object says how its cells are written, read, checked and explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kakunin_xlsx.layout import understand
from kakunin_xlsx.plan.rounds import Choice, Field, FieldType, Required, Role, Round, RowKind, When
from kakunin_xlsx.plan.years import FiscalYear

if TYPE_CHECKING:  # a reading process meets columns, and no plan
    from kakunin_xlsx.plan.model import Plan
    from kakunin_xlsx.plan.tree import Target

LAST = "last:"  # key prefix of columns that show last year's answers
_SUGGESTED = "suggested:"  # key prefix of columns that show what a 達成率 suggests
SUBJECT = "about"  # the field that says what a numbered opinion is about
WHOLE = "全体"  # row id of the plan as a whole
WHOSE, ABOUT, OPINION = "opinion:whose", "opinion:about", "opinion:text"


def of_last_year(key: str) -> bool:
    """True for the key of a column that shows something of last year."""
    return key.startswith(LAST)


def is_suggestion(key: str) -> bool:
    """True for the key of a column in which a formula suggests a rating."""
    return key.startswith(_SUGGESTED)


def rating_key(suggestion: str) -> str:
    """Key of the column for which another one suggests what to choose."""
    return suggestion.removeprefix(_SUGGESTED)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form or paper; also a field of the form itself.

    `width` is in half-width characters. `group` is a heading shared with its neighbours.
    `asked` marks the target of the year that is evaluated. A column without `field` holds
    master texts and is locked. `role` is that of a number asked of each 取組. `levels` are the
    plan's words that may stand before a number.
    """

    key: str
    heading: str
    width: float
    group: str = ""
    asked: bool = False
    field: Field | None = None
    choices: tuple[Choice, ...] = ()
    role: Role | None = None
    levels: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """True if people write here."""
        return self.field is not None and self.field.open

    def asked_in(self, kind: RowKind) -> bool:
        """True if people write here in rows of this kind: of an indicator, its 成果."""
        if self.field is None or not self.field.open:
            return False
        of_each = kind is RowKind.INDICATOR and self.role is Role.OUTCOME
        return of_each or kind in self.field.kinds

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

    def unit(self, target: Target | None) -> str:
        """What its numbers count in a row with this target; '' if nobody says."""
        return (
            self.field.unit_beside(self.role, target.unit if target else "") if self.field else ""
        )

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
            case FieldType.CHOICE if self.key == SUBJECT:
                return understand.subject(typed, self.choices, self.levels)
            case FieldType.CHOICE:
                return understand.choice(typed, self.choices)
            case FieldType.NUMBER:
                return understand.number(typed, self.field.unit if self.field else "")
            case FieldType.DATE:
                return understand.day(typed)
            case _:
                return typed


def plan_columns(plan: Plan, asked: FiscalYear, round_: Round) -> tuple[Column, ...]:
    """The booklet's own columns for the rows of a round; those that no row fills are left out."""
    words = plan.words
    if round_.answers_opinions and RowKind.ACTION not in round_.row_kinds:
        return _OPINION
    if RowKind.ACTION not in round_.row_kinds:  # what a council's rows are about
        named = {RowKind.GOAL: words.goal, RowKind.INITIATIVE: words.initiative}
        headings = (name for kind, name in named.items() if kind in round_.row_kinds)
        return (Column("initiative", "・".join(headings) or "対象", 30),)
    middle = (
        Column("outline", words.outline, 26),
        Column("department", words.department, 12),
        Column("effort", words.effort, 20),
    )
    used = tuple(c for c in middle if any(getattr(row, c.key) for row in plan.actions))
    shown = (
        Column(shown_key(number), heading, 11)
        for number, heading in words.displayed.items()
        if any(action.shown(number) for action in plan.actions)
    )
    targets = (_target(plan, year, asked) for year in plan.years_shown(asked))
    return (Column("initiative", words.initiative, 20), *used, *shown, *targets)


def _target(plan: Plan, year: FiscalYear, asked: FiscalYear) -> Column:
    of_each = plan.indicators and year == asked  # each says how it is judged
    group, width = plan.words.target, 35 if of_each else 15
    return Column(target_key(year), year.code, width, group, asked=year == asked)


def council_target(plan: Plan, asked: FiscalYear, round_: Round) -> tuple[Column, ...]:
    """The asked year's target, for those who judge each 重点取組."""
    kinds = set(round_.row_kinds)
    judged = RowKind.INITIATIVE in kinds and not kinds & {RowKind.ACTION, RowKind.GOAL}
    return (replace(_target(plan, asked, asked), width=22),) if judged else ()


def shown_key(number: int) -> str:
    """Key of the plan's display column `number`."""
    return f"shown:{number}"


def target_key(year: FiscalYear) -> str:
    """Key of the column that shows the target of `year`."""
    return f"target:{year.code}"


# What the departments see of an opinion that they answer.
_OPINION = (
    Column(WHOSE, "意見を述べた会議", 20),
    Column(ABOUT, "対象", 30),
    Column(OPINION, "意見", 60),
)


# Left of the cells that people see, and what they see at once (1366 × 768 and 1920 × 1080).
_MARK_PIXELS, _NOTEBOOK, _DESKTOP = 23, 1310, 1864
_NARROWEST = 13.0


def on_screen(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The same, texts so narrow that what is to be filled in is seen as the form opens.

    In view are the first column and all from the asked target on: through the last one that
    must be filled in on a notebook, all of them on a desk.
    """
    first = opens_at(columns)
    musts = [
        at
        for at, column in enumerate(columns)
        if column.open and column.field and column.field.when is When.EVERY_YEAR
        if column.required and not column.required.key
    ]
    behind = max(musts, default=first) + 1
    near = _narrowed(columns[first:behind], _NOTEBOOK - _MARK_PIXELS - _pixels(columns[:1]))
    used = _MARK_PIXELS + _pixels(columns[:1]) + _pixels(near)
    far = _narrowed(columns[behind:], _DESKTOP - used)
    return (*columns[:first], *near, *far)


def opens_at(columns: tuple[Column, ...]) -> int:
    """The first column that is in view beside the frozen one: the asked target."""
    return next((at for at, column in enumerate(columns) if column.asked), 1)


def _pixels(columns: tuple[Column, ...]) -> int:
    return sum(int(column.width * 7 + 5) for column in columns)


def _narrowed(columns: tuple[Column, ...], room: int) -> tuple[Column, ...]:
    texts = [c for c in columns if c.type is FieldType.TEXT and c.width > _NARROWEST]
    over = _pixels(columns) - room
    wide = sum(column.width for column in texts)
    if over <= 0 or not wide:
        return columns
    part = max(0.0, 1 - (over + len(columns)) / 7 / wide)
    return tuple(
        replace(c, width=max(_NARROWEST, round(c.width * part, 1))) if c in texts else c
        for c in columns
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
            role=plan.role(field),
        )


def with_suggestions(columns: Iterable[Column]) -> Iterator[Column]:
    """Before each rating that a 達成率 may suggest, the column that does, if there is a 成果."""
    all_ = tuple(columns)
    compared = any(column.role is Role.OUTCOME for column in all_)
    for column in all_:
        reached = any(choice.reached for choice in column.choices)
        if compared and reached and column.asked_in(RowKind.ACTION):
            key, heading = f"{_SUGGESTED}{column.key}", f"{column.heading}の目安"
            yield Column(key, heading, max(column.width, 9.0), choices=column.choices)
        yield column


def chosen_subject(plan: Plan, column: Column) -> Column:
    """In a form, what an opinion is about is chosen from a list; any other column as it is."""
    field = column.field
    if field is None or column.key != SUBJECT or RowKind.OPINION not in field.kinds:
        return column
    words = plan.words
    return replace(
        column,
        field=replace(field, type=FieldType.CHOICE),
        choices=tuple(subjects(plan)),
        levels=tuple(filter(None, (words.goal, words.direction, words.measure, words.initiative))),
    )


def subjects(plan: Plan) -> Iterator[Choice]:
    """What an opinion may be about: the whole plan, or one number of it."""
    yield label_choice(WHOLE, "計画全体")
    for goal in plan.goals:
        yield label_choice(goal.no, goal.name)
        for measure in plan.measures_of(goal.no):
            yield label_choice(measure.no, measure.name)
            for each in plan.initiatives_of(goal.no, measure.no):
                yield label_choice(each.no, each.name)
        for each in plan.initiatives_of(goal.no):
            yield label_choice(each.no, each.name)


def label_choice(value: str, name: str = "") -> Choice:
    """A choice of a list that is no scale."""
    return Choice("", value, name, "", counted=False, review=False)
