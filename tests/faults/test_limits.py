"""Time and memory: what one file may cost, with limits so small that they are met."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kakunin_xlsx.returns.limits import Limits
from tests.faults import archives, heavy
from tests.faults.good import codes
from tests.faults.plain import Build
from tests.faults.test_files import ROOT, read
from tests.faults.zips import Member, archive

pytestmark = pytest.mark.usefixtures("own_workers")


@pytest.mark.parametrize(
    ("limits", "build", "code", "word"),
    [
        (Limits(seconds=1), heavy.EMPTY_CELLS, "U15", "1秒たっても"),
        (Limits(memory_mb=250), heavy.one_text(140), "U10", "メモリー"),
        (Limits(files=3), lambda: archives.many_files(1, 4), "U08", "3個"),
        (Limits(cells=2_000), heavy.filled_cells(2_001), "U10", "2,000個"),
    ],
    ids=["seconds", "memory", "files", "cells"],
)
def test_limits_are_kept(
    limits: Limits,
    build: Build,
    code: str,
    word: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (found,) = read(tmp_path, {"重い.xlsx": build()}, limits)
    assert codes(found.findings) == (code,)
    assert word in found.findings[0].words
    assert capfd.readouterr() == ("", "")


def test_files_in_zips_count_together(tmp_path: Path) -> None:
    """Three zips of two files in one: five files with the zips, then no more."""
    found = read(tmp_path, {"束.zip": archives.many_files(3, 2)}, Limits(files=5))
    told = sorted(code for each in found for code in codes(each.findings))
    assert told == ["U02", "U02", "U08", "U08"]


@pytest.mark.slow
def test_a_zip_of_slow_files_is_given_up(tmp_path: Path) -> None:
    slow = heavy.rows(f"<row>{'<c/>' * 16_000}</row>", 100)()
    members = [Member(f"{at}.xlsx", slow + bytes([at])) for at in range(30)]
    found = read(tmp_path, {"遅い.zip": archive(members)}, Limits(seconds=0.4))
    assert {codes(each.findings) for each in found} == {("U15",)}
    given_up = ["同じ圧縮ファイル" in each.findings[0].words for each in found]
    assert sum(given_up) > 15


def test_a_worker_that_dies_costs_its_file_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = {f"{at}.xls": heavy.farther_xls() + bytes([at]) for at in range(3)}
    good = {f"{at}.xlsx": archives.one(str(at)) for at in range(5)}
    found = {each.file: codes(each.findings) for each in read(tmp_path, {**bad, **good})}
    assert found == {**dict.fromkeys(bad, ("U15",)), **dict.fromkeys(good, ())}
    assert capfd.readouterr() == ("", "")


def test_workers_still_starting_when_all_is_read_say_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 24)
    found = read(tmp_path, {f"{at}.xlsx": archives.one(str(at)) for at in range(23)})
    assert {codes(each.findings) for each in found} == {()}
    assert capfd.readouterr() == ("", "")


# Each alone in its folder; only the time is made shorter, or the last one would take it all.
SECONDS, ROUND_IT = 6, 9  # the limit, and for starting and ending a worker on a busy computer
WORST = {
    "far.xls": heavy.far_xls,
    "text.xlsx": heavy.one_text(140),
    "cells.xlsx": lambda: heavy.filled_cells(199_000)(),
    "colours.xlsx": lambda: heavy.coloured(990),
    "slow.xlsx": heavy.EMPTY_CELLS,
}
MEASURE = """
import json, sys, time
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from kakunin_xlsx.returns.folder import received
from kakunin_xlsx.returns.collect import collect
from tests.faults.good import ASKED

def main():
    spent = {}
    for folder in sorted(Path(sys.argv[1]).iterdir()):
        began = time.monotonic()
        collect(received(folder), ASKED)
        spent[folder.name] = round(time.monotonic() - began, 1)
    kilobytes = [getrusage(whose).ru_maxrss for whose in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    print(json.dumps({"seconds": spent, "megabytes": [each // 1024 for each in kilobytes]}))

if __name__ == "__main__":
    main()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="sizes are told in kilobytes on Linux only")
def test_what_the_worst_files_cost(tmp_path: Path) -> None:
    for name, build in WORST.items():
        (tmp_path / "回収" / name).mkdir(parents=True)
        (tmp_path / "回収" / name / name).write_bytes(build())
    script = tmp_path / "measure.py"
    script.write_text(MEASURE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, tmp_path / "回収"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "KAKUNIN_MAX_SECONDS": str(SECONDS)},
    )
    assert done.stderr == ""
    told = json.loads(done.stdout)
    print(told)  # noqa: T201
    assert max(told["seconds"].values()) < SECONDS + ROUND_IT, told
    assert max(told["megabytes"]) < 1024, told
