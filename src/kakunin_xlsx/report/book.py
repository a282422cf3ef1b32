"""The consolidated 確認表: its pages in order, bound with one numbering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

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
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import Page

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


_MANY = 20_000  # answers; of more of them rows go to the disk as they come, so that memory holds


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
    parts: dict[_Make, _Part] = {}
    for _ in range(4):  # a longer contents may move what it lists
        for make in PAGES:
            if make not in parts or not parts[make].refs.hold(refs):
                parts[make] = _Part.of(make, paper, refs)
        made = [page for part in parts.values() for page in part.pages]
        names = safe_names(page.name for page in made)
        pages = [replace(page, name=name) for page, name in zip(made, names, strict=True)]
        before, refs = refs, Refs.of(pages, first)
        if refs == before:
            break
    return numbered(pages, first)


@dataclass(frozen=True)
class _Part:
    """What one function made, and where it was told that things stand."""

    pages: Sequence[Page]
    refs: Refs

    @classmethod
    def of(cls, make: _Make, paper: CouncilPaper, refs: Refs) -> _Part:
        own = replace(refs, asked=set())
        made = make(replace(paper, refs=own))
        pages = (made,) if isinstance(made, Page) else tuple(made or ())
        return cls(pages, own)
