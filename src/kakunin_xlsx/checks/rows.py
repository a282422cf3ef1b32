"""What a returned row's locked texts say: sound, of an older issue, changed, or another row's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from kakunin_xlsx.layout import CellText, Column, Layout, Row, digest
from kakunin_xlsx.returns.model import Cell, FormRow


class Soundness(Enum):
    """How a row's texts relate to what was issued."""

    SOUND = auto()
    OLDER_ISSUE = auto()
    CHANGED = auto()
    MISPLACED = auto()


@dataclass(frozen=True, slots=True)
class Changed:
    """A locked cell that differs from what was issued; `cell` is None if it was emptied."""

    column: Column
    issued: str
    cell: Cell | None

    @property
    def typed(self) -> str:
        """What stands there now."""
        return self.cell.typed if self.cell else ""


def same(one: str, other: str) -> bool:
    """Equal but for white space and width; used to compare, never to store."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def changed_texts(layout: Layout, row: Row, found: FormRow) -> tuple[Changed, ...]:
    """Locked cells of a row that were edited or emptied, in column order."""
    changes = []
    for column in layout.locked_columns:
        if column.key not in found.columns:
            continue  # the whole column is gone: said once, for the sheet
        issued = row.texts.get(column.key, CellText()).shown
        cell = found.cells.get(column.key)
        if not same(issued, cell.typed if cell else ""):
            changes.append(Changed(column, issued, cell))
    return tuple(changes)


def soundness(
    layout: Layout, row: Row, found: FormRow, known: Mapping[str, str]
) -> tuple[Soundness, tuple[Changed, ...]]:
    """How the row relates to its issue; `known` maps digests of the round's rows to their ids."""
    changes = changed_texts(layout, row, found)
    if not changes:
        return Soundness.SOUND, ()
    texts = (found.cells.get(column.key) for column in layout.locked_columns)
    written = digest(cell.typed if cell else "" for cell in texts)
    if known.get(written, row.id) != row.id:
        return Soundness.MISPLACED, changes
    if written == found.mark.digest:
        return Soundness.OLDER_ISSUE, changes
    return Soundness.CHANGED, changes
