"""Made-up answers of a whole year, built without files: what a merge would hand over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kakunin_xlsx.layout import Column, Layout, Row, layout
from kakunin_xlsx.plan import FieldType, FiscalYear, Plan
from kakunin_xlsx.record import Answer, Record
from kakunin_xlsx.report.book import paper_workbook, report_pages
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import adopted

Typed = Callable[[int, Row, Column], str]  # number of the line, line, column → '' for nothing

SENTENCE = "7月に相談窓口を載せたチラシを300部作成し、公共施設12か所に配架しました。"
# What a spreadsheet likes to turn into something else.
DELICATE = ("=1+1", "@SUM(A1)", "+81", "-5 %", "1-2", "NA", "http://example.jp/", "葛\U000e0100飾")


def pages_of(view: YearView) -> list[Page]:
    return report_pages(CouncilPaper(view))


def book_of(view: YearView) -> bytes:
    return paper_workbook(CouncilPaper(view))


def first_round(plan: Plan) -> str:
    return min(plan.rounds, key=lambda each: each.order).code


def whole(plan: Plan, year: FiscalYear) -> Layout:
    return layout(plan, year, first_round(plan), None)


def record(plan: Plan, year: FiscalYear, typed: Typed) -> Record:
    """Answers to every asked line; 再掲 lines are left alone."""
    return Record(tuple(_answers(plan, year, typed)))


def _answers(plan: Plan, year: FiscalYear, typed: Typed) -> Iterator[Answer]:
    table = whole(plan, year)
    for number, row in enumerate(row for row in table.rows if row.open):
        for at, column in enumerate(table.open_columns):
            if table.asks(row, column) and (value := typed(number, row, column)):
                yield answer(plan, year, row, column, value, f"{chr(ord('J') + at)}{number + 12}")


def answer(
    plan: Plan, year: FiscalYear, row: Row, column: Column, value: str, cell: str = "J12"
) -> Answer:
    who = (plan.at(year).action[row.under or row.id].department, row.department)
    file = f"【{row.department}】取組状況確認表_{year.name}実績.xlsx"
    return adopted(year, first_round(plan), who, row, column, value, (file, cell))


def varied(number: int, _row: Row, column: Column) -> str:
    """All ratings, short and very long texts, gaps, and answers that look like formulas."""
    if number % 11 == 5:
        return ""  # this department has not answered this line at all
    match column.type:
        case FieldType.CHOICE:
            labels = [choice.label for choice in column.choices]
            return "" if number % 13 == 7 else labels[number % len(labels)]
        case FieldType.NUMBER:
            return ("12", "３件", "1200", "")[number % 4]
        case FieldType.DATE:
            return "2026-04-10"
    return _text(number, column)


def _text(number: int, column: Column) -> str:
    kind = (number + len(column.key)) % 7
    if kind == 0:
        return DELICATE[number % len(DELICATE)]
    if kind == 1:
        return SENTENCE * (25 if number % 3 else 16)
    if kind == 2 and not column.required:
        return ""
    if kind == 3:
        return f"・{SENTENCE}\n・{SENTENCE}\n（{row_mark(number)}）"
    return SENTENCE[: 12 + 5 * kind]


def row_mark(number: int) -> str:
    return f"{number + 1}件目"
