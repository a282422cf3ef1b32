"""推移: what the same round answered year after year, for every line that was ever in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.layout.model import MARKS
from kakunin_xlsx.plan import Choice, FieldType, FiscalYear, RowKind, Target
from kakunin_xlsx.report.counting import NO_ANSWER
from kakunin_xlsx.report.judges import step
from kakunin_xlsx.report.view import UNANSWERED, YearView

NOTHING = "－"
IN_WORDS = "文章の目標"


@dataclass(frozen=True)
class Trend:
    """The years of a report: those before it that left answers, and its own."""

    view: YearView

    @cached_property
    def views(self) -> tuple[YearView, ...]:
        """One view of each year, first to last."""
        return (*self.view.earlier, self.view)

    @cached_property
    def years(self) -> tuple[FiscalYear, ...]:
        """The years that are shown."""
        return tuple(view.year for view in self.views)

    @property
    def silent(self) -> tuple[FiscalYear, ...]:
        """Years before the report's own that left no answers: they are named, not shown."""
        own = self.view.year
        return tuple(y for y in self.view.plan.years if y < own and y not in self.years)

    @property
    def span(self) -> str:
        """「令和6年度～令和8年度」."""
        first, last = self.years[0].name, self.years[-1].name
        return first if first == last else f"{first}～{last}"

    @cached_property
    def ratings(self) -> tuple[Column, ...]:
        """Columns whose scale is counted in ratios, as asked this year."""
        return tuple(c for c in self.view.rating_columns if c.asked_in(RowKind.ACTION))

    @cached_property
    def figures(self) -> tuple[Column, ...]:
        """Columns answered with a number."""
        numbers = (c for c in self.view.layout.open_columns if c.type is FieldType.NUMBER)
        return tuple(c for c in numbers if c.asked_in(RowKind.ACTION))

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """Every line in force in one of the years, in the order of the plan."""
        rows: dict[str, dict[FiscalYear, Row]] = {}
        for view in self.views:
            for row in view.layout.rows:
                rows.setdefault(row.id, {})[view.year] = row
        courses = (Course(self, row, by_year) for row, by_year in rows.items())
        return tuple(sorted(courses, key=self._place))

    def _place(self, course: Course) -> tuple[int, ...]:
        """Where a line stands in the plan; a moved one stands where it was last."""
        masters, initiative = self.view.masters, course.view.plan.initiative[course.initiative]
        levels: Sequence[tuple[str, Sequence[str]]] = (
            (initiative.goal, [each.no for each in masters.goals]),
            (initiative.measure, ["", *(each.no for each in masters.measures)]),
            (initiative.no, [each.no for each in masters.initiatives]),
            (course.id, [each.id for each in masters.actions]),
        )
        return tuple(numbers.index(no) for no, numbers in levels)


