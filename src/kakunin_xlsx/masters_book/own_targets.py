"""Targets from a clerk's own list, for lines that the masters have already."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.masters_book.own_figures import own_target
from kakunin_xlsx.masters_book.own_headings import Means
from kakunin_xlsx.masters_book.own_sheet import OwnLine, OwnSheet, numbered
from kakunin_xlsx.plan.edit import Edit, EditKind
from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.texts import MasterTexts
from kakunin_xlsx.plan.tree import TARGETS, Action, Initiative
from kakunin_xlsx.plan.years import FiscalYear

_CELLS, _BOUNDS = ("目標文", "目標値", "単位"), ("向き", "目標の上限")


@dataclass
class OwnTargets:
    """What a list says of the targets of the plan; `told` what of it was not taken."""

    plan: Plan
    texts: MasterTexts
    told: list[str] = field(default_factory=list)

    def edits(self, sheet: OwnSheet) -> Iterator[Edit]:
        """The cells of targets that the list has otherwise."""
        if sheet.has(Means.BASELINE):
            self.told.append(
                f"シート「{sheet.name}」の基準値は、取り込みません。改めるときは、台帳の取組目標に書いてください。"
            )
        for line in sheet.lines:
            action = self._action(line)
            if action is None:
                name = line.said[Means.NAME]
                why = f"「{name}」の行が台帳の取組に見つからないので、取り込みません。"
                self.told.append(f"{line.place}：{why}")
                continue
            row, unit = action.id, ""
            if indicators := self.plan.at(self.plan.last_year).indicators_of(action.id):
                said = {_folded(line.said.get(each, "")) for each in (Means.EFFORT, Means.NAME)}
                named = [each for each in indicators if _folded(each.name) in said]
                if len(named) != 1:
                    names = "」「".join(each.name for each in indicators)
                    why = f"どの指標（「{names}」）の目標か分からないので、取り込みません。"
                    self.told.append(f"{line.place}：{why}")
                    continue
                row, unit = named[0].id, named[0].unit
            for year, text in line.targets.items():
                cells = dict(own_target(text, line.said))
                if unit and cells.get("単位") == unit:
                    del cells["単位"]  # the indicator says it for every year
                yield from self._target(row, year, cells, line.place, sheet.name)

    def _action(self, line: OwnLine) -> Action | None:
        """The line of the plan with the same number or name, and department if it has several."""
        no, name = numbered(line.said[Means.NAME])
        asked = {_folded(each) for each in (line.said.get(Means.NO, ""), no, name) if each}
        found = [i for i in self.plan.initiatives if asked & {_folded(i.no), _folded(i.name)}]
        lines = [a for each in found for a in self.plan.actions_of(each.no) if not a.repeats]
        own = (
            [a for a in lines if self._name(a) == line.departments[0]] if len(lines) > 1 else lines
        )
        return own[0] if len(own) == 1 and _one(found) else None

    def _name(self, action: Action) -> str:
        return self.plan.departments_of(action.department)[-1].name

    def _target(
        self, row: str, year: FiscalYear, cells: Mapping[str, str], place: str, sheet: str
    ) -> Iterator[Edit]:
        """The ground is said where the plan says on what ground its texts stand."""
        if year not in self.plan.years:
            self.told.append(f"{place}：{year} は計画の年度ではないので、取り込みません。")
            return
        id_ = f"{row}/{year.code}"
        known = self._known.get(id_)
        if known is None:
            yield Edit(TARGETS.name, id_, kind=EditKind.ADD, place=place)
            for header, text in (("行ID", row), ("年度", year.code), *cells.items()):
                yield Edit(TARGETS.name, id_, header, text, kind=EditKind.SET, place=place)
            return
        why = f"一覧「{sheet}」による" if self.plan.readings else ""
        for header in (*_CELLS, *(each for each in _BOUNDS if each in cells)):
            if (text := cells.get(header, "")) != known.get(header, ""):
                set_ = Edit(TARGETS.name, id_, header, text, kind=EditKind.SET, place=place)
                yield replace(set_, why=why)

    @cached_property
    def _known(self) -> Mapping[str, Mapping[str, str]]:
        return {own: row.cells for own, row in self.texts.by_id(TARGETS).items()}


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _one(found: list[Initiative]) -> bool:
    """True if it is one 重点取組 that is meant."""
    return len({each.no for each in found}) == 1
