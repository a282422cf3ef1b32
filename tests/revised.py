"""The shipped plan after the changes of its sample table, and masters changed by hand."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kakunin_xlsx.office.revisions import apply_revisions, read_revisions
from kakunin_xlsx.plan import FiscalYear, Plan, Revision, load_plan
from tests.example import MASTERS

SAMPLE = MASTERS / "sample" / "revisions.csv"
R6, R7, R8 = (FiscalYear.parse(f"R{n}") for n in (6, 7, 8))


def copied(into: Path, masters: Path = MASTERS) -> Path:
    """The masters in a folder of their own."""
    return Path(shutil.copytree(masters, into / masters.name))


def revised_folder(into: Path, revisions: Sequence[Revision] | None = None) -> Path:
    """A copy of the shipped masters with `revisions`, or with the sample's."""
    folder = copied(into)
    apply_revisions(folder, read_revisions(SAMPLE) if revisions is None else revisions)
    return folder


@cache
def revised_plan() -> Plan:
    """One department renamed, one merged, a target revised, an initiative ended, all in R8."""
    with TemporaryDirectory() as name:
        return load_plan(revised_folder(Path(name)))
