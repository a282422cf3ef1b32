"""Worksheets get names that Excel takes, and no two are alike."""

from __future__ import annotations

import pytest

from kakunin_xlsx.layout.sheet_names import OWN_SHEETS, safe_names, table_sheet


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["a/b", "a:b"], ["a・b", "a・b（2）"]),
        (["[x]*?\\"], ["・x・・・・"]),
        (["あ" * 40, "あ" * 41], ["あ" * 31, "あ" * 28 + "（2）"]),
        (["概要", "概要", "概要"], ["概要", "概要（2）", "概要（3）"]),
        (["Sheet", "ＳＨＥＥＴ"], ["Sheet", "ＳＨＥＥＴ（2）"]),
        (["History", "'前'"], ["History（2）", "・前・"]),
        (["", "  ", "\n"], ["シート", "シート（2）", "・"]),
        (["🌲" * 20], ["🌲" * 15]),  # Excel counts each as two
    ],
)
def test_names_are_safe_and_unlike(wanted: list[str], names: list[str]) -> None:
    assert safe_names(wanted) == names


def test_a_table_is_never_called_as_a_sheet_that_every_form_has() -> None:
    for name in OWN_SHEETS:
        assert table_sheet(name) not in OWN_SHEETS
