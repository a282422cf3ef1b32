"""The filled form that all human faults begin with: 指導室's sample, without any finding."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kakunin_xlsx.demo.sample import Typed, fill_form, sample_answers
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import Merged, merge
from kakunin_xlsx.record import FORM_ROW
from tests.example import MASTERS, R7, form, layouts, shipped
from tests.hands import Book, read

ASKED = layouts()
ONE: Layout = next(one for one in ASKED if one.respondent == "指導室")
ROW, NEXT, LAST = (row.id for row in ONE.rows)


def of(name: str) -> Layout:
    """The layout of one department."""
    return next(one for one in ASKED if one.respondent == name)


@cache
def filled(name: str = "指導室") -> bytes:
    """A department's form with its sample answers."""
    one = of(name)
    return fill_form(form(one), one, sample_answers(MASTERS, one))


@cache
def sample(name: str = "指導室") -> Typed:
    """What stands in it."""
    return sample_answers(MASTERS, of(name))


def book(name: str = "指導室") -> Book:
    """The filled form, opened."""
    return Book(filled(name))


def merged(*files: bytes | Book) -> Merged:
    """What a merge makes of returned files."""
    datas = [each if isinstance(each, bytes) else each.data() for each in files]
    returns = [read(data, ASKED, f"{at}.xlsx") for at, data in enumerate(datas, start=1)]
    return merge(shipped(), R7, "jisseki", returns)


def codes(result: Merged) -> list[str]:
    """Codes of all findings, sorted."""
    return sorted(finding.code for finding in result.findings)


def adopted(result: Merged) -> dict[tuple[str, str], str]:
    """Table answers that count."""
    return {(a.row, a.key): a.value for a in result.answers if a.adopted and a.row != FORM_ROW}


def table(name: str = "指導室") -> dict[tuple[str, str], str]:
    """The sample's table answers."""
    return {at: text for at, text in sample(name).items() if at[0] != FORM_ROW}


def changed(result: Merged, *names: str) -> dict[tuple[str, str], str | None]:
    """Where what counts differs from the sample: the value, or None where nothing counts."""
    base = {at: text for name in names or ("指導室",) for at, text in table(name).items()}
    now = adopted(result)
    return {at: now.get(at) for at in base.keys() | now.keys() if base.get(at) != now.get(at)}


def without(
    all_: dict[tuple[str, str], str], rows: Iterable[str]
) -> dict[tuple[str, str], str | None]:
    """Every answer of these rows, gone."""
    return {at: None for at in all_ if at[0] in rows}
