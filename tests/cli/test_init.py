"""`kakunin init`: a 台帳.xlsx to fill, and the new plan from it, whose forms are real."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.cli.app import run as app_run
from kakunin_xlsx.letters import default_templates
from kakunin_xlsx.plan import Plan, check_masters, load_masters, load_plan
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.new_plan import TEMPLATE
from kakunin_xlsx.plan.rounds import Required
from tests.example import SECOND
from tests.tools.libreoffice import LibreOffice
from tests.tools.ooxml import OoxmlValidator
from tests.tools.ooxml_own import own_faults

NEEDED = {
    "--title": "架空市第1次緑の計画",
    "--city": "架空市",
    "--office": "環境課",
    "--from-year": "R7",
    "--to-year": "令和9年度",
    "--department": "環境課",
}


def init(folder: Path, *more: str, book: Path | None = None, **changes: str) -> Result:
    """A 台帳.xlsx beside `folder`. `--from-year` is changed by from_year=…; '' leaves it out."""
    said = {**NEEDED, **{f"--{key.replace('_', '-')}": text for key, text in changes.items()}}
    words = [word for option, text in said.items() if text for word in (option, text)]
    book = book or folder.with_name(f"台帳_{folder.name}.xlsx")
    book.parent.mkdir(parents=True, exist_ok=True)
    return CliRunner().invoke(app, ["init", str(folder), str(book), *words, *more])


def begun(folder: Path, *more: str, **changes: str) -> Result:
    """The plan that the 台帳.xlsx makes as it was handed out."""
    result = init(folder, *more, book=None, **changes)
    assert result.exit_code == 0, result.output
    book = folder.with_name(f"台帳_{folder.name}.xlsx")
    return CliRunner().invoke(app, ["init", str(folder), "--from", str(book)])


def made(folder: Path, *more: str, **changes: str) -> Plan:
    result = begun(folder, *more, **changes)
    assert result.exit_code == 0, result.output
    return load_plan(folder)


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.output


def test_a_new_plan_checks_and_builds_a_form_for_every_department(tmp_path: Path) -> None:
    folder = tmp_path / "masters" / "緑の計画"
    plan = made(folder, "--department", "公園課", "--department", "学校課")
    assert (plan.id, plan.title, plan.city, plan.office) == (
        "緑の計画",
        "架空市第1次緑の計画",
        "架空市",
        "環境課",
    )
    assert [year.code for year in plan.years] == ["R7", "R8", "R9"]
    assert [row.name for row in plan.departments] == ["環境課", "公園課", "学校課"]
    assert check_masters(load_masters(folder)) == ()
    run("masters", "check", "--plan", str(folder))
    built = run(
        "build", "--year", "R7", "--plan", str(folder), "--output", str(tmp_path / "output")
    )
    for name in ("環境課", "公園課", "学校課"):
        assert f"【{name}】取組状況確認表_令和7年度実績.xlsx" in built


def test_every_table_is_there_with_its_heading_and_bom(tmp_path: Path) -> None:
    made(tmp_path / "plan")
    for table in TABLES:
        data = (tmp_path / "plan" / table.file).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        assert next(rows) == list(table.headers)
    names = {path.name for path in (tmp_path / "plan").iterdir()}
    assert names == {"plan.toml", "letters", *(table.file for table in TABLES)}
    assert {path.name for path in (tmp_path / "plan/letters").iterdir()} == set(default_templates())


@pytest.mark.parametrize(
    ("councils", "rounds"),
    [
        ([], ["1_実績照会", "2_最終確認"]),
        (
            ["--council", "緑の会議"],
            ["1_実績照会", "2_内部評価", "3_市の考え方・対応", "4_最終確認"],
        ),
        (
            ["--committee", "緑の委員会"],
            ["1_実績照会", "2_委員会評価", "3_市の考え方・対応", "4_最終確認"],
        ),
        (
            ["--council", "緑の会議", "--committee", "緑の委員会、市民委員会"],
            ["1_実績照会", "2_内部評価", "3_委員会評価", "4_市の考え方・対応", "5_最終確認"],
        ),
    ],
)
@pytest.mark.parametrize("levels", ["2", "3", "4"])
def test_the_rounds_are_those_of_the_councils_there_are(
    tmp_path: Path, councils: list[str], rounds: list[str], levels: str
) -> None:
    plan = made(tmp_path / "plan", *councils, levels=levels)
    assert [round_.folder for round_ in plan.rounds] == rounds
    assert bool(plan.words.measure) == (levels != "2")
    assert [len(plan.path(each.no)) for each in plan.measures] == [*range(1, int(levels) - 1)]
    assert {field.round for field in plan.fields} == {"*", *plan.round}
    assert {row.scale for row in plan.choices} == {row.scale for row in plan.fields} - {""}
    asked = [who.name for round_ in plan.rounds for who in plan.respondents_of(round_)]
    assert set(asked) == {"環境課", *(name for word in councils[1::2] for name in word.split("、"))}


def test_levels_and_help_speak_the_plans_own_words(tmp_path: Path) -> None:
    plan = made(
        tmp_path / "plan",
        *("--committee", "緑の委員会"),
        levels="２",
        goal_word="基本方針",
        initiative_word="施策の方向",
        contact="環境部環境課　内線 123",
    )
    assert (plan.words.goal, plan.words.measure, plan.words.initiative) == (
        "基本方針",
        "",
        "施策の方向",
    )
    assert plan.goals[0].name == "（例）基本方針の名称"
    helps = " ".join(field.help for field in plan.fields)
    assert "1-1（施策の方向）、1（基本方針）" in helps
    assert "$" not in helps
    assert {round_.contact for round_ in plan.rounds} == {"環境部環境課　内線 123"}


@pytest.mark.parametrize(
    ("city", "whose"), [("みどり村", "村"), ("架空県", "県"), ("北部広域組合", "市")]
)
def test_whoever_has_the_plan_answers_its_council(tmp_path: Path, city: str, whose: str) -> None:
    plan = made(tmp_path / "plan", "--council", "緑の会議", city=city)
    answer = next(field for field in plan.fields if field.key == "answer")
    assert answer.heading == plan.round["taio"].name == f"{whose}の考え方・対応"
    assert f"意見についての{whose}の考え方" in answer.help


@pytest.mark.parametrize(
    ("rating", "values", "explained"),
    [
        ("Ａ－Ｄ", ["A", "B", "C", "D", "該当なし", "対象外"], ("C", "D", "該当なし", "対象外")),
        ("◎○△×", ["◎", "○", "△", "×", "対象なし"], ("△", "×", "対象なし")),
        ("５段階", ["5", "4", "3", "2", "1", "対象なし"], ("2", "1", "対象なし")),
        ("達成・未達成", ["達成", "未達成", "対象なし"], ("未達成", "対象なし")),
    ],
)
def test_the_scale_is_one_of_a_few_that_are_ready(
    tmp_path: Path, rating: str, values: list[str], explained: tuple[str, ...]
) -> None:
    folder = tmp_path / "plan"
    plan = made(folder, rating=rating, department_word="所管課", form_title="緑の進み具合")
    assert [each.value for each in plan.scale("rating")] == values
    assert all(each.yardstick for each in plan.scale("rating"))
    fields = {field.key: field for field in plan.fields}
    assert (fields["reason"].required or Required()).values == explained
    assert fields["rating"].heading == "所管課評価"
    assert (plan.words.department, plan.form_name) == ("所管課", "緑の進み具合")
    helps = " ".join(field.help for field in plan.fields)
    assert ("該当なし" in helps, "担当課" in helps) == ("該当なし" in values, False)
    at = ("--plan", str(folder), "--output", str(tmp_path / "output"))
    assert "【環境課】緑の進み具合_令和7年度実績.xlsx" in run("build", "--year", "R7", *at)


def test_what_was_not_said_is_asked_for_in_the_book(tmp_path: Path) -> None:
    folder, book = tmp_path / "plan", tmp_path / "台帳.xlsx"
    result = CliRunner().invoke(app, ["init", str(folder), str(book), "--from-year", "R7"])
    assert result.exit_code == 0
    assert f"kakunin init {folder} --from {book}" in result.output
    assert not folder.exists()
    refused = CliRunner().invoke(app, ["init", str(folder), "--from", str(book)])
    assert refused.exit_code == 3
    for name in ("計画の名前", "市区町村の名前", "事務局の課"):
        assert f"空欄です。「{name}」を書いてください。" in refused.output
    assert not folder.exists()


def test_what_is_wrong_is_told_all_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "plan"
    wrong = init(folder, "--department", "環境課", to_year="R5", measure_word="基本目標")
    assert wrong.exit_code == 2
    for said in (
        "--to-year：初年度（令和7年度）より前です。",
        "--department：「環境課」が二度書かれています。",
        "--measure-word：「基本目標」は上の段の呼び方です。",
    ):
        assert said in wrong.output
    assert app_run(["init", str(folder), "--levels", "5"]) == 2
    said = "「--levels」に「5」は使えません。次から選んでください：2、3、4。"
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "大事.txt").write_text("x", encoding="utf-8")
    result = init(folder)
    assert (result.exit_code, "上書きはしません" in result.output) == (3, True)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["大事.txt"]
    assert init(tmp_path / "別").exit_code == 0
    again = init(tmp_path / "別")
    assert (again.exit_code, "上書きしません" in again.output) == (3, True)


def test_the_next_steps_name_the_plan_where_it_must_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "kakunin build --year R7\n" in begun(Path("masters/一")).output
    second = Path("masters/二")
    assert f"kakunin build --year R7 --plan {second}\n" in begun(second).output
    assert '--plan "my plan"\n' in begun(Path("my plan")).output
    assert load_plan(Path("my plan")).id == "my-plan"


def test_the_template_knows_no_plan() -> None:
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATE.iterdir()]
    assert len(texts) == 5
    for word in ("狛江", "再犯", "福祉", "指導室", load_plan(SECOND).city):
        assert not [text for text in texts if word in text]


def test_the_forms_of_a_new_plan_are_sound(
    tmp_path: Path, ooxml_validator: OoxmlValidator, libreoffice: LibreOffice
) -> None:
    folder, output = tmp_path / "plan", tmp_path / "output"
    made(folder, "--committee", "緑の委員会")
    for round_ in ("jisseki", "iinkai"):
        words = ("--plan", str(folder), "--output", str(output), "--allow-missing")
        run("build", "--year", "R7", "--round", round_, *words)
    forms = sorted(output.rglob("【*.xlsx"))
    assert len(forms) == 2
    assert own_faults(*forms) == []
    assert [str(error) for error in ooxml_validator.errors(*forms)] == []
    assert libreoffice.convert(forms[0], "pdf", tmp_path).read_bytes().startswith(b"%PDF")
