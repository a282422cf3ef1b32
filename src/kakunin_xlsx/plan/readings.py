"""Which reading speaks of a master cell, where rows of one key follow each other in time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kakunin_xlsx.plan.years import FiscalYear

if TYPE_CHECKING:
    from kakunin_xlsx.plan.model import Reading

_SINCE = re.compile(r"(.+)@(R\d+)")


def split_key(key: str) -> tuple[str, FiscalYear | None]:
    """The キー of a reading: `1-1-1/R8@R9` is the row `1-1-1/R8` whose 開始年度 is R9."""
    found = _SINCE.fullmatch(key)
    return (found[1], FiscalYear.parse(found[2])) if found else (key, None)


def key_since(key: str, first: FiscalYear | None) -> str:
    """The キー by which a reading means the row that begins in `first`."""
    return f"{key}@{first.code}" if first else key


class Readings:
    """The readings of a plan, by cell."""

    def __init__(self, rows: Iterable[Reading]) -> None:
        self._by_cell: dict[tuple[str, str, str], dict[FiscalYear | None, Reading]] = {}
        for row in rows:
            key, since = split_key(row.key)
            self._by_cell.setdefault((row.table, key, row.column), {})[since] = row

    def find(self, table: str, key: str, column: str, first: FiscalYear | None) -> Reading | None:
        """What was said of the row that begins in `first`, or of the latest one before it."""
        known = self._by_cell.get((table, key, column))
        if known is None:
            return None
        since = [year for year in known if year and first and year <= first]
        return known.get(max(since) if since else None)
