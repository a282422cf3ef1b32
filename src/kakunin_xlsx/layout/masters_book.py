"""台帳.xlsx: the masters as a workbook. Writer and reader take sheets and headings from here.

A sheet is told by the table named in its brackets, a column by its heading, a row by its key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kakunin_xlsx.plan.cells import year as parse_year
from kakunin_xlsx.plan.edited import SINCE as SINCE
from kakunin_xlsx.plan.edited import WHY as WHY
from kakunin_xlsx.plan.model import Status
from kakunin_xlsx.plan.table_help import help_of
from kakunin_xlsx.plan.tables import FIRST, LAST, Column, Table

SETTINGS_SHEET = "計画の設定"
OPEN_SHEET = "照合する箇所"
HELP_SHEET = "列の説明"

# Columns that a table's sheet has besides those of the CSV.
STATE = "照合の状態"
EXTRA_HELP: Mapping[str, str] = {
    STATE: f"冊子と見比べる必要のある欄です。シート「{OPEN_SHEET}」に一覧があります。",
    SINCE: "途中の年度から改めるときだけ、その年度を選びます。空欄なら全ての年度の文を直します。",
    WHY: "冊子の文を直したときに、誰が・いつ・なぜを書きます。例：組織改正（鈴木、2026/4/1）",
}
# The sheet of settings.
ITEM, VALUE, ABOUT = "項目", "値", "説明"
SETTING_HEADINGS = (ITEM, VALUE, ABOUT)
# The sheet of cells that wait to be compared with the booklet.
PLACE, COLUMN, STATUS, NOW, SOURCE, GROUND = "箇所", "列", "状態", "いまの文", "原文の文字", "根拠"
PRINTED, DONE, WHO, WHEN, PAGE = (
    "冊子のとおりの文",
    "確認",
    "確認した人",
    "確認日",
    "頁",
)
TABLE_NAME, KEY = "表", "キー"
OPEN_HEADINGS = (
    *(PLACE, COLUMN, STATUS, NOW, SOURCE, GROUND, PAGE),
    *(PRINTED, DONE, WHO, WHEN, TABLE_NAME, KEY),
)
TO_FILL = frozenset({PAGE, PRINTED, DONE, WHO, WHEN})
CONFIRMED = str(Status.CONFIRMED)
WAITING = (Status.CORRECTED, Status.INFERRED, Status.UNVERIFIED)
BASE_MARK = "台帳の控え"  # on the hidden sheet that says what was exported

_IN_BRACKETS = re.compile(r".*（([a-z]+)）")


def sheet_name(table: Table) -> str:
    """`部署（departments）`."""
    return f"{help_of(table).title}（{table.name}）"


def table_in(words: str) -> str:
    """The table that a sheet's name or a cell names in brackets; '' if none."""
    found = _IN_BRACKETS.fullmatch(words.strip())
    return found[1] if found else ""


def extra_headings(table: Table) -> tuple[str, ...]:
    """The columns behind those of the CSV."""
    if not table.words:
        return ()
    return (STATE, SINCE, WHY) if table.dated else (STATE, WHY)


def headings(table: Table) -> tuple[str, ...]:
    """All columns of a table's sheet."""
    return (*table.headers, *extra_headings(table))


def holds_year(column: Column) -> bool:
    """True for 年度, 開始年度 and 終了年度."""
    return column.parse is parse_year or column.header in (FIRST, LAST)


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row of a table as exported: its cells by heading, and which of them are open."""

    cells: Mapping[str, str]
    open: Mapping[str, Status] = field(default_factory=dict)
    told: str = ""  # 照合の状態


@dataclass(frozen=True, slots=True)
class OpenCell:
    """One line of 照合する箇所, by heading, and where its cell stands."""

    cells: Mapping[str, str]
    table: Table
    row: int  # index in its table


@dataclass(frozen=True)
class MastersBook:
    """Everything that 台帳.xlsx holds. `base` is what each row was, by sheet and row id."""

    title: str
    plan: str
    font: str
    years: Sequence[str]
    settings: Mapping[str, str]
    tables: Mapping[str, Sequence[BookRow]]
    open: Sequence[OpenCell] = ()
    base: Sequence[tuple[str, str, str]] = ()
