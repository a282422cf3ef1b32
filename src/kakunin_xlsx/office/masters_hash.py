"""Digests of the masters: what was merged or printed with them is stale once they change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.plan.years import YEAR_CODE
from kakunin_xlsx.returns.folder import owner_or_hidden
from kakunin_xlsx.textfiles import FileBroken, csv_lines, text_of

_LAST = "終了年度"
_SINCE = re.compile(rf"@({YEAR_CODE})$")  # a reading of the row that begins in that year


def masters_hash(masters: Path, year: FiscalYear) -> tuple[str, ...]:
    """Digests of the master tables as far as they concern a year: `hash_of_files` of a folder."""
    paths = (*masters.glob("*.csv"), *masters.glob("*.toml"))
    return hash_of_files({path.name: path.read_bytes() for path in paths}, year)


def hash_of_files(files: Mapping[str, bytes], year: FiscalYear) -> tuple[str, ...]:
    """The digest to be recorded, and behind it that by which older versions recorded the same.

    The first does not change with what begins after `year`, nor with quotes, line ends and empty
    columns; theirs changes with every byte of a table.
    """
    now, before = hashlib.sha256(), hashlib.sha256()
    for ending in (".csv", ".toml"):
        for name in sorted(files):
            if not name.endswith(ending) or owner_or_hidden(name):  # hidden only elsewhere
                continue
            before.update(f"{name}\n{sha256(files[name])}\n".encode())
            now.update(f"{name}\n".encode())
            for line in _lines(files[name], year) if ending == ".csv" else [files[name]]:
                now.update(line + b"\n")
    return now.hexdigest(), before.hexdigest()


def _lines(table: bytes, year: FiscalYear) -> Iterator[bytes]:
    """The rows that concern a year, each as its filled cells under their headings."""
    try:
        lines = [cells for _, cells in csv_lines(text_of(table))]
    except FileBroken:
        yield table
        return
    header = lines[0] if lines else []
    for cells in lines[1:]:
        row = dict(zip(header, cells, strict=False))
        if beyond := cells[len(header) :]:
            row["None"] = str(beyond)  # as it has been digested since the first version
        begins = row.get("開始年度") or "".join(_SINCE.findall(row.get("キー") or ""))
        if _after(begins, year) or (row.get("列") == _LAST and _lasts(row.get("読み"), year)):
            continue
        if _lasts(row.get(_LAST), year):
            row |= {_LAST: "", "後継": ""}
        filled = sorted((str(name), str(cell)) for name, cell in row.items() if cell)
        yield repr(filled).encode()


def _lasts(word: str | None, year: FiscalYear) -> bool:
    """True for the last year of a row that ends with `year`, or later: that is nothing to it."""
    last = _parsed(word or "")
    return last is not None and last >= year


def _after(word: str, year: FiscalYear) -> bool:
    parsed = _parsed(word)
    return parsed is not None and parsed > year


def _parsed(word: str) -> FiscalYear | None:
    try:
        return FiscalYear.parse(word)
    except ValueError:
        return None
