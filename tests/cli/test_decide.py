"""The office decides in Excel: 回答の相違.xlsx and 事務局修正.xlsx, put back and merged again."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.layout.ledger import BLANK
from kakunin_xlsx.office.merge import collect_returns
from kakunin_xlsx.office.years import RoundAt
from tests.cli.test_commands import JISSEKI, kakunin, returned
from tests.example import MASTERS, R7, shipped
from tests.people.base import NEXT, ROW, filled
from tests.tools.libreoffice import LibreOffice
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults

CONFLICTS, CORRECTIONS, DECISIONS = "回答の相違.xlsx", "事務局修正.xlsx", "決定.csv"
WHY = {"理由": "課に電話で確かめた", "決定者": "事務 花子"}


def merge(output: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(kakunin(output, "merge", "--year", "R7", "--json").output)
    return told


def folder(output: Path) -> Path:
    return output / JISSEKI / "4_取りまとめ"


class Table:
    """One of the office's tables, opened as the office does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)
        self.sheet: Any = self.book.worksheets[0]
        self.head = next(row for row in range(1, 12) if self.sheet.cell(row, 2).value == "回答元")
        last = self.sheet.max_column + 1
        titles = {self.sheet.cell(self.head, col).value: col for col in range(1, last)}
        self.columns = {title: col for title, col in titles.items() if title}

    def rows(self, row: str, item: str) -> list[int]:
        """Sheet rows of one answer cell."""
        keys = (self.columns["行ID"], self.columns["項目"])
        lines = range(self.head + 1, self.sheet.max_row + 1)
        return [
            at for at in lines if [self.sheet.cell(at, key).value for key in keys] == [row, item]
        ]

    def write(self, row: str, item: str, **said: Any) -> Table:
        (at,) = self.rows(row, item)
        for title, value in said.items():
            self.sheet.cell(at, self.columns[title]).value = value
        return self

    def save(self, path: Path | None = None) -> None:
        self.book.save(path or self.path)


