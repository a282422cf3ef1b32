"""評価の比較: 担当課, 推進会議 and 委員会 side by side, and this year against last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.plan import FiscalYear, RowKind
from kakunin_xlsx.report.agreement import Agreement, Pair, changes
from kakunin_xlsx.report.charts import Bars, Numbers, parted
from kakunin_xlsx.report.counting import Tally, total
from kakunin_xlsx.report.judges import Judge, judges
from kakunin_xlsx.report.lines import (
    CELL,
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
from kakunin_xlsx.report.paging import A3_LANDSCAPE, Group, Paper, height
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, Cell, Chart, Line, Page, Style

SHEET_NAME = "評価の比較"
_WIDTHS = (4.0,) * 43  # 33 pixels each: 1419 of the 1473 that A3 leaves
_SPAN = len(_WIDTHS)
_NAME, _COUNT, _HALF = 5, 2, 25  # grid columns; the right half is for charts
_CHART = (540, 210)  # pixels
_POINTS = 0.75  # of a pixel
_DIFFERENT = replace(CELL, bold=True, fill="#FBE2D5")


def comparison_page(view: YearView, places: Mapping[str, str]) -> Page:
    """The sheet; last year's lines need not be in force today."""
    return _Sheet(view, places).page()


@dataclass
class _Sheet:
    view: YearView
    places: Mapping[str, str]
    paper: Paper = field(default_factory=lambda: Paper(A3_LANDSCAPE))
    charts: list[Chart] = field(default_factory=list)

    def page(self) -> Page:
        title = f"{SHEET_NAME}　{self.view.year.caption}"
        self.paper.add([[across(title, HEADING, _WIDTHS, 30)]])
        self._bodies()
        self._by_initiative()
        self._by_goal()
        self._years()
        return Page(
            name=SHEET_NAME,
            widths=_WIDTHS,
            lines=self.paper.lines,
            paper=A3,
            landscape=True,
            charts=self.charts,
            header=self.view.header,
        )

    # Who judged how often what.

    @cached_property
    def _judges(self) -> list[Judge]:
        kinds = (RowKind.ACTION, RowKind.INITIATIVE, RowKind.GOAL, RowKind.PLAN)
        return judges(self.view.masters, self.view.year, self.view.record, *kinds)

    @cached_property
    def _heard(self) -> list[Judge]:
        """Those whose answers are here; before its round, a body has not been silent."""
        return [judge for judge in self._judges if judge.answers]

    def _bodies(self) -> None:
        self._heading("評価した課・会議ごとの集計")
        waiting = [judge.label for judge in self._judges if not judge.answers]
        if waiting:
            self._say(f"まだ回答がないため載せていないもの：{'、'.join(waiting)}")
        for scale in dict.fromkeys(judge.ranks for judge in self._heard):
            same = [judge for judge in self._heard if judge.ranks == scale]
            tallies = [judge.tally(judge.label) for judge in same]
            self._table("・".join(judge.label for judge in same), same[0], tallies)

    def _table(self, title: str, judge: Judge, tallies: Sequence[Tally]) -> None:
        """Counts, then shares, and the chart beside them."""
        seen = total(tallies)
        bars = Bars(title, judge.choices, tallies, seen)
        counted = [choice.value for choice in parted(judge.choices)[0]]
        lines = [
            across(title, SUBHEADING, _WIDTHS[:_HALF], 26),
            self._row("件数", [*bars.counts, "計"], HEADER, HEADER),
            *(self._row(t.name, _numbers(t, bars.counts), NUMBER, CELL) for t in tallies),
            self._row("割合", [*counted, "分母"], HEADER, HEADER),
            *(self._shares(tally, counted) for tally in tallies),
        ]
        tall = max(_CHART[1], 130 + 34 * len(tallies))
        lines.append(gap(max(12.0, tall * _POINTS - height(lines) + 12)))
        at = self.paper.add([lines])
        columns = [_NAME + _COUNT * number for number in range(len(bars.counts))]
        where = Numbers(at + 1, at + 2, columns)
        self.charts.append(bars.chart(where, (at, _HALF + 1), (_CHART[0], tall)))

    def _row(self, name: str, values: Sequence[str | float], style: Style, first: Style) -> Line:
        cells = {0: Cell(name, first, across=_NAME)}
        for number, value in enumerate(values):
            cells[_NAME + number * _COUNT] = Cell(value, style, across=_COUNT)
        return line(cells, _WIDTHS, 20)

    def _shares(self, tally: Tally, counted: Sequence[str]) -> Line:
        base = tally.of(counted)
        made = self._row(
            tally.name,
            [tally.counts[value] / base if base else "－" for value in counted],
            SHARE,
            CELL,
        )
        at = _NAME + len(counted) * _COUNT
        return replace(made, cells={**made.cells, at: Cell(base, NUMBER, across=_COUNT)})

    # Where they differ.

    def _by_initiative(self) -> None:
        own = next((j for j in self._judges if j.round == self.view.round), None)
        councils = [j for j in self._heard if RowKind.INITIATIVE in j.field.kinds]
        if own is None or not councils:
            return
        words = self.view.plan.words
        self._heading(f"{words.initiative}ごとの評価の比較")
        agreement = Agreement(self.view.plan, own, councils)
        for sentence in agreement.sentences():
            self._say(sentence)
        heads = (words.initiative, own.label, *(judge.label for judge in councils), "違い")
        head = self._wide(heads, HEADER, HEADER)
        self.paper.band([head], [[gap(60)]])
        for pair in agreement.pairs:
            self.paper.add([self._pair(pair)])

    def _pair(self, pair: Pair) -> list[Line]:
        style = _DIFFERENT if pair.different else CELL
        texts = (pair.title, pair.own, *pair.others, pair.words)
        return flowing(self._cells(texts, CELL, style), _WIDTHS, 20)

    def _wide(self, texts: Sequence[str], style: Style, last: Style) -> Line:
        return line(self._cells(texts, style, last), _WIDTHS, 22)

    def _cells(self, texts: Sequence[str], style: Style, last: Style) -> dict[int, Cell]:
        """The first cell takes a third, the others share the rest."""
        first, others = 15, len(texts) - 1
        cells, at = {0: Cell(texts[0], style, across=first)}, first
        for number, text in enumerate(texts[1:], start=1):
            until = first + (_SPAN - first) * number // others
            cells[at] = Cell(text, last if number == others else style, across=until - at)
            at = until
        return cells

    # 基本目標 and the whole.

    def _by_goal(self) -> None:
        councils = [j for j in self._heard if {RowKind.GOAL, RowKind.PLAN} & set(j.field.kinds)]
        others = [judge for judge in self._heard if judge not in councils]
        if not councils:
            return
        words = self.view.plan.words
        self._heading(f"{words.goal}ごとの評価")
        self._say("尺度の違う評価もあるため、件数と評価を並べて示します。")
        everyone = [*others, *councils]
        rows = [self._goal_cells(no, title, everyone) for no, title in self._subjects(councils)]
        head = self._wide([words.goal, *(j.label for j in everyone)], HEADER, HEADER)
        self.paper.band([head], [[gap(60)]])
        for cells in rows:
            self.paper.add([[line(cells, _WIDTHS, 20)]])

    def _subjects(self, councils: Sequence[Judge]) -> Iterator[tuple[str, str]]:
        """Rows that a council judges: each 基本目標, and the plan as a whole if it is asked."""
        goals = {goal.no: f"{goal.no}　{goal.name}" for goal in self.view.plan.goals}
        asked = dict.fromkeys(row for judge in councils for row in judge.asked)
        yield from ((row, goals.get(row, row)) for row in asked)

    def _goal_cells(self, no: str, title: str, everyone: Sequence[Judge]) -> dict[int, Cell]:
        return self._cells([title, *(self._on(no, judge) for judge in everyone)], CELL, CELL)

    def _on(self, no: str, judge: Judge) -> str:
        """What a body says on a 基本目標: its own judgement, or how its lines under it count."""
        if no in judge.asked:
            return judge.shown(no)
        plan = self.view.plan
        whole = no not in plan.goal
        numbers = [each.no for each in plan.initiatives if whole or each.goal == no]
        rows = [row for each in numbers for row in (each, *(a.id for a in plan.actions_of(each)))]
        tally = judge.tally("", list(dict.fromkeys(rows)))
        bars = Bars("", judge.choices, (), tally)
        return "、".join(f"{v}{tally.counts[v]}" for v in bars.counts if tally.counts[v]) or "－"

    # This year and last.

    def _years(self) -> None:
        """Ratings of the departments, where last year's are at hand."""
        last, now = self.view.year.previous, self.view.year
        self._heading("前年度との比較")
        if last < self.view.masters.first_year:
            self._say(f"{now.name}は計画の初年度のため、前年度との比較はありません。")
            return
        before = self._own(last)
        if not any(judge.answers for judge in before):
            self._say(f"{last.name}の回答がないため、比べていません。")
            return
        for old, new in zip(before, self._own(now), strict=False):
            tallies = [old.tally(last.name), new.tally(now.name)]
            self._table(f"{new.field.heading}（前年度との比較）", new, tallies)
            for sentence in changes(self.view.plan, old, new):
                self._say(sentence)

    def _own(self, year: FiscalYear) -> list[Judge]:
        found = judges(self.view.masters, year, self.view.record, RowKind.ACTION)
        return [judge for judge in found if judge.round.code == self.view.round.code]

    def _heading(self, text: str) -> None:
        title = across(text, replace(SUBHEADING, size=14), _WIDTHS, 30)
        self.paper.band([gap(8), title], [[gap(120)]])

    def _say(self, text: str) -> None:
        lines: list[Group] = [[each] for each in flowing(_whole(text), _WIDTHS, 20)]
        self.paper.add(lines)


def _whole(text: str) -> dict[int, Cell]:
    return {0: Cell(text, PARAGRAPH, across=_SPAN)}


def _numbers(tally: Tally, values: Sequence[str]) -> list[str | float]:
    return [*(tally.counts[value] for value in values), tally.total]
