"""Zip archives opened with care: budgets, names, overlaps and check sums before any content."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kakunin_xlsx.findings import Kind
from kakunin_xlsx.findings.catalogue import BROKEN_FILE, LOCKED_FILE, TOO_BIG, UNSAFE_FILE
from kakunin_xlsx.returns.limits import Limits

_END = b"PK\x05\x06"
_END_SIZE = 22
_FAR_END, _FAR_PLACE = b"PK\x06\x06", b"PK\x06\x07"  # of archives in the form for huge ones
_FAR_END_SIZE, _FAR_PLACE_SIZE = 56, 20
_LOCAL = struct.Struct("<26xHH")  # of a local header: lengths of the name and the extra field
_LOCAL_SIZE = 30
_ENTRY_BYTES = 1_000  # more than a directory entry ever needs
_CHUNK = 1 << 16
_SMALL, _MOST_SMALL = 1 << 20, 1 << 24  # bytes of a part that is kept, and of all of them
_BRIEF = 60  # characters of a name that only shows which it is
_ENCRYPTED, _UTF8 = 0x1, 0x800  # flags of a member
_XML = (".xml", ".rels", ".vml")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_UNSAFE = re.compile(r"[\\:\x00-\x1f]|^/|(^|/)\.\.(/|$)|^$")
_BROKEN = (BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error, struct.error)


class Refused(Exception):
    """A file is not opened: the kind of finding, and what is said in its brackets."""

    def __init__(self, kind: Kind, what: str = "") -> None:
        super().__init__(what)
        self.kind, self.what = kind, what


@contextmanager
def opened(data: bytes, limits: Limits) -> Iterator[ZipFile]:
    """The archive, its directory within budget. Raises Refused, also for what breaks inside."""
    end = data.rfind(_END, 0, len(data) - _END_SIZE + len(_END))
    if end < 0:
        raise Refused(BROKEN_FILE, "最後まで保存されていません")
    if _directory_size(data, end) > limits.parts * _ENTRY_BYTES:
        raise Refused(TOO_BIG, f"部品が多すぎます。上限は{limits.parts:,}個")
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            _check_budget(archive.infolist(), limits)
            yield archive
    except _BROKEN as problem:
        raise Refused(BROKEN_FILE, _words(problem)) from problem


def _words(problem: Exception) -> str:
    if isinstance(problem, BadZipFile) and "CRC" in str(problem):
        return "中身が保存したときと変わっています"
    return "圧縮された部品の並びが壊れています"


def _directory_size(data: bytes, end: int) -> int:
    """Bytes of all entries, known before anything is made of them; from where zipfile takes it."""
    size: int = struct.unpack_from("<I", data, end + 12)[0]
    place = end - _FAR_PLACE_SIZE
    far = place - _FAR_END_SIZE
    if far >= 0 and data.startswith(_FAR_PLACE, place) and data.startswith(_FAR_END, far):
        size = struct.unpack_from("<Q", data, far + 40)[0]
    return size


def _check_budget(members: list[ZipInfo], limits: Limits) -> None:
    if len(members) > limits.parts:
        raise Refused(TOO_BIG, f"部品が{len(members):,}個。上限は{limits.parts:,}個")
    sizes = [member.file_size for member in members]
    if sum(sizes) > limits.unpacked_mb * 1e6 or max(sizes, default=0) > limits.part_mb * 1e6:
        most = f"上限は{limits.unpacked_mb:,.0f}MB、1部品{limits.part_mb:,.0f}MB"
        raise Refused(TOO_BIG, f"開くと{sum(sizes) / 1e6:,.0f}MB。{most}")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Refused(LOCKED_FILE)
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
        raise Refused(BROKEN_FILE, "見慣れない方法で圧縮されています")


def start_of(archive: ZipFile, name: str, most: int = _CHUNK) -> bytes:
    """The first bytes of a member."""
    with archive.open(name) as part:
        return part.read(most)


def check_package(archive: ZipFile) -> Mapping[str, bytes]:
    """A workbook's parts: names, places, contents. Raises Refused.

    Each is unpacked here for its check sum; the small ones are given back, to be read.
    """
    members = archive.infolist()
    _check_names(members)
    _check_places(archive, members)
    kept: dict[str, bytes] = {}
    left = _MOST_SMALL
    for member in members:
        keep = member.file_size <= min(_SMALL, left)
        content = _check_part(archive, member, keep)
        if keep:
            kept[member.filename] = content
            left -= len(content)
    return kept


def _check_names(members: list[ZipInfo]) -> None:
    names = Counter(member.orig_filename.lower() for member in members)
    name, count = names.most_common(1)[0]
    if count > 1:
        raise Refused(UNSAFE_FILE, f"同じ名前の部品 {printable(name[:_BRIEF])} が{count}個あります")
    for name in names:
        if _UNSAFE.search(name):
            shown = printable(name[:_BRIEF])
            raise Refused(UNSAFE_FILE, f"部品の名前「{shown}」が、Excelの付けないものです")


def _check_places(archive: ZipFile, members: list[ZipInfo]) -> None:
    """No two members may share bytes: each ends before the next begins."""
    source = archive.fp
    behind = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < behind:
            raise Refused(UNSAFE_FILE, "部品どうしが重なっています")
        assert source
        source.seek(member.header_offset)
        name, extra = _LOCAL.unpack(source.read(_LOCAL_SIZE))
        behind = member.header_offset + _LOCAL_SIZE + name + extra + member.compress_size
    if behind > archive.start_dir:
        raise Refused(UNSAFE_FILE, "部品どうしが重なっています")


def _check_part(archive: ZipFile, member: ZipInfo, keep: bool) -> bytes:
    """Read it once for its check sum; zipfile never gives more than the size that it names."""
    kept: list[bytes] = []
    with archive.open(member) as part:
        begin = part.read(_CHUNK)
        if member.filename.lower().endswith(_XML) and _declares(begin):
            name = printable(member.filename[:_BRIEF])
            raise Refused(UNSAFE_FILE, f"部品 {name} に、Excelの書かない宣言（DOCTYPE）があります")
        size, chunk = 0, begin
        while chunk:
            size += len(chunk)
            if keep:
                kept.append(chunk)
            chunk = part.read(_CHUNK)
    if size != member.file_size:
        raise BadZipFile("size")
    return b"".join(kept)


def _declares(begin: bytes) -> bool:
    """Typed text never looks so: there < is written as &lt;. UTF-16 has zeros between."""
    plain = begin.replace(b"\0", b"")
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def member_name(member: ZipInfo) -> str:
    """A member's name as its sender saw it: UTF-8 by flag or by its bytes, else Windows' cp932."""
    if member.flag_bits & _UTF8:
        return printable(member.filename)
    raw = member.orig_filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp932"):
        try:
            return printable(raw.decode(encoding).replace("\\", "/"))
        except UnicodeDecodeError:
            continue
    return printable(member.filename)


def printable(name: str) -> str:
    """Without what would move the cursor or turn the writing around."""
    return _HIDDEN.sub("�", name)
