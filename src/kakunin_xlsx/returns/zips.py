"""Zip archives opened with care: budgets, names, overlaps and check sums before any content."""

from __future__ import annotations

import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

from kakunin_xlsx.findings.catalogue import (
    BROKEN_FILE,
    LOCKED_FILE,
    TOO_BIG,
    UNSAFE_FILE,
)
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Refused

_END = b"PK\x05\x06"
_END_SIZE = 22
_FAR_END, _FAR_PLACE = b"PK\x06\x06", b"PK\x06\x07"  # of archives in the form for huge ones
_FAR_END_SIZE, _FAR_PLACE_SIZE = 56, 20
# Of a local header: its mark, flags, lengths of the name and the extra field. Of an entry of the
# directory: mark, flags, method, check sum, sizes, lengths of name, extra field and remark, place.
_LOCAL = struct.Struct("<4s2xH18xHH")
_ENTRY = struct.Struct("<4s4xHH4xIIIHHH8xI")
_STORED, _DEFLATED = 0, 8
_NO_ROOM = 0xFFFFFFFF  # the number stands elsewhere, in 8 bytes
_ENTRY_BYTES = 1_000  # more than a directory entry ever needs
_CHUNK = 1 << 16
_SMALL, _MOST_SMALL = 1 << 20, 1 << 24  # bytes of a part that is kept, and of all of them
_BRIEF = 60  # characters of a name that only shows which it is
_ENCRYPTED, _UTF8 = 0x1, 0x800  # flags of a member
_XML = (".xml", ".rels", ".vml")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_UNSAFE = re.compile(r"[:\x00-\x1f]|^/|(^|/)\.\.(/|$)|^$")
_BROKEN = (ValueError, EOFError, zlib.error, struct.error, StopIteration)


class Member(NamedTuple):
    """One entry of the directory. `name` is as its bytes say, in UTF-8 or code page 437."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    at: int  # where its local header stands

    @property
    def part(self) -> str:
        """As parts of a workbook are called: some programs write backslashes, or other letters."""
        return self.name.replace("\\", "/").lower()

    @property
    def is_folder(self) -> bool:
        """True for a name that ends in a slash."""
        return self.name.endswith("/")


class Zip:
    """A zip at hand as bytes: its directory is read once, and each member unpacked once.

    Whatever is wrong with it raises Refused, where it is met.
    """

    def __init__(self, data: bytes, limits: Limits | None = None) -> None:
        self._data = data
        self._limits = limits or Limits()
        self._kept: dict[str, bytes] = {}

    @cached_property
    def members(self) -> Sequence[Member]:
        """The directory, within budget."""
        data = self._data
        end = data.rfind(_END, 0, len(data) - _END_SIZE + len(_END))
        if end < 0:
            raise Refused(BROKEN_FILE, "最後まで保存されていません")
        size, said, end = _directory(data, end)
        if size > self._limits.parts * _ENTRY_BYTES:
            raise Refused(TOO_BIG, f"部品が多すぎます。上限は{self._limits.parts:,}個")
        self._begin = end - size
        if self._begin < 0:
            raise _broken()
        try:
            found = list(_entries(data, self._begin, end, self._begin - said))
        except _BROKEN as problem:
            raise _broken() from problem
        if len(found) > self._limits.parts:
            most = f"上限は{self._limits.parts:,}個"
            raise Refused(TOO_BIG, f"部品が{len(found):,}個。{most}")
        return found

    @cached_property
    def by_name(self) -> Mapping[str, Member]:
        """Members by the names of parts."""
        return {member.part: member for member in self.members}

    def refusal(self, member: Member) -> Refused | None:
        """Why one member is not opened; None if it is."""
        if member.flags & _ENCRYPTED:
            return Refused(LOCKED_FILE)
        if member.method not in (_STORED, _DEFLATED):
            return Refused(BROKEN_FILE, "見慣れない方法で圧縮されています")
        return self._too_big(member.size) if member.size > self._limits.part_mb * 1e6 else None

    def _too_big(self, size: int) -> Refused:
        most = f"上限は{self._limits.unpacked_mb:,.0f}MB、1部品{self._limits.part_mb:,.0f}MB"
        return Refused(TOO_BIG, f"開くと{size / 1e6:,.0f}MB。{most}")

    def check_budget(self, members: Iterable[Member] | None = None) -> None:
        """All members, or some, together and each. Raises Refused."""
        members = list(self.members if members is None else members)
        size = sum(member.size for member in members)
        if size > self._limits.unpacked_mb * 1e6:
            raise self._too_big(size)
        if refused := next(filter(None, map(self.refusal, members)), None):
            raise refused

    def chunks(self, member: Member) -> Iterator[bytes]:
        """What a member holds, piece by piece and never more than the size that it names."""
        if (kept := self._kept.get(member.name)) is not None:
            yield kept
            return
        crc, left = 0, member.size
        try:
            for piece in self._unpacked(member):
                piece = piece[:left]
                left -= len(piece)
                crc = crc32(piece, crc)
                yield piece
                if not left:
                    break
        except _BROKEN as problem:
            raise _broken() from problem
        if crc != member.crc:
            raise Refused(BROKEN_FILE, "中身が保存したときと変わっています")
        if left:
            raise _broken()

    def read(self, member: Member) -> bytes:
        """The same as a whole."""
        return b"".join(self.chunks(member))

    def _at_once(self, member: Member) -> bytes:
        """The whole of a small deflated member; nothing if it is not as its entry says."""
        if member.method != _DEFLATED or not member.size:
            return b""
        begin = self._content(member)
        packed = self._data[begin : begin + member.packed]
        with suppress(zlib.error):
            content = zlib.decompressobj(-15).decompress(packed, member.size)
            if len(content) == member.size and crc32(content) == member.crc:
                return content
        return b""

    def _unpacked(self, member: Member) -> Iterator[bytes]:
        begin = self._content(member)
        packed = memoryview(self._data)[begin : begin + member.packed]
        if len(packed) < member.packed:
            raise EOFError
        if member.method == _STORED:
            yield bytes(packed)
            return
        unpacker = zlib.decompressobj(-15)
        left = unpacker.decompress(packed, _CHUNK)
        while left:
            yield left
            left = unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)

    def _content(self, member: Member) -> int:
        """Where the bytes of a member begin: behind its own header, which must name it too."""
        mark, flags, name, extra = _LOCAL.unpack_from(self._data, member.at)
        begin = member.at + _LOCAL.size
        same = _decoded(self._data[begin : begin + name], flags) == member.name
        if mark != b"PK\x03\x04" or not same:
            raise ValueError(member.name)
        return int(begin + name + extra)

    def check_package(self) -> None:
        """A workbook's parts: names, places, contents. Raises Refused.

        Each is unpacked here for its check sum; the small ones are kept, to be read.
        """
        _check_names(self.members)
        self._check_places()
        left = _MOST_SMALL
        for member in self.members:
            if member.size <= min(_SMALL, left):
                content = self._at_once(member) or self.read(member)
                _check_declarations(member, content[:_CHUNK])
                self._kept[member.name] = content
                left -= len(content)
            else:
                for at, chunk in enumerate(self.chunks(member)):
                    if not at:
                        _check_declarations(member, chunk)

    def _check_places(self) -> None:
        """No two members may share bytes: each ends before the next begins."""
        behind = 0
        for member in sorted(self.members, key=lambda member: member.at):
            if member.at < behind:
                raise Refused(UNSAFE_FILE, "部品どうしが重なっています")
            try:
                behind = self._content(member) + member.packed
            except _BROKEN as problem:
                raise _broken() from problem
        if behind > self._begin:
            raise Refused(UNSAFE_FILE, "部品どうしが重なっています")


def _broken() -> Refused:
    return Refused(BROKEN_FILE, "圧縮された部品の並びが壊れています")


def _directory(data: bytes, end: int) -> tuple[int, int, int]:
    """Bytes of all entries, where they are said to begin, and where they end."""
    size, said = struct.unpack_from("<II", data, end + 12)
    place = end - _FAR_PLACE_SIZE
    far = place - _FAR_END_SIZE
    if far >= 0 and data.startswith(_FAR_PLACE, place) and data.startswith(_FAR_END, far):
        size, said = struct.unpack_from("<QQ", data, far + 40)
        end = far
    return size, said, end


def _entries(data: bytes, at: int, end: int, before: int) -> Iterator[Member]:
    """The entries of a directory; `before` are bytes before the archive's own first one."""
    while at < end:
        entry = _ENTRY.unpack_from(data, at)
        mark, flags, method, crc, packed, size, name, extra, remark, offset = entry
        if mark != b"PK\x01\x02":
            raise ValueError(at)
        at += _ENTRY.size
        behind = data[at + name : at + name + extra]
        if _NO_ROOM in (size, packed, offset):
            size, packed, offset = _far(behind, [size, packed, offset])
        yield Member(
            _decoded(data[at : at + name], flags), flags, method, crc, packed, size, offset + before
        )
        at += name + extra + remark


