"""概要: page one. What is asked tonight, counts with denominators, what has to be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import Audience, Choice, Respondent, RowKind
from kakunin_xlsx.report import counting
from kakunin_xlsx.report.opinions import Opinions
from kakunin_xlsx.report.paging import (
    CELL,
    CENTERED,
    HEADER,
    HEADING,
    NAME,
    NO_ANSWER,
    NUMBER,
    OFFICE_ONLY,
    PARAGRAPH,
    SHARE,
    SUBHEADING,
    UNREAD,
    Stack,
    across,
    gap,
    head_lines,
    line,
    paragraphs,
    spread,
    table_row,
)
from kakunin_xlsx.report.paper import CouncilPaper, PaperPart
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Cell, Line, Page, Style

SHEET_NAME = "概要"
AGENDA = "本日御意見をいただきたいこと"
WIDTHS = spread((15, 39, 14, 28))
_DATE_BY_HAND = "　　　年　　月　　日"
_STAMP = Style(size=12, bold=True, color="#B00000", align="center", valign="vcenter", border=True)
_CAPTION = replace(PARAGRAPH, size=12, valign="vcenter")
_COUNT_ROW = (replace(CENTERED, valign="vcenter"), NAME, NUMBER, SHARE)
_LIST_ROW = (CENTERED, CELL)


@dataclass(frozen=True)
class Called:
    """A row on which a council chose something that asks for another look."""

    view: YearView  # of the council's round
    row: Row
    who: Respondent
    column: Column
    choice: Choice

    @property
    def about(self) -> str:
        """Number of the 重点取組 or 基本目標, 全体 for the plan."""
        return self.row.initiative or self.row.id

    @property
    def name(self) -> str:
        """What it is called, without its number."""
        initiative = self.view.plan.initiative.get(self.row.initiative)
        return (
            initiative.name if initiative else self.row.texts["initiative"].body.partition("　")[2]
        )

    @property
    def rating(self) -> bool:
        """True if it is a mark on a scale that is counted, not a 要 or 否."""
        return any(each.counted for each in self.column.choices)


def called(view: YearView) -> list[Called]:
    """Everything of the kind, round by round."""
    return [
        Called(each, row, who, column, choice)
        for each in view.councils
        for row in each.layout.rows
        if row.open
        for who in each.respondents
        for column, choice in each.reviews(row, who.code)
    ]


def _by_row(found: Iterable[Called]) -> Iterator[tuple[Called, str, str]]:
    """Each with whose it is and what was chosen; many evaluators of one row are told together."""
    groups: dict[tuple[str, ...], list[Called]] = {}
    for each in found:
        alone = "" if counting.many(each.view.answering(each.row)) else each.who.code
        at = (each.view.round.code, each.row.id, each.column.key, alone)
        groups.setdefault(at, []).append(each)
    for own in groups.values():
        first, heading = own[0], own[0].column.heading
        if not counting.many(first.view.answering(first.row)):
            yield first, first.who.short or first.who.name, f"{heading} {first.choice.label}"
            continue
        counts = Counter(each.choice.label for each in own)
        said = "、".join(f"{label}：{number}" for label, number in sorted(counts.items()))
        asked = len(first.view.answering(first.row))
        yield first, f"{asked}者のうち{len(own)}者", f"{heading} {said}"


def rated_low(view: YearView) -> list[tuple[Row, str]]:
    """Lines that a department rated low or wants changed, with what it said, one to a line."""
    found = []
    for row in view.asked:
        texts = [f"{column.heading} {choice.label}" for column, choice in view.reviews(row)]
        texts += [
            column.heading
            for column in view.layout.open_columns
            if column.field and column.field.proposes and view.text(row.id, column)
        ]
        if texts:
            found.append((row, "\n".join(texts)))
    return found


def overview_page(paper: CouncilPaper) -> Page:
    """The first page of the paper; in an ordinary year it is one sheet."""
    return _Overview(paper).page()


@dataclass(frozen=True)
class _Overview(PaperPart):
    @cached_property
    def _stack(self) -> Stack:
        return Stack(WIDTHS)

    def page(self) -> Page:
        self._stack.outline.append((0, 0, SHEET_NAME))
        self._stack.add([*self._title()])
        self._part(AGENDA, self._agenda())
        self._counts()
        self._part("会議の評価", self._judged())
        self._low()
        self._wanted()
        last = self._view.last
        opinions = (self._view.opinions, *([last.opinions] if last else ()))
        self._part("意見と対応", (_became(each) for each in opinions if each.all))
        return self._stack.page(SHEET_NAME, self._view.header)

    def _part(self, title: str, texts: Iterable[str]) -> None:
        """A heading with paragraphs; nothing without any."""
        if lines := [*paragraphs(texts, WIDTHS)]:
            head = [gap(4), across(title, SUBHEADING, WIDTHS, 22)]
            self._stack.add([*head, lines[0]])
            for each in lines[1:]:
                self._stack.add([each])

    def _list(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell | str]]) -> None:
        """A heading with its count and a list, or that there is nothing."""
        top = [gap(4), across(title, SUBHEADING, WIDTHS, 22)]
        if not rows:
            self._stack.add([*top, across("該当するものはありません。", PARAGRAPH, WIDTHS)])
            return
        lines = (table_row(row, WIDTHS, _LIST_ROW) for row in rows)
        self._stack.table(head_lines(heads, WIDTHS), lines, top)

    def _title(self) -> Iterator[Line]:
        view, plan, front = self._view, self._view.plan, self.paper.front
        told = ("資料番号", front.no, "会議の日", front.date or _DATE_BY_HAND)
        styles = (HEADER, _COUNT_ROW[0]) * 2
        yield line(dict(enumerate(map(Cell, told, styles))), WIDTHS, 20)
        yield across(view.layout.title, replace(HEADING, size=18), WIDTHS, 32)
        edition = f"　第{self.paper.edition}版" if self.paper.edition else ""
        caption = {0: Cell(f"{view.year.caption}{edition}", _CAPTION, across=3)}
        if view.office_only:
            caption[3] = Cell(OFFICE_ONLY, _STAMP)
        yield line(caption, WIDTHS, 20)
        yield across(f"{plan.city}　{plan.office}", PARAGRAPH, WIDTHS)
        rounds = "、".join(each.round.name for each in (view, *view.later))
        yield across(f"載せた照会：{rounds}", PARAGRAPH, WIDTHS)
        if view.office_only:
            words = f"{plan.words.target}に推定・原本未照合があります。会議の前に冊子と照合してください。"
            yield across(words, replace(PARAGRAPH, color="#B00000"), WIDTHS)
        if view.audience is Audience.PUBLIC:
            yield across(view.audience_words, PARAGRAPH, WIDTHS)

    # What is asked.

    def _agenda(self) -> list[str]:
        view = self._view
        planned = (text.body for text in view.plan.texts if text.chapter == AGENDA)
        texts = [*self.paper.front.agenda] or [*filter(None, planned)] or [*self._next_questions()]
        return [f"{at}　{text}" for at, text in enumerate(texts, start=1)]

    def _next_questions(self) -> Iterator[str]:
        """What the next council's form asks, in the plan's own words."""
        view, words = self._view, self._view.plan.words
        done = max(each.round.order for each in (view, *view.later))
        ahead = (each for each in view.plan.rounds_in_order if each.order > done)
        round_ = next((each for each in ahead if not each.of_departments), None)
        if round_ is None:
            return
        asked = view.of_round(round_)
        named = {
            RowKind.PLAN: "計画全体",
            RowKind.GOAL: f"{words.goal}ごと",
            RowKind.INITIATIVE: f"{words.initiative}ごと",
        }
        kinds: dict[tuple[str, ...], list[str]] = {}
        for kind, name in named.items():
            if kind in round_.row_kinds:
                headings = tuple(column.heading for column in asked.columns(kind))
                kinds.setdefault(headings, []).append(name)
        for headings, where in kinds.items():
            yield f"{round_.name}：{'と'.join(where)}の{'、'.join(headings)}"

    # What was counted.

    def _counts(self) -> None:
        view, words = self._view.rated, self._view.plan.words
        rows = view.lines
        complete = sum(not view.missing(row) for row in view.asked)
        self._part(
            f"{words.department}の評価",
            [
                f"{words.initiative}{len(view.plan.initiatives)}、{words.effort}{len(rows)}行のうち、"
                f"再掲{len(rows) - len(view.asked)}行を除く{len(view.asked)}行について、"
                f"{words.department}に回答を求めました。必須の欄のすべてに回答があったのは{complete}行です。"
            ],
        )
        for column in view.rating_columns:
            one = counting.tally(view, column, "", view.asked)
            self._stack.add([each for row in _count_rows(column, one) for each in row])

    def _judged(self) -> Iterator[str]:
        """How often each value, of how many: for each scale of each council."""
        for each in self._view.councils:
            for column in each.choice_columns:
                yield from _on_the_whole(each, column)
                for who, code in counting.evaluators(each):
                    one = counting.tally(each, column, "", each.layout.rows, code)
                    base = one.of(counting.counted(column.choices))
                    parted = any(choice.counted for choice in column.choices)
                    of = f"、割合の分母{base}" if parted else ""
                    name = f"{column.heading}（{who}）"
                    yield f"{name}　{one.total}件{of}：{counting.in_words(column.choices, one)}"
            for column in counting.averaged(each):
                found = counting.marks(each, column, each.layout.rows)
                yield f"{column.heading}の平均　{found.average}（回答 {found.share}）"

    # What has to be looked at.

    def _low(self) -> None:
        view, words = self._view.rated, self._view.plan.words
        names = self._view.plan.initiative
        low = [c.value for column in view.rating_columns for c in column.choices if c.review]
        found = rated_low(view)
        title = f"{'・'.join(low)}と評価したもの、変更を求めたもの" if low else "変更を求めたもの"
        rows = [
            (self._no(row.id, row.label), names[row.initiative].name, row.department, why)
            for row, why in found
        ]
        heads = ("No（頁）", words.initiative, words.department, "回答")
        self._list(f"{words.department}が{title}　{len(found)}行", heads, rows)

    def _wanted(self) -> None:
        if not self._view.councils:
            return
        found = called(self._view)
        for rating, title in (
            (False, "会議が見直しを必要としたもの"),
            (True, "会議の評価が低かったもの"),
        ):
            own = [each for each in found if each.rating == rating]
            if own or not rating:
                rows = [
                    (self._no(each.about, each.about), each.name, whose, said)
                    for each, whose, said in _by_row(own)
                ]
                heads = ("No（頁）", "対象", "会議", "評価" if rating else "選択")
                self._list(f"{title}　{len(rows)}件", heads, rows)

    def _no(self, key: str, no: str) -> Cell:
        page = self.paper.refs.page(key)
        no = f"{self._view.plan.words.goal}{no}" if no in self._view.plan.goal else no
        return Cell(f"{no}（{page}）" if page else no, CENTERED, link=self.paper.refs.link(key))


def _on_the_whole(view: YearView, column: Column) -> Iterator[str]:
    """「計画全体の評価：社明委員会 妥当、…」"""
    for row in view.layout.rows:
        if row.kind is RowKind.PLAN and view.layout.asks(row, column):
            said = (
                f"{who.short or who.name} {view.text(row.id, column, who.code) or NO_ANSWER}"
                for who in view.respondents
            )
            yield f"計画全体の{column.heading}：{'、'.join(said)}"


def _count_rows(column: Column, one: counting.Tally) -> Iterator[list[Line]]:
    base = one.of([choice.value for choice in column.choices if choice.counted])
    yield head_lines((column.heading, "", "行数", f"割合（分母{base}）"), WIDTHS)
    for choice in column.choices:
        number = one.counts[choice.value]
        part = counting.share(number, base) if choice.counted and base else "－"
        yield table_row((choice.value, choice.name, number, part), WIDTHS, _COUNT_ROW)
    for value, name in ((NO_ANSWER, ""), (UNREAD, "選択肢のどれか分からない回答")):
        if value == NO_ANSWER or one.counts[value]:
            yield table_row((value, name, one.counts[value], "－"), WIDTHS, _COUNT_ROW)
    yield table_row(("計", "", one.total, ""), WIDTHS, _COUNT_ROW)


def _became(opinions: Opinions) -> str:
    """How many opinions there are, and what became of them."""
    year = opinions.view.year.name
    replies = sum(len(said.replies) for said in opinions.all)
    if opinions.replying and not opinions.asked:
        what = opinions.replying.round.name
        return f"{year}の意見は{len(opinions.all)}件です。{what}は、これから取りまとめます。"
    handled = sorted(opinions.handled().items(), key=lambda item: item[0] == NO_ANSWER)
    parts = "、".join(f"{value} {number}" for value, number in handled)
    return f"{year}の意見{len(opinions.all)}件（回答する課ごとに数えて{replies}件）：{parts}"
