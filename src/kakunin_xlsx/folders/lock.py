"""One writer at a time: a lock on a folder, which says who has it and since when.

The lock is the operating system's, on one byte of a small file in the folder: it ends with its
process, however that ends, and holds on a shared drive too. Readers take none. The library
filelock does the same, but does not say who has the lock.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from kakunin_xlsx.codec import Unread, data_of
from kakunin_xlsx.stop import Stop

LOCK = ".使用中"
_PATIENCE = 5.0  # seconds: most commands are done by then
_PAUSE = 0.1
_FAR = 1 << 30  # the locked byte: behind the text, which Windows would keep from readers
_LEFT_BEHIND = 3600  # seconds; counts only where a drive knows no locks
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})
_UNKNOWN = "（分かりません）"

_held: dict[str, int] = {}  # how often this process has each folder


class InUse(Stop):
    """Another process writes there; the text says who and since when."""


@contextmanager
def locked(folder: Path, patience: float | None = None) -> Iterator[None]:
    """Hold a folder against other processes; once more within the same process costs nothing.

    Waits `patience` seconds (a few, if None), then raises InUse with who has it and since when. A folder in which
    no file can be made is not locked: whatever is to be written there is refused by itself.
    """
    place = os.path.realpath(folder)
    if place not in _held:
        made = _make(folder)
        before = _changed_at(folder)
        handle = _taken(folder, _PATIENCE if patience is None else patience)
        _held[place], mine = 0, _changed_at(folder)
    _held[place] += 1
    try:
        yield
    finally:
        _held[place] -= 1
        if not _held[place]:
            del _held[place]
            untouched = _changed_at(folder) == mine
            _give_back(folder / LOCK, handle)
            if untouched:  # a run that changes nothing leaves the folder's own time too
                with suppress(OSError):
                    os.utime(folder, ns=(before, before))
            for each in made:
                with suppress(OSError):
                    each.rmdir()  # only if nothing was written


def _make(folder: Path) -> list[Path]:
    """The folders that had to be made, deepest first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return missing


def _changed_at(folder: Path) -> int:
    """When names in it last came or went, in nanoseconds; 0 if it is not there."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _taken(folder: Path, patience: float) -> int | None:
    """A handle on the lock; None where no file can be made."""
    path, until = folder / LOCK, time.monotonic() + patience
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        except OSError:
            return None
        if _hold(handle, path) and _stands_there(handle, path):
            with suppress(OSError):  # a full disk: the lock holds without its text
                os.ftruncate(handle, 0)
                os.lseek(handle, 0, os.SEEK_SET)
                os.write(handle, _record())
            return handle
        os.close(handle)
        if time.monotonic() > until:
            raise InUse(_refusal(folder, _read(path)))
        time.sleep(_PAUSE)


def _hold(handle: int, path: Path) -> bool:
    """Lock the byte; False if another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as refused:
        return refused.errno in _NO_LOCKS and not _in_use(path)
    return True


def _in_use(path: Path) -> bool:
    """Where a drive knows no locks the text counts, unless it is old or its process is gone."""
    there = _read(path)
    if not there or time.time() - path.stat().st_mtime > _LEFT_BEHIND:
        return False
    if os.name == "nt" or there.get("パソコン") != platform.node():
        return True
    try:
        os.kill(int(there["番号"]), 0)
    except (ProcessLookupError, KeyError, ValueError):
        return False
    except OSError:
        return True
    return int(there["番号"]) != os.getpid()


def _stands_there(handle: int, path: Path) -> bool:
    """False if the one before took the file away between opening and locking."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


def _give_back(path: Path, handle: int | None) -> None:
    if handle is None:
        return
    if os.name != "nt":  # while it is still held, so that nobody else's is taken away
        with suppress(OSError):
            path.unlink()
    os.close(handle)
    if os.name == "nt":  # refuses by itself if somebody else has it by now
        with suppress(OSError):
            path.unlink()


def user() -> str:
    """Who is at this computer; some computers cannot tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return _UNKNOWN


def now() -> str:
    """This moment, as tables and the 台帳 hold it."""
    return datetime.now().isoformat(sep=" ", timespec="seconds")


def _record() -> bytes:
    said = {
        "誰": user(),
        "パソコン": platform.node(),
        "番号": str(os.getpid()),
        "日時": now(),
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _read(path: Path) -> dict[str, str]:
    try:
        read = data_of(path.read_bytes())
        return {str(name): str(value) for name, value in read.items()}
    except (OSError, Unread, AttributeError):
        return {}


def _refusal(folder: Path, there: dict[str, str]) -> str:
    who, where, when = (there.get(name, _UNKNOWN) for name in ("誰", "パソコン", "日時"))
    return (
        f"{folder}\nほかの操作がこのフォルダーに書き込んでいる間は、書き込めません。\n"
        f"　使っている人：{who}　パソコン：{where}　いつから：{when}\n"
        "終わったことを確かめてから、もう一度実行してください。"
    )
