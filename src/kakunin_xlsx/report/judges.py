"""Who judges what: every body that rates the plan's rows on a scale, and what it said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kakunin_xlsx.layout import layout
from kakunin_xlsx.plan import Choice, Field, FieldType, FiscalYear, Plan, Respondent, Round, RowKind
from kakunin_xlsx.record import Answer, Record
from kakunin_xlsx.report.counting import NO_ANSWER, UNREAD, Tally

NOT_ASKED = "再掲"


@dataclass(frozen=True)
class Judge:
    """One body in one field of one round; `respondent` is None for the departments together."""

    plan: Plan
    year: FiscalYear
    round: Round
    field: Field
    respondent: Respondent | None
    record: Record

    @property
    def name(self) -> str:
        """Who it is, in the words of the plan."""
        if self.respondent is None:
            return self.plan.words.department
        return self.respondent.short or self.respondent.name

    @property
    def label(self) -> str:
        """Who it is and in which field: 「推進会議　内部評価」; the field alone if it names them."""
        return (
            self.field.heading
            if self.name in self.field.heading
            else f"{self.name}　{self.field.heading}"
        )

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Its scale, best first."""
        return self.plan.scale(self.field.scale)

    @cached_property
    def ranks(self) -> tuple[str, ...]:
        """The values that can be compared: those which a ratio counts, best first."""
        return tuple(choice.value for choice in self.choices if choice.counted)

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """What it said, by row."""
        who = self.respondent.code if self.respondent else ""
        return {
            answer.row: answer
            for answer in self.record.of(self.year.code, self.round.code).answers
            if answer.adopted and answer.key == self.field.key and who in ("", answer.respondent)
        }

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The rows it answers; 再掲 is counted at its origin only."""
        whole = layout(self.plan, self.year, self.round.code, self.respondent, self.record)
        return tuple(row.id for row in whole.rows if row.open and row.kind in self.field.kinds)

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(self.asked)

    def value(self, row: str) -> str:
        """The value chosen in a row, or what is the matter instead."""
        if row not in self._asked:
            return NOT_ASKED
        answer = self.answers.get(row)
        if answer is None:
            return NO_ANSWER
        known = {choice.value for choice in self.choices}
        return answer.understood if answer.understood in known else UNREAD

    def shown(self, row: str) -> str:
        """The value with its name, as the scale prints it; what nobody understands as typed."""
        value = self.value(row)
        if value == UNREAD:
            return self.answers[row].value
        labels = {choice.value: choice.label for choice in self.choices}
        return labels.get(value, f"（{value}）")

    def brief(self, row: str) -> str:
        """The value alone, or what is the matter; what nobody understands as typed."""
        value = self.value(row)
        return self.answers[row].value if value == UNREAD else value

    def tally(self, name: str, rows: Sequence[str] | None = None) -> Tally:
        """How often each value was chosen in `rows`, or in all it is asked about."""
        asked = self.asked if rows is None else [row for row in rows if row in self._asked]
        return Tally(name, Counter(map(self.value, asked)))


def judges(plan: Plan, year: FiscalYear, record: Record, *kinds: RowKind) -> list[Judge]:
    """Bodies that rate rows of one of `kinds`, in the order of their rounds."""
    now = plan.at(year)
    return [
        Judge(now, year, round_, field, who, record)
        for round_ in now.rounds_in_order
        for field in _scales(now, year, round_)
        if set(kinds) & set(field.kinds) & set(round_.row_kinds)
        for who in _bodies(now, round_)
    ]


def _scales(plan: Plan, year: FiscalYear, round_: Round) -> Iterator[Field]:
    """The open choice fields of a round whose scale has values that are counted."""
    for field in plan.fields_of(round_.code, year):
        counted = any(choice.counted for choice in plan.scale(field.scale))
        if field.round == round_.code and field.type is FieldType.CHOICE and counted:
            yield field


def _bodies(plan: Plan, round_: Round) -> Sequence[Respondent | None]:
    return [None] if round_.of_departments else plan.respondents_of(round_)


def step(ranks: Sequence[str], before: str, after: str) -> int | None:
    """How many steps `after` is better than `before`; None where one is no rank."""
    if before not in ranks or after not in ranks:
        return None
    return ranks.index(before) - ranks.index(after)
