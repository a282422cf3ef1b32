"""達成率: how far a figure has come towards its target, by the usual formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from operator import ge, gt, le, lt

from kakunin_xlsx.plan.rounds import Choice
from kakunin_xlsx.plan.tree import Direction, Target

_COMPARED = {">=": ge, ">": gt, "<=": le, "<": lt}
_DIGITS = 15  # that a spreadsheet's number holds


class Formula(StrEnum):
    """How a 達成率 was computed, in words for people."""

    MORE = "実績÷目標値"
    LESS = "目標値÷実績（少ないほどよいもの）"
    FROM_BASELINE = "（実績－基準値）÷（目標値－基準値）（基準値のあるもの）"
    WITHIN = "範囲の中なら100％（範囲の目標）"


def formula(target: Target) -> Formula | None:
    """How the 達成率 of a target is computed; None where it has no sense.

    It has none without a figure, with a target of 0 or below, or with a baseline that is as good
    as the target: whatever came out would contradict whether the target is met.
    """
    if target.figure is None:
        return None
    if target.direction is Direction.WITHIN:
        return Formula.WITHIN
    if target.baseline is not None:
        ahead = target.figure - target.baseline
        better = ahead < 0 if target.direction is Direction.LESS else ahead > 0
        return Formula.FROM_BASELINE if better else None
    if target.figure <= 0:
        return None
    return Formula.LESS if target.direction is Direction.LESS else Formula.MORE


def met(target: Target, value: Decimal) -> bool | None:
    """True if `value` is as good as the target or better; None if it has no figure."""
    if target.figure is None:
        return None
    aim, number = _exact(target.figure), Fraction(value)
    if target.direction is Direction.WITHIN:
        return aim <= number and (target.upper is None or number <= _exact(target.upper))
    return number <= aim if target.direction is Direction.LESS else number >= aim


def attainment(target: Target, value: Decimal) -> Fraction | None:
    """The 達成率 of `value`, 1 being the target; None where it has no sense."""
    aim, number = _exact(target.figure or 0), Fraction(value)
    match formula(target):
        case Formula.MORE:
            return number / aim
        case Formula.LESS:
            return aim / number if number > 0 else None
        case Formula.FROM_BASELINE:
            start = _exact(target.baseline or 0)
            return (number - start) / (aim - start)
        case Formula.WITHIN:
            return Fraction(1) if met(target, value) else None
    return None


def half_up(number: Fraction, decimals: int) -> Decimal:
    """Rounded 四捨五入, as people do it; below nought as above it."""
    whole = int(abs(number) * 10**decimals + Fraction(1, 2))
    return Decimal(whole if number >= 0 else -whole).scaleb(-decimals)


def in_percent(share: Fraction, breaks: Iterable[float] = ()) -> str:
    """`105.3%`, rounded half up. What is short of 100, or of a break, is never rounded up to it:

    there, as many decimals follow as tell the two apart.
    """
    for decimals in range(1, _DIGITS):
        told = half_up(100 * share, decimals)
        if not any(share * 100 < _exact(each) <= told for each in (100.0, *breaks)):
            break
    return f"{told}%"


def turns(choices: Iterable[Choice]) -> list[float]:
    """Where the scales of a plan turn from one value to the next, in percent."""
    return [choice.reached.percent for choice in choices if choice.reached]


# What a scale makes of it.


@dataclass(frozen=True, slots=True)
class Rung:
    """A value of a scale, and the figures for which the 達成率 suggests it.

    A figure must hold against all of `bounds`: `(">=", 940)`.
    """

    value: str
    label: str
    bounds: tuple[tuple[str, Fraction], ...]

    def holds(self, number: Decimal) -> bool:
        """True if `number` is among the figures."""
        return all(_COMPARED[sign](Fraction(number), bound) for sign, bound in self.bounds)


def rungs(target: Target, choices: Sequence[Choice]) -> tuple[Rung, ...]:
    """The values of a scale that a 達成率 may suggest, best first: the first that holds is it."""
    return tuple(
        Rung(choice.value, choice.label, bounds)
        for choice in choices
        if choice.reached
        and (bounds := _bounds(target, _exact(choice.reached.percent) / 100, choice.reached.below))
    )


def suggested(found: Sequence[Rung], number: Decimal) -> Rung | None:
    """The step that the 達成率 of a figure suggests; None if it suggests nothing."""
    return next((rung for rung in found if rung.holds(number)), None)


def _bounds(target: Target, share: Fraction, below: bool) -> tuple[tuple[str, Fraction], ...]:
    """The figures whose 達成率 reaches `share`, or is below it; () if there are none."""
    aim = _exact(target.figure or 0)
    match formula(target):
        case Formula.MORE:
            return (("<" if below else ">=", aim * share),)
        case Formula.LESS:
            return tuple(_of_less(aim, share, below))
        case Formula.FROM_BASELINE:
            start = _exact(target.baseline or 0)
            up = aim > start
            sign = ("<" if up else ">") if below else (">=" if up else "<=")
            return ((sign, start + share * (aim - start)),)
        case Formula.WITHIN if (share > 1) is below:
            upper = aim if target.upper is None else _exact(target.upper)
            return ((">=", aim), ("<=", upper))
    return ()


def _of_less(aim: Fraction, share: Fraction, below: bool) -> Iterator[tuple[str, Fraction]]:
    if share > 0:
        yield (">", Fraction(0))
        yield (">" if below else "<=", aim / share)
    elif not below:
        yield (">", Fraction(0))


def _exact(number: float) -> Fraction:
    """The number as it was written, not as it is stored."""
    return Fraction(repr(number))


def literal(bound: Fraction) -> str:
    """A bound as a formula of a spreadsheet writes it."""
    return format(Decimal(f"{float(bound):.{_DIGITS}g}"), "f")
