"""Hostile and broken files: each costs itself alone, and what became of it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kakunin_xlsx.returns.collect import collect
from kakunin_xlsx.returns.folder import received
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Return
from tests.faults.cases import GROUPS, Case
from tests.faults.good import ASKED, BESIDE, SPOILT, adopted, answers, codes, filled, merged

ROOT = Path(__file__).parents[2]
GOOD = "全部記入した確認表.xlsx"
Seen = Mapping[str, tuple[bytes, int]]


def seen(folder: Path) -> Seen:
    """Everything in the folder: bytes and time of change."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read(folder: Path, files: Mapping[str, bytes], limits: Limits | None = None) -> list[Return]:
    """The files read beside a good return, which comes back whole; those of `files` are given."""
    for name, data in {**files, GOOD: filled(BESIDE)}.items():
        (folder / name).write_bytes(data)
    before = seen(folder)
    found = collect(received(folder), ASKED, limits or Limits())
    assert seen(folder) == before
    (good,) = [each for each in found if each.file == GOOD]
    result = merged(good)
    assert result.findings == ()
    assert adopted(result) == answers(BESIDE)
    return [each for each in found if each is not good]


def of(name: str, returns: Sequence[Return]) -> list[Return]:
    """What came of one file: itself, or the files inside it."""
    return [
        each
        for each in returns
        if any(path == name or path.startswith(f"{name}/") for path in each.paths)
    ]


def check(case: Case, returns: Sequence[Return]) -> None:
    result = merged(*returns)
    told = [f"{finding.code} {finding.words} {finding.remedy}" for finding in result.findings]
    assert codes(result.findings) == tuple(sorted(case.codes.split())), told
    assert any(case.word in words for words in told) or not case.word, told
    assert "root:" not in repr(returns)
    assert "\\x1b" not in repr(returns)
    if case.is_read:
        wanted = {**answers(SPOILT), **case.says}
        assert adopted(result) == {at: text for at, text in wanted.items() if text is not None}
    elif len(returns) == 1:
        assert not returns[0].sheets


SLOW = ("heavy", "archives")


@pytest.mark.parametrize(
    "group", [pytest.param(g, marks=pytest.mark.slow if g in SLOW else ()) for g in GROUPS]
)
def test_each_file_costs_itself_alone(
    group: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], subtests: pytest.Subtests
) -> None:
    cases = GROUPS[group]
    returns = read(tmp_path, {case.name: case.build() for case in cases})
    assert capfd.readouterr() == ("", "")
    for case in cases:
        with subtests.test(case.name):
            check(case, of(case.name, returns))
