"""読み上げ用テキスト: the paper's own pages in sentences, for screen readers; no table art.

What people typed stays as typed, and every answer says first in which column it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kakunin_xlsx.layout import CONTINUED
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.report.contents import CONTENTS
from kakunin_xlsx.report.view import OPTIONAL
from kakunin_xlsx.sheets.page import Cell, Line, Page

_ENDED = re.compile(r"[。！？!?](?:（[^（）]*）)?$")
_YEAR = re.compile(r"\bR\d+\b")  # would be spelt out letter by letter
_ABOUT = (
    "これは、取組状況確認表の内容を、音声読み上げソフトで聞けるように文章にしたものです。"
    "担当課などが記入した文字は、記入されたとおりです。"
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
    heads: Texts = {}
    row: Texts = {}
    lead = ""  # what a cell that spans several rows says of them
    in_heads = False
    yield ""
    for line in page.lines:
        texts = {col: text for col, cell in line.cells.items() if (text := _text(cell))}
        if row and any(text.startswith(CONTINUED) for text in texts.values()):
            for col, text in texts.items():
                if text.startswith(CONTINUED):
                    row[col] = row.get(col, "") + text.removeprefix(CONTINUED)
            continue
        yield from _row(heads, row)
        row = {}
        if line.heads:
            heads = {**(heads if in_heads else {}), **_headings(line, heads if in_heads else {})}
        elif _is_paragraph(line, page.widths):
            bold = any(cell.style.bold for cell in line.cells.values())
            yield from ("",) * bold
            yield from (sentence(text) if not bold else text for text in texts.values())
        elif texts:
            first = line.cells.get(0)
            if first is None or not _text(first):
                row = {0: lead, **texts} if lead else texts
            else:
                row, lead = texts, _text(first).split("\n")[0] if first.down > 1 else ""
        in_heads = line.heads
    yield from _row(heads, row)
    yield from (chart.description for chart in page.charts)


def _is_paragraph(line: Line, widths: Sequence[float]) -> bool:
    return len(line.cells) == 1 and next(iter(line.cells.values())).across >= len(widths) - 1


def _headings(line: Line, above: Texts) -> Texts:
    """Headings by column; those of a group have its name before them."""
    found: Texts = {}
    for col, cell in line.cells.items():
        for at in range(col, col + cell.across):
            text = _YEAR.sub(lambda year: FiscalYear.parse(year[0]).name, _text(cell))
            text = "、".join(text.split("\n"))
            found[at] = f"{above[at]}の{text}" if above.get(at) else text
    return found


def _row(heads: Texts, row: Texts) -> Iterator[str]:
    if not row:
        return
    yield ""
    if not heads:  # names and values beside each other
        yield "".join(map(sentence, row.values()))
        return
    for col, text in sorted(row.items()):
        if text != OPTIONAL:
            heading = heads.get(col, "")
            yield f"{heading}。{sentence(text)}" if heading else sentence(text)


def _text(cell: Cell) -> str:
    """What a cell shows, in words."""
    value = cell.value
    if isinstance(value, int | float):
        return f"{value:.1%}".replace("%", "パーセント") if "%" in cell.style.number else str(value)
    return "担当" if value == "●" else f"{value or ''}{cell.tail}"
