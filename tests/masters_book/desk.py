"""A copy of a plan's masters with its 台帳.xlsx, and hands that work on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from click.testing import CliRunner, Result
from openpyxl.utils import get_column_letter

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.contents import masters_book
from kakunin_xlsx.masters_book.targets import FIGURE, LINE, TEXT, YEAR, of_year, parted
from kakunin_xlsx.office.masters_book import workbook_of
from kakunin_xlsx.plan.texts import MasterTexts
from tests.example import MASTERS
from tests.revised import copied

CONFIRMED = {book.DONE: "確認済", book.WHO: "架空 花子", book.WHEN: "2026/4/10"}


@dataclass
class Desk:
    """Masters, the workbook that was exported from them, and the masters' bytes before."""

    folder: Path
    path: Path
    before: Mapping[str, bytes]

    @classmethod
    def set_up(cls, into: Path, masters: Path = MASTERS) -> Desk:
        folder, path = copied(into, masters), into / "台帳.xlsx"
        path.write_bytes(_exported(masters))
        return cls(folder, path, contents(folder))

    def load(self, *words: str) -> Result:
        """`kakunin masters import`."""
        return kakunin("import", self.path, "--plan", self.folder, *words)

    def changed(self) -> dict[str, tuple[list[bytes], list[bytes]]]:
        """File → lines that are gone and that came."""
        now = contents(self.folder)
        assert now.keys() >= self.before.keys()
        return {
            name: lines_changed(self.before.get(name, b""), data)
            for name, data in now.items()
            if self.before.get(name) != data
        }

    def edit(self) -> Hands:
        """The workbook opened, to be saved again."""
        return Hands(self.path)


@cache
def _exported(masters: Path) -> bytes:
    """台帳.xlsx of masters as they lie there: the same for each desk."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "台帳.xlsx"
        assert kakunin("export", path, "--plan", masters).exit_code == 0
        return path.read_bytes()


def kakunin(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, ["masters", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def lines_changed(before: bytes, after: bytes) -> tuple[list[bytes], list[bytes]]:
    found = list(difflib.ndiff(before.decode().splitlines(True), after.decode().splitlines(True)))
    gone = [each[2:].encode() for each in found if each.startswith("- ")]
    return gone, [each[2:].encode() for each in found if each.startswith("+ ")]


class Hands:
    """Types into 台帳.xlsx by headings and keys; saved at the end of the `with`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.book = openpyxl.load_workbook(path)

    def __enter__(self) -> Hands:
        return self

    def __exit__(self, *_: object) -> None:
        self.book.save(self._path)

    def sheet(self, name: str) -> Any:
        return next(s for s in self.book if name in (s.title, book.table_in(s.title)))

    def at(self, sheet: str, key: Mapping[str, str], heading: str) -> str:
        """The address of a cell: under a heading, in the row that has these cells."""
        page = self.sheet(sheet)
        if _is_wide(page):
            key, heading = _without_year(key), _of_year(key, heading)
        for row in range(4, page.max_row + 1):
            if all(page[f"{_letter(page, h)}{row}"].value == text for h, text in key.items()):
                return f"{_letter(page, heading)}{row}"
        raise AssertionError(f"no row {key} in {sheet}")

    def type(self, sheet: str, key: Mapping[str, str], cells: Mapping[str, object]) -> None:
        for heading, value in cells.items():
            self.sheet(sheet)[self.at(sheet, key, heading)].value = value

    def add(self, sheet: str, cells: Mapping[str, object], row: int = 0) -> None:
        """A new row at the end, or above `row`; of a target's year in the row of its line."""
        page = self.sheet(sheet)
        if _is_wide(page):
            cells = {_of_year(cells, h): value for h, value in cells.items() if h != YEAR}
            for at in range(4, page.max_row + 1):
                if page[f"A{at}"].value == cells[LINE]:
                    for heading, value in cells.items():
                        page[f"{_letter(page, heading)}{at}"].value = value
                    return
        if row:
            page.insert_rows(row)
        at = row or page.max_row + 1
        for heading, value in cells.items():
            page[f"{_letter(page, heading)}{at}"].value = value


def _is_wide(page: Any) -> bool:
    """True for targets whose years are columns."""
    said = [str(cell.value) for cell in page[3]]
    return any(parted(heading)[0] for heading in said)


def _of_year(key: Mapping[str, object], heading: str) -> str:
    return (
        of_year(str(key[YEAR]), heading) if YEAR in key and heading in (TEXT, FIGURE) else heading
    )


def _without_year(key: Mapping[str, str]) -> Mapping[str, str]:
    return {heading: text for heading, text in key.items() if heading != YEAR}


def _letter(page: Any, heading: str) -> str:
    found: Iterator[str] = (
        get_column_letter(cell.column) for cell in page[3] if cell.value == heading
    )
    return next(found)


def blank_workbook(texts: MasterTexts | None = None) -> bytes:
    """A 台帳.xlsx without a plan; rows and settings of `texts` stand there already."""
    return workbook_of(masters_book(texts or MasterTexts("", {}), None))
