"""正誤表: exactly the cells that changed since the last issued 版, of what that 版 held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kakunin_xlsx.layout.columns import WHOLE
from kakunin_xlsx.report.paging import list_page
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.snapshot import SnapshotChange
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, A4, Page

SHEET_NAME = "正誤表"
_NOTHING = "（なし）"


@dataclass(frozen=True)
class Errata:
    """What differs from 第`since`版, the last one issued; `added` is what that did not hold."""

    since: int
    changes: Sequence[SnapshotChange]
    added: Sequence[str] = ()


def errata_page(paper: CouncilPaper) -> Page | None:
    """The list of changed cells."""
    if paper.errata is None:
        return None
    rows = [
        (
            place(paper.view, each.round, each.row),
            each.item,
            each.before or _NOTHING,
            each.after or _NOTHING,
            each.ground,
        )
        for each in paper.errata.changes
    ]
    columns = (("行", 26.0), ("項目", 24.0), ("前", 57.0), ("後", 57.0), ("理由・決定", 36.0))
    size = A3 if paper.size == A3 else A4
    return list_page(paper.view, SHEET_NAME, columns, rows, _told(paper.errata), size)


def _told(errata: Errata) -> Iterator[str]:
    yield f"第{errata.since}版の後に変わったところ　{len(errata.changes)}か所"
    if errata.added:
        yield f"第{errata.since}版の後に加えたもの：{'、'.join(errata.added)}"


def place(view: YearView, round_code: str, row: str) -> str:
    """A row as people call it: its number, with the department where several share it."""
    plan, asked = view.plan, view.plan.round.get(round_code)
    if known := view.masters.action.get(row):
        several = len(view.masters.actions_of(known.initiative)) > 1
        name = view.masters.department[known.department].name
        number = view.masters.label_of(known)
        return f"{number}　{name}" if several else number
    if asked and asked.answers_opinions:
        return _reply(view, row)
    if row in plan.goal:
        return f"{plan.words.goal}{row}"
    return "計画全体" if row == WHOLE else row  # the number of a 重点取組 or of an opinion


def _reply(view: YearView, row: str) -> str:
    for said in view.opinions.all:
        for reply in said.replies:
            if reply.row == row:
                return f"意見{said.no}（{said.short}）への回答　{reply.department}"
    return "取り消された意見への回答"