def _far(extra: bytes, numbers: list[int]) -> list[int]:
    """The numbers that need 8 bytes, in the order in which the extra field holds them."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 1:
            held = iter(struct.unpack_from(f"<{min(size, len(extra) - 4) // 8}Q", extra, 4))
            return [next(held) if number == _NO_ROOM else number for number in numbers]
        extra = extra[4 + size :]
    return numbers


def _decoded(name: bytes, flags: int) -> str:
    return name.decode("utf-8" if flags & _UTF8 else "cp437").partition("\0")[0]


def _check_names(members: Sequence[Member]) -> None:
    names = Counter(member.part for member in members)
    name, count = names.most_common(1)[0]
    if count > 1:
        raise Refused(UNSAFE_FILE, f"同じ名前の部品 {printable(name[:_BRIEF])} が{count}個あります")
    for name in names:
        if _UNSAFE.search(name):
            shown = printable(name[:_BRIEF])
            raise Refused(UNSAFE_FILE, f"部品の名前「{shown}」が、Excelの付けないものです")


def _check_declarations(member: Member, begin: bytes) -> None:
    """Typed text never looks so: there < is written as &lt;. UTF-16 has zeros between."""
    if b"<!" not in begin and b"\0" not in begin:
        return
    plain = begin.replace(b"\0", b"")
    if member.name.lower().endswith(_XML) and (b"<!DOCTYPE" in plain or b"<!ENTITY" in plain):
        name = printable(member.name[:_BRIEF])
        raise Refused(UNSAFE_FILE, f"部品 {name} に、Excelの書かない宣言（DOCTYPE）があります")


def member_name(member: Member) -> str:
    """A member's name as its sender saw it: UTF-8 by flag or by its bytes, else Windows' cp932."""
    if member.flags & _UTF8:
        return printable(member.name)
    raw = member.name.encode("cp437", "replace")
    for encoding in ("utf-8", "cp932"):
        try:
            return printable(raw.decode(encoding).replace("\\", "/"))
        except UnicodeDecodeError:
            continue
    return printable(member.name)


def printable(name: str) -> str:
    """Without what would move the cursor or turn the writing around."""
    return _HIDDEN.sub("�", name)
