"""Which line of its file a master row stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kakunin_xlsx.plan.problems import Problem
from kakunin_xlsx.plan.tables import Table

_FIRST_ROW = 2  # the heading is line 1


@dataclass(frozen=True)
class Places:
    """Lines by table name, in the order of the rows. Empty: rows without line breaks are assumed.

    A plan that was not read from files (such as an imported workbook) has no lines to tell.
    """

    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def line(self, table: Table, index: int) -> int:
        """The line where the row with this index begins."""
        known = self.lines.get(table.name, ())
        return known[index] if index < len(known) else index + _FIRST_ROW

    def problem(self, table: Table, index: int, column: str, wrong: str, todo: str) -> Problem:
        """A problem at one cell."""
        return Problem(table.file, self.line(table, index), column, wrong, todo)
