"""docs/台帳の手引き.md says what is so: its words stand in the workbook."""

from __future__ import annotations

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan import Status
from kakunin_xlsx.plan.model import TABLES
from tests.example import ROOT

TEXT = (ROOT / "docs" / "台帳の手引き.md").read_text(encoding="utf-8")


def test_the_guide_names_every_sheet_and_state() -> None:
    for table in TABLES:
        assert book.sheet_name(table) in TEXT
    for status in Status:
        assert f"| {status} |" in TEXT
    words = (book.OPEN_SHEET, book.SETTINGS_SHEET, book.SINCE, book.WHY, book.PRINTED)
    assert all(word in TEXT for word in words)
