"""One landscape sheet per 基本目標: the booklet's table, and beside each line its answers.

Which answers share a column is a matter of the plan (確認表の列 in fields.csv). Columns of later
rounds come as these are merged; opinions stand in their own list and are named by number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from kakunin_xlsx.layout import CONTINUED, Column, Row, Section, measure
from kakunin_xlsx.layout.model import OF_LINE
from kakunin_xlsx.layout.understand import says_unit
from kakunin_xlsx.plan import FieldType, Goal, RowKind
from kakunin_xlsx.report.counting import averaged, many, marks, told_together
from kakunin_xlsx.report.figures import share
from kakunin_xlsx.report.paging import (
    BAND,
    CELL,
    HEADER,
    LONGEST,
    NOTHING,
    OPTIONAL,
    PARAGRAPH,
    REVIEW,
    SMALL,
    SUB_BAND,
    UNANSWERED,
    UPPER_BAND,
    Stack,
    across,
    flowing,
    head_lines,
    height,
    spread,
)
from kakunin_xlsx.report.paper import CouncilPaper, PaperPart
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Line, Page, need, room

_TEXT, _NOTHING, _REVIEW, _HEAD, _NOTE = (
    replace(style, size=SMALL) for style in (CELL, NOTHING, REVIEW, HEADER, PARAGRAPH)
)
_ASKED = replace(_TEXT, fill="#FFF6DC")
_BANDS = 80.0  # points: a band and the first line below it
_LONG = 10_000  # a number that is read with commas
_AT_LENGTH = 2  # rows in which an answer goes on before it takes the width of the table
_SHORT, _LABELLED, _OPINION = 11.0, 18.0, 7.5  # half-width characters


@dataclass(frozen=True)
class PaperColumn:
    """One column of the table: a master column, or answers that share a heading.

    `parts` are answers with the view of their round. Where `whole` is set, one cell stands for
    all lines of a 重点取組.
    """

    heading: str
    weight: float
    group: str = ""
    master: Column | None = None
    parts: tuple[tuple[YearView, Column], ...] = ()
    whole: bool = False

    @property
    def short(self) -> bool:
        """True if it holds nothing but choices, whose colour says: look here."""
        return bool(self.parts) and all(c.type is FieldType.CHOICE for _, c in self.parts)

    @property
    def repeated(self) -> frozenset[str]:
        """Headings under which several rounds ask, as 上半期 and 下半期 do."""
        asked = Counter(part.heading for _, part in self.parts)
        return frozenset(heading for heading, rounds in asked.items() if rounds > 1)


def goal_pages(paper: CouncilPaper) -> Iterator[Page]:
    """One sheet for each 基本目標 that has rows."""
    table = GoalTable(paper)
    for goal in paper.view.plan.goals:
        sections = [each for each in paper.view.layout.sections if each.goal == goal.no]
        if sections:
            yield table.page(goal, sections)


@dataclass(frozen=True)
class GoalTable(PaperPart):
    """Lays the sheets out; all have the same columns."""

    @cached_property
    def columns(self) -> tuple[PaperColumn, ...]:
        """The booklet's columns, answers of a line, answers on a 重点取組, numbers of opinions."""
        layout = self._view.layout
        named = any(row.under for row in layout.rows)  # an earlier answer for each indicator
        masters = [
            PaperColumn(
                c.heading + ("\n対象年度" if c.asked else ""),
                24.0 if named and c.group else 0.85 * c.width,  # less than on a form
                c.group,
                c,
            )
            for c in layout.locked_columns
        ]
        masters[0] = replace(masters[0], whole=True)
        answers = sorted(self._answers(), key=lambda each: each.whole)
        said = [PaperColumn("意見の番号", _OPINION, whole=True)] if self._view.opinions.all else []
        return (*masters, *answers, *said)

    def _answers(self) -> Iterator[PaperColumn]:
        groups: dict[str, list[tuple[YearView, Column]]] = {}
        for view in (self._view, *self._view.later):
            for column in view.layout.open_columns:
                field, asked = column.field, {RowKind.ACTION, RowKind.INITIATIVE}
                if field is None or field.final_year_only or not asked & {*field.kinds}:
                    continue
                listed = (field.round, field.key) in self._view.opinions.fields
                if asked & {*view.round.row_kinds} & {*field.kinds} and not listed:
                    groups.setdefault(field.paper or field.heading, []).append((view, column))
        for heading, parts in groups.items():
            texts = [c.width + 6 for _, c in parts if c.type is FieldType.TEXT]
            whole = not any(column.asked_in(RowKind.ACTION) for _, column in parts)
            numbers = [_LABELLED for _, c in parts if c.type is FieldType.NUMBER and len(parts) > 1]
            made = PaperColumn(heading, _SHORT, parts=tuple(parts), whole=whole)
            rounds = [_LABELLED] if made.repeated else []
            yield replace(made, weight=max((*texts, *numbers, *rounds), default=_SHORT))

    @cached_property
    def _widths(self) -> tuple[float, ...]:
        return spread([each.weight for each in self.columns], self.paper.size, landscape=True)

    @cached_property
    def _answers_at(self) -> range:
        """The columns that a 再掲 does not fill."""
        own = [n for n, each in enumerate(self.columns) if each.parts and not each.whole]
        return range(own[0], own[-1] + 1) if own else range(0)

    def page(self, goal: Goal, sections: Sequence[Section]) -> Page:
        """The finished sheet of one 基本目標."""
        stack, words = Stack(self._widths, self.paper.size, landscape=True), self._view.plan.words
        name = f"{words.goal}{goal.no}"
        title = f"{self._view.layout.title}　{self._view.year.caption}"
        stack.title(title, self._view.goal_band(goal.no))
        stack.anchors[goal.no] = 0
        if judged := self._judged(goal):
            stack.add([across(judged, PARAGRAPH, self._widths)])
        headings = [(column.group, column.heading) for column in self.columns]
        band = across(self._view.goal_band(goal.no), BAND, self._widths, 22)
        stack.heads([band, *head_lines(headings, self._widths, _HEAD)])
        for section in sections:
            self._section(stack, section)
        return stack.page(name, self._view.header)

    def _judged(self, goal: Goal) -> str:
        """What councils judged of the goal itself: 「委員会評価　社明委員会：妥当」."""
        return "　　".join(
            said
            for each in self._view.councils
            if (row := each.layout.row.get(goal.no)) and row.kind is RowKind.GOAL
            for column in each.columns(RowKind.GOAL)
            if column.type is not FieldType.TEXT
            for said in _judged(each, row, column)
        )

    def _section(self, stack: Stack, section: Section) -> None:
        # What is said of an indicator stands in the cells of its line.
        lines = (row for row in section.rows if not row.under)
        groups = groupby(lines, key=lambda row: row.initiative)
        blocks = [self._block([*rows]) for _, rows in groups]
        deep = len(self._view.plan.path(section.measure)) or 1
        for level, upper in enumerate(section.upper_bands, start=deep - len(section.upper_bands)):
            band = across(upper, UPPER_BAND, self._widths, 20)
            stack.outline.append((stack.add([band], follows=_BANDS), level, upper))
        if section.measure_band:
            band = across(section.measure_band, SUB_BAND, self._widths, 20)
            at = stack.add([band], follows=stack.kept(blocks[0].lines, band))
            stack.outline.append((at, deep, section.measure_band))
        for block in blocks:
            self._add(stack, block)
        for note in section.notes:
            stack.add(flowing({0: Cell(note, _NOTE, across=len(self._widths))}, self._widths))

    # One 重点取組.

    def _block(self, rows: Sequence[Row]) -> _Initiative:
        whole = {n: self._whole(c, rows) for n, c in enumerate(self.columns) if c.whole}
        if len(rows) == 1:  # its cells flow with the others
            return _Initiative(self._lines(rows[0], whole), {rows[0].id: 0}, {}, rows[0])
        lines: list[Line] = []
        starts: dict[str, int] = {}
        for row in rows:
            starts[row.id] = len(lines)
            lines += self._lines(row, {})
        short = max(need(n, cell, self._widths) for n, cell in whole.items()) - height(lines)
        while short > 0:
            more = min(short, LONGEST)
            blank = {n: Cell("", _TEXT) for n in range(len(self.columns)) if n not in whole}
            lines.append(Line(blank, max(more, 18.0)))
            short -= more
        return _Initiative(lines, starts, whole, rows[0])

    def _lines(self, row: Row, more: Mapping[int, Cell]) -> list[Line]:
        cells = dict(more)
        for n, column in enumerate(self.columns):
            if column.master and not column.whole:
                cells[n] = self._master(column.master, row)
            elif column.parts and not column.whole and row.open:
                cells[n] = self._answer(column, row)
        if not row.open and self._answers_at:
            cells[self._answers_at[0]] = self._repeated(row)
        first, *rest = flowing(dict(sorted(cells.items())), self._widths, 30)
        going_on = {n for each in rest for n, cell in each.cells.items() if cell.text}
        if len(rest) >= _AT_LENGTH and all(self.columns[n].parts for n in going_on):
            return [first, *self._at_full_width(row, rest, 0 if more else 1)]
        again = Cell(f"{row.initiative}{CONTINUED}", _TEXT)
        return [first, *(replace(r, cells={**r.cells, 0: again}) if more else r for r in rest)]

    def _at_full_width(self, row: Row, rest: Sequence[Line], first: int) -> Iterator[Line]:
        """Long answers one below the other, from column `first` on: narrow ones take many sheets."""
        own = [n for n, column in enumerate(self.columns) if first == 0 or not column.whole]
        for n in own:
            texts = (each.cells[n].text for each in rest if n in each.cells)
            if text := "".join(each.removeprefix(CONTINUED) for each in texts):
                name = Cell(f"{row.initiative}{CONTINUED}\n{self.columns[n].heading}", _TEXT)
                whole = Cell(CONTINUED + text, _TEXT, across=own[-1] - first)
                yield from flowing({first: name, first + 1: whole}, self._widths)

    def _master(self, column: Column, row: Row) -> Cell:
        """A text of the plan, and that of each indicator by its name."""
        each = self._view.layout.indicators(row.id)
        texts = [row.whole(column.key)]
        texts += [_named(self._view, one, text) for one in each if (text := one.whole(column.key))]
        marks = (own.texts[column.key].mark for own in (row, *each) if column.key in own.texts)
        mark = next(filter(None, marks), "")
        style = _ASKED if column.asked else _TEXT
        return Cell("\n".join(filter(None, texts)), style, tail=mark)

    def _whole(self, column: PaperColumn, rows: Sequence[Row]) -> Cell:
        """A cell that stands for all lines of a 重点取組."""
        first = rows[0]
        if column.master:
            text = first.texts[column.master.key]
            return Cell(text.body, _TEXT, tail=text.mark)
        if column.parts:
            return self._council(column, first.initiative)
        said = self._view.opinions.about(first.initiative)
        # A link takes one line only: LibreOffice does not wrap it.
        link = self.paper.refs.link(f"意見{said[0].no}") if len(said) == 1 else ""
        return Cell("、".join(str(each.no) for each in said), _TEXT, link=link)

    def _answer(self, column: PaperColumn, row: Row) -> Cell:
        """What was said in a line and of its indicators, one answer below the other."""
        texts: list[str] = []
        review = False
        for view, part in column.parts:
            tell = self._answered if view.round.of_departments else self._judgements
            own = view.layout.row.get(row.id)
            for each in view.whole(own) if own else ():
                if view.layout.asks(each, part):
                    said, looked = tell(column, view, part, each)
                    named = [_named(view, each, text) for text in said] if each.under else said
                    texts, review = [*texts, *named], review or looked
        return _answer_cell(column, texts, review)

    def _answered(
        self, column: PaperColumn, view: YearView, part: Column, row: Row
    ) -> tuple[list[str], bool]:
        """What a department answered in a row, if anything, and whether it asks for a look."""
        choice = view.choice(row.id, part)
        said = _said(view, row.id, part) or view.instead(row.id, part)
        if said == OPTIONAL:
            return [], False
        of_each = sum(each.asked_in(RowKind.INDICATOR) for _, each in column.parts)
        if not row.under or of_each > 1:
            said = _labelled(column, view, part, said)
        return [said], bool(choice and choice.review)

    def _council(self, column: PaperColumn, initiative: str) -> Cell:
        texts: list[str] = []
        review = False
        for view, part in column.parts:
            row = view.layout.row.get(initiative)
            if row is not None and row.open:
                said, looked = self._judgements(column, view, part, row)
                texts, review = [*texts, *said], review or looked
        return _answer_cell(column, texts, review)

    def _judgements(
        self, column: PaperColumn, view: YearView, part: Column, row: Row
    ) -> tuple[list[str], bool]:
        """What each who is asked said in a row, or all together; whether that asks for a look.

        Of a few what any of them said does, of many what most of them said.
        """
        asked = view.answering(row)
        choices = [c for who in asked if (c := view.choice(row.id, part, who.code))]
        looked = sum(choice.review for choice in choices)
        if not view.round.of_departments and many(asked) and part.type is not FieldType.TEXT:
            first, *more = told_together(view, part, row) or [UNANSWERED]
            return [_labelled(column, view, part, first), *more], 2 * looked > len(choices)
        texts = []
        for who in asked:
            text = _said(view, row.id, part, who.code) or view.instead(row.id, part, who.code)
            if text != OPTIONAL:
                whose = f"{who.short or who.name}：" if len(asked) > 1 else ""
                texts.append(whose + _labelled(column, view, part, text))
        if len(asked) > 1 and part in averaged(view):
            texts.append(f"平均 {marks(view, part, [row]).average}")
        return texts, looked > 0

    def _repeated(self, row: Row) -> Cell:
        """Where a 再掲 is answered, and how it is rated there."""
        view, plan = self._view, self._view.plan
        origin = plan.action[plan.action[row.id].repeats]
        ratings = (view.text(origin.id, column) for column in view.rating_columns)
        rating = "、".join(filter(None, ratings)) or UNANSWERED
        page = f"（{found}）" if (found := self.paper.refs.page(origin.id)) else ""
        text = f"再掲：{origin.initiative}{page}を参照　［{rating}］"
        link = self.paper.refs.link(origin.id)
        return Cell(text, _NOTHING, across=len(self._answers_at), link=link)

    def _add(self, stack: Stack, block: _Initiative) -> None:
        """Add a 重点取組; cells that stand for all of its lines begin anew on each sheet."""
        begin = stack.add(block.lines)
        for row, at in block.starts.items():
            stack.anchors[row] = begin + at
        stack.anchors.setdefault(block.first.initiative, begin)
        end = len(stack.lines)
        turns = [at for at in range(begin + 1, end) if stack.lines[at].new_page]
        for n, cell in block.whole.items():
            for start, stop in zip([begin, *turns], [*turns, end], strict=True):
                high = height(stack.lines[start:stop]) if stop < end else float("inf")
                here, cell = _parted(cell, high, room(n, cell, self._widths), block.first)
                cells = {n: replace(here, down=stop - start), **stack.lines[start].cells}
                stack.lines[start] = replace(stack.lines[start], cells=cells)


