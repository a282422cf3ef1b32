"""要確認一覧 and 未回収一覧: what somebody should look at again, and what is still to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kakunin_xlsx.layout import Column, Row, spaceless
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.report.lines import (
    CELL,
    CENTERED,
    HEADING,
    PARAGRAPH,
    across,
    flowing,
    heading_row,
)
from kakunin_xlsx.report.paging import A4_PORTRAIT, Paper, height
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Page

CONFIRM, MISSING = "要確認一覧", "未回収一覧"
_CONFIRM_WIDTHS = (9.0, 15.0, 14.0, 33.0, 21.0)
_MISSING_WIDTHS = (16.0, 28.0, 10.0, 38.0)
_NO, _TEXT = (replace(style, size=10.5, valign="top") for style in (CENTERED, CELL))
_LEAST = 8  # characters: shorter texts are often alike with good reason
_AGAIN = "前年度と同じ文章です。", "今年度の内容になっているかを確かめてください。"

Findings = Mapping[str, Sequence[Mapping[str, str]]]


def gap_pages(view: YearView, findings: Findings | None, places: Mapping[str, str]) -> list[Page]:
    """Both lists; the first only where the merges' findings are at hand."""
    missing = _page(
        view,
        MISSING,
        ("照会", "回答元", "行", "未回答の項目"),
        _MISSING_WIDTHS,
        list(_missing(view)),
        "取りまとめた照会の必須の回答は、すべてそろっています。",
    )
    if findings is None:
        return [missing]
    confirm = _page(
        view,
        CONFIRM,
        ("No", "回答元", "項目", "内容", "対応"),
        _CONFIRM_WIDTHS,
        [*_told(view, findings, places), *_as_last_year(view, places)],
        "確かめる必要のある回答はありません。",
    )
    return [confirm, missing]


def _page(
    view: YearView,
    name: str,
    headings: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Mapping[int, Cell]],
    nothing: str,
) -> Page:
    head = heading_row(headings, widths)
    paper = Paper(A4_PORTRAIT, repeated=height([head]))
    title = across(f"{name}　{view.year.caption}", HEADING, widths, 30)
    paper.begin([title, head])
    for cells in rows:
        paper.add([flowing(cells, widths)])
    if not rows:
        paper.add([[across(nothing, PARAGRAPH, widths)]])
    return Page(
        name, widths, paper.lines, header=view.header, fit=False, freeze=(2, 0), repeat=(1, 1)
    )


def _cells(no: str, texts: Sequence[str], link: str = "") -> Mapping[int, Cell]:
    rest = {at: Cell(text, _TEXT) for at, text in enumerate(texts, start=1)}
    return {0: Cell(no, _NO, link=link), **rest}


# 要確認一覧.


def _told(
    view: YearView, findings: Findings, places: Mapping[str, str]
) -> Iterator[Mapping[int, Cell]]:
    """What the merges of the rounds shown told, in their order."""
    for each in (view, *view.later):
        for row in findings.get(each.round.code, ()):
            texts = [row[name] for name in ("回答元", "項目", "内容", "対応")]
            link = places.get(row["行ID"]) or places.get(row["重点取組No"], "")
            yield _cells(row["重点取組No"] or row["行ID"], texts, link)


def _as_last_year(view: YearView, places: Mapping[str, str]) -> Iterator[Mapping[int, Cell]]:
    """Texts that stand word for word where they stood last year."""
    for row in view.asked:
        for column in view.layout.open_columns:
            if column.type is FieldType.TEXT and _same(view, row, column):
                texts = (row.department, column.heading, *_AGAIN)
                yield _cells(row.initiative, texts, places.get(row.id, ""))


def _same(view: YearView, row: Row, column: Column) -> bool:
    last = view.last.text(row.id, column) if view.last else ""
    text = view.text(row.id, column)
    return len(text) >= _LEAST and spaceless(text) == spaceless(last)


# 未回収一覧.


def _missing(view: YearView) -> Iterator[Mapping[int, Cell]]:
    """By round, respondent and row; a respondent of whom nothing came takes one line."""
    for each in (view, *view.later):
        gaps = sorted(each.gaps(), key=lambda gap: gap[0])
        asked = Counter(row.department for row, _ in each.layout.required_cells)
        for name, own in groupby(gaps, key=lambda gap: gap[0]):
            count = asked[name] if each.round.of_departments else asked.total()
            cells = [(row, column) for _, row, column in own]
            yield from _of_respondent(each, name, cells, len(cells) == count)


def _of_respondent(
    view: YearView, name: str, open_: Sequence[tuple[Row, Column]], nothing: bool
) -> Iterator[Mapping[int, Cell]]:
    if nothing:
        rows = len({row.id for row, _ in open_})
        yield _line(view, name, "すべて", f"必須の欄のすべて（{rows}行）")
        return
    for row, cells in groupby(open_, key=lambda cell: cell[0]):
        items = "、".join(column.heading for _, column in cells)
        yield _line(view, name, view.label(row), items)


def _line(view: YearView, *texts: str) -> Mapping[int, Cell]:
    return {at: Cell(text, _TEXT) for at, text in enumerate((view.round.name, *texts))}
