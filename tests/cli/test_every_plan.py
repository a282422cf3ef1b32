"""The year's way holds on every plan: the shipped one, and one of another city, size and shape."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.demo.sample import Typed, fill_form, has_sample, sample_answers
from kakunin_xlsx.folders.tree import PaperFolder
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import layouts
from kakunin_xlsx.office.years import RoundAt, issued_with
from kakunin_xlsx.plan import FieldType, FiscalYear, Plan, Round, RowKind, plans_in
from kakunin_xlsx.record import FORM_ROW, Answer, from_csv
from tests.example import R7, Desk
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults

pytestmark = pytest.mark.slow

R8 = R7.next


class Played(Desk):
    """A demo's folder: R7 from its forms to its archive, R8 at least begun."""

    @property
    def masters(self) -> Path:
        (only,) = plans_in(super().masters)
        return only

    @cached_property
    def plan(self) -> Plan:
        return super().plan

    def papers(self, year: FiscalYear = R7) -> PaperFolder:
        return self.output.papers(self.plan, year)

    def run(self, *words: str, year: FiscalYear = R7) -> Result:
        where = ("--plan", str(self.masters), "--output", str(self.root / "output"))
        return CliRunner().invoke(app, [*words, "--year", str(year), *where])

    def told(self, *words: str, year: FiscalYear = R7) -> Any:
        return json.loads(self.run(*words, "--json", year=year).output)

    def rounds(self) -> list[Round]:
        """The rounds that the sample answers."""
        later = [each for each in self.plan.rounds if has_sample(self.masters, R7, each.code)]
        return [self.plan.main_round, *later]

    def layouts(self, round_: Round, year: FiscalYear = R7) -> Sequence[Layout]:
        past = issued_with(RoundAt(self.plan, year, self.output, round_))
        return layouts(self.plan, year, round_.code, past)

    def form(self, one: Layout, round_: Round, year: FiscalYear = R7) -> Path:
        (path,) = self.output.round(year, round_).issued.glob(f"【{one.respondent}】*.xlsx")
        return path

    def hand_in(self, one: Layout, typed: Typed, name: str, year: FiscalYear = R7) -> Path:
        """One more return of the main round."""
        round_ = self.plan.main_round
        path = self.output.round(year, round_).returned / name
        path.write_bytes(fill_form(self.form(one, round_, year).read_bytes(), one, typed))
        return path

    def merged(self, round_: Round, year: FiscalYear = R7) -> list[Answer]:
        """The answers in the round's table that count."""
        data = (self.output.round(year, round_).merged / "回答一覧.csv").read_bytes()
        answers = from_csv(data).answers
        return [each for each in answers if each.adopted and each.row != FORM_ROW]


@pytest.fixture(
    params=["demo", "second_demo", "numbers_demo", "kankyo_demo", "jimu_demo", "shogai_demo"]
)
def played(request: pytest.FixtureRequest) -> Played:
    """Not to be written to."""
    return Played(request.getfixturevalue(request.param))


@pytest.fixture
def own(played: Played, tmp_path: Path) -> Played:
    """A copy to write to."""
    return Played(Path(shutil.copytree(played.root, tmp_path / "demo")))


def council_round(plan: Plan) -> Round:
    return next(each for each in plan.rounds_in_order if not each.of_departments)


def answering_round(plan: Plan) -> Round:
    return next(each for each in plan.rounds if each.answers_opinions)


def test_every_department_that_has_a_line_gets_its_form(played: Played) -> None:
    for year in (R7, R8):
        now, round_ = played.plan.at(year), played.plan.main_round
        with_lines = {now.department[action.department].name for action in now.actions}
        forms = played.output.round(year, round_).issued.glob("【*.xlsx")
        assert {path.name.partition("】")[0][1:] for path in forms} == with_lines
        for one in played.layouts(round_, year):
            own_lines = [
                id_
                for a in now.actions
                if a.department == one.identity.respondent
                for id_ in (a.id, *(each.id for each in now.indicators_of(a.id)))
            ]
            assert [row.id for row in one.rows if not row.shared] == own_lines


def test_what_was_typed_is_what_was_merged(played: Played) -> None:
    for round_ in played.rounds():
        typed = {
            (one.respondent, *at): text
            for one in played.layouts(round_)
            for at, text in sample_answers(played.masters, one).items()
            if at[0] != FORM_ROW
        }
        merged = {(a.respondent_name, a.row, a.key): a.value for a in played.merged(round_)}
        assert merged == typed  # none where all said that nothing is to be changed
        assert all(sample_answers(played.masters, one) for one in played.layouts(round_))


