"""Where a sheet of paper ends: what belongs together stays on one sheet where it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kakunin_xlsx.sheets.page import Line

A3_LANDSCAPE = A4_PORTRAIT = 740.0  # of 755 points of rows: both are 297 mm high

Group = Sequence[Line]  # lines that stay together


@dataclass
class Paper:
    """Collects lines from top to bottom; `repeated` is the height of the rows every sheet shows."""

    capacity: float
    repeated: float = 0.0
    lines: list[Line] = field(default_factory=list)
    _used: float = 0.0
    _fresh: bool = True  # nothing but title and header stands on this sheet yet
    _turned: bool = False

    def begin(self, lines: Group) -> None:
        """Title and header: they stand on the first sheet as they are."""
        self.lines.extend(lines)
        self._used += height(lines)

    def turns(self, lines: Group) -> bool:
        """True if `lines` would begin a sheet of their own: a table says its headings again."""
        tall = height(lines)
        return not self._fresh and not self._fits(tall) and self._fits_alone(tall)

    def keep(self, tall: float) -> None:
        """Turn the page if `tall` points do not fit here but would on a sheet of their own."""
        if not self._fresh and not self._fits(tall) and self._fits_alone(tall):
            self._turn()

    def band(self, lines: Group, below: Sequence[Group]) -> None:
        """Add a band so that it never stands alone above a turn of the page: `below` follows."""
        tall = sum(map(height, below))
        if not self._fresh and not self._fits(height(lines) + tall) and self._fits_alone(tall):
            self._turn()
        self.keep(height(lines) + sum(map(height, below[:2])))
        fresh = self._fresh
        for line in lines:
            self._line(line)
        if fresh and lines:  # the sheet still has room for all that a sheet can hold
            self._fresh, self._turned = True, False

    def add(self, groups: Sequence[Group]) -> int:
        """Add groups, together if they fit on one sheet; returns the row of the first line."""
        first = len(self.lines)
        self.keep(sum(map(height, groups)))
        self.keep(sum(map(height, groups[:2])))  # a heading never stands alone
        for group in groups:
            self.keep(height(group))
            for line in group:
                self._line(line)
        return first

    def _line(self, line: Line) -> None:
        tall = line.height or 0.0
        if not self._fresh and not self._fits(tall):
            self._turn()
        starts_sheet = self._fresh and self._turned
        self.lines.append(replace(line, fixed=True, new_page=starts_sheet))
        self._fresh = False
        self._used += tall

    def _fits(self, tall: float) -> bool:
        return self._used + tall <= self.capacity

    def _fits_alone(self, tall: float) -> bool:
        return tall <= self.capacity - self.repeated

    def _turn(self) -> None:
        self._fresh, self._turned, self._used = True, True, self.repeated


def height(lines: Group) -> float:
    """Points that `lines` take."""
    return sum(line.height or 0.0 for line in lines)
