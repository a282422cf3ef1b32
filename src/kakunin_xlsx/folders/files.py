"""Writing files: old or new, never half."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePath
from typing import BinaryIO, TypeVar

from kakunin_xlsx.stop import Stop

LONGEST_PATH = 240  # characters; Excel refuses longer ones on Windows

_BESIDE = ".{}.書込中"  # short enough for Windows' 260 characters wherever LONGEST_PATH is kept
_LEFT_BEHIND = 3600  # seconds; a younger one may belong to a run that is still going on
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds; a virus scanner holds a new file for a moment
_WINDOWS = os.name == "nt"
_NO_WINDOWS_NAME = re.compile(
    r'[<>:"|?*\0-\x1f]|^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9¹²³]) *(\.|$)', re.I
)
_NAME = (
    'Windowsでは使えない名前です（< > : " | ? * のある名前と、CON、PRN、AUX、NUL など）。'
    "ほかの名前にして、もう一度実行してください。"
)
_INVALID_NAME = 123  # Windows' number

_SHALLOWER = "C:\\確認表 のような短い場所にしてください（出力先は --output で指定します）。"
_FULL = "ディスクの空きがありません。空きを作ってから、もう一度実行してください。"
_LOCKED = (
    "書き込めません。Excelなどで開いている場合は閉じてから、もう一度実行してください。"
    "閉じても続くときは、読み取り専用になっていないか、フォルダーの書き込みの権限があるかを確かめてください。"
)
_TAKEN = (
    "同じ名前のファイルまたはフォルダーがあるため、書き込めません。"
    "その名前を変えるか、別の場所にしてください（出力先は --output で指定します）。"
)
_WORDS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: "書き込めない場所です。別の場所にしてください（出力先は --output で指定します）。",
    errno.ENAMETOOLONG: f"名前が長すぎます。{_SHALLOWER}",
    errno.EACCES: _LOCKED,
    errno.EPERM: _LOCKED,
    errno.EEXIST: _TAKEN,
    errno.ENOTDIR: _TAKEN,
    errno.EISDIR: _TAKEN,
}
_UNSURE = (
    "書き込めませんでした。ディスクの空きと、保存先（ネットワークドライブなど）への接続を"
    "確かめてから、もう一度実行してください。"
)


Content = bytes | Iterable[bytes]  # whole, or in pieces that can be gone through again
_Given = TypeVar("_Given")


def write_file(path: Path, data: bytes) -> bool:
    """Put `data` at `path` in one step; False if it already stood there, byte for byte.

    Raises Stop if that cannot be done; the old file then stays as it was.
    """
    return bool(write_files({path: data}))


def write_files(files: Mapping[Path, Content]) -> frozenset[Path]:
    """Put each file at its path, in the given order; the paths whose content changed.

    All are written beside their places, flushed and read back before the first is moved:
    a full disk or a file open in Excel is met while all are still old. Only a refusal during
    the moves themselves leaves the earlier ones new. Raises Stop, naming the path.
    """
    for path in files:
        _check_path(path)
    for folder in {path.parent for path in files}:
        _sweep(folder)
    changed = {path: content for path, content in files.items() if not _stands(path, content)}
    with ExitStack() as tidy:
        staged = {path: _stage(path, *_whole(content), tidy) for path, content in changed.items()}
        for path in staged:
            _check_free(path)
        for path, beside in staged.items():
            _move(beside, path)
    return frozenset(changed)


def put_file(
    path: Path, write: Callable[[BinaryIO], object], check: Callable[[Path], object]
) -> None:
    """Put a new file at `path` in one step, too large to be held: `write` fills it.

    `check` looks at what was written, before it stands there. Raises Stop, also if something
    stands at `path` already; whatever else the two raise is passed on.
    """
    _check_path(path)
    _sweep(path.parent)
    with ExitStack() as tidy:
        beside = _stage(path, write, check, tidy)
        with in_words(path):
            if path.exists():
                raise FileExistsError(errno.EEXIST, "taken")
        _move(beside, path)


def _check_path(path: Path) -> None:
    if _WINDOWS and not windows_takes(path):
        raise Stop(f"{path}\n{_NAME}")
    if len(str(path.absolute())) > LONGEST_PATH:
        raise Stop(f"{path}\n場所と名前を合わせた長さが{LONGEST_PATH}文字を超えます。{_SHALLOWER}")


def windows_takes(path: PurePath) -> bool:
    """False if a part of the path is the name of a device there, or holds what no name may."""
    parts = path.parts[bool(path.anchor) :]
    return not any(map(_NO_WINDOWS_NAME.search, parts))


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


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Raises Stop, naming the path, for what the system refuses."""
    try:
        yield
    except OSError as refused:
        named = getattr(refused, "winerror", 0) == _INVALID_NAME
        words = _NAME if named else _WORDS.get(refused.errno or 0, _UNSURE)
        raise Stop(f"{path}\n{words}") from refused
