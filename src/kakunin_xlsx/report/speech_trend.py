"""推移 in sentences: the counts of each year, then each line's ratings and figures."""

from __future__ import annotations

from collections.abc import Iterator

from kakunin_xlsx.layout import Column
from kakunin_xlsx.report.counting import NO_ANSWER, Tally
from kakunin_xlsx.report.speech_front import sentence
from kakunin_xlsx.report.trend import Course, Trend
from kakunin_xlsx.report.trend_judges import JudgeYears, Part, judged_years
from kakunin_xlsx.report.view import YearView


def over_the_years(view: YearView) -> Iterator[str]:
    """What the sheets of 推移 show; nothing before an earlier year has answers."""
    if not view.earlier:
        return
    trend = Trend(view)
    yield from ("", f"推移　{trend.span}")
    if trend.silent:
        yield f"回答がないため載せていない年度は、{'、'.join(y.name for y in trend.silent)}です。"
    for judged in judged_years(trend):
        yield from ("", f"{judged.newest.label}の推移")
        for part in (judged.whole(), *(judged.goals() if judged.by_level else ())):
            yield from _part(judged, part)
    yield from ("", f"{view.plan.words.effort}ごとの推移")
    for course in trend.courses:
        if not course.repeats:
            yield from ("", *_course(course))


def _part(judged: JudgeYears, part: Part) -> Iterator[str]:
    yield part.label
    for tally in part.tallies:
        yield f"{tally.name}。{'、'.join(_counts(judged, tally))}。"


def _counts(judged: JudgeYears, tally: Tally) -> Iterator[str]:
    """Letters with their names; values nobody chose are left out, 未回答 is always told."""
    names = {choice.value: choice.label for choice in judged.newest.choices}
    base = tally.of(judged.counted)
    for value in judged.counts:
        number = tally.counts[value]
        if number or value == NO_ANSWER:
            share = f"、{number / base * 100:.1f}パーセント" if value in judged.counted else ""
            yield f"{names.get(value, value)}、{number}件{share}"
    yield f"計、{tally.total}件、割合の分母、{base}件"


def _course(course: Course) -> Iterator[str]:
    trend = course.trend
    yield sentence(f"{course.initiative}　{course.name}。{course.row.department}")
    for column in trend.ratings:
        rated = (f"{v.year.name} {course.rating(v, column)}" for v in trend.views)
        yield f"{column.heading}は、{'、'.join(rated)}。"
    for column in trend.figures:
        counted = (f"{v.year.name} {course.figure(v, column)}" for v in trend.views)
        yield f"{column.heading}は、{'、'.join(counted)}。"
        yield from _attained(course, column)
    yield from (sentence(remark) for remark in course.remarks())


def _attained(course: Course, column: Column) -> Iterator[str]:
    share, final = course.attained(column), course.trend.view.plan.last_year.name
    if isinstance(share, float):
        said = f"最終年度（{final}）の目標{course.final_target}に対する到達"
        yield f"{said}は、{share * 100:.1f}パーセント。"
