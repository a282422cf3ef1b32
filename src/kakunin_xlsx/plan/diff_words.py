"""Changes of a plan in plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kakunin_xlsx.plan.diff import ORDER, ChangeKind, MasterChange
from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.people import Department
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.settings import PLAN_FILE, SETTINGS
from kakunin_xlsx.plan.texts import SOURCE_FILE
from kakunin_xlsx.plan.tree import Action
from kakunin_xlsx.plan.years import FiscalYear

_EMPTY = "（空欄）"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, and the grounds of the changes it tells of."""

    words: str
    ground: str
    changes: tuple[MasterChange, ...]


def describe(changes: Sequence[MasterChange], old: Plan, new: Plan) -> tuple[Sentence, ...]:
    """A sentence for every change; departments that went to one 後継 are told together."""
    handed = _handed_on(changes, old, new)
    found = []
    for change in changes:
        group = handed.get(change)
        if group is None:
            found.append(Sentence(_words(change, old, new), change.ground, (change,)))
        elif change is next(each for each in changes if each in group):
            grounds = dict.fromkeys(each.ground for each in group if each.ground)
            words = _merged(group, old, new)
            found.append(Sentence(words, "；".join(grounds), tuple(group)))
    return tuple(found)


def describe_briefly(changes: Sequence[MasterChange], old: Plan, new: Plan) -> tuple[Sentence, ...]:
    """As `describe`, without what follows from another change, for whoever reads the plan.

    What ended with its 重点取組, 取組 or 指標 is not told again, nor are the names and ends of a
    department's own 回答元, nor that a 後継 began.
    """
    ends = {(c.table, c.key) for c in changes if c.kind is ChangeKind.REMOVED}
    renamed = {(c.before, c.after) for c in changes if c.table == "departments"}
    heirs = {heir.code for change in changes if (heir := _heir(change, old, new))}

    def follows(change: MasterChange) -> bool:
        plan = old if change.kind is ChangeKind.REMOVED else new
        match change.table, change.kind:
            case "targets" | "indicators", ChangeKind.REMOVED:
                own = change.key.partition("/")[0]
                measured = plan.indicator.get(own)
                known = plan.action.get(measured.action if measured else own)
                above = {("indicators", own)} if change.table == "targets" else set()
                if known:
                    above |= {("actions", known.id), ("initiatives", known.initiative)}
                return bool(above & ends)
            case "actions", ChangeKind.REMOVED:
                return ("initiatives", plan.action[change.key].initiative) in ends
            case "departments", ChangeKind.ADDED:
                return change.key in heirs
            case "respondents", ChangeKind.CHANGED:
                return (change.before, change.after) in renamed
            case "respondents", _:
                return bool(plan.respondent[change.key].department)
        return change.column == "略称"

    return describe([change for change in changes if not follows(change)], old, new)


def _handed_on(
    changes: Sequence[MasterChange], old: Plan, new: Plan
) -> Mapping[MasterChange, list[MasterChange]]:
    """The departments that ended in one year with one 後継, by each of their changes.

    That their rows name the 後継 is told with it.
    """
    groups: dict[tuple[FiscalYear | None, str], list[MasterChange]] = {}
    for change in changes:
        if heir := _heir(change, old, new):
            groups.setdefault((change.first, heir.code), []).append(change)
    found: dict[MasterChange, list[MasterChange]] = {}
    for (_, heir_code), group in groups.items():
        ended = {change.key for change in group}
        named = [c for c in changes if c.table == "departments" and c.key in ended]
        group += [c for c in named if c.column == "後継" and c.after == heir_code]
        found |= dict.fromkeys(group, group)
    return found


def _heir(change: MasterChange, old: Plan, new: Plan) -> Department | None:
    """後継 of a department that is no more; its row may say so in either plan."""
    if change.table != "departments" or change.kind is not ChangeKind.REMOVED:
        return None
    for plan in (new, old):
        known = plan.department.get(change.key)
        if known and known.successor:
            return plan.department.get(known.successor)
    return None


def _merged(group: Sequence[MasterChange], old: Plan, new: Plan) -> str:
    """`学校教育課と指導室を教育支援課に統合（令和8年度から）。`."""
    heir = _heir(group[0], old, new)
    year = group[0].first
    ended = dict.fromkeys(each.key for each in group)
    names = "と".join(_department(old, code, year and year.previous) for code in ended)
    into = _department(new, heir.code if heir else "", year)
    begins = bool(heir and year and heir.span.first == year)
    how = "改めた" if len(ended) == 1 and begins else "統合"
    return f"{names}を{into}に{how}{_when(group[0])}。"


_NAMING = {("actions", "部署"), ("actions", "関係課"), ("respondents", "評価する部署")}


def _department(plan: Plan, code: str, year: FiscalYear | None) -> str:
    named = plan.departments_of(code)
    then = [row for row in named if year is None or year in row.span] or named
    return then[-1].name if then else code


