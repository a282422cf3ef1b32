"""The plan as data: the rows of all master tables, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import product
from typing import TypeVar

from kakunin_xlsx.plan.at import in_force, plan_at
from kakunin_xlsx.plan.people import Department, Respondent
from kakunin_xlsx.plan.readings import Reading, Status, split_key
from kakunin_xlsx.plan.rounds import EVERY_ROUND, Choice, Field, Role, Round, RowKind, When
from kakunin_xlsx.plan.schema import TABLE, MasterRow, MasterTable
from kakunin_xlsx.plan.settings import EVERY_TARGET, PlanStyle, Words
from kakunin_xlsx.plan.tree import Action, Goal, Indicator, Initiative, Measure, Note, Target, Text
from kakunin_xlsx.plan.years import FiscalYear

_SHORT_NAME = "確認表"  # what people call anything whose name ends so
_FEW_YEARS = 4
_BRIEF = 20  # characters of a name that tells lines apart


Tree = Mapping[str, Mapping[str, Sequence[Initiative]]]  # by 基本目標, then by 施策 or ''


@dataclass(frozen=True)
class Plan:
    """計画: everything the masters hold. `at(year)` keeps what is in force in that year."""

    id: str
    title: str
    booklet: str
    city: str
    office: str
    first_year: FiscalYear
    last_year: FiscalYear
    words: Words
    style: PlanStyle
    departments: tuple[Department, ...] = ()
    respondents: tuple[Respondent, ...] = ()
    texts: tuple[Text, ...] = ()
    goals: tuple[Goal, ...] = ()
    measures: tuple[Measure, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    actions: tuple[Action, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    targets: tuple[Target, ...] = ()
    notes: tuple[Note, ...] = ()
    rounds: tuple[Round, ...] = ()
    fields: tuple[Field, ...] = ()
    choices: tuple[Choice, ...] = ()
    readings: tuple[Reading, ...] = ()
    retention_years: int | None = None  # 保存年限 of a year's archive

    def at(self, year: FiscalYear) -> Plan:
        """The plan as it stands in `year`: rows in force, 後継 followed, readings by plain key."""
        if year not in self._years_at_hand:
            self._years_at_hand[year] = plan_at(self, year)
        return self._years_at_hand[year]

    @cached_property
    def _years_at_hand(self) -> dict[FiscalYear, Plan]:
        return {}

    @cached_property
    def form_name(self) -> str:
        """確認表の題名 without the plan's name before it: 「取組状況確認表」, for file names."""
        return self.booklet.removeprefix(self.title).strip() or self.booklet

    @property
    def table_name(self) -> str:
        """The same as people say it, for sheets, folders and messages: 「確認表」."""
        return _SHORT_NAME if self.form_name.endswith(_SHORT_NAME) else self.form_name

    @property
    def heading(self) -> str:
        """確認表の題名 as forms and papers bear it."""
        alone = self.form_name == self.booklet
        return self.booklet if alone else f"{self.title}　{self.form_name}"

    @cached_property
    def years(self) -> tuple[FiscalYear, ...]:
        """Every fiscal year of the plan, first to last."""
        return tuple(map(FiscalYear, range(self.first_year.start, self.last_year.start + 1)))

    @cached_property
    def without_targets(self) -> frozenset[FiscalYear]:
        """The years in which no line aims at anything, of a plan that says its final goals."""
        aimed = {row.year for row in self.targets if row.text or row.figure is not None}
        return frozenset(self.years) - aimed if self.last_year in aimed else frozenset()

    def years_shown(self, asked: FiscalYear) -> tuple[FiscalYear, ...]:
        """The years whose targets stand in forms and papers on `asked`."""
        few = len(self.years) <= _FEW_YEARS
        if self.style.targets == EVERY_TARGET or (few and not self.style.targets):
            return self.years
        return tuple(dict.fromkeys((asked, self.last_year)))

    @cached_property
    def department(self) -> Mapping[str, Department]:
        """Departments by code."""
        return {row.code: row for row in self.departments}

    @cached_property
    def _departments(self) -> Mapping[str, tuple[Department, ...]]:
        return _grouped(self.departments, lambda row: row.code)

    def departments_of(self, code: str) -> tuple[Department, ...]:
        """The rows of one code, which follow each other in time."""
        return self._departments.get(code, ())

    @cached_property
    def respondent(self) -> Mapping[str, Respondent]:
        """回答元 by code."""
        return {row.code: row for row in self.respondents}

    @cached_property
    def goal(self) -> Mapping[str, Goal]:
        """基本目標 by number."""
        return {row.no: row for row in self.goals}

    @cached_property
    def measure(self) -> Mapping[str, Measure]:
        """施策 by number; empty in a two-level plan."""
        return {row.no: row for row in self.measures}

    @cached_property
    def initiative(self) -> Mapping[str, Initiative]:
        """重点取組 by number."""
        return {row.no: row for row in self.initiatives}

    @cached_property
    def action(self) -> Mapping[str, Action]:
        """取組 by id."""
        return {row.id: row for row in self.actions}

    @cached_property
    def target(self) -> Mapping[tuple[str, FiscalYear], Target]:
        """取組目標 by id of an action or an indicator, and year; an indicator has one in each."""
        said = {(row.action, row.year): row for row in self.targets}
        each = ((own, (own.id, at)) for own, at in product(self.indicators, self.years))
        return said | {key: own.aimed(key[1], said.get(key)) for own, key in each}

    @cached_property
    def indicator(self) -> Mapping[str, Indicator]:
        """指標 by id."""
        return {row.id: row for row in self.indicators}

    @cached_property
    def _indicators(self) -> Mapping[str, tuple[Indicator, ...]]:
        return _grouped(self.indicators, lambda row: row.action)

    def indicators_of(self, action: str) -> tuple[Indicator, ...]:
        """指標 of one line, in their order; () where the line has a single target of its own."""
        return self._indicators.get(action, ())

    @cached_property
    def round(self) -> Mapping[str, Round]:
        """照会 by code."""
        return {row.code: row for row in self.rounds}

    @cached_property
    def rounds_in_order(self) -> tuple[Round, ...]:
        """照会 in their order within a year."""
        return tuple(sorted(self.rounds, key=lambda row: row.order))

    @property
    def main_round(self) -> Round:
        """The first 照会 that asks for every action's 実績; `check_plan` sees that there is one."""
        return next(row for row in self.rounds_in_order if row.asks_for_results)

    @cached_property
    def _readings(self) -> Mapping[tuple[str, str, str], Mapping[FiscalYear | None, Reading]]:
        found: dict[tuple[str, str, str], dict[FiscalYear | None, Reading]] = {}
        for row in self.readings:
            key, since = split_key(row.key)
            found.setdefault((row.table, key, row.column), {})[since] = row
        return found

    def reading(
        self, table: str, key: str, column: str, first: FiscalYear | None = None
    ) -> Reading | None:
        """How a master cell was read; None if it stands in the source as it is.

        `first` is the 開始年度 of the row, where several share the key: what was said of an
        earlier row holds on until a reading names a later one (`key@R8`).
        """
        known = self._readings.get((table, key, column))
        if known is None:
            return None
        since = [year for year in known if year and first and year <= first]
        return known.get(max(since) if since else None)

    def status(self, table: str, key: str, column: str, first: FiscalYear | None = None) -> Status:
        """Provenance of one master cell; a cell without a row in `readings` is 原文."""
        reading = self.reading(table, key, column, first)
        return reading.status if reading else Status.SOURCE

    def words_for(self, year: FiscalYear, round_: Round) -> str:
        """The options that name a year and, unless it is the first, a round: `--year R7`."""
        named = "" if round_ == self.main_round else f" --round {round_.code}"
        return f"--year {year}{named}"

    @cached_property
    def _lines(self) -> Mapping[str, tuple[Action, ...]]:
        return _grouped(self.actions, lambda row: row.initiative)

    def actions_of(self, initiative: str) -> tuple[Action, ...]:
        """The lines of one 重点取組, in the booklet's order."""
        return self._lines.get(initiative, ())

    def label_of(self, action: Action) -> str:
        """What people call a line: its 重点取組No, and its 取組 where its department has several."""
        same = [a for a in self.actions_of(action.initiative) if a.department == action.department]
        if len(same) < 2:
            return action.initiative
        named = [each.effort[:_BRIEF] for each in same]
        own = action.effort[:_BRIEF]
        return f"{action.initiative}（{own if own and named.count(own) == 1 else action.id}）"

    def label_of_indicator(self, indicator: Indicator) -> str:
        """What people call one: `1-1-1（家庭ごみの量）`."""
        no = self.action[indicator.action].initiative
        lines = (each.id for each in self.actions_of(no))
        named = [each.name[:_BRIEF] for line in lines for each in self.indicators_of(line)]
        own = indicator.name[:_BRIEF]
        return f"{no}（{own if named.count(own) == 1 else indicator.id}）"

    def initiatives_of(self, goal: str, measure: str = "") -> tuple[Initiative, ...]:
        """重点取組 of a 施策, or of a 基本目標 that has none (`measure` empty)."""
        return tuple(self.tree_of("").get(goal, {}).get(measure, ()))

    def initiatives_under(self, goal: str) -> tuple[Initiative, ...]:
        """重点取組 of a 基本目標 under whatever 施策, in their order."""
        return tuple(row for row in self.initiatives if row.goal == goal)

    def measures_of(self, goal: str) -> tuple[Measure, ...]:
        """施策 of a 基本目標, in the booklet's order."""
        return tuple(row for row in self.measures if row.goal == goal)

    @property
    def nested(self) -> bool:
        """True if 施策 hold others: a plan of four levels or more."""
        return any(row.above for row in self.measures)

    def path(self, measure: str) -> tuple[Measure, ...]:
        """A 施策 below those that it is part of; () for ''."""
        found: list[Measure] = []
        at = self.measure.get(measure) if measure else None
        while at and at not in found:
            found.insert(0, at)
            at = self.measure.get(at.above) if at.above else None
        return tuple(found)

    def tree_of(self, department: str) -> Tree:
        """基本目標, 施策 and 重点取組 whose lines a department has or sees; all of them if ''."""
        return self._trees.get(department, {})

    @cached_property
    def _trees(self) -> Mapping[str, Tree]:
        """One pass over the whole plan, for however many departments."""
        trees: dict[str, dict[str, dict[str, list[Initiative]]]] = {"": {}}
        under = _grouped(self.initiatives, lambda row: (row.goal, row.measure))
        for goal in self.goals:
            for measure in [row.no for row in self.measures_of(goal.no)] or [""]:
                trees[""].setdefault(goal.no, {}).setdefault(measure, [])
                for initiative in under.get((goal.no, measure), ()):
                    lines = self.actions_of(initiative.no)
                    whose = dict.fromkeys(
                        code for row in lines for code in (row.department, *row.related)
                    )
                    for department in ("", *whose):
                        tree = trees.setdefault(department, {}).setdefault(goal.no, {})
                        tree.setdefault(measure, []).append(initiative)
        return trees

    def scale(self, name: str) -> tuple[Choice, ...]:
        """The values of a scale, best first."""
        return tuple(row for row in self.choices if row.scale == name)

    def fields_of(self, round_code: str, year: FiscalYear) -> tuple[Field, ...]:
        """回答欄 of a round on `year`, the form's own fields included."""
        without = {
            *([] if year == self.last_year else [When.FINAL_YEAR]),
            *([] if year > self.first_year else [When.AFTER_OPINION]),
        }
        rounds = (EVERY_ROUND, round_code)
        return tuple(row for row in self.fields if row.round in rounds and row.when not in without)

    def role(self, field: Field) -> Role | None:
        """役割 of a number asked of each 取組: 成果 where no other of its round may be that.

        None for any other field, and where masters of an earlier release do not say.
        """
        if not field.is_figure or field.role:
            return field.role if field.is_figure else None
        if (asking := self.round.get(field.round)) and not asking.of_departments:
            return Role.REFERENCE  # what a council gives is a mark, no result
        others = (f for f in self.fields if f.round == field.round and f.is_figure and f != field)
        alone = all(f.role not in (None, Role.OUTCOME) for f in others)
        return Role.OUTCOME if alone else None

    def unit(self, field: Field, action: str, year: FiscalYear) -> str:
        """What the number in a field of an action counts; '' if nobody says."""
        return field.unit_beside(self.role(field), self.counted(action, year))

    def counted(self, action: str, year: FiscalYear) -> str:
        """The unit of a target; in a year without a figure that of the line's other figures."""
        target = self.target.get((action, year))
        if target and (target.unit or target.figure is not None):
            return target.unit
        others = (self.target.get((action, each)) for each in self.years)
        units = {other.unit for other in others if other and other.figure is not None}
        return units.pop() if len(units) == 1 else ""

    def respondents_of(self, round_: Round) -> tuple[Respondent, ...]:
        """Who is asked in a round: every department that has a line, or the named councils.

        Asked of `at(year)`, only who is in force then.
        """
        if not round_.of_departments:
            known = (self.respondent.get(code) for code in round_.asked)
            return tuple(row for row in known if row)
        with_lines = {row.department for row in self.actions}
        return tuple(row for row in self.respondents if row.department in with_lines)

    def is_asked(self, who: Respondent, kind: RowKind, row: str) -> bool:
        """True if a row of the plan is one of those that `who` answers.

        A department answers its lines; a council all rows, or those of the departments it
        judges and of the levels above them.
        """
        if who.department or not who.judges:
            own = kind is RowKind.ACTION and bool(who.department)
            return not own or self.action[row].department == who.department
        match kind:
            case RowKind.ACTION:
                below: Iterable[Action] = (self.action[row],)
            case RowKind.INDICATOR:
                below = (self.action[self.indicator[row].action],)
            case RowKind.INITIATIVE:
                below = self.actions_of(row)
            case RowKind.GOAL:
                below = (a for i in self.initiatives_under(row) for a in self.actions_of(i.no))
            case _:
                return kind is not RowKind.PLAN
        return any(action.department in who.judges for action in below)


TABLES: tuple[MasterTable, ...] = tuple(
    table for each in fields(Plan) for table in TABLE.values() if table.plan == each.name
)


def shown_words(plan: Plan, row: MasterRow, header: str) -> str:
    """A master cell as the booklet would print it: a department by name, a number plainly."""
    value = row.schema.value(row, header)
    if isinstance(row, Action) and header == "部署":  # by the name it had when the line began
        named = plan.departments_of(row.department)
        then = in_force(named, row.span.first or plan.first_year) or named
        return then[0].name if then else row.department
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


def _grouped(rows: Iterable[_Row], key: Callable[[_Row], _Key]) -> Mapping[_Key, tuple[_Row, ...]]:
    """Rows under what they share, in their order."""
    found: dict[_Key, list[_Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {at: tuple(group) for at, group in found.items()}
