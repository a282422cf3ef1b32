"""A large city's 総合計画: 120 課, 600 取組, texts of 3,000 characters; what its year takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from bench.measure import Run
from bench.whole_city import DEPARTMENTS, GRADES, LINES, masters, timed
from kakunin_xlsx.plan import load_plan
from tests.tools.libreoffice import LibreOffice
from tests.tools.pdf import pdf_sizes

pytestmark = pytest.mark.slow

_MOST_MEBIBYTES, _MOST_PAGES = 500, 300


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Run]]:
    place = tmp_path_factory.mktemp("市")
    return place, dict(timed(place))


def paper(place: Path) -> Path:
    folder = place / "output" / "令和7年度" / "施策評価表"
    return folder / "施策評価表_令和7年度.xlsx"


def test_it_is_as_large_as_it_says(tmp_path: Path) -> None:
    plan = load_plan(masters(tmp_path / "masters"))
    assert (len(plan.departments), len(plan.actions)) == (DEPARTMENTS, LINES) == (120, 600)
    assert len(plan.scale("grade")) == len(GRADES) == 8


def test_no_command_takes_much_memory(city: tuple[Path, Mapping[str, Run]]) -> None:
    _, runs = city
    assert {name.split()[0] for name in runs} == {"build", "merge", "report"}
    assert max(run.mebibytes for run in runs.values()) < _MOST_MEBIBYTES


def test_all_departments_stand_in_the_summary_on_two_sheets(
    city: tuple[Path, Mapping[str, Run]],
) -> None:
    place, _ = city
    plan = load_plan(place / "masters" / "sogo")
    sheet = openpyxl.load_workbook(paper(place))["評価集計"]
    texts = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert all(each.name in texts for each in plan.departments)
    assert len(sheet.row_breaks.brk) <= 1


def test_its_paper_can_be_carried(
    city: tuple[Path, Mapping[str, Run]], libreoffice: LibreOffice, tmp_path: Path
) -> None:
    place, _ = city
    pdf = libreoffice.convert(paper(place), "pdf", tmp_path)
    assert len(pdf_sizes(pdf)) < _MOST_PAGES