def _when(change: MasterChange) -> str:
    """`（令和8年度から）`, or '' for all years."""
    first = f"{change.first.name}から" if change.first else ""
    last = f"{change.last.name}まで" if change.last else ""
    return f"（{first}{last}）" if first or last else ""


def _words(change: MasterChange, old: Plan, new: Plan) -> str:
    """One change; `old` knows what was, `new` what is."""
    how = _how(change, old, new)
    if change.table == PLAN_FILE:
        key = change.column
        labels = (each.label for each in SETTINGS if key in (each.key, each.key.split(".")[-1]))
        return f"計画の設定の「{next(labels, key)}」を{how}。"
    if change.table == SOURCE_FILE:
        return f"{change.table} の「{change.column}」を{how}。"
    if change.column == ORDER:
        return f"{TABLE[change.table].file} の行の並び順を改めた。"
    return _of_row(change, old, new, how)


def _of_row(change: MasterChange, old: Plan, new: Plan, how: str) -> str:
    plan = old if change.kind is ChangeKind.REMOVED else new
    name = named_row(plan, change.table, change.key)
    name = name or f"{TABLE[change.table].file} の「{change.key}」"
    if change.column == "部署":
        name = name.partition("（")[0]  # the cell itself says whose line it was
    if change.kind is ChangeKind.REMOVED:
        return _removed(change, old, name)
    if change.kind is ChangeKind.ADDED:
        return f"{name}を加えた{_when(change)}。{change.after}"
    if change.column == "名称" and change.table in ("departments", "respondents"):
        council = "" if change.table == "departments" else "回答元の"
        return f"{council}{change.before}を{change.after}に改称{_when(change)}。"
    if change.column != "目標文":
        named = {
            ("actions", "事業概要"): new.words.outline,
            ("actions", "取組"): new.words.effort,
            ("actions", "部署"): new.words.department,
        }
        name += f"の{named.get((change.table, change.column), f'「{change.column}」')}"
    return f"{name}を{how}{_when(change)}。"


def _removed(change: MasterChange, old: Plan, name: str) -> str:
    if change.first and TABLE[change.table].dated:
        known = old.initiative.get(change.key) if change.table == "initiatives" else None
        title = f"「{known.name}」" if known else ""  # besides its number
        until = f"（{change.last.next.name}からまた加わる）" if change.last else ""
        return f"{name}{title}を{change.first.previous.name}で終了{until}。"
    return f"{name}を除いた{_when(change)}。{change.before}"


def _how(change: MasterChange, old: Plan, new: Plan) -> str:
    before, after = change.before, change.after
    if (change.table, change.column) in _NAMING:
        before, after = (
            "、".join(_department(plan, code, change.first) for code in text.split("、"))
            for plan, text in ((old, before), (old if after == before else new, after))
        )
    if not change.before:
        return f"「{after}」とした"
    if not change.after:
        return f"{_EMPTY}とした（これまでは「{before}」）"
    return f"「{before}」から「{after}」に改めた"


def named_row(plan: Plan, table: str, key: str) -> str:
    """What people call a row: `重点取組1-1-1の令和8年度の取組目標`; '' if they do not."""
    naming = _NAMES.get(table)
    return naming(plan, key) if naming else ""


def _of_action(plan: Plan, key: str) -> str:
    action = plan.action.get(key)
    return f"{plan.words.initiative}{action.initiative}{_whose(plan, action)}" if action else ""


def _of_target(plan: Plan, key: str) -> str:
    target = next((row for row in plan.targets if f"{row.action}/{row.year}" == key), None)
    if target is None:
        return ""
    whole = _of_indicator(plan, target.action) or _of_action(plan, target.action)
    return f"{whole}の{target.year.name}の{plan.words.target}" if whole else ""


def _of_indicator(plan: Plan, key: str) -> str:
    known = plan.indicator.get(key)
    return f"{_of_action(plan, known.action)}の指標「{known.name}」" if known else ""


def _whose(plan: Plan, action: Action) -> str:
    """The department, where one 重点取組 has several."""
    ids = {row.id for row in plan.actions if row.initiative == action.initiative}
    return f"（{_department(plan, action.department, None)}）" if len(ids) > 1 else ""


def _of_respondent(plan: Plan, key: str) -> str:
    known = plan.respondent.get(key)
    return f"回答元の{known.name}" if known else ""


_NAMES: Mapping[str, Callable[[Plan, str], str]] = {
    "goals": lambda plan, key: f"{plan.words.goal}{key}",
    "measures": lambda plan, key: f"{plan.words.measure}{key}",
    "initiatives": lambda plan, key: f"{plan.words.initiative}{key}",
    "actions": _of_action,
    "indicators": _of_indicator,
    "targets": _of_target,
    "departments": lambda plan, key: _department(plan, key, None) if key in plan.department else "",
    "respondents": _of_respondent,
}
