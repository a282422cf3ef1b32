"""What checks look at: one sheet beside its layout, and one respondent's answers together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from kakunin_xlsx.findings import Place
from kakunin_xlsx.layout import Column, Layout, Row
from kakunin_xlsx.record import FORM_ROW, Reason
from kakunin_xlsx.returns.model import Cell, CellKind, FormRow, FormSheet


@dataclass(frozen=True)
class Asked:
    """Every form of the round, one layout per respondent."""

    layouts: tuple[Layout, ...]

    @cached_property
    def by_respondent(self) -> Mapping[str, Layout]:
        """Layouts by the respondent's code."""
        return {layout.identity.respondent: layout for layout in self.layouts}

    @cached_property
    def by_row(self) -> Mapping[str, tuple[Layout, ...]]:
        """Who is asked for a row, by row id."""
        found: dict[str, tuple[Layout, ...]] = {}
        for layout in self.layouts:
            for row in layout.rows:
                found[row.id] = (*found.get(row.id, ()), layout)
        return found

    @cached_property
    def by_digest(self) -> Mapping[str, Row]:
        """Rows by the digest of their locked texts."""
        return {row.digest: row for layout in self.layouts for row in layout.rows}


@dataclass(frozen=True)
class Form:
    """One table sheet of a return, and the layout it was issued with."""

    layout: Layout
    sheet: FormSheet
    file: str
    sha256: str

    def place(self, row: str = "", item: str = "", cell: str = "", value: str = "") -> Place:
        """A place in this sheet."""
        return Place(
            respondent=self.layout.respondent,
            file=self.file,
            sheet=self.sheet.name,
            cell=cell,
            row=row,
            initiative=initiative_of(self.layout, row),
            item=item,
            value=value,
        )


def initiative_of(layout: Layout, row: str) -> str:
    """重点取組No of a row; '' for the form's own fields and for rows not asked here."""
    return layout.row[row].initiative if row in layout.row else ""


@dataclass(frozen=True)
class Given:
    """One filled answer cell. `reason` is set where the cell itself keeps it from counting.

    An office value of 決定.csv is one too: its cell stands in no sheet.
    """

    layout: Layout
    file: str
    sheet: str
    sha256: str
    row: str
    column: Column
    cell: Cell
    reason: Reason = Reason.NONE

    @property
    def at(self) -> tuple[str, str]:
        """Row id and column key."""
        return (self.row, self.column.key)

    @property
    def sound(self) -> bool:
        """False if the cell holds no answer but the mark of a formula that failed."""
        return self.cell.kind not in (CellKind.ERROR, CellKind.NO_VALUE)

    @property
    def understood(self) -> str:
        """What was meant; '' if that cannot be told."""
        return (self.column.understand(self.cell.typed) or "") if self.sound else ""

    @property
    def place(self) -> Place:
        """Where it was typed."""
        return Place(
            respondent=self.layout.respondent,
            file=self.file,
            sheet=self.sheet,
            cell=self.cell.address,
            row=self.row,
            initiative=initiative_of(self.layout, self.row),
            item=self.column.heading,
            value=self.cell.typed,
        )


@dataclass(frozen=True)
class Changed:
    """A locked text that a person changed; `typed` is '' where it was cleared."""

    form: Form
    row: str
    column: Column
    issued: str
    typed: str
    cell: str


class Standing(Enum):
    """How the locked texts of a returned row stand to what was issued."""

    SOUND = auto()
    OLDER = auto()  # whole, but of an older issue
    CHANGED = auto()
    MISPLACED = auto()  # they are another row's
    OTHERS = auto()  # a row that another respondent is asked for
    UNKNOWN = auto()


@dataclass(frozen=True)
class ComparedRow:
    """`texts`: the cells whose text is not what was issued; `other`: whose text stands here.

    `issued` is the row as laid out today, for whomever. `odd_mark`: the digest in the mark
    fits neither today's texts nor those in the sheet.
    """

    found: FormRow
    standing: Standing
    texts: tuple[tuple[Column, Cell], ...] = ()
    issued: Row | None = None
    other: Row | None = None
    odd_mark: bool = False


@dataclass(frozen=True)
class Compared:
    """A sheet sorted out: every filled cell that differs from what was issued, once.

    `stray` are the cells that stand neither in a row nor in a field.
    """

    form: Form
    rows: tuple[ComparedRow, ...]
    given: tuple[Given, ...]
    changed: tuple[Changed, ...]
    stray: tuple[Cell, ...]

    @cached_property
    def fields(self) -> Mapping[str, Given]:
        """Filled fields of the form itself, by key."""
        return {given.column.key: given for given in self.given if given.row == FORM_ROW}

    def address(self, row: str, key: str) -> str:
        """Where a table cell stands in this sheet, filled or not; '' if nowhere."""
        for found in self.form.sheet.rows:
            if found.id == row and key in found.columns:
                return found.address(key)
        return ""


@dataclass(frozen=True)
class Reply:
    """What one respondent's returns say together.

    `forms` are the sheets in force, oldest 提出回 first; `latest` those of the last one.
    `held` is what counts by row and key; `disputed` are the cells in 相違. `units` are those
    of the asked year's targets by row.
    """

    layout: Layout
    forms: tuple[Compared, ...]
    latest: tuple[Compared, ...]
    held: Mapping[tuple[str, str], Given]
    disputed: frozenset[tuple[str, str]] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)
