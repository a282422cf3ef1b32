"""Several returns of one 回答元: which answer counts, as a table."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from kakunin_xlsx.merge import Decision, Merged, Stage, layouts, merge, prefer
from kakunin_xlsx.record import Answer
from kakunin_xlsx.returns import Return
from tests.example import R7, shipped
from tests.hands import FORM, made

PLAN = shipped()
ASKED = layouts(PLAN, R7, "jisseki")
ONE = ASKED[1]
ROW = next(row for row in ONE.rows if row.open).id
KEY = "figure"
IN = "反映"

# 提出区分, 提出回 and what is typed, for the files a, b, c; then what becomes of each value.
CASES: dict[str, tuple[list[tuple[str, str, str]], list[str]]] = {
    "one": ([("", "", "3")], [IN]),
    "equal values": ([("", "", "3"), ("新規", "1", "３")], [IN, "重複"]),
    "equal as numbers": ([("", "", "3"), ("", "", "3件")], [IN, "重複"]),
    "three equal": ([("", "", "3"), ("", "", "3"), ("", "", "3")], [IN, "重複", "重複"]),
    "blank beside a value": ([("", "", ""), ("", "", "3")], [IN]),
    "different values": ([("", "", "3"), ("", "", "4")], ["相違", "相違"]),
    "two against one": ([("", "", "3"), ("", "", "4"), ("", "", "3")], ["相違"] * 3),
    "later 差替え": ([("", "", "3"), ("差替え", "2", "4")], ["差替え", IN]),
    "later 新規 replaces too": ([("", "", "3"), ("新規", "2", "4")], ["差替え", IN]),
    "later 差替え with a blank": ([("", "", "3"), ("差替え", "2", "")], ["差替え"]),
    "差替え twice": (
        [("", "", "3"), ("差替え", "2", "4"), ("差替え", "３", "5")],
        ["差替え", "差替え", IN],
    ),
    "差替え of two that differ": (
        [("", "", "3"), ("", "", "4"), ("差替え", "2", "5")],
        ["差替え", "差替え", IN],
    ),
    "two 差替え of one turn": (
        [("", "", "3"), ("差替え", "2", "4"), ("差替え", "2", "5")],
        ["差替え", "相違", "相違"],
    ),
    "追加 fills a blank": ([("", "", ""), ("追加", "2", "4")], [IN]),
    "追加 says the same": ([("", "", "3"), ("追加", "2", "3")], [IN, "重複"]),
    "追加 differs": ([("", "", "3"), ("追加", "2", "4")], ["反映", "記入済み"]),
    "差替え after 追加": (
        [("", "", "3"), ("追加", "2", "4"), ("差替え", "3", "")],
        ["差替え", "差替え"],
    ),
    "追加 after 差替え": (
        [("", "", "3"), ("差替え", "2", ""), ("追加", "3", "5")],
        ["差替え", IN],
    ),
    "追加 alone": ([("追加", "", "3")], [IN]),
    "第２回": ([("", "", "3"), ("差替え", "第２回", "4")], ["差替え", IN]),
    "提出回 not understood is 1": ([("", "", "3"), ("差替え", "最新", "4")], ["相違", "相違"]),
    "提出区分 not understood is 新規": ([("", "", "3"), ("直し", "2", "4")], ["差替え", IN]),
    "差替え without 提出回": ([("", "", "3"), ("差替え", "", "4")], ["相違", "相違"]),
}


def returned(name: str, submission: str, turn: str, value: str, message: str = "") -> Return:
    answers = {
        (ROW, KEY): value,
        (FORM, "submission"): submission,
        (FORM, "turn"): turn,
        (FORM, "message"): message,
    }
    return made(ONE, f"{name}.xlsx", {at: text for at, text in answers.items() if text})


def files(case: str) -> list[Return]:
    return [returned(name, *each) for name, each in zip("abc", CASES[case][0], strict=False)]


def merged(*returns: Return, decisions: tuple[Decision, ...] = ()) -> Merged:
    return merge(PLAN, R7, "jisseki", returns, decisions)


def cell(result: Merged, row: str = ROW, key: str = KEY) -> list[Answer]:
    found = [answer for answer in result.answers if (answer.row, answer.key) == (row, key)]
    return sorted(found, key=lambda answer: answer.file)


def fates(result: Merged, row: str = ROW, key: str = KEY) -> list[str]:
    return [answer.reason.value or answer.state.value for answer in cell(result, row, key)]


def codes(result: Merged) -> set[str]:
    return {finding.code for finding in result.findings}


@pytest.mark.parametrize("case", CASES)
def test_which_answer_counts(case: str) -> None:
    result = merged(*files(case))
    # Of equal answers either may be the one that counts: content decides, not the name.
    expected = CASES[case][1]
    if "重複" in expected:
        assert sorted(fates(result)) == sorted(expected)
    else:
        assert fates(result) == expected
    assert ("F03" in codes(result)) == bool(result.conflicts) == ("相違" in expected)


@pytest.mark.parametrize("case", CASES)
def test_neither_order_nor_names_matter(case: str) -> None:
    results = [merged(*order) for order in itertools.permutations(files(case))]
    assert all(result.answers == results[0].answers for result in results)
    assert all(result.findings == results[0].findings for result in results)
    renamed = [
        replace(each, paths=(f"{at}.xlsx",)) for at, each in enumerate(reversed(files(case)))
    ]
    plain = [replace(answer, file="") for answer in results[0].answers]
    assert [replace(answer, file="") for answer in merged(*renamed).answers] == plain


def test_fields_of_the_form_describe_their_return() -> None:
    result = merged(
        returned("a", "", "", "3", "最初のことば"),
        returned("b", "差替え", "2", "3", "次のことば"),
        returned("c", "追加", "3", "", "三つめ"),
    )
    assert fates(result, FORM, "message") == ["差替え", IN, IN]
    assert [line.turn for line in result.progress if line.file] == [3]


def test_what_cannot_be_understood_is_said() -> None:
    result = merged(returned("a", "直し", "最新", "3"))
    said = [finding.words for finding in result.findings if finding.code == "C17"]
    assert len(said) == 2
    assert any("「直し」" in words and "「新規」" in words for words in said)
    assert any("「最新」" in words and "「1」" in words for words in said)


# 決定.csv


def decision(sha256: str = "", value: str = "", row: str = ROW, who: str = "") -> Decision:
    return Decision(who, row, KEY, sha256, value, "電話で確認", "事務局", "2026-06-01")


def test_a_decision_adopts_a_file() -> None:
    two = files("different values")
    result = merged(*two, decisions=(decision(two[1].sha256),))
    assert fates(result) == ["相違", "決定"]
    assert [answer.adopted for answer in cell(result)] == [False, True]
    assert (result.conflicts, "F03" in codes(result)) == ((), False)


def test_the_last_decision_counts() -> None:
    two = files("different values")
    result = merged(*two, decisions=(decision(two[1].sha256), decision(two[0].sha256)))
    assert fates(result) == ["決定", "相違"]


def test_an_office_value_is_an_answer() -> None:
    result = merged(*files("different values"), decisions=(decision(value="７件"),))
    adopted = [answer for answer in cell(result) if answer.adopted]
    assert [(a.value, a.understood, a.file, a.cell) for a in adopted] == [
        ("７件", "7", "決定.csv", "")
    ]
    assert sorted(fates(result)) == ["決定", "相違", "相違"]


def test_an_office_value_fills_an_empty_cell() -> None:
    result = merged(returned("a", "", "", ""), decisions=(decision(value="7"),))
    assert fates(result) == ["決定"]


def test_an_office_value_for_a_file_falls_with_it() -> None:
    first, second = files("later 差替え")
    mine = decision(first.sha256, "9")
    assert [a.value for a in cell(merged(first, decisions=(mine,))) if a.adopted] == ["9"]
    result = merged(first, second, decisions=(mine,))
    assert fates(result) == ["差替え", IN]
    assert "C18" in codes(result)


STALE = {
    "a file that is gone": decision("0" * 64),
    "nothing chosen": decision(),
    "an unknown row": decision("0" * 64, row="9-9-9"),
    "a respondent who is not asked": decision("0" * 64, who="だれか"),
    "a field of the form": decision("0" * 64, row=FORM),
    "an unknown column": replace(decision(value="x"), key="なし"),
    "a locked column": replace(decision(value="x"), key="effort"),
}


@pytest.mark.parametrize("name", STALE)
def test_a_decision_on_nothing_is_said(name: str) -> None:
    two = files("different values")
    result = merged(*two, decisions=(STALE[name],))
    assert fates(result) == ["相違", "相違"]
    (finding,) = [finding for finding in result.findings if finding.code == "C18"]
    assert finding.place.file == "決定.csv"


def test_a_name_in_place_of_a_code_is_told() -> None:
    two = files("different values")
    for who, what in (
        (ONE.respondent, f"回答元コードは {ONE.identity.respondent} です"),
        ("だれか", "「だれか」という回答元コードは"),
    ):
        result = merged(*two, decisions=(replace(decision(value="7"), respondent=who),))
        (finding,) = [finding for finding in result.findings if finding.code == "C18"]
        assert what in finding.words


def test_prefer_decides_what_the_file_takes_part_in() -> None:
    two = files("different values")
    result = merged(*two)
    made_ = prefer(result.conflicts, two[0].sha256, "採用", "事務局", "2026-06-01")
    assert [(each.row, each.key) for each in made_] == [(ROW, KEY)]
    assert fates(merged(*two, decisions=made_)) == ["決定", "相違"]
    assert prefer(result.conflicts, "0" * 64, "", "", "") == ()


# 回収状況


def test_progress_of_everyone() -> None:
    result = merged(returned("a", "", "", "3"))
    assert [line.name for line in result.progress] == [one.respondent for one in ASKED]
    stages = [line.stage for line in result.progress]
    assert stages == [Stage.MISSING, Stage.FIX, Stage.MISSING, Stage.MISSING, Stage.MISSING]
    assert [line.code for line in result.missing] == [
        one.identity.respondent for one in ASKED if one is not ONE
    ]
    assert not result.clean


@pytest.mark.parametrize(
    ("submitted", "late", "stage"),
    [("2026/5/20", 0, "提出済"), ("令和8年6月3日", 3, "提出済"), ("", None, "提出済")],
)
def test_a_whole_return(submitted: str, late: int | None, stage: str) -> None:
    answers = {
        (row.id, column.key): {"rating": "A", "direction": "継続"}.get(column.key, "実施した。")
        for row, column in ONE.required_cells
    }
    answers |= {(FORM, "filler"): "課長補佐", (FORM, "approved"): "確認済"}
    answers |= {(FORM, "submitted_on"): submitted} if submitted else {}
    result = merged(made(ONE, "a.xlsx", answers))
    line = next(line for line in result.progress if line.file)
    assert (line.stage.value, line.late, line.due) == (stage, late, "2026-05-31")
    assert line.filled == line.required == len(answers) - (3 if submitted else 2)
    assert line.findings == 0
    assert not codes(result)
