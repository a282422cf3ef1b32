"""Tables and JSON on the screen. rich knows how wide Japanese is."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from kakunin_xlsx.findings import Finding


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
