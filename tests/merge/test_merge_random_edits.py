"""The conservation law under whatever people do to a form.

A page is a table sheet as people see it. They edit it, it is saved by a program that is not
ours, read and merged. What must be held, and where, is computed from the page alone: every
cell against what was issued at the same row (by the mark in column A) and column.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kakunin_xlsx.layout import KEY_ROW
from kakunin_xlsx.record import FORM_ROW, from_csv, to_csv
from kakunin_xlsx.returns import Return
from tests.hands import handed_over, read, told
from tests.merge.law import (
    FINDINGS,
    FREELY,
    SOMEWHERE,
    Held,
    held,
    law,
)
from tests.merge.pages import (
    CASES,
    MARK,
    NUMBERS,
    Case,
    Cell,
    Line,
    Page,
    issued,
    plain,
    saved,
)

# What people type.

LETTERS = st.characters(
    categories=("L", "M", "N", "P", "S", "Zs", "Cc", "Cf"),
    exclude_characters="\0",
    include_characters="葛\U000e0100①😀",
)
TEXTS = st.text(LETTERS, min_size=1, max_size=20) | st.sampled_from(
    [
        *["=1+1", "@SUM(A1)", "+81", "-5 %", "1-2", "NA", "#REF!", "'3", "TRUE", " x ", "３件"],
        *["_x000D_", "_x005F_", "_xD800_", "一\r\n二", "\x07", "\x1b[31m", "葛\U000e0100飾"],
        *["A", "👩‍👩‍👧", "差替え", "追加", "2", "第３回", "\u3000", "\n", "あ" * 3000, "2026/5/20"],
    ]
)


def _ends(text: str, ends: tuple[int, int]) -> tuple[int, int]:
    first, behind = sorted(at % (len(text) + 1) for at in ends)
    return (first, behind) if first < behind else (0, 0)


DIGITS = st.integers(0, 99)
RESULTS = st.sampled_from(
    [
        Cell("17", 17, "=B1+5"),
        Cell("十七", "十七", '=B1&""'),
        Cell("#REF!", "#REF!", "=#REF!+5"),
        Cell("=B1+5", "", "=B1+5"),  # no stored value
    ]
)
CONTENTS = st.one_of(
    TEXTS.map(Cell),
    st.builds(
        lambda text, ends: Cell(text, struck=_ends(text, ends)),
        st.text("あいう12", min_size=1, max_size=8),
        st.tuples(DIGITS, DIGITS),
    ),
    st.integers(-(10**9), 10**9).map(lambda number: Cell(str(number), number)),
    st.integers(0, 999).map(lambda number: Cell(f"{number}.5", number + 0.5)),
    st.dates(date(1901, 1, 1), date(2100, 1, 1)).map(lambda day: Cell(day.isoformat(), day)),
    st.booleans().map(lambda yes: Cell(str(yes).upper(), yes)),
    RESULTS,
    st.sampled_from(list(NUMBERS)).map(
        lambda code: Cell(NUMBERS[code][1], NUMBERS[code][0], format=code)
    ),
)
REMARKS = st.text("要相談、\n去年12", max_size=8).map(lambda text: f"コメント{text}".strip())


# What people do.

ANY = st.integers(0, 199)  # taken modulo what there is
FEW = st.integers(1, 3)
PLACE = st.tuples(ANY, ANY)  # line and column
SIZE = st.tuples(FEW, FEW)


def reached(page: Page, place: tuple[int, int]) -> tuple[int, int]:
    """A line, from 0, and a column, from 1: of the form or of some cells beyond."""
    return place[0] % (len(page.lines) + 3), 1 + place[1] % (len(page.keys) + 2)


def block(page: Page, place: tuple[int, int], size: tuple[int, int]) -> list[tuple[int, int]]:
    top, left = reached(page, place)
    return [(top + row, left + col) for row in range(size[0]) for col in range(size[1])]


class People(RuleBasedStateMachine):
    """Whatever is done with Excel by people who leave the grey marks and hidden keys alone."""

    case: Case
    pages: list[Page]

    @initialize(case=st.sampled_from(range(len(CASES))), who=st.lists(ANY, min_size=1, max_size=2))
    def open_form(self, case: int, who: list[int]) -> None:
        self.case = CASES[case]
        small = len(self.case.small)
        self.pages = [page.copy() for page in issued(case, tuple({at % small: 0 for at in who}))]

    def page(self, at: int) -> Page:
        return self.pages[at % len(self.pages)]

    def may_write(self, page: Page, number: int, col: int) -> bool:
        return not page.guarded(number, col)

    def put(self, page: Page, number: int, col: int, cell: Cell) -> None:
        if self.may_write(page, number, col):
            page.put(number, col, cell)

    # Cells.

    @rule(page=ANY, row=ANY, column=ANY, cell=CONTENTS)
    def type_into_the_table(self, page: int, row: int, column: int, cell: Cell) -> None:
        there = self.page(page)
        if there.rows:
            line = there.rows[row % len(there.rows)]
            self.put(there, there.number(line), 1 + column % len(there.keys), cell)

    @rule(page=ANY, which=ANY, cell=CONTENTS)
    def type_into_a_field(self, page: int, which: int, cell: Cell) -> None:
        there = self.page(page)
        fields = [(at, col) for at, line in enumerate(there.lines) for col in line.fields]
        if fields:
            self.put(there, *fields[which % len(fields)], cell)

    @rule(page=ANY, place=PLACE, cell=CONTENTS | st.just(Cell()))
    def type_or_clear_anywhere(self, page: int, place: tuple[int, int], cell: Cell) -> None:
        there = self.page(page)
        self.put(there, *reached(there, place), cell)

    @rule(page=ANY, place=PLACE, text=REMARKS)
    def comment_anywhere(self, page: int, place: tuple[int, int], text: str) -> None:
        there = self.page(page)
        number, col = reached(there, place)
        line = there.line(number)
        line.cells[col] = replace(line.at(col), comment=text)

    @rule(page=ANY, row=ANY, column=ANY, text=REMARKS)
    def comment_in_the_table(self, page: int, row: int, column: int, text: str) -> None:
        there = self.page(page)
        if there.rows:
            line, col = there.rows[row % len(there.rows)], 1 + column % len(there.keys)
            line.cells[col] = replace(line.at(col), comment=text)

    @rule(page=ANY, place=PLACE, text=REMARKS)
    def draw_anywhere(self, page: int, place: tuple[int, int], text: str) -> None:
        there = self.page(page)
        there.shapes[*reached(there, place), f"図{text}"] = None

    @rule(page=ANY, row=ANY, column=ANY, ends=PLACE)
    def strike_through(self, page: int, row: int, column: int, ends: tuple[int, int]) -> None:
        there = self.page(page)
        if there.rows:
            line, col = there.rows[row % len(there.rows)], 1 + column % len(there.keys)
            cell = line.at(col)
            if cell.value is None and self.may_write(there, there.number(line), col):
                line.cells[col] = replace(cell, struck=_ends(cell.text, ends))

    # Blocks.

    @rule(page=ANY, place=PLACE, to=PLACE, size=SIZE)
    def cut_and_paste(
        self, page: int, place: tuple[int, int], to: tuple[int, int], size: tuple[int, int]
    ) -> None:
        there = self.page(page)
        source, target = block(there, place, size), block(there, to, size)
        if all(self.may_write(there, *at) for at in source + target):
            there.move(source, target)

    @rule(page=ANY, row=ANY, to_row=ANY)
    def copy_answers(self, page: int, row: int, to_row: int) -> None:
        there = self.page(page)
        if there.rows:
            source, target = (there.rows[at % len(there.rows)] for at in (row, to_row))
            columns = {there.columns.get(column.key, 0) for column in there.layout.open_columns}
            for col in columns - {0}:
                target.cells[col] = replace(source.at(col), moved=True)

    @rule(page=ANY, place=PLACE, size=SIZE, keep=st.booleans())
    def merge_cells(
        self, page: int, place: tuple[int, int], size: tuple[int, int], keep: bool
    ) -> None:
        """With `keep`, as a copied format does: what the merged cell hides stays there."""
        there = self.page(page)
        cells = block(there, place, size)
        if len(cells) > 1 and all(self.may_write(there, *at) for at in cells):
            there.merge(cells, keep)

    # Rows and columns.

    @rule(page=ANY, line=ANY)
    def insert_row(self, page: int, line: int) -> None:
        there = self.page(page)
        there.lines.insert(line % (len(there.lines) + 1), Line())

    @rule(page=ANY, column=ANY)
    def insert_column(self, page: int, column: int) -> None:
        there = self.page(page)
        at = column % (len(there.keys) + 1)
        there.keys.insert(at, "")
        for line in there.lines:
            line.shift(at + 1, 1)

    @rule(page=ANY, line=ANY)
    def delete_row(self, page: int, line: int) -> None:
        there = self.page(page)
        at = line % len(there.lines)
        if len(there.lines) > 1 and self.may_write(there, at, len(there.keys) + 1):
            del there.lines[at]

    @rule(page=ANY, column=ANY)
    def delete_column(self, page: int, column: int) -> None:
        there = self.page(page)
        at = column % len(there.keys)
        if len(there.keys) > 1:
            del there.keys[at]
            for line in there.lines:
                line.drop(at + 1)

    @rule(page=ANY, row=ANY)
    def copy_and_insert_a_row(self, page: int, row: int) -> None:
        there = self.page(page)
        if there.rows:
            line = there.rows[row % len(there.rows)]
            there.lines.insert(there.number(line), line.copy())

    @rule(page=ANY, which=ANY)
    def copy_and_insert_fields(self, page: int, which: int) -> None:
        """A line of the form's own fields, with the hidden keys above it."""
        there = self.page(page)
        rows = [line.row for line in there.lines]
        pairs = [at for at, two in enumerate(pairwise(rows), start=1) if two == (KEY_ROW, FORM_ROW)]
        if pairs:
            at = pairs[which % len(pairs)] + 1
            copied = [line.copy() for line in there.lines[at - 2 : at]]
            for line in copied:
                line.cells = {col: replace(cell, moved=True) for col, cell in line.cells.items()}
            there.lines[at:at] = copied

    @rule(page=ANY, order=st.permutations(range(6)), with_marks=st.booleans())
    def sort_rows(self, page: int, order: list[int], with_marks: bool) -> None:
        there = self.page(page)
        rows, mark = there.rows, there.columns.get(MARK, 0)
        mixed = [rows[at].copy() for at in order if at < len(rows)]
        mixed += [line.copy() for line in rows[len(mixed) :]]
        for line, other in zip(rows, mixed, strict=True):
            own = line.at(mark)
            line.cells = {col: cell for col, cell in other.cells.items() if col != mark}
            line.cells[mark] = other.at(mark) if with_marks else own
            line.row = other.row if with_marks else line.row

    @rule(page=ANY, line=ANY)
    def hide_a_row(self, page: int, line: int) -> None:
        there = self.page(page)
        there.lines[line % len(there.lines)].hidden = True

    @rule(page=ANY, which=st.sets(ANY, min_size=1, max_size=4) | st.none())
    def delete_marks(self, page: int, which: set[int] | None) -> None:
        there = self.page(page)
        numbers = range(len(there.lines)) if which is None else which
        for number in numbers:
            line = there.lines[number % len(there.lines)]
            line.cells.pop(there.columns.get(MARK, 0), None)

    # Sheets.

    @rule(page=ANY, name=st.sampled_from(["R7", "済", "確認表（最新）", "Sheet1", "😀"]))
    def rename(self, page: int, name: str) -> None:
        if name not in [each.name for each in self.pages]:
            self.page(page).name = name

    @rule(page=ANY)
    def copy_the_sheet(self, page: int) -> None:
        there = self.page(page)
        if len(self.pages) < 3:
            self.pages.append(replace(there.copy(), name=f"{there.name} ({len(self.pages)})"))

    @rule(page=ANY, state=st.sampled_from(["", "hidden", "very hidden"]))
    def hide_another_sheet(self, page: int, state: Literal["", "hidden", "very hidden"]) -> None:
        if len(self.pages) > 1:
            self.pages[1 + page % (len(self.pages) - 1)].state = state

    @rule(page=ANY, submission=st.sampled_from(["新規", "差替え", "追加"]), turn=FEW)
    def hand_in_a_copy(self, page: int, submission: str, turn: int) -> None:
        self.copy_the_sheet(page)
        for line in self.pages[-1].lines:
            for col, key in line.fields.items():
                if typed := {"submission": submission, "turn": str(turn)}.get(key):
                    line.cells[col] = Cell(typed)

    # And what comes of it.

    def teardown(self) -> None:
        data = saved(self.pages)
        returned = read(data, self.case.asked)
        result = self.case.merged(returned)
        assert told(handed_over(self.case.merge, [returned])) == told(result)
        assert from_csv(to_csv(result.answers)) == result.record
        self.check_sheets(returned)
        self.check(returned, held(result))

    def check_sheets(self, returned: Return) -> None:
        """A sheet that can no longer be told as a form is named."""
        told = {sheet.name for sheet in returned.sheets}
        told |= {finding.place.sheet for finding in returned.findings}
        nothing = [finding for finding in returned.findings if finding.code == "U11"]
        named = {page.name for page in self.pages if page.filled}
        assert nothing or told >= named

    def check(self, _: Return, found: Counter[Held]) -> None:
        """Every text is held where the law says, and nothing else is."""
        exact = Counter[Held]()
        for table, *where in (each for page in self.pages for each in law(self.case, page)):
            if table not in (SOMEWHERE, FREELY):
                exact[table, where[0], where[1], where[2]] += 1
                continue
            tables = [each for each in found if list(each[1:]) == where]
            times = sum(found.pop(each) for each in tables)
            assert times == 1 or (table == FREELY and times == 0), (table, where, tables)
        assert found == exact, (exact - found, found - exact)


