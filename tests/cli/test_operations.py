"""What answers in the menu become on a command line."""

from __future__ import annotations

import pytest

from kakunin_xlsx.cli.menu import OPERATIONS, Operation, Whereabouts, command_line
from pictures.pages import commands
from tests.example import MASTERS

HERE = Whereabouts(MASTERS, "R7", "jisseki")


def operation(*command: str) -> Operation:
    (found,) = (each for each in OPERATIONS if each.command == command)
    return found


def line(of: Operation, *answers: str) -> list[str]:
    """The command line for these answers; a missing one is only Enter."""
    given = iter(answers)
    return command_line(of, HERE, lambda _, default: next(given, "") or default)


def test_only_enter_takes_what_is_at_hand() -> None:
    end = ["--plan", str(MASTERS)]
    assert line(operation("build")) == ["build", "--year", "R7", *end]
    assert line(operation("report")) == ["report", "--year", "R7", "--for", "会議", *end]
    assert line(operation("demo")) == ["demo", "demo"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("2", ["--round", "naibu"]),
        ("２", ["--round", "naibu"]),
        ("内部評価", ["--round", "naibu"]),
        ("1", []),
        ("nai", ["--round", "nai"]),  # the command itself says what is near
    ],
)
def test_a_round_is_named_by_number_name_or_code(said: str, words: list[str]) -> None:
    assert line(operation("status"), "", said)[3:-2] == words


def test_several_names_and_files_are_taken_apart() -> None:
    built = line(operation("build"), "", "", "指導室、福祉政策課 学校教育課", "--one-book")
    only = ["--only", "指導室", "--only", "福祉政策課", "--only", "学校教育課"]
    assert built[3:-2] == [*only, "--one-book"]
    dragged = r'"C:\届いた もの\a b.xlsx" C:\c.xlsx'
    merged = line(operation("merge"), "", "", dragged)
    assert merged[3:-2] == [r"C:\届いた もの\a b.xlsx", r"C:\c.xlsx"]
    taken = line(operation("masters", "import"), r'"C:\a b\台帳.xlsx"', "はい")
    assert taken[2:-2] == [r"C:\a b\台帳.xlsx", "--dry-run"]


@pytest.mark.parametrize(("said", "words"), [("はい", 1), ("Ｙ", 1), ("いいえ", 0), ("", 0)])
def test_yes_adds_an_option(said: str, words: int) -> None:
    assert line(operation("archive"), "", said).count("--allow-open") == words


def test_every_operation_is_a_command_with_such_options() -> None:
    known = dict(commands())
    for each in OPERATIONS:
        name = " ".join(word for word in each.command if not word.startswith("--"))
        options = {option for param in known[name].params for option in param.opts}
        answers = ["R7", "2", *["はい"] * 6]
        used = {word for word in line(each, *answers) if word.startswith("--")}
        assert used <= options, name