@dataclass(frozen=True)
class Course:
    """One line over the years; `rows` holds it in those in which it was in force."""

    trend: Trend
    id: str
    rows: Mapping[FiscalYear, Row]

    @cached_property
    def view(self) -> YearView:
        """The newest year in which the line was in force."""
        return next(view for view in reversed(self.trend.views) if view.year in self.rows)

    @property
    def row(self) -> Row:
        """The line as it stood then."""
        return self.rows[self.view.year]

    @property
    def initiative(self) -> str:
        """Number of its 重点取組."""
        return self.row.initiative

    @property
    def name(self) -> str:
        """Name of its 重点取組."""
        return self.view.plan.initiative[self.initiative].name

    @property
    def goal(self) -> str:
        """Number of its 基本目標."""
        return self.view.plan.initiative[self.initiative].goal

    # Year by year.

    def rating(self, view: YearView, column: Column) -> str:
        """The value chosen in a year; of a 再掲 its origin's."""
        row, asked = view.layout.row.get(self.id), view.layout.column.get(column.key)
        if row is None or asked is None:
            return NOTHING
        return _rated(view, row.id if row.open else view.plan.action[row.id].repeats, asked)

    def repeated(self, view: YearView) -> bool:
        """True if the line was 再掲 in a year."""
        row = view.layout.row.get(self.id)
        return row is not None and not row.open

    def figure(self, view: YearView, column: Column) -> str:
        """The figure of a year with its unit; what was typed if it is no number."""
        row, asked = view.layout.row.get(self.id), view.layout.column.get(column.key)
        if row is None or asked is None or not row.open:
            return NOTHING
        number = _number(view, row.id, asked)
        if number is None:
            return view.text(row.id, asked) or _instead(view, row.id, asked)
        return f"{grouped(number)}{view.unit(row.id)}"

    def target(self, view: YearView) -> str:
        """The target figure of a year with its unit; '' where the target is words."""
        return aim(view, self.id, view.year) if self.id in view.layout.row else ""

    @property
    def repeats(self) -> str:
        """Number of the 重点取組 where a line is answered that was 再掲 in every year; or ''."""
        if not all(self.repeated(view) for view in self.trend.views if view.year in self.rows):
            return ""
        plan = self.view.plan
        return plan.action[plan.action[self.id].repeats].initiative

    def change(self, column: Column) -> str:
        """This year's rating against the year shown before it, if the scale's order tells."""
        if len(self.trend.views) < 2 or self.trend.view.year not in self.rows:
            return NOTHING
        ranks = [choice.value for choice in column.choices if choice.counted]
        before, after = (self._value(view, column) for view in self.trend.views[-2:])
        steps = step(ranks, before, after)
        if steps is None:
            return NOTHING
        return _in_words(steps)

    def _value(self, view: YearView, column: Column) -> str:
        row = view.layout.row.get(self.id)
        found: Choice | None = view.choice(self.id, column) if row and row.open else None
        return found.value if found else ""

    # Against the target of the final year, as it is set today.

    @property
    def _aim(self) -> Target | None:
        """The target of the final year of a line that is asked this year."""
        plan, row = self.trend.view.plan, self.rows.get(self.trend.view.year)
        return plan.target.get((self.id, plan.last_year)) if row and row.open else None

    @property
    def aimed(self) -> float | None:
        """Its figure; None where it is words, or not known."""
        return self._aim.figure if self._aim else None

    @property
    def final_target(self) -> str:
        """Its figure with the unit, or what is there instead."""
        view = self.trend.view
        if self._aim is None:
            return NOTHING
        status = view.plan.status("targets", f"{self.id}/{view.plan.last_year.code}", "目標文")
        words = IN_WORDS if self._aim.text else MARKS.get(status, NOTHING)
        return aim(view, self.id, view.plan.last_year) or words

    def attained(self, column: Column) -> float | str:
        """This year's figure ÷ the final year's target figure, or why there is no share."""
        if not self.aimed or self.other_unit:
            return NOTHING
        number = _number(self.trend.view, self.id, column)
        if number is None:
            return _instead(self.trend.view, self.id, column)
        return float(number) / self.aimed

    @property
    def other_unit(self) -> bool:
        """True if this year is counted in another unit than the final year's target."""
        own = self.trend.view.unit(self.id)
        return self._aim is not None and self.aimed is not None and self._aim.unit != own

    # What there is to say.

    def remarks(self) -> Iterator[str]:
        """Why years are empty, who was in charge before, why there is no share."""
        yield from self._absent()
        yield from self._before()
        if self.other_unit:
            yield "単位が最終年度の目標と違うため、到達を計算していません"

    def _absent(self) -> Iterator[str]:
        groups: dict[str, list[str]] = {}
        for year in self.trend.years:
            if year not in self.rows:
                groups.setdefault(self._why_absent(year), []).append(year.name)
        for why, years in groups.items():
            yield f"{'・'.join(years)}は{why}"

    def _why_absent(self, year: FiscalYear) -> str:
        if year < min(self.rows):
            return "開始前"
        return "終了" if year > max(self.rows) else "休止"

    def _before(self) -> Iterator[str]:
        """Years up to which another department was in charge."""
        word = self.trend.view.plan.words.department
        for (_, old), (year, new) in pairwise(sorted(self.rows.items())):
            if old.department != new.department:
                yield f"{year.previous.name}までの{word}：{old.department}"


def aim(view: YearView, row: str, year: FiscalYear) -> str:
    """The target figure of `year` as in force in the view's own, with unit and grey marks."""
    target = view.plan.target.get((row, year))
    if target is None or target.figure is None:
        return ""
    status = view.plan.status("targets", f"{row}/{year.code}", "目標値")
    return f"{grouped(target.figure)}{target.unit}{MARKS.get(status, '')}"


def grouped(number: Decimal | float) -> str:
    """1200 → 1,200; 12.5 stays."""
    return f"{number:,f}" if isinstance(number, Decimal) else f"{number:,.15g}"


def _rated(view: YearView, row: str, column: Column) -> str:
    if choice := view.choice(row, column):
        return choice.value
    return view.text(row, column) or _instead(view, row, column)


def _instead(view: YearView, row: str, column: Column) -> str:
    """Cells are narrow here: 未回答 as in the counts, without brackets."""
    words = view.instead(row, column)
    return NO_ANSWER if words == UNANSWERED else words


def _number(view: YearView, row: str, column: Column) -> Decimal | None:
    answer = view.answer(row, column)
    try:
        return Decimal(answer.understood) if answer and answer.understood else None
    except InvalidOperation:
        return None


def _in_words(steps: int) -> str:
    if not steps:
        return "→ 同じ"
    return f"{'↗' if steps > 0 else '↘'} {abs(steps)}段階{'上' if steps > 0 else '下'}"
