"""Zip archives, sound ones and ones that lie: every number of theirs can be set by hand."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

STORED, DEFLATED = 0, 8
_DATE = 0x21  # 1980-01-01


@dataclass(frozen=True)
class Member:
    """One member. `packed`, `size`, `crc` and `at` may say something else than is so."""

    name: str
    data: bytes = b""
    method: int = DEFLATED
    flags: int = 0x800
    packed: bytes | None = None
    packed_size: int | None = None
    size: int | None = None
    crc: int | None = None
    at: int | None = None  # where its local header is said to stand

    @property
    def stream(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.data) if self.method == DEFLATED else self.data

    @property
    def numbers(self) -> bytes:
        """What local header and directory have in common."""
        size = len(self.data) if self.size is None else self.size
        packed = len(self.stream) if self.packed_size is None else self.packed_size
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        big = 0xFFFFFFFF
        return struct.pack(
            "<HHHHHIIIHH",
            45 if size > big else 20,
            self.flags,
            self.method,
            0,
            _DATE,
            crc,
            packed,
            min(size, big),
            len(self.raw_name),
            len(self.extra),
        )

    @property
    def raw_name(self) -> bytes:
        return self.name.encode("utf-8" if self.flags & 0x800 else "cp932")

    @property
    def extra(self) -> bytes:
        """The size in 8 bytes where 4 do not hold it."""
        size = len(self.data) if self.size is None else self.size
        return struct.pack("<HHQ", 1, 8, size) if size > 0xFFFFFFFF else b""


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def repeated(data: bytes, times: int) -> bytes:
    """A stream that unpacks to `data` again and again, made without unpacking it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * times + b"\x03\x00"


def archive(members: Iterable[Member]) -> bytes:
    """The archive that says of its members what they say."""
    body, directory, count = b"", b"", 0
    for member in members:
        at = len(body) if member.at is None else member.at
        body += b"PK\x03\x04" + member.numbers + member.raw_name + member.extra + member.stream
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + member.numbers
        directory += struct.pack("<HHHII", 0, 0, 0, 0, at) + member.raw_name + member.extra
        count += 1
    count = min(count, 0xFFFF)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A sound archive."""
    return archive(Member(name, data) for name, data in parts.items())


def lying(parts: Mapping[str, bytes], name: str, **lies: object) -> bytes:
    """A sound archive but for one member."""
    members = [Member(each, data) for each, data in parts.items()]
    return archive(
        replace(member, **lies) if member.name == name else member  # type: ignore[arg-type]
        for member in members
    )


def zip64(data: bytes) -> bytes:
    """The same archive with its end written as for huge ones, as cloud services do."""
    end = data.rfind(b"PK\x05\x06")
    count, size, at = struct.unpack_from("<HII", data, end + 10)
    big = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, at)
    place = struct.pack("<IQI", 0, end, 1)
    small = struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:end] + b"PK\x06\x06" + big + b"PK\x06\x07" + place + b"PK\x05\x06" + small
