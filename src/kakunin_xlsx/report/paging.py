"""Where a sheet of paper ends, and its number: counted from the lines' heights, as Excel does it.

Widths are chosen so that nothing is ever shrunk: a point of a font is a point on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kakunin_xlsx.report.lines import (
    CELL,
    HEADING,
    SUB_BAND,
    across,
    head_lines,
    paragraphs,
    table_row,
)
from kakunin_xlsx.sheets.page import A3, A4, Cell, Chart, Line, Page, Value

if TYPE_CHECKING:
    from kakunin_xlsx.report.view import YearView

# Between the margins of `sheets.book`: pixels across, points down.
ROOM: Mapping[tuple[int, bool], tuple[int, float]] = {
    (A4, False): (679, 755.0),
    (A4, True): (1008, 509.0),
    (A3, False): (1008, 1103.0),
    (A3, True): (1473, 755.0),
}
_SPARE = 15.0  # points: rounding of many rows must not push the last one off the paper
_IN_BUNDLE = "&C&P（全&N頁）"  # of a bundle that begins elsewhere, n / N would be untrue


def spread(weights: Sequence[float], paper: int = A4, landscape: bool = False) -> tuple[float, ...]:
    """Column widths in the ratio of `weights` that fill the paper from margin to margin."""
    pixels = ROOM[paper, landscape][0] - 5 * len(weights) - 1
    return tuple(int(pixels * weight / sum(weights)) / 7 for weight in weights)


def height(lines: Iterable[Line]) -> float:
    """Points that `lines` take."""
    return sum(line.height or 0.0 for line in lines)


@dataclass
class Stack:
    """Collects the lines of one worksheet from top to bottom and turns the page between them.

    Lines added together stay together where they fit on one sheet of paper, unless that would
    leave more than half of this one empty.
    """

    widths: Sequence[float]
    paper: int = A4
    landscape: bool = False
    lines: list[Line] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)  # in which line what stands
    outline: list[tuple[int, int, str]] = field(default_factory=list)  # line, level, title
    _used: float = 0.0
    _turned: bool = False  # the next line is the first of its sheet
    _repeat: tuple[int, int] | None = None

    @property
    def capacity(self) -> float:
        """Points of lines that a sheet of paper takes."""
        return ROOM[self.paper, self.landscape][1] - _SPARE

    @property
    def left(self) -> float:
        """Points that are left on the sheet at hand."""
        return self.capacity - self._used

    def title(self, text: str, listed: str = "") -> None:
        """The worksheet's title; `listed` is what the contents call it if that is another."""
        self.outline.append((len(self.lines), 0, listed or text))
        self.add([across(text, HEADING, self.widths, 28)])

    def heads(self, lines: Sequence[Line]) -> None:
        """Headings of the one table of this worksheet: each sheet of paper shows them again."""
        first = len(self.lines)
        self.add(lines)
        self._repeat = (first, len(self.lines) - 1)

    def add(self, lines: Sequence[Line], follows: float = 0.0) -> int:
        """Add lines; `follows` is the height of what must not be parted from the last of them.

        Returns the number of the first line.
        """
        first, tall = len(self.lines), height(lines) + follows
        if self.left < tall and self._keeps(tall):
            self._turn()
        for number, each in enumerate(lines):
            needed = (each.height or 0.0) + (follows if number == len(lines) - 1 else 0.0)
            if self._used > height(self._repeated) and needed > self.left:
                self._turn()
            self.lines.append(replace(each, fixed=True, new_page=self._turned))
            self._turned = False
            self._used += each.height or 0.0
        return first

    def table(
        self, heads: Sequence[Line], rows: Iterable[Sequence[Line]], above: Sequence[Line] = ()
    ) -> None:
        """One of several tables, `above` it what is said once; `heads` come on each sheet again.

        What finds room on the next sheet is not parted at the foot of this one.
        """
        every = [*rows]
        lines = [line for row in every for line in row]
        whole = self._keeps(height([*above, *heads, *lines]))
        for at, row in enumerate(every):
            if not at:
                self.add([*above, *heads], follows=height(lines if whole else row))
            elif height(row) > self.left:
                self._turn()
                self.add(heads)
            self.add(row)

    def kept(self, lines: Sequence[Line], above: Line) -> float:
        """Points of `lines` that `add` would not part below the line `above`, which must not
        stand alone.
        """
        whole = height(lines)
        return whole if self._keeps(whole, height([above])) else height(lines[:1])

    def _keeps(self, tall: float, above: float = 0.0) -> bool:
        """True if lines of that height are not parted, once `above` is on the sheet."""
        fits = tall <= self.capacity - height(self._repeated)
        return fits and self._used + above > self.capacity / 2

    def _turn(self) -> None:
        self._used, self._turned = height(self._repeated), True

    @property
    def _repeated(self) -> Sequence[Line]:
        return self.lines[self._repeat[0] : self._repeat[1] + 1] if self._repeat else ()

    def page(self, name: str, header: str, charts: Sequence[Chart] = ()) -> Page:
        """The finished worksheet."""
        return Page(
            name=name,
            widths=self.widths,
            lines=self.lines,
            paper=self.paper,
            landscape=self.landscape,
            header=header,
            freeze=(self._repeat[1] + 1, 0) if self._repeat else None,
            repeat=self._repeat,
            fit=False,
            charts=charts,
            anchors=self.anchors,
            outline=self.outline,
        )


