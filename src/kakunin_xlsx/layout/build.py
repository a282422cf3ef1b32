"""layout(plan, year, round, respondent, past): columns and rows of one table sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kakunin_xlsx.layout.carried import Carried
from kakunin_xlsx.layout.columns import (
    Column,
    answer_columns,
    form_columns,
    plan_columns,
)
from kakunin_xlsx.layout.identity import Identity
from kakunin_xlsx.layout.model import Layout, Row, Section
from kakunin_xlsx.layout.past import before_columns
from kakunin_xlsx.layout.rows import FORM_SIZE, Rows
from kakunin_xlsx.plan.model import Goal, Plan, Respondent, Round, RowKind
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import Record

__all__ = ["FORM_SIZE", "layout"]

_REMARKS = (
    "うすい黄色の欄だけに記入できます。必須で空いている欄は橙色です。書き方は「記入要領」をご覧ください。",
)
_NUMBERED = "そのほかの意見（一つの行に一つずつ）"


def layout(
    plan: Plan,
    year: FiscalYear,
    round_code: str,
    respondent: Respondent | None,
    past: Record | None = None,
) -> Layout:
    """The table sheet of one respondent, or of the whole plan if `respondent` is None.

    `past` holds earlier answers: last year's to the same questions and what earlier rounds of
    this year said are shown, locked; opinions become the rows of those who answer them.
    """
    past, round_ = past or Record(), plan.round[round_code]
    carried = Carried.of(plan, year, round_, past)
    plan = plan.at(year)
    columns = _columns(plan, year, round_, carried, respondent)
    rows = Rows(plan, year, round_, respondent, columns, past, carried)
    return Layout(
        identity=Identity(plan.id, year.code, round_code, respondent.code if respondent else "*"),
        year=year,
        respondent=respondent.name if respondent else "",
        title=f"{plan.title}　取組状況確認表",
        caption=_caption(round_, year, respondent),
        form=form_columns(plan, year, round_code),
        form_values=_form_values(round_, year),
        columns=columns,
        remarks=_REMARKS,
        sections=tuple(_sections(plan, round_, rows)),
    )


def _caption(round_: Round, year: FiscalYear, respondent: Respondent | None) -> str:
    who = f"　回答元：{respondent.name}" if respondent else ""
    return f"{round_.name}　{year.caption}{who}"


def _form_values(round_: Round, year: FiscalYear) -> Mapping[str, str | date]:
    due = round_.due_date(year)
    return {
        "due": due or "別途お知らせします",
        "submit_to": round_.submit_to,
        "contact": round_.contact,
    }


def _columns(
    plan: Plan,
    year: FiscalYear,
    round_: Round,
    carried: Carried | None,
    respondent: Respondent | None,
) -> tuple[Column, ...]:
    heard = carried is not None and carried.anything_heard
    answers = tuple(
        column
        for column in answer_columns(plan, year, round_.code)
        if heard or not column.after_opinion
    )
    last = carried.columns if carried and respondent else ()  # papers tell of last year elsewhere
    before = () if round_.answers_opinions else before_columns(plan, round_)
    return (*plan_columns(plan, year, round_), *last, *before, *answers)


def _sections(plan: Plan, round_: Round, rows: Rows) -> Iterator[Section]:
    if round_.answers_opinions:
        yield from _section("", "", tuple(rows.opinions_to_answer()))
        return
    if RowKind.PLAN in round_.row_kinds:
        yield from _section("", "計画全体", (rows.whole(),))
    for goal in plan.goals:
        yield from _goal(plan, goal, round_, rows)
    if RowKind.OPINION in round_.row_kinds:
        yield from _section("", _NUMBERED, tuple(rows.numbered_opinions()))


def _section(goal: str, band: str, rows: tuple[Row, ...]) -> Iterator[Section]:
    if rows:
        yield Section(goal=goal, goal_band=band, measure="", measure_band="", rows=rows)


def _goal(plan: Plan, goal: Goal, round_: Round, rows: Rows) -> Iterator[Section]:
    """The band of a goal, its own row if it is asked, and the rows under its measures."""
    notes = {note.under: f"{note.mark} {note.body}" for note in plan.notes}
    band = f"{plan.words.goal}{goal.no}：{goal.name}"
    if RowKind.GOAL in round_.row_kinds:
        yield from _section(goal.no, band, (rows.goal(goal),))
        band = ""
    for measure_ in plan.measures_of(goal.no) or (None,):
        no = measure_.no if measure_ else ""
        own = tuple(rows.of(plan.initiatives_of(goal.no, no)))
        if not own:
            continue
        yield Section(
            goal=goal.no,
            goal_band=band,
            measure=no,
            measure_band=f"{no}　{measure_.name}" if measure_ else "",
            rows=own,
            notes=tuple(filter(None, [notes.get(no or goal.no)])),
        )
        band = ""
