"""Bare `kakunin`: the state, and in a terminal a numbered menu over the same commands.

Each is asked for with what click knows of its parameters.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import click

from kakunin_xlsx.cli.options import Desk, stopping
from kakunin_xlsx.cli.show import quoted
from kakunin_xlsx.office.status import at_work, latest_year, year_status
from kakunin_xlsx.office.years import YearAt
from kakunin_xlsx.plan import FiscalYear, Round, plans_in

Run = Callable[[Sequence[str]], int]
_MOVE = "ほかの計画・年度・照会に切り替える"
_LINE = "─" * 30
_MASTERS = Path("masters")
_BEGINNINGS = ("init", "demo")
_YES = ("はい", "y", "yes")
_REST = "…"  # asks for whatever else the command takes
_OF_ROUND = ("year_word", "round_word")
_DROP = "（なければ空欄。ここにドラッグもできます）"


def open_desk(run: Run) -> None:
    """Print the state; where somebody sits at a terminal, go on with the menu. `run` does a command."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        _Menu(run).serve()
    else:
        from kakunin_xlsx.cli.status import show_desk

        show_desk()
        click.echo("使い方の一覧は kakunin --help で表示します。")


class _Menu:
    """State, choice, command, and again."""

    def __init__(self, run: Run) -> None:
        self.run = run
        plans = plans_in(_MASTERS)
        self.place = Whereabouts(plans[0] if len(plans) > 1 else None)

    def serve(self) -> None:
        """Until the end is chosen, or the keys for it are pressed."""
        self._welcome()
        while True:
            self._show()
            try:
                answer = unicodedata.normalize("NFKC", _ask("番号（空欄なら状況を読み直します）"))
            except click.Abort:
                break
            if answer == "0":
                break
            self._answer(answer)
        click.echo("\n終わります。もう一度開くときは kakunin と入力してください。")

    def _welcome(self) -> None:
        """Where nothing is yet, what one can begin with."""
        if _MASTERS.is_dir() or Path("output").is_dir():
            return
        begin = [each.label for each in OPERATIONS if each.command[0] in _BEGINNINGS]
        click.echo(
            f"{Path.cwd()}\nこのフォルダーには、計画の台帳（masters）も出力（output）もまだありません。\n"
            "付属の計画で、このまま始められます。"
            f"ほかの始め方は「{'」「'.join(begin)}」です（下の一覧から番号で選びます）。"
        )

    def _show(self) -> None:
        from kakunin_xlsx.cli.status import show_desk

        click.echo(f"\n{_LINE}")
        at = self.place
        _kept_going(lambda: show_desk(at.plan_folder, at.year_word, at.round_word))
        click.echo("")
        for number, each in enumerate(OPERATIONS, start=1):
            click.echo(f"{number:>3}　{each.label}　（kakunin {' '.join(each.command)}）")
        click.echo(f"{len(OPERATIONS) + 1:>3}　{_MOVE}\n  0　終わる")

    def _answer(self, answer: str) -> None:
        chosen = int(answer) if answer.isdecimal() else 0
        if chosen == len(OPERATIONS) + 1:
            _kept_going(self._move)
        elif 0 < chosen <= len(OPERATIONS):
            _kept_going(lambda: self._perform(OPERATIONS[chosen - 1]))
        elif answer:
            click.echo(f"「{answer}」は一覧にありません。0から{len(OPERATIONS) + 1}の番号です。")

    @stopping
    def _move(self) -> None:
        self.place = moved(self.place, _ask, plans_in(_MASTERS))

    @stopping
    def _perform(self, operation: Operation) -> None:
        # Asked anew each time: files may have come since.
        words = command_line(operation, replace(self.place), _ask)
        click.echo(f"\n> kakunin {' '.join(map(quoted, words))}\n")
        self.run(words)
        with suppress(click.Abort):
            _ask("\nEnterを押すと、操作の一覧に戻ります")


