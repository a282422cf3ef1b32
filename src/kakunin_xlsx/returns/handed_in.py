"""Who has handed in, told by the marks alone: no form is laid out, nothing compared or kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kakunin_xlsx.layout import Identity
from kakunin_xlsx.returns.collect import Inbox
from kakunin_xlsx.returns.folder import Received
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Return
from kakunin_xlsx.returns.workers import Workers


@dataclass(frozen=True, slots=True)
class HandedIn:
    """How many files came, counted as a merge counts them, and whose they are.

    `by` holds the files by identity; `unmarked` those that bear no mark or cannot be read.
    """

    count: int
    by: Mapping[Identity, tuple[str, ...]]
    unmarked: tuple[str, ...]


class _Nothing:
    """What a worker makes of a file: of its sheets the names and identities stay."""

    def alone(self, _returned: Return) -> object:
        return None

    def together(self, _returns: Sequence[Return], _about: Any) -> object:
        return None


def handed_in(entries: Sequence[Received]) -> HandedIn:
    """Look into the files of `received`, each in a process of its own."""
    paths = [each.path for each in entries if not each.finding]
    with Workers(Limits.from_environment(), paths) as workers:
        workers.learn((), _Nothing())
        returns = Inbox(workers).read(entries)
    by: dict[Identity, list[str]] = {}
    for returned in returns:
        for identity in dict.fromkeys(sheet.identity for sheet in returned.sheets):
            by.setdefault(identity, []).extend(returned.paths)
    return HandedIn(
        sum(len(each.paths) for each in returns),
        {identity: tuple(files) for identity, files in by.items()},
        tuple(each.file for each in returns if not each.sheets),
    )
