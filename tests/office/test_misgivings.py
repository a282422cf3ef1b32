"""What `build` says of a round before its forms go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.office.build import misgivings
from kakunin_xlsx.office.years import RoundAt
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from tests.example import R7, SECOND, shipped

MAY = date(2026, 5, 1)


def told(plan: Plan, today: date = MAY, year: FiscalYear = R7, **changed: object) -> list[str]:
    round_ = replace(plan.main_round, **changed)  # type: ignore[arg-type]
    return list(misgivings(RoundAt(plan, year, OutputFolder(Path()), round_), today))


def of_deadline(due: tuple[int, int] | None, today: date = MAY) -> str:
    return next((line for line in told(shipped(), today, due=due) if "提出期限" in line), "")


DEADLINES: list[tuple[tuple[int, int] | None, date, str]] = [
    (
        (5, 31),
        MAY,
        "（令和8年5月31日（日））は、日曜日です（その前の開庁日は令和8年5月29日（金）です）",
    ),
    ((5, 30), MAY, "土曜日です"),
    ((7, 20), MAY, "海の日です（その前の開庁日は令和8年7月17日（金）です）"),
    ((9, 22), MAY, "国民の休日です"),
    ((12, 30), MAY, "年末年始の閉庁日です"),
    ((5, 29), date(2026, 5, 30), "過ぎています（きょうは令和8年5月30日（土）です）"),
    ((5, 31), date(2026, 6, 1), "過ぎています"),
    ((5, 29), date(2026, 5, 29), ""),
    ((5, 29), MAY, ""),
    (None, MAY, ""),
]


@pytest.mark.parametrize(("due", "today", "words"), DEADLINES)
def test_a_deadline_that_nobody_can_keep(
    due: tuple[int, int] | None, today: date, words: str
) -> None:
    said = of_deadline(due, today)
    assert words in said
    assert bool(said) == bool(words)
    assert not said or "rounds.csv の「提出期限」" in said


@pytest.mark.parametrize("year", ["R6", "R7", "R8"])
def test_targets_that_nobody_compared(year: str) -> None:
    plan, asked = shipped(), FiscalYear.parse(year)
    waiting = {
        reading.key.partition("/")[0]
        for reading in plan.readings
        if reading.table == "targets"
        if reading.status == "原本未照合"
        if reading.key.endswith(f"/{year}")
        if reading.column == "目標文"
    }
    said = [line for line in told(plan, year=asked) if "原本未照合" in line]
    assert len(said) == bool(waiting)
    assert not said or f"{asked.name}の取組目標のうち{len(waiting)}件" in said[0]


def test_a_sound_plan_is_told_nothing_of_its_targets() -> None:
    plan = load_plan(SECOND)
    lines = told(plan, year=plan.first_year, due=None)
    assert lines == []


EXAMPLES: list[tuple[str, Mapping[str, str]]] = [
    ("計画の設定", {"title": "（例）○○計画"}),
    ("計画の設定", {"office": "（例）○○課"}),
]


@pytest.mark.parametrize(("where", "changed"), EXAMPLES)
def test_examples_of_the_settings(where: str, changed: Mapping[str, str]) -> None:
    plan = replace(shipped(), **changed)  # type: ignore[arg-type]
    (line,) = (line for line in told(plan) if "（例）" in line)
    assert where in line


def test_examples_of_a_table() -> None:
    plan = shipped()
    actions = (replace(plan.actions[0], effort="（例）点検"), *plan.actions[1:])
    (line,) = (line for line in told(replace(plan, actions=actions)) if "（例）" in line)
    assert plan.actions[0].id in line
    assert not [line for line in told(plan) if "（例）" in line]
