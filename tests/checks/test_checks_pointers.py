"""Answers that hold nothing but words for another place, and those that only mention one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.checks.cells import points_elsewhere
from kakunin_xlsx.merge import merge
from kakunin_xlsx.plan import load_plan
from tests.example import R7, SECOND, layouts
from tests.hands import made
from tests.people.base import ROW, book, codes, merged

HEADINGS = frozenset({"取組実績", "評価の理由・課題", "今後の取組"})
_LINES = (Path(__file__).parent / "pointers.txt").read_text(encoding="utf-8").splitlines()
_APART = _LINES.index("")
POINTING, SAYING = _LINES[:_APART], _LINES[_APART + 1 :]


@pytest.mark.parametrize("text", POINTING)
def test_it_points_elsewhere(text: str) -> None:
    assert points_elsewhere(text, HEADINGS)


@pytest.mark.parametrize("text", SAYING)
def test_it_says_something_itself(text: str) -> None:
    assert not points_elsewhere(text, HEADINGS)


@pytest.mark.parametrize("key", ["result", "next", "target_change"])
def test_every_text_field_is_asked_about(key: str) -> None:
    result = merged(book().fill(ROW, key, "（別紙のとおり）。"))
    assert codes(result) == ["C27"]


def test_a_heading_of_the_form_is_a_place_too() -> None:
    assert codes(merged(book().fill(ROW, "next", "取組実績のとおり"))) == ["C27"]


def test_another_plan() -> None:
    plan = load_plan(SECOND)
    one = layouts(plan)[0]
    row = next(row for row in one.rows if row.open)
    text = next(column for column in one.questions(row) if column.type == "文章")
    result = merge(
        plan, R7, one.identity.round, [made(one, "a.xlsx", {(row.id, text.key): "A1と同じ"})]
    )
    assert "C27" in codes(result)