def _kept_going(do: Callable[[], None]) -> None:
    """Whatever stops it has been said: the menu goes on."""
    try:
        do()
    except SystemExit:
        pass
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nやめました。")


def _ask(question: str, default: str = "") -> str:
    """An answer, or the default if only Enter is pressed. Raises click.Abort at Ctrl-C."""
    shown = f"［{default}］" if default else ""
    answer: str = click.prompt(
        f"{question}{shown}", default=default, show_default=False, prompt_suffix="："
    )
    return answer.strip()


# What it offers.


@dataclass(frozen=True)
class Whereabouts:
    """Where the menu stands; None is what the commands would take themselves."""

    plan_folder: Path | None = None
    year_word: str | None = None
    round_word: str | None = None

    @cached_property
    def desk(self) -> Desk:
        """The plan and its output. Asking it may stop."""
        return Desk(self.plan_folder)

    @cached_property
    def year(self) -> FiscalYear:
        """The year that was chosen, else the newest one at work."""
        if self.year_word:
            return self.desk.year(self.year_word)
        return latest_year(self.desk.plan, self.desk.output, date.today())

    @cached_property
    def round(self) -> Round:
        """The round that was chosen, else the one that waits for something."""
        if self.round_word:
            return self.desk.round(self.round_word)
        return at_work(year_status(YearAt(self.desk.plan, self.year, self.desk.output))).round

    def round_of(self, answer: str) -> str:
        """The code of a round that was named by its number or name; any other word as it is."""
        rounds = self.desk.plan.rounds
        codes = {name: each.code for each in rounds for name in (each.name, str(each.order))}
        return codes.get(unicodedata.normalize("NFKC", answer), answer)

    @property
    def ask_round(self) -> str:
        """The question for a round, each with its number."""
        rounds = self.desk.plan.rounds_in_order
        return f"照会（{'、'.join(f'{each.order} {each.name}' for each in rounds)}）"


@dataclass(frozen=True)
class Operation:
    """One line of the menu: its label, its words of a command line, what is asked for in order.

    `usual` are answers that click's own defaults do not give. `plan`: it is told which plan.
    """

    label: str
    command: tuple[str, ...]
    asked: tuple[str, ...] = ()
    usual: Mapping[str, str] = field(default_factory=dict)
    plan: bool = True

    @property
    def called(self) -> click.Command:
        """The command itself."""
        from kakunin_xlsx.cli.app import app

        found: click.Command = app
        for word in self.command:
            if isinstance(found, click.Group):
                known = found.get_command(click.Context(found), word)
                assert known
                found = known
        return found


_BOOK = {"path": "台帳.xlsx"}
OPERATIONS: Sequence[Operation] = (
    Operation("台帳を確かめる", ("masters", "check")),
    Operation("台帳をExcelに書き出す", ("masters", "export"), ("path",), _BOOK),
    Operation("Excelの台帳を取り込む", ("masters", "import"), ("path", "dry_run"), _BOOK),
    Operation("各課に配る様式を作る", ("build",), (*_OF_ROUND, "only", _REST)),
    Operation("照会文、お知らせ、修正依頼の文面を作る", ("letters",), (*_OF_ROUND, "day_word")),
    Operation("いまの状況をくわしく見る", ("status",), _OF_ROUND),
    Operation(
        "届いたファイルを点検し、修正依頼を作る", ("check", "--annotate"), (*_OF_ROUND, "paths")
    ),
    Operation("取りまとめる", ("merge",), (*_OF_ROUND, "paths", _REST)),
    Operation(
        "会議に出す資料を作る",
        ("report",),
        ("year_word", "number", "day", "audience_word", "pdf", "issue"),
    ),
    Operation("年度の一式を保存する", ("archive",), ("year_word", "allow_open")),
    Operation("保存したものを確かめる", ("verify",), ("again",)),
    Operation("新しい計画を作る", ("init",), ("folder",), {"folder": "masters/keikaku"}),
    Operation("見本を動かす", ("demo",), ("folder",), plan=False),
)


