"""What the pages under docs/ and the README hold: commands, quotes, pictures, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.example import ROOT

DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = (README, *sorted(DOCS.glob("*.md")))
# The list of commands is made from them: it shows how they are written, not a line to type.
TOLD = tuple(page for page in PAGES if page.name != "コマンド.md")

_BLOCK = re.compile(r"^ *```([a-z]*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def typed_lines(page: Path) -> Iterator[str]:
    """Every line of a block that people type; what a screen shows is marked as text."""
    for language, body in _BLOCK.findall(text(page)):
        if language != "text":
            yield from (line.partition("  #")[0].strip() for line in body.splitlines())


def spans(page: Path) -> Iterator[str]:
    """Every code span in the running text."""
    return (found.strip() for found in _SPAN.findall(_BLOCK.sub("", text(page))))


def links(page: Path) -> Iterator[Path]:
    """Files that a page links to or shows."""
    for target in re.findall(r"\]\(([^)#\s]+)\)", text(page)):
        if "://" not in target:
            yield (page.parent / target).resolve()
