"""What differs between two masters, each a folder or inside the archive of a year."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakunin_xlsx.archive.kept import masters_of
from kakunin_xlsx.plan import (
    Masters,
    Told,
    find_masters,
    load_masters,
    plan_changes,
    source_changes,
    told,
)


@dataclass(frozen=True)
class Differences:
    """Every change in a sentence, with its grounds."""

    told: tuple[Told, ...]

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        return {"件数": len(self.told), "変更": [told_as_data(each) for each in self.told]}


def told_as_data(told_: Told) -> dict[str, Any]:
    """One sentence and the typed changes behind it."""
    return {
        "文": told_.words,
        "根拠": told_.ground,
        "箇所": [
            {
                "表": change.table,
                "キー": change.key,
                "列": change.column,
                "種類": change.kind.value,
                "前": change.before,
                "後": change.after,
                "年度から": change.first.code if change.first else "",
                "年度まで": change.last.code if change.last else "",
            }
            for change in told_.changes
        ],
    }


def differences(old: Path, new: Path) -> Differences:
    """Compare two masters. Raises Stop, MastersNotFound or MastersBroken."""
    with _masters(old) as before, _masters(new) as after:
        return compared(before, after)


def compared(before: Masters, after: Masters) -> Differences:
    """Compare two masters that are at hand."""
    changes = (
        *plan_changes(before.plan, after.plan),
        *source_changes(before.source, after.source),
    )
    return Differences(told(changes, before.plan, after.plan))


@contextmanager
def _masters(path: Path) -> Iterator[Masters]:
    if path.is_file():
        with masters_of(path) as folder:
            yield load_masters(folder)
    else:
        yield load_masters(find_masters(path, path))
