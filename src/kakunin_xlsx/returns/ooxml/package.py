"""A zip archive as an Office package: parts, and which part points to which."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import IO, TypeVar, cast
from zipfile import ZipFile

from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, parse
from kakunin_xlsx.returns.unreadable import Unreadable

_Made = TypeVar("_Made", bound=Handler)
_ALIKE = 1 << 17  # bytes of a part that may be remembered
_MOST_ALIKE = 64  # such parts


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship: the last word of its type (`worksheet`), and the part it points to."""

    kind: str
    target: str


@dataclass(frozen=True)
class Package:
    """The parts of one archive by name; names differ in case between programs.

    `unpacked` holds parts that were unpacked before.
    """

    archive: ZipFile
    unpacked: Mapping[str, bytes] = field(default_factory=dict)
    _known: dict[str, Mapping[str, Link]] = field(default_factory=dict)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {name.lower(): name for name in self.archive.namelist()}

    def open(self, name: str) -> IO[bytes]:
        """The part as a stream. Raises Unreadable if it is not there."""
        known = self._names.get(name.lower())
        if known is None:
            raise Unreadable(f"部品 {name} がありません")
        if known in self.unpacked:
            return io.BytesIO(self.unpacked[known])
        return self.archive.open(known)

    def taken_apart(self, part: str, make: Callable[[str], _Made]) -> _Made:
        """The part fed to `make(part)`. Nobody may change what comes back.

        Our forms hold some parts that are alike byte for byte: such a one is parsed once.
        """
        data = self.unpacked.get(self._names.get(part.lower(), ""))
        if data is not None and len(data) <= _ALIKE:
            return cast(_Made, _remembered(part, make, data))
        with self.open(part) as stream:
            return _parsed(part, make, stream)

    def links(self, part: str = "") -> Mapping[str, Link]:
        """What `part` (the package itself if empty) points to, by relationship id."""
        if part not in self._known:
            folder, name = posixpath.split(part)
            path = posixpath.join(folder, "_rels", f"{name}.rels")
            there = path.lower() in self._names
            self._known[part] = self.taken_apart(path, _Links).links if there else {}
        return self._known[part]

    def follow(self, part: str, kind: str) -> str:
        """The first part of `kind` that `part` points to; '' if none."""
        return next((link.target for link in self.links(part).values() if link.kind == kind), "")


def _parsed(part: str, make: Callable[[str], _Made], stream: IO[bytes]) -> _Made:
    made = make(part)
    parse(stream, made, part)
    return made


@lru_cache(maxsize=_MOST_ALIKE)
def _remembered(part: str, make: Callable[[str], Handler], data: bytes) -> Handler:
    return _parsed(part, make, io.BytesIO(data))


class _Links(Handler):
    """A part of relationships, by the name of that part."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.links: dict[str, Link] = {}
        self._folder = posixpath.dirname(posixpath.dirname(part))
        self.starts = {"Relationship": self._link}

    def _link(self, attrs: Attributes) -> None:
        if attrs.get("TargetMode") == "External":
            return
        target = attrs.get("Target", "")
        whole = target[1:] if target.startswith("/") else posixpath.join(self._folder, target)
        kind = attrs.get("Type", "").rpartition("/")[2]
        self.links[attrs.get("Id", "")] = Link(kind, posixpath.normpath(whole))
