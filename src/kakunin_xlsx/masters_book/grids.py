"""台帳.xlsx read back: rows by heading, wherever the sheets, columns and rows are by now."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from kakunin_xlsx.layout.sheet_names import CHOICE_SHEET, GUIDE_SHEET, WITNESS_SHEET
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book import targets
from kakunin_xlsx.masters_book.headings import DEPARTMENT_NAMES, codes, is_department, said_as
from kakunin_xlsx.masters_book.own_rows import OwnRows
from kakunin_xlsx.masters_book.own_sheet import OwnSheet, own_sheet
from kakunin_xlsx.masters_book.pages import printed_words
from kakunin_xlsx.masters_book.people import Newcomers
from kakunin_xlsx.plan.cells import Problem, due
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.new_plan import EXAMPLE
from kakunin_xlsx.plan.people import DEPARTMENTS, RESPONDENTS
from kakunin_xlsx.plan.schema import TABLE, MasterTable
from kakunin_xlsx.plan.texts import MasterTexts, TextRow, by_id, row_key
from kakunin_xlsx.plan.tree import ACTIONS, TARGETS
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.returns.model import Book, CellKind, Grid, GridCell, address

_WORDLESS = frozenset({GUIDE_SHEET, CHOICE_SHEET, WITNESS_SHEET, book.HELP_SHEET})
_NO_VALUE = {
    CellKind.DATE: ("日付に変わっています", "セルの書式を「文字列」にして、書き直してください。"),
    CellKind.BOOL: (
        "「はい・いいえ」の値（TRUE、FALSE）になっています",
        "文字で書き直してください。",
    ),
    CellKind.ERROR: ("計算のできない値になっています", "文字で書き直してください。"),
}
_OURS = (GUIDE_SHEET, book.HELP_SHEET)
_BRIEF = 40  # characters of a text that only shows where to look
_MOST = 400  # of one that is said and not taken
_NOT_TAKEN = "取り込みません。台帳に要る言葉であれば、当てはまる表の欄に書いてください。"


@dataclass
class ReadMasters:
    """What a 台帳.xlsx holds. A table whose sheet is gone is not in `tables`.

    `own` are lists with headings of a clerk's own. `base` is what was exported: digests by table
    and row id; `plan` whose it was, '' where the workbook does not say. `problems` keep it from
    being imported, `notices` are for people.
    """

    tables: dict[str, list[TextRow]] = field(default_factory=dict)
    settings: list[TextRow] = field(default_factory=list)
    open: list[TextRow] = field(default_factory=list)
    proposals: list[TextRow] = field(default_factory=list)
    own: list[OwnSheet] = field(default_factory=list)
    plan: str = ""
    base: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    _sheets: dict[str, str] = field(default_factory=dict)  # table → sheet
    _wide: bool = False  # the targets of a line stand on one row

    def sheet_name(self, table: MasterTable) -> str:
        """The sheet that holds a table in this workbook; what it is called elsewhere if none."""
        return self._sheets.get(table.name, book.sheet_name(table))

    @classmethod
    def of(cls, workbook: Book) -> ReadMasters:
        """The rows of a workbook that is at hand."""
        read = cls()
        for grid in workbook.grids:
            read._take(grid)
            for comment in grid.comments:
                place = f"{grid.name}!{comment.address}".rstrip("!")
                words = f"に「{comment.text[:_MOST]}」とありますが" if comment.text else "は"
                read.notices.append(f"{place}：{comment.kind}{words}、{_NOT_TAKEN}")
        read._as_in_csv()
        if any(grid.protected is None for grid in workbook.grids if grid.cells):
            read.notices.append(
                f"{workbook.unseen} の古いファイルのため、取り消し線の有無を確かめられません。"
                "変わるところをよく見てください。"
            )
        return read

    def _as_in_csv(self) -> None:
        """Names of 課 as codes, and a row a year of the targets: what the masters hold."""
        base = self.base.get(DEPARTMENT_NAMES, {})
        people = Newcomers(self.tables, base)
        people.settle()
        self.notices += people.told
        self.problems += people.asked
        now = codes(row.cells for row in self.tables.get(DEPARTMENTS.name, ()))
        known = {**now, **base}
        for name, rows in self.tables.items():
            for column in filter(is_department, TABLE[name].columns):
                for row in rows:
                    if said := row.said(column.header):
                        row.cells[column.header] = said_as(column, said, known)
        if self._wide:
            base, lines = self.base.get(TARGETS.name, {}), self.tables.get(ACTIONS.name, ())
            self.tables[TARGETS.name] = list(targets.long(self.tables[TARGETS.name], base, lines))
            self._wide = False

    def _take(self, grid: Grid) -> None:
        """Read one sheet as what it is."""
        if grid.cells and grid.cells[0].typed == book.BASE_MARK:
            self._base(grid)
        elif grid.name in _WORDLESS or not grid.cells:
            title = (2, 1) if grid.name == GUIDE_SHEET else None  # of the plan
            cells = [cell for cell in grid.cells if (cell.row, cell.col) != title]
            self.notices += _stray(grid.name, cells) if grid.name in _OURS else ()
        elif sheet := _find(grid, book.SETTING_HEADINGS):
            self.settings += sheet.rows(self, book.SETTING_HEADINGS)
        elif sheet := _find(grid, book.OPEN_HEADINGS):
            self.open += sheet.rows(self, book.OPEN_HEADINGS, {book.WHEN})
        elif sheet := _find(grid, book.PROPOSAL_HEADINGS):
            self.proposals += sheet.rows(self, book.PROPOSAL_HEADINGS, {book.DAY})
        else:
            self._take_other(grid)

    def _take_other(self, grid: Grid) -> None:
        """A sheet of one of the tables, or of somebody's own."""
        if table := _table_of(grid):
            self._table(grid, table)
        elif own := own_sheet(grid):
            self.own.append(own)
            self.notices += own.notices
        else:
            self.notices.append(f"シート「{grid.name}」は台帳の表ではないので、取り込みません。")

    def join_lists(self) -> None:
        """A list on several sheets (a 部 each) is one; a second version of the same is not."""
        for other in self.own[1:]:
            if not self.own[0].names & other.names:
                self.own.remove(other)
                self.own[0] = self.own[0].with_lines_of(other)

    def begin_from_own(self, years: Sequence[FiscalYear], title: str) -> None:
        """A clerk's own list takes the place of the examples of a new plan, if it has only these.

        `title` is what the whole is called where the list has no upper level.
        """
        lines = self.tables.get(ACTIONS.name, [])
        for at, own in enumerate(self.own):
            if at or not all(row.said("取組").startswith(EXAMPLE) for row in lines):
                why = (
                    "「取組」の表に記入があるので"
                    if not at
                    else f"「{self.own[0].name}」と同じ事業があるので"
                )
                self.notices.append(f"シート「{own.name}」は、{why}、取り込みません。")
                continue
            made = OwnRows.of(own, years, title)
            for name, rows in made.tables.items():
                places = {"": f"シート「{own.name}」"}
                self.tables[name] = [TextRow(cells, places=places) for cells in rows]
            for name in (DEPARTMENTS.name, RESPONDENTS.name):
                real = (
                    r for r in self.tables.get(name, ()) if not r.said("名称").startswith(EXAMPLE)
                )
                self.tables[name] = list(real)
            self.notices.append(f"シート「{own.name}」から、{len(own.lines)}行を取り込みました。")
            self.notices += made.told
        self._as_in_csv()

    def _table(self, grid: Grid, table: MasterTable) -> None:
        if other := self._sheets.get(table.name):
            wrong = f"シート「{other}」と同じ表です。"
            self._say(grid.name, wrong, "どちらかのシートを除いてください。")
            return
        self._sheets[table.name] = grid.name
        sheet = _find(grid, table.keys)
        if sheet is None and table is TARGETS and (found := _find(grid, (targets.LINE,))):
            self._wide = True
            by_year = (heading for heading in found.columns if targets.parted(heading)[0])
            self.tables[table.name] = list(found.rows(self, [*book.headings(table), *by_year]))
            return
        if sheet is None:
            wrong = f"見出し「{'・'.join(table.keys)}」の行がありません。"
            self._say(grid.name, wrong, "見出しの言葉を、書き出したときのとおりに戻してください。")
            return
        for column in table.columns:
            if column.header not in sheet.columns and not column.may_be_absent:
                todo = f"見出し「{column.header}」の列を戻してください。"
                self._say(grid.name, f"列「{column.header}」がありません。", todo)
        for heading in sheet.doubled & set(book.headings(table)):
            todo = "どちらかの列を除いてください。"
            self._say(grid.name, f"列「{heading}」が二つあります。", todo)
        dates = {column.header for column in table.columns if column.parse is due}
        self.tables[table.name] = list(sheet.rows(self, book.headings(table), dates))

    def _base(self, grid: Grid) -> None:
        for cells in _lines(grid).values():
            texts = [cell.typed for cell in cells]
            if texts[0] == book.BASE_MARK:
                self.plan = "".join(texts[1:2])
            elif len(texts) == 3:
                self.base.setdefault(texts[0], {})[texts[1]] = texts[2]

    def _say(self, place: str, wrong: str, todo: str) -> None:
        self.problems.append(Problem(place, 0, "", wrong, todo))

    def value(self, sheet: str, cell: GridCell, date_allowed: bool) -> str:
        """What a cell holds as text; what is no text is a problem."""
        place = f"{sheet}!{cell.address}"
        if cell.formula:
            self._say(
                place,
                f"計算式「{cell.formula[:_BRIEF]}」が入っています。",
                "文字や数を書いてください。",
            )
        elif cell.kind in _NO_VALUE and not (cell.kind is CellKind.DATE and date_allowed):
            wrong, todo = _NO_VALUE[cell.kind]
            self._say(place, f"「{cell.typed[:_BRIEF]}」が{wrong}。", todo)
        elif cell.struck:
            self._say(
                place,
                "取り消し線の付いた文字があります。",
                "消す文字は除き、取り消し線を外してください。",
            )
        return cell.typed.replace("\r\n", "\n").replace("\r", "\n").strip()


