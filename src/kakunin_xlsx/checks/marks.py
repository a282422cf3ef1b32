"""What people say without typing it: comments, colours, merged cells, lines through text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator

from kakunin_xlsx.checks.model import Compared, Given, Reply
from kakunin_xlsx.findings import Finding, catalogue
from kakunin_xlsx.record import Reason
from kakunin_xlsx.returns.model import Area, At, Comment, address

_FIRST = "記入は左上の欄の回答として扱いました"
_UNDER = "結合で隠れた欄にも記入があり、それぞれの欄の回答として扱いました"


def comment_at(sheet: Compared, at: At) -> Comment | None:
    """The first words that people put on a cell; None if there are none."""
    on_it = (each for each in sheet.form.sheet.grid.comments if (each.row, each.col) == at)
    return next((each for each in on_it if each.text), None)


def merged_with(sheet: Compared, at: At) -> Area | None:
    """The merged block that swallows a cell: one that begins elsewhere."""
    for area in sheet.form.sheet.grid.merged:
        if at in area and at != (area.top, area.left):
            return area
    return None


# Said once for each cell; what an empty required cell bears is said there.


def comments(reply: Reply) -> Iterator[Finding]:
    """Everything that people put on cells, but the words on required ones that are empty."""
    for sheet in reply.forms:
        for comment in sheet.form.sheet.grid.comments:
            at = (comment.row, comment.col)
            # An empty required cell names its comment itself; a struck one names its text.
            named = reply.is_gap(sheet, at) and at not in sheet.filled
            if not (named and comment == comment_at(sheet, at)):
                yield comment.finding(sheet.form.place(*sheet.answer_cells.get(at, ("", ""))))


def colours(reply: Reply) -> Iterator[Finding]:
    """Coloured empty cells that need no answer."""
    for sheet in reply.forms:
        for at in sorted(sheet.coloured):
            row, column = sheet.answer_cells[at]
            if not reply.is_gap(sheet, at) and (row, column.key) not in reply.held:
                place = sheet.form.place(row, column, address(*at))
                yield catalogue.COLOURED.at(place, no=sheet.form.layout.label(row))


def merged(reply: Reply) -> Iterator[Finding]:
    """Answer cells merged with one another, unless an empty one of them is named already."""
    for sheet in reply.forms:
        rows = sorted({row for row, _ in sheet.answer_cells})
        for area in sheet.form.sheet.grid.merged:
            first = bisect_left(rows, area.top)
            if first == len(rows) or rows[first] > area.bottom:
                continue  # a title or a band, as almost all are
            inside = [at for at in sheet.answer_cells if at in area]
            named = any(reply.is_gap(sheet, at) and merged_with(sheet, at) for at in inside)
            if len(inside) > 1 and not named:
                yield _merged(sheet, area, inside[0])


def _merged(sheet: Compared, area: Area, first: At) -> Finding:
    row, column = sheet.answer_cells[first]
    begin, end = address(area.top, area.left), address(area.bottom, area.right)
    under = any(at in area and at != (area.top, area.left) for at in sheet.filled)
    taken = _UNDER if under else _FIRST
    place = sheet.form.place(row, column, begin)
    return catalogue.MERGED.at(place, area=f"{begin}:{end}", taken=taken)


def struck(reply: Reply) -> Iterator[Finding]:
    """Text with a line through it, in part or in whole (見え消し)."""
    for sheet in reply.forms:
        for at, given in sheet.filled.items():
            counted = given.reason in (Reason.NONE, Reason.STRUCK)
            if given.cell.struck and counted and not reply.is_gap(sheet, at):
                yield _struck(given)


def _struck(given: Given) -> Finding:
    if given.reason is Reason.STRUCK:
        return catalogue.STRUCK_AWAY.at(given.place, no=given.no)
    return catalogue.STRUCK.at(given.place, no=given.no, kept=given.cell.kept.strip())


MARK_CHECKS: tuple[Callable[[Reply], Iterator[Finding]], ...] = (comments, colours, merged, struck)
