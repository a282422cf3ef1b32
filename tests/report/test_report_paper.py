"""The report on paper: nothing clipped, nothing torn, nothing shrunk, whatever was answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.record import Answer, Reason, Record, State
from kakunin_xlsx.report.counting import by_department, by_goal, total
from kakunin_xlsx.report.paging import CONFLICTING, NO_ANSWER, OPTIONAL, UNANSWERED, UNREAD
from kakunin_xlsx.report.speech import speech_bytes
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, A4, Cell, Line, Page, need
from tests.example import JIMU, MASTERS, R7, SECOND, report_workbook, shipped
from tests.report.records import answer, pages_of, record, varied
from tests.report.years import year_record, years_record

PLANS = {
    "shipped": MASTERS,
    "second": SECOND,
    "shipped, all rounds": MASTERS,
    "shipped, all years": MASTERS,
    "second, all years": SECOND,
}
# Between the margins: pixels across, points down.
PAPER = {(A3, True): (1473, 755), (A4, False): (679, 755), (A4, True): (1008, 509)}


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
def sheets(name: str) -> tuple[Page, ...]:
    return tuple(pages_of(view_of(name)))


def goal_sheets(name: str) -> list[Page]:
    goals = {f"{plan_of(name).words.goal}{goal.no}" for goal in plan_of(name).goals}
    return [page for page in sheets(name) if page.name in goals]


def tall(lines: tuple[Line, ...] | list[Line]) -> float:
    return sum(line.height or 0 for line in lines)


def room(page: Page) -> tuple[int, int]:
    return PAPER[page.paper, page.landscape]


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
    for page in sheets(name):
        for row, col, cell in cells(page):
            if cell.text and cell.style.wrap:
                room = tall(list(page.lines[row : row + cell.down]))
                assert need(col, cell, page.widths) <= room + 0.01, (page.name, row, cell.text)


@pytest.mark.parametrize("name", PLANS)
def test_no_row_is_higher_than_excel_allows(name: str) -> None:
    assert all((line.height or 0) <= 409.5 for page in sheets(name) for line in page.lines)


@pytest.mark.parametrize("name", PLANS)
def test_sheets_are_as_wide_as_their_paper_and_print_at_full_size(name: str) -> None:
    for page in sheets(name):
        pixels = sum(int(width * 7 + 0.5) + 5 for width in page.widths)
        assert 0.97 * room(page)[0] <= pixels <= room(page)[0], page.name
        least = 9 if page in goal_sheets(name) else 10.5
        assert all(cell.style.size >= least for _, _, cell in cells(page))


@pytest.mark.parametrize("name", PLANS)
def test_what_stands_between_two_breaks_fits_on_one_sheet_of_paper(name: str) -> None:
    for page in goal_sheets(name):
        assert page.repeat
        repeated = tall(list(page.lines[page.repeat[0] : page.repeat[1] + 1]))
        turns = [0, *(at for at, line in enumerate(page.lines) if line.new_page)]
        for number, (start, stop) in enumerate(zip(turns, [*turns[1:], None], strict=True)):
            used = tall(list(page.lines[start:stop])) + (repeated if number else 0)
            assert used <= room(page)[1]


@pytest.mark.parametrize("name", PLANS)
def test_no_chart_is_cut_where_the_paper_ends(name: str) -> None:
    for page in sheets(name):
        for chart in page.charts:
            first = chart.at[0]
            below = page.lines[first + 1 :]
            end = next((at for at, line in enumerate(below) if line.new_page), len(below))
            left = tall(list(page.lines[first : first + 1 + end]))
            above = [at for at in range(first + 1) if page.lines[at].new_page]
            used = tall(list(page.lines[above[-1] if above else 0 : first]))
            assert chart.size[1] * 0.75 <= max(left, room(page)[1] - used)
            assert chart.size[1] * 0.75 <= room(page)[1]


@pytest.mark.parametrize("name", PLANS)
def test_merged_cells_never_overlap_and_end_where_the_paper_ends(name: str) -> None:
    for page in sheets(name):
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


def test_a_row_goes_on_before_it_would_leave_half_a_page_empty() -> None:
    """The last page of a worksheet may be short; no other is."""
    for name in PLANS:
        for page in sheets(name):
            turns = [0, *(at for at, line in enumerate(page.lines) if line.new_page)]
            repeated = page.lines[page.repeat[0] : page.repeat[1] + 1] if page.repeat else ()
            for number, (start, stop) in enumerate(pairwise(turns)):
                used = tall(list(page.lines[start:stop])) + (tall(list(repeated)) if number else 0)
                assert used > 0.45 * room(page)[1], (page.name, number)


@pytest.mark.parametrize("name", PLANS)
def test_links_lead_to_the_line_they_name(name: str) -> None:
    pages = {page.name: page for page in sheets(name)}
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
        page, row = pages[found[1]], int(found[2]) - 1
        no = next(
            page.lines[at].cells[0].text.split("\n")[0].split("（続き）")[0]
            for at in range(row, -1, -1)
            if 0 in page.lines[at].cells
        )
        goal = row == 0 and found[1] in cell.text  # a 基本目標 is its sheet
        assert goal or re.search(rf"(^|：){re.escape(no)}(（|$)", cell.text), (cell.text, no)


@pytest.mark.parametrize("name", PLANS)
def test_pages_that_are_named_are_the_papers_own(name: str) -> None:
    """Every 頁 beside a number is where the number's line stands; the booklet's say so."""
    pages = {page.name: page for page in sheets(name)}
    seen = 0
    for page in pages.values():
        for _, _, cell in cells(page):
            if cell.link and (said := re.search(r"(\d+)頁", cell.text)):
                found = re.fullmatch(r"'(.+)'!A(\d+)", cell.link)
                assert found
                there, row = pages[found[1]], int(found[2]) - 1
                turns = sum(line.new_page for line in there.lines[: row + 1])
                assert int(said[1]) == there.first_page + turns
                seen += 1
            elif not cell.link:
                assert not re.search(r"\d頁", cell.text) or "冊子" in cell.text, cell.text
    assert seen > 20


@pytest.mark.parametrize("name", PLANS)
def test_every_answer_is_whole_in_the_tables(name: str) -> None:
    view = view_of(name)
    tables = "".join(cell.text for page in sheets(name) for _, _, cell in cells(page))
    joined = tables.replace("（続き）", "")
    year = view.year.code
    for each in view.record.of(year, view.round.code).answers:
        column = view.layout.column[each.key]
        choice = view.choice(each.row, column)
        assert (choice.label if choice else each.value)[:10] in joined


def page_with(answer: str) -> tuple[Page, int, int]:
    """A page of the table, and the cell in which a long answer begins."""

    def typed(_number: int, _row: Row, column: Column) -> str:
        return answer if column.key == "next" else ""

    view = YearView.of(shipped(), R7, record(shipped(), R7, typed))
    (sheet,) = (page for page in pages_of(view) if page.name == "基本目標1")
    row, col = next((row, col) for row, col, cell in cells(sheet) if "\n0回目" in cell.text)
    return sheet, row, col


def goes_on(sheet: Page, row: int, col: int) -> list[str]:
    """The parts of what begins in a cell and goes on in those below."""
    parts = [sheet.lines[row].cells[col].text.split("\n")[1]]
    for line in sheet.lines[row + 1 :]:
        following = line.cells.get(col)
        if following is None or not following.text.startswith("（続き）"):
            return parts
        parts.append(following.text.removeprefix("（続き）"))
    return parts


def test_a_long_answer_continues_in_its_own_column() -> None:
    long = "".join(f"{number}回目の会議を開いた。" for number in range(40))
    parts = goes_on(*page_with(long))
    assert "".join(parts) == long
    assert len(parts) > 1


def test_a_very_long_one_goes_on_over_the_width_of_the_table() -> None:
    long = "".join(f"{number}回目の会議を開いた。" for number in range(300))
    sheet, row, col = page_with(long)
    begun = sheet.lines[row].cells[col].text.split("\n")[1]
    assert sheet.lines[row + 1].cells[0].text.startswith("1-1-1（続き）\n")
    wide = sheet.lines[row + 1].cells[1]
    assert wide.across == len(sheet.widths) - 1
    rest = [wide.text.removeprefix("（続き）")]
    for line in sheet.lines[row + 2 :]:
        if not (more := line.cells.get(1)) or not more.text.startswith("（続き）"):
            break
        rest.append(more.text.removeprefix("（続き）"))
    assert begun + "".join(rest) == long
    told = speech_bytes([sheet]).decode("utf-8-sig")
    assert long in told.replace("\r\n", "")
    assert "（続き）" not in told


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
    pages = {page.name: page for page in pages_of(one)}
    assert "まあまあ" in words(pages["基本目標1"])
    assert UNREAD in words(pages["評価集計"]) & words(pages["概要"])


def test_missing_optional_and_conflicting_answers_differ() -> None:
    view = view_of("shipped")
    row, column = view.asked[0], view.rating_columns[0]
    two = [
        answer(shipped(), R7, row, column, value) for value in ("A 目標どおり実施", "C 一部実施")
    ]
    open_ = Record(tuple(unsettled(each) for each in two))
    pages = {page.name: page for page in pages_of(YearView.of(shipped(), R7, open_))}
    assert {CONFLICTING, UNANSWERED} <= words(pages["基本目標1"])
    second = view_of("second")
    first = next(c for c in second.layout.open_columns if not c.required)
    alone = pages_of(YearView.of(second.masters, R7, Record()))
    assert first.heading in words(alone[2])
    assert OPTIONAL in words(alone[2])


def unsettled(each: Answer) -> Answer:
    return replace(each, state=State.NOT_ADOPTED, reason=Reason.CONFLICT)


def test_a_figure_has_its_unit() -> None:
    page, *_ = goal_sheets("second")
    assert "1200回" in words(page) or "12回" in words(page)


def test_the_one_chart_says_in_words_what_it_shows() -> None:
    for name in PLANS:
        (page,) = (page for page in sheets(name) if page.name == "評価集計")
        (chart,) = page.charts
        assert "全体では" in chart.description
        fills = [(series.fill, series.pattern) for series in chart.series]
        assert len(set(fills)) == len(fills)
        assert len([fill for fill in fills if not fill[1]]) <= 2  # solid ones: dark and light


@pytest.mark.parametrize("name", PLANS)
def test_summary_and_trend_are_one_page_each(name: str) -> None:
    for page in sheets(name):
        if page.name in ("評価集計", "推移", "推移（取組ごと）"):
            assert not any(line.new_page for line in page.lines), page.name


def test_papers_with_unproven_targets_bear_the_stamp_on_every_page() -> None:
    assert all("事務局確認用" in page.header for page in sheets("shipped"))
    assert not any("事務局確認用" in page.header for page in sheets("second"))


@pytest.mark.parametrize("name", PLANS)
def test_same_record_same_bytes(name: str) -> None:
    view = view_of(name)
    first = report_workbook(plan_of(name), view.year, view.record)
    assert first == report_workbook(plan_of(name), view.year, view.record)


def test_eight_values_are_told_apart_too() -> None:
    plan = load_plan(JIMU)
    view = YearView.of(plan, R7, record(plan, R7, varied))
    (summary,) = (page for page in pages_of(view) if page.name == "評価集計")
    (chart,) = summary.charts
    fills = [(series.fill, series.pattern) for series in chart.series]
    assert len(fills) > 8
    assert len(set(fills)) == len(fills)