def _lines(grid: Grid) -> dict[int, list[GridCell]]:
    found: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        found.setdefault(cell.row, []).append(cell)
    return found


@dataclass(frozen=True, slots=True)
class _Headed:
    """A grid whose line of headings is known: heading → column."""

    grid: Grid
    head: int
    columns: Mapping[str, int]
    doubled: frozenset[str]

    def rows(
        self, read: ReadMasters, headings: Sequence[str], dates: Container[str] = ()
    ) -> Iterator[TextRow]:
        """The rows below the headings in which anything stands; what stands elsewhere is told.

        Under `dates` a date says what is meant.
        """
        known = {col: heading for heading, col in self.columns.items() if heading in headings}
        for at, cells in _lines(self.grid).items():
            if at <= self.head:
                own = [cell for cell in cells if not targets.parted(cell.typed)[0]]
                read.notices += _stray(self.grid.name, own)
                continue
            values: dict[str, str] = {}
            for cell in cells:
                heading = known.get(cell.col)
                if heading == book.STATE:
                    continue
                if heading is None:
                    read.notices.append(_beside(self.grid.name, cell))
                else:
                    values[heading] = read.value(self.grid.name, cell, heading in dates)
            if any(values.values()):
                places = {h: f"{self.grid.name}!{address(at, c)}" for c, h in known.items()}
                yield TextRow(values, at, places)


