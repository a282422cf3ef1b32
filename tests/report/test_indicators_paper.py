"""Pages of a plan with indicators that the demo's year does not show: the final year, A4, audiences."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from kakunin_xlsx.layout import layout
from kakunin_xlsx.plan import Audience, FieldType, Plan, RowKind, When, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.courses import closing_page
from kakunin_xlsx.report.figures import figures_page, measured_page
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.tables import goal_pages
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import KANKYO, R7, answer


@cache
def plan() -> Plan:
    """The plan as if R7 were its last year, in which each line says what came of it."""
    whole = load_plan(KANKYO)
    told = next(f for f in whole.fields if f.key == "story")
    summary = replace(told, key="summary", heading="十年のまとめ", when=When.FINAL_YEAR, paper="")
    return replace(whole, last_year=R7, fields=(*whole.fields, summary))


def record(*left_out: str) -> Record:
    """Every figure is 10, every text 「済」."""
    one = layout(plan(), R7, "shirabe", None)
    values = {FieldType.NUMBER: "10", FieldType.CHOICE: "○", FieldType.TEXT: "済"}
    return Record(
        tuple(
            answer(one, row.id, column.key, values[column.type])
            for row in one.rows
            for column in one.questions(row)
            if row.id not in left_out
        )
    )


def paper(given: Record, audience: Audience = Audience.OFFICE) -> CouncilPaper:
    return CouncilPaper(YearView.of(plan(), R7, given, audience=audience))


def texts(page: Page | None) -> list[str]:
    assert page is not None
    return [str(c.value) for line in page.lines for c in line.cells.values() if c.value]


def test_the_closing_says_how_far_each_indicator_came() -> None:
    shown = texts(closing_page(paper(record())))
    (own,) = [text for text in shown if text.startswith("産業廃棄物の最終処分量：\n")]
    assert own == "産業廃棄物の最終処分量：\n471.4%\n10千t\n（目標114千t）"
    (both,) = [text for text in shown if text.startswith("講座と観察会の参加者：\n")]
    assert both.count("\n（目標") == 2


def test_a_figure_that_is_missing_is_named_and_its_line_is_not_complete() -> None:
    view = paper(record("2-1-1イ")).view
    line = view.layout.row["2-1-1"]
    assert [column.key for column in view.missing(line)] == ["value"]
    assert [(who, row.id) for who, row, _ in view.gaps()] == [("資源循環推進課", "2-1-1イ")]
    cells = [t for page in goal_pages(paper(record("2-1-1イ"))) for t in texts(page)]
    (own,) = [text for text in cells if "・家庭の食品ロスの量：（未回答）" in text]
    assert "・一人一日当たりのごみの量：10ｇ" in own


def test_figures_of_the_office_stay_out_of_a_public_paper() -> None:
    inside = tuple(
        replace(f, audience=Audience.OFFICE) if f.key == "value" else f for f in plan().fields
    )
    public = YearView.of(replace(plan(), fields=inside), R7, record(), audience=Audience.PUBLIC)
    made = CouncilPaper(public)
    assert figures_page(made) is None
    assert not any("10ｇ" in text for page in goal_pages(made) for text in texts(page))
    assert {row.kind for row in public.layout.rows} == {RowKind.ACTION}


def test_on_a4_the_newest_years_stand_side_by_side() -> None:
    years = [R7.previous, R7]
    answers = tuple(replace(each, year=year.code) for year in years for each in record().answers)
    small = replace(plan(), style=replace(plan().style, paper="A4"))
    made = CouncilPaper(YearView.of(small, R7, Record(answers)))
    shown = texts(measured_page(made))
    assert {"R6", "R7", "R7の目標"} <= set(shown)
    assert "終了" in shown
