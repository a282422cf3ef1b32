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

    def keep(self, tall: float) -> None:
        """Turn the page if `tall` points do not fit here but would on a sheet of their own."""
        if not self._fresh and not self._fits(tall) and tall <= self.capacity - self.repeated:
            self._turn()

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

    def _turn(self) -> None:
        self._fresh, self._turned, self._used = True, True, self.repeated


def height(lines: Group) -> float:
    """Points that `lines` take."""
    return sum(line.height or 0.0 for line in lines)
