"""The office's lists open on the cells one writes into, and `masters check` fits a screen."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.feedback.ledgers import LedgerLine, ledger_workbook
from kakunin_xlsx.layout import Column, LedgerMark
from kakunin_xlsx.layout.ledger import AnswerAt, conflict_columns, correction_columns
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan import load_masters
from tests.example import MASTERS, SECOND
from tests.masters_book.desk import Desk
from tests.tools.looks import first_screen

MARK = LedgerMark("k", "R7", "jisseki", "x", "@", "@")


def lines(count: int) -> list[LedgerLine]:
    answers = (AnswerAt("0" * 64), AnswerAt("1" * 64))
    mark = LedgerMark("k", "R7", "jisseki", "x", "1a", "result", answers)
    return [(mark, {"respondent": "課", "item": "取組実績"})] * count


WORDS = ("重点取組", "担当課")
TABLES = [
    ("回答の相違", conflict_columns(2, *WORDS)),
    ("回答の相違", conflict_columns(3, *WORDS)),
    ("回答の相違", conflict_columns(6, *WORDS)),
    ("事務局修正", correction_columns(*WORDS)),
]


@pytest.mark.parametrize(("name", "columns"), TABLES)
def test_a_table_opens_on_its_input_columns_with_a_filter(
    name: str, columns: tuple[Column, ...], tmp_path: Path
) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(ledger_workbook(name, ["書き方"], MARK, columns, lines(3), "メイリオ"))
    sheet = load_workbook(path)[name]
    inputs = [at for at, each in enumerate(columns, start=2) if each.open]
    screen = first_screen(path, name)
    assert set(inputs) <= set(screen.columns)
    assert {2, 3, 4} <= set(screen.frozen_columns)  # whose, which, what
    assert sheet.auto_filter.ref
    assert sheet.protection.autoFilter is False  # False: allowed
    chosen = sheet.sheet_view.selection[-1].activeCell
    assert chosen.startswith(get_column_letter(inputs[0]))


def test_a_table_without_lines_has_no_filter(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    columns = conflict_columns(2, *WORDS)
    path.write_bytes(ledger_workbook("回答の相違", [], MARK, columns, [], "メイリオ"))
    assert load_workbook(path)["回答の相違"].auto_filter.ref is None


@pytest.mark.parametrize("masters", [MASTERS, SECOND])
def test_the_places_to_compare_begin_with_what_nobody_found(masters: Path, tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path, masters)
    sheet = load_workbook(desk.path)[book.OPEN_SHEET]
    head = [cell.value for cell in sheet[3]]
    values = [row[head.index(book.STATUS)].value for row in sheet.iter_rows(min_row=4)]
    states = [str(state) for state in values if state]
    assert states == sorted(states, key=["原本未照合", "推定", "補正"].index)
    screen = first_screen(desk.path, book.OPEN_SHEET)
    seen = {head[at - 1] for at in screen.columns}
    assert {book.PLACE, book.COLUMN, book.PRINTED, book.DONE, book.WHO, book.WHEN} <= seen
    assert sheet.auto_filter.ref


def test_a_place_leads_to_its_cell(tmp_path: Path) -> None:
    desk = Desk.set_up(tmp_path)
    tables: Any = load_workbook(desk.path)
    sheet = tables[book.OPEN_SHEET]
    head = [cell.value for cell in sheet[3]]
    for row in list(sheet.iter_rows(min_row=4))[:40]:
        link = row[0].hyperlink.location
        name, _, at = link.rpartition("!")
        there = tables[name.strip("'")]
        key = row[head.index(book.KEY)].value.partition("/")[0]
        assert there[f"A{at.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"].value == key, link


@pytest.mark.parametrize("masters", [MASTERS, SECOND])
def test_masters_check_fits_a_screen(masters: Path) -> None:
    done = CliRunner().invoke(app, ["masters", "check", "--plan", str(masters)])
    assert done.exit_code == 0
    assert len(done.output.splitlines()) <= 30
    waiting = [each for each in load_masters(masters).plan.readings if each.status == "原本未照合"]
    assert ("原本未照合" in done.output) == bool(waiting)


@pytest.mark.parametrize("broken", [3, 8, 9, 40])
def test_many_problems_go_into_a_file(
    broken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(SECOND, folder)
    path = folder / "goals.csv"
    rows = "\n".join(f"x{at}" for at in range(broken))
    text = path.read_text(encoding="utf-8-sig").rstrip("\n")
    path.write_text(f"{text}\n{rows}\n", encoding="utf-8-sig")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["masters", "check", "--plan", str(folder)])
    assert done.exit_code == 3
    count = int(done.output.partition("箇所が")[2].partition("件")[0])
    assert count >= broken
    shown = [line for line in done.output.splitlines() if line.startswith("・")]
    assert len(shown) == min(count, 8)
    assert Path("台帳の直す箇所.csv").exists() == (count > 8)
    if count > 8:
        lines_of = Path("台帳の直す箇所.csv").read_text(encoding="utf-8-sig").splitlines()
        assert len(lines_of) == count + 1
        Path("台帳の直す箇所.csv").unlink()
        Path("台帳の直す箇所.csv").mkdir()  # or it is open in Excel
        refused = CliRunner().invoke(app, ["masters", "check", "--plan", str(folder)])
        assert refused.exit_code == 3
        assert f"箇所が{count}件" in refused.output
        assert "書き出せませんでした。" in refused.output
    other = CliRunner().invoke(app, ["build", "--year", "R7", "--plan", str(folder)])
    assert other.exit_code == 3
    assert ("kakunin masters check" in other.output) == (count > 8)
