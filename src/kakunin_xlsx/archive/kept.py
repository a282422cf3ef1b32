"""Archives that were registered: is it the one that was, what did it hold, and laid out again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from kakunin_xlsx.archive.contents import (
    LEDGER,
    MANIFEST,
    ArchivedFile,
    Chain,
    Contents,
    Fault,
    FaultKind,
    Registered,
)
from kakunin_xlsx.archive.zips import (
    CHUNK,
    ZIP_BROKEN,
    Inspected,
    inspect,
    is_safe,
    original_name,
)
from kakunin_xlsx.codec import Unread
from kakunin_xlsx.folders.refusals import LONGEST_PATH, in_words
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.merge import ANSWERS
from kakunin_xlsx.plan import FiscalYear, plans_in
from kakunin_xlsx.record import Record, RecordBroken, from_csv
from kakunin_xlsx.stop import Stop, WrongUsage
from kakunin_xlsx.textfiles import FileBroken, bytes_of

MASTERS, OUTPUT = "masters", "output"  # the two folders in every archive
_MERGED = "4_取りまとめ"
_LOOK = "どこが変わったかは kakunin verify で確かめられます。"


@dataclass(frozen=True)
class Archive:
    """One sound zip, and its 目録."""

    path: Path
    contents: Contents

    def lay_out(self, folder: Path, below: str = "") -> None:
        """Its files, or those under one of its folders, under `folder`, by their own names.

        Raises Stop at the first file that is not as the 目録 says or cannot be written.
        """
        with self._opened() as archive:
            for member in self.contents.files:
                if not member.name.startswith(below):
                    continue
                if not is_safe(member.name):
                    raise self._broken(f"「{member.name}」は、フォルダーの外を指す名前です。")
                at = folder / original_name(member.name)
                with in_words(at):
                    at.parent.mkdir(parents=True, exist_ok=True)
                    with at.open("xb") as file:
                        file.writelines(self._pieces(archive, member))

    def read(self, name: str) -> bytes:
        """One of its files. Raises Stop."""
        with self._opened() as archive:
            return b"".join(self._pieces(archive, self.contents.by_name[name]))

    def below(self, folder: str) -> dict[str, str]:
        """The digests of the files under one of its folders, by the names they have there."""
        files = self.contents.files
        return {
            each.name.removeprefix(folder): each.sha256
            for each in files
            if each.name.startswith(folder)
        }

    def record(self, year: FiscalYear) -> Record:
        """The answers that count of its year, every round that was merged. Raises Stop."""
        answers = []
        for name in self.contents.by_name:
            parts = name.split("/")
            if len(parts) != 5 or parts[:2] + parts[3:] != [OUTPUT, year.name, _MERGED, ANSWERS]:
                continue
            try:
                answers += [each for each in from_csv(self.read(name)).answers if each.adopted]
            except RecordBroken as broken:
                raise Stop(f"{self.path}\n「{name}」を読み取れません。{_LOOK}") from broken
        return Record(tuple(answers))

    def _opened(self) -> ZipFile:
        try:
            return ZipFile(self.path)
        except ZIP_BROKEN as broken:
            raise self._broken(f"{self.path.name} を、zipとして開けません。") from broken

    def _pieces(self, archive: ZipFile, member: ArchivedFile) -> Iterator[bytes]:
        """The content, never more than the 目録 says; the last check comes behind the last piece."""
        made, left = hashlib.sha256(), member.size
        for piece in self._read(archive, member):
            left -= len(piece)
            if left < 0:
                break
            made.update(piece)
            yield piece
        if left or made.hexdigest() != member.sha256:
            raise self._broken(f"「{member.name}」の中身が、目録と違います。")

    def _read(self, archive: ZipFile, member: ArchivedFile) -> Iterator[bytes]:
        try:
            with archive.open(member.name) as file:
                while piece := file.read(min(CHUNK, member.size + 1)):
                    yield piece
        except ZIP_BROKEN as broken:
            raise self._broken(f"「{member.name}」を、zipから読み取れません。") from broken

    def _broken(self, words: str) -> Stop:
        return Stop(f"{self.path}\n{words}{_LOOK}")


def load_chain(folder: Path) -> Chain:
    """保存台帳.json of a 保存 folder; empty where nothing was archived. Raises Stop."""
    path = folder / LEDGER
    if not path.exists():
        return Chain()
    try:
        return Chain.from_json(bytes_of(path))
    except Unread as broken:
        raise Stop(
            f"{path}\n{LEDGER} を読めません。写し（バックアップ）の{LEDGER} と入れ替えてください。"
        ) from broken


def newest(output: OutputFolder, year: FiscalYear) -> Archive | None:
    """The last archive of a year; None without one. Raises Stop if it is not as registered."""
    entry = load_chain(output.archive).newest(year.code)
    return _registered(output, entry) if entry else None


def _registered(output: OutputFolder, entry: Registered) -> Archive:
    """The zip of an entry. Raises Stop if it is not the one that was registered."""
    path = output.archive / entry.file
    if not path.is_file():
        raise Stop(f"{path}\n保存台帳にあるzipが見つかりません。{_LOOK}")
    found = inspect(path)
    if found.sha256 != entry.zip_sha256:
        raise Stop(f"{path}\n保存したときのzipと違います。{_LOOK}")
    return _sound(found)


def _sound(found: Inspected) -> Archive:
    if found.faults or found.contents is None:
        words = "".join(f"\n・{each.member}　{each.words}" for each in found.faults[:3])
        raise Stop(f"{found.path}\n保存したときのままではないため、使えません。{words}\n{_LOOK}")
    return Archive(found.path, found.contents)


@contextmanager
def masters_of(zip_: Path) -> Iterator[Path]:
    """The masters folder of an archive, for as long as the context lasts.

    Raises WrongUsage if there is no such zip, Stop if it is not sound or holds no masters.
    """
    if not zip_.is_file():
        raise WrongUsage(f"{zip_} が見つかりません。保存したzipの場所を確かめてください。")
    archive = _sound(inspect(zip_))
    with TemporaryDirectory(prefix="kakunin-") as name:
        archive.lay_out(Path(name), f"{MASTERS}/")
        yield masters_in(Path(name), archive.path)


def masters_in(root: Path, zip_: Path) -> Path:
    """The one masters folder of an archive laid out under `root`. Raises Stop."""
    plans = plans_in(root / MASTERS)
    if len(plans) != 1:
        raise Stop(f"{zip_}\n計画の台帳（{MASTERS}）が入っていません。")
    return plans[0]


@dataclass(frozen=True)
class Restored:
    """Which zip was laid out where, and the year in it."""

    archive: Path
    folder: Path
    year: FiscalYear
    files: int


def restore(output: OutputFolder, word: str, folder: Path) -> Restored:
    """Lay out a year's last archive, or the zip of that name, as `folder`: whole or not at all.

    Raises WrongUsage if there is none or the folder is not empty, Stop if the zip is not as it
    was registered or cannot be laid out there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUsage(f"{folder} は空ではありません。新しいフォルダーの名前を指定してください。")
    entry = _entry(load_chain(output.archive), word)
    archive = _registered(output, entry)
    _require_room(archive, folder)
    with in_words(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = TemporaryDirectory(prefix=".", dir=folder.parent, ignore_cleanup_errors=True)
    with beside as name:  # beside its place first, then moved there in one step
        laid = Path(name) / "年度"
        archive.lay_out(laid)
        with in_words(folder):
            if folder.exists():
                folder.rmdir()  # it is empty
            laid.replace(folder)
    year = FiscalYear.parse(entry.year)
    return Restored(archive.path, folder, year, len(archive.contents.files))


def _entry(chain: Chain, word: str) -> Registered:
    named = chain.by_file
    try:
        code = FiscalYear.parse(word).code
    except ValueError:
        code = ""
    found = named.get(word) or named.get(f"{word}.zip") or chain.newest(code)
    if found:
        return found
    if not named:
        raise WrongUsage(
            "まだ何も保存されていません。作業の場所と出力先（--output）を確かめてください。"
        )
    known = "、".join(named)
    raise WrongUsage(f"「{word}」は保存台帳にありません。次から選んでください：{known}")


def _require_room(archive: Archive, folder: Path) -> None:
    """On Windows a path that is too long fails in the middle; everywhere Excel refuses it."""
    above = len(str(folder.absolute())) + 1
    names = [original_name(each.name) for each in archive.contents.files]
    longest = max(names, key=len, default="")
    if os.name == "nt" and above + len(longest) > LONGEST_PATH:
        raise Stop(
            f"{folder}\nファイルの場所と名前を合わせた長さが{LONGEST_PATH}文字を超えます（{longest}）。"
            "C:\\復元 のような短い場所を指定してください。"
        )


# All that lie there, as the 台帳 has them.


class Looked:
    """One 台帳 and the zips to be judged by it: the given ones, or every one beside it."""

    def __init__(self, folder: Path, zips: Sequence[Path] = ()) -> None:
        self.every, self.folder = not zips, folder
        self.chain, self.unread = _read(folder / LEDGER)
        paths = zips or sorted(folder.glob("*.zip"))
        self.found = tuple(inspect(path) for path in paths if path.is_file())
        self.nothing = not paths and not (folder / LEDGER).exists()
        self.entries = self.chain.by_file if self.chain else {}
        self.holds = dict(self._exchanged())

    def faults(self) -> Iterator[Fault]:
        """Of the 台帳, of its chain, and of each zip."""
        if self.nothing:
            yield Fault(FaultKind.NOTHING, str(self.folder), "", "保存したものがありません。")
            return
        if self.chain is None:
            yield Fault(FaultKind.LEDGER, LEDGER, "", self.unread)
            for each in self.found:
                yield from each.faults
            return
        yield from self.chain.breaks()
        there = {each.path.name for each in self.found}
        for name in self.entries:
            if self.every and name not in there:
                yield Fault(FaultKind.LOST, name, "", "保存台帳にあるzipが見つかりません。")
        for each in self.found:
            yield from self._zip(each)

    def _zip(self, found: Inspected) -> Iterator[Fault]:
        entry = self._entry(found)
        if entry is None:
            yield _at(found, FaultKind.UNREGISTERED, "保存台帳に載っていないzipです。")
            yield from found.faults
        elif other := self.holds.get(found.path.name):
            if self.holds.get(other) != found.path.name:
                yield _at(found, FaultKind.CHANGED, f"中身が「{other}」のものです。")
            elif found.path.name < other:
                yield _at(found, FaultKind.SWAPPED, f"「{other}」と入れ替わっています。")
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
            yield _at(found, FaultKind.REWRITTEN, words)

    def _manifest(self, found: Inspected, entry: Registered) -> Iterator[Fault]:
        if found.contents is not None and found.manifest_sha256 != entry.manifest_sha256:
            words = "目録が、保存台帳に載せたときと変わっています。"
            yield Fault(FaultKind.MANIFEST, found.path.name, MANIFEST, words)

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


def _at(found: Inspected, kind: FaultKind, words: str) -> Fault:
    return Fault(kind, found.path.name, "", words)


def _read(path: Path) -> tuple[Chain | None, str]:
    """The 台帳, or why there is none."""
    if not path.exists():
        return None, f"{path.parent} に {LEDGER} がありません。"
    try:
        return Chain.from_json(bytes_of(path)), ""
    except (Unread, FileBroken):
        return None, f"{LEDGER} を読めません。"
