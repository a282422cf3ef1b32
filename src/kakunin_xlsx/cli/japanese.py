"""click in Japanese: help pages, broken by the width of the letters, and what is wrong in a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import click

from kakunin_xlsx.nearest import perhaps

_HEADINGS = {"Options": "指定", "Commands": "コマンド"}
_EXTRA = re.compile(r"\s*\[(?:default: \(?(?P<default>[^\])]*)\)?(?:; )?)?(?P<must>required)?\]$")
# A piece that may stand at either side of a line's end: no 「、」 begins a line, no 「（」 ends one.
_PIECE = re.compile(r"[（「『［【]*(?:[!-~]+|\s|.)[、。）」』］】：；]*")
_COLUMN = 26  # the widest first column of a list
_GAP = 2
_GIVEN = re.compile("'(.*)' is not one of")  # how click's own sentence begins


class Formatter(click.HelpFormatter):
    """A help page for people who read Japanese."""

    def write_usage(self, prog: str, args: str = "", _prefix: str | None = None) -> None:
        """How the command is called."""
        self.write(f"使い方：{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        """The heading of a list."""
        self.write(f"{_HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        """Paragraphs, each broken into lines."""
        indent = " " * self.current_indent
        paragraphs = (_lines(each, self.width - len(indent)) for each in text.split("\n\n"))
        self.write("\n\n".join("\n".join(indent + line for line in each) for each in paragraphs))
        self.write("\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _COLUMN, col_spacing: int = _GAP
    ) -> None:
        """A list of words and what they mean, the meanings below each other."""
        listed = [(first, with_extra(second)) for first, second in rows]
        first_width = min(max(width(first) for first, _ in listed), col_max) + col_spacing
        indent = " " * self.current_indent
        below = indent + " " * first_width
        for first, second in listed:
            lines = list(_lines(second, self.width - len(below)))
            gap = first_width - width(first)
            begin = " " * gap if gap >= col_spacing else f"\n{below}"
            self.write(f"{indent}{first}{begin}" + f"\n{below}".join(lines) + "\n")


class Context(click.Context):
    """What prints help pages with our formatter."""

    formatter_class = Formatter


def in_japanese(command: click.Command) -> click.Command:
    """The same command, its help page and that of every command under it in Japanese."""
    if command.add_help_option:
        command.context_class = Context
        command.add_help_option = False
        click.help_option("-h", "--help", help="この使い方を表示します。")(command)
        command.options_metavar = "[指定]..."
    if isinstance(command, click.Group):
        command.subcommand_metavar = "コマンド [指定]..."
        for each in command.commands.values():
            in_japanese(each)
    return command


def width(text: str) -> int:
    """Columns on a terminal: most Japanese letters take two."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WFA") for char in text)


def with_extra(text: str) -> str:
    """What click adds in brackets, in our words."""
    found = _EXTRA.search(text)
    if not found or not found[0].strip("[] "):
        return text
    said = f"（省略すると {found['default']}）" if found["default"] else ""
    return text[: found.start()] + said + ("（必須）" if found["must"] else "")


def _lines(text: str, most: int) -> Iterator[str]:
    """A paragraph in lines of at most `most` columns."""
    line = ""
    for piece in _PIECE.findall(one_line(text)):
        if line and width(line + piece.rstrip()) > most:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    yield line.rstrip()


def one_line(text: str) -> str:
    """Lines of the source put together; only Latin words need a blank between them."""
    return re.sub(r"(?<=[!-~])\s*\n\s*(?=[!-~])", " ", text.strip()).replace("\n", "")


def usage_words(problem: click.UsageError) -> str:
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
