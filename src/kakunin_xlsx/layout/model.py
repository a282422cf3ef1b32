"""The shared truth of a table sheet: what stands where, and who may write.

Writer, reader, checks, 修正依頼 and report all take columns, rows and words from here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from itertools import chain, islice
from typing import NamedTuple

from kakunin_xlsx.layout import measure
from kakunin_xlsx.layout.columns import Column, is_suggestion, of_last_year, opens_at
from kakunin_xlsx.layout.identity import Identity, digest_of, seal, spaceless
from kakunin_xlsx.layout.sheet_names import table_sheet
from kakunin_xlsx.plan.attainment import Rung
from kakunin_xlsx.plan.readings import Status
from kakunin_xlsx.plan.rounds import Role, RowKind
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import FORM_ROW

MARKS = {Status.INFERRED: "（推定）", Status.UNVERIFIED: "（原本未照合）"}
REPEATED = "(再掲) "
OF_LINE = "・"  # before the name of an indicator, below its line
CONTINUED = "（続き）"  # before what no single row can show
_FORMER_NAME = "取組状況確認表"  # of any plan's forms, until November 2026
NOT_ASKED = "－"  # fills a locked answer cell, so that it is not counted as empty


class CellText(NamedTuple):
    """A locked text and the grey mark of its provenance behind it."""

    body: str = ""
    status: Status = Status.SOURCE

    @property
    def mark(self) -> str:
        """「（推定）」, 「（原本未照合）」 or nothing."""
        return MARKS.get(self.status, "")

    @property
    def shown(self) -> str:
        """The whole text of the cell."""
        return self.body + self.mark


@dataclass(frozen=True)
class Row:
    """One line of the table. `texts` holds its locked cells by column key.

    `instead` is what a row that nobody answers here shows in place of its answers.
    `continued` holds the rest of texts that no single row can show. `unasked` are keys of
    columns that ask nothing here though they do in other rows of the kind. `last` is what the
    sheet of last year shows of the row, by column key. `rungs` are what its target makes of a
    figure, by the key of the column that suggests it.
    """

    id: str
    kind: RowKind
    initiative: str
    department: str
    texts: Mapping[str, CellText]
    instead: str = ""
    continued: tuple[Mapping[str, str], ...] = ()
    unasked: frozenset[str] = frozenset()
    last: Mapping[str, str] = field(default_factory=dict)
    rungs: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)
    apart: str = ""  # its number with more, where that alone does not tell it apart
    shared: bool = False  # another department answers it; here it is shown to a 関係課
    under: str = ""  # the id of the 取組 whose indicator it is

    @property
    def label(self) -> str:
        """What people call it: its number, with more where that does not tell it apart."""
        return self.apart or self.initiative or self.id

    @property
    def called(self) -> str:
        """What people call it: `3-4-1 まちづくり推進課`."""
        return f"{self.label} {self.department}".strip()

    @property
    def open(self) -> bool:
        """True if this row is answered here."""
        return not self.instead

    def whole(self, key: str) -> str:
        """The text of a locked cell with what continues it, or of last year; '' where there is none."""
        if key not in self.texts:
            return self.last.get(key, "")
        rest = (each.get(key, "").removeprefix(CONTINUED) for each in self.continued)
        return "".join((self.texts.get(key, CellText()).body, *rest))

    @cached_property
    def seal(self) -> bytes:
        """Over the locked texts as issued, but for what last year said."""
        return seal(text.shown for key, text in self.texts.items() if not of_last_year(key))

    @property
    def digest(self) -> str:
        """Eight hex digits of the same."""
        return digest_of(self.seal)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows under one 施策 (or 基本目標), with the bands above and the 注 below.

    `upper_bands` are those of 施策 that begin here and hold this one.
    """

    goal: str
    goal_band: str  # '' unless a new 基本目標 begins here
    measure: str
    measure_band: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    upper_bands: tuple[str, ...] = ()

    @property
    def bands(self) -> tuple[tuple[str, str], ...]:
        """The number and the name of each band: 「基本目標1」 and what it is called."""
        own = (band.partition("　") for band in (*self.upper_bands, self.measure_band))
        parted = (self.goal_band.partition("："), *own)
        return tuple((no, name) if mark else ("", no) for no, mark, name in parted if no)


