"""推移: how often each rating was given, year by year, in charts and in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate

from kakunin_xlsx.layout import measure
from kakunin_xlsx.report.band import shares
from kakunin_xlsx.report.charts import Bars, Numbers
from kakunin_xlsx.report.counting import Tally
from kakunin_xlsx.report.lines import (
    CELL,
    CENTERED,
    HEADER,
    HEADING,
    NUMBER,
    PARAGRAPH,
    SHARE,
    SUBHEADING,
    across,
    flowing,
    gap,
    line,
)
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Paper, height
from kakunin_xlsx.report.trend import NOTHING, Trend
from kakunin_xlsx.report.trend_judges import JudgeYears, Part, judged_years
from kakunin_xlsx.sheets.page import A3, Cell, Chart, Line, Page, Style, need

SHEET_NAME = "推移"
_WIDTHS = (1.6,) * 91  # 16 pixels each: 1456 of the 1473 that A3 leaves
_SPAN = len(_WIDTHS)
_CHARTS = 3  # beside each other
_CHART = (472, 100, 26)  # pixels: width, height without bars, height of a bar
_POINTS = 0.75  # of a pixel
_NAME, _YEAR = 34.0, 13.0  # half-width characters
_HEAD = replace(SUBHEADING, size=14)
_TEXT, _YEARS, _NUMBER, _SHARE = (
    replace(style, size=10.5) for style in (CELL, CENTERED, NUMBER, SHARE)
)


def trend_page(trend: Trend) -> Page:
    """The sheet with every body that rated in two years or more."""
    return _Sheet(trend).page()


@dataclass
class _Sheet:
    trend: Trend
    paper: Paper = field(default_factory=lambda: Paper(A3_LANDSCAPE))
    charts: list[Chart] = field(default_factory=list)

    def page(self) -> Page:
        title = across(f"{SHEET_NAME}　{self.trend.span}", HEADING, _WIDTHS, 30)
        self.paper.add([[title, *self._notes()]])
        for number, judged in enumerate(judged_years(self.trend)):
            if number:
                self.paper.add([[gap(10)]])
            _Ratings(judged, self.paper, self.charts).add()
        return Page(
            name=SHEET_NAME,
            widths=_WIDTHS,
            lines=self.paper.lines,
            paper=A3,
            landscape=True,
            charts=self.charts,
            header=self.trend.view.header,
        )

    def _notes(self) -> Iterator[Line]:
        words = self.trend.view.plan.words
        texts = [
            f"・年度ごとに、その年度の{words.target}に対する評価を数えています。"
            "再掲は元の行で1回だけ数えます。分母に入らない値と未回答も、件数を示します。",
        ]
        if self.trend.silent:
            names = "、".join(year.name for year in self.trend.silent)
            texts.append(f"・回答がないため載せていない年度：{names}")
        for text in texts:
            yield from flowing({0: Cell(text, PARAGRAPH, across=_SPAN)}, _WIDTHS)


@dataclass
class _Ratings:
    """One body: charts of the whole and each 基本目標, their numbers, then each 施策."""

    judged: JudgeYears
    paper: Paper
    charts: list[Chart]

    def add(self) -> None:
        parts = [self.judged.whole(), *(self.judged.goals() if self.judged.by_level else ())]
        title = across(f"{self.judged.newest.label}の推移", _HEAD, _WIDTHS, 30)
        tall = _CHART[1] + _CHART[2] * max(len(part.tallies) for part in parts)
        air = [[gap(tall * _POINTS + 6)] for _ in range(0, len(parts), _CHARTS)]
        first = self.paper.add([[title, *air[0]], *air[1:]]) + 1
        starts = self._numbers(self.judged.newest.plan.words.goal, parts)
        for number, (part, start) in enumerate(zip(parts, starts, strict=True)):
            below, beside = divmod(number, _CHARTS)
            bars = Bars(part.title, self.judged.newest.choices, part.tallies, self.judged.seen)
            where = Numbers(starts[0] - 1, start, self._counted_at, self._columns[1])
            at = (first + below, beside * (_SPAN // _CHARTS))
            self.charts.append(self._told(bars.chart(where, at, (_CHART[0], tall)), part))
        self._levels_below()
        self._one_by_one()

    def _told(self, chart: Chart, part: Part) -> Chart:
        """The chart in words, year by year, for people who cannot see it."""
        kind = f"{self.judged.newest.label}の推移の積上げ横棒グラフ"
        return replace(chart, description=f"{kind}。{self.judged.told(part)}数は下の表にあります。")

    # Numbers.

    @cached_property
    def _heads(self) -> tuple[str, ...]:
        ratios = (f"{value}の割合" for value in self.judged.counted)
        return ("", "年度", *self.judged.counts, "計", "割合の分母", *ratios)

    @cached_property
    def _spans(self) -> list[int]:
        """Whole columns of the grid for each heading; together they fill the paper."""
        rest = (max(7.0, measure.width(head) + 3.0) for head in self._heads[2:])
        return shares([_NAME, _YEAR, *rest], _SPAN)

    @cached_property
    def _columns(self) -> list[int]:
        """The grid column in which each heading begins."""
        return list(accumulate(self._spans[:-1], initial=0))

    @property
    def _counted_at(self) -> list[int]:
        return self._columns[2 : 2 + len(self.judged.counts)]

    def _numbers(self, what: str, parts: Sequence[Part]) -> list[int]:
        """Adds a table of levels called `what`; returns the row in which each part begins."""
        heads = dict(zip(self._columns, (what, *self._heads[1:]), strict=True))
        head = line({at: self._cell(at, text, HEADER) for at, text in heads.items()}, _WIDTHS, 20)
        blocks = [self._part(part) for part in parts]
        self.paper.band([head], blocks[:1])
        starts = []
        for block in blocks:
            again = [head] if self.paper.turns(block) else []
            starts.append(self.paper.add([[*again, *block]]) + len(again))
        return starts

    def _part(self, part: Part) -> list[Line]:
        """The years of one level; its name stands beside all of them."""
        lines = [line(self._year(tally), _WIDTHS, 18) for tally in part.tallies]
        name = Cell(part.label, _TEXT, across=self._spans[0], down=len(lines))
        short = need(0, name, _WIDTHS) - height(lines)
        if short > 0:
            lines[-1] = replace(lines[-1], height=(lines[-1].height or 0.0) + short)
        return [replace(lines[0], cells={0: name, **lines[0].cells}), *lines[1:]]

    def _year(self, tally: Tally) -> dict[int, Cell]:
        base = tally.of(self.judged.counted)
        numbers = [*(tally.counts[value] for value in self.judged.counts), tally.total, base]
        ratios = [tally.counts[value] / base if base else NOTHING for value in self.judged.counted]
        values = [tally.name, *numbers, *ratios]
        styles = [_YEARS, *(_NUMBER for _ in numbers), *(_SHARE for _ in ratios)]
        cells = zip(self._columns[1:], values, styles, strict=True)
        return {at: self._cell(at, value, style) for at, value, style in cells}

    def _cell(self, at: int, value: str | float, style: Style) -> Cell:
        return Cell(value, style, across=self._spans[self._columns.index(at)])

    # The levels below, and those that are rated one by one.

    def _levels_below(self) -> None:
        plan = self.judged.newest.plan
        for goal in plan.goals if self.judged.by_level else ():
            if parts := list(self.judged.measures(goal.no)):
                title = f"{plan.words.goal}{goal.no}の{plan.words.measure}ごと"
                self.paper.band([gap(8), across(title, SUBHEADING, _WIDTHS, 24)], [[gap(80)]])
                self._numbers(plan.words.measure, parts)

    def _one_by_one(self) -> None:
        """What was said on each 基本目標 and on the whole."""
        if not self.judged.subjects:
            return
        years = self.judged.years
        title = f"{self.judged.newest.label}（対象ごと）"
        heads = ("", *(year.name for year in years))
        head = line(_evenly(heads, HEADER), _WIDTHS, 20)
        rows = [self._subject(no) for no in self.judged.subjects]
        self.paper.band([gap(8), across(title, SUBHEADING, _WIDTHS, 24), head], [rows])
        self.paper.add([[row] for row in rows])

    def _subject(self, no: str) -> Line:
        goal = self.judged.newest.plan.goal.get(no)
        name = f"{self.judged.newest.plan.words.goal}{no}　{goal.name}" if goal else no
        said = (j.shown(no) if no in j.asked else NOTHING for j in self.judged.years.values())
        return line(_evenly((name, *said), CELL), _WIDTHS, 20)


def _evenly(texts: Sequence[str], style: Style) -> dict[int, Cell]:
    """The first text takes a third, the others share the rest."""
    spans = shares([_SPAN / 3, *(_SPAN * 2 / 3 / (len(texts) - 1) for _ in texts[1:])], _SPAN)
    starts = accumulate(spans[:-1], initial=0)
    cells = zip(starts, texts, spans, strict=True)
    return {at: Cell(text, style, across=span) for at, text, span in cells}
