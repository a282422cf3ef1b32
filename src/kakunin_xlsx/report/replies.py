"""主な意見: every opinion by number, whose it is, and what the city answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.report.opinions import NumberedOpinion, Opinions
from kakunin_xlsx.report.paging import (
    CELL,
    CENTERED,
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
from kakunin_xlsx.report.view import NO_ANSWER
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

_MANY = 10  # departments: more of them may give one answer together


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
