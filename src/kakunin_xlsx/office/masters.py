"""台帳: inspecting the masters, what differs between two, and their digests."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kakunin_xlsx.archive.kept import masters_of
from kakunin_xlsx.letters import template_problems
from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.plan import (
    FiscalYear,
    Masters,
    MastersBroken,
    Plan,
    Problem,
    Reading,
    Sentence,
    Status,
    check_masters,
    count,
    describe,
    find_masters,
    load_masters,
    plan_changes,
    source_changes,
)
from kakunin_xlsx.plan.readings import WAITING
from kakunin_xlsx.plan.years import YEAR_CODE
from kakunin_xlsx.returns.folder import owner_or_hidden
from kakunin_xlsx.textfiles import FileBroken, csv_bytes, csv_lines, text_of

_LAST = "終了年度"
_SINCE = re.compile(rf"@({YEAR_CODE})$")  # a reading of the row that begins in that year

# kakunin masters check


@dataclass(frozen=True)
class Inspection:
    """What `masters check` tells. `proof` is a sentence; problems have been raised before."""

    folder: Path
    plan: Plan
    proof: str

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows of each level, by what the plan calls it."""
        words, counts = self.plan.words, count(self.plan)
        named = {
            words.goal: counts.goals,
            words.measure: counts.measures,
            words.initiative: counts.initiatives,
            f"{words.effort}（{words.department}ごとの行）": counts.actions,
            "　うち再掲": counts.repeats,
            "指標" if counts.indicators else "": counts.indicators,
            "課": counts.departments,
        }
        return {name: number for name, number in named.items() if name}

    @property
    def unrated(self) -> str:
        """That a 達成率 suggests nothing for lines of several figures; '' where none is meant to."""
        lines = {row.action for row in self.plan.indicators}
        if not lines or not any(choice.reached for choice in self.plan.choices):
            return ""
        return (
            f"指標のある{self.plan.words.effort}{len(lines)}件には、評価の目安を出しません"
            "（指標ごとの達成率から一つの評価は決まらないためです）。"
        )

    @property
    def open_readings(self) -> tuple[Reading, ...]:
        """補正, 推定 and 原本未照合, in that order."""
        found = (reading for reading in self.plan.readings if reading.status in WAITING)
        return tuple(sorted(found, key=lambda reading: WAITING.index(reading.status)))

    @property
    def by_status(self) -> Mapping[Status, int]:
        """How many of each."""
        return Counter(reading.status for reading in self.open_readings)

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        return {
            "計画": self.plan.title,
            "フォルダー": str(self.folder),
            "件数": dict(self.counts),
            "照合": self.proof,
            "状態": dict(self.by_status),
            "箇所": [asdict(reading) for reading in self.open_readings],
            **({"お知らせ": self.unrated} if self.unrated else {}),
        }


def inspect_masters(folder: Path) -> Inspection:
    """Raises MastersBroken with every problem of structure, provenance and letters."""
    masters = load_masters(folder)
    names = (each.name for each in masters.plan.rounds)
    if problems := (*check_masters(masters), *template_problems(folder, names)):
        raise MastersBroken(problems)
    proof = "両方向とも一致しています（台帳→原本、原本→台帳）。"
    if masters.source is None:
        proof = "原本の文字（source.txt）がないため、行っていません。"
    return Inspection(folder, masters.plan, proof)


def problems_csv(problems: Sequence[Problem]) -> bytes:
    """Every problem on a line: file, line, column, what is wrong, what to do."""
    rows = ((p.file, p.line or "", p.column, p.wrong, p.todo) for p in problems)
    return csv_bytes(["ファイル", "行", "列", "具合", "すること"], rows)


# kakunin masters diff


def as_data(told: Sequence[Sentence]) -> dict[str, Any]:
    """Sentences and the typed changes behind them, for --json."""
    return {"件数": len(told), "変更": list(map(_sentence, told))}


def _sentence(told_: Sentence) -> dict[str, Any]:
    return {
        "文": told_.words,
        "根拠": told_.ground,
        "箇所": [
            {
                "表": change.table,
                "キー": change.key,
                "列": change.column,
                "種類": change.kind.value,
                "前": change.before,
                "後": change.after,
                "年度から": change.first.code if change.first else "",
                "年度まで": change.last.code if change.last else "",
            }
            for change in told_.changes
        ],
    }


def differences(old: Path, new: Path) -> Sequence[Sentence]:
    """Every change between two masters in a sentence, with its grounds.

    Each is a folder or inside the archive of a year.

    Raises Stop, MastersNotFound or MastersBroken.
    """
    with _masters(old) as before, _masters(new) as after:
        return compared(before, after)


def compared(before: Masters, after: Masters) -> Sequence[Sentence]:
    """Compare two masters that are at hand."""
    found = (
        *plan_changes(before.plan, after.plan),
        *source_changes(before.source, after.source),
    )
    return describe(found, before.plan, after.plan)


@contextmanager
def _masters(path: Path) -> Iterator[Masters]:
    if path.is_file():
        with masters_of(path) as folder:
            yield load_masters(folder)
    else:
        yield load_masters(find_masters(path, path))


# Digests: what was merged or printed with the masters is stale once they change.


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
        if _is_from(begins, year.next) or (
            row.get("列") == _LAST and _is_from(row.get("読み"), year)
        ):
            continue
        if _is_from(row.get(_LAST), year):  # when it ends then is nothing to the year
            row |= {_LAST: "", "後継": ""}
        filled = sorted((str(name), str(cell)) for name, cell in row.items() if cell)
        yield repr(filled).encode()


def _is_from(word: str | None, year: FiscalYear) -> bool:
    """True for a year that is `year` or later."""
    try:
        return FiscalYear.parse(word or "") >= year
    except ValueError:
        return False
