"""What 台帳.xlsx holds: the rows of the masters, what waits for the booklet, what is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.headings import DEPARTMENT_NAMES, codes
from kakunin_xlsx.plan.diff_words import named_row
from kakunin_xlsx.plan.model import TABLES, Plan, shown_words
from kakunin_xlsx.plan.people import DEPARTMENTS
from kakunin_xlsx.plan.readings import WAITING, Reading, Status, split_key
from kakunin_xlsx.plan.schema import MasterRow, MasterTable
from kakunin_xlsx.plan.settings import PLAN_FILE, settings_of
from kakunin_xlsx.plan.texts import MasterTexts, row_digest

_FONT = "BIZ UDゴシック"  # of a book without a plan
_BRIEF = 80  # characters of the source's words beside a row


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row of a table as exported: its cells by heading, and which of them are open."""

    cells: Mapping[str, str]
    open: Mapping[str, Status] = field(default_factory=dict)
    told: str = ""  # 照合の状態


@dataclass(frozen=True)
class MastersBook:
    """Everything that 台帳.xlsx holds. `base` is what each row was, by sheet and row id.

    `open` are the lines of 照合する箇所 by heading, each with the row of its cell; `proposals`
    those of 提案.
    """

    title: str
    plan: str
    font: str
    years: Sequence[str]
    settings: Mapping[str, str]
    tables: Mapping[str, Sequence[BookRow]]
    open: Sequence[tuple[Mapping[str, str], MasterRow]] = ()
    proposals: Sequence[Mapping[str, str]] = ()
    base: Sequence[tuple[str, str, str]] = ()
    new: bool = False  # of a plan that is yet to be begun

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """The sheet of each table, by its name."""
        return book.sheet_names(self.settings)


def masters_book(
    texts: MasterTexts, plan: Plan | None, proposals: Sequence[Mapping[str, str]] = ()
) -> MastersBook:
    """What the workbook of these texts holds; `plan` is what they load to, if they do."""
    settings = settings_of(texts.toml or "")
    return MastersBook(
        title=settings["計画の名前"] or "新しい計画",
        plan=settings["計画の符号"],
        font=plan.style.font if plan else _FONT,
        years=[year.code for year in plan.years] if plan else (),
        settings=settings,
        tables={table.name: list(_rows(texts, table, plan)) for table in TABLES},
        open=_open_cells(plan, book.sheet_names(settings)) if plan else (),
        proposals=proposals,
        base=list(_base(texts, settings)),
        new=plan is None,
    )


def spoken_of(plan: Plan) -> Iterator[tuple[Reading, MasterRow | None]]:
    """Each reading with the first row of which it speaks; None where others speak of all."""
    rows: dict[tuple[str, str], list[MasterRow]] = {}
    for table in TABLES:
        for row in getattr(plan, table.plan):
            rows.setdefault((table.name, table.key(row)), []).append(row)
    for reading in plan.readings:
        key, _ = split_key(reading.key)
        place = (reading.table, key, reading.column)
        alike = rows.get((reading.table, key), ())
        own = (row for row in alike if plan.reading(*place, row.schema.first(row)) is reading)
        yield reading, next(own, None)


def _base(texts: MasterTexts, settings: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for label, value in settings.items():
        yield PLAN_FILE, label, row_digest({book.VALUE: value})
    for table in TABLES:
        for own, row in texts.by_id(table).items():
            yield table.name, own, row_digest(row.cells)
    for name, code in codes(texts.cells(DEPARTMENTS)).items():
        yield DEPARTMENT_NAMES, name, code


def _rows(texts: MasterTexts, table: MasterTable, plan: Plan | None) -> Iterator[BookRow]:
    rows = texts.cells(table)
    known = getattr(plan, table.plan) if plan else [None] * len(rows)
    for cells, row in zip(rows, known, strict=True):
        waiting: dict[str, Reading] = {}
        for column in table.words if plan else ():
            place = (table.name, table.key(row), column.header, table.first(row))
            if plan and (reading := plan.reading(*place)) and reading.status in WAITING:
                waiting[column.header] = reading
        told = "\n".join(_told(header, reading) for header, reading in waiting.items())
        yield BookRow(cells, {h: reading.status for h, reading in waiting.items()}, told)


def _told(header: str, reading: Reading) -> str:
    source = " ".join(reading.source.split())
    words = f"{source[:_BRIEF]}…" if len(source) > _BRIEF else source
    return f"「{header}」{reading.status}" + (f"（原文の文字：{words}）" if words else "")


def _open_cells(plan: Plan, sheets: Mapping[str, str]) -> list[tuple[Mapping[str, str], MasterRow]]:
    """What nobody has found in the booklet comes first, then what was inferred."""
    open_ = [(reading, row) for reading, row in spoken_of(plan) if reading.status in WAITING]
    open_.sort(key=lambda each: -WAITING.index(each[0].status))
    return [(_open_cell(plan, reading, row, sheets), row) for reading, row in open_ if row]


def _open_cell(
    plan: Plan, reading: Reading, row: MasterRow, sheets: Mapping[str, str]
) -> Mapping[str, str]:
    table, (key, since) = row.schema, split_key(reading.key)
    place = named_row(plan, table.name, key) or f"{table.title}「{key}」"
    return {
        book.PLACE: f"{place}（{since.name}から）" if since else place,
        book.COLUMN: reading.column,
        book.STATUS: str(reading.status),
        book.NOW: shown_words(plan, row, reading.column),
        book.SOURCE: reading.source,
        book.GROUND: reading.ground,
        book.PAGE: reading.page,
        book.TABLE_NAME: sheets[table.name],
        book.KEY: reading.key,
    }
