"""Forms filled in LibreOffice, as a department would, come back whole in every format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kakunin_xlsx.demo.sample import sample_answers
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET
from kakunin_xlsx.merge.join import layouts as layouts_of
from kakunin_xlsx.merge.join import merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.returns.collect import collect_folder
from tests.example import MASTERS, R7, form, layouts, shipped
from tests.sheets.test_form import open_cells, table
from tests.tools.libreoffice import Instructions, Kind, LibreOffice

At = tuple[str, str]  # row id and column key
Way = tuple[Kind, ...]  # the formats that a form is saved in, one after the other
SHEET = "確認表"

WAYS: tuple[Way, ...] = (("xlsx",), ("ods",), ("xls",), ("ods", "xlsx"), ("xls", "xlsx"))

ODD = (
    *("=1+1", "@SUM(A1)", "+81", "-5 %", "1-2", "1/2", "10:30", "2026/5/20", "０１", "0123", "1e5"),
    *("50%", "TRUE", "#REF!", "NA", "'3", '"x"', "{=1}", "http://example.jp/", "<b>&amp;</b>"),
    *(
        "葛󠄀飾\n@SUM(A1)",
        "髙﨑𠮷",
        "👪🏽",
        "ｶﾞｷﾞ",
        "①㈱㌔",
        "_x000D_",
        "一行目\n\n三行目\n",
        " 前と 　後に　",
    ),
)
LONGEST = ("交流会を1回開いた。\n" * 3_000)[:32_767]  # as long as a cell can be

# Typed into 実績の数値 → what comes back; LibreOffice makes numbers, dates and times of it.
FIGURES = {
    "12": "12",
    "-5": "-5",
    "0.1": "0.1",
    "0.30000000000000004": "0.3",
    "1234567.125": "1234567.125",
    "1,200": "1200",
    "1e3": "1000",
    "００３": "3",
    "３件": "３件",
    "数回": "数回",
    "△5": "△5",
    "2026/5/20": "2026-05-20",
    "10:30": "10:30:00",
    "=12+5": "17",
}


def with_odd_texts(one: Layout, answers: Mapping[At, str]) -> dict[At, str]:
    """Odd texts in the cells of 目標変更案 and 課題 that the sample leaves empty."""
    slots = [(row.id, key) for key in ("target_change", "next") for row in one.rows if row.open]
    empty = [at for at in slots if at not in answers]
    return {**answers, **dict(zip(empty, ODD, strict=False))}


def typed_as(one: Layout, key: str, typed: str) -> str:
    """A date as people type it; everything else as it is."""
    column = one.column.get(key) or one.form_column[key]
    return typed.replace("-", "/") if column.type is FieldType.DATE else typed


def returned(
    one: Layout, typed: Mapping[At, str], folder: Path, libreoffice: LibreOffice
) -> dict[Way, Merged]:
    """The form with `typed` in it, saved in every way, each merged alone."""
    blank, back = folder / "配布.xlsx", folder / "回収"
    blank.write_bytes(form(one))
    data = blank.read_bytes()
    cells = {name: open_cells(table(data, name), one) for name in (GUIDE_SHEET, SHEET)}
    steps = Instructions(blank)
    for at, text in typed.items():
        name = GUIDE_SHEET if at[0] == "*" else SHEET
        steps.type(name, cells[name][at], typed_as(one, at[1], text))
    for first in {way[0] for way in WAYS}:
        steps.save_as(back / first / f"戻り.{first}")
    libreoffice.run(steps)
    for first, *then in WAYS:
        for kind in then:
            libreoffice.convert(back / first / f"戻り.{first}", kind, back / f"{first} {kind}")
    found = collect_folder(back, layouts_of(shipped(), R7, "jisseki"))
    by_folder = {each.file.split("/")[0]: merge(shipped(), R7, "jisseki", [each]) for each in found}
    return {way: by_folder[" ".join(way)] for way in WAYS}


def adopted(merged: Merged) -> dict[At, str]:
    """Every answer with its value; none may be left aside."""
    assert all(answer.adopted for answer in merged.answers)
    assert merged.proposals == ()
    return {(answer.row, answer.key): answer.value for answer in merged.answers}


@pytest.mark.parametrize("one", layouts(), ids=lambda one: one.respondent)
def test_every_value_comes_back_at_its_row_and_field(
    one: Layout, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    typed = with_odd_texts(one, sample_answers(MASTERS, one))
    merged = returned(one, typed, tmp_path, libreoffice)
    assert {way: adopted(each) for way, each in merged.items()} == dict.fromkeys(WAYS, typed)
    for way, each in merged.items():
        said = {finding.code for finding in each.findings}
        assert said == set() if way[-1] == "xlsx" else "C20" in said


def test_figures_come_back_as_what_they_are(tmp_path: Path, libreoffice: LibreOffice) -> None:
    one = layouts()[0]
    rows = [row.id for row in one.rows if row.open]
    typed = {(row, "figure"): text for row, text in zip(rows, FIGURES, strict=False)}
    merged = returned(one, typed, tmp_path, libreoffice)
    wanted = {at: FIGURES[text] for at, text in typed.items()}
    assert {way: adopted(each) for way, each in merged.items()} == dict.fromkeys(WAYS, wanted)


def test_the_longest_text_comes_back(tmp_path: Path, libreoffice: LibreOffice) -> None:
    one = layouts()[4]
    typed = {(one.rows[0].id, "result"): LONGEST}
    merged = returned(one, typed, tmp_path, libreoffice)
    assert {way: adopted(each) for way, each in merged.items()} == dict.fromkeys(WAYS, typed)
