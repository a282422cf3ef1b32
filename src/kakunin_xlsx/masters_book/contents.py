"""What 台帳.xlsx holds: the rows of the masters, what waits for the booklet, what is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.headings import DEPARTMENT_NAMES, DEPARTMENTS, codes
from kakunin_xlsx.plan.diff_words import named_row
from kakunin_xlsx.plan.model import TABLES, Plan, shown_words
from kakunin_xlsx.plan.readings import WAITING, Reading, Status, split_key
from kakunin_xlsx.plan.schema import TABLE, MasterTable
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


@dataclass(frozen=True, slots=True)
class OpenCell:
    """One line of 照合する箇所, by heading, and where its cell stands."""

    cells: Mapping[str, str]
    table: MasterTable
    row: int  # index in its table


@dataclass(frozen=True)
class MastersBook:
    """Everything that 台帳.xlsx holds. `base` is what each row was, by sheet and row id.

    `proposals` are the lines of 提案 by heading.
    """

    title: str
    plan: str
    font: str
    years: Sequence[str]
    settings: Mapping[str, str]
    tables: Mapping[str, Sequence[BookRow]]
    open: Sequence[OpenCell] = ()
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
        open=sorted(_open_cells(plan, settings), key=_urgency) if plan else (),
        proposals=proposals,
        base=list(_base(texts, settings)),
        new=plan is None,
    )


class SpokenOf:
    """Finds the rows of which readings speak."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._rows: dict[tuple[str, str], list[tuple[int, object]]] = {}
        for table in TABLES:
            for at, row in enumerate(getattr(plan, table.plan)):
                self._rows.setdefault((table.name, table.key(row)), []).append((at, row))

    def row(self, table: MasterTable, reading: Reading) -> tuple[int, object] | None:
        """The first such row, and its place in the table; None where others speak of all."""
        key, _ = split_key(reading.key)
        for at, row in self._rows.get((table.name, key), ()):
            if self._plan.reading(table.name, key, reading.column, table.first(row)) is reading:
                return at, row
        return None


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
        waiting = dict(_waiting(plan, table, row)) if plan else {}
        told = "\n".join(_told(header, reading) for header, reading in waiting.items())
        yield BookRow(cells, {h: reading.status for h, reading in waiting.items()}, told)


def _waiting(plan: Plan, table: MasterTable, row: object) -> Iterator[tuple[str, Reading]]:
    """The cells of a row that wait to be compared with the booklet."""
    for column in table.words:
        reading = plan.reading(table.name, table.key(row), column.header, table.first(row))
        if reading and reading.status in WAITING:
            yield column.header, reading


def _told(header: str, reading: Reading) -> str:
    source = " ".join(reading.source.split())
    words = f"{source[:_BRIEF]}…" if len(source) > _BRIEF else source
    return f"「{header}」{reading.status}" + (f"（原文の文字：{words}）" if words else "")


def _open_cells(plan: Plan, settings: Mapping[str, str]) -> Iterator[OpenCell]:
    spoken_of, sheets = SpokenOf(plan), book.sheet_names(settings)
    for reading in plan.readings:
        if reading.status in WAITING and reading.column in TABLE[reading.table].column:
            table = TABLE[reading.table]
            if found := spoken_of.row(table, reading):
                made = _open_cell(plan, table, reading, *found)
                yield replace(made, cells={**made.cells, book.TABLE_NAME: sheets[table.name]})


def _urgency(each: OpenCell) -> int:
    """What nobody has found in the booklet comes first, then what was inferred."""
    return -WAITING.index(Status(each.cells[book.STATUS]))


def _open_cell(plan: Plan, table: MasterTable, reading: Reading, at: int, row: object) -> OpenCell:
    key, since = split_key(reading.key)
    place = named_row(plan, table.name, key) or f"{table.title}「{key}」"
    cells = {
        book.PLACE: f"{place}（{since.name}から）" if since else place,
        book.COLUMN: reading.column,
        book.STATUS: str(reading.status),
        book.NOW: shown_words(plan, table, row, reading.column),
        book.SOURCE: reading.source,
        book.GROUND: reading.ground,
        book.PAGE: reading.page,
        book.KEY: reading.key,
    }
    return OpenCell(cells, table, at)
