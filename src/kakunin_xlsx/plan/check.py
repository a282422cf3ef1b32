"""Whether the rows of a plan fit together. Each function is one thing that must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from kakunin_xlsx.plan.check_figures import FIGURES
from kakunin_xlsx.plan.check_readings import cells_without_words, reading_problems
from kakunin_xlsx.plan.check_years import ASKED, YEARLY, in_each_year, repeats, targets_missing
from kakunin_xlsx.plan.model import TABLES, Plan
from kakunin_xlsx.plan.people import DEPARTMENTS
from kakunin_xlsx.plan.problems import Problem
from kakunin_xlsx.plan.rounds import (
    DEPARTMENTS_ASKED,
    EVERY_ROUND,
    FIELDS,
    PROPOSES,
    ROUNDS,
    FieldType,
    RowKind,
)
from kakunin_xlsx.plan.schema import FIRST, LAST, NO_YEAR, TABLE, MasterColumn, MasterTable, Span
from kakunin_xlsx.plan.texts import RowPlaces
from kakunin_xlsx.plan.tree import ACTIONS, DISPLAYED, GOALS, INITIATIVES, MEASURES, TARGETS

FORM_FIELDS = (
    "due",
    "submit_to",
    "contact",
    "filler",
    "extension",
    "submitted_on",
    "submission",
    "turn",
    "approved",
    "message",
)
_LONGEST_HELP = 200  # Excel shows no longer input message in full
_NOWHERE = RowPlaces()

_Said = Iterator[Problem]


def check_plan(plan: Plan, places: RowPlaces = _NOWHERE) -> tuple[Problem, ...]:
    """Everything in the plan's tables that does not fit together, in any of its years."""
    rows = _ever(
        plan, places, _doubled, _dangling, _levels, _numbers, _related, _displayed, _successors
    )
    spans = _ever(plan, places, _spans, _target_years)
    forms = _ever(
        plan, places, _rounds, _shown, _fields, _required, _proposals, _form_fields, *FIGURES
    )
    read = _ever(plan, places, reading_problems)
    told = {_place(problem) for problem in (*rows, *spans, *forms, *read)}
    origins, lines, asked = (
        [each for each in in_each_year(plan, places, *checks) if _place(each) not in told]
        for checks in ((repeats,), (targets_missing(plan), *YEARLY), (*ASKED, cells_without_words))
    )
    return (*rows, *origins, *spans, *lines, *forms, *asked, *read)


def _ever(
    plan: Plan, places: RowPlaces, *checks: Callable[[Plan, RowPlaces], _Said]
) -> list[Problem]:
    return [problem for check in checks for problem in check(plan, places)]