def _stray(sheet: str, cells: Iterable[GridCell]) -> Iterator[str]:
    """What is said of words that are not ours where the workbook only explains."""
    own = (cell for cell in cells if book.table_in(cell.typed) not in TABLE)
    return (_beside(sheet, cell) for cell in own if cell.typed.strip() not in _printed())


@cache
def _printed() -> frozenset[str]:
    return frozenset(word.strip() for word in printed_words())


def _beside(sheet: str, cell: GridCell) -> str:
    return f"{sheet}!{cell.address}：「{cell.typed[:_MOST]}」は台帳の列になく、{_NOT_TAKEN}"


def _find(grid: Grid, wanted: Iterable[str]) -> _Headed | None:
    """The first line in which all the headings stand."""
    needed = set(wanted)
    for at, cells in _lines(grid).items():
        columns: dict[str, int] = {}
        doubled = set()
        for cell in cells:
            if columns.setdefault(cell.typed.strip(), cell.col) != cell.col:
                doubled.add(cell.typed.strip())
        if needed <= columns.keys():
            return _Headed(grid, at, columns, frozenset(doubled))
    return None


def _table_of(grid: Grid) -> MasterTable | None:
    """The table that the sheet's name says; else the one whose headings all stand there."""
    if table := TABLE.get(book.table_in(grid.name)):
        return table
    fitting = [table for table in TABLES if _find(grid, table.headers)]
    return max(fitting, key=lambda table: len(table.headers), default=None)


def with_places(texts: MasterTexts, read: ReadMasters) -> MasterTexts:
    """The same texts, their rows told by the cells of the workbook that became them."""
    found = texts.copy()
    for table in TABLES:
        rows = read.tables.get(table.name, ())
        own, alike = by_id(table, rows), {row_key(table, row.cells): row for row in rows}
        for at, row in found.by_id(table).items() if rows else ():
            if left := own.get(at) or alike.get(row_key(table, row.cells)):
                row.places = left.places
    return found
