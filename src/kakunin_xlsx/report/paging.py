"""What worksheets of the paper are made of, and where a sheet of paper ends.

Lines have fixed heights, so that page ends are counted as Excel does it. Widths are chosen so
that nothing is ever shrunk: a point of a font is a point on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from kakunin_xlsx.layout import CONTINUED, measure
from kakunin_xlsx.sheets.page import (
    A3,
    A4,
    Cell,
    Chart,
    Line,
    Page,
    Style,
    Value,
    grouped,
    height_of,
    need,
    room,
)

if TYPE_CHECKING:
    from kakunin_xlsx.report.view import YearView

BODY, SMALL = 10.5, 9.0  # points: of all text, and inside the large table
LONGEST = 240.0  # points: a higher row goes on in the next, so that no page ends half empty
HEADING = Style(size=15, bold=True, valign="vcenter")
SUBHEADING = Style(size=12, bold=True, valign="vcenter")
PARAGRAPH = Style(size=BODY)
CELL = Style(size=BODY, border=True, small_tail=False)
CENTERED = replace(CELL, align="center")
NAME = replace(CELL, valign="vcenter")
NUMBER = replace(NAME, number="0", align="right")
SHARE = replace(NAME, number="0.0%", align="right")
HEADER = replace(CELL, bold=True, fill="#E4E4E4", align="center", valign="vcenter")
BAND = replace(CELL, size=12, bold=True, color="#FFFFFF", fill="#1F4E79", valign="vcenter")
SUB_BAND = replace(CELL, bold=True, fill="#DCE9F5", valign="vcenter")
UPPER_BAND = replace(SUB_BAND, fill="#B9D3EA")
NOTHING = replace(CELL, color="#595959")
REVIEW = replace(CELL, bold=True, fill="#F4C7AB")
# What stands where no answer does, and on papers that are not final.
NO_ANSWER, UNREAD = "未回答", "読取不可"
UNANSWERED, OPTIONAL = "（未回答）", "－"
CONFLICTING = "（回答が2つあり確認中）"
OFFICE_ONLY = "事務局確認用"
# Between the margins of `sheets.book`: pixels across, points down.
ROOM: Mapping[tuple[int, bool], tuple[int, float]] = {
    (A4, False): (679, 755.0),
    (A4, True): (1008, 509.0),
    (A3, False): (1008, 1103.0),
    (A3, True): (1473, 755.0),
}
POINTS = 0.75  # of a pixel
_SPARE = 15.0  # points: rounding of many rows must not push the last one off the paper


def line(cells: Mapping[int, Cell], widths: Sequence[float], least: float = 18) -> Line:
    """A row high enough for its texts; it never changes by itself."""
    return Line(cells, height_of(cells, widths, least), fixed=True)


def flowing(cells: Mapping[int, Cell], widths: Sequence[float], least: float = 18) -> list[Line]:
    """The row, and 「（続き）」 rows for texts that would make it higher than `LONGEST`."""
    whole = line(cells, widths, least)
    if (whole.height or 0) <= LONGEST:
        return [whole]
    parts = {col: _parts(col, cell, widths) for col, cell in cells.items()}
    count = max(map(len, parts.values()), default=1)
    empty = {col: Cell("", replace(c.style, fill=""), across=c.across) for col, c in cells.items()}
    return [
        line(
            {col: found[at] if at < len(found) else empty[col] for col, found in parts.items()},
            widths,
            least if at == 0 else 18,
        )
        for at in range(count)
    ]


def _parts(col: int, cell: Cell, widths: Sequence[float]) -> list[Cell]:
    if not isinstance(cell.value, str) or not cell.style.wrap or cell.down > 1:
        return [cell]
    texts = measure.split(cell.value, room(col, cell, widths), cell.style.size, LONGEST)
    if len(texts) == 1:
        return [cell]
    rest = [Cell(CONTINUED + text, cell.style, across=cell.across) for text in texts[1:]]
    head = replace(cell, value=texts[0], tail="")
    return [head, *rest[:-1], replace(rest[-1], tail=cell.tail)]


def across(text: str, style: Style, widths: Sequence[float], least: float = 18) -> Line:
    """One text over the whole width."""
    return line({0: Cell(text, style, across=len(widths))}, widths, least)


def head_lines(
    headings: Sequence[str | tuple[str, str]], widths: Sequence[float], style: Style = HEADER
) -> list[Line]:
    """Column headings: one row, or two where some share a group, `(group, heading)`."""
    pairs = [(each, "") if isinstance(each, str) else each for each in headings]
    styles = [style] * len(pairs)
    rows = grouped([(g, h) if h else ("", g) for g, h in pairs], styles, style)
    lines = [replace(line(cells, widths, 20), heads=True) for cells in rows]
    tall = max(need(col, cell, widths) for col, cell in rows[0].items() if cell.down == len(rows))
    short = tall - sum(each.height or 0 for each in lines)
    lines[-1] = replace(lines[-1], height=(lines[-1].height or 0) + max(0.0, short))
    return lines


def table_row(
    values: Iterable[Value | Cell], widths: Sequence[float], styles: Sequence[Style]
) -> list[Line]:
    """One row of a table; the last style holds for all further cells."""
    cells = {
        at: each if isinstance(each, Cell) else Cell(each, styles[min(at, len(styles) - 1)])
        for at, each in enumerate(values)
    }
    return flowing(cells, widths)


def placed(start: int, cells: Iterable[Cell]) -> dict[int, Cell]:
    """Cells beside each other from column `start` on, each as wide as it says."""
    found: dict[int, Cell] = {}
    for cell in cells:
        found[start] = cell
        start += cell.across
    return found


def gap(height: float = 10) -> Line:
    """Air between two parts."""
    return Line({}, height, fixed=True)


def paragraphs(texts: Iterable[str], widths: Sequence[float]) -> Iterator[Line]:
    """Running text."""
    for text in texts:
        yield from flowing({0: Cell(text, PARAGRAPH, across=len(widths))}, widths)


def spread(weights: Sequence[float], paper: int = A4, landscape: bool = False) -> tuple[float, ...]:
    """Column widths in the ratio of `weights` that fill the paper from margin to margin."""
    pixels = ROOM[paper, landscape][0] - 5 * len(weights) - 1
    return tuple(int(pixels * weight / sum(weights)) / 7 for weight in weights)


def pixels(widths: Iterable[float]) -> int:
    """How wide columns are on the screen."""
    return sum(int(width * 7 + 0.5) + 5 for width in widths)


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
        """One of several tables, `above` it what is said once; `heads` come on each sheet again."""
        for at, row in enumerate(rows):
            if not at:
                self.add([*above, *heads], follows=height(row))
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


def narrow_columns(lead: Sequence[float], each: float, paper: int, least: int = 1) -> Stack:
    """A stack with columns `lead`, and behind them as many as wide as `each` as the paper takes.

    On A3 it lies on its side.
    """
    lies = paper == A3
    left = ROOM[paper, lies][0] - sum(7 * width + 5 for width in lead)
    count = max(least, int(left / (7 * each + 5)))
    return Stack(spread((*lead, *[each] * count), paper, lies), paper, lies)


_Row = TypeVar("_Row")
ListColumn: TypeAlias = tuple[str, float, Callable[[_Row], Value | Cell]]  # heading, weight, cell


def under_bands(
    rows: Iterable[_Row], key: Callable[[_Row], str], band: Callable[[_Row], str]
) -> Iterator[_Row | str]:
    """The rows, those of each `key` in turn below the band that the first of them gives."""
    before = ""
    for row in rows:
        if key(row) != before:
            before = key(row)
            yield band(row)
        yield row


def list_page(
    view: YearView,
    title: str,
    columns: Sequence[ListColumn[_Row]],
    rows: Iterable[_Row | str],
    notes: Iterable[str] = (),
    paper: int = A4,
) -> Page:
    """A title and one table, a line for each row; a text among the rows is a band.

    On A3 it lies on its side.
    """
    headings, weights, cells = zip(*columns, strict=True)
    stack = Stack(spread(weights, paper, paper == A3), paper, paper == A3)
    stack.title(f"{title}　{view.year.caption}", title)
    stack.add([*paragraphs(notes, stack.widths)])
    stack.heads(head_lines(headings, stack.widths))
    for row in rows:
        if isinstance(row, str):
            stack.add([across(row, SUB_BAND, stack.widths)], follows=40)
        else:
            stack.add(table_row((cell(row) for cell in cells), stack.widths, [CELL]))
    return stack.page(title, view.header)
