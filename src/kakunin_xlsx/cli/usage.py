"""What click finds wrong in a command line, in plain Japanese."""

from __future__ import annotations

import click


def words(problem: click.UsageError) -> str:
    """One sentence for what is wrong and what to do."""
    called = problem.ctx.command_path if problem.ctx else "kakunin"
    return f"{_what(problem)}使い方は {called} --help で表示します。"


def _what(problem: click.UsageError) -> str:
    match problem:
        case click.NoSuchOption(option_name=name, possibilities=near):
            hint = f"「{near[0]}」ではありませんか。" if near else ""
            return f"「{name}」という指定はありません。{hint}"
        case click.MissingParameter(param=click.Parameter() as parameter):
            return f"「{_name(parameter)}」を指定してください。"
        case click.BadParameter(param=click.Parameter() as parameter):
            return f"「{_name(parameter)}」の値を読み取れません。"
        case click.BadOptionUsage(option_name=name):
            return f"「{name}」の後に値を書いてください。"
    return problem.message if _is_ours(problem.message) else "指定の書き方が違います。"


def _name(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return f"{parameter.opts[0]} {parameter.metavar or ''}".strip()
    return parameter.make_metavar(click.Context(click.Command("kakunin")))


def _is_ours(message: str) -> bool:
    """Our own sentences are Japanese; click's are not."""
    return not message.isascii()
