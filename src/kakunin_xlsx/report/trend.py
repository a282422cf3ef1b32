"""推移, on two sheets of paper: the ratings of each year counted, then those of each 取組."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import FiscalYear, RowKind
from kakunin_xlsx.report import counting
from kakunin_xlsx.report.paging import (
    HEADER,
    NAME,
    POINTS,
    Stack,
    gap,
    head_lines,
    height,
    line,
    narrow_columns,
    paragraphs,
    pixels,
    placed,
)
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Chart, Line, Page, need

_ALL = "全体"
_MOST_ROWS = 24  # of the whole and the 基本目標 in all years
SHEET_NAME = "推移"
NOTHING = "－"
_COUNT = 6.4  # half-width characters of a number's column
_LEAST_CHART = 400  # pixels
_YEAR = replace(NAME, align="center")


@dataclass(frozen=True)
class Trend:
    """The years of a report: those before it that left answers, and its own."""

    view: YearView

    @cached_property
    def views(self) -> tuple[YearView, ...]:
        """One view of each year, first to last."""
        return (*self.view.earlier, self.view)

    @property
    def silent(self) -> tuple[FiscalYear, ...]:
        """Years before the report's own that left no answers: they are named, not shown."""
        shown = {view.year for view in self.views}
        return tuple(y for y in self.view.plan.years if y < self.view.year and y not in shown)

    @property
    def span(self) -> str:
        """「令和6年度～令和8年度」."""
        first, last = self.views[0].year.name, self.views[-1].year.name
        return first if first == last else f"{first}～{last}"

    @cached_property
    def ratings(self) -> tuple[Column, ...]:
        """Columns whose scale is counted in ratios, as asked this year."""
        return tuple(c for c in self.view.rating_columns if c.asked_in(RowKind.ACTION))

    @cached_property
    def _all(self) -> tuple[Course, ...]:
        """The same and the indicators, each behind its line."""
        rows: dict[str, dict[FiscalYear, Row]] = {}
        for view in self.views:
            for row in view.layout.rows:
                rows.setdefault(row.id, {})[view.year] = row
        courses = (Course(self, row, by_year) for row, by_year in rows.items())
        return tuple(sorted(courses, key=self._place))

    @property
    def courses(self) -> tuple[Course, ...]:
        """Every line in force in one of the years, in the order of the plan."""
        return tuple(course for course in self._all if not course.row.under)

    @property
    def measured(self) -> tuple[Course, ...]:
        """Every indicator, and every line that has a figure of its own to reach, in that order."""
        return tuple(course for course in self._all if course.is_measured)

    def _place(self, course: Course) -> tuple[int, ...]:
        """Where a line stands in the plan; a moved one stands where it was last."""
        masters, initiative = self.view.masters, course.view.plan.initiative[course.initiative]
        levels: Sequence[tuple[str, Sequence[str]]] = (
            (initiative.goal, [each.no for each in masters.goals]),
            (initiative.measure, ["", *(each.no for each in masters.measures)]),
            (initiative.no, [each.no for each in masters.initiatives]),
            (course.row.under or course.id, [each.id for each in masters.actions]),
            (course.id if course.row.under else "", ["", *masters.indicator]),
        )
        return tuple(numbers.index(no) for no, numbers in levels)


