"""Masters with some texts of a file replaced, and what is said of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from kakunin_xlsx.plan import MastersBroken, Problem, load_plan

Changes = list[tuple[str, str]]  # old and new


def edited(masters: Path, into: Path, file: str, changes: Iterable[tuple[str, str]]) -> Path:
    """A copy of the masters with some texts of one file replaced."""
    folder = Path(shutil.copytree(masters, into / masters.name))
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> tuple[Problem, ...]:
    """All that loading says."""
    with pytest.raises(MastersBroken) as stop:
        load_plan(folder)
    return stop.value.problems


def damages(masters: Path) -> list[tuple[str, Changes, list[str]]]:
    """The entries of broken_texts.txt: file, what is replaced, and what is said."""
    found: list[tuple[str, Changes, list[str]]] = []
    text = Path(__file__).with_name("broken_texts.txt").read_text(encoding="utf-8")
    for entry in text.split("\n\n")[1:]:
        place, *lines = entry.strip().splitlines()
        plan, _, file = place.partition("/")
        if plan == masters.name:
            old, new, said = (
                [line[2:].strip() for line in lines if line.startswith(sign)] for sign in "-+ "
            )
            found.append((file, list(zip(old, new, strict=True)), said))
    return found
