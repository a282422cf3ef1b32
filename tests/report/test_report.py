"""The consolidated 確認表: its numbers, its texts, its sheets."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.flat import flat_workbook
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3
from tests.example import R7, SECOND, report_workbook, sample_record, shipped, whole_layout
from tests.report.records import pages_of
from tests.report.years import judged
from tests.tools.libreoffice import LibreOffice
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults
from tests.tools.pdf import pdf_text

ODD = ["=1+1", "@SUM(A1)", "+81", "-5 %", "1-2", "NA", "http://example.jp/", "葛󠄀飾"]


def report(record: Record) -> bytes:
    return report_workbook(shipped(), R7, record)


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def texts(book: Workbook, sheet: str) -> list[str]:
    return [str(c.value) for row in book[sheet].iter_rows() for c in row if c.value is not None]


def test_sheets_stand_in_the_order_in_which_they_are_read() -> None:
    names = opened(report(sample_record())).sheetnames
    goals = [f"基本目標{number}" for number in range(1, 6)]
    chapters = ["計画の推進", "基本目標", "施策の体系", "関連事業と担当課", "奥付"]
    assert names == ["概要", "目次", *goals, "評価集計", *chapters]


def test_first_page_counts_what_was_answered() -> None:
    record = sample_record([("4-2-1", "rating", "")])
    rows = opened(report(record))["概要"].iter_rows(values_only=True)
    shown = {row[0]: row[2] for row in rows if row[0] and isinstance(row[2], int)}
    counted = Counter(a.understood for a in record.answers if a.key == "rating")
    for value in ("A", "B", "C", "D", "該当なし", "対象外"):
        assert shown[value] == counted[value]
    assert (shown["未回答"], shown["計"]) == (1, 34)
    words = " ".join(texts(opened(report(record)), "概要"))
    assert "取組38行のうち、再掲4行を除く34行" in words
    assert "必須の欄のすべてに回答があったのは33行です" in words
    assert f"分母{sum(counted[value] for value in 'ABCD')}" in words


def test_summary_equals_an_independent_count() -> None:
    record = sample_record()
    sheet = opened(report(record))["評価集計"]
    rows = list(sheet.iter_rows(values_only=True))
    groups = next(row for row in rows if row[0] == "基本目標")
    start = next(at for at, text in enumerate(groups) if str(text).startswith("今後の方向性"))
    table = {row[0]: row[start:] for row in rows if row[0]}
    for number in range(1, 6):
        own = [
            a.understood
            for a in record.answers
            if a.key == "direction" and a.initiative.startswith(f"{number}-")
        ]
        values = ["拡充", "継続", "改善", "縮小", "終了"]
        expected = [own.count(value) for value in values]
        assert list(table[f"基本目標{number}"][:5]) == expected
    assert groups[start] == "今後の方向性　34件"


def test_page_one_names_every_line_rated_low_or_to_be_changed() -> None:
    record = sample_record()
    low = {
        a.initiative
        for a in record.answers
        if (a.key == "rating" and a.understood in "CD")
        or (a.key == "direction" and a.understood == "改善")
        or (a.key == "target_change" and a.value)
    }
    sheet = opened(report(record))["概要"]
    listed = {
        str(cell.value).split("（")[0]
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert listed == low


@pytest.mark.parametrize("typed", ODD)
def test_what_was_typed_comes_out_as_exactly_that_text(typed: str) -> None:
    record = sample_record([("1-1-1", "result", typed), ("1-1-2", "reason", typed)])
    data = report(record)
    book, own = opened(data), opened(flat_workbook(YearView.of(shipped(), R7, record)))
    for sheet, text in (("基本目標1", typed), ("回答", typed), ("出典", typed)):
        where = book if sheet in book.sheetnames else own
        same = [c for row in where[sheet].iter_rows() for c in row if told(c.value, text)]
        assert same
        assert {cell.data_type for cell in same} == {"s"}
        assert not any(cell.hyperlink for cell in same)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)


def told(value: object, text: str) -> bool:
    """True if a cell holds the text, alone or on a line of its own."""
    return text in str(value).split("\n")


def test_every_answer_stands_in_its_table_and_in_the_offices_data() -> None:
    record = sample_record()
    book = opened(report(record))
    data = opened(flat_workbook(YearView.of(shipped(), R7, record)))
    shown = "\n".join(text for number in range(1, 6) for text in texts(book, f"基本目標{number}"))
    flat, sources = set(texts(data, "回答")), set(texts(data, "出典"))
    for each in record.answers:
        assert each.value in shown
        assert each.value in flat
        assert each.value in sources


def test_a_repeated_line_points_to_its_origin_with_its_rating() -> None:
    words = texts(opened(report(sample_record())), "基本目標3")
    (found,) = (text for text in words if text.startswith("再掲：3-3-1（"))
    assert found.endswith("頁）を参照　［B おおむね実施］")


def test_an_answer_of_any_length_is_whole() -> None:
    long = "".join(f"{number}回目の会議を開いた。" for number in range(400))
    words = texts(opened(report(sample_record([("1-1-1", "result", long)]))), "基本目標1")
    at = next(i for i, text in enumerate(words) if text.startswith("0回目"))
    parts = [words[at], *(t.removeprefix("（続き）") for t in words if t.startswith("（続き）"))]
    assert "".join(parts).startswith(long)


def test_papers_for_the_office_only_say_so() -> None:
    assert "事務局確認用" in texts(opened(report(sample_record())), "概要")


def test_the_same_answers_give_the_same_bytes() -> None:
    assert report(sample_record()) == report(sample_record())


def test_an_empty_year_makes_a_report_that_says_what_is_missing() -> None:
    words = " ".join(texts(opened(report(Record())), "概要"))
    assert "必須の欄のすべてに回答があったのは0行です" in words


def test_a_plan_of_two_levels_has_its_own_report() -> None:
    plan = load_plan(SECOND)
    whole_layout(plan)
    names = [page.name for page in pages_of(YearView.of(plan, R7, Record()))]
    assert "基本方針A" in names
    assert not any("基本目標" in name for name in names)
    assert report_workbook(plan, R7, Record()).startswith(b"PK")


def test_the_validator_has_no_error(tmp_path: Path, ooxml_validator: OoxmlValidator) -> None:
    paths = [tmp_path / f"{name}.xlsx" for name in ("full", "empty", "councils")]
    paths[0].write_bytes(report(sample_record()))
    paths[1].write_bytes(report(Record()))
    paths[2].write_bytes(report(judged(shipped())))
    assert own_faults(*paths) == []
    assert ooxml_validator.errors(*paths) == []


def test_paper_holds_every_answer_at_a_readable_size(
    tmp_path: Path, libreoffice: LibreOffice
) -> None:
    record = sample_record()
    path = tmp_path / "report.xlsx"
    path.write_bytes(report(record))
    pages = pdf_text(libreoffice.convert(path, "pdf", tmp_path))
    whole = re.sub(r"\s", "", "".join(pages))
    missing = [a.value for a in record.answers if re.sub(r"\s", "", a.value)[:6] not in whole]
    assert missing == []


def test_council_sheets_are_not_shrunk() -> None:
    """A3 landscape leaves 1,105 pt; a grid within that is printed at its own size."""
    view = YearView.of(shipped(), R7, sample_record())
    for page in pages_of(view):
        if page.name.startswith("基本目標") and page.paper == A3:
            pixels = sum(int(width * 7 + 0.5) + 5 for width in page.widths)
            assert pixels * 0.75 <= 1105
            sizes = {c.style.size for line in page.lines for c in line.cells.values()}
            assert min(sizes) == 9
