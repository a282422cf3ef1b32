"""What the office should know of a round before its forms go out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kakunin_xlsx.plan import FiscalYear, Plan, Round, Status
from kakunin_xlsx.plan.holidays import closed, open_before
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.new_plan import EXAMPLE
from kakunin_xlsx.plan.schema import MasterTable
from kakunin_xlsx.plan.years import day_in_words

_SHOWN = 3  # places that a sentence names


def misgivings(plan: Plan, year: FiscalYear, round_: Round, today: date) -> Iterator[str]:
    """A deadline that nobody can keep, targets nobody has compared, examples left in; in words."""
    yield from _of_deadline(round_, round_.due_date(year), today)
    yield from _of_targets(plan, year)
    yield from _of_examples(plan)


def _of_deadline(round_: Round, due: date | None, today: date) -> Iterator[str]:
    if due is None:
        return
    todo = "変えるときは、台帳の rounds.csv の「提出期限」を直して、もう一度作ってください。"
    said = f"{round_.name}の提出期限（{day_in_words(due)}）は、"
    if due < today:
        yield f"{said}過ぎています（きょうは{day_in_words(today)}です）。{todo}"
    elif why := closed(due):
        yield f"{said}{why}です（その前の開庁日は{day_in_words(open_before(due))}です）。{todo}"


def _of_targets(plan: Plan, year: FiscalYear) -> Iterator[str]:
    waiting = [
        target.action
        for target in plan.at(year).targets
        if target.year == year and _is_unverified(plan, target.action, year)
    ]
    if waiting:
        word = plan.words.target
        yield (
            f"{year.name}の{word}のうち{len(waiting)}件が原本未照合です（{_some(waiting)}）。"
            "冊子と見比べて台帳に書いてから配ると、担当課が迷いません：kakunin masters export 台帳.xlsx"
        )


def _is_unverified(plan: Plan, row: str, year: FiscalYear) -> bool:
    reading = plan.reading("targets", f"{row}/{year.code}", "目標文")
    return reading is not None and reading.status is Status.UNVERIFIED


def _of_examples(plan: Plan) -> Iterator[str]:
    left = [f"{table.title}の「{key}」" for table, key in _examples(plan)]
    head = (plan.title, plan.booklet, plan.city, plan.office)
    left += ["計画の設定" for text in head if text.startswith(EXAMPLE)]
    if left:
        yield (
            f"「{EXAMPLE}」で始まる文が、台帳に残っています（{_some(list(dict.fromkeys(left)))}）。"
            "計画の文に書き替えて、もう一度作ってください。"
        )


def _examples(plan: Plan) -> Iterator[tuple[MasterTable, str]]:
    for table in TABLES:
        for row in getattr(plan, table.plan):
            held = (table.value(row, column.header) for column in table.columns)
            if any(isinstance(text, str) and text.startswith(EXAMPLE) for text in held):
                yield table, table.key(row)


def _some(names: list[str]) -> str:
    more = f"ほか{len(names) - _SHOWN}件" if len(names) > _SHOWN else ""
    return f"{'、'.join(names[:_SHOWN])}{more}"
