"""Which masters folder a command takes."""

from pathlib import Path

import pytest

from kakunin_xlsx.plan import MastersNotFound, find_masters, load_plan

SHIPPED = Path(__file__).parents[2] / "masters" / "komae-saihan-1"


def make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "plan.toml").write_text("", encoding="utf-8")
    return folder


def test_the_named_one(tmp_path: Path) -> None:
    named = make(tmp_path / "a")
    make(tmp_path / "masters" / "b")
    assert find_masters(named, tmp_path) == named


def test_the_only_one_inside_the_named_folder(tmp_path: Path) -> None:
    only = make(tmp_path / "plans" / "a")
    assert find_masters(tmp_path / "plans", tmp_path) == only


def test_the_only_one_under_masters(tmp_path: Path) -> None:
    only = make(tmp_path / "masters" / "a")
    (tmp_path / "masters" / "not a plan").mkdir()
    assert find_masters(None, tmp_path) == only


def test_the_shipped_one_where_there_is_no_other(tmp_path: Path) -> None:
    found = find_masters(None, tmp_path)
    assert load_plan(found).id == "komae-saihan-1"
    assert found.name == SHIPPED.name


def test_several_are_named(tmp_path: Path) -> None:
    make(tmp_path / "masters" / "a")
    make(tmp_path / "masters" / "b")
    with pytest.raises(MastersNotFound, match=r"計画が2つあります（「a」、「b」）。--plan で"):
        find_masters(None, tmp_path)


def test_none_at_the_named_place(tmp_path: Path) -> None:
    with pytest.raises(MastersNotFound, match=r"がありません。フォルダーの名前を"):
        find_masters(tmp_path / "nowhere", tmp_path)
    with pytest.raises(MastersNotFound, match=r"plan\.toml がありません。"):
        find_masters(tmp_path, tmp_path)
