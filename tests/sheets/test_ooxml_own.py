"""Our own checks see what the Open XML validator lets pass."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.example import form, layouts
from tests.tools.ooxml_own import own_faults

SHEET = "xl/worksheets/sheet2.xml"


def damaged(path: Path, part: str, old: str, new: str) -> Path:
    whole = path.with_name("whole.xlsx")
    whole.write_bytes(form(layouts()[-1]))
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == part:
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode(), 1)
            after.writestr(name, data)
    return path


def test_a_sound_form_has_no_fault(tmp_path: Path) -> None:
    assert own_faults(damaged(tmp_path / "f.xlsx", SHEET, "<sheetData>", "<sheetData>")) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "told"),
    [
        (SHEET, '<mergeCell ref="', '<mergeCell ref="A1:C99"/><mergeCell ref="', "merged cells"),
        (SHEET, 't="s"><v>', 't="s"><v>99', "string 99"),
        (SHEET, '" s="', '" s="99', "format 99"),
        (SHEET, ' ht="', ' ht="9', "higher than"),
        (SHEET, '<row r="2"', '<row r="1"', "rows out of order"),
        (
            SHEET,
            "<dataValidation ",
            '<dataValidation sqref="A1:Z99"/><dataValidation ',
            "entry rules",
        ),
        (
            "xl/workbook.xml",
            "<definedNames>",
            "<definedNames>{0}{0}",
            "defined name x of None twice",
        ),
        ("xl/workbook.xml", 'name="確認表"', 'name="記入要領"', "sheet name '記入要領' twice"),
        ("xl/workbook.xml", 'name="確認表"', 'name="確認:表"', "is not allowed"),
        ("_rels/.rels", "xl/workbook.xml", "xl/book.xml", "is not in the file"),
    ],
)
def test_what_is_broken_is_named(part: str, old: str, new: str, told: str, tmp_path: Path) -> None:
    twice = '<definedName name="X">1</definedName>'
    faults = own_faults(damaged(tmp_path / "f.xlsx", part, old, new.format(twice)))
    assert any(told in fault.replace("'X'", "x") for fault in faults), faults
