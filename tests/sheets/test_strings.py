"""Every text reads back from the workbook as it was put in, whatever it looks like."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kakunin_xlsx.demo.sample import fill_form
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.entries import CannotWrite
from kakunin_xlsx.sheets.page import Cell, Line, Page, Style
from kakunin_xlsx.sheets.writer import PART, differing
from tests.cli.test_commands import JISSEKI, kakunin, returned
from tests.people.base import ONE, ROW, filled, sample

TEXTS = [
    "<r>太字</r>",
    "<r><t>太字</t></r>",
    "<r></r>",
    "<r><t>一</t></r></si><si><t>増えた行</t></si><si><r><t>二</t></r>",
    "<r>&amp;</r>",
    " <r>前に空白</r>",
    "<r>後に空白</r> ",
    "<r>\n</r>",
    "<r>\x0b_x000B_</r>",
    "<r>",
    "</r>",
    "<si><t>文</t></si>",
    "_x003C_r>x</r>",
    "<R>大文字</R>",
]


def written(*lines: dict[int, Cell]) -> bytes:
    return workbook_bytes(
        [Page("表", (20.0,), [Line(cells) for cells in lines])], BookInfo("題"), "游ゴシック"
    )


def read(workbook: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(workbook), rich_text=True)
    return [str(cell.value) for line in book.worksheets[0].iter_rows(max_col=1) for cell in line]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_looks_like_xml_is_written_literally(text: str) -> None:
    data = written({0: Cell("前", Style())}, {0: Cell(text, Style())}, {0: Cell("後", Style())})
    first, typed, last = read(data)
    assert (first, last) == ("前", "後")
    assert typed == text.replace("\x0b", "_x000B_")  # as openpyxl leaves it


def test_a_typed_text_is_not_taken_for_one_of_two_fonts() -> None:
    """The very XML that xlsxwriter makes of a text with a tail, typed by somebody."""
    first = written({0: Cell("目標", Style(), tail="（推定）")})
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        xml = archive.read(PART).decode()
    own = xml.partition("<si>")[2].partition("</si>")[0]
    assert own.startswith("<r>")
    both = ({0: Cell("目標", Style(), tail="（推定）")}, {0: Cell(own, Style())})
    data = written(*both, {0: Cell(f"{own}\x0b", Style())})
    assert read(data) == ["目標（推定）", own, f"{own}_x000B_"]


def test_a_text_with_a_tail_holds_any_letter() -> None:
    data = written({0: Cell("<r>目標</r>_x000B_", Style(), tail="（推定）")})
    assert read(data)[0] == "<r>目標</r>_x000B_（推定）"


def damaged(workbook: bytes, part: str, old: bytes, new: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(made, "w") as to:
        for info in source.infolist():
            content = source.read(info)
            assert info.filename != part or old in content
            to.writestr(info, content.replace(old, new) if info.filename == part else content)
    return made.getvalue()


def test_what_does_not_read_back_is_named() -> None:
    data = written({0: Cell("一", Style())}, {0: Cell("二", Style())})
    assert differing(data, ["一", "二"]) == ""
    for texts in (["一"], ["一", "二", "三"], ["一", "弐"], []):
        assert differing(data, texts) == PART
    for part, old in (("xl/worksheets/sheet1.xml", b"</row>"), ("docProps/core.xml", b"</")):
        assert differing(damaged(data, part, old, b"<"), ["一", "二"]) == part


def test_a_workbook_that_does_not_read_back_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kakunin_xlsx.sheets.writer.differing", lambda *_: PART)
    with pytest.raises(CannotWrite, match="読み直すと"):
        written({0: Cell("一", Style())})


ANSWER = "<r><t>一</t></r></si><si><t>増えた行</t></si><si><r><t>二</t></r>"


def test_an_answer_of_this_kind_stands_in_every_workbook(tmp_path: Path) -> None:
    data = fill_form(filled(), ONE, {**sample(), (ROW, "result"): ANSWER})
    returned(tmp_path, "指導室.xlsx", data)
    other = fill_form(filled(), ONE, {**sample(), (ROW, "result"): "<r>別</r>"})
    returned(tmp_path, "指導室2.xlsx", other)
    kakunin(tmp_path, "merge", "--year", "R7")
    kakunin(tmp_path, "check", "--year", "R7", "--annotate")
    (tmp_path / JISSEKI / "2_回収" / "指導室2.xlsx").unlink()
    kakunin(tmp_path, "merge", "--year", "R7")
    kakunin(tmp_path, "report", "--year", "R7")
    found = {}
    for path in tmp_path.rglob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        cells = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line]
        found[path.name] = any(ANSWER in str(value) for value in cells)
        assert "増えた行" not in cells
    held = {name for name, there in found.items() if there}
    assert {"指導室.xlsx", "事務局修正.xlsx", "取組状況確認表_令和7年度.xlsx"} <= held
    assert "回答データ_令和7年度.xlsx" in held
