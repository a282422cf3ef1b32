"""Figures and money in the paper: for whom, and beside which targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.plan import Audience, Direction, Field, Plan, Target, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report import courses, figures
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import NUMBERS, R7, shipped
from tests.report.records import pages_of, record

R8 = R7.next
FIGURES = {"2-1-1": "893", "2-1-2": "２２．６％", "3-1-2": "数値なし", "3-2-1": ""}


@cache
def numbers() -> Plan:
    return load_plan(NUMBERS)


def typed(_number: int, row: Row, column: Column) -> str:
    if column.key == "value":
        return FIGURES.get(row.id, "50")
    return "10" if column.field and column.field.is_figure else ""


def words(plan: Plan, audience: Audience = Audience.OFFICE) -> dict[str, list[str]]:
    """Every text of the paper by sheet."""
    view = YearView.of(plan, R7, record(plan, R7, typed), audience=audience)
    return {page.name: texts(page) for page in pages_of(view)}


def texts(page: Page) -> list[str]:
    return [cell.text or str(cell.value) for line in page.lines for cell in line.cells.values()]


def changed(key: str, change: Callable[[Field], Field]) -> Plan:
    fields = (change(each) if each.key == key else each for each in numbers().fields)
    return replace(numbers(), fields=tuple(fields))


def test_numbers_stand_with_their_unit_however_they_were_typed() -> None:
    said = words(numbers())
    listed = said[figures.FIGURES_SHEET]
    assert listed[listed.index("22.6％") + 1] == "57.1%"
    assert {"893ｇ", "105.3%", "数値なし", "－"} <= set(listed)
    assert any("実績の数値がないもの2件" in text for text in listed)
    goal = "\n".join(said["基本目標2"])
    assert "実績値：893ｇ（達成率105.3%）" in goal
    assert "実績値：２２．６％（達成率57.1%）" in goal
    assert "実績値：数値なし\n" in "\n".join(said["基本目標3"])


@pytest.mark.parametrize("key", ["budget", "spent", "value"])
def test_what_is_the_offices_own_is_in_no_other_paper(key: str) -> None:
    plan = changed(key, lambda field: replace(field, audience=Audience.OFFICE))
    heading = next(field.heading for field in plan.fields if field.key == key)
    inside, outside = words(plan), words(plan, Audience.PUBLIC)
    assert any(heading in text for sheet in inside.values() for text in sheet)
    told = [
        text for name, sheet in outside.items() for text in sheet if name not in ("概要", "奥付")
    ]
    assert not any(heading in text for text in told)
    assert (figures.FIGURES_SHEET in outside) is (key != "value")
    assert any("達成率1" in text for text in told) is (key != "value")


def test_without_roles_nothing_is_compared_or_added_up() -> None:
    """Masters of an earlier release with several numbers: all are shown, as they were."""
    fields = tuple(replace(each, role=None, unit="") for each in numbers().fields)
    said = words(replace(numbers(), fields=fields))
    assert figures.FIGURES_SHEET not in said
    assert not any("の合計" in text and "額" in text for text in said["評価集計"])
    assert not any("達成率" in text for text in said["基本目標2"])
    assert any("実績値：893\n" in text for text in said["基本目標2"])


def test_a_plan_whose_targets_are_words_has_no_such_page() -> None:
    view = YearView.of(shipped(), R7, record(shipped(), R7, lambda _n, _r, _c: "5"))
    assert figures.FIGURES_SHEET not in {page.name for page in pages_of(view)}


def test_what_is_attained_at_the_end_follows_direction_and_baseline() -> None:
    aims = {
        "1-1-1": (940.0, Direction.LESS, 1050.0),
        "1-1-2": (940.0, Direction.LESS, None),
        "1-2-1": (900.0, Direction.MORE, 800.0),
        "1-2-2": (893.0, Direction.MORE, 893.0),
    }

    def target(one: Target) -> Target:
        if one.year != R8 or one.action not in aims:
            return one
        figure, direction, baseline = aims[one.action]
        return replace(
            one, text="", figure=figure, unit="ｇ", direction=direction, baseline=baseline
        )

    plan = replace(shipped(), targets=tuple(map(target, shipped().targets)))
    said = record(plan, R8, lambda _n, _r, c: "893" if c.key == "figure" else "")
    view = YearView.of(plan, R8, Record(said.answers))
    (page,) = (page for page in pages_of(view) if page.name == courses.CLOSING_SHEET)
    attained = {text for text in texts(page) if "（目標" in text and "893ｇ" in text}
    assert attained == {
        "142.7%\n893ｇ\n（目標940ｇ）",
        "105.3%\n893ｇ\n（目標940ｇ）",
        "93.0%\n893ｇ\n（目標900ｇ）",
        "893ｇ\n（目標893ｇ）",
    }
