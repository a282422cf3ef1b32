"""Whether figures can be compared and added up: roles and units, directions, thresholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.problems import Problem
from kakunin_xlsx.plan.rounds import FIELDS, SCALES, Role
from kakunin_xlsx.plan.texts import RowPlaces
from kakunin_xlsx.plan.tree import INDICATORS, TARGETS, Direction, Target

_Said = Iterator[Problem]
_ROLES = "取組目標と比べる欄は成果、費用は費用、ほかは活動か参考を選んでください。"


def roles(plan: Plan, places: RowPlaces) -> _Said:
    """Each number of a 取組 has a role, one of a round is 成果, and money has a unit."""
    outcomes = Counter(row.round for row in plan.fields if plan.role(row) is Role.OUTCOME)
    said = (FIELDS.file, "役割") not in places.absent
    for index, row in enumerate(plan.fields):
        role = plan.role(row)
        if not row.is_figure and (row.role or row.unit):
            column = "役割" if row.role else "単位"
            wrong = f"「{row.heading}」は、取組ごとに聞く数値の欄ではありません。"
            yield places.problem(FIELDS, index, column, wrong, "空欄にしてください。")
        elif row.is_figure and role is None and said:
            wrong = f"数値の欄が二つ以上ある照会で、「{row.heading}」の役割が空欄です。"
            yield places.problem(FIELDS, index, "役割", wrong, _ROLES)
        elif role is Role.OUTCOME and outcomes[row.round] > 1:
            wrong = f"照会「{row.round}」に、成果の欄が二つ以上あります。"
            todo = "取組目標と比べる欄だけを成果とし、ほかは活動か参考としてください。"
            yield places.problem(FIELDS, index, "役割", wrong, todo)
        elif role is Role.COST and not row.unit:
            todo = "合計に付ける単位を、千円 のように書いてください。"
            yield places.problem(FIELDS, index, "単位", "費用の欄の単位が空欄です。", todo)


def units(plan: Plan, places: RowPlaces) -> _Said:
    """A 成果 that counts in a unit of its own counts in that of every target."""
    for index, row in enumerate(plan.fields):
        if not row.unit or plan.role(row) is not Role.OUTCOME:
            continue
        aims = (_whole(plan, target) for target in plan.targets)
        other = next((t for t in aims if t.unit not in ("", row.unit)), None)
        if other:
            wrong = (
                f"成果の欄の単位は「{row.unit}」ですが、"
                f"{other.action} の {other.year} の取組目標の単位は「{other.unit}」です。"
            )
            todo = "目標ごとに単位が違うときは、欄の単位を空欄にしてください。"
            yield places.problem(FIELDS, index, "単位", wrong, todo)


def ranges(plan: Plan, places: RowPlaces) -> _Said:
    """A 範囲 has two ends in order; no other target has an upper one."""
    for index, target in enumerate(plan.targets):
        row = _whole(plan, target)
        if row.direction is not Direction.WITHIN:
            if row.upper is not None:
                wrong = f"向きが「{row.direction}」の目標に、目標の上限があります。"
                todo = "向きを「範囲」とするか、目標の上限を空欄にしてください。"
                yield places.problem(TARGETS, index, "目標の上限", wrong, todo)
        elif row.figure is None or row.upper is None or row.upper < row.figure:
            wrong = "向きが「範囲」の目標は、下の端と上の端の順に、二つの数が要ります。"
            todo = "下の端を目標値に、上の端を目標の上限に書いてください。"
            yield places.problem(TARGETS, index, "目標の上限", wrong, todo)


def _whole(plan: Plan, target: Target) -> Target:
    """A target with what its indicator says for all of them."""
    own = plan.indicator.get(target.action)
    return own.aimed(target.year, target) if own else target


def of_indicators(plan: Plan, places: RowPlaces) -> _Said:
    """Ids of indicators are no action's; somebody asks for their figures, in every row alike."""
    for index, row in enumerate(plan.indicators):
        if row.id in plan.action:
            wrong = f"「{row.id}」は、取組のIDと同じです。"
            todo = f"{row.id}ア のように、どの取組のIDとも違うIDにしてください。"
            yield places.problem(INDICATORS, index, "ID", wrong, todo)
    if not plan.indicators:
        return
    outcomes = [at for at, row in enumerate(plan.fields) if plan.role(row) is Role.OUTCOME]
    if not outcomes:
        wrong = "指標があるのに、指標の実績を聞く成果の欄がありません。"
        todo = "取組ごとに聞く数値の欄を加え、役割を成果としてください。"
        yield Problem(FIELDS.file, 0, "役割", wrong, todo)
    for index in outcomes:
        must = plan.fields[index].required
        if must and must.key:
            wrong = (
                f"指標の行には「{must.key}」の欄がないため、この条件では必須かどうか決まりません。"
            )
            yield places.problem(
                FIELDS, index, "必須", wrong, "必須 とするか、空欄にしてください。"
            )


def thresholds(plan: Plan, places: RowPlaces) -> _Said:
    """Each threshold of a scale leaves something to the ones below it."""
    least: dict[str, float] = {}
    rest = set[str]()
    for index, row in enumerate(plan.choices):
        at = row.reached
        if at is None:
            continue
        if row.scale in rest or (not at.below and at.percent >= least.get(row.scale, float("inf"))):
            wrong = f"達成率「{at}」は、上の行に先に当てはまるため、選ばれることがありません。"
            todo = "達成率の高い順に上から書き、「未満」は最後の行だけにしてください。"
            yield places.problem(SCALES, index, "達成率", wrong, todo)
        if at.below:
            rest.add(row.scale)
        else:
            least[row.scale] = at.percent


FIGURES = (roles, units, ranges, of_indicators, thresholds)
