"""確かめる: are the archives, and the 台帳 that chains them, as they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.archive.faults import Fault, Kind
from kakunin_xlsx.archive.inspection import Inspected, inspect
from kakunin_xlsx.archive.ledger import LEDGER, Ledger, LedgerBroken, Registered, read_ledger
from kakunin_xlsx.archive.manifest import MANIFEST
from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.office.replay import Replayed, replay
from kakunin_xlsx.stop import WrongUsage


@dataclass(frozen=True)
class Verified:
    """What was looked at and every fault found; `link` is the newest 連鎖 ('' without a 台帳)."""

    archives: tuple[Path, ...]
    faults: tuple[Fault, ...]
    link: str
    replays: tuple[Replayed, ...] = ()

    @property
    def clean(self) -> bool:
        """True if nothing differs from what was archived."""
        return not self.faults and not any(each.differences for each in self.replays)


def verify(output: OutputFolder, zips: Sequence[Path] = (), again: bool = False) -> Verified:
    """Look at the zips, or at everything in 保存; with `again` also merge and compose them anew.

    A zip is judged by the 台帳 beside it, else by that of the output folder. Raises WrongUsage
    for a zip that is not there.
    """
    for path in zips:
        if not path.is_file():
            raise WrongUsage(f"{path} が見つかりません。zipの場所を確かめてください。")
    looks = _looks(output, zips) if zips else [_Look(output.archive)]
    faults = tuple(dict.fromkeys(fault for look in looks for fault in look.faults()))
    found = [each for look in looks for each in look.found]
    return Verified(
        archives=tuple(each.path for each in found),
        faults=faults,
        link=looks[0].ledger.link if looks[0].ledger else "",
        replays=tuple(map(replay, found)) if again else (),
    )


def _looks(output: OutputFolder, zips: Sequence[Path]) -> list[_Look]:
    folders: dict[Path, list[Path]] = {}
    for path in zips:
        folders.setdefault(_ledger_folder(path, output), []).append(path)
    return [_Look(folder, paths) for folder, paths in folders.items()]


def _ledger_folder(path: Path, output: OutputFolder) -> Path:
    beside = path.parent
    return beside if (beside / LEDGER).is_file() else output.archive


class _Look:
    """One 台帳 and the zips to be judged by it: the given ones, or every one beside it."""

    def __init__(self, folder: Path, zips: Sequence[Path] = ()) -> None:
        self.every = not zips
        self.ledger, self.unread = _read(folder / LEDGER)
        paths = zips or sorted(folder.glob("*.zip"))
        self.found = tuple(inspect(path) for path in paths if path.is_file())
        self.entries = self.ledger.by_file() if self.ledger else {}
        self.holds = dict(self._exchanged())

    def faults(self) -> Iterator[Fault]:
        """Of the 台帳, of its chain, and of each zip."""
        if self.ledger is None:
            yield Fault(Kind.LEDGER, LEDGER, "", self.unread)
            for each in self.found:
                yield from each.faults
            return
        yield from self.ledger.breaks()
        there = {each.path.name for each in self.found}
        for name in self.entries:
            if self.every and name not in there:
                yield Fault(Kind.LOST, name, "", "保存台帳にあるzipが見つかりません。")
        for each in self.found:
            yield from self._zip(each)

    def _zip(self, found: Inspected) -> Iterator[Fault]:
        entry = self._entry(found)
        if entry is None:
            yield self._at(found, Kind.UNREGISTERED, "保存台帳に載っていないzipです。")
            yield from found.faults
        elif other := self.holds.get(found.path.name):
            if self.holds.get(other) != found.path.name:
                yield self._at(found, Kind.CHANGED, f"中身が「{other}」のものです。")
            elif found.path.name < other:
                yield self._at(found, Kind.SWAPPED, f"「{other}」と入れ替わっています。")
        elif found.sha256 != entry.zip_sha256:
            yield from self._changed(found, entry)
        else:
            yield from found.faults
            yield from self._manifest(found, entry)

    def _changed(self, found: Inspected, entry: Registered) -> Iterator[Fault]:
        told = (*found.faults, *self._manifest(found, entry))
        yield from told
        if not told:
            words = (
                "中のファイルはすべて保存したときのままですが、zipそのものが変わっています"
                "（作り直されたか、日付などが書き換えられています）。"
            )
            yield self._at(found, Kind.REWRITTEN, words)

    def _manifest(self, found: Inspected, entry: Registered) -> Iterator[Fault]:
        if found.manifest is not None and found.manifest_sha256 != entry.manifest_sha256:
            words = "目録が、保存台帳に載せたときと変わっています。"
            yield Fault(Kind.MANIFEST, found.path.name, MANIFEST, words)

    def _entry(self, found: Inspected) -> Registered | None:
        """By its name, else by its content: a copy may have been renamed."""
        if not self.every and found.path.name not in self.entries:
            same = (each for each in self.entries.values() if each.zip_sha256 == found.sha256)
            return next(same, None)
        return self.entries.get(found.path.name)

    def _exchanged(self) -> Iterator[tuple[str, str]]:
        """Each zip that holds what was registered under another name, and that name."""
        whose = {entry.zip_sha256: entry.file for entry in self.entries.values()}
        for each in self.found:
            entry = self.entries.get(each.path.name)
            if entry and each.sha256 != entry.zip_sha256 and each.sha256 in whose:
                yield each.path.name, whose[each.sha256]

    def _at(self, found: Inspected, kind: Kind, words: str) -> Fault:
        return Fault(kind, found.path.name, "", words)


def _read(path: Path) -> tuple[Ledger | None, str]:
    """The 台帳, or why there is none."""
    if not path.is_file():
        return None, f"{path.parent} に {LEDGER} がありません。"
    try:
        return read_ledger(path.read_bytes()), ""
    except LedgerBroken as broken:
        return None, str(broken)
