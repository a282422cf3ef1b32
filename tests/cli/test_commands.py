"""The commands as people call them: words, exit codes, files; never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.cli.japanese import width
from kakunin_xlsx.cli.merge import render
from kakunin_xlsx.demo.sample import fill_form, sample_answers
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.office.merge import collect_returns
from kakunin_xlsx.office.status import NextSteps
from kakunin_xlsx.office.years import RoundAt
from kakunin_xlsx.plan import load_plan
from pictures.pages import commands
from tests.example import MASTERS, R7, SECOND, layouts, shipped

JISSEKI = "令和7年度/1_実績照会"


def kakunin(output: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--plan", str(MASTERS), "--output", str(output)])


def returned(output: Path, name: str, data: bytes) -> Path:
    path = output / JISSEKI / "2_回収" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def filled(output: Path, changes: dict[tuple[str, str], str] | None = None, at: int = 4) -> bytes:
    """The form of one department as built, filled with the sample and `changes`."""
    one = layouts()[at]
    form = output / JISSEKI / "1_配布" / f"【{one.respondent}】取組状況確認表_令和7年度実績.xlsx"
    typed = {**sample_answers(MASTERS, one), **(changes or {})}
    return fill_form(form.read_bytes(), one, typed)


@dataclass(frozen=True)
class Desk:
    """A plan, and the folder where its R7 goes on; returns are the sample's."""

    masters: Path
    output: Path

    @cached_property
    def asked(self) -> tuple[Layout, ...]:
        return layouts(load_plan(self.masters))

    @property
    def last(self) -> str:
        """The name of the department that is asked last."""
        return self.asked[-1].respondent

    @property
    def round(self) -> Path:
        return self.output / "令和7年度" / load_plan(self.masters).main_round.folder

    def run(self, *words: str) -> Result:
        where = ("--plan", str(self.masters), "--output", str(self.output))
        return CliRunner().invoke(app, [*words, "--year", "R7", *where])

    def filled(self, at: int = -1) -> bytes:
        one = self.asked[at]
        (form,) = (self.round / "1_配布").glob(f"【{one.respondent}】*.xlsx")
        return fill_form(form.read_bytes(), one, sample_answers(self.masters, one))

    def returned(self, name: str, data: bytes) -> Path:
        path = self.round / "2_回収" / name
        path.write_bytes(data)
        return path


