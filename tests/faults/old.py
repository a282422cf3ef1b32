"""Workbooks in the formats before and beside .xlsx, byte by byte: .xls, .xlsb, .ods."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from xml.sax.saxutils import escape

from kakunin_xlsx.returns import CellKind
from tests.faults.good import Filled, Value, is_day
from tests.faults.zips import zipped

# How numbers are shown: format → stored, read, as what.
SHOWN: Mapping[str, tuple[float, str, CellKind]] = {
    "0%": (0.5, "50%", CellKind.NUMBER),
    '0"件以上"': (3, "3件以上", CellKind.TEXT),
    '0"か所"': (3, "3か所", CellKind.TEXT),
    "yyyy/m/d": (46171, "2026-05-29", CellKind.DATE),
}
_DAY = 14  # the number format of dates; here numbers above 40,000 are dates


# The container of .xls, .doc, .msg and of encrypted workbooks ([MS-CFB]).

_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_IDS = _SECTOR // 4


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A container with these streams, each padded beyond the size of small ones."""
    sectors: list[bytes] = []
    chains: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        sectors.extend(data[at : at + _SECTOR] for at in range(0, len(data), _SECTOR))
        chains.extend([*range(first + 1, len(sectors)), _END])
        return first

    placed = [
        (name, put(data.ljust(-(-max(len(data), 4096) // _SECTOR) * _SECTOR, b"\0")), len(data))
        for name, data in streams.items()
    ]
    entries = [_entry("Root Entry", 5, _END, 0, child=1 if placed else _FREE)]
    for at, (name, first, size) in enumerate(placed, start=1):
        right = at + 1 if at < len(placed) else _FREE
        entries.append(_entry(name, 2, first, max(size, 4096), right=right))
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = put(b"".join(entries))
    fats = -(-(len(sectors) + 1) // (_IDS - 1))
    chains += [_FAT] * fats
    chains += [_FREE] * (fats * _IDS - len(chains))
    difat = [*range(len(sectors), len(sectors) + fats), *[_FREE] * (109 - fats)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, fats, directory, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *difat)
    return head + b"".join(sectors) + struct.pack(f"<{len(chains)}I", *chains)


def _entry(
    name: str, kind: int, first: int, size: int, right: int = _FREE, child: int = _FREE
) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
    return head + struct.pack("<III36xIQ", _FREE, right, child, first, size)


# .xls ([MS-XLS], BIFF8).


def xls(
    cells: Iterable[Filled], before: bytes = b"", sheet: str = "確認表", inside: bytes = b""
) -> bytes:
    """A workbook with one sheet; `before` are records behind the first one, `inside` in the sheet."""
    name = sheet.encode("utf-16-le")
    head = biff(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + before
    head += biff(0x0042, struct.pack("<H", 1200))
    head += biff(0x00E0, bytes(20)) + biff(0x00E0, struct.pack("<HH16x", 0, _DAY))
    sized = len(head) + 4 + 8 + len(name) + 4
    head += biff(0x0085, struct.pack("<IBBBB", sized, 0, 0, len(sheet), 1) + name)
    head += biff(0x000A)
    body = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    body += b"".join(_biff_cell(*cell) for cell in cells) + inside
    return compound({"Workbook": head + body + biff(0x000A)})


def biff(number: int, data: bytes = b"") -> bytes:
    """One record."""
    return struct.pack("<HH", number, len(data)) + data


def _biff_cell(row: int, col: int, value: Value) -> bytes:
    at = struct.pack("<HHH", row - 1, col - 1, is_day(value))
    if isinstance(value, float):
        return biff(0x0203, at + struct.pack("<d", value))
    text = value.encode("utf-16-le")
    return biff(0x0204, at + struct.pack("<HB", len(text) // 2, 1) + text)


FILE_PASS = biff(0x002F, struct.pack("<HHH16s16s16s", 1, 1, 1, b"salt", b"x", b"y"))


# .xlsb ([MS-XLSB]).


def xlsb(
    cells: Iterable[Filled],
    sheet: str = "確認表",
    inside: bytes = b"",
    behind: bytes = b"",
    styles: bytes = b"",
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    """A workbook with one sheet.

    `inside` are records behind the cells, `behind` outside them, `styles` instead of the usual
    ones, `parts` more of the package.
    """
    bundle = struct.pack("<II", 0, 1) + wide("rId1") + wide(sheet)
    book = record(131) + record(143) + record(156, bundle) + record(144) + record(132)
    usual = record(47, bytes(16)) + record(47, struct.pack("<HH12x", 0, _DAY))
    return zipped(
        {
            "[Content_Types].xml": _XLSB_TYPES,
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": xlsb_links(
                ("worksheet", "worksheets/sheet1.bin"),
                ("styles", "styles.bin"),
                *[("sharedStrings", name[3:]) for name in parts or {} if "strings" in name],
            ),
            "xl/styles.bin": styles or record(617) + usual + record(618),
            "xl/worksheets/sheet1.bin": b"".join(_xlsb_sheet(list(cells), inside)) + behind,
            **(parts or {}),
        }
    )


def xlsb_links(*links: tuple[str, str]) -> bytes:
    """Which part points to which others."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    made = "".join(
        f'<Relationship Id="rId{at}" Type="{relation}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(links, start=1)
    )
    return f"<Relationships>{made}</Relationships>".encode()


_XLSB_TYPES = (
    b'<Types><Override PartName="/xl/workbook.bin"'
    b' ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)


def _xlsb_sheet(cells: Sequence[Filled], more: bytes) -> Iterator[bytes]:
    rows, cols = [row for row, _, _ in cells], [col for _, col, _ in cells]
    yield record(129)
    yield record(
        148, struct.pack("<IIII", min(rows) - 1, max(rows) - 1, min(cols) - 1, max(cols) - 1)
    )
    yield record(145)
    for row, inside in groupby(cells, key=lambda cell: cell[0]):
        yield record(0, struct.pack("<I13x", row - 1))
        for _, col, value in inside:
            at = struct.pack("<II", col - 1, is_day(value))
            if isinstance(value, float):
                yield record(5, at + struct.pack("<d", value))
            else:
                yield record(6, at + wide(value))
    yield more + record(146)


def record(number: int, data: bytes = b"") -> bytes:
    """One record of a binary part."""
    kind = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = b"", len(data)
    while length > 127:
        size, length = size + bytes([length & 0x7F | 0x80]), length >> 7
    return kind + size + bytes([length]) + data


def wide(text: str) -> bytes:
    """A text behind its length."""
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


# .ods.

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_PREFIXES = ("office", "table", "text", "draw", "style", "svg", "dc", "fo", "calcext")
_NAMES = " ".join(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in _PREFIXES)
ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def ods(
    table: str,
    manifest: str = "",
    styles: str = "",
    behind: str = "",
    sheet: str = "確認表",
    protected: bool = False,
) -> bytes:
    """A workbook with one sheet, whose rows and styles are given as XML; `behind`: behind it."""
    return zipped(
        {
            "mimetype": ODS,
            "content.xml": f"<office:document-content {_NAMES}>{styles}<office:body><office:spreadsheet>"
            f'<table:table table:name="{sheet}" table:protected="{str(protected).lower()}">'
            f"{table}</table:table>{behind}"
            "</office:spreadsheet></office:body></office:document-content>".encode(),
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_ODF}:manifest:1.0">{manifest}'
            "</m:manifest>".encode(),
        }
    )


def ods_rows(cells: Iterable[Filled]) -> str:
    """The rows of a table, gaps as repeated empty cells."""
    rows, below = [], 1
    for row, inside in groupby(cells, key=lambda cell: cell[0]):
        if row > below:
            gap = row - below
            rows.append(
                f'<table:table-row table:number-rows-repeated="{gap}"><table:table-cell/>'
                "</table:table-row>"
            )
        rows.append(f"<table:table-row>{_ods_row(inside)}</table:table-row>")
        below = row + 1
    return "".join(rows)


def _ods_row(cells: Iterable[Filled]) -> str:
    made, right = "", 1
    for _, col, value in cells:
        if col > right:
            made += f'<table:table-cell table:number-columns-repeated="{col - right}"/>'
        if is_day(value):
            day = (date(1899, 12, 30) + timedelta(days=float(value))).isoformat()
            made += f'<table:table-cell office:value-type="date" office:date-value="{day}"/>'
        elif isinstance(value, float):
            made += f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        else:
            lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
            made += f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
        right = col + 1
    return made


def encrypted_ods() -> bytes:
    """What LibreOffice saves with a password."""
    entry = '<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry>'
    return ods("", entry)


ENDLESS = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
    ' office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
    "</table:table-cell></table:table-row>"
)
