"""What click finds wrong in a command line, in plain Japanese."""

from __future__ import annotations

import re

import click

from kakunin_xlsx.nearest import perhaps

_GIVEN = re.compile("'(.*)' is not one of")  # how click's own sentence begins


def words(problem: click.UsageError) -> str:
    """What is wrong, the nearest right word, and where to read on."""
    if isinstance(problem, click.exceptions.NoArgsIsHelpError):
        return problem.message  # the help page itself
    called = problem.ctx.command_path if problem.ctx else "kakunin"
    return f"{_what(problem)}使い方は {called} --help で表示します。"


def _what(problem: click.UsageError) -> str:
    match problem:
        case click.NoSuchCommand(command_name=name):
            known = _commands(problem.ctx)
            listed = f"次から選んでください：{'、'.join(known)}。"
            return f"「{name}」というコマンドはありません。{perhaps(name, known) or listed}"
        case click.NoSuchOption(option_name=name):
            return f"「{name}」という指定はありません。{perhaps(name, _options(problem.ctx))}"
        case click.MissingParameter(param=click.Parameter() as parameter):
            return f"「{_name(parameter)}」を指定してください。"
        case click.BadParameter(param=click.Parameter(type=click.Choice()) as parameter):
            return _not_among(problem.message, parameter)
        case click.BadParameter(param=click.Parameter() as parameter):
            return f"「{_name(parameter)}」の値を読み取れません。"
        case click.BadOptionUsage(option_name=name):
            return f"「{name}」の後に値を書いてください。"
    return problem.message if _is_ours(problem.message) else "指定の書き方が違います。"


def _not_among(message: str, parameter: click.Parameter) -> str:
    assert isinstance(parameter.type, click.Choice)
    choices = [str(each) for each in parameter.type.choices]
    given = _GIVEN.match(message)
    what = f"「{given[1]}」は使えません。" if given else ""
    near = perhaps(given[1], choices) if given else ""
    listed = "、".join(choices)
    return f"「{parameter.opts[0]}」に{what}次から選んでください：{listed}。{near}"


def _commands(ctx: click.Context | None) -> list[str]:
    """The commands of the group in which one was looked for."""
    group = ctx.command if ctx else None
    return group.list_commands(ctx) if ctx and isinstance(group, click.Group) else []


def _options(ctx: click.Context | None) -> list[str]:
    return [name for each in ctx.command.params for name in each.opts] if ctx else []


def _name(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return f"{parameter.opts[0]} {parameter.metavar or ''}".strip()
    return parameter.make_metavar(click.Context(click.Command("kakunin")))


def _is_ours(message: str) -> bool:
    """Our own sentences are Japanese; click's are not."""
    return not message.isascii()
