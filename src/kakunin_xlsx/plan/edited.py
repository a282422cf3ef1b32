"""From the rows of the masters as a person left them to the new bytes of the CSVs.

A row is told by its key, so their order means nothing. What the person changed since the rows
were handed out is taken; what was changed in the masters meanwhile stays; where both changed
the same row, neither is guessed at. In a changed CSV only the rows concerned move a byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from kakunin_xlsx.plan.csvtext import CsvText, Record
from kakunin_xlsx.plan.load import Masters
from kakunin_xlsx.plan.model import Span
from kakunin_xlsx.plan.problems import CellProblem, Problem
from kakunin_xlsx.plan.readings import key_since
from kakunin_xlsx.plan.revise import CannotRevise, Revision, RevisionKind, revise
from kakunin_xlsx.plan.rows import row_digest, row_ids, row_key, rows_of, year_in
from kakunin_xlsx.plan.tables import FIRST, LAST, READINGS, Table
from kakunin_xlsx.plan.years import FiscalYear

SINCE, WHY = "いつから", "直した理由"  # what people write beside a row
_WHO = f"「{WHY}」に、誰が・いつ・なぜを書いてください。"
_SHOWN = 30  # characters of a text that a message quotes
_BOTH = "書き出した後に、台帳の同じ行も変わっています。"
_ANEW = "台帳をもう一度書き出して、変えたところを写してください。"


@dataclass(frozen=True, slots=True)
class EditedRow:
    """A row as a person left it: `since` and `why` say from when and why its texts changed.

    `place` names where a heading's cell stands, for messages.
    """

    cells: Mapping[str, str]
    place: Callable[[str], str]
    since: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class EditedTable:
    """The rows of one table, and what each was when it was handed out: digest by row id."""

    table: Table
    rows: Sequence[EditedRow]
    base: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Edits:
    """The CSVs that change, name → bytes, and what keeps a change from being taken."""

    files: Mapping[str, bytes]
    problems: Sequence[Problem]


Asked = tuple[Revision, str]  # a change whose ground is told, and the place that asks for it


def edited_files(
    files: Mapping[str, bytes],
    tables: Sequence[EditedTable],
    masters: Masters,
    more: Sequence[Asked] = (),
) -> Edits:
    """What the rows, and then the changes in `more`, make of the masters.

    `files` are the masters as they are (name → bytes), `masters` what they load to. Where these
    have a source, a text of the booklet is changed only if the row says why.
    """
    work = _Work(dict(files), masters)
    found = [(each, list(_differences(each, work))) for each in tables]
    readings = (
        one.row.cells
        for each, differences in found
        for one in differences
        if each.table is READINGS and one.row
    )
    work.told = {tuple(cells.get(header, "") for header in READINGS.keys) for cells in readings}
    work.told |= {(asked.table, asked.key, asked.column) for asked, _ in more}
    for each, differences in found:
        if differences:
            _take(work, each, differences)
    for revision, place in (*work.asked, *more):
        work.revise(revision, place)
    changed = {name: data for name, data in work.files.items() if files.get(name) != data}
    return Edits(changed, work.problems)


@dataclass(frozen=True, slots=True)
class _Difference:
    """One row that is to change: new without `record`, to go without `row`."""

    record: Record | None
    row: EditedRow | None
    changed: Mapping[str, str] = field(default_factory=dict)  # heading → new text


@dataclass
class _Work:
    """The files as they become, and what was met on the way."""

    files: dict[str, bytes]
    masters: Masters
    problems: list[Problem] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    told: set[tuple[str, ...]] = field(default_factory=set)  # cells a reading was given for
    corrected: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    _open: dict[str, CsvText] = field(default_factory=dict)

    def sheet(self, table: Table) -> CsvText:
        """The CSV as it was, and then as the rows change it."""
        if table.file not in self._open:
            data = self.files.get(table.file)
            known = CsvText.read(data) if data else CsvText.empty(table.headers)
            self._open[table.file] = known
        return self._open[table.file]

    def say(self, place: str, wrong: str, todo: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(place, 0, "", wrong, todo))

    def revise(self, revision: Revision, place: str) -> None:
        """Take one change whose ground is told."""
        try:
            self.files |= revise(self.files, revision)
        except CannotRevise as refused:
            self.say(place, str(refused), "")


# What differs.


def _differences(edited: EditedTable, work: _Work) -> Iterator[_Difference]:
    table = edited.table
    known = rows_of(table, work.sheet(table))
    there = dict(zip(row_ids(table, (cells for _, cells in known)), known, strict=True))
    left = dict(zip(_ids(edited), edited.rows, strict=True))
    for own, row in left.items():
        record, cells = there.get(own, (None, {}))
        changed = {
            header: row.cells.get(header, "")
            for header in table.headers
            if cells.get(header, "") != row.cells.get(header, "")
        }
        if not changed or _is_done(table, row, known):
            continue
        if _is_wanted(edited, own, row, cells, work) and _is_readable(table, row, changed, work):
            yield _Difference(record, row, changed)
    for own, (record, cells) in there.items():
        base = edited.base.get(own)
        if own in left or base is None:
            continue  # it is there, or came into the masters meanwhile
        if base == row_digest(cells):
            yield _Difference(record, None)
        else:
            work.say(f"{table.file}「{own}」", f"行を除いていますが、{_BOTH}", _ANEW)


def _ids(edited: EditedTable) -> list[str]:
    return row_ids(edited.table, (row.cells for row in edited.rows))


def _is_done(
    table: Table, row: EditedRow, known: Sequence[tuple[Record, Mapping[str, str]]]
) -> bool:
    """True if the row was split already as it asks: the workbook is imported once more."""
    since = year_in(row.since)
    own = [header for header in table.headers if header not in (FIRST, LAST)]
    return since is not None and any(
        year_in(cells[FIRST]) == since
        and all(cells[header] == row.cells.get(header, "") for header in own)
        for _, cells in known
    )


def _is_wanted(
    edited: EditedTable, own: str, row: EditedRow, was: Mapping[str, str], work: _Work
) -> bool:
    """True if the person changed the row; if the masters changed it too, that is a problem."""
    base = edited.base.get(own)
    if base == row_digest({header: row.cells.get(header, "") for header in edited.table.headers}):
        return False  # the masters changed, or lost the row, meanwhile
    if base == (row_digest(was) if was else None):
        return True
    work.say(row.place(edited.table.keys[0]), f"「{own}」の行を変えていますが、{_BOTH}", _ANEW)
    return False


def _is_readable(table: Table, row: EditedRow, changed: Mapping[str, str], work: _Work) -> bool:
    """True if every new text can be understood; what cannot is a problem."""
    before = len(work.problems)
    for header, text in changed.items():
        try:
            if text:
                table.column[header].parse(text)
        except CellProblem as unread:
            work.say(row.place(header), unread.wrong, unread.todo)
    return len(work.problems) == before


# Taking it.


def _take(work: _Work, edited: EditedTable, differences: Sequence[_Difference]) -> None:
    """Write what needs no ground; the rest is asked of `revise` when all tables are done."""
    sheet = work.sheet(edited.table)
    for each in differences:
        if each.record and each.row:
            _Change(work, edited.table, each.row).write(sheet, each.record, each.changed)
    if new := {id(each.row) for each in differences if each.record is None}:
        _insert(work, edited, new)
    for each in differences:
        if each.record and not each.row:
            sheet.records.pop(sheet.place(each.record))
    work.files[edited.table.file] = sheet.to_bytes()


def _insert(work: _Work, edited: EditedTable, new: set[int]) -> None:
    """New rows go below the row that stands above them; at the end, if rows were sorted."""
    sheet = work.sheet(edited.table)
    rows = rows_of(edited.table, sheet)
    ids = row_ids(edited.table, (cells for _, cells in rows))
    known = {own: record for own, (record, _) in zip(ids, rows, strict=True)}
    others = [cells for _, cells in rows]
    order = {id(record): at for at, record in enumerate(sheet.records)}
    met = [order[id(known[own])] for own in _ids(edited) if own in known]
    in_order = met == sorted(met)
    above = sheet.records[0]
    for own, row in zip(_ids(edited), edited.rows, strict=True):
        above = known.get(own, above)
        if id(row) in new:
            above = sheet.insert(above if in_order else sheet.records[-1])
            sheet.set(above, {h: row.cells.get(h, "") for h in edited.table.headers})
            _Change(work, edited.table, row).explain(others)


@dataclass(frozen=True, slots=True)
class _Change:
    """What one row changes, and the ground it gives."""

    work: _Work
    table: Table
    row: EditedRow

    @property
    def key(self) -> str:
        return row_key(self.table, self.row.cells)

    @property
    def first(self) -> FiscalYear | None:
        return year_in(self.row.cells.get(FIRST, "")) if self.table.dated else None

    def write(self, sheet: CsvText, record: Record, changed: Mapping[str, str]) -> None:
        """Change the cells of a row that was there."""
        splits = {h for h in changed if h not in (*self.table.keys, FIRST, LAST)}
        if self.row.since and self.table.dated and splits:
            self._since(changed, splits)
        before = sheet.texts(record)
        for header, text in changed.items():
            if self.row.since and header in splits:
                continue
            if not self._must_be_told(header) or self._is_told(header):
                sheet.set(record, {header: text})
            elif not self.row.why:
                self._ask_why(header, before.get(header, ""), text)
            elif header == LAST:
                sheet.set(record, {header: text})
                self._ask(RevisionKind.EXPLAIN, header, text)
            else:
                self._correct(header, before.get(header, ""), text)

    def explain(self, others: Sequence[Mapping[str, str]]) -> None:
        """Say of a new row's texts on what ground they read so; what goes on needs none."""
        same = [cells for cells in others if row_key(self.table, cells) == self.key]
        told = [column.header for column in self.table.words]
        new = [
            header
            for header in ([*told, FIRST] if self.table.dated else told)
            if (text := self.row.cells.get(header, "")) and not self._is_told(header)
            if all(cells.get(header, "") != text for cells in same)
        ]
        if self.row.why:
            for header in new:
                self._ask(RevisionKind.EXPLAIN, header, self.row.cells[header])
        elif self.work.masters.source and set(new) - {FIRST}:
            self._ask_why(new[0], "", self.row.cells[new[0]])

    def _must_be_told(self, header: str) -> bool:
        """True if a changed cell asks for its ground, or gives one that is wanted."""
        if header != LAST and header not in {column.header for column in self.table.words}:
            return False
        plan = self.work.masters.plan
        known = plan.reading(self.table.name, self.key, header, self.first)
        proven = self.work.masters.source is not None and header != LAST
        return bool(self.row.why or known or proven)

    def _is_told(self, header: str) -> bool:
        """True if the rows of `readings` were changed to speak of the cell."""
        keys = {self.key, key_since(self.key, self.first)}
        return any((self.table.name, key, header) in self.work.told for key in keys)

    def _since(self, changed: Mapping[str, str], splits: Set[str]) -> None:
        year = year_in(self.row.since)
        if year is None or year not in self.work.masters.plan.years:
            wrong = f"「{self.row.since}」は計画の年度ではありません。"
            self.work.say(self.row.place(SINCE), wrong, "一覧から年度を選んでください。")
        elif year not in Span(self.first, year_in(self.row.cells.get(LAST, ""))):
            wrong = f"この行は{year.name}には使われていません。"
            todo = "開始年度と終了年度の間の年度を選んでください。"
            self.work.say(self.row.place(SINCE), wrong, todo)
        elif not self.row.why:
            wrong = f"{year.name}から改める理由がありません。"
            self.work.say(self.row.place(WHY), wrong, _WHO)
        else:
            for header in self.table.headers:
                if header in splits:
                    self._ask(RevisionKind.CHANGE, header, changed[header], year)

    def _correct(self, header: str, old: str, text: str) -> None:
        """Put right for all years; rows of one key with the same text are put right as one."""
        place = (self.table.name, self.key, header, old)
        if place not in self.work.corrected:
            self.work.corrected[place] = text
            self._ask(RevisionKind.CORRECT, header, text)
        elif self.work.corrected[place] != text:
            wrong = f"「{self.key}」の同じ文を、行によって違う文に直しています。"
            todo = f"途中の年度から改めるときは「{SINCE}」で年度を選んでください。"
            self.work.say(self.row.place(header), wrong, todo)

    def _ask(
        self, kind: RevisionKind, header: str, text: str, year: FiscalYear | None = None
    ) -> None:
        first = year or self.first or self.work.masters.plan.first_year
        revision = Revision(self.table.name, self.key, header, text, first, self.row.why, kind)
        self.work.asked.append((revision, self.row.place(header)))

    def _ask_why(self, header: str, old: str, text: str) -> None:
        how = f"「{_brief(old)}」から「{_brief(text)}」に" if old else f"「{_brief(text)}」と"
        wrong = f"「{self.key}」の「{header}」を{how}していますが、理由がありません。"
        dated = f"途中の年度から改めるときは「{SINCE}」も選びます。" if self.table.dated else ""
        self.work.say(self.row.place(WHY), wrong, _WHO + dated)


def _brief(text: str) -> str:
    line = " ".join(text.split()) or "（空欄）"
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
