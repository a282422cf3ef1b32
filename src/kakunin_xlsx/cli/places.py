"""Commands named in sentences, with the places and departments that this one was told: to be copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
from click.core import ParameterSource

from kakunin_xlsx.cli.show import quoted

_WORD = r"[^\s（）。「」、：]+"
_COMMAND = re.compile(
    rf"kakunin ((?:masters )?[a-z]+)\b(?!\.)(?: --(?:year|round|for) {_WORD}"
    r"| --(?:annotate|allow-open|issue|pdf|text|replay)\b)*"
)
_PLACES = {"plan_folder": "--plan", "output": "--output", "only": "--only"}


def here(text: str) -> str:
    """The text, with --plan, --output and --only in every command that takes them, where given."""
    told = dict(_told())
    return _COMMAND.sub(lambda found: _with(found, told), text) if told else text


def _told() -> Iterator[tuple[str, str]]:
    """Option → its words, for the places that stand in the command line."""
    context = click.get_current_context(silent=True)
    for name, option in _PLACES.items():
        if context and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            said = context.params[name]
            several = said if isinstance(said, tuple) else (said,)
            yield option, " ".join(f"{option} {quoted(each)}" for each in several)


def _with(found: re.Match[str], told: dict[str, str]) -> str:
    taken = _options(found[1].split())
    if "--plan" in found.string[found.end() :].partition("kakunin ")[0]:
        taken -= {"--plan"}  # it is named already
    return " ".join((found[0], *(words for option, words in told.items() if option in taken)))


def _options(words: list[str]) -> set[str]:
    """The options that a command takes; none for what is no command."""
    from kakunin_xlsx.cli.app import app

    command: click.Command | None = app
    for word in words:
        if not isinstance(command, click.Group):
            return set()
        command = command.get_command(click.Context(command), word)
    return {option for each in command.params for option in each.opts} if command else set()
