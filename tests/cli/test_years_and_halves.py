"""Years of any era, and several rounds on one year."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kakunin_xlsx.layout.identity import Identity, read_mark
from kakunin_xlsx.merge.join import layouts
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.settings import SETTING, with_setting
from kakunin_xlsx.plan.texts import MasterTexts, TextRow
from tests.odd_plan import OddYear, plain_texts

R7 = FiscalYear.parse("R7")


@pytest.mark.parametrize(
    ("spoken", "start", "code", "name"),
    [
        ("H30", 2018, "H30", "平成30年度"),
        ("平成30年度", 2018, "H30", "平成30年度"),
        ("Ｈ３０年度", 2018, "H30", "平成30年度"),
        ("平成31年度", 2019, "R1", "令和元年度"),
        ("令和元", 2019, "R1", "令和元年度"),
        ("S63", 1988, "S63", "昭和63年度"),
        ("平成元年度", 1989, "H1", "平成元年度"),
        ("2018", 2018, "H30", "平成30年度"),
        ("1988年度", 1988, "S63", "昭和63年度"),
        ("R7", 2025, "R7", "令和7年度"),
    ],
)
def test_a_year_of_any_era_is_read_and_named(spoken: str, start: int, code: str, name: str) -> None:
    year = FiscalYear.parse(spoken)
    assert (year.start, year.code, year.name) == (start, code, name)
    assert FiscalYear.parse(year.code) == FiscalYear.parse(year.name) == year
    mark = Identity("keikaku", year.code, "jisseki", "ka").mark("1-1", "0123abcd")
    assert (read_mark(mark) or pytest.fail(mark)).identity.year == code


@pytest.mark.parametrize("spoken", ["M45", "H0", "R100", "1900", "平成", "T15"])
def test_what_is_no_year_of_a_plan_is_not_guessed(spoken: str) -> None:
    with pytest.raises(ValueError, match="読み取れません"):
        FiscalYear.parse(spoken)


def ten_years() -> MasterTexts:
    """平成29年度 to 令和8年度, a target for each."""
    texts = plain_texts()
    texts.toml = with_setting(texts.toml or "", SETTING["計画の初年度"], "平成29年度")
    lines = [row.said("ID") for row in texts.rows["actions"]]
    years = [FiscalYear(start) for start in range(2017, 2027)]
    texts.rows["targets"] = [
        TextRow({**dict.fromkeys(TABLE["targets"].headers, ""), "行ID": line, "年度": year.code,
                 "目標文": f"{year.name}の目標"})
        for line in lines
        for year in years
    ]  # fmt: skip
    return texts


@pytest.mark.slow
def test_a_plan_of_ten_years_over_two_eras_runs(tmp_path: Path) -> None:
    year = OddYear(tmp_path)
    year.write(ten_years())
    for each in ("H30", "R7"):
        at = FiscalYear.parse(each)
        year.play("jisseki", year=at)
        told = json.loads(year.run("check", "--json", year=at).output)["確認事項"]
        assert not {"C15", "C33"} & {each["code"] for each in told}  # marks are read in any era
        done = year.run("report", "--text", year=at)
        assert done.exit_code == 0, done.output
        form = next(year.output.round(at, year.plan.main_round).issued.glob("*.xlsx"))
        sheet = openpyxl.load_workbook(form)["確認表"]
        heads = [cell.value for row in sheet.iter_rows(max_row=6) for cell in row if cell.value]
        assert {at.code, "R8"} <= {*heads}
        assert f"{at.name}の目標" in {cell.value for row in sheet.iter_rows() for cell in row}
    kept = year.run("archive", "--allow-open", year=R7)
    assert kept.exit_code == 0, kept.output


def halves() -> MasterTexts:
    """上半期 is asked within the year, 下半期 after it; both rate."""
    texts = plain_texts()
    rounds, fields = texts.rows["rounds"], texts.rows["fields"]
    (first,) = (row for row in rounds if row.said("コード") == "jisseki")
    first.cells |= {"コード": "kami", "名称": "上半期", "提出期限": "10-31", "期限の年度": "当年度"}
    first.cells["前年度の回答"] = ""
    second = {**first.cells, "コード": "shimo", "名称": "下半期", "順": "2", "提出期限": "05-31"}
    second |= {"前の回答": "kami.rating", "期限の年度": ""}
    texts.rows["rounds"] = [first, TextRow(second)]
    own = [row for row in fields if row.said("照会") in ("*", "jisseki")]
    own = [row for row in own if row.said("キー") not in ("response", "summary")]
    for row in own:
        if row.said("照会") == "jisseki":
            row.cells["照会"] = "kami"
    later = [TextRow({**row.cells, "照会": "shimo"}) for row in own if row.said("照会") == "kami"]
    texts.rows["fields"] = [*own, *later]
    return texts


@pytest.mark.slow
def test_half_years_have_their_own_deadline_and_the_later_one_is_counted(tmp_path: Path) -> None:
    year = OddYear(tmp_path)
    year.write(halves())
    plan = year.plan
    first, second = plan.rounds_in_order
    assert (first.due_date(R7), second.due_date(R7)) == (date(2025, 10, 31), date(2026, 5, 31))
    assert first.caption(R7) == "対象年度：令和7年度／実施：令和7年度"
    year.play("kami")
    assert counts(year) == {"A": 5, "D": 0}
    year.play("shimo", choose=3)
    assert counts(year) == {"A": 0, "D": 5}
    said = "\n".join(paper_texts(year))
    assert said.count("上半期：A ") == said.count("下半期：D ") == 5
    assert {"上半期：2-1-1aの答えです。", "下半期：2-1-1aの答えです。"} < {*said.split("\n")}
    for round_ in (first, second):
        (form, *_) = year.output.round(R7, round_).issued.glob("*みどり課*")
        cells = (c for row in openpyxl.load_workbook(form)["記入要領"] for c in row)
        texts = "\n".join(str(cell.value) for cell in cells)
        assert round_.caption(R7) in texts
        assert ("令和7年度のこれまでの実績" in texts) == (round_ == first)


def paper_texts(year: OddYear) -> Iterator[str]:
    """What the tables of the paper hold."""
    book = openpyxl.load_workbook(year.output.papers(year.plan, R7).report())
    tables = [sheet for sheet in book if sheet.title.startswith(year.plan.words.goal)]
    return (str(cell.value) for sheet in tables for row in sheet.iter_rows() for cell in row)


def counts(year: OddYear) -> dict[str, int]:
    """What 評価集計 counts of A and D in all."""
    done = year.run("report")
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(year.output.papers(year.plan, R7).report())
    rows = [[cell.value for cell in row] for row in book["評価集計"].iter_rows()]
    head = next(row for row in rows if row[1:3] == ["A", "B"])
    total = next(row for row in rows[rows.index(head) :] if row[0] in ("全体", "計", "合計"))
    return {value: int(str(total[head.index(value)])) for value in ("A", "D")}


def both_levels() -> MasterTexts:
    """The first round asks about each 重点取組 besides its lines."""
    texts = plain_texts()
    (first,) = (row for row in texts.rows["rounds"] if row.said("コード") == "jisseki")
    first.cells["行の種類"] = "取組、重点取組"
    (like,) = (row for row in texts.rows["fields"] if row.said("キー") == "result")
    own = {"キー": "overall", "項目": "全体の進み具合", "対象": "重点取組", "確認表の列": ""}
    texts.rows["fields"].append(TextRow({**like.cells, **own}))
    return texts


@pytest.mark.slow
def test_a_first_round_may_ask_about_both_levels(tmp_path: Path) -> None:
    texts, year = both_levels(), OddYear(tmp_path)
    for row in texts.rows["actions"]:
        if row.said("ID") == "1-1-1-02":
            row.cells["部署"] = "dept-01"  # then only one department is asked there
    year.write(texts)
    asked = {
        one.respondent: [row.id for row in one.rows] for one in layouts(year.plan, R7, "jisseki")
    }
    assert asked["みち課"] == ["2-1-1", "2-1-1c"]
    lines = ["1-1-1", "1-1-1-01", "1-1-1-02", "2-1-1", "2-1-1a", "2-1-1b"]
    assert asked["みどり課"] == [*lines, "2-1-1bあ", "2-1-1bい"]
    year.play("jisseki")
    report = year.run("report")
    assert "必須欄がそろった行：5行のうち5行" in report.output
    assert counts(year) == {"A": 5, "D": 0}
    book = openpyxl.load_workbook(year.output.papers(year.plan, R7).report())
    shown = [str(cell.value) for row in book["柱2"].iter_rows() for cell in row if cell.value]
    assert "みどり課：2-1-1の答えです。\nみち課：2-1-1の答えです。" in shown
    assert not any("未回答" in text for text in shown)
