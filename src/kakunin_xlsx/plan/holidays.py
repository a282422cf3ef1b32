"""Days on which a city hall is closed: 国民の祝日に関する法律 as it stands since 2022.

A table of rules and no library: two dozen lines hold the whole law, nothing is to be renewed each
year, and the offline bundle gets no further part. A change of the law is a new version either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

_MONDAY, _SATURDAY, _SUNDAY = 0, 5, 6
_DAY = timedelta(1)
_FIXED = {
    (1, 1): "元日",
    (2, 11): "建国記念の日",
    (2, 23): "天皇誕生日",
    (4, 29): "昭和の日",
    (5, 3): "憲法記念日",
    (5, 4): "みどりの日",
    (5, 5): "こどもの日",
    (8, 11): "山の日",
    (11, 3): "文化の日",
    (11, 23): "勤労感謝の日",
}
_MONDAYS = {(1, 2): "成人の日", (7, 3): "海の日", (9, 3): "敬老の日", (10, 2): "スポーツの日"}
_NEW_YEAR = {(12, 29), (12, 30), (12, 31), (1, 2), (1, 3)}  # 閉庁日 by every city's 条例


def closed(day: date) -> str:
    """Why a city hall is closed on a day: 日曜日, 海の日, …; '' if it is open."""
    if name := holidays(day.year).get(day):
        return name
    if (day.month, day.day) in _NEW_YEAR:
        return "年末年始の閉庁日"
    return {_SATURDAY: "土曜日", _SUNDAY: "日曜日"}.get(day.weekday(), "")


def open_before(day: date) -> date:
    """The last day before it on which a city hall is open."""
    day -= _DAY
    while closed(day):
        day -= _DAY
    return day


@lru_cache
def holidays(year: int) -> dict[date, str]:
    """国民の祝日 and what follows from them: 振替休日, and a day between two of them."""
    named = dict(_named(year))
    found = dict(named)
    for day in named:
        if day.weekday() == _SUNDAY:  # the first day after it that is none itself
            other = day + _DAY
            while other in named:
                other += _DAY
            found[other] = "振替休日"
    for day in named:
        between = day + _DAY
        if between + _DAY in named and between not in found and between.weekday() != _SUNDAY:
            found[between] = "国民の休日"
    return found


def _named(year: int) -> Iterator[tuple[date, str]]:
    for (month, day), name in _FIXED.items():
        yield date(year, month, day), name
    for (month, week), name in _MONDAYS.items():
        first = date(year, month, 1)
        ahead = (_MONDAY - first.weekday()) % 7
        yield first + timedelta(ahead + 7 * (week - 1)), name
    # The sun's longitude as a line with leap days; as 国立天文台 announces it from 1980 to 2099.
    leaps = (year - 1980) // 4
    drift = 0.242194 * (year - 1980) - leaps
    yield date(year, 3, int(20.8431 + drift)), "春分の日"
    yield date(year, 9, int(23.2488 + drift)), "秋分の日"
