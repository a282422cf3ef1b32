"""改訂履歴: what of the plan changed from year to year, up to the one that is reported."""

from __future__ import annotations

from collections.abc import Iterator

from kakunin_xlsx.plan import Audience, FiscalYear, Sentence, describe_briefly, year_changes
from kakunin_xlsx.report.paging import list_page
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page

SHEET_NAME = "改訂履歴"
_COLUMNS = (("いつから", 12.0), ("改めたところ", 52.0), ("根拠", 32.0))
_NO_GROUND = "－"


def revisions_page(paper: CouncilPaper) -> Page | None:
    """The sheet, or nothing if the plan is as it was printed.

    A paper for the public shows no grounds: they name who decided.
    """
    view, found = paper.view, list(_told(paper.view))
    if not found:
        return None
    columns = _COLUMNS[:2] if view.audience is Audience.PUBLIC else _COLUMNS
    rows = [
        (year.name, each.words, each.ground or _NO_GROUND)[: len(columns)] for year, each in found
    ]
    said = (
        f"{view.year.name}までに、計画の文章・目標・{view.plan.words.department}などを改めたところ"
        f"　{len(found)}件"
    )
    return list_page(view, SHEET_NAME, columns, rows, [said])


def _told(view: YearView) -> Iterator[tuple[FiscalYear, Sentence]]:
    """Every change, first year to last; `masters` holds all years of the plan."""
    plan = view.masters
    for year in plan.years:
        if plan.first_year < year <= view.year:
            yield from (
                (year, each) for each in describe_briefly(year_changes(plan, year), plan, plan)
            )
