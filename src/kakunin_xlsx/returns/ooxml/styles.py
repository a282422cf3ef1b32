"""What a cell's style says that matters here: number format, line through, background."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element

from kakunin_xlsx.returns.model import Unreadable
from kakunin_xlsx.returns.ooxml.xml import is_on

# Formats that files name by number only; those of East Asia differ by the reader's language,
# and all of them are dates (ECMA-376 part 1, 18.8.30).
_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_DURATION = 46
_LONGEST = 255  # characters of a number format, as in Excel
_MOST = 100_000  # of formats, fonts, fills and styles together; Excel has 64,000 styles at most
_PERCENT = {9: "0%", 10: "0.00%"}
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_SPAN = re.compile(r"\[(h+|m+|s+)\]")
_DAY = re.compile(r"[dmhys]|g+e(?!n)")  # an era's year, but not General


@dataclass(frozen=True, slots=True)
class CellFormat:
    """One cell format. `fill` is '' for no background."""

    format: str = "General"
    date: bool = False
    duration: bool = False
    struck: bool = False
    fill: str = ""


PLAIN = CellFormat()
_BARE = ("none", "gray125")  # the two fills that every file begins with


@dataclass(frozen=True)
class Styles:
    """What is said of cells: formats and fills by number, whether a font is struck, and styles.

    A style names them as the attributes of its element (fontId) do.
    """

    formats: Mapping[int, str] = field(default_factory=dict)
    struck_fonts: Sequence[bool] = ()
    backgrounds: Sequence[str] = ()
    cells: Sequence[Mapping[str, str]] = ()

    @cached_property
    def by_index(self) -> Mapping[str, CellFormat]:
        """What `s` of a cell means; `PLAIN` where the file has none there."""
        return {str(at): self._style(xf) for at, xf in enumerate(self.cells)}

    @cached_property
    def fills(self) -> Mapping[str, str]:
        """The backgrounds of those that have one."""
        found = {index: style.fill for index, style in self.by_index.items() if style.fill}
        return {**found, "": found["0"]} if "0" in found else found

    @cached_property
    def struck(self) -> frozenset[str]:
        """Those with a line through the text; '' is what cells without a style have."""
        found = [index for index, style in self.by_index.items() if style.struck]
        return frozenset([*found, ""] if "0" in found else found)

    def _style(self, xf: Mapping[str, str]) -> CellFormat:
        number, font = _number(xf.get("numFmtId")), _number(xf.get("fontId"))
        code = self.formats.get(number, _PERCENT.get(number, "General"))
        shown = _NOT_FORMAT.sub("", code.split(";")[0][:_LONGEST]).lower()
        duration = number == _DURATION or bool(_SPAN.search(shown))
        dated = bool(_DAY.search(_BRACKETS.sub("", shown)))
        if number not in self.formats:
            dated = number in _DATES
        return CellFormat(
            format=code,
            date=dated and not duration,
            duration=duration,
            struck=font < len(self.struck_fonts) and self.struck_fonts[font],
            fill=self._fill(_number(xf.get("fillId"))),
        )

    def _fill(self, number: int) -> str:
        found = self.backgrounds[number] if number < len(self.backgrounds) else ""
        return "" if found in _BARE else found


def read_styles(_part: str, root: Element) -> Styles:
    """styles.xml. Raises Unreadable if that is endless."""
    formats = {
        _number(each.get("numFmtId")): each.get("formatCode", "")
        for each in root.iterfind("numFmts/numFmt")
    }
    found = Styles(
        formats,
        [_is_struck(font) for font in root.iterfind("fonts/font")],
        [_background(fill) for fill in root.iterfind("fills/fill")],
        [xf.attrib for xf in root.iterfind("cellXfs/xf")],
    )
    lists = (found.formats, found.struck_fonts, found.backgrounds, found.cells)
    if sum(map(len, lists)) > _MOST:
        raise Unreadable("書式が多すぎます")
    return found


def styles_of(
    formats: Mapping[int, str],
    fonts: Sequence[tuple[bool, str]],
    looks: Iterable[tuple[int, int]],
) -> Styles:
    """Those of a binary workbook: fonts are struck and raised or not; font and format of a style."""
    cells = [{"fontId": str(font), "numFmtId": str(number)} for font, number in looks]
    return Styles(formats, [struck for struck, _ in fonts], cells=cells)


def _is_struck(font: Element) -> bool:
    line = font.find("strike")
    return line is not None and is_on(line.get("val", "1"))


def _background(fill: Element) -> str:
    """Its colour, or the name of its pattern; '' for none."""
    pattern, color = fill.find("patternFill"), fill.find("patternFill/fgColor")
    kind = "" if pattern is None else pattern.get("patternType", "none")
    if color is None or kind == "none":
        return kind
    if rgb := color.get("rgb"):
        return f"#{rgb[-6:].upper()}"
    return " ".join(f"{key}={value}" for key, value in sorted(color.items()))


def _number(word: str | None) -> int:
    return int(word) if word and word.isdecimal() else 0
