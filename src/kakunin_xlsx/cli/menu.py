"""Bare `kakunin`: the state, and in a terminal a numbered menu over the same commands."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from kakunin_xlsx.cli.operations import OPERATIONS, Operation, Whereabouts, command_line, moved
from kakunin_xlsx.cli.options import stopping
from kakunin_xlsx.cli.show import quoted
from kakunin_xlsx.cli.status import show_desk
from kakunin_xlsx.plan import plans_in

Run = Callable[[Sequence[str]], int]
_MOVE = "ほかの計画・年度・照会に切り替える"
_LINE = "─" * 30
_MASTERS = Path("masters")
_BEGINNINGS = ("init", "demo")


def open_desk(run: Run) -> None:
    """Print the state; where somebody sits at a terminal, go on with the menu. `run` does a command."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        _Menu(run, OPERATIONS).serve()
    else:
        show_desk()
        click.echo("使い方の一覧は kakunin --help で表示します。")


class _Menu:
    """State, choice, command, and again."""

    def __init__(self, run: Run, operations: Sequence[Operation]) -> None:
        self.run, self.operations = run, operations
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
        begin = [each.label for each in self.operations if each.command[0] in _BEGINNINGS]
        click.echo(
            f"{Path.cwd()}\nこのフォルダーには、計画の台帳（masters）も出力（output）もまだありません。\n"
            "付属の計画で、このまま始められます。"
            f"ほかの始め方は「{'」「'.join(begin)}」です（下の一覧から番号で選びます）。"
        )

    def _show(self) -> None:
        click.echo(f"\n{_LINE}")
        at = self.place
        _kept_going(lambda: show_desk(at.plan_folder, at.year_word, at.round_word))
        click.echo("")
        for number, each in enumerate(self.operations, start=1):
            click.echo(f"{number:>3}　{each.label}　（kakunin {' '.join(each.command)}）")
        click.echo(f"{len(self.operations) + 1:>3}　{_MOVE}\n  0　終わる")

    def _answer(self, answer: str) -> None:
        chosen = int(answer) if answer.isdecimal() else 0
        if chosen == len(self.operations) + 1:
            _kept_going(self._move)
        elif 0 < chosen <= len(self.operations):
            _kept_going(lambda: self._perform(self.operations[chosen - 1]))
        elif answer:
            click.echo(
                f"「{answer}」は一覧にありません。0から{len(self.operations) + 1}の番号です。"
            )

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
