"""What a form shows as it opens and as it is printed, in pixels and points: both plans, every round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from kakunin_xlsx.layout import Layout, measure, opens_at
from kakunin_xlsx.merge.join import layouts
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.plan.rounds import FieldType, When
from kakunin_xlsx.plan.settings import ASKED_AND_LAST, EVERY_TARGET
from kakunin_xlsx.record import Record
from kakunin_xlsx.sheets.form import SUB_BAND, form_page
from kakunin_xlsx.sheets.workbooks import form_workbook
from tests.example import JIMU, KANKYO, NUMBERS, R7, SECOND, SHOGAI, shipped
from tests.report.years import years_record
from tests.tools.libreoffice import LibreOffice
from tests.tools.looks import DESKTOP, NOTEBOOK, first_screen, printed, row_pixels

OWN = {"shipped": shipped(), "second": load_plan(SECOND)}
PLANS = OWN | {path.name: load_plan(path) for path in (NUMBERS, KANKYO, JIMU, SHOGAI)}
FORMS = [
    (name, year.code, round_.code)
    for name, plan in PLANS.items()
    for year in plan.years
    for round_ in plan.rounds_in_order
]
CASES = [pytest.param(*each, marks=() if each[0] in OWN else pytest.mark.slow) for each in FORMS]
MOST_FROZEN, TALLEST = 110, 300  # pixels
LEAST_PRINTED = 8.0  # points


def asked(plan: Plan, year: FiscalYear, code: str) -> tuple[Layout, ...]:
    """The longest form of a round, and the first one."""
    before = {each.code for each in plan.rounds if each.order < plan.round[code].order}
    past = Record(
        tuple(
            each
            for each in years_record(plan).answers
            if each.year == year.previous.code or (each.year == year.code and each.round in before)
        )
    )
    forms = layouts(plan, year, code, past)
    longest = max(forms, key=lambda one: len(one.rows))
    return tuple({id(one): one for one in (longest, forms[0])}.values()) if forms else ()


def books(folder: Path, name: str, year: str, code: str) -> Iterator[tuple[Layout, Path]]:
    for one in asked(PLANS[name], FiscalYear.parse(year), code):
        path = folder / f"{one.identity.respondent}.xlsx"
        path.write_bytes(form_workbook([one], PLANS[name].style.font))
        yield one, path


@pytest.mark.parametrize(("name", "year", "code"), CASES)
def test_it_opens_where_one_writes(name: str, year: str, code: str, tmp_path: Path) -> None:
    for one, path in books(tmp_path, name, year, code):
        near, far = (first_screen(path, one.sheet, size) for size in (NOTEBOOK, DESKTOP))
        assert near.frozen_columns == (1, 2)
        assert near.frozen_height <= MOST_FROZEN
        at = {column.key: number for number, column in enumerate(one.columns, start=2)}
        target = next((c.key for c in one.columns if c.asked), one.columns[1].key)
        assert near.columns[2] == at[target]
        must = [c for c in one.open_columns if c.required and not c.required.key]
        yearly = [c for c in must if c.field and c.field.when is When.EVERY_YEAR]
        assert {at[column.key] for column in yearly} <= set(near.columns)
        assert {at[column.key] for column in one.open_columns} <= set(far.columns)


@pytest.mark.parametrize(("name", "year", "code"), CASES)
def test_a_councils_row_is_seen_whole(name: str, year: str, code: str, tmp_path: Path) -> None:
    if PLANS[name].round[code].of_departments:
        return
    for _, path in books(tmp_path, name, year, code):
        for sheet in openpyxl.load_workbook(path).worksheets:
            height = row_pixels(sheet)
            assert max(map(height, range(1, sheet.max_row + 1))) <= TALLEST


@pytest.mark.parametrize(("name", "year", "code"), CASES)
def test_the_first_sheet_is_what_is_handed_in(
    name: str, year: str, code: str, tmp_path: Path
) -> None:
    for one, path in books(tmp_path, name, year, code):
        book = openpyxl.load_workbook(path)
        cover, table = book["記入要領"], book[one.sheet]
        shown = {str(c.value) for row in cover.iter_rows(min_col=2) for c in row if c.value}
        assert {column.heading for column in one.form} <= shown
        council = not PLANS[name].round[code].of_departments
        words = {"提出区分", "提出回", "所属長確認"}
        assert words & shown == (set() if council else words)
        texts = {str(c.value) for row in table.iter_rows(min_col=2) for c in row if c.value}
        assert not texts & {column.heading for column in one.form if column.open}
        assert all(sheet.protection.objects for sheet in (cover, table))
        assert ("前年度の回答" in book.sheetnames) is bool(one.last)


@pytest.mark.parametrize(("name", "year", "code"), CASES)
def test_nothing_above_the_table_is_cut_and_a_band_says_its_number_once(
    name: str, year: str, code: str
) -> None:
    plan = PLANS[name]
    for one in layouts(plan, FiscalYear.parse(year), code):
        page = form_page(one, "確認表")
        top = page.lines[0].cells
        assert one.caption in {cell.value for cell in top.values()}
        for at, cell in top.items():
            room = sum(page.widths[at : at + cell.across])
            assert measure.width(str(cell.value)) <= room, (one.respondent, cell.value, room)
        for line in page.lines:
            texts = [str(c.value) for at, c in line.cells.items() if at and c.style == SUB_BAND]
            assert len(texts) < 2 or not texts[-1].startswith(texts[0])


ON_PAPER = [
    *(
        pytest.param(*form, PLANS[form[0]].style.paper, marks=case.marks)
        for form, case in zip(FORMS, CASES, strict=True)
    ),
    *(("shipped", year.code, "jisseki", "A4") for year in PLANS["shipped"].years),
    ("shipped", "R7", "naibu", "A4"),
    ("second", "R8", "jisseki", "A3"),
]


@pytest.mark.parametrize(("name", "year", "code", "paper"), ON_PAPER)
def test_a_person_can_read_it_on_paper(
    name: str, year: str, code: str, paper: str, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    plan = replace(PLANS[name], style=replace(PLANS[name].style, paper=paper))
    for one in asked(plan, FiscalYear.parse(year), code)[:1]:
        path = tmp_path / "form.xlsx"
        path.write_bytes(form_workbook([one], plan.style.font))
        pages = printed(libreoffice.convert(path, "pdf", tmp_path))
        assert all(page.body >= LEAST_PRINTED for page in pages)
        tables = pages[1:]
        assert {round(page.width) for page in tables} == {1191 if paper == "A3" else 842}
        for page in tables:
            lines = [line.strip() for line in page.text.splitlines() if line.strip()]
            assert not lines[-1].startswith(plan.words.goal)
        for page, after in pairwise(tables):
            if one.in_print[0] in after.text and not form_page(one, "x").column_breaks:
                assert page.fill > 0.4  # the table goes on


def test_a_long_plan_shows_two_targets() -> None:
    plan = shipped()
    longer = replace(plan, last_year=FiscalYear.parse("R11"))
    assert [year.code for year in longer.years_shown(R7)] == ["R7", "R11"]
    every = replace(longer, style=replace(longer.style, targets=EVERY_TARGET))
    assert every.years_shown(R7) == longer.years
    short = replace(plan, style=replace(plan.style, targets=ASKED_AND_LAST))
    assert [year.code for year in short.years_shown(R7)] == ["R7", "R8"]
    (one, *_) = layouts(longer, R7, "jisseki")
    keys = [c.key for c in one.columns if c.key.startswith("target:")]
    assert keys == ["target:R7", "target:R11"]
    assert one.columns[opens_at(one.columns)].key == "target:R7"


def test_what_an_opinion_is_about_is_chosen() -> None:
    one = next(o for o in layouts(shipped(), R7, "iinkai") if o.rows)
    about = one.column["about"]
    assert about.type is FieldType.CHOICE
    for typed, meant in {
        "３－４－１": "3-4-1",
        "3ー4ー1": "3-4-1",
        "3‐4": "3-4",
        "３": "3",
        "計画全体": "全体",
        "3-4-1 児童生徒": "3-4-1",
        "3-4-1（重点取組）": "3-4-1",
        "重点取組３－４－１について": "3-4-1",
        "3件の相談": None,
        "9-9-9": None,
        "住まいのこと": None,
    }.items():
        assert about.understand(typed) == meant, typed
