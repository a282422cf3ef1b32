"""One reported year: the layout of the whole plan with the answers that count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property, partial
from itertools import product

from kakunin_xlsx.layout import Column, Layout, Row, layout
from kakunin_xlsx.layout.columns import ABOUT
from kakunin_xlsx.plan import (
    Audience,
    Choice,
    Field,
    FieldType,
    FiscalYear,
    Plan,
    Respondent,
    Round,
    RowKind,
    Status,
    When,
)
from kakunin_xlsx.record import FORM_ROW, Answer, Reason, Record
from kakunin_xlsx.report.opinions import Opinions
from kakunin_xlsx.report.paging import (
    CONFLICTING,
    NO_ANSWER,
    OFFICE_ONLY,
    OPTIONAL,
    UNANSWERED,
    UNREAD,
)
from kakunin_xlsx.sheets.page import HEAD_ROOM, fitting

_WIDTH = (Audience.OFFICE, Audience.COUNCIL, Audience.PUBLIC)


@dataclass(frozen=True)
class YearView:
    """What every sheet of the report looks at. `plan` is what is in force in `year`.

    A view looks at one round: the report's own at the one that asks for every action's 実績;
    `later` holds the views of the rounds after it, `earlier` those of the years before. Plan and record hold
    only what `audience` may see; `left_out` names, by round, the rest.
    """

    plan: Plan
    year: FiscalYear
    round: Round
    layout: Layout
    record: Record
    masters: Plan  # all years of the plan
    audience: Audience = Audience.OFFICE
    left_out: tuple[tuple[str, Sequence[str]], ...] = ()

    @classmethod
    def of(
        cls,
        plan: Plan,
        year: FiscalYear,
        record: Record,
        round_: Round | None = None,
        audience: Audience = Audience.OFFICE,
    ) -> YearView:
        """The view of the round that asks for every action's 実績, or of `round_`."""
        round_, hidden = round_ or plan.main_round, (*_left_out(plan, year, record, audience),)
        plan, record = _narrowed(plan, year, record, audience)
        after_opinion = any(f.when is When.AFTER_OPINION for f in plan.fields_of(round_.code, year))
        # What was said before may decide what is asked.
        past = record if round_.answers_opinions or after_opinion else None
        table = layout(plan, year, round_.code, None, past)
        return cls(plan.at(year), year, round_, table, record, plan, audience, hidden)

    def of_round(self, round_: Round) -> YearView:
        """The same year, paper and readers, looking at another round."""
        return YearView.of(self.masters, self.year, self.record, round_, self.audience)

    @cached_property
    def later(self) -> tuple[YearView, ...]:
        """The views of later rounds that somebody answered, in their order."""
        after = self.plan.rounds_in_order
        return tuple(
            self.of_round(each)
            for each in after
            if each.order > self.round.order and self.record.of(self.year.code, each.code).answers
        )

    @cached_property
    def earlier(self) -> tuple[YearView, ...]:
        """The same round of every earlier year of the plan that somebody answered, in order."""
        return tuple(
            YearView.of(self.masters, year, self.record, self.round, self.audience)
            for year in self.plan.years
            if year < self.year and self.record.of(year.code, self.round.code).answers
        )

    @cached_property
    def opinions(self) -> Opinions:
        """What councils said in the year, and what became of it."""
        return Opinions(self)

    @cached_property
    def rated(self) -> YearView:
        """The view of the latest round in which departments rated their lines: of half-years the later."""
        rating = (
            each
            for each in reversed(self.later)
            if each.round.of_departments
            and any(column.asked_in(RowKind.ACTION) for column in each.rating_columns)
        )
        return next(rating, self)

    @property
    def last(self) -> YearView | None:
        """The same round of last year, if the record reaches back to it."""
        found = (view for view in self.earlier if view.year == self.year.previous)
        return next(found, None)

    @cached_property
    def respondents(self) -> tuple[Respondent, ...]:
        """Who is asked in the round."""
        return self.plan.respondents_of(self.round)

    def columns(self, kind: RowKind) -> tuple[Column, ...]:
        """The answer columns of rows of a kind."""
        return tuple(column for column in self.layout.open_columns if column.asked_in(kind))

    @property
    def internal(self) -> bool:
        """True if the paper stays in the office and may show files, cells and working lists."""
        return self.audience is Audience.OFFICE

    @cached_property
    def councils(self) -> tuple[YearView, ...]:
        """The later rounds in which councils were asked."""
        return tuple(each for each in self.later if not each.round.of_departments)

    @property
    def audience_words(self) -> str:
        """What a paper for a wider circle says of itself: what was left out; '' in the office."""
        if self.internal:
            return ""
        named = [f"{name}の{'・'.join(headings)}" for name, headings in self.left_out]
        hidden = "、".join(named)
        said = f"次の欄を載せていません：{hidden}" if hidden else "載せていない欄はありません"
        return f"{self.audience}用の資料です。{said}。"

    @cached_property
    def asked(self) -> tuple[Row, ...]:
        """The lines that somebody answers: 再掲 is counted at its origin only."""
        return tuple(row for row in self.lines if row.open)

    @cached_property
    def lines(self) -> tuple[Row, ...]:
        """The lines of the plan, 再掲 among them; where none is asked for, all rows."""
        rows = self.layout.rows
        return tuple(row for row in rows if row.kind is RowKind.ACTION) or rows

    def answering(self, row: Row) -> tuple[Respondent, ...]:
        """Who is asked in a row: councils, or of the levels above the lines whose lines are below."""
        if not self.round.of_departments:
            return tuple(w for w in self.respondents if self.plan.is_asked(w, row.kind, row.id))
        if not row.initiative:
            return self.respondents
        below = {action.department for action in self.plan.actions_of(row.initiative)}
        return tuple(who for who in self.respondents if who.department in below)

    @cached_property
    def rating_columns(self) -> tuple[Column, ...]:
        """Choices that are counted in ratios."""
        return tuple(c for c in self.choice_columns if any(o.counted for o in c.choices))

    @cached_property
    def choice_columns(self) -> tuple[Column, ...]:
        """All answer columns with a scale."""
        return tuple(c for c in self.layout.open_columns if c.field and c.field.scale)

    def answer(self, row: str, column: Column, whose: str = "") -> Answer | None:
        """The answer that counts, of anybody or of the respondent `whose`, or None."""
        return self.record.find(self.year.code, self.round.code, row, column.key, whose)

    def choice(self, row: str, column: Column, whose: str = "") -> Choice | None:
        """The choice that was understood in an answer, or None."""
        answer = self.answer(row, column, whose)
        meant = answer.understood if answer else ""
        return next((each for each in column.choices if each.value == meant), None)

    def chosen(self, row: str, column: Column, whose: str = "") -> str:
        """The value that was chosen, 未回答, or 読取不可 if nobody understands what was typed."""
        if choice := self.choice(row, column, whose):
            return choice.value
        return UNREAD if self.answer(row, column, whose) else NO_ANSWER

    def brief(self, row: str, column: Column, whose: str = "") -> str:
        """The same where room is short: what nobody understands as it was typed."""
        value = self.chosen(row, column, whose)
        return self.text(row, column, whose) if value == UNREAD else value

    def text(self, row: str, column: Column, whose: str = "") -> str:
        """What the paper shows: the full label of a choice, else what was typed and not struck."""
        answer = self.answer(row, column, whose)
        if answer is None:
            return ""
        if choice := column.choices and self.choice(row, column, whose):
            return choice.label
        return (answer.understood if column.type is FieldType.TEXT else "") or answer.value

    def instead(self, row: str, column: Column, whose: str = "") -> str:
        """What stands where nothing is adopted: two returns differ, or it is still to come."""
        if self.conflicting(row, column, whose):
            return CONFLICTING
        asked = row not in self.layout.row or self.layout.asks(self.layout.row[row], column)
        required = column.required_where(lambda key: self._said(row, key, whose))
        return UNANSWERED if required and asked else OPTIONAL

    def _said(self, row: str, key: str, whose: str = "") -> str:
        """What counts in one cell, as it was understood; '' if nothing."""
        found = self.record.find(self.year.code, self.round.code, row, key, whose)
        return found.understood if found else ""

    def shown(self, row: str, column: Column) -> str:
        """The answer as the paper shows it, or what stands in its place."""
        return self.text(row, column) or self.instead(row, column)

    def conflicting(self, row: str, column: Column, whose: str = "") -> bool:
        """True while two returns differ here and nobody has decided."""
        differ = (row, column.key, whose) in self._conflicts
        return differ and not self.answer(row, column, whose)

    @cached_property
    def _conflicts(self) -> frozenset[tuple[str, str, str]]:
        """Cells in which returns differ, each with its respondent and with '' for anybody."""
        answers = self.record.of(self.year.code, self.round.code).answers
        return frozenset(
            (a.row, a.key, whose)
            for a in answers
            if a.reason is Reason.CONFLICT
            for whose in ("", a.respondent)
        )

    def unit(self, row: str, column: Column) -> str:
        """What a number in a cell counts; '' if nobody says."""
        field = column.field
        return field.unit_beside(column.role, self.plan.counted(row, self.year)) if field else ""

    def number(self, row: str, column: Column, whose: str = "") -> Decimal | None:
        """The number that was understood in an answer, or None."""
        answer = self.answer(row, column, whose)
        try:
            return Decimal(answer.understood) if answer and answer.understood else None
        except InvalidOperation:
            return None

    def missing(self, row: Row) -> list[Column]:
        """Required columns of an asked line, or of its indicators, that nobody answered."""
        asked = ((each, c) for each in self.whole(row) for c in self.required(each))
        return [column for each, column in asked if not self.answer(each.id, column)]

    def whole(self, row: Row) -> tuple[Row, ...]:
        """A line and its indicators."""
        return (row, *self.layout.indicators(row.id))

    def required(self, row: Row) -> list[Column]:
        """Required columns of a line."""
        questions = self.layout.questions(row)
        return [c for c in questions if c.required_where(lambda key: self._said(row.id, key))]

    def gaps(self) -> Iterator[tuple[str, Row, Column]]:
        """Required cells without an answer, each with the name of who is asked."""
        for row in self.layout.rows:
            columns = self.layout.questions(row)
            if self.round.of_departments and row.department:
                whose = {row.department: ""}
            else:
                whose = {who.name: who.code for who in self.answering(row)} if columns else {}
            for column, (name, code) in product(columns, whose.items()):
                required = column.required_where(partial(self._said, row.id, whose=code))
                if required and not self.answer(row.id, column, code):
                    yield name, row, column

    def reviews(self, row: Row, whose: str = "") -> Iterator[tuple[Column, Choice]]:
        """Choices that say: look at this again (C, D, 改善)."""
        for column in self.choice_columns:
            choice = self.choice(row.id, column, whose)
            if choice and choice.review:
                yield column, choice

    def goal_of(self, row: Row) -> str:
        """Number of the 基本目標 a line belongs to; '' for the plan as a whole."""
        if row.kind is RowKind.GOAL:
            return row.id
        return self.plan.initiative[row.initiative].goal if row.initiative else ""

    def goal_band(self, goal: str) -> str:
        """「基本目標1：名称」."""
        return f"{self.plan.words.goal}{goal}：{self.plan.goal[goal].name}"

    def label(self, row: Row) -> str:
        """What people call a row: its number, or what the opinion is about that it answers."""
        if row.kind is RowKind.OPINION and ABOUT in row.texts:
            return row.texts[ABOUT].body.split("　")[0]
        return row.label

    @property
    def header(self) -> str:
        """The printed header: plan and year, and the stamp of papers that are not final."""
        title, _ = self.layout.in_print
        marks = (
            "" if self.internal else f"{self.audience}用",
            OFFICE_ONLY if self.office_only else "",
        )
        right = "　".join(filter(None, marks))
        size = fitting(f"{title}　　{right}", HEAD_ROOM)
        font = f'&"{self.plan.style.font},Regular"&{size:.0f}'
        left = title.replace("&", "&&")
        return f"&L{font} {left}" + (f"&R{font} {right}" if right else "")

    @cached_property
    def office_only(self) -> bool:
        """True while a target of the year is 推定 or 原本未照合: 事務局確認用."""
        open_ = (Status.INFERRED, Status.UNVERIFIED)
        keys = (f"{row.id}/{self.year.code}" for row in self.layout.rows)
        return any(
            self.plan.status("targets", key, column) in open_
            for key in keys
            for column in ("目標文", "目標値", "単位")
        )


