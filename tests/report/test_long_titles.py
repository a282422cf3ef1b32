"""A long title above and below each page, of forms and papers, beside what else stands there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kakunin_xlsx.layout import layout, measure
from kakunin_xlsx.plan import Audience, Plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import form_page
from tests.example import R7, form, layouts, shipped
from tests.hands import Book, read
from tests.report.records import pages_of

TITLES = (
    "海辺市こどもの笑顔があふれるまちづくり基本計画",
    "Borough of Seaford Delivery Plan <2026> & 'Safer' \"Streets\" 2026",
    "みんなでつくる" * 20,
)
A4_WIDE, A3_WIDE = 510.0, 1134.0  # points between the margins, upright and on its side


def titled(title: str) -> Plan:
    return replace(shipped(), title=title, booklet=f"{title} 進み具合の表")


def parts(code: str) -> dict[str, tuple[str, float]]:
    """Left, centre and right of a header or footer, each with its size in points."""
    found = {}
    for side, text in re.findall(r"&([LCR])((?:&&|&[^LCR]|[^&])*)", code):
        size = re.search(r"&(\d+)", re.sub(r'&"[^"]*"', "", text))
        words = re.sub(r'&"[^"]*"|&\d+ ?|&[PN]', "", text).replace("&&", "&").strip()
        found[side] = (words, float(size[1]) if size else 11.0)
    return found


def points(part: tuple[str, float]) -> float:
    return measure.width(part[0]) * part[1] / 2


@pytest.mark.parametrize("title", TITLES)
def test_the_title_and_the_stamp_above_a_paper_do_not_meet(title: str) -> None:
    plan = titled(title)
    for page in pages_of(YearView.of(plan, R7, Record(), audience=Audience.COUNCIL)):
        found = parts(page.header)
        assert found["L"][0].startswith(title[:20])
        assert found["R"][0].startswith("会議用")
        assert points(found["L"]) + points(found["R"]) < A4_WIDE
        assert len(page.header) <= 255


@pytest.mark.parametrize("title", TITLES)
def test_the_title_on_a_form_ends_before_what_stands_beside_it(title: str) -> None:
    plan = titled(title)
    one = max(layouts(plan), key=lambda each: len(each.rows))
    data = form(one)
    sheet = Book(data).sheet
    assert sheet.oddFooter
    foot = sheet.oddFooter.left
    assert measure.width(str(foot.text)) * (foot.size or 11) / 2 < A3_WIDE / 2
    (cell,) = (c for c in sheet[1] if str(c.value).startswith(title))
    over = next(each for each in sheet.merged_cells.ranges if cell.coordinate in each)
    page = form_page(one, "確認表")
    room = sum(page.widths[over.min_col - 1 : over.max_col])
    assert measure.width(title) * cell.font.size / 10.5 <= room or cell.font.size == 6
    returned = read(data, layouts(plan), "提出.xlsx")
    assert not [each for each in returned.sheets[0].grid.comments if each.in_print]
    later = plan.years[-1], plan.rounds[0].code
    other = [
        layout(plan, later[0], later[1], who)
        for who in plan.at(later[0]).respondents_of(plan.rounds[0])
    ]
    foreign = read(data, tuple(other), "提出.xlsx")  # last year's form is handed in
    assert not [each for each in foreign.sheets[0].grid.comments if each.in_print]
