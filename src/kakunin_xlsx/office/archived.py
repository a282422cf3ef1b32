"""The masters inside the archive of a year, laid out to be read like any other."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from kakunin_xlsx.stop import Stop

_MASTERS = "masters"
_MOST_BYTES = 100 * 1024 * 1024
_CHUNK = 1 << 20


@contextmanager
def masters_of(zip: Path) -> Iterator[Path]:
    """The masters folder of an archive (`masters/<計画>/…`), as long as the block runs.

    Raises Stop, in words, if the file is no archive or holds no masters.
    """
    with tempfile.TemporaryDirectory(prefix="kakunin-") as name:
        try:
            with zipfile.ZipFile(zip) as archive:
                folder = _laid_out(archive, Path(name))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as broken:
            raise Stop(_no_archive(zip)) from broken
        if folder is None:
            raise Stop(_no_archive(zip))
        yield folder


def _no_archive(zip_: Path) -> str:
    return (
        f"{zip_}\n保存した年度のファイル（kakunin archive で作る zip）ではないため、"
        "台帳を取り出せません。保存のフォルダーの「令和7年度.zip」のようなファイルを指定してください。"
    )


def _laid_out(archive: zipfile.ZipFile, into: Path) -> Path | None:
    """Write the members under masters/ of one plan; its folder, None without one."""
    plans = set()
    left = _MOST_BYTES
    for member in archive.infolist():
        parts = PurePosixPath(member.filename).parts
        if member.is_dir() or len(parts) < 3 or parts[0] != _MASTERS:
            continue
        if any(part in ("..", ".") or _strange(part) for part in parts):
            return None
        plans.add(parts[1])
        left = _write(archive, member, into.joinpath(*parts), left)
        if left < 0:
            return None
    return into / _MASTERS / plans.pop() if len(plans) == 1 else None


def _strange(part: str) -> bool:
    """A name that would lead elsewhere, here or on Windows."""
    return part.startswith("/") or any(char in part for char in '\\:*?"<>|\0')


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, left: int) -> int:
    """Unpack one member, counting what really comes out; the bytes still allowed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as packed, path.open("wb") as out:
        while left >= 0 and (chunk := packed.read(_CHUNK)):
            left -= len(chunk)
            out.write(chunk)
    return left
