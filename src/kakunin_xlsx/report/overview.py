"""概要: the A4 first page: counts with denominators, what needs a look, what is missing, 凡例."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.report.counting import NO_ANSWER, UNREAD, tally
from kakunin_xlsx.report.front import (
    agenda_lines,
    called_cells,
    council_counts,
    council_gaps,
    number_and_date,
    opinion_lines,
)
from kakunin_xlsx.report.lines import (
    CELL,
    CENTERED,
    HEADER,
    HEADING,
    NUMBER,
    PARAGRAPH,
    SHARE,
    SUBHEADING,
    across,
    flowing,
    gap,
    heading_row,
    line,
    table_row,
)
from kakunin_xlsx.report.paging import A4_PORTRAIT, Group, Paper, height
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.review import reviewed, reviewed_by_councils, why
from kakunin_xlsx.report.view import OFFICE_ONLY, YearView
from kakunin_xlsx.sheets.page import Cell, Line, Page, Style

SHEET_NAME = "概要"
_WIDTHS = (16.0, 40.0, 13.0, 24.0)  # as wide as A4 allows without shrinking
_NO, _LISTED = (replace(style, size=10.5) for style in (CENTERED, CELL))
_GAP = 3.0  # the page should hold an ordinary year with its 凡例
_COUNT_ROW = (CENTERED, CELL, NUMBER, SHARE)
_MARKS = (
    "凡例：頁は冊子の頁です。評価の目安は「評価集計」にあります。（推定）＝印刷された冊子の文字を読み取れず、ほかの箇所から推し量ったもの。"
    "（原本未照合）＝冊子とまだ照合していないため、空けているもの。"
    "(再掲)＝ほかの行をもう一度示したもの。回答と集計は元の行で行います。"
)
_STAMP = Style(size=14, bold=True, color="#B00000", align="center", valign="vcenter", border=True)


def overview_page(view: YearView, places: Mapping[str, str], given: CouncilPaper) -> Page:
    """The first page of the paper."""
    paper = Paper(A4_PORTRAIT)
    for groups in (
        [[*_title(view, given)]],
        [[*agenda_lines(view, given, _WIDTHS)]],
        [[*_counts(view)]],
        [[*council_counts(view, _WIDTHS)]],
        _to_review(view, places),
        [[*opinion_lines(view, _WIDTHS)]],
        _missing(view),
        [[*_legend(), *_colophon(view)]],
    ):
        paper.keep(sum(map(height, groups[:2])))  # a heading takes a first row with it
        for group in groups:
            paper.add([group])
    return Page(name=SHEET_NAME, widths=_WIDTHS, lines=paper.lines, header=view.header)


def _title(view: YearView, given: CouncilPaper) -> Iterator[Line]:
    yield from number_and_date(given, _WIDTHS)
    yield across(view.layout.title, replace(HEADING, size=18), _WIDTHS, 30)
    caption = {0: Cell(view.year.caption, replace(PARAGRAPH, valign="vcenter"), across=3)}
    if view.office_only:
        caption[3] = Cell(OFFICE_ONLY, _STAMP)
    yield line(caption, _WIDTHS, 22)
    if view.later:
        rounds = "、".join(each.round.name for each in (view, *view.later))
        yield across(f"載せた照会：{rounds}", PARAGRAPH, _WIDTHS)
    if view.office_only:
        words = f"{view.plan.words.target}に推定・原本未照合があります。会議の前に冊子と照合してください。"
        yield across(words, replace(PARAGRAPH, color="#B00000"), _WIDTHS)
    if view.audience_words:
        yield across(view.audience_words, replace(PARAGRAPH, size=10.5), _WIDTHS)


def _counts(view: YearView) -> Iterator[Line]:
    words, rows, asked = view.plan.words, view.layout.rows, view.asked
    yield gap(_GAP)
    yield across(
        f"{words.initiative}{len(view.plan.initiatives)}、{words.effort}{len(rows)}行のうち、"
        f"再掲{len(rows) - len(asked)}行を除く{len(asked)}行について、各課が回答します。",
        PARAGRAPH,
        _WIDTHS,
    )
    for column in view.rating_columns:
        counts = tally(view, column, "", asked)
        base = counts.of([choice.value for choice in column.choices if choice.counted])
        yield heading_row((column.heading, "", "行数", f"割合（分母{base}）"), _WIDTHS)
        for choice in column.choices:
            number = counts.counts[choice.value]
            share = number / base if choice.counted and base else "－"
            yield table_row((choice.value, choice.name, number, share), _WIDTHS, _COUNT_ROW)
        for value, name in ((NO_ANSWER, ""), (UNREAD, "選択肢のどれか分からない回答")):
            if value == NO_ANSWER or counts.counts[value]:
                row = (value, name, counts.counts[value], "－")
                yield table_row(row, _WIDTHS, _COUNT_ROW)
        yield table_row(("計", "", counts.total, ""), _WIDTHS, _COUNT_ROW)


def _to_review(view: YearView, places: Mapping[str, str]) -> list[Group]:
    rows, words = reviewed(view), view.plan.words
    councils = len(reviewed_by_councils(view))
    more = f"、会議が必要としたもの　{councils}件" if councils else ""
    counted = f"見直し等が必要とされた{words.effort}　{len(rows)}行{more}"
    title = across(counted, SUBHEADING, _WIDTHS, 24)
    called = [[line(cells, _WIDTHS)] for cells in called_cells(view, places, _NO, _LISTED)]
    if not rows and not called:
        return [[gap(_GAP), title, across("該当する回答はありません。", PARAGRAPH, _WIDTHS)]]
    whose = f"{words.department}・会議" if called else words.department
    head = heading_row(("No（頁）", words.initiative, whose, "選択"), _WIDTHS)
    listed = ([_review_line(view, row, places)] for row in rows)
    return [[gap(_GAP), title, head], *listed, *called]


def _review_line(view: YearView, row: Row, places: Mapping[str, str]) -> Line:
    page = f"（{view.page_of(row)}頁）" if view.page_of(row) else ""
    no = Cell(f"{row.initiative}{page}", _NO, link=places.get(row.id, ""))
    name = view.plan.initiative[row.initiative].name
    texts = enumerate((name, row.department, why(view, row)), start=1)
    cells = {0: no, **{at: Cell(text, _LISTED) for at, text in texts}}
    return line(cells, _WIDTHS)


def _missing(view: YearView) -> list[Group]:
    """What is still to come, by department; two returns that differ are no answer yet."""
    open_rows = [(row, columns) for row in view.asked if (columns := view.missing(row))]
    words = f"必須欄が未回答の{view.plan.words.effort}　{len(open_rows)}行"
    title = across(words, SUBHEADING, _WIDTHS, 24)
    later = [[each] for each in council_gaps(view, _WIDTHS)]
    groups: list[Group] = [[gap(_GAP), title]]
    by_name: dict[str, list[str]] = {}
    for row, columns in open_rows:
        by_name.setdefault(row.department, []).append(_still_open(view, row, columns))
    for name, own in by_name.items():
        cells = {0: Cell(name, HEADER), 1: Cell("、".join(own), CELL, across=3)}
        groups.extend([each] for each in flowing(cells, _WIDTHS))
    return [*groups, *later]


def _still_open(view: YearView, row: Row, columns: Sequence[Column]) -> str:
    """「4-2-1（担当課評価）」, or the number alone where the whole line is open."""
    if len(columns) == len(view.required(row)) and not any(
        view.conflicting(row.id, column) for column in columns
    ):
        return row.initiative
    names = (
        column.heading + ("＝回答の相違" if view.conflicting(row.id, column) else "")
        for column in columns
    )
    return f"{row.initiative}（{'・'.join(names)}）"


def _legend() -> Iterator[Line]:
    yield gap(_GAP)
    yield across(_MARKS, replace(PARAGRAPH, size=10.5), _WIDTHS)


def _colophon(view: YearView) -> Iterator[Line]:
    texts = [text.body for text in view.plan.texts if text.chapter == "奥付"]
    if texts:
        yield across("冊子：" + "　".join(texts), replace(PARAGRAPH, size=10.5), _WIDTHS)
