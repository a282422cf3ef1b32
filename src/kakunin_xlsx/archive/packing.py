"""Files → one zip whose bytes depend on their names and contents alone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from kakunin_xlsx.archive.manifest import MANIFEST, Entry, Head, Manifest
from kakunin_xlsx.archive.sources import Source, reading
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.zips import Refused, Zip

CHUNK = 1 << 20
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


def pack(file: BinaryIO, sources: Iterable[Source], head: Head) -> Manifest:
    """Write the zip, its 目録 last; `file` can be sought in. Files are streamed, never held.

    Stored, not compressed, so that no zlib has a say. Raises Stop for a file that cannot be read.
    """
    with ZipFile(file, "w", ZIP_STORED) as archive:
        ordered = sorted(sources, key=lambda each: each.member)
        manifest = Manifest(head, tuple(_add(archive, each) for each in ordered))
        with archive.open(_member(MANIFEST), "w") as last:
            last.write(manifest.to_json())
    return manifest


def _member(name: str, size: int = 0) -> ZipInfo:
    """`size` decides whether the form for huge files is needed."""
    member = ZipInfo(name, _LONG_AGO)
    member.create_system, member.external_attr = _UNIX, _PLAIN_FILE
    member.file_size = size
    return member


def _add(archive: ZipFile, source: Source) -> Entry:
    made, size = hashlib.sha256(), 0
    with reading(source.path):
        file = source.path.open("rb")
    with file, archive.open(_member(source.member, os.fstat(file.fileno()).st_size), "w") as to:
        for chunk in _chunks(file, source.path):
            made.update(chunk)
            size += len(chunk)
            to.write(chunk)
        parts = _parts(file, size) if source.ours else ""
    return Entry(source.member, size, made.hexdigest(), parts)


def _chunks(file: IO[bytes], path: Path) -> Iterator[bytes]:
    """What stands in the way of reading is told apart from what stands in the way of writing."""
    while True:
        with reading(path):
            chunk = file.read(CHUNK)
        if not chunk:
            return
        yield chunk


def _parts(file: IO[bytes], size: int) -> str:
    limits = Limits()
    if size > limits.file_mb * 1e6:
        return ""
    file.seek(0)
    return parts_digest(file.read(), limits)


def parts_digest(workbook: bytes, limits: Limits | None = None) -> str:
    """One digest over the names and contents of a workbook's parts; '' if it is not sound."""
    made = hashlib.sha256()
    try:
        archive = Zip(workbook, limits)
        for member in sorted(archive.members):
            content = hashlib.sha256(archive.read(member)).hexdigest()
            made.update(f"{member.name}\n{content}\n".encode())
    except Refused:
        return ""
    return made.hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hex digits, read piece by piece. Raises OSError."""
    with path.open("rb") as file:
        return stream_digest(file)


def stream_digest(file: IO[bytes]) -> str:
    """SHA-256 of an open file from its beginning, in hex digits."""
    made = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        made.update(chunk)
    return made.hexdigest()
