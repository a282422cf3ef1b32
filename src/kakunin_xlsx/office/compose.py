"""A year's record and the conditions of a paper → the paper's bytes; nothing is read or written."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kakunin_xlsx.plan import Audience, FiscalYear, Plan
from kakunin_xlsx.record import Record

if TYPE_CHECKING:
    from kakunin_xlsx.report.errata import Errata, SnapshotCell
    from kakunin_xlsx.report.flat import Findings
    from kakunin_xlsx.report.paper import FrontMatter
    from kakunin_xlsx.report.view import YearView


@dataclass(frozen=True)
class LastEdition:
    """What 第`number`版 showed."""

    number: int
    cells: tuple[SnapshotCell, ...]


@dataclass(frozen=True)
class Draft:
    """A paper before it is known whether it becomes a 版; `issued` is the last one, if any.

    `view` is what its readers may see, `office` all there is.
    """

    view: YearView
    office: YearView
    issued: LastEdition | None

    @cached_property
    def cells(self) -> tuple[SnapshotCell, ...]:
        """What the paper shows, for the next one to be compared with."""
        from kakunin_xlsx.report.errata import snapshot

        return snapshot(self.view)

    @cached_property
    def errata(self) -> Errata | None:
        """What changed since the last 版."""
        return _errata(self.view, self.issued, self.cells) if self.issued else None

    @property
    def next_edition(self) -> int | None:
        """The number of the 版 to issue; None if it would be the last one again."""
        if self.errata is None:
            return 1
        changed = self.errata.changes or self.errata.added
        return self.errata.since + 1 if changed else None


@dataclass(frozen=True, slots=True)
class Composed:
    """The files of a paper: the workbook, the data, and the text to be read aloud."""

    workbook: bytes
    data: bytes
    text: bytes | None


def draft(
    plan: Plan, year: FiscalYear, record: Record, audience: Audience, issued: LastEdition | None
) -> Draft:
    """The year as the paper's readers see it."""
    from kakunin_xlsx.report.view import YearView

    office = YearView.of(plan, year, record)
    view = (
        YearView.of(plan, year, record, audience=audience)
        if audience is not Audience.OFFICE
        else office
    )
    return Draft(view, office, issued)


def _errata(view: YearView, issued: LastEdition, cells: tuple[SnapshotCell, ...]) -> Errata:
    from kakunin_xlsx.report.errata import Errata, added, changes

    held = {each.round.code: each for each in (view, *view.later)}
    names: Mapping[str, str] = {each.code: each.name for each in view.plan.rounds}
    # What these readers may not see, or nobody is asked any more, is no change.
    seen = [
        cell
        for cell in issued.cells
        if cell.round not in held or cell.key in held[cell.round].layout.column
    ]
    left_out = {code: name for code, name in names.items() if code not in held}
    changed = changes(seen, cells, left_out)
    return Errata(issued.number, changed, tuple(added(issued.cells, cells, names)))


def compose(
    drafted: Draft, front: FrontMatter, findings: Findings, edition: int | None, with_text: bool
) -> Composed:
    """The paper itself; the same draft and conditions give the same bytes.

    The data are the office's, but for a paper for the public, whose data are public too.
    """
    from kakunin_xlsx.report.book import paper_workbook, report_pages
    from kakunin_xlsx.report.flat import flat_workbook
    from kakunin_xlsx.report.paper import CouncilPaper
    from kakunin_xlsx.report.speech import speech_bytes

    view = drafted.view
    with _all_kept():
        paper = CouncilPaper(view, front, drafted.errata, edition)
        pages = report_pages(paper)
        text = speech_bytes(pages) if with_text else None
        workbook = paper_workbook(paper, pages)
    del pages
    gc.collect()  # a finished workbook and its sheets hold each other
    with _all_kept():
        public = view.audience is Audience.PUBLIC
        data = flat_workbook(view if public else drafted.office, findings)
    return Composed(workbook, data, text)


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
