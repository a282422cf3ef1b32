"""Where a command speaks and listens, also where it was started without a screen or a keyboard."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from contextlib import suppress

import click

from kakunin_xlsx.cli.show import plain
from kakunin_xlsx.stop import Stop

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


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
