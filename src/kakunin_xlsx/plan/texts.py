"""The masters as texts: rows by heading, read from a folder and written back in one way.

A row knows where it came from, the line of its file or the cells of a workbook, so that a
problem names its own place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kakunin_xlsx.plan.cells import CellProblem, Problem, obeyed
from kakunin_xlsx.plan.model import TABLES, Plan
from kakunin_xlsx.plan.readings import READINGS, Status, key_since
from kakunin_xlsx.plan.schema import FIRST, LAST, MasterRow, MasterTable, Span
from kakunin_xlsx.plan.settings import PLAN_FILE
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.textfiles import FileBroken, bytes_of, csv_bytes, csv_lines, typed_text

SOURCE_FILE = "source.txt"
_FIRST_ROW = 2  # the heading is line 1
Cells = Mapping[str, str]
# What a check says: of which row or whole table, under which heading, what is wrong, what to do.
Said = tuple[MasterRow | MasterTable, str, str, str]
Check = Callable[[Plan], Iterator[Said]]


@dataclass(slots=True, eq=False)
class TextRow:
    """One row: its cells by heading, of which blank ones may lack, and where it begins in its file.

    `places` say by heading where its cells stand in a workbook, if it came from one.
    """

    cells: dict[str, str]
    line: int = 0
    places: Mapping[str, str] = field(default_factory=dict)

    def said(self, header: str) -> str:
        """What stands under a heading; '' if nothing does."""
        return self.cells.get(header, "")

    @property
    def span(self) -> Span:
        """Its 開始年度 to 終了年度."""
        return Span(year_in(self.said(FIRST)), year_in(self.said(LAST)))

    def place(self, header: str) -> str:
        """The cell under a heading, else the row's first; '' outside a workbook."""
        return self.places.get(header) or next(iter(self.places.values()), "")

    def problem(self, table: MasterTable, header: str, wrong: str, todo: str) -> Problem:
        """A problem at one cell."""
        return Problem(table.file, self.line, header, wrong, todo, self.place(header))


@dataclass
class MasterTexts:
    """All that a masters folder holds. `problems` are those of whole files, by their names.

    `toml` is None where plan.toml cannot be read, a table that cannot be read is in `unread`.
    `absent` are columns that files of an earlier release lack: file and heading.
    """

    toml: str | None
    rows: dict[str, list[TextRow]]
    source: str | None = None
    problems: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    absent: frozenset[tuple[str, str]] = frozenset()

    def copy(self) -> MasterTexts:
        """The same, to be changed, and written with all columns of today."""
        headers = {table.name: table.headers for table in TABLES}
        rows = {
            name: [
                TextRow({**dict.fromkeys(headers[name], ""), **row.cells}, row.line, row.places)
                for row in rows
            ]
            for name, rows in self.rows.items()
        }
        return MasterTexts(self.toml, rows, self.source, self.problems, self.unread)

    def files(self) -> dict[str, bytes]:
        """plan.toml and every table by its file's name."""
        found = {PLAN_FILE: (self.toml or "").encode()}
        for table in TABLES:
            cells = ([row.get(h, "") for h in table.headers] for row in self.cells(table))
            found[table.file] = csv_bytes(table.headers, cells, "\n")
        return found

    def cells(self, table: MasterTable) -> list[dict[str, str]]:
        """The rows of a table by heading."""
        return [row.cells for row in self.rows.get(table.name, ())]

    def by_id(self, table: MasterTable) -> dict[str, TextRow]:
        """The rows of a table by what tells them apart."""
        return by_id(table, self.rows.setdefault(table.name, []))

    def problem(self, of: MasterRow | MasterTable, header: str, wrong: str, todo: str) -> Problem:
        """A problem at a cell of a row, or of a whole table.

        A row that did not come from here is told as the line it would be without line breaks.
        """
        if isinstance(of, MasterTable):
            return Problem(of.file, 0, header, wrong, todo)
        known = self.rows.get(of.schema.name, ())
        row = known[of.index] if of.index < len(known) else TextRow({}, of.index + _FIRST_ROW)
        return row.problem(of.schema, header, wrong, todo)


def read_texts(folder: Path) -> MasterTexts:
    """Everything under a masters folder; what does not read is a problem."""
    found: dict[str, list[Problem]] = {}
    rows: dict[str, list[TextRow]] = {}
    unread, absent = set(), set[tuple[str, str]]()
    same: dict[str, str] = {}  # ids and years stand in very many rows
    for table in TABLES:
        path, problems = folder / table.file, found.setdefault(table.file, [])
        rows[table.name] = []
        if table.optional and not path.exists():
            continue
        text = _text(path, problems)
        try:
            lines = _lines(text or "", same)
            read = text is not None and _rows(table, lines, problems, rows[table.name])
            absent |= {(table.file, h) for h in table.headers if lines and h not in lines[0][1]}
        except FileBroken as stop:
            problems.append(Problem(table.file, stop.line, "", stop.wrong, stop.todo))
            read = False
        if not read:
            unread.add(table.name)
    source = folder / SOURCE_FILE
    return MasterTexts(
        toml=_text(folder / PLAN_FILE, found.setdefault(PLAN_FILE, [])),
        rows=rows,
        source=_text(source, found.setdefault(SOURCE_FILE, [])) if source.exists() else None,
        problems=found,
        unread=frozenset(unread),
        absent=frozenset(absent),
    )


