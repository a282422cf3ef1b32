"""Reading in processes of its own: whatever a file does there, it costs that file alone."""

from __future__ import annotations

import gc
import os
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TookTooLong
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import RLock
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.findings import Place
from kakunin_xlsx.findings.catalogue import GAVE_UP, UNREADABLE
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns.forms import Forms
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.opening import Item, Opened, open_item

if TYPE_CHECKING:
    from pebble import ProcessFuture

_WHOLE_ZIP = 5  # times the time of one file
_Read = tuple[Opened, float]  # and the seconds it took
_given: tuple[Forms | None, Limits] = (None, Limits())  # what a worker was started with


def read_items(
    items: Sequence[Item], layouts: Collection[Layout] | None, limits: Limits
) -> Iterator[Opened]:
    """What each item holds, in their order; all of one zip have a few times the time of a file.

    `layouts` as in `open_item`.
    """
    from pebble import ProcessPool

    if not items:
        return
    context = _Spawn()
    with ProcessPool(
        max_workers=min(os.cpu_count() or 1, len(items)),
        initializer=_begin,
        initargs=(None if layouts is None else Forms.of(layouts), limits),
        context=context,
    ) as pool:
        waiting = [pool.schedule(_read, args=(item,), timeout=limits.seconds) for item in items]
        yield from _outcomes(zip(items, waiting, strict=True), limits)


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


def _outcomes(
    waiting: Iterable[tuple[Item, ProcessFuture[_Read]]], limits: Limits
) -> Iterator[Opened]:
    spent: dict[Path, float] = defaultdict(float)  # by file on disk
    for item, future in waiting:
        if item.members and spent[item.path] > _WHOLE_ZIP * limits.seconds:
            future.cancel()  # type: ignore[no-untyped-call]
        opened, seconds = _outcome(item, future, limits)
        spent[item.path] += seconds
        yield opened


def _outcome(item: Item, future: ProcessFuture[_Read], limits: Limits) -> _Read:
    from pebble import ProcessExpired

    seconds = limits.seconds
    try:
        return future.result()
    except TookTooLong:
        what = f"{limits.seconds:g}秒たっても終わりません"
    except ProcessExpired:
        what = "読み取る部品が、この内容に耐えられませんでした"
    except CancelledError:
        what, seconds = "同じ圧縮ファイルのほかのファイルに、時間がかかりすぎました", 0.0
    return Opened(findings=(GAVE_UP.at(Place(file=item.name), what=what),)), seconds


# In the worker.


def _begin(forms: Forms | None, limits: Limits) -> None:
    global _given
    _given = (forms, limits)
    gc.freeze()  # what was imported and given stays; looking through it again finds no waste
    _hold_memory(limits)
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


def _read(item: Item) -> _Read:
    began = time.monotonic()
    return _open(item), time.monotonic() - began


def _open(item: Item) -> Opened:
    try:
        return open_item(item, *_given)
    except MemoryError:
        words = "大きすぎて、記憶域が足りません"
    except BaseException as problem:  # a library's panic is no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit):
            raise
        words = f"部品の書き方がExcelのものと異なります：{type(problem).__name__}"
    return Opened(findings=(UNREADABLE.at(Place(file=item.name), what=words),))
