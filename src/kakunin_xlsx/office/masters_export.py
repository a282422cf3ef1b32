"""台帳.xlsx from the masters: what it holds, and writing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakunin_xlsx.folders import write_file
from kakunin_xlsx.layout import masters_book as book
from kakunin_xlsx.layout.masters_book import BookRow, MastersBook, OpenCell
from kakunin_xlsx.plan import Plan, Reading, load_masters
from kakunin_xlsx.plan.csvtext import CsvText
from kakunin_xlsx.plan.diff_words import named_row
from kakunin_xlsx.plan.head import FILE as PLAN_FILE
from kakunin_xlsx.plan.readings import split_key
from kakunin_xlsx.plan.rows import row_digest, row_ids, rows_of
from kakunin_xlsx.plan.settings import settings_of
from kakunin_xlsx.plan.shown import shown_words
from kakunin_xlsx.plan.table_help import help_of
from kakunin_xlsx.plan.tables import TABLE, TABLES, Table
from kakunin_xlsx.sheets.masters_book import masters_workbook
from kakunin_xlsx.stop import Stop, WrongUsage

_FONT = "BIZ UDゴシック"  # of a book without a plan
_BRIEF = 80  # characters of the source's words beside a row


@dataclass(frozen=True)
class Exported:
    """The workbook that was written, and what it holds."""

    path: Path
    masters: MastersBook

    @property
    def waiting(self) -> str:
        """How many cells are to be compared with the booklet, and where they are listed."""
        if not self.masters.open:
            return ""
        return (
            f"冊子と見比べる箇所が{len(self.masters.open)}あります（シート「{book.OPEN_SHEET}」）。"
        )

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        rows = {name: len(found) for name, found in self.masters.tables.items()}
        return {
            "計画": self.masters.title,
            "ファイル": str(self.path),
            "行数": rows,
            book.OPEN_SHEET: len(self.masters.open),
        }


def export_masters(folder: Path, path: Path) -> Exported:
    """Write the masters under `folder` as the workbook `path`.

    Raises Stop if something else than a workbook is asked for or cannot be written, and
    MastersBroken if the masters do not load.
    """
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(f"{path}\nファイルの名前の終わりを .xlsx としてください。例：台帳.xlsx")
    if path.exists():
        raise Stop(
            f"{path}\n同じ名前のファイルがあります。記入したものを失わないように、上書きしません。"
            "別の名前を指定するか、要らないときは先に消してください。"
        )
    plan = load_masters(folder).plan
    masters = masters_book(master_files(folder), plan)
    write_file(path, masters_workbook(masters))
    return Exported(path, masters)


def master_files(folder: Path) -> dict[str, bytes]:
    """Name → bytes of the tables and settings of a masters folder."""
    names = (PLAN_FILE, *(table.file for table in TABLES))
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}


def masters_book(files: Mapping[str, bytes], plan: Plan | None) -> MastersBook:
    """What the workbook of these files holds; `plan` is what they load to, if they do."""
    text = files.get(PLAN_FILE, b"").decode("utf-8-sig")
    settings = settings_of(text)
    return MastersBook(
        title=settings["計画の名前"] or "新しい計画",
        plan=settings["計画の符号"],
        font=plan.style.font if plan else _FONT,
        years=[year.code for year in plan.years] if plan else (),
        settings=settings,
        tables={table.name: list(_rows(files, table, plan)) for table in TABLES},
        open=list(_open_cells(plan)) if plan else (),
        base=list(_base(files, settings)),
    )


def rows_in(files: Mapping[str, bytes], table: Table) -> list[dict[str, str]]:
    """The rows of a table by heading, as its file has them."""
    data = files.get(table.file)
    return [cells for _, cells in rows_of(table, CsvText.read(data))] if data else []


class SpokenOf:
    """Finds the rows of which readings speak."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._rows: dict[tuple[str, str], list[tuple[int, object]]] = {}
        for table in TABLES:
            for at, row in enumerate(getattr(plan, table.plan)):
                self._rows.setdefault((table.name, table.key(row)), []).append((at, row))

    def row(self, table: Table, reading: Reading) -> tuple[int, object] | None:
        """The first such row, and its place in the table; None where others speak of all."""
        key, _ = split_key(reading.key)
        for at, row in self._rows.get((table.name, key), ()):
            if self._plan.reading(table.name, key, reading.column, table.first(row)) is reading:
                return at, row
        return None


def _base(
    files: Mapping[str, bytes], settings: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    for label, value in settings.items():
        yield PLAN_FILE, label, row_digest({book.VALUE: value})
    for table in TABLES:
        rows = rows_in(files, table)
        for own, cells in zip(row_ids(table, rows), rows, strict=True):
            yield table.name, own, row_digest(cells)


def _rows(files: Mapping[str, bytes], table: Table, plan: Plan | None) -> Iterator[BookRow]:
    rows = rows_in(files, table)
    known = getattr(plan, table.plan) if plan else [None] * len(rows)
    for cells, row in zip(rows, known, strict=True):
        waiting = dict(_waiting(plan, table, row)) if plan else {}
        told = "\n".join(_told(header, reading) for header, reading in waiting.items())
        yield BookRow(cells, {h: reading.status for h, reading in waiting.items()}, told)


def _waiting(plan: Plan, table: Table, row: object) -> Iterator[tuple[str, Reading]]:
    """The cells of a row that wait to be compared with the booklet."""
    for column in table.words:
        reading = plan.reading(table.name, table.key(row), column.header, table.first(row))
        if reading and reading.status in book.WAITING:
            yield column.header, reading


def _told(header: str, reading: Reading) -> str:
    source = " ".join(reading.source.split())
    words = f"{source[:_BRIEF]}…" if len(source) > _BRIEF else source
    return f"「{header}」{reading.status}" + (f"（原文の文字：{words}）" if words else "")


def _open_cells(plan: Plan) -> Iterator[OpenCell]:
    spoken_of = SpokenOf(plan)
    for reading in plan.readings:
        if reading.status in book.WAITING and reading.column in TABLE[reading.table].column:
            table = TABLE[reading.table]
            if found := spoken_of.row(table, reading):
                yield _open_cell(plan, table, reading, *found)


def _open_cell(plan: Plan, table: Table, reading: Reading, at: int, row: object) -> OpenCell:
    key, since = split_key(reading.key)
    place = named_row(plan, table.name, key) or f"{help_of(table).title}「{key}」"
    cells = {
        book.PLACE: f"{place}（{since.name}から）" if since else place,
        book.COLUMN: reading.column,
        book.STATUS: str(reading.status),
        book.NOW: shown_words(plan, table, row, reading.column),
        book.SOURCE: reading.source,
        book.GROUND: reading.ground,
        book.PAGE: reading.page,
        book.TABLE_NAME: book.sheet_name(table),
        book.KEY: reading.key,
    }
    return OpenCell(cells, table, at)
