"""A person at a terminal: a command behind a pseudo-terminal, read until it asks."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

# The terminal becomes the process's own, so that Ctrl-C reaches it as it reaches a person's.
_PROGRAM = """
import fcntl, signal, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
from kakunin_xlsx.cli import main
main()
"""
SECONDS = 120  # that one step may take on a busy computer


class Terminal:
    """`kakunin` as it runs in `folder`, 80 columns wide."""

    def __init__(self, folder: Path) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        source = Path(__file__).parents[2] / "src"
        environment = {**os.environ, "PYTHONPATH": str(source), "TERM": "xterm"}
        environment |= {"KAKUNIN_SOFFICE": "nowhere", "COLUMNS": "80"}
        begin = partial(subprocess.Popen, cwd=folder, env=environment, start_new_session=True)
        words = [sys.executable, "-c", _PROGRAM]
        self.process = begin(words, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self.screen = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def until(self, words: str) -> str:
        """What is shown up to and with `words`; the rest stays for the next time."""
        end = time.monotonic() + SECONDS
        while words not in self.screen:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"{words!r} is not shown:\n{self.screen}")
            more = self._read()
            if not more:
                raise AssertionError(f"ended before {words!r}:\n{self.screen}")
            self.screen += more
        at = self.screen.index(words) + len(words)
        shown, self.screen = self.screen[:at], self.screen[at:]
        return shown

    def _read(self) -> str:
        """A piece that ends at no half letter; '' at the end."""
        data = b""
        while True:
            try:
                data += os.read(self.master, 4096)
                return data.decode().replace("\r\n", "\n")
            except UnicodeDecodeError:
                continue
            except OSError:  # Linux says so when the other side has closed
                return ""

    def type(self, *answers: str) -> None:
        """One answer after the other, each with Enter."""
        for answer in answers:
            os.write(self.master, f"{answer}\n".encode())

    def press(self, key: str) -> None:
        """Ctrl and a letter, by somebody who has seen the question."""
        time.sleep(0.5)
        os.write(self.master, bytes([ord(key) - 64]))

    def ended(self) -> int:
        """The exit code."""
        while self._read():
            pass
        return self.process.wait(SECONDS)
