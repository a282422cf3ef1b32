"""A year's later rounds on the shipped plan: councils judge, departments answer what they said."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kakunin_xlsx.demo.sample import fill_form
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import layouts
from kakunin_xlsx.merge import merge as merge_round
from kakunin_xlsx.record import Record, from_csv
from tests.cli.test_commands import JISSEKI, kakunin, returned
from tests.example import R7, shipped
from tests.hands import read
from tests.people.base import ASKED, filled
from tests.sheets.test_form import open_cells, table
from tests.tools.libreoffice import Instructions, LibreOffice
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults

PLAN = shipped()
Answers = Mapping[tuple[str, str], str]


def folder(output: Path, code: str) -> Path:
    return output / R7.name / PLAN.round[code].folder


def frozen(output: Path, code: str) -> Record:
    """What the forms of a round were issued with."""
    return from_csv((folder(output, code) / "1_配布" / "前の回答.csv").read_bytes())


def forms(output: Path, code: str) -> dict[str, Layout]:
    made = layouts(PLAN, R7, code, frozen(output, code))
    return {one.identity.respondent: one for one in made}


def build(output: Path, code: str, *more: str) -> Any:
    return kakunin(output, "build", "--year", "R7", "--round", code, *more)


def hand_in(output: Path, code: str, answers: Mapping[str, Answers]) -> None:
    """Fill the forms as issued, by respondent, and return them."""
    for respondent, one in forms(output, code).items():
        (path,) = (folder(output, code) / "1_配布").glob(f"【{one.respondent}】*.xlsx")
        typed = {("*", "filler"): "記入 者", ("*", "approved"): "確認済"}
        data = fill_form(path.read_bytes(), one, {**typed, **answers.get(respondent, {})})
        back = folder(output, code) / "2_回収" / f"{respondent}.xlsx"
        back.parent.mkdir(parents=True, exist_ok=True)
        back.write_bytes(data)


def merge(output: Path, code: str) -> dict[str, Any]:
    result = kakunin(output, "merge", "--year", "R7", "--round", code, "--json")
    told: dict[str, Any] = json.loads(result.output)
    return {**told, "終了": result.exit_code}


def rows(output: Path, code: str) -> list[dict[str, str]]:
    path = folder(output, code) / "4_取りまとめ" / "回答一覧.csv"
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def judged(output: Path) -> dict[tuple[str, str], str]:
    """推進会議 rates every initiative B, and says something about two."""
    (one,) = forms(output, "naibu").values()
    answers = {(row.id, "internal"): "B おおむね計画どおり" for row in one.rows if row.open}
    answers |= {(row.id, "review"): "否 見直しは不要" for row in one.rows if row.open}
    answers["3-4-1", "review"] = "要 見直しが必要"
    answers["3-4-1", "opinion"] = "警察との連携を具体的に。"
    answers["3-3-2", "opinion"] = "夜間学級をもっと知らせてほしい。"
    return answers


SAID = {
    ("全体", "judgement"): "おおむね妥当",
    **{(str(goal), "judgement"): "妥当" for goal in range(1, 6)},
    ("2", "opinion"): "広報の回数を増やしてほしい。",
    ("意見1", "about"): "5-3-1",
    ("意見1", "opinion"): "住まいの相談先を分かりやすく。",
    ("意見2", "opinion"): "計画全体が読みやすくなった。",
}


def collected(output: Path) -> None:
    """Every department's results returned and merged."""
    for one in ASKED:
        returned(output, f"{one.identity.respondent}.xlsx", filled(one.respondent))
    assert kakunin(output, "merge", "--year", "R7").exit_code == 0


