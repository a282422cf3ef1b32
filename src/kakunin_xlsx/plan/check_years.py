"""What must hold in every single year of a plan, whatever changed from one to the next."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from kakunin_xlsx.plan.model import TABLES, Plan
from kakunin_xlsx.plan.people import RESPONDENTS
from kakunin_xlsx.plan.problems import Problem
from kakunin_xlsx.plan.readings import TELL_BLANK
from kakunin_xlsx.plan.rounds import DEPARTMENTS_ASKED, ROUNDS
from kakunin_xlsx.plan.texts import RowPlaces, TextRow
from kakunin_xlsx.plan.tree import ACTIONS, INDICATORS, INITIATIVES, TARGETS
from kakunin_xlsx.plan.years import FiscalYear

_Said = Iterator[Problem]
_Check = Callable[[Plan, RowPlaces], _Said]


def in_each_year(plan: Plan, places: RowPlaces, *checks: _Check) -> _Said:
    """What `checks` say of the plan at each year: each problem once, with the years it is of."""
    plans = [(years, plan.at(years[0])) for years in _alike(plan)]
    seen = [(years, now, _places_at(plan, now, places)) for years, now in plans]
    for check in checks:
        told: dict[Problem, list[FiscalYear]] = {}
        for years, now, lines in seen:
            for problem in dict.fromkeys(check(now, lines)):
                told.setdefault(problem, []).extend(years)
        for problem, when in told.items():
            yield problem if len(when) == len(plan.years) else _dated(problem, when)


def _alike(plan: Plan) -> list[list[FiscalYear]]:
    """The years in runs in which no row begins or ends: they need one look."""
    spans = [row.span for t in TABLES if t.dated for row in getattr(plan, t.plan)]
    turns = {span.first for span in spans} | {span.last.next for span in spans if span.last}
    runs: list[list[FiscalYear]] = []
    for year in plan.years:
        if year in turns or not runs:
            runs.append([])
        runs[-1].append(year)
    return runs


def _dated(problem: Problem, years: list[FiscalYear]) -> Problem:
    return replace(problem, wrong=f"{'、'.join(map(str, years))} では、{problem.wrong}")


def _places_at(plan: Plan, now: Plan, places: RowPlaces) -> RowPlaces:
    """The texts of the rows that are in force."""
    texts = dict(places.rows)
    for table in TABLES:
        if not table.dated:
            continue
        rows = getattr(now, table.plan)
        if len(rows) == len(getattr(plan, table.plan)):
            continue  # all of them are
        known: dict[tuple[str, FiscalYear | None], TextRow] = {}
        for index, row in enumerate(getattr(plan, table.plan)):
            known.setdefault((table.key(row), table.first(row)), places.row(table, index))
        texts[table.name] = tuple(known[table.key(row), table.first(row)] for row in rows)
    return RowPlaces(texts, places.absent)


def repeats(plan: Plan, places: RowPlaces) -> _Said:
    """再掲 points at an action that is in force and not itself 再掲."""
    for index, row in enumerate(plan.actions):
        if not row.repeats:
            continue
        origin = plan.action.get(row.repeats)
        if origin is None:
            wrong = f"再掲元「{row.repeats}」は、この年度にはない取組です。"
            todo = (
                "元の取組と一緒に終わるときは、この行（重点取組の全部なら initiatives.csv の行）に"
                "終了年度を書いてください。続けるときは、行を分けて、再掲元を空欄か別の行のIDに"
                "してください。"
            )
            yield places.problem(ACTIONS, index, "再掲元", wrong, todo)
        elif origin.id == row.id:
            wrong, todo = (
                "自分自身を再掲元にしています。",
                "元の行のIDを書くか、空欄にしてください。",
            )
            yield places.problem(ACTIONS, index, "再掲元", wrong, todo)
        elif origin.repeats:
            wrong = f"再掲元「{origin.id}」も再掲です。"
            todo = f"「{origin.repeats}」のように、元の行のIDを書いてください。"
            yield places.problem(ACTIONS, index, "再掲元", wrong, todo)


def _indicators(plan: Plan, places: RowPlaces) -> _Said:
    """An indicator is one of a line in force that answers itself, and has its figures to itself."""
    for index, row in enumerate(plan.indicators):
        line = plan.action[row.action]  # `Plan.at` leaves out those of no line in force
        if line.repeats:
            wrong = f"「{row.action}」は再掲の行のため、指標の数値を記入する人がいません。"
            todo = f"再掲元の「{line.repeats}」の指標とするか、この行を除いてください。"
            yield places.problem(INDICATORS, index, "行ID", wrong, todo)
    for index, target in enumerate(plan.targets):
        if target.figure is not None and plan.indicators_of(target.action):
            named = "、".join(each.id for each in plan.indicators_of(target.action))
            wrong = f"指標（{named}）のある取組「{target.action}」に、取組の目標値があります。"
            todo = "数は指標の目標に書き、取組の行には目標文だけを残すか、行を除いてください。"
            yield places.problem(TARGETS, index, "目標値", wrong, todo)


def targets_missing(whole: Plan) -> _Check:
    """An action has a target row for each year it is in force, be it 原本未照合.

    One that ever has indicators needs none; nor does a 再掲 of such a one, nor anyone in a year
    in which nothing is aimed at.
    """
    measured, aimless = {row.action for row in whole.indicators}, whole.without_targets

    def check(plan: Plan, places: RowPlaces) -> _Said:
        have = {(row.action, row.year) for row in plan.targets}
        mistyped = {row.action for row in plan.targets if row.year not in plan.years}
        for index, row in enumerate(plan.actions):
            if row.id in mistyped or (row.repeats or row.id) in measured:
                continue  # a year that was mistyped is told where it stands
            asked = [year for year in plan.years if year in row.span and year not in aimless]
            lacking = [year for year in asked if (row.id, year) not in have]
            if lacking:
                names = "、".join(str(year) for year in lacking)
                wrong = f"「{row.id}」の {names} の目標の行が targets.csv にありません。"
                todo = f"年度ごとに行を加え、目標の{TELL_BLANK}"
                yield places.problem(ACTIONS, index, "ID", wrong, todo)

    return check


def _initiatives_without_actions(plan: Plan, places: RowPlaces) -> _Said:
    used = {row.initiative for row in plan.actions}
    for index, row in enumerate(plan.initiatives):
        if row.no not in used:
            wrong = f"「{row.no}」の行が actions.csv にありません。"
            todo = "担当課ごとに一行を加えてください。"
            yield places.problem(INITIATIVES, index, "No", wrong, todo)


def _councils(plan: Plan, places: RowPlaces) -> _Said:
    """Somebody is there to be asked in each round."""
    for index, row in enumerate(plan.rounds):
        if row.asked != (DEPARTMENTS_ASKED,) and not plan.respondents_of(row):
            wrong = f"照会「{row.name}」の回答元がいません。"
            todo = "respondents.csv の開始年度と終了年度を見直すか、後の会議を書き足してください。"
            yield places.problem(ROUNDS, index, "回答元", wrong, todo)


def _departments(plan: Plan, places: RowPlaces) -> _Said:
    """Whoever has a line is in force and has a respondent."""
    answering = {row.department for row in plan.respondents}
    for index, row in enumerate(plan.actions):
        if row.department not in plan.department:
            wrong = f"部署「{row.department}」がなく、後継もたどれません。"
            todo = (
                "departments.csv に後継を書くか、この行を開始年度と終了年度で分けて、"
                "担当する部署を書いてください。"
            )
            yield places.problem(ACTIONS, index, "部署", wrong, todo)
        elif row.department not in answering:
            wrong = f"「{row.department}」の回答元が respondents.csv にありません。"
            todo = "respondents.csv に部署の行を加えてください。"
            yield places.problem(ACTIONS, index, "部署", wrong, todo)


def _same_names(plan: Plan, places: RowPlaces) -> _Said:
    """No two who are asked have one name: their forms would be one file."""
    seen: dict[str, str] = {}
    for index, row in enumerate(plan.respondents):
        plain = unicodedata.normalize("NFKC", row.name).casefold()
        if plain in seen and seen[plain] != row.code:
            wrong = f"「{row.name}」という回答元が二つあります。"
            todo = "名称は様式のファイルの名前になります。見分けられる名前にしてください。"
            yield places.problem(RESPONDENTS, index, "名称", wrong, todo)
        seen[plain] = row.code


YEARLY: tuple[_Check, ...] = (_indicators, _initiatives_without_actions)
ASKED: tuple[_Check, ...] = (_councils, _departments, _same_names)
