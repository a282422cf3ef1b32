"""No row is short: each text of the report, merged ones too, against LibreOffice's own height."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kakunin_xlsx.plan import Plan, load_plan
from kakunin_xlsx.report import courses, trend
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import Cell, Line, Page, Style
from tests.example import MASTERS, R7, SECOND
from tests.report.records import book_of, pages_of
from tests.report.years import judged, years_record
from tests.tools.libreoffice import LibreOffice

PLANS = {"shipped": MASTERS, "second": SECOND}


def middle(plan: Plan) -> YearView:
    """R7, all have judged."""
    return YearView.of(plan, R7, judged(plan))


def final(plan: Plan) -> YearView:
    """The final year, every year before it answered."""
    return YearView.of(plan, plan.last_year, years_record(plan))


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("seen", [middle, final])
def test_no_text_needs_more_height_than_it_has(
    seen: Callable[[Plan], YearView], name: str, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    view = seen(load_plan(PLANS[name]))
    path = tmp_path / "report.xlsx"
    path.write_bytes(book_of(view))
    made = {page.name for page in pages_of(view)}
    of_years = [trend.SHEET_NAME, courses.courses_sheet(view.plan), courses.CLOSING_SHEET]
    sheets = of_years if seen is final else made - set(of_years)  # each sheet once: it takes long
    assert made >= set(sheets)
    texts = libreoffice.measure(path, sorted(sheets))
    assert len(texts) > 100
    short = [
        f"{text['sheet']}!{text['cell']} {text['have']} < {text['need']} {text['text'][:30]}"
        for text in texts
        if text["have"] + 0.2 < text["need"]
    ]
    assert short == []


def test_a_short_row_would_be_seen(tmp_path: Path, libreoffice: LibreOffice) -> None:
    style, text = Style(), "一行に入らない長い文章です。" * 4
    lines = [
        Line({0: Cell(text, style, across=2)}, 20, fixed=True),
        Line({0: Cell(text, style, down=2)}, 60, fixed=True),
        Line({}, 60, fixed=True),
    ]
    path = tmp_path / "short.xlsx"
    page = Page("表", (20.0, 20.0), lines)
    path.write_bytes(workbook_bytes([page], BookInfo("試し"), "BIZ UDゴシック"))
    merged, high = libreoffice.measure(path, ["表"])
    assert merged["cell"] == "A1"
    assert merged["have"] == pytest.approx(20, abs=0.5)
    assert 25 < merged["need"] < high["need"] < high["have"] == pytest.approx(120, abs=0.5)
