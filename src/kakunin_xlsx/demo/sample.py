"""Sample answers of a plan, and typing them into forms as a department's Excel would.

They are readable tables under `masters/<plan>/sample/R7/`, marked 【見本】. A form is opened, typed
into and saved by another program's hands (openpyxl), so that what comes back is not what this
tool wrote.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kakunin_xlsx.layout import KEY_ROW, Column, Layout, read_mark
from kakunin_xlsx.masters_book import headings
from kakunin_xlsx.masters_book.targets import of_year
from kakunin_xlsx.plan import FieldType, FiscalYear, Plan
from kakunin_xlsx.plan.schema import LAST, TABLE
from kakunin_xlsx.plan.tree import TARGETS
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import csv_file

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")

Typed = Mapping[tuple[str, str], str]  # (row id, column key) → what a person types


def sample_answers(masters: Path, layout: Layout) -> Typed:
    """What the respondent of `layout` types into its form. Raises Stop if there is no sample."""
    if has_sample(masters, layout.year, layout.identity.round):
        return dict(_listed(_folder(masters, layout.year) / f"{layout.identity.round}.csv", layout))
    return dict(_answers(_folder(masters, layout.year), layout))


def has_sample(masters: Path, year: FiscalYear, round_code: str) -> bool:
    """True if the plan has sample answers for a later round of a year."""
    return (_folder(masters, year) / f"{round_code}.csv").is_file()


def sampled_years(masters: Path, plan: Plan) -> Sequence[FiscalYear]:
    """The years for which a plan has sample answers."""
    return [year for year in plan.years if (_folder(masters, year) / "answers.csv").is_file()]


def has_answered(masters: Path, layout: Layout) -> bool:
    """True if the respondent of `layout` hands its form in, in this year's sample."""
    lines = _table(_folder(masters, layout.year) / "forms.csv")
    return any(line["回答元"] == layout.respondent for line in lines)


def _folder(masters: Path, year: FiscalYear) -> Path:
    return masters / "sample" / year.code


def _listed(path: Path, layout: Layout) -> Iterator[tuple[tuple[str, str], str]]:
    """One line per cell; without 回答元 or 行ID it stands for all, and later lines win."""
    for line in _table(path):
        if line["回答元"] not in ("", layout.respondent):
            continue
        for row, columns in _rows(layout):
            if line["行ID"] in (row, "" if row != FORM_ROW else row):
                yield from (
                    ((row, column.key), line["記入"])
                    for column in columns
                    if column.heading == line["項目"]
                )


def _rows(layout: Layout) -> Iterator[tuple[str, Sequence[Column]]]:
    yield FORM_ROW, [column for column in layout.form if column.open]
    for row in layout.rows:
        yield row.id, layout.questions(row)


def _answers(folder: Path, layout: Layout) -> Iterator[tuple[tuple[str, str], str]]:
    for line in _table(folder / "forms.csv"):
        if line["回答元"] == layout.respondent:
            yield from _typed(line, FORM_ROW, (column for column in layout.form if column.open))
    for line in _table(folder / "answers.csv"):
        row = layout.row.get(line["行ID"])
        if row is not None and row.open:
            yield from _typed(line, row.id, layout.questions(row))


def _typed(
    line: Mapping[str, str], row: str, columns: Iterable[Column]
) -> Iterator[tuple[tuple[str, str], str]]:
    for column in columns:
        if typed := line.get(column.heading):
            yield (row, column.key), typed


def revisions(masters: Path) -> Sequence[Mapping[str, str]]:
    """What the office changes in 台帳.xlsx for the next year: 年度, 表, キー, 列, 内容, 根拠.

    列 終了 ends a row with the year before; 内容 then names the 後継 of a department.
    """
    path = masters / "sample" / "revisions.csv"
    return _table(path) if path.is_file() else ()


def _table(path: Path) -> Sequence[Mapping[str, str]]:
    if not path.is_file():
        raise Stop(f"{path} がありません。この計画には見本の回答が付いていません。")
    return csv_file(path)


# Typed in.


def fill_form(form: bytes, layout: Layout, typed: Typed) -> bytes:
    """The form with `typed` in its cells, saved anew."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(form))
    for sheet in book.worksheets:
        for row, key, at in _cells(sheet, layout):
            if (row, key) in typed:
                column = layout.column.get(key) or layout.form_column[key]
                _type(sheet, at, column, typed[row, key])
    return _saved(book)


def fill_masters(workbook: bytes, changes: Sequence[Mapping[str, str]]) -> bytes:
    """台帳.xlsx with what the office changes typed into its tables (`sample.revisions`)."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook))
    for change in changes:
        table = TABLE[change["表"]]
        year = FiscalYear.parse(change["年度"])
        sheet = next(s for s in book.worksheets if headings.table_in(s.title) == table.name)
        lines = list(sheet.iter_rows())
        key, keys, column = change["キー"].split("/"), table.keys, change["列"]
        if table is TARGETS:  # the targets of a line stand on one row
            (line_id, of), keys = key, table.keys[:1]
            key, column = [line_id], of_year(of, column)
        head = next(line for line in lines if {*keys} <= {cell.value for cell in line})
        at = {str(cell.value): place for place, cell in enumerate(head)}
        line = next(line for line in lines if [line[at[h]].value for h in keys] == key)
        typed = {column: change["内容"], headings.SINCE: year.code}
        if change["列"] == "終了":
            typed = {LAST: year.previous.code, "後継": change["内容"]}
        for heading, text in {**typed, headings.WHY: change["根拠"]}.items():
            if text:
                line[at[heading]].value = text
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    """Without moment and system of saving: what is typed decides the bytes, and their digest."""
    saved, again = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with ZipFile(saved) as old, ZipFile(again, "w", ZIP_DEFLATED) as new:
        for member in old.infolist():
            part = old.read(member).replace(b"\r\n", b"\n")  # openpyxl on Windows; XML means LF
            if member.filename == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>2026-05-01T00:00:00Z", part)
            entry = ZipInfo(member.filename)
            entry.create_system = 3  # Unix on every system, for the same bytes everywhere
            new.writestr(entry, part, ZIP_DEFLATED)
    return again.getvalue()


def _cells(sheet: Worksheet, layout: Layout) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Row id, column key and place of each cell under a key row of this respondent."""
    keys: dict[int, str] = {}
    for row in range(1, sheet.max_row + 1):
        mark = read_mark(str(sheet.cell(row, 1).value or ""))
        if mark is None or mark.identity != layout.identity:
            continue
        if mark.row == KEY_ROW:
            keys = {
                col: str(value)
                for col in range(2, sheet.max_column + 1)
                if (value := sheet.cell(row, col).value)
            }
            continue
        for col, key in keys.items():
            yield mark.row, key, (row, col)


def _type(sheet: Worksheet, at: tuple[int, int], column: Column, typed: str) -> None:
    """What Excel stores when a person types this into a cell of this column."""
    cell = sheet.cell(*at)
    match column.type:
        case FieldType.NUMBER:
            cell.value = float(typed)
        case FieldType.DATE:
            cell.value = date.fromisoformat(typed)
        case _:
            cell.value = typed
            cell.data_type = "s"  # openpyxl would make a formula of a leading =
