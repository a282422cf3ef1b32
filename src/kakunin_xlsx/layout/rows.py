"""The rows of a table sheet, one kind at a time: 取組, 指標, 重点取組, 基本目標, 計画, 意見."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kakunin_xlsx.layout import measure
from kakunin_xlsx.layout.columns import (
    ABOUT,
    OPINION,
    WHOLE,
    WHOSE,
    Column,
    is_suggestion,
    of_last_year,
    shown_key,
    target_key,
)
from kakunin_xlsx.layout.model import CONTINUED, MARKS, OF_LINE, REPEATED, CellText, Row
from kakunin_xlsx.layout.past import Carried, Opinion, Past, opinion_id
from kakunin_xlsx.plan.attainment import Rung, rungs
from kakunin_xlsx.plan.model import Plan, Tree
from kakunin_xlsx.plan.people import Respondent
from kakunin_xlsx.plan.readings import Status
from kakunin_xlsx.plan.rounds import Role, Round, RowKind
from kakunin_xlsx.plan.tree import Action, Goal, Indicator, Initiative, Measure
from kakunin_xlsx.plan.years import FiscalYear

FORM_SIZE = 10.5  # points, base font of forms and papers
_COUNCIL_ROW = 224.0  # points, just below 300 pixels


@dataclass(frozen=True)
class Rows:
    """Makes the rows of one layout. `plan` is what is in force in `year`.

    `bare`: which rows there are, and in what order, without what they say.
    """

    plan: Plan
    year: FiscalYear
    round: Round
    respondent: Respondent | None
    columns: tuple[Column, ...]
    past: Past  # earlier rounds of the year
    carried: Carried | None = None
    bare: bool = False

    @cached_property
    def _tree(self) -> Tree:
        """Where this sheet may have rows: of a department that answers its lines, there only."""
        whose = self.respondent.department if self.respondent else ""
        return self.plan.tree_of(whose if self._own_lines else "")

    @property
    def goals(self) -> tuple[Goal, ...]:
        """基本目標 under which this sheet may have rows."""
        return tuple(self.plan.goal[no] for no in self._tree)

    def measures(self, goal: str) -> tuple[Measure | None, ...]:
        """施策 of a goal under which it may have rows; None stands for a goal without any."""
        return tuple(self.plan.measure.get(no) for no in self._tree[goal])

    def of(self, goal: str, measure: str) -> Iterator[Row]:
        """The rows of 重点取組 under a 施策 (or a goal), or of their lines."""
        whose = self.respondent.department if self.respondent else None
        for initiative in self._tree[goal][measure]:
            lines = self.plan.actions_of(initiative.no)
            seen_only = self._own_lines and not any(self._answers(line) for line in lines)
            asked = RowKind.INITIATIVE in self.round.row_kinds and not seen_only
            if asked and self.is_asked(RowKind.INITIATIVE, initiative.no):
                yield self._initiative(initiative)
            if RowKind.ACTION in self.round.row_kinds:
                for action in lines:
                    if self._answers(action) or whose in action.related:  # a 関係課 sees it
                        yield self._action(action)
                        yield from map(self._indicator, self._measured_apart(action))

    @property
    def _own_lines(self) -> bool:
        """True for a department that answers its lines."""
        who = self.respondent
        return RowKind.ACTION in self.round.row_kinds and bool(who and who.department)

    def _answers(self, action: Action) -> bool:
        return self.is_asked(RowKind.ACTION, action.id)

    def is_asked(self, kind: RowKind, id_: str) -> bool:
        """True if this sheet has the row: of the whole plan every one."""
        return self.respondent is None or self.plan.is_asked(self.respondent, kind, id_)

    def whole(self) -> Row:
        """The row that asks about the plan as a whole."""
        text = CellText(f"{WHOLE}　{self.plan.title}")
        return self._row(WHOLE, RowKind.PLAN, {"initiative": text})

    def goal(self, goal: Goal) -> Row:
        """The row of one 基本目標, for those who judge the goals."""
        text = CellText(f"{goal.no}　{goal.name}", self.plan.status("goals", goal.no, "名称"))
        return self._row(goal.no, RowKind.GOAL, {"initiative": text})

    def _initiative(self, initiative: Initiative) -> Row:
        text = CellText(f"{initiative.no}　{initiative.name}")
        origins = {action.repeats for action in self.plan.actions_of(initiative.no)}
        instead = "" if "" in origins or not origins else _instead(self.plan, sorted(origins)[0])
        no = initiative.no
        texts = {"initiative": text}
        if any(column.asked for column in self.columns):
            texts[target_key(self.year)] = self._targets_of(no)
        return self._row(no, RowKind.INITIATIVE, texts, no, instead=instead)

    def _targets_of(self, initiative: str) -> CellText:
        """The asked year's targets of a 重点取組, each with its department where they differ."""
        said: dict[str, list[str]] = {}
        marks = []
        for action in self.plan.actions_of(initiative):
            department = self.plan.department[action.department]
            text = _targets(self.plan, action.repeats or action.id, self.year, asked=True)
            marks.append(text.status)
            if text.body:
                said.setdefault(text.body, []).append(department.short or department.name)
        several = len(said) > 1
        body = "\n".join(
            f"{'・'.join(who)}：{text}" if several else text for text, who in said.items()
        )
        return CellText(body, _open(marks))

    def _action(self, action: Action) -> Row:
        who, apart = self.respondent, bool(self._measured_apart(action))
        alone = who is not None and bool(who.department or who.judges)
        said = _action_texts(self.plan, action, self.columns, self.year, alone, apart)
        texts = {} if self.bare else dict(said)
        department = self.plan.department[action.department].name
        instead = _instead(self.plan, action.repeats) if action.repeats else ""
        if shared := not self._answers(action):
            instead = _of_another(department)
        row = self._row(action.id, RowKind.ACTION, texts, action.initiative, department, instead)
        moved = (column.key for column in self.columns if apart and column.role is Role.OUTCOME)
        unasked = row.unasked.union(moved)
        return replace(row, apart=self.plan.label_of(action), unasked=unasked, shared=shared)

    def _measured_apart(self, action: Action) -> tuple[Indicator, ...]:
        """The indicators that stand in rows of their own: where something is asked or shown of each."""
        return self.plan.indicators_of(action.id) if self._of_each and not action.repeats else ()

    @cached_property
    def _of_each(self) -> bool:
        told = (c.asked_in(RowKind.INDICATOR) or self.past.of_indicators(c) for c in self.columns)
        return any(told)

    def _indicator(self, indicator: Indicator) -> Row:
        """The row of one indicator, under that of its line."""
        plan, action = self.plan, self.plan.action[indicator.action]
        name = CellText(OF_LINE + indicator.name, plan.status("indicators", indicator.id, "指標"))
        texts = {"initiative": name}
        for year in plan.years_shown(self.year):
            asked = year == self.year and self.respondent is not None  # papers say it elsewhere
            texts[target_key(year)] = _target(plan, indicator.id, year, asked)
        department = plan.department[action.department].name
        shared = not self._answers(action)
        instead = _of_another(department) if shared else ""
        place = (action.initiative, department, instead)
        row = self._row(indicator.id, RowKind.INDICATOR, texts, *place)
        label = plan.label_of_indicator(indicator)
        return replace(row, apart=label, under=action.id, shared=shared)

    def numbered_opinions(self) -> Iterator[Row]:
        """Rows for as many opinions as the plan provides for."""
        for number in range(1, self.round.opinions + 1):
            id_ = opinion_id(number)
            yield self._row(id_, RowKind.OPINION, {"initiative": CellText(id_)})

    def opinions_to_answer(self) -> Iterator[Row]:
        """One row per opinion × department concerned."""
        for opinion in self.past.opinions(self.round):
            for code in opinion.departments:
                if self.respondent is None or self.respondent.department == code:
                    yield self._opinion(opinion, code)

    def _opinion(self, opinion: Opinion, department: str) -> Row:
        answer, subject, plan = opinion.answer, opinion.subject, self.plan
        initiative, measure_ = plan.initiative.get(subject), plan.measure.get(subject)
        named = (initiative or measure_ or plan.goal[subject]) if subject else None
        texts = {
            WHOSE: CellText(answer.respondent_name),
            ABOUT: CellText(f"{subject}　{named.name}" if named else "計画全体"),
            OPINION: CellText(answer.value),
        }
        place = (initiative.no if initiative else "", plan.department[department].name)
        return self._row(opinion.row_id(department), RowKind.OPINION, texts, *place)

    def _row(
        self,
        id_: str,
        kind: RowKind,
        texts: Mapping[str, CellText],
        initiative: str = "",
        department: str = "",
        instead: str = "",
    ) -> Row:
        """The row with what came before, and with texts that no cell can hold moved on."""
        if self.bare:
            return Row(id_, kind, initiative, department, {})
        whole = dict(texts)
        for column in self.columns:
            if (text := self.past.text(column, kind, id_)) is not None:
                whole[column.key] = CellText(text)
            elif self.carried and of_last_year(column.key):
                whole[column.key] = CellText(self.carried.text(column, kind, id_))
        # Who reads what all departments said sees a row on one screen.
        tallest = measure.TALLEST if self.round.of_departments else _COUNCIL_ROW
        heads, rest = _fitted(whole, self.columns, tallest)
        # What asks what became of opinions does so where there was one.
        after = self._after_opinions
        unasked = after if after and not self.was_heard(kind, id_) else frozenset[str]()
        last = {}
        if self.respondent and (carried := self.carried):
            last = {column.key: carried.text(column, kind, id_) for column in carried.columns}
        steps = {} if instead else self._rungs(kind, id_)
        return Row(id_, kind, initiative, department, heads, instead, rest, unasked, last, steps)

    def _rungs(self, kind: RowKind, id_: str) -> Mapping[str, tuple[Rung, ...]]:
        """What a figure's 達成率 would suggest in the row, by the column that says so."""
        target = self.plan.target.get((id_, self.year)) if kind is RowKind.ACTION else None
        own = [column for column in self.columns if is_suggestion(column.key)]
        return {column.key: rungs(target, column.choices) for column in own} if target else {}

    def was_heard(self, kind: RowKind, id_: str) -> bool:
        """True if a council said something about the row last year."""
        return bool(self.carried and self.carried.heard(kind, id_))

    @cached_property
    def _after_opinions(self) -> frozenset[str]:
        return frozenset(column.key for column in self.columns if column.after_opinion)


