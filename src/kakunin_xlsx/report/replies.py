"""主な意見と市の考え方: every opinion by number, whose it is, and what the city answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.report.lines import (
    CELL,
    CENTERED,
    PARAGRAPH,
    SUBHEADING,
    across,
    gap,
    head_lines,
    table_row,
)
from kakunin_xlsx.report.opinions import CityReply, Opinions, Said
from kakunin_xlsx.report.paging import Stack, height, spread
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.view import NO_ANSWER
from kakunin_xlsx.sheets.page import A3, Cell, Page

SHEET_NAME = "主な意見と市の考え方"


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
        view = self.paper.view
        lies = self.paper.size == A3
        texts = [column.type is FieldType.TEXT for column in view.opinions.columns]
        weights = (5, 15, 15, 28, 44, 11, *(50 if is_text else 13 for is_text in texts))
        stack = Stack(spread(weights, self.paper.size, lies), self.paper.size, lies)
        stack.title(f"{SHEET_NAME}　{view.year.caption}", SHEET_NAME)
        stack.add([across(self._told, PARAGRAPH, stack.widths)])
        answers = (column.heading for column in view.opinions.columns)
        heads = ("番号", "会議", "No（頁）", "対象", "意見", view.plan.words.department, *answers)
        stack.heads(head_lines(heads, stack.widths))
        self._list(stack, view.opinions)
        if self.last and self.last.all:
            name = f"前年度（{self.last.view.year.name}）の意見と対応"
            stack.add([gap(), across(name, SUBHEADING, stack.widths, 24)], follows=60)
            self._list(stack, self.last)
        return stack.page(SHEET_NAME, view.header)

    @property
    def _told(self) -> str:
        """How many there are, and how many answers."""
        opinions = self.paper.view.opinions
        if not opinions.all:
            return "今年度の意見は、まだ取りまとめていません。"
        replies = [reply for said in opinions.all for reply in said.replies]
        if not opinions.asked:
            return f"意見{len(opinions.all)}件。市の考え方・対応は、これから取りまとめます。"
        given = sum(reply.given for reply in replies)
        return (
            f"意見{len(opinions.all)}件、回答を求めた{len(replies)}件のうち"
            f"{given}件に回答がありました。"
        )

    def _list(self, stack: Stack, opinions: Opinions) -> None:
        for said in opinions.all:
            for at, reply in enumerate(said.replies):
                row = self._row(opinions, said, reply, again=at > 0)
                lines = table_row(row, stack.widths, (CENTERED, CELL))
                first = stack.add(lines, follows=0 if len(lines) == 1 else height(lines[1:2]))
                if opinions is self.paper.view.opinions:
                    stack.anchors.setdefault(f"意見{said.no}", first)

    def _row(
        self, opinions: Opinions, said: Said, reply: CityReply, again: bool
    ) -> Sequence[str | Cell]:
        """One department's answer; the opinion stands with the first of them."""
        refs, subject = self.paper.refs, said.opinion.subject
        page = f"（{found}）" if (found := refs.page(subject)) else ""
        word = self.paper.view.plan.words.goal if subject in self.paper.view.plan.goal else ""
        no = Cell(f"{word}{subject}{page}", CENTERED, link=refs.link(subject))
        whose = f"{said.short}{f'　{said.numbered}' if said.numbered else ''}"
        lead = ("同上", no, "同上", "同上") if again else (whose, no, said.name, said.text)
        instead = NO_ANSWER if opinions.asked else ""
        return (
            str(said.no),
            *lead,
            reply.department,
            *(text or instead for text in reply.texts),
        )
