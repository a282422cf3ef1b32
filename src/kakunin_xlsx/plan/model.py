"""The plan as data: one frozen class per master table (`plan.tables` names their columns)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from kakunin_xlsx.plan.at import plan_at
from kakunin_xlsx.plan.readings import Readings
from kakunin_xlsx.plan.years import FiscalYear

EVERY_TARGET, ASKED_AND_LAST = "すべて", "対象年度と最終年度"  # [style] targets
_FEW_YEARS = 4


class Status(StrEnum):
    """Where a master text comes from (provenance)."""

    SOURCE = "原文"
    CORRECTED = "補正"
    INFERRED = "推定"
    UNVERIFIED = "原本未照合"
    CONFIRMED = "確認済"
    REVISED = "改訂"
    LEFT_OVER = "残り"  # words of the source that no master cell uses


class RowKind(StrEnum):
    """What one row of a round's table stands for."""

    ACTION = "取組"
    INITIATIVE = "重点取組"
    GOAL = "基本目標"
    PLAN = "計画"
    OPINION = "意見"
    FORM = "様式"  # the form's own fields: filler, date, …


class FieldType(StrEnum):
    """How an answer is written and understood."""

    TEXT = "文章"
    CHOICE = "選択"
    NUMBER = "数値"
    DATE = "日付"


class When(StrEnum):
    """適用: in which years, and where, a field is asked."""

    EVERY_YEAR = "毎年"
    FINAL_YEAR = "最終年度"
    AFTER_OPINION = "前年度意見"  # only in rows on which a council said something last year


class Audience(StrEnum):
    """公開範囲: the widest circle an answer may reach."""

    OFFICE = "庁内"
    COUNCIL = "会議"
    PUBLIC = "公表"


@dataclass(frozen=True, slots=True)
class Span:
    """開始年度 to 終了年度, both included; None is open."""

    first: FiscalYear | None = None
    last: FiscalYear | None = None

    def __contains__(self, year: FiscalYear) -> bool:
        after = self.first is None or self.first <= year
        return after and (self.last is None or year <= self.last)


@dataclass(frozen=True, slots=True)
class Department:
    """部署 of the city; `successor` is the code of the department that took over."""

    code: str
    name: str
    short: str
    successor: str
    span: Span


@dataclass(frozen=True, slots=True)
class Respondent:
    """回答元: a department (`department` is its code) or a council (`department` empty)."""

    code: str
    name: str
    short: str
    department: str
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph of the booklet outside the tables; `kind` is 見出し, 小見出し, 本文 or 項目."""

    key: str
    chapter: str
    kind: str
    body: str
    page: str


@dataclass(frozen=True, slots=True)
class Goal:
    """基本目標. `tree_name` is the wording of the 施策の体系."""

    no: str
    name: str
    explanation: str
    tree_name: str
    page: str


@dataclass(frozen=True, slots=True)
class Measure:
    """施策. `tree_name` is the wording of the 施策の体系."""

    no: str
    goal: str
    name: str
    tree_name: str
    page: str


@dataclass(frozen=True, slots=True)
class Initiative:
    """重点取組. `measure` is empty in a two-level plan; `list_name` is the 一覧's wording."""

    no: str
    goal: str
    measure: str
    name: str
    list_name: str
    page: str
    span: Span


@dataclass(frozen=True, slots=True)
class Action:
    """取組: one initiative × one 担当課. The id is opaque; `repeats` is the origin's id or ''."""

    id: str
    initiative: str
    department: str
    outline: str  # 事業概要
    effort: str  # 取組
    repeats: str  # 再掲元
    span: Span


@dataclass(frozen=True, slots=True)
class Target:
    """取組目標 of one action in one fiscal year; `figure` is None where the target is words."""

    action: str
    year: FiscalYear
    text: str
    figure: float | None
    unit: str
    span: Span


@dataclass(frozen=True, slots=True)
class Note:
    """注 under the table of one 施策 (or 基本目標): `under` is its number."""

    under: str
    mark: str
    body: str
    page: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a scale. `counted`: part of the ratio's denominator; `review`: 要見直し."""

    scale: str
    value: str
    name: str
    yardstick: str
    counted: bool
    review: bool

    @property
    def label(self) -> str:
        """What the dropdown shows: `A 目標どおり実施`."""
        return f"{self.value} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Round:
    """照会. `asked` is 部署 or the codes of councils; `due` is month and day in the year after.

    `shown` are the fields of earlier rounds that its forms show (round code and key); where
    departments are asked in rows of 意見, these are the opinions. `shown_last` are those of any
    round on the year before. `opinions` is how many
    numbered rows of 意見 a council's form has.
    """

    code: str
    name: str
    order: int
    asked: tuple[str, ...]
    row_kinds: tuple[RowKind, ...]
    shown: tuple[tuple[str, str], ...]
    shown_last: tuple[tuple[str, str], ...]
    opinions: int
    due: tuple[int, int] | None
    submit_to: str
    contact: str

    @property
    def of_departments(self) -> bool:
        """True if the departments are asked, not councils."""
        return self.asked == ("部署",)

    @property
    def answers_opinions(self) -> bool:
        """True if departments answer what councils said."""
        return self.of_departments and RowKind.OPINION in self.row_kinds

    @property
    def folder(self) -> str:
        """`1_実績照会`, as staff see it in Explorer."""
        return f"{self.order}_{self.name}"

    def due_date(self, year: FiscalYear) -> date | None:
        """提出期限 of the round on `year`: a day of the fiscal year after it."""
        if self.due is None:
            return None
        return date(year.next.start + (self.due[0] < 4), *self.due)


