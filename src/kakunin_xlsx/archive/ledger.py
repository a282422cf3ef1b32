"""保存台帳.json: every archive that was made, each entry chained to the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kakunin_xlsx.archive.faults import Fault, Kind
from kakunin_xlsx.archive.manifest import digest, number, text, year_code

LEDGER = "保存台帳.json"


class LedgerBroken(ValueError):
    """The text is not a 保存台帳.json that this tool wrote."""


@dataclass(frozen=True)
class Registered:
    """One archive as it was registered; `link` is the 連鎖 over this entry and all before it."""

    year: str  # R7
    file: str
    zip_sha256: str
    manifest_sha256: str
    when: str
    who: str
    open_items: int
    retention_years: int | None
    until: str
    before: str = ""
    link: str = ""

    def as_data(self) -> dict[str, object]:
        """The entry in words, as the file holds it."""
        return {
            "年度": self.year,
            "ファイル": self.file,
            "zipのSHA256": self.zip_sha256,
            "目録のSHA256": self.manifest_sha256,
            "日時": self.when,
            "誰": self.who,
            "未了の項目": self.open_items,
            "保存年限": self.retention_years,
            "保存期間満了日": self.until,
            "前の連鎖": self.before,
            "連鎖": self.link,
        }

    @property
    def expected_link(self) -> str:
        """The 連鎖 that belongs to what the entry says."""
        said = {key: value for key, value in self.as_data().items() if key != "連鎖"}
        words = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(f"{self.before}{words}".encode()).hexdigest()


@dataclass(frozen=True)
class Ledger:
    """The entries, oldest first."""

    entries: tuple[Registered, ...] = ()

    @property
    def link(self) -> str:
        """The newest 連鎖, which nothing after it guards; '' before the first entry."""
        return self.entries[-1].link if self.entries else ""

    def by_file(self) -> Mapping[str, Registered]:
        """Entries by the names of their zips."""
        return {entry.file: entry for entry in self.entries}

    def newest(self, year: str) -> Registered | None:
        """The last archive of a year."""
        return next((each for each in reversed(self.entries) if each.year == year), None)

    def with_entry(self, entry: Registered) -> Ledger:
        """One entry more, chained to the last."""
        chained = replace(entry, before=self.link)
        return Ledger((*self.entries, replace(chained, link=chained.expected_link)))

    def to_json(self) -> bytes:
        """As UTF-8 text that people can read."""
        data = [entry.as_data() for entry in self.entries]
        return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()

    def breaks(self) -> Iterator[Fault]:
        """Where the chain does not hold, each place once."""
        before = ""
        for at, entry in enumerate(self.entries, start=1):
            if entry.link != entry.expected_link:
                words = f"{at}番目の記録（{entry.file}）が、書き込んだときと変わっています。"
                yield Fault(Kind.CHAIN, entry.file, "", words)
            elif entry.before != before:
                words = (
                    f"{at}番目の記録（{entry.file}）が、その前の記録につながりません。"
                    "前の記録が、除かれたか、並べ替えられたか、書き換えられています。"
                )
                yield Fault(Kind.CHAIN, entry.file, "", words)
            before = entry.link


def read_ledger(data: bytes) -> Ledger:
    """Read `to_json` back. Raises LedgerBroken for anything else."""
    try:
        read = json.loads(data.decode())
        if not isinstance(read, list):
            raise TypeError("list")
        return Ledger(tuple(map(_entry, read)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise LedgerBroken(f"{LEDGER} を読めません。") from broken


def _entry(read: Mapping[str, Any]) -> Registered:
    years, before = read["保存年限"], read["前の連鎖"]
    return Registered(
        year=year_code(read["年度"]),
        file=_file_name(read["ファイル"]),
        zip_sha256=digest(read["zipのSHA256"]),
        manifest_sha256=digest(read["目録のSHA256"]),
        when=text(read["日時"]),
        who=text(read["誰"]),
        open_items=number(read["未了の項目"]),
        retention_years=None if years is None else number(years),
        until=text(read["保存期間満了日"]),
        before=digest(before) if before else "",
        link=digest(read["連鎖"]),
    )


def _file_name(value: object) -> str:
    """The name of a file in the same folder, and nothing else. Raises ValueError."""
    name = text(value)
    if set(name) & set("/\\:\0") or name in ("", ".", ".."):
        raise ValueError("file name")
    return name
