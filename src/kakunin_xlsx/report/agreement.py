"""Where bodies differ on a 重点取組, and where a line is rated other than a year ago."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kakunin_xlsx.plan import Action, Plan
from kakunin_xlsx.report.judges import NOT_ASKED, Judge, step


@dataclass(frozen=True, slots=True)
class Pair:
    """One 重点取組: what the departments say, what the councils say, and how they differ."""

    no: str
    title: str
    own: str
    others: tuple[str, ...]
    words: str
    different: bool


@dataclass(frozen=True)
class Agreement:
    """The departments' ratings against each council's, in the booklet's order."""

    plan: Plan
    own: Judge
    councils: Sequence[Judge]

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every 重点取組, 再掲 too."""
        return [self._pair(each.no, each.name) for each in self.plan.initiatives]

    def _pair(self, no: str, name: str) -> Pair:
        actions = self.plan.actions_of(no)
        told = [self._told(action, len(actions) > 1) for action in actions]
        found = [self._difference(judge, no, actions) for judge in self.councils]
        return Pair(
            no=no,
            title=f"{no}　{name}",
            own="\n".join(told),
            others=tuple(judge.shown(no) for judge in self.councils),
            words="\n".join(words for words, _ in found),
            different=any(differs for _, differs in found),
        )

    def _told(self, action: Action, several: bool) -> str:
        """The rating of a line; of a 再掲 its origin's, in brackets."""
        origin = self.plan.action[action.repeats or action.id]
        text = self.own.shown(origin.id)
        text = f"［{text}］再掲（{origin.initiative}）" if action.repeats else text
        return f"{self._short(action)}：{text}" if several else text

    def _difference(self, judge: Judge, no: str, actions: Sequence[Action]) -> tuple[str, bool]:
        """In words, and whether they differ; scales of other values are not compared."""
        if judge.ranks != self.own.ranks:
            return "尺度が違うため並べて示します", False
        if judge.value(no) == NOT_ASKED:
            return NOT_ASKED, False
        steps = {
            action: step(judge.ranks, self.own.value(action.repeats or action.id), judge.value(no))
            for action in actions
        }
        return self._in_words(judge, steps)

    def _in_words(self, judge: Judge, steps: Mapping[Action, int | None]) -> tuple[str, bool]:
        """Which departments the council rates otherwise, and by how much."""
        known = {action: each for action, each in steps.items() if each is not None}
        rest = "（比べられない課があります）" if len(known) < len(steps) else ""
        if not known:
            return "比べられません", False
        if not any(known.values()):
            return f"同じ{rest}", False
        told = (
            (f"{self._short(action)}より" if len(steps) > 1 else "") + _step(each)
            for action, each in known.items()
            if each
        )
        return f"{judge.name}の評価が{'、'.join(told)}{rest}", True

    def _short(self, action: Action) -> str:
        department = self.plan.department[action.department]
        return department.short or department.name

    def sentences(self) -> Iterator[str]:
        """Counts of what agrees and what differs, naming what differs."""
        for at, judge in enumerate(self.councils):
            if judge.ranks != self.own.ranks:
                yield f"・{self.own.label}と{judge.label}は尺度が違うため、並べて示します。"
                continue
            words = {pair.no: pair.words.split("\n")[at] for pair in self.pairs}
            same = [no for no, told in words.items() if told.startswith("同じ")]
            apart = [no for no, told in words.items() if "段階" in told]
            rest = [no for no in words if no not in same and no not in apart]
            listed = f"（{'、'.join(apart)}）" if apart else ""
            open_ = f"（{'、'.join(rest)}）" if rest else ""
            yield (
                f"・{self.own.label}と{judge.label}を比べると、同じ{len(same)}、違う{len(apart)}{listed}、"
                f"未回答・該当なし・対象外・再掲などで比べられない{len(rest)}{open_}です。"
            )


def changes(plan: Plan, old: Judge, new: Judge) -> Iterator[str]:
    """Lines rated better or worse than a year ago, and those that cannot be compared."""
    steps = {row: step(new.ranks, _before(old, row), new.value(row)) for row in new.asked}
    ranked = {row: each for row, each in steps.items() if each is not None}
    groups = {
        "上がった": [row for row, each in ranked.items() if each > 0],
        "下がった": [row for row, each in ranked.items() if each < 0],
        "同じ": [row for row, each in ranked.items() if each == 0],
        "どちらかが未回答・該当なし・対象外などで比べられない": [
            row for row, each in steps.items() if each is None
        ],
        "前年度だけにある": [row for row in old.asked if row not in steps],
    }
    for words, rows in groups.items():
        names = "" if words == "同じ" or not rows else f"（{_named(plan, rows)}）"
        if rows or words in ("上がった", "下がった"):
            yield f"・{words}{plan.words.effort}：{len(rows)}{names}"


def _before(old: Judge, row: str) -> str:
    return old.value(row) if row in old.asked else NOT_ASKED


def _named(plan: Plan, rows: Sequence[str]) -> str:
    """Numbers of the 重点取組, with the department where it has several lines."""
    return "、".join(_name(plan, row) for row in rows)


def _name(plan: Plan, row: str) -> str:
    action = plan.action.get(row)
    if action is None:
        return row
    several = len(plan.actions_of(action.initiative)) > 1
    department = plan.department[action.department]
    return action.initiative + (f" {department.short or department.name}" if several else "")


def _step(steps: int) -> str:
    return f"{abs(steps)}段階{'高い' if steps > 0 else '低い'}"
