"""What councils said, and what the departments answered to each opinion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kakunin_xlsx.layout import Column
from kakunin_xlsx.layout.past import Opinion, Past, opinion_number
from kakunin_xlsx.plan import FieldType, RowKind

if TYPE_CHECKING:
    from kakunin_xlsx.report.view import YearView

_WHOLE = "計画全体"


@dataclass(frozen=True)
class CityReply:
    """One department's line to one opinion: choices and texts by column, '' where none is."""

    department: str
    row: str
    texts: Sequence[str]

    @property
    def given(self) -> bool:
        """True if the department answered at all."""
        return any(self.texts)


@dataclass(frozen=True)
class NumberedOpinion:
    """One opinion with its number in the paper's list, and the replies to it."""

    no: int
    opinion: Opinion
    whose: str  # the council's full name
    short: str
    name: str  # of what it is about
    replies: tuple[CityReply, ...]

    @property
    def about(self) -> str:
        """「3-4-1　名称」, or 「計画全体」."""
        return f"{self.opinion.subject}　{self.name}".strip()

    @property
    def text(self) -> str:
        """What was said."""
        return self.opinion.answer.understood or self.opinion.answer.value

    @property
    def whose_row(self) -> tuple[str, str]:
        """Code of the council, and the row in which it stands."""
        return (self.opinion.answer.respondent, self.opinion.answer.row)

    @property
    def numbered(self) -> str:
        """「意見1」 of a numbered row, '' of a row of the plan."""
        return opinion_number(self.opinion.answer.row)

    @property
    def open(self) -> tuple[str, ...]:
        """Departments that have not answered yet."""
        return tuple(reply.department for reply in self.replies if not reply.given)


@dataclass(frozen=True)
class Opinions:
    """Every opinion of a year. Without a round that answers opinions there is none to list."""

    view: YearView

    @cached_property
    def replying(self) -> YearView | None:
        """The view of the round in which departments answer, whether it is merged or not."""
        found = (each for each in self.view.plan.rounds if each.answers_opinions)
        round_ = next(found, None)
        return self.view.of_round(round_) if round_ else None

    @property
    def asked(self) -> bool:
        """True if the round of answers is merged."""
        asked = self.replying
        return asked is not None and any(each.round == asked.round for each in self.view.later)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """対応区分, 市の考え方・対応: what is answered to an opinion."""
        return self.replying.columns(RowKind.OPINION) if self.replying else ()

    @cached_property
    def all(self) -> tuple[NumberedOpinion, ...]:
        """In the order of rounds and councils."""
        if not self.replying:
            return ()
        past = Past(self.view.plan, self.view.year, self.view.record)
        found = enumerate(past.opinions(self.replying.round), start=1)
        return tuple(self._numbered(self.replying, no, each) for no, each in found)

    @cached_property
    def fields(self) -> frozenset[tuple[str, str]]:
        """Round and key of the columns whose texts are listed here and nowhere else."""
        return frozenset(self.replying.round.shown if self.replying else ())

    def about(self, number: str) -> tuple[NumberedOpinion, ...]:
        """Opinions about one 重点取組 or 基本目標."""
        return tuple(each for each in self.all if each.opinion.subject == number)

    @property
    def unanswered(self) -> tuple[NumberedOpinion, ...]:
        """Opinions that a department has still to answer."""
        return tuple(each for each in self.all if each.open)

    def handled(self) -> Counter[str]:
        """How many replies chose each value, 未回答 included; nothing without a scale."""
        at = next((n for n, c in enumerate(self.columns) if c.type is FieldType.CHOICE), None)
        if at is None:
            return Counter()
        replies = [reply for said in self.all for reply in said.replies]
        return Counter(reply.texts[at] or "未回答" for reply in replies)

    def _numbered(self, replying: YearView, no: int, opinion: Opinion) -> NumberedOpinion:
        plan, answer = self.view.plan, opinion.answer
        known = plan.respondent.get(answer.respondent)
        named = plan.initiative.get(opinion.subject) or plan.goal.get(opinion.subject)
        return NumberedOpinion(
            no=no,
            opinion=opinion,
            whose=answer.respondent_name,
            short=(known.short if known else "") or answer.respondent_name,
            name=named.name if named else _WHOLE,
            replies=tuple(self._reply(replying, opinion, code) for code in opinion.departments),
        )

    def _reply(self, replying: YearView, opinion: Opinion, code: str) -> CityReply:
        row = opinion.row_id(code)
        texts = tuple(replying.text(row, column) for column in self.columns)
        return CityReply(replying.plan.department[code].name, row, texts)
