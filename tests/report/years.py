"""Whole years made up: rounds answered as the merges would hand them over, one year or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from kakunin_xlsx.layout import Column, Row, layout
from kakunin_xlsx.plan import FieldType, FiscalYear, Plan, Respondent, Round, RowKind
from kakunin_xlsx.record import Answer, Record
from tests.example import R7, adopted
from tests.report.records import Typed, record, varied

Said = Callable[[Round, str, Row, Column], str]  # round, respondent, row, column → '' for nothing


def year_record(
    plan: Plan,
    year: FiscalYear,
    said: Said | None = None,
    last: str = "",
    first: Record | None = None,
) -> Record:
    """Answers of every round in order, up to the round `last` (all of them if '')."""
    answers = list((first or record(plan, year, varied)).answers)
    for round_ in plan.rounds_in_order:
        if round_ != plan.main_round:
            answers += _round(plan, year, round_, said or spoken, Record(tuple(answers)))
        if round_.code == last:
            break
    return Record(tuple(answers))


def years_record(plan: Plan, until: FiscalYear | None = None) -> Record:
    """Every year of the plan up to `until`, every round answered, no two years alike."""
    answers: list[Answer] = []
    for number, year in enumerate(plan.years):
        if until is None or year <= until:
            first = record(plan, year, later_by(number))
            answers += year_record(plan, year, first=first).answers
    return Record(tuple(answers))


def later_by(years: int) -> Typed:
    """What `varied` types, moved on by some lines."""
    return lambda number, row, column: varied(number + years, row, column)


def _round(
    plan: Plan, year: FiscalYear, round_: Round, said: Said, past: Record
) -> Iterator[Answer]:
    for who in plan.at(year).respondents_of(round_):
        one = layout(plan, year, round_.code, who, past)
        for row in one.rows:
            for column in one.questions(row):
                if value := said(round_, who.code, row, column):
                    yield said_by(year, round_, who, row, column, value)


def said_by(
    year: FiscalYear, round_: Round, who: Respondent, row: Row, column: Column, value: str
) -> Answer:
    """One answer of a respondent, as a merge hands it over."""
    where = (f"【{who.name}】{round_.name}.xlsx", "C9")
    return adopted(year, round_.code, (who.code, who.name), row, column, value, where)


def spoken(round_: Round, who: str, row: Row, column: Column) -> str:
    """Every choice, opinions on every fourth row, two numbered ones of each council."""
    if column.key == "about":
        return "5-3-1" if row.id == "意見1" else ""
    number = sum(map(ord, row.id + who))
    if column.type is FieldType.CHOICE:
        labels = [choice.label for choice in column.choices]
        return labels[number % len(labels)]
    if row.kind is RowKind.OPINION and not round_.answers_opinions:
        if row.id not in ("意見1", "意見2"):
            return ""
        return f"{who}の{row.id}。" + "住まいの相談先を分かりやすく知らせてほしい。" * 3
    if column.required or number % 4 == 0 or row.id == "3-4-1":
        return (
            f"{row.id}について（{who}）。"
            + "関係する機関との連絡を続け、秋までに一覧を作ります。" * 2
        )
    return ""


def without(whole: Record, at: Mapping[str, str]) -> Record:
    """The record without the answers whose attributes are all as named."""
    kept = (a for a in whole.answers if any(getattr(a, k) != v for k, v in at.items()))
    return Record(tuple(kept))


def changed(whole: Record, round_code: str, row: str, key: str, value: str) -> Record:
    """The record with another value in one cell."""
    return Record(
        tuple(
            replace(a, value=value, understood=value)
            if (a.round, a.row, a.key) == (round_code, row, key)
            else a
            for a in whole.answers
        )
    )


def judged(plan: Plan, last_year: bool = True) -> Record:
    """Departments, every council, and the departments' answers of the year before."""
    own = record(plan, R7, varied).answers
    before = record(plan, R7, later_by(1)).answers
    councils = [
        a for round_ in plan.rounds if not round_.of_departments for a in _councils(plan, round_)
    ]
    earlier = [replace(each, year=R7.previous.code) for each in before] if last_year else []
    return Record((*own, *councils, *earlier))


def _councils(plan: Plan, round_: Round) -> Iterator[Answer]:
    for who in plan.respondents_of(round_):
        yield from _council(plan, R7, round_, who)


def _council(plan: Plan, year: FiscalYear, round_: Round, who: Respondent) -> Iterator[Answer]:
    """Every fifth row is left open; choices go round."""
    table = layout(plan, year, round_.code, who)
    for number, row in enumerate(row for row in table.rows if row.open):
        for column in table.questions(row):
            if number % 5 == 3 or (column.type is FieldType.TEXT and number % 4):
                continue
            labels = [choice.label for choice in column.choices] or ["周知を広げてください。"]
            value = labels[(number + len(who.code)) % len(labels)]
            yield said_by(year, round_, who, row, column, value)
