"""The demo's three years: R6 and R7 archived, the masters revised, R8 begun."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.layout import KEY_ROW, read_mark
from kakunin_xlsx.record import FORM_ROW
from tests.example import MASTERS

FORMS = "1_実績照会/1_配布"
Table = Mapping[str, Mapping[str, str]]  # row id → column key → what stands there


def kakunin(root: Path, *words: str) -> Result:
    options = ["--plan", str(root / "masters" / MASTERS.name), "--output", str(root / "output")]
    return CliRunner().invoke(app, [*words, *options])


@pytest.fixture
def own(demo: Path, tmp_path: Path) -> Path:
    """A demo folder to write to."""
    return Path(shutil.copytree(demo, tmp_path / "demo"))


def issued(root: Path, year: str, name: str) -> Path:
    (path,) = (root / "output" / year / FORMS).glob(f"【{name}】*.xlsx")
    return Path(path)


def form(root: Path, year: str, name: str) -> Table:
    """The rows of a form that was handed out."""
    rows: dict[str, dict[str, str]] = {}
    keys: dict[int, str] = {}
    for cells in openpyxl.load_workbook(issued(root, year, name))["確認表"].iter_rows():
        mark = read_mark(str(cells[0].value or ""))
        if mark and mark.row == KEY_ROW:
            keys = {cell.column: str(cell.value) for cell in cells[1:] if cell.value}
        elif mark and mark.row != FORM_ROW:
            texts = {
                keys[c.column]: str(c.value) for c in cells[1:] if c.value and c.column in keys
            }
            rows[mark.row] = texts
    return rows


def last_year(root: Path, year: str, name: str) -> Table:
    """What the sheet of last year says: number of the 重点取組 → heading → text."""
    rows = openpyxl.load_workbook(issued(root, year, name))["前年度の回答"].iter_rows(
        min_col=2, values_only=True
    )
    table = [[str(cell or "") for cell in row] for row in rows]
    heads = next(row for row in table if row[0] == "重点取組")
    return {
        row[0].split("\n")[0]: dict(zip(heads, row, strict=True)) for row in table if "\n" in row[0]
    }


def names(root: Path, year: str) -> set[str]:
    paths = (root / "output" / year / FORMS).glob("【*.xlsx")
    return {path.name.partition("】")[0].removeprefix("【") for path in paths}


def texts(path: Path, sheet: str) -> list[list[str]]:
    rows = openpyxl.load_workbook(path, read_only=True)[sheet].iter_rows(values_only=True)
    return [[str(cell) for cell in row if cell is not None] for row in rows]


def test_each_year_asks_the_departments_of_that_year(demo: Path) -> None:
    before = {"福祉政策課", "福祉相談課", "まちづくり推進課", "学校教育課", "指導室"}
    after = {"福祉政策課", "福祉相談課", "まちづくり政策課", "指導室"}
    assert [names(demo, year) for year in ("令和6年度", "令和7年度", "令和8年度")] == [
        before,
        before,
        after,
    ]


def test_a_form_prints_what_holds_in_its_year(demo: Path) -> None:
    old, new = (form(demo, year, "福祉政策課") for year in ("令和7年度", "令和8年度"))
    assert old["1-1-1"]["target:R8"] == "周知先の開拓及び配架（推定）"
    assert new["1-1-1"]["target:R8"] == "周知先の開拓及び配架並びに配架先での聞き取りの実施"
    assert new["1-1-1"]["target:R7"] == old["1-1-1"]["target:R7"]
    assert "5-1-2" in old
    assert "5-1-2" not in new
    assert new.keys() == old.keys() - {"5-1-2"}


def test_whoever_took_over_sees_what_the_other_department_did(demo: Path) -> None:
    then, now = form(demo, "令和7年度", "指導室"), form(demo, "令和8年度", "指導室")
    assert now.keys() - then.keys() == {"3-3-1b", "3-3-2b"}
    last = last_year(demo, "令和8年度", "指導室")
    for number in ("3-3-1", "3-3-2"):
        assert last[number]["担当課（当時）"] == "学校教育課"
        assert last[number]["取組実績"].startswith("【見本】")
    assert last["3-4-1"]["担当課（当時）"] == ""
    renamed = last_year(demo, "令和8年度", "まちづくり政策課")["4-2-2"]["担当課（当時）"]
    assert renamed == "まちづくり推進課"


def test_last_year_comes_from_the_archive(demo: Path) -> None:
    """R7's form shows R6, with the council's opinion and what became of it."""
    row = last_year(demo, "令和7年度", "福祉政策課")["2-2-2"]
    assert row["担当課評価"].startswith("D")
    opinion, reply = row["会議の意見と市の考え方・対応"].splitlines()
    assert opinion == "推進会議：【見本】どの機関と何を調整するのかを、早く決めてほしい。"
    assert reply.startswith("　→ 市の考え方・対応：【見本】")
    told = (demo / "画面.txt").read_text(encoding="utf-8")
    assert f"前年度の欄：令和6年度の回答（{demo / 'output' / '保存' / '令和6年度.zip'}）" in told
    assert "・学校教育課を指導室に統合（令和8年度から）。" in told


def test_what_came_of_the_year_that_was_begun(own: Path) -> None:
    told = json.loads(kakunin(own, "merge", "--year", "R8", "--json").output)
    found = {(f["code"], f["place"]["row"], f["place"]["item"]) for f in told["確認事項"]}
    assert {("F01", "3-4-2", "今後の方向性"), ("I07", "3-4-2", "評価の理由・課題")} <= found
    assert not [f for f in told["確認事項"] if f["severity"] == "要修正" and f["code"] != "F01"]


def test_the_report_tells_the_years_together(own: Path) -> None:
    made = json.loads(kakunin(own, "report", "--year", "R8", "--json").output)
    book = Path(made["path"])
    lines = texts(book, "推移（取組ごと）")
    ended = next(row[row.index("5-1-2") :] for row in lines if "5-1-2" in row)
    assert "終了" in ended
    assert any("（R7まで学校教育課）" in cell for row in lines for cell in row)
    history = "".join(cell for row in texts(book, "改訂履歴") for cell in row)
    assert "まちづくり推進課をまちづくり政策課に改称" in history
    assert "【見本】令和8年4月1日の組織改正" in history
    last = own / "output/令和7年度/確認表/取組状況確認表_令和7年度.xlsx"
    sheets = openpyxl.load_workbook(last, read_only=True).sheetnames
    assert "推移" in sheets
    assert "改訂履歴" not in sheets  # nothing had changed by then


def test_it_prints_one_screen_and_names_the_three_files_to_open_first(demo: Path) -> None:
    told = (demo / "画面.txt").read_text(encoding="utf-8").splitlines()
    assert len(told) <= 36
    first = next(at for at, line in enumerate(told) if line.startswith("できました。"))
    paths = [Path(line.partition("：")[2]) for line in told[first + 1 :] if line]
    assert len(paths) == 3
    assert all(path.is_file() for path in paths)


def test_the_demo_can_be_played_again(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKUNIN_SOFFICE", "nowhere")
    (own / "output/令和6年度/余分.txt").write_text("x", encoding="utf-8")
    again = CliRunner().invoke(app, ["demo", str(own)])
    assert again.exit_code == 0, again.output
    assert not (own / "output/令和6年度/余分.txt").exists()
