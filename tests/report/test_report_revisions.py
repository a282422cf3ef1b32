"""改訂履歴: what changed up to the reported year, and only where something did."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.plan import Audience, Edit, FiscalYear, Plan, load_plan
from kakunin_xlsx.report.errata import REVISIONS_SHEET
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from tests.example import SECOND, shipped
from tests.report.records import book_of, pages_of, record, varied
from tests.revised import R7, R8, revised_folder, revised_plan
from tests.tools.libreoffice import LibreOffice


def view(plan: Plan, year: FiscalYear, audience: Audience = Audience.OFFICE) -> YearView:
    return YearView.of(plan, year, record(plan, year, varied), audience=audience)


def sheet(plan: Plan, year: FiscalYear, audience: Audience = Audience.OFFICE) -> Page | None:
    found = [p for p in pages_of(view(plan, year, audience)) if p.name == REVISIONS_SHEET]
    return found[0] if found else None


def words(page: Page | None) -> list[str]:
    assert page
    return [str(cell.value) for line in page.lines for cell in line.cells.values()]


def test_told_from_the_year_on_in_which_it_changed() -> None:
    assert sheet(shipped(), R8) is None
    assert sheet(revised_plan(), R7) is None
    said = words(sheet(revised_plan(), R8))
    assert "学校教育課を指導室に統合（令和8年度から）。" in said
    assert "重点取組5-1-2「近隣矯正施設見学会等の推進」を令和7年度で終了。" in said
    assert any(each.startswith("【見本】") for each in said)


def test_an_earlier_change_is_still_told_later(tmp_path: Path) -> None:
    asked = Edit("actions", "1-2-1", "取組", "帰住希望の方への対応", R7, "会議")
    plan = load_plan(revised_folder(tmp_path, [asked]))
    for year in (R7, R8):
        said = words(sheet(plan, year))
        assert [each for each in said if each.endswith("改めた（令和7年度から）。")]
        assert "会議" in said


def test_it_stands_in_the_contents() -> None:
    pages = {page.name: page for page in pages_of(view(revised_plan(), R8))}
    assert REVISIONS_SHEET in words(pages["目次"])


@pytest.mark.parametrize(
    ("audience", "grounds"), [(Audience.COUNCIL, True), (Audience.PUBLIC, False)]
)
def test_the_public_sees_what_changed_but_not_who_decided(
    audience: Audience, grounds: bool
) -> None:
    said = words(sheet(revised_plan(), R8, audience))
    assert any("統合" in each for each in said)
    assert any("【見本】" in each for each in said) == grounds


def test_the_second_plan_tells_it_in_its_own_words() -> None:
    said = words(sheet(load_plan(SECOND), R8))
    assert any(each.startswith("施策の方向A1の所管課を") for each in said)


def test_no_text_needs_more_height_than_it_has(tmp_path: Path, libreoffice: LibreOffice) -> None:
    long = "配架先で聞き取りを行い、その結果を次の周知の方法に生かす。" * 40
    ground = "第1回推進会議での意見により、配架先の反応を知るために改めることとした。" * 20
    asked = Edit("targets", "1-1-1/R8", "目標文", long, R8, ground)
    plan = load_plan(revised_folder(tmp_path, [asked]))
    path = tmp_path / "report.xlsx"
    path.write_bytes(book_of(view(plan, R8)))
    texts = libreoffice.measure(path, [REVISIONS_SHEET])
    assert [t for t in texts if t["text"].startswith("（続き）")] or len(texts) > 5
    assert [t["cell"] for t in texts if t["have"] + 0.2 < t["need"]] == []
