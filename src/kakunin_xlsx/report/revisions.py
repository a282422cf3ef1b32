"""改訂履歴: what of the plan changed from year to year, up to the one that is reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kakunin_xlsx.plan import Audience, FiscalYear, Told, told_briefly, year_changes
from kakunin_xlsx.report.lines import (
    CELL,
    HEADING,
    PARAGRAPH,
    across,
    flowing,
    heading_row,
)
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Paper, height
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SHEET_NAME = "改訂履歴"
_HEADINGS = ("いつから", "改めたところ", "根拠")
_WIDTHS = (16.0, 116.0, 68.0)
_TEXT = replace(CELL, size=10.5, valign="top")
_NO_GROUND = "－"


def revisions_pages(view: YearView) -> list[Page]:
    """The sheet, or nothing if the plan is as it was printed.

    A paper for the public shows no grounds: they name who decided.
    """
    found = list(_told(view))
    if not found:
        return []
    public = view.audience is Audience.PUBLIC
    headings = _HEADINGS[:2] if public else _HEADINGS
    widths = (_WIDTHS[0], sum(_WIDTHS[1:])) if public else _WIDTHS
    head = heading_row(headings, widths)
    paper = Paper(A3_LANDSCAPE, repeated=height([head]))
    said = f"{view.year.name}までに、計画の文章・目標・担当課などを改めたところ　{len(found)}件"
    paper.begin([across(SHEET_NAME, HEADING, widths, 30), across(said, PARAGRAPH, widths), head])
    for year, each in found:
        texts = (year.name, each.words, each.ground or _NO_GROUND)[: len(headings)]
        paper.add([_lines(texts, widths)])
    return [_page(view, paper, widths)]


def _told(view: YearView) -> Iterator[tuple[FiscalYear, Told]]:
    """Every change, first year to last; `masters` holds all years of the plan."""
    plan = view.masters
    for year in plan.years:
        if plan.first_year < year <= view.year:
            yield from ((year, each) for each in told_briefly(year_changes(plan, year), plan, plan))


def _lines(texts: tuple[str, ...], widths: tuple[float, ...]) -> list[Line]:
    return flowing({at: Cell(text, _TEXT) for at, text in enumerate(texts)}, widths)


def _page(view: YearView, paper: Paper, widths: tuple[float, ...]) -> Page:
    return Page(
        name=SHEET_NAME,
        widths=widths,
        lines=paper.lines,
        paper=A3,
        landscape=True,
        fit=False,
        header=view.header,
        freeze=(3, 0),
        repeat=(2, 2),
    )
