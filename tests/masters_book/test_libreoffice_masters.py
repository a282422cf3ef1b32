"""What must be seen: LibreOffice confirms a cell and renames a department; nothing else moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan import Status, load_plan
from tests.masters_book.desk import Desk
from tests.revised import R7, R8
from tests.tools.libreoffice import Instructions, Kind, LibreOffice

DEPARTMENTS, RESPONDENTS = "部署（departments）", "回答元（respondents）"


def in_libreoffice(desk: Desk, libreoffice: LibreOffice, saved: Path) -> None:
    """1-1-2/R8 is confirmed, and 指導室 is 教育指導課 from R8 on."""
    hands = desk.edit()
    work = Instructions(desk.path)
    cell = {book.KEY: "1-1-2/R8", book.COLUMN: "目標文"}
    for heading, what in {
        book.PRINTED: "窓口の見直し",
        book.DONE: "確認済",
        book.WHO: "架空 花子",
        book.WHEN: "2026/4/10",
    }.items():
        work.type(book.OPEN_SHEET, hands.at(book.OPEN_SHEET, cell, heading), what)
    for table, sheet in (("departments", DEPARTMENTS), ("respondents", RESPONDENTS)):
        for heading, what in {
            "名称": "教育指導課",
            book.SINCE: "R8",
            book.WHY: "組織改正（架空 花子、2026/4/1）",
        }.items():
            work.type(sheet, hands.at(table, {"コード": "shido"}, heading), what)
    libreoffice.run(work.save_as(saved))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_cell_confirmed_and_a_department_renamed(
    tmp_path: Path, libreoffice: LibreOffice, kind: Kind
) -> None:
    desk = Desk.set_up(tmp_path)
    saved = tmp_path / "保存" / f"台帳.{kind}"
    in_libreoffice(desk, libreoffice, saved)
    desk.path = saved
    tried = desk.load("--dry-run")
    assert tried.exit_code == 0, tried.output
    assert desk.changed() == {}
    done = desk.load()
    assert done.exit_code == 0, done.output
    assert "指導室を教育指導課に改称（令和8年度から）。" in done.output
    assert "重点取組1-1-2の令和8年度の取組目標を「窓口の見直し」とした。" in done.output

    changed = desk.changed()
    assert set(changed) == {"departments.csv", "respondents.csv", "targets.csv", "readings.csv"}
    assert changed["targets.csv"] == (
        [b"1-1-2,R8,,,,,,,,,\n"],
        ["1-1-2,R8,窓口の見直し,,,,,,,,\n".encode()],
    )
    assert changed["departments.csv"] == (
        ["shido,指導室,指導室,,,\n".encode()],
        ["shido,指導室,指導室,,,R7\n".encode(), "shido,教育指導課,指導室,,R8,\n".encode()],
    )
    gone, come = changed["readings.csv"]
    assert len(gone) == 1
    assert len(come) == 3

    plan = load_plan(desk.folder)
    assert plan.at(R7).department["shido"].name == "指導室"
    assert plan.at(R8).department["shido"].name == "教育指導課"
    reading = plan.reading("targets", "1-1-2/R8", "目標文")
    assert reading
    assert (reading.status, reading.reading) == (Status.CONFIRMED, "窓口の見直し")
    assert "架空 花子、2026-04-10" in reading.ground
    again = desk.load()
    assert (again.exit_code, again.stdout) == (0, "変更なし（台帳はそのままです）。\n")
