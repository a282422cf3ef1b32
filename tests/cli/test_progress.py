"""A bar only where there is a terminal, and something left to wait for."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from kakunin_xlsx.cli.show import progress


def shown(seconds: float, terminal: bool = True, files: int = 100) -> str:
    """What stands on the terminal while files of so many seconds each are read."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, width=100)
    with progress("読み取り", console, _clock(seconds)) as tell:
        for done in range(1, files + 1):
            tell(done, files)
    return screen.getvalue()


def _clock(step: float) -> Callable[[], float]:
    times = iter(range(10**6))
    return lambda: next(times) * step


def test_a_long_reading_shows_how_many_files_and_how_long() -> None:
    text = shown(0.1)
    assert "読み取り" in text
    assert "/100" in text
    assert "残り" in text


@pytest.mark.parametrize(("seconds", "terminal"), [(0.01, True), (0.1, False)])
def test_a_short_one_or_no_terminal_shows_nothing(seconds: float, terminal: bool) -> None:
    assert shown(seconds, terminal) == ""


def test_files_inside_zips_join_the_count() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    with progress("読み取り", console, _clock(1)) as tell:
        tell(1, 10)
        tell(2, 30)
    assert "2/30" in screen.getvalue()
