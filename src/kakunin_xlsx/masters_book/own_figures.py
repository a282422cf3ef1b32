"""What a clerk's own list says of targets: figures, bounds, ranges, and where the plan began."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from kakunin_xlsx.layout import understand
from kakunin_xlsx.masters_book.own_headings import Means
from kakunin_xlsx.plan.tree import Direction
from kakunin_xlsx.plan.years import FiscalYear

Cells = dict[str, str]
_BETWEEN = re.compile("([^~〜～]+)[~〜～]([^~〜～]+)")
LESS = {"向き": str(Direction.LESS)}
_BOUNDS: Mapping[str, Cells] = {"以下": LESS, "以内": LESS, "以上": {}}


def own_target(text: str, said: Mapping[Means, str]) -> Cells:
    """A figure with its unit, 「30人以下」 and 「60～65％」 with what they mean; or words; {} for nothing."""
    unit = said.get(Means.UNIT, "")
    if not text:
        return {}
    if (found := _BETWEEN.fullmatch(text)) and (upper := _figure(found[2], unit)):
        own = upper["単位"] if understand.unit(found[1]) or upper["単位"] else unit
        if lower := _figure(found[1], own):
            ends = {"目標値": lower["目標値"], "目標の上限": upper["目標値"], "単位": own}
            return {**ends, "向き": str(Direction.WITHIN)}
    for bound, more in _BOUNDS.items():
        if text.endswith(bound) and (figure := _figure(text.removesuffix(bound), unit)):
            return figure | more
    return _figure(text, unit) or {"目標文": text}


def _figure(text: str, unit: str) -> Cells:
    """A number alone with its unit; {} for anything else."""
    number = understand.number(text, unit)
    if number is None or understand.approximate(text):
        return {}
    own = understand.unit(text)
    typed = text[-len(own) :] if own else ""
    as_typed = unicodedata.normalize("NFKC", typed) == own
    return {"目標値": number, "単位": (typed if as_typed else own) or unit}


@dataclass(frozen=True)
class OwnAims:
    """The targets of one line by year, and its 基準値, which stood for the year `since`.

    Of a line less is better where one of its targets says so, or where all are below the 基準値.
    """

    said: Mapping[Means, str]
    texts: Mapping[FiscalYear, str]
    since: str

    def by_year(self) -> dict[FiscalYear, Cells]:
        """What the rows of the targets hold."""
        found = {year: own_target(text, self.said) for year, text in self.texts.items()}
        more = dict(LESS) if self.less_by_words or self.less_by_figures else {}
        if start := self.baseline:
            more |= {"基準値": start, "基準年度": self.since}
        return {year: {**more, **own} if own.get("目標値") else own for year, own in found.items()}

    @property
    def baseline(self) -> str:
        """The number that the plan began with; '' where the list says none."""
        typed, unit = self.said.get(Means.BASELINE, ""), self.said.get(Means.UNIT, "")
        return _figure(typed, unit).get("目標値", "")

    @property
    def lost(self) -> str:
        """A 基準値 that no target can be compared with, as it was typed."""
        typed = self.said.get(Means.BASELINE, "")
        fits = self.baseline and self._figures
        return "" if fits or understand.nothing_of_its_own(typed) else typed

    @property
    def less_by_words(self) -> bool:
        """True if a target is a bound from above."""
        return any(own_target(text, self.said).get("向き") == Direction.LESS for text in self._own)

    @property
    def less_by_figures(self) -> bool:
        """True if nothing but the 基準値 tells that less is better."""
        start, figures = self.baseline, self._figures
        told = any(mark in text for text in self._own for mark in ("以上", *"～〜~"))
        if told or self.less_by_words or not (start and figures):
            return False
        return all(each <= float(start) for each in figures) and min(figures) < float(start)

    @property
    def _own(self) -> list[str]:
        return [text for text in self.texts.values() if text]

    @property
    def _figures(self) -> list[float]:
        found = (own_target(text, self.said).get("目標値") for text in self._own)
        return [float(each) for each in found if each]
