"""Several indicators of one line: its form has a row for each, and they come back as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kakunin_xlsx.demo.sample import sample_answers
from kakunin_xlsx.layout import Layout, layout
from kakunin_xlsx.merge.join import merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.plan import FiscalYear, Plan, RowKind, load_plan
from kakunin_xlsx.returns.collect import collect_folder
from tests.example import KANKYO, R7, form, layouts
from tests.hands import Book, read, sample_book
from tests.tools.libreoffice import Instructions, LibreOffice
from tests.tools.looks import first_screen

WASTE, NATURE = "資源循環推進課", "自然保護課"
Typed = Mapping[tuple[str, str], object]
R6, R8 = R7.previous, R7.next


@cache
def plan() -> Plan:
    return load_plan(KANKYO)


def of(name: str = WASTE, year: FiscalYear = R7) -> Layout:
    whose = next(who for who in plan().respondents if who.name == name)
    return layout(plan(), year, "shirabe", whose)


def book(name: str = WASTE, typed: Typed | None = None) -> Book:
    return sample_book(of(name), KANKYO, typed or {})


def merged(*sheets: Book) -> Merged:
    files = [read(s.data(), layouts(plan()), f"提出{n}.xlsx") for n, s in enumerate(sheets)]
    return merge(plan(), R7, "shirabe", files)


def adopted(result: Merged) -> dict[tuple[str, str], str]:
    return {(a.row, a.key): a.value for a in result.answers if a.adopted and a.row != "*"}


def found(result: Merged, *codes: str) -> set[tuple[str, str, str]]:
    """Code, row and column of findings."""
    whole = {(each.code, each.place.row, each.place.key) for each in result.findings}
    return {each for each in whole if each[0] in codes}


def test_what_was_typed_is_what_was_merged() -> None:
    for one in layouts(plan()):
        typed = {at: v for at, v in sample_answers(KANKYO, one).items() if at[0] != "*"}
        assert adopted(merged(book(one.respondent))) == typed
        measured = {row.id for row in one.rows if row.kind is RowKind.INDICATOR}
        assert measured <= {row for row, key in typed if key == "value"}


def test_an_indicator_stands_under_its_line_with_a_figure_of_its_own() -> None:
    one = of()
    assert [row.id for row in one.rows][:5] == [
        "2-1-1",
        "2-1-1ア",
        "2-1-1イ",
        "2-1-1ウ",
        "2-1-1エ",
    ]
    line, first, *_ = one.rows
    assert [c.key for c in one.questions(line)] == ["spent", "grade", "story", "issue"]
    assert [c.key for c in one.questions(first)] == ["value"]
    assert first.texts["initiative"].body == "・一人一日当たりのごみの量"
    assert first.texts["target:R7"].body == (
        "908ｇ\n（少ないほどよい）\n（基準値1,012ｇ、平成25年度）"
    )
    assert first.texts["target:R15"].body == "812ｇ"
    assert line.texts["target:R7"].body == ""
    assert first.label == "2-1-1（一人一日当たりのごみの量）"
    sheet = Book(form(one))
    for row, key, is_open in (
        ("2-1-1ア", "value", True),
        ("2-1-1ア", "story", False),
        ("2-1-1", "value", False),
        ("2-1-1", "story", True),
    ):
        assert sheet.cell(row, key).protection.locked is not is_open


def test_a_notebook_shows_the_figures_and_all_that_must_be_answered(tmp_path: Path) -> None:
    path = tmp_path / "様式.xlsx"
    path.write_bytes(form(of()))
    seen = first_screen(path, of().sheet)
    shown = {of().columns[at - 2].key for at in seen.columns if at > 1}
    assert {"initiative", "target:R7", "target:R15", "value", "grade", "story"} <= shown
    marks = dict(Book(path.read_bytes()).marks)
    assert [marks[at] for at in seen.rows if marks.get(at, "@") != "@"][:4] == [
        "2-1-1",
        "2-1-1ア",
        "2-1-1イ",
        "2-1-1ウ",
    ]


def test_a_line_without_indicators_is_asked_as_ever() -> None:
    one = of("温暖化対策課")
    assert "value" in [c.key for c in one.questions(one.row["5-2-2b"])]
    bare = replace(plan(), indicators=(), targets=())
    one = layout(bare, R7, "shirabe", plan().respondent["shigen"])
    assert {row.kind for row in one.rows} == {RowKind.ACTION}


def test_indicators_begin_end_and_change_their_names() -> None:
    def rows(name: str, year: FiscalYear) -> dict[str, str]:
        return {row.id: row.texts["initiative"].body for row in of(name, year).rows}

    assert "2-1-1エ" not in rows(WASTE, R6)
    assert "2-1-1エ" in rows(WASTE, R7)
    assert rows("環境学習センター", R6)["5-1-2ウ"] == "・観察会の開催回数"
    assert "5-1-2ウ" not in rows("環境学習センター", R7)
    names = [rows(NATURE, year)["3-1-2ウ"] for year in (R6, R7)]
    assert names == ["・狩猟免許を持つ人", "・捕獲の担い手"]


@pytest.mark.parametrize(
    ("typed", "meant", "codes"),
    [
        (0, "0", set()),
        (-3.5, "-3.5", set()),
        ("約30", "30", {"I09"}),
        ("930ｇ", "930", set()),
        ("930人", "930", {"C02"}),
        ("集計中", "", {"C01"}),
        (None, "", {"F01"}),
    ],
)
def test_a_figure_of_an_indicator_is_understood_as_any(
    typed: object, meant: str, codes: set[str]
) -> None:
    result = merged(book(typed={("2-1-1ア", "value"): typed}))
    own = [a for a in result.answers if (a.row, a.key) == ("2-1-1ア", "value")]
    assert [a.understood for a in own] == ([meant] if typed is not None else [])
    assert {
        code for code, row, _ in found(result, "C01", "C02", "I09", "F01") if row == "2-1-1ア"
    } == (codes)


def test_two_returns_that_differ_in_one_indicator_wait_for_a_decision() -> None:
    one, other = book(), book(typed={("2-1-1イ", "value"): 31.5})
    result = merged(one, other)
    assert [(c.row, c.key) for c in result.conflicts] == [("2-1-1イ", "value")]
    assert ("2-1-1イ", "value") not in adopted(result)
    assert ("2-1-1ア", "value") in adopted(result)


def test_a_form_from_before_the_indicators_leaves_them_unanswered() -> None:
    before = replace(plan(), indicators=(), targets=())
    one = layout(before, R7, "shirabe", plan().respondent["shigen"])
    sheet = Book(form(one)).fill("2-1-1", "value", 905).fill("2-1-1", "grade", "○")
    result = merged(sheet)
    assert ("2-1-1", "value") not in adopted(result)
    assert "905" in {a.value for a in result.answers} | {f.place.value for f in result.findings}
    assert adopted(result)["2-1-1", "grade"] == "○"
    assert {row for _, row, _ in found(result, "F05")} == {
        row.id for row in of().rows if row.kind is RowKind.INDICATOR
    }
    assert found(result, "C12", "C57") == {("C57", "2-1-1", "value")}


def test_rows_deleted_and_doubled_by_a_person() -> None:
    sheet = book()
    gone, source = sheet.row_number("2-1-1イ"), sheet.row_number("2-1-1ウ")
    for cell in sheet.sheet[source]:
        sheet.sheet.cell(gone, int(cell.column or 0)).value = cell.value
    result = merged(sheet)
    assert ("2-1-1イ", "value") not in adopted(result)
    assert ("2-1-1ウ", "value") in adopted(result)
    assert "2-1-1イ" in {each.place.row for each in result.findings if each.severity.name != "INFO"}


def test_a_row_that_is_gone_is_missed_and_one_that_stands_twice_is_told() -> None:
    sheet = book()
    sheet.sheet.delete_rows(sheet.row_number("2-1-1イ"))
    result = merged(sheet)
    assert ("2-1-1イ", "value") not in adopted(result)
    assert ("F05", "2-1-1イ") in {(code, row) for code, row, _ in found(result, "F05")}
    assert len([at for at in adopted(result) if at[1] == "value"]) == 9
    twice = book()
    last, source = twice.sheet.max_row + 1, twice.row_number("2-1-1イ")
    for cell in twice.sheet[source]:
        twice.sheet.cell(last, int(cell.column or 0)).value = cell.value
    assert len(merged(twice).findings) > len(merged(book()).findings)


def test_rows_without_their_marks_are_told_by_their_names() -> None:
    sheet, whole = book(), adopted(merged(book()))
    for at, _ in sheet.marks:
        sheet.sheet.cell(at, 1).value = None
    result = merged(sheet)
    assert adopted(result) == whole
    assert {code for code, _, _ in found(result, "C33", "F05")} == {"C33"}


def test_a_percentage_is_what_excel_shows() -> None:
    sheet = book(typed={("2-2-1ア", "value"): 0.238})
    sheet.cell("2-2-1ア", "value").number_format = "0.0%"
    own = [a for a in merged(sheet).answers if (a.row, a.key) == ("2-2-1ア", "value")]
    assert [(a.value, a.understood) for a in own] == [("23.8%", "23.8")]


def test_done_is_what_an_indicator_says_too() -> None:
    """「評価しない」 beside figures of the line's indicators."""
    typed = {("2-1-1", "grade"): "－ 評価しない", ("2-1-1", "story"): "実績なし"}
    assert ("C31", "2-1-1", "grade") in found(merged(book(typed=typed)), "C31")


