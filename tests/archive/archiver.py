"""Run as a process of its own, to be killed: `archiver.py MASTERS OUTPUT [STEP WHEN CALL]`.

It says that it is there, then archives R7; with a step it dies `before` or `after` that call of it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.office.archive import archive_year
from kakunin_xlsx.office.years import YearAt
from kakunin_xlsx.plan import FiscalYear, load_plan
from tests.folders.writer import dying


def main(masters: Path, output: Path, step: str = "", when: str = "", call: str = "1") -> None:
    plan, year = load_plan(masters), FiscalYear.parse("R7")
    os.write(sys.stdout.fileno(), b"\n")
    if step:
        owner: Any = os if step == "fsync" else Path
        setattr(owner, step, dying(getattr(owner, step), when, int(call)))
    archive_year(YearAt(plan, year, OutputFolder(output)), masters)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
