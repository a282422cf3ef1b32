"""Ratings that a 達成率 suggests, and figures beside their targets: form, return and checks agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kakunin_xlsx.demo.sample import fill_form, sample_answers
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import Merged, merge
from kakunin_xlsx.plan import Plan, load_plan
from kakunin_xlsx.returns import collect_folder
from tests.example import NUMBERS, R7, form, layouts
from tests.hands import Book, read, sample_book
from tests.tools.libreoffice import Instructions, LibreOffice
from tests.tools.ooxml_own import own_faults

WASTE, ENVIRONMENT = "資源循環課", "環境政策課"
HINT = "suggested:grade"
Typed = Mapping[tuple[str, str], object]


@cache
def plan() -> Plan:
    return load_plan(NUMBERS)


def of(name: str = WASTE) -> Layout:
    return next(one for one in layouts(plan()) if one.respondent == name)


def book(name: str = WASTE, typed: Typed | None = None) -> Book:
    return sample_book(of(name), NUMBERS, typed or {})


def merged(sheet: Book) -> Merged:
    returned = read(sheet.data(), layouts(plan()), "提出.xlsx")
    return merge(plan(), R7, "tenken", [returned])


def found(result: Merged, *codes: str) -> list[tuple[str, str, str]]:
    """Code, row and column of findings; of all but 必須 of others, if none are named."""
    return [
        (each.code, each.place.row, each.place.key)
        for each in result.findings
        if not codes or each.code in codes
    ]


def adopted(result: Merged) -> dict[tuple[str, str], str]:
    return {(a.row, a.key): a.understood for a in result.answers if a.adopted}


def test_the_form_suggests_beside_the_rating_and_is_locked_there() -> None:
    one = of()
    keys = [column.key for column in one.columns]
    assert keys.index(HINT) == keys.index("grade") - 1
    assert one.column[HINT].heading == "進捗評価の目安"
    sheet = Book(form(one))
    cell: Any = sheet.cell("2-1-1", HINT)
    assert cell.protection.locked
    figure = sheet.at("2-1-1", "value")
    assert cell.value.startswith(f"=IF(ISNUMBER(${figure}),IF(AND(${figure}>0,${figure}<=940),")
    assert sheet.cell("2-2-1", HINT).value is None  # a target of 0 has no share
    other: Any = Book(form(of("学習推進課"))).cell("1-1-2b", HINT)
    assert other.value is None  # 再掲 is answered elsewhere


def test_any_name_of_a_choice_may_stand_in_the_formula(tmp_path: Path) -> None:
    name = '達成"した"👪' + "とても長い名前" * 40
    odd = tuple(replace(c, name=name) if c.value == "◎" else c for c in plan().choices)
    (one, *_) = layouts(replace(plan(), choices=odd))
    path = tmp_path / "様式.xlsx"
    path.write_bytes(form(one))
    assert own_faults(path) == []
    formula = str(Book(path.read_bytes()).cell("1-1-1", HINT).value)
    assert '"◎ 達成""した""👪とても' in formula
    strings = re.findall(r'"((?:[^"]|"")*)"', formula)
    assert max(len(text.encode("utf-16-le")) // 2 for text in strings) <= 255


def test_no_other_plan_has_such_a_column() -> None:
    assert not any(HINT in one.column for one in layouts())
    bare = replace(plan(), choices=tuple(replace(c, reached=None) for c in plan().choices))
    assert not any(HINT in one.column for one in layouts(bare))


@pytest.mark.parametrize(
    ("row", "figure", "grade", "said"),
    [
        ("2-1-1", 893, "◎", []),
        ("2-1-1", 893, "○", ["達成率105.3%からの目安は「◎ 目標を達成」です。"]),
        ("2-1-1", 1000, "◎", ["達成率94.0%からの目安は「○ おおむね順調」です。"]),
        ("2-1-1", 1000, "－ 評価しない", ["達成率94.0%からの目安は「○ おおむね順調」です。"]),
        ("2-1-2", 21.4, "△ やや遅れ", ["達成率0.0%からの目安は「▲ 遅れ」です。"]),
        ("2-1-2", "数％", "△ やや遅れ", []),
        ("2-2-1", 3, "○ おおむね順調", []),
    ],
)
def test_the_check_names_another_choice_and_the_department_decides(
    row: str, figure: object, grade: str, said: list[str]
) -> None:
    result = merged(book(typed={(row, "value"): figure, (row, "grade"): grade}))
    own = [each for each in result.findings if each.code == "C46"]
    assert [each.words.split("ですが、")[1] for each in own] == said
    assert all(each.place.key == "grade" and each.place.cell for each in own)
    assert adopted(result)[row, "grade"] == grade[0]


def test_without_thresholds_the_best_and_the_poor_are_compared_with_the_target() -> None:
    bare = replace(plan(), choices=tuple(replace(c, reached=None) for c in plan().choices))
    cases = {(893, "◎"): [], (1000, "◎"): ["C30"], (893, "▲"): ["C30"], (1000, "○"): []}
    one = next(one for one in layouts(bare) if one.respondent == WASTE)
    for (figure, grade), codes in cases.items():
        sheet = Book(fill_form(form(one), one, sample_answers(NUMBERS, one)))
        sheet.fill("2-1-1", "value", figure).fill("2-1-1", "grade", grade)
        sheet.fill("2-1-1", "reason", "猛暑のため。")
        result = merge(bare, R7, "tenken", [read(sheet.data(), layouts(bare), "提出.xlsx")])
        own = [each for each in result.findings if each.code in ("C30", "C46")]
        assert [each.code for each in own] == codes
        assert all("目標は940ｇ、少ないほどよいです。" in each.words for each in own)


@pytest.mark.parametrize(
    ("name", "row", "figure", "grade", "codes"),
    [
        (ENVIRONMENT, "3-1-1", 38.1, "◎", ["C30"]),  # a baseline as good as the target: no share
        (ENVIRONMENT, "3-1-1", 38.1, "○", []),
        (WASTE, "2-1-1", 0, "▲", ["C30"]),  # less is better, and nought is not divided by
        (WASTE, "2-1-1", 0, "◎", []),
        ("水環境課", "3-1-2", 9.1, "◎", ["C30"]),  # beyond the range
        ("水環境課", "3-1-2", 9.1, "▲", []),
        ("水環境課", "3-1-2", 7, "▲", ["C46"]),
    ],
)
def test_a_figure_without_a_share_is_still_compared(
    name: str, row: str, figure: object, grade: str, codes: list[str]
) -> None:
    result = merged(book(name, {(row, "value"): figure, (row, "grade"): grade}))
    own = [code for code, at, key in found(result, "C30", "C46") if (at, key) == (row, "grade")]
    assert own == codes


@pytest.mark.parametrize(
    ("figure", "grade", "said"),
    [
        (4000, "▲", []),  # the last grade has no threshold: it is what is left
        (4000, "－", []),
        (4000, "◎", ["達成率23.5%からの目安は「△ やや遅れ」より下です。"]),
        (4000, "△", ["達成率23.5%からの目安は「△ やや遅れ」より下です。"]),
        (893, "▲", ["達成率105.3%からの目安は「◎ 目標を達成」です。"]),
    ],
)
def test_below_the_last_threshold_no_grade_that_has_one_fits(
    figure: int, grade: str, said: list[str]
) -> None:
    open_ended = tuple(replace(c, reached=None) if c.value == "▲" else c for c in plan().choices)
    bare = replace(plan(), choices=open_ended)
    one = next(one for one in layouts(bare) if one.respondent == WASTE)
    sheet = Book(fill_form(form(one), one, sample_answers(NUMBERS, one)))
    sheet.fill("2-1-1", "value", figure).fill("2-1-1", "grade", grade)
    result = merge(bare, R7, "tenken", [read(sheet.data(), layouts(bare), "提出.xlsx")])
    own = [e for e in result.findings if e.code in ("C30", "C46") and e.place.row == "2-1-1"]
    assert [each.words.split("ですが、")[1] for each in own] == said


def test_what_must_be_written_follows_the_choice_and_not_the_suggestion() -> None:
    poor = {("2-1-2", "reason"): None}
    assert ("F01", "2-1-2", "reason") in found(merged(book(typed=poor)))
    chosen = merged(book(typed={**poor, ("2-1-2", "grade"): "○"}))
    assert ("F01", "2-1-2", "reason") not in found(chosen)
    left = merged(book(typed={**poor, ("2-1-2", "grade"): None}))
    assert found(left, "F01")[0] == ("F01", "2-1-2", "grade")
    assert ("F01", "2-1-2", "reason") not in found(left)


def test_a_suggestion_that_was_overwritten_is_a_proposal_and_one_pasted_as_a_value_is_ours() -> (
    None
):
    assert merged(book(typed={("2-1-1", HINT): "◎ 目標を達成"})).proposals == ()
    result = merged(book(typed={("2-1-1", HINT): "課としては○です"}))
    assert [(p.row, p.typed) for p in result.proposals] == [("2-1-1", "課としては○です")]
    assert adopted(result) == adopted(merged(book()))
    assert merged(book(typed={("2-1-1", HINT): None})).proposals == ()


def test_what_is_written_over_a_suggestion_of_a_row_that_is_gone_is_kept() -> None:
    gone = replace(plan(), actions=tuple(a for a in plan().actions if a.id != "2-2-1"))
    made = book(typed={("2-2-1", HINT): "課の目安は○"})
    returned = read(made.data(), layouts(gone), "提出.xlsx")
    result = merge(gone, R7, "tenken", [returned])
    held = [f.place.cell for f in result.findings if f.place.value == "課の目安は○"]
    assert held == [made.at("2-2-1", HINT)]


@pytest.mark.parametrize(
    ("key", "typed", "meant", "codes"),
    [
        ("value", "893ｇ", "893", []),
        ("value", "893人", "893", ["C02"]),
        ("spent", "5,512千円", "5512", []),
        ("spent", "5512 （千円）", "", ["C01"]),
        ("spent", "5,512円", "5512", ["C02"]),
        ("times", "14回", "14", []),
        ("times", "14ｇ", "14", ["C02"]),
        ("rank", "６位", "6", []),
    ],
)
def test_each_number_counts_in_its_own_unit(
    key: str, typed: str, meant: str, codes: list[str]
) -> None:
    result = merged(book(typed={("2-1-1", key): typed}))
    assert adopted(result)["2-1-1", key] == meant
    own = [f.code for f in result.findings if (f.place.row, f.place.key) == ("2-1-1", key)]
    assert own == codes


def test_money_and_ranks_are_nothing_that_was_done() -> None:
    none = {("2-1-1", key): None for key in ("value", "times", "story")}
    chosen = {**none, ("2-1-1", "grade"): "－ 評価しない", ("2-1-1", "story"): "実績なし"}
    assert found(merged(book(typed=chosen)), "C31") == []
    done = {**chosen, ("2-1-1", "times"): 14}
    assert found(merged(book(typed=done)), "C31") == [("C31", "2-1-1", "grade")]


def test_the_form_computes_it_in_libreoffice_and_comes_back_whole(
    tmp_path: Path, libreoffice: LibreOffice
) -> None:
    blank, back = tmp_path / "配布.xlsx", tmp_path / "回収"
    blank.write_bytes(form(of()))
    places = Book(blank.read_bytes())
    figures = {"2-1-1": "1000", "2-1-2": "23.5", "2-2-1": "1"}
    wanted = {"2-1-1": "○ おおむね順調", "2-1-2": "◎ 目標を達成", "2-2-1": None}
    steps = Instructions(blank)
    for row, figure in figures.items():
        steps.type(places.sheet.title, places.at(row, "value"), figure)
        steps.type(places.sheet.title, places.at(row, "grade"), (wanted[row] or "△ やや遅れ"))
    for kind in ("xlsx", "ods", "xls"):
        steps.save_as(back / kind / f"戻り.{kind}")
    libreoffice.run(steps)
    sheet = openpyxl.load_workbook(back / "xlsx" / "戻り.xlsx", data_only=True)[places.sheet.title]
    shown = {row: sheet[places.at(row, HINT)].value or None for row in figures}
    assert shown == wanted
    for each in collect_folder(back, layouts(plan())):
        result = merge(plan(), R7, "tenken", [each])
        assert {(a.row, a.key): a.understood for a in result.answers} == {
            **{(row, "value"): figure for row, figure in figures.items()},
            **{(row, "grade"): (label or "△")[0] for row, label in wanted.items()},
        }, each.file
        assert result.proposals == ()
        assert {f.code for f in result.findings} <= {"F01", "C20", "C05", "C06"}, each.file


@pytest.mark.parametrize(
    ("heading", "looked", "codes"),
    [
        ("進捗評価", "△▲", ["C30"]),
        ("今後の方向性", "△▲", []),  # less of it next year, though the target is met
        ("次の年度", "○▲", []),  # 改善 and 廃止 among others: no scale from good to poor
    ],
)
def test_a_direction_is_not_compared_with_the_figure(
    heading: str, looked: str, codes: list[str]
) -> None:
    choices = (replace(c, reached=None, review=c.value in looked) for c in plan().choices)
    fields = (replace(f, heading=heading) if f.key == "grade" else f for f in plan().fields)
    bare = replace(plan(), choices=tuple(choices), fields=tuple(fields))
    one = next(one for one in layouts(bare) if one.respondent == WASTE)
    sheet = Book(fill_form(form(one), one, sample_answers(NUMBERS, one)))
    sheet.fill("2-1-1", "value", 893).fill("2-1-1", "grade", "▲")
    sheet.fill("2-1-1", "reason", "猛暑のため。")
    result = merge(bare, R7, "tenken", [read(sheet.data(), layouts(bare), "提出.xlsx")])
    own = [e.code for e in result.findings if e.code == "C30" and e.place.row == "2-1-1"]
    assert own == codes
