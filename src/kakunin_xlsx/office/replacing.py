"""A file made anew: what stood there with other content is kept in 旧版."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class Change(StrEnum):
    """What became of a file."""

    NEW = "新規"
    SAME = "変更なし"
    REPLACED = "更新（前のファイルは旧版へ）"


def lay(path: Path, data: bytes, superseded: Path, files: dict[Path, bytes]) -> Change:
    """Add a file to those to be written; before it an older one with other content, for 旧版.

    Somebody may have written into the older one.
    """
    change = Change.NEW
    if path.exists():
        before = path.read_bytes()
        if before == data:
            return Change.SAME
        count = 1
        while (kept := superseded / f"{path.stem}_{count}{path.suffix}").exists():
            count += 1
        files[kept] = before
        change = Change.REPLACED
    files[path] = data
    return change
