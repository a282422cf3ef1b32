"""Differences of two plans: every cell of every table is seen, and said in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kakunin_xlsx.plan import (
    FiscalYear,
    Plan,
    Span,
    describe,
    describe_briefly,
    load_masters,
    load_plan,
    plan_changes,
    source_changes,
    year_changes,
)
from kakunin_xlsx.plan.diff import ChangeKind
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.schema import MasterColumn, MasterTable
from tests.example import MASTERS, SECOND, shipped
from tests.revised import R7, R8, added, copied, ended, revised_folder, revised_plan

PLANS = {"shipped": MASTERS, "second": SECOND}


def words(old: Plan, new: Plan) -> list[str]:
    return [each.words for each in describe(plan_changes(old, new), old, new)]


def another(value: Any) -> Any:
    """Something else of the same kind."""
    match value:
        case bool():
            return not value
        case Enum():
            return next(each for each in type(value) if each is not value)
        case FiscalYear():
            return value.next
        case int() | float():
            return value + 1
        case tuple():
            return value[:-1] if value else ("x",)
        case None:
            return None
    return f"{value}改"


def changed(row: Any, **values: Any) -> Any:
    """A row, a plan or a part of its head with other values."""
    return replace(row, **values)


def cells() -> Iterator[tuple[str, MasterTable, MasterColumn]]:
    for name in PLANS:
        yield from ((name, table, column) for table in TABLES for column in table.columns)


@cache
def _plan(name: str) -> Plan:
    return load_plan(PLANS[name])


def with_another_cell(plan: Plan, table: MasterTable, column: MasterColumn) -> tuple[Plan, Plan]:
    """The plan, and the same with one cell of the column changed; both the same if it is unused."""
    rows = list(getattr(plan, table.plan))
    if not rows:
        return plan, plan
    if column.header in ("開始年度", "終了年度"):
        year = {"first": R8} if column.header == "開始年度" else {"last": R7}
        other = changed(rows[0], span=changed(rows[0].span, **year))
        return plan, changed(plan, **{table.plan: (other, *rows[1:])})
    filled = [row for row in rows if table.value(row, column.header)][:1]
    one = [
        changed(row, **{column.attribute: another(table.value(row, column.header))})
        for row in filled
    ]
    rest = [row for row in rows if row not in filled]
    old = changed(plan, **{table.plan: (*filled, *rest)})
    return old, changed(plan, **{table.plan: (*one, *rest)})


@pytest.mark.parametrize(
    ("name", "table", "column"),
    list(cells()),
    ids=lambda each: getattr(each, "name", "") or getattr(each, "header", each),
)
def test_no_cell_of_no_table_changes_unseen(
    name: str, table: MasterTable, column: MasterColumn
) -> None:
    old, new = with_another_cell(_plan(name), table, column)
    found = plan_changes(old, new)
    assert {each.table for each in found} == ({table.name} if old != new else set())
    assert len(words(old, new)) == len(found)
    assert plan_changes(new, new) == ()


@pytest.mark.parametrize("name", [f.name for f in fields(Plan)])
def test_no_word_of_the_head_changes_unseen(name: str) -> None:
    plan = shipped()
    value = getattr(plan, name)
    if isinstance(value, tuple):
        return  # a table
    if is_dataclass(value) and not isinstance(value, FiscalYear):
        for part in fields(value):
            inside = changed(value, **{part.name: another(getattr(value, part.name))})
            found = plan_changes(plan, changed(plan, **{name: inside}))
            assert [each.column for each in found] == [f"{name}.{part.name}"]
        return
    found = plan_changes(plan, changed(plan, **{name: another(value)}))
    assert [(each.table, each.column) for each in found] == [("plan.toml", name)]


def test_a_row_moved_is_seen() -> None:
    plan = shipped()
    moved = replace(plan, actions=(*plan.actions[1:], plan.actions[0]))
    assert words(plan, moved) == ["actions.csv の行の並び順を改めた。"]


def test_a_line_of_the_source_is_seen(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "source.txt"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("奥付", "奥附") + "一行\n", encoding="utf-8")
    old, new = load_masters(MASTERS), load_masters(folder)
    assert [each.table for each in source_changes(old.source, new.source)] == ["source.txt"]
    assert source_changes(old.source, old.source) == ()
    assert source_changes(old.source, None) != ()


def test_the_sample_in_words() -> None:
    said = words(shipped(), revised_plan())
    for sentence in (
        "まちづくり推進課をまちづくり政策課に改称（令和8年度から）。",
        "学校教育課を指導室に統合（令和8年度から）。",
        "重点取組5-1-2「近隣矯正施設見学会等の推進」を令和7年度で終了。",
        "重点取組1-1-1の令和8年度の取組目標を「周知先の開拓及び配架」から"
        "「周知先の開拓及び配架並びに配架先での聞き取りの実施」に改めた（令和8年度から）。",
    ):
        assert sentence in said
    assert len([each for each in said if each.startswith("readings.csv")]) == 5


def test_what_was_added_and_taken_back_reads_the_other_way_round() -> None:
    old, new = shipped(), revised_plan()
    there, back = plan_changes(old, new), plan_changes(new, old)
    assert len(there) == len(back)
    turned = {(c.table, c.key, c.column, c.after, c.before, c.first, c.last) for c in back}
    assert {(c.table, c.key, c.column, c.before, c.after, c.first, c.last) for c in there} == turned


def test_grounds_come_from_the_readings() -> None:
    grounds = {c.key: c.ground for c in plan_changes(shipped(), revised_plan()) if c.ground}
    assert set(grounds) == {"machizukuri", "gakko-kyoiku", "5-1-2", "1-1-1/R8"}
    assert all(each.startswith("【見本】") for each in grounds.values())


def test_two_that_go_into_a_new_one_are_one_sentence(tmp_path: Path) -> None:
    why = "組織改正"
    new = load_plan(
        revised_folder(
            tmp_path,
            [
                *added("departments", "shien", R8, why, 名称="教育支援課"),
                *added("respondents", "shien", R8, why, 名称="教育支援課", 部署="shien"),
                *ended("departments", "gakko-kyoiku", R8, why, heir="shien"),
                *ended("departments", "shido", R8, why, heir="shien"),
            ],
        )
    )
    together = "学校教育課と指導室を教育支援課に統合（令和8年度から）。"
    assert words(shipped(), new).count(together) == 1
    brief = describe_briefly(year_changes(new, R8), new, new)
    assert [each.words for each in brief] == [together]
    assert {change.key for change in brief[0].changes} == {"gakko-kyoiku", "shido"}
    assert brief[0].ground == "組織改正"


def test_a_change_for_some_years_says_for_which() -> None:
    plan = shipped()
    rows = []
    for row in plan.actions:
        if row.id == "1-2-1":
            only = Span(R7, R7)
            rows += [
                replace(row, span=Span(None, R7.previous)),
                replace(row, effort="文", span=only),
            ]
            row = replace(row, span=Span(R8, None))
        rows.append(row)
    (change,) = plan_changes(plan, replace(plan, actions=tuple(rows)))
    assert (change.kind, change.first, change.last) == (ChangeKind.CHANGED, R7, R7)
    assert words(plan, replace(plan, actions=tuple(rows)))[0].endswith(
        "「文」に改めた（令和7年度から令和7年度まで）。"
    )


def test_the_second_plan_from_year_to_year() -> None:
    plan = load_plan(SECOND)
    assert year_changes(plan, R7) != year_changes(plan, R8)
    assert [each.words for each in describe_briefly(year_changes(plan, R8), plan, plan)] == [
        "健康づくり課をこども家庭課に改めた（令和8年度から）。",
        "施策の方向A1の所管課を「健康づくり課」から「こども家庭課」に改めた（令和8年度から）。",
    ]


def test_a_plan_as_printed_changes_from_no_year_to_the_next() -> None:
    assert [year_changes(shipped(), year) for year in shipped().years] == [(), (), ()]
