"""What the gate says of files that are no workbook to be opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from kakunin_xlsx.findings import Finding, Severity
from kakunin_xlsx.returns import Limits, gate
from kakunin_xlsx.returns.gate import Content
from kakunin_xlsx.stop import WrongUsage
from tests.example import form, layouts

TYPES = "[Content_Types].xml"
SHEETS = "<Override ContentType='application/vnd.openxmlformats.spreadsheetml.sheet.main+xml'/>"
MACRO = "<Override ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def packed(parts: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def stream(name: str) -> bytes:
    return OLE + name.encode("utf-16-le")


def whole() -> bytes:
    return form(layouts()[0])


CASES = [
    ("nothing in it", b"", "U01", "0バイト"),
    ("csv", "課,評価\n指導室,A\n".encode("cp932"), "U02", "文字だけ"),
    ("html renamed", b"\xef\xbb\xbf<html><table></table>", "U02", "HTML"),
    ("pdf", b"%PDF-1.7\n", "U02", "PDF"),
    ("picture", b"\x89PNG\r\n\x1a\n\0", "U02", "画像"),
    ("unknown bytes", b"\x01\x02\0\x03" * 20, "U02", "中身の分からない"),
    ("Word", packed({TYPES: "wordprocessingml", "word/document.xml": ""}), "U02", "Word"),
    ("slides", packed({TYPES: "presentationml", "ppt/presentation.xml": ""}), "U02", "スライド"),
    ("other parts", packed({TYPES: "x", "a.txt": ""}), "U02", "Excelの部品"),
    ("old Word", stream("WordDocument"), "U02", "Word"),
    ("workbook without parts", packed({TYPES: SHEETS}), "U03", "部品"),
    ("password", stream("EncryptedPackage"), "U04", "パスワード"),
    ("macro type", packed({TYPES: MACRO + SHEETS, "xl/workbook.xml": ""}), "U06", "マクロ"),
    ("macro part", packed({TYPES: SHEETS, "xl/vbaProject.bin": ""}), "U06", "マクロ"),
    ("odt", packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "U02", "OpenDoc"),
]


@pytest.mark.parametrize(
    ("data", "code", "word"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_gate_names_what_it_is(data: bytes, code: str, word: str) -> None:
    finding = gate.recognise(data, "回答.xlsx", Limits())
    assert isinstance(finding, Finding)
    assert (finding.code, finding.severity) == (code, Severity.UNREADABLE)
    assert word in finding.words
    assert finding.place.file == "回答.xlsx"


ODS = "application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (stream("Workbook"), Content.XLS),
        (packed({TYPES: SHEETS, "xl/workbook.bin": ""}), Content.XLSB),
        (packed({"mimetype": ODS}), Content.ODS),
        (packed({"回答.xlsx": "x"}), Content.ARCHIVE),
        (packed({}), Content.ARCHIVE),
    ],
)
def test_what_may_be_opened(data: bytes, content: Content) -> None:
    assert gate.recognise(data, "回答", Limits()) is content


def test_a_form_passes() -> None:
    assert gate.recognise(whole(), "回答.xlsx", Limits()) is Content.XLSX


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_cut_file_is_broken(part: float) -> None:
    data = whole()
    finding = gate.recognise(data[: int(len(data) * part)], "x", Limits())
    assert isinstance(finding, Finding)
    assert finding.code == "U03"
    assert "最後まで" in finding.words


@pytest.mark.parametrize("budget", ["file_mb", "unpacked_mb", "part_mb", "parts"])
def test_budgets(budget: str) -> None:
    finding = gate.recognise(whole(), "x", Limits(**{budget: 0}))
    assert isinstance(finding, Finding)
    assert finding.code == "U08"


def test_budgets_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKUNIN_MAX_FILE_MB", "80")
    monkeypatch.setenv("KAKUNIN_MAX_PARTS", " ５００ ")
    assert Limits.from_environment() == Limits(file_mb=80, parts=500)
    monkeypatch.setenv("KAKUNIN_MAX_FILE_MB", "0.5")
    monkeypatch.setenv("KAKUNIN_MAX_PARTS", "0.5")
    assert Limits.from_environment() == Limits(file_mb=0.5, parts=1)


@pytest.mark.parametrize("word", ["たくさん", "-5", "0", "nan", "inf", "1e999", "5MB", "1,000"])
def test_nonsense_in_a_budget_is_refused_in_words(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKUNIN_MAX_PARTS", word)
    with pytest.raises(WrongUsage, match=r"KAKUNIN_MAX_PARTS の「.*」を読み取れません"):
        Limits.from_environment()


def test_a_budget_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKUNIN_MAX_FIEL_MB", "80")
    with pytest.raises(WrongUsage, match=r"KAKUNIN_MAX_FIEL_MB .*KAKUNIN_MAX_FILE_MB"):
        Limits.from_environment()
