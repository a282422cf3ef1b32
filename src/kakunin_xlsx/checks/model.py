"""What checks look at: one sheet beside its layout, and one respondent's answers together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from functools import cached_property

from kakunin_xlsx.findings import Place
from kakunin_xlsx.layout import Column, Layout, Row
from kakunin_xlsx.layout.identity import OWN_FILLS
from kakunin_xlsx.layout.understand import number, serial_day
from kakunin_xlsx.plan.rounds import FieldType
from kakunin_xlsx.plan.tree import Target
from kakunin_xlsx.record import FORM_ROW, Reason
from kakunin_xlsx.returns.model import At, CellKind, FormRow, FormSheet, GridCell


@dataclass(frozen=True)
class Form:
    """One table sheet of a return, and the layout it was issued with."""

    layout: Layout
    sheet: FormSheet
    file: str
    sha256: str

    @property
    def key(self) -> tuple[str, str]:
        """Tells the sheet from all others: by its file and its name."""
        return (self.sha256, self.sheet.name)

    def called(self, row: str) -> str:
        """What people call a row: `3-4-1 まちづくり推進課`; an id that is not asked here as it is."""
        return self.layout.row[row].called if row in self.layout.row else row

    def place(
        self, row: str = "", item: str | Column = "", cell: str = "", value: str = ""
    ) -> Place:
        """A place in this sheet; `item` is a column, or words for one."""
        known = self.layout.row.get(row)
        heading, key = (item, "") if isinstance(item, str) else (item.heading, item.key)
        return Place(
            respondent=self.layout.respondent,
            file=self.file,
            sheet=self.sheet.name,
            cell=cell,
            row=row,
            initiative=known.initiative if known else "",
            item=heading,
            value=value,
            key=key,
        )


@dataclass(frozen=True)
class Given:
    """One filled answer cell. `reason` is set where the cell itself keeps it from counting.

    An office value of 決定.csv is one too: its cell stands in no sheet.
    """

    form: Form
    row: str
    column: Column
    cell: GridCell
    reason: Reason = Reason.NONE

    @property
    def at(self) -> tuple[str, str]:
        """Row id and column key."""
        return (self.row, self.column.key)

    @property
    def where(self) -> str:
        """`確認表!J12`."""
        return f"{self.form.sheet.name}!{self.cell.address}"

    @property
    def no(self) -> str:
        """What people call the row; '' for the form's own fields."""
        return self.form.layout.label(self.row)

    @property
    def called(self) -> str:
        """The row as people call it: `3-4-1 まちづくり推進課`; whose form it is for its own fields."""
        known = self.form.layout.row.get(self.row)
        return known.called if known else self.no or self.form.layout.respondent

    @property
    def sound(self) -> bool:
        """False if the cell holds no answer but the mark of a formula that failed."""
        return self.cell.kind not in (CellKind.ERROR, CellKind.NO_VALUE)

    @cached_property
    def understood(self) -> str:
        """What was meant, struck parts left out; '' if that cannot be told."""
        if not self.sound:
            return ""
        bare = self.column.type is FieldType.DATE and self.cell.kind is CellKind.NUMBER
        day = serial_day(self.cell.kept) if bare else None  # its format went when it was pasted
        return day or self.column.understand(self.cell.kept) or ""

    @cached_property
    def place(self) -> Place:
        """Where it was typed."""
        return self.form.place(self.row, self.column, self.cell.address, self.cell.typed)


@dataclass(frozen=True)
class Changed:
    """A locked text that a person changed; `typed` is '' where it was cleared."""

    form: Form
    row: str
    column: Column
    issued: str
    typed: str
    cell: str


# Keys that every plan's form fields use for these; without the field the default counts.
SUBMISSION, TURN, SUBMITTED_ON = "submission", "turn", "submitted_on"
FILLER, APPROVED = "filler", "approved"


class Submission(StrEnum):
    """提出区分."""

    NEW = "新規"
    REPLACING = "差替え"
    ADDING = "追加"


