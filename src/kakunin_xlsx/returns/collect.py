"""A folder of anything → returns: gate, grid and form, one file at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings.catalogue import CANNOT_OPEN, NOT_A_FORM, SAME_FILES, UNREADABLE
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns import gate
from kakunin_xlsx.returns.folder import Received, received
from kakunin_xlsx.returns.form import read_form
from kakunin_xlsx.returns.grid import Unreadable, read_grids
from kakunin_xlsx.returns.model import Return


def collect(folder: Path, layouts: Collection[Layout]) -> tuple[Return, ...]:
    """Every file under a 2_回収 folder, read; `layouts` are the forms of the round."""
    return tuple(_return(entry, layouts) for entry in received(folder))


def _return(entry: Received, layouts: Collection[Layout]) -> Return:
    unread = Return(entry.paths, entry.sha256)
    if entry.finding:
        return replace(unread, findings=(entry.finding,))
    try:
        size = entry.path.stat().st_size
        if size > gate.MAX_FILE:
            return replace(unread, findings=(gate.too_big(size, unread.file),))
        data = entry.path.read_bytes()
    except OSError:
        finding = CANNOT_OPEN.at(Place(file=unread.file), what="読み出せません")
        return replace(unread, findings=(finding,))
    return read_return(data, unread, layouts)


def read_return(data: bytes, unread: Return, layouts: Collection[Layout]) -> Return:
    """`unread` with the sheets that the bytes of its file hold, or why they hold none."""
    place = Place(file=unread.file)
    if finding := gate.refuse(data, unread.file):
        return replace(unread, findings=(finding,))
    try:
        grids = read_grids(data)
    except Unreadable as problem:
        return replace(unread, findings=(UNREADABLE.at(place, what=problem),))
    sheets = tuple(form for grid in grids if (form := read_form(grid, layouts)))
    if not sheets:
        names = "、".join(grid.name for grid in grids)
        return replace(unread, findings=(NOT_A_FORM.at(place, what=names),))
    return replace(unread, sheets=sheets, findings=tuple(_copies(unread)))


def _copies(unread: Return) -> tuple[Finding, ...]:
    count = len(unread.paths)
    return (SAME_FILES.at(Place(file=unread.file), count=count),) if count > 1 else ()