def answers(output: Path, row: str, key: str) -> list[dict[str, str]]:
    text = (folder(output) / "回答一覧.csv").read_text(encoding="utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    return [each for each in table if (each["行ID"], each["項目キー"]) == (row, key)]


def decisions(output: Path) -> list[dict[str, str]]:
    path = folder(output) / DECISIONS
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def answer_number(table: Table, value: str) -> str:
    """回答1 or 回答2: the one with this value."""
    (at,) = table.rows(ROW, "担当課評価")
    for col in range(1, table.sheet.max_column + 1):
        if table.sheet.cell(at, col).value == value:
            return str(table.sheet.cell(table.head, col).value)
    raise AssertionError(value)


def test_both_values_and_who_are_shown(disputed: Path) -> None:
    table = Table(folder(disputed) / CONFLICTS)
    (at,) = table.rows(ROW, "担当課評価")
    shown = {str(cell.value) for cell in table.sheet[at]}
    assert {"A 目標どおり実施", "C 一部実施", "【見本】指導 四郎\n2026-05-29"} <= shown
    assert any(text.startswith("一人目.xlsx") for text in shown)


def test_a_choice_is_taken_into_the_decisions(disputed: Path) -> None:
    table = Table(folder(disputed) / CONFLICTS)
    table.write(ROW, "担当課評価", 採用=answer_number(table, "C 一部実施"), **WHY).save()
    told = merge(disputed)
    assert told["回答の相違"] == []
    (decided,) = decisions(disputed)
    assert (decided["誰"], decided["理由"]) == (WHY["決定者"], WHY["理由"])
    (taken,) = [each for each in answers(disputed, ROW, "rating") if each["状態"] == "反映"]
    assert (taken["値"], taken["理由"]) == ("C 一部実施", "決定")
    assert taken["決定"].startswith("事務 花子 20")
    assert taken["決定"].endswith("：課に電話で確かめた")
    again = Table(folder(disputed) / CONFLICTS)
    assert again.rows(ROW, "担当課評価") == []
    assert "相違はありません" in str([cell.value for row in again.sheet for cell in row])


def test_what_is_decided_is_said_on_a_line_without_what_a_screen_obeys(disputed: Path) -> None:
    table = Table(folder(disputed) / CORRECTIONS)
    said = {**WHY, "決定者": "事務\n花子", "理由": "電話\u202e"}
    table.write(NEXT, "取組実績", 修正後="直した。\n二行目", 課の了解日="2026/6/3", **said).save()
    tried = kakunin(disputed, "merge", "--year", "R7", "--dry-run").output
    assert "決定.csv に加える決定 1\n" in tried
    assert decisions(disputed) == []
    told = kakunin(disputed, "merge", "--year", "R7").output
    assert "決定.csv に加えた決定 1\n" in told
    for output in (tried, told):
        (line,) = [each for each in output.splitlines() if "直した。" in each]
        assert "：直した。 二行目（事務 花子 20" in line
        assert line.endswith("：電話□）")


def test_a_value_of_the_offices_own(disputed: Path) -> None:
    table = Table(folder(disputed) / CONFLICTS)
    table.write(ROW, "担当課評価", どれも採らないときの値="B おおむね実施", **WHY).save()
    merge(disputed)
    (taken,) = [each for each in answers(disputed, ROW, "rating") if each["状態"] == "反映"]
    assert (taken["値"], taken["理解した値"], taken["ファイル"]) == (
        "B おおむね実施",
        "B",
        DECISIONS,
    )


def test_a_decision_without_its_maker_waits_and_stays_written(disputed: Path) -> None:
    table = Table(folder(disputed) / CONFLICTS)
    table.write(ROW, "担当課評価", 採用="回答1", 理由="書きかけ").save()
    told = merge(disputed)
    assert len(told["回答の相違"]) == 1
    (finding,) = [each for each in told["確認事項"] if each["code"] == "F13"]
    assert (finding["place"]["file"], "決定者" in finding["words"]) == (CONFLICTS, True)
    assert finding["place"]["cell"][1:].isdecimal() or finding["place"]["cell"][2:].isdecimal()
    again = Table(folder(disputed) / CONFLICTS)
    (at,) = again.rows(ROW, "担当課評価")
    assert again.sheet.cell(at, again.columns["理由"]).value == "書きかけ"
    assert decisions(disputed) == []


def test_merging_twice_records_once(disputed: Path) -> None:
    table = Table(folder(disputed) / CONFLICTS)
    table.write(ROW, "担当課評価", 採用="回答1", **WHY)
    table.save()
    table.save(disputed / JISSEKI / "2_回収" / "相違の決定.xlsx")
    for _ in range(2):
        merge(disputed)
    assert len(decisions(disputed)) == 1


def test_a_correction_by_the_office(tmp_path: Path) -> None:
    returned(tmp_path, "指導室.xlsx", filled())
    merge(tmp_path)
    table = Table(folder(tmp_path) / CORRECTIONS)
    table.write(NEXT, "取組実績", 修正後="連絡会を1回開いた。", 課の了解日=date(2026, 6, 3), **WHY)
    table.write(NEXT, "今後の取組", 修正後=BLANK, 課の了解日="令和8年6月3日", **WHY)
    table.write(ROW, "今後の取組", 修正後="時間が足りない。", **WHY).save()
    told = merge(tmp_path)
    (taken,) = [each for each in answers(tmp_path, NEXT, "result") if each["状態"] == "反映"]
    assert (taken["値"], taken["ファイル"]) == ("連絡会を1回開いた。", DECISIONS)
    assert "課の了解日 2026-06-03：" in taken["決定"]
    (emptied,) = answers(tmp_path, NEXT, "next")
    assert (emptied["状態"], emptied["理由"]) == ("反映なし", "決定")
    assert [each["code"] for each in told["確認事項"] if each["code"][0] == "F"] == ["F13"]
    again = Table(folder(tmp_path) / CORRECTIONS)
    (at,) = again.rows(NEXT, "取組実績")
    assert again.sheet.cell(at, again.columns["修正前"]).value == "連絡会を1回開いた。"
    assert again.sheet.cell(at, again.columns["修正後"]).value is None


def test_a_table_of_another_year_is_named_and_not_used(tmp_path: Path) -> None:
    returned(tmp_path, "指導室.xlsx", filled())
    merge(tmp_path)
    table = Table(folder(tmp_path) / CORRECTIONS)
    table.write(NEXT, "取組実績", 修正後="別の年", 課の了解日="2026/6/3", **WHY)
    for row in table.sheet.iter_rows(max_col=1):
        row[0].value = str(row[0].value or "").replace("/R7/", "/R6/")
    table.save(tmp_path / JISSEKI / "2_回収" / "去年.xlsx")
    told = merge(tmp_path)
    assert [each["code"] for each in told["確認事項"]] == ["C35"]
    assert decisions(tmp_path) == []


def test_a_report_waits_for_what_is_written_there(disputed: Path) -> None:
    table = Table(folder(disputed) / CONFLICTS)
    table.write(ROW, "担当課評価", 採用="回答1", **WHY).save()
    result = kakunin(disputed, "report", "--year", "R7")
    assert (result.exit_code, f"{CONFLICTS} に記入されています" in result.output) == (3, True)
    status = json.loads(kakunin(disputed, "status", "--year", "R7", "--json").output)
    assert status["段階"].startswith("取りまとめ直し待ち")


def test_an_older_table_of_decisions_is_read_and_gets_its_rows(disputed: Path) -> None:
    path = folder(disputed) / DECISIONS
    path.write_text("行ID,項目キー,採用SHA256,事務局入力値,理由,誰,日時\n", encoding="utf-8-sig")
    table = Table(folder(disputed) / CORRECTIONS)
    table.write(NEXT, "取組実績", 修正後="直した。", 課の了解日="2026/6/3", **WHY).save()
    merge(disputed)
    (decided,) = decisions(disputed)
    assert decided["理由"] == "課に電話で確かめた（課の了解日 2026/6/3）"


def test_the_tables_pass_the_validator(disputed: Path, ooxml_validator: OoxmlValidator) -> None:
    paths = [folder(disputed) / name for name in (CONFLICTS, CORRECTIONS)]
    assert own_faults(*paths) == []
    assert [str(error) for error in ooxml_validator.errors(*paths)] == []


def test_libreoffice_saves_a_decision(disputed: Path, libreoffice: LibreOffice) -> None:
    table = Table(folder(disputed) / CONFLICTS)
    table.write(ROW, "担当課評価", 採用=answer_number(table, "C 一部実施"), **WHY).save()
    target = disputed / "保存"
    saved = libreoffice.convert(table.path, "xlsx", target)
    table.path.write_bytes(saved.read_bytes())
    assert merge(disputed)["回答の相違"] == []


def test_a_round_too_large_for_the_offices_table_says_so(tmp_path: Path) -> None:
    returned(tmp_path, "指導室.xlsx", filled())
    at = RoundAt(shipped(), R7, OutputFolder(tmp_path), shipped().main_round)
    ten = partial(collect_returns, at, MASTERS, most_corrections=10)
    told = "\n".join(ten().summary())
    assert "回答の欄が10を超えるため、事務局修正.xlsx は作っていません" in told
    table = tmp_path / JISSEKI / "4_取りまとめ" / "事務局修正.xlsx"
    assert not table.exists()
    kakunin(tmp_path, "merge", "--year", "R7")
    assert "作っていません" not in "\n".join(ten().summary())
    assert table.exists()  # what the office may have written there is still read
