"""docs/コマンド.md from the help pages: `python -m kakunin_xlsx.cli.help_page FILE`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.cli.japanese import one_line, with_extra

_INTRO = """\
# コマンド

コマンドと、その後に付ける指定の一覧です（使う順）。画面では `kakunin build --help` のようにすると、
そのコマンドの使い方を表示します。番号で選ぶときは、`kakunin` とだけ打ちます。

`…` の付いた所は、いくつでも書けます。［　］の中は省略できます。

この頁は `make docs` で作ります。直すときは `src/kakunin_xlsx/cli/` のコマンドの説明を直してください。
"""


def commands() -> list[tuple[str, click.Command]]:
    """Every command with its words after `kakunin` (`masters check`), itself first."""
    return list(_under(app, ""))


def page() -> str:
    """The whole page as Markdown."""
    return _INTRO + "".join(part for name, each in commands() for part in _chapter(name, each))


def _under(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from _under(found, f"{name} {child}".strip())


def _chapter(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=f"kakunin {name}".strip())
    called = f"{context.info_name} {' '.join(command.collect_usage_pieces(context))}"
    yield f"\n## {context.info_name}\n\n```\n{_in_brackets(called)}\n```\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield f"\n{one_line(paragraph)}\n"
    yield "\n| 指定 | 説明 |\n|---|---|\n"
    for option in command.params:
        record = option.get_help_record(context)
        if record and isinstance(option, click.Option):
            yield f"| `{_in_brackets(record[0])}` | {with_extra(record[1])} |\n"


def _in_brackets(called: str) -> str:
    """As people write it; a bar would end the cell of a table."""
    return called.translate({ord("["): "［", ord("]"): "］", ord("|"): "／"}).replace("...", "…")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