@dataclass(frozen=True)
class Course:
    """One line, or one indicator, over the years; `rows` holds it in those in which it was in force."""

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

    @property
    def goal_band(self) -> str:
        """What stands above the lines of the 基本目標."""
        return self.view.goal_band(self.goal)

    @property
    def department(self) -> str:
        """Who has it, and who had it before: 「指導室（R7まで福祉政策課）」."""
        before = "".join(
            f"（{year.previous.code}まで{old.department}）"
            for (_, old), (year, new) in pairwise(sorted(self.rows.items()))
            if old.department != new.department
        )
        return self.row.department + before

    @property
    def is_measured(self) -> bool:
        """True for an indicator, and for a line whose target is a figure in one of the years."""
        plan = self.trend.view.masters
        aims = (plan.target.get((self.id, year)) for year in plan.years if self.row.open)
        return bool(self.row.under) or any(aim and aim.figure is not None for aim in aims)

    def absent(self, year: FiscalYear) -> str:
        """Why it is not there in a year; '' if it is."""
        if year in self.rows:
            return ""
        return "開始前" if year < min(self.rows) else "終了" if year > max(self.rows) else "休止"

    def rating(self, view: YearView, column: Column) -> str:
        """The value chosen in a year; of a 再掲 its origin's; why there is none."""
        row, asked = view.layout.row.get(self.id), view.layout.column.get(column.key)
        if row is None:
            return self.absent(view.year)
        if asked is None:
            return NOTHING
        at = row.id if row.open else view.plan.action[row.id].repeats
        value = view.brief(at, asked)
        if view.conflicting(at, asked):
            return "確認中"
        return value if row.open else f"［{value}］"

    def change(self, column: Column) -> str:
        """Better ↗ or worse ↘ than in the year shown before, or the same →; '' if none can tell."""
        ranks = [choice.value for choice in column.choices if choice.counted]
        said = [self.rating(view, column) for view in self.trend.views[-2:]]
        if len(said) < 2 or not set(said) <= {*ranks}:
            return ""
        steps = ranks.index(said[0]) - ranks.index(said[1])
        return "→" if not steps else "↗" if steps > 0 else "↘"


@dataclass(frozen=True)
class Years:
    """One body's scale, year by year: the whole, and each 基本目標 where it is counted there."""

    title: str
    column: Column
    parts: Sequence[tuple[str, Sequence[counting.Tally]]]  # name and a tally for each year
    brief: bool = False  # a year to a column: there are too many for a row each

    @property
    def seen(self) -> counting.Tally:
        """Every year together: which values there are at all."""
        return counting.total(self.parts[0][1])


def trend_page(paper: CouncilPaper) -> Page | None:
    """The sheet of the whole and of each 基本目標, as soon as an earlier year has answers."""
    return _Whole(paper).page() if paper.view.earlier else None


