"""What is on the screen: tables, JSON, commands to be copied, how far a long reading has come."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from kakunin_xlsx.cli.streams import plain as plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from kakunin_xlsx.findings import Finding
    from kakunin_xlsx.office.years import RoundAt

_WORD = r"[^\s（）。「」、：]+"
_COMMAND = re.compile(
    rf"kakunin ((?:masters )?[a-z]+)\b(?!\.)(?: --(?:year|round|for) {_WORD}"
    r"| --(?:annotate|allow-open|issue|pdf|text|replay)\b)*"
)
_PLACES = {"plan_folder": "--plan", "output": "--output", "only": "--only"}
_WORTH = 2.0  # seconds still ahead


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print a table to stdout, full text in every cell."""
    from rich.box import SIMPLE_HEAD, Box
    from rich.console import Console
    from rich.table import Table

    drawn = Table(
        title=title or None,
        # A code page may lack the line, or take two columns for it.
        box=SIMPLE_HEAD
        if _speaks_unicode()
        else Box(str(SIMPLE_HEAD).replace("─", "-"), ascii=True),
        title_justify="left",
        pad_edge=False,
        padding=(0, 1, 0, 0),  # a terminal has 80 columns
    )
    for heading in headings:
        drawn.add_column(heading, overflow="fold")
    for row in rows:
        drawn.add_row(*(plain(str(cell)) for cell in row))
    console = Console(
        file=sys.stdout,
        highlight=False,
        markup=False,
        emoji=False,
        width=None if sys.stdout.isatty() else 140,
    )
    console.print(drawn)


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "utf-8").lower().startswith("utf")


def told_finding(finding: Finding, with_file: bool = True) -> None:
    """What is so and where, on one line, and below it what to do."""
    at = finding.place
    cell = f"{at.sheet}{'!' if at.cell and at.sheet else ''}{at.cell}"
    where = f"{at.file} {cell}".strip() if with_file else cell
    words = " ".join(f"{where}　{finding.words}".strip().splitlines())
    click.echo(f"{'' if with_file else '　'}【{finding.severity}】{plain(words)}")
    click.echo(f"　　→ {here(finding.remedy)}")


def titled(at: RoundAt) -> str:
    """The plan, the round and its year, above what a command says of them."""
    return f"{at.plan.title}　{at.round.name}　{at.round.caption(at.year)}"


def notices(told: Iterable[str]) -> None:
    """What is to be known of a command's work, on stderr."""
    for notice in told:
        click.echo(f"（お知らせ）{plain(notice)}", err=True)


def as_json(data: Any) -> None:
    """Print data as JSON to stdout, letters as \\u… where a code page might lack them."""
    letters = not _speaks_unicode()
    click.echo(json.dumps(data, ensure_ascii=letters, indent=2, default=str))


def short(path: Path) -> str:
    """A path as people read it: from here if it lies below, else whole."""
    try:
        return plain(str(path.absolute().relative_to(Path.cwd())))
    except ValueError:
        return plain(str(path))


def quoted(word: str | Path) -> str:
    """A word as it is typed in a command line."""
    text = str(word)
    return f'"{text}"' if not text or any(char.isspace() for char in text) else text


def here(text: str) -> str:
    """The text, plain, with --plan, --output and --only where given in every command that takes them."""
    told, text = dict(_told()), plain(text)
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


@contextmanager
def progress(
    what: str, console: Console | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int, int], None]]:
    """Gives a function to call with what is done, of what is known of: files.

    A bar with their count and the time that is left goes to stderr, if that is a terminal and
    more than two seconds are ahead; it is wiped off at the end.
    """
    began, bars = clock(), ExitStack()
    import_module("rich.table")  # for what comes after; those who read are only starting
    shown: Progress | None = None
    terminal = console.is_terminal if console else sys.stderr.isatty()

    def tell(done: int, known: int) -> None:
        nonlocal shown
        ahead = (clock() - began) / done * (known - done)
        if shown is None and ahead > _WORTH and terminal:
            shown = bars.enter_context(_bar(console))
            shown.add_task(what, total=known)
        if shown:
            shown.update(shown.task_ids[0], completed=done, total=known)

    with bars:
        yield tell


def _bar(console: Console | None) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    said, rest = TextColumn("{task.description}"), TextColumn("件　残り")
    columns = (said, BarColumn(), MofNCompleteColumn(), rest, Remaining())
    return Progress(*columns, console=console or Console(stderr=True), transient=True)
