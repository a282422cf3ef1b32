"""Forms that came back changed, foreign or damaged: nothing lands where it does not belong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kakunin_xlsx.layout import Layout, RowMark, digest
from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.join import layouts, merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.record import Answer
from kakunin_xlsx.returns.model import FormRow, GridCell, Return
from tests.example import R7, form, shipped
from tests.hands import FORM, Book, made, read, with_rows

PLAN = shipped()
ASKED = layouts(PLAN, R7, "jisseki")
ONE = ASKED[1]
OPEN = [row for row in ONE.rows if row.open]
ROW, OTHER = OPEN[0], OPEN[1]
REPEATING = next(one for one in ASKED if any(not row.open for row in one.rows))
REPEATED = next(row for row in REPEATING.rows if not row.open)


def merged(*returns: Return, decisions: tuple[Decision, ...] = ()) -> Merged:
    return merge(PLAN, R7, "jisseki", returns, decisions)


def typed(result: Merged) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (answer.row, answer.key): (answer.value, answer.reason or answer.state)
        for answer in result.answers
    }


def said(result: Merged, code: str) -> list[str]:
    return [finding.words for finding in result.findings if finding.code == code]


def rows(returned: Return) -> list[FormRow]:
    return list(returned.sheets[0].rows)


def answered(one: Layout = ONE, row: str = ROW.id, value: str = "実施した。") -> Return:
    return made(one, "a.xlsx", {(row, "result"): value})


def with_mark(found: FormRow, /, **changes: Any) -> FormRow:
    mark = replace(found.mark, **changes)
    text = mark.identity.mark(mark.row, mark.digest)
    return replace(found, mark=mark, mark_cell=found.mark_cell._replace(typed=text))


def test_answers_are_landed_with_their_lineage() -> None:
    data = Book(form(ONE)).fill(ROW.id, "result", "３回").data()
    returned = read(data, ASKED)
    (answer,) = merged(returned).answers
    assert answer == Answer(
        year="R7",
        round="jisseki",
        respondent=ONE.identity.respondent,
        respondent_name=ONE.respondent,
        row=ROW.id,
        initiative=ROW.initiative,
        department=ROW.department,
        key="result",
        heading="取組実績",
        value="３回",
        understood="３回",
        state=answer.state,
        reason=answer.reason,
        file="回答.xlsx",
        sheet="確認表",
        cell=Book(data).at(ROW.id, "result"),
        sha256=returned.sha256,
    )
    assert answer.adopted


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+81", "-5 %", "1-2", "NA", "葛󠄀飾"])
def test_texts_stay_as_typed(text: str) -> None:
    data = Book(form(ONE)).fill(ROW.id, "result", text).data()
    (answer,) = merged(read(data, ASKED)).answers
    assert (answer.value, answer.understood, answer.adopted) == (text, text, True)


def test_changed_text_is_a_proposal_and_the_answer_counts() -> None:
    new = {(ROW.id, "effort"): "取組を書き直した"}
    result = merged(made(ONE, "a.xlsx", {(ROW.id, "result"): "実施"}, new))
    (proposal,) = result.proposals
    assert (proposal.issued, proposal.typed) == (ROW.texts["effort"].shown, "取組を書き直した")
    assert len(said(result, "C08")) == 1
    assert typed(result)[ROW.id, "result"] == ("実施", "反映")


def test_a_cleared_text_is_a_proposal_too() -> None:
    result = merged(made(ONE, "a.xlsx", {}, {(ROW.id, "effort"): ""}))
    assert [(p.typed, bool(p.cell)) for p in result.proposals] == [("", True)]


def test_white_space_is_no_change() -> None:
    text = ROW.texts["initiative"].shown.replace("\n", "\r\n") + "　"
    result = merged(made(ONE, "a.xlsx", {}, {(ROW.id, "initiative"): text}))
    assert result.proposals == ()


def test_a_changed_deadline_is_a_proposal() -> None:
    result = merged(made(ONE, "a.xlsx", {(FORM, "submit_to"): "総務課"}))
    (proposal,) = result.proposals
    assert (proposal.row, proposal.typed) == (FORM, "総務課")


def test_rows_whose_texts_changed_places() -> None:
    returned = made(ONE, "a.xlsx", {(ROW.id, "result"): "甲", (OTHER.id, "result"): "乙"})
    first, second, *rest = rows(returned)
    keys = ROW.texts.keys()
    swapped = [
        replace(a, cells={**a.cells, **{k: c for k, c in b.cells.items() if k in keys}})
        for a, b in ((first, second), (second, first))
    ]
    sorted_ = with_rows(returned, *swapped, *rest)
    result = merged(sorted_)
    assert typed(result)[ROW.id, "result"] == ("甲", "行の取違え")
    assert typed(result)[OTHER.id, "result"] == ("乙", "行の取違え")
    assert len(said(result, "F04")) == 2
    assert result.proposals == ()
    choice = Decision("", ROW.id, "result", sorted_.sha256, "", "確認", "事務局", "")
    decided = typed(merged(sorted_, decisions=(choice,)))
    assert decided[ROW.id, "result"] == ("甲", "決定")
    assert decided[OTHER.id, "result"] == ("乙", "行の取違え")


def test_an_older_issue_is_sound() -> None:
    returned = made(ONE, "a.xlsx", {(ROW.id, "result"): "実施"}, {(ROW.id, "effort"): "旧い文"})
    first, *rest = rows(returned)
    cells = (first.cells.get(key) for key in ROW.texts)
    old = digest(cell.typed if cell else "" for cell in cells)
    result = merged(with_rows(returned, with_mark(first, digest=old), *rest))
    assert typed(result)[ROW.id, "result"] == ("実施", "反映")
    assert (result.proposals, len(said(result, "I01")), said(result, "C16")) == ((), 1, [])


def test_a_mark_that_fits_nothing() -> None:
    returned = answered()
    first, *rest = rows(returned)
    result = merged(with_rows(returned, with_mark(first, digest="00000000"), *rest))
    (finding,) = [finding for finding in result.findings if finding.code == "C16"]
    assert finding.place.value.endswith("#00000000")
    assert typed(result)[ROW.id, "result"][1] == "反映"


def test_a_row_of_another_department() -> None:
    stranger = ASKED[0]
    theirs = made(stranger, "b.xlsx", {(stranger.rows[0].id, "result"): "よその実績"})
    returned = answered()
    result = merged(with_rows(returned, *rows(returned), rows(theirs)[0]))
    assert typed(result)[stranger.rows[0].id, "result"] == ("よその実績", "対象外")
    assert len(said(result, "C09")) == 1
    (answer,) = [a for a in result.answers if a.row == stranger.rows[0].id]
    assert answer.respondent == ONE.identity.respondent


def test_a_row_that_nobody_knows() -> None:
    returned = answered()
    first, *rest = rows(returned)
    result = merged(with_rows(returned, with_mark(first, row="9-9-9"), *rest))
    assert typed(result)["9-9-9", "result"] == ("実施した。", "対象外")
    assert len(said(result, "C10")) == 1
    assert len(said(result, "F05")) == 1  # and its own row is missing
    assert said(result, "C14") == []  # its texts are whole


def test_a_row_from_last_year() -> None:
    returned = answered()
    first, *rest = rows(returned)
    old = with_mark(first, identity=replace(ONE.identity, year="R6"))
    result = merged(with_rows(returned, old, *rest))
    assert typed(result)[ROW.id, "result"] == ("実施した。", "対象外")


@pytest.mark.parametrize(("second", "fate"), [("実施した。", {"反映", "重複"}), ("別", {"相違"})])
def test_a_doubled_row(second: str, fate: set[str]) -> None:
    returned = answered()
    first, *rest = rows(returned)
    again = replace(first, cells={**first.cells, "result": GridCell(90, 9, second)})
    again = replace(again, mark_cell=first.mark_cell._replace(row=90))
    result = merged(with_rows(returned, first, again, *rest))
    assert {str(a.reason or a.state) for a in result.answers} == fate
    assert len(result.answers) == 2
    assert len(said(result, "C11")) == 1


@pytest.mark.parametrize("text", ["記入した", "再掲"])
def test_answers_on_a_repeated_row(text: str) -> None:
    result = merged(answered(REPEATING, REPEATED.id, text))
    assert typed(result) == {(REPEATED.id, "result"): (text, "再掲")}
    assert len(said(result, "C12")) == 1


def test_a_repeated_row_as_issued_holds_nothing() -> None:
    assert merged(made(REPEATING, "a.xlsx", {})).record.answers == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"year": "R6"}, "令和6年度"),
        ({"plan": "よその計画"}, "別の計画"),
        ({"round": "naibu"}, "別の照会"),
        ({"respondent": "kieta-ka"}, "回答元にない"),
    ],
)
def test_a_form_of_something_else_never_lands(change: dict[str, str], words: str) -> None:
    other = replace(ONE.identity, **change)
    data = Book(form(replace(ONE, identity=other))).fill(ROW.id, "result", "昨年の実績").data()
    result = merged(read(data, ASKED))
    (answer,) = result.answers
    assert (answer.value, answer.reason.value, answer.adopted) == ("昨年の実績", "対象外", False)
    (finding,) = said(result, "C13")
    assert words in finding
    assert len(result.missing) == len(ASKED)
    assert result.proposals == ()


def test_a_lost_row_and_a_lost_column_are_said_once() -> None:
    returned = answered()
    kept = [
        replace(row, columns={k: c for k, c in row.columns.items() if k != "result"})
        for row in rows(returned)[:-1]
    ]
    result = merged(with_rows(returned, *kept))
    assert len(said(result, "F05")) == 1
    assert len(said(result, "F06")) == 1
    empty = [finding for finding in result.findings if finding.code == "F01"]
    assert not any(f.place.item == "取組実績" or f.place.row == OPEN[-1].id for f in empty)


def test_what_stands_beside_and_behind() -> None:
    book = Book(form(ONE)).put("AZ5", "余白のメモ").put("B300", ONE.title)
    book.formula("AZ6", "=1+1")
    result = merged(read(book.data(), ASKED))
    kept = {f.place.value for f in result.findings if f.code == "C14"}
    assert kept == {"余白のメモ", ONE.title, "=1+1"}


def test_a_formula_as_an_answer() -> None:
    book = Book(form(ONE))
    result = merged(read(book.formula(book.at(ROW.id, "figure"), "=12+5").data(), ASKED))
    assert typed(result)[ROW.id, "figure"] == ("=12+5", "反映")
    assert len(said(result, "F07")) == 1


def test_a_replaced_form_needs_no_mending() -> None:
    old = Book(form(ONE)).put("AZ5", "余白のメモ").fill(ROW.id, "rating", "まあまあ")
    new = Book(form(ONE)).fill(FORM, "submission", "差替え").fill(FORM, "turn", 2)
    old.fill(FORM, "submitted_on", "2026/5/20")
    new.fill(FORM, "submitted_on", "2026/5/25")
    result = merged(read(old.data(), ASKED, "a.xlsx"), read(new.data(), ASKED, "b.xlsx"))
    of_old = {f.code: f.place.value for f in result.findings if f.place.file == "a.xlsx"}
    assert of_old == {"I03": "余白のメモ"}


def test_several_departments_in_one_workbook() -> None:
    from kakunin_xlsx.sheets.workbooks import form_workbook

    data = form_workbook(ASKED, PLAN.style.font)
    result = merged(read(data, ASKED))
    assert result.missing == ()
    assert said(result, "C14") == []


def test_marks_are_read_as_written() -> None:
    (row, *_) = rows(answered())
    assert row.mark == RowMark(ONE.identity, ROW.id, ROW.digest)
