"""保存: a year's masters, forms, returns, tables and papers as one zip, and its line in the 台帳."""

from __future__ import annotations

import errno
import getpass
import platform
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from kakunin_xlsx import __version__
from kakunin_xlsx.archive.inspection import Inspected, inspect
from kakunin_xlsx.archive.ledger import LEDGER, Ledger, Registered
from kakunin_xlsx.archive.manifest import Head, Manifest
from kakunin_xlsx.archive.packing import file_digest, pack, stream_digest
from kakunin_xlsx.archive.retention import kept_until
from kakunin_xlsx.archive.sources import Source, sources
from kakunin_xlsx.folders import MARKER, OutputFolder, in_words, put_file, write_file
from kakunin_xlsx.office.archived import MASTERS, OUTPUT, Archive, load_ledger
from kakunin_xlsx.office.collect import masters_hash
from kakunin_xlsx.office.fresh import require_fresh, require_packed_fresh
from kakunin_xlsx.office.open_items import open_items
from kakunin_xlsx.plan import FiscalYear, Plan
from kakunin_xlsx.stop import Stop

_PACKAGE = "kakunin-xlsx"
_RETURNED = "2_回収"  # what lies there was not written by us


@dataclass(frozen=True)
class Archived:
    """The zip and its entry; `link` is the newest 連鎖, for the 決裁文書.

    `taken` if a run that was stopped had left the zip already; `unregistered` are zips in the
    folder that the 台帳 does not know.
    """

    path: Path
    entry: Registered
    files: int
    open_items: tuple[str, ...]
    taken: bool
    unregistered: tuple[Path, ...]


def archive_year(
    plan: Plan, masters: Path, year: FiscalYear, output: OutputFolder, allow_open: bool = False
) -> Archived:
    """Pack the year and register the zip; nothing that was archived before is replaced.

    Raises Stop while a merge is out of date or, unless `allow_open`, while anything is open.
    """
    if not (output.root / year.name).is_dir():
        raise Stop(f"{output.root / year.name}\n{year.name}のフォルダーがありません。")
    ledger = _sound_ledger(output)
    hash_ = masters_hash(masters)
    require_fresh(plan, year, output, hash_)
    items = open_items(plan, year, output, hash_)
    if items and not allow_open:
        raise Stop(_refusal(year, items))
    output.claim(plan)
    packing = _Packing(plan, masters, year, output, items)
    known = ledger.by_file()
    unregistered = [path for path in _zips(output) if path.name not in known]
    left = next((path for path in unregistered if packing.is_same(path)), None)
    path = left or _free(output, year, ledger)
    if left:
        packing.check(left)
    else:
        put_file(path, packing.write, packing.check)
    ledger = ledger.with_entry(packing.entry(path.name))
    write_file(output.archive / LEDGER, ledger.to_json())
    rest = tuple(each for each in unregistered if each != path)
    return Archived(path, ledger.entries[-1], packing.files, items, bool(left), rest)


def _refusal(year: FiscalYear, items: Sequence[str]) -> str:
    listed = "\n".join(f"・{item}" for item in items)
    return (
        f"{year.name}には、済んでいない所が{len(items)}件あるため、保存しません。\n{listed}\n"
        "このまま保存するときは --allow-open を付けてください（済んでいない所は台帳に残ります）。"
    )


def _sound_ledger(output: OutputFolder) -> Ledger:
    ledger = load_ledger(output.archive)
    if broken := next(ledger.breaks(), None):
        raise Stop(f"{output.archive / LEDGER}\n{broken.words}{broken.remedy}")
    return ledger


def _zips(output: OutputFolder) -> list[Path]:
    return sorted(path for path in output.archive.glob("*.zip") if path.is_file())


def _free(output: OutputFolder, year: FiscalYear, ledger: Ledger) -> Path:
    """令和7年度.zip, or the next number that was never given."""
    known = ledger.by_file()
    names = (f"{year.name}{f'-{number}' if number > 1 else ''}.zip" for number in count(1))
    paths = (output.archive / name for name in names if name not in known)
    return next(path for path in paths if not path.exists())


class _Packing:
    """One year on its way into a zip."""

    def __init__(
        self,
        plan: Plan,
        masters: Path,
        year: FiscalYear,
        output: OutputFolder,
        items: tuple[str, ...],
    ) -> None:
        self.plan, self.year = plan, year
        self.sources = tuple(_sources(plan, masters, year, output))
        self.head = _head(plan, year, items)
        self.made: Manifest | None = None
        self.found: Inspected | None = None

    @property
    def files(self) -> int:
        """How many files are packed, without the 目録."""
        return len(self.sources)

    def write(self, file: BinaryIO) -> None:
        """The zip, into an empty file."""
        self.made = pack(file, self.sources, self.head)

    def is_same(self, path: Path) -> bool:
        """True if a zip is, byte for byte, what would be written now."""
        if not path.name.startswith(self.year.name):
            return False
        with in_words(path), TemporaryFile() as file:
            self.write(file)
            return file.tell() == path.stat().st_size and stream_digest(file) == file_digest(path)

    def check(self, path: Path) -> None:
        """Every file again, from the zip as it was written. Raises OSError, or Stop if stale."""
        self.found = inspect(path)
        if self.found.faults or self.found.manifest is None or self.found.manifest != self.made:
            raise OSError(errno.EIO, "read back differs")
        require_packed_fresh(self.plan, self.year, Archive(path, self.found.manifest))

    def entry(self, name: str) -> Registered:
        """The line in the 台帳, once the zip has been checked."""
        assert self.found
        return Registered(
            year=self.year.code,
            file=name,
            zip_sha256=self.found.sha256,
            manifest_sha256=self.found.manifest_sha256,
            when=datetime.now().isoformat(sep=" ", timespec="seconds"),
            who=getpass.getuser(),
            open_items=len(self.head.open_items),
            retention_years=self.head.retention_years,
            until=self.head.until,
        )


def _sources(plan: Plan, masters: Path, year: FiscalYear, output: OutputFolder) -> Iterator[Source]:
    yield from sources(masters, f"{MASTERS}/{plan.id}")
    yield from sources(output.root / year.name, f"{OUTPUT}/{year.name}", foreign=_RETURNED)
    yield Source(f"{OUTPUT}/{MARKER}", output.root / MARKER)


def _head(plan: Plan, year: FiscalYear, items: tuple[str, ...]) -> Head:
    return Head(
        plan=plan.id,
        title=plan.title,
        year=year.code,
        version=__version__,
        environment=dict(_environment()),
        retention_years=plan.retention_years,
        until=kept_until(year, plan.retention_years),
        open_items=items,
    )


def _environment() -> Iterator[tuple[str, str]]:
    """Versions of what may have a say in the files."""
    yield "Python", platform.python_version()
    yield "zlib", zlib.ZLIB_RUNTIME_VERSION
    with suppress(metadata.PackageNotFoundError):  # run from a folder, never installed
        for requirement in sorted(metadata.requires(_PACKAGE) or []):
            name = re.split(r"[^A-Za-z0-9._-]", requirement)[0]
            yield name, metadata.version(name)
