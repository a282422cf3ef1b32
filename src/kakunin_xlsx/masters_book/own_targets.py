"""Targets from a clerk's own list, for lines that the masters have already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kakunin_xlsx.masters_book.own_figures import own_target
from kakunin_xlsx.masters_book.own_headings import Means
from kakunin_xlsx.masters_book.own_sheet import OwnLine, OwnSheet, numbered
from kakunin_xlsx.masters_book.people import folded
from kakunin_xlsx.plan.edit import Edit, EditKind
from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.texts import MasterTexts
from kakunin_xlsx.plan.tree import TARGETS, Action

_CELLS, _BOUNDS = ("目標文", "目標値", "単位"), ("向き", "目標の上限")


def target_edits(
    sheet: OwnSheet, plan: Plan, texts: MasterTexts
) -> tuple[Sequence[Edit], Sequence[str]]:
    """The cells of targets that the list has otherwise, and what of it was not taken.

    The ground is said where the plan says on what ground its texts stand.
    """
    known, edits, told = texts.by_id(TARGETS), list[Edit](), list[str]()
    why = f"一覧「{sheet.name}」による" if plan.readings else ""
    if sheet.has(Means.BASELINE):
        told.append(
            f"シート「{sheet.name}」の基準値は、取り込みません。改めるときは、台帳の取組目標に書いてください。"
        )
    for line in sheet.lines:
        row, unit, lacking = _measured(plan, line)
        if lacking:
            told.append(f"{line.place}：{lacking}、取り込みません。")
            continue
        for year, text in line.targets.items():
            if year not in plan.years:
                told.append(f"{line.place}：{year} は計画の年度ではないので、取り込みません。")
                continue
            cells = dict(own_target(text, line.said))
            if unit and cells.get("単位") == unit:
                del cells["単位"]  # the indicator says it for every year
            id_ = f"{row}/{year.code}"
            asked = Edit(TARGETS.name, id_, kind=EditKind.SET, place=line.place)
            if id_ in known:
                bounds = [header for header in _BOUNDS if header in cells]
                said = {header: cells.get(header, "") for header in (*_CELLS, *bounds)}
                now, asked = known[id_].cells, replace(asked, why=why)
                said = {h: text for h, text in said.items() if text != now.get(h, "")}
            else:
                edits.append(replace(asked, kind=EditKind.ADD))
                said = {"行ID": row, "年度": year.code, **cells}
            edits += [replace(asked, column=h, text=text) for h, text in said.items()]
    return edits, told


def _measured(plan: Plan, line: OwnLine) -> tuple[str, str, str]:
    """The id of the 取組 or 指標 whose targets the line says, the unit of a 指標; or why neither."""
    action = _action(plan, line)
    if action is None:
        return "", "", f"「{line.said[Means.NAME]}」の行が台帳の取組に見つからないので"
    indicators = plan.at(plan.last_year).indicators_of(action.id)
    if not indicators:
        return action.id, "", ""
    said = {folded(line.said.get(each, "")) for each in (Means.EFFORT, Means.NAME)}
    named = [each for each in indicators if folded(each.name) in said]
    if len(named) == 1:
        return named[0].id, named[0].unit, ""
    names = "」「".join(each.name for each in indicators)
    return "", "", f"どの指標（「{names}」）の目標か分からないので"


def _action(plan: Plan, line: OwnLine) -> Action | None:
    """The line of the plan with the same number or name, and department if it has several."""
    no, name = numbered(line.said[Means.NAME])
    asked = {folded(each) for each in (line.said.get(Means.NO, ""), no, name) if each}
    found = [i for i in plan.initiatives if asked & {folded(i.no), folded(i.name)}]
    lines = [a for each in found for a in plan.actions_of(each.no) if not a.repeats]
    if len(lines) > 1:
        own = line.departments[0]
        lines = [a for a in lines if plan.departments_of(a.department)[-1].name == own]
    one = len(lines) == 1 and len({each.no for each in found}) == 1
    return lines[0] if one else None
