"""Editing the masters: what was asked happens, and no other row moves."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kakunin_xlsx.demo.sample import revisions
from kakunin_xlsx.plan import (
    Edit,
    EditKind,
    MastersBroken,
    Plan,
    Reading,
    Span,
    Status,
    check_masters,
    edited,
    load_masters,
    load_plan,
    read_texts,
)
from tests.example import MASTERS, SECOND, shipped
from tests.revised import R6, R7, R8, added, apply, copied, ended, revised_folder

WHY = "第1回推進会議で決定（令和8年10月1日）"


def files(folder: Path = MASTERS) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def lines_changed(before: bytes, after: bytes) -> tuple[list[bytes], list[bytes]]:
    """The lines that only the old and only the new file has."""
    found = list(difflib.ndiff(before.decode().splitlines(True), after.decode().splitlines(True)))
    gone = [each[2:].encode() for each in found if each.startswith("- ")]
    return gone, [each[2:].encode() for each in found if each.startswith("+ ")]


def undated(plan: Plan) -> Plan:
    """A plan of a year without the spans of its rows, which tell of other years."""
    names = ("departments", "respondents", "initiatives", "actions", "targets")
    rows: dict[str, Any] = {
        name: tuple(replace(r, span=Span()) for r in getattr(plan, name)) for name in names
    }
    bare = replace(plan, **rows)
    heirless = tuple(replace(row, successor="") for row in bare.departments)
    return replace(bare, departments=heirless, readings=tuple(_readings(bare)))


def _readings(plan: Plan) -> Iterator[Reading]:
    return (row for row in plan.readings if row.column not in ("開始年度", "終了年度"))


REVISIONS = [
    Edit("targets", "1-1-1/R8", "目標文", "周知先を5か所増やす", R8, WHY),
    Edit("targets", "2-1-1/R8", "目標文", '・一行目\n・「二行目」,"三"', R8, WHY),
    Edit("targets", "1-1-2/R8", "目標文", "説明会の開催", R8, WHY),
    Edit("targets", "3-1-1/R7", "目標文", "配架", R7, WHY),
    Edit("targets", "1-1-1/R8", "目標値", "1,200", R8, WHY),
    Edit("actions", "1-2-1", "取組", "新しい取組", R8, WHY),
    Edit("actions", "3-4-1", "部署", "gakko-kyoiku", R8, WHY),
    Edit("actions", "3-3-1b", "取組", "修学支援の案内", R8, WHY),
    Edit("initiatives", "1-1-1", "名称", "相談窓口の周知", R7, WHY),
    Edit("departments", "shido", "名称", "教育指導課", R8, WHY),
    Edit("respondents", "shido", "略称", "教指", R8, WHY),
]
ENDS = [
    ended("departments", "shido", R8, WHY, heir="gakko-kyoiku"),
    ended("initiatives", "5-1-2", R8, WHY),
]


@pytest.mark.parametrize(
    "edits",
    [*([each] for each in REVISIONS), *ENDS],
    ids=lambda edits: f"{edits[0].table} {edits[0].row} {edits[0].column}",
)
def test_years_before_stay_and_the_year_shows_it(edits: list[Edit], tmp_path: Path) -> None:
    """Of every old file at most one line is gone; the earlier years are the same."""
    folder, asked = copied(tmp_path), edits[0]
    assert asked.since
    apply(folder, edits)
    old, new = shipped(), load_plan(folder)
    for year in old.years:
        same = undated(old.at(year)) == undated(new.at(year))
        assert same == (year < asked.since)
    for name, data in files().items():
        gone, come = lines_changed(data, (folder / name).read_bytes())
        assert len(gone) <= (name == f"{asked.table}.csv")
        assert bool(come) <= (name in (f"{asked.table}.csv", "readings.csv"))
    told = [row for row in new.readings if WHY in row.ground]
    assert [row.status for row in told] == ([] if asked.column == "略称" else [Status.REVISED])
    assert check_masters(load_masters(folder)) == ()


def test_a_changed_file_is_written_in_one_way_and_no_other_file(tmp_path: Path) -> None:
    """Whoever wrote it before: with BOM, plain line ends, and quotes only where they are needed."""
    folder = copied(tmp_path)
    path = folder / "targets.csv"
    plain = path.read_bytes()
    odd = plain.removeprefix(b"\xef\xbb\xbf").replace(b"\n", b"\r\n").rstrip(b"\r\n")
    path.write_bytes(odd.replace(b"1-1-1,R8,", b'"1-1-1",R8,'))
    before = files(folder)
    apply(folder, [REVISIONS[0]])
    gone, come = lines_changed(plain, path.read_bytes())
    assert (len(gone), len(come)) == (1, 2)
    changed = {name for name, data in files(folder).items() if data != before[name]}
    assert changed == {"targets.csv", "readings.csv"}


def test_revised_again_in_the_same_year_and_in_the_next(tmp_path: Path) -> None:
    first = Edit("actions", "1-2-1", "取組", "二つ目の文", R7, "一度目")
    folder = revised_folder(tmp_path, [first, replace(first, text="三つ目の文", why="二度目")])
    apply(folder, [replace(first, text="四つ目の文", since=R8, why="三度目")])
    plan = load_plan(folder)
    texts = [plan.at(year).action["1-2-1"].effort for year in plan.years]
    assert texts == [shipped().action["1-2-1"].effort, "三つ目の文", "四つ目の文"]
    readings = [plan.at(year).reading("actions", "1-2-1", "取組") for year in plan.years]
    assert [each.ground for each in readings[1:] if each] == ["一度目；二度目", "三度目"]


def test_an_end_stays_known_when_the_row_is_split_later(tmp_path: Path) -> None:
    both = [each for t in ("initiatives", "actions") for each in ended(t, "5-1-2", R8, "終わる")]
    folder = revised_folder(tmp_path, both)
    apply(folder, [Edit("actions", "5-1-2", "取組", "見学会の実施", R7, "改める")])
    plan = load_plan(folder)
    assert [("5-1-2" in plan.at(year).action) for year in plan.years] == [True, True, False]
    assert plan.at(R7).action["5-1-2"].effort == "見学会の実施"
    assert check_masters(load_masters(folder)) == ()


def test_a_correction_is_of_all_years_and_keeps_what_the_source_says(tmp_path: Path) -> None:
    right = Edit(
        "actions", "1-2-2", "取組", "再犯防止に関する研修会への参加", R8, WHY, EditKind.CORRECT
    )
    folder = revised_folder(tmp_path, [right])
    masters = load_masters(folder)
    plan, old = masters.plan, shipped().action["1-2-2"].effort
    assert {plan.at(year).action["1-2-2"].effort for year in plan.years} == {right.text}
    reading = plan.reading("actions", "1-2-2", "取組")
    assert reading
    assert (reading.status, reading.source, reading.ground) == (Status.CONFIRMED, old, WHY)
    assert check_masters(masters) == ()
    assert len(plan.actions) == len(shipped().actions)


@pytest.mark.parametrize("key", [("goals", "1"), ("measures", "1-1"), ("initiatives", "1-1-1")])
def test_a_name_that_heads_a_block_can_be_corrected(key: tuple[str, str], tmp_path: Path) -> None:
    right = Edit(*key, "名称", "正しい名前", R6, WHY, EditKind.CORRECT)
    assert check_masters(load_masters(revised_folder(tmp_path, [right]))) == ()


def test_a_correction_of_an_inferred_text_is_confirmed(tmp_path: Path) -> None:
    key = ("initiatives", "2-1-2", "名称")
    before = shipped().reading(*key)
    folder = revised_folder(tmp_path, [Edit(*key, "啓発活動の実施", R7, WHY, EditKind.CORRECT)])
    after = load_plan(folder).reading(*key)
    assert before
    assert after
    assert (after.status, after.source) == (Status.CONFIRMED, before.source)
    assert after.ground == f"{before.ground}；{WHY}"


def test_a_confirmed_text_reaches_the_rows_its_reading_speaks_of(tmp_path: Path) -> None:
    """1-1-1/R8 was inferred, and revised from R8 on: that stays as it was decided."""
    revised = Edit("targets", "1-1-1/R8", "目標文", "決めた文", R8, WHY)
    ground = "冊子11頁で確認（架空 花子、2026-04-10）"
    confirmed = replace(
        revised, text="冊子の文", since=R6, why=ground, kind=EditKind.CONFIRM, page="11"
    )
    folder = revised_folder(tmp_path, [revised, confirmed])
    plan = load_plan(folder)
    assert [plan.at(y).target["1-1-1", R8].text for y in (R6, R7, R8)] == [
        "冊子の文",
        "冊子の文",
        "決めた文",
    ]
    reading = plan.reading("targets", "1-1-1/R8", "目標文")
    assert reading
    assert (reading.status, reading.page) == (Status.CONFIRMED, "11")
    assert reading.ground.endswith(f"；{ground}")
    assert plan.status("targets", "1-1-1/R8", "目標文", R8) is Status.REVISED
    assert check_masters(load_masters(folder)) == ()


def test_a_new_initiative_with_its_line_and_target(tmp_path: Path) -> None:
    tree = {"基本目標": "1", "施策": "1-1", "名称": "新しい取組", "一覧の名称": "新しい取組"}
    line = {"重点取組": "1-1-3", "部署": "shido", "事業概要": "概要", "取組": "行うこと"}
    folder = revised_folder(
        tmp_path,
        [
            *added("initiatives", "1-1-3", R8, WHY, **tree),
            *added("actions", "1-1-3", R8, WHY, **line),
            *added("targets", "1-1-3/R8", R8, WHY, 目標文="始める"),
        ],
    )
    masters = load_masters(folder)
    assert check_masters(masters) == ()
    now = masters.plan.at(R8)
    assert [row.no for row in now.initiatives_of("1", "1-1")] == ["1-1-1", "1-1-2", "1-1-3"]
    assert now.target["1-1-3", R8].text == "始める"
    assert now.status("targets", "1-1-3/R8", "目標文") is Status.REVISED
    assert undated(masters.plan.at(R7)) == undated(shipped().at(R7))


REFUSED = [
    (Edit("target", "1-1-1/R8", "目標文", "文", R8, WHY), "という表はありません"),
    (Edit("targets", "9-9-9/R8", "目標文", "文", R8, WHY), "「9-9-9/R8」の行がありません"),
    (Edit("targets", "1-1-1/R8", "年度", "R7", R8, WHY), "改められません"),
    (Edit("targets", "1-1-1/R8", "開始年度", "R7", R8, WHY), "改められません"),
    (Edit("targets", "1-1-1/R8", "目標値", "約3", R8, WHY), "数値「約3」を読み取れません"),
    (Edit("actions", "1-2-1", "部署", "hisho", R8, WHY), "という部署がありません"),
    (Edit("goals", "1", "名称", "別の名", R8, WHY), "年度で分けられない表です"),
    (
        Edit("actions", "1-2-2", "取組", "文", R8, WHY, EditKind.CONFIRM),
        "原文のままの文です",
    ),
]


@pytest.mark.parametrize(("asked", "words"), REFUSED, ids=lambda each: str(each)[:40])
def test_what_cannot_be_is_told(asked: Edit, words: str) -> None:
    after, problems = edited(read_texts(MASTERS), [asked])
    assert len(problems) == 1
    assert words in problems[0].wrong
    assert after.files() == read_texts(MASTERS).files()


def test_the_same_text_is_no_revision() -> None:
    text = shipped().target["1-1-1", R8].text
    same = Edit("targets", "1-1-1/R8", "目標文", text, R8, WHY)
    assert "もうその文です" in edited(read_texts(MASTERS), [same])[1][0].wrong


def test_masters_that_would_not_check_are_not_written(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    before = files(folder)
    with pytest.raises(MastersBroken) as told:
        apply(folder, [REVISIONS[0], *ended("initiatives", "4-3-2", R8, WHY)])
    assert "再掲元「4-3-2」" in str(told.value)
    assert files(folder) == before


def test_the_sample_is_marked_and_gives_sound_masters(tmp_path: Path) -> None:
    assert all(row["根拠"].startswith("【見本】") for row in revisions(MASTERS))
    assert check_masters(load_masters(revised_folder(tmp_path))) == ()


SECOND_REVISIONS = [
    Edit("targets", "A1-1/R8", "目標値", "60", R8, WHY),
    Edit("departments", "kosodate", "名称", "子ども支援課", R8, WHY),
]


@pytest.mark.parametrize(
    "edits",
    [
        *([each] for each in SECOND_REVISIONS),
        ended("departments", "kosodate", R8, WHY, heir="kodomo-katei"),
    ],
    ids=lambda edits: f"{edits[0].table} {edits[0].row} {edits[0].column}",
)
def test_the_second_plan_without_readings_or_source(edits: list[Edit], tmp_path: Path) -> None:
    folder = copied(tmp_path, SECOND)
    apply(folder, edits)
    old, new = load_plan(SECOND), load_plan(folder)
    assert undated(old.at(R7)) == undated(new.at(R7))
    assert undated(old.at(R8)) != undated(new.at(R8))
    assert [row.ground for row in new.readings] == [WHY]


def test_a_change_from_the_first_year_on_is_a_correction(tmp_path: Path) -> None:
    """Nothing of the plan would be left for the old row: it is told, and nothing is written."""
    folder = copied(tmp_path)
    with pytest.raises(MastersBroken, match="R5 は計画の年度ではありません"):
        apply(folder, [Edit("targets", "1-1-1/R6", "目標文", "文", R6, WHY)])
    assert files(folder) == files()
