"""The menu behind a pseudo-terminal: from an empty folder to a finished report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kakunin_xlsx.demo.sample import fill_form, sample_answers
from tests.cli.terminal import Terminal
from tests.example import MASTERS, ROOT, layouts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

ASKING = "番号（空欄なら状況を読み直します）："
BACK = "Enterを押すと、操作の一覧に戻ります："
ROUND = "output/令和7年度/1_実績照会"


def number(screen: str, label: str) -> str:
    """The number before a line of the menu."""
    (line,) = (
        line
        for line in screen.splitlines()
        if line.lstrip(" 0123456789").strip("　").startswith(label)
    )
    return line.split("　")[0].strip()


def choose(at: Terminal, label: str, *answers: str) -> str:
    """An operation by its label, its questions answered; what it showed."""
    at.type(number(at.until(ASKING), label), *answers)
    shown = at.until(BACK)
    at.type("")
    return shown


def hand_in(folder: Path, *numbers: int) -> None:
    for at in numbers:
        one = layouts()[at]
        name = f"【{one.respondent}】取組状況確認表_令和7年度実績.xlsx"
        form = (folder / ROUND / "1_配布" / name).read_bytes()
        filled = fill_form(form, one, sample_answers(MASTERS, one))
        (folder / ROUND / "2_回収" / name).write_bytes(filled)


def leave(at: Terminal, key: str) -> None:
    """Ctrl-D or Ctrl-C where it asks what to do."""
    at.press(key)
    at.until("終わります。")
    assert at.ended() == 0


def test_from_an_empty_folder_to_a_finished_report(tmp_path: Path) -> None:
    with Terminal(tmp_path) as at:
        first = at.until(ASKING)
        assert str(tmp_path) in first
        assert "まだありません" in first
        assert "対象年度：" in first
        at.type("")  # only looks again
        shown = choose(at, "各課に配る様式を作る", "R7", "", "", "")
        assert "> kakunin build --year R7\n" in shown
        hand_in(tmp_path, 0, 1, 2, 3)
        shown = choose(at, "届いたファイルを点検し、修正依頼を作る", "R7", "1", "")
        assert "> kakunin check --annotate --year R7\n" in shown
        assert "次の操作：取りまとめます：kakunin merge --year R7" in shown  # nothing to correct
        shown = choose(at, "取りまとめる", "", "実績照会", "", "")
        assert "> kakunin merge --year R7\n" in shown
        state = at.until(ASKING)
        assert "未提出：指導室" in state
        hand_in(tmp_path, 4)
        at.type(number(state, "取りまとめる"), "", "", "", "")
        at.until(BACK)
        at.type("")
        state = at.until(ASKING)
        assert "実績照会：取りまとめ済み\n" in state
        at.type(number(state, "会議に出す資料を作る"), "", "資料 1", "", "", "", "")
        shown = at.until(BACK)
        assert '> kakunin report --year R7 --no "資料 1" --for 会議\n' in shown
        at.type("")
        state = at.until(ASKING)
        (line,) = (line for line in state.splitlines() if line.startswith(" 1　実績照会"))
        assert line.count("－") == 1  # every step has its day; nothing had to be corrected
        assert (
            "次の操作：会議の書記に配る様式を作ります：kakunin build --year R7 --round naibu"
            in state
        )
        at.type("0")
        at.until("終わります。")
        assert at.ended() == 0
    assert (tmp_path / "output/令和7年度/確認表/取組状況確認表_令和7年度.xlsx").is_file()


def test_what_is_asked_wrongly_or_broken_off_comes_back_to_the_menu(tmp_path: Path) -> None:
    with Terminal(tmp_path) as at:
        listed = at.until(ASKING)
        at.type("99")
        assert "「99」は一覧にありません。" in at.until(ASKING)
        at.type("ぜんぶ")
        assert "「ぜんぶ」は一覧にありません。" in at.until(ASKING)
        at.type(number(listed, "会議に出す資料を作る"), "R7", "", "", "", "", "")
        assert "回答一覧.csv がありません。kakunin merge" in at.until(BACK)
        at.type("")
        at.until(ASKING)
        at.type(number(listed, "各課に配る様式を作る"))
        at.until("対象年度［")
        at.press("C")
        assert "やめました。" in at.until(ASKING)
        at.type(number(listed, "各課に配る様式を作る"), "R99", "", "", "")
        assert "令和6年度から令和8年度まで" in at.until(BACK)
        at.type("")
        at.until(ASKING)
        leave(at, "D")
    assert list(tmp_path.iterdir()) == []


def test_another_plan_year_and_round_can_be_chosen(tmp_path: Path) -> None:
    move = "ほかの計画・年度・照会に切り替える"
    second = ROOT / "tests" / "plans" / "second"
    with Terminal(tmp_path) as at:
        listed = at.until(ASKING)
        at.type(number(listed, move), "どこにもない")
        assert "フォルダー「どこにもない」がありません。" in at.until(ASKING)
        at.type(number(listed, move), str(second), "R8", "２")
        state = at.until(ASKING)
        assert "架空市第2期読書活動推進計画\n対象年度：令和8年度／実施：令和9年度" in state
        assert "協議会評価：配布前" in state
        at.type(number(listed, "いまの状況をくわしく見る"), "", "")
        shown = at.until(BACK)
        assert f"> kakunin status --year R8 --round kyogi --plan {second}\n" in shown
        at.type("")
        at.until(ASKING)
        leave(at, "D")


def test_masters_that_are_broken_leave_the_menu_open(tmp_path: Path) -> None:
    (tmp_path / "masters" / "plan").mkdir(parents=True)
    (tmp_path / "masters" / "plan" / "plan.toml").write_text('id = "x"', encoding="utf-8")
    with Terminal(tmp_path) as at:
        state = at.until(ASKING)
        assert "直す必要のある箇所が" in state
        at.type(number(state, "台帳を確かめる"))
        assert "plan.toml" in at.until(BACK)
        at.press("C")
        at.until(ASKING)
        leave(at, "C")


@pytest.mark.parametrize(
    "words", [[], ["--help"], ["status", "--year", "R7"], ["letters", "--help"]]
)
def test_looking_is_light(words: list[str], tmp_path: Path) -> None:
    code = (
        "import json, sys\n"
        "from kakunin_xlsx.cli.app import run\n"
        "code = run(json.loads(sys.argv[1]))\n"
        "heavy = {'pandas', 'numpy', 'openpyxl', 'xlsxwriter'} & set(sys.modules)\n"
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)\n"
    )
    program = [sys.executable, "-c", code, json.dumps(words)]
    done = subprocess.run(program, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