@dataclass(frozen=True)
class _Initiative:
    """One 重点取組: its lines, where each row begins, and the cells that stand for all."""

    lines: list[Line]
    starts: Mapping[str, int]
    whole: Mapping[int, Cell]
    first: Row


def _answer_cell(column: PaperColumn, texts: Sequence[str], review: bool) -> Cell:
    style = _REVIEW if review and column.short else _TEXT if texts else _NOTHING
    return Cell("\n".join(texts) or OPTIONAL, style)


def _parted(cell: Cell, high: float, wide: float, row: Row) -> tuple[Cell, Cell]:
    """What finds room in `high` points, and what is left for the next sheet of paper."""
    texts = [str(cell.value)]
    if high < float("inf"):
        texts = measure.split(texts[0], wide, cell.style.size, high)
    rest = "".join(texts[1:])
    named = str(cell.value).startswith(row.initiative)
    again = f"{row.initiative if named else ''}{CONTINUED}{rest}" if named or rest else ""
    here = replace(cell, value=texts[0], tail="" if rest else cell.tail)
    return here, replace(cell, value=again, tail=cell.tail if rest else "")


def _judged(view: YearView, row: Row, column: Column) -> Iterator[str]:
    """「委員会評価　社明委員会：妥当」 for each council, or what many of them gave together."""
    if many(view.respondents):
        yield f"{view.round.name}　{column.heading}：{'、'.join(told_together(view, column, row))}"
        return
    for who in view.answering(row):
        if text := _said(view, row.id, column, who.code):
            yield f"{view.round.name}　{who.short or who.name}：{text}"