@dataclass(frozen=True)
class Layout:
    """One form: `layout(plan, year, round, respondent, past)` builds it.

    `title` is that of the plan's tables, `form_name` the same without the plan's own name,
    `table_name` as people say it. `row_word` and `whose_word` are what the plan calls its lowest
    level and the department of a line. `held` is the year in which people answer; `when` says it
    with the year that is asked.
    `columns` are those of the table, `last` those of the sheet that shows last year's answers.
    `form` are the fields of the 提出票; `spare` are not asked here, but come with forms of an
    older shape, or with a 修正依頼. `remarks` say how to fill it in, at length and shorter.
    """

    identity: Identity
    year: FiscalYear
    respondent: str  # name; '' for the whole plan
    title: str
    form_name: str
    table_name: str
    row_word: str
    whose_word: str
    held: FiscalYear
    when: str
    caption: str
    form: tuple[Column, ...]
    form_values: Mapping[str, str | date]
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    remarks: tuple[str, ...] = field(default=())
    last: tuple[Column, ...] = ()
    spare: tuple[Column, ...] = ()
    paper: str = "A3"
    of_departments: bool = True  # not of councils, which judge what others did

    @property
    def sheet(self) -> str:
        """The worksheet of the table, where a workbook holds this form alone."""
        return table_sheet(self.table_name)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows in order."""
        return tuple(row for section in self.sections for row in section.rows)

    @cached_property
    def row(self) -> Mapping[str, Row]:
        """Rows by id."""
        return {row.id: row for row in self.rows}

    @cached_property
    def _indicators(self) -> Mapping[str, tuple[Row, ...]]:
        found: dict[str, tuple[Row, ...]] = {}
        for row in self.rows:
            if row.under:
                found[row.under] = (*found.get(row.under, ()), row)
        return found

    def indicators(self, row: str) -> tuple[Row, ...]:
        """The rows of the indicators of a line; () if it is measured itself."""
        return self._indicators.get(row, ())

    def label(self, row: str) -> str:
        """What people call a row; '' for the form's own fields."""
        if row in self.row:
            return self.row[row].label
        return row if row != FORM_ROW else ""

    @cached_property
    def column(self) -> Mapping[str, Column]:
        """Table columns by key."""
        return {column.key: column for column in self.columns}

    @cached_property
    def form_column(self) -> Mapping[str, Column]:
        """The form's own fields by key."""
        return {column.key: column for column in (*self.form, *self.spare)}

    @cached_property
    def locked_columns(self) -> tuple[Column, ...]:
        """Columns of master texts and earlier answers."""
        return tuple(c for c in self.columns if not (c.open or is_suggestion(c.key)))

    @cached_property
    def open_columns(self) -> tuple[Column, ...]:
        """Columns that people fill."""
        return tuple(column for column in self.columns if column.open)

    @cached_property
    def outcome(self) -> Column | None:
        """成果: the number that is compared with the target."""
        return next((c for c in self.open_columns if c.role is Role.OUTCOME), None)

    def asks(self, row: Row, column: Column) -> bool:
        """True if this cell is to be answered."""
        return row.open and column.asked_in(row.kind) and column.key not in row.unasked

    def questions(self, row: Row) -> tuple[Column, ...]:
        """The columns in which a row is answered."""
        if not row.open:
            return ()
        asked = self._asked[row.kind]
        return tuple(c for c in asked if c.key not in row.unasked) if row.unasked else asked

    @cached_property
    def _asked(self) -> Mapping[RowKind, tuple[Column, ...]]:
        """The columns in which rows of a kind are answered."""
        kinds = {row.kind for row in self.rows}
        return {kind: tuple(c for c in self.columns if c.asked_in(kind)) for kind in kinds}

    def decided(self, row: str, key: str) -> Column | None:
        """The column of a cell on which the office may decide; None for any other.

        An answer, or a field of the form in which a respondent asks for something to be changed.
        """
        if row == FORM_ROW:
            column = self.form_column.get(key)
            return column if column and any(each.review for each in column.choices) else None
        found, column = self.row.get(row), self.column.get(key)
        return column if found and column and self.asks(found, column) else None

    @cached_property
    def required_cells(self) -> tuple[tuple[Row, Column], ...]:
        """Every cell whose emptiness is a finding before anything is filled in."""
        return tuple(self.required_where(lambda _row, _key: ""))

    def required_where(self, said: Callable[[str, str], str]) -> Iterator[tuple[Row, Column]]:
        """Every cell whose emptiness is a finding where rows say `said(row id, key)`."""
        for row in self.rows:
            for column in self.questions(row):
                if column.required_where(partial(said, row.id)):
                    yield row, column

    def instead(self, row: Row, column: Column) -> str:
        """What a locked answer cell shows: of a row that is not asked here, or of this column."""
        first = not row.open and column == self.open_columns[0]
        return row.instead if first else NOT_ASKED

    def form_marks(self, column: Column) -> tuple[str, ...]:
        """What stands above a column: 対象年度, 自動, 必須 or 任意, and the unit; () if nothing does.

        Of a long condition no more than finds room: 「改善・縮小ほかは必須」.
        """
        found = self.marks(column)
        fitting = (text for text in found if measure.width(text) <= column.width)
        return tuple(islice(chain(fitting, found[-1:]), 1))

    def marks(self, column: Column) -> tuple[str, ...]:
        """The same in full, and shorter and shorter: one of them is printed."""
        if column.asked:
            return ("対象年度",)
        if is_suggestion(column.key):
            return ("自動",)
        if not column.open:
            return ()
        if column.required and column.required.key:
            values = column.required.values
            parts = (values[:n] for n in range(len(values) - 1, 0, -1))
            brief = (f"{'・'.join(part)}ほかは必須" for part in parts)
            musts = [f"{'・'.join(values)}は必須", *brief, "条件により必須"]
        else:
            musts = ["必須" if column.required else "任意"]
        unit = column.field.measured("", column.field.unit) if column.field else ""
        return tuple(f"{must}・{unit}" if unit else must for must in musts)

    def words(self) -> Iterator[str]:
        """Every text that stands in no row of a sheet, in whatever shape it was issued.

        Lines with a mark of their own (PRINTED) are not among them.
        """
        yield from self.cover_words(self.form_column)
        yield from self.table_words(self.column, older=False)
        yield from chain.from_iterable(map(self.marks, self.columns))
        yield from self.table_words((), older=True)
        yield from chain.from_iterable(self.top_words(older=True))

    def cover_words(self, keys: Collection[str]) -> Iterator[str]:
        """Those around the form's own fields `keys`, on their sheet."""
        yield self.count_label
        for column in (*self.form, *self.spare):
            if column.key in keys:
                yield column.heading

    def table_words(self, keys: Collection[str], older: bool) -> Iterator[str]:
        """Those of a table with the columns `keys`, but for the label of its count, its top and
        the marks of its columns.

        `older`: of the shape that has the form's own fields on the same sheet.
        """
        yield self.caption
        columns = [column for column in self.columns if column.key in keys]
        for column in columns:
            yield column.heading
        yield from dict.fromkeys(c.group for c in columns if c.group)
        for section in self.sections:
            yield from self._band_words(section, older)
            yield from section.notes
            for row in section.rows:
                for line in row.continued:
                    yield from line.values()

    def _band_words(self, section: Section, older: bool) -> Iterator[str]:
        if self.scrolled and not older:
            yield from filter(None, chain.from_iterable(section.bands))
        else:
            own = (section.goal_band, *section.upper_bands, section.measure_band)
            yield from filter(None, own)

    def top_words(self, older: bool) -> tuple[tuple[str, ...], ...]:
        """What may stand beside the caption (or above and below it): one of each, if any."""
        titles = (self.title, self.former_title)
        if older:
            return titles, self.remarks[:1]
        return (titles, self.remarks) if self.scrolled else (self.remarks,)

    def is_older(self, words: Collection[str]) -> bool:
        """True if bands stand among these words (white space left out) as the older shape has them."""
        standing = [
            sum(
                spaceless(word) in words
                for section in self.sections
                for word in self._band_words(section, older)
            )
            for older in (False, True)
        ]
        return standing[0] <= standing[1]

    @property
    def former_title(self) -> str:
        """The title that forms sent out in the older shape bear."""
        return self.title.replace(self.form_name, _FORMER_NAME)

    @property
    def in_print(self) -> tuple[str, str]:
        """What is printed at the foot of each page, left and right; no more than has room."""
        return f"{measure.in_margin(self.title)}　{self.year.name}", self.respondent

    @property
    def scrolled(self) -> bool:
        """True if the table opens at a column that is not the second."""
        return opens_at(self.columns) > 1

    @property
    def count_label(self) -> str:
        """What stands before the live count of empty required cells."""
        return "必須欄の未記入"
