"""One reported year: the layout of the whole plan with the answers that count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kakunin_xlsx.layout import Column, Layout, Row, layout
from kakunin_xlsx.plan import Choice, FieldType, FiscalYear, Plan, Round, Status
from kakunin_xlsx.record import Answer, Reason, Record

OFFICE_ONLY = "事務局確認用"
UNANSWERED, OPTIONAL = "（未回答）", "－"
CONFLICTING = "（回答が2つあり確認中）"


@dataclass(frozen=True)
class YearView:
    """What every sheet of the report looks at. `plan` is what is in force in `year`."""

    plan: Plan
    year: FiscalYear
    round: Round
    layout: Layout
    record: Record

    @classmethod
    def of(cls, plan: Plan, year: FiscalYear, record: Record) -> YearView:
        """The view of the round that asks for every action's 実績."""
        round_ = plan.main_round
        return cls(plan.at(year), year, round_, layout(plan, year, round_.code, None), record)

    @cached_property
    def asked(self) -> tuple[Row, ...]:
        """The lines that somebody answers: 再掲 is counted at its origin only."""
        return tuple(row for row in self.layout.rows if row.open)

    @cached_property
    def rating_columns(self) -> tuple[Column, ...]:
        """Choices that are counted in ratios."""
        return tuple(c for c in self.choice_columns if any(o.counted for o in c.choices))

    @cached_property
    def choice_columns(self) -> tuple[Column, ...]:
        """All answer columns with a scale."""
        return tuple(c for c in self.layout.open_columns if c.type is FieldType.CHOICE)

    def answer(self, row: str, column: Column) -> Answer | None:
        """The answer that counts, or None."""
        return self.record.find(self.year.code, self.round.code, row, column.key)

    def choice(self, row: str, column: Column) -> Choice | None:
        """The choice that was understood in an answer, or None."""
        answer = self.answer(row, column)
        meant = answer.understood if answer else ""
        return next((each for each in column.choices if each.value == meant), None)

    def text(self, row: str, column: Column) -> str:
        """What the paper shows: the full label of a choice, else what was typed and not struck."""
        answer, choice = self.answer(row, column), self.choice(row, column)
        if choice or answer is None:
            return choice.label if choice else ""
        return (answer.understood if column.type is FieldType.TEXT else "") or answer.value

    def instead(self, row: str, column: Column) -> str:
        """What stands where nothing is adopted: two returns differ, or it is still to come."""
        if self.conflicting(row, column):
            return CONFLICTING
        return UNANSWERED if column.required else OPTIONAL

    def conflicting(self, row: str, column: Column) -> bool:
        """True while two returns differ here and nobody has decided."""
        return (row, column.key) in self._conflicts and not self.answer(row, column)

    @cached_property
    def _conflicts(self) -> frozenset[tuple[str, str]]:
        answers = self.record.of(self.year.code, self.round.code).answers
        return frozenset((a.row, a.key) for a in answers if a.reason is Reason.CONFLICT)

    def unit(self, row: str) -> str:
        """The unit of the asked target: the one in which a figure is answered."""
        target = self.plan.target.get((row, self.year))
        return target.unit if target else ""

    def missing(self, row: Row) -> list[Column]:
        """Required columns of an asked line that nobody answered."""
        return [c for c in self.layout.required_columns if not self.answer(row.id, c)]

    def reviews(self, row: Row) -> Iterator[tuple[Column, Choice]]:
        """Choices that say: look at this again (C, D, 改善)."""
        for column in self.choice_columns:
            choice = self.choice(row.id, column)
            if choice and choice.review:
                yield column, choice

    def goal_of(self, row: Row) -> str:
        """Number of the 基本目標 a line belongs to."""
        return self.plan.initiative[row.initiative].goal

    def page_of(self, row: Row) -> str:
        """The booklet's page of a line."""
        return self.plan.initiative[row.initiative].page

    @property
    def header(self) -> str:
        """The printed header: plan and year, and the stamp of papers that are not final."""
        font = f'&"{self.plan.style.font},Regular"&11'
        left = f"{self.layout.title}　{self.year.name}".replace("&", "&&")
        return f"&L{font} {left}" + (f"&R{font} {OFFICE_ONLY}" if self.office_only else "")

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
