"""Worker processes: started anew if they die, held to so much memory, deaf to Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.synchronize import RLock
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

    from kakunin_xlsx.returns.limits import Limits

# Seconds between two looks of a pool at its workers, and so the most that its end takes.
_WAIT = 0.02
_STARTS = 3  # of all workers, where they die before they have begun with anything
_PROCESS_MEMORY, _EXTENDED = 0x100, 9  # Windows' flag for the limit, and the form it comes in


class Pool:
    """Workers, each begun with `begin(*given)`; fewer are started anew where these die too soon."""

    def __init__(
        self, workers: int, begin: Callable[..., object], given: tuple[object, ...]
    ) -> None:
        self._workers, self._begin, self._given, self._starts = workers, begin, given, 0
        self._ended = False
        self.running = self._started()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, problem: type[BaseException] | None, *_: object) -> None:
        """The end of the work; at once, whatever they are at, if it is no longer wanted."""
        if self._ended:
            return
        self._ended = True
        if problem is None:
            self.running.close()  # type: ignore[no-untyped-call]
        else:
            self.running.stop()  # type: ignore[no-untyped-call]
        with _finished():
            self.running.join()
        if problem is KeyboardInterrupt:
            _let_go()

    def _started(self) -> ProcessPool:
        from pebble import CONSTS, ProcessPool

        CONSTS.sleep_unit = _WAIT
        self._starts += 1
        return ProcessPool(
            self._fewer, initializer=self._begin, initargs=self._given, context=Spawn()
        )

    @property
    def _fewer(self) -> int:
        return max(1, self._workers >> (self._starts - 1))

    def start(self) -> Pool:
        """Start them before there is anything to do; a job finds what fails here again."""
        with suppress(RuntimeError, OSError), _finished():
            _ = self.running.active  # asked for that, it starts them
        return self

    def grow(self, workers: int) -> None:
        """So many from now on. The pool makes up for missing workers, so it is told of more."""
        self._workers = workers
        self.running._pool_manager.worker_manager.workers_number = self._fewer

    def start_again(self, problem: Exception) -> None:
        """Raises MemoryError if that was tried often enough: mostly, there is too little of it."""
        self.running.stop()  # type: ignore[no-untyped-call]
        self.running.join()
        if self._starts == _STARTS:
            raise MemoryError from problem
        self.running = self._started()


def readers(limits: Limits, *modules: str) -> Pool:
    """One worker that imports what reads, and `modules`, while the command does other things."""
    return Pool(1, _begin, (limits, modules)).start()


class Job:
    """What a worker of the pool is to do, and does again if the workers had to be started again."""

    def __init__(
        self, pool: Pool, function: Callable[..., Any], args: tuple[object, ...], seconds: float
    ) -> None:
        self._pool, self._function, self._args, self._seconds = pool, function, args, seconds
        self._future: ProcessFuture[Any] | None = None
        self._within: ProcessPool | None = None

    def begin(self) -> Job:
        """Hand it over, unless that was done."""
        while self._within is not self._pool.running:
            try:
                with _finished():  # it starts the workers
                    self._future = self._pool.running.schedule(
                        self._function, self._args, timeout=self._seconds
                    )
                self._within = self._pool.running
            except (RuntimeError, OSError) as died:
                self._pool.start_again(died)
        return self

    def cancel(self) -> None:
        """Let it be."""
        if self._future:
            self._future.cancel()  # type: ignore[no-untyped-call]

    def result(self) -> Any:
        """What `function` gives. Raises TimeoutError, CancelledError, pebble's ProcessExpired,
        and MemoryError if no worker stays alive.
        """
        from pebble import ProcessExpired

        while True:
            future = self.begin()._future
            assert future
            try:
                while not wait([future], timeout=1).done:
                    if not self._pool.running.active:
                        raise BrokenProcessPool
                return future.result()
            except (TimeoutError, ProcessExpired):
                raise
            except (RuntimeError, OSError) as died:
                self._pool.start_again(died)


class Spawn(SpawnContext):
    """Starts processes anew, and keeps every lock until the command ends.

    The pool drops its own before it stops its workers: one that is still starting then looks for
    them in vain and says so on the screen of the command. And a lock that the garbage collector
    frees reports to the resource tracker, maybe in the midst of another report (Python 3.13).
    """

    _kept: ClassVar[list[RLock]] = []

    def RLock(self) -> RLock:
        """As ever."""
        self._kept.append(super().RLock())
        return self._kept[-1]

    class Process(SpawnProcess):
        """Hears no Ctrl-C: the command does, and stops its workers. Runs no script of anybody's."""

        @staticmethod
        def _Popen(process_obj: Any) -> Any:
            with _deaf(), _without_main():
                return SpawnProcess._Popen(process_obj)


@contextmanager
def _finished() -> Iterator[None]:
    """What is begun here is done to its end: Ctrl-C is heeded after it, not in its midst."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard and callable(before):
            before(heard[0], None)


@contextmanager
def _without_main() -> Iterator[None]:
    """A new process would import first what the command was started with, and all that needs."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _let_go() -> None:
    """Nothing is said of messages that were half sent, as Python 3.13 does when it frees them."""
    before = sys.unraisablehook

    def hook(found: sys.UnraisableHookArgs) -> None:
        if not isinstance(found.exc_value, BufferError):
            before(found)

    sys.unraisablehook = hook


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started here ignores Ctrl-C from its first moment on; this process hears it after."""
    if sys.platform == "win32":
        import ctypes

        hear = ctypes.windll.kernel32.SetConsoleCtrlHandler
        hear(None, True)
        try:
            yield
        finally:
            hear(None, False)
    else:
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # or else it would be started, and all heard, within
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(limits: Limits, modules: tuple[str, ...]) -> None:
    for name in ("kakunin_xlsx.returns.opening", *modules):
        import_module(name)
    hold_memory(int(limits.memory_mb * 1e6))
    # A library that aborts would write its own words onto the screen of the command.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def hold_memory(most: int) -> None:
    """Let an allocation fail once this process has `most` bytes, where the system can do that."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class JobLimits(ctypes.Structure):
            """JOBOBJECT_EXTENDED_LIMIT_INFORMATION: Windows holds no process, but a job of some."""

            _fields_ = (
                ("times", ctypes.c_int64 * 2),
                ("flags", wintypes.DWORD),
                ("others", ctypes.c_size_t * 5),
                ("counters", ctypes.c_uint64 * 6),
                ("process_memory", ctypes.c_size_t),
                ("memory", ctypes.c_size_t * 3),
            )

        kernel = ctypes.WinDLL("kernel32")
        kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = wintypes.HANDLE
        job = wintypes.HANDLE(kernel.CreateJobObjectW(None, None))
        limits = JobLimits(flags=_PROCESS_MEMORY, process_memory=most)
        size = ctypes.sizeof(limits)
        if kernel.SetInformationJobObject(job, _EXTENDED, ctypes.byref(limits), size):
            kernel.AssignProcessToJobObject(job, wintypes.HANDLE(kernel.GetCurrentProcess()))
    else:
        import resource

        _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
        if ceiling == resource.RLIM_INFINITY or most < ceiling:
            resource.setrlimit(resource.RLIMIT_AS, (most, ceiling))
