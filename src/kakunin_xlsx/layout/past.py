"""What was answered before, as later forms show it: earlier this year, and last year.

A round names what it shows. Of last year, answers of departments have a column each; what
councils said and what the city answered stand together in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from kakunin_xlsx.layout.columns import LAST, SUBJECT, WHOLE, Column, subjects
from kakunin_xlsx.layout.understand import nothing_of_its_own
from kakunin_xlsx.layout.understand import subject as understood_subject
from kakunin_xlsx.plan.rounds import Choice, Field, FieldType, Role, Round, RowKind
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import Answer, Record

if TYPE_CHECKING:  # a reading process meets no plan
    from kakunin_xlsx.plan.model import Plan
    from kakunin_xlsx.plan.tree import Action

_JOINED = "~"  # parts of an opinion's row id
_NAMED = 36  # half-width characters of a column in which figures stand with their names
_BEFORE = "before:"  # key prefix of columns that show an earlier round
_HEARD = f"{LAST}heard"
_THEN = f"{LAST}department"


def opinion_id(number: int) -> str:
    """Row id of a numbered 意見."""
    return f"意見{number}"


def opinion_number(row: str) -> str:
    """The id of a numbered 意見; '' for a row of the plan."""
    return row if row.startswith(opinion_id(0)[:-1]) else ""


def of_earlier_round(key: str) -> bool:
    """True for the key of a column that shows what an earlier round answered."""
    return key.startswith(_BEFORE)


def last_year_key(round_code: str, key: str) -> str:
    """Key of the column that shows last year's answer to a question."""
    return f"{LAST}{round_code}:{key}"


def earlier_columns(plan: Plan, round_: Round) -> tuple[Column, ...]:
    """Locked columns that show what earlier rounds answered."""
    named = _NAMED if plan.indicators else 0
    return tuple(
        Column(
            f"{_BEFORE}{code}:{field.key}",
            field.heading,
            max(field.width, 16, named if plan.role(field) is Role.OUTCOME else 0),
            group=plan.round[code].name,
        )
        for code, key in round_.shown
        if (field := field_of(plan, code, key))
    )


