"""Earlier years are read from their last archive, and from the output folder until then."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.office.earlier import history
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.stop import Stop
from tests.archive.edits import flipped, members, rewrite
from tests.archive.years import zip_of
from tests.cli.test_commands import kakunin
from tests.example import R7, shipped

R8 = FiscalYear.parse("R8")


def test_an_archived_year_is_the_year_that_was_merged(year: Path) -> None:
    output = OutputFolder(year)
    archived = history(shipped(), R8, output)
    (year / "保存").rename(year / "別の所")
    merged = history(shipped(), R8, output)
    key = lambda answer: (answer.round, answer.respondent, answer.row, answer.key)  # noqa: E731
    assert sorted(archived.record.answers, key=key) == sorted(merged.record.answers, key=key)
    assert {answer.round for answer in archived.record.answers} == {
        "jisseki",
        "naibu",
        "iinkai",
        "taio",
    }
    assert all(answer.adopted for answer in archived.record.answers)
    assert archived.sources == ((R7, str(zip_of(year))),)
    assert merged.sources == ((R7, str(year / "令和7年度")),)


def test_an_archived_year_no_longer_needs_its_folder(year: Path) -> None:
    before = history(shipped(), R8, OutputFolder(year))
    (year / "令和7年度").rename(year.parent / "片付けた")
    assert history(shipped(), R8, OutputFolder(year)) == before
    assert before.of(R7) == before.record


def test_a_year_itself_is_none_of_its_past(year: Path) -> None:
    assert history(shipped(), R7, OutputFolder(year)).record.answers == ()


def test_an_archive_that_changed_is_not_read(year: Path) -> None:
    files = members(zip_of(year))
    rewrite(zip_of(year), flipped(files, next(iter(files))))
    with pytest.raises(Stop, match=r"保存したときのzipと違います。[^。]*kakunin verify"):
        history(shipped(), R8, OutputFolder(year))
    result = kakunin(year, "report", "--year", "R8")
    assert (result.exit_code, "Traceback" in result.output) == (3, False)
