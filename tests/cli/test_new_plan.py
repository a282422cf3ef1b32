"""Another city's first hour: init, 台帳.xlsx filled in LibreOffice, the plan and its first forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.masters_book.headings import sheet_name
from kakunin_xlsx.merge.join import layouts
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.plan.schema import TABLE
from tests.cli.test_init import init, run
from tests.example import R7
from tests.masters_book.desk import Hands, contents
from tests.tools.libreoffice import Instructions, LibreOffice
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults

Cells = Mapping[str, str]

# Over the examples: table, which row, what the clerk types there.
OVER: tuple[tuple[str, Cells, Cells], ...] = (
    ("goals", {"No": "1"}, {"名称": "緑を守り育てる"}),
    ("measures", {"No": "1-1"}, {"名称": "街路樹を守る"}),
    ("initiatives", {"No": "1-1-1"}, {"名称": "街路樹の点検と植替え"}),
    (
        "actions",
        {"ID": "1-1-1-01"},
        {"事業概要": "街路樹を点検します。", "取組": "街路樹の点検"},
    ),
    (
        "actions",
        {"ID": "1-1-1-02"},
        {"事業概要": "公園の木を点検します。", "取組": "公園の木の点検"},
    ),
    (
        "targets",
        {"行ID": "1-1-1-01"},
        {"R7 目標文": "", "R7 目標値": "1200", "単位": "本"},
    ),
    ("targets", {"行ID": "1-1-1-02"}, {"R7 目標文": "全ての公園で点検を行う"}),
)
# Below them: new rows.
BELOW: tuple[tuple[str, Cells], ...] = (
    (
        "initiatives",
        {"No": "1-1-2", "基本目標": "1", "施策": "1-1", "名称": "市民による花壇の手入れ"},
    ),
    (
        "actions",
        {
            "ID": "1-1-2",
            "重点取組": "1-1-2",
            "部署": "公園課",
            "事業概要": "花壇の手入れを市民と行います。",
            "取組": "手入れへの参加の呼びかけ",
        },
    ),
    ("targets", {"行ID": "1-1-2", "R7 目標値": "12", "R8 目標値": "15", "単位": "団体"}),
)


def filled(path: Path, saved: Path) -> Instructions:
    """The clerk's hands on 台帳.xlsx."""
    hands, work = Hands(path), Instructions(path)
    for table, key, cells in OVER:
        for heading, text in cells.items():
            work.type(sheet_name(TABLE[table]), hands.at(table, key, heading), text)
    for table, cells in BELOW:
        hands.add(table, cells)  # only to learn where the row goes
        for heading, text in cells.items():
            work.type(sheet_name(TABLE[table]), hands.at(table, cells, heading), text)
    return work.save_as(saved)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, libreoffice: LibreOffice) -> Path:
    """A folder with the plan that init made, and 台帳.xlsx filled and saved."""
    root = tmp_path_factory.mktemp("新しい市")
    plan, book = root / "masters/緑", root / "台帳.xlsx"
    assert init(plan, "--department", "公園課", book=book, to_year="R8").exit_code == 0
    libreoffice.run(filled(book, root / "記入した台帳.xlsx"))
    run("init", str(plan), "--from", str(root / "記入した台帳.xlsx"))
    return root


def shown(one: Layout) -> dict[str, str]:
    """Row id → the target of the year, as the form prints it."""
    return {row.id: row.texts["target:R7"].shown for row in one.rows}


def test_what_was_typed_stands_in_the_first_forms(
    begun: Path, ooxml_validator: OoxmlValidator
) -> None:
    folder, output = begun / "masters/緑", begun / "output"
    run("masters", "check", "--plan", str(folder))
    run("build", "--year", "R7", "--plan", str(folder), "--output", str(output))
    forms = sorted(output.rglob("【*.xlsx"))
    assert {path.name.partition("】")[0] for path in forms} == {"【環境課", "【公園課"}
    assert own_faults(*forms) == []
    assert [str(error) for error in ooxml_validator.errors(*forms)] == []
    plan = load_plan(folder)
    first, second = layouts(plan, R7, "jisseki")
    assert shown(first) == {"1-1-1-01": "1,200本"}
    assert shown(second) == {"1-1-1-02": "全ての公園で点検を行う", "1-1-2": "12団体"}
    assert (plan.goal["1"].name, plan.measure["1-1"].name) == ("緑を守り育てる", "街路樹を守る")


def test_the_same_book_begins_the_same_plan_elsewhere(begun: Path, tmp_path: Path) -> None:
    folder = tmp_path / "masters" / "二つめ"
    told = run("init", str(folder), "--from", str(begun / "記入した台帳.xlsx"))
    assert "kakunin build --year R7" in told
    old, new = load_plan(begun / "masters/緑"), load_plan(folder)
    assert replace(new, readings=old.readings) == old
    assert contents(folder).keys() == contents(begun / "masters/緑").keys()


def test_a_book_says_all_there_is_to_say(begun: Path, tmp_path: Path) -> None:
    book = str(begun / "記入した台帳.xlsx")
    folder = tmp_path / "plan"
    refused = init(folder, "--from", book)
    assert (refused.exit_code, "ほかの指定を付けません" in refused.output) == (2, True)
    nowhere = CliRunner().invoke(app, ["init", str(folder), "--from", "ない.xlsx"])
    assert (nowhere.exit_code, "ない.xlsx が見つかりません" in nowhere.output) == (2, True)
    assert not folder.exists()
