"""正誤表: exactly the cells that changed since the last issued 版."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kakunin_xlsx.layout.columns import WHOSE
from kakunin_xlsx.report.lines import (
    CELL,
    HEADING,
    PARAGRAPH,
    across,
    flowing,
    heading_row,
)
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Paper, height
from kakunin_xlsx.report.shown import Change
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page

SHEET_NAME = "正誤表"
_HEADINGS = ("行", "項目", "前", "後", "理由・決定")
_WIDTHS = (26.0, 26.0, 57.0, 57.0, 34.0)
_TEXT = replace(CELL, size=10.5, valign="top")
_NOTHING = "（なし）"


@dataclass(frozen=True)
class Errata:
    """What differs from 第`since`版, the last one issued."""

    since: int
    changes: Sequence[Change]


def errata_page(view: YearView, errata: Errata) -> Page:
    """The list of changed cells."""
    head = heading_row(_HEADINGS, _WIDTHS)
    title = f"{SHEET_NAME}　{view.year.caption}"
    told = f"第{errata.since}版の後に変わったところ　{len(errata.changes)}か所"
    paper = Paper(A3_LANDSCAPE, repeated=height([head]))
    paper.begin([across(title, HEADING, _WIDTHS, 30), across(told, PARAGRAPH, _WIDTHS), head])
    for change in errata.changes:
        paper.add([list(_lines(view, change))])
    return Page(
        name=SHEET_NAME,
        widths=_WIDTHS,
        lines=paper.lines,
        paper=A3,
        landscape=True,
        fit=False,
        header=view.header,
        freeze=(3, 0),
        repeat=(2, 2),
    )


def _lines(view: YearView, change: Change) -> Iterator[Line]:
    texts = (
        place(view, change.row),
        change.item,
        change.before or _NOTHING,
        change.after or _NOTHING,
        change.ground,
    )
    yield from flowing({at: Cell(text, _TEXT) for at, text in enumerate(texts)}, _WIDTHS)


def place(view: YearView, row: str) -> str:
    """A row as people call it; lines of one 重点取組 are told apart by their id."""
    for each in view.later:
        known = each.layout.row.get(row)
        if known and each.round.answers_opinions:
            return f"意見への回答（{known.texts[WHOSE].body}、{each.label(known)}）"
    return row
