"""A year's record and the conditions of a paper → the paper's bytes; nothing is read or written."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kakunin_xlsx.office.conditions import Front
from kakunin_xlsx.plan import Audience, FiscalYear, Plan
from kakunin_xlsx.record import Record

if TYPE_CHECKING:
    from kakunin_xlsx.report.errata import Errata
    from kakunin_xlsx.report.gaps import Findings
    from kakunin_xlsx.report.shown import Shown
    from kakunin_xlsx.report.view import YearView


@dataclass(frozen=True)
class Issued:
    """What 第`number`版 showed."""

    number: int
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Draft:
    """A paper before it is known whether it becomes a 版; `issued` is the last one, if any."""

    view: YearView
    issued: Issued | None

    @cached_property
    def cells(self) -> tuple[Shown, ...]:
        """What the paper shows, for the next one to be compared with."""
        from kakunin_xlsx.report.shown import shown_cells

        return shown_cells(self.view)

    @cached_property
    def errata(self) -> Errata | None:
        """What changed since the last 版: only the office's paper says it."""
        if self.issued is None or not self.view.internal:
            return None
        return _errata(self.view, self.issued, self.cells)

    @property
    def next_edition(self) -> int | None:
        """The number of the 版 to issue; None if it would be the last one again."""
        if self.errata is None:
            return 1
        return self.errata.since + 1 if self.errata.changes else None


@dataclass(frozen=True, slots=True)
class Paper:
    """The files of a paper: the workbook, its data, and the text to be read aloud."""

    workbook: bytes
    data: bytes
    text: bytes | None


def draft(
    plan: Plan, year: FiscalYear, record: Record, audience: Audience, issued: Issued | None
) -> Draft:
    """The year as its readers see it."""
    from kakunin_xlsx.report.view import YearView

    return Draft(YearView.of(plan, year, record, audience=audience), issued)


def _errata(view: YearView, issued: Issued, cells: tuple[Shown, ...]) -> Errata:
    from kakunin_xlsx.report.errata import Errata
    from kakunin_xlsx.report.shown import changes

    held = {each.round.code for each in (view, *view.later)}
    left_out: Mapping[str, str] = {
        each.code: each.name for each in view.plan.rounds if each.code not in held
    }
    return Errata(issued.number, changes(issued.cells, cells, left_out))


def compose(
    drafted: Draft, front: Front, findings: Findings, edition: int | None, with_text: bool
) -> Paper:
    """The paper itself; the same draft and conditions give the same bytes."""
    from kakunin_xlsx.report.book import view_workbook
    from kakunin_xlsx.report.flat import flat_workbook
    from kakunin_xlsx.report.paper import CouncilPaper
    from kakunin_xlsx.report.speech import speech_bytes

    view = drafted.view
    said = (front.no, front.date, front.agenda, findings, drafted.errata, edition)
    with _all_kept():
        workbook = view_workbook(view, CouncilPaper(*said))
    gc.collect()  # a finished workbook and its sheets hold each other
    with _all_kept():
        data = flat_workbook(view)
    return Paper(workbook, data, speech_bytes(view) if with_text else None)


@contextmanager
def _all_kept() -> Iterator[None]:
    """Millions of cells are made and all stay: looking among them for garbage finds none."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
