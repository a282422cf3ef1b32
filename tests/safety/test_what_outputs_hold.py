"""docs/個人情報と安全.md: what never reaches our files, and what stands in them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kakunin_xlsx.office.pdf import pdf_of
from tests.cli.test_commands import JISSEKI, filled, kakunin, returned
from tests.safety.marked import FILLER, FORMULA, TRACES, marked
from tests.tools.pdf import pdf_about

RETURNS = "2_回収"  # holds what departments sent, as they sent it


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One year's output, one of its returns full of traces; with papers for every circle."""
    output = tmp_path_factory.mktemp("output")
    assert kakunin(output, "build", "--year", "R7").exit_code == 0
    for at in range(4):
        returned(output, f"{at}.xlsx", filled(output, at=at))
    returned(output, "指導室.xlsx", marked())
    assert kakunin(output, "check", "--year", "R7", "--annotate").exit_code == 1
    assert kakunin(output, "merge", "--year", "R7").exit_code == 1
    for circle in ("庁内", "会議", "公表"):
        done = kakunin(output, "report", "--year", "R7", "--text", "--for", circle)
        assert done.exit_code == 0, done.output
    return output


def ours(output: Path) -> Iterator[Path]:
    """Every file this tool wrote, archives apart."""
    for path in sorted(output.rglob("*")):
        if path.is_file() and RETURNS not in path.parts and path.suffix != ".zip":
            yield path


def parts(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file, and if it is a workbook its parts."""
    yield "", path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())


def holding(output: Path, text: str) -> set[str]:
    """The files of ours in which a text stands."""
    words = (text.encode(), text.encode("utf-16-le"))
    return {
        path.name
        for path in ours(output)
        for _, data in parts(path)
        if any(word in data for word in words)
    }


def test_the_return_really_bears_the_traces(year: Path) -> None:
    data = b"".join(part for _, part in parts(year / JISSEKI / RETURNS / "指導室.xlsx"))
    for text in TRACES.values():
        assert text.encode() in data or text.encode("utf-16-le") in data, text


@pytest.mark.parametrize("where", TRACES)
def test_no_trace_of_a_person_or_computer_reaches_our_files(year: Path, where: str) -> None:
    assert holding(year, TRACES[where]) == set()


def test_the_fillers_name_stays_in_the_office(year: Path) -> None:
    found = holding(year, FILLER)
    assert "回答一覧.csv" in found
    assert not {name for name in found if "公表" in name or "会議" in name}
    assert any("修正依頼" in name for name in found)


def test_what_is_typed_is_never_a_formula_in_a_workbook(year: Path) -> None:
    """The text stands in the report, yet no cell computes it; the CSV holds it verbatim."""
    assert "取組状況確認表_令和7年度.xlsx" in holding(year, "himitsu")
    for path in ours(year):
        for name, data in parts(path):
            formulas = re.findall(rb"<f[ >].*?</f>", data) if name else []
            assert not [one for one in formulas if b"himitsu" in one], path
    answers = (year / JISSEKI / "4_取りまとめ" / "回答一覧.csv").read_text(encoding="utf-8-sig")
    values = [row["値"] for row in csv.DictReader(io.StringIO(answers, newline=""))]
    assert FORMULA in values


def neutral(path: Path) -> Iterator[str]:
    """What a workbook of ours should not have."""
    for name, data in parts(path):
        if re.search(r"printerSettings|externalLink|vba|thumbnail|persons/", name):
            yield name
        if b'TargetMode="External"' in data:
            yield f"{name}: leads outside"
        if name == "docProps/core.xml":
            people = re.findall(rb"<(?:dc:creator|cp:lastModifiedBy)>([^<]*)<", data)
            yield from (f"{name}: {one.decode()}" for one in people if one)
        if name == "docProps/app.xml" and re.search(rb"<(?:Company|Manager)>[^<]", data):
            yield f"{name}: whose computer"
        if name.startswith("xl/comments"):
            authors = set(re.findall(rb"<author>([^<]*)<", data))
            yield from (f"{name}: {one.decode()}" for one in authors - {"事務局".encode()})


def test_every_workbook_of_a_whole_cycle_is_neutral(demo: Path) -> None:
    books = [path for path in ours(demo) if path.suffix == ".xlsx"]
    assert len(books) > 30
    found = {str(path): list(neutral(path)) for path in books}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.usefixtures("libreoffice")
def test_the_pdf_is_neutral_too(year: Path, tmp_path: Path) -> None:
    (book,) = year.rglob("取組状況確認表_令和7年度.xlsx")
    target = tmp_path / "report.pdf"
    target.write_bytes(pdf_of(book.read_bytes()))
    about = pdf_about(target)
    assert "Author" not in about
    assert about["Producer"].startswith("LibreOffice")
