"""推移: every number counted again from 回答一覧.csv, and lines that came, went or changed hands."""

from __future__ import annotations

import csv
import io
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
from kakunin_xlsx.record import Record
from kakunin_xlsx.record.table import to_csv
from kakunin_xlsx.report import closing, trend_lines, trend_page
from kakunin_xlsx.report.flat import flat_workbook
from kakunin_xlsx.report.speech import speech_bytes
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import R7, SECOND, shipped
from tests.report.records import book_of, pages_of, record
from tests.report.test_report_numbers_of_csv import expected
from tests.report.years import years_record
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults

R6, R8 = R7.previous, R7.next
PLANS = {"shipped": shipped(), "second": load_plan(SECOND)}
Line = dict[str, str]


@cache
def answers(name: str) -> Record:
    return years_record(PLANS[name])


def view_of(plan: Plan, year: FiscalYear, said: Record) -> YearView:
    """The report of a year: it knows nothing of the years after it."""
    known = [each for each in said.answers if FiscalYear.parse(each.year) <= year]
    return YearView.of(plan, year, Record(tuple(known)))


def final(name: str) -> YearView:
    return view_of(PLANS[name], PLANS[name].last_year, answers(name))


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
    """Whose table, which level, which year, and its numbers by heading."""
    title, level, heads = "", "", dict[int, str]()
    for row in made.iter_rows():
        values = {cell.column: cell.value for cell in row if cell.value is not None}
        first = str(values.get(1, ""))
        if "年度" in values.values():
            heads = {at: str(value) for at, value in values.items()}
        elif len(values) == 1 and first:
            title = first.removesuffix("の推移") if first.endswith("の推移") else title
            heads = {}
        elif heads and values:
            level = first or level
            shown = {head: values.get(at) for at, head in heads.items() if at > 1}
            yield title, level, str(shown.pop("年度")), shown


def belongs(plan: Plan, level: str) -> Callable[[str], bool]:
    """True for the numbers of 重点取組 under a level such as 「基本目標1　…」 or 「1-2　…」."""
    no = level.split("　")[0].removeprefix(plan.words.goal)
    return lambda number: (
        level == "全体" or no in (plan.initiative[number].goal, plan.initiative[number].measure)
    )


def asked(plan: Plan, year: FiscalYear, under: Callable[[str], bool]) -> int:
    return sum(not each.repeats and under(each.initiative) for each in plan.at(year).actions)


@pytest.mark.parametrize("name", PLANS)
def test_every_number_of_the_departments_ratings(name: str) -> None:
    plan, seen = PLANS[name], Counter[str]()
    label = next(c.heading for c in final(name).rating_columns)
    field = next(f for f in plan.fields if f.heading == label)
    counted = [c.value for c in plan.scale(field.scale) if c.counted]
    given = [line for line in lines(name) if line["項目"] == label]
    for title, level, year_name, shown in tables(book(name)[trend_page.SHEET_NAME]):
        if not title.endswith(label):
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
    assert len(seen) == 1 + len(plan.goals) + len(plan.measures)


@pytest.mark.parametrize("name", PLANS)
def test_what_each_council_said_is_counted_year_by_year(name: str) -> None:
    plan, seen = PLANS[name], set[str]()
    for title, level, year_name, shown in tables(book(name)[trend_page.SHEET_NAME]):
        who, _, heading = title.partition("　")
        council = [r.code for r in plan.respondents if not r.department and r.short == who]
        if level != "全体" or not council:
            continue
        year = FiscalYear.parse(year_name).code
        own = Counter(
            line["理解した値"]
            for line in lines(name)
            if (line["年度"], line["項目"], line["回答元コード"]) == (year, heading, council[0])
        )
        assert own
        assert {value: shown[value] for value in own} == own
        seen.add(title)
    assert len(seen) == sum(not r.department for r in plan.respondents)


@pytest.mark.parametrize("name", PLANS)
def test_charts_stand_on_the_numbers_of_their_level(name: str) -> None:
    page = sheet(final(name), trend_page.SHEET_NAME)
    years = [year.name for year in PLANS[name].years]
    pixels = [int(width * 7 + 0.5) + 5 for width in page.widths]
    titles = [chart.title for chart in page.charts]
    for chart in page.charts:
        first, label, last, _ = chart.labels
        assert [page.lines[at].cells[label].text for at in range(first, last + 1)] == years
        assert page.lines[first].cells[0].text.split("　")[0] == chart.title
        for series in chart.series:
            heading = page.lines[series.name[0]].cells[series.name[1]].text
            for at, said in zip(range(first, last + 1), series.labels, strict=True):
                number = page.lines[at].cells[series.values[1]].value
                assert said in ("", f"{heading[0]}{number}")
        paints = [(series.fill, series.pattern) for series in chart.series]
        assert len(set(paints)) == len(paints)
        assert sum(pixels[: chart.at[1]]) + 6 + chart.size[0] <= sum(pixels)
        assert chart.size[1] * 0.75 < (page.lines[chart.at[0]].height or 0)
        assert all(f"{year}は、" in chart.description for year in years)
    for goal in PLANS[name].goals:
        assert f"{PLANS[name].words.goal}{goal.no}" in titles