def test_a_department_that_only_works_with_a_line_sees_its_indicators_and_answers_none() -> None:
    actions = tuple(
        replace(a, related=("shinrin",)) if a.id == "2-1-1" else a for a in plan().actions
    )
    wider = replace(plan(), actions=actions)
    one = layout(wider, R7, "shirabe", wider.respondent["shinrin"])
    seen = [row for row in one.rows if row.id.startswith("2-1-1")]
    assert [row.id for row in seen] == ["2-1-1", *(f"2-1-1{mark}" for mark in "アイウエ")]
    assert not any(one.questions(row) for row in seen)
    assert seen[1].texts["target:R7"].body.startswith("908ｇ")
    sheet = sample_book(one, KANKYO, {("2-1-1ア", "value"): 900})
    files = [read(sheet.data(), layouts(wider), "提出.xlsx")]
    assert ("2-1-1ア", "value") not in adopted(merge(wider, R7, "shirabe", files))


def test_no_share_is_invented_for_a_line_of_several_indicators() -> None:
    hint = "suggested:grade"
    sheet = Book(form(of("温暖化対策課")))
    assert sheet.cell("1-1-1", hint).value is None
    assert str(sheet.cell("5-2-2b", hint).value).startswith("=IF(ISNUMBER(")
    assert found(merged(book("温暖化対策課")), "C30", "C46") <= {("C46", "5-2-2b", "grade")}


