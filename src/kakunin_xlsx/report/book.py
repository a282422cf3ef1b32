"""report_workbook(plan, year, record): the whole consolidated 確認表."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kakunin_xlsx.plan import FiscalYear, Plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.chapters import chapter_pages
from kakunin_xlsx.report.closing import closing_columns, closing_page
from kakunin_xlsx.report.comparison import comparison_page
from kakunin_xlsx.report.contents import bound
from kakunin_xlsx.report.data import data_page
from kakunin_xlsx.report.errata import errata_page
from kakunin_xlsx.report.gaps import gap_pages
from kakunin_xlsx.report.judgements import judgement_pages
from kakunin_xlsx.report.overview import overview_page
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.replies import replies_pages
from kakunin_xlsx.report.review import council_review_pages, review_page
from kakunin_xlsx.report.revisions import revisions_pages
from kakunin_xlsx.report.sources import sources_page
from kakunin_xlsx.report.summary import summary_page
from kakunin_xlsx.report.tables import GoalSheet
from kakunin_xlsx.report.trend import Trend
from kakunin_xlsx.report.trend_lines import trend_lines_page
from kakunin_xlsx.report.trend_page import trend_page
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import Page


def report_workbook(plan: Plan, year: FiscalYear, record: Record) -> bytes:
    """The xlsx file; the same plan and record give the same bytes."""
    return view_workbook(YearView.of(plan, year, record))


def view_workbook(view: YearView, paper: CouncilPaper | None = None) -> bytes:
    """The xlsx file of a view that is at hand."""
    year = view.year
    info = BookInfo(title=f"{view.layout.title}　{year.name}", subject=year.caption)
    return workbook_bytes(iter(report_pages(view, paper)), info, view.plan.style.font)


def report_pages(view: YearView, paper: CouncilPaper | None = None) -> list[Page]:
    """All sheets in order; the tables come first in making, because others link to them."""
    words, paper = view.plan.words, paper or CouncilPaper()
    with_rows = dict.fromkeys(section.goal for section in view.layout.sections)
    sheets = [GoalSheet(view, goal, f"{words.goal}{goal}") for goal in with_rows]
    laid = [sheet.page() for sheet in sheets]
    places = {row: place for sheet in sheets for row, place in sheet.places.items()}
    tables = [  # once to learn where each row stands, then again where a row links to another
        replace(sheet, links=places).page() if sheet.refers else page
        for sheet, page in zip(sheets, laid, strict=True)
    ]
    del laid
    pages = [
        overview_page(view, places, paper),
        *chapter_pages(view),
        *tables,
        *judgement_pages(view),
        summary_page(view),
        comparison_page(view, places),
        *_years_together(view, places),
        review_page(view, places),
        *council_review_pages(view, places),
        *replies_pages(view, places),
        *(gap_pages(view, paper.findings, places) if view.internal else ()),
        *([errata_page(view, paper.errata)] if paper.errata else []),
        *revisions_pages(view),
        data_page(view),
        *([sources_page(view)] if view.internal else []),
    ]
    return bound(view, pages, places)


def _years_together(view: YearView, places: Mapping[str, str]) -> Iterator[Page]:
    """推移 as soon as an earlier year has answers; in the final year what is said of the whole."""
    trend = Trend(view)
    if view.earlier:
        yield trend_page(trend)
        yield trend_lines_page(trend, places)
    if closing_columns(view):
        yield closing_page(trend, places)
