"""A zip archive as an Office package: parts, and which part points to which."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar, cast

from kakunin_xlsx.returns.model import Unreadable
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, parse
from kakunin_xlsx.returns.zips import Zip

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
    """The parts of one archive by name; names differ in case between programs."""

    archive: Zip
    _known: dict[str, Mapping[str, Link]] = field(default_factory=dict)

    def open(self, name: str) -> Iterator[bytes]:
        """The part in pieces; a small one in one. Raises Unreadable if it is not there."""
        if member := self.archive.by_name.get(name.lower()):
            return self.archive.chunks(member)
        raise Unreadable(f"部品 {name} がありません")

    def taken_apart(self, part: str, make: Callable[[str], _Made]) -> _Made:
        """The part fed to `make(part)`. Nobody may change what comes back.

        Our forms hold some parts that are alike byte for byte: such a one is parsed once.
        """
        member = self.archive.by_name.get(part.lower())
        if member and member.size <= _ALIKE:
            return cast(_Made, _remembered(part, make, self.archive.read(member)))
        return _parsed(part, make, self.open(part))

    def links(self, part: str = "") -> Mapping[str, Link]:
        """What `part` (the package itself if empty) points to, by relationship id."""
        if part not in self._known:
            folder, name = posixpath.split(part)
            path = posixpath.join(folder, "_rels", f"{name}.rels")
            there = path.lower() in self.archive.by_name
            self._known[part] = self.taken_apart(path, _Links).links if there else {}
        return self._known[part]

    def follow(self, part: str, kind: str) -> str:
        """The first part of `kind` that `part` points to; '' if none."""
        return next((link.target for link in self.links(part).values() if link.kind == kind), "")


def _parsed(part: str, make: Callable[[str], _Made], stream: Iterable[bytes]) -> _Made:
    made = make(part)
    parse(stream, made, part)
    return made


@lru_cache(maxsize=_MOST_ALIKE)
def _remembered(part: str, make: Callable[[str], Handler], data: bytes) -> Handler:
    return _parsed(part, make, (data,))


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
        target = attrs.get("Target", "").replace("\\", "/")
        whole = target[1:] if target.startswith("/") else posixpath.join(self._folder, target)
        kind = attrs.get("Type", "").rpartition("/")[2]
        self.links[attrs.get("Id", "")] = Link(kind, posixpath.normpath(whole))
