"""The consolidated 確認表: its pages in order, bound with one numbering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.layout.sheet_names import safe_names
from kakunin_xlsx.plan import Plan
from kakunin_xlsx.report.chapters import chapter_pages
from kakunin_xlsx.report.courses import closing_page, courses_page
from kakunin_xlsx.report.errata import errata_page, revisions_page
from kakunin_xlsx.report.figures import figures_page, measured_page
from kakunin_xlsx.report.opinions import replies_page
from kakunin_xlsx.report.overview import SHEET_NAME, overview_page
from kakunin_xlsx.report.paging import CELL, HEADER, PARAGRAPH, Stack, line, spread
from kakunin_xlsx.report.paper import CouncilPaper, Refs, numbered
from kakunin_xlsx.report.summary import summary_page
from kakunin_xlsx.report.tables import goal_pages
from kakunin_xlsx.report.trend import trend_page
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import Cell, Page

CONTENTS, COLOPHON = "目次", "奥付"
_WIDTHS = spread((4, 82, 10))
_TEXT = replace(PARAGRAPH, valign="vcenter")
_NUMBER = replace(_TEXT, align="right")
_MANY = 20_000  # answers; of more of them rows go to the disk as they come, so that memory holds


# The sheets that lead to all others, and tell whose paper it is.


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


# All sheets, and the workbook.

_Make = Callable[[CouncilPaper], Page | Iterable[Page] | None]
PAGES: tuple[_Make, ...] = (
    overview_page,
    contents_page,
    goal_pages,
    summary_page,
    figures_page,
    replies_page,
    trend_page,
    courses_page,
    measured_page,
    closing_page,
    errata_page,
    revisions_page,
    chapter_pages,
    colophon_page,
)


def paper_workbook(paper: CouncilPaper, pages: Iterable[Page] | None = None) -> bytes:
    """The xlsx file of a paper, of `pages` if they are laid out; the same paper, the same bytes."""
    view = paper.view
    info = BookInfo(title=f"{view.layout.title}　{view.year.name}", subject=view.year.caption)
    made = iter(pages or report_pages(paper))
    return workbook_bytes(made, info, view.plan.style.font, by_rows(view))


def by_rows(view: YearView) -> bool:
    """True if the workbooks of a view are too large to be held in memory."""
    return len(view.record.answers) > _MANY


def report_pages(paper: CouncilPaper) -> list[Page]:
    """All sheets in order: made once to learn where everything stands, then those that say so."""
    first, refs = paper.view.plan.style.first_page, Refs()
    parts: dict[_Make, tuple[Sequence[Page], Refs]] = {}
    for _ in range(4):  # a longer contents may move what it lists
        for make in PAGES:
            if make not in parts or not parts[make][1].hold(refs):
                own = replace(refs, asked=set())
                pages = make(replace(paper, refs=own))
                parts[make] = ((pages,) if isinstance(pages, Page) else tuple(pages or ()), own)
        made = [page for part, _ in parts.values() for page in part]
        names = safe_names(page.name for page in made)
        named = [replace(page, name=name) for page, name in zip(made, names, strict=True)]
        before, refs = refs, Refs.of(named, first)
        if refs == before:
            break
    return numbered(named, first)
