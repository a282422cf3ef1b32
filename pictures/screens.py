"""What the terminal shows, as text in docs/: between 「<!-- 画面：名前 -->」 and the block's end."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from kakunin_xlsx.cli.app import run
from pictures.midyear import TODAY, set_days

_BLOCK = re.compile(r"(<!-- 画面：(.+?) -->\n```[a-z]*\n)(.*?)(```)", re.DOTALL)
_BOLD = re.compile(r"\x1b\[[0-9;]*m")
_COLUMNS = "100"
# In this order: what one makes the next one shows.
_COMMANDS: Mapping[str, Sequence[str]] = {
    "メニュー": (),
    "状況": ("status", "--year", "R7"),
    "点検": ("check", "--year", "R7", "--annotate"),
    "取りまとめ": ("merge", "--year", "R7"),
    "文面": ("letters", "--year", "R7", "--on", "2026-06-03"),
}


class _Terminal(io.StringIO):
    """Text in or out that says it is a person's."""

    def isatty(self) -> bool:
        """So that the menu opens."""
        return True


class _Today(type(TODAY)):  # type: ignore[misc]
    """A date whose today is the day of the story."""

    @classmethod
    def today(cls) -> object:
        """The same day each time."""
        return TODAY


def shown(root: Path) -> dict[str, str]:
    """Each screen in the half-way year of `root`."""
    return {name: _screen(root, words) for name, words in _COMMANDS.items()}


def _screen(root: Path, words: Sequence[str]) -> str:
    set_days(root)
    out = _Terminal()
    with ExitStack() as stack:
        stack.enter_context(chdir(root))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(io.StringIO()))
        stack.enter_context(patch.object(sys, "stdin", _Terminal("0\n")))
        stack.enter_context(patch.dict(os.environ, COLUMNS=_COLUMNS))
        for module in ("status", "menu"):
            stack.enter_context(patch(f"kakunin_xlsx.cli.{module}.date", _Today))
        run(words)
    plain = _BOLD.sub("", out.getvalue()).strip("\n")
    lines = (line.rstrip() for line in plain.splitlines())
    return "".join(f"{line}\n" for line in lines)


def put(text: str, screens: Mapping[str, str]) -> str:
    """A page with its screens as they are."""
    return _BLOCK.sub(lambda found: found[1] + screens[found[2]] + found[4], text)


def named(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of every screen of a page."""
    for found in _BLOCK.finditer(text):
        yield found[2], found[3]


Say = Callable[[str], None]


def renew(docs: Path, root: Path, say: Say) -> None:
    """Write the screens into the pages that show them."""
    screens = shown(root)
    for page in sorted(docs.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (renewed := put(text, screens)) != text:
            page.write_text(renewed, encoding="utf-8", newline="\n")
            say(f"{page}")
