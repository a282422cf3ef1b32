"""推移: every number counted again from 回答一覧.csv, and lines that came, went or changed hands."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import Audience, FiscalYear, Plan, RowKind, Span, Target, load_plan
from kakunin_xlsx.record import Record, to_csv
from kakunin_xlsx.report import courses, trend
from kakunin_xlsx.report.flat import flat_workbook
from kakunin_xlsx.report.speech import speech_bytes
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import KANKYO, NUMBERS, R7, SECOND, SHOGAI, shipped
from tests.report.records import book_of, pages_of, record
from tests.report.test_report_numbers_of_csv import expected
from tests.report.years import years_record
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults

R6, R8 = R7.previous, R7.next
LINES = "推移（取組ごと）"  # of the shipped plan
PLANS = {"shipped": shipped(), "second": load_plan(SECOND)}
COUNTED = PLANS | {path.name: load_plan(path) for path in (NUMBERS, KANKYO, SHOGAI)}
Line = dict[str, str]


@cache
def answers(name: str) -> Record:
    return years_record(COUNTED[name])


def view_of(plan: Plan, year: FiscalYear, said: Record) -> YearView:
    """The report of a year: it knows nothing of the years after it."""
    known = [each for each in said.answers if FiscalYear.parse(each.year) <= year]
    return YearView.of(plan, year, Record(tuple(known)))


def final(name: str) -> YearView:
    return view_of(COUNTED[name], COUNTED[name].last_year, answers(name))


@cache
def book(name: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(book_of(final(name))))


def sheet(view: YearView, name: str) -> Page:
    (found,) = (page for page in pages_of(view) if page.name == name)
    return found


def names(view: YearView) -> list[str]:
    return [page.name for page in pages_of(view)]


def words(page: Page) -> list[str]:
    return [cell.text for line in page.lines for cell in line.cells.values() if cell.text]


# ---------------------------------------------------------------- counted again


def lines(name: str) -> list[Line]:
    text = to_csv(answers(name).answers).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [row for row in rows if row["状態"] == "反映" and row["行ID"] != "*"]


def tables(made: Any) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """What is rated, which part of the plan or whose, which year, and its numbers by heading."""
    title, level, heads, years = "", "", dict[int, str](), dict[int, str]()
    for row in made.iter_rows():
        values = {cell.column: cell.value for cell in row if cell.value is not None}
        named = {at: str(v) for at, v in values.items() if at > 1 and str(v).endswith("年度")}
        if len(named) > 1 or "年度" in named.values():
            years = named if len(named) > 1 else {}
        if years and years != named:  # a long plan: 「A3、B1」 for each year beside each other
            for at, year in years.items() if 1 in values else ():
                parts = (re.fullmatch(r"(.+?)(\d+)", each) for each in str(values[at]).split("、"))
                brief = {part[1]: int(part[2]) for part in parts if part}
                yield title, str(values[1]), year, brief | {"計": sum(brief.values())}
        elif years:
            heads = {}
        elif "年度" in values.values():
            heads = {at: str(value).replace("\n", "") for at, value in values.items()}
            title = heads[1]
        elif heads and values:
            level = str(values.get(1, level))
            shown = {head: values.get(at) for at, head in heads.items() if at > 1}
            yield title, level, str(shown.pop("年度")), shown


def belongs(plan: Plan, level: str) -> Callable[[str], bool]:
    """True for the numbers of 重点取組 under a level such as 「基本目標1　…」."""
    no = level.split("　")[0].removeprefix(plan.words.goal)
    return lambda number: level == "全体" or no == plan.initiative[number].goal


def asked(plan: Plan, year: FiscalYear, under: Callable[[str], bool]) -> int:
    return sum(not each.repeats and under(each.initiative) for each in plan.at(year).actions)


@pytest.mark.parametrize("name", COUNTED)
def test_every_number_of_the_departments_ratings(name: str) -> None:
    plan, seen = COUNTED[name], Counter[str]()
    label = next(c.heading for c in final(name).rating_columns)
    field = next(f for f in plan.fields if f.heading == label)
    counted = [c.value for c in plan.scale(field.scale) if c.counted]
    given = [line for line in lines(name) if line["項目"] == label]
    for title, level, year_name, shown in tables(book(name)[trend.SHEET_NAME]):
        if title != label:
            continue
        under, year = belongs(plan, level), FiscalYear.parse(year_name)
        own = Counter(
            line["理解した値"]
            for line in given
            if line["年度"] == year.code and under(line["重点取組No"])
        )
        whole, base = asked(plan, year, under), sum(own[value] for value in counted)
        for heading, value in shown.items():
            wanted = expected(heading, own, base, whole)
            assert value == wanted, (level, year_name, heading)
        seen[level] += 1
    assert set(seen.values()) == {len(plan.years)}
    assert len(seen) == 1 + len(plan.goals)


@pytest.mark.parametrize("name", COUNTED)
def test_what_each_council_said_is_counted_year_by_year(name: str) -> None:
    plan, seen = COUNTED[name], set[str]()
    councils = {r.short: r.code for r in plan.respondents if not r.department}
    for title, who, year_name, shown in tables(book(name)[trend.SHEET_NAME]):
        if who not in councils:
            continue
        year, heading = FiscalYear.parse(year_name).code, title.split("　")[-1]
        own = Counter(
            line["理解した値"]
            for line in lines(name)
            if (line["年度"], line["項目"], line["回答元コード"]) == (year, heading, councils[who])
        )
        assert own
        assert {value: shown[value] for value in own} == own
        seen.add(who)
    assert seen == set(councils)


@pytest.mark.parametrize("name", PLANS)
def test_the_one_chart_stands_on_the_numbers_of_the_whole(name: str) -> None:
    page = sheet(final(name), trend.SHEET_NAME)
    pixels = [int(width * 7 + 0.5) + 5 for width in page.widths]
    (chart,) = page.charts
    first, label, last, _ = chart.labels
    years = [year.name for year in COUNTED[name].years]
    assert [page.lines[at].cells[label].text for at in range(first, last + 1)] == years
    assert page.lines[first].cells[0].text == "全体"
    for series in chart.series:
        heading = page.lines[series.name[0]].cells[series.name[1]].text
        for at, said in zip(range(first, last + 1), series.labels, strict=True):
            number = page.lines[at].cells[series.values[1]].value
            assert said in ("", f"{heading[0]}{number}")
    paints = [(series.fill, series.pattern) for series in chart.series]
    assert len(set(paints)) == len(paints)
    assert sum(pixels[: chart.at[1]]) + 6 + chart.size[0] <= sum(pixels)


def test_a_long_plan_names_its_years_beside_each_other() -> None:
    """Six years of five goals are no list that one reads: a year to a column."""
    short = shipped()
    plan = replace(short, first_year=FiscalYear(2020))
    said = [a for year in plan.years for a in record(plan, year, typed).answers]
    page = sheet(YearView.of(plan, R8, Record(tuple(said))), trend.SHEET_NAME)
    assert len(plan.years) == 7
    assert not any(line.new_page for line in page.lines)
    goals = [cell.text for line in page.lines for cell in line.cells.values()]
    assert any(text.startswith("基本目標5　") for text in goals)
    assert "A4" in goals


# ---------------------------------------------------------------- line by line


def rows(page: Page) -> dict[tuple[str, str], dict[str, str]]:
    """Rows of the list by number and department, cells by heading, from every block of columns."""
    assert page.repeat
    heads = {at: cell.text for at, cell in page.lines[page.repeat[1]].cells.items()}
    starts = [at for at, text in heads.items() if text == "No"]
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in page.lines[page.repeat[1] + 1 :]:
        for at, start in enumerate(starts):
            end = starts[at + 1] if at + 1 < len(starts) else len(page.widths)
            own = {heads[c]: line.cells[c].text for c in range(start, end) if c in line.cells}
            if len(own) > 1:
                department = next(own[word] for word in ("担当課", "所管課") if word in own)
                found[own["No"], department.split("（")[0]] = own
    return found


@pytest.mark.parametrize("name", PLANS)
def test_each_line_shows_the_rating_of_every_year(name: str) -> None:
    view = final(name)
    listed = rows(sheet(view, courses.courses_sheet(view.plan)))
    (rating,) = view.rating_columns
    given = {
        (line["行ID"], line["年度"]): line["理解した値"]
        for line in lines(name)
        if line["項目"] == rating.heading
    }
    named = any("施策の方向" in own or "重点取組" in own for own in listed.values())
    for row in view.layout.rows:
        if not row.open and not named:
            continue
        shown = listed[row.initiative, row.department]
        origin = row.id if row.open else view.plan.action[row.id].repeats
        for year in COUNTED[name].years:
            wanted = given.get((origin, year.code), "未回答" if named else "未")
            told = shown[year.code].split(" ")[0]
            assert told == (wanted if row.open else f"［{wanted}］")


def changing(plan: Plan) -> Plan:
    """A line ends after R7, one begins in R7, one changes hands in R8; some targets are numbers."""
    spans = {"1-2-1": Span(None, R7), "1-2-2": Span(R7, None), "2-1-1": Span(None, R7)}
    actions = [replace(a, span=spans.get(a.id, a.span)) for a in plan.actions]
    at = next(number for number, a in enumerate(actions) if a.id == "2-1-1")
    actions.insert(at + 1, replace(actions[at], department="shido", span=Span(R8, None)))
    figures = {
        ("1-1-1", R7): (20.0, "回"),
        ("1-1-1", R8): (50.0, "回"),
        ("1-1-2", R8): (0.0, ""),
        ("2-1-2", R7): (5.0, "件"),
        ("2-1-2", R8): (5.0, "人"),
    }

    def target(one: Target) -> Target:
        figure, unit = figures.get((one.action, one.year), (one.figure, one.unit))
        return replace(one, figure=figure, unit=unit)

    return replace(plan, actions=tuple(actions), targets=tuple(map(target, plan.targets)))


def typed(_number: int, row: Row, column: Column) -> str:
    if column.key == "figure":
        return {"1-1-1": "25", "1-1-2": "1200", "2-1-2": "3", "1-1-3": ""}.get(row.id, "7")
    return column.choices[0].label if column.choices else "記入しました。"


@cache
def moved(year: FiscalYear) -> YearView:
    plan = changing(shipped())
    said = [a for each in plan.years if each <= year for a in record(plan, each, typed).answers]
    return YearView.of(plan, year, Record(tuple(said)))


def test_lines_that_ended_or_began_stand_there_and_say_so() -> None:
    listed = rows(sheet(moved(R8), LINES))
    ended, began = listed["1-2-1", "福祉政策課"], listed["1-2-2", "福祉政策課"]
    assert [ended[str(year)] for year in (R6, R7, R8)] == ["A", "A", "終了"]
    assert [began[str(year)] for year in (R6, R7, R8)] == ["開始前", "A", "A →"]


def test_lines_out_of_force_are_not_counted() -> None:
    plan = changing(shipped())
    data = book_of(moved(R8))
    made = openpyxl.load_workbook(io.BytesIO(data))[trend.SHEET_NAME]
    told = {year: shown for title, level, year, shown in tables(made) if level == "全体"}
    counts = [asked(plan, year, lambda _: True) for year in plan.years]
    assert len(set(counts)) > 1
    for year, count in zip(plan.years, counts, strict=True):
        assert (told[year.name]["計"], told[year.name]["分母"]) == (count, count)  # all chose A


def test_the_department_of_then_is_named_if_it_is_another_now() -> None:
    listed = rows(sheet(moved(R8), LINES))
    shown = listed["2-1-1", "指導室"]
    assert ("2-1-1", "福祉政策課") not in listed
    assert [shown[str(year)] for year in (R6, R7, R8)] == ["A", "A", "A →"]
    if "重点取組" in shown:
        assert shown["担当課"] == "指導室（R7まで福祉政策課）"


def test_a_rating_that_changed_says_in_which_direction() -> None:
    plan, choices = shipped(), shipped().scale("rating")
    said = record(plan, R6, typed).answers + record(plan, R7, typed).answers
    values = {("1-1-1", "R6"): choices[2].value, ("1-1-2", "R7"): choices[1].value}
    other = [
        replace(a, understood=values.get((a.row, a.year), a.understood)) if a.key == "rating" else a
        for a in said
    ]
    listed = rows(sheet(YearView.of(plan, R7, Record(tuple(other))), courses.courses_sheet(plan)))
    told = {no: shown["R7"] for (no, _), shown in listed.items()}
    assert told["1-1-1"] == "A ↗"
    assert told["1-1-2"] == "B ↘"
    assert told["1-2-1"] == "A →"
    assert next(iter(listed.values()))["重点取組"]


# ---------------------------------------------------------------- which years, for whom


def test_there_is_nothing_to_compare_before_an_earlier_year_has_answers() -> None:
    first = view_of(shipped(), R6, answers("shipped"))
    assert not any("推移" in name for name in names(first))
    assert "推移" not in speech_bytes(pages_of(first)).decode("utf-8-sig")
    second = view_of(shipped(), R7, answers("shipped"))
    assert {trend.SHEET_NAME, LINES} <= set(names(second))
    assert courses.CLOSING_SHEET not in names(second)


def test_a_year_without_answers_is_named_and_left_out() -> None:
    said = [each for each in answers("shipped").answers if each.year != "R7"]
    view = YearView.of(shipped(), R8, Record(tuple(said)))
    assert "・回答がないため載せていない年度：令和7年度" in words(sheet(view, trend.SHEET_NAME))
    listed = next(iter(rows(sheet(view, LINES)).values()))
    assert {"R6", "R8"} <= set(listed)
    assert "R7" not in listed


def test_a_narrower_column_is_on_no_sheet() -> None:
    plan = shipped()
    for key in ("rating", "figure", "summary", "internal"):
        heading = next(f.heading for f in plan.fields if f.key == key)
        hidden = [replace(f, audience=Audience.OFFICE) if f.key == key else f for f in plan.fields]
        said = answers("shipped")
        one = YearView.of(replace(plan, fields=tuple(hidden)), R8, said, audience=Audience.PUBLIC)
        shown = [page for page in pages_of(one) if "推移" in page.name]
        shown += [page for page in pages_of(one) if page.name == courses.CLOSING_SHEET]
        assert shown
        own = [text for page in shown for text in words(page) if text != courses.CLOSING_SHEET]
        assert not any(heading in text for text in own), key


def test_the_contents_list_the_sheets_with_their_pages() -> None:
    listed = [
        (line.cells[0].text, line.cells[2])
        for line in sheet(final("shipped"), "目次").lines
        if 0 in line.cells and 2 in line.cells
    ]
    found = dict(listed)
    for name in (trend.SHEET_NAME, LINES, courses.CLOSING_SHEET):
        assert found[name].link == f"'{name}'!A1"
        assert found[name].text.endswith("頁")


# ---------------------------------------------------------------- the final year


@pytest.mark.parametrize("name", PLANS)
def test_what_is_said_of_the_whole_period_is_whole_and_beside_its_ratings(name: str) -> None:
    view = final(name)
    page = sheet(view, courses.CLOSING_SHEET)
    (column,) = (c for c in view.layout.open_columns if c.field and c.field.final_year_only)
    assert column.asked_in(RowKind.ACTION)
    said: dict[tuple[str, str], str] = {}
    key = ("", "")
    rated: dict[tuple[str, str], str] = {}
    for line in page.lines[3:]:
        if len(line.cells) == 1:
            continue
        if line.cells[0].text:
            key = (line.cells[0].text, line.cells[2].text)
            rated[key] = line.cells[3].text
        text = line.cells[len(page.widths) - 1].text
        said[key] = said.get(key, "") + text.removeprefix("（続き）")
    assert set(said) == {(row.initiative, row.department) for row in view.asked}
    (rating,) = view.rating_columns
    for row in view.asked:
        at = (row.initiative, row.department)
        assert said[at] == view.shown(row.id, column)
        for each in (*view.earlier, view):
            choice = each.choice(row.id, each.layout.column[rating.key])
            assert f"{each.year.name}　{choice.value if choice else '未回答'}" in rated[at]


def test_a_figure_stands_beside_what_is_said_of_the_whole() -> None:
    page = sheet(moved(R8), courses.CLOSING_SHEET)
    assert "50.0%\n25回\n（目標50回）" in words(page)
    assert {"1,200\n（目標0）", "文章の目標"} <= set(words(page))


# ---------------------------------------------------------------- heard, and for machines


def test_the_counts_over_the_years_are_read_aloud() -> None:
    told = speech_bytes(pages_of(final("second"))).decode("utf-8-sig").replace("\r\n", "\n")
    whole = told.partition("\n推移　令和7年度～令和8年度\n")[2]
    assert "達成状況。全体。\n年度。令和7年度。\n◎。20。" in whole
    assert "未回答。16。\n計。96。\n分母。80。" in whole


def test_the_data_hold_every_year_in_one_table() -> None:
    made = openpyxl.load_workbook(io.BytesIO(flat_workbook(final("shipped"))))
    heads, *body = made["全年度の回答"].iter_rows(values_only=True)
    at = heads.index("西暦年度")
    counts = Counter(row[at] for row in body)
    assert counts == Counter(FiscalYear.parse(line["年度"]).start for line in lines("shipped"))
    described = {row[0] for row in made["列の説明"].iter_rows(min_row=2, values_only=True)}
    assert described > {"回答", "取組", "全年度の回答"}


@pytest.mark.parametrize("name", PLANS)
def test_the_workbook_is_sound(name: str, tmp_path: Path) -> None:
    path = tmp_path / "years.xlsx"
    path.write_bytes(book_of(final(name)))
    assert own_faults(path) == []


@pytest.mark.parametrize("name", PLANS)
def test_the_validator_has_no_error(
    name: str, tmp_path: Path, ooxml_validator: OoxmlValidator
) -> None:
    path = tmp_path / "years.xlsx"
    path.write_bytes(book_of(final(name)))
    assert ooxml_validator.errors(path) == []
