"""How much a returned file may ask of this computer. Absolute sizes, never ratios."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import ceil
from typing import Any

from kakunin_xlsx.environment import number, require_known

_PREFIX = "KAKUNIN_MAX_"  # KAKUNIN_MAX_FILE_MB=80


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of one file: sizes in million bytes, counts, and seconds of reading.

    `memory_mb` is what one worker process may take, where the system can hold it to that.
    """

    file_mb: float = 50.0
    unpacked_mb: float = 300.0
    part_mb: float = 150.0
    parts: int = 2_000
    files: int = 1_000  # in one zip, and in the zips in it
    cells: int = 200_000  # filled cells of one sheet; a form has a few hundred
    seconds: float = 20.0
    memory_mb: float = 800.0

    @classmethod
    def from_environment(cls) -> Limits:
        """The defaults, but for what `KAKUNIN_MAX_FILE_MB` and its like say. Raises WrongUsage."""
        limits = cls()
        names = {_PREFIX + field.name.upper(): field.name for field in fields(cls)}
        require_known(_PREFIX, names)
        for name, field in names.items():
            said: Any = number(name, getattr(limits, field))
            if isinstance(getattr(limits, field), int):
                said = ceil(said)  # half a part is one
            limits = replace(limits, **{field: said})
        return limits
