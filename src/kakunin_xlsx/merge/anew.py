"""What a respondent wrote, at its places in the form anew: for a 修正依頼 nobody types twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kakunin_xlsx.checks.model import (
    APPROVED,
    SUBMISSION,
    SUBMITTED_ON,
    TURN,
    Compared,
    Given,
    Standing,
    Submission,
)
from kakunin_xlsx.layout import Column, Layout
from kakunin_xlsx.merge.resolve import At, Resolved
from kakunin_xlsx.plan.rounds import FieldType
from kakunin_xlsx.record import FORM_ROW, Reason
from kakunin_xlsx.returns.model import CellKind, FormSheet, GridCell

LONGEST = 32_767  # characters that a cell can hold
_FAILED = (CellKind.ERROR, CellKind.NO_VALUE)
_EXACT = 15  # digits that a number cell holds
_ANEW = (SUBMITTED_ON, APPROVED)  # are given again with the corrected answers
Typed = str | int | float | date


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something written that has no place in the new form: where it stood, and why."""

    file: str
    sheet: str
    cell: str
    item: str
    text: str
    why: str


@dataclass
class Anew:
    """Values by row id and column key, what is left over, and the 提出回 to come.

    `sheets` are the files and sheets of another year or round that it was taken from.
    """

    turn: int = 1
    values: dict[At, Typed] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    sheets: frozenset[tuple[str, str]] = frozenset()


def anew(reply: Resolved) -> Anew:
    """Every filled cell of a reply: in the new form, or listed with the reason why not."""
    turn = 1 + max(sheet.turn.number for sheet in reply.in_force)
    placed = _Placed(reply)
    ours: dict[str, Typed] = {SUBMISSION: Submission.REPLACING.value, TURN: turn}
    fields = {
        (FORM_ROW, key): each for key, each in ours.items() if key in reply.layout.form_column
    }
    return Anew(turn, {**placed.values, **fields}, placed.unplaced)


def from_other_forms(layout: Layout, sheets: Iterable[tuple[str, FormSheet]]) -> Anew:
    """The same of forms of another year or round, by file: what stands at the same places here."""
    copied = _Copied(layout)
    strays = list(sheets)
    for file, sheet in strays:
        copied.take(file, sheet)
    names = frozenset((file, sheet.name) for file, sheet in strays)
    return Anew(1, copied.values, copied.unplaced, names)


class _Copied:
    """What stood in a form of another year or round: at the same place in this one, or listed."""

    def __init__(self, layout: Layout) -> None:
        self.values: dict[At, Typed] = {}
        self.unplaced: list[Unplaced] = []
        self._known = set(_cells_of(layout))
        self._columns = {**layout.form_column, **layout.column}

    def take(self, file: str, sheet: FormSheet) -> None:
        """Every answer of one sheet; the first of several for one place is put there."""
        fields = (((FORM_ROW, key), cell) for key, cell in sheet.fields.items())
        cells = (((row.id, key), cell) for row in sheet.rows for key, cell in row.cells.items())
        for (row, key), cell in (*fields, *cells):
            if self._may_be_answer(key) and cell.kind not in _FAILED and cell.kept.strip():
                self._put((row, key), cell, (file, sheet.name, cell.address))

    def _may_be_answer(self, key: str) -> bool:
        """False for what a form itself prints, and for what each submission says anew."""
        column = self._columns.get(key)
        printed = ":" in key if column is None else not column.open  # target:R6, last:…
        return not printed and key not in (SUBMISSION, TURN, *_ANEW)

    def _put(self, at: At, cell: GridCell, where: tuple[str, str, str]) -> None:
        row, key = at
        column = self._columns.get(key)
        if column and at in self._known and at not in self.values:
            self.values[at] = _value(cell, column)
        elif not column or self.values.get(at) != _value(cell, column):
            item = f"{row} {column.heading if column else key}".removeprefix(f"{FORM_ROW} ")
            why = "ほかの回答と異なります" if at in self.values else "今回の様式にない欄です"
            self.unplaced.append(Unplaced(*where, item, cell.typed, why))


