"""How many cells a clerk types to begin a plan: what 台帳.xlsx holds beside what follows by itself.

`python -m tests.tools.typed_cells` prints the table of docs/台帳の手引き.md.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.masters_book.contents import masters_book
from kakunin_xlsx.masters_book.pages import masters_pages
from kakunin_xlsx.office.init import _new_plan
from kakunin_xlsx.plan import Plan, load_masters
from kakunin_xlsx.plan.new_plan import example_texts
from kakunin_xlsx.plan.settings import settings_of
from kakunin_xlsx.plan.texts import MasterTexts
from tests.example import JIMU, KANKYO, MASTERS, NUMBERS, SECOND, SHOGAI

PLANS = (MASTERS, SECOND, NUMBERS, KANKYO, JIMU, SHOGAI)
TREE, LINES, AIMS = ("goals", "measures", "initiatives"), ("actions",), ("indicators", "targets")
ROUNDS = ("rounds", "fields", "scales")
_FOLLOWS = {"departments": {"コード"}, "respondents": {"コード"}}  # a code is given by itself
_OF_A_LIST = {"No", "基本目標", "施策", "上の施策", "名称", "ID", "重点取組", "部署", "関係課"} | {
    *("事業概要", "取組", "行ID", "単位")
}
_HEADS = 3  # lines above the rows of a sheet


@dataclass(frozen=True)
class Typed:
    """The cells of one plan, by table; `of_a_list` of them stand in a clerk's own list."""

    plan: Plan
    cells: Mapping[str, int]
    of_a_list: int

    @property
    def total(self) -> int:
        """All that is typed into 台帳.xlsx."""
        return sum(self.cells.values())

    def of(self, *tables: str) -> int:
        """What is typed into some sheets."""
        return sum(self.cells[table] for table in tables)

    @property
    def row(self) -> str:
        """A row of the table in the guide."""
        plan = self.plan
        people = self.of("departments", "respondents", "settings")
        numbers = (
            len(plan.departments),
            len(plan.actions),
            people,
            self.of(*TREE),
            self.of(*LINES),
            self.of(*AIMS),
            self.of(*ROUNDS),
            self.total,
            self.total - self.of_a_list,
        )
        return f"| {plan.title} | {' | '.join(f'{number:,}' for number in numbers)} |"


def typed_cells(folder: Path) -> Typed:
    """Count those of one plan."""
    masters = load_masters(folder)
    plan, begun = masters.plan, _as_begun(masters.plan)
    cells: Counter[str] = Counter()
    listed = 0
    for table, key, heading, text in _cells(masters.texts, plan):
        if (table, key, heading, text) in begun or heading in _FOLLOWS.get(table, ()):
            continue
        if table == "respondents" and key in plan.respondent and plan.respondent[key].department:
            continue  # it follows from the 課
        cells[table] += 1
        year = heading.partition(" ")[2] in ("目標文", "目標値")
        own = table in (*TREE, *LINES, "targets") and (heading in _OF_A_LIST or year)
        listed += own or table == "departments"
    before, now = settings_of(_begin(plan).toml or ""), settings_of(masters.texts.toml or "")
    cells["settings"] = sum(now[label] != before[label] for label in now)
    return Typed(plan, cells, listed)


def _begin(plan: Plan) -> MasterTexts:
    """What `init` writes, asked for a plan with these years and levels."""
    years = {"from_year": plan.first_year.code, "to_year": plan.last_year.code}
    words = {"goal_word": "基本目標", "measure_word": "施策", "initiative_word": "重点取組"}
    said = {**years, **words, "department_word": "担当課", "rating": "A-D", "council": "会議"}
    return example_texts(_new_plan("keikaku", {**said, "levels": "3" if plan.measures else "2"}))


def _as_begun(plan: Plan) -> frozenset[tuple[str, str, str, str]]:
    """The cells of rounds, fields and scales that stand there already."""
    return frozenset(cell for cell in _cells(_begin(plan), None) if cell[0] in ROUNDS)


def _cells(texts: MasterTexts, plan: Plan | None) -> Iterator[tuple[str, str, str, str]]:
    """Table, first cell of the row, heading and text of every filled cell of the workbook."""
    for page in masters_pages(masters_book(texts, plan)):
        table = page.name.partition("（")[2].rstrip("）")
        if not table or table in ("readings", "texts", "notes"):
            continue
        heads = {col: str(cell.value) for col, cell in page.lines[_HEADS - 1].cells.items()}
        for line in page.lines[_HEADS:]:
            row = {heads[col]: str(cell.value or "") for col, cell in line.cells.items()}
            key = row[heads[0]] + (f"/{row[heads[1]]}" if table in ("fields", "scales") else "")
            yield from ((table, key, head, text) for head, text in row.items() if text)


def table() -> Iterator[str]:
    """The rows of the table in the guide."""
    return (typed_cells(folder).row for folder in PLANS)


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
