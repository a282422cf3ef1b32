"""The consolidated 確認表: its pages in order, bound with one numbering."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from kakunin_xlsx.layout.sheet_names import safe_names
from kakunin_xlsx.report.chapters import chapter_pages
from kakunin_xlsx.report.closing import closing_page
from kakunin_xlsx.report.contents import colophon_page, contents_page
from kakunin_xlsx.report.courses import courses_page
from kakunin_xlsx.report.errata import errata_page
from kakunin_xlsx.report.figures import figures_page
from kakunin_xlsx.report.measured import measured_page
from kakunin_xlsx.report.overview import overview_page
from kakunin_xlsx.report.paging import Refs, numbered
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.replies import replies_page
from kakunin_xlsx.report.revisions import revisions_page
from kakunin_xlsx.report.summary import summary_page
from kakunin_xlsx.report.tables import goal_pages
from kakunin_xlsx.report.trend import trend_page
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import Page

Made = Page | Iterable[Page] | None
PAGES: tuple[Callable[[CouncilPaper], Made], ...] = (
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
    return workbook_bytes(iter(pages or report_pages(paper)), info, view.plan.style.font)


def report_pages(paper: CouncilPaper) -> list[Page]:
    """All sheets in order: made once to learn where everything stands, then saying so."""
    first = paper.view.plan.style.first_page
    for _ in range(4):  # a longer contents may move what it lists
        made = [*_made(paper)]
        names = safe_names(page.name for page in made)
        pages = [replace(page, name=name) for page, name in zip(made, names, strict=True)]
        refs = Refs.of(pages, first)
        if refs == paper.refs:
            break
        paper = replace(paper, refs=refs)
    return numbered(pages, first)


def _made(paper: CouncilPaper) -> Iterable[Page]:
    for make in PAGES:
        made = make(paper)
        if made is not None:
            yield from (made,) if isinstance(made, Page) else made
