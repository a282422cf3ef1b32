"""年度 (fiscal year): April to March, named after the year it begins in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache

_APRIL = 4
_WEEKDAYS = "月火水木金土日"
_REIWA = date(2019, 5, 1)
# Name, letter and the year before its first, newest first; 令和元年度 began in April 2019.
_ERAS = (("令和", "R", 2018), ("平成", "H", 1988), ("昭和", "S", 1925))
_SPOKEN = re.compile(r"(R|令和|H|平成|S|昭和)?(元|\d{1,4})(?:年度?)?")
_LAST = 2117
YEAR_CODE = r"[RHS]\d+"  # as a pattern: `R7`


@dataclass(frozen=True, order=True, slots=True)
class FiscalYear:
    """The fiscal year whose 実績 is evaluated; its rounds run the spring after.

    `start` is the western calendar year of its first of April.
    """

    start: int

    @classmethod
    def parse(cls, spoken: str) -> FiscalYear:
        """Read R7, 令和7, 令和7年度, H30, 昭和63年度, 2025 or 2025年度, in any width.

        Raises ValueError with a sentence for people if it is none of these.
        """
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", spoken)).upper()
        if found := _SPOKEN.fullmatch(plain):
            number = 1 if found[2] == "元" else int(found[2])
            zero = next((zero for *names, zero in _ERAS if found[1] in names), 0)
            is_one = 1 <= number < 100 if zero else _ERAS[-1][2] < number <= _LAST
            if is_one:
                return cls(zero + number)
        raise ValueError(
            f"年度「{spoken}」を読み取れません。R7、令和7年度、2025 のように書いてください。"
        )

    @classmethod
    def of(cls, day: date) -> FiscalYear:
        """The year in which a day falls."""
        return cls(day.year - (day.month < _APRIL))

    @property
    def _era(self) -> tuple[str, str, int]:
        return next((era for era in _ERAS if era[2] < self.start), _ERAS[0])

    @property
    def code(self) -> str:
        """`R7`, as in masters, identities and commands."""
        return _code(self)

    @property
    def name(self) -> str:
        """`令和7年度`, as in folders and headings."""
        era, _, zero = self._era
        return f"{era}{era_year(self.start - zero)}年度"

    @property
    def full_name(self) -> str:
        """`令和7年度（2025年度）`."""
        return f"{self.name}（{self.start}年度）"

    @property
    def caption(self) -> str:
        """`対象年度：令和7年度／実施：令和8年度`: which year is asked, and when."""
        return f"対象年度：{self.name}／実施：{self.next.name}"

    @property
    def last_day(self) -> date:
        """31 March."""
        return date(self.start + 1, _APRIL - 1, 31)

    @property
    def next(self) -> FiscalYear:
        """The year in whose spring this one is evaluated."""
        return FiscalYear(self.start + 1)

    @property
    def previous(self) -> FiscalYear:
        """The year before."""
        return FiscalYear(self.start - 1)

    def __str__(self) -> str:
        return self.code


@cache  # it is asked for with each answer
def _code(year: FiscalYear) -> str:
    _, letter, zero = year._era
    return f"{letter}{year.start - zero}"


def day_in_words(day: date) -> str:
    """`令和8年5月31日（日）`."""
    return f"{era_day(day)}（{_WEEKDAYS[day.weekday()]}）"


def era_day(day: date) -> str:
    """`令和8年5月31日`."""
    era, _, zero = _ERAS[day < _REIWA]
    return f"{era}{era_year(day.year - zero)}年{day.month}月{day.day}日"


def era_year(number: int) -> str:
    """元 for the first year of an era."""
    return "元" if number == 1 else str(number)
