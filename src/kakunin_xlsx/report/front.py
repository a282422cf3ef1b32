"""What page one says to and of the councils: number, date, agenda, judgements, opinions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kakunin_xlsx.layout import Column
from kakunin_xlsx.plan import Respondent, Round, RowKind
from kakunin_xlsx.report.counting import NO_ANSWER, UNREAD
from kakunin_xlsx.report.lines import (
    CELL,
    HEADER,
    PARAGRAPH,
    SUBHEADING,
    across,
    flowing,
    gap,
    line,
)
from kakunin_xlsx.report.opinions import Opinions
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.review import reviewed_by_councils
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Line, Style

AGENDA = "本日御意見をいただきたいこと"
_GAP = 3.0
_DATE_BY_HAND = "　　　年　　月　　日"
_LABEL = replace(HEADER, size=10.5)
_FILLED = replace(CELL, size=10.5, align="center")
_ROW = replace(CELL, size=10.5)
_KINDS = (RowKind.PLAN, RowKind.GOAL, RowKind.INITIATIVE)

Widths = Sequence[float]


def number_and_date(given: CouncilPaper, widths: Widths) -> Iterator[Line]:
    """資料番号 and date, as given or as lines to be filled by hand; the 版 if this is one."""
    edition = f"第{given.edition}版" if given.edition else ""
    cells = {
        0: Cell("資料番号", _LABEL),
        1: Cell(given.no, _FILLED),
        2: Cell("会議の日", _LABEL),
        3: Cell(given.date or _DATE_BY_HAND, _FILLED),
    }
    yield line(cells, widths, 20)
    if edition:
        yield across(edition, replace(PARAGRAPH, align="right", bold=True), widths)


def agenda_lines(view: YearView, given: CouncilPaper, widths: Widths) -> Iterator[Line]:
    """What the council is asked today."""
    planned = (text.body for text in view.plan.texts if text.chapter == AGENDA)
    texts = [*given.agenda] or [*filter(None, planned)] or [*_next_questions(view)]
    if not texts:
        return
    yield gap(_GAP)
    yield across(AGENDA, SUBHEADING, widths, 24)
    for at, text in enumerate(texts, start=1):
        yield from flowing({0: Cell(f"{at}　{text}", PARAGRAPH, across=len(widths))}, widths)


def _next_questions(view: YearView) -> Iterator[str]:
    """What the next council's form asks, in the plan's own words."""
    done = max(each.round.order for each in (view, *view.later))
    ahead = view.plan.rounds_in_order
    councils = [each for each in ahead if each.order > done and not each.of_departments]
    for round_ in councils[:1]:
        yield from _questions(view, round_)


def _questions(view: YearView, round_: Round) -> Iterator[str]:
    named = {
        RowKind.INITIATIVE: f"{view.plan.words.initiative}ごと",
        RowKind.GOAL: f"{view.plan.words.goal}ごと",
        RowKind.PLAN: "計画全体",
    }
    asked = YearView.of(view.masters, view.year, view.record, round_)
    kinds: dict[tuple[str, ...], list[str]] = {}
    for kind in _KINDS:
        if kind in round_.row_kinds:
            headings = tuple(column.heading for column in asked.columns(kind))
            kinds.setdefault(headings, []).append(named[kind])
    for headings, where in kinds.items():
        yield f"{round_.name}：{'と'.join(where)}の{'、'.join(headings)}"


def council_counts(view: YearView, widths: Widths) -> Iterator[Line]:
    """One row for each scale of each council: how often each value, of how many."""
    rows = [cells for each in view.later for cells in _counted(each)]
    if not rows:
        return
    yield gap(_GAP)
    yield across("会議の評価", SUBHEADING, widths, 24)
    heads = {0: Cell("評価", _LABEL), 1: Cell("内訳（件数、割合）", _LABEL, across=2)}
    yield line({**heads, 3: Cell("計", _LABEL)}, widths, 20)
    for cells in rows:
        yield line(cells, widths)


def _counted(view: YearView) -> Iterator[Mapping[int, Cell]]:
    if view.round.of_departments:
        return
    for column in view.choice_columns:
        for who in view.respondents:
            counts = chosen(view, column, who)
            name = f"{column.heading}\n（{who.short or who.name}）"
            yield {
                0: Cell(name, _ROW),
                1: Cell(_shares(column, counts), _ROW, across=2),
                3: Cell(_whole(column, counts), _ROW),
            }


def chosen(view: YearView, column: Column, who: Respondent) -> Counter[str]:
    """How often a council chose each value, of every row that it is asked in."""
    counts: Counter[str] = Counter()
    for row in view.layout.rows:
        if view.layout.asks(row, column):
            choice = view.choice(row.id, column, who.code)
            typed = view.answer(row.id, column, who.code)
            counts[choice.value if choice else UNREAD if typed else NO_ANSWER] += 1
    return counts


def _base(column: Column, counts: Counter[str]) -> int:
    return sum(counts[choice.value] for choice in column.choices if choice.counted)


def _shares(column: Column, counts: Counter[str]) -> str:
    """「A 計画どおり 12（40.0％）、…、未回答 1」"""
    base = _base(column, counts)
    parts = []
    for choice in column.choices:
        number = counts[choice.value]
        share = f"（{100 * number / base:.1f}％）" if choice.counted and base else ""
        parts.append(f"{choice.label} {number}{share}")
    parts += [f"{name} {counts[name]}" for name in (NO_ANSWER, UNREAD) if counts[name]]
    return "、".join(parts)


def _whole(column: Column, counts: Counter[str]) -> str:
    base = _base(column, counts)
    return f"{counts.total()}件" + (f"（割合の分母{base}）" if base else "")


def called_cells(
    view: YearView, places: Mapping[str, str], no: Style, text: Style
) -> Iterator[Mapping[int, Cell]]:
    """One row for each thing that a council says has to be looked at again."""
    for each in reviewed_by_councils(view):
        page = each.view.page_of(each.row)
        where = f"{each.about}{f'（{page}頁）' if page else ''}"
        yield {
            0: Cell(where, no, link=places.get(each.about, "")),
            1: Cell(each.name, text),
            2: Cell(each.who.short or each.who.name, text),
            3: Cell(each.why, text),
        }


def opinion_lines(view: YearView, widths: Widths) -> Iterator[Line]:
    """How many opinions there are and what became of them, this year's and last year's."""
    found = [Opinions(view), *([Opinions(view.last)] if view.last else [])]
    texts = [text for each in found if (text := _became(each))]
    if not texts:
        return
    yield gap(_GAP)
    yield across("意見と対応", SUBHEADING, widths, 24)
    for text in texts:
        yield across(text, PARAGRAPH, widths)


def _became(opinions: Opinions) -> str:
    if not opinions.all:
        return ""
    handled = opinions.handled()
    parts = "、".join(f"{value} {number}" for value, number in sorted(handled.items(), key=_last))
    replies = sum(len(said.replies) for said in opinions.all)
    return (
        f"{opinions.view.year.name}の意見{len(opinions.all)}件"
        f"（回答する課ごとに数えて{replies}件）：{parts}"
    )


def _last(item: tuple[str, int]) -> bool:
    """未回答 stands last; the others keep their order."""
    return item[0] == NO_ANSWER


def council_gaps(view: YearView, widths: Widths) -> Iterator[Line]:
    """Required cells of later rounds that nobody answered, by round and respondent."""
    for each in view.later:
        gaps = sorted(each.gaps(), key=lambda gap_: gap_[0])
        for name, own in groupby(gaps, key=lambda gap_: gap_[0]):
            rows = dict.fromkeys(each.label(row) for _, row, _ in own)
            cells = {
                0: Cell(each.round.name, _LABEL),
                1: Cell(f"{name}　{'、'.join(rows)}", CELL, across=len(widths) - 1),
            }
            yield from flowing(cells, widths)
