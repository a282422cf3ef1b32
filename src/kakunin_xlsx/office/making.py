"""The files of many forms: made by all processors of this computer where that is quicker."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from kakunin_xlsx.layout import Forms
from kakunin_xlsx.plan import Respondent
from kakunin_xlsx.returns.processes import Spawn
from kakunin_xlsx.stop import Stop

_WORTH = 40  # forms that one more process must have: it takes as long to start as to make them
_BATCH = 10  # forms handed out at once


def form_files(
    sheets: Forms, asked: Sequence[Respondent], worth: int = _WORTH, batch: int = _BATCH
) -> Iterator[bytes]:
    """The xlsx file of each respondent's form, in their order. Raises CannotWrite or Stop.

    A process is begun for each `worth` forms and gets `batch` of them at once.
    """
    workers = min(os.cpu_count() or 1, len(asked) // worth)
    if workers < 2:
        return (_made(sheets, who) for who in asked)
    batches = (asked[at : at + batch] for at in range(0, len(asked), batch))
    return _together(sheets, batches, workers)


def _made(sheets: Forms, who: Respondent) -> bytes:
    from kakunin_xlsx.sheets.workbooks import form_workbook

    return form_workbook([sheets.of(who)], sheets.plan.style.font)


def _together(
    sheets: Forms, batches: Iterable[Sequence[Respondent]], workers: int
) -> Iterator[bytes]:
    """In processes; a few batches ahead of whoever takes the files, so that few are held."""
    waiting: deque[Future[list[bytes]]] = deque()
    bare = replace(sheets, plan=replace(sheets.plan))  # without what they have looked up so far
    with ProcessPoolExecutor(workers, Spawn(), _begin, (bare,)) as pool:
        try:
            for batch in batches:
                waiting.append(pool.submit(_batch, batch))
                if len(waiting) > 3 * workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool as broken:
            raise Stop(
                "様式を作っている途中で、処理の一部が止まりました。"
                "ほかのソフトを閉じてメモリーに空きを作り、もう一度実行してください。"
            ) from broken
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


# In the worker.

_given: list[Forms] = []


def _begin(sheets: Forms) -> None:
    _given[:] = [sheets]


def _batch(asked: Sequence[Respondent]) -> list[bytes]:
    return [_made(_given[0], who) for who in asked]
