"""A clerk's own list becomes a plan: headings are told by their words, the rest is said."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.comments import Comment

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.masters_book.own_sheet import numbered
from kakunin_xlsx.plan import Plan, load_plan
from tests.example import KANKYO, R7

R8 = R7.next
SAID = ("--title", "架空市緑の計画", "--city", "架空市", "--office", "みどり課")
HEADS = ["基本目標", "施策", "事業名", "担当課", "事業内容", "目標値R7", "令和8年度目標", "備考"]
ROWS: list[list[object]] = [
    [
        "1 緑を守る",
        "1-1　木を守る",
        "街路樹の点検",
        "みどり課",
        "木を点検します。",
        "1,200本",
        "1300本",
        "本庁",
    ],
    [
        None,
        None,
        "公園の木の点検",
        "公園課、みどり課",
        "公園を回ります。",
        "全ての公園で行う",
        "続ける",
        None,
    ],
    [None, "1-2　花を植える", "花壇の手入れ", "公園課", "市民と手入れします。", 22, 24, None],
    [None, None, None, "みどり課", "苗を配ります。", "苗を配る", None, None],
    ["2 緑に学ぶ", "2-1　学ぶ", "観察会", "みどり課", "年に数回開きます。", "4回", "5回", None],
]


def book(path: Path, rows: Sequence[Sequence[object]], title: str = "") -> Any:
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = "事業一覧"
    for row in ([title], *rows) if title else rows:
        sheet.append(list(row))
    made.save(path)
    return made


def init(folder: Path, source: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["init", str(folder), "--from", str(source), *more])


def plan_of(tmp_path: Path, rows: Sequence[Sequence[object]], *more: str) -> tuple[Plan, str]:
    book(tmp_path / "一覧.xlsx", rows)
    done = init(tmp_path / "計画", tmp_path / "一覧.xlsx", *SAID, *more)
    assert done.exit_code == 0, done.output
    return load_plan(tmp_path / "計画"), done.output


def test_the_list_becomes_the_plan(tmp_path: Path) -> None:
    plan, told = plan_of(tmp_path, [HEADS, *ROWS])
    assert [(g.no, g.name) for g in plan.goals] == [("1", "緑を守る"), ("2", "緑に学ぶ")]
    assert [(m.no, m.goal, m.name) for m in plan.measures] == [
        ("1-1", "1", "木を守る"),
        ("1-2", "1", "花を植える"),
        ("2-1", "2", "学ぶ"),
    ]
    assert [(i.no, i.measure, i.name) for i in plan.initiatives] == [
        ("1-1-1", "1-1", "街路樹の点検"),
        ("1-1-2", "1-1", "公園の木の点検"),
        ("1-2-1", "1-2", "花壇の手入れ"),
        ("2-1-1", "2-1", "観察会"),
    ]
    names = {each.code: each.name for each in plan.departments}
    assert [(a.id, names[a.department]) for a in plan.actions] == [
        ("1-1-1", "みどり課"),
        ("1-1-2", "公園課"),
        ("1-2-1", "公園課"),
        ("1-2-1b", "みどり課"),
        ("2-1-1", "みどり課"),
    ]
    assert [names[code] for code in plan.action["1-1-2"].related] == ["みどり課"]
    assert {who.name for who in plan.respondents} == {"みどり課", "公園課"}
    assert (plan.first_year.code, plan.last_year.code) == ("R7", "R8")
    said = {(t.action, t.year.code): (t.text, t.figure, t.unit) for t in plan.targets}
    wanted: dict[tuple[str, str], tuple[str, float | None, str]] = {
        ("1-1-1", "R7"): ("", 1200, "本"),
        ("1-1-2", "R8"): ("続ける", None, ""),
        ("1-2-1", "R8"): ("", 24, ""),
        ("1-2-1b", "R8"): ("", None, ""),
    }
    assert {at: said[at] for at in wanted} == wanted
    assert plan.status("targets", "1-2-1b/R8", "目標文") == "原本未照合"  # nothing is invented
    assert "シート「事業一覧」の列「備考」（H2、1か所）は、当てはまる欄が分からないので" in told


def test_the_plan_can_be_issued_at_once(tmp_path: Path) -> None:
    plan_of(tmp_path, [HEADS, *ROWS])
    where = ["--plan", str(tmp_path / "計画"), "--output", str(tmp_path / "output")]
    done = CliRunner().invoke(app, ["build", "--year", "R7", *where])
    assert done.exit_code == 0, done.output
    assert len([*(tmp_path / "output").rglob("【*.xlsx")]) == 2


def test_a_csv_is_taken_as_well(tmp_path: Path) -> None:
    path = tmp_path / "一覧.csv"
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([HEADS, *([cell or "" for cell in row] for row in ROWS)])
    done = init(tmp_path / "計画", path, *SAID)
    assert done.exit_code == 0, done.output
    assert len(load_plan(tmp_path / "計画").actions) == 5


def test_years_below_one_heading_and_merged_levels(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.append(["架空市の一覧"])
    sheet.append(["番号", "事務事業名", "所管課", "目標", None])
    sheet.append([None, None, None, "R6", "R7"])
    sheet.append([11, "窓口の案内", "市民課", "10人", "12人"])
    sheet.append([12, "証明書の交付", None, "90％", "95％"])
    for area in ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "C4:C5"):
        sheet.merge_cells(area)
    sheet["B4"].comment = Comment("来年度は見直す", "課長")
    made.save(tmp_path / "一覧.xlsx")
    done = init(tmp_path / "計画", tmp_path / "一覧.xlsx", *SAID)
    assert done.exit_code == 0, done.output
    plan = load_plan(tmp_path / "計画")
    assert [(i.no, i.name) for i in plan.initiatives] == [
        ("11", "窓口の案内"),
        ("12", "証明書の交付"),
    ]
    assert [plan.department[a.department].name for a in plan.actions] == ["市民課", "市民課"]
    assert [(t.year.code, t.figure, t.unit) for t in plan.targets][2:] == [
        ("R6", 90, "％"),
        ("R7", 95, "％"),
    ]
    assert [goal.name for goal in plan.goals] == ["架空市緑の計画"]
    assert "来年度は見直す" in done.output
    assert "架空市の一覧" in done.output


def test_lines_without_a_department_are_told(tmp_path: Path) -> None:
    _, told = plan_of(tmp_path, [HEADS, *ROWS, [None, None, "担当のない事業", None, "未定です。"]])
    assert "事業一覧!C7：課がない行なので、取り込みません。" in told


def test_what_the_plan_is_called_has_to_be_said(tmp_path: Path) -> None:
    book(tmp_path / "一覧.xlsx", [HEADS, *ROWS])
    done = init(tmp_path / "計画", tmp_path / "一覧.xlsx", "--title", "架空市緑の計画")
    assert done.exit_code == 2
    assert "--city、--office も付けてください" in done.output
    assert not (tmp_path / "計画").exists()


def test_a_sheet_without_such_headings_is_no_list(tmp_path: Path) -> None:
    book(tmp_path / "一覧.xlsx", [["氏名", "住所"], ["架空 花子", "架空市"]])
    done = init(tmp_path / "計画", tmp_path / "一覧.xlsx", *SAID)
    assert done.exit_code == 3
    assert "台帳の表がありません" in done.output


def test_four_levels(tmp_path: Path) -> None:
    heads = ["基本目標", "施策の方向", "施策", "計画事業", "主管課", "関係課", "R7"]
    row = ["暮らす", "支える", "相談", "相談支援", "福祉課", "保健課", "10件"]
    plan, _ = plan_of(tmp_path, [heads, row])
    assert [(m.no, m.above, m.name) for m in plan.measures] == [
        ("1-1", "", "支える"),
        ("1-1-1", "1-1", "相談"),
    ]
    assert plan.words.direction == "施策の方向"


def test_pasted_into_the_book_it_takes_the_place_of_the_examples(tmp_path: Path) -> None:
    blank = tmp_path / "台帳.xlsx"
    more = ["--from-year", "R7", "--to-year", "R8", "--department", "みどり課"]
    begun = CliRunner().invoke(app, ["init", str(tmp_path / "計画"), str(blank), *SAID, *more])
    assert begun.exit_code == 0, begun.output
    made = openpyxl.load_workbook(blank)
    sheet = made.create_sheet("うちの一覧")
    for row in [HEADS, *ROWS]:
        sheet.append(row)
    made.save(blank)
    done = init(tmp_path / "計画", blank)
    assert done.exit_code == 0, done.output
    plan = load_plan(tmp_path / "計画")
    assert len(plan.actions) == 5
    assert sorted(each.name for each in plan.departments) == ["みどり課", "公園課"]
    assert "シート「うちの一覧」から、5行を取り込みました。" in done.output


@pytest.mark.parametrize("heading", ["R7", "目標R7", "R7目標値", "令和7年度", "2025年度目標"])
def test_years_however_they_are_written(tmp_path: Path, heading: str) -> None:
    plan, _ = plan_of(tmp_path, [["事業名", "担当課", heading], ["点検", "みどり課", "3回"]])
    assert [(t.year.code, t.figure) for t in plan.targets] == [("R7", 3)]


@pytest.mark.parametrize("heading", ["R7実績", "R7決算額", "令和7年度評価"])
def test_results_are_no_targets(tmp_path: Path, heading: str) -> None:
    heads, row = ["事業名", "担当課", "R7目標", heading], ["点検", "みどり課", "3回", "4"]
    plan, told = plan_of(tmp_path, [heads, row])
    assert [t.figure for t in plan.targets] == [3]
    assert f"列「{heading}」" in told


def test_next_years_targets_are_taken_into_the_masters(tmp_path: Path) -> None:
    plan_of(tmp_path, [HEADS, *ROWS])
    heads = ["事業名", "担当課", "R8", "現状値"]
    rows = [
        ["街路樹の点検", "みどり課", "1,400本", "1100"],
        ["1-2-1　花壇の手入れ", "みどり課", "苗を倍にする"],
        ["新しい事業", "公園課", "3回"],
    ]
    book(tmp_path / "来年度.xlsx", [heads, *rows])
    where = ["--plan", str(tmp_path / "計画")]
    path = str(tmp_path / "来年度.xlsx")
    dry = CliRunner().invoke(app, ["masters", "import", path, "--dry-run", *where])
    assert dry.exit_code == 0, dry.output
    assert load_plan(tmp_path / "計画").target["1-1-1", R8].figure == 1300
    done = CliRunner().invoke(app, ["masters", "import", path, *where])
    assert "シート「事業一覧」の基準値は、取り込みません。" in done.output
    assert "事業一覧!A4：「新しい事業」の行が台帳の取組に見つからないので" in done.output
    assert done.exit_code == 0, done.output
    now = load_plan(tmp_path / "計画")
    assert now.target["1-1-1", R8].figure == 1400
    assert now.target["1-2-1b", R8].text == "苗を倍にする"
    assert now.status("targets", "1-2-1b/R8", "目標文") == "改訂"
    assert now.target["1-1-1", R7].figure == 1200


def test_a_list_of_efforts_without_years_or_another_name(tmp_path: Path) -> None:
    heads, row = ["取組", "担当課", "目標", "R7"], ["点検", "子ども・若者課", "よくする", "3回"]
    plan, told = plan_of(tmp_path, [heads, row])
    assert [each.name for each in plan.initiatives] == ["点検"]
    assert [each.name for each in plan.departments] == ["子ども・若者課"]
    assert [goal.name for goal in plan.goals] == ["架空市緑の計画"]
    assert "列「目標」" in told


def test_targets_of_indicators_are_taken_by_their_names(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(KANKYO, tmp_path / "kankyo"))
    heads: list[object] = ["重点取組", "指標", "所管課", "単位", "R8", "R9"]
    rows: list[list[object]] = [
        ["家庭のごみを減らす", "家庭の食品ロスの量", "資源循環推進課", "千t", 28, 27],
        ["2-1-1", "使い切り教室の参加者", "資源循環推進課", "組", 400, None],
        ["2-1-1", "知らない指標", "資源循環推進課", None, 1, 2],
    ]
    path = tmp_path / "来年度.xlsx"
    book(path, [heads, *rows])
    done = CliRunner().invoke(app, ["masters", "import", str(path), "--plan", str(folder)])
    assert done.exit_code == 0, done.output
    assert "事業一覧!A4：どの指標（「一人一日当たりのごみの量」「" in done.output
    plan = load_plan(folder).at(R8)
    assert [plan.target["2-1-1イ", year].aim for year in (R7, R8, R8.next)] == [
        "29.8千t",
        "28千t",
        "27千t",
    ]
    assert plan.target["2-1-1エ", R8].aim == "400組"
    assert ("2-1-1", R8) not in plan.target
    raw = (folder / "targets.csv").read_text(encoding="utf-8-sig")
    assert "2-1-1イ,R8,,28,,," in raw


HEALTH: list[list[object]] = [
    ["けやき市の指標一覧", *[None] * 9],
    [
        *("基本目標", "取組名", "担当課\n（関係課）", "指標", "単位"),
        *("現状値\n（平成28年度）", "目標値", None, None, "備考"),
    ],
    [*[None] * 6, "令和６年度", "令和７年度", "令和17年度\n（最終）", None],
    ["1 防ぐ", "検診を受ける", "健康課（国保課）", "受診率", "％", 38.2, 40, 42, 60, "国も60"],
    [None, "喫煙を減らす", "健康課", "喫煙率", "％", 18.5, 17, 16, 12, None],
    [
        None,
        "重症化を防ぐ",
        "国保課",
        "新規透析導入患者数",
        "人",
        31,
        "30以下",
        29,
        "25人以下",
        None,
    ],
    [
        "2 食べる",
        "体重を保つ",
        "健康課",
        "適正な人の割合",
        "％",
        "－",
        "60～65",
        None,
        "60％～65％",
        None,
    ],
    [
        None,
        "食塩を減らす",
        "健康課",
        "食塩の摂取量",
        "g/日",
        "10.1程度",
        "減少",
        "9以上",
        "7.0未満",
        None,
    ],
    ["※1　備考は国の値", *[None] * 9],
    ["計　5事業", *[None] * 9],
]


def health(tmp_path: Path) -> tuple[Plan, str]:
    made = book(tmp_path / "一覧.xlsx", HEALTH)
    sheet: Any = made.active
    for area in ("A1:J1", "G2:I2", *(f"{letter}2:{letter}3" for letter in "ABCDEFJ")):
        sheet.merge_cells(area)
    made.save(tmp_path / "一覧.xlsx")
    done = init(tmp_path / "計画", tmp_path / "一覧.xlsx", *SAID)
    assert done.exit_code == 0, done.output
    return load_plan(tmp_path / "計画"), done.output


def test_bounds_ranges_and_baselines_are_taken_as_they_are_meant(tmp_path: Path) -> None:
    plan, told = health(tmp_path)
    said = {
        (each.action, each.year.code): (each.text, each.aim, *each.terms) for each in plan.targets
    }
    less, since = "少ないほどよい", "、平成28年度"
    assert said["1-1", "R6"] == ("", "40％", f"基準値38.2％{since}")
    assert said["1-2", "R7"] == ("", "16％", less, f"基準値18.5％{since}")
    assert {said["1-3", year][1:3] for year in ("R6", "R7", "R17")} == {
        ("30人", less),
        ("29人", less),
        ("25人", less),
    }
    assert said["2-1", "R6"] == said["2-1", "R17"] == ("", "60～65％")
    assert said["2-2", "R6"] == ("減少", "")
    assert said["2-2", "R7"] == ("", "9g/日")
    assert said["2-2", "R17"] == ("7.0未満", "")  # 7.0 itself would not do
    assert "「喫煙を減らす」の目標は基準値より少ないので、「少ないほどよい」としました。" in told
    assert "「重症化を防ぐ」の目標は" not in told  # its words say so
    assert "「食塩を減らす」の基準値「10.1程度」は、目標値と比べられる数ではないので" in told
    assert "シート「事業一覧」の平成28年度の値を、目標の基準値としました。" in told


def test_whoever_stands_in_brackets_works_with_the_department(tmp_path: Path) -> None:
    plan, _ = health(tmp_path)
    names = {each.code: each.name for each in plan.departments}
    assert {*names.values()} == {"健康課", "国保課"}
    assert [names[code] for code in plan.action["1-1"].related] == ["国保課"]


def test_notes_and_totals_are_told_with_their_words(tmp_path: Path) -> None:
    _, told = health(tmp_path)
    assert "事業一覧!A9：「※1　備考は国の値」は、取り込みません。" in told
    assert "事業一覧!A10：「計　5事業」は、取り込みません。" in told


def test_years_that_the_list_does_not_have_need_no_targets(tmp_path: Path) -> None:
    """R8 to R16 are no columns: final goals stand alone."""
    plan, _ = health(tmp_path)
    assert (plan.first_year.code, plan.last_year.code) == ("R6", "R17")
    assert {each.year.code for each in plan.targets} == {"R6", "R7", "R17"}
    where = ["--plan", str(tmp_path / "計画")]
    checked = CliRunner().invoke(app, ["masters", "check", *where])
    assert checked.exit_code == 0, checked.output
    assert "どの行にも取組目標のない年度（空欄のまま扱います）：R8、R9、R10、" in checked.output
    out = ["--output", str(tmp_path / "output")]
    done = CliRunner().invoke(app, ["build", "--year", "R10", *where, *out])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["実績", None, "目標", None], ["R5", "R6", "R7", "R8"]),
        (["現状値", "見込み", "目標値", None], ["R5", "R6", "R7", "R8"]),
        (["令和6年度", None, "令和7年度", "令和8年度"], ["実績", "評価", "目標", "目標値"]),
    ],
)
def test_only_what_stands_under_targets_is_one(
    above: list[object], below: list[object], tmp_path: Path
) -> None:
    heads = [["事業名", "担当課", *above], [None, None, *below]]
    other = [[None, None, *above], ["事業名", "担当課", *below]]  # the names on the second line
    for at, both in enumerate((heads, other)):
        folder = tmp_path / str(at)
        folder.mkdir()
        plan, _ = plan_of(folder, [*both, ["点検", "みどり課", 1, 2, 3, 4]])
        assert [(t.year.code, t.figure) for t in plan.targets] == [("R7", 3), ("R8", 4)], at


@pytest.mark.parametrize(
    "heading",
    ["目標（R7）", "目標値（令和7年度）", "令和7（2025）年度", "R7\n(目標)", "最終目標R7"],
)
def test_years_in_brackets(tmp_path: Path, heading: str) -> None:
    plan, _ = plan_of(tmp_path, [["事業名", "担当課", heading], ["点検", "みどり課", "3回"]])
    assert [(t.year.code, t.figure) for t in plan.targets] == [("R7", 3)]


@pytest.mark.parametrize("heading", ["R4現状値", "基準値（R4）", "計画策定時（令和4年度末）"])
def test_a_baseline_says_its_year(tmp_path: Path, heading: str) -> None:
    heads = ["事業名", "担当課", heading, "R7"]
    plan, _ = plan_of(tmp_path, [heads, ["点検", "みどり課", "2", "3回"]])
    (target,) = plan.targets
    assert target.baseline == 2
    assert target.baseline_year.removesuffix("末") == "令和4年度"


def test_numbers_of_lines_are_no_numbers_of_levels(tmp_path: Path) -> None:
    """1, 2, 3 … down the list, beside levels that are numbered as well, or that get numbers."""
    heads: list[object] = ["通し番号", "基本目標", "施策", "事業名", "担当課"]
    rows: list[list[object]] = [
        ["1", "緑を守る", "木を守る", "点検", "みどり課"],
        ["2", None, "花を植える", "花壇", "公園課"],
        ["3", "緑に学ぶ", "学ぶ", "観察会", "みどり課"],
    ]
    plan, told = plan_of(tmp_path, [heads, *rows], "--from-year", "R7", "--to-year", "R8")
    assert [each.no for each in plan.goals] == ["1", "2"]
    assert [each.no for each in plan.measures] == ["1-1", "1-2", "2-1"]
    assert [each.no for each in plan.initiatives] == ["事業1", "事業2", "事業3"]
    assert "番号「1」は上の段の番号でもあるので、行の番号を「事業1」のようにしました。" in told


def test_a_list_on_several_sheets_is_one(tmp_path: Path) -> None:
    made = book(tmp_path / "一覧.xlsx", [HEADS, *ROWS])
    more, old = made.create_sheet("福祉部"), made.create_sheet("昨年の一覧")
    own: list[list[object]] = [[*HEADS], *ROWS]
    for row in (HEADS, ["1 緑を守る", "1-1　木を守る", "苗木の配布", "福祉課", "配ります。", 5, 6]):
        more.append(row)
    for cells in own:
        old.append(cells)
    made.save(tmp_path / "一覧.xlsx")
    done = init(tmp_path / "計画", tmp_path / "一覧.xlsx", *SAID)
    assert done.exit_code == 0, done.output
    plan = load_plan(tmp_path / "計画")
    assert [(i.no, i.name) for i in plan.initiatives if i.measure == "1-1"] == [
        ("1-1-1", "街路樹の点検"),
        ("1-1-2", "公園の木の点検"),
        ("1-1-3", "苗木の配布"),
    ]
    assert len(plan.goals) == 2
    assert "シート「事業一覧」「福祉部」から、6行を取り込みました。" in done.output
    assert "シート「昨年の一覧」は、「事業一覧」「福祉部」と同じ事業があるので、" in done.output


def test_targets_of_years_outside_the_plan_are_told(tmp_path: Path) -> None:
    heads, row = ["事業名", "担当課", "R5目標", "R7目標"], ["点検", "みどり課", 1, 2]
    plan, told = plan_of(tmp_path, [heads, row], "--from-year", "R6", "--to-year", "R7")
    assert [(t.year.code, t.figure) for t in plan.targets] == [("R7", 2)]
    assert "令和5年度は計画の年度ではないので、目標を取り込みません。" in told


def test_years_after_the_last_of_the_list_wait_for_their_targets(tmp_path: Path) -> None:
    heads, row = ["事業名", "担当課", "R6", "R7"], ["点検", "みどり課", 1, 2]
    plan, _ = plan_of(tmp_path, [heads, row], "--from-year", "R6", "--to-year", "R9")
    assert plan.status("targets", "1-1/R8", "目標文") == "原本未照合"
    assert plan.status("targets", "1-1/R9", "目標文") == "原本未照合"


@pytest.mark.parametrize(
    ("text", "no", "name"),
    [
        ("基本目標1　緑を守る", "1", "緑を守る"),
        ("施策1-1：木を守る", "1-1", "木を守る"),
        ("Ⅱ　花を植える", "II", "花を植える"),
        ("第３章　学ぶ", "3", "学ぶ"),
        ("100年の森", "", "100年の森"),
    ],
)
def test_the_number_of_a_level_leads_its_name(text: str, no: str, name: str) -> None:
    assert numbered(text) == (no, name)


def test_less_is_better_where_nothing_is_to_be_left(tmp_path: Path) -> None:
    """A figure of 0 is a figure: 待機児童 of 38 at first, none in the end."""
    heads, row = ["事業名", "担当課", "現状値R4", "R7"], ["待機児童", "保育課", 38, 0]
    plan, told = plan_of(tmp_path, [heads, row])
    (target,) = plan.targets
    assert (target.aim, target.terms) == ("0", ("少ないほどよい", "基準値38、令和4年度"))
    assert "比べられる数ではない" not in told


def test_ditto_marks_and_two_departments_with_a_dot(tmp_path: Path) -> None:
    heads = ["基本目標", "事業名", "担当課", "R7"]
    rows: list[list[object]] = [
        ["緑", "苗木", "環境課", "3本"],
        ["〃", "堆肥", "〃", "同上"],
        ["同上", "学習", "環境課・公園課", "5回"],
        ["水", "川", "子ども・若者課", "〃"],
    ]
    plan, _ = plan_of(tmp_path, [heads, *rows])
    names = {each.code: each.name for each in plan.departments}
    assert {*names.values()} == {"環境課", "公園課", "子ども・若者課"}
    assert [goal.name for goal in plan.goals] == ["緑", "水"]
    assert [names[each.department] for each in plan.actions][:3] == ["環境課"] * 3
    assert [names[code] for code in plan.actions[2].related] == ["公園課"]
    assert [each.aim for each in plan.targets] == ["3本", "3本", "5回", "5回"]


def test_several_figures_of_one_line_are_indicators(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet: Any = made.active
    heads = ["基本目標", "事業名", "担当課", "事業内容", "指標名", "単位", "現状値R5", "R6", "R7"]
    for row in (
        heads,
        ["空気", "公害を防ぐ", "環境課", "測ります。", "測定地点", "地点", 8, 9, 10],
        [None, None, None, None, "苦情の件数", "件", 30, None, "20以下"],
        [None, "木を植える", "公園課", "植えます。", "植えた本数", "本", None, 100, 120],
    ):
        sheet.append(row)
    for area in ("B2:B3", "C2:C3", "D2:D3"):
        sheet.merge_cells(area)
    made.save(tmp_path / "一覧.xlsx")
    done = init(tmp_path / "計画", tmp_path / "一覧.xlsx", *SAID)
    assert done.exit_code == 0, done.output
    plan = load_plan(tmp_path / "計画")
    assert [(a.id, a.outline, a.effort) for a in plan.actions] == [
        ("1-1", "測ります。", "公害を防ぐ"),
        ("1-2", "植えます。", "植えた本数"),
    ]
    assert [(i.id, i.action, i.name, i.unit) for i in plan.indicators] == [
        ("1-1ア", "1-1", "測定地点", "地点"),
        ("1-1イ", "1-1", "苦情の件数", "件"),
    ]
    said = {(t.action, t.year.code): (t.aim, *t.terms) for t in plan.targets}
    assert said == {
        ("1-1ア", "R6"): ("9地点", "基準値8地点、令和5年度"),
        ("1-1ア", "R7"): ("10地点", "基準値8地点、令和5年度"),
        ("1-1イ", "R7"): ("20件", "少ないほどよい", "基準値30件、令和5年度"),
        ("1-2", "R6"): ("100本",),
        ("1-2", "R7"): ("120本",),
    }
    assert "指標が二つ以上ある1行は、指標の表に、指標ごとに入れました。" in done.output
    where = ["--plan", str(tmp_path / "計画"), "--output", str(tmp_path / "output")]
    built = CliRunner().invoke(app, ["build", "--year", "R7", *where])
    assert built.exit_code == 0, built.output
