"""One zip looked through: is every file in it as its 目録 says? Whatever was done to it is data."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from kakunin_xlsx.archive.faults import Fault, Kind
from kakunin_xlsx.archive.manifest import (
    MANIFEST,
    Entry,
    Manifest,
    ManifestBroken,
    read_manifest,
)
from kakunin_xlsx.archive.names import is_safe
from kakunin_xlsx.archive.packing import CHUNK, file_digest

# All that zipfile is known to raise for bytes that are no sound zip.
ZIP_BROKEN = (
    *(BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError),
    *(zlib.error, struct.error, OverflowError, MemoryError, IndexError, KeyError, TypeError),
)
_LARGEST_MANIFEST = 200_000_000  # bytes; a hundred thousand files need a tenth


@dataclass(frozen=True)
class Inspected:
    """A zip as it lies there; `manifest` is None where it cannot be read."""

    path: Path
    sha256: str
    manifest_sha256: str
    manifest: Manifest | None
    faults: tuple[Fault, ...]


def inspect(path: Path) -> Inspected:
    """Look at every byte once, or twice. Raises OSError if the file cannot be read at all."""
    whole = file_digest(path)
    try:
        with ZipFile(path) as archive:
            look = _Look(archive, path.name, path.stat().st_size)
            manifest, digest = look.manifest()
            faults = tuple(look.faults(manifest))
    except ZIP_BROKEN:
        fault = Fault(Kind.BROKEN, path.name, "", f"{path.name} を、zipとして開けません。")
        return Inspected(path, whole, "", None, (fault,))
    return Inspected(path, whole, digest, manifest, faults)


@dataclass
class _Look:
    archive: ZipFile
    name: str
    budget: int  # bytes; stored files that do not overlap hold no more than the zip itself

    def manifest(self) -> tuple[Manifest | None, str]:
        """The 目録 and its digest; '' if it is not there or cannot be read."""
        found = [each for each in self.archive.infolist() if each.filename == MANIFEST]
        if len(found) != 1 or not self._is_plain(found[0], _LARGEST_MANIFEST):
            return None, ""
        try:
            data = self.archive.read(found[0])
        except ZIP_BROKEN:
            return None, ""
        digest = hashlib.sha256(data).hexdigest()
        try:
            return read_manifest(data), digest
        except ManifestBroken:
            return None, digest

    def faults(self, manifest: Manifest | None) -> Iterator[Fault]:
        """Everything that differs, each once."""
        members = self.archive.infolist()
        counts = Counter(member.filename for member in members)
        for name, count in counts.items():
            if count > 1:
                yield self._at(Kind.DUPLICATE, name, f"同じ名前のファイルが{count}個あります。")
        if manifest is None:
            yield self._at(Kind.MANIFEST, MANIFEST, f"{MANIFEST} がないか、読み取れません。")
            return
        yield from self._names(counts, manifest.by_name)
        known = {m.filename: m for m in members if m.filename in manifest.by_name}
        once = {name: member for name, member in known.items() if counts[name] == 1}
        yield from self._contents(once, manifest.by_name)

    def _names(self, counts: Mapping[str, int], expected: Mapping[str, Entry]) -> Iterator[Fault]:
        for name in counts:
            if name not in expected and name != MANIFEST:
                yield self._at(Kind.ADDED, name, "目録にないファイルです。")
        for name in expected:
            if not is_safe(name):
                yield self._at(Kind.UNSAFE, name, "フォルダーの外を指す名前です。")
            if name not in counts:
                yield self._at(Kind.MISSING, name, "目録にあるファイルがありません。")

    def _contents(
        self, members: Mapping[str, ZipInfo], expected: Mapping[str, Entry]
    ) -> Iterator[Fault]:
        sizes = {entry.size for entry in expected.values()}
        changed: dict[str, str] = {}
        for name, member in members.items():
            if member.compress_type != ZIP_STORED:
                yield self._at(Kind.COMPRESSED, name, "圧縮されています（圧縮せずに保存します）。")
                continue
            actual = self._digest(member) if member.file_size in sizes else ""
            if actual != expected[name].sha256:
                changed[name] = actual
        yield from self._differing(changed, expected)

    def _differing(
        self, changed: Mapping[str, str], expected: Mapping[str, Entry]
    ) -> Iterator[Fault]:
        """Two files whose contents were exchanged are one fault."""
        wanted = {expected[name].sha256: name for name in changed}
        told: set[str] = set()
        for name, actual in changed.items():
            other = wanted.get(actual, "")
            if other and changed[other] == expected[name].sha256:
                if other not in told:
                    words = f"中身が「{other}」と入れ替わっています。"
                    yield self._at(Kind.SWAPPED, name, words)
                told.add(name)
            else:
                yield self._at(Kind.CHANGED, name, "中身が保存したときと変わっています。")

    def _digest(self, member: ZipInfo) -> str:
        """Of the content; '' if it cannot be read, or would be more than the zip can hold."""
        if not self._is_plain(member, self.budget):
            return ""
        self.budget -= member.file_size
        made = hashlib.sha256()
        try:
            with self.archive.open(member) as file:
                while chunk := file.read(CHUNK):
                    made.update(chunk)
        except ZIP_BROKEN:
            return ""
        return made.hexdigest()

    def _is_plain(self, member: ZipInfo, most: int) -> bool:
        stored = member.compress_type == ZIP_STORED
        return stored and member.compress_size == member.file_size <= most

    def _at(self, kind: Kind, member: str, words: str) -> Fault:
        return Fault(kind, self.name, member, words)
