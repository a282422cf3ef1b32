"""主な意見: what councils said by number, whose it is, and what the city answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kakunin_xlsx.layout import Column
from kakunin_xlsx.layout.past import Opinion, Past, opinion_number
from kakunin_xlsx.plan import FieldType, RowKind
from kakunin_xlsx.report.paging import (
    CELL,
    CENTERED,
    NO_ANSWER,
    PARAGRAPH,
    SUBHEADING,
    Stack,
    across,
    gap,
    head_lines,
    height,
    spread,
    table_row,
)
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

if TYPE_CHECKING:
    from kakunin_xlsx.report.view import YearView

_WHOLE = "計画全体"
_MANY = 10  # departments: more of them may give one answer together


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
        return Counter(reply.texts[at] or NO_ANSWER for reply in replies)

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


# The page.


def replies_page(paper: CouncilPaper) -> Page | None:
    """The list, last year's below; no sheet before anybody said anything that is answered."""
    last = paper.view.last.opinions if paper.view.last else None
    if not paper.view.opinions.all and not (last and last.all):
        return None
    return _Replies(paper, last).page()


@dataclass(frozen=True)
class _Replies:
    paper: CouncilPaper
    last: Opinions | None

    def page(self) -> Page:
        view, paper = self.paper.view, self.paper.size
        texts = [column.type is FieldType.TEXT for column in view.opinions.columns]
        first = (5, 15, 15) if paper == A3 else (7, 12, 25)  # a link takes one line
        own = 11 if len(view.plan.departments) < _MANY else 30
        weights = (*first, 28, 44, own, *(50 if is_text else 13 for is_text in texts))
        stack = Stack(spread(weights, paper, landscape=True), paper, landscape=True)
        name = "主な意見"
        if replying := view.opinions.replying:
            name = f"{name}と{replying.round.name}"
        stack.title(f"{name}　{view.year.caption}", name)
        stack.add([across(self._told, PARAGRAPH, stack.widths)])
        answers = (column.heading for column in view.opinions.columns)
        heads = ("番号", "会議", "No（頁）", "対象", "意見", view.plan.words.department, *answers)
        stack.heads(head_lines(heads, stack.widths))
        self._list(stack, view.opinions)
        if self.last and self.last.all:
            title = f"前年度（{self.last.view.year.name}）の意見と対応"
            self._list(stack, self.last, [gap(), across(title, SUBHEADING, stack.widths, 24)])
        return stack.page(name, view.header)

    @property
    def _told(self) -> str:
        """How many there are, and how many answers."""
        opinions = self.paper.view.opinions
        if not opinions.all:
            return "今年度の意見は、まだ取りまとめていません。"
        replies = [reply for said in opinions.all for reply in said.replies]
        if opinions.replying and not opinions.asked:
            what = opinions.replying.round.name
            return f"意見{len(opinions.all)}件。{what}は、これから取りまとめます。"
        given = sum(reply.given for reply in replies)
        return (
            f"意見{len(opinions.all)}件、回答を求めた{len(replies)}件のうち"
            f"{given}件に回答がありました。"
        )

    def _list(self, stack: Stack, opinions: Opinions, above: Sequence[Line] = ()) -> None:
        """One row for each opinion and answer; `above` stands on the sheet of the first."""
        for said in opinions.all:
            answers: dict[tuple[str, ...], list[str]] = {}
            for reply in said.replies:
                answers.setdefault(tuple(reply.texts), []).append(reply.department)
            for at, (texts, departments) in enumerate(answers.items()):
                lead = self._lead(said, again=at > 0)
                told = (text or (NO_ANSWER if opinions.asked else "") for text in texts)
                row = (*lead, "、".join(departments), *told)
                lines = table_row(row, stack.widths, (CENTERED, CELL))
                if above:
                    stack.add(above, follows=height(lines))
                first = stack.add(lines, follows=0 if len(lines) == 1 else height(lines[1:2]))
                above = ()
                if opinions is self.paper.view.opinions:
                    stack.anchors.setdefault(f"意見{said.no}", first)

    def _lead(self, said: NumberedOpinion, again: bool) -> Sequence[str | Cell]:
        """The opinion; it stands with the first answer to it."""
        refs, subject = self.paper.refs, said.opinion.subject
        page = f"（{found}）" if (found := refs.page(subject)) else ""
        word = self.paper.view.plan.words.goal if subject in self.paper.view.plan.goal else ""
        no = Cell(f"{word}{subject}{page}", CENTERED, link=refs.link(subject))
        whose = f"{said.short}{f'　{said.numbered}' if said.numbered else ''}"
        whole = ("同上", no, "同上", "同上") if again else (whose, no, said.name, said.text)
        return (str(said.no), *whole)
