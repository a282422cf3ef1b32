"""公開範囲: what a paper for a wider circle leaves out, taken away before anything is laid out.

The plan loses the fields and the record their answers, so that no sheet, text or table that is
made from them can show what it must not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kakunin_xlsx.plan import Audience, Field, FiscalYear, Plan, RowKind, When
from kakunin_xlsx.record import FORM_ROW, Answer, Reason, Record

_WIDTH = (Audience.OFFICE, Audience.COUNCIL, Audience.PUBLIC)


def may_see(audience: Audience, field: Field) -> bool:
    """True if what is answered in `field` may reach `audience`."""
    return _WIDTH.index(field.audience) >= _WIDTH.index(audience)


def narrowed(
    plan: Plan, year: FiscalYear, record: Record, audience: Audience
) -> tuple[Plan, Record]:
    """Only what may reach `audience`; 庁内 sees all, with its lineage."""
    if audience is Audience.OFFICE:
        return plan, record
    seen = (each for each in plan.fields if may_see(audience, each))
    shown = replace(plan, fields=tuple(replace(each, role=plan.role(each)) for each in seen))
    keys = {
        (round_.code, field.key)
        for round_ in shown.rounds
        for field in shown.fields_of(round_.code, year)
    }
    return shown, Record(tuple(_shown(record, keys)))


def left_out(
    plan: Plan, year: FiscalYear, record: Record, audience: Audience
) -> tuple[tuple[str, Sequence[str]], ...]:
    """Name of the round and headings of its hidden fields, of rounds that this paper is about."""
    held = {plan.main_round.code, *(each.round for each in record.answers)}
    found = (
        (round_.name, _hidden(plan, year, round_.code, record, audience))
        for round_ in plan.rounds_in_order
        if round_.code in held
    )
    return tuple((name, headings) for name, headings in found if headings)


def _hidden(
    plan: Plan, year: FiscalYear, round_code: str, record: Record, audience: Audience
) -> tuple[str, ...]:
    answered = {each.key for each in record.of(year.code, round_code).answers}
    return tuple(
        field.heading
        for field in plan.fields_of(round_code, year)
        if RowKind.FORM not in field.kinds and not may_see(audience, field)
        if field.when is not When.AFTER_OPINION or field.key in answered
    )


def _shown(record: Record, keys: set[tuple[str, str]]) -> Iterator[Answer]:
    """Answers that count, without struck-out words and lineage; of conflicts, only where."""
    for answer in record.answers:
        if answer.row == FORM_ROW or (answer.round, answer.key) not in keys:
            continue
        bare = replace(answer, file="", sheet="", cell="", sha256="", decided="")
        if answer.adopted:
            yield replace(bare, value=answer.understood or answer.value)
        elif answer.reason is Reason.CONFLICT:
            yield replace(bare, value="", understood="")
