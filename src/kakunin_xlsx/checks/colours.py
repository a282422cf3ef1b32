"""Which empty cells were coloured by a person who meant something by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping

from kakunin_xlsx.layout.identity import OWN_FILLS
from kakunin_xlsx.returns.model import At


def odd_fills(fills: Mapping[At, str], filled: Container[At]) -> frozenset[At]:
    """Empty cells with a colour of their own, among the answer cells of one sheet.

    The colour that most cells have is nobody's message (a converted file may have another
    than was issued), nor is one that a whole row or column was painted with.
    """
    if not set(fills.values()) - {"", *OWN_FILLS}:
        return frozenset()
    usual = Counter(fills.values()).most_common(1)[0][0] if fills else ""
    common = {"", usual, *OWN_FILLS}
    odd = [at for at, fill in fills.items() if fill not in common and at not in filled]
    if not odd:
        return frozenset()
    rows, columns = _by_axis(fills, 0), _by_axis(fills, 1)
    return frozenset(at for at in odd if len(rows[at[0]]) > 1 and len(columns[at[1]]) > 1)


def _by_axis(fills: Mapping[At, str], axis: int) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = {}
    for at, fill in fills.items():
        found.setdefault(at[axis], set()).add(fill)
    return found