@pytest.fixture(params=[MASTERS, SECOND], ids=["shipped", "second"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """Nothing issued yet."""
    return Desk(request.param, tmp_path)


@pytest.fixture
def issued(desk: Desk) -> Desk:
    """Every form of the first round issued."""
    assert desk.run("build").exit_code == 0
    return desk


@pytest.fixture
def built(tmp_path: Path) -> Path:
    assert kakunin(tmp_path, "build", "--year", "R7").exit_code == 0
    return tmp_path


def test_masters_check_counts_and_proves() -> None:
    result = CliRunner().invoke(app, ["masters", "check", "--plan", str(MASTERS), "--json"])
    told = json.loads(result.output)
    assert result.exit_code == 0
    assert list(told["件数"].values()) == [5, 16, 33, 38, 4, 5]
    assert told["状態"] == {"補正": 24, "推定": 55, "原本未照合": 57}
    assert "両方向とも一致" in told["照合"]


def test_build_makes_a_form_for_every_department_and_keeps_older_ones(issued: Desk) -> None:
    folder = issued.round / "1_配布"
    assert len(list(folder.glob("*.xlsx"))) == len(issued.asked)
    again = json.loads(issued.run("build", "--json").output)
    assert {form["結果"] for form in again} == {"変更なし"}
    form = next(folder.glob(f"*{issued.last}*"))
    form.write_bytes(b"older")
    assert issued.run("build", "--only", issued.last).exit_code == 0
    assert next((folder / "旧版").iterdir()).read_bytes() == b"older"


@pytest.mark.parametrize("year", ["R7", "令和7年度", "2025"])
def test_a_year_is_said_as_people_say_it(tmp_path: Path, year: str) -> None:
    made = kakunin(tmp_path, "build", "--year", year, "--only", "指導室")
    assert made.exit_code == 0, made.output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["build", "--year", "R9"], 2, "令和6年度から令和8年度まで"),
        (["merge", "--year", "R9"], 2, "令和6年度から令和8年度まで"),
        (["build", "--year", "ことし"], 2, "年度「ことし」を読み取れません"),
        (["build", "--year", "R7", "--only", "財政課"], 2, "次から選んでください：福祉政策課"),
        (["build", "--year", "R7", "--round", "nai"], 2, "照会「nai」はこの計画にありません"),
        (["build", "--year", "R7", "--round", "naibu"], 3, "--allow-missing"),
        (["merge", "--year", "R7", "nowhere.xlsx"], 2, "nowhere.xlsx が見つかりません"),
        (["report", "--year", "R7"], 3, "kakunin merge"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    result = kakunin(tmp_path, *words)
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert "Traceback" not in result.output


def test_merging_an_empty_folder_says_what_to_do(issued: Desk) -> None:
    result = issued.run("merge")
    assert result.exit_code == 1
    assert "2_回収 に、ファイルがありません" in result.output
    assert f"未回収：{issued.asked[0].respondent}" in result.output


def test_merging_only_foreign_files_names_each(issued: Desk) -> None:
    issued.returned("通知.docx", b"PK\x03\x04 not really")
    issued.returned("memo.txt", "メモ".encode())
    result = issued.run("merge")
    assert result.exit_code == 1
    assert "様式のファイルがありません" in result.output
    assert "memo.txt" in result.output


def test_a_year_runs_clean_and_the_report_follows(issued: Desk) -> None:
    for at in range(len(issued.asked)):
        issued.returned(f"{at}.xlsx", issued.filled(at))
    merged = issued.run("merge")
    assert merged.exit_code == 0, merged.output
    report = issued.run("report")
    assert report.exit_code == 0, report.output
    plan = load_plan(issued.masters)
    papers = OutputFolder(issued.output).papers(plan, R7)
    assert papers.report().is_file()
    status = json.loads(issued.run("status", "--json").output)
    assert status["段階"] == f"{plan.table_name}を作成済み"


def test_status_tells_the_next_step_all_along(desk: Desk) -> None:
    def step() -> str:
        return str(json.loads(desk.run("status", "--json").output)["次の操作"])

    assert "kakunin build" in step()
    desk.run("build")
    assert "各課に配り" in step()
    desk.returned("最後の課.xlsx", desk.filled())
    assert step().startswith("取りまとめます")
    desk.run("merge")
    assert "kakunin check --year R7 --annotate" in step()
    desk.returned("もう一つ.xlsx", desk.filled(-2))
    assert step().startswith("取りまとめます")


def test_status_merge_and_check_propose_the_same(desk: Desk) -> None:
    def last(*words: str) -> str:
        lines = desk.run(*words).output.splitlines()
        return next(line for line in reversed(lines) if line.startswith("次の操作："))

    desk.run("build")
    desk.returned("最後の課.xlsx", desk.filled())
    places = f"--plan {desk.masters} --output {desk.output}"  # as this command was told
    words = f"kakunin merge --year R7 {places}（操作の一覧の8番）"
    assert last("status") == f"次の操作：取りまとめます：{words}"
    merged = last("merge")
    assert merged == last("status")
    assert last("check", "--annotate") == last("status")


def test_two_different_answers_wait_for_a_decision(built: Path) -> None:
    returned(built, "一人目.xlsx", filled(built))
    other = returned(built, "二人目.xlsx", filled(built, {("3-4-1", "rating"): "C"}))
    first = kakunin(built, "merge", "--year", "R7")
    assert (first.exit_code, "回答の相違" in first.output) == (1, True)
    assert "回答が、提出されたファイルの間で異なります" in first.output
    assert kakunin(built, "merge", "--year", "R7", "--prefer", "三人目.xlsx").exit_code == 2
    chosen = kakunin(built, "merge", "--year", "R7", "--prefer", other.name, "--json")
    assert json.loads(chosen.output)["回答の相違"] == []
    table = (built / JISSEKI / "4_取りまとめ/回答一覧.csv").read_text(encoding="utf-8-sig")
    rows = [
        line.split(",") for line in table.splitlines() if ",3-4-1," in line and ",rating," in line
    ]
    assert sorted((row[9], row[11], row[12]) for row in rows) == [
        ("A 目標どおり実施", "反映なし", "相違"),
        ("C", "反映", "決定"),
    ]


def test_a_trial_run_writes_nothing(issued: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("mail") / "届いた.xlsx"
    elsewhere.write_bytes(issued.filled())
    before = sorted(path for path in issued.output.rglob("*"))
    result = issued.run("merge", "--dry-run", str(elsewhere))
    assert "何も書き込んでいません" in result.output
    assert "届いたファイル 1" in result.output
    assert sorted(path for path in issued.output.rglob("*")) == before
    issued.run("merge", str(elsewhere))
    assert (issued.round / "2_回収/届いた.xlsx").read_bytes() == elsewhere.read_bytes()


def test_an_edited_or_stale_merge_is_refused_with_a_way_out(issued: Desk) -> None:
    issued.returned("最後の課.xlsx", issued.filled())
    issued.run("merge")
    table = issued.round / "4_取りまとめ/回答一覧.csv"
    data = table.read_bytes()
    table.write_bytes(data.replace("【見本】".encode(), b""))
    result = issued.run("report")
    assert (result.exit_code, "書き換えられています" in result.output) == (3, True)
    table.write_bytes(data)
    assert issued.run("report").exit_code == 0
    issued.returned("後から.xlsx", issued.filled(-2))
    assert "届いています" in issued.run("report").output


def test_returned_files_are_never_touched(issued: Desk) -> None:
    path = issued.returned("最後の課.xlsx", issued.filled())
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    issued.run("merge")
    issued.run("report")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("全角　空白", "全角　空白"),
        ("行\n替え", "行\n替え"),
        ("\x1b[31m赤", "□[31m赤"),
        ("\u202e逆", "□逆"),
    ],
)
def test_a_terminal_never_obeys_what_a_file_holds(text: str, shown: str) -> None:
    from kakunin_xlsx.cli.streams import plain

    assert plain(text) == shown


def test_an_output_folder_of_another_plan_is_refused(built: Path) -> None:
    words = ["build", "--year", "R7", "--plan", str(SECOND)]
    result = CliRunner().invoke(app, [*words, "--output", str(built)])
    assert (result.exit_code, "の出力先です" in result.output) == (3, True)


def test_the_demo_never_clears_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "大事.txt").write_text("x", encoding="utf-8")
    result = CliRunner().invoke(app, ["demo", str(tmp_path)])
    assert (result.exit_code, "空ではありません" in result.output) == (3, True)


