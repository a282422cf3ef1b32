"""Runs the checks: over a sheet in force, a replaced one, and a respondent's reply."""

from __future__ import annotations

from collections.abc import Iterator

from kakunin_xlsx.checks.cells import check_cell
from kakunin_xlsx.checks.model import Compared, Reply, Standing
from kakunin_xlsx.checks.replies import REPLY_CHECKS
from kakunin_xlsx.checks.sheets import FORM_CHECKS, texts_of
from kakunin_xlsx.findings import Finding, catalogue


def check_form(sheet: Compared) -> Iterator[Finding]:
    """Every finding about one sheet that is in force."""
    for check in FORM_CHECKS:
        yield from check(sheet)


def check_reply(reply: Reply) -> Iterator[Finding]:
    """Every finding about what a respondent's returns say together."""
    for check in REPLY_CHECKS:
        yield from check(reply)
    fields = [given for sheet in reply.forms for given in sheet.fields.values()]
    for given in (*fields, *reply.held.values()):
        yield from check_cell(given, reply.unit(given.row, given.column))


def check_replaced(sheet: Compared) -> Iterator[Finding]:
    """A replaced sheet needs no mending, but nothing written in it is lost."""
    place, kept = sheet.form.place, catalogue.REPLACED_TEXT
    for cell in (*sheet.stray, *(cell for _, cell in sheet.form.sheet.doubled)):
        yield kept.at(place(cell=cell.address, value=cell.typed))
    for comment in sheet.form.sheet.grid.comments:
        if comment.text:
            yield kept.at(place(cell=comment.address, value=comment.text))
    for row in sheet.rows:
        mark = row.found.mark_cell
        if row.odd_mark or row.standing in (Standing.OTHERS, Standing.UNKNOWN):
            yield kept.at(place(row.found.id, cell=mark.address, value=mark.typed))
        if row.standing is Standing.MISPLACED and (text := texts_of(row)):
            column, cell = row.texts[0]
            yield kept.at(place(row.found.id, column, cell.address, text))
