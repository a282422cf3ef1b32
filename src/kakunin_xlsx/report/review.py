"""要見直し等一覧: every line whose rating or direction says that it needs another look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kakunin_xlsx.layout import Row
from kakunin_xlsx.plan import FieldType, Respondent
from kakunin_xlsx.report.counting import NO_ANSWER
from kakunin_xlsx.report.lines import (
    CELL,
    CENTERED,
    HEADING,
    across,
    flowing,
    heading_row,
)
from kakunin_xlsx.report.opinions import Opinions
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Paper, height
from kakunin_xlsx.report.view import OPTIONAL, YearView
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SHEET_NAME = "要見直し等一覧"
COUNCIL_SHEET = "会議の要見直し等一覧"
_COUNCIL = ("No", "対象", "会議", "理由となる選択", "意見", "市の考え方・対応", "冊子")
_COUNCIL_WIDTHS = (8.0, 34.0, 24.0, 28.0, 46.0, 52.0, 7.0)
_WIDTHS = (8.0, 24.0, 12.0, 17.0)
_PAGE_WIDTH = 6.0
_NARROW, _LEAST_TEXT = 10.0, 12.0
_PIXELS = 1440  # of the 1473 that A3 leaves, so that nothing is shrunk
_NO, _TEXT = (replace(style, size=10.5, valign="top") for style in (CENTERED, CELL))


def reviewed(view: YearView) -> list[Row]:
    """Lines with a choice that asks for review, in the booklet's order."""
    return [row for row in view.asked if any(view.reviews(row))]


def why(view: YearView, row: Row) -> str:
    """「担当課評価 C 一部実施」, 「今後の方向性 改善」, one to a line."""
    return "\n".join(f"{column.heading} {choice.label}" for column, choice in view.reviews(row))


@dataclass(frozen=True)
class Called:
    """A row that a council says has to be looked at again."""

    view: YearView  # of the council's round
    row: Row
    who: Respondent

    @property
    def about(self) -> str:
        """Number of the 重点取組 or 基本目標, 全体 for the plan."""
        return self.row.initiative or self.row.id

    @property
    def name(self) -> str:
        """What it is called, without its number."""
        return self.row.texts["initiative"].body.partition("　")[2]

    @property
    def why(self) -> str:
        """「見直しの要否 要 見直しが必要」, one to a line."""
        chosen = self.view.reviews(self.row, self.who.code)
        return "\n".join(f"{column.heading} {choice.label}" for column, choice in chosen)

    @property
    def reason(self) -> str:
        """What the council says about it."""
        texts = (
            self.view.text(self.row.id, column, self.who.code)
            for column in self.view.columns(self.row.kind)
            if column.type is FieldType.TEXT
        )
        return "\n".join(filter(None, texts))


def reviewed_by_councils(view: YearView) -> list[Called]:
    """Rows with a council's choice that asks for review, round by round."""
    return [
        Called(each, row, who)
        for each in view.later
        if not each.round.of_departments
        for row in each.layout.rows
        if row.open
        for who in each.respondents
        if any(each.reviews(row, who.code))
    ]


def review_page(view: YearView, places: Mapping[str, str]) -> Page:
    """The list, each No linked to its table."""
    widths = _widths(view)
    rows = list(_lines(view, places, widths))
    return Page(
        name=SHEET_NAME,
        widths=widths,
        lines=rows,
        paper=A3,
        landscape=True,
        header=view.header,
        freeze=(2, 2),
        repeat=(1, 1),
    )


def _widths(view: YearView) -> tuple[float, ...]:
    """Texts share what the other columns leave of the paper."""
    texts = [column.type is FieldType.TEXT for column in view.layout.open_columns]
    room = (_PIXELS - 5 * (len(_WIDTHS) + len(texts) + 1)) / 7
    rest = room - sum(_WIDTHS) - _PAGE_WIDTH - _NARROW * texts.count(False)
    wide = max(_LEAST_TEXT, int(rest / max(1, sum(texts)) * 10) / 10)
    return (*_WIDTHS, *(wide if is_text else _NARROW for is_text in texts), _PAGE_WIDTH)


def _lines(view: YearView, places: Mapping[str, str], widths: tuple[float, ...]) -> Iterator[Line]:
    yield across(f"要見直し等一覧　{view.year.caption}", HEADING, widths, 30)
    words, columns = view.plan.words, view.layout.open_columns
    headings = ("No", words.initiative, words.department, "理由となる選択")
    yield heading_row((*headings, *(column.heading for column in columns), "冊子"), widths)
    rows = reviewed(view)
    for row in rows:
        texts = (
            view.plan.initiative[row.initiative].name,
            row.department,
            why(view, row),
            *(view.text(row.id, each) or view.instead(row.id, each) for each in columns),
        )
        cells = {at: Cell(text, _TEXT) for at, text in enumerate(texts, start=1)}
        cells[0] = Cell(row.initiative, _NO, link=places.get(row.id, ""))
        cells[len(widths) - 1] = Cell(_pages(view, row), _NO)
        yield from flowing(cells, widths)
    if not rows:
        yield across("見直し等が必要とされた取組はありません。", CELL, widths, 24)


def council_review_pages(view: YearView, places: Mapping[str, str]) -> list[Page]:
    """What councils asked to look at again: why, and what the city will do."""
    called, opinions = reviewed_by_councils(view), Opinions(view)
    if not called:
        return []
    head = heading_row(_COUNCIL, _COUNCIL_WIDTHS)
    paper = Paper(A3_LANDSCAPE, repeated=height([head]))
    title = f"{COUNCIL_SHEET}　{view.year.caption}"
    paper.begin([across(title, HEADING, _COUNCIL_WIDTHS, 30), head])
    for each in called:
        paper.add([_called(each, opinions, places)])
    page = Page(COUNCIL_SHEET, _COUNCIL_WIDTHS, paper.lines, A3, landscape=True, fit=False)
    return [replace(page, header=view.header, freeze=(2, 2), repeat=(1, 1))]


def _called(each: Called, opinions: Opinions, places: Mapping[str, str]) -> list[Line]:
    page = each.view.page_of(each.row)
    texts = (
        each.name,
        each.who.name,
        each.why,
        each.reason or OPTIONAL,
        _next_step(opinions, each),
    )
    cells = {at: Cell(text, _TEXT) for at, text in enumerate(texts, start=1)}
    cells[0] = Cell(each.about, _NO, link=places.get(each.about, ""))
    cells[len(texts) + 1] = Cell(f"{page}頁" if page else "", _NO)
    return flowing(cells, _COUNCIL_WIDTHS)


def _next_step(opinions: Opinions, called: Called) -> str:
    """What the departments answered to the council's opinion in this row."""
    at = (called.view.round.code, called.who.code, called.row.id)
    lines = [
        f"{reply.department}：{'　'.join(filter(None, reply.texts)) or NO_ANSWER}"
        for said in opinions.all
        if (said.opinion.answer.round, *said.whose_row) == at
        for reply in said.replies
    ]
    return "\n".join(lines) or OPTIONAL


def _pages(view: YearView, row: Row) -> str:
    page = view.page_of(row)
    return f"{page}頁" if page else ""
