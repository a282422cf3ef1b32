"""The conservation law: whatever a person writes into a form is held once, and nothing else."""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.cell import Cell

from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge.join import layouts, merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.record import FORM_ROW
from tests.example import R7, SECOND, form, shipped
from tests.hands import Book, read

PLANS = {plan.id: plan for plan in (shipped(), load_plan(SECOND))}
ASKED = {id_: layouts(plan, R7, plan.rounds[0].code) for id_, plan in PLANS.items()}
SMALL = [one for asked in ASKED.values() for one in asked if len(one.rows) < 6]
HELD_BY_FINDING = {"C14", "C16", "C19", "F04"}  # kinds whose place keeps what was typed
SLOW = settings(max_examples=40, suppress_health_check=list(HealthCheck))

letters = st.characters(categories=("L", "N", "P", "S", "Zs"), include_characters="\n葛󠄀①")
texts = st.text(letters, min_size=1, max_size=30).filter(str.strip)
tricky = st.sampled_from(
    ["=1+1", "@SUM(A1)", "+81", "-5 %", "1-2", "NA", "A", "３件", "#REF!", "'3"]
)
anything = texts | tricky


@cache
def blank(at: int) -> bytes:
    return form(SMALL[at])


@cache
def cells(at: int) -> dict[str, str]:
    """What was issued, by address; every cell of the form's range and some beside it."""
    sheet = Book(blank(at)).sheet
    area = sheet.iter_rows(max_row=sheet.max_row + 3, max_col=sheet.max_column + 3)
    return {
        cell.coordinate: str(cell.value if cell.value is not None else "")
        for row in area
        for cell in row
        if isinstance(cell, Cell)
    }


@st.composite
def edits(draw: st.DrawFn) -> tuple[int, dict[str, str]]:
    at = draw(st.sampled_from(range(len(SMALL))))
    places = st.sampled_from(sorted(cells(at)))
    return at, draw(st.dictionaries(places, anything | st.just(""), max_size=12))


def holders(result: Merged, cell: str, typed: str) -> int:
    """How many places hold what stands in a cell; I08 holds a whole sheet that lost its marks."""
    return (
        sum(answer.cell == cell for answer in result.answers)
        + sum(proposal.cell == cell and proposal.typed != "" for proposal in result.proposals)
        + sum(f.place.cell == cell and f.code in HELD_BY_FINDING for f in result.findings)
        + sum(f.code == "I08" and typed in f.place.value for f in result.findings)
    )


def merged(one: Layout, data: bytes) -> Merged:
    id_ = one.identity.plan
    return merge(PLANS[id_], R7, one.identity.round, [read(data, ASKED[id_])])


def plain(text: str) -> str:
    return "".join(text.split())


@SLOW
@given(edits())
@example((13, {"A1": "", "A7": "", "A10": "", "A2": "0", "B4": ""}))
def test_every_changed_cell_is_held_once(made: tuple[int, dict[str, str]]) -> None:
    at, changes = made
    book = Book(blank(at))
    for cell, text in changes.items():
        book.put(cell, text or None)
    result = merged(SMALL[at], book.data())
    changed = {c for c, text in changes.items() if text and plain(text) != plain(cells(at)[c])}
    held = {cell: holders(result, cell, changes[cell]) for cell in changed}
    assert held == dict.fromkeys(changed, 1)
    everything = [
        *(answer.value for answer in result.answers),
        *(proposal.typed for proposal in result.proposals),
        *(finding.place.value for finding in result.findings if finding.code != "I08"),
    ]
    sheets = "".join(f.place.value for f in result.findings if f.code == "I08")
    assert all(changes[cell] in everything or changes[cell] in sheets for cell in changed)
    assert len(result.answers) <= len(changed)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Layout, dict[tuple[str, str], str]]:
    one = draw(st.sampled_from(SMALL))
    table = [(row.id, c.key) for row in one.rows if row.open for c in one.open_columns]
    fields = [(FORM_ROW, column.key) for column in one.form if column.open]
    return one, draw(st.dictionaries(st.sampled_from(table + fields), anything))


@SLOW
@given(answers())
def test_every_answer_comes_back_at_its_place(
    made: tuple[Layout, dict[tuple[str, str], str]],
) -> None:
    one, values = made
    result = merged(one, form(one, values))
    assert {(a.row, a.key): a.value for a in result.answers if a.adopted} == values
    assert len(result.answers) == len(values)
    assert result.proposals == ()
    assert not {finding.code for finding in result.findings} & HELD_BY_FINDING
