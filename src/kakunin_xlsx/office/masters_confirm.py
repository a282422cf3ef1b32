"""照合する箇所: what people confirmed against the printed booklet, as changes of the masters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kakunin_xlsx.layout import masters_book as book
from kakunin_xlsx.layout.understand import day
from kakunin_xlsx.office.masters_export import SpokenOf, rows_in
from kakunin_xlsx.plan import Plan, Problem, Reading, Revision, RevisionKind, Status
from kakunin_xlsx.plan.edited import Asked
from kakunin_xlsx.plan.readings import split_key
from kakunin_xlsx.plan.rows import row_ids
from kakunin_xlsx.plan.shown import shown_words
from kakunin_xlsx.plan.tables import ACTIONS, TABLE, TABLES, Table
from kakunin_xlsx.returns.masters_book import ReadMasters, SheetRow

_NOT_YET = "は「確認」が空欄なので、まだ取り込みません。"


@dataclass
class Confirmations:
    """The lines of the sheet as changes; what is missing in them, and what is left for later."""

    read: ReadMasters
    plan: Plan
    files: Mapping[str, bytes]
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def all(self) -> Iterator[Asked]:
        """A change for every line that says 確認済 and can be taken."""
        readings = {
            (row.table, row.key, row.column): row
            for row in self.plan.readings
            if row.status is not Status.LEFT_OVER
        }
        for row in self.read.open:
            table = TABLE.get(book.table_in(row.said(book.TABLE_NAME)))
            at = (table.name if table else "", row.said(book.KEY), row.said(book.COLUMN))
            if not row.said(book.DONE):
                self._later(row)
            elif row.said(book.DONE) != book.CONFIRMED:
                wrong = f"「{row.said(book.DONE)}」という書き方はありません。"
                self._say(row, book.DONE, wrong, f"「{book.CONFIRMED}」を選んでください。")
            elif table and at in readings and (found := self._spoken_of.row(table, readings[at])):
                yield from self._confirmed(row, table, readings[at], *found)
            else:
                wrong = f"「{'・'.join(at)}」は、照合する箇所ではありません。"
                self._say(row, book.KEY, wrong, _AS_EXPORTED)

    def _later(self, row: SheetRow) -> None:
        if text := row.said(book.PRINTED):
            self.notices.append(f"{row.places[book.PRINTED]}：「{text}」{_NOT_YET}")

    def _confirmed(
        self, row: SheetRow, table: Table, reading: Reading, index: int, known: object
    ) -> Iterator[Asked]:
        now = shown_words(self.plan, table, known, reading.column)
        cell = self._cell(table, index, reading.column)
        text = row.said(book.PRINTED) or cell.typed or now
        if reading.status not in book.WAITING:
            if reading.status is not Status.CONFIRMED or text != now:
                wrong = f"台帳では、もう「{reading.status}」です。"
                self._say(row, book.DONE, wrong, _ANEW)
            return
        if self._whole(row, now, text, cell):
            key, since = split_key(reading.key)
            first = since or table.first(known) or self.plan.first_year
            page, on = row.said(book.PAGE), day(row.said(book.WHEN))
            where = f"冊子{page}頁" if page else "冊子"
            revision = Revision(
                table=table.name,
                key=key,
                column=reading.column,
                text=self._as_code(table, reading.column, text),
                first_year=first,
                ground=f"{where}で確認（{row.said(book.WHO)}、{on}）",
                kind=RevisionKind.CONFIRM,
                page=page,
            )
            yield revision, row.places[book.PRINTED]

    def _whole(self, row: SheetRow, now: str, text: str, cell: _TableCell) -> bool:
        """Whether a line says all that is needed; what it lacks is a problem."""
        before = len(self.problems)
        if row.said(book.NOW) != now:
            wrong = "「いまの文」が台帳と異なります。"
            todo = f"冊子の文は「{book.PRINTED}」に書き、「いまの文」は元に戻してください。"
            self._say(row, book.NOW, wrong, todo + "台帳が変わったときは、" + _ANEW)
        if not text:
            todo = (
                "冊子の文を書いてください。冊子でも空欄のときは、「確認」を空欄に戻してください。"
            )
            self._say(row, book.PRINTED, "空欄です。", todo)
        if cell.typed and row.said(book.PRINTED) not in ("", cell.typed):
            wrong = f"{cell.place} に書いた文と異なります。"
            self._say(row, book.PRINTED, wrong, "どちらかを冊子のとおりに直してください。")
        if not row.said(book.WHO):
            self._say(row, book.WHO, "空欄です。", "確認した人の氏名を書いてください。")
        if not day(row.said(book.WHEN)):
            wrong = f"「{row.said(book.WHEN)}」を日付として読み取れません。"
            todo = "確認した日を 2026/4/10 のように書いてください。"
            self._say(row, book.WHEN, wrong if row.said(book.WHEN) else "空欄です。", todo)
        return len(self.problems) == before

    def _cell(self, table: Table, index: int, header: str) -> _TableCell:
        """What people typed into the table itself instead."""
        own, cells = self._rows[table.name][index]
        row = self._left[table.name].get(own)
        if row is None or row.said(header) == cells[header]:
            return _TableCell("", "")
        return _TableCell(row.said(header), row.places.get(header, ""))

    @cached_property
    def _spoken_of(self) -> SpokenOf:
        return SpokenOf(self.plan)

    @cached_property
    def _rows(self) -> Mapping[str, Sequence[tuple[str, Mapping[str, str]]]]:
        """Id and cells of each row of the masters, by table."""
        found = {table: rows_in(self.files, table) for table in TABLES}
        return {t.name: list(zip(row_ids(t, c), c, strict=True)) for t, c in found.items()}

    @cached_property
    def _left(self) -> Mapping[str, Mapping[str, SheetRow]]:
        """The rows of the workbook by id, by table."""
        return {table.name: self.read.by_id(table) for table in TABLES}

    def _as_code(self, table: Table, header: str, text: str) -> str:
        """A department is confirmed by its name, and held by its code."""
        if (table, header) != (ACTIONS, "部署"):
            return text
        return next((row.code for row in self.plan.departments if row.name == text), text)

    def _say(self, row: SheetRow, heading: str, wrong: str, todo: str) -> None:
        self.problems.append(Problem(row.places[heading], 0, "", wrong, todo))


@dataclass(frozen=True, slots=True)
class _TableCell:
    """A text in a table's own sheet that is not the masters'; '' if it is."""

    typed: str
    place: str


_AS_EXPORTED = "表・キー・列は、書き出したときのとおりに戻してください。"
_ANEW = "kakunin masters export でもう一度書き出してください。"
