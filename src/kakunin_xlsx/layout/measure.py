"""How much room a text takes: widths in half-width characters, heights in points.

Widths follow Unicode's East Asian width, the way Japanese fonts are cut. Heights are
estimates on the safe side: nothing may be clipped, a little air does no harm.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

LINE_FACTOR = (
    1.2  # line pitch over font size: BIZ UDゴシック has 1.0, and a line breaks early now and then
)
PADDING = 6.0  # points above and below the text of a cell
TALLEST = 400.0  # points; Excel stops at 409.5
_IN_MARGIN = 120.0  # half-width characters, in the smallest print
_MARGIN = 2.2  # half-width characters lost to cell padding and 禁則 at a line's end


@cache
def _char_width(char: str) -> int:
    if unicodedata.combining(char) or 0xFE00 <= ord(char) <= 0xFE0F or ord(char) >= 0xE0100:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def width(text: str) -> int:
    """Width of a text without line breaks, in half-width characters."""
    return sum(map(_char_width, text))


def wrap(text: str, room: float) -> list[str]:
    """The lines a cell of `room` half-width characters breaks `text` into."""
    usable = _usable(room)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for char in paragraph:
            step = _char_width(char)
            if used + step > usable:
                lines.append(line)
                line, used = "", 0
            line, used = line + char, used + step
        lines.append(line)
    return lines


def in_margin(title: str) -> str:
    """What of a title has room above or below a page, whatever else stands there."""
    first, *more = wrap(title, _IN_MARGIN)
    return f"{first}…" if more else first


def count(text: str, room: float) -> int:
    """How many lines `wrap` makes of it."""
    return _count(text, _usable(room))


def _usable(room: float) -> float:
    return max(2.0, room - _MARGIN)


@lru_cache(maxsize=4096)  # headings, labels and the words of 記入要領 come again and again
def _count(text: str, usable: float) -> int:
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        if 2 * len(paragraph) <= usable:
            continue
        used = 0
        for step in map(_char_width, paragraph):
            used += step
            if used > usable:
                lines, used = lines + 1, step
    return lines


def height(text: str, room: float, size: float) -> float:
    """Points that `text` needs at font size `size` in a cell of `room` characters.

    `room` counts characters of the sheet's base font; callers scale it for other sizes.
    """
    return count(text, room) * size * LINE_FACTOR + PADDING


def split(text: str, room: float, size: float, tallest: float = TALLEST) -> list[str]:
    """Cut `text` into parts that each fit a cell no taller than `tallest` points."""
    # One line is kept free: a later part begins with a word that says it continues.
    per_part = max(1, int((tallest - PADDING) // (size * LINE_FACTOR)) - 1)
    if 2 * len(text) <= (per_part - 1 - text.count("\n")) * (_usable(room) - 2):
        return [text]  # as almost all are: there is no need to wrap it
    parts: list[str] = []
    rest = text
    while count(rest, room) > per_part:
        cut = _length_of(rest, wrap(rest, room)[:per_part])
        parts.append(rest[:cut].rstrip("\n"))
        rest = rest[cut:].lstrip("\n")
    return [*parts, rest]


def _length_of(text: str, lines: list[str]) -> int:
    """How many characters of `text` stand in its first wrapped `lines`, line breaks included."""
    at = 0
    for line in lines:
        at += len(line)
        at += at < len(text) and text[at] == "\n"
    return at
