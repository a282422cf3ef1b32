"""What last year said about a row, as this year's forms show it: locked columns, and who is asked.

A round names what it shows of last year. Answers of departments have a column each; what councils
said and what the city answered stand together in one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from kakunin_xlsx.layout.columns import LAST, Column
from kakunin_xlsx.layout.past import Past, field_of, opinion_row
from kakunin_xlsx.plan.rounds import Field, FieldType, Round, RowKind
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import Answer, Record

if TYPE_CHECKING:  # a reading process meets no plan
    from kakunin_xlsx.plan.model import Plan

_HEARD = f"{LAST}heard"
_THEN = f"{LAST}department"
_HEARD_WIDTH, _THEN_WIDTH = 30.0, 12.0


def last_year_key(round_code: str, key: str) -> str:
    """Key of the column that shows last year's answer to a question."""
    return f"{LAST}{round_code}:{key}"


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
            for f in self._answered
        )
        then = Column(_THEN, f"{self.now.words.department}（当時）", _THEN_WIDTH, group=group)
        heard = replace(self.heard_column, group=group)
        return (
            *((then,) if own and self._moved else ()),
            *own,
            *((heard,) if self.anything_heard else ()),
        )

    @cached_property
    def heard_column(self) -> Column:
        """The column of opinions and replies."""
        replies = dict.fromkeys(r.name for r, _ in self._shown if r.answers_opinions)
        return Column(_HEARD, "と".join(("会議の意見", *replies)), _HEARD_WIDTH)

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
    def _answered(self) -> list[Field]:
        """What departments answered about their lines."""
        return [f for r, f in self._shown if r.of_departments and not r.answers_opinions]

    @property
    def _opinions(self) -> list[Field]:
        """What councils said."""
        return [field for round_, field in self._shown if not round_.of_departments]

    @property
    def _replies(self) -> list[Field]:
        """What the city answered to that."""
        return [field for round_, field in self._shown if round_.answers_opinions]

    # Who had the line.

    @cached_property
    def _moved(self) -> bool:
        """True if a line had another department, or one of another name."""
        return any(self._department_then(action.id) for action in self.now.actions)

    def _department_then(self, id_: str) -> str:
        """Name of the department that had a line; '' where it is today's."""
        before, after = self.past.plan.action.get(id_), self.now.action.get(id_)
        if before is None or after is None:
            return ""
        then = self.past.plan.department[before.department].name
        return "" if then == self.now.department[after.department].name else then

    # What councils said.

    @cached_property
    def anything_heard(self) -> bool:
        """True if a council said anything at all."""
        return any(self.past.answers(field.round, field.key) for field in self._opinions)

    def heard(self, kind: RowKind, id_: str) -> str:
        """What councils said about a row, each with what the city answered; '' if nothing."""
        return "\n".join(
            line
            for field in self._opinions
            for answer in self.past.about(field, kind, id_)
            for line in (self._line(field, answer), *self._answers_to(answer, kind, id_))
        )

    def _line(self, field: Field, answer: Answer) -> str:
        named = f"　{field.heading}" if field.type is FieldType.CHOICE else ""
        whose = self.past.short(answer.respondent)
        return f"{whose}{named}：{self.past.words(field, answer)}"

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
        for field in self._replies:
            for answer in self.past.answers(field.round, field.key):
                said, department = opinion_row(answer.row)
                words = self.past.words(field, answer)
                found.setdefault(said, []).append((field, department, words))
        return found
