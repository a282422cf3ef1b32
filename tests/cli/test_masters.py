"""`kakunin masters diff` and `proposals`, and the proposals decided in 台帳.xlsx."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.archive.contents import Contents
from kakunin_xlsx.archive.zips import FileToPack, pack
from kakunin_xlsx.cli.app import app
from kakunin_xlsx.demo.sample import fill_form
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.merge import layouts
from kakunin_xlsx.plan import Plan, Status, check_masters, load_masters, load_plan
from tests.example import MASTERS, SECOND
from tests.masters_book.desk import Hands
from tests.revised import R7, R8, copied, revised_folder
from tests.tools.ooxml_own import own_faults

MERGED = "令和7年度/1_実績照会/4_取りまとめ"
BOOK = "台帳.xlsx"
WHO = {book.DECIDER: "架空 花子", book.REASON: "第1回推進会議", book.DAY: "2026/10/1"}


def kakunin(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, ["masters", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def zipped(folder: Path, path: Path, prefix: str = "masters/komae-saihan-1") -> Path:
    contents = Contents(
        version="0",
        plan="komae-saihan-1",
        title="計画",
        year="R7",
        environment={},
        retention_years=None,
        until="定めなし",
    )
    files = [FileToPack(f"{prefix}/{each.name}", each) for each in folder.glob("*.*")]
    with path.open("wb+") as file:
        pack(file, files, contents)
    return path


# diff


def test_diff_of_folders_and_archives_says_the_same(tmp_path: Path) -> None:
    new = revised_folder(tmp_path)
    plain = kakunin("diff", MASTERS, new)
    assert plain.exit_code == 0
    assert "・学校教育課を指導室に統合（令和8年度から）。" in plain.output
    assert "根拠：【見本】" in plain.output
    packed = [zipped(MASTERS, tmp_path / "R6.zip"), zipped(new, tmp_path / "R7.zip")]
    assert kakunin("diff", *packed).output == plain.output
    told = json.loads(kakunin("diff", MASTERS, new, "--json").output)
    assert told["件数"] == len(told["変更"]) == plain.output.count("\n・") + 1
    ends = [c for each in told["変更"] for c in each["箇所"] if c["種類"] == "削除"]
    assert {(c["表"], c["キー"], c["年度から"]) for c in ends} >= {("initiatives", "5-1-2", "R8")}


def test_diff_of_the_same_masters() -> None:
    same = kakunin("diff", MASTERS, MASTERS)
    assert (same.exit_code, same.output) == (0, "台帳に違いはありません。\n")


def test_diff_of_what_is_no_archive_says_so(tmp_path: Path) -> None:
    text = tmp_path / "令和7年度.zip"
    text.write_text("zipではない", encoding="utf-8")
    outside = zipped(MASTERS, tmp_path / "外.zip", "masters/../../x")
    without = tmp_path / "空.zip"
    with zipfile.ZipFile(without, "w") as archive:
        archive.writestr("別.txt", "x")
    for path in (text, outside, without):
        refused = kakunin("diff", path, MASTERS)
        assert refused.exit_code == 3
        assert "保存したときのままではない" in refused.output
    assert kakunin("diff", MASTERS, tmp_path / "ない").exit_code == 2
    assert not (tmp_path.parent / "x").exists()


# proposals, and what is decided on them


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year in which two lines propose another target, and somebody changed a locked text."""
    output = tmp_path_factory.mktemp("proposed")
    year(
        output,
        MASTERS,
        {
            ("1-1-1", "target_change"): "R8「周知先を5か所増やす」",
            ("3-4-1", "target_change"): "来年度は回数も示したい",
        },
        {"3-4-2": ("effort", "青少年健全育成連絡会の開催と周知")},
    )
    assert kakunin("export", output / BOOK, "--plan", MASTERS, "--output", output).exit_code == 0
    return output


