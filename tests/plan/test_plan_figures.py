"""Roles and units of numbers, directions of targets, thresholds of scales: what masters may say."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from kakunin_xlsx.plan import Direction, MastersBroken, Role, load_plan
from kakunin_xlsx.textfiles import csv_bytes, csv_rows
from tests.example import MASTERS, NUMBERS, R7, SECOND


def broken(folder: Path) -> list[str]:
    with pytest.raises(MastersBroken) as stop:
        load_plan(folder)
    return [f"{p.file}:{p.line} {p.column} {p.wrong}" for p in stop.value.problems]


def edited(tmp_path: Path, file: str, *changes: tuple[str, str]) -> Path:
    """The plan of figures with some texts of one file replaced."""
    folder = Path(shutil.copytree(NUMBERS, tmp_path / "numbers"))
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_a_lone_number_is_what_is_compared() -> None:
    for masters, key in ((MASTERS, "figure"), (SECOND, "achieved")):
        plan = load_plan(masters)
        roles = {field.key: plan.role(field) for field in plan.fields if plan.role(field)}
        assert roles == {key: Role.OUTCOME}


def test_each_number_has_its_role_and_unit() -> None:
    plan = load_plan(NUMBERS)
    found = {
        field.key: (str(plan.role(field)), plan.unit(field, "2-1-1", R7))
        for field in plan.fields
        if plan.role(field)
    }
    assert found == {
        "value": ("成果", "ｇ"),
        "times": ("活動", "回"),
        "rank": ("参考", "位"),
        "budget": ("費用", "千円"),
        "spent": ("費用", "千円"),
    }


def test_a_blank_role_beside_others_that_are_told_is_what_is_compared(tmp_path: Path) -> None:
    plan = load_plan(edited(tmp_path, "fields.csv", ("実績,成果,", "実績,,")))
    assert [plan.role(f) for f in plan.fields if f.key == "value"] == [Role.OUTCOME]


@pytest.mark.parametrize(
    ("file", "changes", "said"),
    [
        (
            "fields.csv",
            [("実績,成果,", "実績,,"), ("実績,活動,回", "実績,,回")],
            [
                "fields.csv:12 役割 数値の欄が二つ以上ある照会で、「実績値」の役割が空欄です。",
                "fields.csv:13 役割 数値の欄が二つ以上ある照会で、「取組の回数」の役割が空欄です。",
            ],
        ),
        (
            "fields.csv",
            [("実績,活動,回", "実績,成果,")],
            [
                "fields.csv:12 役割 照会「tenken」に、成果の欄が二つ以上あります。",
                "fields.csv:13 役割 照会「tenken」に、成果の欄が二つ以上あります。",
            ],
        ),
        (
            "fields.csv",
            [("事業費,費用,千円", "事業費,費用,")],
            ["fields.csv:15 単位 費用の欄の単位が空欄です。"],
        ),
        (
            "fields.csv",
            [("遅れの理由,取組,文章,記入,grade=△、▲,,400,30,△か▲のときは、理由を1～2行で記入してください。,公表,毎年,,,,",
              "遅れの理由,取組,文章,記入,grade=△、▲,,400,30,△か▲のときは、理由を1～2行で記入してください。,公表,毎年,,,費用,千円")],
            ["fields.csv:19 役割 「遅れの理由」は、取組ごとに聞く数値の欄ではありません。"],
        ),
        (
            "fields.csv",
            [("実績,成果,", "実績,成果,件")],
            ["fields.csv:12 単位 成果の欄の単位は「件」ですが、1-1-1 の R6 の取組目標の単位は"
             "「千t-CO2」です。"],
        ),
        (
            "targets.csv",
            [("3-1-2,R7,,6.5,,,,範囲,8.5", "3-1-2,R7,,6.5,,,,範囲,")],
            ["targets.csv:27 目標の上限 向きが「範囲」の目標は、下の端と上の端の順に、二つの数が要ります。"],
        ),
        (
            "targets.csv",
            [("3-1-2,R7,,6.5,,,,範囲,8.5", "3-1-2,R7,,6.5,,,,,8.5")],
            ["targets.csv:27 目標の上限 向きが「多いほどよい」の目標に、目標の上限があります。"],
        ),
        (
            "targets.csv",
            [("3-1-2,R7,,6.5,,,,範囲", "3-1-2,R7,,6.5,,,,低いほど")],
            ["targets.csv:27 向き 「低いほど」という書き方はありません。"],
        ),
        (
            "scales.csv",
            [("80以上", "100以上")],
            ["scales.csv:3 達成率 達成率「100以上」は、上の行に先に当てはまるため、"
             "選ばれることがありません。"],
        ),
        (
            "scales.csv",
            [("80以上", "およそ8割")],
            ["scales.csv:3 達成率 数値「およそ8割」を読み取れません。"],
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_told_with_its_place(
    file: str, changes: Sequence[tuple[str, str]], said: list[str], tmp_path: Path
) -> None:
    assert broken(edited(tmp_path, file, *changes)) == said


def test_masters_of_before_load_without_the_new_columns(tmp_path: Path) -> None:
    """Two numbers whose roles nobody could tell then are shown, and neither is compared."""
    folder = Path(shutil.copytree(NUMBERS, tmp_path / "numbers"))
    new = {"fields": ("役割", "単位"), "targets": ("向き", "目標の上限", "基準値", "基準年度")}
    for name, headings in (*new.items(), ("scales", ("達成率",))):
        path = folder / f"{name}.csv"
        rows = csv_rows(path.read_bytes())
        kept = [heading for heading in rows[0] if heading not in headings]
        path.write_bytes(csv_bytes(kept, ([row[h] for h in kept] for row in rows)))
    plan = load_plan(folder)
    assert not any(map(plan.role, plan.fields))
    assert {target.direction for target in plan.targets} == {Direction.MORE}
    assert not any(choice.reached for choice in plan.choices)


def test_thresholds_are_read_as_people_write_them(tmp_path: Path) -> None:
    folder = edited(tmp_path, "scales.csv", ("100以上", "１００％以上"), ("80以上", "80"))
    marks = [str(choice.reached) for choice in load_plan(folder).scale("mark")]
    assert marks == ["100以上", "80以上", "60以上", "60未満", "None"]
