"""What a person changed in 台帳.xlsx, as edits of the masters.

A row is told by its key, so their order means nothing. What the person changed since the rows
were handed out is taken; what was changed in the masters meanwhile stays; where both changed
the same row, neither is guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kakunin_xlsx.layout.understand import day
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.contents import spoken_of
from kakunin_xlsx.masters_book.grids import ReadMasters
from kakunin_xlsx.plan.cells import CellProblem, Problem
from kakunin_xlsx.plan.edit import HEADINGS, Edit, EditKind
from kakunin_xlsx.plan.load import Masters
from kakunin_xlsx.plan.model import TABLES, Plan, shown_words
from kakunin_xlsx.plan.readings import READINGS, WAITING, Reading, Status, key_since, split_key
from kakunin_xlsx.plan.schema import FIRST, LAST, TABLE, MasterRow, MasterTable
from kakunin_xlsx.plan.settings import PLAN_FILE, SETTINGS, settings_of
from kakunin_xlsx.plan.texts import MasterTexts, TextRow, by_id, row_digest, row_key, year_in
from kakunin_xlsx.plan.years import FiscalYear

_WHO = f"「{book.WHY}」に、誰が・いつ・なぜを書いてください。"
_SHOWN = 30  # characters of a text that a message quotes
_BOTH = "書き出した後に、台帳の同じ行も変わっています。"
_COPY = "台帳をもう一度書き出して、変えたところを写してください。"
_ANEW = "kakunin masters export でもう一度書き出してください。"
_AS_EXPORTED = "書き出したときのとおりに戻してください。"


def changes(read: ReadMasters, texts: MasterTexts, masters: Masters | None) -> list[Edit]:
    """What the workbook makes of the masters; what keeps it from that is added to its problems.

    `masters` is what `texts` load to; None where the workbook is to be a new plan's, of which
    every row is taken.
    """
    work = _Changes(read, texts, masters)
    found = [*_confirmations(work)] if masters else []
    tables = {name: list(work.differences(TABLE[name])) for name in read.tables}
    readings = (row for _, row, _ in tables.get(READINGS.name, ()) if row)
    spoken_of = {tuple(row.said(header) for header in READINGS.keys) for row in readings}
    work.told = spoken_of | {(each.table, each.row, each.column) for each in found}
    edits = [*work.settings()]
    for name, differences in tables.items():
        edits += work.edits(TABLE[name], differences)
    return [*edits, *found]


_Difference = tuple[str, TextRow | None, Mapping[str, str]]  # id, row (None: gone), new texts


@dataclass
class _Changes:
    """The workbook beside the masters as they are."""

    read: ReadMasters
    texts: MasterTexts
    masters: Masters | None
    told: set[tuple[str, ...]] = field(default_factory=set)  # cells a reading was given for
    corrected: dict[tuple[str, str, str, str], str] = field(default_factory=dict)

    def say(self, place: str, wrong: str, todo: str) -> None:
        """Keep a problem."""
        self.read.problems.append(Problem("", 0, "", wrong, todo, place))

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, TextRow]]:
        """The rows of the masters by table and id."""
        return {table.name: self.texts.by_id(table) for table in TABLES}

    def base(self, table: str) -> Mapping[str, str]:
        """What was handed out, digest by row id."""
        return self.read.base.get(table, {}) if self.masters else {}

    def settings(self) -> Iterator[Edit]:
        """The values of plan.toml that were changed."""
        now, base = settings_of(self.texts.toml or ""), self.base(PLAN_FILE)
        for row in self.read.settings:
            label, value = row.said(book.ITEM), row.said(book.VALUE)
            place, known = row.places[book.VALUE], base.get(label)
            if label not in now:
                wrong = f"「{label}」という項目はありません。"
                self.say(row.places[book.ITEM], wrong, f"「{book.ITEM}」は、{_AS_EXPORTED}")
            elif value == now[label] or row_digest({book.VALUE: value}) == known:
                continue
            elif self.masters and row_digest({book.VALUE: now[label]}) != known:
                wrong = f"「{label}」は、書き出した後に台帳でも変わっています。"
                self.say(place, wrong, f"kakunin masters export で{_COPY}")
            elif self.masters and label == SETTINGS[0].label:
                todo = f"「{now[label]}」に戻してください。配った様式や保存した年度と結び付いています。"
                self.say(place, f"「{label}」は変えられません。", todo)
            else:
                yield Edit(PLAN_FILE, "", label, value, kind=EditKind.SET, place=place)

    def differences(self, table: MasterTable) -> Iterator[_Difference]:
        """The rows of a table that are to change, to come or to go."""
        there, left = self.known[table.name], by_id(table, self.read.tables[table.name])
        for own, row in left.items():
            known = there.get(own)
            changed = {
                header: row.said(header)
                for header in table.headers
                if row.said(header) != (known.said(header) if known else "")
            }
            if not changed or self._is_done(table, row):
                continue
            if self._is_wanted(table, own, row, known) and self._is_readable(table, row, changed):
                yield own, row, changed
        for own, known in there.items():
            handed_out = self.base(table.name).get(own)
            if own in left or handed_out is None:
                continue  # it is there, or came into the masters meanwhile
            if handed_out == row_digest(known.cells):
                yield own, None, {}
            else:
                self.say(f"{table.file}「{own}」", f"行を除いていますが、{_BOTH}", _COPY)

    def _is_done(self, table: MasterTable, row: TextRow) -> bool:
        """True if the row was split already as it asks: the workbook is imported once more."""
        since = year_in(row.said(book.SINCE))
        own = [header for header in table.headers if header not in (FIRST, LAST)]
        return since is not None and any(
            year_in(known.said(FIRST)) == since
            and all(known.said(header) == row.said(header) for header in own)
            for known in self.texts.rows[table.name]
        )

    def _is_wanted(self, table: MasterTable, own: str, row: TextRow, known: TextRow | None) -> bool:
        """True if the person changed the row; if the masters changed it too, that is a problem."""
        base = self.base(table.name).get(own)
        if base == row_digest({header: row.said(header) for header in table.headers}):
            return False  # the masters changed, or lost the row, meanwhile
        if base == (row_digest(known.cells) if known else None):
            return True
        self.say(row.place(table.keys[0]), f"「{own}」の行を変えていますが、{_BOTH}", _COPY)
        return False

    def _is_readable(self, table: MasterTable, row: TextRow, changed: Mapping[str, str]) -> bool:
        """True if every new text can be understood; of a new plan the loader tells that."""
        before = len(self.read.problems)
        for header, text in changed.items() if self.masters else ():
            try:
                if text:
                    table.column[header].parse(text)
            except CellProblem as unread:
                self.say(row.place(header), unread.wrong, unread.todo)
        return len(self.read.problems) == before

    def edits(self, table: MasterTable, differences: Sequence[_Difference]) -> Iterator[Edit]:
        """What becomes of the rows of a table."""
        there = self.known[table.name]
        for own, row, changed in differences:
            if row and own in there:
                yield from self._changed(table, own, row, changed)
        new = {own: row for own, row, _ in differences if row and own not in there}
        if new:
            yield from self._added(table, new)
        for own, row, _ in differences:
            if not row:
                yield Edit(table.name, own, kind=EditKind.REMOVE)

    def _added(self, table: MasterTable, new: Mapping[str, TextRow]) -> Iterator[Edit]:
        """New rows go below the row that stands above them; at the end, if rows were sorted."""
        there = list(self.known[table.name])
        order = {own: at for at, own in enumerate(there)}
        left = by_id(table, self.read.tables[table.name])
        met = [order[own] for own in left if own in order]
        above = HEADINGS if met == sorted(met) else there[-1]
        for own, row in left.items():
            if own in order and met == sorted(met):
                above = own
            if own in new:
                place = row.place(table.keys[0])
                yield Edit(table.name, own, text=above, kind=EditKind.ADD, place=place)
                yield from self._new(table, own, row)
                above = own

    def _new(self, table: MasterTable, own: str, row: TextRow) -> Iterator[Edit]:
        """A new row's cells; on what ground its words read so, what goes on needs none."""
        key = row_key(table, row.cells)
        others = self.texts.rows[table.name]
        same = [each for each in others if row_key(table, each.cells) == key]
        told = {column.header for column in table.words} | ({FIRST} if table.dated else set())
        new = {
            header
            for header in told
            if row.said(header) and not self._is_told(table, row, header)
            if all(each.said(header) != row.said(header) for each in same)
        }
        words = [column.header for column in table.words if column.header in new]
        if words and not row.said(book.WHY) and self.masters and self.masters.source:
            self._ask_why(table, row, words[0], "")
        for header in table.headers:
            if row.said(header):
                why = row.said(book.WHY) if header in new else ""
                yield self._edit(table, own, row, header, EditKind.SET, why)

    def _changed(
        self, table: MasterTable, own: str, row: TextRow, changed: Mapping[str, str]
    ) -> Iterator[Edit]:
        """The cells of a row that was there."""
        splits = [h for h in changed if h not in (*table.keys, FIRST, LAST)]
        since = row.said(book.SINCE) if table.dated else ""
        if since and splits and self._splits(row):
            year, why = year_in(since), row.said(book.WHY)
            for header in splits:
                yield self._edit(table, "", row, header, EditKind.CHANGE, why, year)
        for header in changed:
            if not since or header not in splits:
                yield from self._cell(table, own, row, header)

    def _cell(self, table: MasterTable, own: str, row: TextRow, header: str) -> Iterator[Edit]:
        """A cell that is so in all years of its row."""
        old, why = self.known[table.name][own].said(header), row.said(book.WHY)
        if not self._must_be_told(table, row, header) or self._is_told(table, row, header):
            yield self._edit(table, own, row, header, EditKind.SET)
        elif not why:
            self._ask_why(table, row, header, old)
        elif header == LAST:
            yield self._edit(table, own, row, header, EditKind.SET, why)
        elif self._is_first(table, row, header, old):
            yield self._edit(table, "", row, header, EditKind.CORRECT, why)

    def _edit(
        self,
        table: MasterTable,
        own: str,
        row: TextRow,
        header: str,
        kind: EditKind,
        why: str = "",
        since: FiscalYear | None = None,
    ) -> Edit:
        key = own or row_key(table, row.cells)
        year = since or row.span.first
        if year is None and self.masters:
            year = self.masters.plan.first_year
        return Edit(
            table.name, key, header, row.said(header), year, why, kind, "", row.place(header)
        )

    def _must_be_told(self, table: MasterTable, row: TextRow, header: str) -> bool:
        """True if a changed cell asks for its ground, or gives one that is wanted."""
        if header != LAST and header not in {column.header for column in table.words}:
            return False
        assert self.masters
        key, first = row_key(table, row.cells), row.span.first
        known = self.masters.plan.reading(table.name, key, header, first)
        proven = self.masters.source is not None and header != LAST
        return bool(row.said(book.WHY) or known or proven)

    def _is_told(self, table: MasterTable, row: TextRow, header: str) -> bool:
        """True if the rows of `readings` were changed to speak of the cell."""
        key = row_key(table, row.cells)
        keys = {key, key_since(key, row.span.first)}
        return any((table.name, each, header) in self.told for each in keys)

    def _splits(self, row: TextRow) -> bool:
        """True if the row can be changed from a year on."""
        assert self.masters
        year, span = year_in(row.said(book.SINCE)), row.span
        if year is None or year not in self.masters.plan.years:
            wrong = f"「{row.said(book.SINCE)}」は計画の年度ではありません。"
            self.say(row.place(book.SINCE), wrong, "一覧から年度を選んでください。")
        elif year not in span:
            wrong = f"この行は{year.name}には使われていません。"
            todo = "開始年度と終了年度の間の年度を選んでください。"
            self.say(row.place(book.SINCE), wrong, todo)
        elif not row.said(book.WHY):
            self.say(row.place(book.WHY), f"{year.name}から改める理由がありません。", _WHO)
        else:
            return True
        return False

    def _is_first(self, table: MasterTable, row: TextRow, header: str, old: str) -> bool:
        """Rows of one key with the same text are put right as one, in one way."""
        key, text = row_key(table, row.cells), row.said(header)
        place = (table.name, key, header, old)
        if place not in self.corrected:
            self.corrected[place] = text
            return True
        if self.corrected[place] != text:
            wrong = f"「{key}」の同じ文を、行によって違う文に直しています。"
            todo = f"途中の年度から改めるときは「{book.SINCE}」で年度を選んでください。"
            self.say(row.place(header), wrong, todo)
        return False

    def _ask_why(self, table: MasterTable, row: TextRow, header: str, old: str) -> None:
        key, text = row_key(table, row.cells), _brief(row.said(header))
        how = f"「{_brief(old)}」から「{text}」に" if old else f"「{text}」と"
        wrong = f"「{key}」の「{header}」を{how}していますが、理由がありません。"
        dated = f"途中の年度から改めるときは「{book.SINCE}」も選びます。" if table.dated else ""
        self.say(row.place(book.WHY), wrong, _WHO + dated)


