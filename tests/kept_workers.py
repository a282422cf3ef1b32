"""Reading processes that outlive a command: to start and end them costs more than it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kakunin_xlsx.returns import processes
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.processes import Pool

_Given = tuple[object, ...]


class KeptPool(Pool):
    """Ends only with a command that was broken off, or whose workers died."""

    def __exit__(self, problem: type[BaseException] | None, *_: object) -> None:
        if problem is not None or self._starts > 1 or not self.running.active:
            self.end(problem)

    def end(self, problem: type[BaseException] | None = None) -> None:
        """As a pool of a command ends."""
        _KEPT.clear()
        super().__exit__(problem)


_KEPT: dict[tuple[int, Path], KeptPool] = {}


def _pool(count: int, begin: Callable[..., object], given: _Given) -> Pool:
    """The pool of the last command, if it was started in the same folder."""
    if given[0] != Limits():
        return Pool(count, begin, given)
    key = (count, Path.cwd())
    if key not in _KEPT:
        end_kept()
        _KEPT[key] = KeptPool(count, begin, given)
    return _KEPT[key]


@contextmanager
def workers_kept() -> Iterator[None]:
    """Every command in this process reads with the same workers, until the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "Pool", _pool)
        yield
    end_kept()


def end_kept() -> None:
    """Nothing of them goes on beside a test."""
    for each in list(_KEPT.values()):
        each.end()
