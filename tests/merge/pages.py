"""Forms as pages of lines and cells that people can work on, saved as real workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cache, cached_property
from itertools import pairwise
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kakunin_xlsx.layout import KEY_ROW, Layout, Row
from kakunin_xlsx.merge.join import RoundMerge, layouts, merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.record import FORM_ROW, Record
from kakunin_xlsx.returns.model import Return, address
from kakunin_xlsx.sheets.workbooks import form_workbook, sheet_names
from tests.example import R7, SECOND, sample_record, shipped
from tests.hands import Book

# Forms.


def plain(text: str) -> str:
    """White space does not count in what was issued."""
    return "".join(text.split())


def texts_of(row: Row) -> tuple[str, ...]:
    return tuple(plain(text.shown) for text in row.texts.values())


@dataclass(frozen=True)
class Case:
    """One round of a plan, asked on one year."""

    plan: Plan
    year: FiscalYear
    round: str
    past: Record

    @cached_property
    def asked(self) -> tuple[Layout, ...]:
        return layouts(self.plan, self.year, self.round, self.past)

    @property
    def merge(self) -> RoundMerge:
        return RoundMerge.of(self.plan, self.year, self.round, self.past)

    @cached_property
    def small(self) -> list[Layout]:
        """The shortest forms."""
        return sorted(self.asked, key=lambda one: len(one.rows))[:4]

    def others(self, row: Row) -> list[Row]:
        """Every other row that anybody is asked for."""
        rows = (each for layout in self.asked for each in layout.rows)
        return [each for each in rows if each.id != row.id]

    def merged(self, returned: Return) -> Merged:
        return merge(self.plan, self.year, self.round, [returned], past=self.past)


PLANS = (shipped(), load_plan(SECOND))
ROUNDS = [Case(plan, R7, round_.code, Record()) for plan in PLANS for round_ in plan.rounds]
LATER = Case(shipped(), FiscalYear.parse("R8"), "jisseki", sample_record())  # with last year's
CASES = [case for case in (*ROUNDS, LATER) if case.asked]


# Pages.


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: its text, how a file stores that, and the comment on it.

    `format` is that of a number, `ours` was issued; `moved` was cut or copied since.
    """

    text: str = ""
    value: float | bool | date | str | None = None
    formula: str = ""
    struck: tuple[int, int] = (0, 0)
    comment: str = ""
    ours: bool = False
    moved: bool = False
    format: str = ""

    @property
    def filled(self) -> bool:
        return bool(self.text.strip())

    @property
    def struck_out(self) -> bool:
        return self.filled and not self.kept.strip()

    @property
    def kept(self) -> str:
        """What stays where the struck part is left out."""
        return self.text[: self.struck[0]] + self.text[self.struck[1] :] if self.filled else ""


@dataclass
class Line:
    """A sheet row. `row` is the id of the row that was issued here; '' for words and new ones.

    `fields` are the form's own fields in it, key by column; `damaged` says that the column of
    one of them was deleted.
    """

    cells: dict[int, Cell] = field(default_factory=dict)
    row: str = ""
    fields: dict[int, str] = field(default_factory=dict)
    hidden: bool = False
    damaged: bool = False

    @property
    def count(self) -> int:
        """How many cells hold anything."""
        return sum(cell.filled for cell in self.cells.values())

    def at(self, col: int) -> Cell:
        return self.cells.get(col, Cell())

    def copy(self) -> Line:
        return replace(self, cells=dict(self.cells), fields=dict(self.fields))

    def shift(self, col: int, by: int) -> None:
        """Make room for a column at `col` (`by` 1), or close the gap that it left (-1)."""
        self.cells = {at + by * (at >= col): cell for at, cell in self.cells.items()}
        self.fields = {at + by * (at >= col): key for at, key in self.fields.items()}

    def drop(self, col: int) -> None:
        """Delete a column."""
        self.cells.pop(col, None)
        self.damaged |= self.fields.pop(col, "") != ""
        self.shift(col, -1)


MARK = "A"  # the key of the column of marks


