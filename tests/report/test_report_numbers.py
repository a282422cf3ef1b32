"""The paper as printed: one numbering that is true, sizes that one can read, no empty pages."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kakunin_xlsx.plan import Audience, FiscalYear, Plan, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.paging import BAND, SUB_BAND
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import JIMU, KANKYO, MASTERS, NUMBERS, R7, SECOND, SHOGAI, sample_record
from tests.report.records import book_of, pages_of, record, varied
from tests.report.years import judged, year_record, years_record
from tests.tools.libreoffice import LibreOffice
from tests.tools.looks import PrintedPage, printed
from tests.tools.pdf import pdf_text

OWN = {"shipped": MASTERS, "second": SECOND, "numbers": NUMBERS}
PLANS = OWN | {folder.name: folder for folder in (KANKYO, JIMU, SHOGAI)}
BODY, TABLE = 10.5, 9.0  # points
CONTENTS = "目次"


def view_of(name: str, first_page: int = 1) -> YearView:
    plan = load_plan(PLANS[name])
    plan = replace(plan, style=replace(plan.style, first_page=first_page))
    return YearView.of(plan, R7, judged(plan), audience=Audience.COUNCIL)


def years() -> Iterator[Any]:
    """Of each plan the first year after its first round, and the final one after each round."""
    for name, folder in PLANS.items():
        plan, marks = load_plan(folder), () if name in OWN else pytest.mark.slow
        first, *_ = codes = [each.code for each in plan.rounds_in_order]
        yield pytest.param(name, plan.first_year.code, first, marks=marks)
        for code in codes:
            yield pytest.param(name, plan.last_year.code, code, marks=marks)


def as_it_stands(plan: Plan, year: FiscalYear, code: str) -> Record:
    """Every year before, and of this one what is merged after the round `code`."""
    done = {each.code for each in plan.rounds if each.order <= plan.round[code].order}
    if year == plan.first_year:
        return record(plan, year, varied)
    answers = years_record(plan).answers
    return Record(tuple(a for a in answers if a.year != year.code or a.round in done))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def contents(pages: list[Page]) -> Iterator[tuple[str, str, int]]:
    """Title, link and page number of each line of the 目次."""
    (page,) = (page for page in pages if page.name == CONTENTS)
    for line in page.lines[1:]:
        if 2 in line.cells:
            title, number = line.cells[min(line.cells)], line.cells[2]
            yield title.text, number.link, int(number.text.removesuffix("頁"))


def on_paper(
    view: YearView, folder: Path, office: LibreOffice
) -> tuple[list[PrintedPage], list[str]]:
    """What LibreOffice prints: figures and the text of each page."""
    path = folder / "report.xlsx"
    path.write_bytes(book_of(view))
    pdf = office.convert(path, "pdf", folder)
    return printed(pdf), [squeezed(text) for text in pdf_text(pdf)]


@pytest.mark.parametrize(("name", "first"), [("shipped", 1), ("second", 31)])
def test_pages_bear_the_numbers_that_the_contents_name(
    name: str, first: int, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    view = view_of(name, first)
    _, texts = on_paper(view, tmp_path, libreoffice)
    pages = pages_of(view)
    known = list(contents(pages))
    # 概要, 目次 and 奥付 are not listed
    assert len(known) == len(pages) - 3 + len([s for s in view.layout.sections if s.measure_band])
    foot = f"{{}}/{len(texts)}" if first == 1 else f"{{}}（全{len(texts)}頁）"
    for title, link, number in known:
        text = texts[number - first]
        assert text.endswith(foot.format(number)), (title, text[-20:])
        assert squeezed(title) in text, title
        assert re.fullmatch(r"'.+'!A\d+", link)


@pytest.mark.parametrize("name", PLANS)
def test_every_page_that_is_named_holds_what_it_is_named_for(
    name: str, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    view = view_of(name)
    _, texts = on_paper(view, tmp_path, libreoffice)
    pages = pages_of(view)
    seen = 0
    for page in pages:
        for line in page.lines:
            for cell in line.cells.values():
                for no, number in re.findall(r"([A-Z\d][-\d]*)（(\d+)頁）", cell.text):
                    assert no in texts[int(number) - 1], (cell.text, no, number)
                    seen += 1
    assert seen >= 5


@pytest.mark.parametrize(("name", "code", "after"), [*years()])
def test_what_is_printed_can_be_read_and_no_page_is_nearly_empty(
    name: str, code: str, after: str, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    plan, year = load_plan(PLANS[name]), FiscalYear.parse(code)
    view = YearView.of(plan, year, as_it_stands(plan, year, after), audience=Audience.COUNCIL)
    figures, texts = on_paper(view, tmp_path, libreoffice)
    pages = pages_of(view)
    for title, _, number in contents(pages):
        assert squeezed(title) in texts[number - 1], title
    starts = {page.first_page for page in pages}
    assert [p.number for p in figures if p.number in starts] == [p.first_page for p in pages]
    for each in figures:
        page = next(page for page in reversed(pages) if page.first_page <= each.number)
        table = page.name in {f"{plan.words.goal}{goal.no}" for goal in plan.goals}
        least = TABLE if table else BODY
        assert each.share_below(least - 0.2) == 0, (each.number, each.sizes)
        last = each.number + 1 in starts or each.number == len(figures)
        assert last or each.fill > 0.4, (page.name, each.number, each.fill)


@pytest.mark.parametrize("name", PLANS)
def test_a_long_plan_prints_two_targets(name: str) -> None:
    plan = replace(load_plan(PLANS[name]), last_year=FiscalYear.parse("R16"))
    view = YearView.of(plan, R7, judged(plan), audience=Audience.COUNCIL)
    page = next(page for page in pages_of(view) if page.name.startswith(plan.words.goal))
    heads = [cell.text for line in page.lines if line.heads for cell in line.cells.values()]
    codes = [text.split("\n")[0] for text in heads if re.match(r"R\d", text)]
    assert codes == ["R7", "R16"]


def test_an_ordinary_year_is_no_longer_than_the_booklet_and_a_third(
    tmp_path: Path, libreoffice: LibreOffice
) -> None:
    plan = load_plan(MASTERS)
    view = YearView.of(plan, R7, year_record(plan, R7, first=sample_record()))
    figures, texts = on_paper(view, tmp_path, libreoffice)
    assert len(figures) <= 32
    whole = "".join(texts)
    assert "Err:" not in whole
    assert "###" not in whole


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize(("name", "code", "after"), [*years()])
def test_no_band_stands_alone_at_the_foot_of_a_page(
    name: str, code: str, after: str, audience: Audience
) -> None:
    plan, year = load_plan(PLANS[name]), FiscalYear.parse(code)
    view = YearView.of(plan, year, as_it_stands(plan, year, after), audience=audience)
    bands = {SUB_BAND, BAND}
    for page in pages_of(view):
        for line, below in pairwise(page.lines):
            if below.new_page:
                assert not bands & {cell.style for cell in line.cells.values()}, page.name


@pytest.mark.parametrize("name", PLANS)
def test_page_one_says_what_on_which_year_and_whose(name: str) -> None:
    view = view_of(name)
    front, *_ = pages_of(view)
    words = [cell.text for line in front.lines for cell in line.cells.values()]
    assert view.layout.title in words
    assert view.year.caption in words
    assert f"{view.plan.city}　{view.plan.office}" in words
    assert ("事務局確認用" in words) == view.office_only


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
