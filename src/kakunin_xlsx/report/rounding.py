"""Shares are rounded once and in one way, 四捨五入 as people do it, wherever they stand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kakunin_xlsx.plan.attainment import half_up

ROUNDED = "割合は、小数第2位を四捨五入しています。"  # of per cents


def share(part: float | Decimal, whole: float | Decimal) -> float:
    """0.063 for 1 of 16: what a cell holds, so that every program shows the same per cent."""
    return float(_rounded(part, whole) / 100)


def percent(part: float | Decimal, whole: float | Decimal = 1) -> str:
    """`6.3` for 1 of 16."""
    return f"{_rounded(part, whole):.1f}"


def _rounded(part: float | Decimal, whole: float | Decimal) -> Decimal:
    """Per cent with one decimal. Exact: a share of binary fractions may lie on the wrong side."""
    return half_up(_exact(part) / _exact(whole) * 100, 1)


def _exact(number: float | Decimal) -> Fraction:
    return Fraction(number if isinstance(number, Decimal) else Decimal(repr(number)))
