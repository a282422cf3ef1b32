"""How a master table is declared: its columns stand on the fields of its rows' class.

A field says once what its column is called and for, how its text is understood and where its
words come from. Loading, checking, 台帳.xlsx, the differences and docs/台帳の列.md follow.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar, TypeVar, dataclass_transform

from kakunin_xlsx.plan import cells
from kakunin_xlsx.plan.years import FiscalYear

FIRST, LAST = "開始年度", "終了年度"
NO_YEAR = FiscalYear(0)  # stands for a year that could not be read
PAGE = "冊子の頁です。例：11"
_NO_DEFAULT = dataclasses.MISSING
_Row = TypeVar("_Row", bound="MasterRow")


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """開始年度 to 終了年度, both included; None is open."""

    first: FiscalYear | None = None
    last: FiscalYear | None = None

    def __contains__(self, year: FiscalYear) -> bool:
        after = self.first is None or self.first <= year
        return after and (self.last is None or year <= self.last)


@dataclasses.dataclass(frozen=True)
class MasterColumn:
    """One column of a CSV. `empty` is the value of an empty or unreadable cell.

    `words` marks what comes from the source: provenance is asked of it. Where
    `must_be_told` is set, an empty cell must be 原本未照合. A column added after the first
    release may be absent, so that archived masters stay readable. `choices` are the words that
    a cell may hold; where it names rows of other tables, `refers` are these and `or_else` what
    may stand there instead. `several` cells hold more than one, parted by 、.
    """

    header: str
    help: str
    parse: Callable[[str], object] = cells.text
    required: bool = False
    empty: object = ""
    words: bool = False
    must_be_told: bool = False
    may_be_absent: bool = False
    choices: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()
    or_else: str = ""
    several: bool = False
    attribute: str = ""  # the field it is declared on


def col(
    header: str,
    help_: str,
    parse: Callable[[str], object] = cells.text,
    *,
    default: Any = _NO_DEFAULT,
    **more: Any,
) -> Any:
    """A field and its column; what else there is to say is named as in MasterColumn."""
    return dataclasses.field(
        default=default, metadata={"": (MasterColumn(header, help_, parse, **more),)}
    )


def code_col(header: str, help_: str, **more: Any) -> Any:
    """A column of numbers or codes, required unless it says otherwise."""
    return col(header, help_, cells.code, **{"required": True, **more})


def added_col(
    header: str,
    help_: str,
    parse: Callable[[str], object] = cells.text,
    *,
    holds: Any,
    kind: type[StrEnum] | None = None,
    **more: Any,
) -> Any:
    """A column added after the first release: a row of masters without it `holds` this.

    It takes one word of a `kind`, if there is one.
    """
    if kind:
        parse, more = cells.one_of(_words(kind)), {**more, "choices": tuple(_words(kind))}
    said = {"empty": holds, "default": holds, "may_be_absent": True}
    return col(header, help_, parse, **said, **more)


def departments_col(header: str, help_: str) -> Any:
    """A later column of any number of departments."""
    refers = ("departments",)
    return added_col(header, help_, cells.codes, holds=(), several=True, refers=refers)


def _words(kind: type[StrEnum]) -> dict[str, StrEnum]:
    return {str(each): each for each in kind}


def choice_col(header: str, help_: str, kind: type[StrEnum], empty: StrEnum, **more: Any) -> Any:
    """A column that holds one of a few words."""
    words = _words(kind)
    said = {"choices": tuple(words), "empty": empty, "required": True, **more}
    return col(header, help_, cells.one_of(words), **said)


def choices_col(header: str, help_: str, kind: type[StrEnum], empty: StrEnum) -> Any:
    """A column that holds one or several of a few words."""
    words = _words(kind)
    said = {"choices": tuple(words), "empty": (empty,), "required": True, "several": True}
    return col(header, help_, cells.some_of(words), **said)


def flag_col(header: str, help_: str, yes: str, no: str = "", **more: Any) -> Any:
    """A column that means yes or no in two words."""
    said = {"empty": False, "choices": tuple(filter(None, (yes, no))), **more}
    return col(header, help_, cells.one_of({yes: True, no: False}), **said)


def span_cols(
    first: str = "この行が使われ始める年度です。初めからあるときは空欄にします。例：R8",
    last: str = "この行が使われる最後の年度です。終わらないときは空欄にします。例：R7",
) -> Any:
    """The field of a row that can change, and its columns 開始年度 and 終了年度."""
    columns = (
        MasterColumn(FIRST, first, cells.year, empty=None),
        MasterColumn(LAST, last, cells.year, empty=None),
    )
    return dataclasses.field(metadata={"": columns})


@dataclasses.dataclass(frozen=True)
class MasterTable:
    """One CSV. `plan` is the attribute of Plan that holds its rows; `dated` rows have a span."""

    name: str
    title: str
    about: str
    keys: tuple[str, ...]
    plan: str
    row: type[MasterRow]
    columns: tuple[MasterColumn, ...]
    optional: bool = False

    @property
    def file(self) -> str:
        """`actions.csv`."""
        return f"{self.name}.csv"

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The first line of the file."""
        return tuple(column.header for column in self.columns)

    @cached_property
    def dated(self) -> bool:
        """True if its rows hold from one year to another."""
        return FIRST in self.column

    @cached_property
    def column(self) -> Mapping[str, MasterColumn]:
        """Columns by heading."""
        return {column.header: column for column in self.columns}

    @cached_property
    def words(self) -> tuple[MasterColumn, ...]:
        """The columns whose provenance is asked."""
        return tuple(column for column in self.columns if column.words)

    def key(self, row: object) -> str:
        """The キー of a row as `readings` writes it: `1-1-1`, or `1-1-1/R6` for two columns."""
        held = self._held_in_keys(row)
        return "/".join(map(str, held)) if isinstance(held, tuple) else str(held)

    @cached_property
    def _held_in_keys(self) -> Callable[[object], object]:
        return attrgetter(*(self.column[header].attribute for header in self.keys))

    def value(self, row: object, header: str) -> object:
        """What a row holds under a heading."""
        attribute = self.column[header].attribute
        inside = getattr(row, "span", row) if header in (FIRST, LAST) else row
        return getattr(inside, attribute)

    def first(self, row: object) -> FiscalYear | None:
        """開始年度 of a row; None where it has always been so."""
        year = self.value(row, FIRST) if self.dated else None
        return year if isinstance(year, FiscalYear) else None


