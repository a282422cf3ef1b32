"""A zip archive as an Office package: parts, and which part points to which."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO
from xml.sax.handler import ContentHandler
from zipfile import ZipFile

from kakunin_xlsx.returns.ooxml.xml import Attributes, parse
from kakunin_xlsx.returns.unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship: the last word of its type (`worksheet`), and the part it points to."""

    kind: str
    target: str


@dataclass(frozen=True)
class Package:
    """The parts of one archive by name; names differ in case between programs."""

    archive: ZipFile
    _known: dict[str, Mapping[str, Link]] = field(default_factory=dict)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {name.lower(): name for name in self.archive.namelist()}

    def open(self, name: str) -> IO[bytes]:
        """The part as a stream. Raises Unreadable if it is not there."""
        if name.lower() not in self._names:
            raise Unreadable(f"部品 {name} がありません")
        return self.archive.open(self._names[name.lower()])

    def links(self, part: str = "") -> Mapping[str, Link]:
        """What `part` (the package itself if empty) points to, by relationship id."""
        if part not in self._known:
            self._known[part] = self._links(*posixpath.split(part))
        return self._known[part]

    def _links(self, folder: str, name: str) -> Mapping[str, Link]:
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path.lower() not in self._names:
            return {}
        found = _Links(folder)
        with self.open(path) as stream:
            parse(stream, found, path)
        return found.links

    def follow(self, part: str, kind: str) -> str:
        """The first part of `kind` that `part` points to; '' if none."""
        return next((link.target for link in self.links(part).values() if link.kind == kind), "")


class _Links(ContentHandler):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder
        self.links: dict[str, Link] = {}

    def startElement(self, name: str, attrs: Attributes) -> None:
        if not name.endswith("Relationship") or attrs.get("TargetMode") == "External":
            return
        target = attrs.get("Target", "")
        whole = target[1:] if target.startswith("/") else posixpath.join(self.folder, target)
        kind = attrs.get("Type", "").rpartition("/")[2]
        self.links[attrs.get("Id", "")] = Link(kind, posixpath.normpath(whole))