def test_a_later_round_that_asks_no_figure_names_each_target_in_the_line() -> None:
    fields = tuple(f for f in plan().fields if f.key != "value")
    bare = replace(plan(), fields=fields)
    one = layout(bare, R7, "shirabe", plan().respondent["shigen"])
    assert {row.kind for row in one.rows} == {RowKind.ACTION}
    assert one.row["2-1-2"].texts["target:R7"].body.startswith("産業廃棄物の最終処分量：114千t\n")


def test_a_repeated_line_shows_the_targets_of_its_origin() -> None:
    one = of("森林課")
    row = one.row["5-2-1b"]
    assert not row.open
    assert "県産材を使った公共建築：13棟" in row.texts["target:R7"].body


def test_every_carrier_brings_the_figures_back(tmp_path: Path, libreoffice: LibreOffice) -> None:
    one, back = of(), tmp_path / "回収"
    blank = tmp_path / "配布.xlsx"
    blank.write_bytes(form(one))
    places, steps = Book(blank.read_bytes()), Instructions(blank)
    figures = {row.id: str(at) for at, row in enumerate(one.rows) if row.under}
    for row, figure in figures.items():
        steps.type(places.sheet.title, places.at(row, "value"), figure)
    for kind in ("xlsx", "ods", "xls"):
        steps.save_as(back / kind / f"戻り.{kind}")
    libreoffice.run(steps)
    for each in collect_folder(back, layouts(plan())):
        result = merge(plan(), R7, "shirabe", [each])
        assert {(a.row, a.key): a.understood for a in result.answers} == {
            (row, "value"): figure for row, figure in figures.items()
        }, each.file
        assert result.proposals == ()
