"""The gate before any reader: what a file is, by its first bytes and its zip structure."""

from __future__ import annotations

import struct
from collections.abc import Collection
from enum import Enum, auto

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings.catalogue import (
    BROKEN_FILE,
    CLOUD_FILE,
    EMPTY_FILE,
    LOCKED_FILE,
    MACRO_BOOK,
    NOT_A_WORKBOOK,
    TOO_BIG,
)
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.zips import Refused, Zip


class Content(Enum):
    """What may be opened."""

    XLSX = auto()
    CALAMINE = auto()  # .xls, .xlsb, .ods
    ARCHIVE = auto()  # a zip of anything


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL_HEADS = (
    *("From", "To", "Date", "Subject", "Received", "MIME-Version"),
    *("Return-Path", "Delivered-To", "Message-ID", "X-Mailer"),
)
_HEADS = (
    (b"%PDF", "PDFファイル"),
    (b"{\\rtf", "リッチテキスト"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"GIF8", "画像"),
    (b"7z\xbc\xaf", "圧縮ファイル（7z）"),
    (b"Rar!", "圧縮ファイル（rar）"),
    (b"\x1f\x8b", "圧縮ファイル（gz）"),
    (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "ウェブページ（mht）"),
    *((f"{head}: ".encode(), "電子メール") for head in _MAIL_HEADS),
)
_POINTERS = (  # the first words of files that only say where the real one is
    (b"[internetshortcut]", "インターネットのショートカット"),
    (b"l\0\0\0\x01\x14\x02\0", "Windowsのショートカット"),
    (b'{"url"', "クラウドの文書への案内"),
    (b'{"doc_id"', "クラウドの文書への案内"),
    (b'{"":"warning!', "クラウドの文書への案内"),
)
_PARTS = (
    ("word/", "Word文書"),
    ("ppt/", "PowerPointのスライド"),
    ("visio/", "Visioの図"),
)
_CONTENT_TYPES = "[content_types].xml"
_LONGEST_TYPES = 1 << 20  # bytes of it that are looked at
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_FILE_PASS = 0x2F  # the record of an encrypted .xls, among the first ones
_ODF_MANIFEST = "meta-inf/manifest.xml"


def recognise(
    data: bytes, file: str, limits: Limits, archive: Zip | None = None
) -> Content | Finding:
    """What `data` is, or the finding that says why it is nothing to be opened.

    `archive` is the same as a zip: what had to be read here is kept in it.
    """
    try:
        return _recognise(data, limits, archive or Zip(data, limits))
    except Refused as refused:
        return refused.kind.at(Place(file=file), what=refused.what)


def too_big(size: int, limits: Limits) -> Refused:
    """For a file over the budget; it need not be read for that."""
    return Refused(TOO_BIG, f"{size / 1e6:,.0f}MB。上限は{limits.file_mb:,.0f}MB")


