"""Run as a process of its own, to be killed: `writer.py FOLDER [STEP WHEN CALL]`.

Without a step it says that it is there, then writes NEW and OLD in turn for ever. With one it
writes NEW to every file of FILES, and dies `before` or `after` the given call of the step.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from itertools import count, cycle
from pathlib import Path
from typing import Any

from kakunin_xlsx.folders.files import write_file, write_files

OLD, NEW = b"old " * 75_000, b"new " * 80_000
FILES = ("回答一覧.csv", "確認事項一覧.csv", "取りまとめ.json")
DIED = 9


def write_in_turn(path: Path) -> None:
    os.write(sys.stdout.fileno(), b"\n")
    for data in cycle((NEW, OLD)):
        write_file(path, data)


def dying(real: Callable[..., Any], when: str, last: int) -> Callable[..., Any]:
    calls = count(1)

    def step(*args: Any, **named: Any) -> Any:
        reached = next(calls) == last
        if reached and when == "before":
            os._exit(DIED)
        result = real(*args, **named)
        if reached:
            os._exit(DIED)
        return result

    return step


def main(folder: Path, step: str = "", when: str = "", call: str = "1") -> None:
    if not step:
        write_in_turn(folder / FILES[0])
    owner: Any = os if step == "fsync" else Path
    setattr(owner, step, dying(getattr(owner, step), when, int(call)))
    write_files({folder / name: NEW for name in FILES})


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
