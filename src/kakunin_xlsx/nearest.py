"""もしかして: the known word that a misspelt one most likely means."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_SHORT = 3  # letters: one of two is half a Japanese word


def perhaps(word: str, known: Iterable[str]) -> str:
    """`もしかして：build。` for a word like `biuld`; '' where none of the known ones is near."""
    from difflib import get_close_matches

    folded = {_fold(each): each for each in known}
    cutoff = 0.5 if len(word) <= _SHORT else 0.6
    near = get_close_matches(_fold(word), folded, n=1, cutoff=cutoff)
    return f"もしかして：{folded[near[0]]}。" if near else ""


def _fold(word: str) -> str:
    """Width and case do not make another word."""
    return unicodedata.normalize("NFKC", word).casefold().strip()
