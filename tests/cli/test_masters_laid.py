"""The shipped plan is laid where one works before anything of it is written; the program stays."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.office import build
from kakunin_xlsx.office.init import lay_masters
from kakunin_xlsx.plan import load, load_plan
from tests.example import MASTERS, SECOND
from tests.masters_book.desk import Hands

NAME = MASTERS.name
TOLD = f"付属の計画の台帳を masters/{NAME} に写しました。"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed program of its own, and an empty folder to work in."""
    inside = tmp_path / "program"
    shutil.copytree(MASTERS, inside / "masters" / NAME)
    for path in inside.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    monkeypatch.setattr(load, "SHIPPED", (inside / "masters",))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return inside


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def kakunin(*words: str | Path) -> Result:
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def changed_book(path: Path, *more: str | Path) -> None:
    """台帳.xlsx in which the office renamed a department."""
    assert kakunin("masters", "export", path, *more).exit_code == 0
    with Hands(path) as book:
        book.type("departments", {"コード": "shido"}, {"略称": "指導の課"})


@pytest.mark.parametrize(
    "more",
    [(), ("--output", "ほか/output"), ("--one-book",), ("--only", "指導室", "--json")],
)
def test_build_lays_the_plan_beside_its_output(program: Path, more: tuple[str, ...]) -> None:
    before = digest(program)
    done = kakunin("build", "--year", "R7", *more)
    assert done.exit_code == 0, done.output
    assert TOLD in done.stderr
    assert digest(Path("masters") / NAME) == digest(program / "masters" / NAME)
    assert os.access(Path("masters") / NAME / "actions.csv", os.W_OK)
    again = kakunin("build", "--year", "R7", *more)
    assert again.exit_code == 0
    assert TOLD not in again.stderr
    assert digest(program) == before


@pytest.mark.usefixtures("program")
def test_what_another_command_has_laid_meanwhile_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: Any = build.issue_forms

    def meanwhile(*args: Any) -> Any:
        lay_masters(load.SHIPPED[0] / NAME, Path.cwd())
        return made(*args)

    monkeypatch.setattr(build, "issue_forms", meanwhile)
    done = kakunin("build", "--year", "R7")
    assert (done.exit_code, "付属の計画の台帳" in done.stderr) == (0, False)


def test_an_empty_folder_of_its_name_is_filled_and_another_is_named(program: Path) -> None:
    there = Path("masters") / NAME
    there.mkdir(parents=True)
    assert TOLD in kakunin("build", "--year", "R7").stderr
    shutil.rmtree(there)
    there.mkdir()
    (there / "メモ.txt").touch()
    told = kakunin("build", "--year", "R7")
    assert told.exit_code == 0
    assert "別の名前に変えて" in told.stderr
    assert [path.name for path in there.iterdir()] == ["メモ.txt"]
    assert digest(program)


def test_import_writes_into_the_copy(program: Path) -> None:
    before = digest(program)
    changed_book(Path("台帳.xlsx"))
    assert not Path("masters").exists()
    tried = kakunin("masters", "import", "台帳.xlsx", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert not Path("masters").exists()
    done = kakunin("masters", "import", "台帳.xlsx")
    assert done.exit_code == 0, done.output
    assert TOLD in done.stderr
    assert digest(program) == before
    short = {each.code: each.short for each in load_plan(Path("masters") / NAME).departments}
    assert short["shido"] == "指導の課"


def test_a_plan_of_the_program_that_is_named_is_not_written_either(program: Path) -> None:
    before = digest(program)
    named = ("--plan", program / "masters" / NAME)
    changed_book(Path("台帳.xlsx"), *named)
    assert kakunin("masters", "import", "台帳.xlsx", *named).exit_code == 0
    changed_book(Path("台帳2.xlsx"), *named)
    again = kakunin("masters", "import", "台帳2.xlsx", *named)
    assert again.exit_code == 3
    assert f"ここには「{Path.cwd() / 'masters' / NAME}」があります。" in again.stderr
    assert digest(program) == before


@pytest.mark.parametrize(
    "words",
    [
        ("build", "--year", "R99"),
        ("build", "--year", "R7", "--only", "ない課"),
        ("status", "--year", "R7"),
        ("masters", "check"),
        ("merge", "--year", "R7"),
    ],
)
def test_what_makes_no_forms_lays_nothing(program: Path, words: tuple[str, ...]) -> None:
    before = digest(program)
    kakunin(*words)
    assert not Path("masters").exists()
    assert digest(program) == before


def test_ones_own_plan_stays_the_one(program: Path) -> None:
    shutil.copytree(SECOND, "masters/second")
    assert kakunin("build", "--year", load_plan(SECOND).first_year.code).exit_code == 0
    assert [path.name for path in Path("masters").iterdir()] == ["second"]
    kakunin("build", "--year", "R7", "--plan", program / "masters" / NAME, "--output", "x")
    assert [path.name for path in Path("masters").iterdir()] == ["second"]


@pytest.mark.usefixtures("program")
def test_where_it_cannot_be_laid_the_forms_are_still_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuses(*_: object, **__: object) -> str:
        raise PermissionError(13, "refused")

    monkeypatch.setattr("kakunin_xlsx.office.init.mkdtemp", refuses)
    done = kakunin("build", "--year", "R7", "--output", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "付属の計画の台帳を、ここに写せませんでした。" in done.stderr
    assert list((tmp_path / "out").rglob("1_配布/*.xlsx"))
