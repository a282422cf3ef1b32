"""Reading in processes of its own: whatever a file does there, it costs that file alone."""

from __future__ import annotations

import os
import pickle
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, replace
from itertools import groupby, islice
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import RLock
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings.catalogue import GAVE_UP, UNREADABLE
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import FormSheet, Return
from kakunin_xlsx.returns.opening import Item, Opened, open_item

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

_WHOLE_ZIP = 5  # times the time of one file
_SMALL, _TOGETHER = 100_000, 16  # bytes of a file that is read with others, and how many are
_WORTH = 8  # files that one more process must have: it takes as long to start as to read them
_Chunk = tuple[Item, ...]
_Read = tuple[Opened, float]  # and the seconds it took


class Work(Protocol):
    """What is made of the forms in a worker, so that no cell has to leave it."""

    def alone(self, returned: Return) -> object:
        """Of the sheets in one file."""

    def together(self, returns: Sequence[Return], about: Any) -> object:
        """Of several files that have to do with each other; `about` says what is wanted."""


@dataclass(frozen=True)
class Together:
    """Files that were read once more, together, and what was made of them.

    `lost` are those that could not be, with the finding that says so.
    """

    made: Any
    lost: tuple[tuple[Item, Finding], ...] = ()


class Workers:
    """A pool of reading processes, to be used in a `with`. They learn once what is asked."""

    def __init__(
        self, layouts: Collection[Layout] | Asked | None, limits: Limits, work: Work | None = None
    ) -> None:
        """`layouts` as in `open_item`. Without `work` the sheets come as they are."""
        self.limits = limits
        self._known = (None if layouts is None else Asked.of(layouts), limits, work)
        self._spent: dict[Path, float] = defaultdict(float)  # seconds for each file on disk
        self._pool: ProcessPool | None = None
        self._folder: TemporaryDirectory[str] | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.close()  # type: ignore[no-untyped-call]
            self._pool.join()
        if self._folder:
            self._folder.cleanup()

    def read(self, items: Sequence[Item]) -> Iterator[Opened]:
        """What each item holds, in their order; all of one zip have a few times a file's time."""
        pool = self._started(len(items))
        most = min(_TOGETHER, len(items) // (4 * self._count))
        chunks = [(chunk, self._begin(pool, chunk)) for chunk in _chunks(items, most)]
        for chunk, future in chunks:
            yield from self._outcome(pool, chunk, future)

    def together(self, groups: Sequence[tuple[_Chunk, object]]) -> Iterator[Together]:
        """Each group of items, and what is wanted of it, goes to one worker as a whole."""
        pool = self._started(len(groups))
        waiting = [(items, about, self._begin(pool, items, about)) for items, about in groups]
        for items, about, future in waiting:
            lost: list[tuple[Item, Finding]] = []
            while isinstance(made := self._made(future), str):
                blamed = max(items, key=lambda item: (item.path.stat().st_size, item.name))
                lost.append((blamed, GAVE_UP.at(Place(file=blamed.name), what=made)))
                items = tuple(item for item in items if item is not blamed)
                future = self._begin(pool, items, about)
            yield Together(made, tuple(lost))

    def _started(self, files: int) -> ProcessPool:
        """What is asked lies in a file: every worker reads it, and nothing is held twice."""
        if self._pool is None:
            from pebble import ProcessPool

            self._folder = TemporaryDirectory(prefix="kakunin-")
            path = Path(self._folder.name) / "known"
            with path.open("wb") as file:
                pickle.dump(self._known, file, protocol=5)
            self._count = max(1, min(os.cpu_count() or 1, files // _WORTH))
            self._pool = ProcessPool(
                max_workers=self._count,
                initializer=_learn,
                initargs=(path,),
                context=_Spawn(),
            )
        return self._pool

    def _begin(
        self, pool: ProcessPool, items: _Chunk, about: object = None
    ) -> ProcessFuture[object]:
        seconds = self.limits.seconds * (1 if about is None else max(1, len(items)))
        made: ProcessFuture[object] = pool.schedule(
            _read if about is None else _together,
            args=(items,) if about is None else (items, about),
            timeout=seconds,
        )
        return made

    def _made(self, future: ProcessFuture[object]) -> object:
        """What a worker made; words for people if it could not."""
        from pebble import ProcessExpired

        try:
            return future.result()
        except TookTooLong:
            return f"{self.limits.seconds:g}秒たっても終わりません"
        except ProcessExpired:
            return "読み取る部品が、この内容に耐えられませんでした"
        except CancelledError:
            return "同じ圧縮ファイルのほかのファイルに、時間がかかりすぎました"

    def _outcome(
        self, pool: ProcessPool, chunk: _Chunk, future: ProcessFuture[object]
    ) -> Iterator[Opened]:
        path, seconds = chunk[0].path, self.limits.seconds
        if chunk[0].members and self._spent[path] > _WHOLE_ZIP * seconds:
            future.cancel()  # type: ignore[no-untyped-call]
            seconds = 0.0
        made = self._made(future)
        if isinstance(made, list):
            for opened, spent in made:
                self._spent[path] += spent
                yield opened
        elif len(chunk) > 1:  # one of them is to blame: each alone
            for item in chunk:
                yield from self._outcome(pool, (item,), self._begin(pool, (item,)))
        else:
            self._spent[path] += seconds
            yield Opened(findings=(GAVE_UP.at(Place(file=chunk[0].name), what=made),))


def _chunks(items: Sequence[Item], most: int) -> Iterator[_Chunk]:
    """Small files in a row go to a worker together: handing one over costs as much as half of it."""
    for small, run in groupby(items, _is_small):
        while chunk := tuple(islice(run, max(1, most) if small else 1)):
            yield chunk


def _is_small(item: Item) -> bool:
    """True for a small file on disk; what lies in a zip costs the whole zip each time."""
    try:
        return not item.members and item.path.stat().st_size <= _SMALL
    except OSError:
        return False  # reading it will tell


class _Spawn(SpawnContext):
    """Keeps its locks as long as it lives.

    The pool drops them before it stops its workers, and one that is still starting then looks
    for them in vain and says so on the screen of the command.
    """

    def __init__(self) -> None:
        self._kept: list[RLock] = []

    def RLock(self) -> RLock:
        self._kept.append(super().RLock())
        return self._kept[-1]


# In the worker.

_Known = tuple[Asked | None, Limits, Work | None]
_known: _Known = (None, Limits(), None)


def _learn(path: Path) -> None:
    global _known
    _known = pickle.loads(path.read_bytes())
    _hold_memory(_known[1])
    # A library that aborts would write its own words onto the screen of the command.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _hold_memory(limits: Limits) -> None:
    """A limit that makes an allocation fail; Windows has none that a process sets itself."""
    try:
        import resource
    except ImportError:
        return
    most = int(limits.memory_mb * 1e6)
    _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
    if ceiling == resource.RLIM_INFINITY or most < ceiling:
        resource.setrlimit(resource.RLIMIT_AS, (most, ceiling))


def _read(chunk: _Chunk) -> list[_Read]:
    return list(map(_timed, chunk))


def _timed(item: Item) -> _Read:
    began = time.monotonic()
    return _guarded(item, with_cells=False), time.monotonic() - began


def _together(items: _Chunk, about: object) -> object:
    _, _, work = _known
    assert work
    try:
        return work.together([_return(item, _guarded(item)) for item in items], about)
    except MemoryError:
        return "大きすぎて、メモリーが足りません"


def _guarded(item: Item, with_cells: bool = True) -> Opened:
    """The file read; with `work` what is made of it, and cells only if asked."""
    try:
        asked, limits, work = _known
        opened = open_item(item, asked, limits)
        if work is None or with_cells:
            return opened
        bare = tuple(FormSheet(each.name, each.identity) for each in opened.sheets)
        return replace(opened, sheets=bare, made=work.alone(_return(item, opened)))
    except MemoryError:
        words = "大きすぎて、メモリーが足りません"
    except BaseException as problem:  # a library's panic is no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit):
            raise
        words = "部品の書き方がExcelのものと異なります"
    return Opened(findings=(UNREADABLE.at(Place(file=item.name), what=words),))


def _return(item: Item, opened: Opened) -> Return:
    return Return((item.name,), item.sha256, opened.sheets, opened.findings, opened.ledger)
