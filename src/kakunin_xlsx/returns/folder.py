"""What lies in a 2_回収 folder: regular files with their digests. Nothing is changed there."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings.catalogue import CANNOT_OPEN

_PASSED_OVER = ("desktop.ini", "thumbs.db")
_PASSED_PREFIXES = (".", "~$")  # hidden files, .~lock…, Excel's owner files
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """One file of the folder, or several byte-identical ones: `paths` are relative, with '/'.

    `sha256` is '' where the file could not be read; `finding` then says why.
    """

    paths: tuple[str, ...]
    sha256: str
    path: Path
    finding: Finding | None = None


def received(folder: Path) -> tuple[Received, ...]:
    """The files under `folder`, in an order that depends on their names only.

    Owner files, hidden files, links and whatever is no regular file are passed over
    without opening; a folder that is not there holds nothing.
    """
    by_content: dict[str, list[tuple[str, Path]]] = {}
    broken: list[Received] = []
    for name, path in sorted(_walk(folder, ""), key=lambda entry: entry[0]):
        try:
            by_content.setdefault(_sha256(path), []).append((name, path))
        except OSError as problem:
            broken.append(_unreadable(name, path, problem))
    whole = (
        Received(tuple(name for name, _ in same), sha256, same[0][1])
        for sha256, same in by_content.items()
    )
    return tuple(sorted((*whole, *broken), key=lambda entry: entry.paths))


def _walk(folder: Path, above: str) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        found = list(entries)
    for entry in found:
        if _passed_over(entry.name):
            continue
        name = f"{above}{shown(entry.name)}"
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            yield from _walk(Path(entry.path), f"{name}/")
        elif stat.S_ISREG(mode):
            yield name, Path(entry.path)


def _passed_over(name: str) -> bool:
    return name.startswith(_PASSED_PREFIXES) or name.lower() in _PASSED_OVER


def shown(name: str) -> str:
    """A file name that UTF-8 can hold, whatever bytes the system gave."""
    return os.fsencode(name).decode("utf-8", "replace")


def _sha256(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()


def _unreadable(name: str, path: Path, problem: OSError) -> Received:
    what = (
        "読み取りの権限がありません" if isinstance(problem, PermissionError) else "読み出せません"
    )
    return Received((name,), "", path, CANNOT_OPEN.at(Place(file=name), what=what))
