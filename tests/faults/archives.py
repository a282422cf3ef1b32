"""Zip archives of returns, and workbooks whose zip archive is not sound."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

from tests.faults.plain import BOOK, SHEET, STRINGS, Build, parts, whole
from tests.faults.zips import STORED, Member, archive, lying, repeated, zip64, zipped

# A workbook that came with something missing.


def cut(share: float) -> Build:
    """The first part of a workbook."""
    return lambda: whole()[: int(len(whole()) * share)]


def directory_lost() -> bytes:
    """All parts, and nothing behind them."""
    return whole()[: whole().find(b"PK\x01\x02")]


def directory_spoilt() -> bytes:
    """All parts and the end, and zeros between."""
    first, end = whole().find(b"PK\x01\x02"), whole().rfind(b"PK\x05\x06")
    return whole()[:first] + bytes(end - first) + whole()[end:]


def middle_lost() -> bytes:
    """A hole of zeros, as a broken memory stick leaves it."""
    at = len(whole()) // 2
    return whole()[:at] + bytes(256) + whole()[at + 256 :]


# Archives of files.


def one(mark: str) -> bytes:
    """A workbook like no other: equal ones would be taken together."""
    return zipped({**parts(), "xl/media/mark.txt": mark.encode()})


def inside(*names: str, flags: int = 0x800) -> bytes:
    """One workbook under these names."""
    return archive(Member(name, one(names[0]), flags=flags) for name in names)


def nested(times: int) -> bytes:
    """A workbook in a zip, in a zip, …"""
    data = one(f"{times}")
    for at in range(times):
        data = zipped({"中.zip" if at else "回答.xlsx": data})
    return data


def many_files(zips: int, count: int) -> bytes:
    """A zip of zips of as many small files, no two alike; one alone is no zip of zips."""
    made = [
        zipped({f"{at}.txt": b"%d %d" % (outer, at) for at in range(count)})
        for outer in range(zips)
    ]
    return made[0] if zips == 1 else zipped({f"{at}.zip": data for at, data in enumerate(made)})


def beside(member: Member) -> bytes:
    """A sound workbook, and a member that is not."""
    return archive([Member("回答.xlsx", one(f"{member.name}{member.method}{member.crc}")), member])


def taken_apart() -> bytes:
    """A workbook unpacked, and its folder packed."""
    return zipped({f"確認表/{name}": data for name, data in parts().items()})


def bomb(megabytes: int) -> bytes:
    """One file that unpacks to so much."""
    return archive([_zeros("回答.xlsx", megabytes)])


def bombs(megabytes: int, count: int) -> bytes:
    """The same in zips in a zip."""
    return zipped({f"{at}.zip": bomb(megabytes + at) for at in range(count)})


def _zeros(name: str, megabytes: int) -> Member:
    million = bytes(1_000_000)
    stream = repeated(million, megabytes)
    return Member(name, packed=stream, size=megabytes * 1_000_000, crc=_crc_of_zeros(megabytes))


def _crc_of_zeros(megabytes: int) -> int:
    crc, million = 0, bytes(1_000_000)
    for _ in range(megabytes):
        crc = zlib.crc32(million, crc)
    return crc


# Workbooks.


def member(name: str, **lies: object) -> Build:
    """A workbook that lies about one part."""
    return lambda: lying(parts(), name, **lies)


def and_member(*more: Member) -> Build:
    """A workbook with more parts."""
    return lambda: archive([*(Member(name, data) for name, data in parts().items()), *more])


def stored_lie() -> bytes:
    """A part that is not packed, shorter than it says."""
    return member(SHEET, method=STORED, size=len(parts()[SHEET]) + 5000)()


def cut_short() -> bytes:
    """A part said to be shorter than it is, with the check sum of that much."""
    return member(STRINGS, size=1000, crc=zlib.crc32(parts()[STRINGS][:1000]))()


def overlapping() -> bytes:
    """Two names for the same bytes."""
    extra = Member("xl/more.xml", parts()[BOOK], at=0)
    return and_member(extra)()


def other_local_name() -> bytes:
    """The directory names a part otherwise than the part itself does."""
    data = whole()
    at = data.find(SHEET.encode())
    return data[:at] + b"xl/worksheets/sheet9.xml" + data[at + len(SHEET) :]


ROWS = b'<row><c s="1"/><c s="1"/></row>' * 30_000  # about a million bytes


def ten_billion(size: int) -> Build:
    """A sheet that unpacks to ten billion bytes; `size` is what it says."""
    return member(SHEET, packed=repeated(ROWS, 10_000), size=size)


def large_part(megabytes: int) -> Build:
    return and_member(_zeros("xl/media/image1.png", megabytes))


def large_parts(megabytes: int, count: int) -> Build:
    names = [f"xl/media/image{at}.png" for at in range(count)]
    return and_member(*(_zeros(name, megabytes) for name in names))


def many_parts(count: int) -> Build:
    return and_member(*(Member(f"xl/media/{at}.png", b"x") for at in range(count)))


def huge_directory(with_zip64: bool) -> bytes:
    """A directory that says it is 40 million bytes long; in the second form only behind."""
    data = zip64(whole()) if with_zip64 else whole()
    end = data.rfind(b"PK\x05\x06")
    if not with_zip64:
        return data[: end + 12] + struct.pack("<I", 40_000_000) + data[end + 16 :]
    at = data.rfind(b"PK\x06\x06") + 40
    small = data[end : end + 12] + struct.pack("<I", 500) + data[end + 16 :]
    return data[:at] + struct.pack("<Q", 40_000_000) + data[at + 8 : end] + small


def end_in_the_end() -> bytes:
    """The same, where the counts before that number look like the begin of another end."""
    size, rest = struct.pack("<I", 40_000_000), whole()[-6:]
    return whole()[:-22] + b"PK\x05\x06" + bytes(4) + b"PK\x05\x06" + size + rest


def remark(text: bytes) -> bytes:
    """A workbook with a comment behind its end."""
    return whole()[:-2] + struct.pack("<H", len(text)) + text


def in_form_for_huge() -> bytes:
    """A zip as cloud services make it."""
    return zip64(inside("雲/回答.xlsx"))


def with_flags(flags: int) -> bytes:
    """Every part with this flag."""
    members = [Member(name, data) for name, data in parts().items()]
    return archive(replace(each, flags=each.flags | flags) for each in members)


def with_method(method: int) -> bytes:
    """A zip packed in a way that Python cannot undo."""
    return archive([Member("回答.xlsx", whole(), method=method)])


def locked() -> bytes:
    """A zip with a password."""
    return archive([Member("回答.xlsx", whole(), flags=0x801)])


def spoilt_member() -> bytes:
    """A zip whose one file does not fit its check sum."""
    return archive([Member("回答.xlsx", whole(), crc=1)])


def all_stored() -> bytes:
    """A workbook that is not packed."""
    return archive(Member(name, data, method=STORED) for name, data in parts().items())
