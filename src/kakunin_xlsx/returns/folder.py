"""What lies in a 2_回収 folder: regular files with their digests. Nothing is changed there."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.findings import Finding, Kind, Place, catalogue

_PASSED_OVER = ("desktop.ini", "thumbs.db")
_PASSED_PREFIXES = (".", "~$")  # hidden files, .~lock…, Excel's owner files
_HALF_WRITTEN = ".書込中"  # what a killed run of ours left of a file that it was bringing in
BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # how workbooks begin
_CHUNK = 1 << 20
_HELD = (32, 33)  # Windows' numbers for a file, or a part of it, that another program keeps
# Windows' marks of a file that stands in the folder but lies in the cloud; opening would fetch it.
_IN_THE_CLOUD = 0x1000 | 0x40000 | 0x400000


@dataclass(frozen=True, slots=True)
class Received:
    """One file of the folder, or several byte-identical ones: `paths` are relative, with '/'.

    `sha256` is '' where the file could not be read; `finding` then says why.
    """

    paths: tuple[str, ...]
    sha256: str
    path: Path
    finding: Finding | None = None


def received(*roots: Path) -> tuple[Received, ...]:
    """The files under `roots` (folders, or files), in an order that depends on names only.

    Owner files, hidden files and whatever is no regular file are passed over; a link is named, as
    is a hidden file that begins like a workbook. A folder that is not there holds nothing.
    """
    by_content: dict[str, list[tuple[str, Path]]] = {}
    broken: list[Received] = []
    found = {_place(entry[1]): entry for root in roots for entry in _found(root)}
    for name, path, problem in sorted(found.values(), key=lambda entry: entry[0]):
        if problem is None:
            try:
                by_content.setdefault(_sha256(path), []).append((name, path))
                continue
            except OSError as refused:
                problem = refused
        if isinstance(problem, OSError):
            finding = unopened(name, path, problem)
        else:
            finding = problem.at(Place(file=name), what="このパソコンに取り込まれていません")
        broken.append(Received((name,), "", path, finding))
    whole = (
        Received(tuple(name for name, _ in same), sha256, same[0][1])
        for sha256, same in by_content.items()
    )
    return tuple(sorted((*whole, *broken), key=lambda entry: entry.paths))


def unopened(name: str, path: Path, problem: OSError) -> Finding:
    """The finding for a file that the system does not let us read."""
    refused = isinstance(problem, PermissionError)
    if refused and in_use(path):
        return catalogue.FILE_IN_USE.at(Place(file=name))
    what = "読み取りの権限がありません" if refused else "読み出せません"
    return catalogue.CANNOT_OPEN.at(Place(file=name), what=what)


def in_use(path: Path) -> bool:
    """True if a program holds the file and lets nobody else open it, which Windows allows."""
    if sys.platform == "win32":
        import _winapi

        try:
            reads, shares = _winapi.GENERIC_READ, 7  # reading, writing, removing
            opened = _winapi.CreateFile(str(path), reads, shares, 0, _winapi.OPEN_EXISTING, 0, 0)
        except OSError as refused:
            return refused.winerror in _HELD
        _winapi.CloseHandle(opened)
    return False


def _place(path: Path) -> str:
    """One file on disk, however it was named; a link is not what it leads to."""
    return os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118


_Found = tuple[str, Path, Kind | OSError | None]  # and what keeps it from being read


def _found(root: Path) -> Iterator[_Found]:
    if root.is_file():
        yield shown(root.name), root, None
    elif root.is_dir():
        yield from _walk(root)


def _walk(root: Path) -> Iterator[_Found]:
    """Names from `root` on, and what keeps a file or folder from being opened."""
    waiting = [("", root)]
    while waiting:
        above, folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = [e for e in entries if not owner_or_hidden(e.name) or _is_hidden_book(e)]
        except OSError as refused:
            yield above.rstrip("/"), folder, refused
            continue
        for entry in found:
            name = f"{above}{shown(entry.name)}"
            status = _status(entry)
            if status is None:
                continue
            if stat.S_ISDIR(status.st_mode):
                waiting.append((f"{name}/", Path(entry.path)))
            elif stat.S_ISLNK(status.st_mode):
                yield name, Path(entry.path), catalogue.LINKED_FILE
            elif stat.S_ISREG(status.st_mode):
                elsewhere = catalogue.CLOUD_FILE if _is_elsewhere(status) else None
                hidden = catalogue.HIDDEN_FILE if owner_or_hidden(entry.name) else None
                yield name, Path(entry.path), hidden or elsewhere


def may_be_real(path: str) -> bool:
    """True for a file passed over by its name only: in no hidden folder, and no list of one."""
    *folders, name = path.split("/")
    return name.startswith(_PASSED_PREFIXES) and not passed_over("/".join(folders))


def _is_hidden_book(entry: os.DirEntry[str]) -> bool:
    """True for a workbook whose name alone makes it look like a file that nobody made."""
    status = _status(entry)
    if not may_be_real(entry.name) or status is None or not stat.S_ISREG(status.st_mode):
        return False
    if entry.name.endswith(_HALF_WRITTEN):
        return False
    try:
        if _is_elsewhere(status):
            return False
        with Path(entry.path).open("rb") as file:
            return file.read(8).startswith(BOOKS)
    except OSError:
        return False  # an owner file, held by its program


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None for what has gone since it was listed."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None


def _is_elsewhere(status: os.stat_result) -> bool:
    marks: int = getattr(status, "st_file_attributes", 0)
    return bool(marks & _IN_THE_CLOUD)


def owner_or_hidden(name: str) -> bool:
    """True for a file that no person made: hidden, or an owner file of Excel and its like."""
    return name.startswith(_PASSED_PREFIXES) or name.lower() in _PASSED_OVER


def passed_over(path: str) -> bool:
    """True for a path inside a zip that nobody sent on purpose."""
    parts = path.split("/")
    return "__MACOSX" in parts or any(owner_or_hidden(part) for part in parts if part.strip("."))


def shown(name: str) -> str:
    """A file name that UTF-8 can hold, whatever bytes the system gave."""
    return os.fsencode(name).decode("utf-8", "replace")


def _sha256(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()


def inputs(entries: Iterable[Received]) -> tuple[tuple[str, str], ...]:
    """Every path with its digest, sorted: what a merge was made from."""
    told = (
        catalogue.HIDDEN_FILE.code,
        catalogue.LINKED_FILE.code,
    )  # named, and no part of what was handed in
    read = (each for each in entries if not each.finding or each.finding.code not in told)
    return tuple(sorted((path, entry.sha256) for entry in read for path in entry.paths))