# ---------------------------------------------------------------- line by line


def rows(page: Page) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows of the list by number and department, cells by 「group/heading」."""
    assert page.repeat
    upper, lower = (page.lines[at].cells for at in page.repeat)
    heads, group = dict[int, str](), ""
    for at in range(len(page.widths)):
        group = upper[at].text if at in upper else group
        heads[at] = f"{group}/{lower[at].text}" if at in lower else group
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in page.lines[page.repeat[1] + 1 :]:
        if len(line.cells) > 1:
            found[line.cells[0].text, line.cells[2].text] = {
                heads[at]: cell.value for at, cell in line.cells.items()
            }
    return found


@pytest.mark.parametrize("name", PLANS)
def test_each_line_shows_the_rating_of_every_year(name: str) -> None:
    view = final(name)
    listed = rows(sheet(view, trend_lines.SHEET_NAME))
    (rating,) = view.rating_columns
    given = {
        (line["行ID"], line["年度"]): line["理解した値"]
        for line in lines(name)
        if line["項目"] == rating.heading
    }
    assert len(listed) == len(view.layout.rows)
    for row in view.layout.rows:
        shown = listed[row.initiative, row.department]
        for year in PLANS[name].years:
            if row.open:
                wanted = given.get((row.id, year.code), "未回答")
                assert shown[f"{rating.heading}/{year}"] == wanted
            else:
                origin = view.plan.action[view.plan.action[row.id].repeats].id
                told = str(shown[f"{rating.heading}/{PLANS[name].years[0]}"])
                assert f"{year} {given.get((origin, year.code), '未回答')}" in told
                assert "再掲：" in told


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
    listed = rows(sheet(moved(R8), trend_lines.SHEET_NAME))
    ended, began = listed["1-2-1", "福祉政策課"], listed["1-2-2", "福祉政策課"]
    assert [ended[f"担当課評価/{year}"] for year in (R6, R7, R8)] == ["A", "A", "－"]
    assert [began[f"担当課評価/{year}"] for year in (R6, R7, R8)] == ["－", "A", "A"]
    assert ended["備考"] == "令和8年度は終了"
    assert began["備考"] == "令和6年度は開始前"
    assert ended["担当課評価/R7→R8"] == "－"
    assert began["担当課評価/R7→R8"] == "→ 同じ"


def test_lines_out_of_force_are_not_counted() -> None:
    plan = changing(shipped())
    page = sheet(moved(R8), trend_page.SHEET_NAME)
    told = [[cell.value for cell in line.cells.values()] for line in page.lines if line.cells]
    first = next(at for at, cells in enumerate(told) if cells[0] == "全体")
    counts = [asked(plan, year, lambda _: True) for year in plan.years]
    assert len(set(counts)) > 1
    for cells, year, count in zip(told[first : first + 3], plan.years, counts, strict=True):
        assert year.name in cells
        assert cells[-6:-4] == [count, count]  # 計 and, as all chose A, 割合の分母


def test_the_department_of_then_is_named_if_it_is_another_now() -> None:
    listed = rows(sheet(moved(R8), trend_lines.SHEET_NAME))
    shown = listed["2-1-1", "指導室"]
    assert ("2-1-1", "福祉政策課") not in listed
    assert [shown[f"担当課評価/{year}"] for year in (R6, R7, R8)] == ["A", "A", "A"]
    assert shown["備考"] == "令和7年度までの担当課：福祉政策課"
    second = rows(sheet(final("second"), trend_lines.SHEET_NAME))
    assert second["A1", "こども家庭課"]["備考"] == "令和7年度までの所管課：健康づくり課"


def test_the_final_aim_stands_apart_from_the_ratings_of_the_years() -> None:
    group = "最終年度（令和8年度）の目標に対する到達"
    listed = rows(sheet(moved(R7), trend_lines.SHEET_NAME))
    shown = listed["1-1-1", "福祉政策課"]
    assert (shown[f"{group}/目標"], shown[f"{group}/到達"]) == ("50回", 0.5)
    assert shown["実績の数値（目標）/R6"] == "25"
    assert shown["実績の数値（目標）/R7"] == "25回\n（20回）"
    by_words = listed["1-2-1", "福祉政策課"]
    assert (by_words[f"{group}/目標"], by_words[f"{group}/到達"]) == ("文章の目標", "－")
    zero = listed["1-1-2", "福祉政策課"]
    assert (zero[f"{group}/目標"], zero[f"{group}/到達"]) == ("0", "－")
    assert zero["実績の数値（目標）/R7"] == "1,200"


def test_figures_of_another_unit_are_not_divided() -> None:
    group = "最終年度（令和8年度）の目標に対する到達"
    shown = rows(sheet(moved(R7), trend_lines.SHEET_NAME))["2-1-2", "福祉政策課"]
    assert (shown[f"{group}/目標"], shown[f"{group}/到達"]) == ("5人", "－")
    assert shown["備考"] == "単位が最終年度の目標と違うため、到達を計算していません"


def test_a_rating_that_changed_says_how_far() -> None:
    plan, choices = shipped(), shipped().scale("rating")
    said = record(plan, R6, typed).answers + record(plan, R7, typed).answers
    values = {("1-1-1", "R6"): choices[2].value, ("1-1-2", "R7"): choices[1].value}
    other = [
        replace(a, understood=values.get((a.row, a.year), a.understood)) if a.key == "rating" else a
        for a in said
    ]
    listed = rows(sheet(YearView.of(plan, R7, Record(tuple(other))), trend_lines.SHEET_NAME))
    told = {no: shown.get("担当課評価/R6→R7") for (no, _), shown in listed.items()}
    assert told["1-1-1"] == "↗ 2段階上"
    assert told["1-1-2"] == "↘ 1段階下"
    assert told["1-2-1"] == "→ 同じ"


# ---------------------------------------------------------------- which years, for whom


def test_there_is_nothing_to_compare_before_an_earlier_year_has_answers() -> None:
    first = view_of(shipped(), R6, answers("shipped"))
    assert not any("推移" in name for name in names(first))
    assert "推移" not in speech_bytes(first).decode("utf-8-sig")
    second = view_of(shipped(), R7, answers("shipped"))
    assert {trend_page.SHEET_NAME, trend_lines.SHEET_NAME} <= set(names(second))
    assert closing.SHEET_NAME not in names(second)


def test_a_year_without_answers_is_named_and_left_out() -> None:
    said = [each for each in answers("shipped").answers if each.year != "R7"]
    view = YearView.of(shipped(), R8, Record(tuple(said)))
    for name in (trend_page.SHEET_NAME, trend_lines.SHEET_NAME):
        assert "・回答がないため載せていない年度：令和7年度" in words(sheet(view, name))
    assert "担当課評価/R6→R8" in next(iter(rows(sheet(view, trend_lines.SHEET_NAME)).values()))


def test_a_narrower_column_is_on_no_sheet() -> None:
    plan = shipped()
    for key in ("rating", "figure", "summary", "internal"):
        heading = next(f.heading for f in plan.fields if f.key == key)
        hidden = [replace(f, audience=Audience.OFFICE) if f.key == key else f for f in plan.fields]
        said = answers("shipped")
        one = YearView.of(replace(plan, fields=tuple(hidden)), R8, said, audience=Audience.PUBLIC)
        shown = [page for page in pages_of(one) if "推移" in page.name]
        shown += [page for page in pages_of(one) if page.name == closing.SHEET_NAME]
        assert shown
        own = [text for page in shown for text in words(page) if text != closing.SHEET_NAME]
        assert not any(heading in text for text in own), key


def test_the_contents_list_the_sheets_with_their_pages() -> None:
    listed = [
        (line.cells[0].text, line.cells[2])
        for line in sheet(final("shipped"), "目次").lines
        if 0 in line.cells and 2 in line.cells
    ]
    found = dict(listed)
    for name in (trend_page.SHEET_NAME, trend_lines.SHEET_NAME, closing.SHEET_NAME):
        assert found[name].link == f"'{name}'!A1"
        assert found[name].text.endswith("頁")


# ---------------------------------------------------------------- the final year


@pytest.mark.parametrize("name", PLANS)
def test_what_is_said_of_the_whole_period_is_whole_and_beside_its_ratings(name: str) -> None:
    view = final(name)
    page = sheet(view, closing.SHEET_NAME)
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
    page = sheet(moved(R8), closing.SHEET_NAME)
    assert "50.0%\n25回\n（目標50回）" in words(page)
    assert {"1,200\n（目標0）", "文章の目標"} <= set(words(page))


# ---------------------------------------------------------------- heard, and for machines


def test_the_counts_over_the_years_are_read_aloud() -> None:
    told = speech_bytes(final("second")).decode("utf-8-sig").replace("\r\n", "\n")
    whole = told.partition("\n推移　令和7年度～令和8年度\n")[2]
    assert (
        "所管課　達成状況の推移\n全体\n令和7年度。◎ 目標を超えた、20件、25.0パーセント、" in whole
    )
    assert "未回答、16件、計、96件、割合の分母、80件。" in whole
    assert "最終年度（令和8年度）の目標52回に対する到達は、5.8パーセント。" in whole


def test_the_data_hold_every_year_in_one_table() -> None:
    made = openpyxl.load_workbook(io.BytesIO(flat_workbook(final("shipped"))))
    heads, *body = made["全年度の回答"].iter_rows(values_only=True)
    at = heads.index("西暦年度")
    counts = Counter(row[at] for row in body)
    assert counts == Counter(FiscalYear.parse(line["年度"]).start for line in lines("shipped"))
    described = {row[0] for row in made["列の説明"].iter_rows(min_row=2, values_only=True)}
    assert described == {"回答", "取組", "全年度の回答"}


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
