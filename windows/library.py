"""A Windows library that only leads on: Wine 8 lacks bcryptprimitives.dll, which Rust asks for."""

from __future__ import annotations

import struct

_AT, _FILE = 0x1000, 0x200  # where the one section is loaded, and where it stands in the file


def forwarding(library: str, name: str, to: str) -> bytes:
    """A 64-bit DLL whose one function `name` is that of another: `to` is library.function.

    Microsoft's PE format: headers, then a section with the table of exports and nothing else.
    """
    texts = [f"{each}\0".encode() for each in (library, name, to)]
    first = _AT + 40 + 4 + 4 + 4  # behind the table, its function, its name, its number
    places = [first + sum(map(len, texts[:at])) for at in range(len(texts))]
    table = struct.pack("<IIHHI", 0, 0, 0, 0, places[0])
    table += struct.pack("<IIIIII", 1, 1, 1, _AT + 40, _AT + 44, _AT + 48)
    table += struct.pack("<IIHxx", places[2], places[1], 0) + b"".join(texts)

    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    optional = struct.pack("<HBBIIIII", 0x20B, 14, 0, 0, _FILE, 0, 0, _AT)
    optional += struct.pack("<QII", 0x1_8000_0000, 0x1000, _FILE)
    optional += struct.pack("<HHHHHHI", 6, 0, 0, 0, 6, 0, 0)
    optional += struct.pack("<IIIHH", 2 * _AT, _FILE, 0, 3, 0x100)
    optional += struct.pack("<QQQQII", 1 << 20, 1 << 12, 1 << 20, 1 << 12, 0, 16)
    optional += struct.pack("<II", _AT, len(table)) + bytes(15 * 8)
    section = struct.pack("<8sIIII", b".rdata", len(table), _AT, _FILE, _FILE)
    section += struct.pack("<IIHHI", 0, 0, 0, 0, 0x4000_0040)
    return (dos + coff + optional + section).ljust(_FILE, b"\0") + table.ljust(_FILE, b"\0")
