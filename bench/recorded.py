"""What our writer asks of XlsxWriter, call by call, in a file: `peers/xlsxwriter_replay.py` plays it.

    python -m bench.recorded LOG build --year R7 …

runs the command and keeps, for all workbooks it writes, the outermost calls on XlsxWriter's
workbooks, worksheets and charts with their arguments. Played again they are bare XlsxWriter
writing the same cells and formats: a program that has all texts, heights and styles at hand
and thinks about nothing.

The file is a stream of pickled lists of calls `(object, method, arguments, named)`. Objects are
persistent ids: 0 is the workbook, then in order what `add_format`, `add_worksheet` and
`add_chart` returned. A list ends where an object comes into being; `(None, "Workbook", …)`
begins the next workbook.
"""

from __future__ import annotations

import functools
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from unittest import mock

MAKING = frozenset({"add_format", "add_worksheet", "add_chart"})
_AT_ONCE = 1_000  # calls in one list: the player never holds more
_OURS = "worksheet_class"  # the one option that bare XlsxWriter is not given


@contextmanager
def recording(log: Path) -> Iterator[None]:
    """Whatever is written with XlsxWriter meanwhile, in this process, goes into `log` too."""
    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from kakunin_xlsx.sheets.writer import GrowingRows

    with log.open("wb") as file, ExitStack() as patches:
        tape = _Tape(file)
        patches.enter_context(mock.patch.object(Workbook, "__init__", tape.begins()))
        for kind in (Workbook, Worksheet, Chart):
            for name, method in _public(kind):
                patches.enter_context(mock.patch.object(kind, name, tape.notes(name, method)))
        for name, put in _own(tape):
            patches.enter_context(mock.patch.object(GrowingRows, name, put))
        yield
        tape.flush()


def _own(tape: _Tape) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Our own ways to write something, noted as XlsxWriter's."""
    from kakunin_xlsx.sheets.writer import GrowingRows

    put_blank, put_margins = GrowingRows.put_blank, GrowingRows.put_margins
    blank = tape.notes(
        "write_blank", lambda sheet, row, col, _, style: put_blank(sheet, row, col, style)
    )
    above = tape.notes("set_header", lambda *_: None)
    below = tape.notes("set_footer", lambda *_: None)

    def margins(sheet: GrowingRows, header: str, footer: str) -> None:
        put_margins(sheet, header, footer)
        above(sheet, header)
        below(sheet, footer)

    yield "put_text", tape.notes("write_string", GrowingRows.put_text)
    yield "put_number", tape.notes("write_number", GrowingRows.put_number)
    yield "put_blank", lambda sheet, row, col, style: blank(sheet, row, col, None, style)
    yield "put_margins", margins


def _public(kind: type) -> list[tuple[str, Callable[..., Any]]]:
    return [(n, m) for n, m in vars(kind).items() if callable(m) and not n.startswith("_")]


class _Tape:
    """Collects calls; those that XlsxWriter makes on itself are not noted."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._calls: list[tuple[object, str, tuple[object, ...], dict[str, object]]] = []
        self._number: dict[int, int] = {}  # by id; `_made` keeps the objects alive
        self._made: list[object] = []
        self._inside = False

    def begins(self) -> Callable[..., None]:
        """Workbook.__init__, noted without the file it writes to."""
        from xlsxwriter.workbook import Workbook

        method = Workbook.__init__

        def begin(book: Workbook, filename: Any = None, options: Any = None) -> None:
            self.flush()
            self._made, self._number = [], {}
            self._calls.append((None, "Workbook", (options,), {}))
            self.flush()
            self._outermost(method, (book, filename, options), {})
            self._makes(book)

        return begin

    def notes(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """A method that is noted and then does what it did."""

        @functools.wraps(method)
        def noted(target: object, *given: Any, **named: Any) -> Any:
            if self._inside:
                return method(target, *given, **named)
            kept = {key: value for key, value in named.items() if key != _OURS}
            self._calls.append((target, name, given, kept))
            if len(self._calls) >= _AT_ONCE or any(
                isinstance(each, (dict, list)) for each in given
            ):
                self.flush()  # the call may change what it was given
            made = self._outermost(method, (target, *given), named)
            if name in MAKING:
                self._makes(made)
            return made

        return noted

    def _outermost(self, method: Callable[..., Any], given: Any, named: Any) -> Any:
        self._inside = True
        try:
            return method(*given, **named)
        finally:
            self._inside = False

    def _makes(self, made: object) -> None:
        self.flush()
        self._number[id(made)] = len(self._made)
        self._made.append(made)

    def flush(self) -> None:
        """Write what was noted so far."""
        if self._calls:
            _Pickler(self._file, self._number).dump(self._calls)
            self._calls.clear()


class _Pickler(pickle.Pickler):
    def __init__(self, file: BinaryIO, number: dict[int, int]) -> None:
        super().__init__(file, protocol=5)
        self._known = number

    def persistent_id(self, thing: object) -> int | None:
        return self._known.get(id(thing))


def main(log: str, *words: str) -> None:
    """Run `kakunin words…`, all of it in this process, and record it."""
    from kakunin_xlsx.cli.app import app

    with recording(Path(log)), mock.patch("os.cpu_count", return_value=1):
        app.main(list(words), prog_name="kakunin", standalone_mode=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
