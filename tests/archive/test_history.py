"""Earlier years are read from their last archive, and from the output folder until then."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.office.years import YearAt
from kakunin_xlsx.office.years import history as history_of
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.record import Answer
from kakunin_xlsx.stop import Stop
from tests.archive.edits import flipped, members, rewrite
from tests.archive.years import zip_of
from tests.cli.test_commands import kakunin
from tests.example import R7, shipped

R8 = FiscalYear.parse("R8")
Found = Mapping[FiscalYear, tuple[tuple[Answer, ...], str]]


def history(output: Path, year: FiscalYear = R8) -> Found:
    return history_of(YearAt(shipped(), year, OutputFolder(output)))


def answers(found: Found) -> list[Answer]:
    return [answer for each, _ in found.values() for answer in each]


def test_an_archived_year_is_the_year_that_was_merged(year: Path) -> None:
    archived = history(year)
    (year / "保存").rename(year / "別の所")
    merged = history(year)
    key = lambda answer: (answer.round, answer.respondent, answer.row, answer.key)  # noqa: E731
    assert sorted(answers(archived), key=key) == sorted(answers(merged), key=key)
    assert {answer.round for answer in answers(archived)} == {
        "jisseki",
        "naibu",
        "iinkai",
        "taio",
    }
    assert all(answer.adopted for answer in answers(archived))
    assert [(at, where) for at, (_, where) in archived.items()] == [(R7, str(zip_of(year)))]
    assert [(at, where) for at, (_, where) in merged.items()] == [(R7, str(year / "令和7年度"))]


def test_an_archived_year_no_longer_needs_its_folder(year: Path) -> None:
    before = history(year)
    (year / "令和7年度").rename(year.parent / "片付けた")
    assert history(year) == before
    assert list(before[R7][0]) == answers(before)


def test_a_year_itself_is_none_of_its_past(year: Path) -> None:
    assert answers(history(year, R7)) == []


def test_an_archive_that_changed_is_not_read(year: Path) -> None:
    files = members(zip_of(year))
    rewrite(zip_of(year), flipped(files, next(iter(files))))
    with pytest.raises(Stop, match=r"保存したときのzipと違います。[^。]*kakunin verify"):
        history(year)
    result = kakunin(year, "report", "--year", "R8")
    assert (result.exit_code, "Traceback" in result.output) == (3, False)