def year(
    output: Path,
    masters: Path,
    typed: dict[tuple[str, str], str],
    changed: dict[str, tuple[str, str]] | None = None,
) -> None:
    """Build, type into the forms (locked cells too), and merge."""
    words = ["--year", "R7", "--plan", str(masters), "--output", str(output)]
    assert CliRunner().invoke(app, ["build", *words]).exit_code == 0
    plan = load_plan(masters)
    folder = output / "令和7年度" / plan.main_round.folder
    for one in layouts(plan, R7, plan.main_round.code):
        own = {at: text for at, text in typed.items() if at[0] in one.row}
        form = next((folder / "1_配布").glob(f"*{one.respondent}*"))
        data = fill_form(form.read_bytes(), one, {**own, ("*", "filler"): "架空 太郎"})
        for row, (column, text) in (changed or {}).items():
            if row in one.row:
                data = overwritten(data, one.row[row].texts[column].body, text)
        (folder / "2_回収" / form.name).write_bytes(data)
    assert CliRunner().invoke(app, ["merge", *words]).exit_code == 1  # answers are missing


def overwritten(form: bytes, old: str, new: str) -> bytes:
    """The workbook with one text changed wherever it stands."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(form))
    cells = [c for s in book for line in s.iter_rows() for c in line if c.value == old]
    assert cells
    for cell in cells:
        cell.value = new
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def desk(proposed: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The year and masters of one's own: folder of the masters, output."""
    return copied(tmp_path), Path(shutil.copytree(proposed, tmp_path / "output"))


def listed(folder: Path, output: Path) -> list[dict[str, Any]]:
    words = ("proposals", "--year", "R7", "--plan", folder, "--output", output)
    found: list[dict[str, Any]] = json.loads(kakunin(*words, "--json").output)
    numbers = [line.split()[0] for line in kakunin(*words).output.splitlines() if line.strip()]
    assert [each for each in numbers if each.isdigit()] == [str(each["番号"]) for each in found]
    return found


def decide(desk: tuple[Path, Path], row: str, *more: str, **typed: str) -> Result:
    """One proposal decided in 台帳.xlsx as it was exported, and imported."""
    folder, output = desk
    path = output / BOOK
    at = ("--plan", folder, "--output", output)
    if not path.exists():
        assert kakunin("export", path, *at).exit_code == 0
    with Hands(path) as hands:
        cells = {book.VERDICT: "採用", **WHO, **typed}
        hands.type(book.PROPOSALS_SHEET, {book.ROW: row}, cells)
    return kakunin("import", path, *at, *more)


def test_proposals_are_listed_with_what_stands_there_and_where_they_were_typed(
    desk: tuple[Path, Path],
) -> None:
    found = {each["行ID"]: each for each in listed(*desk)}
    assert set(found) == {"1-1-1", "3-4-1", "3-4-2"}
    target, words, text = found["1-1-1"], found["3-4-1"], found["3-4-2"]
    assert [target["いまの文"], target["新しい文"], target["年度から"]] == [
        load_plan(MASTERS).target["1-1-1", R8].text,
        "周知先を5か所増やす",
        "R8",
    ]
    assert words["新しい文"] == "来年度は回数も示したい"
    assert text["台帳の箇所"] == {"表": "actions", "キー": "3-4-2", "列": "取組"}
    assert text["いまの文"] == load_plan(MASTERS).action["3-4-2"].effort
    assert all(each["採否"] == "未処理" for each in found.values())
    assert "確認表" in target["記入されたところ"][0]
    assert sorted(each["番号"] for each in found.values()) == [1, 2, 3]


