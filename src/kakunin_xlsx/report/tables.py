"""One A3 sheet per 基本目標: the booklet's table, and under each line a band with its answers.

The sheet is a grid of equal narrow columns; table cells and answers span as many as they need.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.layout import CONTINUED, CellText, Column, Row, Section
from kakunin_xlsx.plan import RowKind
from kakunin_xlsx.report.band import NOTHING, Band, shares
from kakunin_xlsx.report.council import Council
from kakunin_xlsx.report.lines import flowing, line
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Group, Paper, height
from kakunin_xlsx.report.view import UNANSWERED, YearView
from kakunin_xlsx.sheets.form import ASKED, BAND, CAPTION, HEAD, HEAD_ASKED, LOCKED, SUB_BAND, TITLE
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page, Style, need

SPAN = 36  # grid columns
_WIDTHS = (4.9,) * SPAN  # 371 mm of the 390 that A3 leaves: never shrunk, 10.5 pt stays 10.5
_TEXT = replace(LOCKED, small_tail=False)
_ASKED = replace(ASKED, small_tail=False)
_NOTE = Style()
_REPEATED = replace(NOTHING, align="left", valign="vcenter")

Cells = dict[int, Cell]


@dataclass
class GoalSheet:
    """Lays one 基本目標 out; `places` tells links where each row stands.

    `links` are the places of all rows on all sheets, known once every sheet was laid out.
    """

    view: YearView
    goal: str
    name: str
    links: Mapping[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def refers(self) -> bool:
        """True if a row of it, being 再掲, links to where it is answered."""
        own = (section for section in self.view.layout.sections if section.goal == self.goal)
        return not all(row.open for section in own for row in section.rows)

    def page(self) -> Page:
        """The finished sheet."""
        goal = self.view.plan.goal[self.goal]
        titles = [
            self._across(self.view.layout.title, TITLE, 26),
            self._across(self.view.year.caption, CAPTION, 20),
        ]
        band = self._across(f"{self.view.plan.words.goal}{goal.no}：{goal.name}", BAND, 24)
        header = [band, *self._header()]
        paper = Paper(A3_LANDSCAPE, repeated=height(header))
        paper.begin([*titles, *header])
        for section in self.view.layout.sections:
            if section.goal == self.goal:
                self._section(section, paper)
        return Page(
            name=self.name,
            widths=_WIDTHS,
            lines=paper.lines,
            paper=A3,
            landscape=True,
            fit=False,
            header=self.view.header,
            freeze=(len(titles) + len(header), 0),
            repeat=(len(titles), len(titles) + len(header) - 1),
        )

    def _across(self, text: str, style: Style, least: float) -> Line:
        return line({0: Cell(text, style, across=SPAN)}, _WIDTHS, least)

    @cached_property
    def _council(self) -> Council:
        return Council(self.view, _WIDTHS, self._columns[0][2])

    # The booklet's table.

    @cached_property
    def _columns(self) -> list[tuple[Column, int, int]]:
        """Each master column with its first grid column and its span."""
        columns = self.view.layout.locked_columns
        spans = shares([column.width for column in columns], SPAN)
        starts = [sum(spans[:at]) for at in range(len(spans))]
        return list(zip(columns, starts, spans, strict=True))

    def _header(self) -> list[Line]:
        upper: Cells = {}
        lower: Cells = {}
        for column, start, span in self._columns:
            style = HEAD_ASKED if column.asked else HEAD
            heading = f"{column.heading}（対象年度）" if column.asked else column.heading
            if not column.group:
                upper[start] = Cell(heading, style, across=span, down=2)
                continue
            lower[start] = Cell(heading, style, across=span)
            members = [(s, w) for c, s, w in self._columns if c.group == column.group]
            wide = sum(width for _, width in members)
            upper[members[0][0]] = Cell(column.group, HEAD, across=wide)
        return [line(upper, _WIDTHS, 20), line(lower, _WIDTHS, 20)]

    def _section(self, section: Section, paper: Paper) -> None:
        """Keeps a 施策 on one sheet of paper if it fits, else a 重点取組, else a line."""
        above = [self._across(section.measure_band, SUB_BAND, 22)] if section.measure_band else []
        below = [line for note in section.notes for line in self._note(note)]
        blocks = list(self._blocks(section))
        paper.keep(height(above) + sum(map(_tall, blocks)) + height(below))
        for number, block in enumerate(blocks):
            first, last = number == 0, number == len(blocks) - 1
            extra = height(above if first else ()) + height(below if last else ())
            paper.keep(_tall(block) + extra)
            if first:
                paper.band(above, block.units[0])
            self._block(block, paper)
        paper.add([below])

    def _note(self, note: str) -> list[Line]:
        return flowing({0: Cell(note, _NOTE, across=SPAN)}, _WIDTHS, 16)

    def _blocks(self, section: Section) -> Iterator[_Block]:
        for initiative in dict.fromkeys(row.initiative for row in section.rows):
            rows = [row for row in section.rows if row.initiative == initiative]
            units = [list(self._unit(row)) for row in rows]
            column, start, span = self._columns[0]
            text = rows[0].texts[column.key]
            cell = Cell(text.body, _TEXT, tail=text.mark, across=span)
            if council := list(self._council.groups(initiative)):
                units.append(council)
            short = need(start, cell, _WIDTHS) - sum(height(g) for unit in units for g in unit)
            if short > 0:
                last = units[-1][-1][-1]
                units[-1][-1][-1] = replace(last, height=(last.height or 0) + short)
            yield _Block(rows, units, start, cell)

    def _block(self, block: _Block, paper: Paper) -> None:
        """Adds one 重点取組 and draws its cell down all of its lines, anew on each sheet."""
        begin = len(paper.lines)
        for number, unit in enumerate(block.units):
            at = paper.add(unit)
            if number < len(block.rows):
                self.places[block.rows[number].id] = f"'{self.name}'!A{at + 1}"
        self.places.setdefault(block.rows[0].initiative, self.places[block.rows[0].id])
        end = len(paper.lines)
        turns = [at for at in range(begin + 1, end) if paper.lines[at].new_page]
        cell = block.cell
        for start, stop in zip([begin, *turns], [*turns, end], strict=True):
            shown = replace(cell, down=stop - start)
            cells = {block.col: shown, **paper.lines[start].cells}
            paper.lines[start] = replace(paper.lines[start], cells=cells)
            no = str(block.cell.value).split("\n")[0]
            cell = replace(block.cell, value=f"{no}\n{CONTINUED}", tail="")

    def _unit(self, row: Row) -> Iterator[list[Line]]:
        """Groups of lines of one row: the booklet's line, then its answers."""
        yield list(self._booklet(row))
        if row.open:
            yield from self._own.groups(row)
            yield from self._later(row)
        else:
            yield [self._repeated(row)]

    @cached_property
    def _own(self) -> Band:
        return self._band(self.view, self.view.layout.open_columns)

    def _band(self, view: YearView, columns: Sequence[Column]) -> Band:
        return Band(view, _WIDTHS, self._columns[0][2], columns)

    def _later(self, row: Row) -> Iterator[list[Line]]:
        """What later rounds asked the department in the same line, for councils to see."""
        for view in self.view.later:
            columns = view.columns(RowKind.ACTION)
            if columns and (own := view.layout.row.get(row.id)):
                yield from self._band(view, columns).groups(own)

    def _booklet(self, row: Row) -> Iterator[Line]:
        cells: Cells = {}
        for column, start, span in self._columns[1:]:
            text = row.texts.get(column.key, CellText())
            style = _ASKED if column.asked else _TEXT
            cells[start] = Cell(text.body, style, tail=text.mark, across=span)
        yield line(cells, _WIDTHS, 34)
        for texts in row.continued:
            rest = {
                start: Cell(texts.get(column.key), _TEXT, across=span)
                for column, start, span in self._columns[1:]
            }
            yield line(rest, _WIDTHS)

    def _repeated(self, row: Row) -> Line:
        action = self.view.plan.action[row.id]
        origin = self.view.plan.action[action.repeats]
        initiative = self.view.plan.initiative[origin.initiative]
        ratings = (self.view.text(origin.id, column) for column in self.view.rating_columns)
        rating = "、".join(filter(None, ratings)) or UNANSWERED
        page = f"（冊子{initiative.page}頁）" if initiative.page else ""
        text = f"再掲：{origin.initiative}{page}を参照　［{rating}］"
        left = self._columns[0][2]
        link = self.links.get(origin.id, "")
        return line({left: Cell(text, _REPEATED, across=SPAN - left, link=link)}, _WIDTHS, 20)


@dataclass
class _Block:
    """One 重点取組: its rows, the groups of lines of each, and the cell that spans them.

    What councils said comes as one more unit, behind the rows' own.
    """

    rows: Sequence[Row]
    units: list[list[list[Line]]]
    col: int
    cell: Cell


def _tall(block: _Block) -> float:
    groups: list[Group] = [group for unit in block.units for group in unit]
    return sum(map(height, groups))
