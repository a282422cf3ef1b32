"""Where a command speaks and listens: closed streams, code pages, and what Windows' shells leave to it."""

from __future__ import annotations

import codecs
import errno
import locale
import os
import shlex
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TextIO

import click
from click.shell_completion import PowerShellComplete

from kakunin_xlsx.stop import Stop

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
_MARK = "〓"  # printers' word for a letter that is not in the case
# Python and Windows put one JIS character on different ones of Unicode; these are the others.
_ALIKE = str.maketrans("〜−—‖¢£¬", "～－―∥￠￡￢")


def ready() -> None:
    """Streams that were closed are there and silent; names of files can be Japanese."""
    _require_names()
    while (handle := os.open(os.devnull, os.O_RDWR)) < len(_STREAMS):
        pass  # or else a file of ours would take the place of a closed stream
    os.close(handle)
    for name, mode in _STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    # What Python cannot raise any more, after a worker went down, is said in words elsewhere.
    sys.unraisablehook = lambda _: None


def _require_names() -> None:
    """Begin anew in UTF-8 where the system's language has no letters for our folders."""
    try:
        "年度".encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        if not sys.flags.utf8_mode:
            words = [sys.executable, "-X", "utf8", "-m", "kakunin_xlsx", *sys.argv[1:]]
            os.environ["PYTHONUTF8"] = "1"  # for the workers
            os.execv(sys.executable, words)


def complain(words: str) -> None:
    """Say what is wrong, on stderr if anybody hears it; without what a terminal would obey."""
    with suppress(OSError):
        click.echo(plain(words), err=True)


def plain(text: str) -> str:
    """Text from files without control characters, which a terminal would obey."""
    return "".join("□" if _obeyed(char) else char for char in text)


def _obeyed(char: str) -> bool:
    """Control and direction characters; a wide space is none."""
    return char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs")


def in_words(refused: OSError) -> Stop:
    """What the system refused. Raises BrokenPipeError if it was to write to who has closed."""
    if os.name == "nt" and refused.errno == errno.EINVAL and not refused.filename:
        raise BrokenPipeError(errno.EPIPE, "closed") from refused  # Windows' word for it
    if not refused.filename and refused.errno == errno.ENOSPC:
        return Stop(
            "結果を表示する先（画面の代わりのファイルなど）に空きがありません。"
            "空きを作ってから、もう一度実行してください。"
        )
    return Stop(
        f"{refused.filename or 'ファイル'} を読み書きできません（番号{refused.errno}）。"
        "ほかで開いていないか、読み書きの権限があるかを確かめて、もう一度実行してください。"
    )


# Windows.


def expanded(words: Iterable[str]) -> Iterator[str]:
    """A command line with `*` and `?` in place of the paths they match.

    Nothing else stands for anything: 確認表[1].xlsx is what a browser calls a second download.
    """
    from glob import glob

    for word in words:
        found = []
        if "*" in word or "?" in word:
            # Not Path.glob: the pattern may begin at a drive, and anything may be typed.
            found = sorted(glob(word.replace("[", "[[]")))  # noqa: PTH207
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
