"""Reading in processes of its own: whatever a file does there, it costs that file alone."""

from __future__ import annotations

import gc
import os
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path

from kakunin_xlsx.findings import Place
from kakunin_xlsx.findings.catalogue import GAVE_UP, PART_MISSING, UNREADABLE
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns.forms import Forms
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import PackedSheets
from kakunin_xlsx.returns.opening import Item, Opened, open_item
from kakunin_xlsx.returns.processes import Job, Pool, hold_memory

_WHOLE_ZIP = 5  # times the time of one file
_WORTH = 4  # files that one more process must have: it takes as long to start as to read them
_SMALL, _TOGETHER = 100_000, 16  # bytes of a file that is read with others, and how many are
_Chunk = tuple[Item, ...]
_Read = tuple[Opened, float]  # and the seconds it took
_given: tuple[Forms | None, Limits] = (None, Limits())  # what a worker was started with


def read_items(
    items: Sequence[Item], layouts: Collection[Layout] | None, limits: Limits
) -> Iterator[Opened]:
    """What each item holds, in their order; all of one zip have a few times the time of a file.

    `layouts` as in `open_item`. Raises MemoryError if this computer cannot keep a worker alive.
    """
    if not items:
        return
    workers = min(os.cpu_count() or 1, -(-len(items) // _WORTH))
    given = (None if layouts is None else Forms.of(layouts), limits)
    with Pool(workers, _begin, given) as pool:
        reading = _Reading(pool, limits)
        yield from reading.outcomes(_chunks(items, min(_TOGETHER, len(items) // (4 * workers))))


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


@dataclass
class _Reading:
    """Chunks in a pool. `spent` are the seconds for each file on disk."""

    pool: Pool
    limits: Limits
    spent: dict[Path, float] = field(default_factory=lambda: defaultdict(float))

    def outcomes(self, chunks: Iterable[_Chunk]) -> Iterator[Opened]:
        """What each file holds, in their order."""
        for chunk, job in [(chunk, self._begin(chunk)) for chunk in chunks]:
            yield from self._outcome(chunk, job)

    def _begin(self, chunk: _Chunk) -> Job:
        return Job(self.pool, _read, (chunk,), self.limits.seconds).begin()

    def _outcome(self, chunk: _Chunk, job: Job) -> Iterator[Opened]:
        from pebble import ProcessExpired

        path, seconds = chunk[0].path, self.limits.seconds
        if chunk[0].members and self.spent[path] > _WHOLE_ZIP * seconds:
            job.cancel()
        try:
            for opened, spent in job.result():
                self.spent[path] += spent
                yield opened
            return
        except TookTooLong:
            what = f"{seconds:g}秒たっても終わりません"
        except ProcessExpired:
            what = "読み取る部品が、この内容に耐えられませんでした"
        except CancelledError:
            what, seconds = "同じ圧縮ファイルのほかのファイルに、時間がかかりすぎました", 0.0
        if len(chunk) > 1:  # one of them is to blame: each alone
            yield from self.outcomes((item,) for item in chunk)
            return
        self.spent[path] += seconds
        yield Opened(findings=(GAVE_UP.at(Place(file=chunk[0].name), what=what),))


# In the worker.


def _begin(forms: Forms | None, limits: Limits) -> None:
    global _given
    _given = (forms, limits)
    gc.freeze()  # what was imported and given stays; looking through it again finds no waste
    hold_memory(int(limits.memory_mb * 1e6))
    # A library that aborts would write its own words onto the screen of the command.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _read(chunk: _Chunk) -> list[_Read]:
    return list(map(_timed, chunk))


def _timed(item: Item) -> _Read:
    began = time.monotonic()
    opened = _open(item)
    packed = replace(opened, sheets=PackedSheets.of(opened.sheets))
    return packed, time.monotonic() - began


def _open(item: Item) -> Opened:
    place = Place(file=item.name)
    try:
        return open_item(item, *_given)
    except ImportError as missing:
        return Opened(findings=(PART_MISSING.at(place, what=missing.name or str(missing)),))
    except MemoryError:
        words = "大きすぎて、メモリーが足りません"
    except BaseException as problem:  # a library's panic is no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit):
            raise
        words = "部品の書き方がExcelのものと異なります"
    return Opened(findings=(UNREADABLE.at(place, what=words),))
