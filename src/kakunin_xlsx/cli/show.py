"""Tables and JSON on the screen. rich knows how wide Japanese is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print a table to stdout, full text in every cell."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    drawn = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
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


def plain(text: str) -> str:
    """Text from files without control characters, which a terminal would obey."""
    return "".join(char if char.isprintable() or char == "\n" else "□" for char in text)


def as_json(data: Any) -> None:
    """Print data as JSON to stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def short(path: Path) -> str:
    """A path as people read it: from here if it lies below, else whole."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
