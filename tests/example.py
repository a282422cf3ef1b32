"""The shipped plan, its sample answers and its forms, for tests of every room."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.layout import Column, Layout, Row, layout
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.record import Answer, Reason, Record, State
from kakunin_xlsx.report.book import paper_workbook
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.form import Values
from kakunin_xlsx.sheets.workbooks import form_workbook

ROOT = Path(__file__).parents[1]
MASTERS = ROOT / "masters" / "komae-saihan-1"
SECOND = ROOT / "tests" / "plans" / "second"
NUMBERS = ROOT / "tests" / "plans" / "numbers"
JIMU = ROOT / "tests" / "plans" / "jimu"  # eight evaluators, 部長, money, eight directions
SHOGAI = ROOT / "tests" / "plans" / "shogai"  # four levels, 主管課 and 関係課
KANKYO = ROOT / "tests" / "plans" / "kankyo"
R7 = FiscalYear.parse("R7")


@cache
def shipped() -> Plan:
    """The plan of 狛江市."""
    return load_plan(MASTERS)


@cache
def layouts(plan: Plan | None = None) -> tuple[Layout, ...]:
    """One layout for each department of a plan, R7."""
    plan = plan or shipped()
    round_ = plan.rounds[0]
    asked = plan.at(R7).respondents_of(round_)
    return tuple(layout(plan, R7, round_.code, who) for who in asked)


def form(one: Layout, values: Values | None = None) -> bytes:
    """The workbook of one respondent."""
    filled = {one.identity.respondent: values or {}}
    return form_workbook([one], shipped().style.font, filled)


def report_workbook(plan: Plan, year: FiscalYear, record: Record) -> bytes:
    """The 確認表 of a year, for councils, with an empty front page."""
    return paper_workbook(CouncilPaper(YearView.of(plan, year, record)))


def answer(one: Layout, row: str, key: str, value: str) -> Answer:
    """An adopted answer as a merge would record it."""
    line, who = one.row[row], ("x", one.row[row].department)
    where = ("回答.xlsx", "J12")
    made = adopted(one.year, one.identity.round, who, line, one.column[key], value, where)
    return replace(made, sha256=hashlib.sha256(value.encode()).hexdigest())


def adopted(
    year: FiscalYear,
    round_code: str,
    who: tuple[str, str],
    row: Row,
    column: Column,
    value: str,
    where: tuple[str, str],
) -> Answer:
    """An answer as a merge hands it over; `who` is code and name, `where` file and cell."""
    file, cell = where
    return Answer(
        year=year.code,
        round=round_code,
        respondent=who[0],
        respondent_name=who[1],
        row=row.id,
        initiative=row.initiative,
        department=row.department,
        key=column.key,
        heading=column.heading,
        value=value,
        understood=column.understand(value) or "",
        state=State.ADOPTED,
        reason=Reason.NONE,
        file=file,
        sheet="確認表",
        cell=cell,
        sha256=hashlib.sha256(file.encode()).hexdigest(),
    )


def whole_layout(plan: Plan | None = None) -> Layout:
    """Every line of the plan, as the report lays it out."""
    plan = plan or shipped()
    return layout(plan, R7, plan.rounds[0].code, None)


def sample_record(changes: Iterable[tuple[str, str, str]] = ()) -> Record:
    """The sample answers as a record; `changes` are (row, key, value), '' takes one away."""
    one = whole_layout()
    sample = (MASTERS / "sample/R7/answers.csv").read_text(encoding="utf-8-sig")
    values = {
        (line["行ID"], column.key): line.get(column.heading, "")
        for line in csv.DictReader(io.StringIO(sample))
        for column in one.open_columns
    }
    values |= {(row, key): value for row, key, value in changes}
    return Record(tuple(answer(one, *at, value) for at, value in values.items() if value))


@dataclass(frozen=True)
class Desk:
    """A plan and an output folder that lie under `root`."""

    root: Path

    @property
    def masters(self) -> Path:
        return self.root / "masters"

    @property
    def plan(self) -> Plan:
        return load_plan(self.masters)

    @property
    def output(self) -> OutputFolder:
        return OutputFolder(self.root / "output")