@dataclass(frozen=True, slots=True)
class Turn:
    """提出区分 and 提出回 as understood; blank means 新規 and 1, and so do the keys in `unclear`."""

    submission: Submission = Submission.NEW
    number: int = 1
    unclear: tuple[str, ...] = ()

    @classmethod
    def of(cls, fields: Mapping[str, Given]) -> Turn:
        """What a form's own fields say of how it stands to earlier ones."""
        given = fields.get(SUBMISSION)
        meant = given.understood if given else ""
        submission = Submission(meant) if meant in list(Submission) else None
        turn = fields.get(TURN)
        typed = turn.cell.typed.strip().removeprefix("第") if turn and turn.sound else ""
        read = number(typed) or ""
        count = int(read) if read.isdecimal() and 0 < int(read) < 1000 else None
        found = {SUBMISSION: submission, TURN: count}
        unclear = tuple(key for key, each in found.items() if key in fields and each is None)
        return cls(submission or Submission.NEW, count or 1, unclear)


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

    `edited` are cells whose text is neither this row's nor, in a misplaced row, the other's.
    `issued` is the row as laid out today, for whomever. `odd_mark`: the digest in the mark
    fits neither today's texts nor those in the sheet. `otherwise`: whole, though what was said
    before stands there in other words than a form would show today.
    """

    found: FormRow
    standing: Standing
    texts: tuple[tuple[Column, GridCell], ...] = ()
    edited: tuple[tuple[Column, GridCell], ...] = ()
    issued: Row | None = None
    other: Row | None = None
    odd_mark: bool = False
    otherwise: bool = False

    @property
    def called(self) -> str:
        """What people call it; a row that nobody knows by what is printed in it."""
        if self.issued:
            return self.issued.called
        cells = self.found.cells
        printed = (cells[key].typed for key in ("initiative", "department") if key in cells)
        return " ".join(text.split()[0] for text in printed if text.strip()) or self.found.id


@dataclass(frozen=True)
class Compared:
    """A sheet sorted out: every filled cell that differs from what was issued, once.

    `stray` are the cells that stand neither in a row nor in a field. `cover` are the form's own
    fields where another sheet holds them, and gives them.
    """

    form: Form
    rows: tuple[ComparedRow, ...]
    given: tuple[Given, ...]
    changed: tuple[Changed, ...]
    stray: tuple[GridCell, ...]
    cover: Mapping[str, Given] = field(default_factory=dict)

    @cached_property
    def fields(self) -> Mapping[str, Given]:
        """Filled fields of the form itself, by key."""
        return {
            given.column.key: given
            for given in self.given
            if given.row == FORM_ROW and not given.reason
        }

    @cached_property
    def turn(self) -> Turn:
        """How the return stands to the earlier ones."""
        return Turn.of(self.cover or self.fields)

    @cached_property
    def answer_cells(self) -> Mapping[At, tuple[str, Column]]:
        """The cells of this form that are to be answered, filled or not: row id and column."""
        return {
            place: (row.found.id, column)
            for row in self.rows
            if row.issued and row.standing is not Standing.OTHERS
            for column in self.form.layout.questions(row.issued)
            if (place := row.found.place(column.key))
        }

    @cached_property
    def filled(self) -> Mapping[At, Given]:
        """Filled answer cells by place."""
        return {(given.cell.row, given.cell.col): given for given in self.given}

    @cached_property
    def coloured(self) -> frozenset[At]:
        """Empty answer cells whose colour alone seems to say something."""
        fills = self.form.sheet.grid.fills
        return odd_fills({at: fills.get(at, "") for at in self.answer_cells}, self.filled)

    def place_of(self, row: str, key: str) -> At | None:
        """Where a table cell stands in this sheet, filled or not; None if nowhere."""
        for found in self.form.sheet.rows:
            if found.id == row and key in found.columns:
                return found.place(key)
        return None


@dataclass(frozen=True)
class Gap:
    """A required cell that nobody answered, at its place in the newest sheet that has it.

    `at` is None where the row is there and no cell for the column: what was typed, if anything,
    could not be read.
    """

    sheet: Compared
    row: Row
    column: Column
    at: At | None


@dataclass(frozen=True)
class Reply:
    """What one respondent's returns say together.

    `forms` are the sheets in force, oldest 提出回 first; `latest` those of the last one.
    `held` is what counts by row and key; `disputed` are the cells in 相違. `targets` are those
    of the asked year by row. `fields` are the form's own; `decided` the keys of those on which the
    office decided.
    """

    layout: Layout
    forms: tuple[Compared, ...]
    latest: tuple[Compared, ...]
    held: Mapping[tuple[str, str], Given]
    disputed: frozenset[tuple[str, str]] = frozenset()
    targets: Mapping[str, Target] = field(default_factory=dict)
    fields: Mapping[str, Given] = field(default_factory=dict)
    decided: frozenset[str] = frozenset()

    def unit(self, row: str, column: Column) -> str:
        """What a number in a cell counts; '' if nobody says."""
        return column.unit(self.targets.get(row))

    @property
    def table(self) -> Form:
        """The sheet of the last 提出回 that holds rows; any other if none does."""
        forms = [sheet.form for sheet in self.latest]
        return next((form for form in forms if form.sheet.rows), forms[0])

    @cached_property
    def columns(self) -> Mapping[FieldType, tuple[Column, ...]]:
        """The columns that people fill, by what they hold; every type is there."""
        open_ = self.layout.open_columns
        return {type_: tuple(c for c in open_ if c.type is type_) for type_ in FieldType}

    @cached_property
    def rating_column(self) -> Column | None:
        """The first scale that says how well a line went."""
        return next(filter(_rates, self.columns[FieldType.CHOICE]), None)

    def said(self, row: str, key: str) -> str:
        """What counts in one cell, as it was understood; '' if nothing."""
        given = self.held.get((row, key))
        return given.understood if given else ""

    def sheets_with(self, row: Row) -> list[Compared]:
        """The sheets in force that hold the row, newest first; hidden ones last."""
        holding = [
            sheet
            for sheet in reversed(self.forms)
            if any(found.id == row.id for found in sheet.form.sheet.rows)
        ]
        return sorted(holding, key=lambda sheet: sheet.form.sheet.grid.hidden)

    @cached_property
    def lost_columns(self) -> tuple[Column, ...]:
        """Answer columns that no sheet in force holds, though there are rows to answer."""
        sheets = [sheet.form.sheet for sheet in self.forms]
        keys = {key for sheet in sheets for key in sheet.keys}
        rows = any(sheet.rows for sheet in sheets)
        return tuple(c for c in self.layout.open_columns if rows and c.key not in keys)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Required cells that nobody answered, by row and column."""
        return tuple(self._gaps())

    def is_gap(self, sheet: Compared, at: At) -> bool:
        """True if the cell is named as an empty required one."""
        return (id(sheet), at) in self._gap_places

    @cached_property
    def _gap_places(self) -> frozenset[tuple[int, At | None]]:
        return frozenset((id(gap.sheet), gap.at) for gap in self.gaps)

    def _gaps(self) -> Iterator[Gap]:
        known = {*self.held, *self.disputed, *self._aside}
        for row, column in self.layout.required_where(self.said):
            if (row.id, column.key) in known:
                continue
            found = [(sheet, sheet.place_of(row.id, column.key)) for sheet in self.sheets_with(row)]
            for sheet, at in sorted(found, key=lambda each: each[1] is None)[:1]:
                yield Gap(sheet, row, column, at)

    @cached_property
    def _aside(self) -> frozenset[tuple[str, str]]:
        """Cells in which something stands that does not count yet, such as 行の取違え."""
        return frozenset(
            given.at
            for sheet in self.forms
            for given in sheet.given
            if given.reason not in (Reason.NONE, Reason.STRUCK, Reason.HIDDEN)
        )


def _rates(column: Column) -> bool:
    """True for a counted scale from good to poor; a 方向性 says what comes next instead."""
    looked = [option.review for option in column.choices if option.counted]
    return bool(looked) and looked == sorted(looked) and "方向" not in column.heading


def odd_fills(fills: Mapping[At, str], filled: Container[At]) -> frozenset[At]:
    """Empty cells with a colour of their own, among the answer cells of one sheet.

    The colour that most cells have is nobody's message (a converted file may have another
    than was issued), nor is one that a whole row or column was painted with.
    """
    if not set(fills.values()) - {"", *OWN_FILLS}:
        return frozenset()
    usual = Counter(fills.values()).most_common(1)[0][0] if fills else ""
    common = {"", usual, *OWN_FILLS}
    odd = [at for at, fill in fills.items() if fill not in common and at not in filled]
    if not odd:
        return frozenset()
    rows, columns = _by_axis(fills, 0), _by_axis(fills, 1)
    return frozenset(at for at in odd if len(rows[at[0]]) > 1 and len(columns[at[1]]) > 1)


def _by_axis(fills: Mapping[At, str], axis: int) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = {}
    for at, fill in fills.items():
        found.setdefault(at[axis], set()).add(fill)
    return found
