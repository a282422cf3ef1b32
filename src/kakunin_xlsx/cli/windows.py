"""What shells on Windows leave to a program: wildcards, code pages, words with backslashes."""

from __future__ import annotations

import codecs
import glob
import locale
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from click.shell_completion import PowerShellComplete

_MARK = "〓"  # printers' word for a letter that is not in the case
# Python and Windows put one JIS character on different ones of Unicode; these are the others.
_ALIKE = str.maketrans("〜−—‖¢£¬", "～－―∥￠￡￢")


def expanded(words: Iterable[str]) -> Iterator[str]:
    """A command line with `*` and `?` in place of the paths they match.

    Nothing else stands for anything: 確認表[1].xlsx is what a browser calls a second download.
    """
    for word in words:
        found = []
        if "*" in word or "?" in word:
            # Not Path.glob: the pattern may begin at a drive, and anything may be typed.
            found = sorted(glob.glob(word.replace("[", "[[]")))  # noqa: PTH207
        yield from found or [word]


def encoding_of(stream: TextIO) -> str:
    """UTF-8; on Windows, of what is piped or redirected, the code page of the console."""
    if not on_windows() or stream.isatty() or sys.flags.utf8_mode:
        return "utf-8"
    page = f"cp{code_page()}"
    try:
        codecs.lookup(page)
    except LookupError:  # cp0: without a console
        page = locale.getencoding()
    return "utf-8" if page == "cp65001" else page


def on_windows() -> bool:
    """Whether words must fit the code page of a console."""
    return os.name == "nt"


def code_page() -> int:
    """The number of the console's; 0 where there is none."""
    page = 0
    if sys.platform == "win32":
        import ctypes

        page = ctypes.windll.kernel32.GetConsoleOutputCP()
    return page


def instead(problem: UnicodeError) -> tuple[str | bytes, int]:
    """For letters that a code page lacks: one that looks the same, else a mark to be seen."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    letters = problem.object[problem.start : problem.end].translate(_ALIKE)
    put = b"".join(_in_page(letter, problem.encoding) for letter in letters)
    return put, problem.end


def _in_page(letter: str, page: str) -> bytes:
    for each in (letter, _MARK):
        try:
            return each.encode(page)
        except UnicodeEncodeError:
            continue
    return b"?"


class PowerShell(PowerShellComplete):
    """Completion whose words are split as PowerShell splits them: a backslash is a letter."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and that one."""
        lexer = shlex.shlex(os.environ["COMP_WORDS"], posix=True)
        lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", "`"
        words: list[str] = []
        at = int(os.environ["COMP_CWORD"])
        try:
            words.extend(lexer)
        except ValueError:  # in the midst of a quoted word
            words.append(lexer.token)
        return words[1:at], words[at] if at < len(words) else ""