class _Placed:
    """Every filled cell of a reply: in the new form, or listed with the reason why not."""

    def __init__(self, reply: Resolved) -> None:
        self.values: dict[At, Typed] = {}
        self.unplaced: list[Unplaced] = []
        self._known = set(_cells_of(reply.layout))
        self._row = reply.layout.row
        self._texts_of = _rows_by_texts(reply.in_force)
        for given in _best_first(reply):
            self._place(given)
        for sheet in reply.in_force:
            self.unplaced += _beside(sheet)

    def _place(self, given: Given) -> None:
        key = given.column.key
        if given.row == FORM_ROW:
            if key not in (SUBMISSION, TURN, *_ANEW):
                self._put((FORM_ROW, key), given, "後のファイルに別の記入があります")
            return
        if given.reason is Reason.REPEATED:
            self._list(given, "再掲の行のため、記入は不要です")
        elif given.reason is Reason.OUT_OF_SCOPE:
            own = self._row.get(given.row)
            ours = own is not None and own.open
            self._list(
                given, "この行では聞いていません" if ours else "この回答元の行ではありません"
            )
        elif given.reason is Reason.HIDDEN:
            self._list(given, "非表示のシートに書かれていました")
        elif given.reason is Reason.MISPLACED:
            row = self._texts_of.get((*given.form.key, given.cell.row), given.row)
            self._put((row, key), given, "行の文章が入れ替わっています")
        else:
            self._put(given.at, given, "ほかの回答と異なります")

    def _put(self, at: At, given: Given, otherwise: str) -> None:
        if at not in self._known:
            self._list(given, "この回答元の様式にない欄です")
        elif at in self.values:
            if _value(given.cell, given.column) != self.values[at]:
                self._list(given, otherwise)
        elif not given.sound:
            self._list(given, "計算式の結果がないため、値を写せません")
        elif not given.cell.kept.strip():
            self._list(given, "全部に取り消し線が引かれていました")
        else:
            self.values[at] = _value(given.cell, given.column)
            if rest := given.cell.kept[LONGEST:]:
                self._list(given, "一つのセルに入りきらない続き", rest)

    def _list(self, given: Given, why: str, text: str = "") -> None:
        where = (given.form.file, given.form.sheet.name, given.cell.address)
        item = f"{given.row} {given.column.heading}".removeprefix(f"{FORM_ROW} ")
        self.unplaced.append(Unplaced(*where, item, text or given.cell.typed, why))


def _cells_of(layout: Layout) -> Iterator[At]:
    """The form's own fields and every cell that is to be answered."""
    yield from ((FORM_ROW, key) for key in layout.form_column)
    yield from ((row.id, column.key) for row in layout.rows for column in layout.questions(row))


def _rows_by_texts(sheets: Iterable[Compared]) -> Mapping[tuple[str, str, int], str]:
    """Rows whose printed texts are another row's: people read the text, not the grey mark."""
    return {
        (*sheet.form.key, row.found.mark_cell.row): row.other.id
        for sheet in sheets
        for row in sheet.rows
        if row.standing is Standing.MISPLACED and row.other
    }


def _best_first(reply: Resolved) -> Iterator[Given]:
    """What counts first; then what waits or was set aside. Form fields of the newest sheet first."""
    in_force = {sheet.form.key for sheet in reply.in_force}
    here = [each for each in reply.settled if each.given.form.key in in_force]
    fields = [each.given for each in here if each.given.row == FORM_ROW]
    newest = {sheet.form.sha256: at for at, sheet in enumerate(reply.in_force)}
    yield from sorted(fields, key=lambda given: -newest[given.form.sha256])
    yield from reply.held.values()
    yield from (
        each.given
        for each in here
        if each.given.row != FORM_ROW and each.given is not reply.held.get(each.given.at)
    )


def _beside(sheet: Compared) -> Iterator[Unplaced]:
    file, name = sheet.form.file, sheet.form.sheet.name
    for cell in sheet.stray:
        yield Unplaced(file, name, cell.address, "", cell.typed, "回答欄の外に書かれていました")
    for key, cell in sheet.form.sheet.doubled:
        heading = sheet.form.layout.form_column[key].heading
        yield Unplaced(file, name, cell.address, heading, cell.typed, "同じ欄が2つありました")
    for change in sheet.changed:
        if change.typed:
            item = f"{change.row} {change.column.heading}".removeprefix(f"{FORM_ROW} ")
            why = "印刷済みの文章の書き換え（修正提案として控えました）"
            yield Unplaced(file, name, change.cell, item, change.typed, why)
    for comment in sheet.form.sheet.grid.comments:
        if comment.text:
            why = f"{comment.kind}に書かれていました"
            yield Unplaced(file, name, comment.address, "", comment.text, why)


def _value(cell: GridCell, column: Column) -> Typed:
    """The cell's content as its own type, so that it reads again as it was typed.

    Struck parts stay away: what people type over them would be struck as well.
    """
    typed = cell.kept[:LONGEST]
    plain = len(typed) <= _EXACT and typed[-1:] != "%"
    if cell.kind is CellKind.NUMBER and column.type is FieldType.NUMBER and plain:
        number = Decimal(typed)
        return int(number) if number == number.to_integral_value() else float(number)
    if cell.kind is CellKind.DATE and column.type is FieldType.DATE and len(typed) == 10:
        return date.fromisoformat(typed)
    return typed
