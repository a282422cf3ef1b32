"""Days as official letters write them."""

from __future__ import annotations

from datetime import date

from kakunin_xlsx.plan.years import REIWA_ZERO

_WEEKDAYS = "月火水木金土日"


def day_in_words(day: date) -> str:
    """`令和8年5月31日（日）`."""
    return f"{era_day(day)}（{_WEEKDAYS[day.weekday()]}）"


def era_day(day: date) -> str:
    """`令和8年5月31日`."""
    return f"令和{day.year - REIWA_ZERO}年{day.month}月{day.day}日"
