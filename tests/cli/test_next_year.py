"""Next year's forms begin from what this year said, through the commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.demo.sample import fill_form
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import layouts
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.record import from_csv
from tests.cli.test_commands import kakunin
from tests.cli.test_rounds import PLAN, replied
from tests.sheets.test_form import table

pytestmark = pytest.mark.slow

R8 = FiscalYear.parse("R8")
ROUND = PLAN.main_round
CHOSEN = {"rating": "A", "direction": "継続"}


def round_folder(output: Path) -> Path:
    return output / R8.name / ROUND.folder


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """R7 played to its end, R8's forms built."""
    output = tmp_path_factory.mktemp("二年")
    replied(output)
    built = kakunin(output, "build", "--year", "R8")
    assert built.exit_code == 0, built.output
    assert f"前年度の欄：令和7年度の回答（{output / '令和7年度'}）" in built.output
    return output


def form_of(output: Path, name: str) -> tuple[Layout, bytes]:
    past = from_csv((round_folder(output) / "1_配布" / "前の回答.csv").read_bytes())
    one = next(each for each in layouts(PLAN, R8, ROUND.code, past) if each.respondent == name)
    (path,) = (round_folder(output) / "1_配布").glob(f"【{name}】*.xlsx")
    return one, path.read_bytes()


def test_the_form_shows_last_year_and_tells_what_it_is_for(two_years: Path) -> None:
    _, data = form_of(two_years, "指導室")
    cells = [cell for row in table(data).iter_rows() for cell in row if cell.value]
    texts = {str(cell.value) for cell in cells}
    assert {"会議の意見と市の考え方・対応", "前年度意見への対応状況"} <= texts
    last = [str(c.value) for row in table(data, "前年度の回答").iter_rows() for c in row if c.value]
    assert any("令和7年度の回答" in text for text in last)
    said = "推進会議：警察との連携を具体的に。\n　→ 市の考え方・対応：秋までに行います。"
    (heard,) = [cell for cell in cells if cell.value == said]
    assert heard.protection.locked
    guide = [str(c.value) for row in table(data, "記入要領").iter_rows() for c in row if c.value]
    words = next(text for text in guide if "令和7年度の回答" in text)
    assert "前の年度と同じ文章のままにせず" in words
    assert any("「前年度意見への対応状況」も記入してください" in text for text in guide)


def test_what_is_filled_comes_back_and_what_was_copied_is_told(
    two_years: Path, tmp_path: Path
) -> None:
    """Merged elsewhere too, where nothing was issued: last year lies there, so the form fits."""
    one, data = form_of(two_years, "指導室")
    typed = {
        (row.id, column.key): CHOSEN.get(column.key, f"{row.id}を実施。")
        for row, column in one.required_cells
    }
    typed["3-4-2", "result"] = one.row["3-4-2"].whole("last:jisseki:result") + "\n"
    typed |= {("*", "filler"): "記入 者", ("*", "approved"): "確認済"}
    typed["*", "submitted_on"] = "2027-05-20"
    back = fill_form(data, one, typed)
    elsewhere = tmp_path / "別のPC"
    shutil.copytree(two_years, elsewhere)
    shutil.rmtree(round_folder(elsewhere) / "1_配布")
    for output in (two_years, elsewhere):
        (round_folder(output) / "2_回収").mkdir(exist_ok=True)
        (round_folder(output) / "2_回収" / "指導室.xlsx").write_bytes(back)
        told = json.loads(kakunin(output, "merge", "--year", "R8", "--json").output)
        found = [(f["code"], f["place"]["row"], f["place"]["item"]) for f in told["確認事項"]]
        assert found == [("I07", "3-4-2", "取組実績")]
        assert told["修正提案"] == []
        merged = round_folder(output) / "4_取りまとめ" / "回答一覧.csv"
        answers = from_csv(merged.read_bytes()).answers
        assert {(answer.row, answer.key): answer.value for answer in answers} == typed
