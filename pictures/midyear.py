"""A year half-way: forms out, one department missing, one cell empty, one answered twice."""

from __future__ import annotations

import os
import shutil
from datetime import date, datetime, time
from pathlib import Path

from kakunin_xlsx.demo.play import PlayedYear
from kakunin_xlsx.demo.sample import fill_form, sample_answers
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.office.years import YearAt
from kakunin_xlsx.plan import FiscalYear, find_masters, load_plan

YEAR = FiscalYear(2025)
TODAY = date(2026, 6, 3)
TWICE, SECOND_FILE = "福祉相談課", "相談課から (2).xlsx"
# The day on which a clerk would have done it: what the screens tell of files.
_DAYS = {
    "1_配布": date(2026, 5, 1),
    "2_回収": date(2026, 5, 29),
    "3_修正依頼": date(2026, 6, 2),
    "4_取りまとめ": date(2026, 6, 1),
}


def prepare(demo: Path, root: Path) -> PlayedYear:
    """The shipped plan in `root`, its first year taken from a played demo, the second half-way."""
    shipped = find_masters(None, root)
    masters = root / "masters" / shipped.name
    shutil.copytree(shipped, masters)
    before = YEAR.previous.name
    shutil.copytree(demo / "output" / before, root / "output" / before)
    shutil.copy(demo / "output" / "計画.json", root / "output")
    played = PlayedYear(
        masters, YearAt(load_plan(masters), YEAR, OutputFolder(root / "output")), _unsaid
    )
    played.first_returns(played.build())
    _answer_twice(played)
    played.merge()
    played.request()
    set_days(root)
    return played


def _unsaid(_: str) -> None:
    """The demo's talk; here only its files are wanted."""


def _answer_twice(played: PlayedYear) -> None:
    """A second file of one department, which rates its first line otherwise."""
    (layout,) = (each for each in played.layouts if each.respondent == TWICE)
    folder = played.round.folder
    (form,) = folder.issued.glob(f"【{TWICE}】*.xlsx")
    typed = dict(sample_answers(played.masters, layout))
    at = next(at for at in typed if at[1] == "rating")
    ratings = (f"{each.value} {each.name}" for each in layout.column["rating"].choices)
    typed[at] = next(each for each in ratings if each != typed[at])
    data = fill_form(form.read_bytes(), layout, typed)
    (folder.returned / SECOND_FILE).write_bytes(data)


def set_days(root: Path) -> None:
    """Files bear the days of the story, so that screens show the same ones each time."""
    for step, day in _DAYS.items():
        at = datetime.combine(day, time(12)).timestamp()
        for path in root.glob(f"output/*/*/{step}/*"):
            os.utime(path, (at, at))
