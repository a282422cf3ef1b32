"""How a table that is wider than paper is printed: scale, further sheets, where sheets end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kakunin_xlsx.layout import FORM_SIZE, measure
from kakunin_xlsx.sheets.page import A3, A4, Line, Page

_LEAST_PRINTED = 8.1  # points of a letter on paper
_LEAST_IN_MARGIN = 6.0
MARGIN_SIZE = 11.0  # points of a letter in headers and footers
FOOT_ROOM = {"A3": 530.0, "A4": 350.0}  # points left of the page's number, on landscape sheets
HEAD_ROOM = 500.0  # points across an upright A4 sheet
# Of a landscape sheet between its margins: Excel's code, pixels across, points down.
_PAPERS = {"A3": (A3, 1460, 745.0), "A4": (A4, 996, 500.0)}


def fitting(text: str, points: float, size: float = MARGIN_SIZE) -> float:
    """The size, `size` or smaller, at which a line of text takes no more than `points`."""
    most = 2 * points / max(1, measure.width(text))
    return max(_LEAST_IN_MARGIN, min(size, math.floor(most)))


@dataclass(frozen=True)
class Printing:
    """How a table fits paper: the first column that is printed, and where further sheets begin.

    The first column of words is printed again on every sheet.
    """

    paper: int
    first: int
    breaks: tuple[int, ...]
    scale: int
    down: float  # points that a sheet holds at full size

    @classmethod
    def of(cls, widths: Sequence[float], opens: int, paper: str) -> Printing:
        """Everything if it can be read on one sheet's width, else from column `opens` on."""
        code, across, down = _PAPERS[paper]
        most = across * FORM_SIZE / _LEAST_PRINTED
        pixels = [int(width * 7 + 5) for width in widths]
        first, breaks, wide = 1, list[int](), sum(pixels[1:])
        if wide > most:
            first, wide, used = opens, 0, pixels[1]
            for col in range(opens, len(widths)):
                if used + pixels[col] > most and used > pixels[1]:
                    breaks.append(col)
                    used = pixels[1]
                used += pixels[col]
                wide = max(wide, used)
        scale = max(10, min(100, int(100 * across / wide)))
        return cls(code, first, tuple(breaks), scale, down)

    def _fitted(self, lines: Sequence[Line], first: int) -> Printing:
        """A little smaller, if that takes fewer sheets: none is left with a line or two on it."""
        least = math.ceil(max(0.9 * self.scale, 100 * _LEAST_PRINTED / FORM_SIZE))
        tried = [replace(self, scale=scale) for scale in range(self.scale, least - 1, -1)]
        return min(tried or [self], key=lambda one: len(one._begins(lines, first)))

    def page(self, name: str, widths: Sequence[float], lines: Sequence[Line], first: int) -> Page:
        """The sheet of a table whose rows begin with line `first`."""
        fitted, broken = self._fitted(lines, first), list(lines)
        for at in fitted._begins(lines, first):
            broken[at] = replace(broken[at], new_page=True)
        return Page(
            name=name,
            widths=widths,
            lines=broken,
            paper=self.paper,
            landscape=True,
            freeze=(first, 2),
            scale=fitted.scale,
            column_breaks=self.breaks,
            repeat=(first - 1, first - 1),
            repeat_columns=(1, 1) if self.breaks else None,
            first_printed_column=1,
            small_columns=frozenset({0}),
            protected=True,
        )

    def _begins(self, lines: Sequence[Line], first: int) -> list[int]:
        """The lines with which new sheets begin: no band stands alone at the foot of one."""
        tall = self.down * 100 / self.scale - sum(line.height or 0 for line in lines[:first])
        found, used, start = list[int](), 0.0, first
        for at in range(first, len(lines)):
            used += lines[at].height or 0
            if used > tall and at > start:
                start = at
                while start - 1 > (found[-1] if found else first) and lines[start - 1].leads:
                    start -= 1
                found.append(start)
                used = sum(line.height or 0 for line in lines[start : at + 1])
        return found