class CarelessPeople(People):
    """The same by people who also touch marks and keys: whatever they typed is held once."""

    def may_write(self, page: Page, number: int, col: int) -> bool:
        del page, number, col
        return True

    @rule(page=ANY, place=PLACE, over_a_key=st.booleans(), cell=CONTENTS)
    def type_over_a_mark_or_key(
        self, page: int, place: tuple[int, int], over_a_key: bool, cell: Cell
    ) -> None:
        there = self.page(page)
        number, col = reached(there, place)
        keys = [at for at, each in enumerate(there.lines) if each.row == KEY_ROW]
        if over_a_key and keys:
            there.put(keys[number % len(keys)], col, cell)
        elif MARK in there.columns:
            there.put(number, there.columns[MARK], cell)

    @rule(page=ANY, line=ANY, to_line=ANY)
    def copy_a_mark(self, page: int, line: int, to_line: int) -> None:
        there = self.page(page)
        source, target = (there.lines[at % len(there.lines)] for at in (line, to_line))
        if MARK in there.columns:
            target.cells[there.columns[MARK]] = source.at(there.columns[MARK])

    @rule(page=ANY, row=ANY, to_page=ANY, to_line=ANY, with_mark=st.booleans())
    def copy_a_row(self, page: int, row: int, to_page: int, to_line: int, with_mark: bool) -> None:
        there, target = self.page(page), self.page(to_page)
        if there.rows:
            line = there.rows[row % len(there.rows)].copy()
            if not with_mark:
                line.cells.pop(there.columns.get(MARK, 0), None)
            target.lines.insert(to_line % len(target.lines), line)

    def check(self, returned: Return, found: Counter[Held]) -> None:
        told = {sheet.name for sheet in returned.sheets}
        for page in self.pages:
            for where, cell in page.everything() if page.name in told else ():
                texts = {cell.text, cell.kept} if cell.filled and not cell.ours else set()
                tables = [each for each in found if each[1:3] == (page.name, where)]
                times = sum(found[each] for each in tables if each[3] in texts)
                assert times == bool(texts) or cell.struck_out, (where, cell, tables)
                comments = found[FINDINGS, page.name, where, cell.comment]
                assert comments == bool(cell.comment)
            for where, words in page.drawn if page.name in told else ():
                assert found[FINDINGS, page.name, where, words] == 1


