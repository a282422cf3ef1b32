"""A zip archive as an Office package: parts, and which part points to which."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar, cast
from xml.etree.ElementTree import Element

from kakunin_xlsx.returns.model import Unreadable
from kakunin_xlsx.returns.ooxml.xml import tree
from kakunin_xlsx.returns.zips import Zip

_Read = TypeVar("_Read")
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

    def tree(self, part: str) -> Element:
        """The part as a whole. Raises Unreadable."""
        return tree(self.open(part), posixpath.basename(part))

    def taken_apart(self, part: str, read: Callable[[str, Element], _Read]) -> _Read:
        """What `read` makes of the part's name and content. Nobody may change what comes back.

        Our forms hold some parts that are alike byte for byte: such a one is parsed once.
        """
        member = self.archive.by_name.get(part.lower())
        if member and member.size <= _ALIKE:
            return cast(_Read, _remembered(part, read, self.archive.read(member)))
        return read(part, tree(self.open(part), part))

    def links(self, part: str = "") -> Mapping[str, Link]:
        """What `part` (the package itself if empty) points to, by relationship id."""
        if part not in self._known:
            folder, name = posixpath.split(part)
            path = posixpath.join(folder, "_rels", f"{name}.rels")
            there = path.lower() in self.archive.by_name
            self._known[part] = self.taken_apart(path, _links) if there else {}
        return self._known[part]

    def follow(self, part: str, kind: str) -> str:
        """The first part of `kind` that `part` points to; '' if none."""
        return next((link.target for link in self.links(part).values() if link.kind == kind), "")


@lru_cache(maxsize=_MOST_ALIKE)
def _remembered(part: str, read: Callable[[str, Element], object], data: bytes) -> object:
    return read(part, tree((data,), part))


def _links(part: str, root: Element) -> Mapping[str, Link]:
    """A part of relationships, by the name of that part."""
    folder, found = posixpath.dirname(posixpath.dirname(part)), dict[str, Link]()
    for each in root.iter("Relationship"):
        if each.get("TargetMode") != "External":
            target = each.get("Target", "").replace("\\", "/")
            whole = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            kind = each.get("Type", "").rpartition("/")[2]
            found[each.get("Id", "")] = Link(kind, posixpath.normpath(whole))
    return found
