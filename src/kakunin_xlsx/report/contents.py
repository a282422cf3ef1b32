"""目次: every sheet and every 施策 with its page, each linked to its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kakunin_xlsx.report.cover import cover_page
from kakunin_xlsx.report.lines import HEADING, PARAGRAPH, across, line
from kakunin_xlsx.report.numbering import Numbers
from kakunin_xlsx.report.paging import A4_PORTRAIT, Paper
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Line, Page

SHEET_NAME = "目次"
_WIDTHS = (4.0, 76.0, 10.0)
_TEXT = replace(PARAGRAPH, valign="vcenter")
_NUMBER = replace(_TEXT, align="right")
_UNKNOWN = "－"  # tables for machines, of which only the printer knows the pages


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    place: str
    level: int


def bound(view: YearView, pages: Sequence[Page], places: Mapping[str, str]) -> list[Page]:
    """The finished paper: 表紙, 目次 and `pages`, all numbered. `places`: where rows stand."""
    entries = [entry for page in pages for entry in _entries(view, page, places)]
    cover, first = cover_page(view), view.plan.style.first_page
    # Once without numbers to learn how long it is, then with them.
    blank = _page(view, entries, {})
    numbers = Numbers([cover, blank, *pages], first)
    known = {entry.place: numbers.of(entry.place) for entry in entries}
    return Numbers([cover, _page(view, entries, known), *pages], first).printed()


def _entries(view: YearView, page: Page, places: Mapping[str, str]) -> Iterator[_Entry]:
    titles = {f"{view.plan.words.goal}{goal.no}": goal.name for goal in view.plan.goals}
    title = f"{page.name}：{titles[page.name]}" if page.name in titles else page.name
    yield _Entry(title, f"'{page.name}'!A1", 0)
    for section in view.layout.sections:
        place = places.get(section.rows[0].id, "")
        if section.measure_band and place.startswith(f"'{page.name}'!"):
            yield _Entry(section.measure_band, place, 1)


def _page(view: YearView, entries: Sequence[_Entry], numbers: Mapping[str, int | None]) -> Page:
    paper = Paper(A4_PORTRAIT)
    paper.add([[across(SHEET_NAME, HEADING, _WIDTHS, 30)]])
    for entry in entries:
        paper.add([[_line(entry, numbers.get(entry.place))]])
    return Page(name=SHEET_NAME, widths=_WIDTHS, lines=paper.lines, header=view.header)


def _line(entry: _Entry, number: int | None) -> Line:
    """The page bears the link: LibreOffice shows no second line of a linked text."""
    title = Cell(entry.title, _TEXT, across=2 - entry.level)
    shown = _UNKNOWN if number is None else f"{number}頁"
    return line({entry.level: title, 2: Cell(shown, _NUMBER, link=entry.place)}, _WIDTHS, 20)