def _named(view: YearView, row: Row, text: str) -> str:
    """What stands of an indicator in a cell of its line."""
    return f"{OF_LINE}{view.plan.indicator[row.id].name}：{text.replace(chr(10), '')}"


def _said(view: YearView, row: str, part: Column, whose: str = "") -> str:
    """An answer as the paper shows it: a number with its unit and how far it reaches.

    It stands as it was typed, but for commas in a long one.
    """
    text, unit = view.text(row, part, whose), view.unit(row, part)
    number = view.number(row, part, whose)
    if part.field and unit and number is not None and not says_unit(text, unit):
        digits = text.removeprefix("-").replace(".", "", 1)
        bare = digits.isascii() and digits.isdecimal() and abs(number) >= _LONG
        text = part.field.measured(f"{number:,f}" if bare else text, unit)
    reached = share(view, row, part)
    return text + (f"（達成率{reached}）" if reached else "")


def _labelled(column: PaperColumn, view: YearView, part: Column, text: str) -> str:
    """An answer with its heading, unless that is said already; with its round if several ask."""
    named = any(part.heading.endswith(word) for word in column.heading.split("・"))
    told = named or part.type is FieldType.CHOICE or len(column.parts) == 1
    asks = view.round.name if part.heading in column.repeated else ""
    label = "　".join(filter(None, (asks, "" if told else part.heading)))
    return "：".join(filter(None, (label, text)))
