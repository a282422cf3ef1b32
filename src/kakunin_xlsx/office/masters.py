"""台帳: inspecting the masters, and what differs between two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakunin_xlsx.archive.kept import masters_of
from kakunin_xlsx.letters import template_problems
from kakunin_xlsx.plan import (
    Masters,
    MastersBroken,
    Plan,
    Problem,
    Reading,
    Sentence,
    Status,
    check_masters,
    describe,
    find_masters,
    load_masters,
    plan_changes,
    source_changes,
)
from kakunin_xlsx.plan.readings import READINGS, WAITING
from kakunin_xlsx.textfiles import csv_bytes

# kakunin masters check


@dataclass(frozen=True)
class Inspection:
    """What `masters check` tells. `proof` is a sentence; problems have been raised before."""

    folder: Path
    plan: Plan
    proof: str

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows of each level, by what the plan calls it; one that changed meanwhile counts once."""
        plan, words = self.plan, self.plan.words
        named = {
            words.goal: len(plan.goal),
            words.measure: len(plan.measure),
            words.initiative: len(plan.initiative),
            f"{words.effort}（{words.department}ごとの行）": len(plan.action),
            "　うち再掲": sum(bool(row.repeats) for row in plan.action.values()),
            "指標" if plan.indicators else "": len(plan.indicator),
            "課": len(plan.department),
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
    def unaimed(self) -> str:
        """Years for which no line has a target, where the plan says final goals; '' if none."""
        years = "、".join(str(year) for year in sorted(self.plan.without_targets))
        target = self.plan.words.target
        return f"どの行にも{target}のない年度（空欄のまま扱います）：{years}" if years else ""

    @property
    def told(self) -> tuple[str, ...]:
        """What a person should know besides."""
        return tuple(filter(None, (self.unrated, self.unaimed)))

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
            "箇所": [
                {each.attribute: getattr(reading, each.attribute) for each in READINGS.columns}
                for reading in self.open_readings
            ],
            **({"お知らせ": "\n".join(self.told)} if self.told else {}),
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
