"""The shipped plan after the changes of its sample table, and masters changed by hand."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kakunin_xlsx.demo.sample import fill_masters, revisions
from kakunin_xlsx.office.masters_book import export_masters, import_masters
from kakunin_xlsx.plan import Edit, EditKind, FiscalYear, Plan, edited, load_plan, prove, read_texts
from kakunin_xlsx.plan.readings import key_since
from kakunin_xlsx.plan.schema import LAST, TABLE
from tests.example import MASTERS

R6, R7, R8 = (FiscalYear.parse(f"R{n}") for n in (6, 7, 8))


def copied(into: Path, masters: Path = MASTERS) -> Path:
    """The masters in a folder of their own."""
    return Path(shutil.copytree(masters, into / masters.name))


def revised_folder(into: Path, edits: Sequence[Edit] | None = None) -> Path:
    """A copy of the shipped masters with `edits`, or with what the demo types into 台帳.xlsx."""
    folder = copied(into)
    if edits is not None:
        apply(folder, edits)
        return folder
    with TemporaryDirectory() as name:
        path = Path(name) / "台帳.xlsx"
        export_masters(folder, path)
        path.write_bytes(fill_masters(path.read_bytes(), revisions(folder)))
        import_masters(folder, path)
    return folder


def apply(folder: Path, edits: Sequence[Edit]) -> None:
    """Make `edits`, if what comes out checks. Raises MastersBroken, and nothing is written."""
    before = read_texts(folder)
    after, problems = edited(before, edits)
    assert problems == []
    old = before.files()
    new = {name: data for name, data in prove(after).texts.files().items() if data != old[name]}
    for name, data in new.items():
        (folder / name).write_bytes(data)


def ended(table: str, key: str, year: FiscalYear, why: str, heir: str = "") -> list[Edit]:
    """A row that holds to the year before, and who takes over."""
    made = [Edit(table, key, LAST, year.previous.code, year, why, EditKind.SET)]
    return [*made, *([Edit(table, key, "後継", heir, kind=EditKind.SET)] if heir else [])]


def added(table: str, key: str, year: FiscalYear, why: str, **cells: str) -> list[Edit]:
    """A new row at the end of its table that begins in a year."""
    keys = dict(zip(TABLE[table].keys, key.split("/"), strict=True))
    own = key_since(key, year)
    return [
        Edit(table, own, kind=EditKind.ADD),
        *(
            Edit(table, own, heading, text, year, why, EditKind.SET)
            for heading, text in {**keys, **cells, "開始年度": year.code}.items()
        ),
    ]


@cache
def revised_plan() -> Plan:
    """One department renamed, one merged, a target revised, an initiative ended, all in R8."""
    with TemporaryDirectory() as name:
        return load_plan(revised_folder(Path(name)))
