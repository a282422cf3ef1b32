"""What is measured, against whom, and what is wanted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.measure import Command
from bench.national import DEPARTMENTS, LINES, MUNICIPALITIES, YEAR, masters, returns
from bench.saved_again import LIBREOFFICE, OPENPYXL, save_again
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.merge import ANSWERS
from kakunin_xlsx.plan import load_plan

PEERS = Path(__file__).parent / "peers"
PYTHON = (sys.executable, "-W", "ignore")
KAKUNIN = (str(Path(sys.executable).with_name("kakunin")),)
OURS = "kakunin"
_BARE = "XlsxWriterだけ（同じセルと書式）"
_ROWS = "XlsxWriterだけ（同じく1行ずつ書き出す設定）"
_FORMS = 1_000
_AGAIN = 100  # returns that another program saves again
NATION = MUNICIPALITIES * DEPARTMENTS
SIZES = (10, 100, 1_000, NATION)


@dataclass(frozen=True)
class Case:
    """One piece of work: our command and the peers' by name; `wanted`: peer → our time ÷ theirs.

    Cases that `grow` are one piece of work in several sizes. `mebibytes` is the most that all
    our processes may take together.
    """

    work: str
    commands: Mapping[str, Command]
    wanted: Mapping[str, float]
    rounds: int = 5
    files: int = 0  # that are read or written
    warm_up: bool = True
    grows: bool = False
    mebibytes: int = 0


def cases(place: Path, most: int) -> Mapping[str, Callable[[], Case]]:
    """Every case by its name, smallest first; what it reads is made below `place` when it is called."""
    sizes = [size for size in SIZES if size <= most]
    again = min(_AGAIN, sizes[-1])
    made: dict[str, Callable[[], Case]] = {
        "help": _help,
        "five": partial(_five_departments, place),
        **{f"merge-{size}": partial(_merge, place, size) for size in sizes},
        **{
            f"merge-{program}": partial(_merge, place, again, program)
            for program in (OPENPYXL, LIBREOFFICE)
        },
    }
    if most >= _FORMS:
        made[f"build-{_FORMS}"] = partial(_build, place, _FORMS)
    papers = (size for size in (_FORMS, NATION) if size <= most)
    return made | {f"report-{size}": partial(_report, place, size) for size in papers}


def _help() -> Case:
    return Case(
        "kakunin --help",
        {OURS: (*KAKUNIN, "--help"), "click だけの道具": _peer("click_help.py", "--help")},
        {"click だけの道具": 1.3},
        rounds=15,
    )


def _peer(name: str, *words: str | Path) -> Command:
    return (*PYTHON, str(PEERS / name), *map(str, words))


def _anew(folder: Path, command: Command) -> Command:
    """The command, with nothing in `folder` before."""
    script = "import shutil, subprocess, sys; shutil.rmtree(sys.argv[1], ignore_errors=True); "
    script += "raise SystemExit(subprocess.run(sys.argv[2:]).returncode)"
    return (*PYTHON, "-c", script, str(folder), *command)


def _recorded(log: Path, *words: str) -> Path:
    """What a command of ours asks of XlsxWriter."""
    if not log.is_file():
        command = [*PYTHON, "-m", "bench.recorded", str(log), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return log


def _build(place: Path, size: int) -> Case:
    plan = masters(place / f"masters-{size}", size)
    words = ("build", "--year", YEAR.code, "--plan", str(plan), "--output")
    log = _recorded(place / "build.log", *words, str(place / "recorded"))
    ours, bare = place / "built", place / "bare"
    return Case(
        f"{size:,}件の様式を作る",
        {
            OURS: _anew(ours, (*KAKUNIN, *words, str(ours))),
            _BARE: _anew(bare, _peer("xlsxwriter_replay.py", log, bare)),
        },
        {_BARE: 1.25},
        rounds=3,
        files=size,
    )


def _report(place: Path, size: int) -> Case:
    """The paper and 回答データ of merged returns."""
    folder, output = masters(place / f"masters-{size}", size), place / f"output-{size}"
    plan = load_plan(folder)
    returns(output, folder)
    of = ("--year", YEAR.code, "--plan", str(folder), "--output", str(output))
    if not (OutputFolder(output).round(YEAR, plan.main_round).merged / ANSWERS).exists():
        subprocess.run([*KAKUNIN, "merge", *of], check=True, stdout=subprocess.DEVNULL)
    log = _recorded(place / f"report-{size}.log", "report", *of)
    papers, bare = OutputFolder(output).papers(plan, YEAR).path, place / "bare-report"
    replay = ("xlsxwriter_replay.py", log, bare)
    return Case(
        f"{size:,}課の確認表（{size * LINES // DEPARTMENTS:,}行）",
        {
            OURS: _anew(papers, (*KAKUNIN, "report", *of)),
            _BARE: _anew(bare, _peer(*replay, "--usual")),
            _ROWS: _anew(bare, _peer(*replay)),
        },
        {_BARE: 1.2},
        rounds=3 if size <= _FORMS else 1,
        warm_up=size <= _FORMS,
        mebibytes=1_024 if size > _FORMS else 0,
    )


def _five_departments(place: Path) -> Case:
    """Whole commands on the shipped plan, after one another."""
    script = f"""
import subprocess, sys
for words in (["build"], ["merge", {str(_filled_five(place))!r}], ["report"]):
    done = subprocess.run([{KAKUNIN[0]!r}, *words, "--year", "R7", "--output", sys.argv[1]])
    assert done.returncode in (0, 1), words
"""
    ours = (*PYTHON, "-c", script, str(place / "five"))
    return Case(
        "5課：build＋merge＋report（コマンド3回）",
        {OURS: ours, "Pythonとpandas・xlsxwriterの起動3回": _peer("start_three.py")},
        {"Pythonとpandas・xlsxwriterの起動3回": 1.0},
        files=5,
    )


def _filled_five(place: Path) -> Path:
    from bench.national import filled_five

    return filled_five(place / "five-returns")


def _merge(place: Path, size: int, saved_by: str = "") -> Case:
    """All returns of as many departments, merged with every check; the peers check nothing.

    `saved_by` names a program that saved them again, as a department's would.
    """
    plan = masters(place / f"masters-{size}", size)
    output = place / f"output-{size}{saved_by}"
    folder = returns(output, plan)
    if saved_by:
        save_again(folder, saved_by)
    words = ("merge", "--year", YEAR.code, "--plan", str(plan))
    table = place / "peer.csv"
    many = size > 1000
    how = f"{saved_by} で保存し直した" if saved_by else ""
    naive = 1 / 6 if size >= _FORMS else 1.0
    return Case(
        f"{how}{size:,}件の回収ファイルの取りまとめ（全部の確認）",
        {
            OURS: (*KAKUNIN, *words, "--output", str(output)),
            "pandas＋openpyxl": _peer("pandas_openpyxl.py", folder, table),
            "pandas＋calamine": _peer("pandas_calamine.py", folder, table),
        },
        {"pandas＋openpyxl": naive, **({"pandas＋calamine": 1.4} if size == NATION else {})},
        rounds=1 if many else 3,
        files=size,
        warm_up=not many,
        grows=not saved_by,
        mebibytes=400 if size == NATION else 0,
    )
