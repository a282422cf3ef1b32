"""The conservation law under a random hand: typing, moving, inserting and deleting rows and columns.

A form is taken as its grid of cells. Every deed is done to the cells and to what was issued at
their logical place; in the end each cell that differs from that must be held exactly once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from zipfile import ZipFile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakunin_xlsx.layout import Layout, read_mark
from kakunin_xlsx.merge import Merged, layouts, merge
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.returns import Cell, Grid, Return
from kakunin_xlsx.returns.form import read_form
from kakunin_xlsx.returns.model import At, address
from kakunin_xlsx.returns.ooxml import read_book
from tests.example import R7, SECOND, form, shipped

PLANS = {plan.id: plan for plan in (shipped(), load_plan(SECOND))}
ASKED = {id_: layouts(plan, R7, plan.rounds[0].code) for id_, plan in PLANS.items()}
SMALL = [one for asked in ASKED.values() for one in asked if len(one.rows) < 6]
# Kinds whose place keeps what was typed; the others point at cells that are held elsewhere.
HOLDING = {"C13", "C14", "C16", "C19", "F04"}
SLOW = settings(max_examples=150, suppress_health_check=list(HealthCheck))

letters = st.characters(categories=("L", "N", "P", "S", "Zs"), include_characters="\n\r\t葛󠄀①👨")
tricky = st.sampled_from(
    ["=1+1", "@SUM(A1)", "+81", "-5 %", "1-2", "NA", "A", "３件", "#REF!", "'3", "_x000D_", "同上"]
)
texts = (st.text(letters, min_size=1, max_size=20) | tricky).filter(str.strip)


@dataclass
class Hand:
    """A sheet as it stands, and what was issued at each place of it now."""

    one: Layout
    cells: dict[At, Cell]
    issued: dict[At, str]

    def put(self, at: At, text: str, struck: int = 0) -> None:
        spans = ((0, min(struck, len(text))),) if struck else ()
        self.cells[at] = Cell(*at, text, struck=spans)

    def clear(self, at: At) -> None:
        self.cells.pop(at, None)

    def cut_and_paste(self, source: At, target: At) -> None:
        if cell := self.cells.pop(source, None):
            self.cells[target] = replace(cell, row=target[0], col=target[1])

    def shift(self, place: Callable[[At], At | None]) -> None:
        """Move everything; None is where a cell goes with its row or column."""
        moved = {place(at): cell for at, cell in self.cells.items()}
        self.cells = {at: replace(c, row=at[0], col=at[1]) for at, c in moved.items() if at}
        issued = {place(at): text for at, text in self.issued.items()}
        self.issued = {at: text for at, text in issued.items() if at}

    def insert(self, axis: int, number: int) -> None:
        self.shift(lambda at: moved(at, axis, 1) if at[axis] >= number else at)

    def delete(self, axis: int, number: int) -> None:
        def place(at: At) -> At | None:
            if at[axis] == number:
                return None
            return moved(at, axis, -1) if at[axis] > number else at

        self.shift(place)

    def swap_rows(self, one: int, other: int) -> None:
        """Whole rows, marks and all, as a sort does."""
        places = {one: other, other: one}
        self.shift(lambda at: (places.get(at[0], at[0]), at[1]))

    def returned(self) -> Return:
        cells = tuple(self.cells[at] for at in sorted(self.cells))
        grid = Grid("確認表", cells, protected=True)
        sheet = read_form(grid, ASKED[self.one.identity.plan])
        return Return(("戻り.xlsx",), "ab" * 32, (sheet,) if sheet else ())

    def merged(self) -> Merged:
        mark = self.one.identity
        return merge(PLANS[mark.plan], R7, mark.round, [self.returned()])

    def changed(self) -> dict[str, Cell]:
        """Cells that differ from what was issued there, by address."""
        return {
            address(*at): cell
            for at, cell in self.cells.items()
            if plain(cell.typed) != plain(self.issued.get(at, "")) or cell.struck
        }


def moved(at: At, axis: int, by: int) -> At:
    return (at[0] + by, at[1]) if axis == 0 else (at[0], at[1] + by)


def plain(text: str) -> str:
    return "".join(text.split())


@cache
def blank(at: int) -> tuple[Cell, ...]:
    with ZipFile(BytesIO(form(SMALL[at]))) as archive:
        return next(g.cells for g in read_book(archive, 10_000).grids if g.name == "確認表")


def hand(at: int) -> Hand:
    cells = {(cell.row, cell.col): cell for cell in blank(at)}
    return Hand(SMALL[at], cells, {place: cell.typed for place, cell in cells.items()})


rows, columns = st.integers(1, 32), st.integers(1, 24)
places = st.tuples(rows, columns)
DEEDS = st.one_of(
    st.tuples(st.just("put"), places, texts),
    st.tuples(st.just("put"), places, texts, st.integers(0, 9)),
    st.tuples(st.just("clear"), places),
    st.tuples(st.just("cut_and_paste"), places, places),
    st.tuples(st.just("insert"), st.integers(0, 1), rows),
    st.tuples(st.just("delete"), st.integers(0, 1), rows),
    st.tuples(st.just("swap_rows"), rows, rows),
)


DONE = st.tuples(st.sampled_from(range(len(SMALL))), st.lists(DEEDS, max_size=10))


def done(at: int, deeds: list[tuple[str, ...]]) -> Hand:
    """The form after all deeds."""
    made = hand(at)
    for name, *what in deeds:
        getattr(made, name)(*what)
    return made


def holders(result: Merged) -> Counter[str]:
    """How many places hold what stands in a cell."""
    held = Counter(answer.cell for answer in result.answers)
    held += Counter(each.cell for each in result.proposals if each.typed)
    return held + Counter(f.place.cell for f in result.findings if f.code in HOLDING)


@SLOW
@given(DONE)
def test_what_differs_is_held_once(given_: tuple[int, list[tuple[str, ...]]]) -> None:
    made = done(*given_)
    if not made.returned().sheets:
        return  # nothing is left that tells a form: the file as a whole is named (U11)
    result, changed = made.merged(), made.changed()
    held = holders(result)
    ours = {plain(word) for word in made.one.words()}
    counts = {
        at: held[at]
        for at, cell in changed.items()
        if not tells(cell) and plain(cell.typed) not in ours  # our own words, moved
    }
    assert counts == {cell: 1 for cell in counts if not hollow(changed[cell])} | {
        cell: counts[cell] for cell in counts if hollow(changed[cell])
    }
    kept = {answer.value for answer in result.answers} | {each.typed for each in result.proposals}
    kept |= {finding.place.value for finding in result.findings}
    texts_ = {cell.typed for where, cell in changed.items() if where in counts and not cell.struck}
    assert {text for text in texts_ if not any(text in each for each in kept)} == set()


def tells(cell: Cell) -> bool:
    """A mark, a key or our count that was moved: nobody's answer."""
    keys = {
        key for asked in ASKED.values() for one in asked for key in (*one.column, *one.form_column)
    }
    ours = "COUNTIFS(" in cell.formula  # our count of empty cells
    return ours or read_mark(cell.typed) is not None or cell.typed.strip() in keys


def hollow(cell: Cell) -> bool:
    """A printed text with a line through all of it is a proposal to leave it out."""
    return bool(cell.struck) and not cell.kept.strip()


@SLOW
@given(DONE)
def test_an_answer_that_counts_is_what_stands_in_its_cell(
    given_: tuple[int, list[tuple[str, ...]]],
) -> None:
    made = done(*given_)
    cells = {address(*at): cell.typed for at, cell in made.cells.items()}
    for answer in made.merged().answers:
        assert answer.value == cells[answer.cell]


def test_an_untouched_form_holds_nothing() -> None:
    for at in range(len(SMALL)):
        result = hand(at).merged()
        assert (result.answers, result.proposals) == ((), ())
        assert not {finding.code for finding in result.findings} & HOLDING
