"""How far a long reading has come: on the terminal, and only where it is worth a look."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_WORTH = 2.0  # seconds still ahead


@contextmanager
def progress(
    what: str, console: Console | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int, int], None]]:
    """Gives a function to call with what is done, of what is known of: files.

    A bar with their count and the time that is left goes to stderr, if that is a terminal and
    more than two seconds are ahead; it is wiped off at the end.
    """
    bar = _Bar(what, console, clock)
    try:
        yield bar.tell
    finally:
        bar.stop()


class _Bar:
    def __init__(self, what: str, console: Console | None, clock: Callable[[], float]) -> None:
        self._what, self._console, self._clock = what, console, clock
        self._began = clock()
        self._shown: Progress | None = None

    def tell(self, done: int, known: int) -> None:
        ahead = (self._clock() - self._began) / done * (known - done)
        if self._shown is None and ahead > _WORTH and self._is_terminal:
            self._shown = self._drawn(known)
            self._shown.start()
        if self._shown:
            self._shown.update(self._shown.task_ids[0], completed=done, total=known)

    def stop(self) -> None:
        if self._shown:
            self._shown.stop()

    @property
    def _is_terminal(self) -> bool:
        return self._console.is_terminal if self._console else sys.stderr.isatty()

    def _drawn(self, known: int) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as Remaining

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("件　残り"),
            Remaining(),
        )
        console = self._console or Console(stderr=True)
        drawn = Progress(*columns, console=console, transient=True)
        drawn.add_task(self._what, total=known)
        return drawn
