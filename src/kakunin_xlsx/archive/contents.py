"""What an archive says it holds (目録.json), which archives there are (保存台帳.json), and faults."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from kakunin_xlsx.codec import Unread, from_json, key, to_data
from kakunin_xlsx.plan import FiscalYear

MANIFEST, LEDGER = "目録.json", "保存台帳.json"
_NO_END = "定めなし"
_ABOUT = "名前の % は、zipに入れられない文字を1バイトずつ16進数で表したものです（%25 は % です）。"


class FaultKind(StrEnum):
    """What became of a file, an archive or the 台帳."""

    CHANGED = "変更"
    MISSING = "不足"
    ADDED = "追加"
    SWAPPED = "入替え"
    DUPLICATE = "重複"
    COMPRESSED = "圧縮"
    UNSAFE = "名前"
    BROKEN = "破損"
    MANIFEST = "目録"
    REWRITTEN = "zipの作り直し"
    LOST = "zipの不足"
    UNREGISTERED = "台帳にないzip"
    CHAIN = "連鎖"
    LEDGER = "台帳"
    NOTHING = "保存なし"


_FROM_COPY = "写し（バックアップ）に残っている、保存したときのものと入れ替えてください。"
_REMEDIES = {
    FaultKind.UNREGISTERED: (
        "保存の途中で止まったものなら、もう一度 kakunin archive を実行すると台帳に載ります。"
        "ほかで作ったものなら、保存のフォルダーから移してください。"
    ),
    FaultKind.CHAIN: (
        "決裁文書に控えた連鎖の値と見比べ、写し（バックアップ）の保存台帳.json と入れ替えてください。"
    ),
    FaultKind.LEDGER: "写し（バックアップ）の保存台帳.json と入れ替えてください。",
    FaultKind.NOTHING: (
        "まだ保存していなければ、年度の終わりに kakunin archive で保存します。保存したはずなら、"
        "作業の場所と出力先（--output）を確かめ、写し（バックアップ）の「保存」のフォルダーを戻してください。"
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was archived: in which archive, at which file ('' the whole)."""

    kind: FaultKind
    archive: str
    member: str
    words: str

    @property
    def remedy(self) -> str:
        """What to do."""
        return _REMEDIES.get(self.kind, _FROM_COPY)


_DIGEST = re.compile("[0-9a-f]{64}").fullmatch
_DIGEST_OR_NONE = re.compile("([0-9a-f]{64})?").fullmatch
_FILE_NAME = re.compile(r"(?!\.{1,2}\Z)[^/\\:\0]+").fullmatch  # in the same folder


def _is_year(text: str) -> bool:
    return FiscalYear.parse(text).code == text


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One file: its size in bytes and its digest.

    `parts` is a digest of what a workbook of ours holds when unpacked, which does not change
    with the zlib that packed it; '' for any other file. `renamed` if zips cannot hold its name.
    """

    name: str = key("ファイル")
    size: int = key("大きさ")
    sha256: str = key("SHA256", check=_DIGEST)
    parts: str = key("部品のSHA256", "", rare=True, check=_DIGEST_OR_NONE)
    renamed: bool = key("名前の置き換え", False, rare=True)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The 目録 of one archive; `files` are in the zip's order.

    `until` is the last day it is kept, ISO or 定めなし.
    """

    tool: str = key("道具", "kakunin-xlsx")
    version: str = key("版")
    plan: str = key("計画")
    title: str = key("計画の名称")
    year: str = key("年度", check=_is_year)  # R7
    environment: Mapping[str, str] = key("作成した環境")
    retention_years: int | None = key("保存年限")
    until: str = key("保存期間満了日")
    open_items: tuple[str, ...] = key("未了の項目", ())
    about: str = key("名前について", _ABOUT)
    files: tuple[ArchivedFile, ...] = key("ファイル", ())

    @cached_property
    def by_name(self) -> Mapping[str, ArchivedFile]:
        """Files by their names in the zip."""
        return {member.name: member for member in self.files}

    @staticmethod
    def from_json(data: bytes) -> Contents:
        """Read `to_json` of it back. Raises Unread for anything else, whoever wrote it."""
        read = from_json(Contents, data)
        if len(read.by_name) < len(read.files):
            raise Unread("同じ名前が2つあります。")
        return read


def kept_until(year: FiscalYear, years: int | None) -> str:
    """The last day of 保存年限, ISO; 定めなし where the plan sets none.

    The documents are completed in the fiscal year after the evaluated one and counted from the
    first of April behind it: R7 for 5 years is 2027-04-01 to 2032-03-31.
    """
    return date(year.start + 2 + years, 3, 31).isoformat() if years else _NO_END


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One archive as it was registered; `link` is the 連鎖 over this entry and all before it."""

    year: str = key("年度", check=_is_year)  # R7
    file: str = key("ファイル", check=_FILE_NAME)
    zip_sha256: str = key("zipのSHA256", check=_DIGEST)
    manifest_sha256: str = key("目録のSHA256", check=_DIGEST)
    when: str = key("日時")
    who: str = key("誰")
    open_items: int = key("未了の項目")
    retention_years: int | None = key("保存年限")
    until: str = key("保存期間満了日")
    before: str = key("前の連鎖", "", check=_DIGEST_OR_NONE)
    link: str = key("連鎖", "", check=_DIGEST)

    @property
    def expected_link(self) -> str:
        """The 連鎖 that belongs to what the entry says."""
        said = {name: value for name, value in to_data(self).items() if name != "連鎖"}
        words = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(f"{self.before}{words}".encode()).hexdigest()


@dataclass(frozen=True)
class Chain:
    """保存台帳: the entries, oldest first, each chained to the one before it."""

    entries: tuple[Registered, ...] = ()

    @property
    def link(self) -> str:
        """The newest 連鎖, which nothing after it guards; '' before the first entry."""
        return self.entries[-1].link if self.entries else ""

    @property
    def by_file(self) -> Mapping[str, Registered]:
        """Entries by the names of their zips."""
        return {entry.file: entry for entry in self.entries}

    def newest(self, year: str) -> Registered | None:
        """The last entry of a year, as R7."""
        return next((each for each in reversed(self.entries) if each.year == year), None)

    def with_entry(self, entry: Registered) -> Chain:
        """One entry more, chained to the last."""
        chained = replace(entry, before=self.link)
        return Chain((*self.entries, replace(chained, link=chained.expected_link)))

    @staticmethod
    def from_json(data: bytes) -> Chain:
        """Read `to_json` of the entries back. Raises Unread for anything else."""
        return Chain(from_json(tuple[Registered, ...], data))

    def breaks(self) -> Iterator[Fault]:
        """Where the chain does not hold, each place once."""
        before = ""
        for at, entry in enumerate(self.entries, start=1):
            if entry.link != entry.expected_link:
                words = f"{at}番目の記録（{entry.file}）が、書き込んだときと変わっています。"
                yield Fault(FaultKind.CHAIN, entry.file, "", words)
            elif entry.before != before:
                words = (
                    f"{at}番目の記録（{entry.file}）が、その前の記録につながりません。"
                    "前の記録が、除かれたか、並べ替えられたか、書き換えられています。"
                )
                yield Fault(FaultKind.CHAIN, entry.file, "", words)
            before = entry.link