def _of_another(department: str) -> str:
    return f"{department}が記入（こちらは記入不要）"


def _instead(plan: Plan, origin: str) -> str:
    return f"再掲（{plan.action[origin].initiative}に記入。こちらは記入不要）"


def _action_texts(
    plan: Plan,
    action: Action,
    columns: tuple[Column, ...],
    asked: FiscalYear,
    alone: bool,
    apart: bool,
) -> Iterator[tuple[str, CellText]]:
    """Locked texts by column key.

    `alone`: the lines of other departments are not shown; `apart`: its indicators have rows.
    """
    initiative = plan.initiative[action.initiative]
    name = plan.department[action.department].name
    related = "、".join(plan.department[code].name for code in action.related)
    texts = {
        "initiative": CellText(
            f"{initiative.no}\n{initiative.name}",
            plan.status("initiatives", initiative.no, "名称"),
        ),
        "outline": _outline(plan, action, alone),
        "department": CellText(name + (f"\n（関係：{related}）" if related else "")),
        "effort": CellText(action.effort, plan.status("actions", action.id, "取組")),
    }
    for number in plan.words.displayed:
        texts[shown_key(number)] = CellText(action.shown(number))
    for year in plan.years:
        aims = _target if apart else _targets
        texts[target_key(year)] = aims(plan, action.id, year, year == asked)
    for column in columns:
        if column.key in texts:
            text = texts[column.key]
            repeated = action.repeats and text.body and column.key not in _OWN
            yield column.key, CellText(REPEATED + text.body, text.status) if repeated else text


