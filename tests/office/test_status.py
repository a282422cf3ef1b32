"""状況: steps with their days, who is missing and for how long."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from kakunin_xlsx.cli.menu import OPERATIONS, numbered
from kakunin_xlsx.folders.tree import OutputFolder, form_name
from kakunin_xlsx.layout import layout
from kakunin_xlsx.office.merge import Collected, collect_returns
from kakunin_xlsx.office.status import (
    NextSteps,
    RoundState,
    RoundStatus,
    Step,
    looked_into,
    round_status,
)
from kakunin_xlsx.office.years import RoundAt
from tests.example import MASTERS, R7, form, layouts, shipped


def at(output: Path) -> RoundAt:
    return RoundAt(shipped(), R7, OutputFolder(output), shipped().main_round)


def status(output: Path) -> RoundStatus:
    return round_status(at(output))


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
    assert told.missing == ()  # nobody has looked into them


def test_until_something_came_back_everyone_is_missing(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path).round(R7, shipped().main_round)
    put(folder.issued / "【指導室】.xlsx", date(2026, 5, 1))
    told = status(tmp_path)
    assert len(told.missing) == 5
    days = (date(2026, 5, 30), date(2026, 5, 31), date(2026, 6, 3))
    assert [told.days_late(day) for day in days] == [0, 0, 3]


def test_what_nobody_sent_is_not_counted(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path).round(R7, shipped().main_round)
    for name in ("Thumbs.db", "sub/desktop.ini", "~$【指導室】.xlsx", ".DS_Store"):
        put(folder.returned / name, date(2026, 5, 20))
    assert status(tmp_path).steps["回収"] == Step()
    assert status(tmp_path).stage is RoundState.NOTHING


def sent(path: Path, *of: int, broken: str = "") -> None:
    """The forms of some departments in one place: a file, or a zip of several."""
    path.parent.mkdir(parents=True, exist_ok=True)
    books = [form(layouts()[at]) for at in of]
    if path.suffix == ".zip":
        with ZipFile(path, "w") as made:
            for at, data in zip(of, books, strict=True):
                made.writestr(f"{at}.xlsx", data)
    else:
        path.write_bytes(broken.encode() or books[0])


def merged(output: Path) -> Collected:
    return collect_returns(at(output), MASTERS, dry_run=True)


Sent = tuple[str, tuple[int, ...], str]
ARRIVED: list[tuple[str, list[Sent]]] = [
    ("each its own", [("a.xlsx", (0,), ""), ("b/c.xlsx", (1,), "")]),
    ("twice, and a memo", [("a.xlsx", (0,), ""), ("a2.xlsx", (0,), ""), ("m.txt", (), "x")]),
    ("in a zip", [("a.zip", (0, 2), ""), ("d.xlsx", (3,), "")]),
    ("everyone", [("a.zip", (0, 1, 2, 3, 4), "")]),
    ("nobody's", [("読めない.xlsx", (), "PK"), ("Thumbs.db", (), "x")]),
]


@pytest.mark.parametrize(("_", "files"), ARRIVED)
def test_before_a_merge_the_marks_tell_who_has_handed_in(
    _: str, files: list[Sent], tmp_path: Path
) -> None:
    folder = OutputFolder(tmp_path).round(R7, shipped().main_round)
    for name, of, broken in files:
        sent(folder.returned / name, *of, broken=broken)
    told, would = looked_into(status(tmp_path)), merged(tmp_path)
    assert told.returned == sum(len(each.paths) for each in would.returns)
    assert told.missing == tuple(line.name for line in would.merged.missing)
    there = {each for _, of, _ in files for each in of}
    assert told.arrived is not None
    assert set(told.arrived) == {layouts()[at].identity.respondent for at in there}


def test_another_years_form_is_nobodys(tmp_path: Path) -> None:
    plan = shipped()
    folder = OutputFolder(tmp_path).round(R7, plan.main_round)
    other = layout(plan, R7.next, plan.main_round.code, plan.respondents_of(plan.main_round)[0])
    folder.returned.mkdir(parents=True)
    (folder.returned / "R8.xlsx").write_bytes(form(other))
    told = looked_into(status(tmp_path))
    assert (told.arrived, told.unmarked, len(told.missing)) == ({}, ("R8.xlsx",), 5)


def test_whose_form_was_built_is_asked(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path).round(R7, shipped().main_round)
    put(folder.issued / form_name(shipped(), "指導室", R7, shipped().main_round), date(2026, 5, 1))
    assert status(tmp_path).missing == ("指導室",)


def test_steps_name_the_number_of_the_menu() -> None:
    steps = NextSteps("--year R7")
    said = [
        steps.merge,
        steps.report,
        steps.mend(conflicts=True, to_correct=True),
        steps.mend(conflicts=False, to_correct=True),
        steps.mend(conflicts=False, to_correct=True, requested=True),
        steps.mend(conflicts=False, to_correct=False),
    ]
    for sentence, command in zip(
        said, ["merge", "report", "merge", "check", "merge", "merge"], strict=True
    ):
        at = next(n for n, each in enumerate(OPERATIONS, 1) if each.command[0] == command)
        assert f"：kakunin {command} --year R7" in sentence
        assert numbered(sentence) == f"{sentence}（操作の一覧の{at}番）"