@dataclasses.dataclass(frozen=True, slots=True)
class MasterRow:
    """A row of a table; `index` is its place there, from 0, whatever year's plan it stands in."""

    schema: ClassVar[MasterTable]
    index: int = dataclasses.field(default=0, repr=False, compare=False, kw_only=True)


TABLE: dict[str, MasterTable] = {}  # by name, in the order of their declaration


@dataclass_transform(
    frozen_default=True,
    field_specifiers=(col, code_col, choice_col, choices_col, flag_col, span_cols),
)
def table(
    name: str, title: str, about: str, *keys: str, plan: str = "", optional: bool = False
) -> Callable[[type[_Row]], type[_Row]]:
    """Make a frozen dataclass of rows, and the table of what its fields declare."""

    def declared(row: type[_Row]) -> type[_Row]:
        made: Any = dataclasses.dataclass(frozen=True, slots=True)(row)
        columns = []
        for field in dataclasses.fields(made):
            for column in field.metadata.get("", ()):
                attribute = {FIRST: "first", LAST: "last"}.get(column.header, field.name)
                columns.append(dataclasses.replace(column, attribute=attribute))
        made.schema = TABLE[name] = MasterTable(
            name, title, about, keys, plan or name, made, tuple(columns), optional
        )
        return made  # type: ignore[no-any-return]

    return declared
