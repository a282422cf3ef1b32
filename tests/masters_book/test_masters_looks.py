"""台帳.xlsx as a file: sound for Excel, nothing clipped, colours that stay apart in grey."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from openpyxl.utils import get_column_letter

from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.pages import STATUS_FILL
from kakunin_xlsx.plan.schema import TABLE
from tests.example import SECOND
from tests.masters_book.desk import Desk, Hands, blank_workbook
from tests.tools.libreoffice import LibreOffice
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults


def test_the_book_passes_the_validator(tmp_path: Path, ooxml_validator: OoxmlValidator) -> None:
    blank = tmp_path / "空.xlsx"
    blank.write_bytes(blank_workbook())
    (tmp_path / "2").mkdir()
    paths = [blank, Desk.set_up(tmp_path).path, Desk.set_up(tmp_path / "2", SECOND).path]
    assert ooxml_validator.errors(*paths) == []
    assert [own_faults(path) for path in paths] == [[], [], []]


def test_no_text_is_taller_than_its_row(tmp_path: Path, libreoffice: LibreOffice) -> None:
    desk = Desk.set_up(tmp_path)
    tables = [book.sheet_name(TABLE[name]) for name in ("respondents", "goals", "rounds")]
    sheets = [GUIDE_SHEET, book.OPEN_SHEET, book.SETTINGS_SHEET, book.HELP_SHEET, *tables]
    texts = libreoffice.measure(desk.path, sheets)
    assert {text["sheet"] for text in texts} == set(sheets)
    assert [tall for tall in texts if tall["need"] > tall["have"] + 0.5] == []


def test_the_lists_offer_what_the_other_sheets_hold(tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path)
    with desk.edit() as hands:
        assert rule(hands, "actions", "C4").startswith("OFFSET('部署（departments）'!$B$4")
        head = [str(cell.value) for cell in hands.sheet("targets")[3]]
        since, way = (get_column_letter(head.index(h) + 1) for h in ("開始年度", "向き"))
        assert rule(hands, "targets", f"{since}4") == '"R6,R7,R8"'
        assert rule(hands, "targets", f"{way}4") == '"多いほどよい,少ないほどよい,範囲"'
        assert rule(hands, "fields", "E4") == '"文章,選択,数値,日付"'
        assert rule(hands, "readings", "D4").startswith('"原文,補正,推定,原本未照合,確認済')
        assert rule(hands, "照合する箇所", "F4") == '"確認済"'
        for page in hands.book.worksheets[3:16]:
            formats = {cell.number_format for row in page.iter_rows(min_row=4) for cell in row}
            assert formats <= {"@"}


def rule(hands: Hands, sheet: str, cell: str) -> str:
    rules = hands.sheet(sheet).data_validations.dataValidation
    return next(str(each.formula1) for each in rules if cell in each.sqref)


def test_states_are_told_apart_in_grey() -> None:
    greys = sorted([255.0, *(grey(fill) for fill in STATUS_FILL.values())])
    assert all(lighter - darker > 15 for darker, lighter in pairwise(greys))


def grey(fill: str) -> float:
    red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
