"""`kakunin letters`: who is written to on which day, and what the letters say."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app, run
from kakunin_xlsx.demo.sample import fill_form, sample_answers
from kakunin_xlsx.letters import LetterKind, Template
from tests.example import MASTERS, SECOND, layouts

ROUND = "令和7年度/1_実績照会"
BEFORE, LATER, AFTER = "2026-05-01", "2026-05-20", "2026-06-03"  # due on 2026-05-31


def kakunin(output: Path, *words: str, plan: Path = MASTERS) -> Result:
    return CliRunner().invoke(app, [*words, "--plan", str(plan), "--output", str(output)])


def letters(output: Path, day: str, *words: str) -> list[dict[str, Any]]:
    made = kakunin(output, "letters", "--year", "R7", "--on", day, "--json", *words)
    assert made.exit_code == 0, made.output
    found: list[dict[str, Any]] = json.loads(made.stdout)["文面"]
    return found


def kinds(found: list[dict[str, Any]]) -> dict[str, str]:
    return {each["回答元"]: each["種類"] for each in found}


def text(letter: dict[str, Any]) -> str:
    data = Path(letter["ファイル"]).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def hand_in(output: Path, at: int, without: tuple[str, str] | None = None) -> None:
    """The form of one department, filled with the sample, but for one cell."""
    one = layouts()[at]
    name = f"【{one.respondent}】取組状況確認表_令和7年度実績.xlsx"
    typed = {cell: said for cell, said in sample_answers(MASTERS, one).items() if cell != without}
    form = (output / ROUND / "1_配布" / name).read_bytes()
    (output / ROUND / "2_回収" / name).write_bytes(fill_form(form, one, typed))


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("letters") / "output"
    assert kakunin(output, "build", "--year", "R7").exit_code == 0
    return output


@pytest.fixture
def built(issued: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(issued, tmp_path / "output"))


def test_without_forms_nobody_is_written_to(tmp_path: Path) -> None:
    result = kakunin(tmp_path, "letters", "--year", "R7")
    assert (result.exit_code, "kakunin build --year R7" in result.output) == (3, True)
    assert list(tmp_path.iterdir()) == []


def test_everyone_is_asked_first(built: Path) -> None:
    found = letters(built, BEFORE)
    assert kinds(found) == {one.respondent: "照会" for one in layouts()}
    shido = next(each for each in found if each["回答元"] == "指導室")
    assert Path(shido["ファイル"]) == built / ROUND / "5_文面" / BEFORE / "【指導室】照会.txt"
    assert shido["件名"] == "令和7年度の取組状況について（照会）"
    lines = text(shido).split("\n")
    assert lines[:2] == [f"件名：{shido['件名']}", f"添付：{Path(shido['添付']).name}"]
    assert Path(shido["添付"]).is_file()
    said = [line.strip() for line in lines]
    assert {"令和8年5月1日", "指導室　様", "狛江市福祉政策課", "記", "以上"} <= set(said)
    assert "１　提出期限　　令和8年5月31日（日）" in said
    assert any("必須の欄　9か所" in line for line in said)
    assert {each["結果"] for each in letters(built, BEFORE)} == {"変更なし"}


def test_what_a_clerk_wrote_into_a_letter_is_kept(built: Path) -> None:
    (letter,) = letters(built, BEFORE, "--only", "指導室")
    path = Path(letter["ファイル"])
    numbered = path.read_bytes().replace("第　　　　　号".encode(), "第12号".encode())
    path.write_bytes(numbered)
    (again,) = letters(built, BEFORE, "--only", "指導室")
    assert again["結果"] == "更新（前のファイルは旧版へ）"
    assert (path.parent / "旧版" / "【指導室】照会_1.txt").read_bytes() == numbered


def test_later_letters_remind_and_count_the_days(built: Path) -> None:
    letters(built, BEFORE)
    soon = letters(built, LATER, "--only", "指導室")
    assert kinds(soon) == {"指導室": "期限前のお知らせ"}
    assert "令和8年5月31日（日）　あと11日\n" in text(soon[0])
    on_the_day = letters(built, "令和8年5月31日", "--only", "shido")
    assert "令和8年5月31日（日）　本日\n" in text(on_the_day[0])
    (late,) = letters(built, AFTER, "--only", "指導室")
    assert (late["種類"], late["遅れ日数"]) == ("提出のお願い（再）", 3)
    assert late["件名"].endswith("（再）")
    assert "令和8年5月31日（日）　3日過ぎています\n" in text(late)
    # what was sent before stays as it was
    days = sorted(path.name for path in (built / ROUND / "5_文面").iterdir())
    assert days == [BEFORE, LATER, "2026-05-31", AFTER]


def test_whoever_handed_in_is_asked_for_corrections_or_left_alone(built: Path) -> None:
    letters(built, BEFORE)
    hand_in(built, 4, without=("3-4-1", "result"))
    hand_in(built, 1)
    found = letters(built, AFTER)
    assert kinds(found) == {
        "福祉政策課": "提出のお願い（再）",
        "まちづくり推進課": "提出のお願い（再）",
        "学校教育課": "提出のお願い（再）",
        "指導室": "修正依頼",
    }
    (request,) = (each for each in found if each["種類"] == "修正依頼")
    before = text(request)
    assert "直していただく所が1か所" in before
    assert "（1）【要修正】3-4-1　取組実績［【指導室】取組状況確認表_令和7年度実績.xlsx" in before
    assert "確認表!" in before
    assert "「提出回」を「2」" in before
    assert before.split("\n")[1] == "添付：なし"
    assert kakunin(built, "check", "--year", "R7", "--annotate").exit_code == 1
    (request,) = letters(built, AFTER, "--only", "指導室")
    assert Path(request["添付"]).parent.name == "3_修正依頼"
    assert f"添付：{Path(request['添付']).name}\n" in text(request)
    assert "前に記入された内容が入っています" in text(request)


@pytest.mark.parametrize("day", [BEFORE, "2026-05-31", AFTER, "2027-04-01"])
def test_the_first_letter_asks_whatever_the_day(built: Path, day: str) -> None:
    assert set(kinds(letters(built, day)).values()) == {"照会"}
    assert set(kinds(letters(built, day)).values()) == {"照会"}  # made again on its day


def test_who_was_reminded_first_is_not_asked_anew(built: Path) -> None:
    (late,) = letters(built, AFTER, "--only", "指導室", "--kind", "提出のお願い（再）")
    assert late["遅れ日数"] == 3
    assert kinds(letters(built, "2026-06-10", "--only", "指導室")) == {
        "指導室": "提出のお願い（再）"
    }
    assert kinds(letters(built, "2026-06-10", "--only", "学校教育課")) == {"学校教育課": "照会"}


def requested(workbook: Path) -> int:
    """How many places the list of a 修正依頼 names."""
    page = openpyxl.load_workbook(workbook)["修正依頼"]
    grave = ("要修正", "要確認")
    return sum(cell.value in grave for row in page.iter_rows() for cell in row)


@pytest.mark.parametrize(
    "then", [("3-4-1", "result"), ("3-4-1", "rating"), None], ids=["same", "other", "more"]
)
def test_a_request_that_is_sent_holds_what_its_letter_counts(
    built: Path, then: tuple[str, str] | None
) -> None:
    hand_in(built, 4, without=("3-4-1", "result"))
    assert kakunin(built, "check", "--year", "R7", "--annotate").exit_code == 1
    if then:
        hand_in(built, 4, without=then)
    else:
        name = "【指導室】取組状況確認表_令和7年度実績.xlsx"
        shutil.copy(built / ROUND / "1_配布" / name, built / ROUND / "2_回収" / name)
    (letter,) = letters(built, AFTER, "--only", "指導室", "--kind", "修正依頼")
    listed = text(letter).count("【要修正】") + text(letter).count("【要確認】")
    assert listed == letter["確認事項"] == requested(Path(letter["添付"]))
    kept = list((built / ROUND / "3_修正依頼" / "旧版").glob("*.xlsx"))
    assert len(kept) == (then != ("3-4-1", "result"))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("令和7年度実績照会について（照会）", "令和7年度実績照会について"),
        ("令和7年度最終確認について（照会）", "令和7年度最終確認について（照会）"),
        ("再犯防止計画の提出のお願い（再）", "再犯防止計画の提出のお願い（再）"),
        ("回答依頼の修正について（依頼）", "回答依頼の修正について"),
    ],
)
def test_a_subject_says_no_word_twice(written: str, shown: str) -> None:
    template = Template(
        LetterKind.ASK, "照会.txt", f"件名：{written}\n本文\n{{件名}}\n", ours=False
    )
    letter = template.filled({})
    assert letter.title == shown
    assert shown in letter.body.split("\n")


def test_a_kind_can_be_named(built: Path) -> None:
    letters(built, BEFORE)
    hand_in(built, 4)
    again = letters(built, LATER, "--kind", "照会")
    assert set(kinds(again).values()) == {"照会"}
    assert len(again) == 5
    assert letters(built, LATER, "--kind", "提出のお願い（再）") == []  # not yet late
    both = letters(built, AFTER, "--kind", "照会", "--kind", "提出のお願い（再）")
    assert sum(each["種類"] == "照会" for each in both) == 5
    assert sum(each["種類"] == "提出のお願い（再）" for each in both) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--on", "5/20"], "日付「5/20」を読み取れません。2026-05-20、令和8年5月20日"),
        (["--only", "指導課"], "もしかして：指導室。"),
        (["--kind", "修正依来"], "もしかして：修正依頼。"),
    ],
)
def test_what_is_misspelt_is_answered_with_the_nearest(
    built: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--plan", str(MASTERS), "--output", str(built)]
    code = run(["letters", "--year", "R7", *words, *place])
    shown = capsys.readouterr().err
    assert (code, said in shown) == (2, True), shown


def test_another_plan_without_wording_uses_the_default_one(tmp_path: Path) -> None:
    assert kakunin(tmp_path, "build", "--year", "R7", plan=SECOND).exit_code == 0
    made = kakunin(tmp_path, "letters", "--year", "R7", "--on", BEFORE, plan=SECOND)
    assert made.exit_code == 0, made.output
    assert "計画に文面がないため、初めから付いている文面を使いました：照会" in made.output
    path = tmp_path / "令和7年度/1_進行状況調べ/5_文面" / BEFORE / "【中央図書館】照会.txt"
    said = path.read_text(encoding="utf-8-sig")
    assert said.startswith("件名：令和7年度進行状況調べについて（照会）\n")
    assert "架空市中央図書館\n" in said
    assert "{" not in said


def test_a_slip_in_a_template_is_told_before_anything_is_written(
    built: Path, tmp_path: Path
) -> None:
    masters = Path(shutil.copytree(MASTERS, tmp_path / "plan"))
    wording = masters / "letters" / "修正依頼.txt"
    slip = wording.read_bytes().replace("{問合せ先}".encode(), "{問い合せ先}".encode())
    wording.write_bytes(slip)
    line = slip.decode("utf-8-sig").split("\n").index("５　問合せ先　　{問い合せ先}\r") + 1
    for words in (["masters", "check"], ["letters", "--year", "R7", "--output", str(built)]):
        result = CliRunner().invoke(app, [*words, "--plan", str(masters)])
        assert result.exit_code == 3
        told = f"letters/修正依頼.txt {line}行目：「{{問い合せ先}}」という差し込みはありません。"
        assert f"{told}もしかして：問合せ先。" in result.output
    assert not (built / ROUND / "5_文面").exists()


def test_letters_are_archived_and_are_no_returns(built: Path) -> None:
    for at in range(5):
        hand_in(built, at)
    letters(built, BEFORE, "--kind", "照会")
    for words in (["merge"], ["report"], ["archive"]):
        done = kakunin(built, *words, "--year", "R7")
        assert done.exit_code == 0, done.output
    with zipfile.ZipFile(built / "保存" / "令和7年度.zip") as archive:
        names = archive.namelist()
    assert sum("/5_文面/2026-05-01/" in name for name in names) == 5
    assert f"masters/{MASTERS.name}/letters/照会_実績照会.txt" in names
    verified = CliRunner().invoke(app, ["verify", "--replay", "--output", str(built)])
    assert verified.exit_code == 0, verified.output