def test_the_sheet_holds_what_is_open(desk: tuple[Path, Path]) -> None:
    folder, output = desk
    path = folder.parent / BOOK
    told = kakunin("export", path, "--plan", folder, "--output", output)
    assert "採否を決める提案が3あります（シート「提案」）。" in told.output
    assert own_faults(path) == []
    sheet = openpyxl.load_workbook(path)["提案"]
    head = [cell.value for cell in sheet[3]]
    rows = [dict(zip(head, line, strict=True)) for line in sheet.iter_rows(4, values_only=True)]
    assert {str(row["行ID"]): row["いつから"] for row in rows} == {
        "1-1-1": "R8",
        "3-4-1": "R8",
        "3-4-2": "R8",
    }
    assert {"採否", "いつから", "決定", "理由"} <= set(head)
    target = next(row for row in rows if row["行ID"] == "1-1-1")
    assert target["箇所"] == "重点取組1-1-1の令和8年度の取組目標"
    elsewhere = kakunin("export", path.with_name("2.xlsx"), "--plan", folder)
    assert "提案" not in elsewhere.output


def test_a_target_is_taken_from_the_next_year_on(desk: tuple[Path, Path]) -> None:
    folder, output = desk
    tried = decide(desk, "1-1-1", "--dry-run")
    assert tried.exit_code == 0
    assert load_plan(folder) == load_plan(MASTERS)
    assert not (output / MERGED / "提案の採否.csv").exists()
    done = decide(desk, "1-1-1")
    assert done.exit_code == 0
    assert "・採用　福祉政策課　1-1-1　目標変更案：" in done.output
    plan = load_plan(folder)
    assert plan.at(R8).target["1-1-1", R8].text == "周知先を5か所増やす"
    assert plan.at(R7).target["1-1-1", R8] != plan.at(R8).target["1-1-1", R8]
    ground = plan.reading("targets", "1-1-1/R8", "目標文", R8)
    assert ground
    for part in ("架空 花子", "第1回推進会議", "2026-10-01", "福祉政策課", "目標変更案", ".xlsx"):
        assert part in ground.ground
    state = {each["行ID"]: each["採否"] for each in listed(folder, output)}
    assert state == {"1-1-1": "採用", "3-4-1": "未処理", "3-4-2": "未処理"}
    words = ("import", output / BOOK, "--plan", folder, "--output", output)
    assert kakunin(*words).output == "変更なし（台帳はそのままです）。\n"
    with Hands(output / BOOK) as hands:
        hands.type(book.PROPOSALS_SHEET, {book.ROW: "1-1-1"}, {book.VERDICT: "見送り"})
    again = kakunin(*words)
    assert again.exit_code == 3
    assert "もう「採用」と決まっています" in again.output


def test_a_text_is_put_right_for_all_years(desk: tuple[Path, Path]) -> None:
    folder, _ = desk
    assert decide(desk, "3-4-2", いつから="全ての年度").exit_code == 0
    masters = load_masters(folder)
    texts = {masters.plan.at(year).action["3-4-2"].effort for year in masters.plan.years}
    assert texts == {"青少年健全育成連絡会の開催と周知"}
    assert masters.plan.status("actions", "3-4-2", "取組") is Status.CONFIRMED
    assert check_masters(masters) == ()


def test_words_of_the_office_take_the_place_of_the_proposals(desk: tuple[Path, Path]) -> None:
    folder, _ = desk
    assert decide(desk, "3-4-1", 決定="年12回の開催").exit_code == 0
    assert load_plan(folder).at(R8).target["3-4-1", R8].text == "年12回の開催"


def test_declined_is_kept_and_the_masters_stay(desk: tuple[Path, Path]) -> None:
    folder, output = desk
    assert decide(desk, "3-4-1", 採否="見送り").exit_code == 0
    assert load_plan(folder) == load_plan(MASTERS)
    found = {each["行ID"]: each for each in listed(folder, output)}
    assert found["3-4-1"]["採否"] == "見送り"
    assert found["3-4-1"]["決定"] == "架空 花子 2026-10-01：第1回推進会議"
    text = (output / MERGED / "提案の採否.csv").read_text(encoding="utf-8-sig")
    assert [row["採否"] for row in csv.DictReader(io.StringIO(text))] == ["見送り"]


