"""One rounding for every share: 四捨五入, in words, in cells, in the read-aloud text."""

from __future__ import annotations

import io
from collections import Counter
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from kakunin_xlsx.layout import Layout
from kakunin_xlsx.plan import Choice
from kakunin_xlsx.report.counting import ROUNDED, Tally, in_words, percent, share
from kakunin_xlsx.report.speech import speech_bytes
from kakunin_xlsx.report.view import YearView
from tests.example import R7, report_workbook, sample_record, shipped, whole_layout
from tests.report.records import pages_of

# Parts and wholes of which the second decimal is just a five: half-even would go down.
TIES = [(1, 16, "6.3"), (1, 80, "1.3"), (3, 80, "3.8"), (9, 80, "11.3"), (13, 16, "81.3")]
OTHERS = [(0, 7, "0.0"), (7, 7, "100.0"), (1, 3, "33.3"), (2, 3, "66.7"), (-1, 16, "-6.3")]


@pytest.mark.parametrize(("part", "whole", "said"), [*TIES, *OTHERS])
def test_halves_go_up(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said
    assert f"{share(part, whole):.1%}" == f"{said}%"
    assert percent(share(part, whole)) == said


def test_exact_numbers_and_what_floats_make_of_them() -> None:
    assert percent(Decimal("1.005"), 1.0) == "100.5"
    assert percent(Decimal("96.15"), 100.0) == "96.2"
    assert percent(0.5785) == "57.9"
    assert percent(Decimal("3.45"), 30.0) == "11.5"


def test_every_place_says_the_same_number() -> None:
    """13 of 16 rated A: in the first page's count, the tables, the words and the read-aloud text."""
    one: Layout = whole_layout()
    rows = [row.id for row in one.rows if row.open]
    changes = [(row, "rating", "") for row in rows[16:]]
    changes += [
        (row, "rating", "A 目標どおり実施" if at < 13 else "B おおむね実施")
        for at, row in enumerate(rows[:16])
    ]
    answers = sample_record(changes)
    view = YearView.of(shipped(), R7, answers)
    book = load_workbook(io.BytesIO(report_workbook(shipped(), R7, answers)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    shares = [
        cell.value
        for cell in cells
        if cell.number_format == "0.0%" and isinstance(cell.value, float)
    ]
    assert 0.813 in shares
    assert {round(value, 3) for value in shares} == set(shares)
    assert any(ROUNDED in str(cell.value) for cell in cells)
    text = speech_bytes(pages_of(view)).decode("utf-8-sig")
    assert "81.3パーセント" in text
    assert "81.2" not in text


def test_the_words_of_a_count() -> None:
    choices = tuple(Choice("", value, "", "", counted=True, review=False) for value in ("A", "B"))
    said = in_words(choices, Tally("", Counter({"A": 13, "B": 3})))
    assert "（81.3％）" in said
    assert "（18.8％）" in said