def list_page(
    view: YearView,
    title: str,
    columns: Sequence[tuple[str, float]],
    rows: Iterable[str | Sequence[Value | Cell]],
    notes: Iterable[str] = (),
    paper: int = A4,
) -> Page:
    """A title and one table: headings with their weights, rows; a bare text is a band.

    On A3 it lies on its side.
    """
    headings, weights = zip(*columns, strict=True)
    stack = Stack(spread(weights, paper, paper == A3), paper, paper == A3)
    stack.title(f"{title}　{view.year.caption}", title)
    stack.add([*paragraphs(notes, stack.widths)])
    stack.heads(head_lines(headings, stack.widths))
    for row in rows:
        if isinstance(row, str):
            stack.add([across(row, SUB_BAND, stack.widths)], follows=40)
        else:
            stack.add(table_row(row, stack.widths, [CELL]))
    return stack.page(title, view.header)


# Numbers.


def papers(page: Page) -> list[int]:
    """For each line of a worksheet the sheet of paper it is printed on, from 0."""
    found: list[int] = []
    _, down = ROOM[page.paper, page.landscape]
    used, at = 0.0, 0
    for number, each in enumerate(page.lines):
        tall = 0.0 if each.hidden else each.height or 0.0
        if number and (each.new_page or used + tall > down):
            at, used = at + 1, 0.0
            if page.repeat and number > page.repeat[1]:
                used = height(page.lines[page.repeat[0] : page.repeat[1] + 1])
        found.append(at)
        used += tall
    return found


_Entry = tuple[int, str, str, int]  # level, title, place, number
_ALL = "*"  # no thing is called so


@dataclass(frozen=True)
class Refs:
    """Where things stand in the bound paper: by what it is called, place and page number.

    `asked` are those that somebody asked for, whose pages are true while these stand there.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    listed: Sequence[_Entry] = ()
    asked: set[str] = field(default_factory=set, compare=False)

    @classmethod
    def of(cls, pages: Sequence[Page], first: int) -> Refs:
        """Of all worksheets in order, the first one's first page being `first`."""
        places, numbers, contents = dict[str, str](), dict[str, int](), list[_Entry]()
        for page, start, found in _starts(pages, first):
            for key, row in page.anchors.items():
                places[key], numbers[key] = f"'{page.name}'!A{row + 1}", start + found[row]
            contents += [
                (level, title, f"'{page.name}'!A{row + 1}", start + found[row])
                for row, level, title in page.outline
            ]
        return cls(places, numbers, contents)

    def hold(self, now: Refs) -> bool:
        """True if whatever was asked for stands where it stood."""
        return all(
            self.listed == now.listed
            if key == _ALL
            else (self.places.get(key), self.numbers.get(key))
            == (now.places.get(key), now.numbers.get(key))
            for key in self.asked
        )

    def contents(self) -> Sequence[_Entry]:
        """Every title of the paper with its place."""
        self.asked.add(_ALL)
        return self.listed

    def link(self, key: str) -> str:
        """`'基本目標1'!A12`, or '' if it is nowhere."""
        self.asked.add(key)
        return self.places.get(key, "")

    def page(self, key: str) -> str:
        """「12頁」, or '' if it is nowhere."""
        self.asked.add(key)
        return f"{self.numbers[key]}頁" if key in self.numbers else ""


def _starts(pages: Sequence[Page], first: int) -> Iterator[tuple[Page, int, list[int]]]:
    for page in pages:
        found = papers(page)
        yield page, first, found
        first += (found or [0])[-1] + 1


def numbered(pages: Sequence[Page], first: int) -> list[Page]:
    """The worksheets with their numbers: printed alone, each still shows the right ones."""
    return [
        replace(page, first_page=start, footer=page.footer if first == 1 else _IN_BUNDLE)
        for page, start, _ in _starts(pages, first)
    ]
