"""Completely filled returns: one that lies beside every hostile file, and one to be spoilt."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from openpyxl import load_workbook

from kakunin_xlsx.demo.sample import fill_form, sample_answers
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import Merged, layouts, merge
from kakunin_xlsx.returns import Return
from tests.example import MASTERS, R7, form, shipped

At = tuple[str, str]  # row id and column key

ASKED = layouts(shipped(), R7, "jisseki")
BY_CODE = {one.identity.respondent: one for one in ASKED}
BESIDE, SPOILT = BY_CODE["fukushi-seisaku"], BY_CODE["shido"]


def answers(one: Layout) -> Mapping[At, str]:
    """What a department types into its form."""
    return sample_answers(MASTERS, one)


def filled(one: Layout) -> bytes:
    """Its form with these answers, as openpyxl saves it."""
    return _filled(one.identity.respondent)


@cache
def _filled(code: str) -> bytes:
    one = BY_CODE[code]
    return fill_form(form(one), one, answers(one))


COVER = 60  # rows below the table at which the first sheet is put: one page holds the whole form
Value = str | float
Filled = tuple[int, int, Value]


@cache
def cells() -> tuple[Filled, ...]:
    """The filled cells of the form to be spoilt, row by row; dates as a file holds them."""
    book = load_workbook(io.BytesIO(filled(SPOILT)))
    made: list[Filled] = []
    for name, below in (("確認表", 0), ("記入要領", COVER)):
        for row in book[name].iter_rows():
            for cell in row:
                if cell.value is not None:
                    stored = cell.value if isinstance(cell.value, str) else serial(cell.value)
                    if not (below and is_formula(stored)):  # the count stands there once more
                        made.append((cell.row + below, cell.column, stored))
    return tuple(made)


def serial(value: object) -> float:
    """A number, or a day as Excel counts it."""
    if isinstance(value, datetime):
        return float((value - datetime(1899, 12, 30)).days)
    assert isinstance(value, int | float)
    return float(value)


def values() -> tuple[Filled, ...]:
    """The same without formulas."""
    return tuple(each for each in cells() if not is_formula(each[2]))


def is_formula(value: Value) -> bool:
    """The only formula in a form is its own count."""
    return isinstance(value, str) and value.startswith("=")


def is_day(value: Value) -> bool:
    """Of the numbers in a form only days are so large."""
    return isinstance(value, float) and value > 40_000


def merged(*returned: Return) -> Merged:
    """取りまとめ of these returns alone."""
    return merge(shipped(), R7, "jisseki", returned)


def adopted(result: Merged) -> Mapping[At, str]:
    """The answers that count."""
    return {(each.row, each.key): each.value for each in result.answers if each.adopted}


def codes(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Each finding's code, in order."""
    return tuple(sorted(finding.code for finding in findings))
