"""layout(plan, year, round, respondent, past): columns and rows of one table sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from kakunin_xlsx.layout.columns import (
    Column,
    answer_columns,
    chosen_subject,
    council_target,
    form_columns,
    of_last_year,
    on_screen,
    plan_columns,
    with_suggestions,
)
from kakunin_xlsx.layout.identity import Identity
from kakunin_xlsx.layout.model import Layout, Row, Section
from kakunin_xlsx.layout.past import Carried, Past, earlier_columns
from kakunin_xlsx.layout.rows import FORM_SIZE, Rows
from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.people import Respondent
from kakunin_xlsx.plan.rounds import Round, RowKind
from kakunin_xlsx.plan.tree import Goal, Measure
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import Record

__all__ = ["FORM_SIZE", "Forms", "layout"]

_REMARKS = (
    "うすい黄色の欄だけに記入できます。必須で空いている欄は橙色です。書き方は「記入要領」をご覧ください。",
    "うすい黄色が記入欄、橙色は必須の空欄です。",
    "書き方は「記入要領」",
)
_OF_DEPARTMENTS = ("submission", "turn", "approved")  # a council says these in its minutes
_NUMBERED = "そのほかの意見（一つの行に一つずつ）"


def layout(
    plan: Plan,
    year: FiscalYear,
    round_code: str,
    respondent: Respondent | None,
    past: Record | None = None,
) -> Layout:
    """The table sheet of one respondent, or of the whole plan if `respondent` is None.

    `past` holds earlier answers: what last year and earlier rounds of this year said is shown,
    locked; opinions become the rows of those who answer them. `plan` is that of every year.
    """
    return Forms(plan, year, round_code, past or Record()).of(respondent)


@dataclass(frozen=True)
class Forms:
    """The table sheets of one round, and what they share: of a thousand it is made once."""

    plan: Plan
    year: FiscalYear
    round_code: str
    record: Record

    @cached_property
    def _now(self) -> Plan:
        return self.plan.at(self.year)

    @property
    def _round(self) -> Round:
        return self.plan.round[self.round_code]

    @cached_property
    def _past(self) -> Past:
        return Past(self._now, self.year, self.record)

    @cached_property
    def _carried(self) -> Carried | None:
        return Carried.of(self.plan, self.year, self._round, self.record)

    @cached_property
    def _whole(self) -> tuple[Column, ...]:
        """The columns of a paper, which tells of last year elsewhere."""
        before = () if self._round.answers_opinions else earlier_columns(self._now, self._round)
        heard = self._carried is not None and self._carried.anything_heard
        answers = answer_columns(self._now, self.year, self.round_code)
        return (
            *plan_columns(self._now, self.year, self._round),
            *before,
            *(column for column in answers if heard or not column.after_opinion),
        )

    @cached_property
    def _own(self) -> tuple[Column, ...]:
        """The columns of a form: an opinion stands before what asks what became of it."""
        at = len(plan_columns(self._now, self.year, self._round))
        targets = council_target(self._now, self.year, self._round)
        columns = [*self._whole[:at], *targets, *self._whole[at:]]
        columns = [chosen_subject(self._now, column) for column in columns]
        asks = next((c for c in columns if c.after_opinion), None)
        if asks and self._carried:
            columns.insert(columns.index(asks), self._carried.heard_column)
        return on_screen(tuple(with_suggestions(columns)))

    @cached_property
    def _without_opinions(self) -> tuple[Column, ...]:
        """The same for those about whose lines no council spoke."""
        own = self._own
        return tuple(c for c in own if not (of_last_year(c.key) or c.after_opinion))

    @cached_property
    def _form(self) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        """The form's own fields, and those that the office does not ask itself."""
        columns = form_columns(self._now, self.year, self.round_code)
        spare = () if self._round.of_departments else _OF_DEPARTMENTS
        own = tuple(column for column in columns if column.key not in spare)
        return own, tuple(column for column in columns if column.key in spare)

    def of(self, respondent: Respondent | None, bare: bool = False) -> Layout:
        """The sheet of one respondent, or of the whole plan; `bare`: its rows say nothing."""
        plan, year, round_ = self._now, self.year, self._round
        columns = self._own if respondent else self._whole
        rows = Rows(plan, year, round_, respondent, columns, self._past, self._carried, bare)
        sections = tuple(_sections(plan, round_, rows))
        asked = (row for section in sections for row in section.rows if row.open)
        spoken_of = respondent and len(columns) > len(self._without_opinions)
        if spoken_of and not any(rows.was_heard(row.kind, row.id) for row in asked):
            columns = self._without_opinions
            rows = replace(rows, columns=columns)
            sections = tuple(_sections(plan, round_, rows))
        form, spare = self._form
        code, name = (respondent.code, respondent.name) if respondent else ("*", "")
        values: Mapping[str, str | date] = {
            "due": round_.due_date(year) or "別途お知らせします",
            "submit_to": round_.submit_to,
            "contact": round_.contact,
        }
        return Layout(
            identity=Identity(plan.id, year.code, self.round_code, code),
            year=year,
            respondent=name,
            title=plan.heading,
            form_name=plan.form_name,
            table_name=plan.table_name,
            row_word=plan.words.initiative,
            whose_word=plan.words.department,
            held=round_.held_in(year),
            when=round_.caption(year),
            caption=f"{round_.name}　{round_.caption(year)}"
            + (f"　回答元：{name}" if name else ""),
            form=form,
            form_values=values,
            columns=columns,
            remarks=_REMARKS,
            sections=sections,
            last=self._carried.columns if respondent and self._carried else (),
            spare=spare,
            paper=plan.style.paper,
            of_departments=round_.of_departments,
        )


