"""Writing files: old or new, never half; several of them together or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import BinaryIO, TypeVar

from kakunin_xlsx.codec import data_of
from kakunin_xlsx.folders.lock import locked
from kakunin_xlsx.folders.refusals import check_path, in_words

MARKER = "計画.json"  # of an output folder; a masters folder has its plan.toml
JOURNAL = ".書込中.json"  # there while several files are moved to their places

_BESIDE = ".{}.書込中"  # short enough for Windows' 260 characters wherever LONGEST_PATH is kept
_LEFT_BEHIND = 3600  # seconds; a younger one may belong to a run that is still going on
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds; a virus scanner holds a new file for a moment

Content = bytes | Iterable[bytes]  # whole, or in pieces that can be gone through again
Put = Callable[[Path, Content], bool]  # False if it stands there already, byte for byte
_Given = TypeVar("_Given")


def write_file(path: Path, data: bytes) -> bool:
    """Put `data` at `path` in one step; False if it already stood there, byte for byte.

    Raises Stop if that cannot be done; the old file then stays as it was.
    """
    return bool(write_files({path: data}))


def write_files(files: Mapping[Path, Content]) -> frozenset[Path]:
    """Put each file at its path, in the given order, `together`; the paths whose content changed.

    Raises Stop, naming the path; all files are then as they were.
    """
    with together() as put:
        return frozenset([path for path, content in files.items() if put(path, content)])


@contextmanager
def together() -> Iterator[Put]:
    """Files that change together or not at all, whatever happens while they do::

        with together() as put:
            put(folder / "actions.csv", data)
            put(folder / "targets.csv", more)

    Each `put` writes beside the place, flushes and reads back, so that a full disk is met while
    all files are old. They are moved to their places, in this order, when the block ends; an
    exception in it leaves all as they were, and so does a refusal during the moves. A run killed
    there leaves a journal beside plan.toml or 計画.json, and `finish` moves the rest. Raises Stop,
    naming the path.
    """
    staged: dict[Path, Path] = {}
    finished: dict[Path, set[Path]] = {}
    with ExitStack() as tidy:

        def put(path: Path, content: Content) -> bool:
            check_path(path)
            home = _home(path)
            if home not in finished:
                finished[home] = {each.absolute() for each in finish(home)}
            _sweep(path.parent)
            if _stands(path, content):
                return path.absolute() in finished[home]
            staged[path] = _stage(path, *_whole(content), tidy)
            return True

        yield put
        for path in staged:
            _check_free(path)
        if len(staged) > 1:
            _move_all(staged, tidy)
        for path, beside in staged.items() if len(staged) == 1 else ():
            _move(beside, path)


@dataclass(frozen=True, slots=True)
class _Replaced:
    """One file on its way: what comes and what was there, both beside it; `mark` of the old one.

    `old` and `mark` are '' for a file that was not there.
    """

    path: Path
    new: Path
    old: Path | None
    mark: str


def _home(path: Path) -> Path:
    """The folder of masters or of output that a file belongs to; else its own."""
    for folder in path.absolute().parents:
        if (folder / MARKER).is_file() or (folder / "plan.toml").is_file():
            return folder
    return path.absolute().parent


def _move_all(staged: Mapping[Path, Path], tidy: ExitStack) -> None:
    """Move all, or move back those that were moved already."""
    found = {_home(path) for path in staged}
    homes = sorted(home for home in found if found.isdisjoint(home.parents))
    with ExitStack() as locks:
        for home in homes:
            locks.enter_context(locked(home))
        moves = [_kept(path, beside, tidy) for path, beside in staged.items()]
        for home in homes:
            tidy.callback(_remove, home / JOURNAL)
            _write_journal(home, moves)
        try:
            for each in moves:
                _move(each.new, each.path)
        except BaseException:
            try:
                for each in reversed(moves):
                    _move_back(each)
            except OSError:
                tidy.pop_all()  # the journal stays, and what it needs
            raise


def _kept(path: Path, new: Path, tidy: ExitStack) -> _Replaced:
    """Keep what stands at `path` beside it, until all is done."""
    with in_words(path):
        mark = _mark(path)
        if not mark:
            return _Replaced(path, new, None, "")
        old = path.with_name(_BESIDE.format(os.urandom(4).hex()))
        tidy.callback(_remove, old)
        try:
            os.link(path, old)
        except OSError:  # a drive without links
            shutil.copy2(path, old)
        return _Replaced(path, new, old, mark)


def _mark(path: Path) -> str:
    """What changes when somebody saves the file; '' if there is none."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return ""
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def _move_back(each: _Replaced) -> None:
    if not each.new.exists():
        each.path.replace(each.new)
        if each.old:
            each.old.replace(each.path)


def _write_journal(home: Path, moves: Iterable[_Replaced]) -> None:
    """Written whole before the first move; one that is not whole was followed by none."""

    def named(path: Path | None) -> str:
        try:
            return os.path.relpath(path, home) if path else ""
        except ValueError:  # another drive
            return str(path and path.absolute())

    data = [
        {"場所": named(each.path), "新": named(each.new), "旧": named(each.old), "印": each.mark}
        for each in moves
    ]
    with in_words(home), (home / JOURNAL).open("xb") as file:
        file.write(json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))
        file.flush()
        os.fsync(file.fileno())


