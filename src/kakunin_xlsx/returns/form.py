"""Grid → table sheet: rows by their marks, columns by their keys, never by position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kakunin_xlsx.layout import KEY_ROW, Layout, RowMark, read_mark
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.returns.headings import form_headings, table_headings
from kakunin_xlsx.returns.model import Cell, FormRow, FormSheet, Grid, address


def read_form(grid: Grid, layouts: Collection[Layout]) -> FormSheet | None:
    """The form that a worksheet holds, or None if it is no table sheet.

    `layouts` are those of the round that is read; they say which keys belong to the form's
    own fields and which headings stand for a key that is lost.
    """
    reader = _Reader(grid, tuple(layouts))
    if not any(mark.row != KEY_ROW for _, mark in reader.marks.values()):
        return None
    if len(reader.marks) == len(grid.cells):
        return None  # the hidden witness sheet: marks and nothing else
    return reader.sheet()


@dataclass
class _Reader:
    """Takes one grid apart; what nobody takes is left over."""

    grid: Grid
    layouts: tuple[Layout, ...]
    taken: set[Cell] = field(default_factory=set)
    by_headings: dict[str, None] = field(default_factory=dict)
    fields: dict[str, Cell] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    doubled: list[tuple[str, Cell]] = field(default_factory=list)

    def sheet(self) -> FormSheet:
        self.taken.update(cell for cell, _ in self.marks.values())
        rows = tuple(self._table_rows())
        self._form_fields()
        return FormSheet(
            name=self.grid.name,
            identity=Counter(mark.identity for _, mark in self.marks.values()).most_common(1)[0][0],
            fields=self.fields,
            places=self.places,
            rows=rows,
            leftovers=tuple(cell for cell in self.grid.cells if cell not in self.taken),
            doubled=tuple(self.doubled),
            by_headings=tuple(self.by_headings),
        )

    @cached_property
    def cells(self) -> Mapping[int, list[Cell]]:
        """Filled cells by sheet row, from left to right."""
        rows: dict[int, list[Cell]] = {}
        for cell in self.grid.cells:
            rows.setdefault(cell.row, []).append(cell)
        return rows

    @cached_property
    def marks(self) -> Mapping[int, tuple[Cell, RowMark]]:
        """Marks by sheet row; they stand in the column that holds most of them."""
        found = [(cell, mark) for cell in self.grid.cells if (mark := read_mark(cell.typed))]
        columns = Counter(cell.col for cell, _ in found)
        home = max(columns, key=lambda col: (columns[col], -col), default=0)
        return {cell.row: (cell, mark) for cell, mark in found if cell.col == home}

    # Columns.

    @cached_property
    def _table_keys(self) -> frozenset[str]:
        return frozenset(key for layout in self.layouts for key in layout.column)

    @cached_property
    def _form_keys(self) -> frozenset[str]:
        return frozenset(key for layout in self.layouts for key in layout.form_column)

    def _keys_for(self, at: int, wanted: frozenset[str], others: frozenset[str]) -> dict[str, int]:
        """Sheet columns by key for the row at `at`: from the nearest key row that fits."""
        key_rows = [row for row, (_, mark) in self.marks.items() if mark.row == KEY_ROW]
        nearest = sorted(key_rows, key=lambda row: (row > at, abs(at - row)))
        for row in nearest:
            texts = {cell.typed.strip() for cell in self.cells[row]}
            if texts & wanted or not texts & others:
                return self._key_row(row, wanted)
        return {}

    def _key_row(self, row: int, wanted: frozenset[str]) -> dict[str, int]:
        keys: dict[str, int] = {}
        for cell in self.cells[row]:
            key = cell.typed.strip()
            known = key in wanted if self._ours(row) else True
            if cell is not self.marks[row][0] and known and key not in keys:
                keys[key] = cell.col
                self.taken.add(cell)
        return keys

    def _ours(self, row: int) -> bool:
        """True if the keys of this row are known; a form of another plan has its own."""
        mark = self.marks[row][1].identity
        ours = (layout.identity for layout in self.layouts)
        return (mark.plan, mark.year, mark.round) in {(i.plan, i.year, i.round) for i in ours}

    @cached_property
    def _headings(self) -> Mapping[str, int]:
        return table_headings(self.cells, self.layouts[0].columns) if self.layouts else {}

    def _with_headings(self, keys: dict[str, int]) -> dict[str, int]:
        """`keys` and, where some are lost, those that the headings tell."""
        for key in sorted(self._table_keys - keys.keys()):
            col = self._headings.get(key)
            if col is not None and col not in keys.values():
                keys[key] = col
                self.by_headings[key] = None
        return keys

    # Rows.

    def _table_rows(self) -> Iterator[FormRow]:
        for at, (mark_cell, mark) in sorted(self.marks.items()):
            if mark.row in (KEY_ROW, FORM_ROW):
                continue
            columns = self._keys_for(at, self._table_keys, self._form_keys)
            if self._ours(at):
                columns = self._with_headings(columns)
            cells = self._cells_under(at, columns)
            self.taken.update(cells.values())
            yield FormRow(mark, mark_cell, columns, cells)

    def _cells_under(self, at: int, columns: Mapping[str, int]) -> dict[str, Cell]:
        by_col = {cell.col: cell for cell in self.cells[at]}
        return {key: by_col[col] for key, col in columns.items() if col in by_col}

    def _form_fields(self) -> None:
        for at, (_, mark) in sorted(self.marks.items()):
            if mark.row == FORM_ROW:
                self._form_line(at, self._own_keys(at))
        if self.layouts and any(self._ours(at) for at in self.marks):
            found = form_headings(self.cells, self.layouts[0].form, self.places.copy())
            for key, (at, col) in found.items():
                self.by_headings[key] = None
                self._form_line(at, {key: col})

    def _own_keys(self, at: int) -> dict[str, int]:
        """Keys of a form line: each has its own key row, the marked row just above it."""
        above = max((row for row in self.marks if row < at), default=0)
        if not above or self.marks[above][1].row != KEY_ROW:
            return {}
        return self._key_row(above, self._form_keys)

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
            self.taken.add(cell)
