"""Whether the rows of a plan fit together. Each function is one thing that must hold.

A check says of a row (or of a whole table) the heading, what is wrong and what to do.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from kakunin_xlsx.plan.cells import Problem
from kakunin_xlsx.plan.check_readings import cells_without_words, reading_problems
from kakunin_xlsx.plan.check_rounds import councils, rounds_and_fields
from kakunin_xlsx.plan.model import TABLES, Plan
from kakunin_xlsx.plan.readings import TELL_BLANK
from kakunin_xlsx.plan.rounds import ROUNDS
from kakunin_xlsx.plan.schema import FIRST, LAST, NO_YEAR, TABLE, MasterColumn, MasterRow, Span
from kakunin_xlsx.plan.texts import Check, MasterTexts, Said
from kakunin_xlsx.plan.tree import DISPLAYED
from kakunin_xlsx.plan.years import FiscalYear

_NOWHERE = MasterTexts(None, {})


def check_plan(plan: Plan, texts: MasterTexts = _NOWHERE) -> tuple[Problem, ...]:
    """Everything in the plan's tables that does not fit together, in any of its years."""

    def ever(*checks: Check) -> list[Problem]:
        return [texts.problem(*said) for check in checks for said in check(plan)]

    rows = ever(_doubled, _dangling, _levels, _numbers, _related, _displayed, _successors)
    spans = ever(_spans, _target_years)
    forms = ever(*rounds_and_fields(texts.absent))
    read = ever(reading_problems)
    told = {_place(problem) for problem in (*rows, *spans, *forms, *read)}
    lines = (_targets_missing(plan), _indicators, _initiatives_without_actions)
    asked = (councils, _departments, _same_names, cells_without_words)
    origins, lines_told, asked_told = (
        [each for each in _in_each_year(plan, texts, *checks) if _place(each) not in told]
        for checks in ((_repeats,), lines, asked)
    )
    return (*rows, *origins, *spans, *lines_told, *forms, *asked_told, *read)


