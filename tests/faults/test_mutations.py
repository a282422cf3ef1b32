"""Sound workbooks changed by chance: whatever comes of it, it is a finding or a reading."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Item, Return
from kakunin_xlsx.returns.opening import open_bytes
from tests.faults.books import parts_of
from tests.faults.good import ASKED, SPOILT, filled, merged
from tests.faults.plain import SHEET, parts
from tests.faults.zips import zipped
from tests.hands import sha

ODD = [
    *(b"", b"-1", b"0", b"99999999999999999999", b"1e400", b"NaN", b"A0", b"XFD1048576", b"A1:B2"),
    *(b"s", b"b", b"e", b"d", b"str", b"inlineStr", b"rId1", b"../..", b" 1 ", b"1_0", b"x" * 3000),
    *("ほげ".encode(), "２".encode(), b"komae-saihan-1/R7/jisseki/shido/@"),
]
WORDS = re.compile(rb'="([^"]*)"|>([^<]*)<')
ELEMENTS = re.compile(rb"<(c|row|si|v|is|t)\b[^>]*>.*?</\1>|<\w+[^>]*/>", re.DOTALL)


def changed(data: bytes, chance: random.Random) -> bytes:
    """One byte, one word or one element another, or there twice, or gone."""
    kind = chance.random()
    if kind < 0.2:
        at = chance.randrange(len(data))
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    found = list((WORDS if kind < 0.7 else ELEMENTS).finditer(data))
    if not found:
        return data
    one = chance.choice(found)
    if kind < 0.7:
        begin, end = one.span(1 if one[1] is not None else 2)
        return data[:begin] + chance.choice(ODD) + data[end:]
    return data[: one.start()] + one[0] * chance.choice((0, 2)) + data[one.end() :]


@pytest.mark.parametrize("seed", range(4))
def test_changes_by_chance(seed: int) -> None:
    chance = random.Random(seed)
    books = (parts(), parts_of(filled(SPOILT)))
    for _ in range(60):
        book = chance.choice(books)
        name = SHEET if chance.random() < 0.5 else chance.choice(sorted(book))
        part = book[name]
        for _ in range(chance.choice((1, 1, 2, 5))):
            part = changed(part, chance)
        data = zipped({**book, name: part})
        found = open_bytes(data, Item("x", sha(data), Path("x")), ASKED, Limits())
        assert found.sheets or found.findings
        merged(Return(("x",), sha(data), found.sheets, found.findings, found.ledger))