def _brief(text: str) -> str:
    line = " ".join(text.split()) or "（空欄）"
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


# 照合する箇所: what people confirmed against the printed booklet.


def _confirmations(work: _Changes) -> Iterator[Edit]:
    """An edit for every line that says 確認済 and can be taken."""
    assert work.masters
    plan = work.masters.plan
    spoken = {
        (reading.table, reading.key, reading.column): (reading, known)
        for reading, known in spoken_of(plan)
        if reading.status is not Status.LEFT_OVER
    }
    for row in work.read.open:
        table = TABLE.get(book.table_in(row.said(book.TABLE_NAME)))
        at = (table.name if table else "", row.said(book.KEY), row.said(book.COLUMN))
        reading, known = spoken.get(at, (None, None))
        if not row.said(book.DONE):
            # Of a line that we did not export, all that stands there is somebody's.
            written = (book.PRINTED, book.WHO, book.WHEN) if reading else row.places
            for heading in filter(row.said, written):
                words = f"：「{row.said(heading)}」は「確認」が空欄なので、まだ取り込みません。"
                work.read.notices.append(f"{row.places[heading]}{words}")
        elif row.said(book.DONE) != book.CONFIRMED:
            wrong = f"「{row.said(book.DONE)}」という書き方はありません。"
            work.say(row.places[book.DONE], wrong, f"「{book.CONFIRMED}」を選んでください。")
        elif reading and known:
            yield from _confirmed(work, plan, row, reading, known)
        else:
            wrong = f"「{'・'.join(at)}」は、照合する箇所ではありません。"
            work.say(row.places[book.KEY], wrong, f"表・キー・列は、{_AS_EXPORTED}")


