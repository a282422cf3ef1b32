"""Files → one zip whose bytes depend on their names and contents alone; and such a zip looked through."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import sys
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes
from zipfile import ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from kakunin_xlsx.archive.contents import MANIFEST, ArchivedFile, Contents, Fault, FaultKind
from kakunin_xlsx.codec import Unread, to_json
from kakunin_xlsx.returns.folder import owner_or_hidden
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Refused
from kakunin_xlsx.returns.zips import Zip
from kakunin_xlsx.stop import Stop

CHUNK = 1 << 20
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16
_LARGEST_MANIFEST = 200_000_000  # bytes; a hundred thousand files need a tenth
# All that zipfile is known to raise for bytes that are no sound zip.
ZIP_BROKEN = (
    *(BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError),
    *(zlib.error, struct.error, OverflowError, MemoryError, IndexError, KeyError, TypeError),
)


# Names. Zips cannot hold every name; nothing is lost.

_QUOTED = frozenset("%\\")  # the quoting itself, and what Windows takes for a folder
_REFUSED = frozenset('\\:*?"<>|')  # characters that Windows takes in no name


def member_name(name: str) -> str:
    """A relative path with '/' as the zip names it.

    Control characters, backslashes, % and bytes that are no UTF-8 become `%0A`; two different
    names never become one.
    """
    return "".join(
        _quoted(char) if char in _QUOTED or unicodedata.category(char) in ("Cc", "Cs") else char
        for char in name
    )


def original_name(member: str) -> str:
    """The name that `member_name` was given; the quoted one where this system cannot hold it."""
    try:
        name = os.fsdecode(unquote_to_bytes(member))
    except UnicodeDecodeError:
        return member
    if sys.platform == "win32":
        name = "".join(_quoted(c) if c in _REFUSED or c < " " else c for c in name)
    return name


def is_safe(member: str) -> bool:
    """True if the name leads to a place inside the folder it is laid into."""
    name = original_name(member)
    return "\0" not in name and not {"", ".", ".."} & set(name.split("/"))


def _quoted(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(char))


# What is packed.


@dataclass(frozen=True, slots=True)
class FileToPack:
    """One file and its name in the zip; `ours` if this tool wrote it as a workbook."""

    member: str
    path: Path
    ours: bool = False


def files_below(folder: Path, under: str, foreign: str = "") -> Iterator[FileToPack]:
    """Every regular file below `folder`, named `under/…`; links, pipes and owner files are none.

    Workbooks below a folder of the name `foreign` came from elsewhere; without such a name all
    did. Raises Stop for a folder that cannot be looked into.
    """
    with _reading(folder), os.scandir(folder) as there:
        entries = [entry for entry in there if not owner_or_hidden(entry.name)]
    for entry in entries:
        name = f"{under}/{member_name(entry.name)}"
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            inner = "" if entry.name == foreign else foreign
            yield from files_below(Path(entry.path), name, inner)
        elif stat.S_ISREG(mode):
            ours = bool(foreign) and entry.name.lower().endswith(".xlsx")
            yield FileToPack(name, Path(entry.path), ours)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Raises Stop, naming the path, for what the system does not let us read."""
    try:
        yield
    except OSError as refused:
        shown = str(path).encode("utf-8", "replace").decode()  # characters that every screen takes
        raise Stop(
            f"{shown}\n読み取れないため、保存できません。読み取りの権限があるか、"
            "ほかで開いていないか、このパソコンに取り込まれているかを確かめて、"
            "もう一度実行してください。"
        ) from refused


def pack(file: BinaryIO, files: Iterable[FileToPack], contents: Contents) -> Contents:
    """Write the zip, its 目録 last, and give the 目録; `contents` is the same without files.

    Files are streamed, never held; stored, not compressed, so that no zlib has a say. `file` can
    be sought in. Raises Stop for a file that cannot be read.
    """
    with ZipFile(file, "w", ZIP_STORED) as archive:
        ordered = sorted(files, key=lambda each: each.member)
        contents = replace(contents, files=tuple(_add(archive, each) for each in ordered))
        with archive.open(_info(MANIFEST), "w") as last:
            last.write(to_json(contents, indent=1))
    return contents


def _info(name: str, size: int = 0) -> ZipInfo:
    """`size` decides whether the form for huge files is needed."""
    info = ZipInfo(name, _LONG_AGO)
    info.create_system, info.external_attr, info.file_size = _UNIX, _PLAIN_FILE, size
    return info


def _add(archive: ZipFile, packed: FileToPack) -> ArchivedFile:
    """What stands in the way of reading is told apart from what stands in the way of writing."""
    made, size, parts = hashlib.sha256(), 0, ""
    with _reading(packed.path):
        file = packed.path.open("rb")
    with (
        file,
        archive.open(_info(packed.member, os.fstat(file.fileno()).st_size), "w") as to,
    ):
        while True:
            with _reading(packed.path):
                chunk = file.read(CHUNK)
            if not chunk:
                break
            made.update(chunk)
            size += len(chunk)
            to.write(chunk)
        if packed.ours and size <= Limits().file_mb * 1e6:
            file.seek(0)
            parts = parts_digest(file.read())
    name = packed.member
    return ArchivedFile(name, size, made.hexdigest(), parts, renamed=original_name(name) != name)