def field_of(plan: Plan, round_code: str, key: str) -> Field | None:
    """A field of a round by its key; None if it has none of that key."""
    found = (row for row in plan.fields if (row.round, row.key) == (round_code, key))
    return next(found, None)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a council said, about what ('' the whole plan), and the departments it concerns."""

    answer: Answer
    subject: str
    departments: tuple[str, ...]

    def row_id(self, department: str) -> str:
        """Id of the row in which a department answers it."""
        said = self.answer
        return _JOINED.join((said.round, said.respondent, said.row, department))


@dataclass(frozen=True)
class Past:
    """The answers of `year`; `plan` is what is in force then."""

    plan: Plan
    year: FiscalYear
    record: Record

    def text(self, column: Column, kind: RowKind, id_: str) -> str | None:
        """What a before-column shows in a row; None for any other column."""
        if not column.key.startswith(_BEFORE):
            return None
        _, round_code, key = column.key.split(":", 2)
        return self.said(round_code, key, kind, id_)

    def said(self, round_code: str, key: str, kind: RowKind, id_: str) -> str:
        """What was answered to one question about a row, each line with whose it is if several."""
        field, of_goal = field_of(self.plan, round_code, key), kind is RowKind.GOAL
        if field is None:
            return ""
        if of_goal and field.type is FieldType.CHOICE and kind not in field.kinds:
            return self._counted(field, id_)
        lines = list(self._lines(field, kind, id_))
        if len(lines) == 1:
            return lines[0][1]
        return "\n".join(f"{label}：{said}" if label else said for label, said in lines)

    def _counted(self, field: Field, goal: str) -> str:
        """How often each choice was made under a 基本目標, and where one asks for another look."""
        made: dict[str, list[str]] = {}
        for label, row in self._under_goal(field, goal):
            for answer in self.of(field, row):
                made.setdefault(answer.understood, []).append(label)
        counts = (
            f"{each.label}：{len(made[each.value])}"
            + (f"（{'、'.join(made[each.value])}）" if each.review else "")
            for each in self.plan.scale(field.scale)
            if each.value in made
        )
        return "\n".join(counts)

    def _lines(self, field: Field, kind: RowKind, id_: str) -> Iterator[tuple[str, str]]:
        """Label and words of each answer that concerns the row."""
        for label, row in self._rows(field, kind, id_):
            answers = self.of(field, row)
            for answer in answers:
                whose = self.short(answer.respondent) if len(answers) > 1 else ""
                unit = self.plan.unit(field, row, self.year) if answer.understood else ""
                said = (
                    field.measured(answer.understood, unit) if unit else self.words(field, answer)
                )
                yield "　".join(filter(None, (label, whose))), said

    def _rows(self, field: Field, kind: RowKind, id_: str) -> Iterator[tuple[str, str]]:
        """Rows of the earlier round that stand behind this one, each with a label."""
        if kind is RowKind.INDICATOR:
            yield from [("", id_)] if self._of_each(field) else []
        elif kind is RowKind.ACTION:
            if action := self.plan.action.get(id_):  # a line may be newer than the answers
                yield "", action.repeats or action.id if kind in field.kinds else action.initiative
        elif kind in field.kinds:
            yield "", id_
        elif kind is RowKind.INITIATIVE and RowKind.ACTION in field.kinds:
            for action in self.plan.actions_of(id_):
                department = self.plan.department[action.department]
                whose, line = department.short or department.name, action.repeats or action.id
                own = self.plan.indicators_of(line) if self._of_each(field) else ()
                yield from [(f"{whose}　{each.name}", each.id) for each in own] or [(whose, line)]
        elif kind is RowKind.GOAL:
            yield from self._under_goal(field, id_)

    def of_indicators(self, column: Column) -> bool:
        """True if a column shows what was answered of each indicator."""
        if not of_earlier_round(column.key):
            return False
        _, round_code, key = column.key.split(":", 2)
        field = field_of(self.plan, round_code, key)
        return field is not None and self._of_each(field)

    def _of_each(self, field: Field) -> bool:
        """True if a field is asked of each indicator."""
        return self.plan.role(field) is Role.OUTCOME or RowKind.INDICATOR in field.kinds

    def _under_goal(self, field: Field, goal: str) -> Iterator[tuple[str, str]]:
        for initiative in self.plan.initiatives:
            if initiative.goal != goal:
                continue
            for label, row in self._rows(field, RowKind.INITIATIVE, initiative.no):
                yield "　".join(filter(None, (initiative.no, label))), row

    def of(self, field: Field, row: str) -> list[Answer]:
        """The answers that count in one field and row, in the order of respondents."""
        return list(self.record.all(self.year.code, field.round, row, field.key))

    def answers(self, round_code: str, key: str) -> Sequence[Answer]:
        """Every answer that counts in one field."""
        return self.record.column(self.year.code, round_code, key)

    def spoken(self, round_code: str, key: str) -> Sequence[Answer]:
        """The same without 「なし」 and the like, which are no opinions."""
        said = self.answers(round_code, key)
        return [each for each in said if not nothing_of_its_own(each.value)]

    def words(self, field: Field, answer: Answer) -> str:
        """An answer as people read it: the label of a choice, else what was typed."""
        choices = self.plan.scale(field.scale)
        label = next((c.label for c in choices if c.value == answer.understood), "")
        return label or answer.value

    def short(self, respondent: str) -> str:
        """The short name of a 回答元."""
        known = self.plan.respondent.get(respondent)
        return known.short or known.name if known else respondent

    # Opinions.

    def about(self, field: Field, kind: RowKind, id_: str) -> list[Answer]:
        """What councils said in `field` about a row, in its own row or by naming its number."""
        sorted_out = self._by_subject(field)
        return [a for no in self._subjects_of(field, kind, id_) for a in sorted_out.get(no, ())]

    def _subjects_of(self, field: Field, kind: RowKind, id_: str) -> Iterable[str]:
        """The numbers under which councils speak of a row; none if the row is newer than they."""
        if kind is RowKind.PLAN:
            return [""]
        numbers = self._initiatives_of(id_) if kind is RowKind.ACTION else [id_]
        if {RowKind.INITIATIVE, RowKind.OPINION} & set(field.kinds):
            return numbers
        known = self.plan.initiative
        return dict.fromkeys(known[no].goal if no in known else no for no in numbers)

    def _initiatives_of(self, id_: str) -> Iterable[str]:
        """Where a line stands, and where it is shown again: it answers for both."""
        line = self.plan.action.get(id_)
        origin = self.plan.action[line.repeats] if line and line.repeats else line
        lines = [origin, *self._repeated.get(origin.id, ())] if origin else []
        return dict.fromkeys(each.initiative for each in lines if each)

    @cached_property
    def _repeated(self) -> Mapping[str, list[Action]]:
        """再掲 by the id of the line that they show again."""
        found: dict[str, list[Action]] = {}
        for each in self.plan.actions:
            if each.repeats:
                found.setdefault(each.repeats, []).append(each)
        return found

    def _by_subject(self, field: Field) -> Mapping[str, list[Answer]]:
        """What councils said in a field, by what it is about; sorted out once."""
        place = (field.round, field.key)
        if place not in self._sorted:
            found: dict[str, list[Answer]] = {}
            for answer in self.spoken(*place):
                found.setdefault(self.subject(answer), []).append(answer)
            self._sorted[place] = found
        return self._sorted[place]

    @cached_property
    def _sorted(self) -> dict[tuple[str, str], Mapping[str, list[Answer]]]:
        return {}

    def subject(self, answer: Answer) -> str:
        """What an opinion is about: a number of the plan, or '' for the whole."""
        if not opinion_number(answer.row):
            return "" if answer.row == WHOLE else answer.row
        about = (answer.round, answer.row, SUBJECT, answer.respondent)
        found = self.record.find(self.year.code, *about)
        said = (found.understood or found.value) if found else ""
        number = understood_subject(said, self._known) or ""
        return "" if number == WHOLE else number

    @cached_property
    def _known(self) -> tuple[Choice, ...]:
        return tuple(subjects(self.plan))

    def opinions(self, round_: Round) -> Iterator[Opinion]:
        """What departments answer in `round_`, in the order of rounds and forms."""
        for code, key in round_.shown:
            for answer in self.spoken(code, key):
                subject = self.subject(answer)
                yield Opinion(answer, subject, self.departments(subject))

    def departments(self, subject: str) -> tuple[str, ...]:
        """Codes of the departments that an opinion concerns; 再掲 goes to its origin."""
        if subject in self.plan.initiative:
            actions: Sequence[Action] = self.plan.actions_of(subject)
        else:
            actions = [each for each in self.plan.actions if self._concerns(each, subject)]
        origins = [self.plan.action[each.repeats] if each.repeats else each for each in actions]
        found = dict.fromkeys(each.department for each in origins)
        everybody = self.plan.departments  # who answers for the whole: the office, if it is one
        office = [each.code for each in everybody if each.name == self.plan.office]
        return tuple(found or office or (each.code for each in everybody))

    def _concerns(self, action: Action, subject: str) -> bool:
        stands = self.plan.initiative[action.initiative]
        path = (each.no for each in self.plan.path(stands.measure))
        return subject in (stands.goal, *path) and bool(subject)


def opinion_row(id_: str) -> tuple[tuple[str, str, str], str]:
    """The opinion (round, respondent, row) and the department of a row that answers it."""
    said, _, department = id_.rpartition(_JOINED)
    round_code, respondent, row = said.split(_JOINED, 2)
    return (round_code, respondent, row), department


# Last year.


@dataclass(frozen=True)
class Carried:
    """Last year's answers beside the rows of `round`; `now` is the plan in force this year."""

    now: Plan
    round: Round
    past: Past

    @classmethod
    def of(cls, plan: Plan, year: FiscalYear, round_: Round, record: Record) -> Carried | None:
        """None where the round shows nothing of last year, or nothing was answered then."""
        last = year.previous
        if not round_.shown_last or not any(a.year == last.code for a in record.answers):
            return None
        return cls(plan.at(year), round_, Past(plan.at(last), last, record))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The locked columns, in the order in which they are shown."""
        group = f"{self.past.year.name}の回答"
        own = tuple(
            Column(last_year_key(f.round, f.key), f.heading, f.width, group=group)
            for round_, f in self._shown
            if round_.of_departments and not round_.answers_opinions
        )
        then = Column(_THEN, f"{self.now.words.department}（当時）", 12.0, group=group)
        heard = replace(self.heard_column, group=group)
        return (
            *((then,) if own and any(map(self._department_then, self.now.action)) else ()),
            *own,
            *((heard,) if self.anything_heard else ()),
        )

    @cached_property
    def heard_column(self) -> Column:
        """The column of opinions and replies."""
        replies = dict.fromkeys(r.name for r, _ in self._shown if r.answers_opinions)
        return Column(_HEARD, "と".join(("会議の意見", *replies)), 30.0)

    def text(self, column: Column, kind: RowKind, id_: str) -> str:
        """What one of `columns` shows in a row."""
        if column.key == _HEARD:
            return self.heard(kind, id_)
        if column.key == _THEN:
            return self._department_then(id_)
        _, code, key = column.key.split(":", 2)
        return self.past.said(code, key, kind, id_)

    @cached_property
    def _shown(self) -> tuple[tuple[Round, Field], ...]:
        rounds = self.past.plan.round
        found = ((rounds[c], field_of(self.past.plan, c, key)) for c, key in self.round.shown_last)
        return tuple((round_, field) for round_, field in found if field)

    @property
    def _opinions(self) -> list[Field]:
        """What councils said."""
        return [field for round_, field in self._shown if not round_.of_departments]

    def _department_then(self, id_: str) -> str:
        """Name of the department that had a line; '' where it is today's."""
        before, after = self.past.plan.action.get(id_), self.now.action.get(id_)
        if before is None or after is None:
            return ""
        then = self.past.plan.department[before.department].name
        return "" if then == self.now.department[after.department].name else then

    @cached_property
    def anything_heard(self) -> bool:
        """True if a council said anything at all."""
        return any(self.past.answers(field.round, field.key) for field in self._opinions)

    def heard(self, kind: RowKind, id_: str) -> str:
        """What councils said about a row, each with what the city answered; '' if nothing."""
        lines: list[str] = []
        for field in self._opinions:
            named = f"　{field.heading}" if field.type is FieldType.CHOICE else ""
            for answer in self.past.about(field, kind, id_):
                said = f"{named}：{self.past.words(field, answer)}"
                lines += [self.past.short(answer.respondent) + said]
                lines += self._answers_to(answer, kind, id_)
        return "\n".join(lines)

    def _answers_to(self, opinion: Answer, kind: RowKind, id_: str) -> Iterator[str]:
        """What the city answered; in a department's line only what that department did."""
        line = self.past.plan.action.get(id_) if kind is RowKind.ACTION else None
        said = (opinion.round, opinion.respondent, opinion.row)
        for field, department, words in self._replied.get(said, ()):
            asked = self.past.plan.round[field.round].shown
            own = line is None or line.department == department
            if own and (opinion.round, opinion.key) in asked:
                yield f"　→ {field.heading}：{words}"

    @cached_property
    def _replied(self) -> Mapping[tuple[str, str, str], list[tuple[Field, str, str]]]:
        """By the opinion's round, respondent and row: field, department and words."""
        found: dict[tuple[str, str, str], list[tuple[Field, str, str]]] = {}
        for field in (field for round_, field in self._shown if round_.answers_opinions):
            for answer in self.past.answers(field.round, field.key):
                said, department = opinion_row(answer.row)
                words = self.past.words(field, answer)
                found.setdefault(said, []).append((field, department, words))
        return found
