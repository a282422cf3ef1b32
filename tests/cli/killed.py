"""Run as a process of its own: `killed.py CALL WORD…`, a command that dies before that file move."""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path
from typing import Any

from kakunin_xlsx.cli import main
from tests.folders.writer import DIED


def die_before(last: int) -> None:
    calls, real = count(1), Path.replace
    owner: Any = Path

    def replace(self: Path, target: Path) -> Any:
        if next(calls) == last:
            os._exit(DIED)
        return real(self, target)

    owner.replace = replace


if __name__ == "__main__":
    die_before(int(sys.argv[1]))
    sys.argv[1:] = sys.argv[2:]
    main()