def test_a_merge_again_keeps_what_was_decided(desk: tuple[Path, Path]) -> None:
    folder, output = desk
    decide(desk, "3-4-1", 採否="見送り")
    words = ["--year", "R7", "--plan", str(folder), "--output", str(output)]
    CliRunner().invoke(app, ["merge", *words])
    assert {e["行ID"]: e["採否"] for e in listed(folder, output)}["3-4-1"] == "見送り"


LACKING = [
    ({"採否": "保留"}, "採否", "「採用」か「見送り」を選んで"),
    ({"いつから": "R9"}, "いつから", "計画の年度ではありません"),
    ({"いつから": ""}, "いつから", "空欄です"),
    ({"採否": "見送り", "決定": "文"}, "決定", "見送りなのに"),
    ({"決めた人": ""}, "決めた人", "決めた人の氏名"),
    ({"理由": ""}, "理由", "決めた理由"),
    ({"決めた日": "春"}, "決めた日", "日付として読み取れません"),
    ({"提案": "別の提案"}, "行ID", "いまの取りまとめにありません"),
]


@pytest.mark.parametrize(("typed", "heading", "words"), LACKING)
def test_what_a_decision_lacks_is_told_at_its_cell(
    desk: tuple[Path, Path], typed: dict[str, str], heading: str, words: str
) -> None:
    folder, output = desk
    refused = decide(desk, "1-1-1", **typed)
    with Hands(output / BOOK) as hands:
        place = hands.at(book.PROPOSALS_SHEET, {book.ROW: "1-1-1"}, heading)
    assert refused.exit_code == 3
    assert f"・提案!{place}：" in refused.output
    assert words in refused.output
    assert load_plan(folder) == load_plan(MASTERS)
    assert not (output / MERGED / "提案の採否.csv").exists()


def test_a_line_without_a_verdict_is_told_and_left(desk: tuple[Path, Path]) -> None:
    left = decide(desk, "1-1-1", 採否="")
    assert left.stdout == "変更なし（台帳はそのままです）。\n"
    assert "「採否」が空欄" in left.stderr


def test_an_edited_table_of_proposals_is_refused(desk: tuple[Path, Path]) -> None:
    folder, output = desk
    path = output / MERGED / "修正提案.csv"
    path.write_bytes(path.read_bytes() + b"x,,,,,,,\r\n")
    refused = kakunin("proposals", "--year", "R7", "--plan", folder, "--output", output)
    assert refused.exit_code == 3
    assert "kakunin merge" in refused.output


# A plan that the code has never seen: numbers for targets, and its own field for them.


def with_number_proposals(into: Path) -> Path:
    folder = copied(into, SECOND)
    path = folder / "fields.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    asked = "jisseki,wanted,年度目標の案,取組,数値,記入,,,,10,,会議,毎年,targets.目標値"
    lines = [lines[0] + ",台帳への提案", *(line + "," for line in lines[1:]), asked]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return folder


@pytest.mark.slow
def test_the_second_plan_proposes_a_number(tmp_path: Path) -> None:
    folder, output = with_number_proposals(tmp_path), tmp_path / "output"
    year(output, folder, {("A1-1", "wanted"): "60"})
    (only,) = listed(folder, output)
    assert (only["いまの文"], only["新しい文"]) == ("52", "60")
    assert decide((folder, output), "A1-1").exit_code == 0
    plan: Plan = load_plan(folder)
    assert [plan.at(y).target["A1-1", R8].figure for y in plan.years] == [52.0, 60.0]


def test_a_field_cannot_propose_what_the_masters_do_not_have(tmp_path: Path) -> None:
    folder = with_number_proposals(tmp_path)
    path = folder / "fields.csv"
    path.write_bytes(path.read_bytes().replace(b"targets.", b"goals."))
    refused = kakunin("check", "--plan", folder)
    assert refused.exit_code == 3
    assert "「goals.目標値」という表と列はありません" in refused.output
