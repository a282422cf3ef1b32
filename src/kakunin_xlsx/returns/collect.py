"""A folder of anything → returns: every file read, zips opened, equal files taken together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from kakunin_xlsx.findings import Place
from kakunin_xlsx.findings.catalogue import SAME_FILES
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns.folder import Received, received
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Return
from kakunin_xlsx.returns.opening import Item, Opened, too_many
from kakunin_xlsx.returns.workers import read_items

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
    limits = limits or Limits.from_environment()
    found = _Returns(limits)
    for entry in entries:
        if entry.finding:
            found.broken.append(Return(entry.paths, "", findings=(entry.finding,)))
    items = [_item(found, entry) for entry in entries if not entry.finding]
    done, known = 0, len(items)
    while items:
        inside: list[Item] = []
        for item, opened in zip(items, read_items(items, layouts, limits), strict=True):
            more = found.take(item, opened)
            inside += more
            done, known = done + 1, known + len(more)
            if tell:
                tell(done, known)
        items = inside
    return found.all()


def collect_folder(folder: Path, layouts: Collection[Layout]) -> tuple[Return, ...]:
    """Every file under a folder, read."""
    return collect(received(folder), layouts)


def _item(found: _Returns, entry: Received) -> Item:
    found.paths[entry.sha256] = list(entry.paths)
    return Item("；".join(entry.paths), entry.sha256, entry.path)


class _Returns:
    """What was read, by content: a file that came twice is one return with all its paths."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.files: Counter[Path] = Counter()  # inside one file on disk
        self.paths: dict[str, list[str]] = {}
        self.read: dict[str, Opened] = {}
        self.broken: list[Return] = []

    def take(self, item: Item, opened: Opened) -> list[Item]:
        """Keep what a file held; the files inside it that are not known yet."""
        self.files[item.path] += len(opened.inside)
        if opened.inside and self.files[item.path] > self.limits.files:
            opened = too_many(item.name, self.limits)
        if not opened.inside:
            self.read[item.sha256] = opened
        new: list[Item] = []
        for inner in opened.inside:
            if inner.sha256 not in self.paths:
                new.append(inner)
            self.paths.setdefault(inner.sha256, []).append(inner.name)
        return new

    def all(self) -> tuple[Return, ...]:
        """Every return, by the names of its files."""
        whole = [_return(tuple(sorted(self.paths[sha])), sha, it) for sha, it in self.read.items()]
        return tuple(sorted((*whole, *self.broken), key=lambda returned: returned.paths))


def _return(paths: tuple[str, ...], sha256: str, opened: Opened) -> Return:
    unread = Return(paths, sha256, opened.sheets, ledger=opened.ledger)
    place = Place(file=unread.file)
    findings = tuple(
        replace(each, place=replace(each.place, file=unread.file)) for each in opened.findings
    )
    same = (SAME_FILES.at(place, count=len(paths)),) if len(paths) > 1 and opened.sheets else ()
    return replace(unread, findings=(*findings, *same))
