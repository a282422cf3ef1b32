"""修正依頼: the form anew with its answers in place; filled in and returned, all is clean."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from kakunin_xlsx.demo.sample import Typed, fill_form
from kakunin_xlsx.feedback import Correction, correction_request, corrections
from kakunin_xlsx.layout import without_notice
from kakunin_xlsx.layout.identity import CONFIRM_FILL, FIX_FILL
from kakunin_xlsx.merge import Merged
from kakunin_xlsx.plan.rounds import FieldType
from kakunin_xlsx.record import FORM_ROW
from tests.example import shipped
from tests.hands import Book
from tests.people.base import (
    LAST,
    NEXT,
    ONE,
    ROW,
    adopted,
    book,
    codes,
    filled,
    merged,
    of,
    sample,
    table,
)
from tests.people.test_people_edit import (
    another_plan,
    comment_only,
    double_row_and_change,
    last_year,
    rewrite_a_target,
    sort_without_marks,
)
from tests.people.test_people_type import strike, struck
from tests.tools.libreoffice import LibreOffice
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults

ANEW = {at: text for at, text in sample().items() if at[1] in ("submitted_on", "approved")}


def faulty() -> Book:
    """A return with one of everything that a 修正依頼 has to bear."""
    sheet = book()
    comment_only(sheet)
    rewrite_a_target(sheet)
    sheet.put("AZ99", "余白のメモ")
    sheet.put(sheet.at(NEXT, "rating"), "まあまあ").put(sheet.at(NEXT, "figure"), "３件くらい？")
    sheet.put(sheet.at(LAST, "result"), struck(("旧", True), ("授業見学を1回", False)))
    sheet.put(sheet.at(NEXT, "next"), "=SUM(A1)ではない\n二行目")
    strike(sheet.sheet[sheet.at(LAST, "direction")])
    return sheet


def request(result: Merged, name: str = "指導室") -> tuple[Correction, bytes]:
    (correction,) = [each for each in corrections(result) if each.layout.respondent == name]
    return correction, correction_request(correction, shipped().style.font)


def given(result: Merged) -> dict[tuple[str, str], str]:
    """Every table answer that counts: as typed, struck parts left out."""
    texts = {column.key for column in ONE.open_columns if column.type is FieldType.TEXT}
    return {
        (a.row, a.key): a.understood if a.key in texts else a.value
        for a in result.answers
        if a.row != FORM_ROW and a.adopted
    }


def test_the_answers_in_it_are_those_of_the_return() -> None:
    before = merged(faulty())
    _, data = request(before)
    after = merged(data)
    assert given(after) == given(before)
    empty = {(ROW, "result"), (NEXT, "rating"), (LAST, "direction")}
    assert {(f.place.row, f.place.key) for f in after.findings if f.code[0] == "F"} == empty


def test_our_own_comments_and_colours_are_never_answers() -> None:
    _, data = request(merged(faulty()))
    assert not {"C21", "C22", "F09", "F10"} & set(codes(merged(data)))


def test_every_finding_is_listed_with_a_link_and_stands_at_its_cell() -> None:
    result = merged(faulty())
    correction, data = request(result)
    listed: Any = load_workbook(io.BytesIO(data))["修正依頼"]
    shown = {cell.value for row in listed.iter_rows() for cell in row if cell.value}
    assert {finding.words for finding in correction.findings} <= shown
    sheet = Book(data)
    for finding in correction.findings:
        at = correction.cell_of(finding)
        if at is None:
            assert finding.code == "C14"
            continue
        cell = sheet.sheet[sheet.at(*at)]
        assert finding.words in cell.comment.text
        assert without_notice(cell.comment.text) == ""
        fill = FIX_FILL if finding.code[0] == "F" else CONFIRM_FILL
        assert cell.fill.fgColor.rgb == f"FF{fill.removeprefix('#')}"
    links = [
        cell.hyperlink.location for row in listed.iter_rows() for cell in row if cell.hyperlink
    ]
    assert f"'確認表'!{sheet.at(NEXT, 'rating')}" in links


def test_what_found_no_place_is_listed() -> None:
    correction, data = request(merged(faulty()))
    rest: Any = load_workbook(io.BytesIO(data))["記入の控え"]
    texts = {cell.value for row in rest.iter_rows() for cell in row}
    assert table()[LAST, "direction"] in texts  # wholly struck
    assert {"余白のメモ", "新しい目標", "山口:\n去年と同じ"} <= texts
    assert {each.text for each in correction.unplaced} <= texts


def test_it_comes_with_the_next_turn() -> None:
    correction, data = request(merged(faulty()))
    sheet = Book(data)
    assert sheet.cell(FORM_ROW, "submission").value == "差替え"
    assert sheet.cell(FORM_ROW, "turn").value == correction.turn == 2
    assert sheet.cell(FORM_ROW, "submitted_on").value is None
    assert sheet.cell(FORM_ROW, "filler").value == sample()[FORM_ROW, "filler"]


def mended(data: bytes, more: Typed) -> bytes:
    return fill_form(data, ONE, {**ANEW, **more})


def test_filled_in_and_returned_all_is_clean() -> None:
    first = faulty().data()
    _, data = request(merged(first))
    keys = [
        (ROW, "result"),
        (NEXT, "rating"),
        (NEXT, "figure"),
        (LAST, "result"),
        (LAST, "direction"),
    ]
    back = mended(data, {at: table()[at] for at in keys})
    result = merged(first, back)
    assert [f.code for f in result.findings if f.code != "I03"] == []
    assert adopted(result) == {**table(), (NEXT, "next"): "=SUM(A1)ではない\n二行目"}
    (line,) = [each for each in result.progress if each.name == "指導室"]
    assert (line.stage, line.turn) == ("提出済", 2)


def test_a_second_request_has_the_turn_after() -> None:
    first = faulty().data()
    _, again = request(merged(first))
    correction, _ = request(merged(first, mended(again, {})))
    assert correction.turn == 3


def test_two_that_disagree_get_one_request() -> None:
    other = book().fill(ROW, "rating", "C 一部実施").data()
    result = merged(filled(), other)
    correction, data = request(result)
    assert {each.code for each in correction.findings} == {"F03"}
    values = {str(correction.values[ROW, "rating"]), *(each.text for each in correction.unplaced)}
    assert values == {"A 目標どおり実施", "C 一部実施"}
    decided = mended(data, {(ROW, "rating"): "C 一部実施"})
    after = merged(filled(), other, decided)
    assert (codes(after), adopted(after)[ROW, "rating"]) == ([], "C 一部実施")


def test_answers_of_a_sorted_table_stand_by_their_texts() -> None:
    sheet = book()
    sort_without_marks(sheet)
    result = merged(sheet)
    correction, data = request(result)
    assert adopted(merged(data)) == table()
    assert correction.unplaced == ()
    assert codes(merged(sheet, mended(data, {}))) == ["I03", "I03"]


def test_an_answer_beside_another_departments_text_is_listed() -> None:
    sheet, other = book(), book("福祉相談課")
    for column in ONE.locked_columns:
        sheet.put(sheet.at(ROW, column.key), other.sheet[other.at("4-2-1", column.key)].value)
    correction, _ = request(merged(sheet))
    assert not any(row == "4-2-1" for row, _ in correction.values)
    here = {str(value) for (row, _), value in table().items() if row == ROW}
    assert here <= {each.text for each in correction.unplaced}


def test_a_doubled_row_keeps_both() -> None:
    sheet = book()
    double_row_and_change(sheet)
    correction, _ = request(merged(sheet))
    assert [each.text for each in correction.unplaced] == ["C 一部実施"]


def test_an_error_value_is_listed_and_its_cell_is_empty() -> None:
    sheet = book().put(book().at(ROW, "result"), "#REF!")
    sheet.sheet[sheet.at(ROW, "result")].data_type = "e"
    correction, data = request(merged(sheet))
    assert [each.text for each in correction.unplaced] == ["#REF!"]
    assert codes(merged(data))[-1] == "F01"


def test_no_request_where_nothing_is_to_be_mended() -> None:
    assert corrections(merged(filled())) == ()
    assert corrections(merged(filled(), filled("福祉相談課"))) == ()


def test_answers_on_last_years_form_come_back_on_this_years() -> None:
    sheet = book()
    last_year(sheet)
    correction, data = request(merged(sheet))
    assert [each.code for each in correction.findings] == ["C13"]
    assert given(merged(data)) == table()
    assert codes(merged(sheet, mended(data, sample()))) == ["C13"]


def test_what_last_years_form_asked_and_this_one_does_not_is_listed() -> None:
    sheet = book()
    last_year(sheet)
    mark = sheet.sheet.cell(sheet.sheet[sheet.at(ROW, "result")].row, 1)
    mark.value = str(mark.value).replace(f"/{ROW}#", "/9-9-9#")  # a line that has ended since
    correction, data = request(merged(sheet))
    gone = {text for (row, _), text in table().items() if row == ROW}
    assert {each.text for each in correction.unplaced} == gone
    assert {each.why for each in correction.unplaced} == {"今回の様式にない欄です"}
    assert {at: text for at, text in table().items() if at[0] != ROW} == given(merged(data))


def test_a_form_of_another_plan_asks_nobody() -> None:
    sheet = book()
    another_plan(sheet)
    assert corrections(merged(sheet)) == ()


@pytest.mark.parametrize("name", ["指導室", "福祉政策課"])
def test_it_passes_the_validator(
    name: str, tmp_path: Path, ooxml_validator: OoxmlValidator
) -> None:
    sheet = faulty() if name == "指導室" else book(name)
    if name != "指導室":
        row = of(name).rows[0].id
        sheet.put(sheet.at(row, "result"), None).put("AZ1", "メモ" * 20_000)
    path = tmp_path / "修正依頼.xlsx"
    path.write_bytes(request(merged(sheet), name)[1])
    assert own_faults(path) == []
    assert [str(error) for error in ooxml_validator.errors(path)] == []


def test_libreoffice_keeps_it_whole(tmp_path: Path, libreoffice: LibreOffice) -> None:
    before = merged(faulty())
    path = tmp_path / "修正依頼.xlsx"
    path.write_bytes(request(before)[1])
    saved = libreoffice.convert(path, "xlsx", tmp_path / "保存")
    after = merged(saved.read_bytes())
    assert given(after) == given(before)
    assert not {"C21", "C22", "F09", "F10", "I05"} & set(codes(after))


def test_the_same_return_gives_the_same_bytes() -> None:
    assert request(merged(faulty()))[1] == request(merged(faulty()))[1]