SLOW = settings(max_examples=150, stateful_step_count=14, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
def test_every_text_is_held_once_where_it_belongs() -> None:
    run_state_machine_as_test(People, settings=SLOW)


@pytest.mark.slow
def test_every_text_is_held_once_whatever_happens_to_marks_and_keys() -> None:
    run_state_machine_as_test(CarelessPeople, settings=SLOW)


WORDS = [  # those that stand on the sheet; others were printed on forms of another shape
    (at, word)
    for at in range(len(CASES))
    for page in issued(at, (0,))
    for word in page.layout.words()
    if plain(word) in page.words
]


@settings(max_examples=60)
@given(st.sampled_from(WORDS), ANY)
def test_a_word_of_ours_that_somebody_types_beside_is_held_once(
    which: tuple[int, str], line: int
) -> None:
    at, word = which
    page = issued(at, (0,))[0].copy()
    page.put(line % len(page.lines), len(page.keys) + 3, Cell(word))
    result = CASES[at].merged(read(saved([page]), CASES[at].asked))
    assert [text for *_, text in held(result).elements()] == [word]


def test_the_label_beside_its_field_is_ours_and_its_copy_over_the_title_is_not() -> None:
    people = People()
    people.open_form(0, [0])
    people.copy_and_insert_fields(0, 0)
    people.copy_and_insert_fields(0, 0)
    people.cut_and_paste(0, place=(5, 1), to=(0, 1), size=(1, 1))
    people.teardown()


def test_a_mark_of_ours_copied_over_another_one_is_held_once() -> None:
    """「－」 of a row that is asked, where a 再掲 says that it is not."""
    people = People()
    people.open_form(2, [0])
    people.copy_answers(0, 2, 94)
    people.teardown()
