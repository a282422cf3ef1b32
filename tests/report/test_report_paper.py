"""The report on paper: nothing clipped, nothing torn, nothing shrunk, whatever was answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import Audience, FiscalYear, Plan, load_plan
from kakunin_xlsx.record import Answer, Reason, Record, State
from kakunin_xlsx.report.book import report_pages, report_workbook
from kakunin_xlsx.report.counting import NO_ANSWER, UNREAD, by_department, by_goal, total
from kakunin_xlsx.report.view import CONFLICTING, OPTIONAL, UNANSWERED, YearView
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page, need
from tests.example import MASTERS, R7, SECOND, shipped
from tests.report.records import answer, record, varied
from tests.report.years import year_record, years_record

PLANS = {
    "shipped": MASTERS,
    "second": SECOND,
    "shipped, all rounds": MASTERS,
    "shipped, all years": MASTERS,
    "second, all years": SECOND,
}
PAPER = {True: 1473, False: 679}  # pixels between the margins: A3 landscape, A4 portrait
HIGH = 755  # points between the margins of both


@cache
def plan_of(name: str) -> Plan:
    return load_plan(PLANS[name])


@cache
def view_of(name: str) -> YearView:
    plan = plan_of(name)
    if "all years" in name:
        return YearView.of(plan, plan.last_year, years_record(plan))
    made = year_record if "all rounds" in name else first_round
    return YearView.of(plan, R7, made(plan, R7))


def first_round(plan: Plan, year: FiscalYear) -> Record:
    return record(plan, year, varied)


@cache
def pages_of(name: str) -> tuple[Page, ...]:
    return tuple(report_pages(view_of(name)))


def printed(name: str) -> list[Page]:
    """Sheets made for paper; データ is for machines."""
    return [page for page in pages_of(name) if page.name != "データ"]


def goal_sheets(name: str) -> list[Page]:
    goals = {f"{plan_of(name).words.goal}{goal.no}" for goal in plan_of(name).goals}
    return [page for page in pages_of(name) if page.name in goals]


def tall(lines: tuple[Line, ...] | list[Line]) -> float:
    return sum(line.height or 0 for line in lines)


def cells(page: Page) -> Iterator[tuple[int, int, Cell]]:
    for row, line in enumerate(page.lines):
        for col, cell in line.cells.items():
            yield row, col, cell


def brief(_number: int, row: Row, column: Column) -> str:
    return varied(0, row, column)[:60]


def words(page: Page) -> set[str]:
    return {cell.text for _, _, cell in cells(page)}


@pytest.mark.parametrize("name", PLANS)
def test_every_cell_is_high_enough_for_its_text(name: str) -> None:
    for page in pages_of(name):
        for row, col, cell in cells(page):
            if cell.text and cell.style.wrap:
                room = tall(list(page.lines[row : row + cell.down]))
                assert need(col, cell, page.widths) <= room + 0.01, (page.name, row, cell.text)


@pytest.mark.parametrize("name", PLANS)
def test_no_row_is_higher_than_excel_allows(name: str) -> None:
    assert all((line.height or 0) <= 409.5 for page in pages_of(name) for line in page.lines)


@pytest.mark.parametrize("name", PLANS)
def test_sheets_are_as_wide_as_their_paper_and_print_at_full_size(name: str) -> None:
    for page in printed(name):
        pixels = sum(int(width * 7 + 0.5) + 5 for width in page.widths)
        assert pixels <= PAPER[page.paper == A3], page.name
        assert all(cell.style.size >= 10.5 for _, _, cell in cells(page))


@pytest.mark.parametrize("name", PLANS)
def test_what_stands_between_two_breaks_fits_on_one_sheet_of_paper(name: str) -> None:
    for page in goal_sheets(name):
        assert page.repeat
        repeated = tall(list(page.lines[page.repeat[0] : page.repeat[1] + 1]))
        turns = [0, *(at for at, line in enumerate(page.lines) if line.new_page)]
        for number, (start, stop) in enumerate(zip(turns, [*turns[1:], None], strict=True)):
            used = tall(list(page.lines[start:stop])) + (repeated if number else 0)
            assert used <= HIGH


@pytest.mark.parametrize("name", PLANS)
def test_no_chart_is_cut_where_the_paper_ends(name: str) -> None:
    for page in printed(name):
        for chart in page.charts:
            first = chart.at[0]
            below = page.lines[first + 1 :]
            end = next((at for at, line in enumerate(below) if line.new_page), len(below))
            assert chart.size[1] * 0.75 <= tall(list(page.lines[first : first + 1 + end]))
            assert chart.size[1] * 0.75 <= HIGH


@pytest.mark.parametrize("name", PLANS)
def test_merged_cells_never_overlap_and_end_where_the_paper_ends(name: str) -> None:
    for page in pages_of(name):
        taken: set[tuple[int, int]] = set()
        for row, col, cell in cells(page):
            block = {
                (r, c) for r in range(row, row + cell.down) for c in range(col, col + cell.across)
            }
            assert not taken & block, (page.name, row, col)
            taken |= block
            assert col + cell.across <= len(page.widths)
            assert row + cell.down <= len(page.lines)
            assert not any(page.lines[r].new_page for r in range(row + 1, row + cell.down))


def test_a_line_with_its_answers_is_never_torn_unless_it_is_higher_than_the_paper() -> None:
    short = record(shipped(), R7, brief)
    view = YearView.of(shipped(), R7, short)
    for page in report_pages(view):
        if not page.name.startswith("基本目標") or page.name == "基本目標":
            continue
        for line in page.lines:
            if line.new_page:
                first = line.cells[min(line.cells)].text
                assert re.match(r"\d-\d", first), first
                assert "（続き）" not in first


@pytest.mark.parametrize("name", PLANS)
def test_links_lead_to_the_line_they_name(name: str) -> None:
    pages = {page.name: page for page in pages_of(name)}
    links = [
        (cell, cell.link)
        for page in pages.values()
        for _, _, cell in cells(page)
        if cell.link and page.name != "目次"
    ]
    assert links
    for cell, link in links:
        found = re.fullmatch(r"'(.+)'!A(\d+)", link)
        assert found
        row = int(found[2]) - 1
        lines = pages[found[1]].lines
        no = next(
            lines[at].cells[0].text.split("\n")[0]
            for at in range(row, 0, -1)
            if 0 in lines[at].cells
        )
        assert re.search(rf"(^|：){re.escape(no)}(（|$)", cell.text), (cell.text, no)


@pytest.mark.parametrize("name", PLANS)
def test_every_answer_is_whole_in_tables_data_and_sources(name: str) -> None:
    view, pages = view_of(name), {page.name: page for page in pages_of(name)}
    tables = "".join(cell.text for page in goal_sheets(name) for _, _, cell in cells(page))
    joined = tables.replace("（続き）", "")
    year = view.year.code
    first = view.record.of(year, view.round.code).answers
    for each in first:
        column = view.layout.column[each.key]
        choice = view.choice(each.row, column)
        shown = choice.label if choice else each.value
        assert shown[:10] in joined
        assert each.value in words(pages["データ"])
    values = [line.cells[4].text for line in pages["出典"].lines[1:]]
    whole = "".join(values).replace("（続き）", "")
    assert whole.startswith("".join(each.value for each in first))
    inside = {field.key for field in view.plan.fields if field.audience is Audience.OFFICE}
    own = [each for each in view.record.answers if each.year == year and each not in first]
    assert all(each.value in whole for each in own if each.key not in inside)


def test_a_long_answer_continues_in_its_own_column() -> None:
    long = "".join(f"{number}回目の会議を開いた。" for number in range(300))

    def typed(_number: int, _row: Row, column: Column) -> str:
        return long if column.key == "next" else ""

    view = YearView.of(shipped(), R7, record(shipped(), R7, typed))
    (sheet,) = (page for page in report_pages(view) if page.name == "基本目標1")
    starts = [(row, col) for row, col, cell in cells(sheet) if cell.text.startswith("0回目")]
    row, col = starts[0]
    parts = [sheet.lines[row].cells[col].text]
    while (following := sheet.lines[row + len(parts)].cells.get(col)) and following.text.startswith(
        "（続き）"
    ):
        parts.append(following.text.removeprefix("（続き）"))
    assert "".join(parts) == long
    assert len(parts) > 1


@pytest.mark.parametrize("name", PLANS)
def test_counts_add_up_by_goal_and_by_department(name: str) -> None:
    view = view_of(name)
    asked = {row.id for row in view.layout.rows if row.open}
    assert len(asked) == sum(not action.repeats for action in view.plan.actions)
    for column in view.choice_columns:
        own = view.record.of(view.year.code, view.round.code).answers
        typed = [a for a in own if a.key == column.key and a.row in asked]
        for tallies in (by_goal(view, column), by_department(view, column)):
            whole = total(tallies)
            assert whole.total == len(asked)
            assert whole.counts[NO_ANSWER] == len(asked) - len(typed)
            for choice in column.choices:
                assert whole.counts[choice.value] == sum(
                    a.understood == choice.value for a in typed
                )


def test_a_repeated_line_counts_only_at_its_origin() -> None:
    view = view_of("shipped")
    (repeated,) = (row for row in view.layout.rows if row.id == "3-3-2a")
    extra = answer(shipped(), R7, repeated, view.rating_columns[0], "D 未実施")
    more = YearView.of(shipped(), R7, Record((*view.record.answers, extra)))
    column = view.rating_columns[0]
    assert total(by_goal(more, column)).counts == total(by_goal(view, column)).counts


def test_an_answer_nobody_understands_is_counted_apart_and_shown_as_typed() -> None:
    view = view_of("shipped")
    column = view.rating_columns[0]
    unread = answer(shipped(), R7, view.asked[0], column, "まあまあ")
    one = YearView.of(shipped(), R7, Record((unread,)))
    counts = total(by_goal(one, column)).counts
    assert (counts[UNREAD], counts[NO_ANSWER]) == (1, 33)
    pages = {page.name: page for page in report_pages(one)}
    assert "まあまあ" in words(pages["基本目標1"])
    assert UNREAD in words(pages["評価集計"]) & words(pages["概要"])


def test_missing_optional_and_conflicting_answers_differ() -> None:
    view = view_of("shipped")
    row, column = view.asked[0], view.rating_columns[0]
    two = [
        answer(shipped(), R7, row, column, value) for value in ("A 目標どおり実施", "C 一部実施")
    ]
    open_ = Record(tuple(unsettled(each) for each in two))
    pages = {page.name: page for page in report_pages(YearView.of(shipped(), R7, open_))}
    assert {CONFLICTING, UNANSWERED, OPTIONAL} <= words(pages["基本目標1"])
    assert any("1-1-1（取組実績・担当課評価＝回答の相違" in text for text in words(pages["概要"]))


def unsettled(each: Answer) -> Answer:
    return replace(each, state=State.NOT_ADOPTED, reason=Reason.CONFLICT)


def test_the_unit_of_a_figure_stands_in_its_label() -> None:
    page, *_ = goal_sheets("second")
    assert "実績値（回）" in words(page)


def test_charts_say_in_words_what_they_show() -> None:
    (page,) = (page for page in pages_of("shipped") if page.name == "評価集計")
    assert len(page.charts) == 4
    for chart in page.charts:
        assert "全体では" in chart.description
        fills = [(series.fill, series.pattern) for series in chart.series]
        assert len(set(fills)) == len(fills)


def test_papers_with_unproven_targets_bear_the_stamp_on_every_page() -> None:
    assert all("事務局確認用" in page.header for page in pages_of("shipped"))
    assert not any("事務局確認用" in page.header for page in pages_of("second"))


@pytest.mark.parametrize("name", PLANS)
def test_same_record_same_bytes(name: str) -> None:
    view = view_of(name)
    first = report_workbook(plan_of(name), view.year, view.record)
    assert first == report_workbook(plan_of(name), view.year, view.record)
