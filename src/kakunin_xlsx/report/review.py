"""要見直し等一覧: every line whose rating or direction says that it needs another look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kakunin_xlsx.layout import Row
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.report.lines import CELL, CENTERED, HEADING, across, heading_row, line
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SHEET_NAME = "要見直し等一覧"
_WIDTHS = (8.0, 34.0, 14.0, 18.0)
_NARROW, _WIDE = 14.0, 32.0


def reviewed(view: YearView) -> list[Row]:
    """Lines with a choice that asks for review, in the booklet's order."""
    return [row for row in view.asked if any(view.reviews(row))]


def why(view: YearView, row: Row) -> str:
    """「担当課評価 C 一部実施、今後の方向性 改善」."""
    return "、".join(f"{column.heading} {choice.label}" for column, choice in view.reviews(row))


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
        header=f"&L{view.layout.title}&R{view.year.name}",
        repeat=(1, 1),
    )


def _widths(view: YearView) -> tuple[float, ...]:
    texts = [column.type is FieldType.TEXT for column in view.layout.open_columns]
    return (*_WIDTHS, *(_WIDE if is_text else _NARROW for is_text in texts), 8.0)


def _lines(view: YearView, places: Mapping[str, str], widths: tuple[float, ...]) -> Iterator[Line]:
    yield across(f"要見直し等一覧　{view.year.caption}", HEADING, widths, 30)
    words, columns = view.plan.words, view.layout.open_columns
    headings = ("No", words.initiative, words.department, "理由となる選択")
    yield heading_row((*headings, *(column.heading for column in columns), "冊子の頁"), widths)
    rows = reviewed(view)
    for row in rows:
        texts = (
            view.plan.initiative[row.initiative].name,
            row.department,
            why(view, row),
            *(view.text(row.id, column) for column in columns),
        )
        cells = {at: Cell(text, CELL) for at, text in enumerate(texts, start=1)}
        cells[0] = Cell(row.initiative, CENTERED, link=places.get(row.id, ""))
        cells[len(widths) - 1] = Cell(view.page_of(row), CENTERED)
        yield line(cells, widths)
    if not rows:
        yield across("見直し等が必要とされた取組はありません。", CELL, widths, 24)