def _sections(plan: Plan, round_: Round, rows: Rows) -> Iterator[Section]:
    if round_.answers_opinions:
        yield from _section("", "", tuple(rows.opinions_to_answer()))
        return
    if RowKind.PLAN in round_.row_kinds and rows.is_asked(RowKind.PLAN, ""):
        yield from _section("", "計画全体", (rows.whole(),))
    for goal in rows.goals:
        yield from _goal(plan, goal, round_, rows)
    if RowKind.OPINION in round_.row_kinds:
        yield from _section("", _NUMBERED, tuple(rows.numbered_opinions()))


def _section(goal: str, band: str, rows: tuple[Row, ...]) -> Iterator[Section]:
    if rows:
        yield Section(goal=goal, goal_band=band, measure="", measure_band="", rows=rows)


def _goal(plan: Plan, goal: Goal, round_: Round, rows: Rows) -> Iterator[Section]:
    """The band of a goal, its own row if it is asked, and the rows under its measures."""
    band = f"{plan.words.goal}{goal.no}：{goal.name}"
    if RowKind.GOAL in round_.row_kinds and rows.is_asked(RowKind.GOAL, goal.no):
        yield from _section(goal.no, band, (rows.goal(goal),))
        band = ""
    begun: tuple[Measure, ...] = ()
    for measure_ in rows.measures(goal.no):
        no = measure_.no if measure_ else ""
        own = tuple(rows.of(goal.no, no))
        if not own:
            continue
        path = plan.path(no)
        upper = [each for each in path[:-1] if each not in begun]
        begun, under = path, {no or goal.no, *(each.no for each in upper)}
        yield Section(
            goal=goal.no,
            goal_band=band,
            measure=no,
            measure_band=_measure_band(measure_) if measure_ else "",
            rows=own,
            notes=tuple(f"{n.mark} {n.body}" for n in plan.notes if n.under in under),
            upper_bands=tuple(map(_measure_band, upper)),
        )
        band = ""


def _measure_band(measure: Measure) -> str:
    return f"{measure.no}　{measure.name}"
