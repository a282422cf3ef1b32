"""Forms made by several processes are those that one makes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kakunin_xlsx.folders.files import Change
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.layout import Forms, Layout
from kakunin_xlsx.office import build
from kakunin_xlsx.office.years import RoundAt
from kakunin_xlsx.plan import Respondent, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.stop import Stop
from tests.example import MASTERS, R7, SECOND

FEW = {"worth": 1, "batch": 1}  # two processes, however few the forms


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processors, whatever this computer has; FEW makes use of both."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("masters", [MASTERS, SECOND])
def test_the_same_bytes_in_the_same_order(masters: Path) -> None:
    plan = load_plan(masters)
    sheets = Forms(plan, R7, plan.main_round.code, Record())
    asked = plan.at(R7).respondents_of(plan.main_round)
    assert len(asked) > 2
    together = list(build.form_files(sheets, asked, **FEW))
    assert together == [build._made(sheets, who) for who in asked]


class _Silent(Forms):
    """A process that is asked for one of these ends without a word."""

    def of(self, respondent: Respondent | None, bare: bool = False) -> Layout:  # noqa: ARG002
        os._exit(1)


@pytest.mark.usefixtures("two")
def test_a_process_that_ends_is_told_in_words() -> None:
    plan = load_plan(MASTERS)
    sheets = _Silent(plan, R7, plan.main_round.code, Record())
    with pytest.raises(Stop, match="メモリーに空きを作り"):
        list(build.form_files(sheets, plan.respondents, **FEW))


def test_older_forms_are_kept(tmp_path: Path) -> None:
    plan = load_plan(MASTERS)
    at = RoundAt(plan, R7, OutputFolder(tmp_path), plan.main_round)
    first = build.issue_forms(at)
    assert {form.change for form in first.forms} == {Change.NEW}
    assert all(form.path.is_file() for form in first.forms)
    first.forms[0].path.write_bytes(b"older")
    again = build.issue_forms(at)
    assert [form.change for form in again.forms] == [
        Change.REPLACED,
        *[Change.SAME] * (len(first.forms) - 1),
    ]
    kept = list(at.folder.superseded.iterdir())
    assert [path.read_bytes() for path in kept] == [b"older"]