@dataclass(frozen=True)
class _Whole:
    paper: CouncilPaper

    @cached_property
    def _trend(self) -> Trend:
        return Trend(self.paper.view)

    @cached_property
    def _stack(self) -> Stack:
        lead = (24.0, 13.0) if self.paper.size == A3 else (17.0, 11.0)
        return narrow_columns(lead, _COUNT, self.paper.size)

    def page(self) -> Page:
        self._stack.title(f"{SHEET_NAME}　{self._trend.span}", SHEET_NAME)
        self._stack.add([*paragraphs(self._notes(), self._stack.widths)])
        charts: list[Chart] = []
        for one in (*self._departments(), *self._councils()):
            if one.brief:
                self._brief(one)
            else:
                charts += self._table(one, with_chart=not charts)
        return self._stack.page(SHEET_NAME, self.paper.view.header, charts)

    def _notes(self) -> Iterator[str]:
        words = self._trend.view.plan.words
        yield (
            f"・年度ごとに、その年度の{words.target}に対する評価を数えています。"
            f"再掲は元の行で1回だけ数えます。{counting.ROUNDED}"
        )
        if self._trend.silent:
            names = "、".join(year.name for year in self._trend.silent)
            yield f"・回答がないため載せていない年度：{names}"

    def _departments(self) -> Iterator[Years]:
        """The departments' ratings, all together and under each 基本目標."""
        for column in self._trend.ratings:
            parts: dict[str, list[counting.Tally]] = {_ALL: []}
            for view in self._trend.views:
                own = counting.by_goal(view, view.layout.column.get(column.key, column))
                names = {goal.no: goal.name for goal in view.plan.goals}
                parts[_ALL].append(replace(counting.total(own), name=view.year.name))
                for (no, name), each in zip(names.items(), own, strict=True):
                    if each.total:
                        title = f"{view.plan.words.goal}{no}　{name}"
                        parts.setdefault(title, []).append(replace(each, name=view.year.name))
            if len(parts) * len(self._trend.views) <= _MOST_ROWS:
                yield Years(column.heading, column, [*parts.items()])
            else:
                yield Years(column.heading, column, [(_ALL, parts.pop(_ALL))])
                yield Years(column.heading, column, [*parts.items()], brief=True)

    def _councils(self) -> Iterator[Years]:
        """What each council judged as a whole; on one scale beside each other."""
        found: dict[tuple[str, str], dict[str, list[counting.Tally]]] = {}
        columns: dict[tuple[str, str], Column] = {}
        for view in self._trend.views:
            for each in view.councils:
                for column in each.rating_columns:
                    at = (each.round.name, column.heading)
                    columns[at] = column
                    for name, code in counting.evaluators(each):
                        one = counting.tally(each, column, view.year.name, each.layout.rows, code)
                        found.setdefault(at, {}).setdefault(name, []).append(one)
        for at, parts in found.items():
            if any(len(tallies) > 1 for tallies in parts.values()):
                title = at[1] if at[0] in at[1] else "　".join(at)
                yield Years(title, columns[at], [*parts.items()])

    def _table(self, one: Years, with_chart: bool) -> Iterator[Chart]:
        widths, choices = self._stack.widths, one.column.choices
        shares = counting.counted(choices)
        heads = counting.scale_heads(choices, one.seen, shares)
        if len(heads) > len(widths) - 2:
            shares = []
            heads = counting.scale_heads(choices, one.seen, shares)
        head = head_lines((one.title, "年度", *heads), widths)
        lines: list[Line] = []
        for name, tallies in one.parts:
            cells = [
                (Cell(each.name, _YEAR), *counting.scale_row(each, choices, one.seen, shares))
                for each in tallies
            ]
            rows = [line(dict(enumerate(own, start=1)), widths) for own in cells]
            cell = Cell(name, NAME, down=len(rows))
            short = need(0, cell, widths) - height(rows)
            if short > 0:
                rows[-1] = replace(rows[-1], height=(rows[-1].height or 0) + short)
            lines += [replace(rows[0], cells={0: cell, **rows[0].cells}), *rows[1:]]
        at = self._stack.add([gap(6), *head], follows=height(lines[:3])) + len(head)
        self._stack.add(lines)
        if with_chart:
            whole = one.parts[0][1]
            bars = partial(
                counting.stacked_bars,
                f"{one.title}（全体）の推移",
                choices,
                whole,
                one.seen,
                (at, 1, 2),
            )
            beside = 2 + len(heads)
            left = pixels(widths[beside:])
            tall = 150 + 40 * len(whole)
            if left > _LEAST_CHART:
                yield bars((at, beside), (min(left, 640) - 16, tall))
            else:
                row = self._stack.add([gap(tall * POINTS + 8)])
                yield bars((row, 0), (pixels(widths) - 16, tall))

    def _brief(self, one: Years) -> None:
        """「A3、B1」 of each year, in columns of the same width."""
        widths, views = self._stack.widths, self._trend.views
        span = max(1, (len(widths) - 2) // len(views))
        heads = (Cell(view.year.name, HEADER, across=span) for view in views)
        cells = placed(0, (Cell(one.title, HEADER, across=2), *heads))
        lines = [replace(line(cells, widths, 20), heads=True)]
        for name, tallies in one.parts:
            said = {each.name: counting.in_brief(one.column.choices, each) for each in tallies}
            texts = (said.get(view.year.name, NOTHING) for view in views)
            told = (Cell(text, NAME, across=span) for text in texts)
            lines.append(line(placed(0, (Cell(name, NAME, across=2), *told)), widths))
        self._stack.add([gap(6), *lines])
