"""What binary workbooks of both kinds (.xls, .xlsb) have in common."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from kakunin_xlsx.returns.ooxml.strings import RAISED, Piece, Pieces

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def number_of(rk: int) -> float:
    """The number that 4 bytes hold: a whole one or the begin of any, or a hundredth of it."""
    if rk & 2:
        value = float(rk >> 2 if rk < 1 << 31 else (rk >> 2) - (1 << 30))
    else:
        (value,) = struct.unpack("<d", struct.pack("<II", 0, rk & 0xFFFFFFFC))
    return value / 100 if rk & 1 else value


def pieces_of(
    text: str, runs: Sequence[tuple[int, int]], fonts: Sequence[tuple[bool, str]]
) -> Pieces:
    """A text with the looks of its parts: from which letter on it has which font.

    `fonts` are struck and raised or not; letters outside the first 65,536 count twice.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    ends = [*(first for first, _ in runs), len(units) // 2]
    pieces: list[Piece] = [(_between(units, 0, ends[0]), None)]
    for (first, font), behind in zip(runs, ends[1:], strict=True):
        struck, raised = fonts[font] if font < len(fonts) else (False, "")
        pieces.append((_between(units, first, behind).translate(RAISED.get(raised, {})), struck))
    return tuple(piece for piece in pieces if piece[0])


def _between(units: bytes, first: int, behind: int) -> str:
    return units[2 * first : 2 * behind].decode("utf-16-le", "replace")
