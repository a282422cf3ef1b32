"""課 that people name and no table holds yet: each gets a code and a 回答元, or is asked about.

A name that is nearly one that is known (another width, 「課」 left out, one letter) is asked
about, never taken for a new 課.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import count

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.headings import NAME, is_department, parts
from kakunin_xlsx.plan.cells import Problem
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.people import DEPARTMENTS, RESPONDENTS
from kakunin_xlsx.plan.texts import TextRow
from kakunin_xlsx.plan.tree import ACTIONS

_CODE, _OWN = DEPARTMENTS.keys[0], "部署"
_UNIT = re.compile(r"(?:課|室|係|担当|グループ)$")
_ONE_LETTER = 0.8  # of five
_ASK = (
    "同じ課なら、部署の名称のとおりに書いてください。"
    f"別の課なら、シート「{book.sheet_name(DEPARTMENTS)}」の「{NAME}」に書き足してください。"
)


@dataclass
class Newcomers:
    """The tables of a workbook, names of 課 still in them; what was added, and what is asked.

    `known` says the code of every name that the masters have or had.
    """

    tables: Mapping[str, list[TextRow]]
    known: Mapping[str, str]
    told: list[str] = field(default_factory=list)
    asked: list[Problem] = field(default_factory=list)

    def settle(self) -> None:
        """Add what is missing; a workbook without both sheets of people stays as it is."""
        if DEPARTMENTS.name in self.tables and RESPONDENTS.name in self.tables:
            self._codes()
            self._named_in_lines()
            self._respondents()

    @property
    def _departments(self) -> list[TextRow]:
        return self.tables[DEPARTMENTS.name]

    def _codes(self) -> None:
        """A 課 of which only the name was typed."""
        for row in self._departments:
            if row.said(NAME) and not row.said(_CODE):
                row.cells[_CODE] = self._next_code()
                self.told.append(f"「{row.said(NAME)}」のコードを {row.said(_CODE)} としました。")

    def _named_in_lines(self) -> None:
        """A 課 that a line names first."""
        codes = {row.said(_CODE) for row in self._departments}
        names = {*self.known, *(row.said(NAME) for row in self._departments)} - {""}
        for header, row, name in self._mentions():
            if name in codes or name in names or name.isascii():
                continue  # what looks like a code that there is not is told by the check
            if near := _near(name, names):
                wrong = f"「{name}」という課は、部署にありません。もしかして：{near}。"
                self.asked.append(Problem("", 0, header, wrong, _ASK, row.place(header)))
                continue
            code = self._next_code()
            cells = {_CODE: code, NAME: name, book.WHY: row.said(book.WHY)}
            self._departments.append(TextRow(cells, places={"": row.place(header)}))
            names.add(name)
            self.told.append(
                f"{row.place(header)}：「{name}」を部署に加えました（コード {code}）。"
            )

    def _mentions(self) -> Iterator[tuple[str, TextRow, str]]:
        """Heading, row and name wherever a 課 is named."""
        for table in (table for table in TABLES if table is not DEPARTMENTS):
            for column in filter(is_department, table.columns):
                for row in self.tables.get(table.name, ()):
                    for name in parts(column, row.said(column.header)):
                        yield column.header, row, name

    def _respondents(self) -> None:
        """A 課 with a line, of which nobody has said that it answers."""
        own = self.tables[RESPONDENTS.name]
        asked = {row.said(_OWN) for row in own}
        lines = {row.said(_OWN) for row in self.tables.get(ACTIONS.name, ())}
        taken = {row.said(_CODE) for row in own}
        for row in {row.said(_CODE): row for row in self._departments}.values():
            code, name = row.said(_CODE), row.said(NAME)
            if asked & {code, name} or not lines & {code, name} or code in taken:
                continue
            cells = {_CODE: code, NAME: name, _OWN: code, book.WHY: row.said(book.WHY)}
            own.append(TextRow(cells, places={"": row.place(NAME)}))
            self.told.append(f"「{name}」を回答元に加えました。")

    def _next_code(self) -> str:
        rows = (*self._departments, *self.tables[RESPONDENTS.name])
        taken = {*self.known.values(), *(row.said(_CODE) for row in rows)}
        return next(code for n in count(1) if (code := f"dept-{n:02}") not in taken)


def _near(name: str, known: Collection[str]) -> str:
    """The known name that `name` nearly is, whatever every 課 is called; '' where there is none."""
    own, *plain = (_UNIT.sub("", folded(each)) for each in (name, *known))
    names = dict(zip(plain, known, strict=True))
    close = get_close_matches(own, names, n=1, cutoff=_ONE_LETTER)
    return names[close[0]] if close else ""


def folded(name: str) -> str:
    """A name in one width and case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
