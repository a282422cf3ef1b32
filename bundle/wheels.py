"""Wheels: fetched by the lock, built from the project, and proved to be all that is needed."""

from __future__ import annotations

import email
import hashlib
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from bundle.lock import Pin
from bundle.targets import Target

ROOT = Path(__file__).parents[1]


class CannotFetch(Exception):
    """pip could not get what the lock names; its own words."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel on disk."""

    path: Path

    @property
    def name(self) -> str:
        """The package's, as the index writes it."""
        return str(parse_wheel_filename(self.path.name)[0])

    @property
    def version(self) -> str:
        """The package's."""
        return str(parse_wheel_filename(self.path.name)[1])

    @property
    def sha256(self) -> str:
        """Of the whole file, in hex."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def runs_on(self, target: Target) -> bool:
        """By the tags in its name."""
        return not parse_wheel_filename(self.path.name)[3].isdisjoint(target.tags)

    def metadata(self) -> Message:
        """The METADATA inside."""
        with ZipFile(self.path) as archive:
            (inside,) = (
                name for name in archive.namelist() if name.endswith(".dist-info/METADATA")
            )
            return email.message_from_bytes(archive.read(inside))

    def needs(self, target: Target) -> Iterator[Requirement]:
        """What it asks for there."""
        for asked in map(Requirement, self.metadata().get_all("Requires-Dist", [])):
            if asked.marker is None or asked.marker.evaluate(target.environment):
                yield asked


def fetch(pins: Collection[Pin], targets: Collection[Target], folder: Path) -> None:
    """Put into `folder` each target's wheels, checked against their hashes. Raises CannotFetch."""
    for target in targets:
        with TemporaryDirectory() as name:
            wanted = Path(name) / "requirements.txt"
            wanted.write_text("\n".join(str(pin) for pin in pins if pin.is_for(target)))
            _download(target, wanted, folder)


def _download(target: Target, wanted: Path, folder: Path) -> None:
    # Without its dependencies: pip would ask for those of the computer it runs on.
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "download"),
            *("--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"),
            *(f"--platform={platform}" for platform in target.platforms),
            *("--implementation=cp", f"--python-version={target.python}"),
            *("--dest", str(folder), "--requirement", str(wanted)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotFetch(f"{target}:\n{done.stderr.strip()}")


def build_own(folder: Path) -> Wheel:
    """The project's wheel; the same sources give the same bytes."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("kakunin_xlsx-*.whl")
    return Wheel(path)


def missing(wheels: Collection[Wheel], pins: Collection[Pin], target: Target) -> Iterator[str]:
    """What keeps `wheels` from being whole for a target: each pinned, and everything asked for."""
    usable = {wheel.name: wheel for wheel in wheels if wheel.runs_on(target)}
    for pin in pins:
        wheel = usable.get(pin.name)
        if pin.is_for(target) and (not wheel or wheel.sha256 not in pin.hashes):
            yield f"{target}: no wheel of {pin.name} {pin.version}"
    for wheel in usable.values():
        for asked in wheel.needs(target):
            held = usable.get(canonicalize_name(asked.name))
            if not held or held.version not in asked.specifier:
                yield f"{target}: {wheel.name} asks for {asked}"
