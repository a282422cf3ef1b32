"""目次 and 奥付: every sheet and every 施策 with its page; whose paper it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.plan import Plan
from kakunin_xlsx.report.lines import CELL, HEADER, PARAGRAPH, line
from kakunin_xlsx.report.overview import SHEET_NAME
from kakunin_xlsx.report.paging import Stack, spread
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.sheets.page import Cell, Page

CONTENTS, COLOPHON = "目次", "奥付"
_WIDTHS = spread((4, 82, 10))
_TEXT = replace(PARAGRAPH, valign="vcenter")
_NUMBER = replace(_TEXT, align="right")


def contents_page(paper: CouncilPaper) -> Page:
    """The page bears the link: LibreOffice shows no second line of a linked text."""
    stack = Stack(_WIDTHS)
    stack.title(CONTENTS)
    here = {f"'{name}'!A1" for name in (SHEET_NAME, CONTENTS, COLOPHON)}
    for level, title, place, number in paper.refs.contents():
        if place in here:
            continue
        at = min(level, 1)
        cells = {
            at: Cell("　" * (level - at) + title, _TEXT, across=2 - at),
            2: Cell(f"{number}頁", _NUMBER, link=place),
        }
        stack.add([line(cells, _WIDTHS)])
    return stack.page(CONTENTS, paper.view.header)


def colophon_page(paper: CouncilPaper) -> Page:
    """What paper this is, who made it, and which booklet it stands on."""
    stack = Stack(spread((22, 74)))
    stack.title(COLOPHON)
    for head, text in _told(paper):
        cells = {0: Cell(head, HEADER), 1: Cell(text, CELL)}
        stack.add([line(cells, stack.widths, 22)])
    return stack.page(COLOPHON, paper.view.header)


def _marks(plan: Plan) -> Iterator[str]:
    """What the marks mean that there are."""
    if any(reading.status in MARKS for reading in plan.readings):
        yield (
            "（推定）＝印刷された冊子の文字を読み取れず、ほかの箇所から推し量ったもの。"
            "（原本未照合）＝冊子とまだ照合していないため、空けているもの。"
        )
    if any(action.repeats for action in plan.actions):
        yield "(再掲)＝ほかの行をもう一度示したもの。回答と集計は元の行で行います。"
    yield "「冊子の頁」のほかの頁は、すべてこの資料の頁です。"


def _told(paper: CouncilPaper) -> Iterator[tuple[str, str]]:
    view, plan, front = paper.view, paper.view.plan, paper.front
    yield "資料", plan.booklet
    yield "対象年度", view.year.full_name
    yield "実施", view.year.next.full_name
    if paper.edition:
        yield "版", f"第{paper.edition}版"
    if front.no or front.date:
        yield "会議", "　".join(filter(None, (front.no, front.date)))
    yield "作成", f"{plan.city}　{plan.office}"
    yield "この資料の印", "\n".join(_marks(plan))
    texts = [text.body for text in plan.texts if text.chapter == COLOPHON]
    if texts:
        yield "もとの冊子", "\n".join(texts)
