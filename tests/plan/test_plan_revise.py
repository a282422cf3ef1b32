"""Revising the CSVs: what was asked happens, and no other byte moves."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kakunin_xlsx.office.revisions import apply_revisions, read_revisions
from kakunin_xlsx.plan import (
    CannotRevise,
    Plan,
    Reading,
    Revision,
    RevisionKind,
    Span,
    Status,
    check_masters,
    load_masters,
    load_plan,
    revise,
)
from kakunin_xlsx.plan.csvtext import CsvText
from kakunin_xlsx.stop import Stop
from tests.example import MASTERS, SECOND, shipped
from tests.revised import R6, R7, R8, SAMPLE, copied, revised_folder

WHY = "第1回推進会議で決定（令和8年10月1日）"
CELLS = some.text(some.sampled_from('あx,"\n\r ;'), max_size=5)


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


@given(some.lists(some.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5), CELLS)
def test_what_is_not_set_stays_as_it_was_written(rows: list[list[str]], text: str) -> None:
    """Any bytes at all come back; setting one cell moves only that cell."""
    written = "\r\n".join(",".join(row) for row in rows).encode()
    assert CsvText.read(written).to_bytes() == written
    heading = "甲,乙,丙\n"
    sheet = CsvText.read(heading.encode() + b'1," a ""b""",x\r\n2,y,"z"\n3')
    sheet.put(1, "丙", text.strip())
    again = CsvText.read(sheet.to_bytes())
    assert again.get(1, "丙") == text.strip().replace("\r\n", "\n").replace("\r", "\n").strip()
    assert sheet.to_bytes().startswith(heading.encode() + b'1," a ""b""",')
    assert sheet.to_bytes().endswith(b'\r\n2,y,"z"\n3')


REVISIONS = [
    Revision("targets", "1-1-1/R8", "目標文", "周知先を5か所増やす", R8, WHY),
    Revision("targets", "2-1-1/R8", "目標文", '・一行目\n・「二行目」,"三"', R8, WHY),
    Revision("targets", "1-1-2/R8", "目標文", "説明会の開催", R8, WHY),
    Revision("targets", "3-1-1/R7", "目標文", "配架", R7, WHY),
    Revision("targets", "1-1-1/R8", "目標値", "1,200", R8, WHY),
    Revision("actions", "1-2-1", "取組", "新しい取組", R8, WHY),
    Revision("actions", "3-4-1", "部署", "gakko-kyoiku", R8, WHY),
    Revision("actions", "3-3-1b", "取組", "修学支援の案内", R8, WHY),
    Revision("initiatives", "1-1-1", "名称", "相談窓口の周知", R7, WHY),
    Revision("departments", "shido", "名称", "教育指導課", R8, WHY),
    Revision("departments", "shido", "終了", "gakko-kyoiku", R8, WHY, RevisionKind.END),
    Revision("initiatives", "5-1-2", "終了", "", R8, WHY, RevisionKind.END),
    Revision("respondents", "shido", "略称", "教指", R8, WHY),
]


@pytest.mark.parametrize("asked", REVISIONS, ids=lambda r: f"{r.table} {r.key} {r.column}")
def test_years_before_stay_and_the_year_shows_it(asked: Revision, tmp_path: Path) -> None:
    """Of every old file at most one line is gone; the earlier years are the same."""
    folder = copied(tmp_path)
    apply_revisions(folder, [asked])
    old, new = shipped(), load_plan(folder)
    for year in old.years:
        same = undated(old.at(year)) == undated(new.at(year))
        assert same == (year < asked.first_year)
    for name, data in files().items():
        gone, come = lines_changed(data, (folder / name).read_bytes())
        assert len(gone) <= (name == f"{asked.table}.csv")
        assert bool(come) <= (name in (f"{asked.table}.csv", "readings.csv"))
    told = [row for row in new.readings if WHY in row.ground]
    assert [row.status for row in told] == ([] if asked.column == "略称" else [Status.REVISED])
    assert check_masters(load_masters(folder)) == ()