def _place(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line, problem.column, problem.cell


def _doubled(plan: Plan, places: RowPlaces) -> _Said:
    """One key, one row; rows that can change may follow each other in time."""
    for table in TABLES:
        if table.name == "readings":
            continue  # 残り rows share a key; `reading_problems` looks at the others
        rows = getattr(plan, table.plan)
        keys = [table.key(row) for row in rows]
        counts = Counter(keys)
        earlier: dict[str, list[Span]] = {}
        for index, (key, row) in enumerate(zip(keys, rows, strict=True)):
            if counts[key] == 1:
                continue
            span = getattr(row, "span", Span())
            if any(_overlap(span, other) for other in earlier.get(key, [])):
                wrong = f"「{key}」が二度書かれています。"
                todo = "どちらかを除くか、開始年度と終了年度で期間を分けてください。"
                yield places.problem(table, index, table.keys[-1], wrong, todo)
            earlier.setdefault(key, []).append(span)


def _overlap(one: Span, other: Span) -> bool:
    def ends_before(a: Span, b: Span) -> bool:
        return a.last is not None and b.first is not None and a.last < b.first

    return not (ends_before(one, other) or ends_before(other, one))


def _dangling(plan: Plan, places: RowPlaces) -> _Said:
    """Every code that a row names stands in the table it means."""
    for table, column in _NAMING:
        known = _known(plan, column)
        files, key = (TABLE[name].file for name in column.refers), TABLE[column.refers[0]].keys[0]
        where = f"{' か '.join(files)} の「{key}」"
        where += f"か {column.or_else}" if column.or_else else ""
        for index, row in enumerate(getattr(plan, table.plan)):
            held = table.value(row, column.header)
            for code in held if isinstance(held, tuple) else (held,):
                if code and code not in known:
                    todo = f"{where}にあるものを書いてください。"
                    yield places.problem(
                        table, index, column.header, f"「{code}」がありません。", todo
                    )


_NAMING = tuple(
    (table, column)
    for table in TABLES
    for column in table.columns
    if column.refers and table is not ROUNDS  # 回答元 of a round: `_rounds`
)


def _known(plan: Plan, column: MasterColumn) -> frozenset[object]:
    """What may stand in a column that names rows of other tables."""
    named = {
        table.value(row, table.keys[0])
        for table in map(TABLE.__getitem__, column.refers)
        for row in getattr(plan, table.plan)
    }
    return frozenset({column.or_else, *named})


def _successors(plan: Plan, places: RowPlaces) -> _Said:
    """No department takes over from itself, over however many steps."""
    heirs = {row.code: row.successor for row in plan.departments if row.successor}
    for index, row in enumerate(plan.departments):
        chain = [row.code]
        at = row.successor
        while at and at not in chain:
            chain.append(at)
            at = heirs.get(at, "")
        if at == row.code:
            wrong = f"後継をたどると「{'→'.join([*chain, at])}」と元に戻ります。"
            todo = "引き継いだ部署のコードを書き、続いている部署の後継は空欄にしてください。"
            yield places.problem(DEPARTMENTS, index, "後継", wrong, todo)


def _levels(plan: Plan, places: RowPlaces) -> _Said:
    """An initiative stands under a measure of its own goal, where that goal has measures."""
    for index, row in enumerate(plan.initiatives):
        measure = plan.measure.get(row.measure)
        if measure and measure.goal != row.goal:
            wrong = f"施策「{row.measure}」は基本目標「{measure.goal}」のものです。"
            todo = "基本目標と施策の番号を合わせてください。"
            yield places.problem(INITIATIVES, index, "施策", wrong, todo)
        if not row.measure and plan.measures_of(row.goal):
            todo = "measures.csv にある施策の番号を書いてください。"
            yield places.problem(INITIATIVES, index, "施策", "空欄です。", todo)
    for index, part in enumerate(plan.measures):
        whole = plan.measure.get(part.above) if part.above else None
        if whole and whole.goal != part.goal:
            wrong = f"施策「{whole.no}」は、別の基本目標「{whole.goal}」のものです。"
            todo = "同じ基本目標の施策の番号を書いてください。"
            yield places.problem(MEASURES, index, "上の施策", wrong, todo)
        elif whole and part in plan.path(whole.no):
            wrong = f"上の施策をたどると、「{part.no}」に戻ります。"
            todo = "上の段の施策の番号を書き、一番上の施策では空欄にしてください。"
            yield places.problem(MEASURES, index, "上の施策", wrong, todo)


def _numbers(plan: Plan, places: RowPlaces) -> _Said:
    """No number stands for rows of two levels: opinions name what they are about by it alone."""
    levels = (
        (GOALS, [row.no for row in plan.goals]),
        (MEASURES, [row.no for row in plan.measures]),
        (INITIATIVES, [row.no for row in plan.initiatives]),
    )
    above: dict[str, str] = {}
    for table, numbers in levels:
        for index, no in enumerate(numbers):
            if no and no in above:
                wrong = f"「{no}」は、{above[no]}の番号でもあります。"
                todo = "段ごとに見分けられる番号にしてください。例：1-1、事業1"
                yield places.problem(table, index, "No", wrong, todo)
        above |= dict.fromkeys(numbers, table.title)


def _related(plan: Plan, places: RowPlaces) -> _Said:
    """関係課 are others than the 担当課, which answers."""
    for index, row in enumerate(plan.actions):
        if row.department in row.related:
            whose = plan.words.department
            wrong = f"{whose}の「{row.department}」が、関係課にもあります。"
            yield places.problem(ACTIONS, index, "関係課", wrong, "関係課から除いてください。")


def _displayed(plan: Plan, places: RowPlaces) -> _Said:
    """What is to be shown has a heading."""
    for number in DISPLAYED:
        if number in plan.words.displayed:
            continue
        filled = (at for at, row in enumerate(plan.actions) if row.shown(number))
        for index in islice(filled, 1):
            wrong = f"「表示する列{number}」に見出しがないため、この列は示されません。"
            todo = f'plan.toml の [words] に shown{number} = "関係課" のように書いてください。'
            yield places.problem(ACTIONS, index, f"表示{number}", wrong, todo)


def _spans(plan: Plan, places: RowPlaces) -> _Said:
    """開始年度 and 終了年度 are in order and touch the plan's years."""
    for table in TABLES:
        rows = getattr(plan, table.plan) if table.dated else ()
        for index, row in enumerate(rows):
            first, last = row.span.first, row.span.last
            if first and last and last < first:
                wrong = f"終了年度 {last} が開始年度 {first} より前です。"
                yield places.problem(table, index, LAST, wrong, "年度を見直してください。")
            if first and first > plan.last_year:
                yield _outside(plan, places, table, index, FIRST, str(first))
            if last and last < plan.first_year:
                yield _outside(plan, places, table, index, LAST, str(last))


def _outside(
    plan: Plan, places: RowPlaces, table: MasterTable, index: int, header: str, year: str
) -> Problem:
    wrong = f"{year} は計画の年度ではありません。"
    todo = f"{plan.first_year} から {plan.last_year} の年度を書いてください。"
    return places.problem(table, index, header, wrong, todo)


def _target_years(plan: Plan, places: RowPlaces) -> _Said:
    for index, row in enumerate(plan.targets):
        if row.year != NO_YEAR and row.year not in plan.years:
            yield _outside(plan, places, TARGETS, index, "年度", str(row.year))


def _rounds(plan: Plan, places: RowPlaces) -> _Said:
    """回答元 is 部署 or councils that exist; each round has its own place in the year."""
    orders = Counter(row.order for row in plan.rounds)
    if not any(row.asks_for_results for row in plan.rounds):
        todo = f"部署に聞く、行の種類が「{RowKind.ACTION}」の照会を、一つは書いてください。"
        yield Problem(ROUNDS.file, 0, "行の種類", "取組ごとに実績を聞く照会がありません。", todo)
    for index, row in enumerate(plan.rounds):
        for code in row.asked if row.asked != (DEPARTMENTS_ASKED,) else ():
            if code not in plan.respondent:
                todo = "「部署」か、respondents.csv の「コード」にあるものを書いてください。"
                yield places.problem(ROUNDS, index, "回答元", f"「{code}」がありません。", todo)
        if orders[row.order] > 1:
            wrong = f"順「{row.order}」の照会が二つあります。"
            yield places.problem(ROUNDS, index, "順", wrong, "年度の中の順番を書いてください。")


def _shown(plan: Plan, places: RowPlaces) -> _Said:
    """What a round shows of earlier answers are fields of earlier rounds, or of any last year."""
    known = {(row.round, row.key) for row in plan.fields}
    for index, row in enumerate(plan.rounds):
        for code, key in row.shown:
            other = plan.round.get(code)
            if (code, key) not in known or other is None or other.order >= row.order:
                wrong = f"「{code}.{key}」は、前の照会の項目ではありません。"
                todo = "前の順の照会の、fields.csv にある項目を書いてください。"
                yield places.problem(ROUNDS, index, "前の回答", wrong, todo)
        for code, key in row.shown_last:
            if (code, key) not in known or code not in plan.round:
                wrong = f"「{code}.{key}」は、照会の項目ではありません。"
                todo = "fields.csv にある項目を、照会.キー の形で書いてください。"
                yield places.problem(ROUNDS, index, "前年度の回答", wrong, todo)


def _fields(plan: Plan, places: RowPlaces) -> _Said:
    """Headings are unique in their table (the reader falls back on them); choices have a scale."""
    seen: set[tuple[str, bool, str]] = set()
    for index, row in enumerate(plan.fields):
        place = (row.round, RowKind.FORM in row.kinds, row.heading)
        if row.heading and place in seen:
            wrong = f"項目「{row.heading}」が二つあります。"
            yield places.problem(FIELDS, index, "項目", wrong, "見分けられる名前にしてください。")
        seen.add(place)
        if (row.type is FieldType.CHOICE) != bool(row.scale):
            wrong = "型が選択の欄には尺度が要り、ほかの型の欄には要りません。"
            yield places.problem(FIELDS, index, "尺度", wrong, "型か尺度を見直してください。")
        if len(row.help) > _LONGEST_HELP:
            wrong = f"説明が{len(row.help)}字あります。"
            todo = f"{_LONGEST_HELP}字以内にしてください。"
            yield places.problem(FIELDS, index, "説明", wrong, todo)


def _required(plan: Plan, places: RowPlaces) -> _Said:
    """A condition of 必須 names a choice that the same rows are asked for, and its values."""
    for index, row in enumerate(plan.fields):
        if row.required is None or not row.required.key:
            continue
        named, values = row.required.key, row.required.values
        asked = [
            each
            for each in plan.fields
            if (each.round, each.key) in ((row.round, named), (EVERY_ROUND, named))
            and each.type is FieldType.CHOICE
            and set(row.kinds) <= set(each.kinds)
        ]
        if not asked or named == row.key:
            wrong = f"「{named}」は、同じ照会の同じ行で聞く選択の欄ではありません。"
            todo = "必須 か、rating=C、D のように、選択の欄のキー=値、値… と書いてください。"
            yield places.problem(FIELDS, index, "必須", wrong, todo)
            continue
        known = [choice.value for choice in plan.scale(asked[0].scale)]
        strange = [value for value in values if value not in known]
        if known and strange:
            wrong = f"「{named}」の尺度に「{'」「'.join(strange)}」がありません。"
            todo = f"{'、'.join(known)} から選んで書いてください。"
            yield places.problem(FIELDS, index, "必須", wrong, todo)


def _proposals(plan: Plan, places: RowPlaces) -> _Said:
    """台帳への提案 names a column of the masters."""
    for index, row in enumerate(plan.fields):
        table, column = row.proposes or ("", "")
        if row.proposes and (table not in TABLE or column not in TABLE[table].column):
            wrong = f"「{table}.{column}」という表と列はありません。"
            todo = "targets.目標文 のように、台帳にある表と列を書いてください。"
            yield places.problem(FIELDS, index, PROPOSES, wrong, todo)


def _form_fields(plan: Plan, _: RowPlaces) -> _Said:
    """Every form carries the same fields of its own: the rest of the program asks for them."""
    have = {row.key for row in plan.fields if row.round == EVERY_ROUND}
    for key in FORM_FIELDS:
        if key not in have:
            wrong = f"様式の欄「{key}」がありません。"
            todo = f"照会 * 、キー {key} 、対象 様式 の行を加えてください。"
            yield Problem(FIELDS.file, 0, "キー", wrong, todo)
