"""A new plan from a filled 台帳.xlsx, without masters to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.office.masters_book import masters_of_book
from kakunin_xlsx.plan import load_plan, read_texts
from kakunin_xlsx.stop import Stop
from tests.example import KANKYO, MASTERS, NUMBERS, SECOND
from tests.masters_book.desk import Desk, Hands, blank_workbook


@pytest.mark.parametrize(
    "masters", [MASTERS, SECOND, NUMBERS, KANKYO], ids=["first", "second", "numbers", "kankyo"]
)
def test_a_book_alone_holds_the_whole_plan(tmp_path: Path, masters: Path) -> None:
    desk = Desk.set_up(tmp_path, masters)
    new = tmp_path / "新しい計画"
    new.mkdir()
    for name, data in masters_of_book(desk.path)[0].items():
        (new / name).write_bytes(data)
    assert load_plan(new) == load_plan(masters)


def test_a_blank_book_says_all_that_is_to_be_filled(tmp_path: Path) -> None:
    path = tmp_path / "台帳.xlsx"
    path.write_bytes(blank_workbook())
    with pytest.raises(Stop) as refused:
        masters_of_book(path)
    assert "計画の設定!B5：空欄です。「計画の名前」を書いてください。" in str(refused.value)
    assert "toml" not in str(refused.value)


def test_a_blank_book_may_begin_with_customary_rows(tmp_path: Path) -> None:
    path = tmp_path / "台帳.xlsx"
    texts = read_texts(SECOND)
    texts.rows = {name: texts.rows[name] for name in ("rounds", "fields", "scales")}
    path.write_bytes(blank_workbook(texts))
    with Hands(path) as hands:
        hands.type(book.SETTINGS_SHEET, {book.ITEM: "最初の頁の番号"}, {book.VALUE: "5"})
        hands.add("departments", {"コード": "ka", "名称": "架空課"})
        hands.add("respondents", {"コード": "ka", "名称": "架空課", "部署": "ka"})
        hands.add("respondents", {"コード": "kyogikai", "名称": "架空協議会"})
        hands.add("goals", {"No": 1, "名称": "目標"})
        hands.add("initiatives", {"No": "1-1", "基本目標": "1", "名称": "取り組むこと"})
        line = {"重点取組": "1-1", "部署": "ka", "事業概要": "概要", "取組": "行う"}
        hands.add("actions", {"ID": "1-1", **line})
        hands.add("targets", {"行ID": "1-1", "年度": "R7", "目標文": "始める"})
        hands.add("targets", {"行ID": "1-1", "年度": "R8", "目標文": "続ける"})
    new = tmp_path / "計画"
    new.mkdir()
    for name, data in masters_of_book(path)[0].items():
        (new / name).write_bytes(data)
    plan = load_plan(new)
    assert [row.effort for row in plan.actions] == ["行う"]
    assert plan.style.first_page == 5


def test_what_does_not_fit_is_told_at_the_cells(tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path, SECOND)
    with desk.edit() as hands:
        hands.type("actions", {"ID": "A1-1"}, {"部署": "hisho", "事業概要": ""})
        places = [hands.at("actions", {"ID": "A1-1"}, each) for each in ("部署", "事業概要")]
    with pytest.raises(Stop) as refused:
        masters_of_book(desk.path)
    for place in places:
        assert f"主な事業（actions）!{place}：" in str(refused.value)
