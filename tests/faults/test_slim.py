"""What need not travel from a worker changes nothing that a merge says, whatever the file."""

from __future__ import annotations

import pytest

from kakunin_xlsx.layout import Layout
from tests.faults.cases import CELLS, PARTS, SOUND_PARTS, VALUES, Case
from tests.faults.good import ASKED, filled, merged
from tests.hands import read, read_whole, told

CASES = [*SOUND_PARTS, *PARTS, *CELLS, *VALUES]


def check(data: bytes) -> None:
    assert told(merged(read(data, ASKED))) == told(merged(read_whole(data, ASKED)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case(case: Case) -> None:
    check(case.build())


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.respondent)
def test_of_a_sound_form_only_the_answers_travel(one: Layout) -> None:
    check(filled(one))
    cover, sheet = read(filled(one), ASKED).sheets
    assert (cover.rows, cover.leftovers, cover.grid.cells) == ((), (), ())
    assert all(
        row.sound and set(row.cells) <= {c.key for c in one.open_columns} for row in sheet.rows
    )
    assert (sheet.leftovers, sheet.grid.cells, sheet.grid.merged) == ((), (), ())
