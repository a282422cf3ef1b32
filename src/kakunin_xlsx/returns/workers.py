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
from functools import lru_cache
from itertools import accumulate, groupby, islice, pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings.catalogue import GAVE_UP, PART_MISSING, UNREADABLE
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import FormSheet, Item, Opened, Return
from kakunin_xlsx.returns.processes import Job, Pool, readers

_WHOLE_ZIP = 5  # times the time of one file
_SMALL, _TOGETHER = 100_000, 16  # bytes of a file that is read with others, and how many are
_USUAL = 20_000  # bytes of a return
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
    """Reading processes, to be used in a `with`: started at once, told later what is asked."""

    def __init__(self, limits: Limits, paths: Sequence[Path], pool: Pool | None = None) -> None:
        """`paths` are the files that will be read; a large one may be a zip of many.

        `pool`, of `readers`, was started before it was known how many these are; it ends here.
        """
        self.limits = limits
        files = sum(map(_files_in, paths))
        self._count = max(1, min(os.cpu_count() or 1, files // _WORTH))
        self._folder = TemporaryDirectory(prefix="kakunin-")
        self._known = Path(self._folder.name) / "known"
        self._spent: dict[Path, float] = defaultdict(float)  # seconds for each file on disk
        self._pool = pool or (readers(limits) if paths else None)
        if self._pool:
            self._pool.grow(self._count)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, problem: type[BaseException] | None, *_: object) -> None:
        if self._pool:
            self._pool.__exit__(problem)
        self._folder.cleanup()

    def learn(self, layouts: Collection[Layout] | Asked | None, work: Work | None = None) -> None:
        """What is asked, as in `open_item`. Without `work` the sheets come as they are.

        It lies in a file that the workers share.
        """
        self._told = (None if layouts is None else Asked.of(layouts), self.limits, work)

    def read(self, items: Sequence[Item]) -> Iterator[Opened]:
        """What each item holds, in their order; all of one zip have a few times a file's time.

        Raises MemoryError if this computer cannot keep a worker alive.
        """
        most = min(_TOGETHER, len(items) // (4 * self._count))
        chunks = [(chunk, self._begin(chunk)) for chunk in _chunks(items, most)]
        for chunk, job in chunks:
            yield from self._outcome(chunk, job)

    def together(self, groups: Sequence[tuple[_Chunk, object]]) -> Iterator[Together]:
        """Each group of items, and what is wanted of it, goes to one worker as a whole."""
        waiting = [(items, about, self._begin(items, about)) for items, about in groups]
        for items, about, job in waiting:
            lost: list[tuple[Item, Finding]] = []
            while isinstance(made := self._made(job), str):
                blamed = max(items, key=lambda item: (item.path.stat().st_size, item.name))
                lost.append((blamed, GAVE_UP.at(Place(file=blamed.name), what=made)))
                items = tuple(item for item in items if item is not blamed)
                job = self._begin(items, about)
            yield Together(made, tuple(lost))

    def _begin(self, items: _Chunk, about: object = None) -> Job:
        assert self._pool, "there are no files, or it was asked for others"
        if not self._known.exists():
            _write_known(self._known, self._told)
        if about is None:
            return Job(self._pool, _read, (self._known, items), self.limits.seconds).begin()
        seconds = self.limits.seconds * max(1, len(items))
        return Job(self._pool, _together, (self._known, items, about), seconds).begin()

    def _made(self, job: Job) -> object:
        """What a worker made; words for people if it could not."""
        from pebble import ProcessExpired

        try:
            return job.result()
        except TookTooLong:
            return f"{self.limits.seconds:g}秒たっても終わりません"
        except ProcessExpired:
            return "読み取る部品が、この内容に耐えられませんでした"
        except CancelledError:
            return "同じ圧縮ファイルのほかのファイルに、時間がかかりすぎました"

    def _outcome(self, chunk: _Chunk, job: Job) -> Iterator[Opened]:
        path, seconds = chunk[0].path, self.limits.seconds
        if chunk[0].members and self._spent[path] > _WHOLE_ZIP * seconds:
            job.cancel()
            seconds = 0.0
        made = self._made(job)
        if isinstance(made, list):
            for opened, spent in made:
                self._spent[path] += spent
                yield opened
        elif len(chunk) > 1:  # one of them is to blame: each alone
            for item in chunk:
                yield from self._outcome((item,), self._begin((item,)))
        else:
            self._spent[path] += seconds
            yield Opened(findings=(GAVE_UP.at(Place(file=chunk[0].name), what=made),))


def _files_in(path: Path) -> int:
    """About how many returns a file may hold."""
    try:
        return max(1, path.stat().st_size // _USUAL)
    except OSError:
        return 1


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


# In the worker.

_Known = tuple[Asked | None, Limits, Work | None]


def _write_known(path: Path, known: _Known) -> None:
    """For `_learned`: the lengths of what follows, then the pickle and the buffers beside it."""
    beside: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(known, protocol=5, buffer_callback=beside.append)
    parts = (memoryview(pickled), *(buffer.raw() for buffer in beside))
    with path.open("wb") as file:
        pickle.dump([len(part) for part in parts], file)
        file.writelines(parts)


@lru_cache(maxsize=1)
def _learned(path: Path) -> _Known:
    with path.open("rb") as file:
        sizes, begin = pickle.load(file), file.tell()  # on Windows, mmap goes back to the start
        whole = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
    ends = accumulate(sizes, initial=begin)
    pickled, *beside = (whole[at:end] for at, end in pairwise(ends))
    known: _Known = pickle.loads(pickled, buffers=beside)
    return known


def _read(path: Path, chunk: _Chunk) -> list[_Read]:
    known = _learned(path)
    return [_timed(item, known) for item in chunk]


def _timed(item: Item, known: _Known) -> _Read:
    began = time.monotonic()
    return _guarded(item, known, with_cells=False), time.monotonic() - began


def _together(path: Path, items: _Chunk, about: object) -> object:
    known = _learned(path)
    assert known[2]
    try:
        returns = [_guarded(item, known).returned((item.name,), item.sha256) for item in items]
        return known[2].together(returns, about)
    except MemoryError:
        return "大きすぎて、メモリーが足りません"


def _guarded(item: Item, known: _Known, with_cells: bool = True) -> Opened:
    """The file read; with `work` what is made of it, and cells only if asked."""
    from kakunin_xlsx.returns.opening import open_item

    try:
        asked, limits, work = known
        opened = open_item(item, asked, limits)
        if work is None or with_cells:
            return opened
        bare = tuple(FormSheet(each.name, each.identity) for each in opened.sheets)
        return replace(
            opened, sheets=bare, made=work.alone(opened.returned((item.name,), item.sha256))
        )
    except ImportError as missing:
        what = missing.name or str(missing)
        return Opened(findings=(PART_MISSING.at(Place(file=item.name), what=what),))
    except MemoryError:
        words = "大きすぎて、メモリーが足りません"
    except BaseException as problem:  # a library's panic is no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit):
            raise
        words = "部品の書き方がExcelのものと異なります"
    return Opened(findings=(UNREADABLE.at(Place(file=item.name), what=words),))