def test_broken_masters_are_named_by_file_line_and_column(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "plan"
    shutil.copytree(MASTERS, folder)
    text = (folder / "actions.csv").read_text(encoding="utf-8-sig")
    broken = text.replace("1-1-1,1-1-1,fukushi-seisaku", "1-1-1,1-1-1,zaisei", 1)
    (folder / "actions.csv").write_text(broken, encoding="utf-8-sig")
    result = CliRunner().invoke(app, ["masters", "check", "--plan", str(folder)])
    assert result.exit_code == 3
    assert "actions.csv 2行目「部署」" in result.output


def test_a_plan_that_never_asks_for_results_is_named(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "plan"
    shutil.copytree(MASTERS, folder)
    text = (folder / "rounds.csv").read_text(encoding="utf-8-sig")
    (folder / "rounds.csv").write_text(text.replace(",取組,", ",計画,"), encoding="utf-8-sig")
    result = CliRunner().invoke(app, ["build", "--year", "R7", "--plan", str(folder)])
    assert result.exit_code == 3
    assert "取組ごとに実績を聞く照会がありません" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["build"], "「--year R7」を指定してください。"),
        (
            ["build", "--yaer", "R7"],
            "「--yaer」という指定はありません。もしかして：--year。",
        ),
        (["bild"], "「bild」というコマンドはありません。もしかして：build。"),
        (["ｂｕｉｌｄｓ"], "もしかして：build。"),
        (["さくせい"], "次から選んでください：init、masters、build、"),
        (["masters", "chek"], "もしかして：check。使い方は kakunin masters --help"),
        (["masters"], "使い方：kakunin masters"),
        (["report", "--year", "R7", "--for", "公評"], "もしかして：公表。"),
        (["build", "--year", "T7"], "もしかして：R7。"),
        (["build", "--year", "H7"], "令和6年度から令和8年度までを指定してください。"),
        (["build", "--year", "R7", "--round", "jiseki"], "もしかして：jisseki。"),
        (["build", "--year", "R7", "--round", "内部評定"], "もしかして：内部評価。"),
        (["build", "--year", "R7", "--only", "指導課"], "もしかして：指導室。"),
        (["build", "--year"], "「--year」の後に値を書いてください。"),
    ],
)
def test_misspelt_command_lines_are_answered_in_japanese(words: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kakunin_xlsx", *words], capture_output=True, text=True, check=False
    )
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_bare_kakunin_shows_the_state_and_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0, result.output
    assert "配布前" in result.output
    assert "次の操作：各課に配る様式を作ります：kakunin build --year R7" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_help_page_is_japanese_and_fits_a_terminal(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    page = CliRunner().invoke(app, [*name.split(), "--help"], prog_name="kakunin").output
    assert page.startswith(f"使い方：kakunin {name}".rstrip())
    assert "指定：\n" in page
    assert "この使い方を表示します。" in page
    for english in (
        "Usage",
        "Options",
        "Commands",
        "Show this",
        "OPTIONS",
        "ARGS",
        "default",
        "required",
    ):
        assert english not in page
    below = page.split("\n\n", 1)[1].splitlines()  # the first line names the arguments
    assert [line for line in below if width(line) > 80] == []
    assert [line for line in below if line.strip()[:1] in tuple("、。）」")] == []


def test_help_lists_the_commands_in_the_order_of_the_year() -> None:
    page = CliRunner().invoke(app, ["--help"]).output
    names = [line.split()[0] for line in page.split("コマンド（使う順）：\n")[1].splitlines()]
    year = [
        "masters",
        "build",
        "letters",
        "status",
        "check",
        "merge",
        "report",
        "archive",
        "verify",
    ]
    assert [name for name in names if name in year] == year


def test_help_is_light() -> None:
    code = (
        "import sys; from kakunin_xlsx.cli.app import app; "
        "app(['--help'], standalone_mode=False); "
        "heavy = {'pandas', 'openpyxl', 'xlsxwriter', 'rich', 'kakunin_xlsx.plan'} & set(sys.modules); "
        "sys.exit(bool(heavy))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_what_writes_forms_loads_nothing_that_reads_them(tmp_path: Path) -> None:
    words = ["build", "--year", "R7", "--only", "指導室", "--output", str(tmp_path)]
    code = (
        "import sys; from kakunin_xlsx.cli.app import app; "
        f"app.main({words!r}, standalone_mode=False); "
        "loaded = [name for name in sys.modules if name.startswith('kakunin_xlsx.checks')]; "
        "sys.exit(' '.join(loaded) + ' kakunin_xlsx.returns.opening' * "
        "('kakunin_xlsx.returns.opening' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert done.stderr.decode().strip() == ""


def test_of_many_departments_those_with_something_to_do_are_shown(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    returned(built, "指導室.xlsx", filled(built))
    plan = shipped()
    at = RoundAt(plan, R7, OutputFolder(built), plan.main_round)
    collected = collect_returns(at, MASTERS)
    render(collected, NextSteps("--year R7"), most=4)
    told = capsys.readouterr().out
    shown = told[told.index("回答元") : told.index("ほか1件は、回収状況.csv")]
    assert "福祉政策課" in shown
    assert "指導室" not in shown  # it has handed in
