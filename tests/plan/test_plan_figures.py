"""Roles and units of numbers, directions of targets, thresholds of scales: what masters may say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.plan import Direction, Role, load_plan
from kakunin_xlsx.textfiles import csv_bytes, csv_rows
from tests.example import MASTERS, NUMBERS, R7, SECOND
from tests.plan.damaged import Changes, damages, edited, problems


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
    plan = load_plan(edited(NUMBERS, tmp_path, "fields.csv", [("実績,成果,", "実績,,")]))
    assert [plan.role(f) for f in plan.fields if f.key == "value"] == [Role.OUTCOME]


@pytest.mark.parametrize(("file", "changes", "said"), damages(NUMBERS))
def test_what_cannot_be_compared_is_told_with_its_place(
    file: str, changes: Changes, said: list[str], tmp_path: Path
) -> None:
    told = problems(edited(NUMBERS, tmp_path, file, changes))
    assert [f"{p.file}:{p.line} {p.column} {p.wrong}" for p in told] == said


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
    folder = edited(
        NUMBERS, tmp_path, "scales.csv", [("100以上", "１００％以上"), ("80以上", "80")]
    )
    marks = [str(choice.reached) for choice in load_plan(folder).scale("mark")]
    assert marks == ["100以上", "80以上", "60以上", "60未満", "None"]
