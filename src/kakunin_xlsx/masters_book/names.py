"""課 in 台帳.xlsx: people see and type their names, the masters hold their codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.schema import MasterColumn

DEPARTMENTS = next(table for table in TABLES if table.name == "departments")
NAME = "名称"
DEPARTMENT_NAMES = "課の名称"  # on the hidden sheet: what each name said when it was exported
_CODE = DEPARTMENTS.keys[0]
_BETWEEN = re.compile(r"[、，,;；\n]")


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
