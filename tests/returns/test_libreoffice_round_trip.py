"""Forms filled in LibreOffice, as a department would, come back whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.demo.sample import sample_answers
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import layouts as layouts_of
from kakunin_xlsx.merge import merge
from kakunin_xlsx.plan import FieldType
from kakunin_xlsx.returns import collect
from tests.example import MASTERS, R7, form, layouts, shipped
from tests.sheets.test_form import open_cells, table
from tests.tools.libreoffice import Instructions, LibreOffice

ODD = {("3-4-1", "result"): "=1+1", ("3-4-1", "next"): "1-2", ("1-1-1", "result"): "葛󠄀飾\n@SUM(A1)"}


def typed_as(one: Layout, key: str, typed: str) -> str:
    """A date as people type it; everything else as it is."""
    column = one.column.get(key) or one.form_column[key]
    return typed.replace("-", "/") if column.type is FieldType.DATE else typed


@pytest.mark.parametrize("one", layouts(), ids=lambda one: one.respondent)
def test_every_value_comes_back_at_its_row_and_field(
    one: Layout, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    blank, back = tmp_path / "配布.xlsx", tmp_path / "回収" / "戻り.xlsx"
    blank.write_bytes(form(one))
    cells = open_cells(table(blank.read_bytes()), one)
    wanted = {**sample_answers(MASTERS, one), **{k: v for k, v in ODD.items() if k in cells}}
    steps = Instructions(blank)
    for (row, key), typed in wanted.items():
        steps.type("確認表", cells[row, key], typed_as(one, key, typed))
    libreoffice.run(steps.save_as(back))

    merged = merge(
        shipped(), R7, "jisseki", collect(back.parent, layouts_of(shipped(), R7, "jisseki"))
    )
    found = {
        (answer.row, answer.key): answer
        for answer in merged.answers
        if answer.respondent == one.identity.respondent
    }
    assert {at: answer.value for at, answer in found.items()} == wanted
    assert all(answer.adopted for answer in found.values())
    assert merged.proposals == ()
    mine = [f for f in merged.findings if f.place.respondent == one.respondent]
    assert [finding.words for finding in mine] == []
