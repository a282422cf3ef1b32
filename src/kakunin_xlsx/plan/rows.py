"""Rows of the masters as texts by heading, and what tells one row from the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from kakunin_xlsx.plan.csvtext import CsvText, Record
from kakunin_xlsx.plan.model import Status
from kakunin_xlsx.plan.problems import CellProblem
from kakunin_xlsx.plan.readings import key_since
from kakunin_xlsx.plan.tables import FIRST, READINGS, Table
from kakunin_xlsx.plan.years import FiscalYear

Cells = Mapping[str, str]


def row_key(table: Table, cells: Cells) -> str:
    """The key of a row as the loader reads it: `1-1-1/R6`."""
    return "/".join(_read(table, header, cells.get(header, "")) for header in table.keys)


def _read(table: Table, header: str, cell: str) -> str:
    try:
        return str(table.column[header].parse(cell)) if cell else ""
    except CellProblem:
        return cell


def row_ids(table: Table, rows: Iterable[Cells]) -> list[str]:
    """What tells each row from all others of its table: key, 開始年度, and a count if need be."""
    seen: dict[str, int] = {}
    found = []
    for cells in rows:
        own = row_id(table, cells)
        seen[own] = seen.get(own, 0) + 1
        found.append(own if seen[own] == 1 else f"{own}（{seen[own]}）")
    return found


def row_id(table: Table, cells: Cells) -> str:
    """Key and 開始年度 as `readings` writes them: `1-1-1/R8@R8`; 残り rows by their words too."""
    key = row_key(table, cells)
    if table is READINGS and cells.get("状態") == Status.LEFT_OVER:
        return f"{key}：{cells.get('原文の文字', '')}"
    return key_since(key, year_in(cells.get(FIRST, ""))) if table.dated else key


def year_in(cell: str) -> FiscalYear | None:
    """The year that a cell says; None if it is empty or says none."""
    try:
        return FiscalYear.parse(cell) if cell else None
    except ValueError:
        return None


def row_digest(cells: Cells) -> str:
    """Twelve hex digits over all that a row holds."""
    plain = "\x1f".join(f"{header}\x1e{text}" for header, text in sorted(cells.items()) if text)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def rows_of(table: Table, sheet: CsvText) -> list[tuple[Record, dict[str, str]]]:
    """The rows of a CSV that hold anything, each with its cells by the table's headings."""
    headings = sheet.headings
    places = [(header, headings.index(header)) for header in table.headers if header in headings]
    found = []
    for record in sheet.records[1:]:
        texts = record.texts
        if any(texts):
            cells = dict.fromkeys(table.headers, "")
            cells |= {header: texts[at] for header, at in places if at < len(texts)}
            found.append((record, cells))
    return found


def csv_of(table: Table, rows: Sequence[Cells]) -> bytes:
    """A new CSV of these rows."""
    sheet = CsvText.empty(table.headers)
    for cells in rows:
        sheet.set(sheet.records[sheet.append()], cells)
    return sheet.to_bytes()