def test_line_ends_bom_and_quotes_of_the_file_are_kept(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "targets.csv"
    odd = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\n", b"\r\n").rstrip(b"\r\n")
    path.write_bytes(odd.replace(b"1-1-1,R8,", b'"1-1-1",R8,'))
    before = path.read_bytes()
    last = before.rpartition(b"\r\n")[2].decode().split(",")
    apply_revisions(
        folder, [replace(REVISIONS[0]), replace(REVISIONS[0], key=f"{last[0]}/{last[1]}")]
    )
    gone, come = lines_changed(before, path.read_bytes())
    assert len(gone) == 2
    assert all(line.endswith(b"\r\n") for line in come[:-1])
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert come[0].startswith(b'"1-1-1",R8,')


def test_revised_again_in_the_same_year_and_in_the_next(tmp_path: Path) -> None:
    first = Revision("actions", "1-2-1", "取組", "二つ目の文", R7, "一度目")
    folder = revised_folder(tmp_path, [first, replace(first, text="三つ目の文", ground="二度目")])
    apply_revisions(folder, [replace(first, text="四つ目の文", first_year=R8, ground="三度目")])
    plan = load_plan(folder)
    texts = [plan.at(year).action["1-2-1"].effort for year in plan.years]
    assert texts == [shipped().action["1-2-1"].effort, "三つ目の文", "四つ目の文"]
    readings = [plan.at(year).reading("actions", "1-2-1", "取組") for year in plan.years]
    assert [each.ground for each in readings[1:] if each] == ["一度目；二度目", "三度目"]


def test_an_end_stays_known_when_the_row_is_split_later(tmp_path: Path) -> None:
    end = Revision("actions", "5-1-2", "終了", "", R8, "終わる", RevisionKind.END)
    both = [Revision("initiatives", "5-1-2", "終了", "", R8, "終わる", RevisionKind.END), end]
    folder = revised_folder(tmp_path, both)
    apply_revisions(folder, [Revision("actions", "5-1-2", "取組", "見学会の実施", R7, "改める")])
    plan = load_plan(folder)
    assert [("5-1-2" in plan.at(year).action) for year in plan.years] == [True, True, False]
    assert plan.at(R7).action["5-1-2"].effort == "見学会の実施"
    assert check_masters(load_masters(folder)) == ()


def test_a_correction_is_of_all_years_and_keeps_what_the_source_says(tmp_path: Path) -> None:
    right = Revision(
        "actions", "1-2-2", "取組", "再犯防止に関する研修会への参加", R8, WHY, RevisionKind.CORRECT
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


def test_a_correction_of_an_inferred_text_is_confirmed(tmp_path: Path) -> None:
    key = ("initiatives", "2-1-2", "名称")
    before = shipped().reading(*key)
    folder = revised_folder(
        tmp_path, [Revision(*key, "啓発活動の実施", R7, WHY, RevisionKind.CORRECT)]
    )
    after = load_plan(folder).reading(*key)
    assert before
    assert after
    assert (after.status, after.source) == (Status.CONFIRMED, before.source)
    assert after.ground == f"{before.ground}；{WHY}"


def test_a_confirmed_text_reaches_the_rows_its_reading_speaks_of(tmp_path: Path) -> None:
    """1-1-1/R8 was inferred, and revised from R8 on: that stays as it was decided."""
    revised = Revision("targets", "1-1-1/R8", "目標文", "決めた文", R8, WHY)
    ground = "冊子11頁で確認（架空 花子、2026-04-10）"
    confirmed = replace(
        revised, text="冊子の文", first_year=R6, ground=ground, kind=RevisionKind.CONFIRM, page="11"
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
    def add(table: str, key: str, cells: str) -> Revision:
        return Revision(table, key, "追加", cells, R8, WHY, RevisionKind.ADD)

    folder = revised_folder(
        tmp_path,
        [
            add(
                "initiatives",
                "1-1-3",
                "基本目標=1；施策=1-1；名称=新しい取組；一覧の名称=新しい取組",
            ),
            add("actions", "1-1-3", "重点取組=1-1-3；部署=shido；事業概要=概要；取組=行うこと"),
            add("targets", "1-1-3/R8", "目標文=始める"),
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
    (Revision("target", "1-1-1/R8", "目標文", "文", R8, WHY), "という表はありません"),
    (Revision("targets", "9-9-9/R8", "目標文", "文", R8, WHY), "「9-9-9/R8」の行がありません"),
    (Revision("targets", "1-1-1/R8", "年度", "R7", R8, WHY), "改められません"),
    (Revision("targets", "1-1-1/R8", "開始年度", "R7", R8, WHY), "改められません"),
    (Revision("targets", "1-1-1/R8", "目標値", "約3", R8, WHY), "数値「約3」を読み取れません"),
    (Revision("actions", "1-2-1", "部署", "hisho", R8, WHY), "という部署がありません"),
    (Revision("goals", "1", "名称", "別の名", R8, WHY), "--correct"),
    (
        Revision("actions", "1-2-2", "取組", "文", R8, WHY, RevisionKind.CONFIRM),
        "原文のままの文です",
    ),
    (Revision("goals", "1", "終了", "", R8, WHY, RevisionKind.END), "終わりの年度がありません"),
    (Revision("initiatives", "5-1-2", "終了", "x", R8, WHY, RevisionKind.END), "内容を書きません"),
    (Revision("targets", "x/R8", "追加", "目標=文", R8, WHY, RevisionKind.ADD), "見出し=値"),
]


@pytest.mark.parametrize(("asked", "words"), REFUSED, ids=lambda each: str(each)[:40])
def test_what_cannot_be_is_told(asked: Revision, words: str) -> None:
    with pytest.raises(CannotRevise, match=words):
        revise(files(), asked)


def test_the_same_text_is_no_revision() -> None:
    text = shipped().target["1-1-1", R8].text
    with pytest.raises(CannotRevise, match="もうその文です"):
        revise(files(), Revision("targets", "1-1-1/R8", "目標文", text, R8, WHY))


def test_masters_that_would_not_check_are_not_written(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    before = files(folder)
    end = Revision("initiatives", "4-3-2", "終了", "", R8, WHY, RevisionKind.END)
    with pytest.raises(Stop, match="何も書き込んでいません") as told:
        apply_revisions(folder, [REVISIONS[0], end])
    assert "再掲元「4-3-2」" in str(told.value)
    assert files(folder) == before


def test_a_table_of_changes_says_where_it_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "改訂.csv"
    head = "年度,表,キー,列,内容,根拠\n"
    for text, words in (
        ("年度,表\n", "列「キー、列、内容、根拠」"),
        (f"{head}R8,targets,1-1-1/R8,目標文,文,\n", "2行目\n「根拠」が空欄"),
        (f"{head}来年,targets,1-1-1/R8,目標文,文,会議\n", "年度「来年」"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Stop, match=words):
            read_revisions(path)


def test_the_sample_is_marked_and_gives_sound_masters(tmp_path: Path) -> None:
    assert all(row.ground.startswith("【見本】") for row in read_revisions(SAMPLE))
    assert check_masters(load_masters(revised_folder(tmp_path))) == ()


SECOND_REVISIONS = [
    Revision("targets", "A1-1/R8", "目標値", "60", R8, WHY),
    Revision("departments", "kosodate", "名称", "子ども支援課", R8, WHY),
    Revision("departments", "kosodate", "終了", "kodomo-katei", R8, WHY, RevisionKind.END),
]


@pytest.mark.parametrize("asked", SECOND_REVISIONS, ids=lambda r: f"{r.table} {r.key} {r.column}")
def test_the_second_plan_without_readings_or_source(asked: Revision, tmp_path: Path) -> None:
    folder = copied(tmp_path, SECOND)
    apply_revisions(folder, [asked])
    old, new = load_plan(SECOND), load_plan(folder)
    assert undated(old.at(R7)) == undated(new.at(R7))
    assert undated(old.at(R8)) != undated(new.at(R8))
    assert [row.ground for row in new.readings] == [WHY]


def test_a_change_from_the_first_year_on_is_a_correction(tmp_path: Path) -> None:
    """Nothing of the plan would be left for the old row: it is told, and nothing is written."""
    folder = copied(tmp_path)
    with pytest.raises(Stop, match="R5 は計画の年度ではありません"):
        apply_revisions(folder, [Revision("targets", "1-1-1/R6", "目標文", "文", R6, WHY)])
    assert files(folder) == files()
