"""台帳への提案: what departments would change in the masters, and what became of it.

A proposal is a locked text that somebody changed (修正提案.csv), or an answer in a field that
fields.csv marks with 台帳への提案. What the office decided stands in 提案の採否.csv beside the
merge's tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kakunin_xlsx.codec import key
from kakunin_xlsx.layout.columns import plan_columns
from kakunin_xlsx.layout.model import OF_LINE, REPEATED
from kakunin_xlsx.merge import read_table
from kakunin_xlsx.merge.tables import PROPOSALS, PROPOSALS_HEADER
from kakunin_xlsx.office.years import RoundAt, YearAt
from kakunin_xlsx.plan import FiscalYear, Plan, Round, RowKind
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.record import FORM_ROW, Answer
from kakunin_xlsx.textfiles import csv_file

DECIDED = "提案の採否.csv"
DECIDED_HEADER = [
    *["回答元", "行ID", "項目", "記入", "採否", "表", "キー", "列", "年度から", "文"],
    *["誰", "理由", "日"],
]
OPEN = "未処理"

# `R8「…」`: the year from which, and the new text.
_QUOTED = re.compile(
    r"(?:(?P<year>(?:R|令和)\s*\d+(?:年度?)?)(?:から|は|を|：|:|、)?\s*)?「(?P<text>[^「」]+)」。?"
)
_NUMBERED = re.compile(r"^\S+\n")  # an initiative is printed behind its number
_TARGET = "target:"
_TEXTS: Mapping[str, tuple[str, str]] = {  # column of a form → table and column of the masters
    "outline": ("actions", "事業概要"),
    "effort": ("actions", "取組"),
    "department": ("actions", "部署"),
    "initiative": ("initiatives", "名称"),
}


@dataclass(frozen=True, slots=True)
class MasterCell:
    """A cell of the masters; `table` is '' for none. A target's `row` may lack its year."""

    table: str = key("表")
    row: str = key("キー")
    column: str = key("列")

    def row_from(self, year: FiscalYear) -> str:
        """The key of the row if a proposal holds from `year` on: that year's target."""
        of_year = self.table == "targets" and "/" not in self.row
        return f"{self.row}/{year.code}" if of_year else self.row


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterProposal:
    """One proposal, and the master cell it is about.

    `typed` is what the department wrote, `text` the new words in it; `now` what stands there.
    `first_year` is from when, as far as the proposal says so. `decided` says by whom, when and why.
    """

    number: int = key("番号", 0)
    state: str = key("採否", OPEN)
    round: str = key("照会")
    respondent: str = key("回答元")
    row: str = key("行ID")
    item: str = key("項目")
    cell: MasterCell = key("台帳の箇所")
    now: str = key("いまの文")
    typed: str = key("記入")
    text: str = key("新しい文")
    first_year: FiscalYear = key("年度から")
    places: tuple[str, ...] = key("記入されたところ")
    decided: str = key("決定", "")

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes it the same proposal in another file."""
        return self.respondent, self.row, self.item, self.typed


def proposals(at: YearAt) -> tuple[MasterProposal, ...]:
    """Every proposal of a year's merged rounds, numbered in their order. Raises Stop."""
    found: dict[tuple[str, ...], MasterProposal] = {}
    for round_ in at.merged_rounds:
        for each in _of_round(round_):
            known = found.setdefault((each.round, *each.identity), each)
            if known is not each:  # sent again in another file
                places = tuple(dict.fromkeys((*known.places, *each.places)))
                found[each.round, *each.identity] = replace(known, places=places)
    return tuple(replace(each, number=at) for at, each in enumerate(found.values(), 1))


def _of_round(at: RoundAt) -> Iterator[MasterProposal]:
    maker = _Maker(at.plan, at.year, at.round, read_decided(at.folder.merged / DECIDED))
    with at.fresh():
        answers = at.answers()
    yield from map(maker.changed, read_table(at.folder.merged, PROPOSALS))
    yield from maker.answered(answers)