def test_a_council_sees_what_every_department_answered(played: Played) -> None:
    round_ = council_round(played.plan)
    (shown, *_) = round_.shown
    said = {a.row: a.understood for a in played.merged(played.plan.main_round) if a.key == shown[1]}
    seen = 0
    for one in played.layouts(round_):
        for row in one.rows:
            for action in concerned(played.plan.at(R7), row.kind, row.id):
                assert said[action] in row.whole(f"before:{shown[0]}:{shown[1]}")
                seen += 1
    assert seen >= len(said)


def concerned(plan: Plan, kind: RowKind, id_: str) -> Iterator[str]:
    """Actions that a council's row is about; 再掲 counts at its origin."""
    for action in plan.actions:
        initiative = plan.initiative[action.initiative]
        if id_ == (initiative.goal if kind is RowKind.GOAL else initiative.no):
            yield action.repeats or action.id


def test_every_opinion_is_answered_by_each_department_it_concerns(played: Played) -> None:
    plan, round_ = played.plan.at(R7), answering_round(played.plan)
    asked: dict[str, set[str]] = {}
    for one in played.layouts(round_):
        for row in one.rows:
            asked.setdefault(row.whole("opinion:text"), set()).add(one.identity.respondent)
    opinions = [
        answer
        for code, key in round_.shown
        for answer in played.merged(plan.round[code])
        if answer.key == key
    ]
    assert {answer.value for answer in opinions} == asked.keys()
    for answer in opinions:
        kind = RowKind.GOAL if answer.row in plan.goal else RowKind.INITIATIVE
        if lines := [*concerned(plan, kind, answer.row)]:
            assert asked[answer.value] == {plan.action[id_].department for id_ in lines}
    answered = {(a.respondent, a.row) for a in played.merged(round_)}
    assert len(answered) == sum(map(len, asked.values()))


def test_next_years_form_shows_what_was_answered(played: Played) -> None:
    main = played.plan.main_round
    said = {(a.row, a.key): a.value for a in played.merged(main)}
    keys = [
        (code, key)
        for code, key in main.shown_last
        if code == main.code and field_type(played.plan, main, key) is FieldType.TEXT
    ]
    seen = 0
    for one in played.layouts(main, R8):
        for row in one.rows:
            for code, key in keys:
                if row.open and (row.id, key) in said:
                    assert row.whole(f"last:{code}:{key}") == said[row.id, key]
                    seen += 1
    assert seen > len(one.rows)


def field_type(plan: Plan, round_: Round, key: str) -> FieldType:
    return next(f.type for f in plan.fields if (f.round, f.key) == (round_.code, key))


def test_every_answer_stands_in_the_years_data(played: Played) -> None:
    path = played.papers().report_data()
    sheet = openpyxl.load_workbook(path)["回答"]
    shown = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    for round_ in played.rounds():
        assert {a.value for a in played.merged(round_) if not a.understood} <= shown


def test_the_year_is_told_as_done(played: Played) -> None:
    assert played.told("status")["段階"] == f"{played.plan.table_name}を作成済み"


