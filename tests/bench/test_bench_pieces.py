"""The bench measures every piece of work that has a promise, and its figures reach the page."""

from __future__ import annotations

from pathlib import Path

from bench.__main__ import GUIDE
from bench.cases import NATION, OURS, Case, cases
from bench.measure import Run
from bench.table import in_guide


def test_each_piece_can_be_asked_for_alone(tmp_path: Path) -> None:
    merges = [f"merge-{size}" for size in (10, 100, 1_000, NATION)]
    papers = ["build-1000", "report-1000", f"report-{NATION}"]
    again = ["merge-openpyxl", "merge-LibreOffice"]
    assert [*cases(tmp_path, NATION)] == ["help", "five", *merges, *again, *papers]
    assert [*cases(tmp_path, 100)] == ["help", "five", *merges[:2], *again]
    assert not [*tmp_path.iterdir()]  # nothing is made before it is to be measured


def test_the_page_for_people_takes_the_figures() -> None:
    case = Case("10件の取りまとめ", {}, {"相手": 1.0}, files=10)
    runs = {OURS: Run(0.5, 0.75, 80.0), "相手": Run(1.0, 1.0, 70.0)}
    before = GUIDE.read_text(encoding="utf-8")
    page = in_guide(before, [(case, runs)])
    assert "| 10件の取りまとめ | 0.5秒 | 80MiB |" in page
    assert "| 10件の取りまとめ | 相手 | 0.50 | 1.00以下 | ○ |" in page
    assert "測った機械：" in page
    older = "57,453行） |"
    assert older in before
    assert older not in page
    assert in_guide(page, [(case, runs)]) == page
