"""One schema per CSV of a masters folder, shared by loader, checker and exports.

A column knows its heading, the attribute it fills and how its text is understood; a table
knows its file, the class of its rows and which columns make a row's key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType

from kakunin_xlsx.plan import cells, model
from kakunin_xlsx.plan.years import FiscalYear

NO_YEAR = FiscalYear(0)  # stands for a year that could not be read
FIRST, LAST = "開始年度", "終了年度"
PROPOSES = "台帳への提案"

_CIRCLE = cells.flag(MappingProxyType({"○": True, "": False}))
_ENTRY = cells.flag(MappingProxyType({"記入": True, "固定": False}))
_TEXT_KINDS = ("見出し", "小見出し", "本文", "項目")


@dataclass(frozen=True)
class Column:
    """One column of a CSV. `empty` is the value of an empty or unreadable cell.

    `words` marks what comes from the source: provenance is asked of it. Where
    `must_be_told` is set, an empty cell must be 原本未照合. A column added after the first
    release may be absent, so that archived masters stay readable. `choices` are the words that
    a cell may hold; where it names rows of other tables, `refers` are these and `or_else` what
    may stand there instead. `several` cells hold more than one, parted by 、.
    """

    header: str
    attribute: str
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


@dataclass(frozen=True)
class Table:
    """One CSV. `plan` is the attribute of Plan that holds its rows; `dated` rows have a span."""

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


def _plain(header: str, attribute: str, *, required: bool = True) -> Column:
    return Column(header, attribute, required=required)


def _code(
    header: str, attribute: str, *, required: bool = True, refers: tuple[str, ...] = ()
) -> Column:
    return Column(header, attribute, cells.code, required, refers=refers)


def _name(attribute: str = "name") -> Column:
    return Column("名称", attribute, cells.file_word, required=True)


def _words(header: str, attribute: str, *, must_be_told: bool = True) -> Column:
    return Column(header, attribute, words=True, must_be_told=must_be_told)


def _mark(header: str, attribute: str) -> Column:
    return Column(header, attribute, _CIRCLE, empty=False, choices=("○",))


def _members(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(map(str, kind))


_PAGE = _plain("頁", "page", required=False)
_SPAN = (
    Column(FIRST, "first", cells.year, empty=None),
    Column(LAST, "last", cells.year, empty=None),
)

DEPARTMENTS = Table(
    "departments",
    "departments",
    model.Department,
    (
        _code("コード", "code"),
        Column("名称", "name", cells.file_word, required=True, words=True),
        _plain("略称", "short", required=False),
        _code("後継", "successor", required=False, refers=("departments",)),
        *_SPAN,
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
        Column("名称", "name", cells.file_word, required=True, words=True),
        _plain("略称", "short", required=False),
        _code("部署", "department", required=False, refers=("departments",)),
        *_SPAN,
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
        _plain("章", "chapter"),
        Column(
            "種類",
            "kind",
            cells.word_of(*_TEXT_KINDS),
            required=True,
            empty="本文",
            choices=_TEXT_KINDS,
        ),
        _words("本文", "body"),
        _PAGE,
    ),
    ("キー",),
    optional=True,
)
GOALS = Table(
    "goals",
    "goals",
    model.Goal,
    (
        _code("No", "no"),
        _words("名称", "name"),
        _words("説明", "explanation", must_be_told=False),
        _words("体系の名称", "tree_name", must_be_told=False),
        _PAGE,
    ),
    ("No",),
)
MEASURES = Table(
    "measures",
    "measures",
    model.Measure,
    (
        _code("No", "no"),
        _code("基本目標", "goal", refers=("goals",)),
        _words("名称", "name"),
        _words("体系の名称", "tree_name", must_be_told=False),
        _PAGE,
    ),
    ("No",),
    optional=True,
)
INITIATIVES = Table(
    "initiatives",
    "initiatives",
    model.Initiative,
    (
        _code("No", "no"),
        _code("基本目標", "goal", refers=("goals",)),
        _code("施策", "measure", required=False, refers=("measures",)),
        _words("名称", "name"),
        _words("一覧の名称", "list_name", must_be_told=False),
        _PAGE,
        *_SPAN,
    ),
    ("No",),
    dated=True,
)
ACTIONS = Table(
    "actions",
    "actions",
    model.Action,
    (
        _code("ID", "id"),
        _code("重点取組", "initiative", refers=("initiatives",)),
        Column(
            "部署",
            "department",
            cells.code,
            required=True,
            words=True,
            refers=("departments",),
        ),
        _words("事業概要", "outline"),
        _words("取組", "effort"),
        Column("再掲元", "repeats", cells.code, words=True, refers=("actions",)),
        *_SPAN,
    ),
    ("ID",),
    dated=True,
)
TARGETS = Table(
    "targets",
    "targets",
    model.Target,
    (
        _code("行ID", "action", refers=("actions",)),
        Column("年度", "year", cells.year, required=True, empty=NO_YEAR),
        _words("目標文", "text"),
        Column("目標値", "figure", cells.number, empty=None, words=True),
        _words("単位", "unit", must_be_told=False),
        *_SPAN,
    ),
    ("行ID", "年度"),
    dated=True,
)
NOTES = Table(
    "notes",
    "notes",
    model.Note,
    (
        _code("対象", "under", refers=("measures", "goals")),
        Column("記号", "mark", required=True, words=True),
        _words("本文", "body"),
        _PAGE,
    ),
    ("対象", "記号"),
    optional=True,
)
ROUNDS = Table(
    "rounds",
    "rounds",
    model.Round,
    (
        _code("コード", "code"),
        _name(),
        Column("順", "order", cells.whole, required=True, empty=0),
        Column(
            "回答元",
            "asked",
            cells.codes,
            required=True,
            empty=(),
            refers=("respondents",),
            or_else="部署",
            several=True,
        ),
        Column(
            "行の種類",
            "row_kinds",
            cells.some_of(model.RowKind),
            required=True,
            empty=(model.RowKind.ACTION,),
            choices=_members(model.RowKind),
            several=True,
        ),
        Column("前の回答", "shown", cells.places, empty=()),
        Column("前年度の回答", "shown_last", cells.places, empty=(), may_be_absent=True),
        Column("意見の行数", "opinions", cells.whole, empty=0),
        Column("提出期限", "due", cells.due, empty=None),
        _plain("提出先", "submit_to", required=False),
        _plain("問合せ先", "contact", required=False),
    ),
    ("コード",),
)
FIELDS = Table(
    "fields",
    "fields",
    model.Field,
    (
        Column("照会", "round", cells.round_code, required=True, refers=("rounds",), or_else="*"),
        _code("キー", "key"),
        _plain("項目", "heading"),
        Column(
            "対象",
            "kinds",
            cells.some_of(model.RowKind),
            required=True,
            empty=(model.RowKind.ACTION,),
            choices=_members(model.RowKind),
            several=True,
        ),
        Column(
            "型",
            "type",
            cells.one_of(model.FieldType),
            required=True,
            empty=model.FieldType.TEXT,
            choices=_members(model.FieldType),
        ),
        Column("入力", "open", _ENTRY, required=True, empty=True, choices=("記入", "固定")),
        Column("必須", "required", cells.required, empty=None, choices=("必須",), several=True),
        _code("尺度", "scale", required=False, refers=("scales",)),
        Column("上限", "limit", cells.whole, empty=None),
        Column("幅", "width", cells.width, required=True, empty=10.0),
        _plain("説明", "help", required=False),
        Column(
            "公開範囲",
            "audience",
            cells.one_of(model.Audience),
            required=True,
            empty=model.Audience.OFFICE,
            choices=_members(model.Audience),
        ),
        Column(
            "適用",
            "when",
            cells.one_of(model.When),
            empty=model.When.EVERY_YEAR,
            choices=_members(model.When),
        ),
        Column(PROPOSES, "proposes", cells.master_place, empty=None, may_be_absent=True),
    ),
    ("照会", "キー"),
)
SCALES = Table(
    "scales",
    "choices",
    model.Choice,
    (
        _code("尺度", "scale"),
        _plain("値", "value"),
        _plain("名称", "name", required=False),
        _plain("説明", "yardstick", required=False),
        _mark("集計", "counted"),
        _mark("見直し", "review"),
    ),
    ("尺度", "値"),
)
READINGS = Table(
    "readings",
    "readings",
    model.Reading,
    (
        _plain("表", "table"),
        Column("キー", "key", cells.text, required=True),
        _plain("列", "column", required=False),
        Column(
            "状態",
            "status",
            cells.one_of(model.Status),
            required=True,
            empty=model.Status.SOURCE,
            choices=_members(model.Status),
        ),
        _plain("原文の文字", "source", required=False),
        _plain("読み", "reading", required=False),
        _plain("根拠", "ground", required=False),
        _PAGE,
    ),
    ("表", "キー", "列"),
    optional=True,
)

TABLES: tuple[Table, ...] = (
    DEPARTMENTS,
    RESPONDENTS,
    TEXTS,
    GOALS,
    MEASURES,
    INITIATIVES,
    ACTIONS,
    TARGETS,
    NOTES,
    ROUNDS,
    FIELDS,
    SCALES,
    READINGS,
)
TABLE: Mapping[str, Table] = MappingProxyType({table.name: table for table in TABLES})
