"""目録.json: what an archive holds, file by file, and what it was made with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kakunin_xlsx.archive.names import original_name
from kakunin_xlsx.plan import FiscalYear

MANIFEST = "目録.json"
_SHA256 = re.compile("[0-9a-f]{64}")
_ABOUT = "名前の % は、zipに入れられない文字を1バイトずつ16進数で表したものです（%25 は % です）。"


class ManifestBroken(ValueError):
    """The text is not a 目録.json that this tool wrote."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its size in bytes and its digest.

    `parts` is a digest of what a workbook of ours holds when unpacked, which does not change
    with the zlib that packed it; '' for any other file.
    """

    name: str
    size: int
    sha256: str
    parts: str = ""


@dataclass(frozen=True)
class Head:
    """What an archive says of itself. `until` is the last day it is kept, ISO or 定めなし."""

    plan: str
    title: str
    year: str  # R7
    version: str
    environment: Mapping[str, str]
    retention_years: int | None
    until: str
    open_items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """The 目録 of one archive; `files` are in the zip's order."""

    head: Head
    files: tuple[Entry, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Entry]:
        """Files by their names in the zip."""
        return {entry.name: entry for entry in self.files}

    def to_json(self) -> bytes:
        """As UTF-8 text that people can read; no time stamps."""
        head = self.head
        data = {
            "道具": "kakunin-xlsx",
            "版": head.version,
            "計画": head.plan,
            "計画の名称": head.title,
            "年度": head.year,
            "作成した環境": dict(head.environment),
            "保存年限": head.retention_years,
            "保存期間満了日": head.until,
            "未了の項目": list(head.open_items),
            "名前について": _ABOUT,
            "ファイル": [_as_data(entry) for entry in self.files],
        }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _as_data(entry: Entry) -> dict[str, object]:
    data: dict[str, object] = {
        "ファイル": entry.name,
        "大きさ": entry.size,
        "SHA256": entry.sha256,
    }
    if entry.parts:
        data["部品のSHA256"] = entry.parts
    if original_name(entry.name) != entry.name:
        data["名前の置き換え"] = True
    return data


def read_manifest(data: bytes) -> Manifest:
    """Read `to_json` back. Raises ManifestBroken for anything else, whoever wrote it."""
    try:
        read = json.loads(data.decode())
        head = _head(read)
        files = tuple(_entry(each) for each in read["ファイル"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise ManifestBroken("目録.json を読めません。") from broken
    if len({entry.name for entry in files}) < len(files):
        raise ManifestBroken("目録.json に同じ名前が2つあります。")
    return Manifest(head, files)


def _head(read: Mapping[str, Any]) -> Head:
    environment = {text(name): text(version) for name, version in read["作成した環境"].items()}
    years = read["保存年限"]
    return Head(
        plan=text(read["計画"]),
        title=text(read["計画の名称"]),
        year=year_code(read["年度"]),
        version=text(read["版"]),
        environment=environment,
        retention_years=None if years is None else number(years),
        until=text(read["保存期間満了日"]),
        open_items=tuple(map(text, read["未了の項目"])),
    )


def _entry(read: Mapping[str, Any]) -> Entry:
    name, size, parts = text(read["ファイル"]), number(read["大きさ"]), read.get("部品のSHA256", "")
    return Entry(name, size, digest(read["SHA256"]), digest(parts) if parts else "")


def text(value: object) -> str:
    """The value, if it is text that UTF-8 can hold. Raises TypeError or ValueError."""
    if not isinstance(value, str):
        raise TypeError("text")
    value.encode()
    return value


def year_code(value: object) -> str:
    """The value, if it is a year as `R7`. Raises TypeError or ValueError."""
    code = text(value)
    if FiscalYear.parse(code).code != code:
        raise ValueError("year")
    return code


def number(value: object) -> int:
    """The value, if it counts something. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("number")
    return value


def digest(value: object) -> str:
    """The value, if it is a SHA-256 in hex digits. Raises TypeError or ValueError."""
    if not _SHA256.fullmatch(text(value)):
        raise ValueError("digest")
    return text(value)