def numbered(step: str) -> str:
    """A sentence, and behind it the number by which the menu offers its first command."""
    _, _, command = step.partition("：kakunin ")
    for number, each in enumerate(OPERATIONS, start=1):
        if command.split(" ", 1)[0] == each.command[0]:
            return f"{step}（操作の一覧の{number}番）"
    return step


def command_line(
    operation: Operation, at: Whereabouts, ask: Callable[[str, str], str]
) -> list[str]:
    """The words of a command line; `ask(question, default)` gives the answers."""
    words, command = list(operation.command), operation.called
    params = {each.name: each for each in command.params}
    for name in operation.asked:
        if name == "year_word":
            words += ["--year", ask("対象年度", at.year.code)]
        elif name == "round_word":
            code = at.round_of(ask(at.ask_round, str(at.round.order)))
            words += [] if code in ("", at.desk.plan.main_round.code) else ["--round", code]
        elif name == _REST:
            flags = [
                each.opts[0]
                for each in command.params
                if isinstance(each, click.Option)
                if each.is_flag and each.name not in ("as_json", "help")
            ]
            said = ask(f"付け足す指定（なければ空欄。例：{'、'.join(flags)}）", "")
            words += _as_typed(said)
        else:
            words += _asked(params[name], operation.usual.get(name), ask)
    if at.plan_folder and operation.plan and "plan_folder" in params:
        words += ["--plan", str(at.plan_folder)]
    return words


def _asked(param: click.Parameter, usual: str | None, ask: Callable[[str, str], str]) -> list[str]:
    """What the answer to a question for one parameter adds to the command line."""
    if not isinstance(param, click.Option):
        name = param.make_metavar(click.Context(click.Command(""))).strip("[].")
        if param.nargs == -1:
            return _as_typed(ask(f"{name}{_DROP}", ""))
        # a file dragged into the window comes in quotes
        return [ask(name, str(param.default) if usual is None else usual).strip("\"'")]
    what, option = (param.help or "").rstrip("。"), param.opts[0]
    if param.is_flag:
        said = ask(f"{what}（はい／いいえ）", "いいえ")
        return [option] if unicodedata.normalize("NFKC", said).lower() in _YES else []
    if isinstance(param.type, click.Choice):
        what += f"（{'、'.join(map(str, param.type.choices))}）"
    default = param.default if isinstance(param.default, str) else ""
    said = ask(what, default)
    if param.multiple:
        names = re.split(r"[、,，\s]+", said)
        return [word for name in names if name for word in (option, name)]
    return [option, said] if said else []


def _as_typed(said: str) -> list[str]:
    """Words of a command line, or files dragged into the window: those with blanks in quotes."""
    found = re.findall(r'"([^"]+)"|\'([^\']+)\'|(\S+)', said)
    return [next(filter(None, each)) for each in found]


def moved(at: Whereabouts, ask: Callable[[str, str], str], plans: Sequence[Path]) -> Whereabouts:
    """The place that was chosen instead: plan, year and round."""
    there = _other_plan(at, ask, plans)
    there = replace(there, year_word=ask("対象年度", there.year.code) or None)
    said = ask(there.ask_round, str(there.round.order))
    there = replace(there, round_word=there.round_of(said) or None)
    _ = there.year, there.round  # what does not exist is said now
    return there


def _other_plan(
    at: Whereabouts, ask: Callable[[str, str], str], plans: Sequence[Path]
) -> Whereabouts:
    listed = "、".join(f"{number} {each.name}" for number, each in enumerate(plans, start=1))
    now = str(at.plan_folder or at.desk.masters_folder)
    said = ask(f"計画のフォルダー{f'（{listed}）' if listed else ''}", now)
    if said in ("", now):
        return Whereabouts(at.plan_folder)
    numbers = {str(number): each for number, each in enumerate(plans, start=1)}
    return Whereabouts(numbers.get(unicodedata.normalize("NFKC", said), Path(said)))
