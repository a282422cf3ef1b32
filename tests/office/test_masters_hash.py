"""What of the masters makes a year's merges stale, and what does not."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from kakunin_xlsx.office.years import hash_of_files, masters_hash
from kakunin_xlsx.plan import FiscalYear
from tests.archive.years import run
from tests.cli.test_commands import returned
from tests.example import MASTERS, R7, SECOND
from tests.people.base import filled
from tests.revised import R8, copied, revised_folder

R6 = FiscalYear.parse("R6")


def test_a_revision_from_a_year_on_concerns_that_year_and_later_ones(tmp_path: Path) -> None:
    new = revised_folder(tmp_path)
    assert masters_hash(new, R6)[0] == masters_hash(MASTERS, R6)[0]
    assert masters_hash(new, R7)[0] == masters_hash(MASTERS, R7)[0]
    assert masters_hash(new, R8)[0] != masters_hash(MASTERS, R8)[0]
    assert masters_hash(new, R7)[1] != masters_hash(MASTERS, R7)[1]  # what older versions recorded


def edited(folder: Path, table: str, change: dict[str, str], **where: str) -> None:
    """Change the first row of a CSV that has these cells."""
    path = folder / table
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    row = next(row for row in rows if all(row[name] == text for name, text in where.items()))
    row |= change
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, list(rows[0]), lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(made.getvalue(), encoding="utf-8-sig", newline="")


@pytest.mark.parametrize(
    ("table", "change", "where", "concerned"),
    [
        ("actions.csv", {}, {}, []),  # other quotes, other line ends
        ("actions.csv", {"取組": "別の文"}, {"ID": "1-1-1"}, [R6, R7, R8]),
        ("actions.csv", {"終了年度": "R7"}, {"ID": "1-1-1"}, [R8]),
        ("actions.csv", {"終了年度": "令和7年度"}, {"ID": "1-1-1"}, [R8]),
        ("actions.csv", {"終了年度": "R6"}, {"ID": "1-1-1"}, [R7, R8]),
        ("actions.csv", {"開始年度": "R7"}, {"ID": "1-1-1"}, [R6, R7, R8]),
        ("fields.csv", {"説明": "別の説明"}, {"キー": "result"}, [R6, R7, R8]),
        ("readings.csv", {"根拠": "別"}, {}, [R6, R7, R8]),
    ],
)
def test_a_change_concerns_the_years_it_touches(
    tmp_path: Path,
    table: str,
    change: dict[str, str],
    where: dict[str, str],
    concerned: list[FiscalYear],
) -> None:
    folder = copied(tmp_path)
    before = {year: masters_hash(folder, year)[0] for year in (R6, R7, R8)}
    edited(folder, table, change, **where)
    now = {year: masters_hash(folder, year)[0] for year in (R6, R7, R8)}
    assert [year for year in now if now[year] != before[year]] == concerned


def test_a_row_added_from_a_later_year_on_does_not_concern_the_years_before() -> None:
    table = "ID,取組,開始年度,終了年度\n1,文,,\n".encode("utf-8-sig")
    more = "ID,取組,開始年度,終了年度\n1,文,,R7\n1,新しい文,R8,\n".encode("utf-8-sig")
    reading = "表,キー,列\nactions,1,取組\n".encode("utf-8-sig")
    more_reading = "表,キー,列\nactions,1,取組\nactions,1@R8,取組\n".encode("utf-8-sig")
    for year, same in ((R6, True), (R7, True), (R8, False)):
        old = hash_of_files({"actions.csv": table, "readings.csv": reading}, year)
        new = hash_of_files({"actions.csv": more, "readings.csv": more_reading}, year)
        assert (old[0] == new[0]) is same


def test_a_table_that_cannot_be_read_counts_by_its_bytes() -> None:
    one, other = ({"actions.csv": data} for data in (b"\xff\xfe1", b"\xff\xfe2"))
    assert hash_of_files(one, R7) != hash_of_files(other, R7)


def test_hidden_and_other_files_do_not_count(tmp_path: Path) -> None:
    folder = copied(tmp_path, SECOND)
    before = masters_hash(folder, R7)
    for name in (".x.csv", "~$actions.csv", "memo.txt"):
        (folder / name).write_bytes(b"x")
    assert masters_hash(folder, R7) == before


def test_the_paper_of_a_year_stays_whole_when_the_next_year_is_revised(tmp_path: Path) -> None:
    folder, output = copied(tmp_path), tmp_path / "output"
    where = ("--year", "R7", "--plan", str(folder), "--output", str(output))
    returned(output, "指導室.xlsx", filled())
    run("merge", *where)
    run("build", *where, "--round", "naibu", "--allow-missing")
    run("merge", *where, "--round", "naibu")
    assert "載せていません" not in run("report", *where).output
    shutil.copytree(revised_folder(tmp_path / "改訂"), folder, dirs_exist_ok=True)
    again = run("report", *where)
    assert (again.exit_code, "（変更なし）" in again.output) == (0, True), again.output
    assert "載せていません" not in again.output
    edited(folder, "actions.csv", {"取組": "別の文"}, ID="1-1-1")
    assert "計画の台帳が変わっています" in run("report", *where).output
