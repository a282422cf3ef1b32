"""What offices decide of an indicator: two figures, corrections of the office, changed words."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.demo.sample import fill_form, sample_answers
from kakunin_xlsx.layout import layout
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan import load_plan
from tests.cli.test_decide import Table
from tests.example import KANKYO, R7
from tests.hands import Book
from tests.masters_book.desk import Hands

ROW, NAMED = "2-1-1イ", "2-1-1（家庭の食品ロスの量）"
WHOSE = "資源循環推進課"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Masters and an output folder in which one department's form was handed in."""
    shutil.copytree(KANKYO, tmp_path / "masters" / "kankyo")
    run(tmp_path, "build")
    hand_in(tmp_path, "一人目.xlsx")
    return tmp_path


def run(desk: Path, *words: str) -> Result:
    where = ("--plan", str(desk / "masters/kankyo"), "--output", str(desk / "output"))
    done = CliRunner().invoke(app, [*words, "--year", "R7", *where])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def folder(desk: Path) -> Path:
    return desk / "output/令和7年度/1_進み具合調べ"


def hand_in(desk: Path, name: str, change: Callable[[Book], object] = lambda _: None) -> None:
    plan = load_plan(KANKYO)
    one = layout(plan, R7, "shirabe", plan.respondent["shigen"])
    (form,) = (folder(desk) / "1_配布").glob(f"【{WHOSE}】*.xlsx")
    filled = Book(fill_form(form.read_bytes(), one, sample_answers(KANKYO, one)))
    change(filled)
    (folder(desk) / "2_回収").mkdir(exist_ok=True)
    (folder(desk) / "2_回収" / name).write_bytes(filled.data())


def counted(desk: Path, key: str = "value") -> dict[str, tuple[str, str]]:
    """What counts in a column: value and reason by row."""
    path = folder(desk) / "4_取りまとめ/回答一覧.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if (r["項目キー"], r["状態"]) == (key, "反映")]
    return {row["行ID"]: (row["値"], row["理由"]) for row in rows}


def test_two_figures_are_decided_by_the_name_of_the_indicator(desk: Path) -> None:
    hand_in(desk, "二人目.xlsx", lambda form: form.fill(ROW, "value", 12.5))
    run(desk, "merge")
    assert ROW not in counted(desk)
    table = Table(folder(desk) / "4_取りまとめ/回答の相違.xlsx")
    (at,) = table.rows(ROW, "実績値")
    assert NAMED in {cell.value for cell in table.sheet[at]}
    chosen = run(desk, "merge", "--prefer", str(folder(desk) / "2_回収/二人目.xlsx"))
    assert json.loads(run(desk, "merge", "--json").output)["回答の相違"] == [], chosen.output
    assert counted(desk)[ROW] == ("12.5", "決定")


def test_the_office_corrects_one_figure(desk: Path) -> None:
    run(desk, "merge")
    table = Table(folder(desk) / "4_取りまとめ/事務局修正.xlsx")
    (at,) = table.rows(ROW, "実績値")
    assert NAMED in {cell.value for cell in table.sheet[at]}
    assert table.rows("2-1-1", "実績値") == []
    words = {"理由": "集計表で確かめた", "決定者": "事務 花子", "課の了解日": "2026-07-01"}
    table.write(ROW, "実績値", 修正後="29.9", **words).save()
    done = run(desk, "merge")
    assert counted(desk)[ROW] == ("29.9", "決定"), done.output
    assert counted(desk)["2-1-1ア"][1] == ""


def test_a_correction_request_goes_back_with_every_other_figure(desk: Path) -> None:
    hand_in(desk, "一人目.xlsx", lambda form: form.fill(ROW, "value", None))
    run(desk, "check", "--annotate")
    (path,) = (folder(desk) / "3_修正依頼").glob("*.xlsx")
    sheet = Book(path.read_bytes())
    cell = sheet.cell(ROW, "value")
    assert cell.value is None
    assert "空欄" in str(cell.comment.text)
    assert sheet.cell("2-1-1ア", "value").value is not None
    (folder(desk) / "2_回収/直した.xlsx").write_bytes(sheet.fill(ROW, "value", 30).data())
    run(desk, "merge")
    assert counted(desk)[ROW][0] == "30"
    assert len(counted(desk)) == 10


def test_changed_words_of_an_indicator_are_a_proposal_for_its_own_row(desk: Path) -> None:
    def change(form: Book) -> None:
        form.fill(ROW, "initiative", "・食品ロス（家庭の分）").fill(ROW, "target:R7", "28千t")

    hand_in(desk, "一人目.xlsx", change)
    run(desk, "merge")
    assert counted(desk)[ROW][0]
    path = desk / "台帳.xlsx"
    masters = ["--plan", str(desk / "masters/kankyo"), "--output", str(desk / "output")]
    done = CliRunner().invoke(app, ["masters", "export", str(path), *masters])
    assert done.exit_code == 0, done.output
    head, *body = openpyxl.load_workbook(path)["提案"].iter_rows(min_row=3, values_only=True)
    rows = [dict(zip(head, line, strict=True)) for line in body if any(line)]
    whole = "施策の方向2-1-1の指標「家庭の食品ロスの量」"
    assert [row["箇所"] for row in rows] == [whole, f"{whole}の令和7年度の目標"]
    decided = {book.VERDICT: "採用", book.DECIDER: "事務 花子", book.REASON: "会議で確かめた"}
    with Hands(path) as hands:
        hands.type(book.PROPOSALS_SHEET, {book.PLACE: whole}, {**decided, book.DAY: "2026/7/1"})
    done = CliRunner().invoke(app, ["masters", "import", str(path), *masters])
    assert done.exit_code == 0, done.output
    plan = load_plan(desk / "masters/kankyo")
    names = [plan.at(year).indicator[ROW].name for year in (R7, R7.next)]
    assert names == ["家庭の食品ロスの量", "食品ロス（家庭の分）"]
    assert len(plan.at(R7.next).indicators_of("2-1-1")) == 4