def _target(plan: Plan, action: str, year: FiscalYear, asked: bool) -> CellText:
    """The target as printed: words, figure with unit, or both; if `asked`, how it is judged."""
    status = plan.status("targets", f"{action}/{year.code}", "目標文")
    target = plan.target.get((action, year))
    if target is None:
        return CellText("", status)
    terms = [f"（{each}）" for each in target.terms] if asked else []
    return CellText("\n".join(filter(None, (target.text, target.aim, *terms))), status)


def _targets(plan: Plan, action: str, year: FiscalYear, asked: bool) -> CellText:
    """The target of a line, and of each of its indicators by name; of a 再掲 those of its origin."""
    own = _target(plan, action, year, asked)
    found = plan.indicators_of(plan.action[action].repeats or action)
    if not found:
        return own
    each = [(one.name, _target(plan, one.id, year, asked)) for one in found]
    words = (f"{name}：{text.body}" for name, text in each if text.body)
    body = "\n".join(filter(None, (own.body, *words)))
    return CellText(body, _open([own.status, *(text.status for _, text in each)]))


def _open(found: Iterable[Status]) -> Status:
    """The first that people see a mark of."""
    return next((status for status in found if status in MARKS), Status.SOURCE)


_OWN = ("initiative", "department")  # printed without 「(再掲)」 on a repeated line


def _outline(plan: Plan, action: Action, alone: bool) -> CellText:
    """事業概要; a second line's empty one means as above, shown only where that line is not."""
    status = plan.status("actions", action.id, "事業概要")
    first = plan.actions_of(action.initiative)[0]
    if action.outline or status is Status.UNVERIFIED or action is first or not alone:
        return CellText(action.outline, status)
    return CellText(first.outline, Status.INFERRED if first.outline else Status.UNVERIFIED)


def _fitted(
    texts: dict[str, CellText], columns: tuple[Column, ...], tallest: float
) -> tuple[Mapping[str, CellText], tuple[Mapping[str, str], ...]]:
    """What the cells of a row can hold of its texts, and the lines in which the rest goes on."""
    rest: list[dict[str, str]] = []
    for column in columns:
        if column.key not in texts:
            continue
        text = texts[column.key]
        first, *more = measure.split(text.body, column.width, FORM_SIZE, tallest)
        if more:
            texts[column.key] = CellText(first, text.status)
        for at, part in enumerate(more):
            rest.extend({} for _ in range(at + 1 - len(rest)))
            rest[at][column.key] = CONTINUED + part
    return texts, tuple(rest)
