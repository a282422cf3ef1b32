"""年度 (fiscal year): April to March, named after the year it begins in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_APRIL = 4
_WEEKDAYS = "月火水木金土日"
REIWA_ZERO = 2018  # 令和元年度 began in April 2019
_REIWA, _HEISEI_ZERO = date(2019, 5, 1), 1988
_SPOKEN = re.compile(r"(?:R|令和)?(元|\d{1,4})(?:年度?)?")


@dataclass(frozen=True, order=True, slots=True)
class FiscalYear:
    """The fiscal year whose 実績 is evaluated; its rounds run the spring after.

    `start` is the western calendar year of its first of April.
    """

    start: int

    @classmethod
    def parse(cls, spoken: str) -> FiscalYear:
        """Read R7, 令和7, 令和7年度, 2025 or 2025年度, in any width.

        Raises ValueError with a sentence for people if it is none of these.
        """
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", spoken)).upper()
        found = _SPOKEN.fullmatch(plain)
        number = 1 if found and found[1] == "元" else int(found[1]) if found else 0
        is_era = plain.startswith(("R", "令和"))
        if is_era and 1 <= number < 100:
            return cls(REIWA_ZERO + number)
        if not is_era and REIWA_ZERO < number < 2118:
            return cls(number)
        raise ValueError(
            f"年度「{spoken}」を読み取れません。R7、令和7年度、2025 のように書いてください。"
        )

    @classmethod
    def of(cls, day: date) -> FiscalYear:
        """The year in which a day falls."""
        return cls(day.year - (day.month < _APRIL))

    @property
    def era_number(self) -> int:
        """7 for 令和7年度."""
        return self.start - REIWA_ZERO

    @property
    def code(self) -> str:
        """`R7`, as in masters, identities and commands."""
        return f"R{self.era_number}"

    @property
    def name(self) -> str:
        """`令和7年度`, as in folders and headings."""
        return f"令和{era_year(self.era_number)}年度"

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


def day_in_words(day: date) -> str:
    """`令和8年5月31日（日）`."""
    return f"{era_day(day)}（{_WEEKDAYS[day.weekday()]}）"


def era_day(day: date) -> str:
    """`令和8年5月31日`."""
    if day < _REIWA:
        return f"平成{day.year - _HEISEI_ZERO}年{day.month}月{day.day}日"
    return f"令和{era_year(day.year - REIWA_ZERO)}年{day.month}月{day.day}日"


def era_year(number: int) -> str:
    """元 for the first year of an era."""
    return "元" if number == 1 else str(number)
