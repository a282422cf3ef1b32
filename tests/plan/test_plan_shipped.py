"""The shipped masters: their numbers, their proof against the source, and what is printed where."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from kakunin_xlsx.plan import (
    FiscalYear,
    Masters,
    Status,
    check_masters,
    load_masters,
    load_plan,
)
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.schema import MasterTable
from kakunin_xlsx.plan.source import plain
from tests.example import MASTERS as SHIPPED
from tests.example import SECOND


@pytest.fixture(scope="module")
def masters() -> Masters:
    return load_masters(SHIPPED)


@pytest.mark.parametrize(
    ("folder", "counts"),
    [
        (SHIPPED, {"goal": 5, "measure": 16, "initiative": 33, "action": 38, "department": 5}),
        (SECOND, {"goal": 5, "measure": 0, "initiative": 21, "action": 98, "department": 41}),
    ],
    ids=["shipped", "second"],
)
def test_numbers_are_those_of_the_booklet(folder: Path, counts: dict[str, int]) -> None:
    plan = load_plan(folder)
    assert {name: len(getattr(plan, name)) for name in counts} == counts
    assert plan.indicators == ()
    repeats = {SHIPPED: 4, SECOND: 2}
    assert sum(bool(row.repeats) for row in plan.action.values()) == repeats[folder]


def test_every_cell_stands_in_the_source_and_every_word_is_used(masters: Masters) -> None:
    assert masters.source is not None
    assert check_masters(masters) == ()


def test_every_action_has_a_target_row_for_each_year(masters: Masters) -> None:
    plan = masters.plan
    assert len(plan.targets) == 38 * 3
    assert {(row.action, row.year) for row in plan.targets} == {
        (row.id, year) for row in plan.actions for year in plan.years
    }


def test_departments_and_councils(masters: Masters) -> None:
    plan = masters.plan
    assert [row.name for row in plan.departments] == [
        "福祉政策課",
        "福祉相談課",
        "まちづくり推進課",
        "学校教育課",
        "指導室",
    ]
    councils = {row.code: row.name for row in plan.respondents if not row.department}
    assert councils == {
        "suishin-kaigi": "狛江市地域共生社会推進会議",
        "shamei-iinkai": "“社会を明るくする運動”狛江市推進委員会",
        "fukushi-iinkai": "狛江市民福祉推進委員会",
    }


def test_two_departments_stand_in_five_initiatives(masters: Masters) -> None:
    plan = masters.plan
    shared = {
        row.no: [plan.department[a.department].name for a in plan.actions_of(row.no)]
        for row in plan.initiatives
        if len(plan.actions_of(row.no)) > 1
    }
    assert shared == {
        "3-3-1": ["福祉政策課", "学校教育課"],
        "3-3-2": ["福祉政策課", "学校教育課"],
        "4-2-2": ["福祉政策課", "まちづくり推進課"],
        "5-1-1": ["福祉政策課", "指導室"],
        "5-3-1": ["福祉政策課", "まちづくり推進課"],
    }


def test_pages_are_those_of_the_booklets_lists(masters: Masters) -> None:
    assert masters.source is not None
    rows = [
        [plain(cell) for cell in line.text.split("\t") if plain(cell)]
        for line in masters.source.chapters["関連事業と担当課"]
    ]
    printed = {cell: row[-1] for row in rows for cell in row[:2]}
    assert {row.no: row.page for row in masters.plan.initiatives} == {
        row.no: printed[row.no] for row in masters.plan.initiatives
    }
    tree = masters.source.chapters["施策の体系"]
    pages = [line.text.split("\t")[3].split() for line in tree if line.text.count("\t") == 3][1:]
    assert [row.page for row in masters.plan.measures] == [page for row in pages for page in row]


def test_names_that_differ_between_chapters_each_stay_as_printed(masters: Masters) -> None:
    measures = {row.no: (row.name, row.tree_name) for row in masters.plan.measures}
    initiatives = {row.no: (row.name, row.list_name) for row in masters.plan.initiatives}
    assert {no for no, (here, there) in measures.items() if here != there} == {"3-2", "4-1", "4-3"}
    assert {no for no, (here, there) in initiatives.items() if here != there} == {"3-1-1", "4-4-1"}
    assert "関われる" in measures["3-2"][0]
    assert "かかわれる" in measures["3-2"][1]
    assert "円滑に" not in measures["4-1"][0] + measures["4-3"][0]
    assert "円滑に行える" in measures["4-1"][1]
    assert "円滑に利用できる" in measures["4-3"][1]


def test_known_slips_are_gone(masters: Masters) -> None:
    plan = masters.plan
    shown = " ".join(
        str(table.value(row, column.header))
        for table in TABLES
        for row in getattr(plan, table.plan)
        for column in table.words
    )
    slips = [
        "柏江",
        "泊江",
        "福江",
        "掲架",
        "歩型",
        "アウトドーチ",
        "アウトーチ",
        "孤獨",
        "生涯支援",
    ]
    slips += ["福祉センター", "保護司課", "つて", "にに"]
    assert [slip for slip in slips if slip in shown] == []


def test_the_basic_principle_is_not_invented(masters: Masters) -> None:
    text = next(row for row in masters.plan.texts if row.key == "tree-principle-text")
    reading = masters.plan.reading("texts", text.key, "本文")
    assert text.body == ""
    assert reading is not None
    assert reading.status is Status.UNVERIFIED
    assert reading.source.startswith("全ての市民が、排除されない")


def test_what_is_unverified_is_empty_and_what_is_empty_is_told(masters: Masters) -> None:
    plan = masters.plan
    empty = {f"{row.action}/{row.year}" for row in plan.targets if not row.text}
    told = {
        row.key
        for row in plan.readings
        if (row.table, row.column, row.status) == ("targets", "目標文", Status.UNVERIFIED)
    }
    assert empty == told


def test_the_round_and_its_fields(masters: Masters) -> None:
    plan = masters.plan
    assert plan.main_round.code == "jisseki"
    assert plan.round["jisseki"].due_date(FiscalYear.parse("R7")) == date(2026, 5, 31)
    r7, r8 = (
        [
            row.heading
            for row in plan.fields_of("jisseki", FiscalYear.parse(year))
            if row.round != "*"
        ]
        for year in ("R7", "R8")
    )
    assert r7 == [
        "取組実績",
        "実績の数値",
        "担当課評価",
        "評価の理由・課題",
        "今後の方向性",
        "今後の取組",
        "目標変更案",
        "前年度意見への対応状況",
    ]
    assert r8 == [*r7, "計画期間の総括"]
    assert [(row.value, row.name) for row in plan.scale("rating")] == [
        ("A", "目標どおり実施"),
        ("B", "おおむね実施"),
        ("C", "一部実施"),
        ("D", "未実施"),
        ("該当なし", "対象事案なし"),
        ("対象外", "当年度の目標なし"),
    ]
    assert [row.value for row in plan.scale("rating") if row.counted] == ["A", "B", "C", "D"]
    own = [row for row in plan.choices if row.scale in ("rating", "direction")]
    assert [row.value for row in own if row.review] == ["C", "D", "改善"]


@pytest.mark.parametrize(
    "table",
    [each for each in TABLES if (SHIPPED / each.file).is_file()],
    ids=lambda table: table.name,
)
def test_files_are_written_as_excel_opens_them(table: MasterTable) -> None:
    data = (SHIPPED / table.file).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    header = next(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert tuple(header) == table.headers