def _confirmed(
    work: _Changes, plan: Plan, row: TextRow, reading: Reading, known: MasterRow
) -> Iterator[Edit]:
    table, now = known.schema, shown_words(plan, known, reading.column)
    typed, at = _typed_in_table(work, known, reading.column)
    text = row.said(book.PRINTED) or typed or now
    if reading.status not in WAITING:
        if reading.status is not Status.CONFIRMED or text != now:
            work.say(row.places[book.DONE], f"台帳では、もう「{reading.status}」です。", _ANEW)
        return
    before = len(work.read.problems)
    if row.said(book.NOW) != now:
        todo = f"冊子の文は「{book.PRINTED}」に書き、「いまの文」は元に戻してください。"
        todo += f"台帳が変わったときは、{_ANEW}"
        work.say(row.places[book.NOW], "「いまの文」が台帳と異なります。", todo)
    if typed and row.said(book.PRINTED) not in ("", typed):
        todo = "どちらかを冊子のとおりに直してください。"
        work.say(row.places[book.PRINTED], f"{at} に書いた文と異なります。", todo)
    who_and_when = _who_and_when(work, row, text)
    if len(work.read.problems) > before:
        return
    key, since = split_key(reading.key)
    page = row.said(book.PAGE)
    yield Edit(
        table=table.name,
        row=key,
        column=reading.column,
        text=book.as_code(plan, table, reading.column, text),
        since=since or table.first(known) or plan.first_year,
        why=f"{f'冊子{page}頁' if page else '冊子'}で確認（{who_and_when}）",
        kind=EditKind.CONFIRM,
        page=page,
        place=row.places[book.PRINTED],
    )


def _who_and_when(work: _Changes, row: TextRow, text: str) -> str:
    """Who compared the text with the booklet, and when; what the line lacks is a problem."""
    said, on = row.said(book.WHEN), day(row.said(book.WHEN))
    if not text:
        todo = "冊子の文を書いてください。冊子でも空欄のときは、「確認」を空欄に戻してください。"
        work.say(row.places[book.PRINTED], "空欄です。", todo)
    if not row.said(book.WHO):
        work.say(row.places[book.WHO], "空欄です。", "確認した人の氏名を書いてください。")
    if not on:
        wrong = f"「{said}」を日付として読み取れません。" if said else "空欄です。"
        work.say(row.places[book.WHEN], wrong, "確認した日を 2026/4/10 のように書いてください。")
    return f"{row.said(book.WHO)}、{on}"


def _typed_in_table(work: _Changes, known: MasterRow, header: str) -> tuple[str, str]:
    """What people typed into the table's own sheet instead, and where; '' if nothing."""
    table = known.schema
    own, text = list(work.known[table.name].items())[known.index]
    row = by_id(table, work.read.tables.get(table.name, ())).get(own)
    if row is None or row.said(header) == text.said(header):
        return "", ""
    return row.said(header), row.place(header)
