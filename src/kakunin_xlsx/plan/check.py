"""Whether the rows of a plan fit together. Each function is one thing that must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from kakunin_xlsx.plan.check_readings import cells_without_words, reading_problems
from kakunin_xlsx.plan.model import FieldType, Plan, RowKind, Span
from kakunin_xlsx.plan.places import Places
from kakunin_xlsx.plan.problems import Problem
from kakunin_xlsx.plan.tables import (
    ACTIONS,
    DEPARTMENTS,
    FIELDS,
    FIRST,
    INITIATIVES,
    LAST,
    MEASURES,
    NO_YEAR,
    NOTES,
    RESPONDENTS,
    ROUNDS,
    TABLES,
    TARGETS,
    Table,
)

DEPARTMENTS_ASKED = "部署"
EVERY_ROUND = "*"
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
_NOWHERE = Places()

_Said = Iterator[Problem]


def check_plan(plan: Plan, places: Places = _NOWHERE) -> tuple[Problem, ...]:
    """Everything in the plan's tables that does not fit together."""
    asked: tuple[Callable[[Plan, Places], _Said], ...] = (
        _doubled,
        _dangling,
        _levels,
        _repeats,
        _spans,
        _target_years,
        _targets_missing,
        _initiatives_without_actions,
        _rounds,
        _shown,
        _fields,
        _form_fields,
        _departments_without_respondent,
        cells_without_words,
        reading_problems,
    )
    return tuple(problem for check in asked for problem in check(plan, places))


def _doubled(plan: Plan, places: Places) -> _Said:
    """One key, one row; rows that can change may follow each other in time."""
    for table in TABLES:
        if table.name == "readings":
            continue  # 残り rows share a key; `reading_problems` looks at the others
        earlier: dict[str, list[Span]] = {}
        for index, row in enumerate(getattr(plan, table.plan)):
            key = table.key(row)
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


def _dangling(plan: Plan, places: Places) -> _Said:
    """Every code that a row names stands in the table it means."""
    tree = {**plan.measure, **plan.goal}
    scales = {choice.scale for choice in plan.choices}
    asked = (
        (DEPARTMENTS, "後継", plan.department, "departments.csv の「コード」"),
        (RESPONDENTS, "部署", plan.department, "departments.csv の「コード」"),
        (MEASURES, "基本目標", plan.goal, "goals.csv の「No」"),
        (INITIATIVES, "基本目標", plan.goal, "goals.csv の「No」"),
        (INITIATIVES, "施策", plan.measure, "measures.csv の「No」"),
        (ACTIONS, "重点取組", plan.initiative, "initiatives.csv の「No」"),
        (ACTIONS, "部署", plan.department, "departments.csv の「コード」"),
        (ACTIONS, "再掲元", plan.action, "actions.csv の「ID」"),
        (TARGETS, "行ID", plan.action, "actions.csv の「ID」"),
        (NOTES, "対象", tree, "measures.csv か goals.csv の「No」"),
        (FIELDS, "照会", {EVERY_ROUND: 0, **plan.round}, "rounds.csv の「コード」か *"),
        (FIELDS, "尺度", dict.fromkeys(scales), "scales.csv の「尺度」"),
    )
    for table, header, known, where in asked:
        for index, row in enumerate(getattr(plan, table.plan)):
            code = table.value(row, header)
            if code and code not in known:
                wrong = f"「{code}」がありません。"
                yield places.problem(
                    table, index, header, wrong, f"{where}にあるものを書いてください。"
                )


def _levels(plan: Plan, places: Places) -> _Said:
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


def _repeats(plan: Plan, places: Places) -> _Said:
    """再掲 points at an action that is not itself 再掲."""
    for index, row in enumerate(plan.actions):
        origin = plan.action.get(row.repeats)
        if not origin:
            continue  # none, or told by `_dangling`
        if origin.id == row.id:
            wrong, todo = (
                "自分自身を再掲元にしています。",
                "元の行のIDを書くか、空欄にしてください。",
            )
            yield places.problem(ACTIONS, index, "再掲元", wrong, todo)
        elif origin.repeats:
            wrong = f"再掲元「{origin.id}」も再掲です。"
            todo = f"「{origin.repeats}」のように、元の行のIDを書いてください。"
            yield places.problem(ACTIONS, index, "再掲元", wrong, todo)


