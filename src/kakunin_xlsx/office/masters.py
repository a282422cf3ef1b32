"""Inspecting the masters: counts, proof against the source, and what is still to be verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kakunin_xlsx.letters import template_problems
from kakunin_xlsx.plan import (
    MastersBroken,
    Plan,
    Reading,
    Status,
    check_masters,
    count,
    load_masters,
)

_OPEN = (Status.CORRECTED, Status.INFERRED, Status.UNVERIFIED)


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
            "課": counts.departments,
        }
        return {name: number for name, number in named.items() if name}

    @property
    def open_readings(self) -> tuple[Reading, ...]:
        """補正, 推定 and 原本未照合, in that order."""
        found = (reading for reading in self.plan.readings if reading.status in _OPEN)
        return tuple(sorted(found, key=lambda reading: _OPEN.index(reading.status)))

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