@dataclass
class Page:
    """A table sheet. `keys` are the columns' keys as issued, from column 1; '' for new ones.

    `words` are what we wrote outside the cells of rows and fields: headings, bands, marks.
    `instead` is what we wrote in answer cells that nobody is asked, by row and key.
    """

    name: str
    layout: Layout
    lines: list[Line]
    keys: list[str]
    words: frozenset[str]
    instead: dict[tuple[str, str], str]
    merged: set[tuple[int, int]] = field(default_factory=set)
    areas: list[tuple[int, int, int, int]] = field(default_factory=list)
    shapes: dict[tuple[int, int, str], None] = field(default_factory=dict)  # line, column, words
    state: Literal["", "hidden", "very hidden"] = ""

    def copy(self) -> Page:
        return replace(
            self,
            lines=[line.copy() for line in self.lines],
            keys=list(self.keys),
            merged=set(self.merged),
            areas=list(self.areas),
            shapes=dict(self.shapes),
        )

    @property
    def drawn(self) -> set[tuple[str, str]]:
        """Where each shape lies, and its words: over hidden lines it lies on the next one."""
        found = set()
        for number, col, words in self.shapes:
            while number < len(self.lines) and self.lines[number].hidden:
                number += 1
            found.add((address(number + 1, col), words))
        return found

    def everything(self) -> Iterator[tuple[str, Cell]]:
        """Every cell that holds anything, by its address."""
        for number, line in enumerate(self.lines, start=1):
            for col, cell in line.cells.items():
                yield address(number, col), cell

    @property
    def filled(self) -> bool:
        return any(line.count for line in self.lines)

    @property
    def columns(self) -> dict[str, int]:
        return {key: col for col, key in enumerate(self.keys, start=1) if key}

    @property
    def rows(self) -> list[Line]:
        """The lines of the table."""
        return [line for line in self.lines if line.row not in ("", KEY_ROW, FORM_ROW)]

    def mark(self, line: Line) -> str:
        """The row id that the mark of a line says; '' without one."""
        text = line.at(self.columns[MARK]).text if MARK in self.columns else ""
        return text.split("/")[4].split("#")[0] if text.count("/") == 4 else ""

    def value(self, key: str) -> str:
        """What was issued in a field of the form."""
        value = self.layout.form_values.get(key, "")
        return value.isoformat() if isinstance(value, date) else value

    def line(self, number: int) -> Line:
        """The line at `number`, from 0; some more lines follow the last."""
        while number >= len(self.lines):
            self.lines.append(Line())
        return self.lines[number]

    def number(self, line: Line) -> int:
        return next(at for at, each in enumerate(self.lines) if each is line)

    def put(self, number: int, col: int, cell: Cell) -> None:
        """Type, or clear with an empty cell; the comment stays."""
        line = self.line(number)
        line.cells[col] = replace(cell, comment=line.at(col).comment)

    def move(self, source: Sequence[tuple[int, int]], target: Sequence[tuple[int, int]]) -> None:
        """Cut cells and paste them elsewhere, comments included."""
        cut = [replace(self.line(row).at(col), moved=True) for row, col in source]
        for row, col in source:
            self.line(row).cells.pop(col, None)
        for (row, col), cell in zip(target, cut, strict=True):
            self.line(row).cells[col] = cell

    def merge(self, block: Sequence[tuple[int, int]], keep: bool) -> None:
        """Merge cells that are not merged yet; without `keep` only the first keeps its content."""
        if self.merged & set(block):
            return
        self.merged |= set(block)
        (top, left), (bottom, right) = block[0], block[-1]
        self.areas.append((top, left - 1, bottom, right - 1))
        for row, col in () if keep else block[1:]:
            self.line(row).cells.pop(col, None)

    def guarded(self, number: int, col: int) -> bool:
        """True for marks and column keys."""
        line = self.lines[number] if number < len(self.lines) else Line()
        return line.row == KEY_ROW or (col <= len(self.keys) and self.keys[col - 1] == MARK)


