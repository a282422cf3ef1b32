"""plan.toml as a list of settings: one value changes, everything else stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kakunin_xlsx.plan.new_plan import blank_texts
from kakunin_xlsx.plan.settings import (
    SETTING,
    SETTINGS,
    Setting,
    settings_of,
    with_setting,
)
from tests.example import MASTERS, SECOND


@pytest.mark.parametrize("masters", [MASTERS, SECOND], ids=["first", "second"])
def test_setting_what_it_says_changes_nothing(masters: Path) -> None:
    text = (masters / "plan.toml").read_text(encoding="utf-8")
    for label, value in settings_of(text).items():
        assert with_setting(text, SETTING[label], value) == text


@given(
    some.text(some.characters(exclude_categories=["Cs"]), max_size=20),
    some.sampled_from([each for each in SETTINGS if "." not in each.key]),  # any text
)
def test_any_text_can_be_set_and_one_line_changes(value: str, setting: Setting) -> None:
    text = (MASTERS / "plan.toml").read_text(encoding="utf-8")
    made = with_setting(text, setting, value.strip())
    assert settings_of(made) == {**settings_of(text), setting.label: value.strip()}
    lines, before = made.split("\n"), text.split("\n")
    assert len(lines) == len(before)
    assert sum(a != b for a, b in zip(lines, before, strict=True)) <= 1


def test_a_number_comes_into_its_section_and_goes() -> None:
    pages, years = SETTING["最初の頁の番号"], SETTING["保存年限（年）"]
    text = (SECOND / "plan.toml").read_text(encoding="utf-8")
    made = with_setting(with_setting(text, pages, "31"), years, "5")
    assert tomllib.loads(made)["style"]["first_page"] == 31
    assert made.startswith(text)
    assert made.endswith("first_page = 31\n\n[archive]\nretention_years = 5\n")
    assert settings_of(with_setting(made, pages, "")) == settings_of(with_setting(text, years, "5"))


def test_a_blank_file_takes_every_setting() -> None:
    text = blank_texts().toml or ""
    for setting in SETTINGS:
        text = with_setting(text, setting, "3")
    assert set(settings_of(text).values()) == {"3"}
    assert text.startswith("# 計画の名前、年度、言葉、書式。")


def test_a_value_in_whatever_writing_is_set() -> None:
    text = 'title = """\n長い名前\n"""  # 題\n'
    made = with_setting(text, SETTING["計画の名前"], "別の名前")
    assert tomllib.loads(made)["title"] == "別の名前"
    assert made.endswith("# 題\n")
