"""要見直し等一覧: every line whose rating or direction says that it needs another look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kakunin_xlsx.layout import Row
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.report.lines import CELL, CENTERED, HEADING, across, flowing, heading_row
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SHEET_NAME = "要見直し等一覧"
_WIDTHS = (8.0, 24.0, 12.0, 17.0)
_PAGE_WIDTH = 6.0
_NARROW, _LEAST_TEXT = 10.0, 16.0
_PIXELS = 1440  # of the 1473 that A3 leaves, so that nothing is shrunk
_NO, _TEXT = (replace(style, size=10.5, valign="top") for style in (CENTERED, CELL))


def reviewed(view: YearView) -> list[Row]:
    """Lines with a choice that asks for review, in the booklet's order."""
    return [row for row in view.asked if any(view.reviews(row))]


def why(view: YearView, row: Row) -> str:
    """「担当課評価 C 一部実施」, 「今後の方向性 改善」, one to a line."""
    return "\n".join(f"{column.heading} {choice.label}" for column, choice in view.reviews(row))


def review_page(view: YearView, places: Mapping[str, str]) -> Page:
    """The list, each No linked to its table."""
    widths = _widths(view)
    rows = list(_lines(view, places, widths))
    return Page(
        name=SHEET_NAME,
        widths=widths,
        lines=rows,
        paper=A3,
        landscape=True,
        header=view.header,
        freeze=(2, 2),
        repeat=(1, 1),
    )


def _widths(view: YearView) -> tuple[float, ...]:
    """Texts share what the other columns leave of the paper."""
    texts = [column.type is FieldType.TEXT for column in view.layout.open_columns]
    room = (_PIXELS - 5 * (len(_WIDTHS) + len(texts) + 1)) / 7
    rest = room - sum(_WIDTHS) - _PAGE_WIDTH - _NARROW * texts.count(False)
    wide = max(_LEAST_TEXT, int(rest / max(1, sum(texts)) * 10) / 10)
    return (*_WIDTHS, *(wide if is_text else _NARROW for is_text in texts), _PAGE_WIDTH)


def _lines(view: YearView, places: Mapping[str, str], widths: tuple[float, ...]) -> Iterator[Line]:
    yield across(f"要見直し等一覧　{view.year.caption}", HEADING, widths, 30)
    words, columns = view.plan.words, view.layout.open_columns
    headings = ("No", words.initiative, words.department, "理由となる選択")
    yield heading_row((*headings, *(column.heading for column in columns), "冊子"), widths)
    rows = reviewed(view)
    for row in rows:
        texts = (
            view.plan.initiative[row.initiative].name,
            row.department,
            why(view, row),
            *(view.text(row.id, each) or view.instead(row.id, each) for each in columns),
        )
        cells = {at: Cell(text, _TEXT) for at, text in enumerate(texts, start=1)}
        cells[0] = Cell(row.initiative, _NO, link=places.get(row.id, ""))
        cells[len(widths) - 1] = Cell(_pages(view, row), _NO)
        yield from flowing(cells, widths)
    if not rows:
        yield across("見直し等が必要とされた取組はありません。", CELL, widths, 24)


def _pages(view: YearView, row: Row) -> str:
    page = view.page_of(row)
    return f"{page}頁" if page else ""
