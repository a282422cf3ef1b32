"""What is on the screen: tables, JSON, commands to be copied, how far a long reading has come."""

from __future__ import annotations

import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from kakunin_xlsx.findings import Finding

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

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


def plain(text: str) -> str:
    """Text from files without control characters, which a terminal would obey."""
    return "".join("□" if _obeyed(char) else char for char in text)


def _obeyed(char: str) -> bool:
    """Control and direction characters; a wide space is none."""
    return char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs")


def finding_line(finding: Finding, with_file: bool = True) -> str:
    """What is so and where, on one line."""
    at = finding.place
    cell = f"{at.sheet}{'!' if at.cell and at.sheet else ''}{at.cell}"
    where = f"{at.file} {cell}".strip() if with_file else cell
    words = " ".join(f"{where}　{finding.words}".strip().splitlines())
    return f"【{finding.severity}】{plain(words)}"


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
    bar = _Bar(what, console, clock)
    try:
        yield bar.tell
    finally:
        bar.stop()


class _Bar:
    def __init__(self, what: str, console: Console | None, clock: Callable[[], float]) -> None:
        self._what, self._console, self._clock = what, console, clock
        self._began = clock()
        self._shown: Progress | None = None

    def tell(self, done: int, known: int) -> None:
        ahead = (self._clock() - self._began) / done * (known - done)
        if self._shown is None and ahead > _WORTH and self._is_terminal:
            self._shown = self._drawn(known)
            self._shown.start()
        if self._shown:
            self._shown.update(self._shown.task_ids[0], completed=done, total=known)

    def stop(self) -> None:
        if self._shown:
            self._shown.stop()

    @property
    def _is_terminal(self) -> bool:
        return self._console.is_terminal if self._console else sys.stderr.isatty()

    def _drawn(self, known: int) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as Remaining

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("件　残り"),
            Remaining(),
        )
        console = self._console or Console(stderr=True)
        drawn = Progress(*columns, console=console, transient=True)
        drawn.add_task(self._what, total=known)
        return drawn
