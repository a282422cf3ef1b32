"""What lies in a folder and belongs into an archive: regular files, under the zip's names."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.archive.names import member_name
from kakunin_xlsx.returns.folder import owner_or_hidden
from kakunin_xlsx.stop import Stop


@dataclass(frozen=True, slots=True)
class Source:
    """One file and its name in the zip; `ours` if this tool wrote it as a workbook."""

    member: str
    path: Path
    ours: bool = False


def sources(folder: Path, under: str, foreign: str = "") -> Iterator[Source]:
    """Every regular file below `folder`, named `under/…`; links, pipes and owner files are none.

    Workbooks below a folder of the name `foreign` came from elsewhere; without such a name all
    did. Raises Stop for a folder that cannot be looked into.
    """
    for entry in _entries(folder):
        name = f"{under}/{member_name(entry.name)}"
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            inner = "" if entry.name == foreign else foreign
            yield from sources(Path(entry.path), name, inner)
        elif stat.S_ISREG(mode):
            ours = bool(foreign) and entry.name.lower().endswith(".xlsx")
            yield Source(name, Path(entry.path), ours)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with reading(folder), os.scandir(folder) as entries:
        return [entry for entry in entries if not owner_or_hidden(entry.name)]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raises Stop, naming the path, for what the system does not let us read."""
    try:
        yield
    except OSError as refused:
        raise Stop(
            f"{shown_path(path)}\n読み取れないため、保存できません。読み取りの権限があるか、"
            "ほかで開いていないか、このパソコンに取り込まれているかを確かめて、"
            "もう一度実行してください。"
        ) from refused


def shown_path(path: Path) -> str:
    """A path in characters that every screen takes."""
    return str(path).encode("utf-8", "replace").decode()
