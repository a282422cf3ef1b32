"""What people do to a form: every answer comes back at its place, or the right finding names it.

Each line: the deed, the codes of the findings, and where what counts differs from the sample.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from kakunin_xlsx.layout import KEY_ROW, notice
from kakunin_xlsx.merge.join import merge
from tests.example import R7, shipped
from tests.hands import Book, made, with_rows
from tests.people.base import (
    LAST,
    NEXT,
    ONE,
    ROW,
    book,
    changed,
    codes,
    filled,
    merged,
    sample,
    table,
    without,
)

GREEN = PatternFill("solid", fgColor="00B050")
Changes = dict[tuple[str, str], str | None]


def clear(sheet: Book, row: str, key: str) -> str:
    where = sheet.at(row, key)
    sheet.put(where, None)
    return where


def comment_only(sheet: Book) -> None:
    sheet.sheet[clear(sheet, ROW, "result")].comment = Comment("山口:\n去年と同じ", "山口")


def comment_beside(sheet: Book) -> None:
    sheet.sheet[sheet.at(ROW, "result")].comment = Comment("要相談", "山口")


def our_comment(sheet: Book) -> None:
    sheet.sheet[sheet.at(ROW, "result")].comment = Comment(notice("確かめてください。"), "事務局")


def our_comment_answered(sheet: Book) -> None:
    text = f"{notice('確かめてください。')}\nこれで合っています"
    sheet.sheet[sheet.at(ROW, "result")].comment = Comment(text, "事務局")


def colour_only(sheet: Book) -> None:
    sheet.sheet[clear(sheet, ROW, "rating")].fill = GREEN


def colour_where_nothing_is_asked(sheet: Book) -> None:
    sheet.sheet[sheet.at(ROW, "target_change")].fill = GREEN


def colour_on_an_answer(sheet: Book) -> None:
    sheet.sheet[sheet.at(ROW, "rating")].fill = GREEN


def a_whole_row_coloured(sheet: Book) -> None:
    for column in ONE.columns:
        sheet.sheet[sheet.at(ROW, column.key)].fill = GREEN


def merge_down(sheet: Book, key: str) -> None:
    first, second = sheet.at(ROW, key), sheet.at(NEXT, key)
    sheet.put(second, None)
    sheet.sheet.merge_cells(f"{first}:{second}")


def merge_across(sheet: Book) -> None:
    first, second = sheet.at(ROW, "next"), sheet.at(ROW, "target_change")
    sheet.sheet.merge_cells(f"{first}:{second}")


def hide_row(sheet: Book) -> None:
    sheet.sheet.row_dimensions[sheet.row_number(ROW)].hidden = True


def hide_column(sheet: Book) -> None:
    letter = sheet.at(ROW, "next").rstrip("0123456789")
    sheet.sheet.column_dimensions[letter].hidden = True


def unprotect(sheet: Book) -> None:
    sheet.sheet.protection.sheet = False


def add_filter(sheet: Book) -> None:
    sheet.sheet.auto_filter.ref = "A14:V20"


def rename(sheet: Book) -> None:
    sheet.sheet.title = "提出用 (2)"


def beside(sheet: Book) -> None:
    sheet.put("AZ99", "余白のメモ")


def far_corner(sheet: Book) -> None:
    sheet.put("XFD1048576", "遠く")


def extra_sheet(sheet: Book) -> None:
    sheet.book.create_sheet("補足")["B2"] = "別表のとおり"


def rewrite_a_target(sheet: Book) -> None:
    sheet.put(sheet.at(ROW, "target:R7"), "新しい目標")


def clear_a_printed_text(sheet: Book) -> None:
    sheet.put(sheet.at(ROW, "effort"), None)


def clear_mark(sheet: Book) -> None:
    sheet.put(f"A{sheet.row_number(ROW)}", None)


def clear_all_marks(sheet: Book) -> None:
    for number, _ in sheet.marks:
        sheet.put(f"A{number}", None)


def clear_mark_and_text(sheet: Book) -> None:
    sheet.put(sheet.at(ROW, "effort"), None)
    clear_mark(sheet)


def clear_keys(sheet: Book) -> None:
    for number, mark in sheet.marks:
        if mark == KEY_ROW:
            for cell in sheet.sheet[number]:
                cell.value = None


def cells_of(sheet: Book, row: str) -> dict[int, Any]:
    number = sheet.row_number(row)
    return {cell.column: cell.value for cell in sheet.sheet[number] if cell.value is not None}


def put_row(sheet: Book, number: int, cells: dict[int, Any]) -> None:
    for col in range(1, sheet.sheet.max_column + 1):
        sheet.put(sheet.sheet.cell(number, col).coordinate, cells.get(col))


def swap(sheet: Book, first: str, second: str, columns: Callable[[int], bool]) -> None:
    at, other = sheet.row_number(first), sheet.row_number(second)
    one, two = cells_of(sheet, first), cells_of(sheet, second)
    for col in filter(columns, range(1, sheet.sheet.max_column + 1)):
        sheet.put(sheet.sheet.cell(at, col).coordinate, two.get(col))
        sheet.put(sheet.sheet.cell(other, col).coordinate, one.get(col))


def sort_whole_rows(sheet: Book) -> None:
    swap(sheet, ROW, NEXT, lambda _: True)


def sort_without_marks(sheet: Book) -> None:
    swap(sheet, ROW, NEXT, lambda col: col > 1)


def sort_without_marks_and_rewrite(sheet: Book) -> None:
    rewrite_a_target(sheet)
    sort_without_marks(sheet)


def sort_without_marks_and_lose_a_text(sheet: Book) -> None:
    sort_without_marks(sheet)
    sheet.sheet.delete_cols(sheet.sheet[sheet.at(ROW, "outline")].column)


def sort_answers_alone(sheet: Book) -> None:
    swap(sheet, ROW, NEXT, lambda col: col > len(ONE.locked_columns) + 1)
    unprotect(sheet)


def move_row_away(sheet: Book) -> None:
    cells = cells_of(sheet, ROW)
    put_row(sheet, sheet.row_number(ROW), {})
    for col, value in cells.items():
        sheet.put(sheet.sheet.cell(90, col).coordinate, value)


def delete_row(sheet: Book) -> None:
    put_row(sheet, sheet.row_number(ROW), {})


def double_row(sheet: Book) -> None:
    for col, value in cells_of(sheet, ROW).items():
        sheet.put(sheet.sheet.cell(90, col).coordinate, value)


def double_row_and_change(sheet: Book) -> None:
    double_row(sheet)
    col = sheet.sheet[sheet.at(ROW, "rating")].column
    sheet.put(sheet.sheet.cell(90, col).coordinate, "C 一部実施")


def insert_row_with_text(sheet: Book) -> None:
    col = sheet.sheet[sheet.at(ROW, "result")].column
    sheet.put(sheet.sheet.cell(90, col).coordinate, "続きの実績")


def delete_column(sheet: Book) -> None:
    sheet.sheet.delete_cols(sheet.sheet[sheet.at(ROW, "next")].column)


def cut_the_answers_away(sheet: Book) -> None:
    first, last = (ONE.open_columns[at].key for at in (0, -1))
    begin, end = (sheet.sheet[sheet.at(ROW, key)].column for key in (first, last))
    sheet.sheet.delete_cols(begin, end - begin + 1)


def insert_column(sheet: Book) -> None:
    sheet.sheet.insert_cols(sheet.sheet[sheet.at(ROW, "rating")].column)


def move_column(sheet: Book) -> None:
    col = sheet.sheet[sheet.at(ROW, "next")].column
    first = next(number for number, mark in reversed(sheet.marks) if mark == KEY_ROW)
    for row in range(first, sheet.sheet.max_row + 1):
        cell = sheet.sheet.cell(row, col)
        if type(cell).__name__ == "Cell" and cell.value is not None:
            sheet.put(sheet.sheet.cell(row, 40).coordinate, cell.value)
            cell.value = None


def unknown_row(sheet: Book) -> None:
    cell = sheet.sheet.cell(sheet.row_number(ROW), 1)
    cell.value = str(cell.value).replace(f"/{ROW}#", "/9-9-9#")


def row_of_another_department(sheet: Book) -> None:
    other = book("福祉相談課")
    for col, value in cells_of(other, "4-2-1").items():
        sheet.put(sheet.sheet.cell(90, col).coordinate, value)


def copied_field(sheet: Book) -> None:
    sheet = sheet.cover
    number = next(n for n, mark in sheet.marks if mark == "*")
    any_sheet: Any = sheet.sheet
    for below in (0, 1):
        for cell in any_sheet[number - 1 + below]:
            sheet.put(any_sheet.cell(90 + below, cell.column).coordinate, cell.value)


def last_year(sheet: Book) -> None:
    for each in (sheet, sheet.cover):
        for number, _ in each.marks:
            cell = each.sheet.cell(number, 1)
            cell.value = str(cell.value).replace("/R7/", "/R6/")


def another_plan(sheet: Book) -> None:
    for each in (sheet, sheet.cover):
        for number, _ in each.marks:
            cell = each.sheet.cell(number, 1)
            cell.value = str(cell.value).replace("komae-saihan-1/", "fukushi-3/")


WHOLE: Changes = {}
GONE: Changes = {**without(table(), [ROW])}
MISPLACED: Changes = {**GONE, **without(table(), [NEXT])}
SWAPPED: Changes = {
    (row, column.key): table().get((other, column.key))
    for row, other in ((ROW, NEXT), (NEXT, ROW))
    for column in ONE.open_columns
}
CASES: list[tuple[Callable[[Book], object], list[str], Changes]] = [
    (comment_only, ["F09"], {(ROW, "result"): None}),
    (comment_beside, ["C21"], WHOLE),
    (our_comment, [], WHOLE),
    (our_comment_answered, ["C21"], WHOLE),
    (colour_only, ["F10"], {(ROW, "rating"): None}),
    (colour_where_nothing_is_asked, ["C22"], WHOLE),
    (colour_on_an_answer, [], WHOLE),
    (a_whole_row_coloured, [], WHOLE),
    (lambda s: merge_down(s, "result"), ["F11"], {(NEXT, "result"): None}),
    (lambda s: merge_down(s, "next"), ["C23"], {(NEXT, "next"): None}),
    (merge_across, ["C23"], WHOLE),
    (hide_row, ["I04"], WHOLE),
    (hide_column, ["I04"], WHOLE),
    (unprotect, ["I05"], WHOLE),
    (add_filter, ["C32"], WHOLE),
    (rename, [], WHOLE),
    (beside, ["C14"], WHOLE),
    (far_corner, ["C14"], WHOLE),
    (extra_sheet, ["I08"], WHOLE),
    (rewrite_a_target, ["C08"], WHOLE),
    (clear_a_printed_text, ["C08"], WHOLE),
    (clear_mark, ["C33"], WHOLE),
    (clear_all_marks, ["C33"], WHOLE),
    (clear_keys, ["C15"], WHOLE),
    (sort_whole_rows, [], WHOLE),
    (sort_without_marks, ["F04", "F04"], MISPLACED),
    (sort_without_marks_and_rewrite, ["C08", "F04", "F04"], MISPLACED),
    (sort_without_marks_and_lose_a_text, ["F04", "F04"], MISPLACED),
    (sort_answers_alone, ["I05"], {at: v for at, v in SWAPPED.items() if v != table().get(at)}),
    (move_row_away, [], WHOLE),
    (delete_row, ["F05"], GONE),
    (double_row, ["C11"], WHOLE),
    (double_row_and_change, ["C11", "F03"], {(ROW, "rating"): None}),
    (insert_row_with_text, ["C14"], WHOLE),
    (delete_column, ["F06"], {(row, "next"): None for row in (ROW, NEXT, LAST)}),
    (insert_column, [], WHOLE),
    (move_column, [], WHOLE),
    (unknown_row, ["C10", "F05"], GONE),
    (row_of_another_department, ["C09"], WHOLE),
    (copied_field, ["C14"] * 2 + ["C19"] * 2, WHOLE),
    (last_year, ["C13"], dict.fromkeys(table())),
    (another_plan, ["C13"], dict.fromkeys(table())),
]


@pytest.mark.parametrize(
    ("deed", "found", "changes"),
    CASES,
    ids=[f"{at}-{case[0].__name__}" for at, case in enumerate(CASES)],
)
def test_a_deed(deed: Callable[[Book], object], found: list[str], changes: Changes) -> None:
    sheet = book()
    deed(sheet)
    result = merged(sheet)
    assert codes(result) == found
    assert changed(result) == changes
    assert all(finding.words and finding.remedy for finding in result.findings)


def test_a_row_without_mark_and_without_its_texts_is_named_cell_by_cell() -> None:
    sheet = book()
    clear_mark_and_text(sheet)
    result = merged(sheet)
    assert set(codes(result)) == {"F05", "C14"}
    held = {finding.place.value for finding in result.findings}
    assert {text for (row, _), text in table().items() if row == ROW} <= held


def test_a_table_copied_into_a_new_workbook_is_read_whole() -> None:
    result = merged(copied(book().sheet))
    assert codes(result) == ["C05", "C06"]  # the 提出票 did not come along
    assert changed(result) == WHOLE


def copied(source: Any) -> bytes:
    """As Excel copies a sheet: cells and formats, no names, properties or hidden sheets."""
    target = Workbook()
    sheet: Any = target.active
    for row in source.iter_rows():
        for cell in row:
            if cell.value is not None or cell.has_style:
                new = sheet.cell(cell.row, cell.column, cell.value)
                new.data_type = cell.data_type
                new.fill = copy(cell.fill)
                new.number_format = cell.number_format
    made = Book.__new__(Book)
    made.book, made.sheet = target, sheet
    return made.data()


def test_a_table_in_another_departments_workbook_is_named() -> None:
    host = book("福祉相談課")
    guest: Any = host.book.create_sheet("指導室分")
    source: Any = book().sheet
    for row in source.iter_rows():
        for cell in row:
            if cell.value is not None:
                guest.cell(cell.row, cell.column, cell.value).data_type = cell.data_type
    result = merged(host)
    assert changed(result, "指導室", "福祉相談課") == WHOLE
    (finding,) = [each for each in result.findings if each.code == "C34"]
    assert (finding.place.respondent, finding.place.sheet) == ("指導室", "指導室分")


def test_two_departments_in_two_files_do_not_touch_each_other() -> None:
    result = merged(filled(), filled("福祉相談課"))
    assert changed(result, "指導室", "福祉相談課") == WHOLE
    assert codes(result) == []


def test_an_answer_on_a_repeated_row_is_kept_but_not_taken() -> None:
    sheet = book("まちづくり推進課")
    where = sheet.at("5-3-1b", "result")
    sheet.put(where, "こちらにも記入した")
    result = merged(sheet)
    assert "C12" in codes(result)
    (kept,) = [each for each in result.answers if each.cell == where]
    assert (kept.value, kept.state, kept.reason) == ("こちらにも記入した", "反映なし", "再掲")


def test_rating_and_figure_disagree() -> None:
    from dataclasses import replace

    from kakunin_xlsx.merge.join import merge
    from tests.example import R7, shipped
    from tests.hands import read
    from tests.people.base import ASKED

    plan = shipped()
    targets = tuple(
        replace(each, figure=20.0, unit="回") if (each.action, each.year) == (ROW, R7) else each
        for each in plan.targets
    )
    demanding = replace(plan, targets=targets)
    result = merge(demanding, R7, "jisseki", [read(filled(), ASKED)])
    (finding,) = [each for each in result.findings if each.code == "C30"]
    assert "実績の数値は11回で、目標は20回です" in finding.words


def test_columns_that_cannot_be_told_are_not_answered() -> None:
    """Keys and headings gone, and the printed texts too: each column is named, each text held."""
    sheet = book()
    answers = {sheet.at(*at): text for at, text in table().items()}
    first = min(sheet.row_number(row) for row in (ROW, NEXT, LAST))
    keys = max(number for number, mark in sheet.marks if mark == KEY_ROW)
    others = sheet.sheet.iter_rows(min_row=keys)
    for cell in (cell for line in others for cell in line[1:]):
        if type(cell).__name__ == "Cell" and cell.value and cell.coordinate not in answers:
            sheet.put(cell.coordinate, None if (cell.row or 0) < first else "別の文")
    result = merged(sheet)
    assert codes(result).count("F06") == len(ONE.open_columns)
    assert changed(result) == dict.fromkeys(table())
    assert result.progress[[each.name for each in result.progress].index("指導室")].filled == 0
    held = {f.place.cell: f.place.value for f in result.findings if f.code == "C14"}
    assert answers.items() <= held.items()


def test_answer_columns_that_were_cut_away_are_each_named() -> None:
    sheet = book()
    cut_the_answers_away(sheet)
    result = merged(sheet)
    assert codes(result).count("F06") == len(ONE.open_columns)
    assert changed(result) == dict.fromkeys(table())


def test_a_required_cell_that_is_nowhere_is_not_answered() -> None:
    """A row of which the keys lack a column that other rows have."""
    returned = made(ONE, "回答.xlsx", sample())
    first, *others = returned.sheets[0].rows
    columns = {key: col for key, col in first.columns.items() if key != "rating"}
    cells = {key: cell for key, cell in first.cells.items() if key in columns}
    short = with_rows(returned, replace(first, columns=columns, cells=cells), *others)
    result = merge(shipped(), R7, "jisseki", [short])
    assert codes(result) == ["F01"]
    assert changed(result) == {(first.id, "rating"): None}
