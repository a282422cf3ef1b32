"""What a cell's style says that matters here: number format, line through, background."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kakunin_xlsx.returns.model import Unreadable
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, is_on

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
_COUNTED = ("numFmt", "font", "fill", "xf")
_LOOKED_AT = (*_COUNTED, "strike", "patternFill", "fgColor")
_BARE = ("none", "gray125")  # the two fills that every file begins with


class Styles(Handler):
    """Reads styles.xml. Raises Unreadable if that is endless."""

    def __init__(self, _part: str = "") -> None:
        super().__init__()
        self._formats: dict[int, str] = {}
        self._fonts: dict[int, bool] = {}  # struck or not
        self._fills: dict[int, str] = {}
        self._cells: list[Attributes] = []
        self.starts = dict.fromkeys(_LOOKED_AT, self._entry)
        self.ends = dict.fromkeys(_COUNTED, self._counted)

    @classmethod
    def of(
        cls,
        formats: Mapping[int, str],
        fonts: Mapping[int, bool],
        cells: Iterable[tuple[int, int]],
    ) -> Styles:
        """Those of another format: struck fonts by number; font and format of each style."""
        made = cls()
        made._formats, made._fonts = dict(formats), dict(fonts)
        made._cells = [{"fontId": str(font), "numFmtId": str(number)} for font, number in cells]
        return made

    @cached_property
    def by_index(self) -> Mapping[str, CellFormat]:
        """What `s` of a cell means; `PLAIN` where the file has none there."""
        return {str(at): self._style(xf) for at, xf in enumerate(self._cells)}

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

    def _style(self, xf: Attributes) -> CellFormat:
        number = _number(xf.get("numFmtId"))
        code = self._formats.get(number, _PERCENT.get(number, "General"))
        shown = _NOT_FORMAT.sub("", code.split(";")[0][:_LONGEST]).lower()
        duration = number == _DURATION or bool(_SPAN.search(shown))
        dated = bool(_DAY.search(_BRACKETS.sub("", shown)))
        if number not in self._formats:
            dated = number in _DATES
        return CellFormat(
            format=code,
            date=dated and not duration,
            duration=duration,
            struck=self._fonts.get(_number(xf.get("fontId")), False),
            fill=self._fill(_number(xf.get("fillId"))),
        )

    def _entry(self, attrs: Attributes) -> None:
        """An element of which the place decides what it says."""
        match self.path[1:]:
            case ["numFmts", "numFmt"]:
                self._formats[_number(attrs.get("numFmtId"))] = attrs.get("formatCode", "")
            case ["fonts", "font"]:
                self._fonts[len(self._fonts)] = False
            case ["fonts", "font", "strike"]:
                self._fonts[len(self._fonts) - 1] = is_on(attrs.get("val", "1"))
            case ["fills", "fill"]:
                self._fills[len(self._fills)] = ""
            case ["fills", "fill", "patternFill"]:
                self._fills[len(self._fills) - 1] = attrs.get("patternType", "none")
            case ["fills", "fill", "patternFill", "fgColor"]:
                self._color(attrs)
            case ["cellXfs", "xf"]:
                self._cells.append(attrs)

    def _fill(self, number: int) -> str:
        found = self._fills.get(number, "")
        return "" if found in _BARE else found

    def _color(self, attrs: Attributes) -> None:
        at = len(self._fills) - 1
        if rgb := attrs.get("rgb"):
            color = f"#{rgb[-6:].upper()}"
        else:
            color = " ".join(f"{key}={value}" for key, value in sorted(attrs.items()))
        self._fills[at] = color if self._fills[at] != "none" else ""

    def _counted(self) -> None:
        if len(self._formats) + len(self._fonts) + len(self._fills) + len(self._cells) > _MOST:
            raise Unreadable("書式が多すぎます")


def _number(word: str | None) -> int:
    return int(word) if word and word.isdecimal() else 0
