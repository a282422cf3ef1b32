"""読み上げ用テキスト: the paper in sentences and headings, for screen readers; no table art.

The order is the booklet's. What people typed stays as typed; letters of a scale are followed by
their names, and every answer says first which column it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kakunin_xlsx.layout import CONTINUED, Column, Row, Section, target_key
from kakunin_xlsx.plan import Action, FieldType, Goal, Initiative
from kakunin_xlsx.report.speech_front import front, place, sentence
from kakunin_xlsx.report.speech_rounds import LaterRounds
from kakunin_xlsx.report.speech_trend import over_the_years
from kakunin_xlsx.report.view import OPTIONAL, UNANSWERED, YearView


def speech_bytes(view: YearView) -> bytes:
    """The text file: UTF-8 with BOM and CRLF, as Windows' own editor and readers expect it."""
    lines = [*front(view), *_chapters(view), *_tables(view), *over_the_years(view)]
    return ("\r\n".join(_spoken(lines)) + "\r\n").encode("utf-8-sig")


def _spoken(lines: Iterable[str]) -> Iterator[str]:
    """One line per line, never two empty ones in a row."""
    empty = True
    for line in lines:
        for part in line.splitlines() or [""]:
            if part.strip() or not empty:
                yield part.rstrip()
            empty = not part.strip()


# ---------------------------------------------------------------- the booklet's chapters


def _chapters(view: YearView) -> Iterator[str]:
    plan = view.plan
    for chapter in dict.fromkeys(text.chapter for text in plan.texts):
        texts = [text for text in plan.texts if text.chapter == chapter]
        if any(text.kind == "本文" for text in texts):
            if not any(text.kind == "見出し" for text in texts):
                yield from ("", chapter)
            for text in texts:
                heading = text.kind in ("見出し", "小見出し")
                yield from (("", text.body) if heading else (sentence(text.body),))
    yield from ("", f"{plan.words.goal}と{plan.words.department}")
    for goal in plan.goals:
        yield from _goal(view, goal)


def _goal(view: YearView, goal: Goal) -> Iterator[str]:
    """A goal in words, and who takes part in what under it."""
    plan = view.plan
    yield from ("", _goal_title(view, goal))
    yield from (sentence(part) for part in goal.explanation.split("\n") if part.strip())
    yield from _initiatives(view, plan.initiatives_of(goal.no))
    for measure in plan.measures_of(goal.no):
        yield f"{plan.words.measure}{measure.no}　{measure.tree_name or measure.name}"
        yield from _initiatives(view, plan.initiatives_of(goal.no, measure.no))


def _initiatives(view: YearView, initiatives: Iterable[Initiative]) -> Iterator[str]:
    plan = view.plan
    for each in initiatives:
        codes = dict.fromkeys(action.department for action in plan.actions_of(each.no))
        who = "、".join(plan.department[code].name for code in codes)
        said = f"{plan.words.initiative}{each.no}　{each.list_name or each.name}"
        yield f"{said}。{plan.words.department}は、{who}。{place(each.page)}"


def _goal_title(view: YearView, goal: Goal) -> str:
    return f"{view.plan.words.goal}{goal.no}　{goal.name}"


# ---------------------------------------------------------------- the tables


def _tables(view: YearView) -> Iterator[str]:
    later = LaterRounds(view)
    yield from ("", f"取組状況　{view.year.caption}")
    yield from later.on("")
    goal = ""
    for section in view.layout.sections:
        if section.goal != goal:
            goal = section.goal
            yield from ("", _goal_title(view, view.plan.goal[goal]))
            yield from later.on(goal)
        yield from _section(view, section, later)


def _section(view: YearView, section: Section, later: LaterRounds) -> Iterator[str]:
    if section.measure_band:
        yield from ("", f"{view.plan.words.measure}{section.measure_band}")
    for no in dict.fromkeys(row.initiative for row in section.rows):
        initiative = view.plan.initiative[no]
        title = f"{view.plan.words.initiative}{no}　{initiative.name}"
        yield from ("", f"{title}{place(initiative.page)}")
        for row in section.rows:
            if row.initiative == no:
                yield from ("", *_row(view, row))
        yield from later.on(no)
    yield from (sentence(note) for note in section.notes)


def _row(view: YearView, row: Row) -> Iterator[str]:
    """The booklet's cells of one department, then its answers or where these stand."""
    words = view.plan.words
    yield f"{words.initiative}{row.initiative}の{words.department}、{row.department}"
    for column in view.layout.locked_columns:
        if column.key not in ("initiative", "department"):
            yield from _cell(row, column, _heading(view, column))
    action = view.plan.action[row.id]
    yield from _repeated(view, action) if action.repeats else _answers(view, row)


def _heading(view: YearView, column: Column) -> str:
    """「取組目標の令和7年度（対象年度）」: R7 would be spelt out letter by letter."""
    years = {target_key(year): year.name for year in view.plan.years}
    head = "の".join(filter(None, (column.group, years.get(column.key, column.heading))))
    return head + ("（対象年度）" if column.asked else "")


def _cell(row: Row, column: Column, heading: str) -> Iterator[str]:
    texts = (row.texts[column.key].shown if column.key in row.texts else "",)
    rest = (each.get(column.key, "").removeprefix(CONTINUED) for each in row.continued)
    whole = "".join((*texts, *rest))
    if whole:
        yield f"{heading}。{sentence(whole)}"


def _repeated(view: YearView, action: Action) -> Iterator[str]:
    origin = view.plan.action[action.repeats]
    who = view.plan.department[origin.department].name
    yield f"再掲です。回答は、{origin.initiative}の{who}のところをご覧ください。"
    for column in view.rating_columns:
        yield f"{column.heading}。{sentence(view.text(origin.id, column) or UNANSWERED)}"


def _answers(view: YearView, row: Row) -> Iterator[str]:
    for column in view.layout.open_columns:
        said = view.text(row.id, column)
        unit = view.unit(row.id) if column.type is FieldType.NUMBER else ""
        head = column.heading + (f"、単位は{unit}" if unit and said else "")
        if said or (instead := view.instead(row.id, column)) != OPTIONAL:
            yield f"{head}。{sentence(said or instead)}"
