"""Sheets and headings of 台帳.xlsx, for whoever writes or reads it.

A sheet is told by the table named in its brackets, a column by its heading, a row by its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kakunin_xlsx.layout.sheet_names import cut, safe_names
from kakunin_xlsx.plan.model import TABLES, Plan
from kakunin_xlsx.plan.people import DEPARTMENTS
from kakunin_xlsx.plan.readings import Status
from kakunin_xlsx.plan.schema import MasterColumn, MasterTable
from kakunin_xlsx.plan.tree import ACTIONS

SETTINGS_SHEET = "計画の設定"
OPEN_SHEET = "照合する箇所"
HELP_SHEET = "列の説明"
PROPOSALS_SHEET = "提案"

# Columns that a table's sheet has besides those of the CSV.
STATE = "照合の状態"
SINCE, WHY = "いつから", "直した理由"  # what people write beside a row
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
PRINTED, DONE, WHO, WHEN, PAGE = ("冊子のとおりの文", "確認", "確認した人", "確認日", "頁")
TABLE_NAME, KEY = "表", "キー"
OPEN_HEADINGS = (
    *(PLACE, COLUMN, STATUS, NOW, PRINTED, DONE, WHO, WHEN, PAGE),
    *(SOURCE, GROUND, TABLE_NAME, KEY),
)
TO_FILL = frozenset({PAGE, PRINTED, DONE, WHO, WHEN})
CONFIRMED = str(Status.CONFIRMED)
# The sheet of what departments would change.
YEAR, ROUND, WHOSE, ROW, TYPED, WHERE = "年度", "照会", "回答元", "行ID", "提案", "記入されたところ"
VERDICT, DECIDED, DECIDER, DAY, REASON = "採否", "決定", "決めた人", "決めた日", "理由"
TAKEN, DECLINED = "採用", "見送り"
ALL_YEARS = "全ての年度"  # the wording is put right, not changed from a year on
PROPOSAL_HEADINGS = (
    *(PLACE, ITEM, WHOSE, NOW, TYPED),
    *(VERDICT, SINCE, DECIDED, DECIDER, DAY, REASON, YEAR, ROUND, WHERE, ROW),
)
TO_DECIDE = frozenset({VERDICT, SINCE, DECIDED, DECIDER, DAY, REASON})
TO_WRITE = TO_FILL | TO_DECIDE
BASE_MARK = "台帳の控え"  # on the hidden sheet that says what was exported

_BETWEEN = re.compile(r"[、，,;；\n]")
_IN_BRACKETS = re.compile(r".*（([a-z]+)(?:\.csv)?）", re.S)
# What the plan says for the name of a table: the label of the setting.
_CALLED: Mapping[str, str] = {
    "goals": "一番上の段の呼び方",
    "measures": "二番目の段の呼び方",
    "initiatives": "一番下の段の呼び方",
    "actions": "「取組」の見出し",
    "targets": "「取組目標」の見出し",
}
NAME = "名称"
DEPARTMENT_NAMES = "課の名称"  # on the hidden sheet: what each name said when it was exported


def sheet_name(table: MasterTable) -> str:
    """`部署（departments）`."""
    return f"{table.title}（{table.name}）"


def sheet_names(settings: Mapping[str, str]) -> dict[str, str]:
    """The same for each table, in the plan's own words: `事務事業（initiatives）`.

    A word that is the name of another sheet (「指標」) would not tell the two apart.
    """
    others = {table.title for table in TABLES if table.name not in _CALLED}
    names = {}
    for table in TABLES:
        word = settings.get(_CALLED.get(table.name, ""), "")
        title = safe_names([word])[0] if word and word not in others else table.title
        ending = f"（{table.name}）"
        names[table.name] = cut(title, len(ending)) + ending
    return names


def table_in(words: str) -> str:
    """The table that a sheet's name or a cell names in brackets; '' if none."""
    found = _IN_BRACKETS.fullmatch(words.strip())
    return found[1] if found else ""


def extra_headings(table: MasterTable) -> tuple[str, ...]:
    """The columns behind those of the CSV."""
    if not table.words:
        return ()
    return (STATE, SINCE, WHY) if table.dated else (STATE, WHY)


def headings(table: MasterTable) -> tuple[str, ...]:
    """All columns of a table's sheet."""
    return (*table.headers, *extra_headings(table))


_CODE = DEPARTMENTS.keys[0]


def is_department(column: MasterColumn | None) -> bool:
    """True for a column that names departments."""
    return column is not None and column.refers == (DEPARTMENTS.name,)


def said_as(column: MasterColumn, cell: str, known: Mapping[str, str]) -> str:
    """A cell with names for codes, or codes for names; what is not known stays as it is."""
    return "、".join(known.get(part, part) for part in parts(column, cell))


def parts(column: MasterColumn, cell: str) -> list[str]:
    """The names or codes in a cell: one, or several where the column may hold them."""
    found = _BETWEEN.split(cell) if column.several else [cell]
    return [part.strip() for part in found if part.strip()]


def names(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The newest name of each code, where that name says the code."""
    known = list(rows)
    said = codes(known)
    newest = {row.get(_CODE, ""): row.get(NAME, "") for row in known}
    return {code: name for code, name in newest.items() if said.get(name) == code}


def codes(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Codes by every name they had; none that two codes have, or that is a code itself."""
    whose: dict[str, set[str]] = {}
    for row in rows:
        whose.setdefault(row.get(NAME, ""), set()).add(row.get(_CODE, ""))
    every = {code for own in whose.values() for code in own}
    return {
        name: next(iter(own))
        for name, own in whose.items()
        if name and len(own) == 1 and name not in every
    }


def as_code(plan: Plan, table: MasterTable, header: str, text: str) -> str:
    """A department is named by people, and held by its code."""
    if (table, header) != (ACTIONS, "部署"):
        return text
    return next((row.code for row in plan.departments if row.name == text), text)
