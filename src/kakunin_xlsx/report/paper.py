"""One paper: the year as its readers see it, what the office says on it, where everything stands.

Page numbers are counted from the lines' heights, as Excel does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kakunin_xlsx.codec import key
from kakunin_xlsx.report.paging import ROOM, height
from kakunin_xlsx.sheets.page import A3, A4, Page

if TYPE_CHECKING:
    from kakunin_xlsx.report.errata import Errata
    from kakunin_xlsx.report.view import YearView

_IN_BUNDLE = "&C&P（全&N頁）"  # of a bundle that begins elsewhere, n / N would be untrue


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the office says on page one.

    `no` and `date` left empty are lines to be filled by hand; without `agenda` page one asks
    for what the plan's texts of that chapter say, or else for the next council's judgement.
    """

    no: str = key("資料番号", "")
    date: str = key("会議の日", "")
    agenda: tuple[str, ...] = key("御意見をいただきたいこと", ())


def papers(page: Page) -> list[int]:
    """For each line of a worksheet the sheet of paper it is printed on, from 0."""
    found: list[int] = []
    _, down = ROOM[page.paper, page.landscape]
    used, at = 0.0, 0
    for number, each in enumerate(page.lines):
        tall = 0.0 if each.hidden else each.height or 0.0
        if number and (each.new_page or used + tall > down):
            at, used = at + 1, 0.0
            if page.repeat and number > page.repeat[1]:
                used = height(page.lines[page.repeat[0] : page.repeat[1] + 1])
        found.append(at)
        used += tall
    return found


_Entry = tuple[int, str, str, int]  # level, title, place, number
_ALL = "*"  # no thing is called so


@dataclass(frozen=True)
class Refs:
    """Where things stand in the bound paper: by what it is called, place and page number.

    `asked` are those that somebody asked for, whose pages are true while these stand there.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    listed: Sequence[_Entry] = ()
    asked: set[str] = field(default_factory=set, compare=False)

    @classmethod
    def of(cls, pages: Sequence[Page], first: int) -> Refs:
        """Of all worksheets in order, the first one's first page being `first`."""
        places, numbers, contents = dict[str, str](), dict[str, int](), list[_Entry]()
        for page, start, found in _starts(pages, first):
            for name, row in page.anchors.items():
                places[name], numbers[name] = f"'{page.name}'!A{row + 1}", start + found[row]
            contents += [
                (level, title, f"'{page.name}'!A{row + 1}", start + found[row])
                for row, level, title in page.outline
            ]
        return cls(places, numbers, contents)

    def hold(self, now: Refs) -> bool:
        """True if whatever was asked for stands where it stood."""
        return all(
            self.listed == now.listed
            if key == _ALL
            else (self.places.get(key), self.numbers.get(key))
            == (now.places.get(key), now.numbers.get(key))
            for key in self.asked
        )

    def contents(self) -> Sequence[_Entry]:
        """Every title of the paper with its place."""
        self.asked.add(_ALL)
        return self.listed

    def link(self, key: str) -> str:
        """`'基本目標1'!A12`, or '' if it is nowhere."""
        self.asked.add(key)
        return self.places.get(key, "")

    def page(self, key: str) -> str:
        """「12頁」, or '' if it is nowhere."""
        self.asked.add(key)
        return f"{self.numbers[key]}頁" if key in self.numbers else ""


def _starts(pages: Sequence[Page], first: int) -> Iterator[tuple[Page, int, list[int]]]:
    for page in pages:
        found = papers(page)
        yield page, first, found
        first += (found or [0])[-1] + 1


def numbered(pages: Sequence[Page], first: int) -> list[Page]:
    """The worksheets with their numbers: printed alone, each still shows the right ones."""
    return [
        replace(page, first_page=start, footer=page.footer if first == 1 else _IN_BUNDLE)
        for page, start, _ in _starts(pages, first)
    ]


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