def _read_journal(home: Path) -> list[_Replaced]:
    """Empty for one that is not whole, or that this tool did not write."""
    try:
        read = data_of((home / JOURNAL).read_bytes())
        moves = [
            _Replaced(
                home / each["場所"],
                home / each["新"],
                home / each["旧"] if each["旧"] else None,
                each["印"],
            )
            for each in read
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    pattern = _BESIDE.format("?" * 8)
    sound = (
        beside is None or (beside.match(pattern) and beside.parent == each.path.parent)
        for each in moves
        for beside in (each.new, each.old)
    )
    return moves if all(sound) else []


def finish(home: Path) -> Mapping[Path, Path | None]:
    """End what a run killed between two moves began in a folder of masters or output.

    Each path that was moved to its place now. What somebody saved there in between is not lost:
    it is kept beside, at the path given with it. Raises Stop where that cannot be done, InUse
    while another process is at it.
    """
    if not (home / JOURNAL).is_file():
        return {}
    done: dict[Path, Path | None] = {}
    with locked(home):
        moves = _read_journal(home)
        for each in moves:
            if not each.new.is_file():
                continue
            kept = None
            with in_words(each.path):
                if _mark(each.path) not in ("", each.mark):
                    kept = _beside(each.path)
                    each.path.replace(kept)
            _move(each.new, each.path)
            done[each.path] = kept
        for each in moves:
            _remove(each.old or each.new)
        with in_words(home):
            (home / JOURNAL).unlink(missing_ok=True)
    return done


def _beside(path: Path) -> Path:
    """`actions.csv.別に保存されたもの`: no command takes it for the file itself."""
    name = f"{path.name}.別に保存されたもの"
    return free(lambda number: path.with_name(f"{name}{number if number > 1 else ''}"))


def free(paths: Callable[[int], Path]) -> Path:
    """The first of the paths for 1, 2, 3 … at which nothing stands."""
    return next(path for path in map(paths, count(1)) if not path.exists())


def put_file(
    path: Path, write: Callable[[BinaryIO], object], check: Callable[[Path], object]
) -> None:
    """Put a new file at `path` in one step, too large to be held: `write` fills it.

    `check` looks at what was written, before it stands there. Raises Stop, also if something
    stands at `path` already; whatever else the two raise is passed on.
    """
    check_path(path)
    _sweep(path.parent)
    with ExitStack() as tidy:
        beside = _stage(path, write, check, tidy)
        with in_words(path):
            if path.exists():
                raise FileExistsError(errno.EEXIST, "taken")
        _move(beside, path)


def _patiently(act: Callable[[], _Given]) -> _Given:
    """What `act` gives, after some more attempts where the system refuses access."""
    for wait in _WAITS:
        try:
            return act()
        except PermissionError:
            time.sleep(wait)
    return act()


def _sweep(folder: Path) -> None:
    """Remove what a killed run left; whatever refuses is left to the next run."""
    with suppress(OSError):
        for path in folder.glob(_BESIDE.format("?" * 8)):
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                path.unlink(missing_ok=True)


def _pieces(content: Content) -> Iterable[bytes]:
    """The bytes of a file, one piece after the other."""
    return (content,) if isinstance(content, bytes) else content


def _stands(path: Path, content: Content) -> bool:
    with in_words(path):
        return path.is_file() and _holds(path, content)


def _holds(path: Path, content: Content) -> bool:
    """True if the file at `path` is that, byte for byte."""
    with path.open("rb") as file:
        same = all(file.read(len(piece)) == piece for piece in _pieces(content))
        return same and not file.read(1)


def _whole(content: Content) -> tuple[Callable[[BinaryIO], object], Callable[[Path], object]]:
    """Writing and checking of what is at hand."""

    def write(file: BinaryIO) -> None:
        file.writelines(_pieces(content))

    def check(path: Path) -> None:
        if not _holds(path, content):
            raise OSError(errno.EIO, "read back differs")

    return write, check


def _stage(
    path: Path,
    write: Callable[[BinaryIO], object],
    check: Callable[[Path], object],
    tidy: ExitStack,
) -> Path:
    """Write and check beside `path`; `tidy` removes it, or else a later sweep."""
    beside = path.with_name(_BESIDE.format(os.urandom(4).hex()))
    with in_words(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        tidy.callback(_remove, beside)
        with beside.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        _patiently(lambda: check(beside))
    return beside


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _check_free(path: Path) -> None:
    """Windows refuses here what Excel has open, while every file is still old."""
    with in_words(path), suppress(FileNotFoundError):
        _patiently(lambda: path.open("r+b").close())


def _move(beside: Path, path: Path) -> None:
    with in_words(path):
        _patiently(lambda: beside.replace(path))
    _flush(path.parent)


def _flush(folder: Path) -> None:
    """Make the move itself last, in order; Windows opens no folders, some shares flush none."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Change(StrEnum):
    """What became of a file."""

    NEW = "新規"
    SAME = "変更なし"
    REPLACED = "更新（前のファイルは旧版へ）"


def lay(path: Path, data: bytes, superseded: Path, files: dict[Path, bytes]) -> Change:
    """Add a file to those to be written; before it an older one with other content, for 旧版.

    Somebody may have written into the older one.
    """
    change = Change.NEW
    if path.exists():
        before = path.read_bytes()
        if before == data:
            return Change.SAME
        files[free(lambda number: superseded / f"{path.stem}_{number}{path.suffix}")] = before
        change = Change.REPLACED
    files[path] = data
    return change
