"""Forms before and after the masters changed: each year's print what is right for it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.demo.sample import fill_form
from kakunin_xlsx.layout import Layout, layout
from kakunin_xlsx.layout.identity import read_mark
from kakunin_xlsx.merge import layouts
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.record import Record
from tests.example import SECOND, shipped
from tests.report.records import record
from tests.revised import R7, R8, revised_folder, revised_plan

OLD_TARGET = "周知先の開拓及び配架"
NEW_TARGET = "周知先の開拓及び配架並びに配架先での聞き取りの実施"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Worksheet]]:
    """By year and department: the table sheets that `build` writes from the revised masters."""
    root = tmp_path_factory.mktemp("years")
    folder = revised_folder(root)
    found: dict[str, dict[str, Worksheet]] = {}
    for year in (R7, R8):
        words = ["build", "--year", year.code, "--plan", str(folder), "--output", str(root / "o")]
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.output
        forms = (root / "o" / year.name / "1_実績照会/1_配布").glob("*.xlsx")
        found[year.code] = {
            path.name[1:].partition("】")[0]: openpyxl.load_workbook(path)["確認表"]
            for path in forms
        }
    return found


def texts(sheet: Worksheet) -> dict[str, list[str]]:
    """What each row of a form shows, by row id."""
    shown: dict[str, list[str]] = {}
    for line in sheet.iter_rows(values_only=True):
        mark = read_mark(str(line[0] or ""))
        if mark and mark.digest:
            shown[mark.row] = [str(cell) for cell in line[1:] if cell is not None]
    return shown


def test_who_gets_a_form(issued: dict[str, dict[str, Worksheet]]) -> None:
    same = {"福祉政策課", "福祉相談課", "指導室"}
    assert set(issued["R7"]) == same | {"まちづくり推進課", "学校教育課"}
    assert set(issued["R8"]) == same | {"まちづくり政策課"}


def test_lines_go_to_the_successor_and_bear_its_name(
    issued: dict[str, dict[str, Worksheet]],
) -> None:
    before, after = (texts(issued[year]["指導室"]) for year in ("R7", "R8"))
    merged = texts(issued["R7"]["学校教育課"])
    assert set(after) == set(before) | set(merged)
    assert all("学校教育課" in line for line in merged.values())
    assert all("指導室" in line and "学校教育課" not in line for line in after.values())


def test_the_renamed_department_prints_its_name_of_the_year(
    issued: dict[str, dict[str, Worksheet]],
) -> None:
    before = texts(issued["R7"]["まちづくり推進課"])
    after = texts(issued["R8"]["まちづくり政策課"])
    assert set(before) == set(after)
    assert all("まちづくり推進課" in line for line in before.values())
    assert all("まちづくり政策課" in line for line in after.values())


def test_the_revised_target_is_printed_from_its_year_on(
    issued: dict[str, dict[str, Worksheet]],
) -> None:
    before, after = (texts(issued[year]["福祉政策課"])["1-1-1"] for year in ("R7", "R8"))
    # R7 and R8 had the same wording; only the R8 one is revised
    assert [sum(OLD_TARGET in cell for cell in line) for line in (before, after)] == [2, 2]
    assert [sum(cell.startswith(NEW_TARGET) for cell in line) for line in (before, after)] == [0, 1]


def test_the_ended_initiative_is_gone_from_its_year_on(
    issued: dict[str, dict[str, Worksheet]],
) -> None:
    before, after = (texts(issued[year]["福祉政策課"]) for year in ("R7", "R8"))
    assert set(before) - set(after) == {"5-1-2"}
    assert set(after) <= set(before)


def test_nothing_issued_before_the_change_becomes_an_older_issue() -> None:
    """A form of R7 built before the change and one built after bear the same marks."""
    old, new = (list(layouts(plan, R7, "jisseki")) for plan in (shipped(), revised_plan()))
    assert old == new


def said_last_year(plan: Plan, year: FiscalYear) -> Record:
    return record(plan, year, lambda _, row, column: column_value(column, f"{row.id}の回答"))


def column_value(column: object, text: str) -> str:
    choices = getattr(column, "choices", ())
    kind = str(getattr(column, "type", ""))
    return choices[0].label if choices else {"数値": "3", "日付": "2026-05-01"}.get(kind, text)


def form_of(plan: Plan, year: FiscalYear, code: str, past: Record) -> Layout:
    now = plan.at(year)
    return layout(plan, year, now.main_round.code, now.respondent[code], past)


def test_last_years_answers_find_their_row_under_the_successor() -> None:
    """指導室 sees in R8 what 学校教育課 answered for R7."""
    plan = revised_plan()
    past = said_last_year(plan, R7)
    one = form_of(plan, R8, "shido", past)
    assert {"3-3-1b", "3-3-2b"} <= set(one.row)
    for row in one.rows:
        assert f"{row.id}の回答" in row.last.values()


def test_last_years_answers_find_their_row_in_the_second_plan() -> None:
    plan = load_plan(SECOND)
    one = form_of(plan, R8, "kodomo-katei", said_last_year(plan, R7))
    row = one.row["A1-2"]
    assert "A1-2の回答" in row.last.values()


def test_a_whole_year_after_the_change(tmp_path: Path) -> None:
    """R8 is built, filled, merged and reported with the departments of R8."""
    folder = revised_folder(tmp_path)
    plan, output = load_plan(folder), tmp_path / "o"
    words = ["--year", "R8", "--plan", str(folder), "--output", str(output)]
    assert CliRunner().invoke(app, ["build", *words]).exit_code == 0
    place = output / "令和8年度/1_実績照会"
    for one in layouts(plan, R8, "jisseki"):
        form = next((place / "1_配布").glob(f"【{one.respondent}】*"))
        typed = {
            (row.id, column.key): column_value(column, f"{row.id}の回答")
            for row in one.rows
            if row.open
            for column in one.open_columns
        }
        data = fill_form(form.read_bytes(), one, {**typed, ("*", "filler"): "架空 太郎"})
        (place / "2_回収" / form.name).write_bytes(data)
    merged = CliRunner().invoke(app, ["merge", *words])
    assert "未回収" not in merged.output
    assert CliRunner().invoke(app, ["report", *words]).exit_code == 0
    book = openpyxl.load_workbook(output / "令和8年度/確認表/取組状況確認表_令和8年度.xlsx")
    rows = book["改訂履歴"].iter_rows(min_row=4, values_only=True)
    assert sorted(str(row[1])[:4] for row in rows) == [
        "まちづく",
        "学校教育",
        "重点取組",
        "重点取組",
    ]
    shown = {str(c.value) for s in book for line in s.iter_rows() for c in line if c.value}
    assert "まちづくり政策課" in shown
    assert "5-1-2" not in shown