def parts_digest(workbook: bytes) -> str:
    """One digest over the names and contents of a workbook's parts; '' if it is not sound."""
    made = hashlib.sha256()
    try:
        archive = Zip(workbook)
        for member in sorted(archive.members):
            content = hashlib.sha256(archive.read(member)).hexdigest()
            made.update(f"{member.name}\n{content}\n".encode())
    except Refused:
        return ""
    return made.hexdigest()


# What lies there.


@dataclass(frozen=True)
class Inspected:
    """A zip as it lies there; `contents` is None where its 目録 cannot be read."""

    path: Path
    sha256: str
    manifest_sha256: str
    contents: Contents | None
    faults: tuple[Fault, ...]


def inspect(path: Path) -> Inspected:
    """Is every file as the 目録 says? Looks at every byte once, or twice. Raises OSError."""
    with path.open("rb") as file:
        whole = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        with ZipFile(path) as archive:
            contents, digest = _manifest(archive)
            faults = tuple(_faults(archive, path, contents))
    except ZIP_BROKEN:
        fault = Fault(FaultKind.BROKEN, path.name, "", f"{path.name} を、zipとして開けません。")
        return Inspected(path, whole, "", None, (fault,))
    return Inspected(path, whole, digest, contents, faults)


def _manifest(archive: ZipFile) -> tuple[Contents | None, str]:
    """The 目録 and its digest; '' if it is not there or cannot be read."""
    found = [each for each in archive.infolist() if each.filename == MANIFEST]
    if len(found) != 1 or not _is_plain(found[0], _LARGEST_MANIFEST):
        return None, ""
    try:
        data = archive.read(found[0])
    except ZIP_BROKEN:
        return None, ""
    digest = hashlib.sha256(data).hexdigest()
    try:
        return Contents.from_json(data), digest
    except Unread:
        return None, digest


def _faults(archive: ZipFile, path: Path, contents: Contents | None) -> Iterator[Fault]:
    """Everything that differs, each once."""
    counts = Counter(info.filename for info in archive.infolist())
    for name, count in counts.items():
        if count > 1:
            words = f"同じ名前のファイルが{count}個あります。"
            yield Fault(FaultKind.DUPLICATE, path.name, name, words)
    if contents is None:
        words = f"{MANIFEST} がないか、読み取れません。"
        yield Fault(FaultKind.MANIFEST, path.name, MANIFEST, words)
        return
    expected = contents.by_name
    added = [name for name in counts if name not in expected and name != MANIFEST]
    unsafe = [name for name in expected if not is_safe(name)]
    missing = [name for name in expected if name not in counts]
    for kind, names, words in (
        (FaultKind.ADDED, added, "目録にないファイルです。"),
        (FaultKind.UNSAFE, unsafe, "フォルダーの外を指す名前です。"),
        (FaultKind.MISSING, missing, "目録にあるファイルがありません。"),
    ):
        yield from (Fault(kind, path.name, name, words) for name in names)
    once = [i for i in archive.infolist() if i.filename in expected and counts[i.filename] == 1]
    yield from _content_faults(archive, path, expected, once)


def _content_faults(
    archive: ZipFile, path: Path, expected: Mapping[str, ArchivedFile], once: Iterable[ZipInfo]
) -> Iterator[Fault]:
    changed: dict[str, str] = {}
    sizes = {member.size for member in expected.values()}  # one that was exchanged has another's
    left = path.stat().st_size  # stored files that do not overlap hold no more than the zip itself
    for info in once:
        if info.compress_type != ZIP_STORED:
            words = "圧縮されています（圧縮せずに保存します）。"
            yield Fault(FaultKind.COMPRESSED, path.name, info.filename, words)
            continue
        member, actual = expected[info.filename], ""
        if info.file_size in sizes and _is_plain(info, left):
            left -= info.file_size
            actual = _digest(archive, info)
        if actual != member.sha256:
            changed[info.filename] = actual
    for name, other in _exchanged(changed, expected):
        kind = FaultKind.SWAPPED if other else FaultKind.CHANGED
        words = f"「{other}」と入れ替わっています" if other else "保存したときと変わっています"
        yield Fault(kind, path.name, name, f"中身が{words}。")


def _exchanged(
    changed: Mapping[str, str], expected: Mapping[str, ArchivedFile]
) -> Iterator[tuple[str, str]]:
    """Each file that differs, with the one it was exchanged with ('' none), both named once."""
    wanted = {expected[name].sha256: name for name in changed}
    told: set[str] = set()
    for name, actual in changed.items():
        other = wanted.get(actual, "")
        if not other or changed[other] != expected[name].sha256:
            yield name, ""
        elif other not in told:
            told.add(name)
            yield name, other


def _digest(archive: ZipFile, info: ZipInfo) -> str:
    """Of the content; '' if it cannot be read."""
    try:
        with archive.open(info) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except ZIP_BROKEN:
        return ""


def _is_plain(info: ZipInfo, most: int) -> bool:
    stored = info.compress_type == ZIP_STORED
    return stored and info.compress_size == info.file_size <= most