def _recognise(data: bytes, limits: Limits, archive: Zip) -> Content:
    if not data:
        raise Refused(EMPTY_FILE)
    if len(data) > limits.file_mb * 1e6:
        raise too_big(len(data), limits)
    if data.startswith(_OLE):
        return _old_container(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(archive)
    raise _spoken(data)


def _old_container(data: bytes) -> Content:
    """Encrypted xlsx, .xls, .doc and .msg share one container; stream names tell them apart."""
    if _holds_stream(data, "__substg1.0_"):  # first: any of the others may be attached
        raise Refused(NOT_A_WORKBOOK, "電子メール")
    if _holds_stream(data, "EncryptedPackage"):
        raise Refused(LOCKED_FILE)
    if _holds_stream(data, "Workbook") or _holds_stream(data, "Book"):
        if _has_password(data):
            raise Refused(LOCKED_FILE)
        return Content.CALAMINE
    if _holds_stream(data, "WordDocument"):
        raise Refused(NOT_A_WORKBOOK, "古い形式のWord文書")
    if _is_cut(data):
        raise Refused(BROKEN_FILE, "最後まで保存されていません")
    raise Refused(NOT_A_WORKBOOK, "Excel以外の古い形式の文書")


def _holds_stream(data: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in data


def _is_cut(data: bytes) -> bool:
    """True if the place where the streams' names stand is not there."""
    size, at = struct.unpack_from("<H16xI", data.ljust(52, b"\0"), 30)
    return bool((at + 1) << size >= len(data))


def _has_password(data: bytes) -> bool:
    """True for an .xls that is encrypted; a reader would only say that it knows no such file."""
    at = data.find(b"\x09\x08\x10\0\0\x06\x05\0")  # the begin of the workbook in BIFF8
    for _ in range(3):
        if at < 0 or at + 4 > len(data):
            return False
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == _FILE_PASS:
            return True
        at += 4 + size
    return False


def _spoken(data: bytes) -> Refused:
    if not data.strip(b"\0"):
        return Refused(CLOUD_FILE, "中身がまだ届いていない仮のファイル")
    for head, what in _HEADS:
        if data.startswith(head):
            return Refused(NOT_A_WORKBOOK, what)
    start = _first_words(data[:2048])
    for head, what in _POINTERS:
        if start.startswith(head):
            return Refused(CLOUD_FILE, what)
    return Refused(NOT_A_WORKBOOK, _text(start))


def _first_words(data: bytes) -> bytes:
    """In small letters, without marks of their encoding."""
    if data.startswith(_UTF16):
        data = data[2:].replace(b"\0", b"")
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").lower()


def _text(start: bytes) -> str:
    if start.startswith(b"<") and (b"<html" in start or b"<table" in start):
        return "ウェブページ（HTML）"
    if start.startswith(b"<?xml"):
        return "XMLファイル"
    if b"\0" in start:
        return "中身の分からないファイル"
    return "文字だけのファイル（CSVなど）"


def _zip(archive: Zip) -> Content:
    names = archive.by_name
    if "mimetype" in names and b"opendocument" in _start(archive, "mimetype"):
        return _open_document(archive)
    if _CONTENT_TYPES not in names:
        return _archive(names)
    archive.check_package()
    for head, what in _PARTS:
        if any(name.startswith(head) for name in names):
            raise Refused(NOT_A_WORKBOOK, what)
    types = _start(archive, _CONTENT_TYPES, _LONGEST_TYPES)
    return _office_package(names, types.replace(b"\0", b""))


def _start(archive: Zip, name: str, most: int = 1 << 16) -> bytes:
    """The first bytes of a part."""
    begin = b""
    for chunk in archive.chunks(archive.by_name[name]):
        begin += chunk
        if len(begin) >= most:
            break
    return begin[:most]


def _archive(names: Collection[str]) -> Content:
    if "index/document.iwa" in names:
        raise Refused(NOT_A_WORKBOOK, "Numbersの書類")
    if "xl/workbook.xml" in names:
        raise Refused(BROKEN_FILE, "ブックの部品が足りません")
    return Content.ARCHIVE


def _office_package(names: Collection[str], types: bytes) -> Content:
    if "xl/workbook.bin" in names:
        return Content.CALAMINE
    if b"macroEnabled" in types or any(name.endswith("vbaproject.bin") for name in names):
        raise Refused(MACRO_BOOK)
    if b"spreadsheetml" not in types:
        raise Refused(NOT_A_WORKBOOK, "Excelの部品が入っていない圧縮ファイル")
    if not any(name.startswith("xl/") for name in names):
        raise Refused(BROKEN_FILE, "ブックの部品が入っていません")
    return Content.XLSX


def _open_document(archive: Zip) -> Content:
    if b"spreadsheet" not in _start(archive, "mimetype"):
        raise Refused(NOT_A_WORKBOOK, "OpenDocument文書")
    archive.check_package()
    manifest = archive.by_name.get(_ODF_MANIFEST)
    if manifest and b"encryption-data" in archive.read(manifest):
        raise Refused(LOCKED_FILE)
    return Content.CALAMINE
