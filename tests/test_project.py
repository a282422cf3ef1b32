"""The project itself: what is installed, locked and shipped, and the tests' own tools."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
import xlsxwriter
from packaging.requirements import Requirement
from packaging.version import Version

import kakunin_xlsx
from kakunin_xlsx.letters import default_templates
from kakunin_xlsx.plan.new_plan import TEMPLATE
from tests.conftest import need
from tests.tools.libreoffice import Instructions, LibreOffice, LibreOfficeError
from tests.tools.ooxml import OoxmlValidator
from tests.tools.pdf import pdf_fonts, pdf_sizes, pdf_text

ROOT = Path(__file__).parents[1]
SHEET = "表［1］"


def test_version_is_the_same_everywhere() -> None:
    assert metadata.version("kakunin-xlsx") == kakunin_xlsx.__version__


def test_import_is_light_and_quiet() -> None:
    code = "import sys, kakunin_xlsx; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"pandas", "numpy", "openpyxl", "xlsxwriter"} & set(done.stdout.split())
    assert done.stderr == ""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built here, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_wheel_ships_the_wording_of_letters(wheel: set[str]) -> None:
    assert default_templates()
    assert {f"kakunin_xlsx/letters/templates/{name}" for name in default_templates()} <= wheel


def test_wheel_ships_types_and_masters(wheel: set[str]) -> None:
    masters = {
        f"kakunin_xlsx/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "masters").rglob("*")
        if path.is_file()
    }
    template = {f"kakunin_xlsx/plan/template/{path.name}" for path in TEMPLATE.iterdir()}
    assert masters
    assert template
    assert masters | template | {"kakunin_xlsx/py.typed", "kakunin_xlsx/__main__.py"} <= wheel
    assert all(name.startswith("kakunin_xlsx") for name in wheel)


def locked(name: str) -> dict[str, list[Version]]:
    """Package names and versions of one requirements file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found: dict[str, list[Version]] = {}
    for package, version in re.findall(r"(?m)^([a-z0-9_.-]+)==([^ ;\\]+)", text):
        found.setdefault(package, []).append(Version(version))
    return found


def assert_fits(asked: list[str], held: dict[str, list[Version]]) -> None:
    for requirement in map(Requirement, asked):
        versions = held.get(requirement.name, [])
        assert versions, f"{requirement.name}: run make lock"
        assert all(version in requirement.specifier for version in versions), requirement


def test_locks_hold_what_pyproject_asks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, dev = locked("runtime.txt"), locked("dev.txt")
    assert_fits(project["project"]["dependencies"], runtime)
    for extra in project["project"]["optional-dependencies"].values():
        assert_fits(extra, dev)
    assert_fits(project["dependency-groups"]["dev"], dev)
    assert runtime.items() <= dev.items()


@pytest.mark.parametrize("name", ["requirements/runtime.txt", "requirements/dev.txt"])
def test_locks_name_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert not re.findall(r"://|index-url|find-links|trusted-host|\.(?:org|com|io|net)\b", text)


def test_missing_parts_skip_or_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAKUNIN_REQUIRE_ALL", raising=False)
    need([])
    with pytest.raises(pytest.skip.Exception, match="not on this computer: a, b"):
        need(["a", "b"])
    monkeypatch.setenv("KAKUNIN_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="not on this computer: a"):
        need(["a"])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A sheet with an open cell, an open text cell and a locked one."""
    path = tmp_path / "【指導室】小さな表.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        font = {"font_name": "BIZ UDGothic", "font_size": 11}
        sheet = made.add_worksheet(SHEET)
        sheet.write_blank("A1", None, made.add_format({**font, "locked": False}))
        as_text = made.add_format({**font, "locked": False, "num_format": "@"})
        sheet.write_blank("A2", None, as_text)
        sheet.write_string("A3", "狛江市葛󠄀飾", made.add_format(font))
        sheet.protect()
    return path


def test_libreoffice_types_as_a_person(
    libreoffice: LibreOffice, book: Path, tmp_path: Path
) -> None:
    hands = Instructions(book)
    for cell in ("A1", "A2", "A3"):
        hands.type(SHEET, cell, "1-2").read(SHEET, cell)
    date, text, kept = libreoffice.run(hands)
    assert (date["kind"], date["shown"]) == ("VALUE", "1月2日")
    assert (text["kind"], text["shown"]) == ("TEXT", "1-2")
    assert kept["shown"] == "狛江市葛󠄀飾"
    assert list(tmp_path.iterdir()) == [book]


def test_libreoffice_puts_contents_in(libreoffice: LibreOffice, book: Path, tmp_path: Path) -> None:
    hands = Instructions(book).number(SHEET, "B1", 3).formula(SHEET, "B2", "=B1+1")
    hands.text(SHEET, "A3", "=1+1\n二行目")
    saved = [tmp_path / "保存" / name for name in ("a.xlsx", "a.ods")]
    for path in saved:
        hands.save_as(path)
    libreoffice.run(hands)
    for path in saved:
        again = Instructions(path).read(SHEET, "B2").read(SHEET, "A3")
        sum_, text = libreoffice.run(again)
        assert (sum_["typed"], sum_["number"]) == ("=B1+1", 4)
        assert (text["kind"], text["shown"]) == ("TEXT", "=1+1\n二行目")


def test_libreoffice_says_what_it_cannot_do(libreoffice: LibreOffice, book: Path) -> None:
    with pytest.raises(LibreOfficeError, match="no sheet '別の表'"):
        libreoffice.run(Instructions(book).read("別の表", "A1"))
    with pytest.raises(LibreOfficeError, match=r"なし\.xlsx"):
        libreoffice.run(Instructions(book.with_name("なし.xlsx")))
    assert libreoffice.run(Instructions(book)) == []


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_has_a_time_limit(book: Path) -> None:
    with LibreOffice() as slow:
        slow.run(Instructions(book))
        slow.seconds = 0.001
        with pytest.raises(LibreOfficeError, match="no answer"):
            slow.convert(book, "ods", book.parent)
        slow.seconds = 60
        assert slow.convert(book, "ods", book.parent).exists()


def test_libreoffice_prints_pages(libreoffice: LibreOffice, book: Path, tmp_path: Path) -> None:
    pdf = libreoffice.convert(book, "pdf", tmp_path)
    assert pdf_fonts(pdf) == {"BIZUDGothic-Regular"}
    assert [page.split() for page in pdf_text(pdf)] == [["狛江市葛󠄀飾"]]
    assert len(pdf_sizes(pdf)) == 1
    (page,) = libreoffice.render(book, tmp_path / "頁", dpi=40)
    assert page.read_bytes().startswith(b"\x89PNG")


def test_validator_passes_a_sound_workbook(ooxml_validator: OoxmlValidator, book: Path) -> None:
    assert ooxml_validator.errors(book, book) == []


def test_validator_names_what_is_wrong(
    ooxml_validator: OoxmlValidator, book: Path, tmp_path: Path
) -> None:
    damaged, garbage = tmp_path / "傷.xlsx", tmp_path / "屑.xlsx"
    garbage.write_bytes(b"no workbook")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<sheetData>", b'<sheetData x="1">'))
    wrong, unread = ooxml_validator.errors(damaged, garbage)
    assert (wrong.file, wrong.part, wrong.kind) == (damaged, "/xl/worksheets/sheet1.xml", "Schema")
    assert (unread.file, unread.kind) == (garbage, "Exception")