@cache
def issued(case: int, who: tuple[int, ...]) -> tuple[Page, ...]:
    """The table sheets of a workbook as issued."""
    asked = [CASES[case].small[at] for at in who]
    data = form_workbook(asked, CASES[case].plan.style.font)
    pages = zip(asked, sheet_names(asked), strict=True)
    return tuple(_page(name, one, Book(data, name)) for one, (_, name, _) in pages)


def _page(name: str, layout: Layout, book: Book) -> Page:
    marks = dict(book.marks)
    lines = [
        Line({c.column: _issued(c.value) for c in cells if c.value is not None}, marks.get(at, ""))
        for at, cells in enumerate(book.sheet.iter_rows(), start=1)
    ]
    for above, line in pairwise(lines):
        above.hidden = above.row == KEY_ROW
        if line.row == FORM_ROW:
            line.fields = {col: cell.text for col, cell in above.cells.items() if col > 1}
    words = {
        plain(cell.text)
        for line in lines
        for col, cell in line.cells.items()
        if col == 1 or not (line.row in layout.row or col in line.fields)
    }
    keys = [MARK, *(column.key for column in layout.columns)]
    instead = {
        (line.row, column.key): line.at(keys.index(column.key) + 1).text
        for line in lines
        for column in layout.open_columns
    }
    return Page(name, layout, lines, keys, frozenset(words), instead)


def _issued(value: object) -> Cell:
    if isinstance(value, datetime):
        return Cell(value.date().isoformat(), value.date(), ours=True)
    text = str(value)
    if text.startswith("=COUNTIFS("):
        return Cell("5", 5, text, ours=True)
    return Cell(text, ours=True)


# Saving.

NUMBERS = {  # formats: what is stored, and what is seen
    "0%": (0.5, "50%"),
    "0.0%_ ": (0.125, "12.5%"),
    '0%"達成"': (0.75, "75%達成"),
    "[Red]0%;-0%": (-0.5, "-50%"),
    "0\\%": (50, "50%"),
    '0"件以上"': (3, "3件以上"),
    '0"か所"': (3, "3か所"),
    "#,##0": (1234, "1234"),
}


def saved(pages: Sequence[Page]) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        formats = {
            "struck": book.add_format({"font_strikeout": True}),
            "date": book.add_format({"num_format": "yyyy/m/d"}),
            **{code: book.add_format({"num_format": code}) for code in NUMBERS},
        }
        for page in pages:
            _save(page, book.add_worksheet(page.name), formats)
    return target.getvalue()


def _save(page: Page, sheet: Worksheet, formats: dict[str, Format]) -> None:
    if page.state:
        (sheet.very_hidden if page.state == "very hidden" else sheet.hide)()
    for area in page.areas:
        sheet.merge_range(*area, "")
    for at, line in enumerate(page.lines):
        if line.hidden:
            sheet.set_row(at, None, None, {"hidden": True})
        for col, cell in line.cells.items():
            assert not cell.text or _write(sheet, at, col - 1, cell, formats) == 0
            assert not cell.comment or sheet.write_comment(at, col - 1, cell.comment) == 0
    for number, col, words in page.shapes:
        assert sheet.insert_textbox(number, col - 1, words) == 0


def _write(sheet: Worksheet, at: int, col: int, cell: Cell, formats: dict[str, Format]) -> int:
    if cell.formula:
        return sheet.write_formula(at, col, cell.formula, None, cell.value)
    match cell.value:
        case date():
            day = datetime.combine(cell.value, time())
            return sheet.write_datetime(at, col, day, formats["date"])
        case bool():
            return int(sheet.write_boolean(at, col, cell.value))
        case int() | float():
            return sheet.write_number(at, col, cell.value, formats.get(cell.format))
    return _write_text(sheet, at, col, cell, formats["struck"])


def _write_text(sheet: Worksheet, at: int, col: int, cell: Cell, struck: Format) -> int:
    first, behind = cell.struck
    if 0 < behind - first < len(cell.text):
        parts: list[str | Format] = [
            cell.text[:first],
            struck,
            cell.text[first:behind],
            cell.text[behind:],
        ]
        return sheet.write_rich_string(at, col, *(part for part in parts if part))
    return sheet.write_string(at, col, cell.text, struck if behind else None)
