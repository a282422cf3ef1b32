"""表紙, 目次 and page numbers: what is computed is what LibreOffice prints."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kakunin_xlsx.report.numbering import papers

from kakunin_xlsx.plan import Plan, load_plan
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import MASTERS, R7, SECOND
from tests.report.records import book_of, pages_of
from tests.report.years import judged
from tests.tools.libreoffice import LibreOffice
from tests.tools.pdf import pdf_text

PLANS = {"shipped": MASTERS, "second": SECOND}


def view_of(name: str, first_page: int = 1) -> YearView:
    plan = load_plan(PLANS[name])
    plan = replace(plan, style=replace(plan.style, first_page=first_page))
    return YearView.of(plan, R7, judged(plan))


def contents(pages: list[Page]) -> Iterator[tuple[str, str, int]]:
    """Title, link and page number (0 if it has none) of each line of the 目次."""
    (page,) = (page for page in pages if page.name == "目次")
    for line in page.lines[1:]:
        title, number = line.cells[min(line.cells)], line.cells[2]
        yield title.text, number.link, int(number.text.removesuffix("頁").replace("－", "0"))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(("name", "first"), [("shipped", 1), ("second", 31)])
def test_pages_bear_the_numbers_that_the_contents_name(
    name: str, first: int, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    view = view_of(name, first)
    path = tmp_path / "report.xlsx"
    path.write_bytes(book_of(view))
    printed = [squeezed(text) for text in pdf_text(libreoffice.convert(path, "pdf", tmp_path))]
    pages = pages_of(view)
    known = list(contents(pages))
    assert len(known) == len(pages) - 2 + len([s for s in view.layout.sections if s.measure_band])
    foot = f"{{}}/{len(printed)}" if first == 1 else f"{{}}（全{len(printed)}頁）"
    listed = re.sub(r"\d+頁", "", "".join(printed[1 : papers(pages[1])[-1] + 2]))
    for title, link, number in known:
        assert squeezed(title) in listed
        if number:
            text = printed[number - first]
            assert text.endswith(foot.format(number)), (title, text[-20:])
            assert squeezed(title) in text or title in ("概要", "データ", "出典")
            assert re.fullmatch(r"'.+'!A\d+", link)


@pytest.mark.parametrize("name", PLANS)
def test_the_cover_says_what_on_which_year_and_whose(name: str) -> None:
    view = view_of(name)
    cover, *_ = pages_of(view)
    words = [cell.text for line in cover.lines for cell in line.cells.values()]
    plan: Plan = view.plan
    assert squeezed("".join(words)).startswith(squeezed(plan.booklet))
    assert words[-2:] == [plan.city, plan.office]
    assert "対象年度：令和7年度（2025年度）" in words
    assert "実施：令和8年度（2026年度）" in words
    assert ("事務局確認用" in words) == view.office_only
    assert cover.footer == ""


def test_title_language_and_font_are_set() -> None:
    with zipfile.ZipFile(io.BytesIO(book_of(view_of("shipped")))) as archive:
        core = archive.read("docProps/core.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
        chart = archive.read("xl/charts/chart1.xml").decode()
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert "<dc:language>ja-JP</dc:language>" in core
    assert "<dc:title>狛江市第1次再犯防止推進計画　取組状況確認表　令和7年度</dc:title>" in core
    assert '<name val="BIZ UDゴシック"/><family val="3"/><charset val="128"/>' in styles
    assert '<family val="2"/>' not in styles
    assert '<c:lang val="ja-JP"/>' in chart
    assert "en-US" not in chart
    assert 'ea typeface="BIZ UDゴシック"' in chart
    assert 'descr="' in drawing
