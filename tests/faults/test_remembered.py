"""What was unpacked or parsed before is read as if it were new, whatever is wrong with the file.

And what is read without the parser is what the parser reads.
"""

from __future__ import annotations

from unittest.mock import patch

import pytest

from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns import Limits, gate
from kakunin_xlsx.returns.gate import Content
from kakunin_xlsx.returns.model import Book, Unreadable
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.ooxml.sheet import SheetReader
from kakunin_xlsx.returns.zips import Zip
from tests.example import form
from tests.faults.cases import CELLS, PARTS, SOUND_PARTS, VALUES, ZIPS, Case
from tests.faults.good import ASKED, filled

CASES = [*ZIPS, *SOUND_PARTS, *PARTS, *CELLS, *VALUES]


def outcome(archive: Zip) -> Book | str:
    """The workbook, or why there is none."""
    try:
        return read_book(archive, 10_000)
    except Unreadable as problem:
        return f"{type(problem).__name__} {problem}"


def parsed(data: bytes) -> Book | str:
    """The same, all of it through the parser."""
    with (
        patch.object(SheetReader, "take", lambda _, part: part),
        patch("kakunin_xlsx.returns.ooxml.book.plain_strings", lambda _: None),
    ):
        return outcome(Zip(data))


def check(data: bytes) -> None:
    archive = Zip(data)
    if gate.recognise(data, "回答.xlsx", Limits(), archive) is Content.XLSX:
        anew = outcome(Zip(data))
        assert [outcome(archive) for _ in range(2)] == [anew, anew]
        assert parsed(data) == anew


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case(case: Case) -> None:
    check(case.build())


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.respondent)
def test_our_own_forms(one: Layout) -> None:
    check(form(one))
    check(filled(one))
