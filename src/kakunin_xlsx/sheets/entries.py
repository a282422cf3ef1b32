"""Dropdowns, range checks, input messages and the colour of required empty cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from kakunin_xlsx.layout import Column
from kakunin_xlsx.layout.sheet_names import CHOICE_SHEET
from kakunin_xlsx.plan.rounds import FieldType
from kakunin_xlsx.sheets.page import Dropdown, Entry
from kakunin_xlsx.stop import Stop

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MISSING_FILL, MISSING_MARK = "#FBE2D5", "#A65A2E"
_LIST_LIMIT = 255  # characters of a list inside a validation
_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255
_CELL_LIMIT = 32_767  # characters in a cell
_CHOOSE = "一覧から選んでください（セルの右の▼を押すと一覧が出ます）。"


class CannotWrite(Stop):
    """Excel's file format cannot hold what was asked for."""


def must(code: int | None, what: str) -> None:
    """xlsxwriter only returns a code where it drops something: never let that pass."""
    if code:
        raise CannotWrite(f"{what}をExcelの形式に書き込めません（{code}）。")


class Lists:
    """Where dropdowns take their values from: the rule itself, or a hidden last sheet if long."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], str] = {}

    def source(self, labels: tuple[str, ...]) -> list[str] | str:
        """The list itself, or the range that holds it."""
        if len(",".join(labels)) <= _LIST_LIMIT and not any("," in label for label in labels):
            return list(labels)
        if labels not in self._known:
            from xlsxwriter.utility import xl_range_abs

            col = len(self._known)
            place = xl_range_abs(0, col, len(labels) - 1, col)
            self._known[labels] = f"={CHOICE_SHEET}!{place}"
        return self._known[labels]

    def write(self, book: Workbook) -> None:
        """The hidden sheet, once all others are there."""
        if not self._known:
            return
        sheet = book.add_worksheet(CHOICE_SHEET)
        sheet.very_hidden()
        sheet.protect()
        rows = zip_longest(*self._known)  # row by row, as large books are written
        for row, labels in enumerate(rows):
            for col, label in enumerate(labels):
                if label is not None:
                    must(sheet.write_string(row, col, label), "選択肢")


def add_entries(book: Workbook, sheet: Worksheet, entries: Sequence[Entry], lists: Lists) -> None:
    """Add the entries of one page."""
    look = {"bg_color": MISSING_FILL, "fg_color": MISSING_MARK, "pattern": 14}  # told in grey too
    missing = book.add_format(look) if entries else None
    for entry in entries:
        options = _validation(entry.column, lists)
        ranges = [(first, entry.col, last, entry.col) for first, last in entry.runs]
        options["other_cells"] = [list(range_) for range_ in ranges[1:]]
        must(sheet.data_validation(*ranges[0], options), f"入力規則（{entry.column.heading}）")
        if entry.column.required:
            for range_ in ranges:
                rule = {"type": "formula", "criteria": _is_missing(entry, range_[0])}
                must(sheet.conditional_format(*range_, {**rule, "format": missing}), "条件付き書式")


def _is_missing(entry: Entry, row: int) -> str:
    """True in the cell of `row` while it is empty and required."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    empty = f"LEN(TRIM({xl_rowcol_to_cell(row, entry.col)}))=0"
    if entry.deciding is None or entry.column.required is None:
        return f"={empty}"
    said = f'TRIM({xl_rowcol_to_cell(row, entry.deciding, col_abs=True)})&" "'
    values = (f"{value} ".replace('"', '""') for value in entry.column.required.values)
    chosen = ",".join(f'LEFT({said},{len(value)})="{value}"' for value in values)
    return f"=AND({empty},OR({chosen}))"


def add_dropdowns(sheet: Worksheet, dropdowns: Sequence[Dropdown], lists: Lists) -> None:
    """Add the plain lists of one page."""
    for each in dropdowns:
        formula = isinstance(each.source, str)
        options = {
            "validate": "list",
            "source": each.source if formula else lists.source(tuple(each.source)),
            "ignore_blank": True,
            "show_error": each.strict,
            "input_title": each.title[:_TITLE_LIMIT],
            "input_message": each.message[:_MESSAGE_LIMIT],
            "error_title": each.title[:_TITLE_LIMIT],
            "error_message": _CHOOSE,
        }
        must(sheet.data_validation(each.first, each.col, each.last, each.col, options), each.title)


def _validation(column: Column, lists: Lists) -> dict[str, Any]:
    """What may be typed in a column; but for choices, a warning lets other answers stand."""
    longest = column.limit or _CELL_LIMIT
    rule: dict[str, Any]
    match column.type:
        case FieldType.CHOICE:
            labels = tuple(choice.label for choice in column.choices)
            rule = {"validate": "list", "source": lists.source(labels)}
            asking = _CHOOSE
        case FieldType.NUMBER:
            rule = {"validate": "decimal", "criteria": ">=", "value": -1e15}
            asking = "数値だけを記入してください（単位は不要です）。"
        case FieldType.DATE:
            rule = {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
            asking = "日付を 2026/5/1 のように記入してください。"
        case _:
            rule = {"validate": "length", "criteria": "<=", "value": longest}
            asking = f"{longest:,}字以内にまとめてください。"
    return {
        **rule,
        "error_type": "stop" if column.type is FieldType.CHOICE else "warning",
        "error_title": column.heading[:_TITLE_LIMIT],
        "error_message": asking,
        "ignore_blank": True,
        "input_title": column.heading[:_TITLE_LIMIT],
        "input_message": column.help[:_MESSAGE_LIMIT],
    }
