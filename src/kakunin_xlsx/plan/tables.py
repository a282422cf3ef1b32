"""One schema per CSV of a masters folder, shared by loader, checker and exports.

A column knows its heading, the attribute it fills and how its text is understood; a table
knows its file, the class of its rows and which columns make a row's key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from kakunin_xlsx.plan import cells, model
from kakunin_xlsx.plan.cells import flag, one_of
from kakunin_xlsx.plan.years import FiscalYear

NO_YEAR = FiscalYear(0)  # stands for a year that could not be read
_CIRCLE = MappingProxyType({"○": True, "◯": True, "〇": True, "": False})


@dataclass(frozen=True)
class Column:
    """One column of a CSV. `empty` is the value of an empty cell.

    `words` marks the plan's own words: empty they must be 原本未照合 (or `may_be_empty`), and
    provenance is asked of them.
    """

    header: str
    attribute: str
    parse: Callable[[str], object] = cells.text
    required: bool = False
    empty: object = ""
    words: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True)
class Table:
    """One CSV. `plan` is the attribute of Plan that holds its rows."""

    name: str
    plan: str
    row: Callable[..., object]
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    dated: bool = False
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
    def column(self) -> Mapping[str, Column]:
        """Columns by heading."""
        return {column.header: column for column in self.columns}

    @cached_property
    def words(self) -> tuple[Column, ...]:
        """The columns whose provenance is asked."""
        return tuple(column for column in self.columns if column.words)

    def key(self, row: object) -> str:
        """The キー of a row as `readings` writes it: `1-1-1`, or `1-1-1/R6` for two columns."""
        return "/".join(str(self.value(row, header)) for header in self.keys)

    def value(self, row: object, header: str) -> object:
        """What a row holds under a heading; 開始年度 and 終了年度 are found in its span."""
        attribute = self.column[header].attribute
        return getattr(row.span if isinstance(row, _Dated) else row, attribute)\
            if attribute in _SPAN else getattr(row, attribute)


_SPAN = ("first", "last")
_Dated = (
    model.Department,
    model.Respondent,
    model.Initiative,
    model.Action,
    model.Target,
)


def _name(header: str, attribute: str, *, required: bool = True) -> Column:
    return Column(header, attribute, required=required)


def _code(header: str, attribute: str, *, required: bool = True) -> Column:
    return Column(header, attribute, cells.code, required)


def _words(header: str, attribute: str, *, may_be_empty: bool = False) -> Column:
    return Column(header, attribute, words=True, may_be_empty=may_be_empty)


def _mark(header: str, attribute: str) -> Column:
    return Column(header, attribute, flag(_CIRCLE), empty=False)


_PAGE = Column("頁", "page")
_YEARS = (
    Column("開始年度", "first", cells.year, empty=None),
    Column("終了年度", "last", cells.year, empty=None),
)

DEPARTMENTS = Table(
    "departments",
    "departments",
    model.Department,
    (
        _code("コード", "code"),
        Column("名称", "name", cells.file_word, required=True),
        _name("略称", "short", required=False),
        _code("後継", "successor", required=False),
        *_YEARS,
    ),
    ("コード",),
    dated=True,
)
RESPONDENTS = Table(
    "respondents",
    "respondents",
    model.Respondent,
    (
        _code("コード", "code"),
        Column("名称", "name", cells.file_word, required=True),
        _name("略称", "short", required=False),
        _code("部署", "department", required=False),
        *_YEARS,
    ),
    ("コード",),
    dated=True,
)
TEXTS = Table(
    "texts",
    "texts",
    model.Text,
    (
        _code("キー", "key"),
        _name("章", "chapter"),
        Column(
            "種類",
            "kind",
            flag_free := cells.word_of("見出し", "小見出し", "本文", "項目"),
            required=True,
        ),
        _words("本文", "body"),
        _PAGE,
    ),
    ("キー",),
    optional=True,
)
