"""主管課 answers, 関係課 see: one answer, shown with all; four levels of headings around it."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.layout import layout
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.plan.years import FiscalYear
from tests.example import R7, SHOGAI

PLAN = load_plan(SHOGAI)
ROUND = PLAN.main_round.code
TABLE = PLAN.table_name


def form_of(department: str, year: FiscalYear = R7) -> Any:
    return layout(PLAN, year, ROUND, PLAN.respondent[department])


def test_a_related_department_sees_the_line_and_is_not_asked() -> None:
    one = form_of("seisaku")
    seen = {row.id: row for row in one.rows if row.shared}
    assert list(seen) == ["g3", "g5"]
    assert seen["g3"].instead == "障害者福祉課が記入（こちらは記入不要）"
    assert not [row for row, _ in one.required_cells if row.shared]
    assert {row.id for row in form_of("fukushi").rows if row.open} == {"g2", "g3", "g8"}


def test_who_is_related_only_is_not_asked_at_all() -> None:
    asked = [who.code for who in PLAN.at(R7).respondents_of(PLAN.main_round)]
    assert "koho" not in asked
    assert "koho" in PLAN.action["g4"].related


def test_the_line_names_all() -> None:
    whole = layout(PLAN, R7, ROUND, None)
    assert whole.row["g1"].whole("department") == "障害者施策課\n（関係：障害者福祉課、保健予防課）"
    assert whole.row["g2"].whole("department") == "障害者福祉課"


def test_bands_of_four_levels_stand_once_where_they_begin() -> None:
    sections = layout(PLAN, R7, ROUND, None).sections
    assert [(s.goal_band, s.upper_bands, s.measure_band) for s in sections] == [
        (
            "基本目標1：地域で自分らしく暮らす",
            ("1-1　相談と権利を支える",),
            "1-1-1　相談支援の充実",
        ),
        ("", (), "1-1-2　権利擁護の推進"),
        ("", ("1-2　健やかに暮らす",), "1-2-1　医療的ケアの支援"),
        (
            "基本目標2：学び、働き、社会に参加する",
            ("2-1　育ちと学びを支える",),
            "2-1-1　就学の支援",
        ),
        ("", ("2-2　働く場と外出を広げる",), "2-2-1　就労の支援"),
        ("", (), "2-2-2　バリアフリーの推進"),
    ]
    own = [s.upper_bands for s in form_of("doboku").sections]
    assert own == [("2-2　働く場と外出を広げる",)]


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One form, in which somebody also wrote into a line that is only shown."""
    root = tmp_path_factory.mktemp("関係課")
    shutil.copytree(SHOGAI, root / "masters" / "shogai")
    assert run(root, "build").exit_code == 0
    folder = root / "output" / "令和7年度" / "1_進捗調査"
    (path,) = (folder / "1_配布").glob("【障害者施策課】*.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book[TABLE]
    for row in sheet.iter_rows():
        if "/g3#" in str(row[0].value):
            cell = next(cell for cell in row if "記入不要" in str(cell.value))
            cell.value = "こちらでも周知した。"
    (folder / "2_回収").mkdir(exist_ok=True)
    book.save(folder / "2_回収" / "施策課.xlsx")
    assert run(root, "merge").exit_code == 1
    return folder / "4_取りまとめ"


def run(root: Path, *words: str) -> Any:
    where = ("--plan", str(root / "masters" / "shogai"), "--output", str(root / "output"))
    return CliRunner().invoke(app, [*words, "--year", "R7", *where])


def table(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8-sig"))))


def test_what_is_typed_there_is_kept_and_told(typed: Path) -> None:
    (kept,) = [r for r in table(typed, "回答一覧.csv") if r["値"] == "こちらでも周知した。"]
    assert (kept["行ID"], kept["状態"], kept["理由"]) == ("g3", "反映なし", "対象外")
    (told,) = [r for r in table(typed, "確認事項一覧.csv") if r["コード"] == "C58"]
    assert "障害者福祉課が記入する行" in told["内容"]
    missing = [r["行ID"] for r in table(typed, "確認事項一覧.csv") if r["回答元"] == "障害者施策課"]
    assert "g3" not in set(missing) - {told["行ID"]}


def typed_in_forms(root: Path, year: str, key: str) -> dict[str, str]:
    """What the returned forms hold in a column, by line; a 修正依頼 comes after its form."""
    found: dict[str, str] = {}
    returned = root / "output" / year / "1_進捗調査" / "2_回収"
    for path in sorted(returned.glob("*.xlsx"), key=lambda path: "修正依頼" in path.name):
        form, keys = openpyxl.load_workbook(path)[TABLE], dict[str, int]()
        for row in form.iter_rows(values_only=True):
            mark = str(row[0] or "")
            if mark.endswith("/@"):
                keys = {str(each): at for at, each in enumerate(row)}
                continue
            id_, said = mark.split("/")[-1].split("#")[0], row[keys[key]] if key in keys else None
            only_seen = any("記入不要" in str(each) for each in row)
            if id_ in PLAN.action and said is not None and not only_seen:
                found[id_] = str(said)
    return found


@pytest.mark.slow
def test_ratings_are_counted_where_they_are_answered(shogai_demo: Path) -> None:
    folder = shogai_demo / "output" / "令和7年度" / TABLE
    sheet = openpyxl.load_workbook(folder / f"{TABLE}_令和7年度.xlsx")["評価集計"]
    rows = [[v for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]
    said = typed_in_forms(shogai_demo, "令和7年度", "grade")
    grades = {id_: grade[0] for id_, grade in said.items() if grade[0] in "ABCD"}
    assert grades.keys() == PLAN.action.keys()
    for goal in PLAN.goals:
        own = {a.id for a in PLAN.actions if PLAN.initiative[a.initiative].goal == goal.no}
        counts = Counter(grades[id_] for id_ in own)
        (shown,) = [row for row in rows if row[:1] == [f"基本目標{goal.no}"] and len(row) > 8]
        assert shown[1:5] == [counts[grade] for grade in "ABCD"]
        assert shown[5:8] == [0, len(own), len(own)]


@pytest.mark.slow
def test_each_share_of_a_target_is_that_of_the_forms(shogai_demo: Path) -> None:
    folder = shogai_demo / "output" / "令和7年度" / TABLE
    sheet = openpyxl.load_workbook(folder / f"{TABLE}_令和7年度.xlsx")["目標と実績"]
    rows = [row for row in sheet.iter_rows(values_only=True) if str(row[0]) in PLAN.initiative]
    shown = {str(row[0]): row for row in rows}
    aims = {r: t for (r, year), t in PLAN.target.items() if year == R7 and t.figure}
    assert shown.keys() == {PLAN.action[id_].initiative for id_ in aims}
    for id_, aim in aims.items():
        *_, before, target, result, share = shown[PLAN.action[id_].initiative]
        now, then = (
            Decimal(re.sub(r"[^\d.]", "", typed_in_forms(shogai_demo, year, "length")[id_]))
            for year in ("令和7年度", "令和6年度")
        )
        last = PLAN.target[id_, R7.previous]
        assert (target, result) == (f"{aim.figure:g}{aim.unit}", f"{now}{aim.unit}")
        assert share == f"{rounded(now, aim.figure)}%"
        assert before == f"R6　{then}{aim.unit}（{rounded(then, last.figure)}%）"


def rounded(result: Decimal, target: float | None) -> Decimal:
    assert target
    share = 100 * result / Decimal(str(target))
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


@pytest.mark.slow
def test_the_data_name_the_upper_level(shogai_demo: Path) -> None:
    folder = shogai_demo / "output" / "令和7年度" / TABLE
    book: Any = openpyxl.load_workbook(folder / "回答データ_令和7年度.xlsx")
    for name in ("回答", "取組", "全年度の回答"):
        heads, *body = book[name].iter_rows(values_only=True)
        rows = [dict(zip(heads, row, strict=True)) for row in body]
        levels = {(r["基本目標No"], r["上の施策No"], r["施策No"]) for r in rows if r["施策No"]}
        assert ("1", "1-1", "1-1-2") in levels
        assert all(low.startswith(f"{up}-") and up.startswith(f"{g}-") for g, up, low in levels)
