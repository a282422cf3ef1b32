"""A folder of anything → returns: every file read, zips opened, equal files taken together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kakunin_xlsx.findings import Place
from kakunin_xlsx.findings.catalogue import SAME_FILES
from kakunin_xlsx.layout import Identity, Layout
from kakunin_xlsx.returns.folder import Received, received
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Item, Opened, Return
from kakunin_xlsx.returns.workers import Together, Workers

Tell = Callable[[int, int], None]  # how many files are read, of how many that are known of


def collect(
    entries: Sequence[Received],
    layouts: Collection[Layout],
    limits: Limits | None = None,
    tell: Tell | None = None,
) -> tuple[Return, ...]:
    """The files of `received`, read; `layouts` are the forms of the round.

    `tell` is called after each file; files inside zips are known of once these are open.
    """
    with Workers(
        limits or Limits.from_environment(), [each.path for each in entries if not each.finding]
    ) as workers:
        workers.learn(layouts)
        return Inbox(workers).read(entries, tell)


def collect_folder(folder: Path, layouts: Collection[Layout]) -> tuple[Return, ...]:
    """Every file under a folder, read."""
    return collect(received(folder), layouts)


class Inbox:
    """What was read, by content: a file that came twice is one return with all its paths."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._files: Counter[Path] = Counter()  # inside one file on disk
        self._paths: dict[str, list[str]] = {}
        self._items: dict[str, Item] = {}
        self._read: dict[str, Opened] = {}
        self._broken: list[Return] = []

    def read(self, entries: Sequence[Received], tell: Tell | None = None) -> tuple[Return, ...]:
        """The files of `received`, and those inside them, by the names of all."""
        self._broken += [
            Return(entry.paths, "", findings=(entry.finding,)) for entry in entries if entry.finding
        ]
        items = [self._item(entry) for entry in entries if not entry.finding]
        done, known = 0, len(items)
        while items:
            inside: list[Item] = []
            for item, opened in zip(items, self._workers.read(items), strict=True):
                more = self._take(item, opened)
                inside += more
                done, known = done + 1, known + len(more)
                if tell:
                    tell(done, known)
            items = inside
        self._name_anew()
        whole = [_return(self._named(sha), sha, it) for sha, it in self._read.items()]
        return tuple(sorted((*whole, *self._broken), key=lambda returned: returned.paths))

    def together(self, groups: Sequence[tuple[Sequence[Return], object]]) -> Iterator[Together]:
        """Returns that were read here, read once more by one worker; see `Workers`."""
        made = [(tuple(self._items[each.sha256] for each in own), about) for own, about in groups]
        return self._workers.together(made) if made else iter(())

    def _item(self, entry: Received) -> Item:
        self._paths[entry.sha256] = list(entry.paths)
        item = Item("；".join(entry.paths), entry.sha256, entry.path)
        self._items[item.sha256] = item
        return item

    def _take(self, item: Item, opened: Opened) -> list[Item]:
        """Keep what a file held; the files inside it that are not known yet."""
        inner_ones = [f for f in opened.findings if f.place.file.startswith(f"{item.name}/")]
        self._broken += [Return((f.place.file,), "", findings=(f,)) for f in inner_ones]
        self._files[item.path] += len(opened.inside)
        if opened.inside and self._files[item.path] > self._workers.limits.files:
            from kakunin_xlsx.returns.opening import too_many

            opened = too_many(item.name, self._workers.limits)
        if not opened.inside and not inner_ones:
            self._read[item.sha256] = opened
        new: list[Item] = []
        for inner in opened.inside:
            if inner.sha256 not in self._paths:
                new.append(inner)
                self._items[inner.sha256] = inner
            self._paths.setdefault(inner.sha256, []).append(inner.name)
        return new

    def _named(self, sha256: str) -> tuple[str, ...]:
        return tuple(sorted(self._paths[sha256]))

    def _name_anew(self) -> None:
        """What was made of a file names it; where more paths turned up later, it is made again."""
        late = []
        for sha256, opened in self._read.items():
            item, name = self._items[sha256], "；".join(self._named(sha256))
            if item.name != name:
                self._items[sha256] = replace(item, name=name)
                late += [self._items[sha256]] if opened.made else []
        for item, opened in zip(late, self._workers.read(late) if late else (), strict=True):
            self._read[item.sha256] = opened


def _return(paths: tuple[str, ...], sha256: str, opened: Opened) -> Return:
    unread = Return(paths, sha256, opened.sheets, ledger=opened.ledger, made=opened.made)
    place = Place(file=unread.file)
    findings = tuple(
        replace(each, place=replace(each.place, file=unread.file)) for each in opened.findings
    )
    same = (SAME_FILES.at(place, count=len(paths)),) if len(paths) > 1 and opened.sheets else ()
    return replace(unread, findings=(*findings, *same))


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
