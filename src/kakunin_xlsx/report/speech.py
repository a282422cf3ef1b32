"""読み上げ用テキスト: the paper's own pages in sentences, for screen readers; no table art.

What people typed stays as typed, and every answer says first in which column it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kakunin_xlsx.layout import CONTINUED
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.plan.years import YEAR_CODE
from kakunin_xlsx.report.book import CONTENTS
from kakunin_xlsx.report.counting import percent
from kakunin_xlsx.report.paging import OPTIONAL
from kakunin_xlsx.sheets.page import Cell, Line, Page, Style

_ENDED = re.compile(r"[。！？!?](?:（[^（）]*）)?$")
_YEAR = re.compile(rf"\b{YEAR_CODE}\b")  # would be spelt out letter by letter
_ABOUT = (
    "これは、次の資料の内容を、音声読み上げソフトで聞けるように文章にしたものです。"
    "各課などが記入した文字は、記入されたとおりです。"
)

Texts = dict[int, str]  # by column


def speech_bytes(pages: Iterable[Page]) -> bytes:
    """The text file: UTF-8 with BOM and CRLF, as Windows' own editor and readers expect it."""
    told = (line for page in pages if page.name != CONTENTS for line in _page(page))
    return ("\r\n".join(_spaced([_ABOUT, "", *told])) + "\r\n").encode("utf-8-sig")


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    """One line per line, never two empty ones in a row."""
    empty = True
    for line in lines:
        for part in line.splitlines() or [""]:
            if part.strip() or not empty:
                yield part.rstrip()
            empty = not part.strip()


def sentence(text: str) -> str:
    """`text` with a full stop, so that a reader's voice pauses."""
    text = text.strip()
    return text if not text or _ENDED.search(text) else f"{text}。"


def _page(page: Page) -> Iterator[str]:
    """A worksheet from top to bottom: titles, paragraphs, and each row below its headings."""
    yield ""
    reader = _Voice(page.widths)
    for line in page.lines:
        yield from reader.line(line)
    yield from reader.row()
    yield from (chart.description for chart in page.charts)


@dataclass
class _Voice:
    """Reads line by line; a row is told when the next one shows that it does not go on."""

    widths: Sequence[float]
    heads: Texts = field(default_factory=dict)
    waiting: Texts = field(default_factory=dict)
    going_on: int | None = None  # the column whose text goes on over the width of the table
    lead: str = ""  # what a cell that spans several rows says of them
    in_heads: bool = False

    def line(self, line: Line) -> Iterator[str]:
        """What is to be said before this line is waited for, and the line if it is no row."""
        texts = {col: text for col, cell in line.cells.items() if (text := _text(cell))}
        if self.waiting and any(text.startswith(CONTINUED) for text in texts.values()):
            self._goes_on(line, texts)
            return
        yield from self.row()
        if line.heads:
            above = self.heads if self.in_heads else {}
            self.heads = {**above, **_headings(line, above)}
        elif (
            len(line.cells) == 1 and next(iter(line.cells.values())).across >= len(self.widths) - 1
        ):
            bold = any(cell.style.bold for cell in line.cells.values())
            yield from ["", *texts.values()] if bold else map(sentence, texts.values())
        elif not self.heads:  # names and values; a name without a value is not said
            for name, value in pairwise([*line.cells.values(), Cell("", Style())]):
                if not name.style.bold or _text(value):
                    yield sentence(_text(name))
        elif texts:
            self._wait(line, texts)
        self.in_heads = line.heads

    def _goes_on(self, line: Line, texts: Texts) -> None:
        for text in texts.values():
            _, named, heading = text.partition(f"{CONTINUED}\n")
            if named:
                self.going_on = next((c for c, h in self.heads.items() if h == heading), None)
        for at, text in texts.items():
            if text.startswith(CONTINUED):
                rest = text.removeprefix(CONTINUED)
                wide = self.going_on is not None and line.cells[at].across > 1
                col = self.going_on if wide and self.going_on is not None else at
                self.waiting[col] = self.waiting.get(col, "") + rest

    def _wait(self, line: Line, texts: Texts) -> None:
        first = line.cells.get(0)
        if first and _text(first):
            self.lead = _text(first).split("\n")[0] if first.down > 1 else ""
        self.waiting = {0: self.lead, **texts} if self.lead else texts

    def row(self) -> Iterator[str]:
        """The row that waits."""
        row, self.waiting, self.going_on = self.waiting, {}, None
        if row:
            yield ""
            for col, text in sorted(row.items()):
                if text != OPTIONAL:
                    heading = self.heads.get(col, "")
                    yield f"{heading}。{sentence(text)}" if heading else sentence(text)


def _headings(line: Line, above: Texts) -> Texts:
    """Headings by column; those of a group have its name before them."""
    found: Texts = {}
    for col, cell in line.cells.items():
        for at in range(col, col + cell.across):
            text = _YEAR.sub(lambda year: FiscalYear.parse(year[0]).name, _text(cell))
            text = "、".join(text.split("\n"))
            found[at] = f"{above[at]}の{text}" if above.get(at) else text
    return found


def _text(cell: Cell) -> str:
    """What a cell shows, in words."""
    value = cell.value
    if isinstance(value, int | float):
        return f"{percent(value)}パーセント" if "%" in cell.style.number else str(value)
    return "担当" if value == "●" else f"{value or ''}{cell.tail}"