def _text(path: Path, problems: list[Problem]) -> str | None:
    """The text of a file with plain line ends; None if something is wrong with the file."""
    try:
        words = typed_text(bytes_of(path))
    except FileNotFoundError:
        todo = f"{path} に置いてください。"
        problems.append(Problem(path.name, 0, "", "ファイルがありません。", todo))
    except FileBroken as stop:
        problems.append(Problem(path.name, stop.line, "", stop.wrong, stop.todo))
    else:
        return words.replace("\r\n", "\n").replace("\r", "\n")
    return None


def _lines(text: str, same: dict[str, str]) -> list[tuple[int, list[str]]]:
    """Records with their lines. Raises FileBroken also for what a terminal obeys unseen."""
    for line, words in enumerate(text.split("\n"), start=1):
        if found := obeyed(words):
            raise FileBroken(line, *found)
    return [
        (line, [same.setdefault(cell, cell) for cell in map(str.strip, record)])
        for line, record in csv_lines(text)
    ]


def _rows(
    table: MasterTable,
    lines: Sequence[tuple[int, list[str]]],
    problems: list[Problem],
    rows: list[TextRow],
) -> bool:
    """Take the rows; False if a column is missing. Raises FileBroken."""
    if not lines:
        todo = f"1行目に {','.join(table.headers)} を書いてください。"
        raise FileBroken(1, "中身がありません。", todo)
    header = lines[0][1]
    problems += _of_headings(table, header)
    complete = {each.header for each in table.columns if not each.may_be_absent} <= {*header}
    if not complete:
        return False
    for line, record in lines[1:]:
        if any(record):
            if beyond := next(filter(None, record[len(header) :]), ""):
                wrong = f"見出しのない列に「{beyond}」があります。"
                todo = 'コンマを含む文は引用符「"」で囲んでください。'
                problems.append(Problem(table.file, line, "", wrong, todo))
            cells = dict(zip(header, record, strict=False))
            rows.append(TextRow({h: cells[h] for h in table.headers if cells.get(h)}, line))
    return True


def _of_headings(table: MasterTable, header: Sequence[str]) -> Iterator[Problem]:
    """Headings that are missing, doubled or not known."""
    for column in table.columns:
        if column.header not in header and not column.may_be_absent:
            todo = f"1行目に「{column.header}」を加えてください。"
            yield Problem(table.file, 1, column.header, "列がありません。", todo)
    for place, name in enumerate(header):
        if name and (name not in table.headers or name in header[:place]):
            wrong = "列が二つあります。" if name in table.headers else "知らない列です。"
            todo = f"1行目は {','.join(table.headers)} としてください。"
            yield Problem(table.file, 1, name, wrong, todo)


def row_key(table: MasterTable, cells: Cells) -> str:
    """The key of a row as the loader reads it: `1-1-1/R6`."""
    said = []
    for header in table.keys:
        cell = cells.get(header, "")
        try:
            said.append(str(table.column[header].parse(cell)) if cell else "")
        except CellProblem:
            said.append(cell)
    return "/".join(said)


def by_id(table: MasterTable, rows: Iterable[TextRow]) -> dict[str, TextRow]:
    """Rows by what tells each from all others of its table: key, 開始年度, a count if need be."""
    seen: dict[str, int] = {}
    found = {}
    for row in rows:
        own = row_id(table, row.cells)
        seen[own] = seen.get(own, 0) + 1
        found[own if seen[own] == 1 else f"{own}（{seen[own]}）"] = row
    return found


def row_id(table: MasterTable, cells: Cells) -> str:
    """Key and 開始年度 as `readings` writes them: `1-1-1/R8@R8`; 残り rows by their words too."""
    key = row_key(table, cells)
    if table is READINGS and cells.get("状態") == Status.LEFT_OVER:
        return f"{key}：{cells.get('原文の文字', '')}"
    return key_since(key, year_in(cells.get(FIRST, ""))) if table.dated else key


def year_in(cell: str) -> FiscalYear | None:
    """The year that a cell says; None if it is empty or says none."""
    try:
        return FiscalYear.parse(cell) if cell else None
    except ValueError:
        return None


def row_digest(cells: Cells) -> str:
    """Twelve hex digits over all that a row holds."""
    plain = "\x1f".join(f"{header}\x1e{text}" for header, text in sorted(cells.items()) if text)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:12]
