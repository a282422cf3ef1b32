"""Writing files: old or new, never half."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from kakunin_xlsx.stop import Stop

LONGEST_PATH = 240  # characters; Excel refuses longer ones on Windows

_WORDS = {
    errno.ENOSPC: "ディスクの空きがありません。空きを作ってから、もう一度実行してください。",
    errno.EROFS: "書き込めない場所です。別の出力先を --output で指定してください。",
}
_LOCKED = (
    "書き込めません。Excelなどで開いている場合は閉じてから、もう一度実行してください。"
    "閉じても続くときは、フォルダーの書き込みの権限を確かめてください。"
)


def write_file(path: Path, data: bytes) -> bool:
    """Put `data` at `path` in one step; False if it already stood there, byte for byte.

    Written beside it, flushed to disk, read back, then moved over the old one.
    Raises Stop if that cannot be done; the old file then stays as it was.
    """
    if len(str(path.absolute())) > LONGEST_PATH:
        raise Stop(
            f"{path}\nパスが{LONGEST_PATH}文字を超えます。浅いフォルダーを --output で指定してください。"
        )
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as refused:
        raise Stop(f"{path}\n{_WORDS.get(refused.errno or 0, _LOCKED)}") from refused
    return True


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".書込中", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if beside.read_bytes() != data:
            raise OSError(errno.EIO, "read back differs")
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    """What the system masks from new files; mkstemp makes them private."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
