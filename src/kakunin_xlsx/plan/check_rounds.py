"""Whether what is asked fits together: rounds, their fields, figures, units and scales."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.rounds import (
    DEPARTMENTS_ASKED,
    EVERY_ROUND,
    FIELDS,
    PROPOSES,
    ROUNDS,
    FieldType,
    Role,
    RowKind,
)
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.texts import Check, Said
from kakunin_xlsx.plan.tree import Direction, Target

_FORM_FIELDS = (
    *("due", "submit_to", "contact", "filler", "extension"),
    *("submitted_on", "submission", "turn", "approved", "message"),
)
_LONGEST_HELP = 200  # Excel shows no longer input message in full
_ROLES = "取組目標と比べる欄は成果、費用は費用、ほかは活動か参考を選んでください。"


def rounds_and_fields(absent: Collection[tuple[str, str]]) -> tuple[Check, ...]:
    """All that must hold in any year; `absent` are columns (file, heading) the masters lack."""
    says_roles = (FIELDS.file, "役割") not in absent
    return (
        *(_rounds, _shown, _fields, _required, _proposals, _form_fields),
        *(_roles(says_roles), _units, _ranges, _of_indicators, _thresholds),
    )


def councils(plan: Plan) -> Iterator[Said]:
    """Somebody is there to be asked in each round of a year."""
    for row in plan.rounds:
        if row.asked != (DEPARTMENTS_ASKED,) and not plan.respondents_of(row):
            wrong = f"照会「{row.name}」の回答元がいません。"
            todo = "respondents.csv の開始年度と終了年度を見直すか、後の会議を書き足してください。"
            yield row, "回答元", wrong, todo


def _rounds(plan: Plan) -> Iterator[Said]:
    """回答元 is 部署 or councils that exist; each round has its own place in the year."""
    orders = Counter(row.order for row in plan.rounds)
    if not any(row.asks_for_results for row in plan.rounds):
        todo = f"部署に聞く、行の種類が「{RowKind.ACTION}」の照会を、一つは書いてください。"
        yield ROUNDS, "行の種類", "取組ごとに実績を聞く照会がありません。", todo
    for row in plan.rounds:
        for code in row.asked if row.asked != (DEPARTMENTS_ASKED,) else ():
            if code not in plan.respondent:
                todo = "「部署」か、respondents.csv の「コード」にあるものを書いてください。"
                yield row, "回答元", f"「{code}」がありません。", todo
        if orders[row.order] > 1:
            wrong = f"順「{row.order}」の照会が二つあります。"
            yield row, "順", wrong, "年度の中の順番を書いてください。"


def _shown(plan: Plan) -> Iterator[Said]:
    """What a round shows of earlier answers are fields of earlier rounds, or of any last year."""
    known = {(row.round, row.key) for row in plan.fields}
    for row in plan.rounds:
        for code, key in row.shown:
            other = plan.round.get(code)
            if (code, key) not in known or other is None or other.order >= row.order:
                wrong = f"「{code}.{key}」は、前の照会の項目ではありません。"
                todo = "前の順の照会の、fields.csv にある項目を書いてください。"
                yield row, "前の回答", wrong, todo
        for code, key in row.shown_last:
            if (code, key) not in known or code not in plan.round:
                wrong = f"「{code}.{key}」は、照会の項目ではありません。"
                todo = "fields.csv にある項目を、照会.キー の形で書いてください。"
                yield row, "前年度の回答", wrong, todo


def _fields(plan: Plan) -> Iterator[Said]:
    """Headings are unique in their table (the reader falls back on them); choices have a scale."""
    seen: set[tuple[str, bool, str]] = set()
    for row in plan.fields:
        place = (row.round, RowKind.FORM in row.kinds, row.heading)
        if row.heading and place in seen:
            wrong = f"項目「{row.heading}」が二つあります。"
            yield row, "項目", wrong, "見分けられる名前にしてください。"
        seen.add(place)
        if (row.type is FieldType.CHOICE) != bool(row.scale):
            wrong = "型が選択の欄には尺度が要り、ほかの型の欄には要りません。"
            yield row, "尺度", wrong, "型か尺度を見直してください。"
        if len(row.help) > _LONGEST_HELP:
            todo = f"{_LONGEST_HELP}字以内にしてください。"
            yield row, "説明", f"説明が{len(row.help)}字あります。", todo


def _required(plan: Plan) -> Iterator[Said]:
    """A condition of 必須 names a choice that the same rows are asked for, and its values."""
    for row in plan.fields:
        if row.required is None or not row.required.key:
            continue
        named, values = row.required.key, row.required.values
        asked = [
            each
            for each in plan.fields
            if (each.round, each.key) in ((row.round, named), (EVERY_ROUND, named))
            and each.type is FieldType.CHOICE
            and set(row.kinds) <= set(each.kinds)
        ]
        if not asked or named == row.key:
            wrong = f"「{named}」は、同じ照会の同じ行で聞く選択の欄ではありません。"
            todo = "必須 か、rating=C、D のように、選択の欄のキー=値、値… と書いてください。"
            yield row, "必須", wrong, todo
            continue
        known = [choice.value for choice in plan.scale(asked[0].scale)]
        strange = [value for value in values if value not in known]
        if known and strange:
            wrong = f"「{named}」の尺度に「{'」「'.join(strange)}」がありません。"
            yield row, "必須", wrong, f"{'、'.join(known)} から選んで書いてください。"


def _proposals(plan: Plan) -> Iterator[Said]:
    """台帳への提案 names a column of the masters."""
    for row in plan.fields:
        table, column = row.proposes or ("", "")
        if row.proposes and (table not in TABLE or column not in TABLE[table].column):
            wrong = f"「{table}.{column}」という表と列はありません。"
            todo = "targets.目標文 のように、台帳にある表と列を書いてください。"
            yield row, PROPOSES, wrong, todo


def _form_fields(plan: Plan) -> Iterator[Said]:
    """Every form carries the same fields of its own: the rest of the program asks for them."""
    have = {row.key for row in plan.fields if row.round == EVERY_ROUND}
    for key in _FORM_FIELDS:
        if key not in have:
            todo = f"照会 * 、キー {key} 、対象 様式 の行を加えてください。"
            yield FIELDS, "キー", f"様式の欄「{key}」がありません。", todo


# Whether figures can be compared and added up.


def _roles(said: bool) -> Check:
    """Each number of a 取組 has a role, one of a round is 成果, and money has a unit."""

    def check(plan: Plan) -> Iterator[Said]:
        outcomes = Counter(row.round for row in plan.fields if plan.role(row) is Role.OUTCOME)
        for row in plan.fields:
            role = plan.role(row)
            if not row.is_figure and (row.role or row.unit):
                wrong = f"「{row.heading}」は、取組ごとに聞く数値の欄ではありません。"
                yield row, "役割" if row.role else "単位", wrong, "空欄にしてください。"
            elif row.is_figure and role is None and said:
                wrong = f"数値の欄が二つ以上ある照会で、「{row.heading}」の役割が空欄です。"
                yield row, "役割", wrong, _ROLES
            elif role is Role.OUTCOME and outcomes[row.round] > 1:
                wrong = f"照会「{row.round}」に、成果の欄が二つ以上あります。"
                todo = "取組目標と比べる欄だけを成果とし、ほかは活動か参考としてください。"
                yield row, "役割", wrong, todo
            elif role is Role.COST and not row.unit:
                todo = "合計に付ける単位を、千円 のように書いてください。"
                yield row, "単位", "費用の欄の単位が空欄です。", todo

    return check


def _units(plan: Plan) -> Iterator[Said]:
    """A 成果 that counts in a unit of its own counts in that of every target."""
    for row in plan.fields:
        if not row.unit or plan.role(row) is not Role.OUTCOME:
            continue
        aims = (_whole(plan, target) for target in plan.targets)
        if other := next((t for t in aims if t.unit not in ("", row.unit)), None):
            wrong = (
                f"成果の欄の単位は「{row.unit}」ですが、"
                f"{other.action} の {other.year} の取組目標の単位は「{other.unit}」です。"
            )
            yield row, "単位", wrong, "目標ごとに単位が違うときは、欄の単位を空欄にしてください。"


def _ranges(plan: Plan) -> Iterator[Said]:
    """A 範囲 has two ends in order; no other target has an upper one."""
    for target in plan.targets:
        row = _whole(plan, target)
        if row.direction is not Direction.WITHIN:
            if row.upper is not None:
                wrong = f"向きが「{row.direction}」の目標に、目標の上限があります。"
                todo = "向きを「範囲」とするか、目標の上限を空欄にしてください。"
                yield target, "目標の上限", wrong, todo
        elif row.figure is None or row.upper is None or row.upper < row.figure:
            wrong = "向きが「範囲」の目標は、下の端と上の端の順に、二つの数が要ります。"
            todo = "下の端を目標値に、上の端を目標の上限に書いてください。"
            yield target, "目標の上限", wrong, todo


def _whole(plan: Plan, target: Target) -> Target:
    """A target with what its indicator says for all of them."""
    own = plan.indicator.get(target.action)
    return own.aimed(target.year, target) if own else target


def _of_indicators(plan: Plan) -> Iterator[Said]:
    """Ids of indicators are no action's; somebody asks for their figures, in every row alike."""
    for row in plan.indicators:
        if row.id in plan.action:
            todo = f"{row.id}ア のように、どの取組のIDとも違うIDにしてください。"
            yield row, "ID", f"「{row.id}」は、取組のIDと同じです。", todo
    if not plan.indicators:
        return
    outcomes = [row for row in plan.fields if plan.role(row) is Role.OUTCOME]
    if not outcomes:
        wrong = "指標があるのに、指標の実績を聞く成果の欄がありません。"
        todo = "取組ごとに聞く数値の欄を加え、役割を成果としてください。"
        yield FIELDS, "役割", wrong, todo
    for field in outcomes:
        must = field.required
        if must and must.key:
            wrong = (
                f"指標の行には「{must.key}」の欄がないため、この条件では必須かどうか決まりません。"
            )
            yield field, "必須", wrong, "必須 とするか、空欄にしてください。"


def _thresholds(plan: Plan) -> Iterator[Said]:
    """Each threshold of a scale leaves something to the ones below it."""
    least: dict[str, float] = {}
    rest = set[str]()
    for row in plan.choices:
        at = row.reached
        if at is None:
            continue
        if row.scale in rest or (not at.below and at.percent >= least.get(row.scale, float("inf"))):
            wrong = f"達成率「{at}」は、上の行に先に当てはまるため、選ばれることがありません。"
            todo = "達成率の高い順に上から書き、「未満」は最後の行だけにしてください。"
            yield row, "達成率", wrong, todo
        if at.below:
            rest.add(row.scale)
        else:
            least[row.scale] = at.percent
