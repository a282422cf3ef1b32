"""状況: steps with their days, who is missing and for how long."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.office.status import RoundState, RoundStatus, Step, round_status
from tests.example import R7, shipped


def status(output: Path) -> RoundStatus:
    return round_status(shipped(), R7, shipped().main_round, OutputFolder(output))


def put(path: Path, day: date) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    seconds = datetime(day.year, day.month, day.day, 12).timestamp()
    os.utime(path, (seconds, seconds))


def test_each_step_tells_how_many_files_and_the_newest_day(tmp_path: Path) -> None:
    assert set(status(tmp_path).steps.values()) == {Step()}
    folder = OutputFolder(tmp_path).round(R7, shipped().main_round)
    put(folder.issued / "【指導室】.xlsx", date(2026, 5, 1))
    put(folder.issued / "~$【指導室】.xlsx", date(2026, 5, 9))  # Excel's own, while it is open
    put(folder.issued / "前の回答.csv", date(2026, 5, 9))
    put(folder.returned / "a" / "指導室.xlsx", date(2026, 5, 20))
    put(folder.returned / "b.zip", date(2026, 5, 18))
    put(folder.letters / "2026-05-21" / "【指導室】照会.txt", date(2026, 5, 21))
    told = status(tmp_path)
    assert told.steps["配布"] == Step(1, date(2026, 5, 1))
    assert told.steps["回収"] == Step(2, date(2026, 5, 20))
    assert told.steps["修正依頼"] == Step()
    assert told.stage is RoundState.RETURNED
    assert told.missing == ()  # who sent them is known after a merge


def test_until_something_came_back_everyone_is_missing(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path).round(R7, shipped().main_round)
    put(folder.issued / "【指導室】.xlsx", date(2026, 5, 1))
    told = status(tmp_path)
    assert len(told.missing) == 5
    days = (date(2026, 5, 30), date(2026, 5, 31), date(2026, 6, 3))
    assert [told.days_late(day) for day in days] == [0, 0, 3]