# 公開範囲: what a paper for a wider circle leaves out is taken away before anything is laid out.
# The plan loses the fields and the record their answers, so that no sheet, text or table that is
# made from them can show what it must not.


def _may_see(audience: Audience, field: Field) -> bool:
    return _WIDTH.index(field.audience) >= _WIDTH.index(audience)


def _narrowed(
    plan: Plan, year: FiscalYear, record: Record, audience: Audience
) -> tuple[Plan, Record]:
    """Only what may reach `audience`; 庁内 sees all, with its lineage."""
    if audience is Audience.OFFICE:
        return plan, record
    seen = (each for each in plan.fields if _may_see(audience, each))
    shown = replace(plan, fields=tuple(replace(each, role=plan.role(each)) for each in seen))
    keys = {
        (round_.code, field.key)
        for round_ in shown.rounds
        for field in shown.fields_of(round_.code, year)
    }
    return shown, Record(tuple(_shown(record, keys)))


def _left_out(
    plan: Plan, year: FiscalYear, record: Record, audience: Audience
) -> Iterator[tuple[str, Sequence[str]]]:
    """Name of the round and headings of its hidden fields, of rounds that this paper is about."""
    held = {plan.main_round.code, *(each.round for each in record.answers)}
    for round_ in plan.rounds_in_order:
        answered = {each.key for each in record.of(year.code, round_.code).answers}
        hidden = tuple(
            field.heading
            for field in plan.fields_of(round_.code, year)
            if RowKind.FORM not in field.kinds and not _may_see(audience, field)
            if field.when is not When.AFTER_OPINION or field.key in answered
        )
        if hidden and round_.code in held:
            yield round_.name, hidden


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
