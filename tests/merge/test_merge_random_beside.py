"""The conservation law on every sheet of a workbook: whatever somebody adds there is held once.

Words in free cells, comments, shapes, words in print; on our own sheets as well as on added ones,
in a form, in one that shows last year's answers, in a 修正依頼, in a form of the second plan.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment

from kakunin_xlsx.feedback import correction_request, corrections
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.returns.model import address
from kakunin_xlsx.sheets.workbooks import form_workbook
from tests.faults.drawings import at, drawing, shape
from tests.faults.plain import OFFICE
from tests.faults.zips import zipped
from tests.hands import read
from tests.merge.law import HOLDING
from tests.merge.pages import CASES, LATER, PLANS, ROUNDS, Case
from tests.people.base import ROW, book

ADDED = "補足"
SECOND = next(case for case in CASES if case.plan is PLANS[1])
Kind = Literal["words", "comment", "shape", "header", "footer"]
KINDS: tuple[Kind, ...] = ("words", "comment", "shape", "header", "footer")


@dataclass(frozen=True)
class Thing:
    """One thing that somebody adds; sheet, row and column are taken modulo what there is."""

    kind: Kind
    sheet: int
    row: int
    col: int


def _form(case: Case) -> bytes:
    return form_workbook([case.small[0]], case.plan.style.font)


def _request() -> bytes:
    made = book()
    made.put(made.at(ROW, "result"), None)
    made.sheet["Z3"] = "行き先のない記入"
    case = ROUNDS[0]
    (correction,) = corrections(case.merged(read(made.data(), case.asked)))
    return correction_request(correction, "游ゴシック")


BOOKS: dict[str, tuple[Case, Callable[[], bytes]]] = {
    "a form": (ROUNDS[0], lambda: _form(ROUNDS[0])),
    "with last year's answers": (LATER, lambda: _form(LATER)),
    "of the second plan": (SECOND, lambda: _form(SECOND)),
    "a request": (ROUNDS[0], _request),
}


@cache
def made(name: str) -> bytes:
    return BOOKS[name][1]()


def work(data: bytes, things: Sequence[Thing]) -> tuple[bytes, list[str]]:
    """The workbook with these things, and their words."""
    opened = load_workbook(io.BytesIO(data))
    opened.create_sheet(ADDED)
    words: list[str] = []
    shapes: dict[int, list[str]] = {}
    for number, thing in enumerate(things):
        said = f"加筆{number}番"
        if _put(opened, thing, said, shapes):
            words.append(said)
    target = io.BytesIO()
    opened.save(target)
    return _with_shapes(target.getvalue(), shapes), words


def _put(opened: Workbook, thing: Thing, said: str, shapes: dict[int, list[str]]) -> bool:
    which = thing.sheet % len(opened.worksheets)
    sheet: Any = opened.worksheets[which]
    row, col = 1 + thing.row % (sheet.max_row + 4), 1 + thing.col % (sheet.max_column + 4)
    cell = sheet.cell(row, col)
    match thing.kind:
        case "words":
            ours = isinstance(cell, MergedCell) or cell.value is not None
            if ours or col == 1 or sheet.row_dimensions[row].hidden:
                return False
            cell.value = said
        case "comment":
            if isinstance(cell, MergedCell) or cell.comment:
                return False
            cell.comment = Comment(said, "課")
        case "shape":
            shapes.setdefault(which, []).append(at(row, col, shape(said)))
        case "header" | "footer":
            part = getattr(sheet, "oddHeader" if thing.kind == "header" else "oddFooter").left
            if part.text:
                return False
            part.text = said
    return True


def _with_shapes(data: bytes, shapes: dict[int, list[str]]) -> bytes:
    """Drawings beside what openpyxl can save."""
    with ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for which, anchors in shapes.items():
        links = f"xl/worksheets/_rels/sheet{which + 1}.xml.rels"
        link = (
            f'<Relationship Id="rId99" Type="{OFFICE}/drawing"'
            f' Target="../drawings/more{which}.xml"/></Relationships>'
        )
        known = parts.get(links, b"<Relationships></Relationships>").decode()
        known = re.sub(r"<Relationships([^>]*)/>$", r"<Relationships\1></Relationships>", known)
        parts[links] = known.replace("</Relationships>", link).encode()
        parts[f"xl/drawings/more{which}.xml"] = drawing(*anchors).encode()
    return zipped(parts)


def times_held(result: Merged, said: str) -> int:
    """How often a text is held: findings may also point at what a table holds."""
    typed = [each.value for each in result.answers] + [each.typed for each in result.proposals]
    kept = [f.place.value for f in result.findings if f.code in HOLDING | {"I08"}]
    whole = re.compile(rf"(?<!\d){said}(?!\d)")
    return sum(len(whole.findall(text)) for text in (*typed, *kept))


THINGS = st.lists(
    st.builds(Thing, st.sampled_from(KINDS), *[st.integers(0, 999)] * 3), min_size=1, max_size=12
)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if at else []) for at, name in enumerate(BOOKS)],
)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(things=THINGS)
def test_whatever_is_added_to_a_workbook_is_held_once(name: str, things: list[Thing]) -> None:
    case = BOOKS[name][0]
    data, words = work(made(name), things)
    result = case.merged(read(data, case.asked))
    held = {said: times_held(result, said) for said in words}
    assert held == dict.fromkeys(words, 1)


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_to_which_nothing_is_added_holds_nothing(name: str) -> None:
    case = BOOKS[name][0]
    data, _ = work(made(name), [])
    result = case.merged(read(data, case.asked))
    kept = [each for each in result.findings if each.code in HOLDING - {"F09"} | {"I08", "C08"}]
    assert kept == []


def test_every_place_has_an_address() -> None:
    """The things above lie at cells that are named as people name them."""
    data, (said,) = work(made("a form"), [Thing("shape", 0, 8, 3)])
    result = ROUNDS[0].merged(read(data, ROUNDS[0].asked))
    (told,) = [each.place for each in result.findings if said in each.place.value]
    assert (told.sheet, told.cell) == ("記入要領", address(9, 4))