def _spans(plan: Plan, places: Places) -> _Said:
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
    plan: Plan, places: Places, table: Table, index: int, header: str, year: str
) -> Problem:
    wrong = f"{year} は計画の年度ではありません。"
    todo = f"{plan.first_year} から {plan.last_year} の年度を書いてください。"
    return places.problem(table, index, header, wrong, todo)


def _target_years(plan: Plan, places: Places) -> _Said:
    for index, row in enumerate(plan.targets):
        if row.year != NO_YEAR and row.year not in plan.years:
            yield _outside(plan, places, TARGETS, index, "年度", str(row.year))


def _targets_missing(plan: Plan, places: Places) -> _Said:
    """An action in force in a year has a target row for it, be it 原本未照合."""
    years: dict[str, set[object]] = {}
    for target in plan.targets:
        years.setdefault(target.action, set()).add(target.year)
    for index, row in enumerate(plan.actions):
        have = years.get(row.id, set())
        if have - set(plan.years):
            continue  # a year that was mistyped is told where it stands
        lacking = [year for year in plan.years if year in row.span and year not in have]
        if lacking:
            names = "、".join(str(year) for year in lacking)
            wrong = f"「{row.id}」の {names} の目標の行が targets.csv にありません。"
            todo = "目標文が分からないときも、行は空欄で加えてください。"
            yield places.problem(ACTIONS, index, "ID", wrong, todo)


def _initiatives_without_actions(plan: Plan, places: Places) -> _Said:
    used = {row.initiative for row in plan.actions}
    for index, row in enumerate(plan.initiatives):
        if row.no not in used:
            wrong = f"「{row.no}」の行が actions.csv にありません。"
            todo = "担当課ごとに一行を加えてください。"
            yield places.problem(INITIATIVES, index, "No", wrong, todo)


def _rounds(plan: Plan, places: Places) -> _Said:
    """回答元 is 部署 or councils that exist; each round has its own place in the year."""
    orders = Counter(row.order for row in plan.rounds)
    if not any(RowKind.ACTION in row.row_kinds for row in plan.rounds):
        todo = f"行の種類が「{RowKind.ACTION}」の照会を、一つは書いてください。"
        yield Problem(ROUNDS.file, 0, "行の種類", "取組ごとに実績を聞く照会がありません。", todo)
    for index, row in enumerate(plan.rounds):
        for code in row.asked if row.asked != (DEPARTMENTS_ASKED,) else ():
            if code not in plan.respondent:
                todo = "「部署」か、respondents.csv の「コード」にあるものを書いてください。"
                yield places.problem(ROUNDS, index, "回答元", f"「{code}」がありません。", todo)
        if orders[row.order] > 1:
            wrong = f"順「{row.order}」の照会が二つあります。"
            yield places.problem(ROUNDS, index, "順", wrong, "年度の中の順番を書いてください。")


def _shown(plan: Plan, places: Places) -> _Said:
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


def _fields(plan: Plan, places: Places) -> _Said:
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


def _form_fields(plan: Plan, _: Places) -> _Said:
    """Every form carries the same fields of its own: the rest of the program asks for them."""
    have = {row.key for row in plan.fields if row.round == EVERY_ROUND}
    for key in FORM_FIELDS:
        if key not in have:
            wrong = f"様式の欄「{key}」がありません。"
            todo = f"照会 * 、キー {key} 、対象 様式 の行を加えてください。"
            yield Problem(FIELDS.file, 0, "キー", wrong, todo)


def _departments_without_respondent(plan: Plan, places: Places) -> _Said:
    answering = {row.department for row in plan.respondents}
    for index, row in enumerate(plan.actions):
        if row.department in plan.department and row.department not in answering:
            wrong = f"「{row.department}」の回答元が respondents.csv にありません。"
            todo = "respondents.csv に部署の行を加えてください。"
            yield places.problem(ACTIONS, index, "部署", wrong, todo)
