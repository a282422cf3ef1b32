"""`kakunin`: the group of commands, in yearly order, loaded one by one when called."""

from __future__ import annotations

import codecs
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import add_completion_class

from kakunin_xlsx import __version__
from kakunin_xlsx.cli import streams
from kakunin_xlsx.cli.japanese import in_japanese, usage_words
from kakunin_xlsx.cli.streams import in_words
from kakunin_xlsx.stop import Stop, WrongUsage

_RARELY = (100_000, 20, 100)  # new objects before the garbage collector looks, by age

# Said here, so that --help need not import the commands.
_COMMANDS = {
    "init": "新しい計画の台帳を作ります（初めの一度だけ）。",
    "masters": "計画の台帳（masters）を確かめ、改めます。",
    "build": "各課に配る様式を作ります。",
    "letters": "照会文、期限前のお知らせ、提出のお願い、修正依頼の文面を作ります。",
    "status": "いまの状況と次の操作を表示します。",
    "check": "戻ったファイルを点検し、修正依頼を作ります。",
    "merge": "戻ったファイルを取りまとめます。",
    "report": "会議に出す資料を作ります。",
    "archive": "年度の一式をzipに保存します（元に戻すこともできます）。",
    "verify": "保存したzipと保存台帳を確かめます。",
    "demo": "見本の回答で、一年の流れを動かします。",
}


class YearlyOrder(click.Group):
    """Commands in the order of the year, each imported only when it is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Yearly order, not the alphabet's."""
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's own file under `cli/`."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"kakunin_xlsx.cli.{cmd_name}")
        return in_japanese(module.command)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in --help."""
        with formatter.section("コマンド（使う順）"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=YearlyOrder,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="kakunin_xlsx %(version)s", help="版を表示します。")
@click.pass_context
def app(ctx: click.Context) -> None:
    """取組状況確認表の一年を回します（配布→回収→取りまとめ→確認表）。

    コマンドを付けずに実行すると、いまの状況と次の操作を示し、番号で操作を選べます。
    """
    if ctx.invoked_subcommand is None:
        from kakunin_xlsx.cli.menu import open_desk

        open_desk(run)


in_japanese(app)


def main() -> None:
    """Entry point: letters that can be read, no traceback, the exit codes of the design."""
    streams.ready()
    codecs.register_error("kakunin", streams.instead)
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            page = streams.encoding_of(stream)
            errors = "backslashreplace" if page == "utf-8" else "kakunin"
            reconfigure(encoding=page, errors=errors)
    add_completion_class(streams.PowerShell)
    # Plans and answers make almost no cycles; looking for some costs a large round a fifth of its time.
    gc.set_threshold(*_RARELY)
    words = sys.argv[1:]
    code = run(list(streams.expanded(words)) if os.name == "nt" else words)
    try:
        sys.stdout.flush()
    except OSError:  # `| more` was left: nobody reads, and Python need not complain of it
        code = 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """Do what a command line says; its exit code."""
    try:
        return int(app.main(words, prog_name="kakunin", standalone_mode=False) or 0)
    except SystemExit as done:
        return int(done.code or 0)
    except click.UsageError as problem:
        streams.complain(usage_words(problem))
        return WrongUsage.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        streams.complain("中断しました。")
        return Stop.exit_code
    except BrokenPipeError:
        return 1  # whoever reads has closed
    except OSError as refused:
        streams.complain(str(in_words(refused)))
        return Stop.exit_code
