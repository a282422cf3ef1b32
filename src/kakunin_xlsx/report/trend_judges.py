"""One body's ratings over the years, counted for the whole and for each level of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kakunin_xlsx.plan import FiscalYear, Initiative, Plan, RowKind
from kakunin_xlsx.report.charts import Bars, parted
from kakunin_xlsx.report.counting import Tally, total
from kakunin_xlsx.report.judges import Judge, judges
from kakunin_xlsx.report.trend import Trend

_BELOW = {RowKind.ACTION, RowKind.INITIATIVE}


@dataclass(frozen=True)
class Part:
    """One level of the plan: what it is called and a tally of each year in which it was asked."""

    title: str
    name: str
    tallies: tuple[Tally, ...]

    @property
    def label(self) -> str:
        """Both: 「基本目標1　地域づくり」."""
        return f"{self.title}　{self.name}" if self.name else self.title


@dataclass(frozen=True)
class JudgeYears:
    """The same body in the same field, by year; all years ask on the same scale."""

    years: Mapping[FiscalYear, Judge]

    @property
    def newest(self) -> Judge:
        """The body as of the last year."""
        return self.years[max(self.years)]

    @property
    def by_level(self) -> bool:
        """True if it rates lines or 重点取組, which can be counted for the levels above."""
        return bool(_BELOW & set(self.newest.field.kinds))

    @property
    def subjects(self) -> tuple[str, ...]:
        """Numbers of 基本目標 (or the whole) that it rates one by one, in any year."""
        asked = (row for judge in self.years.values() for row in judge.asked)
        return tuple(dict.fromkeys(row for row in asked if not self._initiative(row)))

    def whole(self) -> Part:
        """All rows that are asked."""
        return Part("全体", "", tuple(j.tally(year.name) for year, j in self.years.items()))

    @cached_property
    def counts(self) -> list[str]:
        """What is counted: the scale's values, 未回答, and 読取不可 if there is any."""
        return Bars("", self.newest.choices, (), self.seen).counts

    @cached_property
    def counted(self) -> list[str]:
        """The values in the ratios' denominator."""
        return [choice.value for choice in parted(self.newest.choices)[0]]

    @cached_property
    def seen(self) -> Tally:
        """Every year together: which values there are at all."""
        return total(self.whole().tallies)

    def told(self, part: Part) -> str:
        """The numbers of each year in words."""
        years = (f"{tally.name}は、{self._said(tally)}" for tally in part.tallies)
        return f"{part.label}。{'。'.join(years)}。"

    def _said(self, tally: Tally) -> str:
        return "、".join(f"{value} {tally.counts[value]}" for value in self.counts)

    def goals(self) -> Iterator[Part]:
        """Each 基本目標 under which something was asked."""
        plan = self.newest.plan
        for goal in plan.goals:
            yield from self._part(f"{plan.words.goal}{goal.no}", goal.name, (goal.no,))

    def measures(self, goal: str) -> Iterator[Part]:
        """Each 施策 of a 基本目標; none in a plan of two levels."""
        for each in self.newest.plan.measures_of(goal):
            yield from self._part(each.no, each.name, (goal, each.no))

    def _part(self, title: str, name: str, under: tuple[str, ...]) -> Iterator[Part]:
        """`under`: number of a 基本目標, and of a 施策 of it."""
        tallies = []
        for year, judge in self.years.items():
            rows = [row for row in judge.asked if _levels(judge.plan, row)[: len(under)] == under]
            if rows:
                tallies.append(judge.tally(year.name, rows))
        if tallies:
            yield Part(title, name, tuple(tallies))

    def _initiative(self, row: str) -> bool:
        return any(_initiative(judge.plan, row) for judge in self.years.values())


def judged_years(trend: Trend) -> list[JudgeYears]:
    """Bodies that rated in two years or more; the departments in all years that are shown."""
    view, found = trend.view, dict[tuple[str, str, str], dict[FiscalYear, Judge]]()
    kinds = (RowKind.ACTION, RowKind.INITIATIVE, RowKind.GOAL, RowKind.PLAN)
    for year in trend.years:
        for judge in judges(view.masters, year, view.record, *kinds):
            if judge.answers or judge.round.code == view.round.code:
                who = judge.respondent.code if judge.respondent else ""
                found.setdefault((judge.round.code, judge.field.key, who), {})[year] = judge
    return [JudgeYears(by_year) for by_year in found.values() if len(by_year) > 1]


def _initiative(plan: Plan, row: str) -> Initiative | None:
    action = plan.action.get(row)
    return plan.initiative.get(action.initiative if action else row)


def _levels(plan: Plan, row: str) -> tuple[str, ...]:
    found = _initiative(plan, row)
    return (found.goal, found.measure) if found else ()
