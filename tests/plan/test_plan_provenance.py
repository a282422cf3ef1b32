"""The proof itself: it must fail wherever a word is changed, moved, doubled or left out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kakunin_xlsx.plan import (
    Masters,
    Plan,
    Reading,
    Status,
    load_masters,
)
from kakunin_xlsx.plan.provenance import unproven, unused
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.settings import SourceMap
from kakunin_xlsx.plan.source import Booklet

SHIPPED = Path(__file__).parents[2] / "masters" / "komae-saihan-1"
IN_TABLES = [
    ("initiatives", "名称"),
    ("actions", "事業概要"),
    ("actions", "取組"),
    ("targets", "目標文"),
    ("notes", "本文"),
]
# Each proof takes long: some of the cells, and in the slow set all.
EACH = [7, pytest.param(1, marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def masters() -> Masters:
    return load_masters(SHIPPED)


@pytest.fixture(scope="module")
def source(masters: Masters) -> Booklet:
    assert masters.source is not None
    return masters.source


def with_rows(plan: Plan, table: str, rows: dict[int, dict[str, Any]]) -> Plan:
    """The plan with some rows of a table changed."""
    name = TABLE[table].plan
    changed: dict[str, Any] = {
        name: tuple(
            replace(row, **rows.get(index, {})) for index, row in enumerate(getattr(plan, name))
        )
    }
    return replace(plan, **changed)


def as_they_stand(plan: Plan, table: str, header: str) -> dict[int, str]:
    """The 原文 cells of a column, by row."""
    schema = TABLE[table]
    return {
        index: str(schema.value(row, header))
        for index, row in enumerate(getattr(plan, schema.plan))
        if schema.value(row, header)
        and plan.status(table, schema.key(row), header) is Status.SOURCE
    }


@pytest.mark.parametrize(("table", "header"), IN_TABLES)
def test_no_letter_of_a_cell_can_be_invented(
    masters: Masters, source: Booklet, table: str, header: str
) -> None:
    """One letter added to every 原文 cell: each is told at its own line."""
    schema = TABLE[table]
    cells = as_they_stand(masters.plan, table, header)
    attribute = schema.column[header].attribute
    changed = {index: {attribute: f"{words}々"} for index, words in cells.items()}
    told = unproven(with_rows(masters.plan, table, changed), source, masters.texts)
    lines = {problem.line for problem in told if problem.column == header}
    assert lines >= {masters.texts.rows[table][index].line for index in cells}


@pytest.mark.parametrize("each", EACH)
@pytest.mark.parametrize(("table", "header"), IN_TABLES)
def test_no_letter_of_the_tables_can_be_left_out(
    masters: Masters, source: Booklet, table: str, header: str, each: int
) -> None:
    """Every 原文 cell emptied: its words are told as unused."""
    attribute = TABLE[table].column[header].attribute
    for index in list(as_they_stand(masters.plan, table, header))[::each]:
        emptied = with_rows(masters.plan, table, {index: {attribute: ""}})
        assert "source.txt" in {problem.file for problem in unused(emptied, source)}


@pytest.mark.parametrize("each", EACH)
def test_no_reading_can_be_dropped(masters: Masters, source: Booklet, each: int) -> None:
    """Without its row a corrected or left-over word is told in one direction or the other."""
    plan = masters.plan
    for row in plan.readings[::each]:
        if row.source and row.table != "texts":  # only the tables are proven in both directions
            kept = replace(plan, readings=tuple(one for one in plan.readings if one is not row))
            told = unproven(kept, source) + unused(kept, source)
            assert told or row.reading == row.source, row


def test_words_of_another_measure_do_not_count(masters: Masters, source: Booklet) -> None:
    index = next(i for i, row in enumerate(masters.plan.targets) if row.action == "3-1-1")
    moved = with_rows(masters.plan, "targets", {index: {"text": "推薦手続きの支援"}})
    told = unproven(moved, source, masters.texts)
    assert [problem.wrong for problem in told] == [
        "「推薦手続きの支援」が、source.txt の「3-1」の範囲にありません。"
    ]


def test_tabs_and_lines_of_the_tables_are_walls(masters: Masters, source: Booklet) -> None:
    """福祉政策課 and the 取組 beside it stand in two cells."""
    index = next(i for i, row in enumerate(masters.plan.actions) if row.id == "1-1-1")
    joined = "福祉政策課多様な周知方法の設定及び相談窓口の周知先の拡大"
    assert unproven(with_rows(masters.plan, "actions", {index: {"effort": joined}}), source)


def test_white_space_and_kinds_of_hyphen_do_not_count(masters: Masters, source: Booklet) -> None:
    index = next(i for i, row in enumerate(masters.plan.actions) if row.id == "1-1-1")
    effort = masters.plan.actions[index].effort
    spaced_words = f"　{effort[:5]}\n{effort[5:]} "
    spaced = with_rows(masters.plan, "actions", {index: {"effort": spaced_words}})
    assert unproven(spaced, source) == unused(spaced, source) == ()


MAP = SourceMap({"目標": "第1章", "体系": "第2章", "表": "第3章"}, "目標", "体系", "体系", "表")


def test_the_words_of_a_plan_of_two_levels() -> None:
    """A source whose tables are not cut by 施策: the 基本方針 is the block."""
    second = load_masters(Path(__file__).parents[1] / "plans" / "second").plan
    plan = replace(second, actions=(), targets=(), notes=())
    book = "第1章\n第2章\n第3章\n基本方針A：本と出会う\nA1\t読み聞かせ\nA2\n基本方針B：本とくらす\nB1\tB2\n"
    source = Booklet.cut(book, MAP)
    blocks = source.blocks(plan)
    assert [line.text for line in blocks["A"]][:2] == ["基本方針A：本と出会う", "A1\t読み聞かせ"]
    assert [p.wrong for p in unused(plan, source)] == [
        "「第3章」を使う台帳のセルがありません。",
        "「読み聞かせ」を使う台帳のセルがありません。",
    ]


def test_a_left_over_word_is_taken_only_as_a_whole(masters: Masters, source: Booklet) -> None:
    """取組 is a heading; in 取組目標 or 重点取組 it is a part of another word."""
    fewer = tuple(
        row
        for row in masters.plan.readings
        if row.status is not Status.LEFT_OVER or row.source != "重点取組"
    )
    told = unused(replace(masters.plan, readings=fewer), source)
    assert {problem.wrong for problem in told} == {"「重点取組」を使う台帳のセルがありません。"}
    needless = Reading("measures", "*", "", Status.LEFT_OVER, "目標", "", "", "")
    told = unused(replace(masters.plan, readings=(*masters.plan.readings, needless)), source)
    assert [problem.wrong for problem in told] == ["残りとした「目標」は、「*」に残っていません。"]
