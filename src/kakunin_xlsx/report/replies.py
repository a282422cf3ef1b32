"""主な意見と市の考え方: every opinion, whose it is, and what the city answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.report.band import NOTHING
from kakunin_xlsx.report.counting import NO_ANSWER
from kakunin_xlsx.report.lines import (
    CELL,
    CENTERED,
    HEADING,
    PARAGRAPH,
    SUBHEADING,
    across,
    flowing,
    gap,
    heading_row,
)
from kakunin_xlsx.report.opinions import Opinions, Reply, Said
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Paper, height
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SHEET_NAME = "主な意見と市の考え方"
_LEAD = (6.0, 20.0, 7.0, 24.0)
_DEPARTMENT, _CHOICE, _PAGE = 15.0, 13.0, 7.0
_PIXELS = 1440  # of the 1473 that A3 leaves
_NO, _TEXT = (replace(style, size=10.5, valign="top") for style in (CENTERED, CELL))
_OPEN = replace(NOTHING, bold=True, fill="#FBE2D5")


def replies_pages(view: YearView, places: Mapping[str, str]) -> list[Page]:
    """The list, last year's below; no sheet before anybody said anything that is answered."""
    opinions = Opinions(view)
    last = Opinions(view.last) if view.last else None
    if not opinions.all and not (last and last.all):
        return []
    return [_Sheet(view, opinions, last, places).page()]


@dataclass(frozen=True)
class _Sheet:
    view: YearView
    opinions: Opinions
    last: Opinions | None
    places: Mapping[str, str]

    def page(self) -> Page:
        head = heading_row(self._headings, self._widths)
        title = f"{SHEET_NAME}　{self.view.year.caption}"
        paper = Paper(A3_LANDSCAPE, repeated=height([head]))
        paper.begin([across(title, HEADING, self._widths, 30), head])
        self._list(paper, self.opinions)
        for words in self._told():
            paper.add([[across(words, PARAGRAPH, self._widths)]])
        if self.last and self.last.all:
            name = f"前年度（{self.last.view.year.name}）の意見と対応"
            paper.add([[gap(), across(name, SUBHEADING, self._widths, 26)]])
            self._list(paper, self.last)
        return Page(
            name=SHEET_NAME,
            widths=self._widths,
            lines=paper.lines,
            paper=A3,
            landscape=True,
            fit=False,
            header=self.view.header,
            freeze=(2, 1),
            repeat=(1, 1),
        )

    @property
    def _headings(self) -> Sequence[str]:
        answers = (column.heading for column in self.opinions.columns)
        department = self.view.plan.words.department
        return ("番号", "意見を述べた会議", "No", "対象", "意見", department, *answers, "冊子")

    @property
    def _widths(self) -> tuple[float, ...]:
        """The opinion and the answers' texts share what the others leave of the paper."""
        texts = [column.type is FieldType.TEXT for column in self.opinions.columns]
        fixed = sum(_LEAD) + _DEPARTMENT + _CHOICE * texts.count(False) + _PAGE
        room = (_PIXELS - 5 * (len(_LEAD) + len(texts) + 3)) / 7 - fixed
        wide = int(room / (1 + texts.count(True)) * 10) / 10
        answers = (wide if is_text else _CHOICE for is_text in texts)
        return (*_LEAD, wide, _DEPARTMENT, *answers, _PAGE)

    def _list(self, paper: Paper, opinions: Opinions) -> None:
        for said in opinions.all:
            for at, reply in enumerate(said.replies):
                paper.add([list(self._reply(said, reply, again=at > 0))])

    def _reply(self, said: Said, reply: Reply, again: bool) -> Iterator[Line]:
        """One department's answer; the opinion stands with the first of them."""
        subject = said.opinion.subject
        whose = f"{said.whose}{f'　{said.numbered}' if said.numbered else ''}"
        cells = {
            0: Cell(str(said.no), _NO),
            1: Cell("同上" if again else whose, _TEXT),
            2: Cell(subject, _NO, link=self.places.get(subject, "")),
            3: Cell("同上" if again else said.name, _TEXT),
            4: Cell("同上" if again else said.text, _TEXT),
            5: Cell(reply.department, _TEXT),
        }
        for at, text in enumerate(reply.texts, start=6):
            cells[at] = Cell(text, _TEXT) if text else Cell(NO_ANSWER, _OPEN)
        cells[len(self._widths) - 1] = Cell(f"{said.page}頁" if said.page else "", _NO)
        yield from flowing(cells, self._widths)

    def _told(self) -> Iterator[str]:
        """How many there are, and who has still to answer."""
        found = self.opinions.all
        if not found:
            yield "意見は、まだ取りまとめられていません。"
            return
        replies = sum(len(said.replies) for said in found)
        given = sum(reply.given for said in found for reply in said.replies)
        yield f"意見{len(found)}件、回答を求めた{replies}件のうち{given}件に回答がありました。"
        for said in self.opinions.unanswered:
            yield f"{NO_ANSWER}：意見{said.no}（{said.short}、{said.about}）　{'、'.join(said.open)}"
