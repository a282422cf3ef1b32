"""One paper: the year as its readers see it, what the office says on it, where everything stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kakunin_xlsx.codec import key
from kakunin_xlsx.report.paging import Refs
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import A3, A4

if TYPE_CHECKING:
    from kakunin_xlsx.report.errata import Errata


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the office says on page one.

    `no` and `date` left empty are lines to be filled by hand; without `agenda` page one asks
    for what the plan's texts of that chapter say, or else for the next council's judgement.
    """

    no: str = key("資料番号", "")
    date: str = key("会議の日", "")
    agenda: tuple[str, ...] = key("御意見をいただきたいこと", ())


@dataclass(frozen=True)
class CouncilPaper:
    """What every page is made from: `report.book.PAGES` are functions of it.

    `edition` is the number of the 版 that this paper is, if it is one; `errata` what changed
    since the last. `refs` are known once all pages were laid out.
    """

    view: YearView
    front: FrontMatter = FrontMatter()
    errata: Errata | None = None
    edition: int | None = None
    refs: Refs = field(default_factory=Refs)

    @property
    def size(self) -> int:
        """Excel's code of the paper of the large tables."""
        return A4 if self.view.plan.style.paper == "A4" else A3


@dataclass(frozen=True)
class PaperPart:
    """What lays out some pages of a paper."""

    paper: CouncilPaper

    @property
    def _view(self) -> YearView:
        return self.paper.view
