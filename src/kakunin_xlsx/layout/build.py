"""layout(plan, year, round, respondent, past): columns and rows of one table sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from kakunin_xlsx.layout import measure
from kakunin_xlsx.layout.columns import (
    Column,
    answer_columns,
    form_columns,
    last_year_columns,
    last_year_key,
    plan_columns,
    target_key,
)
from kakunin_xlsx.layout.identity import Identity
from kakunin_xlsx.layout.model import REPEATED, CellText, Layout, Row, Section
from kakunin_xlsx.plan.model import (
    Action,
    Initiative,
    Plan,
    Respondent,
    Round,
    RowKind,
    Status,
    Target,
)
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import Record

FORM_SIZE = 10.5  # points, base font of forms and papers
_CONTINUED = "（続き）"
_REMARKS = (
    "うすい黄色の欄だけに記入できます。必須で空いている欄は橙色です。書き方は「記入要領」をご覧ください。",
)

_RowsOf = Callable[[tuple[Initiative, ...]], Iterator[Row]]


def layout(
    plan: Plan,
    year: FiscalYear,
    round_code: str,
    respondent: Respondent | None,
    past: Record | None = None,
) -> Layout:
    """The table sheet of one respondent, or of the whole plan if `respondent` is None.

    `past` holds earlier answers; last year's to the same questions are shown, locked.
    """
    plan, past = plan.at(year), past or Record()
    round_ = plan.round[round_code]
    columns = _columns(plan, year, round_, past)
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
        sections=tuple(
            _goal_sections(plan, columns)
            if round_.row_kind is RowKind.GOAL
            else _sections(plan, _rows_of(plan, year, round_, respondent, columns, past))
        ),
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


def _columns(plan: Plan, year: FiscalYear, round_: Round, past: Record) -> tuple[Column, ...]:
    answers = answer_columns(plan, year, round_.code)
    has_past = bool(past.of(year.previous.code, round_.code).answers)
    earlier = last_year_columns(answers, year) if has_past else ()
    return (*plan_columns(plan, year, round_.row_kind), *earlier, *answers)


def _sections(plan: Plan, rows_of: _RowsOf) -> Iterator[Section]:
    notes = {note.under: f"{note.mark} {note.body}" for note in plan.notes}
    for goal in plan.goals:
        band = f"{plan.words.goal}{goal.no}：{goal.name}"
        for measure_ in plan.measures_of(goal.no) or (None,):
            no = measure_.no if measure_ else ""
            rows = tuple(rows_of(plan.initiatives_of(goal.no, no)))
            if not rows:
                continue
            yield Section(
                goal=goal.no,
                goal_band=band,
                measure=no,
                measure_band=f"{no}　{measure_.name}" if measure_ else "",
                rows=rows,
                notes=tuple(filter(None, [notes.get(no or goal.no)])),
            )
            band = ""


def _goal_sections(plan: Plan, columns: tuple[Column, ...]) -> Iterator[Section]:
    """One row per 基本目標, for those who judge the goals as a whole."""
    for goal in plan.goals:
        text = CellText(f"{goal.no}　{goal.name}", plan.status("goals", goal.no, "名称"))
        row = _fitted(goal.no, RowKind.GOAL, "", "", {"initiative": text}, "", columns)
        yield Section(goal=goal.no, goal_band="", measure="", measure_band="", rows=(row,))


def _rows_of(
    plan: Plan,
    year: FiscalYear,
    round_: Round,
    respondent: Respondent | None,
    columns: tuple[Column, ...],
    past: Record,
) -> _RowsOf:
    def rows(initiatives: tuple[Initiative, ...]) -> Iterator[Row]:
        for initiative in initiatives:
            if round_.row_kind is RowKind.INITIATIVE:
                yield _initiative_row(plan, initiative, columns)
                continue
            for action in plan.actions_of(initiative.no):
                if respondent is None or action.department == respondent.department:
                    yield _action_row(plan, year, round_, action, respondent, columns, past)

    return rows


def _initiative_row(plan: Plan, initiative: Initiative, columns: tuple[Column, ...]) -> Row:
    text = CellText(f"{initiative.no}　{initiative.name}")
    origins = {action.repeats for action in plan.actions_of(initiative.no)}
    instead = "" if "" in origins or not origins else _instead(plan, sorted(origins)[0])
    return _fitted(
        initiative.no, RowKind.INITIATIVE, initiative.no, "", {"initiative": text}, instead, columns
    )


def _action_row(
    plan: Plan,
    year: FiscalYear,
    round_: Round,
    action: Action,
    respondent: Respondent | None,
    columns: tuple[Column, ...],
    past: Record,
) -> Row:
    texts = dict(_action_texts(plan, action, columns, alone=respondent is not None))
    for column in columns:
        if key := last_year_key(column):
            source = action.repeats or action.id
            answer = past.find(year.previous.code, round_.code, source, key)
            texts[column.key] = CellText(answer.value if answer else "")
    return _fitted(
        action.id,
        RowKind.ACTION,
        action.initiative,
        plan.department[action.department].name,
        texts,
        _instead(plan, action.repeats) if action.repeats else "",
        columns,
    )


def _instead(plan: Plan, origin: str) -> str:
    return f"再掲（{plan.action[origin].initiative}に記入。こちらは記入不要）"


def _action_texts(
    plan: Plan, action: Action, columns: tuple[Column, ...], alone: bool
) -> Iterator[tuple[str, CellText]]:
    """Locked texts by column key; `alone`: the lines of other departments are not shown."""
    initiative = plan.initiative[action.initiative]
    texts = {
        "initiative": CellText(
            f"{initiative.no}\n{initiative.name}",
            plan.status("initiatives", initiative.no, "名称"),
        ),
        "outline": _outline(plan, action, alone),
        "department": CellText(plan.department[action.department].name),
        "effort": CellText(action.effort, plan.status("actions", action.id, "取組")),
    }
    for year in plan.years:
        target = plan.target.get((action.id, year))
        status = plan.status("targets", f"{action.id}/{year.code}", "目標文")
        texts[target_key(year)] = CellText(_target_words(target), status)
    for column in columns:
        if column.key in texts:
            text = texts[column.key]
            repeated = action.repeats and text.body and column.key not in _OWN
            yield column.key, CellText(REPEATED + text.body, text.status) if repeated else text


def _target_words(target: Target | None) -> str:
    """The target as printed: words, figure with unit, or both."""
    if target is None:
        return ""
    figure = "" if target.figure is None else f"{target.figure:,.15g}{target.unit}"
    return "\n".join(filter(None, (target.text, figure)))


_OWN = ("initiative", "department")  # printed without 「(再掲)」 on a repeated line


def _outline(plan: Plan, action: Action, alone: bool) -> CellText:
    """事業概要; a second line's empty one means as above, shown only where that line is not."""
    status = plan.status("actions", action.id, "事業概要")
    first = plan.actions_of(action.initiative)[0]
    if action.outline or status is Status.UNVERIFIED or action is first or not alone:
        return CellText(action.outline, status)
    return CellText(first.outline, Status.INFERRED if first.outline else Status.UNVERIFIED)


def _fitted(
    id_: str,
    kind: RowKind,
    initiative: str,
    department: str,
    texts: Mapping[str, CellText],
    instead: str,
    columns: tuple[Column, ...],
) -> Row:
    """The row with texts that no cell can hold moved on into continuation lines."""
    heads = dict(texts)
    rest: list[dict[str, str]] = []
    for column in columns:
        if column.key not in texts:
            continue
        parts = measure.split(texts[column.key].body, column.width, FORM_SIZE)
        heads[column.key] = CellText(parts[0], texts[column.key].status)
        for at, part in enumerate(parts[1:]):
            rest.extend({} for _ in range(at + 1 - len(rest)))
            rest[at][column.key] = _CONTINUED + part
    return Row(id_, kind, initiative, department, heads, instead, tuple(rest))