@dataclass(frozen=True)
class _Maker:
    """Makes the proposals of one round."""

    plan: Plan
    year: FiscalYear
    round: Round
    decided: Sequence[Mapping[str, str]]

    def changed(self, row: Mapping[str, str]) -> MasterProposal:
        """From a line of 修正提案.csv."""
        who, id_, item, _, typed, *where = (row[name] for name in PROPOSALS_HEADER)
        cell = self._of_text(id_, item)
        text, table = typed.removeprefix(REPEATED), cell.table
        if table == "initiatives":
            text = _NUMBERED.sub("", typed)
        elif table == "indicators":
            text = text.removeprefix(OF_LINE)
        elif table == "targets" and self._has_figure(cell.row):
            text = ""  # words and number are printed together: the office must part them
        elif (table, cell.column) == ("actions", "部署"):
            codes = {each.name: each.code for each in self._then.departments}
            text = codes.get(typed.strip(), "")
        return self._made(who, id_, item, cell, typed, text, None, where)

    def answered(self, answers: Sequence[Answer]) -> Iterator[MasterProposal]:
        """From the answers in fields that propose."""
        fields = self.plan.fields_of(self.round.code, self.year)
        proposing = {each.key: each.proposes for each in fields if each.proposes}
        for answer in answers:
            if not answer.adopted or answer.row == FORM_ROW or answer.key not in proposing:
                continue
            table, column = proposing[answer.key]
            row = (answer.initiative if table == "initiatives" else "") or answer.row
            typed = answer.understood or answer.value
            first, text = _said(typed)
            where = (answer.file, answer.sheet, answer.cell)
            who, cell = answer.respondent_name, MasterCell(table, row, column)
            yield self._made(who, answer.row, answer.heading, cell, typed, text, first, where)

    def _has_figure(self, row: str) -> bool:
        id_, _, year = row.rpartition("/")
        target = self._then.target.get((id_, FiscalYear.parse(year)))
        return target is not None and target.figure is not None

    @property
    def _then(self) -> Plan:
        """The plan from which proposals count: the next year's, while it runs."""
        return self.plan.at(min(self.year.next, self.plan.last_year))

    def _of_text(self, row: str, heading: str) -> MasterCell:
        """The master cell that a form's column shows in a row."""
        now = self.plan.at(self.year)
        columns = plan_columns(now, self.year, self.round)
        shown = next((each.key for each in columns if each.heading == heading), "")
        action = now.action.get(row)
        if row in now.indicator and shown == "initiative":
            return MasterCell("indicators", row, "指標")
        if shown.startswith(_TARGET) and (action or row in now.indicator):
            return MasterCell("targets", f"{row}/{shown.removeprefix(_TARGET)}", "目標文")
        table, column = _TEXTS.get(shown, ("", ""))
        known = action is not None
        if shown == "initiative":
            if row in self.plan.goal and RowKind.GOAL in self.round.row_kinds:
                return MasterCell("goals", row, column)
            row = action.initiative if action else row
            known = row in self.plan.initiative
        return MasterCell(table, row, column) if known else MasterCell("", "", "")

    def _made(
        self,
        who: str,
        row: str,
        item: str,
        cell: MasterCell,
        typed: str,
        text: str,
        first: FiscalYear | None,
        where: Sequence[str],
    ) -> MasterProposal:
        first = first or self.year.next
        made = MasterProposal(
            round=self.round.code,
            respondent=who,
            row=row,
            item=item,
            cell=cell,
            now=_stands(self.plan, cell, first),
            typed=typed,
            text=text.strip(),
            first_year=first,
            places=(" ".join(filter(None, where)),),
        )
        for each in reversed(self.decided):
            if (each["回答元"], each["行ID"], each["項目"], each["記入"]) == made.identity:
                words = f"{each['誰']} {each['日']}：{each['理由']}"
                return replace(made, state=each["採否"], decided=words)
        return made


def _stands(plan: Plan, cell: MasterCell, year: FiscalYear) -> str:
    """What a master cell says in `year`; '' if there is none."""
    schema = TABLE.get(cell.table)
    if schema is None:
        return ""
    rows = getattr(plan.at(min(year, plan.last_year)), schema.plan)
    own = (row for row in rows if schema.key(row) == cell.row_from(year))
    value = next((schema.value(row, cell.column) for row in own), "")
    return f"{value:.15g}" if isinstance(value, float) else str("" if value is None else value)


def _said(typed: str) -> tuple[FiscalYear | None, str]:
    """From which year, if it says so, and the new text."""
    found = _QUOTED.fullmatch(typed.strip())
    if not found:
        return None, typed
    return FiscalYear.parse(found["year"]) if found["year"] else None, found["text"]


# 提案の採否.csv


def read_decided(path: Path) -> Sequence[Mapping[str, str]]:
    """What was decided so far; nothing if the file is not there. Raises Stop."""
    return csv_file(path, DECIDED_HEADER) if path.exists() else ()
