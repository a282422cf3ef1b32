"""One returned sheet taken apart: answers, changed texts, and what stands elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kakunin_xlsx.checks.respondent import columns_lost, signatures
from kakunin_xlsx.checks.rows import Changed, Soundness, same, soundness
from kakunin_xlsx.checks.values import Typed, check_value
from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings import catalogue as say
from kakunin_xlsx.layout import CellText, Column, Layout, Row
from kakunin_xlsx.merge.model import Proposal
from kakunin_xlsx.plan.model import Target
from kakunin_xlsx.record import FORM_ROW, Reason
from kakunin_xlsx.returns.model import Cell, FormRow, FormSheet, Return, address

REPLACING, ADDING, FIRST = "差替え", "追加", "新規"


@dataclass(frozen=True, slots=True)
class Given:
    """One filled answer cell of a submission; `fate` is set where it can never count."""

    row: str
    key: str
    typed: Typed
    sha256: str
    initiative: str = ""
    department: str = ""
    fate: Reason = Reason.NONE

    @property
    def at(self) -> tuple[str, str]:
        """Row id and column key."""
        return self.row, self.key

    @property
    def sense(self) -> str:
        """What it is compared by: the meaning, or the text without regard to width."""
        from unicodedata import normalize

        return self.typed.understood or normalize("NFKC", self.typed.cell.typed).strip()


@dataclass
class Submission:
    """A table sheet of this round, read against the layout of its respondent.

    `known` maps the digest of every row of the round to its id, `whole` is the layout of
    the whole plan: they tell rows of other departments.
    """

    source: Return
    sheet: FormSheet
    layout: Layout
    whole: Layout
    known: Mapping[str, str]
    units: Mapping[str, Target]
    given: list[Given] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    older: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._form()
        seen: set[str] = set()
        for found in self.sheet.rows:
            self._row(found, found.id in seen)
            seen.add(found.id)
        self._elsewhere()
        self.findings += columns_lost(self.layout, self.sheet, self.place)
        self.findings += signatures(self.layout, self.filled, self.sheet, self.place)
        if self.sheet.by_headings:
            words = "、".join(self._heading(key) for key in self.sheet.by_headings)
            self.findings.append(say.KEYS_LOST.at(self.place, what=words))
        if self.older:
            rows = "、".join(self.older)
            self.findings.append(say.OLDER_ISSUE.at(self.place, rows=rows))

    @property
    def place(self) -> Place:
        """The sheet as a place of findings."""
        return Place(self.layout.respondent, self.source.file, self.sheet.name)

    @cached_property
    def filled(self) -> Mapping[str, str]:
        """The form's own fields as typed, by key."""
        return {key: cell.typed for key, cell in self.sheet.fields.items()}

    @cached_property
    def kind(self) -> str:
        """提出区分; blank or unclear means 新規."""
        return self._understood("submission", FIRST)

    @cached_property
    def turn(self) -> int:
        """提出回; blank or unclear means 1."""
        return int(float(self._understood("turn", "1")))

    def _understood(self, key: str, otherwise: str) -> str:
        column, cell = self.layout.form_column.get(key), self.sheet.fields.get(key)
        if column is None or cell is None:
            return otherwise
        meant = column.understand(cell.typed)
        if meant is None:
            place = self._place(cell, FORM_ROW, "", column.heading)
            self.findings.append(say.TURN_UNCLEAR.at(place, taken=otherwise))
        return meant or otherwise

    def _heading(self, key: str) -> str:
        column = self.layout.column.get(key) or self.layout.form_column.get(key)
        return column.heading if column else key

    def _place(self, cell: Cell, row: str, initiative: str, item: str) -> Place:
        return Place(
            self.layout.respondent,
            self.source.file,
            self.sheet.name,
            cell.address,
            row,
            initiative,
            item,
            cell.typed,
        )

    # The form's own fields.

    def _form(self) -> None:
        for key, cell in self.sheet.fields.items():
            column = self.layout.form_column.get(key)
            if column is None:
                self._beside(cell)
            elif column.open:
                typed = Typed(column, cell, self._place(cell, FORM_ROW, "", column.heading))
                self.given.append(Given(FORM_ROW, key, typed, self.source.sha256))
                if key not in ("submission", "turn"):
                    self.findings += check_value(typed)
            else:
                self._fixed(column, cell)
        for key, cell in self.sheet.doubled:
            place = self._place(cell, FORM_ROW, "", self._heading(key))
            self.findings.append(say.DOUBLED_FIELD.at(place))

    def _fixed(self, column: Column, cell: Cell) -> None:
        issued = self.layout.form_values.get(column.key, "")
        words = issued.isoformat() if isinstance(issued, date) else issued
        if not same(words, cell.typed):
            self._proposal(FORM_ROW, "", Changed(column, words, cell), cell.address)

    # Rows of the table.

    def _row(self, found: FormRow, again: bool) -> None:
        row = self.layout.row.get(found.id)
        if row is None:
            self._strange_row(found)
            return
        how, changes = soundness(self.layout, row, found, self.known)
        fate = Reason.MISPLACED if how is Soundness.MISPLACED else Reason.NONE
        place = self._place(found.mark_cell, row.id, row.initiative, "")
        if again:
            self.findings.append(say.ROW_DOUBLED.at(place))
        if how is Soundness.MISPLACED:
            other = self.known[_written(self.layout, found)]
            self.findings.append(say.MISPLACED_ROW.at(place, other=other))
        elif how is Soundness.OLDER_ISSUE:
            self.older.append(row.id)
        elif how is Soundness.CHANGED:
            for change in changes:
                self._proposal(row.id, row.initiative, change, found.address(change.column.key))
        elif found.mark.digest not in ("", row.digest):
            self.findings.append(say.MARK_CHANGED.at(place))
        self._answers(row, found, Reason.DUPLICATE if again else fate)

    def _answers(self, row: Row, found: FormRow, fate: Reason) -> None:
        for column in self.layout.open_columns:
            cell = found.cells.get(column.key)
            if cell is None:
                continue
            if row.open:
                self._give(row, column, cell, fate)
            elif not same(cell.typed, self.layout.instead(row, column)):
                self._give(row, column, cell, Reason.REPEATED)
                place = self._place(cell, row.id, row.initiative, column.heading)
                self.findings.append(
                    say.REPEAT_ANSWERED.at(place, no=row.initiative, instead=row.instead)
                )

    def _give(self, row: Row, column: Column, cell: Cell, fate: Reason) -> None:
        target = self.units.get(row.id)
        place = self._place(cell, row.id, row.initiative, column.heading)
        typed = Typed(column, cell, place, target.unit if target else "")
        given = Given(
            row.id, column.key, typed, self.source.sha256, row.initiative, row.department, fate
        )
        self.given.append(given)

    def _strange_row(self, found: FormRow) -> None:
        """A row of another department, or one that the round does not have."""
        row = self.whole.row.get(found.id)
        place = self._place(found.mark_cell, found.id, row.initiative if row else "", "")
        if row is None:
            self.findings.append(say.ROW_UNKNOWN.at(place))
        else:
            self.findings.append(say.OTHER_DEPARTMENT.at(place, whose=row.department))
        stranger = row or Row(found.id, self.whole.rows[0].kind, "", "", {})
        for key, cell in found.cells.items():
            column = self.layout.column.get(key)
            if column is not None and column.open:
                if not (row and not row.open and same(cell.typed, self.whole.instead(row, column))):
                    self._give(stranger, column, cell, Reason.OUT_OF_SCOPE)
            elif not same(cell.typed, stranger.texts.get(key, CellText()).shown):
                self._beside(cell)

    def _proposal(self, row: str, initiative: str, change: Changed, cell: str) -> None:
        at = Place(
            self.layout.respondent,
            self.source.file,
            self.sheet.name,
            cell,
            row,
            initiative,
            change.column.heading,
            change.typed,
        )
        self.findings.append(say.CHANGED_TEXT.at(at, no=initiative, issued=change.issued))
        self.proposals.append(
            Proposal(
                self.layout.respondent,
                row,
                change.column.heading,
                change.issued,
                change.typed,
                self.source.file,
                self.sheet.name,
                cell,
            )
        )

    # Everything else on the sheet.

    def _elsewhere(self) -> None:
        """Cells that are neither row nor field, and that the writer did not place."""
        issued = Counter(_bare(text) for text in self.layout.words())
        count_row = next(
            (c.row for c in self.sheet.leftovers if same(c.typed, self.layout.count_label)), 0
        )
        for cell in self.sheet.leftovers:
            text = _bare(cell.typed)
            if issued[text] > 0:
                issued[text] -= 1
            elif not (cell.formula and cell.row == count_row):
                self._beside(cell)

    def _beside(self, cell: Cell) -> None:
        self.findings.append(say.BESIDE_TABLE.at(self._place(cell, "", "", "")))


def _bare(text: str) -> str:
    return "".join(text.split())


def _written(layout: Layout, found: FormRow) -> str:
    from kakunin_xlsx.layout import digest

    texts = (found.cells.get(column.key) for column in layout.locked_columns)
    return digest(cell.typed if cell else "" for cell in texts)


def foreign_cells(sheet: FormSheet) -> Iterator[tuple[str, str, Cell]]:
    """Row id, key and cell of everything filled in a form that is not of this round."""
    for key, cell in sheet.fields.items():
        yield FORM_ROW, key, cell
    for row in sheet.rows:
        for key, cell in row.cells.items():
            yield row.id, key, cell


__all__ = ["ADDING", "FIRST", "REPLACING", "Given", "Submission", "address", "foreign_cells"]
