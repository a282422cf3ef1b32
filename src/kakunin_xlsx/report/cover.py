"""表紙: whose paper it is, on which year, and the stamp of what is not final."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kakunin_xlsx.report.lines import gap, line
from kakunin_xlsx.report.view import OFFICE_ONLY, YearView
from kakunin_xlsx.sheets.page import Cell, Line, Page, Style

SHEET_NAME = "表紙"
_WIDTHS = (28.0, 36.0, 28.0)
_TITLE = Style(size=26, bold=True, align="center", valign="vcenter")
_YEAR = Style(size=18, align="center", valign="vcenter")
_CITY = Style(size=20, align="center", valign="vcenter")
_STAMP = Style(size=16, bold=True, color="#B00000", align="center", valign="vcenter", border=True)


def cover_page(view: YearView) -> Page:
    """The sheet in front of all others; it is counted, but bears no number."""
    return Page(
        name=SHEET_NAME,
        widths=_WIDTHS,
        lines=list(_lines(view)),
        header=view.header,
        footer="",
    )


def _lines(view: YearView) -> Iterator[Line]:
    year = view.year
    yield gap(130)
    for text in _titles(view):
        yield _centred(text, _TITLE, 48)
    yield gap(60)
    yield _centred(f"対象年度：{year.full_name}", _YEAR, 34)
    yield _centred(f"実施：{year.next.full_name}", _YEAR, 34)
    yield gap(50)
    stamp = {1: Cell(OFFICE_ONLY, _STAMP)} if view.office_only else {}
    yield line(stamp, _WIDTHS, 36)
    yield gap(90)
    yield _centred(view.plan.city, _CITY, 38)
    yield _centred(view.plan.office, replace(_CITY, size=16), 32)


def _titles(view: YearView) -> tuple[str, ...]:
    """The booklet's title; the plan's name stands on a line of its own."""
    plan = view.plan
    rest = plan.booklet.removeprefix(plan.title).strip()
    return (plan.title, rest) if rest and rest != plan.booklet.strip() else (plan.booklet,)


def _centred(text: str, style: Style, least: float) -> Line:
    return line({0: Cell(text, style, across=len(_WIDTHS))}, _WIDTHS, least)