def _place(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line, problem.column, problem.cell


def _in_each_year(plan: Plan, texts: MasterTexts, *checks: Check) -> Iterator[Problem]:
    """What `checks` say of the plan at each year: each problem once, with the years it is of."""
    plans = [(years, plan.at(years[0])) for years in _alike(plan)]
    for check in checks:
        told: dict[Problem, list[FiscalYear]] = {}
        for years, now in plans:
            for problem in dict.fromkeys(texts.problem(*said) for said in check(now)):
                told.setdefault(problem, []).extend(years)
        for problem, when in told.items():
            some = "、".join(map(str, when))
            every = len(when) == len(plan.years)
            yield problem if every else replace(problem, wrong=f"{some} では、{problem.wrong}")


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


# Any table.


def _doubled(plan: Plan) -> Iterator[Said]:
    """One key, one row; rows that can change may follow each other in time."""
    for table in TABLES:
        if table.name == "readings":
            continue  # 残り rows share a key; `reading_problems` looks at the others
        rows = getattr(plan, table.plan)
        keys = [table.key(row) for row in rows]
        counts = Counter(keys)
        earlier: dict[str, list[Span]] = {}
        for key, row in zip(keys, rows, strict=True):
            if counts[key] == 1:
                continue
            span = getattr(row, "span", Span())
            if any(_overlap(span, other) for other in earlier.get(key, [])):
                wrong = f"「{key}」が二度書かれています。"
                todo = "どちらかを除くか、開始年度と終了年度で期間を分けてください。"
                yield row, table.keys[-1], wrong, todo
            earlier.setdefault(key, []).append(span)


def _overlap(one: Span, other: Span) -> bool:
    def ends_before(a: Span, b: Span) -> bool:
        return a.last is not None and b.first is not None and a.last < b.first

    return not (ends_before(one, other) or ends_before(other, one))


def _dangling(plan: Plan) -> Iterator[Said]:
    """Every code that a row names stands in the table it means."""
    for table, column in _NAMING:
        known = _known(plan, column)
        files, key = (TABLE[name].file for name in column.refers), TABLE[column.refers[0]].keys[0]
        where = f"{' か '.join(files)} の「{key}」"
        where += f"か {column.or_else}" if column.or_else else ""
        for row in getattr(plan, table.plan):
            held = table.value(row, column.header)
            for code in held if isinstance(held, tuple) else (held,):
                if code and code not in known:
                    todo = f"{where}にあるものを書いてください。"
                    yield row, column.header, f"「{code}」がありません。", todo


_NAMING = tuple(
    (table, column)
    for table in TABLES
    for column in table.columns
    if column.refers and table is not ROUNDS  # 回答元 of a round is a check of its own
)


def _known(plan: Plan, column: MasterColumn) -> frozenset[object]:
    """What may stand in a column that names rows of other tables."""
    named = {
        table.value(row, table.keys[0])
        for table in map(TABLE.__getitem__, column.refers)
        for row in getattr(plan, table.plan)
    }
    return frozenset({column.or_else, *named})


def _spans(plan: Plan) -> Iterator[Said]:
    """開始年度 and 終了年度 are in order and touch the plan's years."""
    for table in TABLES:
        for row in getattr(plan, table.plan) if table.dated else ():
            first, last = row.span.first, row.span.last
            if first and last and last < first:
                wrong = f"終了年度 {last} が開始年度 {first} より前です。"
                yield row, LAST, wrong, "年度を見直してください。"
            if first and first > plan.last_year:
                yield _outside(plan, row, FIRST, first)
            if last and last < plan.first_year:
                yield _outside(plan, row, LAST, last)


def _target_years(plan: Plan) -> Iterator[Said]:
    for row in plan.targets:
        if row.year != NO_YEAR and row.year not in plan.years:
            yield _outside(plan, row, "年度", row.year)


def _outside(plan: Plan, row: MasterRow, header: str, year: FiscalYear) -> Said:
    todo = f"{plan.first_year} から {plan.last_year} の年度を書いてください。"
    return row, header, f"{year} は計画の年度ではありません。", todo


# 部署 and 回答元.


def _successors(plan: Plan) -> Iterator[Said]:
    """No department takes over from itself, over however many steps."""
    heirs = {row.code: row.successor for row in plan.departments if row.successor}
    for row in plan.departments:
        chain = [row.code]
        at = row.successor
        while at and at not in chain:
            chain.append(at)
            at = heirs.get(at, "")
        if at == row.code:
            wrong = f"後継をたどると「{'→'.join([*chain, at])}」と元に戻ります。"
            todo = "引き継いだ部署のコードを書き、続いている部署の後継は空欄にしてください。"
            yield row, "後継", wrong, todo


def _departments(plan: Plan) -> Iterator[Said]:
    """Whoever has a line is in force and has a respondent."""
    answering = {row.department for row in plan.respondents}
    for row in plan.actions:
        if row.department not in plan.department:
            wrong = f"部署「{row.department}」がなく、後継もたどれません。"
            todo = (
                "departments.csv に後継を書くか、この行を開始年度と終了年度で分けて、"
                "担当する部署を書いてください。"
            )
            yield row, "部署", wrong, todo
        elif row.department not in answering:
            wrong = f"「{row.department}」の回答元が respondents.csv にありません。"
            yield row, "部署", wrong, "respondents.csv に部署の行を加えてください。"


def _same_names(plan: Plan) -> Iterator[Said]:
    """No two who are asked have one name: their forms would be one file."""
    seen: dict[str, str] = {}
    for row in plan.respondents:
        plain = unicodedata.normalize("NFKC", row.name).casefold()
        if plain in seen and seen[plain] != row.code:
            wrong = f"「{row.name}」という回答元が二つあります。"
            todo = "名称は様式のファイルの名前になります。見分けられる名前にしてください。"
            yield row, "名称", wrong, todo
        seen[plain] = row.code


# The tree: 基本目標 to 取組, and their targets.


def _levels(plan: Plan) -> Iterator[Said]:
    """An initiative stands under a measure of its own goal, where that goal has measures."""
    for row in plan.initiatives:
        measure = plan.measure.get(row.measure)
        if measure and measure.goal != row.goal:
            wrong = f"施策「{row.measure}」は基本目標「{measure.goal}」のものです。"
            yield row, "施策", wrong, "基本目標と施策の番号を合わせてください。"
        if not row.measure and plan.measures_of(row.goal):
            yield row, "施策", "空欄です。", "measures.csv にある施策の番号を書いてください。"
    for part in plan.measures:
        whole = plan.measure.get(part.above) if part.above else None
        if whole and whole.goal != part.goal:
            wrong = f"施策「{whole.no}」は、別の基本目標「{whole.goal}」のものです。"
            yield part, "上の施策", wrong, "同じ基本目標の施策の番号を書いてください。"
        elif whole and part in plan.path(whole.no):
            wrong = f"上の施策をたどると、「{part.no}」に戻ります。"
            todo = "上の段の施策の番号を書き、一番上の施策では空欄にしてください。"
            yield part, "上の施策", wrong, todo


def _numbers(plan: Plan) -> Iterator[Said]:
    """No number stands for rows of two levels: opinions name what they are about by it alone."""
    above: dict[str, str] = {}
    for rows in (plan.goals, plan.measures, plan.initiatives):
        for row in rows:
            if row.no and row.no in above:
                wrong = f"「{row.no}」は、{above[row.no]}の番号でもあります。"
                todo = "段ごとに見分けられる番号にしてください。例：1-1、事業1"
                yield row, "No", wrong, todo
        above |= {row.no: row.schema.title for row in rows}


def _related(plan: Plan) -> Iterator[Said]:
    """関係課 are others than the 担当課, which answers."""
    for row in plan.actions:
        if row.department in row.related:
            wrong = f"{plan.words.department}の「{row.department}」が、関係課にもあります。"
            yield row, "関係課", wrong, "関係課から除いてください。"


def _displayed(plan: Plan) -> Iterator[Said]:
    """What is to be shown has a heading."""
    for number in DISPLAYED:
        if number in plan.words.displayed:
            continue
        for row in islice((row for row in plan.actions if row.shown(number)), 1):
            wrong = f"「表示する列{number}」に見出しがないため、この列は示されません。"
            todo = f'plan.toml の [words] に shown{number} = "関係課" のように書いてください。'
            yield row, f"表示{number}", wrong, todo


def _repeats(plan: Plan) -> Iterator[Said]:
    """再掲 points at an action that is in force and not itself 再掲."""
    for row in plan.actions:
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
            yield row, "再掲元", wrong, todo
        elif origin.id == row.id:
            todo = "元の行のIDを書くか、空欄にしてください。"
            yield row, "再掲元", "自分自身を再掲元にしています。", todo
        elif origin.repeats:
            wrong = f"再掲元「{origin.id}」も再掲です。"
            todo = f"「{origin.repeats}」のように、元の行のIDを書いてください。"
            yield row, "再掲元", wrong, todo


def _targets_missing(whole: Plan) -> Check:
    """An action has a target row for each year it is in force, be it 原本未照合.

    One that ever has indicators needs none; nor does a 再掲 of such a one, nor anyone in a year
    in which nothing is aimed at.
    """
    measured, aimless = {row.action for row in whole.indicators}, whole.without_targets

    def check(plan: Plan) -> Iterator[Said]:
        have = {(row.action, row.year) for row in plan.targets}
        mistyped = {row.action for row in plan.targets if row.year not in plan.years}
        for row in plan.actions:
            if row.id in mistyped or (row.repeats or row.id) in measured:
                continue  # a year that was mistyped is told where it stands
            asked = [year for year in plan.years if year in row.span and year not in aimless]
            lacking = [year for year in asked if (row.id, year) not in have]
            if lacking:
                names = "、".join(str(year) for year in lacking)
                wrong = f"「{row.id}」の {names} の目標の行が targets.csv にありません。"
                yield row, "ID", wrong, f"年度ごとに行を加え、目標の{TELL_BLANK}"

    return check


def _indicators(plan: Plan) -> Iterator[Said]:
    """An indicator is one of a line in force that answers itself, and has its figures to itself."""
    for row in plan.indicators:
        line = plan.action[row.action]  # `Plan.at` leaves out those of no line in force
        if line.repeats:
            wrong = f"「{row.action}」は再掲の行のため、指標の数値を記入する人がいません。"
            todo = f"再掲元の「{line.repeats}」の指標とするか、この行を除いてください。"
            yield row, "行ID", wrong, todo
    for target in plan.targets:
        if target.figure is not None and plan.indicators_of(target.action):
            named = "、".join(each.id for each in plan.indicators_of(target.action))
            wrong = f"指標（{named}）のある取組「{target.action}」に、取組の目標値があります。"
            todo = "数は指標の目標に書き、取組の行には目標文だけを残すか、行を除いてください。"
            yield target, "目標値", wrong, todo


def _initiatives_without_actions(plan: Plan) -> Iterator[Said]:
    used = {row.initiative for row in plan.actions}
    for row in plan.initiatives:
        if row.no not in used:
            wrong = f"「{row.no}」の行が actions.csv にありません。"
            yield row, "No", wrong, "担当課ごとに一行を加えてください。"
