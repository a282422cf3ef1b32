"""Archives that were registered, read: is it the one that was, and what did it hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kakunin_xlsx.archive.inspection import Inspected, inspect
from kakunin_xlsx.archive.laying import ArchiveBroken, lay_out, read_file
from kakunin_xlsx.archive.ledger import LEDGER, Ledger, LedgerBroken, Registered, read_ledger
from kakunin_xlsx.archive.manifest import Manifest
from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.merge import ANSWERS
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.plan.find import plans_in
from kakunin_xlsx.record import Answer, Record
from kakunin_xlsx.record.table import RecordBroken, from_csv
from kakunin_xlsx.stop import Stop, WrongUsage

MASTERS, OUTPUT = "masters", "output"  # the two folders in every archive
_MERGED = "4_取りまとめ"
_LOOK = "どこが変わったかは kakunin verify で確かめられます。"


@dataclass(frozen=True)
class Archive:
    """One sound zip, and its 目録."""

    path: Path
    manifest: Manifest

    def lay_out(self, folder: Path, below: str = "") -> None:
        """Its files, or those under one of its folders, under `folder`. Raises Stop."""
        try:
            lay_out(self.path, self.manifest, folder, lambda name: name.startswith(below))
        except ArchiveBroken as broken:
            raise Stop(f"{self.path}\n{broken}{_LOOK}") from broken

    def read(self, name: str) -> bytes:
        """One of its files. Raises Stop."""
        try:
            return read_file(self.path, self.manifest.by_name[name])
        except ArchiveBroken as broken:
            raise Stop(f"{self.path}\n{broken}{_LOOK}") from broken

    def record(self, year: FiscalYear) -> Record:
        """The answers that count of its year, every round that was merged. Raises Stop."""
        tables = self._tables(year.name)
        return Record(tuple(answer for name in tables for answer in self._answers(name)))

    def _tables(self, year: str) -> Iterator[str]:
        for name in self.manifest.by_name:
            match name.split("/"):
                case [top, its_year, _, folder, file]:
                    if (top, its_year, folder, file) == (OUTPUT, year, _MERGED, ANSWERS):
                        yield name

    def _answers(self, name: str) -> list[Answer]:
        try:
            answers = from_csv(self.read(name)).answers
        except (RecordBroken, UnicodeDecodeError) as broken:
            raise Stop(f"{self.path}\n「{name}」を読み取れません。{_LOOK}") from broken
        return [answer for answer in answers if answer.adopted]


def load_ledger(folder: Path) -> Ledger:
    """保存台帳.json of a 保存 folder; empty where nothing was archived. Raises Stop."""
    path = folder / LEDGER
    if not path.is_file():
        return Ledger()
    try:
        return read_ledger(path.read_bytes())
    except LedgerBroken as broken:
        raise Stop(
            f"{path}\n{broken}写し（バックアップ）の{LEDGER} と入れ替えてください。"
        ) from broken


def newest(output: OutputFolder, year: FiscalYear) -> Archive | None:
    """The last archive of a year; None without one. Raises Stop if it is not as registered."""
    entry = load_ledger(output.archive).newest(year.code)
    return registered(output, entry) if entry else None


def registered(output: OutputFolder, entry: Registered) -> Archive:
    """The zip of an entry. Raises Stop if it is not the one that was registered."""
    path = output.archive / entry.file
    if not path.is_file():
        raise Stop(f"{path}\n保存台帳にあるzipが見つかりません。{_LOOK}")
    found = inspect(path)
    if found.sha256 != entry.zip_sha256:
        raise Stop(f"{path}\n保存したときのzipと違います。{_LOOK}")
    return _sound(found)


def _sound(found: Inspected) -> Archive:
    if found.faults or found.manifest is None:
        words = "".join(f"\n・{each.member}　{each.words}" for each in found.faults[:3])
        raise Stop(f"{found.path}\n保存したときのままではないため、使えません。{words}\n{_LOOK}")
    return Archive(found.path, found.manifest)


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
