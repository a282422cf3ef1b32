"""Bare XlsxWriter writing the same cells and formats: plays a file of `bench/recorded.py`.

    python xlsxwriter_replay.py LOG FOLDER [--usual]

Workbooks are named by their number. The calls are streamed, so that memory is XlsxWriter's.
`--usual`: as XlsxWriter writes unless told otherwise, each workbook whole in memory.
"""

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from xlsxwriter import Workbook

MAKING = {"add_format", "add_worksheet", "add_chart"}


_MODES = {"constant_memory", "in_memory"}


def play(log: Path, folder: Path, usual: bool = False) -> None:
    """Write the workbooks of `log` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    made: list[object] = []
    for target, name, given, named in calls(log, made):
        if target is None:
            count += 1
            (options,) = given
            kept = {key: value for key, value in options.items() if key not in _MODES or not usual}
            made[:] = [Workbook(folder / f"{count}.xlsx", kept)]
            continue
        result = getattr(target, name)(*given, **named)
        if name in MAKING:
            made.append(result)


def calls(log: Path, made: list[object]) -> Iterator[Any]:
    """The calls in order; `made` holds the objects that they name."""
    with log.open("rb") as file:
        while file.peek(1):
            yield from _Calls(file, made).load()


class _Calls(pickle.Unpickler):
    def __init__(self, file: BinaryIO, made: list[object]) -> None:
        super().__init__(file)
        self._made = made

    def persistent_load(self, number: int) -> object:
        return self._made[number]


if __name__ == "__main__":
    play(Path(sys.argv[1]), Path(sys.argv[2]), "--usual" in sys.argv)
