"""The lock as a list: what is pinned, for whom, with which hashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from bundle.targets import Target

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Pin:
    """One package at one version."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def name(self) -> str:
        """As the index writes it."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> Version:
        """The only one that is allowed."""
        (only,) = self.requirement.specifier
        return Version(only.version)

    def is_for(self, target: Target) -> bool:
        """Does its marker hold there?"""
        marker = self.requirement.marker
        return marker is None or marker.evaluate(target.environment)

    def __str__(self) -> str:
        """A line of a requirements file for those it is for: without its marker."""
        hashes = " ".join(f"--hash=sha256:{one}" for one in sorted(self.hashes))
        return f"{self.requirement.name}=={self.version} {hashes}"


def read_lock(text: str) -> tuple[Pin, ...]:
    """The pins of a requirements file that `make lock` wrote."""
    return tuple(_pins(text.replace("\\\n", " ")))


def _pins(text: str) -> Iterator[Pin]:
    for line in text.splitlines():
        if "==" in line and not line.lstrip().startswith("#"):
            yield Pin(Requirement(line.split("--hash=")[0]), frozenset(_HASH.findall(line)))
