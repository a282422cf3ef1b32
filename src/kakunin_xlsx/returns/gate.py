"""The gate before any reader: what a file is, by its first bytes and its zip structure."""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Collection
from enum import Enum, auto

from kakunin_xlsx.findings import Finding
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
from kakunin_xlsx.returns.model import Refused
from kakunin_xlsx.returns.zips import Zip


class Content(Enum):
    """What may be opened."""

    XLSX = auto()
    XLS = auto()
    XLSB = auto()
    ODS = auto()
    ARCHIVE = auto()  # a zip of anything


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL, _PACKED = "電子メール", "圧縮ファイル"
# The lines before a message's text; two of them make one.
_MAIL_HEADS = frozenset(
    b"from to date subject received mime-version message-id return-path delivered-to x-mailer"
    b" reply-to content-type".split()
)
_HEADS = (
    (b"%PDF", "PDFファイル"),
    (b"{\\rtf", "リッチテキスト"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"GIF8", "画像"),
    (b"7z\xbc\xaf", f"{_PACKED}（7z）"),
    (b"Rar!", f"{_PACKED}（rar）"),
    (b"\x1f\x8b", f"{_PACKED}（gz）"),
    (b"BZh", f"{_PACKED}（bz2）"),
    (b"\xfd7zXZ", f"{_PACKED}（xz）"),
    (b"MSCF", f"{_PACKED}（cab）"),
    (b"\x28\xb5\x2f\xfd", f"{_PACKED}（zst）"),
    (b"MZ", f"{_PACKED}（自己解凍の実行形式）"),
    (b"\x78\x9f\x3e\x22", f"{_MAIL}の添付をまとめた winmail.dat"),
    (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "ウェブページ（mht）"),
)
_INSIDE = (  # what stands further on in the first bytes
    (re.compile(rb"..-l[hz][0-9a-z]-", re.DOTALL), f"{_PACKED}（lzh）"),
    (re.compile(rb".{257}ustar", re.DOTALL), f"{_PACKED}（tar）"),
    (re.compile(rb"....ftyp(?:heic|heix|mif1|avif)", re.DOTALL), "画像"),
)
_NEXT = (  # what helps, by the begin of what a file is
    (_MAIL, "メールを開き、添付されたExcelのファイルを回収フォルダーに保存してください。"),
    (_PACKED, "解凍して、中のExcelのファイルを回収フォルダーに入れてください。"),
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
_OTHERS = frozenset(
    ("mimetype", "meta-inf/manifest.xml", "meta-inf/manifest.mf", "doc.kml", "_rels/.rels")
)
_MACRO_PART = re.compile(r"(^|/)vbaproject[^/]*\.bin$|(^|/)macrosheets/")
_OWN_TYPE = re.compile(rb"<(?:\w+:)?Override\b[^>]*>")
_CONTENT_TYPES = "[content_types].xml"
_LONGEST_HEAD = 1 << 16  # bytes of a message's head that are looked at
_LONGEST_TYPES = 1 << 20  # bytes of it that are looked at
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LABEL = "DRMEncryptedTransform"  # a label of sensitivity, or rights management
_UNLABEL = (
    "提出元のExcelで開き、秘密度ラベルを「暗号化なし」のものに変えて（アクセス制限を外して）"
    "保存し直したものを提出してください。"
)
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
        return refused.at(file)


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
        raise Refused(NOT_A_WORKBOOK, _MAIL, _NEXT[0][1])
    if _holds_stream(data, _LABEL):
        raise Refused(LOCKED_FILE, "秘密度ラベルなどの権限で", _UNLABEL)
    if _holds_stream(data, "EncryptedPackage"):
        raise Refused(LOCKED_FILE)
    if _holds_stream(data, "Workbook") or _holds_stream(data, "Book"):
        if _has_password(data):
            raise Refused(LOCKED_FILE)
        return Content.XLS
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
            return _stranger(what)
    if what := next((what for found, what in _INSIDE if found.match(data)), ""):
        return _stranger(what)
    if _is_mail(data[:_LONGEST_HEAD]):
        return _stranger(_MAIL)
    start = _first_words(data[:2048])
    for head, what in _POINTERS:
        if start.startswith(head):
            return Refused(CLOUD_FILE, what)
    return Refused(NOT_A_WORKBOOK, _text(start))


def _stranger(what: str) -> Refused:
    how = next((how for begin, how in _NEXT if what.startswith(begin)), "")
    return Refused(NOT_A_WORKBOOK, what, how)


def _is_mail(begin: bytes) -> bool:
    """True for lines such as `From: …` up to the first empty one."""
    lines = (
        begin.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n\n")[0].split(b"\n")
    )
    names = [line.partition(b":")[0].lower() for line in lines if line[:1] not in (b" ", b"\t")]
    known = _MAIL_HEADS.intersection(names)
    return len(known) > 1 or (names[0] in known and names[0] != b"content-type")


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
    if "mimetype" in names or _CONTENT_TYPES in names:
        archive.check_budget()
    if "mimetype" in names and b"opendocument" in _start(archive, "mimetype"):
        return _open_document(archive)
    if _CONTENT_TYPES not in names:
        return _archive(names)
    archive.check_package()
    for head, what in _PARTS:
        if any(name.startswith(head) for name in names):
            raise Refused(NOT_A_WORKBOOK, what)
    types = _start(archive, _CONTENT_TYPES, _LONGEST_TYPES)
    return _office_package(archive, types.replace(b"\0", b""))


def _start(archive: Zip, name: str, most: int = 1 << 16) -> bytes:
    """The first bytes of a part."""
    begin = b""
    for chunk in archive.chunks(archive.by_name[name]):
        begin += chunk
        if len(begin) >= most:
            break
    return begin[:most]


def _archive(names: Collection[str]) -> Content:
    if any(name.endswith((".iwa", "index.zip")) for name in names):
        raise Refused(NOT_A_WORKBOOK, "NumbersやPagesの書類")
    if "xl/workbook.xml" in names:
        raise Refused(BROKEN_FILE, "ブックの部品が足りません")
    if any(name.endswith(("/[content_types].xml", "/xl/workbook.xml")) for name in names):
        raise Refused(BROKEN_FILE, "ブックが部品に分かれたまま圧縮されています")
    if any(name in _OTHERS for name in names):
        raise Refused(NOT_A_WORKBOOK, "ほかのソフトの書類")
    return Content.ARCHIVE


def _office_package(archive: Zip, types: bytes) -> Content:
    names = archive.by_name
    if _has_macros(names, types):
        raise Refused(MACRO_BOOK)
    if any(posixpath.basename(name) == "workbook.bin" for name in names):
        return Content.XLSB
    if b"spreadsheetml" not in types:
        raise Refused(NOT_A_WORKBOOK, "Excelの部品が入っていない圧縮ファイル")
    if not any(name.startswith("xl/") or name.endswith("workbook.xml") for name in names):
        raise Refused(BROKEN_FILE, "ブックの部品が入っていません")
    return Content.XLSX


def _has_macros(names: Collection[str], types: bytes) -> bool:
    """By the parts that hold them, or by the workbook part's own type.

    A type that is only said of an ending (Default) may be that of no part: SheetJS names it so.
    """
    if any(_MACRO_PART.search(name) for name in names):
        return True
    own = (tag for tag in _OWN_TYPE.findall(types) if b"macroEnabled" in tag and b".main" in tag)
    return any(b"PartName" not in tag or b"workbook.xml" in tag.lower() for tag in own)


def _open_document(archive: Zip) -> Content:
    if b"spreadsheet" not in _start(archive, "mimetype"):
        raise Refused(NOT_A_WORKBOOK, "OpenDocument文書")
    archive.check_package()
    manifest = archive.by_name.get(_ODF_MANIFEST)
    if manifest and b"encryption-data" in archive.read(manifest):
        raise Refused(LOCKED_FILE)
    return Content.ODS
