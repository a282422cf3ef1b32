"""Forms as Excel opens them: what is locked, what repeats, what the validator says."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kakunin_xlsx.layout import KEY_ROW, Layout, read_mark
from kakunin_xlsx.sheets.workbooks import form_workbook
from tests.example import form, layouts, shipped
from tests.tools.libreoffice import LibreOffice
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults
from tests.tools.pdf import pdf_text

EVERYONE = pytest.mark.parametrize("one", layouts(), ids=lambda one: one.respondent)


def table(data: bytes, name: str = "確認表") -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data))[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def open_cells(sheet: Worksheet, one: Layout) -> dict[tuple[str, str], str]:
    """Row id and key → address, as a reader finds them: keys above, ids in column A."""
    found: dict[tuple[str, str], str] = {}
    keys: dict[int, str] = {}
    for cells in sheet.iter_rows():
        mark = read_mark(str(cells[0].value or ""))
        if mark is None:
            continue
        if mark.row == KEY_ROW:
            keys = {c.column: str(c.value) for c in cells[1:] if c.value}
            continue
        for col, key in keys.items():
            column = one.column.get(key) or one.form_column[key]
            row = one.row.get(mark.row)
            if column.open and (row is None or row.open):
                found[mark.row, key] = cells[col - 1].coordinate
    return found


@EVERYONE
def test_only_answer_cells_are_open(one: Layout) -> None:
    sheets = [table(form(one), name) for name in ("記入要領", "確認表")]
    counts = [_only_open(sheet, one) for sheet in sheets]
    rows = [row for row in one.rows if row.open]
    assert counts == [sum(c.open for c in one.form), len(rows) * len(one.open_columns)]


def _only_open(sheet: Worksheet, one: Layout) -> int:
    expected = set(open_cells(sheet, one).values())
    merged = {
        f"{get_column_letter(col)}{row}"
        for area in sheet.merged_cells.ranges
        if area.start_cell.coordinate in expected
        for row, col in area.cells
    }
    unlocked = {
        cell.coordinate
        for cells in sheet.iter_rows()
        for cell in cells
        if not cell.protection.locked
    }
    assert unlocked == expected | merged
    assert sheet.protection.sheet
    assert sheet.protection.objects
    assert sheet.protection.scenarios
    return len(expected)


@EVERYONE
def test_the_same_masters_give_the_same_bytes(one: Layout) -> None:
    assert form(one) == form(one)


def test_the_bytes_do_not_say_on_which_system_they_were_made() -> None:
    with zipfile.ZipFile(io.BytesIO(form(layouts()[0]))) as book:
        assert {part.create_system for part in book.infolist()} == {3}
        assert book.testzip() is None


def test_one_book_has_a_sheet_for_every_department() -> None:
    data = form_workbook(layouts(), shipped().style.font)
    names = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    own = [name for one in layouts() for name in (f"提出票_{one.respondent}", one.respondent)]
    assert names == ["記入要領", *own, "_kakunin"]


def test_rows_grow_while_somebody_types() -> None:
    with zipfile.ZipFile(io.BytesIO(form(layouts()[0]))) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    rows = re.findall(r"<row [^>]*>", xml)
    shown = [row for row in rows if 'hidden="1"' not in row]
    assert all(' ht="' in row for row in shown)
    assert not any("customHeight" in row for row in rows)


@pytest.mark.parametrize(
    "typed", ["=1+1", "@SUM(A1)", "+81", "-5 %", "1-2", "NA", "http://example.jp/", "葛󠄀飾"]
)
def test_an_answer_is_never_a_formula_nor_a_link(typed: str) -> None:
    one = layouts()[0]
    data = form(one, {("1-1-1", "result"): typed})
    sheet = table(data)
    cell = sheet[open_cells(sheet, one)["1-1-1", "result"]]
    assert (cell.value, cell.data_type) == (typed, "s")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("xl/worksheets/sheet2.xml").decode().count("<f>") == 1  # the count


def test_answer_columns_help_and_offer_choices() -> None:
    one = layouts()[0]
    sheet = table(form(one))
    rules = {
        str(rule.sqref).split()[0].split(":")[0]: rule
        for rule in sheet.data_validations.dataValidation
    }
    cells = open_cells(sheet, one)
    for column in one.open_columns:
        rule = rules[cells["1-1-1", column.key]]
        assert rule.promptTitle == column.heading
        assert rule.prompt == column.help[:255]
    assert "A 目標どおり実施" in rules[cells["1-1-1", "rating"]].formula1


def test_the_guide_says_what_a_department_must_know() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form(layouts()[0])))
    words = "\n".join(str(c.value) for row in book["記入要領"].iter_rows() for c in row if c.value)
    for needed in (
        "2026-05-31",
        "いつ・何を・何回・何人",
        "「該当なし」「対象外」は、評価の割合に数えません",
        "Dではありません",
        "個人が分かることは書かない",
        "差替え",
        "03（3430）1111",
        "A 目標どおり実施",
    ):
        assert needed in words


def test_forms_pass_the_validator(tmp_path: Path, ooxml_validator: OoxmlValidator) -> None:
    files = [tmp_path / f"{one.identity.respondent}.xlsx" for one in layouts()]
    for path, one in zip(files, layouts(), strict=True):
        path.write_bytes(form(one))
    files.append(tmp_path / "one_book.xlsx")
    files[-1].write_bytes(form_workbook(layouts(), shipped().style.font))
    assert own_faults(*files) == []
    assert ooxml_validator.errors(*files) == []


def test_paper_shows_every_text_and_repeats_the_header(
    tmp_path: Path, libreoffice: LibreOffice
) -> None:
    one = layouts()[0]
    path = tmp_path / "form.xlsx"
    path.write_bytes(form(one))
    pages = pdf_text(libreoffice.convert(path, "pdf", tmp_path))
    whole = re.sub(r"\s", "", "".join(pages))
    for row in one.rows:
        assert row.initiative in whole
    assert all("重点取組" in page for page in pages[1:])
    assert f"{len(pages)}/{len(pages)}" in re.sub(r"\s", "", pages[-1])