def judged_by_office(output: Path) -> None:
    """The council's judgement built and returned, but not merged."""
    assert build(output, "naibu").exit_code == 0
    hand_in(output, "naibu", {"suishin-kaigi": judged(output)})


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year played to its last round."""
    output = tmp_path_factory.mktemp("年度")
    played(output)
    return output


def played(output: Path) -> None:
    """Every round merged but the one that answers opinions, whose forms are built."""
    collected(output)
    judged_by_office(output)
    assert merge(output, "naibu")["終了"] == 0
    assert build(output, "iinkai").exit_code == 0
    quiet = {at: text for at, text in SAID.items() if at[1] == "judgement"}
    hand_in(output, "iinkai", {"shamei-iinkai": SAID, "fukushi-iinkai": quiet})
    assert merge(output, "iinkai")["終了"] == 0
    assert build(output, "taio").exit_code == 0


def replies(output: Path) -> dict[str, Answers]:
    """What the departments answer to every opinion."""
    return {
        respondent: {
            (row.id, key): text
            for row in one.rows
            for key, text in (("handling", "対応する"), ("answer", "秋までに行います。"))
        }
        for respondent, one in forms(output, "taio").items()
    }


def replied(output: Path) -> None:
    """A year in which departments have answered what councils said."""
    played(output)
    hand_in(output, "taio", replies(output))
    assert merge(output, "taio")["終了"] == 0


def test_a_later_round_waits_for_the_earlier_one(tmp_path: Path) -> None:
    returned(tmp_path, "指導室.xlsx", filled())
    kakunin(tmp_path, "merge", "--year", "R7")
    refused = build(tmp_path, "naibu")
    assert refused.exit_code == 3
    assert "・実績照会：福祉政策課（未提出）" in refused.output
    assert not folder(tmp_path, "naibu").exists()
    allowed = build(tmp_path, "naibu", "--allow-missing")
    assert allowed.exit_code == 0, allowed.output


def test_the_council_sees_what_the_departments_answered(year: Path) -> None:
    (one,) = forms(year, "naibu").values()
    row = one.row["3-4-1"]
    assert row.texts["before:jisseki:rating"].shown == "A 目標どおり実施"
    both = one.row["4-2-2"].texts["before:jisseki:rating"].shown.splitlines()
    assert [line.partition("：")[0] for line in both] == ["福祉政策", "まちづくり"]
    assert not one.row["5-3-1"].open  # both of its lines repeat 4-2-2
    assert len([each for each in one.rows if each.open]) == 31


def test_the_committees_see_both_and_judge_by_goal(year: Path) -> None:
    one = forms(year, "iinkai")["fukushi-iinkai"]
    asked = {row.id: [c.key for c in one.questions(row)] for row in one.rows}
    assert asked["全体"] == asked["1"] == ["judgement", "opinion"]
    assert asked["1-1-1"] == ["opinion"]
    assert asked["意見20"] == ["about", "opinion"]
    assert one.row["3-4-1"].texts["before:naibu:opinion"].shown == "警察との連携を具体的に。"
    assert one.row["3"].texts["before:naibu:internal"].shown == "B おおむね計画どおり：8"
    assert [row.id for row, _ in one.required_cells] == ["全体", "1", "2", "3", "4", "5"]


def test_every_opinion_asks_each_department_it_concerns(year: Path) -> None:
    asked = {
        (one.respondent, row.texts["opinion:about"].shown.split("　")[0]): row
        for one in forms(year, "taio").values()
        for row in one.rows
    }
    assert asked.keys() == {
        ("指導室", "3-4-1"),
        ("福祉政策課", "3-3-2"),  # of a 再掲: asked at its origin, 3-3-1
        ("学校教育課", "3-3-2"),
        ("福祉政策課", "2"),
        ("福祉政策課", "5-3-1"),  # both lines repeat 4-2-2's
        ("まちづくり推進課", "5-3-1"),
        ("福祉政策課", "計画全体"),
    }
    row = asked["まちづくり推進課", "5-3-1"]
    assert row.texts["opinion:whose"].shown == "“社会を明るくする運動”狛江市推進委員会"
    assert row.texts["opinion:text"].shown == "住まいの相談先を分かりやすく。"


def test_an_opinion_without_an_answer_is_named_until_it_has_one(year: Path) -> None:
    answers = replies(year)
    late = answers["shido"]
    hand_in(year, "taio", {**answers, "shido": {}})
    told = merge(year, "taio")
    assert told["終了"] == 1
    empty = [each["place"]["item"] for each in told["確認事項"] if each["code"] == "F01"]
    assert empty == ["対応区分", "市の考え方・対応"]
    hand_in(year, "taio", {**answers, "shido": late})
    assert merge(year, "taio")["終了"] == 0
    assert {row["回答元"] for row in rows(year, "taio")} == {
        one.respondent for one in forms(year, "taio").values()
    }
    built = build(year, "saishu")
    assert built.exit_code == 0, built.output
    one = forms(year, "saishu")["shido"]
    assert one.row["3-4-1"].texts["before:jisseki:result"].shown.startswith("【見本】生活指導")
    assert one.row["3-4-1"].texts["before:naibu:internal"].shown == "B おおむね計画どおり"
    assert [column.key for column in one.questions(one.row["3-4-1"])] == ["correction"]
    assert one.form_column["confirmed"].required


def test_what_the_council_said_is_merged_like_any_answer(year: Path) -> None:
    said = {(row["行ID"], row["項目キー"]): row for row in rows(year, "naibu")}
    assert said["3-4-1", "review"]["理解した値"] == "要"
    assert said["3-4-1", "opinion"]["値"] == "警察との連携を具体的に。"
    both = [
        row
        for row in rows(year, "iinkai")
        if (row["行ID"], row["項目キー"]) == ("全体", "judgement")
    ]
    assert len(both) == 2
    assert {row["状態"] for row in both} == {"反映"}


def test_forms_are_merged_with_what_they_were_issued_with(year: Path) -> None:
    """A later change of the first round does not make the council's form look tampered with."""
    told = merge(year, "naibu")
    before = frozen(year, "naibu")
    assert told["修正提案"] == []
    assert any(answer.round == "jisseki" for answer in before.answers)


def test_every_form_passes_the_validator(year: Path, ooxml_validator: OoxmlValidator) -> None:
    paths = [
        path
        for code in ("naibu", "iinkai", "taio")
        for path in (folder(year, code) / "1_配布").glob("*.xlsx")
    ]
    assert len(paths) == 7
    assert own_faults(*paths) == []
    assert [str(error) for error in ooxml_validator.errors(*paths)] == []


def test_a_councils_form_filled_in_libreoffice_comes_back_whole(
    year: Path, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    one = forms(year, "iinkai")["shamei-iinkai"]
    (path,) = (folder(year, "iinkai") / "1_配布").glob(f"【{one.respondent}】*.xlsx")
    data = path.read_bytes()
    cells = {name: open_cells(table(data, name), one) for name in ("記入要領", "確認表")}
    steps, back = Instructions(path), tmp_path / "戻り.xlsx"
    typed = {**SAID, ("*", "filler"): "事務局 花子"}
    for at, text in typed.items():
        name = "記入要領" if at[0] == "*" else "確認表"
        steps.type(name, cells[name][at], text)
    libreoffice.run(steps.save_as(back))
    past = frozen(year, "iinkai")
    returned_ = read(back.read_bytes(), layouts(PLAN, R7, "iinkai", past))
    result = merge_round(PLAN, R7, "iinkai", [returned_], past=past)
    assert {(a.row, a.key): a.value for a in result.answers if a.adopted} == typed
    assert [finding.code for finding in result.findings] == []


def test_the_first_round_stands_first() -> None:
    assert JISSEKI.endswith(PLAN.main_round.folder)
    assert [each.code for each in PLAN.rounds] == ["jisseki", "naibu", "iinkai", "taio", "saishu"]
