"""Whether `readings` and the cells it speaks of agree, and no cell is empty without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kakunin_xlsx.plan.model import TABLES, Plan, shown_words
from kakunin_xlsx.plan.readings import (
    EVERY_BLOCK,
    TELL_BLANK,
    Reading,
    Status,
    key_since,
    split_key,
)
from kakunin_xlsx.plan.schema import FIRST, LAST, TABLE, MasterColumn, MasterRow
from kakunin_xlsx.plan.texts import Said
from kakunin_xlsx.plan.tree import Action, Target
from kakunin_xlsx.plan.years import FiscalYear

_NEEDS: Mapping[Status, tuple[str, ...]] = {
    Status.CORRECTED: ("原文の文字", "読み", "根拠"),
    Status.INFERRED: ("読み", "根拠"),
    Status.UNVERIFIED: ("根拠",),
    Status.CONFIRMED: ("読み", "根拠"),
    Status.REVISED: ("読み", "根拠"),
    Status.LEFT_OVER: ("原文の文字", "根拠"),
}


def cells_without_words(plan: Plan) -> Iterator[Said]:
    """An empty text cell is 原本未照合, or means "as above"; a 原本未照合 cell is empty."""
    spoken_of = {(reading.table, reading.column) for reading in plan.readings}
    for table in TABLES:
        told = [(each, (table.name, each.header) in spoken_of) for each in table.words]
        columns = [(each, read) for each, read in told if read or each.must_be_told]
        for row in getattr(plan, table.plan):
            for column, read in columns:
                if read or not table.value(row, column.header):
                    yield from _cell(plan, column, row)


def _cell(plan: Plan, column: MasterColumn, row: MasterRow) -> Iterator[Said]:
    shown, table = shown_words(plan, row, column.header), row.schema
    status = plan.status(table.name, table.key(row), column.header, table.first(row))
    if shown and status is Status.UNVERIFIED:
        wrong = f"原本未照合のセルに「{shown}」があります。"
        todo = "セルを空欄にするか、readings.csv の状態と読みを書き直してください。"
        yield row, column.header, wrong, todo
    may_be_empty = not column.must_be_told or _said_elsewhere(plan, column, row)
    if not shown and status is not Status.UNVERIFIED and not may_be_empty:
        none = (
            "その年度に目標がないときは「－」と書いてください。" if isinstance(row, Target) else ""
        )
        yield row, column.header, "空欄です。", TELL_BLANK + none


def _said_elsewhere(plan: Plan, column: MasterColumn, row: object) -> bool:
    """A second line's 事業概要 means as above; a target may be a number alone; no line has any."""
    if isinstance(row, Action) and not any(getattr(a, column.attribute) for a in plan.actions):
        return True  # a plan that has no such column
    if isinstance(row, Action) and column.header == "事業概要":
        return plan.actions_of(row.initiative)[0].id != row.id
    aimless = isinstance(row, Target) and row.year in plan.without_targets
    return (
        isinstance(row, Target)
        and column.header == "目標文"
        and (aimless or row.figure is not None)
    )


def reading_problems(plan: Plan) -> Iterator[Said]:
    """Each reading points at one cell, says what its status asks, and reads as the cell does."""
    rows = _rows(plan)
    seen: set[tuple[str, str, str]] = set()
    for row in plan.readings:
        yield from _incomplete(row)
        if row.status is Status.LEFT_OVER:
            yield from _left_over(plan, row)
            continue
        place = (row.table, row.key, row.column)
        if place in seen:
            wrong = f"「{'・'.join(place)}」の読みが二度書かれています。"
            yield row, "キー", wrong, "どちらかを除いてください。"
        seen.add(place)
        yield from _against_cell(plan, rows, row)


_Rows = Mapping[str, Mapping[str, list[MasterRow]]]


def _rows(plan: Plan) -> _Rows:
    """Table → key → rows; one with a 開始年度 also stands under its own key (`1-1-1@R8`)."""
    known: dict[str, dict[str, list[MasterRow]]] = {}
    spoken_of = {reading.table for reading in plan.readings}
    for table in (each for each in TABLES if each.name in spoken_of):
        rows = known.setdefault(table.name, {})
        for row in getattr(plan, table.plan):
            own = key_since(table.key(row), table.first(row))
            for key in {table.key(row), own}:
                rows.setdefault(key, []).append(row)
    return known


def _incomplete(row: Reading) -> Iterator[Said]:
    texts = {"原文の文字": row.source, "読み": row.reading, "根拠": row.ground}
    for header in _NEEDS.get(row.status, ()):
        if not texts[header]:
            wrong = f"状態が「{row.status}」の行で空欄です。"
            yield row, header, wrong, f"「{header}」を書いてください。"
    if row.status is Status.UNVERIFIED and row.reading:
        wrong = "原本未照合の行に読みがあります。"
        yield row, "読み", wrong, "読みを空欄にするか、状態を書き直してください。"


def _left_over(plan: Plan, row: Reading) -> Iterator[Said]:
    if row.table != "measures":
        yield row, "表", f"「{row.table}」です。", "残りの行では measures と書いてください。"
    elif row.key != EVERY_BLOCK and row.key not in plan.measure and row.key not in plan.goal:
        todo = "施策の番号（どの施策でもよいときは *）を書いてください。"
        yield row, "キー", f"「{row.key}」がありません。", todo


def _against_cell(plan: Plan, rows: _Rows, row: Reading) -> Iterator[Said]:
    table = TABLE.get(row.table)
    headers = [column.header for column in table.words] if table else []
    dates = (FIRST, LAST) if table and table.dated else ()
    if table is None or not headers:
        todo = f"{'／'.join(t.name for t in TABLES if t.words)} から選んで書いてください。"
        yield row, "表", f"「{row.table}」という表はありません。", todo
    elif row.key not in rows[row.table]:
        todo = f"{table.file} の「{'/'.join(table.keys)}」にあるものを書いてください。"
        if split_key(row.key)[1]:
            todo = f"@ の後には、{table.file} の行の開始年度を書いてください。"
        yield row, "キー", f"「{row.key}」の行がありません。", todo
    elif row.column not in (*headers, *dates):
        todo = f"{'／'.join(headers)} から選んで書いてください。"
        yield row, "列", f"「{row.column}」という列はありません。", todo
    elif row.reading and _differs(plan, rows[row.table][row.key], row):
        wrong = f"読み「{row.reading}」が {table.file} のセルと異なります。"
        todo = "読みとセルを同じ文にしてください。"
        if dates:
            todo += "途中の年度から改めた行には、キーを「ID@開始年度」とした行を加えてください。"
        yield row, "読み", wrong, todo


def _differs(plan: Plan, rows: list[MasterRow], reading: Reading) -> bool:
    """Whether a row of which the reading speaks shows something else."""
    key, since = split_key(reading.key)
    if reading.column in (FIRST, LAST):  # these belong to one row, not to those after it
        rows = [row for row in rows if row.schema.first(row) == since]
    fits: dict[FiscalYear | None, bool] = {}  # rows that begin together are told as doubled
    for row in rows:
        first = row.schema.first(row)
        if plan.reading(reading.table, key, reading.column, first) is reading:
            same = shown_words(plan, row, reading.column) == reading.reading
            fits[first] = fits.get(first, False) or same
    return not all(fits.values())
