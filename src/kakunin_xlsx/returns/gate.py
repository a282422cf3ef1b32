"""The gate before any reader: what a file is, by its first bytes and its zip structure."""

from __future__ import annotations

import io
import zipfile

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings.catalogue import (
    BROKEN_FILE,
    EMPTY_FILE,
    LOCKED_FILE,
    MACRO_BOOK,
    NOT_A_WORKBOOK,
    OLD_EXCEL,
    OPEN_DOCUMENT,
    TOO_BIG,
    ZIP_FILE,
)

MAX_FILE = 50_000_000  # bytes
MAX_UNPACKED = 300_000_000
MAX_PART = 150_000_000
MAX_PARTS = 2_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADS = (
    (b"%PDF", "PDFファイル"),
    (b"{\\rtf", "リッチテキスト"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"GIF8", "画像"),
    (b"7z\xbc\xaf", "圧縮ファイル（7z）"),
    (b"Rar!", "圧縮ファイル（rar）"),
)
_PARTS = (
    ("word/", "Word文書"),
    ("ppt/", "PowerPointのスライド"),
    ("xl/workbook.bin", "Excelバイナリブック（.xlsb）"),
)
_CONTENT_TYPES = "[Content_Types].xml"


def refuse(data: bytes, file: str) -> Finding | None:
    """The finding that says why `data` is no workbook to be opened, or None if it may be."""
    place = Place(file=file)
    if not data:
        return EMPTY_FILE.at(place)
    if len(data) > MAX_FILE:
        return too_big(len(data), file)
    if data.startswith(_OLE):
        return _old_container(data, place)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(data, place)
    return NOT_A_WORKBOOK.at(place, what=_spoken(data))


def too_big(size: int, file: str) -> Finding:
    """The finding for a file over the budget; it need not be read for that."""
    return TOO_BIG.at(Place(file=file), what=f"{size / 1e6:,.0f}MB。上限は{MAX_FILE / 1e6:,.0f}MB")


def _old_container(data: bytes, place: Place) -> Finding:
    """Encrypted xlsx, .xls and .doc share one container; stream names tell them apart."""
    if _holds_stream(data, "EncryptedPackage"):
        return LOCKED_FILE.at(place)
    if _holds_stream(data, "Workbook") or _holds_stream(data, "Book"):
        return OLD_EXCEL.at(place)
    what = "古い形式のWord文書" if _holds_stream(data, "WordDocument") else "Officeの古い形式"
    return NOT_A_WORKBOOK.at(place, what=what)


def _holds_stream(data: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in data


def _spoken(data: bytes) -> str:
    for head, what in _HEADS:
        if data.startswith(head):
            return what
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        return "HTML（ウェブページ）"
    if start.startswith(b"<?xml"):
        return "XMLファイル"
    if b"\0" in data[:2048]:
        return "中身の分からないファイル"
    return "文字だけのファイル（CSVなど）"


def _zip(data: bytes, place: Place) -> Finding | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _archive(archive, place)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as problem:
        what = "最後まで保存されていません" if b"PK\x05\x06" not in data else type(problem).__name__
        return BROKEN_FILE.at(place, what=what)


def _archive(archive: zipfile.ZipFile, place: Place) -> Finding | None:
    members = archive.infolist()
    over = _over_budget(members)
    if over:
        return TOO_BIG.at(place, what=over)
    names = [member.filename for member in members]
    for tell in (_other_kind, _macro, _not_complete):
        if finding := tell(archive, names, place):
            return finding
    return None


def _over_budget(members: list[zipfile.ZipInfo]) -> str:
    if len(members) > MAX_PARTS:
        return f"部品が{len(members):,}個。上限は{MAX_PARTS:,}個"
    total = sum(member.file_size for member in members)
    largest = max((member.file_size for member in members), default=0)
    if total > MAX_UNPACKED or largest > MAX_PART:
        return f"開くと{total / 1e6:,.0f}MB。上限は{MAX_UNPACKED / 1e6:,.0f}MB"
    return ""


def _other_kind(archive: zipfile.ZipFile, names: list[str], place: Place) -> Finding | None:
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        if b"spreadsheet" in archive.read("mimetype"):
            return OPEN_DOCUMENT.at(place)
        return NOT_A_WORKBOOK.at(place, what="OpenDocument文書")
    if _CONTENT_TYPES not in names:
        return ZIP_FILE.at(place)
    for head, what in _PARTS:
        if any(name.startswith(head) for name in names):
            return NOT_A_WORKBOOK.at(place, what=what)
    return None


def _macro(archive: zipfile.ZipFile, names: list[str], place: Place) -> Finding | None:
    has_code = any(name.lower().endswith("vbaproject.bin") for name in names)
    if has_code or b"macroEnabled" in archive.read(_CONTENT_TYPES):
        return MACRO_BOOK.at(place)
    return None


def _not_complete(archive: zipfile.ZipFile, names: list[str], place: Place) -> Finding | None:
    if b"spreadsheetml" not in archive.read(_CONTENT_TYPES):
        return NOT_A_WORKBOOK.at(place, what="Excelの部品が入っていない圧縮ファイル")
    if not any(name.startswith("xl/") for name in names):
        return BROKEN_FILE.at(place, what="ブックの部品が入っていません")
    return None