@dataclass(frozen=True, slots=True)
class Required:
    """必須: everywhere, or only where the choice `key` of the same row is one of `values`."""

    key: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """回答欄: an answer column of a round, or a field of the form itself (its kind is FORM).

    `kinds` are the kinds of rows in which it is asked; `paper` is the heading of the papers'
    column that it shares with others ('': its own).
    """

    round: str  # '*' in every round
    key: str
    heading: str
    kinds: tuple[RowKind, ...]
    type: FieldType
    open: bool  # False: the office fills it before issuing
    required: Required | None
    scale: str
    limit: int | None  # characters
    width: float  # half-width characters
    help: str
    audience: Audience
    when: When = When.EVERY_YEAR
    proposes: tuple[str, str] | None = None  # table and column it proposes a new text for
    paper: str = ""

    @property
    def final_year_only(self) -> bool:
        """True if it is asked in the plan's last year alone."""
        return self.when is When.FINAL_YEAR


@dataclass(frozen=True, slots=True)
class Reading:
    """How one master cell was read from the source; 残り rows name words that no cell uses.

    `key` may end in `@R8`: the row of that key whose 開始年度 is R8.
    """

    table: str
    key: str
    column: str
    status: Status
    source: str
    reading: str
    ground: str
    page: str


@dataclass(frozen=True, slots=True)
class Words:
    """What this plan calls its levels and table columns."""

    goal: str
    measure: str
    initiative: str
    outline: str
    department: str
    effort: str
    target: str


@dataclass(frozen=True, slots=True)
class Style:
    """How forms and papers look. `first_page` is the 通し番号 of a report's first page.

    `targets` says which years' targets they show: すべて or 対象年度と最終年度; '' lets the
    length of the plan decide.
    """

    font: str
    paper: str
    first_page: int = 1
    targets: str = ""


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
    style: Style
    departments: tuple[Department, ...] = ()
    respondents: tuple[Respondent, ...] = ()
    texts: tuple[Text, ...] = ()
    goals: tuple[Goal, ...] = ()
    measures: tuple[Measure, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    actions: tuple[Action, ...] = ()
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
    def years(self) -> tuple[FiscalYear, ...]:
        """Every fiscal year of the plan, first to last."""
        return tuple(map(FiscalYear, range(self.first_year.start, self.last_year.start + 1)))

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
        """取組目標 by action id and year."""
        return {(row.action, row.year): row for row in self.targets}

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
        return next(row for row in self.rounds_in_order if RowKind.ACTION in row.row_kinds)

    @cached_property
    def _readings(self) -> Readings:
        return Readings(self.readings)

    def reading(
        self, table: str, key: str, column: str, first: FiscalYear | None = None
    ) -> Reading | None:
        """How a master cell was read; None if it stands in the source as it is.

        `first` is the 開始年度 of the row, where several share the key: what was said of an
        earlier row holds on until a reading names a later one (`key@R8`).
        """
        return self._readings.find(table, key, column, first)

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

    def initiatives_of(self, goal: str, measure: str = "") -> tuple[Initiative, ...]:
        """重点取組 of a 施策, or of a 基本目標 that has none (`measure` empty)."""
        return tuple(self.tree_of("").get(goal, {}).get(measure, ()))

    @cached_property
    def _initiatives(self) -> Mapping[str, tuple[Initiative, ...]]:
        return _grouped(self.initiatives, lambda row: row.goal)

    def initiatives_under(self, goal: str) -> tuple[Initiative, ...]:
        """重点取組 of a 基本目標 under whatever 施策, in their order."""
        return self._initiatives.get(goal, ())

    @cached_property
    def _measures(self) -> Mapping[str, tuple[Measure, ...]]:
        return _grouped(self.measures, lambda row: row.goal)

    def measures_of(self, goal: str) -> tuple[Measure, ...]:
        """施策 of a 基本目標, in the booklet's order."""
        return self._measures.get(goal, ())

    def tree_of(self, department: str) -> Tree:
        """基本目標, 施策 and 重点取組 in which a department has lines; all of them if ''."""
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
                    whose = dict.fromkeys(row.department for row in self.actions_of(initiative.no))
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
        rounds = ("*", round_code)
        return tuple(row for row in self.fields if row.round in rounds and row.when not in without)

    def respondents_of(self, round_: Round) -> tuple[Respondent, ...]:
        """Who is asked in a round: every department that has a line, or the named councils.

        Asked of `at(year)`, only who is in force then.
        """
        if not round_.of_departments:
            known = (self.respondent.get(code) for code in round_.asked)
            return tuple(row for row in known if row)
        with_lines = {row.department for row in self.actions}
        return tuple(row for row in self.respondents if row.department in with_lines)


_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


def _grouped(rows: Iterable[_Row], key: Callable[[_Row], _Key]) -> Mapping[_Key, tuple[_Row, ...]]:
    """Rows under what they share, in their order."""
    found: dict[_Key, list[_Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {at: tuple(group) for at, group in found.items()}
