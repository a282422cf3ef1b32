"""`kakunin check`: what is wrong, per file; with --annotate the 修正依頼."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.test_commands import JISSEKI, kakunin, returned
from tests.people.base import NEXT, ROW, book, filled
from tests.people.test_people_edit import comment_only


def check(output: Path, *words: str) -> Result:
    return kakunin(output, "check", "--year", "R7", *words)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    sheet = book()
    comment_only(sheet)
    sheet.put(sheet.at(NEXT, "rating"), "まあまあ")
    returned(tmp_path, "指導室.xlsx", sheet.data())
    returned(tmp_path, "福祉相談課.xlsx", filled("福祉相談課"))
    return tmp_path


def test_it_says_per_file_what_is_wrong_and_where(faulty: Path) -> None:
    result = check(faulty)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert "■ 指導室.xlsx" in lines
    where = f"確認表!{book().at(NEXT, 'rating')}"
    assert any(where in line and "まあまあ" in line for line in lines)
    at = lines.index("■ 福祉相談課.xlsx")
    assert lines[at + 1] == "　確認事項はありません。"
    assert "--annotate" in result.output
    assert not (faulty / JISSEKI / "3_修正依頼").exists()


def test_sound_files_are_clean_though_others_are_missing(tmp_path: Path) -> None:
    returned(tmp_path, "指導室.xlsx", filled())
    result = check(tmp_path)
    assert (result.exit_code, "未回収" in result.output) == (0, False)


def test_files_and_folders_anywhere_are_one_set(tmp_path: Path) -> None:
    elsewhere = tmp_path / "机の上"
    elsewhere.mkdir()
    (elsewhere / "一人目.xlsx").write_bytes(filled())
    other = tmp_path / "二人目.xlsx"
    other.write_bytes(book().fill(ROW, "rating", "C 一部実施").data())
    output = tmp_path / "output"
    told = json.loads(check(output, str(elsewhere), str(other), "--json").output)
    assert [each["code"] for each in told["確認事項"]] == ["F03"]
    assert not output.exists()


def test_annotate_writes_one_workbook_for_each_who_has_to_mend(faulty: Path) -> None:
    result = check(faulty, "--annotate")
    assert result.exit_code == 1
    (path,) = (faulty / JISSEKI / "3_修正依頼").iterdir()
    assert path.name == "【指導室】修正依頼_取組状況確認表_令和7年度実績_第2回.xlsx"
    assert path.name in "".join(result.output.split())
    before = path.read_bytes()
    assert check(faulty, "--annotate").exit_code == 1
    assert path.read_bytes() == before


def test_json_and_csv_hold_the_same_findings(faulty: Path) -> None:
    told = json.loads(check(faulty, "--json").output)
    table = check(faulty, "--csv").output
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["コード"] for row in rows] == [each["code"] for each in told["確認事項"]]
    assert {row["セル"] for row in rows} == {book().at(NEXT, "rating"), book().at(ROW, "result")}
    assert [each["respondent"] for each in told["修正依頼"]] == ["指導室"]
    assert {name for file in told["ファイル"] for name in file["ファイル"]} == {
        "指導室.xlsx",
        "福祉相談課.xlsx",
    }


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 1, "様式のファイルが見つかりません"),
        (["ない.xlsx"], 2, "ない.xlsx が見つかりません"),
    ],
)
def test_nothing_to_check(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    result = check(tmp_path, *words)
    assert (result.exit_code, said in result.output) == (code, True), result.output


def test_the_request_filled_in_and_returned_merges_clean(faulty: Path) -> None:
    check(faulty, "--annotate")
    (path,) = (faulty / JISSEKI / "3_修正依頼").iterdir()
    from kakunin_xlsx.demo.sample import fill_form
    from tests.people.base import ONE, sample

    keys = {(ROW, "result"), (NEXT, "rating"), ("*", "submitted_on"), ("*", "approved")}
    typed = {at: text for at, text in sample().items() if at in keys}
    returned(faulty, "指導室_再提出.xlsx", fill_form(path.read_bytes(), ONE, typed))
    told = json.loads(kakunin(faulty, "merge", "--year", "R7", "--json").output)
    mine = [line for line in told["回収状況"] if line["name"] == "指導室"]
    assert [(line["stage"], line["turn"]) for line in mine] == [("提出済", 2)]
    assert [each for each in told["確認事項"] if each["severity"] != "情報"] == []
