"""How much a returned file may ask of this computer: absolute sizes, which the office may set."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from math import ceil
from typing import Any

from kakunin_xlsx.stop import WrongUsage

_MOST = 1e9
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
        _require_known(_PREFIX, names)
        for name, field in names.items():
            said: Any = number(name, getattr(limits, field))
            if isinstance(getattr(limits, field), int):
                said = ceil(said)  # half a part is one
            limits = replace(limits, **{field: said})
        return limits


def number(name: str, default: float) -> float:
    """What a variable says; `default` where it is not set. Raises WrongUsage for anything else."""
    word = os.environ.get(name, "").strip()
    try:
        said = float(word) if word else default
    except ValueError:
        said = 0
    if not 0 < said <= _MOST:  # true of no NaN
        raise WrongUsage(
            f"環境変数 {name} の「{word}」を読み取れません。"
            f"0より大きい数字（初めの値は {default:g}）にするか、この環境変数を消してください。"
        )
    return said


def _require_known(prefix: str, names: Collection[str]) -> None:
    """Raises WrongUsage for a variable that begins like ours and is none."""
    for name in sorted(os.environ):
        if name.startswith(prefix) and name not in names:
            raise WrongUsage(
                f"環境変数 {name} は使われていません。次のどれかです：{'、'.join(names)}。"
                "名前を直すか、この環境変数を消してください。"
            )
