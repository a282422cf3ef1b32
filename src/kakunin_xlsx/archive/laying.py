"""An archive laid out as files again, each checked against the 目録 on its way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

from kakunin_xlsx.archive.inspection import ZIP_BROKEN
from kakunin_xlsx.archive.manifest import Entry, Manifest
from kakunin_xlsx.archive.names import is_safe, original_name
from kakunin_xlsx.archive.packing import CHUNK
from kakunin_xlsx.folders import in_words


class ArchiveBroken(Exception):
    """The zip does not hold what its 目録 says; the text names the file."""


def lay_out(
    path: Path, manifest: Manifest, folder: Path, wanted: Callable[[str], bool] | None = None
) -> None:
    """Write the files of a zip under `folder`, by their own names; only the `wanted` ones.

    Raises ArchiveBroken at the first file that is not as the 目録 says, Stop where one cannot
    be written.
    """
    with _opened(path) as archive:
        for entry in manifest.files:
            if wanted is None or wanted(entry.name):
                _lay(archive, entry, folder)


def read_file(path: Path, entry: Entry) -> bytes:
    """One file of a zip, checked. Raises ArchiveBroken."""
    with _opened(path) as archive:
        return b"".join(_pieces(archive, entry))


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except ZIP_BROKEN as broken:
        raise ArchiveBroken(f"{path.name} を、zipとして開けません。") from broken


def _lay(archive: ZipFile, entry: Entry, folder: Path) -> None:
    if not is_safe(entry.name):
        raise ArchiveBroken(f"「{entry.name}」は、フォルダーの外を指す名前です。")
    at = folder / original_name(entry.name)
    with in_words(at):
        at.parent.mkdir(parents=True, exist_ok=True)
        with at.open("xb") as file:
            for piece in _pieces(archive, entry):
                file.write(piece)


def _pieces(archive: ZipFile, entry: Entry) -> Iterator[bytes]:
    """The content, never more than the 目録 says; the last check comes behind the last piece."""
    made, left = hashlib.sha256(), entry.size
    for piece in _read(archive, entry):
        left -= len(piece)
        if left < 0:
            break
        made.update(piece)
        yield piece
    if left or made.hexdigest() != entry.sha256:
        raise ArchiveBroken(f"「{entry.name}」の中身が、目録と違います。")


def _read(archive: ZipFile, entry: Entry) -> Iterator[bytes]:
    try:
        with archive.open(entry.name) as file:
            while piece := file.read(min(CHUNK, entry.size + 1)):
                yield piece
    except ZIP_BROKEN as broken:
        raise ArchiveBroken(f"「{entry.name}」を、zipから読み取れません。") from broken
