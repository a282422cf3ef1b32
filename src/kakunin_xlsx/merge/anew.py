"""What a respondent wrote, at its places in the form anew: for a 修正依頼 nobody types twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from kakunin_xlsx.checks.model import (
    APPROVED,
    SUBMISSION,
    SUBMITTED_ON,
    TURN,
    Compared,
    Form,
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
_EXACT = 15  # digits that a number cell holds
_ANEW = (SUBMISSION, TURN, SUBMITTED_ON, APPROVED)  # each submission says these anew
_DIFFERS = "ほかの回答と異なります"
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
    made = _Placing(reply.layout, 1 + max(sheet.turn.number for sheet in reply.in_force))
    texts_of = _rows_by_texts(reply.in_force)
    for given in _best_first(reply):
        row = texts_of.get((*given.form.key, given.cell.row), given.row)
        made.place(given, (row, given.column.key))
    for sheet in reply.in_force:
        made.unplaced += _beside(sheet)
    ours: dict[str, Typed] = {SUBMISSION: Submission.REPLACING.value, TURN: made.turn}
    for key, each in ours.items():
        if key in reply.layout.form_column:
            made.values[FORM_ROW, key] = each
    return Anew(made.turn, made.values, made.unplaced)


def from_other_forms(layout: Layout, sheets: Iterable[tuple[str, FormSheet]]) -> Anew:
    """The same of forms of another year or round, by file: what stands at the same places here.

    The first of several answers for one place is put there.
    """
    made, names = _Placing(layout, 1), set()
    columns = {**layout.form_column, **layout.column}
    for file, sheet in sheets:
        names.add((file, sheet.name))
        form = Form(layout, sheet, file, "")
        for row, key, cell in sheet.filled():
            column = columns.get(key)
            # Neither what a form itself prints (target:R6, last:…) nor what is said anew.
            asked = key not in _ANEW and (column.open if column else ":" not in key)
            given = Given(form, row, column or Column(key, key, 0), cell)
            if asked and given.sound and cell.kept.strip():
                made.put(given, given.at, _DIFFERS, "今回の様式にない欄です")
    return Anew(1, made.values, made.unplaced, frozenset(names))


class _Placing(Anew):
    """The form anew while cells are put into it."""

    def __init__(self, layout: Layout, turn: int) -> None:
        super().__init__(turn)
        self._layout = layout
        self._known = {(FORM_ROW, key) for key in layout.form_column}
        self._known |= {
            (row.id, column.key) for row in layout.rows for column in layout.questions(row)
        }

    def place(self, given: Given, by_texts: At) -> None:
        """A cell of a reply; `by_texts` is its place where the printed texts are another row's."""
        if given.row == FORM_ROW:
            if given.column.key not in _ANEW:
                self.put(given, given.at, "後のファイルに別の記入があります")
        elif given.reason is Reason.REPEATED:
            self._list(given, "再掲の行のため、記入は不要です")
        elif given.reason is Reason.OUT_OF_SCOPE:
            own = self._layout.row.get(given.row)
            ours = own is not None and own.open
            self._list(
                given, "この行では聞いていません" if ours else "この回答元の行ではありません"
            )
        elif given.reason is Reason.HIDDEN:
            self._list(given, "非表示のシートに書かれていました")
        elif given.reason is Reason.MISPLACED:
            self.put(given, by_texts, "行の文章が入れ替わっています")
        else:
            self.put(given, given.at, _DIFFERS)

    def put(
        self, given: Given, at: At, otherwise: str, unknown: str = "この回答元の様式にない欄です"
    ) -> None:
        """`otherwise` and `unknown` say why it is not: another value stands there, or no cell."""
        if at not in self._known:
            self._list(given, unknown)
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
        item = _item(given.row, given.column)
        self.unplaced.append(
            _unplaced(given.form, given.cell.address, item, text or given.cell.typed, why)
        )


def _item(row: str, column: Column) -> str:
    return f"{row} {column.heading}".removeprefix(f"{FORM_ROW} ")


def _unplaced(form: Form, cell: str, item: str, text: str, why: str) -> Unplaced:
    return Unplaced(form.file, form.sheet.name, cell, item, text, why)


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
    put, found = partial(_unplaced, sheet.form), sheet.form.sheet
    for cell in sheet.stray:
        yield put(cell.address, "", cell.typed, "回答欄の外に書かれていました")
    for key, cell in found.doubled:
        heading = sheet.form.layout.form_column[key].heading
        yield put(cell.address, heading, cell.typed, "同じ欄が2つありました")
    for change in sheet.changed:
        if change.typed:
            item = _item(change.row, change.column)
            why = "印刷済みの文章の書き換え（修正提案として控えました）"
            yield put(change.cell, item, change.typed, why)
    for comment in found.grid.comments:
        if comment.text:
            yield put(comment.address, "", comment.text, f"{comment.kind}に書かれていました")


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
