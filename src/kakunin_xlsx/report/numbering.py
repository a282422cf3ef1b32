"""The numbers on the papers: which sheet of paper each line of each worksheet is printed on.

Counted from the lines' own heights and breaks, as a spreadsheet does it; margins are those
of `sheets.book`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

from kakunin_xlsx.sheets.page import A3, A4, Page

# Between the margins: pixels across, points down.
_ROOM: Mapping[tuple[int, bool], tuple[int, float]] = {
    (A4, False): (679, 755.0),
    (A4, True): (1008, 509.0),
    (A3, False): (1008, 1103.0),
    (A3, True): (1473, 755.0),
}
_PLACE = re.compile(r"'(.+)'!A(\d+)")
_IN_BUNDLE = "&C&P（全&N頁）"  # of a bundle that begins elsewhere, n / N would be untrue


@dataclass(frozen=True)
class Numbers:
    """The page numbers of all worksheets in order, the first one's first page being `first`."""

    pages: Sequence[Page]
    first: int

    @cached_property
    def starts(self) -> Mapping[str, int]:
        """First page number of each worksheet, as far as it can be known."""
        return dict(self._starts())

    def _starts(self) -> Iterator[tuple[str, int]]:
        number = self.first
        for page in self.pages:
            yield page.name, number
            if sheets_across(page) > 1:  # where those end, only the printer knows
                return
            number += (self._papers[page.name] or [0])[-1] + 1

    @cached_property
    def _papers(self) -> Mapping[str, Sequence[int]]:
        """For each line of each worksheet the sheet of paper it is printed on."""
        return {page.name: papers(page) for page in self.pages}

    def of(self, place: str) -> int | None:
        """The page number of `'sheet'!A12`."""
        found = _PLACE.fullmatch(place)
        if not found or found[1] not in self.starts:
            return None
        return self.starts[found[1]] + self._papers[found[1]][int(found[2]) - 1]

    def printed(self) -> list[Page]:
        """The pages with their numbers: printed alone, a worksheet still shows the right ones."""
        return [self._numbered(page) for page in self.pages]

    def _numbered(self, page: Page) -> Page:
        footer = page.footer if self.first == 1 or not page.footer else _IN_BUNDLE
        return replace(page, first_page=self.starts.get(page.name, 0), footer=footer)


def papers(page: Page) -> list[int]:
    """For each line the sheet of paper it is printed on, from 0."""
    found: list[int] = []
    _, down = _ROOM[page.paper, page.landscape]
    room, used, at = down / _scale(page), 0.0, 0
    for number, line in enumerate(page.lines):
        tall = 0.0 if line.hidden else line.height or 0.0
        if number and (line.new_page or used + tall > room):
            at, used = at + 1, _repeated(page, number)
        found.append(at)
        used += tall
    return found


def sheets_across(page: Page) -> int:
    """How many sheets of paper stand side by side; more than one only where nothing is shrunk."""
    across, _ = _ROOM[page.paper, page.landscape]
    return 1 if page.fit else ceil(_pixels(page) / across)


def _scale(page: Page) -> float:
    across, _ = _ROOM[page.paper, page.landscape]
    return min(1.0, across / _pixels(page)) if page.fit else 1.0


def _pixels(page: Page) -> int:
    return sum(int(width * 7 + 0.5) + 5 for width in page.widths[page.first_printed_column :])


def _repeated(page: Page, number: int) -> float:
    """Points of the heading rows that a new sheet shows above line `number`."""
    if not page.repeat or number <= page.repeat[1]:
        return 0.0
    return sum(line.height or 0.0 for line in page.lines[page.repeat[0] : page.repeat[1] + 1])