def test_every_form_is_sound(played: Played, ooxml_validator: OoxmlValidator) -> None:
    forms = [p for r in played.rounds() for p in played.output.round(R7, r).issued.glob("【*.xlsx")]
    assert own_faults(*forms) == []
    some = sorted(forms)[:: max(1, len(forms) // 8)]  # the other validator takes a second for each
    assert [str(error) for error in ooxml_validator.errors(*some)] == []


def first_answers(own: Played, year: FiscalYear = R7) -> tuple[Layout, Typed]:
    """The second department's form and sample: its return is the one that was first handed in."""
    one = own.layouts(own.plan.main_round, year)[1]
    return one, sample_answers(own.masters, one)


def asked(one: Layout, kind: FieldType) -> tuple[str, str]:
    """A required cell of this type."""
    return next((row.id, c.key) for row, c in one.required_cells if c.type is kind)


def test_two_returns_that_differ_wait_for_a_decision(own: Played) -> None:
    one, typed = first_answers(own)
    at = asked(one, FieldType.CHOICE)
    other = next(c.label for c in one.column[at[1]].choices if c.label != typed[at])
    path = own.hand_in(one, {**typed, at: other}, "二つめ.xlsx")
    assert own.run("merge").exit_code == 1
    assert len(own.told("merge")["回答の相違"]) == 1
    chosen = own.run("merge", "--prefer", str(path))
    assert chosen.exit_code == 0, chosen.output
    now = {(a.row, a.key): a for a in own.merged(own.plan.main_round)}
    assert (now[at].value, now[at].reason) == (other, "決定")


def test_what_changes_after_the_meeting_is_told_once(own: Played) -> None:
    one, typed = first_answers(own)
    at = next(
        (row.id, c.key)
        for row in one.rows
        for c in one.questions(row)
        if c.type is FieldType.TEXT and (row.id, c.key) in typed
    )
    assert own.run("merge").exit_code == 0  # the shipped demo has revised its masters since
    assert own.told("report", "--issue")["edition"] == 1
    again: Mapping[tuple[str, str], str] = {
        **typed,
        at: "改めた文です。",
        (FORM_ROW, "submission"): "差替え",
        (FORM_ROW, "turn"): "2",
    }
    own.hand_in(one, again, "差替え.xlsx")
    assert own.run("merge").exit_code == 0
    (change, *_) = changes = own.told("report")["changes"]
    assert (change["before"], change["after"]) == (typed[at], "改めた文です。")
    assert change["row"].split("　")[0] == one.row[at[0]].initiative
    same = (change["row"], change["item"])
    assert len([each for each in changes if (each["row"], each["item"]) == same]) == 1


def test_a_text_copied_from_last_year_is_told(own: Played) -> None:
    main = own.plan.main_round
    one = own.layouts(main, R8)[-1]
    code, key = next(
        at
        for at in main.shown_last
        if at[0] == main.code and field_type(own.plan, main, at[1]) is FieldType.TEXT
    )
    row = next(row for row in one.rows if row.open and row.whole(f"last:{code}:{key}"))
    typed = {
        **sample_answers(own.masters, one),
        (row.id, key): row.whole(f"last:{code}:{key}"),
        (FORM_ROW, "submission"): "差替え",
        (FORM_ROW, "turn"): "2",
    }
    own.hand_in(one, typed, "写した回答.xlsx", R8)
    found = own.told("merge", year=R8)["確認事項"]
    copied = {(f["place"]["row"], f["place"]["item"]) for f in found if f["code"] == "I07"}
    assert (row.id, one.column[key].heading) in copied


def test_the_archives_are_sound_and_can_be_made_again(played: Played) -> None:
    output = played.root / "output"
    result = CliRunner().invoke(app, ["verify", "--replay", "--output", str(output)])
    assert result.exit_code == 0, result.output
    years = [year.name for year in played.plan.years if played.papers(year).path.is_dir()]
    zips = sorted(path.stem for path in (output / "保存").glob("*.zip"))
    assert zips == years
    assert R7.name in zips


def restored(played: Played, place: Path, year: FiscalYear) -> Played:
    """One archived year laid out alone."""
    output = ["--output", str(played.root / "output")]
    done = CliRunner().invoke(app, ["archive", "--restore", str(year), str(place), *output])
    assert done.exit_code == 0, done.output
    return Played(place)


def test_a_restored_year_gives_the_same_answers(played: Played, tmp_path: Path) -> None:
    for year in (each for each in played.plan.years if each <= R7):
        alone = restored(played, tmp_path / year.name, year)
        tables = {
            path: path.read_bytes()
            for path in alone.root.rglob("回答一覧.csv")
            if "4_取りまとめ" in path.parts
        }
        assert len(tables) == len(played.rounds())
        for round_ in played.rounds():
            merged = alone.run("merge", "--round", round_.code, year=year)
            assert merged.exit_code == 0, merged.output
        assert {path: path.read_bytes() for path in tables} == tables


def test_every_command_works_on_a_restored_year(played: Played, tmp_path: Path) -> None:
    """Alone it has no other year; what its papers showed of an earlier one is kept beside them."""
    alone = restored(played, tmp_path / "復元", R7)
    book = alone.papers().report()
    before = book.read_bytes()
    for command in (["status"], ["build"], ["check"], ["merge"], ["report", "--text"], ["archive"]):
        done = alone.run(*command)
        assert done.exit_code == 0, done.output
    assert book.read_bytes() == before
    assert {form["結果"] for form in alone.told("build")} == {"変更なし"}
