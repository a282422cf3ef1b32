"""Grid → table sheet: rows by their marks, columns by their keys, never by position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kakunin_xlsx.layout import (
    KEY_ROW,
    PRINTED,
    Identity,
    Layout,
    RowMark,
    digest,
    of_last_year,
    read_mark,
)
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.returns.forms import Asked, round_of
from kakunin_xlsx.returns.lost import form_headings, row_marks, table_headings, whose
from kakunin_xlsx.returns.model import At, FormRow, FormSheet, Grid, GridCell, Unreadable, address
from kakunin_xlsx.returns.printed import digest_in, issued_beside

_KEY = re.compile(r"[a-z][a-z0-9_]*(?::\w+)*")  # of a column, as our masters name them
_HEADINGS = (2, 3)  # lines below the keys of a table
_FEWEST_LABELS = 2
_MOST_MARKS = 10_000  # rows of one sheet; a form has some hundred


def read_form(
    grid: Grid, layouts: Collection[Layout] | Asked, witnesses: frozenset[Identity] = frozenset()
) -> FormSheet | None:
    """The form that a worksheet holds, or None if it is no table sheet.

    `layouts` are those of the round that is read; they say which keys belong to the form's
    own fields, and which headings and texts stand for a key or a mark that is lost. Raises
    Unreadable if the sheet has more rows than any form.
    """
    reader = _Reader(grid, Asked.of(layouts), witnesses)
    if grid.cells and len(reader.marks) == len(grid.cells):
        return None  # the hidden witness sheet: marks and nothing else
    return reader.sheet()


@dataclass
class _Reader:
    """Takes one grid apart; what nobody takes is left over."""

    grid: Grid
    forms: Asked
    witnesses: frozenset[Identity] = frozenset()
    taken: set[At] = field(default_factory=set)
    by_headings: dict[str, None] = field(default_factory=dict)
    fields: dict[str, GridCell] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    doubled: list[tuple[str, GridCell]] = field(default_factory=list)
    older: dict[str, str] = field(default_factory=dict)
    used_keys: dict[tuple[int, frozenset[str]], dict[str, int]] = field(default_factory=dict)

    def sheet(self) -> FormSheet | None:
        if len(self.marks) > _MOST_MARKS:
            raise Unreadable(f"目印のある行が{_MOST_MARKS:,}を超えています")
        identity = self.identity
        if identity is None:
            return None
        self.taken.update((at, cell.col) for at, (cell, _) in self.marks.items())
        rows = self._all_rows(identity)
        self._take_printed()
        self._form_fields()
        no_line = not rows and all(mark.row == KEY_ROW for _, mark in self.marks.values())
        if no_line and not self._is_cover:
            return None
        self._take_unused_keys()
        return FormSheet(
            name=self.grid.name,
            identity=identity,
            fields=self.fields,
            places=self.places,
            rows=tuple(sorted(rows, key=lambda row: row.mark_cell.row)),
            leftovers=tuple(
                cell for cell in self.grid.cells if (cell.row, cell.col) not in self.taken
            ),
            doubled=tuple(self.doubled),
            by_headings=tuple(self.by_headings),
            grid=self.grid,
            witnesses=self.witnesses,
            older=self.older,
        )

    @cached_property
    def identity(self) -> Identity | None:
        """What most marks say; without any, what title and caption or the workbook say."""
        found = Counter(
            mark.identity for _, mark in self.marks.values() if mark.row != KEY_ROW
        ).most_common(1)
        return found[0][0] if found else whose(self.grid, self.forms, self.witnesses)

    @cached_property
    def cells(self) -> Mapping[int, list[GridCell]]:
        """Filled cells by sheet row, from left to right."""
        rows: dict[int, list[GridCell]] = {}
        for cell in self.grid.cells:
            rows.setdefault(cell.row, []).append(cell)
        return rows

    @cached_property
    def marks(self) -> Mapping[int, tuple[GridCell, RowMark]]:
        """Marks by sheet row; they stand in the column that holds most of them."""
        told = (cell for cell in self.grid.cells if "/" in cell.typed)
        found = [(cell, mark) for cell in told if (mark := read_mark(cell.typed))]
        columns = Counter(cell.col for cell, _ in found)
        home = max(columns, key=lambda col: (columns[col], -col), default=0)
        return {cell.row: (cell, mark) for cell, mark in found if cell.col == home}

    # Columns.

    def _keys_for(self, at: int, wanted: frozenset[str], others: frozenset[str]) -> dict[str, int]:
        """Sheet columns by key for the row at `at`: from the nearest key row that fits."""
        nearest = sorted(self._key_rows, key=lambda row: (row > at, abs(at - row)))
        for row in nearest:
            texts = self._key_rows[row]
            if not texts.isdisjoint(wanted) or texts.isdisjoint(others):
                return self._key_row(row, wanted)
        return {}

    def _key_row(self, row: int, wanted: frozenset[str]) -> dict[str, int]:
        """Sheet columns by key. Rows under the same keys have one such dict in common."""
        if (row, wanted) not in self.used_keys:
            self.used_keys[row, wanted] = keys = self._keys_in(row, wanted)
            self.taken.update((row, col) for col in keys.values())
            own = self.forms.issued_as(self.identity) if self.identity else None
            today = {column.key for column in own.columns} if own else wanted
            if wanted is self.forms.table_keys and keys.keys() - today:  # headings of that time
                self._take_headings(row, keys, today)
        return self.used_keys[row, wanted]

    def _take_headings(self, row: int, keys: Mapping[str, int], today: Collection[str]) -> None:
        """Those of a form of an older shape, above the columns that it has."""
        places = {(row + at, col) for col in keys.values() for at in (1, *_HEADINGS)}
        self.taken |= places
        words = {(c.row, c.col): c.typed for at in _HEADINGS for c in self.cells.get(row + at, ())}
        for key in keys.keys() - today:
            found = (words.get((row + at, keys[key]), "") for at in reversed(_HEADINGS))
            self.older[key] = next(filter(None, found), key)

    def _keys_in(self, row: int, wanted: frozenset[str]) -> dict[str, int]:
        """The first column of each key; on a form of another plan, any word is one."""
        mark_cell = self.marks[row][0] if row in self.marks else None
        any_word = mark_cell is not None and not self._ours(row)
        keys: dict[str, int] = {}
        for cell in self.cells[row]:
            key = cell.typed.strip()
            known = key in wanted or self._of_older_shape(key, row, cell.col, wanted)
            if cell is not mark_cell and (any_word or known):
                keys.setdefault(key, cell.col)
        return keys

    def _of_older_shape(self, key: str, row: int, col: int, wanted: frozenset[str]) -> bool:
        """True for the key of a table column that today's forms have not: a heading is below it."""
        if wanted is not self.forms.table_keys or row not in self.marks:
            return False
        if not _KEY.fullmatch(key) or col in self._headings.values():
            return False  # a word over one of our own keys
        below = (cell for at in _HEADINGS for cell in self.cells.get(row + at, ()))
        return any(cell.col == col and not read_mark(cell.typed) for cell in below)

    def _ours(self, row: int) -> bool:
        """True if the keys of this row are known; a form of another plan has its own."""
        return round_of(self.marks[row][1].identity) in self.forms.rounds

    @cached_property
    def _headings(self) -> Mapping[str, int]:
        first = self.forms.first
        return table_headings(self.cells, first.columns) if first else {}

    def _with_headings(self, keys: dict[str, int]) -> dict[str, int]:
        """`keys` and, where some are lost, those that the headings tell."""
        for key in sorted(self.forms.table_keys - keys.keys()):
            col = self._headings.get(key)
            if col is not None and col not in keys.values():
                keys = {**keys, key: col}
                self.by_headings[key] = None
        return keys

    def _in_line(self, mark_cell: GridCell, mark: RowMark) -> dict[str, int]:
        """A row pasted without keys and headings: as issued behind its mark, if its texts prove it."""
        own = self.forms.issued_as(mark.identity)
        if own is None or mark.row not in own.row:
            return {}
        columns = {column.key: mark_cell.col + 1 + at for at, column in enumerate(own.columns)}
        typed = {cell.col: cell.typed for cell in self.cells[mark_cell.row]}
        keys = (key for key in own.row[mark.row].texts if not of_last_year(key))
        locked = (typed.get(columns[key], "") for key in keys)
        if digest(locked) != mark.digest:
            return {}
        self.by_headings |= dict.fromkeys(columns)
        return columns

    def _take_unused_keys(self) -> None:
        """Our own key words above lines that are gone were written by nobody."""
        used = {at for at, _ in self.used_keys}
        for at in self._key_rows.keys() - used:
            ours = (cell for cell in self.cells[at] if cell.typed.strip() in self.forms.keys_known)
            self.taken.update((at, cell.col) for cell in ours)

    # Rows.

    def _table_rows(self) -> Iterator[FormRow]:
        for at, (mark_cell, mark) in sorted(self.marks.items()):
            if mark.row in (KEY_ROW, FORM_ROW, PRINTED):
                continue
            columns = self._keys_for(at, self.forms.table_keys, self.forms.form_keys)
            if self._ours(at):
                columns = self._with_headings(columns) or self._in_line(mark_cell, mark)
            cells = self._cells_under(at, columns)
            self.taken.update((at, cell.col) for cell in cells.values())
            yield FormRow(mark, mark_cell, columns, cells)

    def _take_printed(self) -> None:
        """Lines that nobody answers: what was issued there, by the digest beside them."""
        home = next((cell.col for cell, _ in self.marks.values()), 0)
        for at, cells in self.cells.items():
            mark = digest_in(cells, home)
            if mark is None:
                continue
            ours = issued_beside(mark, cells)
            self.taken.update((at, cell.col) for cell in ours if not cell.struck)
            self.taken.add((at, mark.col))

    def _all_rows(self, identity: Identity) -> list[FormRow]:
        """Marked rows, and rows told by their texts; a mark left behind alone gives way."""
        marked, told = list(self._table_rows()), list(self._unmarked_rows(identity))
        moved = {row.id for row in told}
        return [*(row for row in marked if row.cells or row.id not in moved), *told]

    def _unmarked_rows(self, identity: Identity) -> Iterator[FormRow]:
        """Rows whose mark is gone, told by their printed texts."""
        own = self.forms.issued_as(identity)
        if own is None:
            return
        columns = self._with_headings(self._keys_anywhere())
        bare = {at: cells for at, cells in self.cells.items() if at not in self.marks}
        full = ((at, mark) for at, (_, mark) in self.marks.items() if len(self.cells[at]) > 1)
        known = frozenset(mark.row for _, mark in full)
        for at, mark in row_marks(bare, columns, own, known):
            cells = self._cells_under(at, columns)
            self.taken.update((at, cell.col) for cell in cells.values())
            yield FormRow(mark, GridCell(at, 0, ""), columns, cells, by_texts=True)

    def _keys_anywhere(self) -> dict[str, int]:
        """Sheet columns by key, from whatever row of keys there is, marked or not."""
        for at, texts in self._key_rows.items():
            if not texts.isdisjoint(self.forms.table_keys):
                return self._key_row(at, self.forms.table_keys)
        return {}

    @cached_property
    def _key_rows(self) -> Mapping[int, frozenset[str]]:
        """Rows of column keys, marked or not, with what stands in them."""
        return {
            at: frozenset(cell.typed.strip() for cell in cells)
            for at, cells in self.cells.items()
            if self._is_key_row(at)
        }

    def _is_key_row(self, at: int) -> bool:
        """By its mark; without one, a row in which keys stand and nothing else."""
        if at in self.marks:
            return self.marks[at][1].row == KEY_ROW
        keys = self.forms.keys_known
        alone = len(self.cells[at]) == 1 and at not in self.grid.hidden_rows
        return not alone and all(cell.typed.strip() in keys for cell in self.cells[at])

    def _cells_under(self, at: int, columns: Mapping[str, int]) -> dict[str, GridCell]:
        by_col = {cell.col: cell for cell in self.cells.get(at, ())}
        return {key: by_col[col] for key, col in columns.items() if col in by_col}

    @property
    def _is_cover(self) -> bool:
        """True if most of the form's own fields stand here, where every mark of theirs is lost."""
        first = self.forms.first
        own = {column.key for column in first.form} if first else set()
        return len(own & self.places.keys()) * 2 > len(own)

    def _form_fields(self) -> None:
        for at, (_, mark) in sorted(self.marks.items()):
            if mark.row == FORM_ROW:
                self._form_line(at, self._own_keys(at))
        for at in self._key_rows:  # without marks: the values stand just below their keys
            if at not in self.marks and at + 1 not in self.marks and self._has_labels(at):
                self._form_line(at + 1, self._key_row(at, self.forms.form_keys))
        if not self.marks or any(map(self._ours, self.marks)):
            self._fields_by_headings()

    def _fields_by_headings(self) -> None:
        """Fields whose key is lost, beside their labels."""
        first = self.forms.first
        left: dict[int, list[GridCell]] = {}
        for cell in self.grid.cells:
            if (cell.row, cell.col) not in self.taken:
                left.setdefault(cell.row, []).append(cell)
        form = (*first.form, *first.spare) if first else ()
        found = form_headings(left, form, self.places.copy())
        if not self.places and len(found) < _FEWEST_LABELS:
            return  # a word that somebody wrote beside a table
        for key, (at, col) in found.items():
            if (at, col) in self.taken or address(at, col) in self.places.values():
                continue  # that cell is another field's, or a row's
            self.by_headings[key] = None
            self._form_line(at, {key: col})

    def _has_labels(self, at: int) -> bool:
        """True if a label of the keys at `at` stands in the row below: that is their line."""
        keys = self._key_rows[at]
        labels = {label for key in keys for label in self.forms.labels.get(key, ())}
        return any(cell.typed.strip() in labels for cell in self.cells.get(at + 1, ()))

    def _own_keys(self, at: int) -> dict[str, int]:
        """Keys of a form line: each has its own key row, the marked row just above it."""
        marked = {*self.marks, *self._key_rows}
        above = max((row for row in marked if row < at), default=0)
        if above not in self._key_rows:
            return {}
        return self._key_row(above, self.forms.form_keys)

    def _form_line(self, at: int, columns: Mapping[str, int]) -> None:
        cells = self._cells_under(at, columns)
        for key, col in columns.items():
            cell = cells.get(key)
            if key not in self.fields:
                self.places[key] = address(at, col)
            if cell is None:
                continue
            if key in self.fields:
                self.doubled.append((key, cell))
            else:
                self.fields[key] = cell
            self.taken.add((at, col))
