"""The conservation law, from the pages themselves: what must be held, where and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kakunin_xlsx.layout import KEY_ROW, Row
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.returns.model import address
from tests.merge.pages import (
    MARK,
    Case,
    Cell,
    Line,
    Page,
    plain,
    texts_of,
)

# The law.

ANSWERS, PROPOSALS, FINDINGS = "回答一覧", "修正提案", "確認事項一覧"
SOMEWHERE = "どこか一つ"  # the field can no longer be told; one table holds the text
FREELY = "あってもよい"  # ours, but no longer where it was issued: held once or not at all
Held = tuple[str, str, str, str]  # table, sheet, cell, text

# Misplaced row, beside the table, doubled field, comments, and all these of a replaced return.
HOLDING = {"F04", "C14", "C19", "C21", "F09", "I03"}


def held(result: Merged) -> Counter[Held]:
    """What the tables of a merge hold."""
    found = Counter((ANSWERS, each.sheet, each.cell, each.value) for each in result.answers)
    found += Counter((PROPOSALS, each.sheet, each.cell, each.typed) for each in result.proposals)
    places = [finding.place for finding in result.findings if finding.code in HOLDING]
    return found + Counter((FINDINGS, at.sheet, at.cell, at.value) for at in places)


def typed_texts(page: Page, line: Line) -> tuple[str, ...]:
    """What stands in the locked cells of a line."""
    keys = page.layout.rows[0].texts
    return tuple(plain(line.at(page.columns[key]).text) for key in keys if key in page.columns)


def misplaced(case: Case, page: Page, line: Line, row: Row) -> Row | None:
    """The other row whose texts stand in the line: all of them, or more than of its own."""
    seen = typed_texts(page, line)

    def alike(other: Row) -> int:
        pairs = ((plain(text.shown), key) for key, text in other.texts.items())
        return sum(bool(text) and plain_at(page, line, key) == text for text, key in pairs)

    others = case.others(row)
    whole = [other for other in others if texts_of(other) == seen]
    nearest = max(others, key=alike, default=None)
    if nearest and alike(nearest) <= alike(row):
        nearest = None
    return whole[-1] if whole else nearest


def plain_at(page: Page, line: Line, key: str) -> str:
    """What stands in a column of a line; '' if it is lost."""
    return plain(line.at(page.columns[key]).text) if key in page.columns else ""


def told_rows(page: Page) -> dict[int, Row]:
    """Rows of the form by line number: by their marks, else by their texts if all are there.

    A mark in a line that holds nothing else gives way to the line with the texts of its row.
    """
    ids = {number: page.mark(line) for number, line in enumerate(page.lines)}
    marked = {number: page.layout.row[id_] for number, id_ in ids.items() if id_ in page.layout.row}
    full = [row for number, row in marked.items() if page.lines[number].count > 1]
    wanted = {texts_of(row): row for row in page.layout.rows if row not in full}
    whole = set(page.layout.rows[0].texts) <= set(page.columns)
    by_texts = {
        number: row
        for number, line in enumerate(page.lines if whole else ())
        if not ids[number] and (row := wanted.pop(typed_texts(page, line), None))
    }
    moved = list(by_texts.values())
    return by_texts | {number: row for number, row in marked.items() if row not in moved}


def told_fields(page: Page) -> list[int]:
    """Lines of the form's own fields that still have their mark and their columns.

    Where a field stands there twice, either all lines can be told or none.
    """
    lines = {number: line for number, line in enumerate(page.lines) if line.row == FORM_ROW}
    told = [number for number, line in lines.items() if page.mark(line) and not line.damaged]
    keys = [key for line in lines.values() for key in line.fields.values()]
    return told if len(told) == len(lines) or len(keys) == len(set(keys)) else []


def is_told(page: Page, rows: dict[int, Row]) -> bool:
    """True if the sheet says what form it is: by a mark, else by title, caption and a row."""
    texts = Counter(plain(cell.text) for _, cell in page.everything())
    marks = [page.mark(line) for line in page.lines]
    if any(mark not in ("", KEY_ROW) for mark in marks):
        return sum(texts.values()) - texts[""] > sum(map(bool, marks))  # marks alone are no form
    titles, captions = texts[plain(page.layout.title)], texts[plain(page.layout.caption)]
    return bool(rows) and titles > 0 and captions == 1


def law(case: Case, page: Page) -> Iterator[Held]:
    """What must be held of a page."""
    rows, fields = told_rows(page), told_fields(page)
    if not is_told(page, rows):
        yield from _free_comments(page)
        return
    yield from _field_law(page, fields)
    for number, line in enumerate(page.lines):
        told, taken = number in fields, set(line.fields)
        if number in rows:
            told, taken = True, {col for key, col in page.columns.items() if key != MARK}
            yield from _row_law(case, page, number, rows[number])
        elif line.row == FORM_ROW and not told:
            yield from _untold_fields(page, number)
        for col, cell in line.cells.items():
            where = address(number + 1, col)
            if cell.comment:
                yield FINDINGS, page.name, where, cell.comment
            if col not in taken and cell.filled and (table := _beside(page, line, cell, told)):
                yield table, page.name, where, cell.text
    yield from ((FINDINGS, page.name, *shape) for shape in page.drawn)


def _free_comments(page: Page) -> Iterator[Held]:
    """Of a sheet that can no longer be told: it is named, its comments may be."""
    for number, line in enumerate(page.lines):
        for col, cell in line.cells.items():
            if cell.comment:
                yield FREELY, page.name, address(number + 1, col), cell.comment
    yield from ((FREELY, page.name, *shape) for shape in page.drawn)


def _row_law(case: Case, page: Page, number: int, row: Row) -> Iterator[Held]:
    line, columns = page.lines[number], page.columns

    def at(key: str) -> str:
        return address(number + 1, columns[key])

    differing = [
        key
        for key, text in row.texts.items()
        if key in columns and plain(line.at(columns[key]).kept) != plain(text.shown)
    ]
    other = misplaced(case, page, line, row) if differing else None
    theirs = [
        key
        for key in differing
        if other and plain(line.at(columns[key]).text) == plain(other.texts[key].shown)
    ]
    if theirs:
        texts = [line.at(columns[key]).text for key in theirs]
        yield FINDINGS, page.name, at(theirs[0]), " ／ ".join(filter(None, texts))
    for key in differing:
        if key not in theirs:
            yield PROPOSALS, page.name, at(key), line.at(columns[key]).kept
    for column in page.layout.open_columns:
        cell = line.at(columns.get(column.key, 0))
        if cell.filled and plain(cell.text) != plain(page.instead[row.id, column.key]):
            yield ANSWERS, page.name, at(column.key), cell.text


def _field_law(page: Page, numbers: Sequence[int]) -> Iterator[Held]:
    """Fields by their keys; of a field that stands there twice the first one filled counts."""
    found: dict[str, list[tuple[str, Cell]]] = {}
    for number in numbers:
        for col, key in page.lines[number].fields.items():
            cell = page.lines[number].at(col)
            found.setdefault(key, []).append((address(number + 1, col), cell))
    for key, cells in found.items():
        filled = [(where, cell) for where, cell in cells if cell.filled]
        where, cell = filled[0] if filled else (cells[-1][0], Cell())
        if page.layout.form_column[key].open:
            yield from [(ANSWERS, page.name, where, cell.text)] if filled else []
        elif plain(cell.kept) != plain(page.value(key)):
            yield PROPOSALS, page.name, where, cell.kept
        yield from ((FINDINGS, page.name, where, cell.text) for where, cell in filled[1:])


def _untold_fields(page: Page, number: int) -> Iterator[Held]:
    """Fields whose mark or column is lost; their labels may tell, if they stand there once."""
    line = page.lines[number]
    times = Counter(key for line in page.lines for key in line.fields.values())
    labels = {cell.text for cell in line.cells.values() if cell.ours and not cell.moved}
    for col, key in line.fields.items():
        cell, where = line.at(col), address(number + 1, col)
        as_issued = plain(cell.text) == plain(page.value(key))
        labelled = times[key] == 1 and page.layout.form_column[key].heading in labels
        if cell.filled and cell.kept != cell.text and not page.layout.form_column[key].open:
            yield FREELY, page.name, where, cell.text  # a proposal without the struck part,
            yield FREELY, page.name, where, cell.kept  # or whole beside the table
        elif as_issued and (cell.moved or not labelled):
            yield FREELY, page.name, where, cell.text
        elif cell.filled and not as_issued:
            word = cell.ours and plain(cell.text) in page.words
            yield FREELY if word else SOMEWHERE, page.name, where, cell.text
    for col in range(1, len(page.keys) + 2):
        yield FREELY, page.name, address(number + 1, col), ""


def _beside(page: Page, line: Line, cell: Cell, told: bool) -> str:
    """Which table holds a cell outside rows and fields; `told`: of a line that has its mark."""
    if not cell.ours:
        return SOMEWHERE if line.row == FORM_ROW and not told else FINDINGS
    if cell.moved:
        return FREELY if plain(cell.text) in page.words else FINDINGS
    return FREELY if line.row in page.layout.row and not told else ""
