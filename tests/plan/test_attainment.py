"""達成率: the usual formulas, where they have no sense, and what a scale makes of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakunin_xlsx.plan import Choice, Direction, Target
from kakunin_xlsx.plan.attainment import (
    Formula,
    attainment,
    formula,
    in_percent,
    literal,
    met,
    rungs,
    suggested,
)
from kakunin_xlsx.plan.rounds import Threshold
from kakunin_xlsx.plan.schema import Span
from tests.example import R7

MORE, LESS, WITHIN = Direction
PLAIN = Target("1-1", R7, "", 940.0, "ｇ", Span())


def target(
    figure: float | None,
    direction: Direction = MORE,
    baseline: float | None = None,
    upper: float | None = None,
) -> Target:
    return replace(PLAIN, figure=figure, direction=direction, baseline=baseline, upper=upper)


@pytest.mark.parametrize(
    ("aim", "value", "share", "reached"),
    [
        (target(100), "95", "95.0%", False),
        (target(100), "120", "120.0%", True),
        (target(3), "2", "66.7%", False),
        (target(8), "1", "12.5%", False),
        (target(80), "1.04", "1.3%", False),
        (target(1000), "1000.5", "100.1%", True),  # 100.05 goes up, not to the even digit
        (target(940, LESS), "893", "105.3%", True),
        (target(940, LESS), "1000", "94.0%", False),
        (target(940, LESS, 1050), "893", "142.7%", True),
        (target(940, LESS, 1050), "1000", "45.5%", False),
        (target(940, LESS, 1050), "1061", "-10.0%", False),
        (target(56, MORE, 48), "53.4", "67.5%", False),
        (target(0, LESS, 12), "3", "75.0%", False),
        (target(6.5, WITHIN, None, 8.5), "7", "100.0%", True),
        (target(6.5, WITHIN, None, 8.5), "8.5", "100.0%", True),
        # Where it has no sense there is no share, but the target is met or not all the same.
        (target(6.5, WITHIN, None, 8.5), "8.6", "", False),
        (target(0), "5", "", True),
        (target(0, LESS), "0", "", True),
        (target(0, LESS), "2", "", False),
        (target(940, LESS), "0", "", True),
        (target(38.2, MORE, 38.2), "38.1", "", False),
        (target(100, MORE, 120), "110", "", True),  # 50% would contradict it
        (target(940, LESS, 900), "920", "", True),
        (target(-5), "-3", "", True),
        (target(None), "5", "", None),
        (target(None, MORE, 3), "5", "", None),
    ],
)
def test_the_usual_formulas(aim: Target, value: str, share: str, reached: bool | None) -> None:
    found = attainment(aim, Decimal(value))
    assert ("" if found is None else in_percent(found)) == share
    assert met(aim, Decimal(value)) is reached


def test_the_formula_is_told_in_words() -> None:
    said = [target(1), target(1, LESS), target(1, LESS, 2), target(1, WITHIN, None, 2), target(0)]
    assert [formula(each) for each in said] == [*Formula, None]


@pytest.mark.parametrize(
    ("share", "shown"),
    [("0.9996", "99.96%"), ("0.99996", "99.996%"), ("0.9994", "99.9%"), ("0.7996", "79.96%")],
)
def test_what_is_short_of_a_mark_is_not_rounded_up_to_it(share: str, shown: str) -> None:
    assert in_percent(Fraction(share), [80.0]) == shown
    assert in_percent(Fraction(1), [80.0]) == "100.0%"


def choice(value: str, percent: float | None = None, below: bool = False) -> Choice:
    reached = None if percent is None else Threshold(percent, below)
    return Choice("mark", value, "", "", counted=True, review=False, reached=reached)


SCALE = (
    choice("◎", 110),
    choice("○", 100),
    choice("△", 66.6),
    choice("×", 66.6, True),
    choice("－"),
)

figures = st.decimals(-50, 5000, places=2).map(float)
aims = st.builds(
    target, figures, st.sampled_from((MORE, LESS)), st.one_of(st.none(), figures)
) | st.builds(lambda low, more: target(low, WITHIN, None, low + more), figures, figures)


@given(aims, st.decimals(-100, 6000, places=2))
def test_a_scale_suggests_what_the_share_says(aim: Target, value: Decimal) -> None:
    """Also by the numbers that stand in the form's formula."""
    share, found = attainment(aim, value), rungs(aim, SCALE)
    best = suggested(found, value)
    if share is None:
        assert best is None
        return
    percent = 100 * share
    wanted = (
        "◎"
        if percent >= 110
        else "○"
        if percent >= 100
        else "△"
        if percent >= Fraction("66.6")
        else "×"
    )
    assert best is not None
    assert best.value == wanted
    for rung in found:
        for sign, bound in rung.bounds:
            written = Decimal(literal(bound))
            assert (value >= written) == (Fraction(value) >= bound), (sign, bound)
            assert (value > written) == (Fraction(value) > bound), (sign, bound)


@given(aims, st.decimals(-100, 6000, places=2))
def test_a_share_never_contradicts_the_target(aim: Target, value: Decimal) -> None:
    share = attainment(aim, value)
    if share is not None:
        assert (share >= 1) is met(aim, value)
        assert share >= 1 or in_percent(share) != "100.0%"
